"""What the tests of the method under stress share."""

from dataworth.potential.synthetic.augment import Recipe

QUICK = Recipe("bootstrap", rows=2000)
TRIED = {"bootstrap": QUICK, "firms": "LightGBM", "ridge": "ridge", "mean": "mean"}

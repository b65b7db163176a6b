"""What the tests of the method under stress share."""

import pandas as pd

from dataworth.potential.synthetic.augment import Recipe

QUICK = Recipe("bootstrap", rows=2000)
TRIED = {"bootstrap": QUICK, "firms": "LightGBM", "ridge": "ridge", "mean": "mean"}


def of(frame: pd.DataFrame, method: str, scale: str = "log") -> pd.DataFrame:
    return frame[(frame["method"] == method) & (frame["scale"] == scale)]

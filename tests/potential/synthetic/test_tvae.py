"""The faster training draws the very firms that SDV draws."""

import pandas as pd
import pytest
from sdv.single_table import TVAESynthesizer

from dataworth.potential.sample import reconstruct_firms
from dataworth.potential.synthetic import tvae
from dataworth.potential.synthetic.augment import Recipe, synthesize


@pytest.mark.parametrize(
    ("firms", "recipe"),
    [
        (100, Recipe(epochs=12, rows=400)),  # one batch, not full
        (53, Recipe(epochs=5, batch_size=20, rows=50)),  # several, the last one not full
    ],
)
def test_synthetic_firms_are_those_of_sdv_to_the_bit(monkeypatch, firms, recipe):
    sample = reconstruct_firms(seed=3, n=firms)
    ours = synthesize(sample, recipe, seed=9)
    monkeypatch.setattr(tvae, "Synthesizer", TVAESynthesizer)
    pd.testing.assert_frame_equal(synthesize(sample, recipe, seed=9), ours, check_exact=True)

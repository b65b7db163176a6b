"""Chapters of the part hold together: what one saves is what the next ones read."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from dataworth.book.registry import read_registry
from dataworth.inputs.firms.variables import FEATURES
from dataworth.potential import explain, model, shapes
from dataworth.potential.sample import reconstruct_firms

ROOT = Path(__file__).parents[2]
OTHER_SEED = model.SESSION + 1


class Page:
    """What an earlier chapter saved, without running it; what is recorded is let go."""

    def __init__(self, **tables):
        self.load = lambda chapter, name: tables[name]

    def record(self, values, prefix=""):
        pass


def run_cell(chapter, cell_id, variables):
    """Run one code cell of a chapter on these variables."""
    notebook = json.loads((ROOT / f"chapters/potential/{chapter}.ipynb").read_text("utf-8"))
    (cell,) = [c for c in notebook["cells"] if c["id"] == cell_id]
    exec("".join(cell["source"]), variables)


@pytest.mark.parametrize(
    ("chapter", "cell", "rows"),
    [("drivers", "explain-run", "features"), ("shapes", "figure-run", "test")],
)
def test_the_rows_explained_are_test_rows_of_the_model_whatever_its_seed(chapter, cell, rows):
    synthetic = reconstruct_firms(seed=1, n=400)
    train, test = model.split(synthetic, OTHER_SEED)
    order = train.index.append(test.index)
    split = pd.DataFrame({"test": order.isin(test.index)}, index=order)
    variables = {
        "page": Page(split=split, synthetic=synthetic),
        **{"booster": model.fit(train, model.printed_parameters()), "rows": len(synthetic)},
        **{"synthetic": synthetic, "FEATURES": FEATURES, "np": np},
        **{"explain": explain, "shapes": shapes},
    }
    run_cell(chapter, cell, variables)
    assert list(variables[rows].index) == list(test.index)
    # The paper's seed would have held back other rows.
    assert set(variables[rows].index) != set(model.split(synthetic)[1].index)


@pytest.mark.chapters
def test_the_model_saves_which_rows_it_held_back(quick_book):
    folder = quick_book.results / "potential"
    synthetic = pd.read_parquet(folder / "augment/artifacts/synthetic.parquet")
    split = pd.read_parquet(folder / "model/artifacts/split.parquet")["test"]
    seed = read_registry(ROOT)["potential/model"].parameters["seed"].default
    assert set(split.index[split]) == set(model.split(synthetic, seed)[1].index)
    assert len(split) == len(synthetic)

"""Thresholds are looked for where they are and where only slopes are."""

from concurrent.futures import ThreadPoolExecutor

import pandas as pd
import pytest

from dataworth.potential.refits import REFERENCE
from dataworth.potential.sample import STEPS
from dataworth.potential.stress import recovery
from tests.potential.stress import QUICK


@pytest.fixture
def few_trees(monkeypatch):
    """Who is tried, and in which order, does not depend on how many trees are grown."""
    monkeypatch.setattr(recovery, "REFERENCE", REFERENCE | {"n_estimators": 10})


def test_every_sample_method_and_ratio_has_a_row(few_trees):
    larger = recovery.PIPELINE_MOST + 1
    found = recovery.run(QUICK, strengths=[0.3, 0.8], sizes=[100, larger], repeats=2, seed=1)
    assert set(found["ratio"]) == set(STEPS)
    counts = found.groupby(["method", "strength", "n"]).size()
    assert counts["firms"].tolist() == [2 * 2 * len(STEPS)] * 4
    # The pipeline sees small samples with the strongest drivers only.
    assert counts["pipeline"].index.tolist() == [(0.8, 100)]


def test_trees_on_many_firms_tell_thresholds_from_slopes():
    found = recovery.run(QUICK, strengths=[0.9], sizes=[6400], repeats=1, seed=1)
    seen = found[found["method"] == "firms"].groupby("world")["clear"].sum()
    assert seen["planted"] > seen["linear"]


def test_results_do_not_depend_on_who_does_the_work(few_trees):
    options = {"strengths": [0.8], "sizes": [100], "repeats": 2, "seed": 4}
    alone = recovery.run(QUICK, **options)
    with ThreadPoolExecutor(2) as executor:
        pd.testing.assert_frame_equal(recovery.run(QUICK, **options, executor=executor), alone)

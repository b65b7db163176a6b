"""Truths planted and found, and nothing found where nothing is."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataworth.inputs.firms.variables import FEATURES
from dataworth.potential.sample import PLANTED
from dataworth.potential.stress import methods, recovery
from tests.potential.stress import TRIED, of


def test_the_truth_names_the_planted_drivers_and_no_others():
    truth = recovery.true_importance(seed=1)
    assert set(truth.index[:3]) == {"Revenue", "RDPsnRatio", "RDRatio"}
    assert set(truth.index[truth > 0]) == set(PLANTED)


def test_the_truth_finds_itself():
    truth = recovery.true_importance(seed=1)
    assert recovery.compare(truth, truth) == pytest.approx({"hits": 1, "rank_correlation": 1})
    backwards = recovery.compare(-truth, truth)
    assert backwards["hits"] == 0
    assert backwards["rank_correlation"] == pytest.approx(-1)


def test_features_that_tie_share_the_leading_places_by_chance():
    truth = pd.Series(range(14), FEATURES, dtype=float)
    ties = recovery.compare(pd.Series(0.0, FEATURES), truth)
    assert ties["hits"] == pytest.approx(3 / 14)
    assert np.isnan(ties["rank_correlation"])
    one_sure = pd.Series(0.0, FEATURES)
    one_sure[truth.idxmax()] = 1
    # Two places are left for the other thirteen, two of which are right.
    assert recovery.compare(one_sure, truth)["hits"] == pytest.approx((1 + 2 * 2 / 13) / 3)


@given(st.permutations(range(14)), st.integers(1, 13))
def test_the_order_in_which_features_stand_does_not_matter(order, leading):
    truth = pd.Series(np.arange(14.0), FEATURES)
    importance = pd.Series(np.array(order, float) // 3, FEATURES)
    found = recovery.compare(importance, truth, leading)
    assert found == pytest.approx(recovery.compare(importance[::-1], truth[::-1], leading))
    assert 0 <= found["hits"] <= 1


def test_strong_drivers_in_a_large_sample_are_found_by_plain_boosting():
    found = recovery.run({"firms": "LightGBM"}, strengths=[0.95], sizes=[1600], repeats=1, seed=1)
    best = of(found, "firms").iloc[0]
    assert best["hits"] == 1
    assert best["rank_correlation"] > 0.7
    assert 0.8 < best["real"] < 0.95


def test_without_drivers_nobody_predicts_better_than_noise():
    found = recovery.run(TRIED, strengths=[0.0], sizes=[100, 400], repeats=4, seed=1)
    assert (found["real"] < 0.01).all()
    assert set(found["n"]) == {100, 400}
    assert (found.groupby("n")["repeat"].nunique() == [4, 2]).all()


def test_nobody_predicts_better_than_the_strength_allows():
    found = recovery.run(TRIED, strengths=[0.3], sizes=[1600], repeats=1, seed=1)
    assert (found.loc[found["scale"] == "log", "real"] < 0.35).all()
    assert of(found, "ridge")["real"].item() > 0.15


def test_results_do_not_depend_on_who_does_the_work():
    options = {"strengths": [0.3], "sizes": [100], "repeats": 3, "seed": 4}
    alone = recovery.run(TRIED, **options)
    with ThreadPoolExecutor(2) as executor:
        pd.testing.assert_frame_equal(recovery.run(TRIED, **options, executor=executor), alone)


def test_no_firm_is_both_learned_from_and_fresh(monkeypatch):
    pairs = []

    def watch(method, sample, fresh, **options):
        pairs.append((sample, fresh))
        zeros = np.zeros(len(fresh))
        return [methods.Trial("log", 0.0, 0.0, zeros, pd.Series(0.0, FEATURES))]

    monkeypatch.setattr(methods, "try_method", watch)
    recovery.run({"any": "mean"}, strengths=[0.1, 0.3], sizes=[100], repeats=3, seed=0)
    assert len(pairs) == 6
    ranks = {name: [pair[0][name].rank().tolist() for pair in pairs] for name in ("Size", "ROA")}
    assert all(len(set(map(tuple, rows))) == 6 for rows in ranks.values())
    for sample, fresh in pairs:
        order = fresh[list(FEATURES)][: len(sample)].rank()
        assert (order.corrwith(sample[list(FEATURES)].rank()).abs() < 0.5).all()


def test_more_repeats_only_add_samples():
    options = {"strengths": [0.3], "sizes": [100], "seed": 4}
    few = recovery.run({"ridge": "ridge"}, repeats=1, **options)
    more = recovery.run({"ridge": "ridge"}, repeats=2, **options)
    pd.testing.assert_frame_equal(more[more["repeat"] == 0], few)


@pytest.mark.parametrize(
    ("largest", "sizes"),
    [(100, [100]), (399, [100, 399]), (400, [100, 400]), (1600, [100, 400, 1600])],
)
def test_sizes_grow_by_four_up_to_the_largest(largest, sizes):
    assert recovery.sample_sizes(largest) == sizes

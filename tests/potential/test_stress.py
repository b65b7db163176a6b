"""Truths planted and found, nothing found where nothing is, and folds that do not leak."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from dataworth.errors import InputError
from dataworth.inputs.firms.variables import FEATURES, TARGET
from dataworth.potential import stress
from dataworth.potential.augment import Recipe
from dataworth.potential.sample import PLANTED, reconstruct_firms

QUICK = Recipe("bootstrap", rows=2000)
TRIED = {"bootstrap": QUICK, "firms": "LightGBM", "ridge": "ridge", "mean": "mean"}


def of(frame: pd.DataFrame, method: str, scale: str = "log") -> pd.DataFrame:
    return frame[(frame["method"] == method) & (frame["scale"] == scale)]


# --- truth ---------------------------------------------------------------------------------


def test_the_truth_names_the_planted_drivers_and_no_others():
    truth = stress.true_importance(seed=1)
    assert set(truth.index[:3]) == {"Revenue", "RDPsnRatio", "RDRatio"}
    assert set(truth.index[truth > 0]) == set(PLANTED)


def test_the_truth_finds_itself():
    truth = stress.true_importance(seed=1)
    assert stress.compare(truth, truth) == pytest.approx({"hits": 1, "rank_correlation": 1})
    backwards = stress.compare(-truth, truth)
    assert backwards["hits"] == 0
    assert backwards["rank_correlation"] == pytest.approx(-1)


def test_features_that_tie_share_the_leading_places_by_chance():
    truth = pd.Series(range(14), FEATURES, dtype=float)
    ties = stress.compare(pd.Series(0.0, FEATURES), truth)
    assert ties["hits"] == pytest.approx(3 / 14)
    assert np.isnan(ties["rank_correlation"])
    one_sure = pd.Series(0.0, FEATURES)
    one_sure[truth.idxmax()] = 1
    # Two places are left for the other thirteen, two of which are right.
    assert stress.compare(one_sure, truth)["hits"] == pytest.approx((1 + 2 * 2 / 13) / 3)


@given(st.permutations(range(14)), st.integers(1, 13))
def test_the_order_in_which_features_stand_does_not_matter(order, leading):
    truth = pd.Series(np.arange(14.0), FEATURES)
    importance = pd.Series(np.array(order, float) // 3, FEATURES)
    found = stress.compare(importance, truth, leading)
    assert found == pytest.approx(stress.compare(importance[::-1], truth[::-1], leading))
    assert 0 <= found["hits"] <= 1


# --- train on synthetic, test on real ------------------------------------------------------


def test_no_method_learns_from_the_firms_that_it_is_tested_on(monkeypatch):
    pairs = []

    def watch(method, sample, fresh, **options):
        pairs.append((set(sample.index), set(fresh.index)))
        zeros = np.zeros(len(fresh))
        return [stress.Outcome("log", 0.0, 0.0, zeros, pd.Series(0.0, FEATURES))]

    monkeypatch.setattr(stress, "try_method", watch)
    firms = reconstruct_firms(seed=1, n=43)
    stress.transfer([({}, firms)], {"watched": "mean"}, folds=5, seed=1)
    assert len(pairs) == 5
    assert all(not seen & held for seen, held in pairs)
    assert sorted(firm for _, held in pairs for firm in held) == sorted(firms.index)


def test_the_mean_of_the_others_has_the_r_squared_that_its_definition_gives():
    firms = reconstruct_firms(seed=1, n=40)
    found = stress.transfer([({}, firms)], {"mean": "mean"}, folds=20, seed=1)
    # Leaving out two firms moves the mean by 1/19 of their own mean's distance from it.
    parts = stress._folds(firms, 20, stress.child_seed(1, 0))
    expected = np.concatenate([np.full(2, seen[TARGET].mean()) for seen, _ in parts])
    parts = stress._folds(firms, 20, stress.child_seed(1, 0))
    actual = np.concatenate([held[TARGET] for _, held in parts])
    by_hand = 1 - ((actual - expected) ** 2).sum() / ((actual - actual.mean()) ** 2).sum()
    assert of(found, "mean", "yuan")["real"].item() == pytest.approx(by_hand)
    assert of(found, "mean", "yuan")["seen"].item() == pytest.approx(0)


def test_in_a_world_with_nothing_to_learn_only_a_test_on_real_firms_says_so():
    firms = reconstruct_firms(world="null", seed=2)
    found = stress.transfer([({"world": "null"}, firms)], TRIED, folds=5, seed=1)
    bootstrap = of(found, "bootstrap")
    assert bootstrap["own"].item() > 0.2
    assert bootstrap["seen"].item() > 0.5
    assert (found["real"] < 0.05).all()
    assert of(found, "ridge")["own"].isna().all()


def test_with_many_firms_the_synthesizers_own_test_comes_near_the_real_one():
    def gap(n: int) -> float:
        firms = reconstruct_firms(strength=0.9, seed=3, n=n)
        found = stress.transfer([({}, firms)], {"bootstrap": QUICK}, folds=3, seed=1)
        return (of(found, "bootstrap")["own"] - of(found, "bootstrap")["real"]).item()

    assert gap(3000) < 0.25 * gap(60)


def test_own_firms_may_come_with_other_columns_labels_and_numbers():
    firms = reconstruct_firms(seed=1, n=11)[["ROA", "Size", TARGET]]
    labels = {"world": "yours", "member": 0}
    found = stress.transfer([(labels, firms)] * 2, {"ridge": "ridge"}, folds=20, seed=1)
    assert list(found.columns[:4]) == ["world", "member", "method", "scale"]
    assert len(found) == 4
    assert of(found, "ridge")["real"].nunique() == 2  # divided anew
    assert np.isfinite(found["real"]).all()


def test_a_sample_too_small_to_divide_is_refused():
    firms = reconstruct_firms(seed=1, n=10)[:3]
    with pytest.raises(InputError, match="expected at least 4 firms to divide, found 3"):
        stress.transfer([({}, firms)], TRIED, folds=2, seed=1)


def test_all_synthesizers_draw_alike_and_learn_with_table_4():
    tried = stress.methods(Recipe("tvae", epochs=7))
    assert {name for name, method in tried.items() if isinstance(method, Recipe)} == {
        *("pipeline", "copula", "bootstrap")
    }
    assert tried["pipeline"] == Recipe("tvae", epochs=7, rows=stress.SYNTHETIC_ROWS)
    assert stress.methods(Recipe(rows=500))["copula"].rows == 500


# --- recovery ------------------------------------------------------------------------------


def test_strong_drivers_in_a_large_sample_are_found_by_plain_boosting():
    found = stress.recovery(
        {"firms": "LightGBM"}, strengths=[0.95], sizes=[1600], repeats=1, seed=1
    )
    best = of(found, "firms").iloc[0]
    assert best["hits"] == 1
    assert best["rank_correlation"] > 0.7
    assert 0.8 < best["real"] < 0.95


def test_without_drivers_nobody_predicts_better_than_noise():
    found = stress.recovery(TRIED, strengths=[0.0], sizes=[100, 400], repeats=4, seed=1)
    assert (found["real"] < 0.01).all()
    assert set(found["n"]) == {100, 400}
    assert (found.groupby("n")["repeat"].nunique() == [4, 2]).all()


def test_nobody_predicts_better_than_the_strength_allows():
    found = stress.recovery(TRIED, strengths=[0.3], sizes=[1600], repeats=1, seed=1)
    assert (found.loc[found["scale"] == "log", "real"] < 0.35).all()
    assert of(found, "ridge")["real"].item() > 0.15


def test_results_do_not_depend_on_who_does_the_work():
    options = {"strengths": [0.3], "sizes": [100], "repeats": 3, "seed": 4}
    alone = stress.recovery(TRIED, **options)
    with ThreadPoolExecutor(2) as executor:
        pd.testing.assert_frame_equal(stress.recovery(TRIED, **options, executor=executor), alone)


def test_no_firm_is_both_learned_from_and_fresh(monkeypatch):
    pairs = []

    def watch(method, sample, fresh, **options):
        pairs.append((sample, fresh))
        zeros = np.zeros(len(fresh))
        return [stress.Outcome("log", 0.0, 0.0, zeros, pd.Series(0.0, FEATURES))]

    monkeypatch.setattr(stress, "try_method", watch)
    stress.recovery({"any": "mean"}, strengths=[0.1, 0.3], sizes=[100], repeats=3, seed=0)
    assert len(pairs) == 6
    ranks = {name: [pair[0][name].rank().tolist() for pair in pairs] for name in ("Size", "ROA")}
    assert all(len(set(map(tuple, rows))) == 6 for rows in ranks.values())
    for sample, fresh in pairs:
        order = fresh[list(FEATURES)][: len(sample)].rank()
        assert (order.corrwith(sample[list(FEATURES)].rank()).abs() < 0.5).all()


def test_parts_of_an_experiment_have_their_own_seeds():
    places = [(), (0,), (0, 0), (1,), (1, 0), (0, 1)]
    assert len({stress.child_seed(7, *place) for place in places}) == len(places)


def test_more_repeats_only_add_samples():
    options = {"strengths": [0.3], "sizes": [100], "seed": 4}
    few = stress.recovery({"ridge": "ridge"}, repeats=1, **options)
    more = stress.recovery({"ridge": "ridge"}, repeats=2, **options)
    pd.testing.assert_frame_equal(more[more["repeat"] == 0], few)


@pytest.mark.parametrize(
    ("largest", "sizes"),
    [(100, [100]), (399, [100, 399]), (400, [100, 400]), (1600, [100, 400, 1600])],
)
def test_sizes_grow_by_four_up_to_the_largest(largest, sizes):
    assert stress.sample_sizes(largest) == sizes


# --- false discoveries ---------------------------------------------------------------------


def test_the_permutation_test_keeps_its_promise_where_nothing_is():
    p = pd.concat(
        stress.permutation_test(reconstruct_firms(world="null", seed=s), seed=s) for s in range(60)
    )
    assert stats.binomtest(int((p["p"] < 0.05).sum()), len(p), 0.05).pvalue > 0.001
    least = p["p_any"].groupby(np.arange(len(p)) // len(FEATURES)).min()
    assert (least < 0.05).sum() <= stats.binom.ppf(0.999, 60, 0.05)


def test_the_permutation_test_uses_rank_correlations():
    firms = reconstruct_firms(strength=0.6, seed=1)
    found = stress.permutation_test(firms, seed=1)
    for name in FEATURES:
        expected = stats.spearmanr(firms[name], firms[TARGET]).statistic
        assert found.loc[name, "correlation"] == pytest.approx(expected)
    assert (found["p_any"] >= found["p"]).all()
    assert found["p_any"].min() == 1 / (stress.PERMUTATIONS + 1)


def test_copies_of_the_same_firms_make_everything_significant():
    firms = reconstruct_firms(world="null", seed=5)
    once = stress.permutation_test(firms, seed=1)["p"]
    copied = stress.permutation_test(pd.concat([firms] * 200), seed=1)["p"]
    assert (once < 0.05).mean() < 0.3
    assert (copied < 0.05).mean() > 0.8


def test_the_pipeline_reports_drivers_and_steps_where_nothing_is():
    found = stress.discoveries(QUICK, repeats={0.0: 2}, seed=1)
    features = found.features
    assert len(found.runs) == 2
    assert (features.groupby("repeat")["rank"].apply(sorted).map(len) == len(FEATURES)).all()
    assert features["step"].between(0, 1).all()
    assert features["p_synthetic"].median() < features["p_firms"].median()
    leading = features[(features["repeat"] == 0) & (features["rank"] <= 3)]["feature"]
    assert set(found.points["feature"]) == set(leading)
    assert set(found.points["repeat"]) == {0}
    assert (found.runs["lead"] >= 0).all()


def test_a_step_is_found_where_it_is():
    values = pd.Series(np.linspace(0, 1, 1001), name="x")
    found = stress._step(values, (values > 0.3) * 2.0)
    assert found == pytest.approx({"threshold": 0.3, "step": 1}, abs=1e-3)
    # Of a straight line the best single step explains three quarters.
    assert stress._step(values, values)["step"] == pytest.approx(0.75, abs=1e-3)


# --- power ---------------------------------------------------------------------------------


def test_power_is_the_level_without_dependence_and_one_with_much_of_it():
    found = stress.power(strengths=[0.0, 0.8], sizes=[200], repeats=25, seed=1)
    rejected = found.groupby("strength")["p"].apply(lambda p: (p < stress.LEVEL).mean())
    assert rejected[0.0] <= stats.binom.ppf(0.999, 25, stress.LEVEL) / 25
    assert rejected[0.8] == 1
    real = found.groupby("strength")["real"].median()
    assert real[0.0] < 0.005
    assert 0.5 < real[0.8] < 0.8


def test_a_curve_crosses_a_level_between_its_points():
    curve = pd.Series([0.1, 0.3, 0.2, 0.9], [0.0, 1.0, 2.0, 4.0])
    assert stress.crossing(curve, 0.2) == pytest.approx(0.5)
    assert stress.crossing(curve, 0.6) == pytest.approx(3.0)
    assert stress.crossing(curve, 0.1) == 0
    assert np.isnan(stress.crossing(curve, 0.95))

"""Contributions add up, ranks come with honest intervals, groups follow correlations."""

from __future__ import annotations

import lightgbm
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dataworth.inputs.firms.variables import FEATURES
from dataworth.potential import explain


@pytest.fixture(scope="module")
def model():
    """Fit a target that is x's effect, y's effect on positive x alone, and noise; z is idle."""
    generator = np.random.default_rng(3)
    rows = pd.DataFrame(generator.normal(size=(2000, 3)), columns=["x", "y", "z"])
    target = 3 * rows["x"] + rows["y"].where(rows["x"] > 0, 0) + 0.1 * generator.normal(size=2000)
    options = {"verbose": -1, "num_threads": 1, "deterministic": True, "num_leaves": 10}
    return lightgbm.train(options, lightgbm.Dataset(rows, target), num_boost_round=60), rows


def refits(importances):
    """Make a table of importances from rows of numbers."""
    names = list("abcdefgh")[: len(importances[0])]
    return pd.DataFrame(importances, columns=names, dtype=float)


# --- contributions -------------------------------------------------------------------------


def test_baseline_and_contributions_add_up_to_the_prediction(model):
    booster, rows = model
    found = explain.contributions(booster, rows)
    total = found.attrs["baseline"] + found.sum(axis=1)
    np.testing.assert_allclose(total, booster.predict(rows), rtol=0, atol=1e-9)


def test_the_baseline_is_the_mean_prediction_over_the_training_rows(model):
    booster, rows = model
    found = explain.contributions(booster, rows)
    assert found.attrs["baseline"] == pytest.approx(booster.predict(rows).mean(), abs=1e-9)


def test_columns_and_index_stay_in_the_order_they_came(model):
    booster, rows = model
    turned = rows[["z", "x", "y"]].iloc[::-1]
    straight = explain.contributions(booster, rows)
    pd.testing.assert_frame_equal(
        explain.contributions(booster, turned), straight.loc[turned.index, turned.columns]
    )
    inner = explain.interactions(booster, rows)[::-1]
    np.testing.assert_allclose(
        explain.interactions(booster, turned), inner[:, [2, 0, 1]][:, :, [2, 0, 1]], atol=1e-12
    )


def test_importance_finds_the_drivers_in_their_order(model):
    booster, rows = model
    found = explain.importance(explain.contributions(booster, rows))
    assert list(found.index) == ["x", "y", "z"]
    assert found["x"] == pytest.approx(3 * np.sqrt(2 / np.pi), rel=0.15)


def test_interactions_show_which_pair_works_together(model):
    booster, rows = model
    found = np.abs(explain.interactions(booster, rows)).mean(axis=0)
    assert found[0, 1] > 10 * max(found[0, 2], found[1, 2])


def test_a_wrong_table_is_refused(model):
    booster, rows = model
    with pytest.raises(ValueError, match=r"'z'.*'w'"):
        explain.contributions(booster, rows.rename(columns={"z": "w"}))
    with pytest.raises(ValueError, match="expected values of"):
        explain.interactions(booster, rows.assign(y=rows["y"].where(rows["y"] > 0)))


def test_directions_tell_a_one_sided_effect_from_a_straight_one():
    rows = pd.DataFrame({"straight": np.arange(100.0), "floor": np.arange(100.0), "idle": 1.0})
    given = pd.DataFrame(
        {
            "straight": rows["straight"] - 49.5,
            "floor": np.where(rows["floor"] < 20, -8.0, 2.0),
            "idle": 0.0,
        }
    )
    found = explain.directions(given, rows)
    assert found.loc["straight", ["low", "high"]].tolist() == [-40, 40]
    assert found.loc["straight", "rank_correlation"] == pytest.approx(1)
    assert found.loc["floor", ["low", "high", "positive"]].tolist() == [-8, 2, 0.8]
    assert found.loc["idle"].tolist() == [0] * 6


def test_directions_tell_what_rises_throughout_from_what_levels_off():
    x = np.arange(100.0)
    rows = pd.DataFrame({"straight": x, "plateau": x, "turning": x})
    given = pd.DataFrame(
        {"straight": x, "plateau": np.minimum(x, 40), "turning": -((x - 49.5) ** 2)}
    )
    halves = explain.directions(given, rows)[["below", "above"]]
    assert halves.loc["straight"].tolist() == pytest.approx([1, 1])
    assert halves.loc["plateau", "above"] == 0
    assert halves.loc["turning"].tolist() == pytest.approx([1, -1])


# --- ranks ---------------------------------------------------------------------------------


def test_ranks_that_never_move_have_no_spread():
    found = explain.rank_intervals(refits([[5, 9, 1]] * 4))
    assert found.index.tolist() == ["b", "a", "c"]
    for column in ("median", "low", "high"):
        assert found[column].tolist() == [1, 2, 3]


def test_intervals_leave_the_stated_tails_one_by_one_and_not_all_together():
    generator = np.random.default_rng(1)
    importances = pd.DataFrame(np.exp(generator.normal(size=(400, 14))), columns=FEATURES)
    found = explain.rank_intervals(importances, 0.8)
    ranks = explain.ranks_of(importances)
    low, high = found.loc[ranks.columns, ["low", "high"]].to_numpy().T
    inside = (ranks >= low) & (ranks <= high)
    assert (inside.mean() >= 0.8).all()
    assert inside.all(axis=1).mean() < 0.8


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_intervals_contain_the_median(data):
    shape = (data.draw(st.integers(2, 12)), data.draw(st.integers(2, 8)))
    generator = np.random.default_rng(data.draw(st.integers(0, 1000)))
    level = data.draw(st.floats(0.5, 0.99))
    found = explain.rank_intervals(refits(generator.uniform(size=shape).tolist()), level)
    order = found[["low", "median", "high"]].to_numpy()
    assert (np.diff(order, axis=1) >= 0).all()
    assert order.min() >= 1
    assert order.max() <= shape[1]


def test_importance_over_lot_is_one_for_what_the_method_favours_and_more_for_what_drives():
    generator = np.random.default_rng(0)
    favoured = generator.normal([8, 2, 2], 0.3, (12, 3))
    driven = generator.normal([8, 2, 8], 0.3, (12, 3))
    frames = [pd.DataFrame(t, columns=list("abc")) for t in (driven, favoured)]
    table = explain.over_null(*frames, seed=1)
    assert table.loc["c", "low"] > 1.5
    assert table["ratio"].idxmax() == "c"
    assert table.loc["a", "ratio"] == pytest.approx(table.loc["b", "ratio"], rel=0.15)
    assert (table["low"] < table["ratio"]).all()
    assert (table["ratio"] < table["high"]).all()
    assert table.loc["c", "p"] < 0.01


def test_exchanged_pairs_call_as_few_features_different_as_chance_allows():
    generator, hits = np.random.default_rng(5), []
    for _ in range(60):
        frames = [
            pd.DataFrame(generator.gamma(4, size=(12, 5)), columns=list("abcde")) for _ in "12"
        ]
        hits.append((explain.over_null(*frames, seed=1)["p"] < 0.05).mean())
    assert np.mean(hits) == pytest.approx(0.05, abs=0.03)


@pytest.mark.parametrize(("count", "level"), [(1, 0.9), (3, 1.0), (3, 0.0)])
def test_what_says_nothing_about_spread_is_refused(count, level):
    with pytest.raises(ValueError, match=f"two refits.*: {count}, {level}"):
        explain.rank_intervals(refits([[1, 2]] * count), level)


# --- groups --------------------------------------------------------------------------------


def test_groups_hold_what_moves_together_in_either_direction():
    names = ["p", "q", "r", "s"]
    dependence = pd.DataFrame(np.eye(4), names, names)
    dependence.loc["p", "r"] = dependence.loc["r", "p"] = -0.8
    dependence.loc["q", "s"] = dependence.loc["s", "q"] = 0.3
    assert explain.correlated_groups(dependence) == {"p": ["p", "r"], "q": ["q"], "s": ["s"]}
    looser = explain.correlated_groups(dependence, 0.3)
    assert looser == {"p": ["p", "r"], "q": ["q", "s"]}


def test_contributions_of_a_group_may_cancel():
    given = pd.DataFrame({"a": [1.0, -1], "b": [-1.0, 1], "c": [2.0, 2]})
    found = explain.summed(given, {"a": ["a", "b"], "c": ["c"]})
    assert found["a"].tolist() == [0, 0]
    assert found["c"].tolist() == [2, 2]

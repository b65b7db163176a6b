"""Broken lines find planted breaks, straight lines have none, and interplay is seen as such."""

from __future__ import annotations

import lightgbm
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dataworth.inputs.firms.variables import FEATURES
from dataworth.potential import margins, refits, sample, shapes

ROWS = 1000


def values(seed=0, low=0.0, high=10.0):
    """Draw a feature, spread evenly."""
    return pd.Series(np.random.default_rng(seed).uniform(low, high, ROWS), name="x")


def noise(scale, seed=1):
    return scale * np.random.default_rng(seed).normal(size=ROWS)


def ramp_of(function, scale=0.0, seed=0):
    """Fit a ramp to contributions that follow a function of the feature, with noise."""
    x = values(seed)
    return shapes.ramp(shapes.curve(x, function(x) + noise(scale, seed + 100)))


def step(at, low=-1.0, high=1.0):
    return lambda x: low + (high - low) * (x > at)


def broken(start, end, low=-1.0, high=1.0):
    return lambda x: low + (high - low) * np.clip((x - start) / (end - start), 0, 1)


# --- curves --------------------------------------------------------------------------------


def test_a_curve_has_groups_of_equal_size_in_ascending_order():
    x = values()
    found = shapes.curve(x, x**2)
    assert len(found) == shapes.BINS
    assert found["share"].to_numpy() == pytest.approx(1 / shapes.BINS)
    assert found["value"].is_monotonic_increasing
    assert (found["contribution"] * found["share"]).sum() == pytest.approx((x**2).mean())


def test_rows_that_share_a_value_share_a_group():
    x = values().clip(lower=6)
    found = shapes.curve(x, x)
    assert found["value"].iloc[0] < 6.5
    assert found["share"].iloc[0] > 0.5
    assert found["share"].sum() == pytest.approx(1)


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=20, deadline=None)
def test_the_order_of_the_rows_does_not_matter(seed):
    x = values().round(1)
    y = pd.Series(broken(3, 5)(x) + noise(0.2))
    order = np.random.default_rng(seed).permutation(ROWS)
    straight, shuffled = shapes.curve(x, y), shapes.curve(x.iloc[order], y.iloc[order])
    pd.testing.assert_frame_equal(straight, shuffled, check_exact=True)
    assert shapes.ramp(straight) == shapes.ramp(shuffled)


# --- thresholds ----------------------------------------------------------------------------


@pytest.mark.parametrize("at", [2.0, 5.0, 8.0])
def test_a_step_is_found_where_it_is(at):
    found = ramp_of(step(at), scale=0.3)
    assert found.threshold == pytest.approx(at, abs=10 / shapes.BINS)
    assert (found.low, found.high) == pytest.approx((-1, 1), abs=0.1)
    assert found.clear
    assert found.plateau


def test_both_ends_of_a_slope_are_found():
    found = ramp_of(broken(3, 6), scale=0.1)
    assert (found.start, found.end) == pytest.approx((3, 6), abs=0.5)
    assert found.width == pytest.approx(0.3, abs=0.05)
    assert found.explained > 0.99


@given(st.floats(2.5, 7.5), st.floats(0.1, 100), st.floats(-5, 5), st.integers(0, 1000))
@settings(max_examples=25, deadline=None)
def test_units_do_not_matter(at, scale, shift, seed):
    x, y = values(seed), broken(at - 1, at + 1)(values(seed)) + noise(0.2)
    plain, moved = (
        shapes.ramp(shapes.curve(a, b)) for a, b in ((x, y), (scale * x + shift, scale * y))
    )
    assert moved.threshold == pytest.approx(scale * plain.threshold + shift, rel=1e-6, abs=1e-6)
    assert moved.high == pytest.approx(scale * plain.high, rel=1e-6, abs=1e-9)
    assert moved.width == pytest.approx(plain.width)


def test_a_straight_line_has_no_clear_threshold():
    found = [ramp_of(lambda x: x - 5, scale=3.0, seed=seed) for seed in range(40)]
    assert not any(ramp.clear for ramp in found)


def test_noise_has_a_threshold_somewhere_but_seldom_a_clear_one():
    found = [ramp_of(lambda x: 0 * x, scale=1.0, seed=seed) for seed in range(60)]
    assert np.ptp([ramp.threshold for ramp in found]) > 4
    assert np.mean([ramp.clear for ramp in found]) < 0.05


@pytest.mark.parametrize(
    ("function", "why"),
    [
        (step(5, low=1.0, high=-1.0), "it falls"),
        (step(5, low=0.5, high=2.0), "it begins above zero"),
        (step(5, low=-2.0, high=-1.0), "it ends below zero"),
        (broken(1, 9), "it is not sharp"),
    ],
)
def test_what_does_not_look_as_the_paper_says_is_not_clear(function, why):
    assert not ramp_of(function).clear, why


def test_a_step_that_falls_back_has_no_plateau():
    found = ramp_of(lambda x: step(3)(x) - 0.2 * np.maximum(x - 3, 0))
    assert found.low < 0 < found.high
    assert found.drift < -shapes.STABLE * (found.high - found.low)
    assert not found.plateau


def test_what_never_moves_has_no_ramp():
    assert shapes.ramp(shapes.curve(values(), 0 * values())) is None


@pytest.mark.parametrize("name", sample.STEPS)
def test_the_thresholds_of_the_planted_world_pass_the_test(name):
    firms = pd.concat([sample.reconstruct_firms(seed=seed) for seed in range(10)])
    alone = firms.assign(**{other: firms[other].median() for other in firms if other != name})
    found = shapes.ramp(shapes.curve(firms[name], sample.planted_signal(alone)))
    margin = margins.read_margins("t2").loc[name]
    assert found.clear
    assert found.threshold == pytest.approx(
        sample.planted_thresholds()[name], abs=0.2 * margin["sd"]
    )


def test_few_points_have_no_shape():
    x = values()
    for few in (shapes.curve(0 * x, x), shapes.curve(x.round(-1), x)):
        assert shapes.ramp(few) is None
        assert not shapes.gradual(few)
        assert not shapes.saturates(few)


# --- saturation ----------------------------------------------------------------------------


def test_a_straight_line_does_not_level_off():
    found = shapes.curve(values(), values() - 5)
    assert shapes.saturation(found) == pytest.approx(1)
    assert not shapes.saturates(found)
    assert shapes.gradual(found)


def test_a_concave_curve_levels_off_and_a_convex_one_does_not():
    x = values()
    concave, convex = shapes.curve(x, 1 - np.exp(-x / 2)), shapes.curve(x, np.exp(x / 4))
    assert 0 < shapes.saturation(concave) < 0.25
    assert shapes.saturates(concave)
    assert shapes.saturation(convex) > 2
    assert not shapes.saturates(convex)


def test_what_does_not_rise_cannot_level_off():
    found = shapes.curve(values(), -values())
    assert np.isnan(shapes.saturation(found))
    assert not shapes.saturates(found)
    assert not shapes.gradual(found)


def test_a_jump_is_not_gradual():
    assert not shapes.gradual(shapes.curve(values(), step(3)(values())))


# --- interplay -----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def seen():
    """See a model of profit that helps where research is low and harms where it is high."""
    generator = np.random.default_rng(5)
    names = ["profit", "research", "steady", "idle"]
    rows = pd.DataFrame(generator.normal(size=(3000, 4)), columns=names)
    turn = np.where(rows["research"] < 0, 1.0, -0.5)
    target = turn * rows["profit"] + rows["steady"] + 0.1 * generator.normal(size=3000)
    options = {"verbose": -1, "num_threads": 1, "deterministic": True, "num_leaves": 12}
    booster = lightgbm.train(options, lightgbm.Dataset(rows, target), num_boost_round=60)
    return shapes.view(booster, rows.iloc[:ROWS])


def test_profit_is_seen_to_turn_with_research(seen):
    table = shapes.interplay(seen, "profit", "research")
    low, high = table["low"], table["high"]
    assert low["trend"] > 0.8
    assert high["trend"] < -0.5
    assert low["gap"] > 0 > high["gap"]
    assert high["top"] < low["top"]
    assert high["prediction"] < 0
    assert shapes.depends(table)


def test_a_feature_that_acts_alone_does_not_depend_on_another(seen):
    table = shapes.interplay(seen, "steady", "research")
    assert table.loc["gap", "low"] == pytest.approx(table.loc["gap", "high"], rel=0.1)
    assert not shapes.depends(table)


def test_the_strongest_partner_is_the_planted_one(seen):
    assert seen.partner("profit") == "research"
    assert seen.partner("research") == "profit"


def test_influence_through_others_is_told_from_influence_alone(seen):
    assert seen.interaction_share("research") > 0.5
    assert seen.interaction_share("steady") < 0.1


def test_a_trend_is_a_rank_correlation(seen):
    assert seen.trend("steady") > 0.95
    assert abs(seen.trend("research")) < shapes.TREND


def test_contributions_are_those_of_the_model(seen):
    whole = seen.contributions.sum(axis=1)
    assert list(seen.contributions.columns) == list(seen.features.columns)
    target = (
        seen.features["steady"]
        + np.where(seen.features["research"] < 0, 1, -0.5) * (seen.features["profit"])
    )
    assert np.corrcoef(whole, target)[0, 1] > 0.97


# --- findings ------------------------------------------------------------------------------


def additive(**effects):
    """Build a view of a model in which each feature acts alone, as a function of its value."""
    firms = pd.concat([sample.reconstruct_firms(seed=seed) for seed in range(10)])
    firms = firms.drop(columns="Data").reset_index(drop=True)
    matrix = np.zeros((len(firms), 14, 14))
    for name, function in effects.items():
        place = list(firms).index(name)
        matrix[:, place, place] = function(firms[name].rank(pct=True) * 10)
    return shapes.View(firms, matrix)


def test_findings_hold_where_the_model_has_the_papers_shapes():
    names = ("RDRatio", "RDPsnRatio", "TechRatio")
    found = shapes.findings(additive(**dict.fromkeys(names, step(5)), Revenue=lambda x: x - 5))
    for short in ("rd", "rdpsn", "tech"):
        assert found[f"{short}_threshold"]
        assert found[f"{short}_plateau"]
    assert found["revenue_gradual"]
    assert not found["size_gradual"]
    assert found["gpm_no_trend"]
    assert not found["through_interactions"]
    assert not found["profit_depends"]


def test_a_model_that_says_nothing_has_no_shape():
    found = shapes.findings(additive())
    assert {name for name, holds in found.items() if holds} == {
        *("gpm_no_trend", "leverage_no_trend", "capex_no_trend")
    }


def test_thresholds_are_true_where_they_are_planted_and_false_on_slopes():
    features = sample.reconstruct_firms(world="null", seed=4, n=600)[list(FEATURES)]
    held = {}
    for world in ("linear", "planted"):
        booster, _ = refits.reference(world, seed=1)
        held[world] = shapes.findings(shapes.view(booster, features))
    for name in ("rd_threshold", "rdpsn_threshold", "tech_threshold"):
        assert {world: found[name] for world, found in held.items()} == {
            **{"linear": False, "planted": True}
        }

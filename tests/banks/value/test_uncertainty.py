"""Draws with known distributions, and sensitivities with known answers."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataworth.banks.value import uncertainty
from dataworth.banks.value.asset import Asset, Assumptions
from dataworth.banks.value.methods import METHODS
from dataworth.banks.value.uncertainty import Input, draw, exceedance, sobol, summarize, tornado
from dataworth.errors import InputError

ASSET = Asset(
    "a bank",
    costs=pd.Series([100.0, 120.0, 150.0], range(2020, 2023)),
    profits=pd.Series([900.0, 1000.0, 1200.0], range(2020, 2023)),
)
INPUTS = [
    Input("rate", 0.06, 0.1, 0.16),
    Input("period", 5.0, 10.0, 25.0),
    Input("contribution", 0.05, 0.1, 0.2),
]


# --- inputs and draws ------------------------------------------------------------------------


def test_a_triangular_input_has_the_quantiles_of_its_triangle():
    one = Input("x", 0.0, 1.0, 4.0)
    # The distribution function is x² / 4 up to the centre, and 1 - (4 - x)² / 12 beyond.
    found = one.quantile(np.array([0.0, 0.09, 0.25, 0.75, 1.0]))
    assert found == pytest.approx([0.0, 0.6, 1.0, 4 - 3**0.5, 4.0])


def test_a_uniform_input_is_even_and_a_known_one_stays():
    assert Input("x", 2.0, 3.0, 6.0, shape="uniform").quantile(0.25) == pytest.approx(3.0)
    assert Input("x", 2.0, 2.0, 2.0).quantile(np.array([0.1, 0.9])).tolist() == [2.0, 2.0]


@given(st.lists(st.floats(-10, 10), min_size=3, max_size=3).map(sorted), st.floats(0, 1))
def test_an_input_stays_in_its_range(ends, probability):
    one = Input("x", *ends)
    assert ends[0] <= one.quantile(np.array([probability]))[0] <= ends[2]


@pytest.mark.parametrize("ends", [(2, 1, 3), (1, 4, 3), (0, float("nan"), 1), (0, 1, float("inf"))])
def test_a_range_out_of_order_is_refused(ends):
    with pytest.raises(InputError, match="rate: expected low ≤ central ≤ high"):
        Input("rate", *ends)


def test_draws_follow_the_seed_and_an_input_keeps_its_draws_when_others_join():
    two = draw(INPUTS[:2], 500, seed=3)
    pd.testing.assert_frame_equal(two, draw(INPUTS, 500, seed=3)[["rate", "period"]])
    assert not two.equals(draw(INPUTS[:2], 500, seed=4))
    assert abs(np.corrcoef(two["rate"], two["period"])[0, 1]) < 0.15


def test_the_mean_of_draws_is_the_mean_of_the_triangle():
    drawn = draw([Input("x", 0.0, 1.0, 5.0)], 40_000, seed=1)["x"]
    error = drawn.std() / 200
    assert abs(drawn.mean() - 2.0) < 4 * error


# --- values ----------------------------------------------------------------------------------


def test_values_of_draws_are_those_of_single_assumptions_over_blocks(monkeypatch):
    monkeypatch.setattr(uncertainty, "BLOCK", 7)
    drawn = draw(INPUTS, 20, seed=1)
    found = uncertainty.value(ASSET, drawn, ["income"])
    singles = [METHODS["income"](ASSET, Assumptions(**row)) for row in drawn.to_dict("records")]
    assert found["income"].to_numpy() == pytest.approx(singles)
    assert list(found.columns) == ["income"]


def test_a_value_of_inputs_without_width_has_no_spread():
    fixed = [Input(one.name, *(one.central,) * 3) for one in INPUTS]
    found = uncertainty.value(ASSET, draw(fixed, 50, seed=1), ["income"])["income"]
    central = METHODS["income"](ASSET, uncertainty.central(INPUTS))
    assert found.to_numpy() == pytest.approx(np.full(50, central))


def test_an_interval_holds_its_share_of_the_draws():
    values = pd.DataFrame({"a": np.arange(1001.0), "b": -2 * np.arange(1001.0)})
    found = summarize(values, level=0.8)
    assert found.loc["a"].to_dict() == pytest.approx(
        {"low": 100.0, "median": 500.0, "mean": 500.0, "high": 900.0}
    )
    assert found.loc["b", ["low", "high"]].tolist() == pytest.approx([-1800.0, -200.0])


def test_one_method_is_above_the_other_or_below_or_equal():
    values = pd.DataFrame({"a": [1.0, 2.0, 3.0, 4.0], "b": [0.0, 2.0, 5.0, 1.0]})
    shares = exceedance(values)
    assert shares.loc["a", "b"] == 0.625
    assert shares.loc["b", "a"] == 0.375
    assert np.isnan(shares.loc["a", "a"])


# --- sensitivity -----------------------------------------------------------------------------


def test_a_tornado_of_a_sum_has_the_width_of_each_weighted_input():
    inputs = [Input(name, 0.0, 0.5, 1.0, shape="uniform") for name in "abc"]
    found = tornado(lambda x: x["a"] - 10 * x["b"] + 2 * x["c"], inputs, level=0.8)
    assert found["input"].tolist() == ["b", "c", "a"]
    assert found["swing"].to_numpy() == pytest.approx([8.0, 1.6, 0.8])
    assert found.loc[0, ["at_low", "at_high"]].tolist() == pytest.approx([0.5, -7.5])


def ishigami(frame):
    x, y, z = (np.pi * (2 * frame[name] - 1) for name in "xyz")
    return np.sin(x) + 7 * np.sin(y) ** 2 + 0.1 * z**4 * np.sin(x)


def uniform(names):
    return [Input(name, 0.0, 0.5, 1.0, shape="uniform") for name in names]


def test_sobol_indices_of_the_ishigami_function_are_the_known_ones():
    found = sobol(ishigami, uniform("xyz"), size=4096, seed=1).set_index("input")
    known = pd.DataFrame(  # closed form, for a = 7 and b = 0.1
        {"first": [0.3139, 0.4424, 0.0], "total": [0.5576, 0.4424, 0.2437]}, list("xyz")
    )
    for column in known:
        gap = (found[column] - known[column]).abs()
        assert (gap < found[f"{column}_error"].clip(lower=0.005)).all(), gap
        assert (gap < 0.02).all()


def test_in_a_sum_every_input_has_its_share_of_the_variance_alone():
    weights = pd.Series({"a": 1.0, "b": 2.0, "c": 4.0, "d": 0.0})
    found = sobol(lambda x: x @ weights, uniform("abcd"), size=2048, seed=2).set_index("input")
    share = weights**2 / (weights**2).sum()
    assert found["first"].reindex(share.index).to_numpy() == pytest.approx(share, abs=0.02)
    assert found["total"].reindex(share.index).to_numpy() == pytest.approx(share, abs=0.02)
    assert found.index[0] == "c"


def test_sobol_indices_know_the_shape_of_an_input():
    # A triangle from 0 to 1 about one half has half the variance of the even distribution.
    inputs = [Input("t", 0.0, 0.5, 1.0), Input("u", 0.0, 0.5, 1.0, shape="uniform")]
    found = sobol(lambda x: x["t"] + x["u"], inputs, size=2048, seed=1).set_index("input")
    assert found.loc["t", "first"] == pytest.approx(1 / 3, abs=0.02)


def test_what_never_varies_has_no_sensitivity():
    found = sobol(lambda x: np.ones(len(x)), uniform("ab"), size=64, seed=1)
    assert (found[["first", "total"]] == 0).all(axis=None)


def test_the_base_sample_is_a_power_of_two():
    with pytest.raises(InputError, match="power of two, found 1000"):
        sobol(ishigami, uniform("xyz"), size=1000, seed=1)


def test_the_same_seed_gives_the_same_indices():
    first, again = (sobol(ishigami, uniform("xyz"), size=128, seed=5) for _ in range(2))
    pd.testing.assert_frame_equal(first, again)


# --- draws of costs


def row(**values):
    given = {"pay_increment": 1e6, "rate": 0.01, "low_rate": 0.01, "high_rate": 0.01}
    given["scale"] = 1.0
    return pd.DataFrame([given | values])


def test_without_any_doubt_every_draw_is_the_cost():
    draws = uncertainty.draw_costs(row(), (0.6, 0.6, 0.6), draws=10, seed=1)
    assert draws == pytest.approx(np.full((10, 1), 16_000))


def test_the_interval_of_the_rate_becomes_that_of_the_cost():
    draws = uncertainty.draw_costs(
        row(low_rate=0.009, high_rate=0.013), (0.5, 0.5, 0.5), draws=200_000, seed=1, level=0.9
    )
    low, high = uncertainty.interval(draws, 0.9)
    assert low[0] == pytest.approx(13_500, rel=2e-3)
    assert high[0] == pytest.approx(19_500, rel=2e-3)
    assert np.median(draws) == pytest.approx(15_000, rel=2e-3)


def test_the_ratio_is_triangular_and_shared_by_all():
    two = pd.concat([row(), row(pay_increment=2e6)], ignore_index=True)
    draws = uncertainty.draw_costs(two, (0.5, 0.6, 0.8), draws=100_000, seed=1)
    ratio = draws[:, 0] / 10_000 - 1
    assert (ratio.min() >= 0.5) and (ratio.max() <= 0.8)
    assert ratio.mean() == pytest.approx((0.5 + 0.6 + 0.8) / 3, abs=1e-3)
    assert np.quantile(ratio, 1 / 3) == pytest.approx(0.6, abs=2e-3)
    assert draws[:, 1] == pytest.approx(2 * draws[:, 0])


def test_no_draw_is_below_zero():
    draws = uncertainty.draw_costs(row(low_rate=0.001), (0.6, 0.6, 0.6), draws=10_000, seed=1)
    assert draws.min() == 0
    within = uncertainty.draw_within([5.0], [1.0], [9.0], np.array([[-9.0], [0.0], [1.96]]))
    assert within[:, 0] == pytest.approx([0, 5, 9], abs=1e-3)

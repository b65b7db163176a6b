"""One bank's series: planted elasticities, spurious regressions, curves that fit."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dataworth.banks.returns import short_series
from dataworth.banks.returns.panels import SETTINGS, TRUTHS, simulate_panels

WALKS = {"drift": (0.15, 0.2), "spread": (0.15, 0.1), "level": 0.95, "seed": 4}


def yearly(values):
    return pd.Series(values, index=range(2007, 2007 + len(values)), dtype=float)


def test_every_form_recovers_an_exact_elasticity():
    cost = yearly(np.exp(np.random.default_rng(0).normal(0.2, 0.1, 16).cumsum()))
    table = short_series.series_elasticities(5 * cost**0.6, cost, level=0.95)
    assert list(table.index) == list(short_series.FORMS)
    assert table["elasticity"].to_numpy() == pytest.approx([0.6] * 3)
    assert list(table["years"]) == [16, 16, 15]


def test_a_common_trend_is_an_elasticity_in_levels_and_none_in_differences():
    rng = np.random.default_rng(1)
    years = np.arange(400)
    cost = yearly(np.exp(0.1 * years / 10 + 0.1 * rng.normal(size=400)))
    profit = yearly(np.exp(0.05 * years / 10 + 0.1 * rng.normal(size=400)))
    table = short_series.series_elasticities(profit, cost, level=0.95)
    assert table.loc["levels", "low"] > 0.3
    assert table.loc["levels and trend", "low"] < 0 < table.loc["levels and trend", "high"]
    assert table.loc["differences", "low"] < 0 < table.loc["differences", "high"]


def test_r2_and_durbin_watson_are_those_of_statsmodels():
    import statsmodels.api as sm
    from statsmodels.stats.stattools import durbin_watson

    rng = np.random.default_rng(2)
    profit, cost = (yearly(np.exp(rng.normal(0.1, 0.1, 16).cumsum())) for _ in range(2))
    row = short_series.series_elasticities(profit, cost, level=0.95).loc["levels"]
    model = sm.OLS(np.log(profit), sm.add_constant(np.log(cost))).fit()
    assert row["r2"] == pytest.approx(model.rsquared)
    assert row["durbin_watson"] == pytest.approx(durbin_watson(model.resid))
    assert (row["plain_low"], row["plain_high"]) == pytest.approx(model.conf_int().iloc[1])


def test_unrelated_trending_walks_look_related_in_levels_but_not_in_differences():
    shares = short_series.spurious_shares(years=16, replications=2000, **WALKS)
    assert shares.loc["levels"].min() > 0.9
    assert shares.loc["levels and trend", "plain"] > 0.2
    assert shares.loc["differences", "plain"] == pytest.approx(0.05, abs=0.015)


def test_without_drift_fifty_points_look_related_in_two_cases_of_three():
    still = WALKS | {"drift": (0.0, 0.0), "spread": (1.0, 1.0)}
    shares = short_series.spurious_shares(years=50, replications=4000, **still)
    assert shares.loc["levels", "plain"] == pytest.approx(0.66, abs=0.03)


def test_longer_samples_do_not_help_levels():
    few, many = (
        short_series.spurious_shares(years=n, replications=500, **WALKS | {"drift": (0, 0)})
        for n in (16, 200)
    )
    assert many.loc["levels", "plain"] > few.loc["levels", "plain"]


CURVES = {
    "straight line": lambda c: 3 + 2 * c,
    "logarithm": lambda c: 3 + 2 * np.log(c),
    "power": lambda c: 2 * c**0.4,
    "parabola": lambda c: 3 + 4 * c - 0.3 * c**2,
}


@pytest.mark.parametrize("name", CURVES)
def test_the_curve_that_made_the_points_has_the_smallest_criterion(name):
    cost = np.linspace(1, 12, 40)
    noise = 1 + 0.002 * np.random.default_rng(5).normal(size=40)
    table = short_series.compare_shapes(CURVES[name](cost) * noise, cost)
    assert table["aicc"].idxmin() == name


def test_a_monotone_curve_fits_every_rising_series_and_no_other():
    cost = np.array([1.0, 2, 3, 4, 5, 6, 7, 8])
    rising = short_series.compare_shapes(cost**3, cost)
    assert rising.loc["any monotone curve", "r2"] == pytest.approx(1)
    peaked = short_series.compare_shapes(20 - (cost - 4) ** 2, cost)
    assert peaked.loc["parabola", "r2"] == pytest.approx(1)
    assert peaked.loc["any monotone curve", "r2"] < 0.7


def test_the_criterion_of_a_power_is_that_of_profit_in_levels():
    cost = np.linspace(1, 9, 30)
    profit = 3 * cost**0.5 * np.exp(0.1 * np.random.default_rng(6).normal(size=30))
    first = short_series.compare_shapes(profit, cost)["aicc"]
    second = short_series.compare_shapes(1000 * profit, cost)["aicc"]
    shift = second - first
    assert shift["power"] == pytest.approx(2 * 30 * np.log(1000))
    assert shift["parabola"] == pytest.approx(shift["power"])


@pytest.mark.parametrize(("years", "lags"), [(16, 2), (64, 3), (100, 4)])
def test_the_rule_for_lags(years, lags):
    assert short_series.newey_west_lags(years) == lags


@settings(max_examples=60, deadline=None, derandomize=True)
@given(elasticity=st.floats(0.05, 3), step=st.floats(0.1, 5), years=st.integers(4, 40))
def test_profit_growth_falls_under_every_elasticity_when_inputs_rise_by_equal_steps(
    elasticity, step, years
):
    inputs = np.log(1 + step * np.arange(years))
    assert short_series.growth_falls(elasticity * inputs, inputs)


def test_one_bank_reads_falling_growth_in_every_world_where_growth_slows():
    setting = SETTINGS["both slow down"]
    for truth in TRUTHS.values():
        panels = simulate_panels(truth, setting, panels=200, banks=3, seed=1)
        bank = panels.profit[:, 0], panels.inputs[:, 0]
        shares = short_series.read_bank(*bank, level=0.95).mean()
        assert shares["growth falls"] > 0.85


def test_unrelated_walks_give_a_slowing_bank_diminishing_returns_and_an_inverted_u():
    profit = np.cumsum(np.linspace(0.4, 0.02, 16))
    walks = np.random.default_rng(3).normal(0.17, 0.16, (500, 16)).cumsum(axis=-1)
    shares = short_series.read_bank(profit, walks, level=0.95).mean()
    assert shares["marginal product falls"] > 0.7
    assert shares["inverted U"] > 0.1
    assert shares["differences nothing"] > 0.8


def test_one_bank_with_clean_data_shows_what_is_there():
    rng = np.random.default_rng(0)
    inputs = rng.normal(0, 0.8, (50, 40))
    noise = 0.05 * rng.normal(size=inputs.shape)
    peaked = short_series.read_bank(-((inputs - 0.2) ** 2) + noise, inputs, level=0.95)
    assert peaked["inverted U"].all()
    line = short_series.read_bank(0.5 * inputs + noise, inputs, level=0.95)
    assert line["marginal product falls"].all()
    assert line["differences diminishing"].all()
    assert line["inverted U"].mean() < 0.1


def test_years_without_a_logarithm_do_not_count_and_few_years_say_nothing():
    profit = pd.Series([1.0, -2, 3, 4, 6, 5, 8], index=range(2010, 2017))
    stock = pd.Series([2.0, 3, 4, 6, 7, 9, 8], index=range(2010, 2017))
    found = short_series.series_elasticities(profit, stock, level=0.9)
    known = profit > 0
    pd.testing.assert_frame_equal(
        found, short_series.series_elasticities(profit[known], stock[known], level=0.9)
    )
    few = short_series.series_elasticities(profit.iloc[:5], stock.iloc[:5], level=0.9)
    assert few.isna().all(axis=None) and list(few.index) == list(short_series.FORMS)

"""Valuation methods at their limits, against closed forms and published option values."""

import math
from dataclasses import FrozenInstanceError, replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataworth.banks.value import stock
from dataworth.banks.value.asset import MISSING, Asset, Assumptions, growth_of
from dataworth.banks.value.methods import METHODS, implied_share, income_stream
from dataworth.banks.value.option import call_value
from dataworth.errors import InputError

YEARS = range(2018, 2023)
ASSET = Asset(
    "a bank",
    costs=pd.Series([60.0, 80.0, 100.0, 120.0, 150.0], YEARS),
    profits=pd.Series([900.0, 950.0, 990.0, 1000.0, 1200.0], YEARS),
)
GIVEN = Assumptions(
    rate=0.1,
    period=10,
    growth=0.03,
    decay=0.05,
    contribution=0.2,
    cost_level=1.1,
    life=8,
    markup=0.05,
    charges=0.9,
    royalty=0.02,
    margin=0.25,
    loss=0.1,
    rebuild=2,
    multiple=1.5,
    quality=0.8,
    outlay=0.5,
    wait=3,
    volatility=0.4,
    leakage=0.05,
    risk_free=0.03,
)
STREAMS = ["income", "relief_from_royalty", "excess_earnings"]


def value(key, **changes):
    return METHODS[key](ASSET, replace(GIVEN, **changes))


# --- limits ----------------------------------------------------------------------------------


def test_without_discount_growth_and_decay_the_income_is_the_plain_sum():
    found = value("income", rate=0.0, growth=0.0, decay=0.0, cost_level=1.0, period=7)
    assert found == pytest.approx(7 * 0.2 * 1200)


@pytest.mark.parametrize("key", [*STREAMS, "with_and_without"])
def test_no_period_no_value(key):
    assert value(key, period=0) == 0


def test_with_and_without_are_the_same_if_the_data_make_no_difference():
    assert value("with_and_without", loss=0.0) == 0


def test_a_royalty_of_the_whole_margin_is_the_whole_income():
    whole = income_stream(ASSET, GIVEN, 1.0)
    assert value("relief_from_royalty", royalty=0.25, margin=0.25) == pytest.approx(whole)
    assert value("excess_earnings", charges=0.0) == pytest.approx(whole)


def test_nothing_is_left_when_the_other_assets_have_earned_all():
    assert value("excess_earnings", charges=1.0) == 0


def test_an_option_without_uncertainty_is_worth_what_exercising_brings():
    certain = value("real_option", volatility=0.0)
    outlay = 0.5 * value("sum_of_costs")
    waited = value("income") * 0.95**3 - outlay / 1.03**3
    assert certain == pytest.approx(waited)
    assert value("real_option", volatility=0.0, outlay=100.0) == 0


def test_an_option_that_ends_now_is_worth_income_less_outlay():
    now = value("income") - 0.5 * value("sum_of_costs")
    assert value("real_option", wait=0) == pytest.approx(now)


def test_what_never_wears_out_has_cost_the_sum_of_costs():
    found = value("sum_of_costs", life=math.inf, markup=0.0, cost_level=1.0)
    assert found == pytest.approx(ASSET.costs.sum())
    assert value("sum_of_costs", life=1, markup=0.0, cost_level=1.0) == 150


def test_comparables_at_par_and_of_equal_quality_have_the_price_of_their_cost():
    assert value("comparables", multiple=1.0, quality=1.0) == value("sum_of_costs")


# --- against other ways to compute the same --------------------------------------------------


@pytest.mark.parametrize("life", [2, 5, 25])
def test_the_sum_of_costs_is_a_perpetual_inventory(life):
    kept = stock.perpetual_inventory(ASSET.costs, 1 / life).iloc[-1]
    assert value("sum_of_costs", life=life) == pytest.approx(1.1 * 1.05 * kept)


def test_income_is_the_present_value_of_revenue_year_by_year():
    years = np.arange(1, 11)
    revenue = 0.2 * 1.1 * 1200 * 1.03**years * 0.95 ** (years - 1)
    assert value("income") == pytest.approx((revenue / 1.1**years).sum())


def test_lost_data_are_made_again_only_if_that_is_cheaper():
    for_good = income_stream(ASSET, GIVEN, 0.1)
    meanwhile = income_stream(ASSET, GIVEN, 0.1, years=2)
    costs = value("sum_of_costs")
    assert value("with_and_without") == pytest.approx(min(for_good, meanwhile + costs))
    assert value("with_and_without", loss=1.0) == pytest.approx(10 * meanwhile + costs)
    assert value("with_and_without", loss=0.01) == pytest.approx(for_good / 10)


def test_todays_profit_cancels_where_the_share_is_cost_over_profit():
    double = Asset("twice", ASSET.costs, 2 * ASSET.profits)
    half = replace(GIVEN, contribution=0.1)
    assert METHODS["income"](double, half) == pytest.approx(value("income"))


@pytest.mark.parametrize("key", METHODS)
def test_every_value_is_the_income_of_the_share_that_it_implies(key):
    found = value(key)
    share = implied_share(ASSET, found, GIVEN)
    assert income_stream(ASSET, GIVEN, share) == pytest.approx(found)


def test_the_share_that_the_income_implies_is_the_one_that_it_was_given():
    assert implied_share(ASSET, value("income"), GIVEN) == pytest.approx(0.2 * 1.1)


# --- the interface ---------------------------------------------------------------------------


@pytest.mark.parametrize("method", METHODS.values(), ids=METHODS)
def test_a_method_needs_the_inputs_that_it_names_and_no_others(method):
    named = Assumptions(**{name: getattr(GIVEN, name) for name in method.inputs})
    assert method(ASSET, named) == method(ASSET, GIVEN)
    # With a large loss data are made again, with a small one not: each uses other inputs.
    states = (
        [replace(named, loss=loss) for loss in (0.9, 0.01)] if "loss" in method.inputs else [named]
    )
    for name in method.inputs:
        moved = [replace(state, **{name: 0.9 * getattr(state, name)}) for state in states]
        before, after = ([method(ASSET, state) for state in group] for group in (states, moved))
        assert before != after, name


@pytest.mark.parametrize("method", METHODS.values(), ids=METHODS)
@given(seed=st.integers(0, 2**32 - 1))
def test_draws_give_the_values_of_single_assumptions(method, seed):
    generator = np.random.default_rng(seed)
    drawn = {n: getattr(GIVEN, n) * generator.uniform(0.5, 1.0, (3, 2)) for n in method.inputs}
    drawn |= {n: drawn[n] + 1 for n in ("life", "margin") if n in drawn}
    found = method(ASSET, Assumptions(**drawn))
    assert found.shape == (3, 2)
    for place in np.ndindex(3, 2):
        single = Assumptions(**{name: float(array[place]) for name, array in drawn.items()})
        assert found[place] == pytest.approx(method(ASSET, single))


def test_columns_and_rows_of_assumptions_broadcast():
    rates, periods = np.array([0.05, 0.1, 0.15])[:, None], np.array([5.0, 10.0])
    assert value("income", rate=rates, period=periods).shape == (3, 2)


@given(st.floats(0.0, 0.5), st.floats(0.001, 0.2))
def test_a_higher_rate_never_raises_a_value_by_income(rate, more):
    for key in STREAMS:
        assert value(key, rate=rate + more) < value(key, rate=rate)


def test_a_missing_or_impossible_input_is_named():
    with pytest.raises(InputError, match=r"Excess earnings: .* from 0 to 1 for charges, found nan"):
        value("excess_earnings", charges=MISSING)
    with pytest.raises(InputError, match=r"expected a number from 0 to 1 for decay, found 1\.5"):
        value("income", decay=np.array([0.1, 1.5]))
    with pytest.raises(InputError, match=r"for period, found nan"):
        value("income", period=math.nan)
    with pytest.raises(InputError, match="expected a number from 1 to inf for life"):
        value("sum_of_costs", life=0.5)


def test_assumptions_and_assets_cannot_be_changed():
    with pytest.raises(FrozenInstanceError):
        GIVEN.rate = 0.2
    with pytest.raises(FrozenInstanceError):
        ASSET.name = "another"


def test_an_asset_has_a_number_in_every_year():
    with pytest.raises(InputError, match="costs of gap: expected consecutive years"):
        Asset("gap", ASSET.costs.drop(2020), ASSET.profits)
    with pytest.raises(InputError, match="profits of hole: expected a number in every year"):
        Asset("hole", ASSET.costs, ASSET.profits.where(ASSET.profits < 1000))
    with pytest.raises(InputError, match="found none"):
        Asset("nothing", ASSET.costs.iloc[:0], ASSET.profits)


def test_growth_is_compound_and_none_across_a_loss():
    assert growth_of(pd.Series([1.0, 100.0, 121.0]), 1) == pytest.approx(0.21)
    assert growth_of(pd.Series([100.0, 115.0, 121.0]), 10) == pytest.approx(0.1)
    assert growth_of(pd.Series([-1.0, 2.0]), 1) == 0
    assert growth_of(pd.Series([2.0]), 5) == 0


# --- options ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "strike", "rate", "time", "volatility", "payout", "printed"),
    [
        (42, 40, 0.10, 0.5, 0.2, 0.0, 4.76),  # Hull, Options, Futures, and Other Derivatives
        (930, 900, 0.08, 2 / 12, 0.2, 0.03, 51.83),  # the same, with a dividend yield
    ],
)
def test_calls_have_the_values_of_the_textbook(
    value, strike, rate, time, volatility, payout, printed
):
    yearly = math.exp(rate) - 1, 1 - math.exp(-payout)  # the book compounds continuously
    found = call_value(value, strike, yearly[0], time, volatility, yearly[1])
    assert found == pytest.approx(printed, abs=0.005)


@given(st.floats(0.0, 1.0), st.floats(0.0, 0.5))
def test_more_uncertainty_never_lowers_a_call(volatility, more):
    less = call_value(1.0, 1.2, 0.03, 2.0, volatility)
    assert call_value(1.0, 1.2, 0.03, 2.0, volatility + more) >= less - 1e-12


def test_a_call_without_strike_is_the_thing_and_without_thing_is_nothing():
    assert call_value(5.0, 0.0, 0.03, 2.0, 0.3) == pytest.approx(5.0)
    assert call_value(np.array([0.0, -3.0]), 1.0, 0.03, 2.0, 0.3).tolist() == [0.0, 0.0]

"""Valuation methods: each sheet worked by hand, limits, and published option values."""

import math
from dataclasses import FrozenInstanceError, replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataworth.banks.value import stock
from dataworth.banks.value.asset import MISSING, Asset, Assumptions, growth_of
from dataworth.banks.value.methods import METHODS, implied_share, income_stream, tax_benefit
from dataworth.banks.value.stock import call_value
from dataworth.errors import InputError

YEARS = range(2018, 2023)
ASSET = Asset(
    "a bank",
    costs=pd.Series([60.0, 80.0, 100.0, 120.0, 150.0], YEARS),
    profits=pd.Series([900.0, 950.0, 990.0, 1000.0, 1200.0], YEARS),
)
GIVEN = Assumptions(
    rate=0.1,
    period=3,
    growth=0.03,
    decay=0.05,
    tax=0.25,
    tax_life=10,
    contribution=0.2,
    cost_level=1.1,
    life=8,
    markup=0.05,
    price_growth=0.02,
    quality=0.8,
    reach=0.6,
    working_capital=0.05,
    fixed_assets=0.05,
    workforce=0.1,
    customers=0.1,
    regulatory_capital=0.5,
    royalty=0.02,
    upkeep=0.2,
    margin=0.25,
    loss=0.1,
    rebuild=2,
    multiple=4.0,
    adjustment=0.7,
    outlay=0.5,
    wait=3,
    volatility=0.4,
    leakage=0.05,
    risk_free=0.03,
)
STREAMS = ["income", "relief_from_royalty", "excess_earnings"]
# Ten equal parts of the value save a quarter of themselves in tax, in the middle of each year:
# 0.25 / 10 * 6.144567 * 1.048809 = 0.161112; one over the rest of one.
BENEFIT = 1.192054


def value(key, **changes):
    return float(METHODS[key](ASSET, replace(GIVEN, **changes)))


# --- sheets worked by hand -------------------------------------------------------------------


def test_the_sum_of_costs_by_hand():
    # 1.1 times the costs, of which 4/8, 5/8, 6/8, 7/8 and all are left.
    by_hand = 1.1 * (60 * 0.5 + 80 * 0.625 + 100 * 0.75 + 120 * 0.875 + 150)
    assert by_hand == pytest.approx(451)
    assert value("sum_of_costs") == pytest.approx(by_hand)


def test_national_accounts_by_hand():
    # A life of eight years loses two ninths a year; a twentieth is the return to capital.
    kept = 7 / 9
    by_hand = 1.1 * 1.05 * (60 * kept**4 + 80 * kept**3 + 100 * kept**2 + 120 * kept + 150)
    assert value("national_accounts") == pytest.approx(by_hand)


def test_the_replacement_cost_by_hand():
    today = 60 * 1.02**4 * 0.5 + 80 * 1.02**3 * 0.625 + 100 * 1.02**2 * 0.75
    today += 120 * 1.02 * 0.875 + 150
    assert value("replacement_cost") == pytest.approx(1.1 * 1.05 * 0.8 * today)


def test_comparables_by_hand():
    assert value("comparables") == pytest.approx(451 * 4 * 0.7 * 0.8)


def test_the_tax_benefit_by_hand():
    assert float(tax_benefit(GIVEN)) == pytest.approx(BENEFIT, abs=1e-6)
    # A value of one, written off over ten years, saves in tax just what the benefit adds.
    saved = sum(BENEFIT / 10 * 0.25 / 1.1 ** (year - 0.5) for year in range(1, 11))
    assert 1 + saved == pytest.approx(BENEFIT, abs=1e-6)


def test_excess_earnings_by_hand():
    # Earnings 741.6, 763.848 and 786.763; four fifths of them belong to other assets.
    excess = [741.6 * 0.2, 763.848 * 0.2 * 0.95, 786.76344 * 0.2 * 0.9025]
    present = sum(e / 1.1 ** (t - 0.5) for t, e in enumerate(excess, 1))
    assert value("excess_earnings") == pytest.approx(present * BENEFIT, rel=1e-6)


def test_relief_from_royalty_by_hand():
    # Revenue 2966.4 and on; 2 % of it, less a fifth for upkeep, less a quarter for tax.
    royalties = [2966.4 * 0.02 * 0.8 * 0.75 * 1.03**t * 0.95**t for t in range(3)]
    present = sum(r / 1.1 ** (t + 0.5) for t, r in enumerate(royalties))
    assert value("relief_from_royalty") == pytest.approx(present * BENEFIT, rel=1e-6)


def test_with_and_without_by_hand():
    profits = [1200 * 1.03**t for t in (1, 2, 3)]
    kept = [0.95 ** (t - 1) / 1.1 ** (t - 0.5) for t in (1, 2, 3)]
    for_good = sum(0.1 * p * k for p, k in zip(profits, kept, strict=True))
    assert value("with_and_without") == pytest.approx(for_good * BENEFIT, rel=1e-6)
    # With a loss of nine tenths the data are made again: all is missing, then half, then none.
    again = value("replacement_cost", quality=1.0) * 0.75
    rebuilt = 0.9 * profits[0] * kept[0] + 0.45 * profits[1] * kept[1] + again
    assert value("with_and_without", loss=0.9) == pytest.approx(rebuilt * BENEFIT, rel=1e-6)


def test_the_papers_income_by_hand():
    assert value("income") == pytest.approx(0.2 * 1.1 * 1200 * (1 / 1.1 + 1 / 1.21 + 1 / 1.331))


def test_the_option_is_a_call_on_the_royalties():
    call = call_value(value("relief_from_royalty"), 0.5 * 451, 0.03, 3, 0.4, 0.05)
    assert value("real_option") == pytest.approx(float(call))


@pytest.mark.parametrize("key", METHODS)
def test_a_sheet_adds_up_to_the_value(key):
    sheet = METHODS[key].sheet(ASSET, GIVEN)
    years = [column for column in sheet if not isinstance(column, str)]
    assert sheet.loc[sheet.index[-1], years].sum() == pytest.approx(sheet["sum"].iloc[-1])
    assert sheet["value"].iloc[-1] == pytest.approx(value(key))
    past = METHODS[key].approach in ("cost", "market")
    assert years[0] == (2018 if past else 2023)


# --- limits ----------------------------------------------------------------------------------


@pytest.mark.parametrize("key", [*STREAMS, "with_and_without"])
def test_no_period_no_value(key):
    assert value(key, period=0) == 0


def test_half_a_year_more_brings_half_a_years_income():
    whole, half, none = (value("income", period=p) for p in (4, 3.5, 3))
    assert half - none == pytest.approx((whole - none) / 2)


def test_with_and_without_are_the_same_if_the_data_make_no_difference():
    assert value("with_and_without", loss=0.0) == 0


def test_nothing_is_left_when_the_other_assets_have_earned_all():
    assert value("excess_earnings", regulatory_capital=0.7) == pytest.approx(0)
    assert value("excess_earnings", regulatory_capital=0.9) == 0


def test_the_middle_of_the_year_is_half_a_years_discount_earlier():
    taxed = {"tax": 0.0}
    late = value("excess_earnings", timing=0.0, **taxed)
    assert value("excess_earnings", **taxed) == pytest.approx(late * 1.1**0.5)


def test_an_option_that_ends_now_is_worth_the_value_less_outlay():
    now = value("relief_from_royalty") - 0.1 * value("sum_of_costs")
    assert value("real_option", wait=0, outlay=0.1) == pytest.approx(now)


def test_what_never_wears_out_has_cost_the_sum_of_costs():
    found = value("sum_of_costs", life=math.inf, cost_level=1.0)
    assert found == pytest.approx(ASSET.costs.sum())
    assert value("sum_of_costs", life=1, cost_level=1.0) == 150


# --- against other ways to compute the same --------------------------------------------------


@pytest.mark.parametrize("life", [2, 5, 25])
def test_stocks_are_those_of_the_two_rules(life):
    straight = stock.straight_line_stock(ASSET.costs, life).iloc[-1]
    assert value("sum_of_costs", life=life) == pytest.approx(1.1 * straight)
    kept = stock.perpetual_inventory(ASSET.costs, float(stock.geometric_rate(life))).iloc[-1]
    assert value("national_accounts", life=life) == pytest.approx(1.1 * 1.05 * kept)


def test_todays_profit_cancels_where_the_share_is_cost_over_profit():
    double = Asset("twice", ASSET.costs, 2 * ASSET.profits)
    half = replace(GIVEN, contribution=0.1)
    assert METHODS["income"](double, half) == pytest.approx(value("income"))


@pytest.mark.parametrize("key", METHODS)
def test_every_value_is_the_income_of_the_share_that_it_implies(key):
    found = value(key)
    share = implied_share(ASSET, found, GIVEN)
    assert income_stream(ASSET, GIVEN, share) == pytest.approx(found)


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
    drawn |= {n: drawn[n] + 1 for n in ("life", "margin", "tax_life") if n in drawn}
    found = method(ASSET, Assumptions(**drawn))
    assert found.shape == (3, 2)
    for place in np.ndindex(3, 2):
        single = Assumptions(**{name: float(array[place]) for name, array in drawn.items()})
        assert found[place] == pytest.approx(method(ASSET, single))


def test_columns_and_rows_of_assumptions_broadcast():
    rates, periods = np.array([0.05, 0.1, 0.15])[:, None], np.array([5.0, 10.0])
    given_ = replace(GIVEN, rate=rates, period=periods)
    assert METHODS["income"](ASSET, given_).shape == (3, 2)


@given(st.floats(0.0, 0.5), st.floats(0.001, 0.2))
def test_a_higher_rate_never_raises_a_value_by_income(rate, more):
    for key in STREAMS:
        assert value(key, rate=rate + more) < value(key, rate=rate)


def test_a_missing_or_impossible_input_is_named():
    with pytest.raises(
        InputError, match=r"Excess earnings: .* from 0 to 1 for customers, found nan"
    ):
        value("excess_earnings", customers=MISSING)
    with pytest.raises(InputError, match=r"expected a number from 0 to 1 for decay, found 1\.5"):
        METHODS["excess_earnings"](ASSET, replace(GIVEN, decay=np.array([0.1, 1.5])))
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

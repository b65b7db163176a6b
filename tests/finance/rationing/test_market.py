"""One lender market: known limits, closed forms, and what holds in every market."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from dataworth.errors import InputError
from dataworth.finance.rationing import market as rationing
from dataworth.finance.rationing.market import Market, Signal
from tests.finance.markets import share, signals, two_kinds

MARKET = Market(funding_rate=0.03)
LOANS = np.array([2e4, 6e4, 1.1e5, 1e6])
PLEDGED = st.floats(0, 0.9)


def test_firms_drop_out_where_their_own_gain_ends():
    limits = rationing.drop_out(MARKET)
    for limit, p, m in zip(limits, MARKET.success, MARKET.output, strict=True):
        assert p * (m / p - (1 + limit)) == pytest.approx(MARKET.outside)
    assert limits == pytest.approx([1.12 / 0.98 - 1, 0.98 / 0.8 - 1])


def test_the_return_rises_with_the_rate_until_sound_firms_leave():
    limit = rationing.drop_out(MARKET)[0]
    rates = np.linspace(0, limit, 50)
    rising = rationing.pool_return(MARKET, rates)
    assert (np.diff(rising) > 0).all()
    after = rationing.pool_return(MARKET, [limit + 1e-6])[0]
    assert after == pytest.approx(0.8 * (1 + limit), abs=1e-5)
    assert after < rising[-1]


def test_the_best_rate_is_the_best_of_a_fine_grid():
    for market in (MARKET, replace(MARKET, output=(1.15, 1.15)), replace(MARKET, collateral=0.5)):
        rate, best = rationing.best_rate(market)
        grid = np.linspace(0, rationing.drop_out(market).max(), 20_001)
        assert best == pytest.approx(np.nanmax(rationing.pool_return(market, grid)), abs=1e-4)
        assert best == pytest.approx(rationing.pool_return(market, [rate])[0])


def test_break_even_of_two_kinds_is_cost_over_mean_success():
    (rate,) = rationing.price(MARKET, [MARKET.share], [1e6]).rate[0]
    mean = 0.8 * 0.98 + 0.2 * 0.8
    assert rate == pytest.approx((1.03 + 5_000 / 1e6) / mean - 1)


def test_break_even_with_collateral_counts_what_is_recovered():
    market = replace(MARKET, collateral=0.2)
    (rate,) = rationing.price(market, [market.share], [1e6]).rate[0]
    mean = 0.8 * 0.98 + 0.2 * 0.8
    assert mean * (1 + rate) + (1 - mean) * 0.6 * 0.2 == pytest.approx(1.035)


@given(two_kinds(PLEDGED), signals)
def test_an_offer_never_loses_money_and_is_never_above_what_its_takers_pay(market, signal):
    priced = rationing.offers(market, signal, LOANS)
    weight = np.array(market.share) * rationing.likelihood(market, signal)
    p = np.array(market.success)
    for group, loan in np.ndindex(priced.rate.shape):
        rate, takers = priced.rate[group, loan], priced.accepted[group, :, loan]
        assert np.isnan(rate) == (not takers.any())
        if takers.any():
            assert (rate <= rationing.drop_out(market)[takers] + 1e-9).all()
            returns = p * (1 + rate) + (1 - p) * market.recovery * market.collateral
            earned = (
                weight[group] * takers @ (returns - rationing.cost_per_yuan(market, LOANS[loan]))
            )
            assert earned >= -1e-9


@given(two_kinds(PLEDGED), st.floats(1e4, 1e7))
def test_the_offer_is_the_lowest_rate_of_a_grid_that_does_not_lose_money(market, loan):
    (rate,) = rationing.price(market, [market.share], [loan]).rate[0]
    grid = np.linspace(0, rationing.drop_out(market).max() + 1e-9, 4_001)
    pays = rationing.pool_return(market, grid) >= rationing.cost_per_yuan(market, loan)
    if np.isnan(rate):
        assert not pays.any()
    elif pays.any():
        step = grid[1] - grid[0]
        assert rate <= grid[pays][0] + 1e-9
        assert rate >= grid[pays][0] - step - 1e-9 or not pays[grid <= rate].any()


@given(two_kinds(PLEDGED), st.floats(0, 1))
def test_perfect_information_serves_exactly_the_creditworthy(market, breadth):
    priced = rationing.offers(market, Signal(1.0, breadth), LOANS)
    worthy = rationing.surplus(market, LOANS)
    for kind in (0, 1):
        if breadth > 0:
            clear = np.abs(worthy[kind]) > 1e-9
            assert (priced.accepted[kind, kind] == (worthy[kind] > 0))[clear].all()


@given(two_kinds(PLEDGED), st.floats(0.01, 0.99))
def test_a_worthless_signal_changes_nothing(market, breadth):
    priced = rationing.offers(market, Signal(0.0, breadth), LOANS)
    for group in (0, 1):
        assert priced.rate[group] == pytest.approx(priced.rate[-1], nan_ok=True)
        assert (priced.accepted[group] == priced.accepted[-1]).all()


@given(two_kinds(), share, share)
def test_more_precision_lowers_the_rate_of_those_with_a_sound_signal(market, one, other):
    low, high = sorted((one, other))
    before, after = (rationing.offers(market, Signal(x), LOANS).rate[0] for x in (low, high))
    assert not (np.isnan(after) & ~np.isnan(before)).any()
    assert (after <= before + 1e-9)[~np.isnan(before)].all()


@given(two_kinds(), st.floats(1e4, 1e6), st.floats(1.0, 10))
def test_larger_loans_pay_lower_rates(market, loan, factor):
    small, large = rationing.offers(market, Signal(0, 0), [loan, loan * factor]).rate[-1]
    assert np.isnan(small) or large <= small + 1e-12


@given(two_kinds(PLEDGED))
def test_the_smallest_loan_is_where_offers_begin(market):
    smallest = rationing.smallest_loan(market)
    assume(1 < smallest < 1e9)
    below, above = rationing.price(
        market, [market.share], [smallest * 0.999, smallest * 1.001]
    ).rate[0]
    assert np.isnan(below)
    assert not np.isnan(above)


def test_the_smallest_loan_in_closed_form():
    pooled = 1.12 * (0.8 + 0.2 * 0.8 / 0.98)
    assert rationing.smallest_loan(MARKET) == pytest.approx(5_000 / (pooled - 1.03))
    assert rationing.smallest_loan(MARKET, (1, 0)) == pytest.approx(5_000 / (1.12 - 1.03))
    assert rationing.smallest_loan(MARKET, (0, 1)) == float("inf")
    assert rationing.smallest_loan(replace(MARKET, loan_cost=0)) == 0


@given(two_kinds(), signals)
def test_signals_are_spread_over_groups_and_tell_the_truth_by_their_precision(market, signal):
    chances = rationing.likelihood(market, signal)
    assert chances.sum(axis=0) == pytest.approx(1)
    gap = chances[0, 0] - chances[0, 1]
    assert gap == pytest.approx(signal.breadth * signal.precision)


def test_a_sound_signal_of_half_precision_is_half_way_to_certainty():
    assert rationing.composition(MARKET, Signal(0.5))[0] == pytest.approx([0.9, 0.1])


def test_a_lenient_signal_never_calls_a_sound_firm_weak():
    chances = rationing.likelihood(MARKET, Signal(0.3, 1.0, noise=(1.0, 0.0)))
    assert chances[1] == pytest.approx([0.0, 0.3])


def test_who_hides_a_weak_signal_is_priced_with_the_uncovered():
    signal = Signal(0.3, 0.5)
    shown = rationing.offers(MARKET, signal, [1e6], voluntary=True).rate[:, 0]
    open_to_all = rationing.offers(MARKET, signal, [1e6]).rate[:, 0]
    assert shown[0] == open_to_all[0]
    assert shown[1] == shown[2]
    assert shown[2] > open_to_all[2]


def test_five_kinds_get_their_own_rates_from_a_perfect_signal():
    p = np.array([0.99, 0.97, 0.94, 0.9, 0.85])
    market = Market(share=(0.2,) * 5, success=tuple(p), output=(1.25,) * 5, funding_rate=0.03)
    rates = rationing.offers(market, Signal(1.0), [1e6]).rate[:5, 0]
    assert rates == pytest.approx(1.035 / p - 1)


def test_collateral_can_drive_weak_firms_away_at_a_rate_that_already_pays():
    market = replace(MARKET, collateral=0.55)
    sound, weak = rationing.drop_out(market)
    assert weak < sound
    priced = rationing.price(market, [(0.1, 0.9)], [1e6])
    assert priced.rate[0, 0] == pytest.approx(weak)
    assert priced.accepted[0, :, 0].tolist() == [True, False]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"share": (0.5, 0.6)}, "market.share: expected shares that sum to 1"),
        ({"share": (0.5, 0.2, 0.3)}, "share, success and output of one length"),
        ({"success": (1.2, 0.5)}, "market.success: expected above 0 up to 1"),
        ({"collateral": 1.5}, "market.collateral: expected between 0 and 1, found 1.5"),
        ({"loan_cost": -1}, "market.loan_cost: expected no less than 0"),
        ({"loan_median": 0}, "a positive loan_median"),
    ],
)
def test_a_market_that_cannot_be_is_refused_in_one_line(change, message):
    with pytest.raises(InputError, match=message):
        Market(**change)


def test_a_signal_that_cannot_be_is_refused_in_one_line():
    with pytest.raises(InputError, match=r"signal\.precision: expected between 0 and 1, found 2"):
        Signal(2)
    with pytest.raises(InputError, match=r"signal\.noise: expected shares that sum to 1"):
        Signal(0.5, 1.0, noise=(0.5, 0.6))
    with pytest.raises(InputError, match=r"signal\.noise: expected 2 shares, found 3"):
        rationing.likelihood(MARKET, Signal(0.5, 1.0, noise=(0.2, 0.2, 0.6)))

"""Closed forms against the offers that they speak of."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from dataworth.errors import InputError
from dataworth.finance.rationing import market as rationing
from dataworth.finance.rationing import thresholds
from dataworth.finance.rationing.market import Market, Signal
from tests.finance.markets import contested

MARKET = Market()


def served(market, signal, loan, group):
    """Return whether sound firms with this signal get the loan."""
    return rationing.offers(market, signal, [loan]).accepted[group, 0, 0]


def test_with_equal_outputs_raising_the_rate_always_pays():
    equal = replace(MARKET, output=(1.15, 1.15))
    found = thresholds.scarce_funds(equal, 0.5)
    assert found.clearing_return == pytest.approx(1.12)  # everything but what weak firms give up
    assert found.rate == found.clearing_rate


@given(contested(), st.floats(0.01, 0.05))
def test_lenders_keep_the_rate_exactly_below_the_threshold_of_weak_output(market, gap):
    threshold = thresholds.weak_output_for_rationing(market)
    for weak, keeps in ((threshold - gap, True), (threshold + gap, False)):
        changed = replace(market, output=(market.output[0], weak))
        assume(thresholds.weak_leave_last(changed))
        found = thresholds.scarce_funds(changed, 1.0)
        assert (found.rate < found.clearing_rate) == keeps


def test_scarce_funds_leave_the_rest_of_the_applicants_without_a_loan():
    found = thresholds.scarce_funds(MARKET, 0.7)
    assert found.rate == pytest.approx(1.12 / 0.98 - 1)
    assert found.rationed == pytest.approx(0.3)
    assert thresholds.scarce_funds(MARKET, 1.0).rationed == 0


@given(contested(), st.floats(1e5, 1e7))
def test_a_pool_needs_its_share_of_sound_firms(market, loan):
    share = thresholds.needed_share(market, loan)
    assume(0.01 < share < 0.98)
    for q, gets in ((share - 0.005, False), (share + 0.005, True)):
        assert rationing.price(market, [(q, 1 - q)], [loan]).accepted[0, 0, 0] == gets


@given(contested())
def test_beyond_the_excluding_precision_sound_firms_with_a_weak_signal_get_no_credit(market):
    limit = thresholds.excluding_precision(market)
    assume(0.01 < limit < 0.98)
    for precision, gets in ((limit - 0.005, True), (limit + 0.005, False)):
        assert served(market, Signal(precision), math.inf, 1) == gets


@given(contested(), st.floats(5e4, 5e5))
def test_from_the_admitting_precision_on_a_sound_signal_opens_credit(market, loan):
    limit = thresholds.admitting_precision(market, loan)
    assume(0.01 < limit < 0.98)  # also leaves out a missing one
    for precision, gets in ((limit - 0.005, False), (limit + 0.005, True)):
        assert served(market, Signal(precision), loan, 0) == gets


def test_a_loan_that_sound_firms_cannot_carry_is_admitted_by_no_precision():
    assert math.isnan(thresholds.admitting_precision(MARKET, 50_000))
    assert thresholds.excluding_precision(MARKET, 50_000) == 0


@given(contested(), st.floats(0, 0.3))
def test_the_replacing_precision_gives_the_rate_of_the_collateral(market, collateral):
    precision = thresholds.precision_for_collateral(market, collateral)
    assume(not math.isnan(precision))
    pledged = replace(market, collateral=collateral)
    assume(thresholds.weak_leave_last(pledged))
    by_collateral = rationing.offers(pledged, Signal(0, 0), [math.inf])
    by_data = rationing.offers(market, Signal(precision), [math.inf])
    assume(by_collateral.accepted[-1, 0, 0] and by_data.accepted[0, 0, 0])
    assert by_data.rate[0, 0] == pytest.approx(by_collateral.rate[-1, 0], abs=1e-9)


def test_no_collateral_is_worth_no_precision():
    assert thresholds.precision_for_collateral(MARKET, 0.0) == 0


def test_from_the_separating_collateral_on_weak_firms_stay_away():
    limit = thresholds.separating_collateral(MARKET, 1e6)
    for change, weak_apply in ((-0.01, True), (0.01, False)):
        market = replace(MARKET, collateral=limit + change)
        mean = 0.8 * 0.98 + 0.2 * 0.8
        pooled = (1.035 - (1 - mean) * 0.6 * market.collateral) / mean - 1
        assert (pooled < rationing.drop_out(market)[1]) == weak_apply


def test_collateral_raises_the_switching_rate_one_for_one():
    tempting = replace(MARKET, output=(1.15, 0.95))
    rate = thresholds.switching_rate(tempting)
    gains = [m - p * (1 + rate) for m, p in zip(tempting.output, tempting.success, strict=True)]
    assert gains[0] == pytest.approx(gains[1])
    assert thresholds.switching_rate(replace(tempting, collateral=0.1)) == pytest.approx(rate + 0.1)


@given(contested(), st.floats(1e4, 1e7))
def test_the_parts_of_a_rate_sum_to_break_even(market, loan):
    parts = thresholds.rate_components(market, loan)
    mean = np.dot(market.share, market.success)
    promised = rationing.cost_per_yuan(market, loan) / mean
    assert sum(parts.values()) == pytest.approx(promised - 1)
    assert min(parts.values()) >= 0


def test_asymmetry_and_handling_cost_the_same_at_the_loan_that_is_named():
    parts = thresholds.rate_components(MARKET, thresholds.asymmetry_dominates_from(MARKET))
    assert parts["asymmetry"] == pytest.approx(parts["handling"])
    alike = replace(MARKET, share=(1.0, 0.0))
    assert thresholds.asymmetry_dominates_from(alike) == math.inf


def test_what_does_not_fit_is_refused_in_one_line():
    three = Market(share=(0.5, 0.3, 0.2), success=(0.9, 0.8, 0.7), output=(1.1, 1.1, 1.1))
    with pytest.raises(InputError, match="two kinds, sound first, found 3"):
        thresholds.needed_share(three)
    with pytest.raises(InputError, match="expected sound above weak"):
        thresholds.needed_share(replace(MARKET, success=(0.7, 0.9)))
    with pytest.raises(InputError, match="funds: expected a share between 0 and 1, found 2"):
        thresholds.scarce_funds(MARKET, 2)

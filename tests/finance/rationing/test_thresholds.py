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

MARKET = Market(funding_rate=0.03)


def served(market, signal, loan, group):
    """Return whether sound firms with this signal get the loan."""
    return rationing.offers(market, signal, [loan]).accepted[group, 0, 0]


@given(contested(), st.floats(0.01, 0.05))
def test_lenders_keep_the_rate_exactly_below_the_threshold_of_weak_output(market, gap):
    threshold = thresholds.weak_output_for_rationing(market)
    for weak, keeps in ((threshold - gap, True), (threshold + gap, False)):
        changed = replace(market, output=(market.output[0], weak))
        assume(thresholds.weak_leave_last(changed))
        best, _ = rationing.best_rate(changed)
        assert (best <= rationing.drop_out(changed)[0] + 1e-9) == keeps


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


def test_a_loan_that_sound_firms_cannot_carry_is_made_at_no_precision():
    assert thresholds.excluding_precision(replace(MARKET, funding_rate=0.03), 50_000) == 0


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


def test_what_does_not_fit_is_refused_in_one_line():
    three = Market(share=(0.5, 0.3, 0.2), success=(0.9, 0.8, 0.7), output=(1.1, 1.1, 1.1))
    with pytest.raises(InputError, match="two kinds, sound first, found 3"):
        thresholds.needed_share(three)
    with pytest.raises(InputError, match="expected sound above weak"):
        thresholds.needed_share(replace(MARKET, success=(0.7, 0.9)))

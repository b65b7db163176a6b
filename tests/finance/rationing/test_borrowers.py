"""Who is served, left out or lent too much to: limits, known cases, and a crowd that is drawn."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dataworth.finance.rationing import borrowers
from dataworth.finance.rationing.borrowers import NO_DATA, expected_lending, summarize
from dataworth.finance.rationing.market import SOUND, Market, Signal, likelihood, offers
from tests.finance.markets import two_kinds

MARKET = Market(funding_rate=0.03)
SIGNAL = Signal(0.6, 0.7)


def outcome(market, signal, **rest):
    return summarize(market, expected_lending(market, signal, **rest))


@settings(max_examples=40)
@given(two_kinds(st.floats(0, 0.9)))
def test_with_all_data_exactly_the_creditworthy_are_served(market):
    lending = expected_lending(market, Signal(1.0, 1.0), sizes=31)
    inside = lending[lending["weight"] > 0]
    assert (inside["served"] == inside["creditworthy"]).all()


@settings(max_examples=40)
@given(two_kinds(st.floats(0, 0.9)), st.floats(0, 1))
def test_a_worthless_signal_changes_nothing(market, breadth):
    blind, fooled = (outcome(market, s, sizes=31) for s in (NO_DATA, Signal(0.0, breadth)))
    assert list(fooled.values()) == pytest.approx(list(blind.values()), nan_ok=True)


def test_a_crowd_that_is_drawn_meets_the_expectation():
    rng, firms = np.random.default_rng(3), 200_000
    kind = (rng.random(firms) >= MARKET.share[0]).astype(int)
    chances = likelihood(MARKET, SIGNAL)[:, kind].cumsum(axis=0)
    group = (rng.random(firms) > chances).sum(axis=0)
    loan = MARKET.loan_median * np.exp(MARKET.loan_spread * rng.standard_normal(firms))
    priced = offers(MARKET, SIGNAL, loan)
    served = priced.accepted[group, kind, np.arange(firms)]
    rate = priced.rate[group, np.arange(firms)]
    found = outcome(MARKET, SIGNAL, sizes=2001)
    assert served.mean() == pytest.approx(found["served"], abs=0.005)
    assert rate[served & (kind == SOUND)].mean() == pytest.approx(found["sound_rate"], abs=3e-4)
    assert loan[served].sum() / firms == pytest.approx(found["lent"], rel=0.02)


def test_expected_gains_are_the_whole_surplus_where_lenders_compete():
    lending = expected_lending(MARKET, SIGNAL)
    weight = lending["weight"]
    assert weight.sum() == pytest.approx(1)
    assert (weight * lending["firm_gain"]).sum() == pytest.approx(
        (weight * lending["surplus"]).sum()
    )


def test_a_middling_signal_leaves_out_sound_firms_with_large_loans():
    large = replace(MARKET, loan_median=1e7, loan_spread=0.0)
    out = [outcome(large, Signal(x))["left_out"] for x in (0.0, 0.25, 0.4, 1.0)]
    assert out[0] == out[1] == 0
    assert out[2] == pytest.approx((1 - 0.4) * 0.2)  # sound firms that are misread
    assert out[3] == pytest.approx(0)


def test_blind_lenders_lend_too_much_and_perfect_ones_nothing_that_is_not_worth_it():
    large = replace(MARKET, loan_median=1e6, loan_spread=0.0)
    blind, known = (outcome(large, s, sizes=3) for s in (NO_DATA, Signal(1.0)))
    assert blind["overlent"] == pytest.approx(0.2)  # the share of weak firms
    assert known["overlent"] == 0
    # Full information saves the loss on weak firms, and nothing else.
    assert known["surplus"] - blind["surplus"] == pytest.approx(0.2 * (1.035 - 0.98) * 1e6)


def test_a_poor_signal_can_be_worth_less_than_none():
    worth = [outcome(MARKET, Signal(x))["surplus"] for x in (0.0, 0.29, 0.8)]
    assert worth[1] < worth[0] < worth[2]


def test_cures_of_sound_firms_without_a_loan_add_up():
    found = borrowers.cures(MARKET)
    parts = ("cost_only", "data_only", "either", "both_needed")
    assert sum(found[name] for name in parts) == pytest.approx(found["without"])
    assert found["data_only"] == 0  # blind lenders serve everybody when handling is free
    poor = replace(MARKET, share=(0.4, 0.6))
    assert borrowers.cures(poor)["cost_only"] == 0  # the pool carries no loan at any cost


def test_the_smallest_loans_are_reached_by_cheaper_handling_alone():
    small = replace(MARKET, loan_median=20_000, loan_spread=0.0)
    assert borrowers.cures(small, sizes=5)["cost_only"] == pytest.approx(1)

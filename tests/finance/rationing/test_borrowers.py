"""A crowd of firms: every yuan is accounted for, and averages meet expectations."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dataworth.errors import InputError
from dataworth.finance.rationing import borrowers
from dataworth.finance.rationing.borrowers import ALL_DATA, NO_DATA
from dataworth.finance.rationing.market import Market, Signal
from tests.finance.markets import signals, two_kinds

MARKET = Market()
SIGNAL = Signal(0.6, 0.7)


def crowd(market=MARKET, signal=SIGNAL, firms=20_000, seed=3):
    return borrowers.lend(
        market, signal, borrowers.simulate_firms(market, signal, firms, seed=seed)
    )


@settings(max_examples=40)
@given(two_kinds(st.floats(0, 0.9)), signals)
def test_money_is_conserved_firm_by_firm(market, signal):
    lent = crowd(market, signal, firms=300)
    loan = lent["loan"] * lent["served"]
    uses = loan * (1 + market.funding_rate) + market.loan_cost * lent["served"]
    uses += market.outside * loan + lent["wasted"] + lent["lender_gain"] + lent["firm_gain"]
    assert np.allclose(lent["output"], uses, atol=1e-6)


@settings(max_examples=40)
@given(two_kinds(st.floats(0, 0.9)), st.floats(0, 1))
def test_with_all_data_nobody_creditworthy_is_rationed(market, breadth):
    full = crowd(market, Signal(1.0, 1.0), firms=300)
    assert (full["served"] == full["creditworthy"]).all()
    covered = crowd(market, Signal(1.0, breadth), firms=300)
    inside = covered[covered["covered"]]
    assert (inside["served"] == inside["creditworthy"]).all()


@settings(max_examples=40)
@given(two_kinds(st.floats(0, 0.9)), st.floats(0, 1))
def test_a_worthless_signal_changes_nothing_for_anybody(market, breadth):
    blind, fooled = (
        crowd(market, NO_DATA, firms=300),
        crowd(market, Signal(0.0, breadth), firms=300),
    )
    assert (blind["served"] == fooled["served"]).all()
    assert blind["rate"].to_numpy() == pytest.approx(fooled["rate"].to_numpy(), nan_ok=True)


def test_the_same_seed_gives_the_same_firms_whatever_is_seen():
    one, other = (
        borrowers.simulate_firms(MARKET, s, 500, seed=7) for s in (NO_DATA, Signal(0.9, 0.4))
    )
    pd.testing.assert_frame_equal(
        one[["kind", "loan", "success"]], other[["kind", "loan", "success"]]
    )
    assert not one["covered"].any()


def test_a_crowd_meets_its_expectation():
    drawn = borrowers.summarize(MARKET, crowd(firms=200_000))
    expected = borrowers.summarize(MARKET, borrowers.expected_lending(MARKET, SIGNAL, sizes=2001))
    for name in ("share_served", "share_rationed", "loss"):
        assert drawn[name] == pytest.approx(expected[name], abs=0.005)
    assert drawn["rate"] == pytest.approx(expected["rate"], abs=2e-4)
    assert drawn["sound_rate"] == pytest.approx(expected["sound_rate"], abs=2e-4)


def test_expected_gains_are_the_whole_surplus_where_lenders_compete():
    lending = borrowers.expected_lending(MARKET, SIGNAL)
    weight = lending["weight"]
    assert weight.sum() == pytest.approx(1)
    assert (weight * lending["firm_gain"]).sum() == pytest.approx(
        (weight * lending["surplus"]).sum()
    )


def test_the_map_ends_rationing_at_full_precision_and_breadth_alone():
    grid = borrowers.rationing_map(MARKET, Signal(0, 1.0), [0.0, 0.5, 1.0], [0, 5_000, 20_000])
    ends = grid[grid["precision"] == 1]
    assert ends["share_rationed"].to_numpy() == pytest.approx(0, abs=1e-12)
    half = borrowers.rationing_map(MARKET, Signal(0, 0.5), [1.0], [5_000])
    blind = grid[(grid["precision"] == 0) & (grid["loan_cost"] == 5_000)]
    assert half["share_rationed"].iloc[0] == pytest.approx(blind["share_rationed"].iloc[0] / 2)


def test_a_middling_signal_rations_sound_firms_with_large_loans():
    large = replace(MARKET, loan_median=1e7, loan_spread=0.0)
    grid = borrowers.rationing_map(large, Signal(0), [0.0, 0.25, 0.4, 1.0], [5_000])
    rationed = grid["share_rationed"].tolist()
    assert rationed[0] == rationed[1] == 0
    assert rationed[2] == pytest.approx((1 - 0.4) * 0.2)  # sound firms that are misread
    assert rationed[3] == pytest.approx(0)


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


def test_all_data_are_worth_the_surplus_that_was_missed():
    large = replace(MARKET, loan_median=1e6, loan_spread=0.0)
    # Blind lenders serve all; full information saves the loss on weak firms.
    weak_loss = 0.2 * (1.035 - 0.98) * 1e6
    assert borrowers.worth_of_data(large, ALL_DATA, sizes=3) == pytest.approx(weak_loss)
    assert borrowers.worth_of_data(MARKET, NO_DATA) == 0
    assert borrowers.worth_of_data(MARKET, Signal(0.0, 1.0)) == pytest.approx(0, abs=1e-6)


def test_a_poor_signal_can_be_worth_less_than_none():
    assert (
        borrowers.worth_of_data(MARKET, Signal(0.29))
        < 0
        < borrowers.worth_of_data(MARKET, Signal(0.8))
    )


def test_no_firms_are_refused():
    with pytest.raises(InputError, match="firms: expected at least 1, found 0"):
        borrowers.simulate_firms(MARKET, SIGNAL, 0, seed=1)

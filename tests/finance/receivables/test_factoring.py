"""Factoring: prices in closed form, known limits, and the account of every yuan."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dataworth.finance.receivables import factoring
from dataworth.finance.receivables.merchants import Trade, ideal_risk, simulate_merchants

TRADE = Trade()
share = st.floats(0, 1)


@st.composite
def trades(draw):
    return Trade(
        failure=draw(st.floats(0.005, 0.3)),
        books=draw(st.floats(0, 0.9)),
        portrait=draw(share),
        coverage=draw(share),
        recourse=draw(share),
        term=draw(st.floats(0.05, 1)),
        funding_rate=draw(st.floats(0, 0.1)),
        margin=draw(st.floats(0, 0.05)),
        handling=draw(st.floats(0, 3_000)),
        reservation=draw(st.floats(0.01, 0.4)),
        core_default=draw(share),
        core_recovery=draw(share),
    )


def test_the_price_of_a_receivable_by_hand():
    trade = replace(TRADE, core_default=0.0)
    answer = factoring.quote(trade, [100_000], [0.02]).iloc[0]
    expected = (100_000 * (1 - 0.02 * 0.7) - 600) / (1 + 0.04 * 0.25)
    assert answer["advance"] == pytest.approx(expected)
    assert answer["discount"] == pytest.approx(1 - expected / 100_000)
    assert answer["rate"] == pytest.approx((100_000 / expected - 1) / 0.25)


@given(trades(), st.floats(1_000, 1e7), share)
def test_full_recovery_leaves_the_price_of_time(trade, face, risk):
    safe = replace(trade, recourse=1.0, core_recovery=1.0, handling=0.0, margin=0.0)
    discount = factoring.quote(safe, [face], [risk])["discount"].iloc[0]
    assert discount == pytest.approx(1 - 1 / (1 + safe.funding_rate * safe.term), abs=1e-12)


@given(trades(), st.floats(1_000, 1e7), share, share)
def test_more_risk_never_raises_the_advance(trade, face, first, second):
    low, high = sorted((first, second))
    advance = factoring.quote(trade, [face, face], [low, high])["advance"].fillna(0.0)
    assert advance[0] >= advance[1] - 1e-6


@given(trades(), share)
def test_the_smallest_receivable_is_where_finance_begins(trade, risk):
    smallest = factoring.smallest_face(trade, risk)
    if np.isinf(smallest):
        assert not factoring.quote(trade, [1e12], [risk])["financed"].iloc[0] or (
            factoring.expected_share(trade, risk)
            == pytest.approx(factoring.least_share(trade), abs=1e-9)
        )
    elif smallest > 1:
        around = factoring.quote(trade, [smallest * 0.999, smallest * 1.001], [risk, risk])
        assert around["financed"].tolist() == [False, True]


def test_a_factor_alone_takes_all_that_merchants_would_pay():
    answer = factoring.quote(TRADE, [1e6, 1e6], [0.001, 0.5], sole=True)
    assert answer["rate"].iloc[0] == pytest.approx(TRADE.reservation)
    assert answer["financed"].tolist() == [True, False]
    assert np.isnan(answer["advance"].iloc[1])


# Limits of the portrait.
def test_a_worthless_portrait_changes_no_decision():
    trade = replace(TRADE, portrait=0.0)
    frame = simulate_merchants(trade, 3_000, seed=2)
    blind, seeing = (
        factoring.decide(trade, frame, ideal_risk(trade, frame, with_portrait=flag))
        for flag in (False, True)
    )
    assert (blind["financed"] == seeing["financed"]).all()
    assert factoring.summarize(seeing) == pytest.approx(factoring.summarize(blind))


def test_a_perfect_portrait_of_everybody_removes_avoidable_losses():
    trade = replace(TRADE, portrait=1.0, coverage=1.0)
    frame = simulate_merchants(trade, 3_000, seed=2)
    blind, seeing = (
        factoring.summarize(
            factoring.decide(trade, frame, ideal_risk(trade, frame, with_portrait=flag))
        )
        for flag in (False, True)
    )
    assert seeing["avoidable"] == seeing["wrong"] == 0 < blind["avoidable"]
    assert seeing["good_financed"] == 1
    assert seeing["loss"] > 0  # luck remains


@settings(max_examples=30, deadline=None)
@given(trades(), st.integers(0, 1000))
def test_competitors_with_true_risks_earn_their_margin(trade, seed):
    frame = simulate_merchants(trade, 200, seed=seed)
    found = factoring.decide(trade, frame, frame["risk"])
    paid = found["advance"].where(found["financed"], 0.0)
    assert found["profit"].to_numpy() == pytest.approx(
        (trade.margin * trade.term * paid).to_numpy(), abs=1e-5
    )
    assert (found["gain"] >= -1e-6).all()


@settings(max_examples=30, deadline=None)
@given(trades(), st.integers(0, 1000))
def test_a_factor_alone_that_knows_all_loses_on_nobody(trade, seed):
    frame = simulate_merchants(trade, 200, seed=seed)
    found = factoring.decide(trade, frame, frame["risk"], sole=True)
    assert (found["profit"] >= -1e-5).all()
    assert found["gain"].to_numpy() == pytest.approx(0, abs=1e-5)


# Accounts: nothing is made and nothing is lost.
@settings(max_examples=60, deadline=None)
@given(trades(), st.integers(0, 1000), st.booleans(), st.floats(0, 5_000))
def test_balances_add_up_to_nothing_and_no_payment_is_negative(trade, seed, sole, fee):
    frame = simulate_merchants(trade, 60, seed=seed)
    stated = ideal_risk(trade, frame, with_portrait=True)
    found = factoring.decide(trade, frame, stated, sole=sole)
    paid = factoring.payments(trade, found, frame["failed"], fee=fee)
    assert (paid["yuan"] >= 0).all()
    assert factoring.balances(paid).sum() == pytest.approx(0, abs=1e-9 * frame["face"].sum())
    due = paid[paid["payer"] == "core firm"]["yuan"].sum()
    assert due == pytest.approx(frame.loc[~frame["failed"], "face"].sum())


def test_the_account_of_one_merchant_by_hand():
    trade = replace(TRADE, core_default=0.0, recourse=0.3)
    frame = simulate_merchants(replace(trade, coverage=1.0), 1, seed=1).assign(
        face=100_000.0, risk=0.01
    )
    found = factoring.decide(trade, frame, [0.01])
    paid = found["advance"].iloc[0]
    end = factoring.balances(factoring.payments(trade, found, [True], fee=500))
    assert end["merchants"] == pytest.approx(paid - 500 - 30_000)
    assert end["core firm"] == 0  # it sends the goods back
    interest = paid * trade.funding_rate * trade.term
    assert end["factor"] == pytest.approx(30_000 - 600 - paid - interest)
    assert end["bank"] == pytest.approx(interest)
    assert end["provider"] == 500


def test_the_account_agrees_with_the_expected_profit():
    trade = replace(TRADE, core_default=0.0)
    frame = simulate_merchants(trade, 200_000, seed=4)
    found = factoring.decide(trade, frame, ideal_risk(trade, frame, with_portrait=True))
    earned = factoring.balances(factoring.payments(trade, found, frame["failed"], fee=0.0))
    luck = (found["face"] ** 2 * frame["risk"] * found["financed"]).sum() ** 0.5
    assert earned["factor"] == pytest.approx(found["profit"].sum(), abs=4 * luck)


def test_on_the_core_firms_word_the_merchants_quality_does_not_count():
    word = factoring.confirmed(TRADE, [1e5, 1e6], handling=150.0)
    known = factoring.quote(replace(TRADE, handling=150.0), [1e5, 1e6], [0.0, 0.0])
    assert word["advance"].tolist() == known["advance"].tolist()


def test_a_hundred_thousand_merchants_are_decided_at_once():
    frame = simulate_merchants(TRADE, 100_000, seed=1)
    found = factoring.decide(TRADE, frame, ideal_risk(TRADE, frame, with_portrait=True))
    assert len(found) == 100_000
    assert 0 < found["financed"].mean() < 1

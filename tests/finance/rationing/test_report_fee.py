"""The sale of reports: thresholds, limits, and what a report is worth."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dataworth.errors import InputError
from dataworth.finance.rationing.report_fee import (
    average_stated_risk,
    fee_that_pays,
    sell_reports,
    smallest_face_worth_a_fee,
)
from dataworth.finance.receivables.factoring import quote, smallest_face
from dataworth.finance.receivables.merchants import Trade, true_risk

TRADE = Trade()
FACE = 150_000.0


def gain(face, risk):
    answer = quote(TRADE, [face], [risk]).iloc[0]
    return answer["advance"] * (1 + 0.18 * 0.25) - face if answer["financed"] else 0.0


@settings(max_examples=25, deadline=None)
@given(st.floats(0, 1), st.floats(10_000, 2e6), st.floats(0, 5_000))
def test_in_equilibrium_nobody_would_rather_have_chosen_otherwise(portrait, face, fee):
    market = sell_reports(replace(TRADE, portrait=portrait), face, fee, kinds=41, noises=15)
    buys = market.rank > 1 - market.buyers
    if market.buyers == 0:
        assert market.nobody or np.isnan(market.bought).all()
        assert (market.change == 0).all()
        return
    silent = 0.0 if np.isnan(market.silent) else market.silent
    assert (market.bought[buys] >= silent - 1e-6).all()
    assert (np.diff(market.bought) >= -1e-6).all()  # better merchants gain more from it


def test_a_perfect_report_is_bought_by_those_it_pays_for():
    """With perfect reports every merchant knows what it would get: its own price less the fee."""
    trade = replace(TRADE, portrait=1.0)
    market = sell_reports(trade, FACE, 500, kinds=201)
    from scipy.special import ndtri

    risk = true_risk(trade, trade_quality(trade, ndtri(market.rank)))
    worth = np.array([gain(FACE, p) for p in risk]) - 500
    assert market.bought == pytest.approx(worth, abs=1e-6)
    first = np.argmax(market.rank > 1 - market.buyers)
    assert worth[first] > market.silent
    below = risk[:first].mean()
    assert market.silent == pytest.approx(gain(FACE, below))


def trade_quality(trade, scores):
    return (1 - trade.books) ** 0.5 * scores


def test_a_free_report_that_shows_nothing_changes_nothing_where_all_are_financed_anyway():
    market = sell_reports(replace(TRADE, portrait=0.0), 5e5, 0.0)
    assert market.buyers == 1
    assert market.change == pytest.approx(0, abs=1e-9)


def test_a_worthless_report_may_sell_for_fear_of_silence_or_find_no_buyer():
    market = sell_reports(replace(TRADE, portrait=0.0), 5e5, 800.0)
    assert market.nobody
    assert market.buyers > 0.9
    assert market.change[-1] == pytest.approx(-800, abs=50)


def test_too_dear_a_report_finds_no_buyer():
    market = sell_reports(TRADE, FACE, 50_000.0)
    assert market.buyers == 0
    assert (market.change == 0).all()


def test_where_nobody_was_financed_a_report_harms_nobody():
    face = 0.9 * smallest_face(TRADE, average_stated_risk(TRADE))
    market = sell_reports(TRADE, face, 300.0)
    assert market.before == 0 < market.buyers
    assert (market.change >= -1e-9).all()


def test_where_everybody_was_financed_the_silent_lose():
    market = sell_reports(TRADE, 5e5, 1_000.0)
    assert market.before > 0
    assert market.change[0] == pytest.approx(-market.before)


def test_what_a_report_is_worth_is_the_gap_between_two_quotes():
    known, unknown = (quote(TRADE, [FACE], [p])["advance"].iloc[0] for p in (0.001, 0.02))
    worth = fee_that_pays(TRADE, FACE, 0.001, 0.02)
    assert worth == pytest.approx((known - unknown) * (1 + 0.18 * 0.25))
    assert fee_that_pays(TRADE, FACE, 0.02, 0.02) == 0


def test_the_smallest_receivable_just_repays_the_fee():
    face = smallest_face_worth_a_fee(TRADE, 0.001, 0.035, 500)
    assert fee_that_pays(TRADE, face, 0.001, 0.035) == pytest.approx(500, abs=0.1)
    assert np.isinf(smallest_face_worth_a_fee(TRADE, 0.5, 0.5, 500))


def test_average_risk_with_uninformative_books_is_that_of_all():
    assert average_stated_risk(replace(TRADE, books=0.0)) == pytest.approx(0.04, abs=2e-4)


def test_a_negative_fee_is_refused():
    with pytest.raises(InputError, match="fee"):
        sell_reports(TRADE, FACE, -1)

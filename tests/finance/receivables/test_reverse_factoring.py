"""The core firm's word: what it replaces, and what it may cost in time."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataworth.errors import InputError
from dataworth.finance.receivables import reverse_factoring
from dataworth.finance.receivables.factoring import quote
from dataworth.finance.receivables.merchants import Trade, simulate_merchants
from dataworth.finance.receivables.reverse_factoring import LONGEST, Programme

TRADE = Trade()
FREE = Programme(handling=TRADE.handling)
FACES = np.array([20_000.0, 150_000.0, 1e6])
risks = st.floats(0, 1)


@given(risks)
def test_the_suppliers_record_does_not_count_once_the_core_firm_confirms(risk):
    confirmed = reverse_factoring.quote_confirmed(TRADE, FACES, FREE)
    alone = quote(TRADE, FACES, np.full(3, risk))
    assert (confirmed["rate"] <= alone["rate"].fillna(np.inf) + 1e-12).all()
    assert (confirmed["financed"] >= alone["financed"]).all()
    if risk == 0:
        assert confirmed.equals(alone)


def test_a_safe_core_firm_leaves_time_and_handling():
    trade = replace(TRADE, core_default=0.0)
    advance = reverse_factoring.quote_confirmed(trade, FACES, Programme(150))["advance"]
    assert advance.to_numpy() == pytest.approx((FACES - 150) / (1 + 0.05 * 0.25))


@given(risks, st.floats(0, 0.5), st.floats(0, 2_000))
def test_at_the_longest_extension_the_supplier_is_no_better_off(risk, core_default, handling):
    trade, programme = replace(TRADE, core_default=core_default), Programme(handling)
    now = reverse_factoring.cash_without_programme(trade, FACES, np.full(3, risk))
    longest = reverse_factoring.longest_extension(trade, FACES, np.full(3, risk), programme)
    for face, cash, years in zip(FACES, now, longest, strict=True):
        later = replace(trade, term=trade.term + years)
        advance = reverse_factoring.quote_confirmed(later, [face], programme)["advance"].iloc[0]
        if 1e-6 < years < LONGEST - 1e-6:
            assert advance == pytest.approx(cash, rel=1e-6)
        elif years <= 1e-6:
            assert not advance > cash * (1 + 1e-6)


def test_good_suppliers_bear_less_delay_when_their_record_is_known():
    longest = [
        reverse_factoring.longest_extension(TRADE, FACES[1:], np.full(2, p), Programme())
        for p in (0.001, 0.03)
    ]
    assert (longest[0] < longest[1]).all()


def test_who_waits_has_the_receivable_at_its_own_rate():
    cash = reverse_factoring.cash_without_programme(TRADE, [1e5], [1.0])
    assert cash == pytest.approx(1e5 / (1 + 0.18 * 0.25))


def test_early_payment_earns_the_gap_between_outside_cash_and_own_funds():
    income = reverse_factoring.early_payment_income(TRADE, [1e5, 1e5], [95_000, 1e5])
    assert income == pytest.approx([1e5 - 95_000 * 1.0075, 0.0])


def test_confirming_stops_paying_at_the_handling_that_cancels():
    face = simulate_merchants(TRADE, 5_000, seed=1)["face"].to_numpy()
    limit = reverse_factoring.handling_that_cancels(TRADE, face, 0.6)
    for cost, more in ((0.98 * limit, True), (1.02 * limit, False)):
        found = reverse_factoring.quote_confirmed(TRADE, face, Programme(cost))["financed"].mean()
        assert (found > 0.6) == more


def test_a_negative_cost_is_refused():
    with pytest.raises(InputError, match="handling: expected at least 0"):
        Programme(handling=-0.1)

"""Equity in kind, a trust, a pool: limits and known cases."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataworth.errors import InputError
from dataworth.finance.pledge import ways

share = st.floats(0.01, 0.99)


@given(st.floats(1e3, 1e9), st.floats(1e3, 1e9))
def test_a_fair_stake_leaves_the_partner_what_the_cash_was_worth(value, cash):
    stake = float(ways.fair_stake(value, cash))
    assert (1 - stake) * (value + cash) == pytest.approx(cash)
    assert ways.fair_stake(value, cash, 0.0) == 0


def test_a_trust_of_one_year_is_the_income_discounted_and_of_many_a_perpetuity():
    assert ways.trust_price(110, decay=0.5, rate=0.1, years=1) == pytest.approx(100)
    assert ways.trust_price(10, decay=0.0, rate=0.05, years=2000) == pytest.approx(200)
    half = ways.trust_price(110, decay=0.5, rate=0.1, years=1, sold=0.5, fee=0.02)
    assert half == pytest.approx(49)
    with pytest.raises(InputError, match="years"):
        ways.trust_price(1, decay=0, rate=0.1, years=0)


@given(st.integers(1, 60), share, share, st.floats(0, 0.95))
def test_a_pool_loses_on_average_what_its_loans_lose(loans, default, lost, correlation):
    losses, chance = ways.pool_losses(loans, default, lost, correlation)
    assert chance.sum() == pytest.approx(1)
    assert chance @ losses == pytest.approx(default * lost, rel=0.02, abs=2e-4)


@given(st.integers(1, 60), share, share, st.floats(0, 0.95), share)
def test_tranches_share_the_loss_of_the_pool_and_the_first_bears_most(
    loans, default, lost, correlation, cut
):
    pool = ways.pool_losses(loans, default, lost, correlation)
    first, rest = ways.tranche_loss(*pool, 0.0, cut), ways.tranche_loss(*pool, cut, 1.0)
    assert cut * first + (1 - cut) * rest == pytest.approx(pool[1] @ pool[0])
    assert first >= rest - 1e-12


def test_without_correlation_defaults_are_binomial_and_with_it_the_senior_tranche_suffers():
    losses, chance = ways.pool_losses(2, 0.1, 1.0, 0.0)
    assert chance == pytest.approx([0.81, 0.18, 0.01])
    assert losses.tolist() == [0, 0.5, 1]
    senior = [
        ways.tranche_loss(*ways.pool_losses(50, 0.04, 0.5, r), 0.2, 1.0) for r in (0, 0.3, 0.8)
    ]
    assert senior == sorted(senior) and senior[0] < 1e-6 < senior[2]


def test_what_is_no_pool_or_tranche_is_refused():
    with pytest.raises(InputError, match="loans, correlation"):
        ways.pool_losses(5, 0.1, 0.5, 1.0)
    with pytest.raises(InputError, match="low, high"):
        ways.tranche_loss(np.zeros(1), np.ones(1), 0.5, 0.5)

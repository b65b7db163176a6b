"""Insurance of data-loss expenses: what it costs, and what it does for a lender."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataworth.errors import InputError
from dataworth.finance.pledge.insurance import Policy, expected_payment, premium, uninsured_loss
from dataworth.finance.pledge.loan import Pledge, expected_loss, loss_given_default
from dataworth.finance.pledge.value_shape import lognormal

POLICY, PLEDGE, SHAPE = Policy(), Pledge(), lognormal(0.4)
policies = st.builds(
    Policy,
    loss_probability=st.floats(0, 1),
    expense=st.floats(0, 1),
    spread=st.floats(0, 2),
    deductible=st.floats(0, 0.2),
    limit=st.floats(0, 2),
    loading=st.floats(0, 1),
)


def test_insurance_against_what_cannot_happen_is_free():
    never = replace(POLICY, loss_probability=0.0)
    assert premium(never, 4e7) == 0
    assert uninsured_loss(SHAPE, PLEDGE, never) == pytest.approx(expected_loss(SHAPE, PLEDGE))


def test_the_payment_is_the_mean_of_what_exceeds_the_deductible_up_to_the_limit():
    rng = np.random.default_rng(4)
    expense = POLICY.expense * np.exp(POLICY.spread * rng.standard_normal(400_000) - 0.5)
    paid = np.clip(expense - POLICY.deductible, 0, POLICY.limit)
    assert abs(expected_payment(POLICY) - paid.mean()) < 4 * paid.std() / np.sqrt(paid.size)


def test_full_cover_pays_the_mean_expense():
    full = replace(POLICY, deductible=0.0, limit=1e6)
    assert expected_payment(full) == pytest.approx(POLICY.expense)
    assert premium(full, 1e6, 1.0) == pytest.approx(1.4 * 0.03 * 0.2 * 1e6)
    assert premium(full, 1e6, 2.0) == pytest.approx(1.4 * (1 - 0.97**2) * 0.2 * 1e6)


def test_a_certain_expense_is_paid_as_it_stands():
    assert expected_payment(replace(POLICY, spread=0.0)) == pytest.approx(0.19)


@given(policies, st.floats(0, 0.3), st.floats(0, 1))
def test_a_higher_deductible_or_a_lower_limit_never_costs_more(policy, more, part):
    assert premium(replace(policy, deductible=policy.deductible + more), 1.0) <= (
        premium(policy, 1.0) + 1e-12
    )
    assert premium(replace(policy, limit=part * policy.limit), 1.0) <= premium(policy, 1.0) + 1e-12


@given(policies)
def test_a_lender_never_loses_less_for_want_of_insurance(policy):
    assert uninsured_loss(SHAPE, PLEDGE, policy) >= expected_loss(SHAPE, PLEDGE) - 1e-12


def test_insurance_does_not_touch_the_fall_of_value():
    stale = replace(PLEDGE, decay=0.6)
    assert expected_loss(SHAPE, stale) > uninsured_loss(SHAPE, PLEDGE, POLICY)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"loss_probability": 1.5}, "loss_probability: expected 0 to 1, found 1.5"),
        ({"limit": -1.0}, "limit: expected 0 or more, found -1"),
    ],
)
def test_a_policy_that_cannot_be_is_refused(changes, message):
    with pytest.raises(InputError, match=message):
        replace(POLICY, **changes)


def test_a_policy_is_worth_more_where_loss_of_data_ends_the_firm():
    shape, pledge, policy = lognormal(0.6), Pledge(), Policy()
    alone = uninsured_loss(shape, pledge, policy)
    chances = np.array([0.0, float(pledge.default_in_term), 0.5, 1.0])
    losses = uninsured_loss(shape, pledge, policy, chances)
    assert losses[0] == losses[1] == pytest.approx(alone)
    assert (np.diff(losses[1:]) > 0).all()
    # When data are sure to be lost and the firm to fail, a pledge of less value is left.
    lost = replace(policy, loss_probability=1.0, expense=0.5, spread=0.0)
    pledge = replace(pledge, correlation=0.0)
    halved = replace(pledge, recovery=0.25)
    after = uninsured_loss(shape, pledge, lost, 1.0)
    assert after == pytest.approx(loss_given_default(shape, halved))

"""What surrounds the wheel: rules that only cost, rules that protect, and a second provider."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataworth.errors import InputError
from dataworth.finance.flywheel import market
from dataworth.finance.flywheel import wheel as flywheel
from dataworth.finance.flywheel.market import Rules
from tests.finance.wheels import WHEEL, pair_rates, providers

START = 800_000.0


# --- rules ---------------------------------------------------------------------------------


def test_rules_that_neither_cost_nor_protect_nor_strike_out_change_nothing():
    free = replace(WHEEL, compliance=0.0)
    assert market.without_rules(free, Rules(hazard=0.0, struck=0.0)) == free


@given(providers, st.floats(0, 0.5))
def test_without_a_loan_rules_that_protect_from_nothing_leave_no_more_clients(provider, struck):
    # with a loan they may: fewer records are pledged, and less interest is due
    alone = replace(provider, loan_to_value=0.0)
    free = market.without_rules(alone, Rules(0.0, struck))
    ruled, freed = (float(market.best_rest(p)["clients"]) for p in (alone, free))
    assert ruled <= freed * (1 + 1e-9)


def test_the_needed_hazard_is_where_clients_are_as_many_with_rules_as_without():
    hazard = market.needed_hazard(WHEEL, Rules())
    ruled = market.best_rest(WHEEL)["clients"]
    for factor, lead in ((0.99, -1), (1.01, 1)):
        free = market.without_rules(WHEEL, Rules(hazard * factor))
        assert np.sign(ruled - market.best_rest(free)["clients"]) == lead


def test_dearer_rules_must_protect_from_more():
    needed = [
        market.needed_hazard(replace(WHEEL, compliance=cost), Rules()) for cost in (0, 5e5, 2e6)
    ]
    assert needed[0] < needed[1] < needed[2]


def test_rules_never_pay_where_nothing_lives_under_them():
    assert np.isnan(market.needed_hazard(replace(WHEEL, decay=0.9), Rules()))


def test_the_best_rest_is_the_thriving_state_or_else_the_idle_one():
    assert market.best_rest(WHEEL)["data"] == flywheel.branches(WHEEL)["thriving"]
    poor = replace(WHEEL, minimum_research=1e12)
    assert market.best_rest(poor)["data"] == flywheel.branches(poor)["idle"]
    assert market.best_rest(replace(WHEEL, decay=0.9))["clients"] == 0


# --- a second provider ---------------------------------------------------------------------


@given(st.floats(0, 1), st.floats(5e5, 2e6), st.floats(1, 4), st.floats(0, 2e7))
def test_a_rival_without_data_changes_nothing(shared, data, service, debt):
    state = np.array([[data, service, debt], [0.0, 1.0, 0.0]])
    change = pair_rates(WHEEL, shared, state)
    assert change[0] == pytest.approx(flywheel.rates(WHEEL, data, service, debt))
    served = flywheel.clients(WHEEL, data, service)
    assert change[1, 0] == pytest.approx(shared * served)  # all that it gets is what is shared


@given(st.floats(1e5, 2e6), st.floats(1e5, 2e6), st.floats(1, 5), st.floats(1, 5))
def test_two_providers_serve_no_more_than_the_market(first, second, one, other):
    state = np.array([[first, one, 0.0], [second, other, 0.0]])
    gained = pair_rates(WHEEL, 0.0, state)[:, 0] + WHEEL.decay * state[:, 0]
    reach = state[:, 0] * state[:, 1] / WHEEL.half
    assert gained == pytest.approx(WHEEL.market * reach / (1 + reach.sum()))
    assert gained.sum() < WHEEL.market


@pytest.mark.parametrize("shared", [0.0, 0.4, 1.0])
def test_equal_providers_rest_where_the_single_one_does_that_stands_for_them(shared):
    wheel = replace(WHEEL, minimum_research=2e6)
    single = market.equal_rival(wheel, shared)
    for name, data in flywheel.branches(single).items():
        if np.isnan(data):
            continue
        service = float(flywheel.service_at_rest(single, data))
        at = [float(data), service, wheel.loan_to_value * wheel.value * float(data)]
        change = pair_rates(wheel, shared, np.array([at, at]))
        assert change / [1e6, 1, 1e7] == pytest.approx(0, abs=1e-7), name


@given(st.floats(0, 0.9), st.floats(0.01, 0.1))
def test_the_more_is_shared_the_more_each_of_two_idle_providers_serves(shared, more):
    idle = replace(WHEEL, minimum_research=1e12)
    few, many = (
        market.best_rest(market.equal_rival(idle, x))["clients"] / (1 + x)
        for x in (shared, shared + more)
    )
    assert many > few


@pytest.mark.parametrize("shared", [-0.1, 1.1, float("nan")])
def test_what_is_no_share_is_refused(shared):
    with pytest.raises(InputError, match="shared: expected a share between 0 and 1"):
        market.equal_rival(WHEEL, shared)


def test_mistakes_are_refused():
    with pytest.raises(InputError, match=r"rules\.hazard: expected 0 to 1"):
        Rules(hazard=1.5)

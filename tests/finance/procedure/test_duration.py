"""Days, fees and refusals of the ten steps against closed forms."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataworth.errors import InputError
from dataworth.finance.procedure import duration
from dataworth.finance.procedure.case import read_steps
from dataworth.finance.procedure.steps import Procedure, ThreePoint

STEPS = read_steps()
PROCEDURE, AS_TOLD = Procedure(STEPS), Procedure(STEPS, in_sequence=True)


def certain(step, days=10.0, cost=100.0, **changes):
    """Return a step that takes the same time always and lets everybody through."""
    fixed = {"days": ThreePoint(days, days, days), "cost": ThreePoint(cost, cost, cost)}
    return replace(step, **fixed, **({"rework": 0.0, "refusal": 0.0, "back_to": ""} | changes))


def certain_steps(days):
    return tuple(certain(step, d) for step, d in zip(STEPS, days, strict=True))


def test_certain_steps_add_up_in_sequence():
    days = np.arange(1.0, 11)
    found = duration.simulate(Procedure(certain_steps(days), True), draws=3, seed=1)
    assert found.days.tolist() == [55] * 3
    assert found.cost.tolist() == [1000] * 3
    assert found.granted.all()


def test_by_documents_the_longest_path_counts():
    days = [10, 20, 30, 5, 5, 60, 1, 1, 1, 1]
    found = duration.simulate(Procedure(certain_steps(days)), draws=1, seed=1)
    assert found.days.tolist() == [64]  # certification, 60 days, outlasts 10 + 20 + 30


@pytest.fixture(scope="module")
def told():
    return duration.simulate(AS_TOLD, draws=100_000, seed=7)


def test_means_come_out_as_the_closed_form_says(told):
    expected = duration.expected_steps(AS_TOLD)
    error = told.step_days.std(axis=0) / np.sqrt(len(told.days))
    gap = told.step_days.mean(axis=0) - expected["days"].to_numpy()
    assert (np.abs(gap) < 5 * error).all()
    share = expected["passes"].prod()
    assert told.granted.mean() == pytest.approx(share, abs=5 * np.sqrt(share / 100_000))


def test_an_application_costs_and_succeeds_as_the_simulation_says(told):
    closed = duration.expected_application(duration.expected_steps(AS_TOLD))
    error = told.cost.std() / np.sqrt(len(told.cost))
    assert told.cost.mean() == pytest.approx(closed["cost"], abs=5 * error)
    assert told.granted.mean() == pytest.approx(closed["granted"], abs=5 * np.sqrt(0.25 / 100_000))


def test_documents_alone_are_never_slower_than_the_sequence(told):
    free = duration.schedule(PROCEDURE, told.step_days)[1].max(axis=1)
    sequence = duration.schedule(AS_TOLD, told.step_days)[1].max(axis=1)
    assert (free <= sequence + 1e-9).all()
    assert sequence == pytest.approx(told.step_days.sum(axis=1))


def test_a_refused_application_spends_no_more_than_one_that_is_granted():
    steps = [certain(step) for step in STEPS]
    steps[3] = certain(STEPS[3], refusal=0.5)
    found = duration.simulate(Procedure(tuple(steps), True), draws=2000, seed=3)
    assert set(found.cost[found.granted]) == {1000.0}
    assert set(found.cost[~found.granted]) == {400.0}
    assert set(found.days[~found.granted]) == {40.0}
    assert set(found.table().loc[~found.granted, "refused_at"]) == {"authentication"}
    assert set(found.table().loc[found.granted, "refused_at"]) == {""}


def test_a_file_sent_back_passes_the_earlier_step_again():
    steps = [certain(step, 10) for step in STEPS]
    steps[7] = certain(STEPS[7], 10, rework=0.5, back_to="evaluation")
    procedure = Procedure(tuple(steps), True)
    expected = duration.expected_steps(procedure)
    assert expected.loc["credit", "days"] == 10 / 0.5 + 10 * 0.5 / 0.5
    found = duration.simulate(procedure, draws=5000, seed=1)
    assert set(np.unique((found.step_days[:, 7] - 10) % 20)) == {0.0}


@given(st.integers(0, 2**32 - 1))
def test_a_seed_repeats_its_draws(seed):
    one, two = (duration.simulate(PROCEDURE, draws=50, seed=seed) for _ in range(2))
    assert (one.days == two.days).all()
    assert (one.cost == two.cost).all()


@given(st.floats(1e4, 1e6), st.floats(0.05, 1), st.floats(0.001, 0.2), st.floats(0.5, 5))
def test_at_the_break_even_loan_nothing_is_gained(cost, granted, advantage, years):
    terms = {"cost": cost, "granted": granted, "advantage": advantage, "years": years}
    loan = duration.break_even_loan(**terms)
    assert duration.net_benefit(loan, **terms) == pytest.approx(0, abs=1e-6 * cost)
    assert duration.net_benefit([2 * loan, 3 * loan], **terms) == pytest.approx([cost, 2 * cost])


def test_a_loan_without_advantage_never_pays():
    assert duration.break_even_loan(cost=1, granted=1, advantage=0, years=1) == float("inf")


def test_gates_without_a_way_through_and_no_draws_are_refused():
    closed = Procedure((certain(STEPS[0], rework=0.5, refusal=0.5),))
    with pytest.raises(InputError, match="inventory: expected rework and refusal"):
        duration.simulate(closed, draws=10, seed=1)
    with pytest.raises(InputError, match="draws: expected 1 or more, found 0"):
        duration.simulate(PROCEDURE, draws=0, seed=1)

"""The ten steps as a procedure that runs, the case replayed, and days and fees in closed form."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataworth import ledger
from dataworth.errors import InputError
from dataworth.finance import procedure as model
from dataworth.finance.procedure import PHASES, Procedure, refusal

STEPS = model.read_steps()
PROCEDURE, AS_TOLD = Procedure(STEPS), Procedure(STEPS, in_sequence=True)
KEYS = [step.key for step in STEPS]
ORDERS = set(PROCEDURE.orders())
printed = ledger.read_printed("finance")
EVENTS = model.read_events(printed)


def walk(rules, keys):
    """Take steps one after the other; return why the first that is refused is."""
    done = []
    for key in keys:
        if why := refusal(rules, done, key):
            return why
        done.append(key)
    return ""


def test_there_are_as_many_steps_as_the_paper_says():
    assert len(STEPS) == printed("s3.1.steps")
    assert sum(len(step.actions) for step in STEPS) == 13
    assert list(dict.fromkeys(step.phase for step in STEPS)) == list(PHASES)
    assert "loan" in STEPS[-1].issues


@given(st.permutations(KEYS))
def test_a_walk_is_accepted_exactly_when_its_order_is_admissible(order):
    assert (walk(PROCEDURE, order) == "") == (tuple(order) in ORDERS)
    assert (walk(AS_TOLD, order) == "") == (list(order) == KEYS)


@pytest.mark.parametrize("skipped", KEYS[:-1])
def test_no_step_can_be_skipped(skipped):
    assert "expected" in walk(PROCEDURE, [key for key in KEYS if key != skipped])


def test_documents_alone_leave_several_orders_and_not_all_keep_the_phases_apart():
    # Three chains meet at the application: certification; entry; authentication, listing.
    # Entry finds 3 places beside the two others, and certification 6 among the five.
    assert len(ORDERS) == 3 * 6
    apart = [order for order in ORDERS if PROCEDURE.keeps_phases_apart(order)]
    assert len(apart) == 3 and tuple(KEYS) in apart
    assert AS_TOLD.orders() == [tuple(KEYS)]


def test_a_step_too_early_or_twice_is_refused_in_one_line():
    assert refusal(PROCEDURE, [], "entry") == (
        "entry: expected reports, ownership before it, found it not done"
    )
    assert refusal(PROCEDURE, ["inventory"], "inventory") == (
        "inventory: expected it once, found it done"
    )
    assert "listing" in refusal(AS_TOLD, [], "certification") or "authentication" in refusal(
        AS_TOLD, [], "certification"
    )


@pytest.mark.parametrize(
    ("steps", "message"),
    [
        ((STEPS[0], STEPS[0]), "expected each key once"),
        (STEPS[1:], "expected 'inventory' from an earlier step, found none"),
        ((replace(STEPS[0], needs=("inventory",)),), "expected 'inventory' from an earlier step"),
    ],
)
def test_a_procedure_that_cannot_run_is_refused(steps, message):
    with pytest.raises(InputError, match=message):
        Procedure(tuple(steps))


def test_unknown_steps_days_out_of_order_and_closed_gates_are_refused():
    with pytest.raises(InputError, match=r"expected one of inventory, .* found 'loan'"):
        refusal(PROCEDURE, [], "loan")
    with pytest.raises(InputError, match=r"inventory\.days: expected 0 <= low <= mode <= high"):
        replace(STEPS[0], days=(2, 1, 3))
    with pytest.raises(InputError, match="inventory: expected rework and refusal"):
        replace(STEPS[0], rework=0.5, refusal=0.5)


def test_readings_of_a_text_are_counted_by_hand():
    # Three actions into two steps: first two together, or last two.
    assert model.reading_count([3], 2) == 2
    assert model.reading_count([2, 2], 2) == 1


# --- the case ------------------------------------------------------------------------------


def test_the_case_keeps_the_order_unless_provider_and_merchant_are_one_role():
    for rules in (PROCEDURE, AS_TOLD):
        assert (model.replay(rules, EVENTS)["reason"] == "").all()
    one_role = [replace(EVENTS[0], step="certification"), *EVENTS[1:]]
    assert (model.replay(PROCEDURE, one_role)["reason"] == "").all()
    first = model.replay(AS_TOLD, one_role).query("reason != ''").iloc[0]
    assert first["what"] == "data provider in Shenzhen"
    assert "expected listing of the product before it" in first["reason"]


def test_bounds_follow_from_what_must_come_before():
    bounds = model.month_bounds(PROCEDURE, EVENTS)
    assert bounds["dated"].sum() == 0
    assert bounds.loc["credit", ["first", "last"]].tolist() == [202405, 202406]
    assert bounds.loc["inventory", ["first", "last"]].tolist() == [0, 202406]


def test_the_events_stand_in_the_order_of_their_months():
    months = [event.first for event in EVENTS]
    assert months == sorted(months) and months[-1] == 202407


# --- days, fees, odds ----------------------------------------------------------------------


def certain(step, days=10.0, cost=100.0, **changes):
    """Return a step that takes the same time always and lets everybody through."""
    fixed = {"days": (days,) * 3, "cost": (cost,) * 3}
    return replace(step, **fixed, **({"rework": 0.0, "refusal": 0.0, "back_to": ""} | changes))


def ends(procedure, draws=1):
    days = model.draw_days(procedure, draws=draws, seed=1)
    return model.schedule(procedure, days).max(axis=1).tolist()


def test_certain_steps_add_up_in_sequence_and_by_documents_the_longest_path_counts():
    steps = tuple(certain(s, d) for s, d in zip(STEPS, range(1, 11), strict=True))
    assert ends(Procedure(steps, True), 3) == [55] * 3
    days = [10, 20, 30, 5, 5, 60, 1, 1, 1, 1]
    steps = tuple(certain(s, d) for s, d in zip(STEPS, days, strict=True))
    assert ends(Procedure(steps)) == [64]  # certification, 60 days, outlasts 10 + 20 + 30


def test_means_come_out_as_the_closed_form_says():
    days = model.draw_days(AS_TOLD, draws=100_000, seed=7)
    gap = days.mean() - model.expected_steps(AS_TOLD)["days"]
    assert (gap.abs() < 5 * days.std() / np.sqrt(len(days))).all()


def test_documents_alone_are_never_slower_than_the_sequence():
    days = model.draw_days(AS_TOLD, draws=2000, seed=7)
    free, told = (model.schedule(p, days).max(axis=1) for p in (PROCEDURE, AS_TOLD))
    assert (free <= told + 1e-9).all()
    assert told.to_numpy() == pytest.approx(days.sum(axis=1).to_numpy())


def test_an_application_costs_only_those_steps_that_it_reaches():
    steps = [certain(step) for step in STEPS]
    steps[3] = certain(STEPS[3], refusal=0.5)
    found = model.expected_application(model.expected_steps(Procedure(tuple(steps))))
    assert found == pytest.approx({"cost": 0.5 * 1000 + 0.5 * 400, "granted": 0.5})


def test_a_file_sent_back_passes_the_earlier_step_again():
    steps = [certain(step, 10) for step in STEPS]
    steps[7] = certain(STEPS[7], 10, rework=0.5, back_to="evaluation")
    procedure = Procedure(tuple(steps), True)
    assert model.expected_steps(procedure).loc["credit", "days"] == 10 / 0.5 + 10 * 0.5 / 0.5
    drawn = model.draw_days(procedure, draws=5000, seed=1)["credit"]
    assert set(np.unique((drawn - 10) % 20)) == {0.0}


@given(st.floats(1e4, 1e6), st.floats(0.05, 1), st.floats(0.001, 0.2), st.floats(0.5, 5))
def test_at_the_break_even_loan_nothing_is_gained(cost, granted, advantage, years):
    terms = {"cost": cost, "granted": granted, "advantage": advantage, "years": years}
    loan = model.break_even_loan(**terms)
    assert granted * advantage * years * loan == pytest.approx(cost)
    assert model.break_even_loan(**terms | {"advantage": 0.0}) == float("inf")

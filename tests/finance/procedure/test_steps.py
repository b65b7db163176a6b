"""The ten steps, the machine that walks them, and the case replayed."""

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataworth import ledger
from dataworth.errors import InputError
from dataworth.finance.procedure import case
from dataworth.finance.procedure import steps as procedure
from dataworth.finance.procedure.steps import PHASES, Attempt, Procedure, State, ThreePoint, attempt

STEPS = case.read_steps()
PROCEDURE, AS_TOLD = Procedure(STEPS), Procedure(STEPS, in_sequence=True)
KEYS = [step.key for step in STEPS]
printed = ledger.read_printed("finance")
EVENTS = case.read_events(printed)


def run(rules, keys):
    """Do steps one after the other; return the last attempt, which may be refused."""
    tried = Attempt(State())
    for key in keys:
        tried = attempt(rules, tried.state, key)
        if not tried.accepted:
            break
    return tried


def test_there_are_as_many_steps_as_the_paper_says():
    assert len(STEPS) == printed("s3.1.steps")
    assert sum(len(step.actions) for step in STEPS) == 13
    assert list(dict.fromkeys(step.phase for step in STEPS)) == list(PHASES)


def test_the_steps_in_the_order_of_the_text_lead_to_the_loan():
    for rules in (PROCEDURE, AS_TOLD):
        assert run(rules, KEYS).state.done == tuple(KEYS)
    assert "loan" in STEPS[-1].issues


@given(st.permutations(KEYS))
def test_a_walk_in_any_order_is_accepted_exactly_when_the_order_is_admissible(order):
    assert run(PROCEDURE, order).accepted == (tuple(order) in ORDERS)


ORDERS = set(PROCEDURE.orders())


@pytest.mark.parametrize("skipped", KEYS[:-1])
def test_no_step_can_be_skipped(skipped):
    rest = [key for key in KEYS if key != skipped]
    assert re.search("expected the .* of step", run(PROCEDURE, rest).reason)


@given(st.permutations(KEYS))
def test_as_told_there_is_one_order(order):
    assert AS_TOLD.orders() == [tuple(KEYS)]
    assert run(AS_TOLD, order).accepted == (list(order) == KEYS)


def test_documents_alone_leave_several_orders_and_not_all_keep_the_phases_apart():
    # Three chains meet at the application: certification; entry; authentication, listing.
    # Entry finds 3 places beside the two others, and certification 6 among the five.
    assert len(ORDERS) == 3 * 6
    apart = [order for order in ORDERS if PROCEDURE.keeps_phases_apart(order)]
    assert len(apart) == 3
    assert tuple(KEYS) in apart


def test_a_refused_gate_says_why_in_one_line_and_closes_the_application():
    state = run(PROCEDURE, KEYS[:7]).state
    refused = attempt(PROCEDURE, state, "credit", passes=False)
    assert not refused.accepted
    assert refused.reason == (
        "credit: the gate of step 8 said no: Will the company, and its data, pay the loan back?"
    )
    after = attempt(PROCEDURE, refused.state, "credit")
    assert "said no" in after.reason
    assert refused.state.done == state.done


@pytest.mark.parametrize(
    ("done", "key", "reason"),
    [
        ([], "entry", "entry: expected the audit report of step 2, found none"),
        (["inventory"], "inventory", "inventory: expected it once, found it done"),
        (KEYS[:3], "application", "application: expected the listing of step 5, found none"),
    ],
)
def test_a_step_too_early_is_refused_and_changes_nothing(done, key, reason):
    state = run(PROCEDURE, done).state
    tried = attempt(PROCEDURE, state, key)
    assert (tried.accepted, tried.reason, tried.state) == (False, reason, state)
    assert "\n" not in tried.reason


def test_in_sequence_the_step_before_is_named():
    tried = attempt(AS_TOLD, State(), "certification")
    assert tried.reason == "certification: expected step 5 before it (listing), found it not done"


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


def test_an_unknown_step_and_three_points_out_of_order_are_refused():
    with pytest.raises(InputError, match=r"expected one of inventory, .* found 'loan'"):
        attempt(PROCEDURE, State(), "loan")
    with pytest.raises(InputError, match="expected 0 <= low <= mode <= high, found 2, 1, 3"):
        ThreePoint(2, 1, 3)


def test_readings_of_a_text_are_counted_by_hand():
    # Three actions into two steps: first two together, or last two.
    assert procedure.reading_count([3], 2) == 2
    assert procedure.reading_count([2, 2], 2) == 1
    assert procedure.reading_count([1, 1], 2) == 1


# --- the case ------------------------------------------------------------------------------


def test_the_case_keeps_the_order_unless_provider_and_merchant_are_one_role():
    assert case.replay(PROCEDURE, EVENTS)["accepted"].all()
    assert case.replay(AS_TOLD, EVENTS)["accepted"].all()
    one_role = [replace(EVENTS[0], step="certification"), *EVENTS[1:]]
    assert case.replay(PROCEDURE, one_role)["accepted"].all()
    first = case.replay(AS_TOLD, one_role).query("~accepted").iloc[0]
    assert first["what"] == "data provider in Shenzhen"
    assert "expected step 5 before it" in first["reason"]


def test_what_is_not_told_is_filled_in_once():
    found = case.replay(PROCEDURE, EVENTS)
    filled = [key for keys in found["filled"] for key in keys]
    told = [key for key in found["step"] if key]
    assert sorted(filled + told) == sorted(KEYS)


def test_bounds_follow_from_what_must_come_before():
    bounds = case.month_bounds(PROCEDURE, EVENTS)
    assert bounds["dated"].sum() == 0
    assert bounds.loc["credit", ["first", "last"]].tolist() == [202405, 202406]
    assert bounds.loc["inventory", ["first", "last"]].tolist() == [0, 202406]


def test_the_events_stand_in_the_order_of_their_months():
    months = [event.first for event in EVENTS]
    assert months == sorted(months)
    assert months[-1] == 202407

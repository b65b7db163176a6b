"""Paths: they settle where the closed forms say, and each way to end has its example."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import simpson

from dataworth.errors import InputError
from dataworth.finance.flywheel import paths
from dataworth.finance.flywheel import wheel as flywheel
from tests.finance.wheels import WHEEL, providers

START = 800_000.0
ALONE = replace(WHEEL, loan_to_value=0.0)


def fate(provider, start=START):
    return paths.FATES[int(paths.follow(provider, start)["fate"])]


# --- limits --------------------------------------------------------------------------------


def test_without_loan_and_push_the_path_is_that_of_a_provider_without_any_lender():
    _, states = paths.run(ALONE, START)
    assert (states[2] == 0).all()
    for other in ({"interest": 0.5}, {"value": 1.0}, {"loan_share": 0.0}, {"term": 2.0}):
        _, same = paths.run(replace(ALONE, **other), START)
        assert same == pytest.approx(states)


def test_data_that_do_not_decay_never_shrink():
    lasting = replace(WHEEL, decay=1e-12)
    _, states = paths.run(lasting, START, years=20)
    assert (np.diff(states[0]) > 0).all()


def test_without_clients_data_fade_at_the_rate_of_decay():
    nobody = replace(WHEEL, market=1e-9, compliance=0.0, loan_to_value=0.0)
    times, states = paths.run(nobody, START, years=10)
    assert states[0] == pytest.approx(START * np.exp(-0.25 * times), rel=1e-5)


def test_debt_goes_where_the_value_of_the_data_is():
    still = replace(WHEEL, decay=1e-12, market=1e-9, compliance=0.0, interest=0.0)
    times, states = paths.run(still, START, years=3)
    assert states[2] == pytest.approx(0.4 * 30 * START * (1 - np.exp(-times / 0.5)), rel=1e-4)


def test_money_is_conserved_at_every_step_of_a_path():
    table = paths.path(WHEEL, START, years=20, steps=4000)
    out = table[["service_cost", "compliance", "interest", "research", "payout"]].sum(axis=1)
    assert out.to_numpy() == pytest.approx((table["revenue"] + table["borrowing"]).to_numpy())
    lent = simpson(table["borrowing"], x=table["year"])
    assert lent == pytest.approx(table["debt"].iloc[-1], rel=1e-4)


# --- where paths end -----------------------------------------------------------------------


def test_a_path_that_begins_at_rest_stays_and_one_near_it_returns():
    rest = flywheel.steady_states(WHEEL).set_index("state")
    for name in ("idle", "thriving"):
        at = rest.loc[name, ["data", "service", "debt"]].to_numpy(dtype=float)
        _, states = paths.run(WHEEL, at[0] * 1.02, at[1], at[2], years=150)
        assert states[:, -1] == pytest.approx(at, rel=1e-3)


def test_a_hair_above_the_threshold_thrives_and_a_hair_below_idles():
    rest = flywheel.steady_states(ALONE).set_index("state")
    at = rest.loc["threshold"]
    ends = [
        paths.run(ALONE, at["data"] * x, at["service"], years=200)[1][0, -1] for x in (0.99, 1.01)
    ]
    assert ends == pytest.approx([rest.loc["idle", "data"], rest.loc["thriving", "data"]], rel=1e-2)


@pytest.mark.parametrize(
    ("setting", "start", "expected"),
    [
        ({"decay": 0.15}, START, "turns anyway"),
        ({}, START, "tipped by the loan"),
        ({"loan_to_value": 0.1}, START, "stalls either way"),
        ({"decay": 0.03, "loan_to_value": 0.9}, START, "stopped by the loan"),
        ({"decay": 0.55}, START, "closes either way"),
        ({"compliance": 1.1e7, "interest": 0.3}, START, "default on the loan"),
    ],
)
def test_each_way_to_end_has_its_provider(setting, start, expected):
    assert fate(replace(WHEEL, **setting), start) == expected


def test_a_path_ends_with_the_first_bill_that_cannot_be_paid():
    table = paths.path(replace(WHEEL, decay=0.9), START)
    assert (table["payout"].iloc[:-1] >= 0).all()
    assert table["payout"].iloc[-1] < 0
    assert table["year"].iloc[-1] < paths.YEARS


def test_many_paths_together_are_the_paths_one_by_one():
    decays = np.array([0.1, 0.25, 0.4])
    _, together = paths.run(replace(WHEEL, decay=decays), START)
    for i, decay in enumerate(decays):
        _, alone = paths.run(replace(WHEEL, decay=decay), START)
        assert together[:, i] == pytest.approx(alone, rel=1e-3)


# --- the push ------------------------------------------------------------------------------


def test_the_least_push_separates_those_who_thrive():
    push = float(paths.least_push(ALONE, START))
    assert push > 0
    for factor, turns in ((0.99, False), (1.01, True)):
        lead = 1 + factor * push * ALONE.research_return
        assert bool(paths.arrives(ALONE, paths.run(ALONE, START, lead)[1])) is turns


def test_no_push_is_needed_where_the_wheel_turns_and_none_helps_where_nothing_thrives():
    assert paths.least_push(replace(ALONE, decay=0.15), START) == 0
    assert np.isnan(paths.least_push(replace(ALONE, decay=0.4), START))


@settings(max_examples=6, deadline=None)
@given(st.floats(5e5, 1.0e6), st.floats(1.01, 1.3))
def test_more_data_at_the_start_need_a_smaller_push(start, more):
    few, many = paths.least_push(ALONE, np.array([start, start * more]))
    assert many <= few


# --- default -------------------------------------------------------------------------------


def test_the_higher_the_loan_the_smaller_the_loss_that_is_survived():
    losses = []
    for share in (0.1, 0.4, 0.8):
        p = replace(WHEEL, loan_to_value=share)
        at = flywheel.steady_states(p).set_index("state").loc["thriving"]
        losses.append(paths.largest_loss(p, at["data"], at["service"], at["debt"]))
    assert losses[0] > losses[1] > losses[2] > 0


@settings(max_examples=20, deadline=None)
@given(providers, st.floats(1e5, 2e6))
def test_who_owes_nothing_and_has_no_fixed_cost_can_always_pay(provider, start):
    free = replace(provider, loan_to_value=0.0, compliance=0.0)
    assert not paths.fails(free, paths.run(free, start, years=30)[1])


def test_owners_lose_what_is_owed_and_gain_what_is_paid_out():
    gone = paths.follow(WHEEL, np.array([START, START]))
    assert gone["worth_with"][0] == gone["worth_with"][1]
    assert gone["data_idle"][0] <= gone["data_without"][0] * (1 + 1e-6)
    same = paths.follow(ALONE, START)
    assert same["worth_with"] == pytest.approx(same["worth_without"])
    assert same["flow_with"] == pytest.approx(same["flow_without"])


def test_impossible_starts_are_refused():
    with pytest.raises(InputError, match="starting values of no less than 0"):
        paths.run(WHEEL, -1.0)
    with pytest.raises(InputError, match="years above 0"):
        paths.run(WHEEL, START, years=0)

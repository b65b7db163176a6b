"""A late payment that travels: clearing in known cases, limits, and money that is kept."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dataworth.errors import InputError
from dataworth.finance.receivables.chain import Chain, build_chain, clear, late_by_tier, pay

SMALL = Chain(firms=(5, 10, 20))
share = st.floats(0, 1)
seeds = st.integers(0, 500)


@st.composite
def chains(draw):
    purchases = draw(st.floats(0, 1))
    return Chain(
        firms=tuple(draw(st.lists(st.integers(1, 12), min_size=1, max_size=4))),
        buyers=draw(st.integers(1, 3)),
        purchases=purchases,
        wages=draw(st.floats(0, 1)) * (1 - purchases),
        cash=draw(st.floats(0, 2)),
        core_debt=draw(st.floats(1e4, 1e9)),
    )


# Clearing, by hand.
def test_a_chain_of_three_passes_on_what_it_lacks():
    debts = np.zeros((3, 3))
    debts[0, 1], debts[1, 2] = 100, 90
    assert clear(debts, [40, 20, 0]).tolist() == [40, 60, 0]
    assert clear(debts, [100, 0, 0]).tolist() == [100, 90, 0]


def test_a_ring_of_debts_clears_without_cash():
    """Three firms owe each other in a circle: the greatest clearing vector pays all."""
    ring = np.roll(np.eye(3), 1, axis=1) * 50
    assert clear(ring, [0, 0, 0]).tolist() == [50, 50, 50]


def test_creditors_share_in_proportion():
    debts = np.zeros((3, 3))
    debts[0, 1], debts[0, 2] = 75, 25
    assert clear(debts, [40, 0, 0])[0] == 40
    debts[1, 2] = 60
    assert clear(debts, [40, 0, 0]).tolist() == [40, 30, 0]


def test_eisenberg_and_noe_two_firms_that_owe_each_other():
    """x1 = min(20, 2 + x2), x2 = min(10, 1 + x1 / 2): the solution is 6 and 4."""
    debts = np.array([[0, 10, 10], [10, 0, 0], [0, 0, 0]])
    paid = clear(debts, [2, 1, 0])
    assert paid[:2] == pytest.approx([6, 4])


@settings(max_examples=40, deadline=None)
@given(seeds, st.integers(2, 12))
def test_a_clearing_vector_pays_all_or_everything_one_has(seed, firms):
    generator = np.random.default_rng(seed)
    debts = generator.exponential(10, (firms, firms)) * (generator.random((firms, firms)) < 0.4)
    np.fill_diagonal(debts, 0)
    cash = generator.exponential(5, firms) + 0.1
    paid, owed = clear(debts, cash), debts.sum(axis=1)
    shares = np.divide(debts, owed[:, None], out=np.zeros_like(debts), where=owed[:, None] > 0)
    have = cash + shares.T @ paid
    assert paid == pytest.approx(np.minimum(owed, have), abs=1e-6)
    assert (paid <= have + 1e-6).all()


@pytest.mark.parametrize(
    ("debts", "cash"), [([[0, -1], [0, 0]], [1, 1]), ([[0, 1], [0, 0]], [-1, 0])]
)
def test_negative_debts_and_balances_are_refused(debts, cash):
    with pytest.raises(InputError, match="below 0"):
        clear(np.array(debts), cash)


# The chain.
@settings(max_examples=40, deadline=None)
@given(chains(), seeds)
def test_a_chain_owes_what_it_should(chain, seed):
    (debts, cash), tiers = build_chain(chain, seed=seed), chain.tiers
    owed, owed_to = debts.sum(axis=1), debts.sum(axis=0)
    assert owed[0] == cash[0] == pytest.approx(chain.core_debt)
    assert owed_to[tiers == 1].sum() == pytest.approx(chain.core_debt)
    for tier in range(1, len(chain.firms)):
        sold = owed_to[tiers == tier].sum()
        assert owed_to[tiers == tier + 1].sum() == pytest.approx(chain.purchases * sold)
    most = owed_to * (chain.purchases + chain.wages) + 1e-6
    assert (owed[tiers > 0] <= most[tiers > 0]).all()
    rows, columns = np.nonzero(debts)
    inside = tiers[columns] > 0
    assert (tiers[columns] - tiers[rows] == 1)[inside].all()


@settings(max_examples=60, deadline=None)
@given(chains(), seeds, share, st.lists(share, max_size=4))
def test_nobody_pays_what_it_has_not_and_what_is_paid_is_received(chain, seed, late, sold):
    paid = pay(chain, late, seed=seed, sold=sold)
    tiny = 1e-9 * chain.core_debt
    left = (paid["cash"] + paid["advance"] + paid["received"] - paid["paid"]).iloc[1:]
    assert (left >= -tiny).all()
    assert (paid["late"] >= -tiny).all()
    factor = paid["paid"].sum() - paid["received"].sum()  # what is left belongs to the factor
    assert -tiny <= factor <= paid["advance"].sum() / 0.98 + tiny


@settings(max_examples=30, deadline=None)
@given(chains(), seeds)
def test_without_late_payment_nothing_travels(chain, seed):
    """Nobody sells at a loss here, so everybody can pay once it is paid."""
    assert pay(chain, 0.0, seed=seed)["late"].to_numpy() == pytest.approx(
        0, abs=1e-9 * chain.core_debt
    )


@settings(max_examples=30, deadline=None)
@given(chains(), seeds, share, share)
def test_a_later_core_firm_makes_nobody_more_punctual(chain, seed, first, second):
    less, more = (pay(chain, s, seed=seed)["late"] for s in sorted((first, second)))
    assert (more >= less - 1e-9 * chain.core_debt).all()


@settings(max_examples=30, deadline=None)
@given(chains(), seeds, share)
def test_the_delay_wears_off_along_the_chain(chain, seed, late):
    """Yuan that a tier pays late to the next never exceed those it is paid late itself."""
    yuan = late_by_tier(pay(chain, late, seed=seed))["yuan"]
    assert (yuan.diff().dropna() <= 1e-9 * chain.core_debt).all()


def test_a_chain_that_sold_all_for_free_owes_nothing_to_the_delay():
    paid = pay(SMALL, 1.0, seed=1, sold=(1.0, 1.0, 1.0), discount=0.0)
    assert late_by_tier(paid)["yuan"].loc[1:].to_numpy() == pytest.approx(0, abs=1e-3)
    assert paid["advance"].sum() == pytest.approx(SMALL.core_debt * (1 + 0.6 + 0.36))


def test_the_first_tier_protects_the_rest_and_the_last_only_itself():
    sold = {"none": (), "first": (1.0,), "last": (0, 0, 1.0)}
    late = {
        name: late_by_tier(pay(SMALL, 0.8, seed=1, sold=s, discount=0.0))["yuan"].loc[1:].sum()
        for name, s in sold.items()
    }
    assert late["first"] == pytest.approx(0, abs=1e-3)
    assert 0 < late["last"] <= late["none"]


def test_more_cash_means_less_delay():
    late = [pay(replace(SMALL, cash=c), 0.7, seed=3)["late"].sum() for c in (0.0, 0.2, 0.5, 1.0)]
    assert late == sorted(late, reverse=True)


def test_what_is_no_chain_is_refused():
    for wrong in ({"firms": ()}, {"purchases": 0.9, "wages": 0.3}, {"cash": -1}):
        with pytest.raises(InputError):
            Chain(**wrong)
    with pytest.raises(InputError, match="late"):
        pay(SMALL, 1.5, seed=1)

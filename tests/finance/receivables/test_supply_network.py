"""A late payment that travels: clearing in known cases, limits, and money that is kept."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dataworth.errors import InputError
from dataworth.finance.receivables import supply_network
from dataworth.finance.receivables.supply_network import (
    CORE,
    NONE,
    Chain,
    Factoring,
    build_network,
    clear,
    pay,
)

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


@st.composite
def deals(draw):
    return Factoring(tuple(draw(st.lists(share, max_size=4))), draw(st.floats(0, 0.2)))


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
    network = build_network(chain, seed=seed)
    owed, owed_to = network.owed, np.asarray(network.debts.sum(axis=0)).ravel()
    assert owed[CORE] == network.cash[CORE] == pytest.approx(chain.core_debt)
    assert owed_to[network.tier == 1].sum() == pytest.approx(chain.core_debt)
    for tier in range(1, len(chain.firms)):
        sold = owed_to[network.tier == tier].sum()
        assert owed_to[network.tier == tier + 1].sum() == pytest.approx(chain.purchases * sold)
    suppliers = network.tier > 0
    assert (owed[suppliers] <= owed_to[suppliers] * (chain.purchases + chain.wages) + 1e-6).all()
    entries = network.debts.tocoo()
    inside = network.tier[entries.col] > 0
    assert (network.tier[entries.col] - network.tier[entries.row] == 1)[inside].all()


@settings(max_examples=60, deadline=None)
@given(chains(), seeds, share, deals())
def test_money_is_conserved_and_nobody_pays_what_it_has_not(chain, seed, on_time, deal):
    paid = pay(build_network(chain, seed=seed), on_time, deal)
    tiny = 1e-9 * chain.core_debt
    assert paid["cash_after"].sum() == pytest.approx(paid["cash_before"].sum(), abs=tiny)
    assert paid["advance"].sum() == pytest.approx(0, abs=tiny)
    assert paid["received"].sum() == pytest.approx(paid["paid"].sum(), abs=tiny)
    balance = paid["cash_before"] + paid["advance"] + paid["received"] - paid["paid"]
    assert paid["cash_after"].to_numpy() == pytest.approx(balance.to_numpy(), abs=tiny)
    assert (paid["late"] >= -tiny).all()
    assert (paid["cash_after"].iloc[:-1] >= -tiny).all()


@settings(max_examples=30, deadline=None)
@given(chains(), seeds)
def test_without_late_payment_nothing_travels(chain, seed):
    """Nobody sells at a loss here, so everybody can pay once it is paid."""
    network = build_network(chain, seed=seed)
    paid = pay(network, 1.0)
    assert paid["late"].to_numpy() == pytest.approx(0, abs=1e-9 * chain.core_debt)
    assert supply_network.contagion(network, 1.0) == 0


@settings(max_examples=30, deadline=None)
@given(chains(), seeds, share, share)
def test_a_later_core_firm_makes_nobody_more_punctual(chain, seed, first, second):
    network = build_network(chain, seed=seed)
    more, less = (pay(network, s)["late"] for s in sorted((first, second)))
    assert (more >= less - 1e-9 * chain.core_debt).all()


@settings(max_examples=30, deadline=None)
@given(chains(), seeds, share)
def test_the_delay_wears_off_along_the_chain(chain, seed, on_time):
    """Yuan that a tier pays late to the next never exceed those it is paid late itself."""
    late = supply_network.by_tier(pay(build_network(chain, seed=seed), on_time))["late"]
    assert (late.diff().dropna() <= 1e-9 * chain.core_debt).all()


def test_a_chain_that_sold_all_for_free_owes_nothing_to_the_delay():
    network = build_network(SMALL, seed=1)
    sold = Factoring((1.0, 1.0, 1.0), discount=0.0)
    paid = pay(network, 0.0, sold)
    assert supply_network.by_tier(paid)["late"].loc[1:].to_numpy() == pytest.approx(0, abs=1e-3)
    assert paid["advance"].iloc[-1] == pytest.approx(-SMALL.core_debt * (1 + 0.6 + 0.36))


def test_the_first_tier_protects_the_rest_and_the_last_only_itself():
    network = build_network(SMALL, seed=1)
    spread = {
        name: supply_network.contagion(network, 0.2, Factoring(shares, 0.0))
        for name, shares in {"none": (), "first": (1.0,), "last": (0, 0, 1.0)}.items()
    }
    assert spread["first"] == pytest.approx(0, abs=1e-9)
    assert 0 < spread["last"] <= spread["none"]


@given(st.floats(0, 1), st.floats(0, 1), st.floats(0, 2))
def test_the_tolerated_delay_is_where_one_supplier_starts_to_pay_late(purchases, part, cash):
    chain = replace(SMALL, purchases=purchases, wages=part * (1 - purchases), cash=cash)
    costs = chain.purchases + chain.wages
    if costs < 1e-3:
        return
    limit = supply_network.tolerated_delay(chain)
    debts = np.zeros((3, 3))
    debts[0, 1], debts[1, 2] = 100, 100 * costs
    for late in (limit - 1e-6, limit + 1e-6):
        if 0 <= late <= 1:
            paid = clear(debts, [100 * (1 - late), 100 * costs * cash, 0])
            assert (paid[1] < 100 * costs - 1e-9) == (late > limit)


def test_more_cash_means_less_delay():
    spreads = [
        supply_network.contagion(build_network(replace(SMALL, cash=c), seed=3), 0.3)
        for c in (0.0, 0.2, 0.5, 1.0)
    ]
    assert spreads == sorted(spreads, reverse=True)
    assert spreads[0] > 1


def test_what_is_no_chain_is_refused():
    for wrong in ({"firms": ()}, {"purchases": 0.9, "wages": 0.3}, {"cash": -1}, {"core_debt": 0}):
        with pytest.raises(InputError):
            Chain(**wrong)
    with pytest.raises(InputError, match="on_time"):
        pay(build_network(SMALL, seed=1), 1.5, NONE)
    with pytest.raises(InputError, match="share"):
        Factoring((1.2,))

r"""Tiers of suppliers, and a core firm's late payment that travels along them.

Paper `finance`, section 1: interrupted funding breaks the links of a chain. Who can pay on the
due date is found as Eisenberg and Noe (2001) clear payments between banks, here with cash in
hand in place of wealth: a late payer is not poor, its money has only not arrived. Equation
`receivables-clearing`:

.. math:: x_i = \min\Bigl(\bar x_i,\; e_i + \sum_j \frac{L_{ji}}{\bar x_j}\,x_j\Bigr)

with debts :math:`L_{ji}` of :math:`j` to :math:`i`, all debts :math:`\bar x_i` of :math:`i`,
and cash :math:`e_i`. Money in yuan, shares as fractions.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.sparse import coo_array, csr_array

from dataworth.errors import InputError

CORE, WAGES = 0, -1  # the first firm is the core firm; the last takes wages and pays nobody


@dataclass(frozen=True)
class Chain:
    """A core firm and the tiers behind it. Defaults are illustrative.

    Attributes
    ----------
    firms : tuple of int
        Suppliers in each tier, the core firm's own first.
    buyers : int
        Customers of each supplier, drawn at random in the tier before.
    purchases : float
        Share of what a firm sells that it owes to the next tier.
    wages : float
        Share that it owes to others on the same day: wages, rent, taxes.
    cash : float
        Mean cash in hand on the due date, as a share of what a firm owes.
    core_debt : float
        What the core firm owes its suppliers, yuan.
    """

    firms: tuple[int, ...] = (40, 120, 360)
    buyers: int = 2
    purchases: float = 0.6
    wages: float = 0.25
    cash: float = 0.2
    core_debt: float = 100_000_000.0

    def __post_init__(self) -> None:
        """Refuse a chain without firms or with debts above sales."""
        if not self.firms or min(self.firms) < 1 or self.buyers < 1:
            raise InputError("firms, buyers: expected at least 1")
        if min(self.purchases, self.wages, self.cash) < 0 or self.core_debt <= 0:
            raise InputError("purchases, wages, cash: expected at least 0; core_debt: above 0")
        if self.purchases + self.wages > 1:
            raise InputError("purchases + wages: expected at most 1; firms would sell at a loss")


@dataclass(frozen=True)
class Network:
    """Debts that fall due on one day.

    Attributes
    ----------
    tier : numpy.ndarray, shape (n,)
        0 for the core firm, 1 and on for suppliers, -1 for those who take wages.
    debts : scipy.sparse.csr_array, shape (n, n)
        Row: who owes; column: to whom; yuan.
    cash : numpy.ndarray, shape (n,)
        In hand before anybody pays, yuan.
    rank : numpy.ndarray, shape (n,)
        Between 0 and 1: the order in which factors would finance the firms of a tier.
    """

    tier: np.ndarray
    debts: Any
    cash: np.ndarray
    rank: np.ndarray

    @property
    def owed(self) -> np.ndarray:
        """What each firm owes in all, yuan."""
        return np.asarray(self.debts.sum(axis=1)).ravel()


@dataclass(frozen=True)
class Factoring:
    """Receivables that were sold before the due date.

    Attributes
    ----------
    share : tuple of float
        Of the firms of each tier, the share that sells all it is owed; further tiers sell
        nothing.
    discount : float
        What the factor keeps, as a share of face.
    """

    share: tuple[float, ...] = ()
    discount: float = 0.02

    def __post_init__(self) -> None:
        """Refuse what is no share."""
        if any(not 0 <= value <= 1 for value in (*self.share, self.discount)):
            raise InputError("share, discount: expected 0 to 1")


NONE = Factoring()


def build_network(chain: Chain, *, seed: int) -> Network:
    """Draw a chain: who sells to whom, how much, and with how much cash.

    The core firm holds exactly what it owes. A supplier's sales are drawn evenly over its
    customers' purchases; its cash is exponential around `cash` times what it owes.

    Returns
    -------
    Network
        With 2 + sum(chain.firms) firms.
    """
    generator = np.random.default_rng(seed)
    sizes = (1, *chain.firms)
    starts = np.cumsum([0, *sizes])
    count = int(starts[-1]) + 1
    links: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = []
    sales = np.zeros(count)
    for level in range(1, len(sizes)):
        ahead = np.arange(*starts[level - 1 : level + 1])
        here = np.arange(*starts[level : level + 2])
        to_pay = np.full(1, chain.core_debt) if level == 1 else chain.purchases * sales[ahead]
        customer, supplier = _links(ahead, here, chain.buyers, generator)
        weight = generator.lognormal(0.0, 0.6, len(customer))
        total = np.bincount(customer - ahead[0], weight, len(ahead))
        amount = to_pay[customer - ahead[0]] * weight / total[customer - ahead[0]]
        sales += np.bincount(supplier, amount, count)
        links.append((customer, supplier, amount))
    suppliers = np.arange(1, count - 1)
    links.append((suppliers, np.full(len(suppliers), count - 1), chain.wages * sales[1:-1]))
    owing, owed_to, amounts = map(np.concatenate, zip(*links, strict=True))
    debts = coo_array((amounts, (owing, owed_to)), shape=(count, count)).tocsr()
    tier = np.append(np.repeat(np.arange(len(sizes)), sizes), WAGES)
    owed = np.asarray(debts.sum(axis=1)).ravel()
    cash = chain.cash * owed * generator.exponential(size=count)
    cash[CORE], cash[WAGES] = owed[CORE], 0.0
    return Network(tier, debts, cash, generator.random(count))


def clear(debts: Any, cash: ArrayLike, *, rounds: int = 10_000) -> np.ndarray:
    """Find what everybody pays on the due date, equation `receivables-clearing`.

    Starts from full payment and lowers payments until nobody pays more than it has, which
    gives the greatest clearing vector. A chain without loops ends after as many rounds as it
    has tiers.

    Parameters
    ----------
    debts : array or sparse array, shape (n, n)
        Row: who owes; column: to whom; not negative.
    cash : array_like, shape (n,)
        Not negative.
    rounds : int

    Returns
    -------
    numpy.ndarray, shape (n,)
        Payments, yuan.

    Raises
    ------
    InputError
        A debt or a balance is negative, or payments do not settle.
    """
    debts, cash = csr_array(debts), np.asarray(cash, dtype=float)
    if (cash < 0).any() or (debts.data < 0).any():
        raise InputError("cash, debts: expected none below 0")
    owed = np.asarray(debts.sum(axis=1), dtype=float).ravel()
    entries = debts.astype(float).tocoo()
    # Part by part: the inverse of a tiny debt would overflow.
    part = np.divide(entries.data, owed[entries.row], where=entries.data > 0, out=0 * entries.data)
    shares = coo_array((part, (entries.col, entries.row)), shape=debts.shape).tocsr()
    paid = owed
    tolerance = 1e-12 * max(1.0, owed.max(initial=0.0))
    for _ in range(rounds):
        new = np.minimum(owed, cash + shares @ paid)
        if (np.abs(new - paid) <= tolerance).all():
            return new
        paid = new
    raise InputError(f"clearing: expected payments to settle in {rounds} rounds; they did not")


def pay(network: Network, on_time: float, factoring: Factoring = NONE) -> pd.DataFrame:
    """Return who can pay when the core firm pays a share of its debts on time.

    A sold receivable belongs to the factor: its seller has cash instead, and a delay becomes
    the factor's. The factor is the last row: its cash comes from outside the chain.

    Parameters
    ----------
    network : Network
    on_time : float
        Share of its debts that the core firm pays on the due date.
    factoring : Factoring

    Returns
    -------
    pandas.DataFrame
        One row per firm, then the factor (tier -2): tier, cash_before, advance (cash from the
        factor), received, owed, paid, late (owed - paid), cash_after. Cash after the day adds
        up to cash before it; for every firm cash_after = cash_before + advance + received -
        paid, and none is negative but the factor's, which is what it has lent.

    Raises
    ------
    InputError
        The share paid on time is not one.
    """
    if not 0 <= on_time <= 1:
        raise InputError(f"on_time: expected 0 to 1, found {on_time}")
    count, tier = len(network.tier), network.tier
    sells = np.zeros(count, dtype=bool)
    for level, share in enumerate(factoring.share, start=1):
        sells |= (tier == level) & (network.rank < share)
    entries = network.debts.tocoo()
    sold = entries.data * sells[entries.col]
    factor = np.full(len(sold), count)
    amounts = np.concatenate([entries.data - sold, sold])
    place = (np.tile(entries.row, 2), np.concatenate([entries.col, factor]))
    debts = coo_array((amounts, place), shape=(count + 1, count + 1)).tocsr()
    advance = np.append(np.bincount(entries.col, sold, count) * (1 - factoring.discount), 0.0)
    advance[count] = -advance.sum()
    cash = np.append(network.cash, 0.0)
    spend = cash + advance
    spend[CORE] = on_time * network.owed[CORE]  # it could pay; it chooses not to
    spend[count] = 0.0  # the factor owes nobody in the chain
    paid, owed = clear(debts, spend), np.asarray(debts.sum(axis=1)).ravel()
    received = debts.T @ np.divide(paid, owed, out=np.zeros(count + 1), where=owed > 0)
    return pd.DataFrame(
        {
            "tier": np.append(tier, -2),
            "cash_before": cash,
            "advance": advance,
            "received": received,
            "owed": owed,
            "paid": paid,
            "late": owed - paid,
            "cash_after": cash + advance + received - paid,
        }
    )


def by_tier(paid: pd.DataFrame, *, slack: float = 1e-9) -> pd.DataFrame:
    """Return lateness by tier.

    Returns
    -------
    pandas.DataFrame, index tier (core firm 0)
        firms_late: share of firms that do not pay all they owe. money_late: share of their
        debts that is late. late: yuan.
    """
    firms = paid[paid["tier"] >= 0].assign(is_late=lambda t: t["late"] > slack * t["owed"])
    groups = firms.groupby("tier")
    late, owed = groups["late"].sum(), groups["owed"].sum()
    share = (late / owed.where(owed > 0)).fillna(0.0)
    return groups["is_late"].mean().to_frame("firms_late").assign(money_late=share, late=late)


def contagion(network: Network, on_time: float, factoring: Factoring = NONE) -> float:
    """Return the yuan that suppliers pay late for each yuan that the core firm pays late.

    Firms that would be late anyway are not counted: it is what the core firm's delay adds.
    """
    here, usual = (pay(network, share, factoring) for share in (on_time, 1.0))
    cause = here.loc[CORE, "late"]
    if cause == 0:
        return 0.0
    suppliers = here["tier"] > 0
    return float((here["late"] - usual["late"])[suppliers].sum() / cause)


def tolerated_delay(chain: Chain) -> float:
    r"""Return the share that the core firm may pay late before a first supplier does.

    For a supplier with the mean cash, equation `receivables-tolerated`:

    .. math:: 1 - \gamma\,(1 - \kappa)

    with what it owes, :math:`\gamma`, per yuan it sells and cash :math:`\kappa` per yuan owed.
    """
    return min(1.0, max(0.0, 1 - (chain.purchases + chain.wages) * (1 - chain.cash)))


def _links(
    ahead: np.ndarray, here: np.ndarray, buyers: int, generator: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Draw customers for each supplier; every customer has a supplier at least."""
    drawn = ahead[generator.integers(len(ahead), size=(len(here), min(buyers, len(ahead))))]
    customer, supplier = drawn.ravel(), np.repeat(here, drawn.shape[1])
    missing = np.setdiff1d(ahead, customer)
    customer = np.concatenate([customer, missing])
    supplier = np.concatenate([supplier, generator.choice(here, len(missing))])
    pairs = np.unique(np.stack([customer, supplier]), axis=1)
    return pairs[0], pairs[1]

"""Tiers of suppliers, and a core firm's late payment that travels along them.

Paper `finance`, section 1: interrupted funding breaks the links of a chain. Who can pay on the
due date is found as Eisenberg and Noe (2001) clear payments between banks, here with cash in
hand in place of wealth: a late payer is not poor, its money has only not arrived. Equation
`portraits-clearing` of chapter finance/portraits. Money in yuan, shares as fractions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from dataworth.errors import InputError


@dataclass(frozen=True)
class Chain:
    """A core firm and the tiers behind it. Defaults are illustrative.

    Attributes
    ----------
    firms : tuple of int
        Suppliers in each tier, the core firm's own first.
    buyers : int
        Customers of each supplier, drawn at random in the tier before.
    purchases, wages : float
        Shares of what a firm sells that it owes to the next tier, and to others on the same day.
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
        if not self.firms or min(self.firms) < 1 or self.buyers < 1:
            raise InputError("firms, buyers: expected at least 1")
        if min(self.purchases, self.wages, self.cash) < 0 or self.purchases + self.wages > 1:
            raise InputError("purchases, wages, cash: expected at least 0, the first two at most 1")

    @property
    def tiers(self) -> np.ndarray:
        """Tier of each firm, the core firm's 0 first; last, -1, those who take wages."""
        return np.append(np.repeat(np.arange(len(self.firms) + 1), (1, *self.firms)), -1)


def build_chain(chain: Chain, *, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Draw who owes whom, and the cash of each firm.

    A supplier's sales are drawn evenly over its customers' purchases; its cash is exponential
    around `cash` times what it owes. The core firm holds what it owes.

    Returns
    -------
    tuple of numpy.ndarray
        Debts, shape (n, n): row owes column, yuan; and cash, shape (n,).
    """
    rng, tiers = np.random.default_rng(seed), chain.tiers
    debts = np.zeros((len(tiers), len(tiers)))
    for level in range(1, len(chain.firms) + 1):
        ahead, here = (np.flatnonzero(tiers == tier) for tier in (level - 1, level))
        buys = rng.lognormal(0.0, 0.6, (len(ahead), len(here)))
        rank = rng.random(buys.shape).argsort(axis=0).argsort(axis=0)
        buys = np.where(rank < chain.buyers, buys, 0.0)  # each supplier has so many customers
        alone = np.flatnonzero(buys.sum(axis=1) == 0)
        buys[alone, rng.integers(len(here), size=len(alone))] = 1.0  # each customer a supplier
        sales = chain.core_debt if level == 1 else chain.purchases * debts.sum(axis=0)[ahead]
        part = buys / buys.sum(axis=1, keepdims=True)
        debts[np.ix_(ahead, here)] = part * np.reshape(sales, (-1, 1))
    debts[1:-1, -1] = chain.wages * debts.sum(axis=0)[1:-1]
    owed = debts.sum(axis=1)
    cash = chain.cash * owed * rng.exponential(size=len(tiers))
    return debts, np.append(owed[0], cash[1:])


def clear(debts: np.ndarray, cash: ArrayLike, *, rounds: int = 10_000) -> np.ndarray:
    """Find what everybody pays on the due date, equation `portraits-clearing`.

    Starts from full payment and lowers payments until nobody pays more than it has, which gives
    the greatest clearing vector. A chain without loops ends after as many rounds as it has tiers.

    Raises
    ------
    InputError
        A debt or a balance is negative, or payments do not settle.
    """
    debts, cash = np.asarray(debts, float), np.asarray(cash, float)
    if (cash < 0).any() or (debts < 0).any():
        raise InputError("cash, debts: expected none below 0")
    owed = debts.sum(axis=1)
    shares = np.divide(debts, owed[:, None], out=np.zeros_like(debts), where=debts > 0)
    paid = owed
    for _ in range(rounds):
        new = np.minimum(owed, cash + paid @ shares)
        if (np.abs(new - paid) <= 1e-12 * max(1.0, owed.max(initial=0.0))).all():
            return new
        paid = new
    raise InputError(f"clearing: expected payments to settle in {rounds} rounds; they did not")


def pay(
    chain: Chain, late: float, *, seed: int, sold: Sequence[float] = (), discount: float = 0.02
) -> pd.DataFrame:
    """Return who can pay when the core firm pays a share of its debts late.

    A sold receivable belongs to the factor: its seller has cash instead, and a delay becomes the
    factor's.

    Parameters
    ----------
    chain : Chain
    late : float
        Share of the core firm's debts.
    seed : int
    sold : sequence of float
        Share of the firms of each tier that have sold all they are owed; further tiers none.
    discount : float
        What the factor keeps, as a share of face.

    Returns
    -------
    pandas.DataFrame
        One row per firm: tier, cash, advance (from the factor), received, owed, paid, late.
    """
    if not 0 <= late <= 1:
        raise InputError(f"late: expected 0 to 1, found {late}")
    debts, cash = build_chain(chain, seed=seed)
    tiers, order = chain.tiers, np.random.default_rng(seed + 1).random(len(cash))
    sells = np.zeros(len(cash), bool)
    for level, share in enumerate(sold, start=1):
        sells |= (tiers == level) & (order < share)
    advance = np.where(sells, (1 - discount) * debts.sum(axis=0), 0.0)
    factor = debts[:, sells].sum(axis=1)  # is owed what was sold, and has no debts in the chain
    left = np.pad(np.where(sells, 0.0, debts), (0, 1))
    left[:-1, -1] = factor
    spend = np.append(cash + advance, 0.0)
    spend[0] = (1 - late) * debts[0].sum()  # it could pay; it chooses not to
    paid, owed = clear(left, spend), left.sum(axis=1)
    shares = np.divide(left, owed[:, None], out=np.zeros_like(left), where=left > 0)
    columns = {"cash": cash, "advance": advance, "received": (paid @ shares)[:-1]}
    columns |= {"owed": owed[:-1], "paid": paid[:-1], "late": (owed - paid)[:-1]}
    return pd.DataFrame({"tier": tiers} | columns)


def late_by_tier(paid: pd.DataFrame) -> pd.DataFrame:
    """Return, by tier, the share of firms and of money that is late, and the yuan."""
    firms = paid[paid["tier"] >= 0]
    sums = firms.groupby("tier")[["late", "owed"]].sum()
    is_late = firms["late"] > 1e-9 * firms["owed"]
    share = (sums["late"] / sums["owed"].where(sums["owed"] > 0)).fillna(0.0)
    firms_late = is_late.groupby(firms["tier"]).mean()
    return pd.DataFrame({"firms": firms_late, "money": share, "yuan": sums["late"]})

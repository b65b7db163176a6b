"""Reverse factoring: the core firm's word in place of the supplier's record.

Paper `finance`, section 1 (lenders rely on the core firm, which keeps its trade to itself)
and section 3.2. Once the core firm confirms a receivable, the supplier can no longer make it
fail; what is left is the core firm's own risk. Money in yuan, time in years, rates and shares
as fractions.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from dataworth.errors import InputError
from dataworth.finance.receivables.factoring import core_share, least_share, quote
from dataworth.finance.receivables.merchants import Trade

LONGEST = 10.0  # years: an extension beyond this counts as any


@dataclass(frozen=True)
class Programme:
    """A core firm that confirms what it owes.

    Attributes
    ----------
    handling : float
        Cost of one confirmed receivable to the factor, yuan (illustrative).
    """

    handling: float = 150.0

    def __post_init__(self) -> None:
        """Refuse a negative cost."""
        if self.handling < 0:
            raise InputError(f"handling: expected at least 0, found {self.handling}")


def quote_confirmed(trade: Trade, face: ArrayLike, programme: Programme) -> pd.DataFrame:
    """Quote confirmed receivables: equation `receivables-price` with a risk of 0.

    Returns
    -------
    pandas.DataFrame, shape (merchants, 4)
        As from `factoring.quote`.
    """
    confirmed = replace(trade, handling=programme.handling)
    return quote(confirmed, face, np.zeros(len(np.asarray(face))))


def cash_without_programme(trade: Trade, face: ArrayLike, risk: ArrayLike) -> np.ndarray:
    """Return what a receivable is worth to its merchant now, in yuan: sold, or waited for."""
    face = np.asarray(face, dtype=float)
    answer = quote(trade, face, risk)
    waiting = face / (1 + trade.reservation * trade.term)
    return np.where(answer["financed"], answer["advance"], waiting)


def longest_extension(
    trade: Trade, face: ArrayLike, risk: ArrayLike, programme: Programme
) -> np.ndarray:
    r"""Find how much later the core firm may pay before a supplier is no better off.

    Solves, for the extension :math:`x`, equation `receivables-extension`:

    .. math:: \frac{A\,k(T + x) - \kappa_r}{1 + (f + \mu)(T + x)} = P_0

    with the core firm's share :math:`k` and :math:`P_0` from `cash_without_programme`.

    Returns
    -------
    numpy.ndarray, shape (merchants,)
        Years; 0 where the programme does not help even on time, `LONGEST` at most.
    """
    face = np.asarray(face, dtype=float)
    now = cash_without_programme(trade, face, risk)
    low, high = np.zeros(len(face)), np.full(len(face), LONGEST)
    for _ in range(50):
        middle = (low + high) / 2
        term = trade.term + middle
        fails = 1 - (1 - trade.core_default) ** term
        worth = face * (1 - fails * (1 - trade.core_recovery)) - programme.handling
        better = worth / (1 + (trade.funding_rate + trade.margin) * term) > now
        low, high = np.where(better, middle, low), np.where(better, high, middle)
    return low


def early_payment_income(
    trade: Trade, face: ArrayLike, outside_cash: ArrayLike, *, core_funding: float = 0.03
) -> np.ndarray:
    r"""Return what a core firm earns that pays early itself, as much as the supplier could get.

    Equation `receivables-early`: :math:`A - P_0\,(1 + f_c T)`, at least 0.

    Parameters
    ----------
    trade : Trade
    face : array_like
        Yuan.
    outside_cash : array_like
        What the supplier has elsewhere, yuan: the core firm pays that much and no more.
    core_funding : float
        The core firm's own cost of funds per year.
    """
    cost = np.asarray(outside_cash) * (1 + core_funding * trade.term)
    return np.maximum(np.asarray(face, dtype=float) - cost, 0.0)


def handling_that_cancels(trade: Trade, face: ArrayLike, financed: float) -> float:
    """Find the handling cost at which confirmed receivables are financed no more often.

    Parameters
    ----------
    trade : Trade
    face : array_like
        Yuan.
    financed : float
        Share of receivables that are financed without the core firm's word.

    Returns
    -------
    float
        Yuan; a share of confirmed receivables above `financed` is financed below it.
    """
    # A receivable is financed while its handling costs no more than this.
    face = np.asarray(face, dtype=float)
    limit = np.sort(face * (core_share(trade) - least_share(trade)))
    place = min(int(np.floor((1 - financed) * len(limit))), len(limit) - 1)
    return float(max(limit[place], 0.0))

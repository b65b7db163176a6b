r"""The other ways to capital, beside the loan: equity in kind, a trust, a securitized pool.

Paper `finance`, section 2.2 names them and has no model; equations are ours, named as in chapter
finance/pledge. Money is in yuan; rates, shares and losses are fractions.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr, ndtri
from scipy.stats import binom

from dataworth.errors import InputError

FACTORS = 400  # values of the common factor that stand for its distribution


def fair_stake(value: ArrayLike, cash: float, believed: ArrayLike = 1.0) -> np.ndarray:
    """Return the stake for data against a partner's cash, equation `pledge-stake`.

    `believed` is the share of the appraised value in which the partner believes.
    """
    worth = np.asarray(value, float) * believed
    return worth / (worth + cash)


def trust_price(
    income: float, *, decay: float, rate: float, years: int, sold: float = 1.0, fee: float = 0.0
) -> float:
    """Return what investors pay for units of a trust that holds data, equation `pledge-trust`.

    Parameters
    ----------
    income : float
        Of the first year, yuan; it falls by `decay` a year.
    rate : float
        What investors ask for, a year.
    years : int
    sold, fee : float
        Shares of the income: sold to investors, and kept by the trustee.
    """
    if years < 1 or rate <= -1:
        raise InputError(f"years, rate: expected 1 or more and above -1, found {years}, {rate:g}")
    year = np.arange(1, years + 1)
    paid = income * (1 - decay) ** (year - 1) * (1 + rate) ** -year
    return float(sold * (1 - fee) * paid.sum())


def pool_losses(
    loans: int, default: float, loss_given_default: float, correlation: float
) -> tuple[np.ndarray, np.ndarray]:
    r"""Return the possible losses of a pool of equal loans, per yuan, and their probabilities.

    One common factor moves all borrowers (Vasicek): given it, defaults are independent.
    """
    if loans < 1 or not 0 <= correlation < 1 or not 0 < default < 1:
        raise InputError(
            "loans, correlation, default: expected 1 or more, below 1, between 0 and 1"
        )
    factor = ndtri((np.arange(FACTORS) + 0.5) / FACTORS)[:, None]
    score = (ndtri(default) - np.sqrt(correlation) * factor) / np.sqrt(1 - correlation)
    count = np.arange(loans + 1)
    chance = binom.pmf(count, loans, ndtr(score)).mean(axis=0)
    return count / loans * loss_given_default, chance


def tranche_loss(losses: np.ndarray, chance: np.ndarray, low: float, high: float) -> float:
    """Return the expected loss per yuan of a tranche, equation `pledge-tranche`.

    It bears what the pool loses above `low`, up to `high`.
    """
    if not 0 <= low < high <= 1:
        raise InputError(f"low, high: expected 0 <= low < high <= 1, found {low:g}, {high:g}")
    return float(chance @ np.clip(losses - low, 0, high - low) / (high - low))

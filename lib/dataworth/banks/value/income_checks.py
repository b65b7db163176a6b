"""What the income value rests on: implied returns, elasticities, and whose variance it is.

Paper `banks`, section 4.5. Money is in thousand yuan; rates and shares are fractions.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import stats
from scipy.optimize import brentq

from dataworth.banks.value.stock import annuity_factor


class Elasticity(NamedTuple):
    """An estimated elasticity with its interval.

    Attributes
    ----------
    value, low, high : float
    """

    value: float
    low: float
    high: float


def implied_return(revenue: float, price: float, years: int) -> float:
    """Return the internal rate on a price that brings a flat revenue for some years.

    Returns
    -------
    float
        A fraction a year; NaN without a price or a revenue, and beyond 100,000 %.
    """
    if not (0 < revenue < 1000 * price):
        return float("nan")
    return float(brentq(lambda rate: revenue * annuity_factor(rate, years) - price, -0.99, 1000))


def profit_elasticity(
    profit: pd.Series, stock: pd.Series, *, differences: bool, level: float = 0.95
) -> Elasticity:
    """Return the per cent of profit for one per cent of stock, by least squares with a constant.

    Parameters
    ----------
    profit, stock : pandas.Series
        Thousand yuan by year; years in which both are positive count.
    differences : bool
        Regress yearly changes of logarithms rather than the logarithms. Two series that
        both grow are related in levels whether or not they have to do with one another.
    level : float
        Of the interval.

    Returns
    -------
    Elasticity
        NaN with fewer than four observations.
    """
    both = pd.DataFrame({"x": stock, "y": profit}).dropna()
    both = np.log(both[(both > 0).all(axis=1)])
    both = both.diff().dropna() if differences else both
    if len(both) < 4:
        return Elasticity(np.nan, np.nan, np.nan)
    fit = stats.linregress(both["x"], both["y"])
    half = stats.t.ppf(0.5 + level / 2, len(both) - 2) * fit.stderr
    return Elasticity(fit.slope, fit.slope - half, fit.slope + half)


def growth_agreement(first: pd.Series, second: pd.Series) -> float:
    """Return the correlation of the yearly growth of two series.

    Returns
    -------
    float
        Correlation of the changes of logarithms; NaN with fewer than three changes, or where
        one of them does not vary.
    """
    both = pd.DataFrame({"first": first, "second": second})
    changes = np.log(both.where(both > 0)).diff().dropna()
    return float(changes.corr(min_periods=3).iloc[0, 1])


def variance_shares(base: np.ndarray, rate: np.ndarray, years: np.ndarray) -> dict[str, float]:
    r"""Split the variance of the income value :math:`B \, a(r, n)` among its inputs.

    Parameters
    ----------
    base, rate, years : numpy.ndarray, shape (draws,)
        Independent draws.

    Returns
    -------
    dict
        First-order shares of cost, rate and period, and together for what only their
        combination explains. Profit is not an argument: it cancels.

    Notes
    -----
    Exact for the empirical distributions, since value is a product of independent parts.
    """
    some = slice(0, 400)  # a grid of 400 by 400 settles the two means below
    grid = annuity_factor(rate[some][:, None], years[some][None, :])
    mean, spread = base.mean(), base.var()
    total = (spread + mean**2) * (grid**2).mean() - (mean * grid.mean()) ** 2
    parts = {
        "cost": spread * grid.mean() ** 2,
        "rate": mean**2 * np.var(grid.mean(axis=1)),
        "period": mean**2 * np.var(grid.mean(axis=0)),
    }
    shares = {name: float(part / total) if total > 0 else 0.0 for name, part in parts.items()}
    return shares | {"together": max(1 - sum(shares.values()), 0.0)}

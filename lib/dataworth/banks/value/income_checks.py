"""What the income value rests on: implied returns, elasticities, and whose variance it is.

Paper `banks`, section 4.5. Money is in thousand yuan; rates and shares are fractions.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats
from scipy.optimize import brentq

from dataworth.banks.value.stock import annuity_factor


@dataclass(frozen=True)
class Slope:
    """A slope with its interval.

    Attributes
    ----------
    value, low, high : float
    observations : int
    """

    value: float
    low: float
    high: float
    observations: int


def implied_return(revenue: float, price: float, years: int) -> float:
    """Return the internal rate on a price that brings a flat revenue for some years.

    Raises
    ------
    ValueError
        A price or a revenue that is not positive, or a return beyond 100,000 %.
    """
    if not (price > 0 and revenue > 0):
        raise ValueError(f"price, revenue: expected above 0, found {price:g} and {revenue:g}")
    gap = lambda rate: revenue * float(annuity_factor(rate, years)) - price  # noqa: E731
    if gap(1000.0) > 0:
        raise ValueError("price: too small against the revenue for a return")
    return float(brentq(gap, -0.99, 1000.0))


def profit_elasticity(
    profit: pd.Series, stock: pd.Series, *, differences: bool, level: float = 0.95
) -> Slope:
    """Per cent of profit for one per cent of stock, by least squares with a constant.

    Parameters
    ----------
    profit, stock : pandas.Series
        Thousand yuan by year; years in which both are positive count.
    differences : bool
        Regress yearly changes of logarithms rather than the logarithms. Two series that
        both grow are related in levels whether or not they have to do with one another.
    level : float
        Of the interval.

    Raises
    ------
    ValueError
        Fewer than four observations.
    """
    both = pd.DataFrame({"x": stock, "y": profit}).dropna()
    both = np.log(both[(both > 0).all(axis=1)])
    both = both.diff().dropna() if differences else both
    if len(both) < 4:
        raise ValueError(f"profit, stock: expected at least 4 observations, found {len(both)}")
    fit = stats.linregress(both["x"], both["y"])
    half = stats.t.ppf(0.5 + level / 2, len(both) - 2) * fit.stderr
    return Slope(float(fit.slope), float(fit.slope - half), float(fit.slope + half), len(both))


def growth_agreement(first: pd.Series, second: pd.Series) -> float:
    """Correlate the yearly growth of two series.

    Returns
    -------
    float
        Correlation of the changes of logarithms; NaN with fewer than three changes, or where
        one of them does not vary.
    """
    both = pd.DataFrame({"first": first, "second": second})
    changes = np.log(both.where(both > 0)).diff().dropna()
    return float(changes.corr(min_periods=3).iloc[0, 1])


def draw_costs(costs: pd.DataFrame, draws: int, *, seed: int, common: float = 0.5) -> pd.DataFrame:
    """Draw cost series within their intervals.

    Parameters
    ----------
    costs : pandas.DataFrame, index year
        cost, low, high in thousand yuan.
    draws : int
    seed : int
    common : float
        Share of the variance of errors that all years have in common.

    Returns
    -------
    pandas.DataFrame, shape (years, draws)
        Thousand yuan. Errors are normal on either side; the interval is taken as one of 95 %.
    """
    rng = np.random.default_rng(seed)
    own = rng.standard_normal((len(costs), draws))
    z = np.sqrt(common) * rng.standard_normal(draws) + np.sqrt(1 - common) * own
    centre, low, high = (costs[[c]].to_numpy(float) for c in ("cost", "low", "high"))
    step = np.where(z > 0, high - centre, centre - low) / 1.96
    return pd.DataFrame(centre + z * step, index=costs.index)


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

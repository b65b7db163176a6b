"""What one bank's yearly series can say: elasticities, spurious regressions, curves.

Paper `banks`, section 4.5, argues from the 16 years of one bank. Money is in thousand
yuan, growth a difference of logarithms. Leading axes are independent draws.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.optimize import isotonic_regression

from dataworth.banks.returns.regressions import Regression, fit_series
from dataworth.banks.returns.shape_tests import (
    inverted_u,
    marginal_peak,
    marginal_product_falls,
    read_elasticity,
)

FORMS = ("levels", "levels and trend", "differences")


def newey_west_lags(years: int) -> int:
    """Return the number of lags by the usual rule, 4 (n / 100) to the power 2/9."""
    return max(int(4 * (years / 100) ** (2 / 9)), 1)


def fit_forms(profit: np.ndarray, cost: np.ndarray, *, lags: int = 0) -> dict[str, Regression]:
    """Return the elasticity of one series in the three usual forms.

    Parameters
    ----------
    profit, cost : numpy.ndarray, shape (..., years)
        Logarithms.
    lags : int
        Lags of the covariance, see `regressions.fit_series`.

    Returns
    -------
    dict of str to Regression
        By `FORMS`; the elasticity is coefficient 0.
    """
    profit, cost = np.broadcast_arrays(profit, cost)
    trend = np.linspace(-1, 1, profit.shape[-1])
    return {
        "levels": fit_series(profit, [cost], lags=lags),
        "levels and trend": fit_series(profit, [cost, trend], lags=lags),
        "differences": fit_series(np.diff(profit), [np.diff(cost)], lags=lags),
    }


def series_elasticities(profit: pd.Series, cost: pd.Series, *, level: float) -> pd.DataFrame:
    """Return the elasticity of one bank's profit in the three forms of `fit_forms`.

    Parameters
    ----------
    profit, cost : pandas.Series
        By year, thousand yuan; years in which both are positive count.
    level : float
        Of the intervals.

    Returns
    -------
    pandas.DataFrame
        Missing with fewer than six such years. Index form; elasticity, low, high (HAC,
        `newey_west_lags`), plain_low, plain_high (errors taken as independent), r2,
        durbin_watson, years.

    Notes
    -----
    Granger and Newbold (1974): an R2 above the Durbin-Watson statistic is the mark of a
    spurious regression.
    """
    both = pd.DataFrame({"profit": profit, "cost": cost}).astype(float)
    both = both[(both > 0).all(axis=1)]
    if len(both) < 6:
        return pd.DataFrame(index=FORMS, columns=["elasticity", "low", "high"], dtype=float)
    logs = np.log(both.to_numpy().T)
    robust, plain = (fit_forms(*logs, lags=lags) for lags in (newey_west_lags(len(both)), 0))
    rows = {}
    for form, fit in robust.items():
        outcome = np.diff(logs[0]) if form == "differences" else logs[0]
        squares = np.square(fit.residuals).sum()
        rows[form] = {
            "elasticity": fit.coefficients[0],
            **dict(zip(("low", "high"), fit.interval(0, level), strict=True)),
            **dict(zip(("plain_low", "plain_high"), plain[form].interval(0, level), strict=True)),
            "r2": 1 - squares / np.square(outcome - outcome.mean()).sum(),
            "durbin_watson": np.square(np.diff(fit.residuals)).sum() / squares,
            "years": fit.nobs,
        }
    return pd.DataFrame.from_dict(rows, orient="index")


def spurious_shares(
    *,
    years: int,
    drift: tuple[float, float],
    spread: tuple[float, float],
    replications: int,
    level: float,
    seed: int,
) -> pd.DataFrame:
    """Return how often unrelated random walks with drift give a significant elasticity.

    Parameters
    ----------
    years : int
    drift, spread : tuple of float
        Mean and standard deviation of the yearly log change, of profit and of cost.
    replications, level, seed
        As elsewhere.

    Returns
    -------
    pandas.DataFrame
        Index form; plain and hac (with `newey_west_lags`): share of pairs whose interval
        excludes zero. A sound test gives 1 - level.

    Notes
    -----
    Granger and Newbold, "Spurious Regressions in Econometrics", Journal of Econometrics 2
    (1974).
    """
    draws = np.random.default_rng(seed).standard_normal((2, replications, years))
    steps = np.reshape(drift, (2, 1, 1)) + np.reshape(spread, (2, 1, 1)) * draws
    profit, cost = np.cumsum(steps, axis=-1)
    shares = {}
    for label, used in (("plain", 0), ("hac", newey_west_lags(years))):
        ends = {f: fit.interval(0, level) for f, fit in fit_forms(profit, cost, lags=used).items()}
        shares[label] = {f: ((low > 0) | (high < 0)).mean() for f, (low, high) in ends.items()}
    return pd.DataFrame(shares)


def compare_shapes(profit: np.ndarray, cost: np.ndarray) -> pd.DataFrame:
    """Return how well six curves fit profit as a function of cost.

    Parameters
    ----------
    profit, cost : numpy.ndarray, shape (years,)
        Positive, in the same unit, such as thousand yuan.

    Returns
    -------
    pandas.DataFrame
        Rows: constant, straight line, logarithm, parabola, power, any monotone curve.
        Columns: parameters, r2 (share of the variance of profit in levels), aicc (all of
        profit in levels; none for the monotone curve, which has no likelihood to compare).
    """
    logs, x = np.log(cost), cost / cost.mean()
    designs = {"constant": [], "straight line": [x], "logarithm": [logs], "parabola": [x, x**2]}
    rows = {}
    for name, columns in designs.items():
        fit = fit_series(profit, columns)
        fitted = np.column_stack([*columns, np.ones_like(profit)]) @ fit.coefficients
        rows[name] = (fit.parameters, fitted, float(fit.aicc))
    fit = fit_series(np.log(profit), [logs])
    fitted = np.exp(fit.coefficients[1] + fit.coefficients[0] * logs)
    # A density of log profit becomes one of profit through the factor 1 / profit.
    rows["power"] = (fit.parameters, fitted, float(fit.aicc) + 2 * float(np.log(profit).sum()))
    rank = np.argsort(cost, kind="stable")
    fitted = np.empty_like(profit)
    fitted[rank] = isotonic_regression(profit[rank]).x
    rows["any monotone curve"] = (len(np.unique(fitted)), fitted, np.nan)
    spread = np.square(profit - profit.mean()).sum()
    table = [(k, 1 - np.square(profit - f).sum() / spread, aicc) for k, f, aicc in rows.values()]
    return pd.DataFrame(table, index=list(rows), columns=["parameters", "r2", "aicc"])


def read_bank(profit: np.ndarray, inputs: np.ndarray, *, level: float) -> pd.DataFrame:
    """Return what could be said from one bank's series alone.

    Parameters
    ----------
    profit, inputs : numpy.ndarray, shape (draws, years)
        Logarithms; they broadcast.
    level : float
        Of the intervals, with `newey_west_lags`; tests have size 1 - level.

    Returns
    -------
    pandas.DataFrame
        One row a draw, all bool: growth falls (the paper's reading), marginal product
        falls, marginal peak and inverted U (a parabola in levels), differences diminishing (the
        elasticity of the changes lies between 0 and 1) and differences nothing (it may
        be 0).
    """
    profit, inputs = np.broadcast_arrays(profit, inputs)
    lags = newey_west_lags(profit.shape[-1])
    x = inputs - inputs.mean(axis=-1, keepdims=True)
    parabola = fit_series(profit, [x, x**2], lags=lags)
    ends = x.min(axis=-1), x.max(axis=-1)
    low, high = fit_forms(profit, x, lags=lags)["differences"].interval(0, level)
    return pd.DataFrame(
        {
            "growth falls": growth_falls(profit, inputs),
            "marginal product falls": marginal_product_falls(parabola, 0.0) < (1 - level) / 2,
            "marginal peak": marginal_peak(parabola, *ends) < 1 - level,
            "inverted U": inverted_u(parabola, *ends) < 1 - level,
            "differences diminishing": read_elasticity(low, high) == "diminishing",
            "differences nothing": (low <= 0) & (high >= 0),
        }
    )


def growth_falls(profit: np.ndarray, inputs: np.ndarray) -> np.ndarray:
    """Return the paper's reading: whether growth falls as inputs rise.

    Parameters
    ----------
    profit, inputs : numpy.ndarray, shape (..., years)
        Logarithms.

    Returns
    -------
    numpy.ndarray of bool, shape (...)
        True where the slope of yearly growth on the year's log input is negative.
    """
    growth, level = np.diff(profit, axis=-1), inputs[..., 1:]
    return ((level - level.mean(axis=-1, keepdims=True)) * growth).sum(axis=-1) < 0

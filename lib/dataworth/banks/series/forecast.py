"""Forecasts from ARIMA models.

Paper `banks`, section 4.3.4, Tables 6 to 8. A series is a quarterly pandas Series with
a PeriodIndex; forecasts are in its units.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from scipy import stats

from dataworth.banks.series.arima import ArmaFit, fit_arma, search_orders
from dataworth.errors import InputError

Transform = Literal["log", "level"]
Order = tuple[int, int, int]


@dataclass(frozen=True)
class Forecast:
    """A forecast with intervals.

    Attributes
    ----------
    path : pandas.DataFrame
        One row per quarter ahead: forecast (the median), lower, upper.
    fit : ArmaFit
        The model of the transformed and differenced series.
    """

    path: pd.DataFrame
    fit: ArmaFit


def forecast(
    series: pd.Series,
    *,
    order: Order = (1, 1, 1),
    transform: Transform = "log",
    constant: bool = True,
    horizon: int = 4,
    level: float = 0.95,
    losses: Literal["refuse", "skip"] = "refuse",
) -> Forecast:
    """Return the forecast of an ARIMA model from the last quarter on.

    Parameters
    ----------
    series : pandas.Series
        Quarterly; the last value must be known.
    order : tuple of int
        (p, d, q).
    transform : {"log", "level"}
        Model logarithms or the values themselves.
    constant : bool
        Estimate the mean of the differenced series, the drift.
    horizon : int
        Quarters ahead.
    level : float
        Share of outcomes that the interval should hold.
    losses : {"refuse", "skip"}
        Under logs, refuse values that are not positive or treat them as missing.

    Raises
    ------
    InputError
        A value that has no logarithm, an unknown last value, a too short or constant
        series, no convergence, a horizon or level out of range.

    Notes
    -----
    Intervals take the innovations as normal, and the coefficients and the last innovations
    as known.
    """
    from statsmodels.tsa.arima_process import arma2ma
    from statsmodels.tsa.statespace.sarimax import SARIMAX

    check_horizon(horizon, level)
    p, d, q = order
    levels = to_model_scale(series, transform, losses=losses)
    tails = [float(levels.iloc[-1])]
    changes = levels
    for _ in range(d):
        tails.append(float(changes.diff().iloc[-1]))
        changes = changes.diff().iloc[1:]
    if math.isnan(sum(tails[: max(d, 1)])):
        known = "positive, for a logarithm," if transform == "log" else "known"
        raise InputError(
            f"series: its last value ({series.index[-1]}) must be {known} to start from"
        )
    fit = fit_arma(changes, (p, q), constant=constant)
    scale = math.sqrt(fit.sigma2)
    model = SARIMAX((changes.to_numpy(float) - fit.mean) / scale, order=(p, 0, q))
    ahead = model.smooth(np.r_[fit.ar, fit.ma, 1.0]).forecast(horizon) * scale + fit.mean
    weights = arma2ma(np.r_[1, -fit.ar], np.r_[1, fit.ma], horizon)
    for i in range(d - 1, -1, -1):
        ahead, weights = tails[i] + np.cumsum(ahead), np.cumsum(weights)
    error = scale * np.sqrt(np.cumsum(weights**2))
    spread = stats.norm.ppf(0.5 + level / 2) * error
    path = pd.DataFrame({"forecast": ahead, "lower": ahead - spread, "upper": ahead + spread})
    path = path.set_axis(quarters_after(series.index[-1], horizon))
    path = np.exp(path) if transform == "log" else path
    return Forecast(path, fit)


def automatic_order(
    series: pd.Series, *, transform: Transform = "log", max_p: int = 4, max_q: int = 4
) -> Order:
    """Return the (p, 1, q) of the smallest SC; losses under logs count as missing."""
    changes = to_model_scale(series, transform, losses="skip").diff().iloc[1:]
    orders = search_orders(changes, max_p=max_p, max_q=max_q, criterion="SC")
    if not orders["converged"].iloc[0]:
        raise InputError(f"no ARMA order up to ({max_p},{max_q}) converged")
    return int(orders["p"].iloc[0]), 1, int(orders["q"].iloc[0])


def choose_order(order: str, series: pd.Series, *, transform: Transform = "log") -> Order:
    """Return the order that a text names.

    Parameters
    ----------
    order : str
        ``"paper"`` for (1, 1, 1), ``"auto"`` for the smallest SC, or ``"p,d,q"``.
    """
    if order == "auto":
        return automatic_order(series, transform=transform)
    p, d, q = map(int, order.replace("paper", "1,1,1").split(","))
    return p, d, q


def free_run(fit: ArmaFit, first: float, second: float, quarters: int) -> np.ndarray:
    """Return the path of an ARIMA(1,1,q) from two levels on, without ever looking at data again.

    This is what a dynamic forecast yields when its start is the sample's first usable
    quarter: the difference decays to the drift, and the path to a straight line.

    Parameters
    ----------
    fit : ArmaFit
        Of the differences, with p = 1.
    first, second : float
        The first two levels.
    quarters : int
        Length of the path, the two levels included.

    Raises
    ------
    ValueError
        The model has not exactly one AR term.
    """
    if fit.order[0] != 1:
        raise ValueError(f"free_run: expected one AR term, found {fit.order[0]}")
    deviation = (second - first - fit.mean) * fit.ar[0] ** np.arange(quarters - 1)
    return np.r_[first, first + np.cumsum(fit.mean + deviation)]


def to_model_scale(
    series: pd.Series, transform: Transform, *, losses: Literal["refuse", "skip"] = "refuse"
) -> pd.Series:
    """Return the series or its logarithm; what has no logarithm is refused or missing."""
    if transform == "level":
        return series.astype(float)
    if transform != "log":
        raise ValueError(f"transform: expected log or level, found {transform!r}")
    bad = series.index[series <= 0]
    if len(bad) and losses == "refuse":
        found = f"{series[bad[0]]:g} at {bad[0]}"
        raise InputError(f"series: expected positive values under a logarithm, found {found}")
    return np.log(series.where(series > 0).astype(float))


def quarters_after(last: pd.Period, horizon: int) -> pd.PeriodIndex:
    """Return the `horizon` quarters that follow."""
    return pd.period_range(last + 1, periods=horizon, freq=last.freq)


def check_horizon(horizon: int, level: float) -> None:
    """Refuse a horizon below one quarter, and a level that is no share."""
    if horizon < 1:
        raise InputError(f"horizon: expected at least 1, found {horizon}")
    if not 0 < level < 1:
        raise InputError(f"level: expected a share between 0 and 1, found {level}")

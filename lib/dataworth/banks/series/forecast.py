"""Forecasts from ARIMA models, and what printed forecasts give away.

Paper `banks`, section 4.3.4, Tables 6 to 8. A series is a quarterly pandas Series with
a PeriodIndex; forecasts are in its units.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import Literal

import numpy as np
import pandas as pd
from scipy import stats

from dataworth.banks.series.arima import ArmaFit, fit_arma, search_orders

Transform = Literal["log", "level"]
MAX_ORDER = 6  # terms of either kind; more would leave sixty quarters little to say


@dataclass(frozen=True)
class Forecast:
    """A forecast with intervals.

    Attributes
    ----------
    path : pandas.DataFrame
        One row per quarter ahead: forecast (the median), lower, upper.
    fit : ArmaFit
        The model of the transformed and differenced series.
    order : tuple of int
        (p, d, q).
    transform : {"log", "level"}
    level : float
        Share of outcomes that the interval should hold.
    """

    path: pd.DataFrame
    fit: ArmaFit
    order: tuple[int, int, int]
    transform: str
    level: float


@dataclass(frozen=True)
class ImpliedDecay:
    """What the differences of a printed forecast path give away.

    Attributes
    ----------
    ar, ar_low, ar_high : float
        The factor by which differences approach the drift, and its rounding interval.
    drift, drift_low, drift_high : float
        The difference that the path settles at, per quarter; 0 without a constant.
    differences : numpy.ndarray, shape (horizon - 1,)
    """

    ar: float
    ar_low: float
    ar_high: float
    drift: float
    drift_low: float
    drift_high: float
    differences: np.ndarray


def forecast(
    series: pd.Series,
    *,
    order: tuple[int, int, int] = (1, 1, 1),
    transform: Transform = "log",
    constant: bool = True,
    horizon: int = 4,
    level: float = 0.95,
    losses: Literal["refuse", "skip"] = "refuse",
) -> Forecast:
    """Fit an ARIMA model and forecast from the last quarter on.

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
    ValueError
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
        raise ValueError(
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
    return Forecast(path, fit, order, transform, level)


def automatic_order(
    series: pd.Series,
    *,
    transform: Transform = "log",
    d: int = 1,
    max_p: int = 4,
    max_q: int = 4,
    constant: bool = True,
    criterion: Literal["AIC", "SC", "HQ"] = "SC",
) -> tuple[int, int, int]:
    """Return the (p, d, q) that minimises a criterion; losses under logs count as missing."""
    levels = to_model_scale(series, transform, losses="skip")
    orders = search_orders(
        levels, max_p=max_p, max_q=max_q, d=d, constant=constant, criterion=criterion
    )
    if not orders["converged"].iloc[0]:
        raise ValueError(f"no ARMA order up to ({max_p},{max_q}) converged")
    return int(orders["p"].iloc[0]), d, int(orders["q"].iloc[0])


def choose_order(order: str, series: pd.Series, *, transform: Transform = "log") -> tuple:
    """Read an order from text.

    Parameters
    ----------
    order : str
        ``"paper"`` for (1, 1, 1), ``"auto"`` for the smallest SC, or ``"p,d,q"``.

    Raises
    ------
    ValueError
        The text is none of these.
    """
    if order == "paper":
        return (1, 1, 1)
    if order == "auto":
        return automatic_order(series, transform=transform)
    parts = [part.strip() for part in str(order).split(",")]
    limits = (MAX_ORDER, 2, MAX_ORDER)
    whole = len(parts) == 3 and all(part.isascii() and part.isdecimal() for part in parts)
    if not whole or any(int(p) > limit for p, limit in zip(parts, limits, strict=True)):
        raise ValueError(
            f"order: expected paper, auto or p,d,q with p and q up to {MAX_ORDER} and d up to 2, "
            f"found {order!r}"
        )
    return tuple(int(part) for part in parts)


def free_run(fit: ArmaFit, first: float, second: float, quarters: int) -> np.ndarray:
    """Run an ARIMA(1,1,q) from its first two levels without ever looking at data again.

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


def implied_ar(
    forecasts: Sequence[float],
    q: int = 1,
    *,
    constant: bool = True,
    transform: Transform = "level",
    half_unit: float = 0.5,
) -> ImpliedDecay:
    r"""Infer the AR(1) coefficient of the ARIMA(1,1,q) that made printed forecasts.

    Beyond q quarters, differences of forecasts obey
    :math:`d_{h+1} - \mu = \phi (d_h - \mu)`; two differences of differences give
    :math:`\phi`, and without a constant two differences do.

    Parameters
    ----------
    forecasts : sequence of float
        Consecutive forecasts, the first one quarter ahead.
    q : int
        Moving-average order.
    constant : bool
        Whether the differences have a mean.
    transform : {"level", "log"}
        The scale of the model.
    half_unit : float
        Rounding error of each printed forecast.

    Raises
    ------
    ValueError
        Too few forecasts for this q.

    Examples
    --------
    >>> round(implied_ar([86025, 88751, 90011, 90593], q=2, constant=False).ar, 3)
    0.462
    """
    values = np.asarray(forecasts, float)
    needed = max(q - 1, 0) + 3 + constant
    if len(values) < needed:
        raise ValueError(f"forecasts: expected at least {needed} for q={q}, found {len(values)}")
    used = values[max(q - 1, 0) :]
    shifts = np.array(list(product((-half_unit, half_unit), repeat=len(used))))
    decays = np.array([_decay(used + shift, constant, transform) for shift in shifts])
    ar, drift = _decay(used, constant, transform)
    scaled = np.log(values) if transform == "log" else values
    (ar_low, drift_low), (ar_high, drift_high) = decays.min(axis=0), decays.max(axis=0)
    return ImpliedDecay(
        ar=ar,
        ar_low=float(ar_low),
        ar_high=float(ar_high),
        drift=drift,
        drift_low=float(drift_low),
        drift_high=float(drift_high),
        differences=np.diff(scaled),
    )


def trace_back(forecasts: Sequence[float], quarters: int) -> np.ndarray:
    """Follow a printed ARIMA(1,1,1) forecast path back to the levels that it came from.

    Parameters
    ----------
    forecasts : sequence of float
        At least four consecutive forecasts in levels.
    quarters : int
        How many quarters to go back from the first forecast.

    Returns
    -------
    numpy.ndarray, shape (quarters + 1,)
        The path up to and including the first forecast. Where it meets the actual series
        is where the dynamic forecast started.
    """
    path = np.asarray(forecasts, float)
    decay = implied_ar(path, q=1)
    deviation = (decay.differences[0] - decay.drift) / decay.ar ** np.arange(1, quarters + 1)
    back = path[0] - np.cumsum(decay.drift + deviation)
    return np.r_[back[::-1], path[0]]


# --- small helpers -------------------------------------------------------------------------


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
        raise ValueError(f"series: expected positive values under a logarithm, found {found}")
    return np.log(series.where(series > 0).astype(float))


def quarters_after(last: pd.Period, horizon: int) -> pd.PeriodIndex:
    """Return the `horizon` quarters that follow."""
    return pd.period_range(last + 1, periods=horizon, freq=last.freq)


def check_horizon(horizon: int, level: float) -> None:
    """Refuse a horizon below one quarter, and a level that is no share."""
    if horizon < 1:
        raise ValueError(f"horizon: expected at least 1, found {horizon}")
    if not 0 < level < 1:
        raise ValueError(f"level: expected a share between 0 and 1, found {level}")


def _decay(path: np.ndarray, constant: bool, transform: str) -> tuple[float, float]:
    """Return phi and drift by least squares over the differences of one path."""
    changes = np.diff(np.log(path) if transform == "log" else path)
    before, after = changes[:-1], changes[1:]
    if not constant:
        return float(before @ after / (before @ before)), 0.0
    centred = before - before.mean()
    ar = float(centred @ after / (centred @ centred))
    with np.errstate(divide="ignore", invalid="ignore"):  # no drift is implied at ar = 1
        return ar, float(np.divide(after.mean() - ar * before.mean(), 1 - ar))

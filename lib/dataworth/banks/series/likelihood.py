"""The exact likelihood of ARMA models, and where it peaks.

statsforecast's compiled Kalman filter gives the innovations, and its compiled
recursion coefficients that are stationary; the mean and the variance are
concentrated out; what is left is a sum of squares (Ansley 1979), which MINPACK's
Levenberg-Marquardt takes to its minimum. ARMA likelihoods often have several
peaks, so each order starts from the optima of the orders nested in it, and from
nearly cancelling factors.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
from scipy.optimize import leastsq

# Partial autocorrelations stay inside; 1 is a unit root.
PARTIAL_BOUND = 0.9999
# Factors of the AR and of the MA polynomial that nearly cancel: of one root, and of two that turn.
NEARLY_CANCEL = [([1, -root], [1, -0.7 / 0.95 * root]) for root in (0.95, -0.95)]
TURNING = [
    ([1, -2 * r * turn, r**2], [1, -2 * s * turn, s**2])
    for r, s in ((0.9, 0.7), (0.7, 0.9))
    for turn in (-0.6, 0.0, 0.6)
]
NO_DIFFERENCES = np.empty(0)  # the filter could difference a series itself


@dataclass(frozen=True)
class Optimum:
    """Where the likelihood of one order peaks.

    Attributes
    ----------
    ar, ma : numpy.ndarray
        Coefficients; the moving average is written ``1 + theta L``.
    loglik, mean, sigma2 : float
        Log-likelihood there, mean of the series and variance of the innovations.
    converged : bool
        Whether the search ended at a peak.
    """

    ar: np.ndarray
    ma: np.ndarray
    loglik: float
    mean: float
    sigma2: float
    converged: bool


def maximize_orders(
    series: np.ndarray, max_p: int, max_q: int, *, constant: bool
) -> dict[tuple[int, int], Optimum]:
    """Return where the exact likelihood of every order up to (max_p, max_q) peaks.

    Parameters
    ----------
    series : numpy.ndarray, shape (quarters,)
        NaN where a quarter is missing; the filter passes over it.
    max_p, max_q : int
        Largest autoregressive and moving-average order.
    constant : bool
        Estimate the mean of the series.

    Returns
    -------
    dict of (p, q) to Optimum
        The log-likelihood never falls when a term is added.
    """
    scale, nobs = float(np.nanstd(series)), int(np.isfinite(series).sum())
    rows = np.array([series / scale, np.where(np.isnan(series), np.nan, 1.0)][: 1 + constant])
    optima: dict[tuple[int, int], Optimum] = {}
    for p in range(max_p + 1):
        for q in range(max_q + 1):
            optima[p, q] = _maximize(rows, p, q, _starts(optima, p, q))
    return {
        order: replace(
            best,
            loglik=best.loglik - nobs * math.log(scale),
            mean=best.mean * scale,
            sigma2=best.sigma2 * scale**2,
        )
        for order, best in optima.items()
    }


def innovations(rows: np.ndarray, ar: np.ndarray, ma: np.ndarray) -> tuple[np.ndarray, float, int]:
    """Return the innovations of several series, missing at the same quarters, in one ARMA model.

    Parameters
    ----------
    rows : numpy.ndarray, shape (series, quarters)
    ar, ma : numpy.ndarray, shapes (p,) and (q,)

    Returns
    -------
    standardized : numpy.ndarray, shape (series, quarters)
        One-step innovations, each divided by its standard deviation relative to sigma.
    log_variances : float
        Sum of the logarithms of the relative variances.
    used : int
        Observations that the filter used.
    """
    arima_like, initial_variance, _ = _compiled()
    size = max(len(ar), len(ma) + 1)
    phi, theta = np.zeros(size), np.zeros(size - 1)
    phi[: len(ar)], theta[: len(ma)] = ar, ma
    start = initial_variance(ar, ma)
    standardized = np.empty(rows.shape)
    for place, row in enumerate(rows):
        state, spread = np.zeros(size), np.zeros((size, size))
        # The filter overwrites the state and both variances: each row gets its own.
        _, log_variances, used, standardized[place] = arima_like(
            row, phi, theta, NO_DIFFERENCES, state, spread, start.copy(), 0, True
        )
    return standardized, log_variances, used


@cache
def _compiled() -> tuple[Callable, Callable, Callable]:
    """Import the compiled filter; its package warns about progress bars it cannot draw."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from statsforecast.arima import arima_like, arima_transpar, getQ0
    return arima_like, getQ0, arima_transpar


def _concentrate(rows: np.ndarray, ar: np.ndarray, ma: np.ndarray) -> tuple:
    """Return innovations without their mean, the sum of log variances, count and mean.

    The filter is linear: filtering a row of ones gives the regressor whose
    least-squares coefficient is the mean that maximizes the likelihood.
    """
    filtered, log_variances, used = innovations(rows, ar, ma)
    if used < rows.shape[1]:
        filtered = filtered[:, np.isfinite(rows[0])]
    residuals, mean = filtered[0], 0.0
    if len(rows) == 2:
        ones = filtered[1]
        mean = float(ones @ residuals / (ones @ ones))
        residuals = residuals - mean * ones
    return residuals, log_variances, used, mean


def _maximize(rows: np.ndarray, p: int, q: int, starts: list[list]) -> Optimum:
    """Descend roughly from the best start of each kind, then to the bottom from the deepest."""
    _, _, from_angles = _compiled()
    # As for an AR model of that order, without seasons: the MA part has the same recursion.
    orders = [np.array([size, 0, 0, 0, 0, 0, 0]) for size in (p, q)]

    def coefficients(angles: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        inside = np.arctanh(PARTIAL_BOUND * np.tanh(angles))
        ar, _ = from_angles(inside[:p], orders[0], True)
        ma, _ = from_angles(inside[p:], orders[1], True)
        return ar, -ma

    def weighted(angles: np.ndarray) -> np.ndarray:
        """Innovations whose sum of squares is minimal where the likelihood is maximal."""
        residuals, log_variances, used, _ = _concentrate(rows, *coefficients(angles))
        # Beyond a unit root, within rounding, the filter skips observations or overflows.
        if used < len(residuals) or not math.isfinite(log_variances + residuals @ residuals):
            return np.full_like(residuals, 1e3)
        return residuals * math.exp(min(log_variances / (2 * used), 50.0))

    def depth(angles: np.ndarray) -> float:
        values = weighted(angles)
        return float(values @ values)

    best, converged = np.zeros(0), p + q == 0
    if p + q:
        first = [
            min((np.arctanh(np.array(one).clip(-0.99, 0.99)) for one in kind), key=depth)
            for kind in starts
        ]
        rough = {"full_output": True, "ftol": 1e-4, "xtol": 1e-3, "maxfev": 8 * (p + q + 1)}
        ends = [leastsq(weighted, start, **rough)[0] for start in first]
        fine = {"full_output": True, "ftol": 1e-8, "xtol": 1e-6, "maxfev": 200 * (p + q + 1)}
        best, _, _, _, code = leastsq(weighted, min(ends, key=depth), **fine)
        # A peak on the unit circle has no bottom to settle in; it is reached all the same.
        on_circle = bool((np.abs(np.tanh(best)) > 0.99).any())
        converged = on_circle or code in (1, 2, 3, 4)
    ar, ma = coefficients(best)
    residuals, log_variances, used, mean = _concentrate(rows, ar, ma)
    sigma2 = float(residuals @ residuals) / used
    loglik = -0.5 * (used * (math.log(2 * math.pi) + 1 + math.log(sigma2)) + log_variances)
    return Optimum(ar, ma, loglik, mean, sigma2, converged and math.isfinite(loglik))


def _starts(found: dict[tuple, Optimum], p: int, q: int) -> list[list]:
    """Return starts as partial autocorrelations, first of the AR, then of the MA part.

    They come in kinds, each of which may lead to a peak of its own: one AR term more; one MA term
    more; two roots that nearly cancel; an AR root near one under two MA roots near one, as
    over-differencing leaves; and a turning pair.
    """
    kinds = []
    for order, place in (((p - 1, q), p - 1), ((p, q - 1), p + q - 1)):
        if order in found:
            nested = [*_to_partials(found[order].ar), *_to_partials(-found[order].ma)]
            kinds.append([[*nested[:place], step, *nested[place:]] for step in (0.1, -0.1)])
    if p and q > 1:
        two = [*_to_partials(np.array([1.8, -0.82]))]
        kinds.append([[0.95] + [0.0] * (p - 1) + two + [0.0] * (q - 2)])
    for smaller, factors in (((p - 1, q - 1), NEARLY_CANCEL), ((p - 2, q - 2), TURNING)):
        if smaller in found:
            kinds.append(_times(found[smaller], factors))
    return kinds


def _times(optimum: Optimum, factors: list[tuple]) -> list[list[float]]:
    """Multiply an optimum's two polynomials by factors."""
    ar, ma = np.r_[1, -optimum.ar], np.r_[1, optimum.ma]
    return [
        [*_to_partials(-np.convolve(ar, above)[1:]), *_to_partials(-np.convolve(ma, below)[1:])]
        for above, below in factors
    ]


def _to_partials(coefficients: np.ndarray) -> np.ndarray:
    """Run Durbin-Levinson backwards; what lies outside the stationary region is pulled inside."""
    partials = np.empty(len(coefficients))
    rest = np.asarray(coefficients, float)
    for i in range(len(partials) - 1, -1, -1):
        partials[i] = last = np.clip(rest[-1], -PARTIAL_BOUND, PARTIAL_BOUND)
        rest = (rest[:-1] + last * rest[:-1][::-1]) / (1 - last**2)
    return partials

"""An ensemble of series that agree with printed numbers about a private one.

The quarterly data asset cost of Hua Xia Bank is not public. Many of the numbers
that the paper prints about it in Tables 4 and 6 are equations (`PrintedMoments`
names them). Each member of the ensemble solves all of these; the members differ
in what they leave open. Not matched: the statistic of the logarithm in Table 2,
the standard error and t of AR(1) in Table 4, and, for many members, that the
peak of Table 4 is the highest of the likelihood.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.linalg import toeplitz


@dataclass(frozen=True)
class PrintedMoments:
    """What is printed about a series of levels and its log differences y.

    Attributes
    ----------
    ar, ma : tuple of float
        y_t = Σ ar_i y_{t-i} + e_t + Σ ma_j e_{t-j} (Table 4; EViews' signs).
    mean : float
        Sample mean of y.
    standard_deviation : float
        Sample standard deviation of y, divisor n - 1. Table 4 labels it
        "variance"; R-squared shows that it is not.
    squared_residuals : float
        Sum of squared residuals e, in y's unit squared.
    last_levels : tuple of float
        The last levels, oldest first, in any unit (Table 6).
    durbin_watson : float or None
        Durbin-Watson statistic of the residuals; None leaves it free.
    first, last : str
        First and last quarter of the levels.
    """

    ar: tuple[float, ...]
    ma: tuple[float, ...]
    mean: float
    standard_deviation: float
    squared_residuals: float
    last_levels: tuple[float, ...]
    durbin_watson: float | None = None
    first: str = "2007Q1"
    last: str = "2022Q4"


def first_level(moments: PrintedMoments) -> float:
    """Return the first level, which the printed numbers fix exactly.

    The sum of log differences is log(last / first), so
    first = last exp(-n mean).
    """
    n = len(_quarters(moments)) - 1
    return moments.last_levels[-1] * math.exp(-n * moments.mean)


def reconstruct(moments: PrintedMoments, *, members: int, seed: int) -> pd.DataFrame:
    """Draw series of levels that agree with all of the printed moments given.

    Parameters
    ----------
    moments : PrintedMoments
        The printed numbers.
    members : int
        Size of the ensemble.
    seed : int
        Each member has its own stream spawned from this seed, so the first
        members of a larger ensemble are those of a smaller one.

    Returns
    -------
    pandas.DataFrame, shape (quarters, members)
        Levels in the unit of `moments.last_levels`; rows a quarterly
        `PeriodIndex`, columns 0 to members - 1.

    Raises
    ------
    ValueError
        No member asked for, levels that are not positive, a process that is
        not stationary, or moments that no series can have together.

    Notes
    -----
    y is Gaussian ARMA. The mean and the last differences are linear in y, so a
    draw can be conditioned on them exactly. The standard deviation, the sum of
    squared residuals y'Ω⁻¹y, the Durbin-Watson statistic and the zero slope of
    the likelihood at the printed coefficients are quadratic in y; Newton steps
    carry the draw to the nearest path that satisfies all of them. A refit
    that starts at the printed coefficients returns Table 4; for some members
    the likelihood has a second, higher maximum, mostly at a unit root of the
    moving average. What spread remains is what the
    printed numbers leave open, under Gaussian innovations.
    Source: paper `banks`, Tables 4 and 6.
    """
    if members < 1:
        raise ValueError(f"members: expected at least 1, found {members}")
    quarters = _quarters(moments)
    given = _equations(moments, len(quarters) - 1)
    paths = []
    for stream in np.random.SeedSequence(seed).spawn(members):
        path = _draw(given, np.random.default_rng(stream))
        if path is None:
            raise ValueError("moments: no series was found that has all of them together")
        paths.append(path)
    steps = np.column_stack(paths)
    logs = np.log(moments.last_levels[-1]) - np.cumsum(steps[::-1], axis=0)[::-1]
    levels = np.vstack([np.exp(logs), np.full(members, float(moments.last_levels[-1]))])
    return pd.DataFrame(levels, index=quarters)


def arma_covariance(ar: tuple[float, ...], ma: tuple[float, ...], n: int) -> np.ndarray:
    """Return the autocovariance matrix of n values of an ARMA process with unit innovations.

    Raises
    ------
    ValueError
        The autoregressive part is not stationary.
    """
    from statsmodels.tsa.arima_process import arma_acovf

    # Roots of z^p - ar_1 z^(p-1) - ... must lie inside the unit circle.
    if np.abs(np.roots([1, *(-a for a in ar)])).max(initial=0) >= 1:
        raise ValueError(f"ar: the process is not stationary with coefficients {ar}")
    return toeplitz(arma_acovf([1, *(-a for a in ar)], [1, *ma], nobs=n))


@dataclass(frozen=True)
class _Equations:
    """Everything that a path y must satisfy.

    The linear equations are met by mean + projection z for every z; the
    quadratic ones read y'Q_k y = q_k.
    """

    mean: np.ndarray
    projection: np.ndarray
    root: np.ndarray
    covariance: np.ndarray
    forms: np.ndarray
    targets: np.ndarray


def _equations(moments: PrintedMoments, n: int) -> _Equations:
    """Write the printed moments as linear and quadratic equations in y."""
    levels = np.asarray(moments.last_levels, dtype=float)
    if len(levels) < 1 or (levels <= 0).any():
        raise ValueError("last_levels: expected positive numbers")
    unit = arma_covariance(moments.ar, moments.ma, n)
    known = np.diff(np.log(levels))
    lines = np.vstack([np.full(n, 1 / n), np.eye(n)[n - len(known) :]])
    gain = unit @ lines.T @ np.linalg.inv(lines @ unit @ lines.T)
    mean = gain @ np.array([moments.mean, *known])
    variance = moments.squared_residuals / n
    precision, root = np.linalg.inv(unit), np.linalg.cholesky(unit)
    forms = [np.eye(n), precision]
    targets = [
        moments.standard_deviation**2 * (n - 1) + n * moments.mean**2,
        moments.squared_residuals,
    ]
    for form, target in _score_equations(moments, n):
        forms.append(form)
        targets.append(target)
    if moments.durbin_watson is not None:
        steps = np.diff(np.linalg.inv(root), axis=0)
        forms.append(steps.T @ steps)
        targets.append(moments.durbin_watson * moments.squared_residuals)
    return _Equations(
        mean=mean,
        projection=np.eye(n) - gain @ lines,
        root=root * np.sqrt(variance),
        covariance=unit - gain @ lines @ unit,
        forms=np.array(forms),
        targets=np.array(targets),
    )


def _score_equations(moments: PrintedMoments, n: int) -> list[tuple[np.ndarray, float]]:
    """Return zero slopes of the likelihood at the printed coefficients, as quadratic forms.

    Twice the negative log-likelihood is T log(y'Ω⁻¹y) + log|Ω| plus a
    constant, so for each coefficient y'(∂Ω⁻¹)y = -(SSR / T) ∂log|Ω|.
    """
    coefficients = np.array([*moments.ar, *moments.ma])
    p, step = len(moments.ar), 1e-5
    pairs = []
    for move in np.eye(len(coefficients)) * step:
        inverse, logdet = [], []
        for moved in (coefficients + move, coefficients - move):
            covariance = arma_covariance(tuple(moved[:p]), tuple(moved[p:]), n)
            inverse.append(np.linalg.inv(covariance))
            logdet.append(np.linalg.slogdet(covariance)[1])
        slope = (logdet[0] - logdet[1]) / (2 * step)
        form = (inverse[0] - inverse[1]) / (2 * step)
        pairs.append(((form + form.T) / 2, -moments.squared_residuals / n * slope))
    return pairs


def _draw(given: _Equations, rng: np.random.Generator, tries: int = 200) -> np.ndarray | None:
    """Return one path of log differences, shape (n,); None when no draw converges.

    A conditional Gaussian draw is carried to the nearest solution by Newton
    steps that are shortest in the metric of the process.
    """
    n, size = len(given.mean), np.abs(given.targets) + 1e-3
    for _ in range(tries):
        y = given.mean + given.projection @ (given.root @ rng.standard_normal(n))
        for _ in range(50):
            slopes = given.forms @ y
            gap = given.targets - slopes @ y
            if (np.abs(gap) < 1e-13 * size).all():
                return y
            metric = slopes @ given.covariance @ slopes.T
            step = given.covariance @ slopes.T @ np.linalg.lstsq(metric, gap / 2, rcond=None)[0]
            y = y + step * min(1.0, 2.0 / (np.abs(step).max() + 1e-300))
        if (np.abs(gap) < 1e-10 * size).all():
            return y
    return None


def _quarters(moments: PrintedMoments) -> pd.PeriodIndex:
    quarters = pd.period_range(moments.first, moments.last, freq="Q", name="quarter")
    if len(quarters) <= len(moments.last_levels) + 1:
        raise ValueError(f"first, last: {len(quarters)} quarters leave nothing to reconstruct")
    return quarters

"""Stationarity tests, and how their verdict moves with each choice made.

The Augmented Dickey-Fuller (ADF) regression is (equations `adf-regression` and
`adf-statistic` of chapter banks/stationarity)

    Δy_t = (ρ - 1) y_{t-1} + Σ_{j=1..p} γ_j Δy_{t-j} + c + δ t + e_t

and the statistic is the t-ratio of y_{t-1}. Its null hypothesis is a unit root
(ρ = 1). KPSS turns the question round: its null hypothesis is stationarity.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from itertools import product
from typing import Any

import numpy as np
import pandas as pd

from dataworth.banks.series.profit import log_differences, log_levels
from dataworth.errors import InputError
from dataworth.forensics.critical_values import TRENDS

CRITERIA = ("aic", "sc", "hq", "t-stat")
GAPS = ("missing", "longest_run", "drop")
TRANSFORMATIONS: dict[str, Callable[[pd.Series], pd.Series]] = {
    "level": lambda series: series.astype(float),
    "difference": lambda series: series.astype(float).diff().iloc[1:],
    "log": lambda series: log_levels(series)[0],
    "log_difference": log_differences,
    "log_second_difference": lambda series: log_differences(series).diff().iloc[1:],
}


@dataclass(frozen=True)
class AdfResult:
    """Outcome of one ADF test.

    Attributes
    ----------
    statistic : float
        t-ratio of the lagged level.
    pvalue : float
        MacKinnon's (1994) asymptotic p-value.
    lags : int
        Lagged differences in the regression, p.
    nobs : int
        Rows of the regression, T.
    critical_1pct, critical_5pct, critical_10pct : float
        MacKinnon's (2010) critical values for T rows.
    """

    statistic: float
    pvalue: float
    lags: int
    nobs: int
    critical_1pct: float
    critical_5pct: float
    critical_10pct: float

    @property
    def rejects(self) -> bool:
        """Return whether a unit root is rejected at 5 %."""
        return self.statistic < self.critical_5pct


@dataclass(frozen=True)
class KpssResult:
    """Outcome of one KPSS test; its p-value is cut off at 0.01 and 0.10.

    Attributes
    ----------
    statistic, pvalue : float
        A large statistic speaks against stationarity.
    """

    statistic: float
    pvalue: float

    @property
    def rejects(self) -> bool:
        """Return whether stationarity is rejected at 5 %."""
        return self.pvalue < 0.05


def default_max_lag(n: int) -> int:
    """Return the largest lag that EViews tries by default for `n` values.

    The integer part of min(n / 3, 12) (n / 100)^(1/4).
    """
    return int(min(n / 3, 12) * (n / 100) ** 0.25)


def adf_test(
    series: pd.Series | np.ndarray,
    *,
    trend: str = "ct",
    lags: int | None = None,
    max_lag: int | None = None,
    criterion: str = "sc",
    gaps: str = "missing",
) -> AdfResult:
    """Return the outcome of an Augmented Dickey-Fuller test.

    Parameters
    ----------
    series : array-like, shape (n,)
        May hold NaN; see `gaps`.
    trend : {"n", "c", "ct"}
        Nothing, a constant, or a constant and a linear trend.
    lags : int, optional
        Number of lagged differences. Given, nothing is selected.
    max_lag : int, optional
        Largest lag tried; `default_max_lag` of the values present if omitted.
    criterion : {"aic", "sc", "hq", "t-stat"}
        How the lag is selected, on the rows that `max_lag` leaves (as EViews and
        statsmodels do); the reported regression uses its own rows. ``"t-stat"``
        takes the largest lag whose last coefficient is significant at 10 %.
    gaps : {"missing", "longest_run", "drop"}
        ``"missing"`` leaves out each row that a NaN touches; ``"longest_run"``
        uses the longest unbroken stretch; ``"drop"`` closes the gap up, as if
        its neighbours were adjacent quarters.

    Raises
    ------
    InputError
        Constant series, infinite value, or too few values.

    Notes
    -----
    Source: paper `banks`, section 4.3.2, Tables 2 and 3. Critical values:
    MacKinnon (2010). EViews prints those of MacKinnon (1996), which differ by
    less than 0.001 at these sizes, and p-values for the sample size.
    """
    from statsmodels.tsa.adfvalues import mackinnoncrit, mackinnonp

    check_choice("trend", trend, TRENDS)
    check_choice("criterion", criterion, CRITERIA)
    values = _usable_values(series, gaps)
    if lags is None:
        lags = select_lag(values, trend, max_lag, criterion)
    fit = fit_adf(values, lags, trend, lags)
    one, five, ten = (float(value) for value in mackinnoncrit(1, trend, fit.nobs))
    pvalue = float(mackinnonp(fit.statistic, trend))
    return AdfResult(fit.statistic, pvalue, lags, fit.nobs, one, five, ten)


def select_lag(values: np.ndarray, trend: str, max_lag: int | None, criterion: str) -> int:
    """Return the number of lagged differences that `adf_test` selects; NaN is a gap."""
    if max_lag is None:
        max_lag = default_max_lag(int(np.isfinite(values).sum()))
    fits = [fit_adf(values, lag, trend, max_lag) for lag in range(max_lag + 1)]
    if criterion == "t-stat":
        significant = [lag for lag, fit in enumerate(fits) if lag and abs(fit.last_t) >= 1.6448536]
        return max(significant, default=0)
    return int(np.argmin([getattr(fit, criterion) for fit in fits]))


def kpss_test(
    series: pd.Series | np.ndarray,
    *,
    trend: str = "ct",
    lags: int | str = "auto",
    gaps: str = "longest_run",
) -> KpssResult:
    """Return the outcome of a KPSS test of stationarity round a level or a trend.

    Parameters
    ----------
    series : array-like, shape (n,)
        May hold NaN; see `gaps`.
    trend : {"c", "ct"}
        Stationary round a level, or round a linear trend.
    lags : int or {"auto", "legacy"}
        Bandwidth; ``"auto"`` follows Hobijn, Franses and Ooms (1998).
    gaps : {"longest_run", "drop"}
        As in `adf_test`. Partial sums need an unbroken series.

    Raises
    ------
    InputError
        As in `adf_test`.
    """
    from statsmodels.tools.sm_exceptions import InterpolationWarning
    from statsmodels.tsa.stattools import kpss

    check_choice("trend", trend, ("c", "ct"))
    values = _usable_values(series, gaps)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", InterpolationWarning)
        outcome = kpss(values, regression=trend, nlags=lags, result_object=False)
    return KpssResult(float(outcome[0]), float(outcome[1]))


def transform(series: pd.Series, name: str) -> pd.Series:
    """Return a series transformed by one of `TRANSFORMATIONS`.

    A value without a logarithm becomes NaN, and so does each difference that
    touches it.
    """
    check_choice("transformation", name, TRANSFORMATIONS)
    return TRANSFORMATIONS[name](series)


def conclusion_map(series: pd.Series, *, max_lag: int | None = None) -> pd.DataFrame:
    """Return what ADF and KPSS together conclude under each combination of choices.

    Parameters
    ----------
    series : pandas.Series
        Levels, such as quarterly profit. ADF leaves out the rows that a gap touches,
        KPSS takes the longest run without one.
    max_lag : int, optional
        Largest lag tried.

    Returns
    -------
    pandas.DataFrame
        One row for each of `TRANSFORMATIONS`, with a constant and with a trend, and each of
        `CRITERIA` for the lag: transformation, trend, lag_rule, adf_rejects,
        kpss_rejects (at 5 %) and verdict: ``"stationary"``, ``"unit root"`` or, where the
        tests disagree, ``"undecided"``.

    Raises
    ------
    InputError
        Too few values for one of the combinations.
    """
    verdicts = {(True, False): "stationary", (False, True): "unit root"}
    rows = []
    for name, trend, rule in product(TRANSFORMATIONS, ("c", "ct"), CRITERIA):
        values = transform(series, name)
        rejects = (
            adf_test(values, trend=trend, max_lag=max_lag, criterion=rule).rejects,
            kpss_test(values, trend=trend).rejects,
        )
        rows.append((name, trend, rule, *rejects, verdicts.get(rejects, "undecided")))
    names = ["transformation", "trend", "lag_rule", "adf_rejects", "kpss_rejects", "verdict"]
    return pd.DataFrame(rows, columns=names)


def adf_by_column(frame: pd.DataFrame, **choices: Any) -> pd.DataFrame:
    """Return `adf_test` with the same choices on each column.

    Returns
    -------
    pandas.DataFrame
        One row per column of `frame`, the fields of `AdfResult` as columns.
    """
    results = [asdict(adf_test(column, **choices)) for _, column in frame.items()]
    return pd.DataFrame(results, index=frame.columns)


@dataclass(frozen=True)
class AdfFit:
    """One ADF regression: the statistic and what lag selection needs."""

    statistic: float
    last_t: float
    nobs: int
    aic: float
    sc: float
    hq: float


def adf_design(
    values: np.ndarray, lags: int, trend: str, sample_lags: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return both sides of the ADF regression on the rows that `sample_lags` leaves.

    Returns
    -------
    change : numpy.ndarray, shape (nobs,)
    design : numpy.ndarray, shape (nobs, 1 + lags + terms)
        The level before, the changes before it, and the deterministic terms.
    """
    changes = np.diff(values)
    if lags < 0 or len(changes) <= sample_lags:
        raise InputError(f"series: {len(values)} values are too few for {sample_lags} lags")
    windows = np.lib.stride_tricks.sliding_window_view(changes, sample_lags + 1)
    change, changes_before = windows[:, -1], windows[:, -2::-1][:, :lags]
    level_before = values[sample_lags:-1]
    time = np.arange(len(windows), dtype=float)
    terms = np.column_stack([np.ones_like(time), time])[:, : TRENDS[trend]]
    known = np.isfinite(windows).all(axis=1) & np.isfinite(level_before)
    return change[known], np.column_stack([level_before, changes_before, terms])[known]


def fit_adf(values: np.ndarray, lags: int, trend: str, sample_lags: int) -> AdfFit:
    """Return the least squares of the ADF regression: its statistic and its criteria."""
    change, design = adf_design(values, lags, trend, sample_lags)
    nobs, k = design.shape
    if nobs < k + 2:
        raise InputError(
            f"max_lag: {sample_lags} lags leave {nobs} usable rows, too few for {k} coefficients"
        )
    # Columns of equal length keep the least squares well conditioned in any unit.
    scale = np.linalg.norm(design, axis=0)
    scale[scale == 0] = 1
    basis, triangle = np.linalg.qr(design / scale)
    if np.abs(np.diag(triangle)).min() < 1e-10:
        raise InputError("series: its lagged values are collinear, so the test is not defined")
    inverse = np.linalg.inv(triangle)
    slopes = inverse @ (basis.T @ change)
    rss = float(((change - design / scale @ slopes) ** 2).sum())
    if rss <= 1e-20 * float(change @ change):
        raise InputError("series: the regression fits without error, so the test is not defined")
    t = slopes / np.sqrt(rss / (nobs - k) * (inverse**2).sum(axis=1))
    fit, log_nobs = np.log(rss / nobs), np.log(nobs)
    penalties = (2 * k / nobs, k * log_nobs / nobs, 2 * k * np.log(log_nobs) / nobs)
    aic, sc, hq = (float(fit + penalty) for penalty in penalties)
    return AdfFit(float(t[0]), float(t[lags]), nobs, aic, sc, hq)


def _usable_values(series: pd.Series | np.ndarray, gaps: str) -> np.ndarray:
    """Check a series and treat its gaps."""
    check_choice("gaps", gaps, GAPS)
    values = np.asarray(series, dtype=float)
    if values.ndim != 1:
        raise ValueError(f"series: expected one dimension, found {values.ndim}")
    if np.isinf(values).any():
        raise InputError("series: holds an infinite value")
    present = np.flatnonzero(np.isfinite(values))
    if len(present) < 8:
        raise InputError(f"series: expected at least 8 values, found {len(present)}")
    if np.ptp(values[present]) == 0:
        raise InputError("series: all values are equal, so the test is not defined")
    if gaps == "drop":
        return values[present]
    if gaps == "longest_run":
        runs = np.split(present, np.flatnonzero(np.diff(present) > 1) + 1)
        return values[max(runs, key=len)]
    return values[present[0] : present[-1] + 1]


def check_choice(name: str, value: str, allowed: Iterable[str]) -> None:
    """Refuse a value that is not among the allowed ones."""
    if value not in allowed:
        raise ValueError(f"{name}: expected one of {', '.join(allowed)}, found {value!r}")

"""Stationarity tests, and how their verdict moves with each choice made.

The Augmented Dickey-Fuller (ADF) regression is

    Δy_t = (ρ - 1) y_{t-1} + Σ_{j=1..p} γ_j Δy_{t-j} + c + δ t + e_t

and the statistic is the t-ratio of y_{t-1}. Its null hypothesis is a unit root
(ρ = 1). KPSS turns the question round: its null hypothesis is stationarity.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from itertools import product

import numpy as np
import pandas as pd

from dataworth.banks.series.profit import log_differences, log_levels

TRENDS = {"n": 0, "c": 1, "ct": 2}
CRITERIA = ("aic", "sc", "hq", "t-stat")
GAPS = ("missing", "longest_run", "drop")
TRANSFORMATIONS = ("level", "difference", "log", "log_difference", "log_second_difference")


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
    trend : {"n", "c", "ct"}
        No constant, a constant, a constant and a linear trend.
    """

    statistic: float
    pvalue: float
    lags: int
    nobs: int
    critical_1pct: float
    critical_5pct: float
    critical_10pct: float
    trend: str

    @property
    def rejects(self) -> bool:
        """Whether a unit root is rejected at 5 %."""
        return self.statistic < self.critical_5pct


@dataclass(frozen=True)
class KpssResult:
    """Outcome of one KPSS test; its p-value is cut off at 0.01 and 0.10.

    Attributes
    ----------
    statistic, pvalue : float
        A large statistic speaks against stationarity.
    lags : int
        Bandwidth of the long-run variance.
    nobs : int
        Values used.
    trend : {"c", "ct"}
        Stationary round a level, or round a linear trend.
    """

    statistic: float
    pvalue: float
    lags: int
    nobs: int
    trend: str

    @property
    def rejects(self) -> bool:
        """Whether stationarity is rejected at 5 %."""
        return self.pvalue < 0.05


def default_max_lag(n: int) -> int:
    """Largest lag that EViews tries by default for `n` values.

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
    sample: str = "common",
    gaps: str = "missing",
) -> AdfResult:
    """Augmented Dickey-Fuller test.

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
        How the lag is selected. ``"t-stat"`` takes the largest lag whose last
        coefficient is significant at 10 %.
    sample : {"common", "own"}
        Rows on which lags are compared: those that `max_lag` leaves (as
        EViews and statsmodels do), or each regression's own. The reported
        regression always uses its own rows.
    gaps : {"missing", "longest_run", "drop"}
        ``"missing"`` leaves out each row that a NaN touches; ``"longest_run"``
        uses the longest unbroken stretch; ``"drop"`` closes the gap up, as if
        its neighbours were adjacent quarters.

    Raises
    ------
    ValueError
        Unknown choice, constant series, infinite value, or too few values.

    Notes
    -----
    Source: paper `banks`, section 4.3.2, Tables 2 and 3. Critical values:
    MacKinnon (2010). EViews prints those of MacKinnon (1996), which differ by
    less than 0.001 at these sizes, and p-values for the sample size.
    """
    from statsmodels.tsa.adfvalues import mackinnoncrit, mackinnonp

    check_choice("trend", trend, TRENDS)
    values = _usable_values(series, gaps)
    if lags is None:
        lags = select_lag(values, trend=trend, max_lag=max_lag, criterion=criterion, sample=sample)
    fit = _fit_adf(values, lags, trend, lags)
    one, five, ten = (float(value) for value in mackinnoncrit(1, trend, fit.nobs))
    pvalue = float(mackinnonp(fit.statistic, trend))
    return AdfResult(fit.statistic, pvalue, lags, fit.nobs, one, five, ten, trend)


def select_lag(
    values: np.ndarray,
    *,
    trend: str = "ct",
    max_lag: int | None = None,
    criterion: str = "sc",
    sample: str = "common",
) -> int:
    """Select the number of lagged differences for `adf_test`.

    Takes the same parameters; `values` may hold NaN.
    """
    check_choice("criterion", criterion, CRITERIA)
    check_choice("sample", sample, ("common", "own"))
    if max_lag is None:
        max_lag = default_max_lag(int(np.isfinite(values).sum()))
    fits = [
        _fit_adf(values, lag, trend, max_lag if sample == "common" else lag)
        for lag in range(max_lag + 1)
    ]
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
    """KPSS test of stationarity round a level or a trend.

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
    ValueError
        As in `adf_test`.
    """
    from statsmodels.tools.sm_exceptions import InterpolationWarning
    from statsmodels.tsa.stattools import kpss

    check_choice("trend", trend, ("c", "ct"))
    check_choice("gaps", gaps, ("longest_run", "drop"))
    values = _usable_values(series, gaps)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", InterpolationWarning)
        statistic, pvalue, bandwidth, _ = kpss(
            values, regression=trend, nlags=lags, result_object=False
        )
    return KpssResult(float(statistic), float(pvalue), int(bandwidth), len(values), trend)


def transform(series: pd.Series, name: str) -> pd.Series:
    """Transform a series by one of `TRANSFORMATIONS`.

    A value without a logarithm becomes NaN, and so does each difference that
    touches it.

    Raises
    ------
    ValueError
        The transformation is unknown.
    """
    check_choice("transformation", name, TRANSFORMATIONS)
    if name == "level":
        return series.astype(float)
    if name == "difference":
        return series.astype(float).diff().iloc[1:]
    if name == "log":
        return log_levels(series)[0]
    first = log_differences(series)
    return first if name == "log_difference" else first.diff().iloc[1:]


def conclusion_map(
    series: pd.Series,
    *,
    transformations: Sequence[str] = TRANSFORMATIONS,
    trends: Sequence[str] = ("c", "ct"),
    lag_rules: Sequence[str | int] = CRITERIA,
    tests: Sequence[str] = ("adf", "kpss"),
    gaps: str = "missing",
    max_lag: int | None = None,
) -> pd.DataFrame:
    """How the conclusion moves with each choice.

    Parameters
    ----------
    series : pandas.Series
        Levels, such as quarterly profit.
    transformations, trends : sequence of str
        See `transform` and `adf_test`.
    lag_rules : sequence of str or int
        A criterion, or a fixed number of lags.
    tests : sequence of {"adf", "kpss"}
        With both, the verdict needs them to agree.
    gaps : {"missing", "longest_run", "drop"}
        As in `adf_test`. KPSS takes the longest run under ``"missing"``, and a
        level where the ADF regression has no deterministic term.
    max_lag : int, optional
        Largest lag tried.

    Returns
    -------
    pandas.DataFrame
        One row per combination: the choices; lags, nobs, adf_statistic,
        adf_pvalue, adf_rejects; kpss_statistic, kpss_pvalue, kpss_rejects;
        and verdict: ``"stationary"``, ``"unit root"`` or ``"undecided"``.
        "Rejects" is at 5 %.

    Raises
    ------
    ValueError
        Unknown choice, or too few values for one of the combinations.
    """
    if unknown := set(tests) - {"adf", "kpss"}:
        raise ValueError(f"tests: expected adf and kpss, found {sorted(unknown)}")
    rows = []
    for name, trend, rule in product(transformations, trends, lag_rules):
        values = transform(series, name)
        row = {"transformation": name, "trend": trend, "lag_rule": str(rule)}
        rejects = {}
        if "adf" in tests:
            chosen = {"lags": rule} if isinstance(rule, int) else {"criterion": rule}
            adf = adf_test(values, trend=trend, max_lag=max_lag, gaps=gaps, **chosen)
            row |= {"lags": adf.lags, "nobs": adf.nobs, "adf_statistic": adf.statistic}
            row |= {"adf_pvalue": adf.pvalue, "adf_rejects": adf.rejects}
            rejects["adf"] = adf.rejects
        if "kpss" in tests:
            unbroken = "longest_run" if gaps == "missing" else gaps
            kpss = kpss_test(values, trend="c" if trend == "n" else trend, gaps=unbroken)
            row |= {"kpss_statistic": kpss.statistic, "kpss_pvalue": kpss.pvalue}
            row |= {"kpss_rejects": kpss.rejects}
            rejects["kpss"] = kpss.rejects
        rows.append(row | {"verdict": _verdict(**rejects)})
    return pd.DataFrame(rows)


def adf_by_column(frame: pd.DataFrame, **choices) -> pd.DataFrame:
    """Run `adf_test` with the same choices on each column.

    Returns
    -------
    pandas.DataFrame
        One row per column of `frame`, the fields of `AdfResult` as columns.
    """
    results = [asdict(adf_test(column, **choices)) for _, column in frame.items()]
    return pd.DataFrame(results, index=frame.columns)


@dataclass(frozen=True)
class _Fit:
    """One ADF regression: the statistic and what lag selection needs."""

    statistic: float
    last_t: float
    nobs: int
    aic: float
    sc: float
    hq: float


def _fit_adf(values: np.ndarray, lags: int, trend: str, sample_lags: int) -> _Fit:
    """Least squares of the ADF regression on the rows that `sample_lags` leaves."""
    differences = np.diff(values)
    width = sample_lags + 1
    if lags < 0 or len(differences) < width:
        raise ValueError(f"series: {len(values)} values are too few for {sample_lags} lags")
    windows = np.lib.stride_tricks.sliding_window_view(differences, width)
    current, lagged = windows[:, -1], windows[:, -2::-1][:, :lags]
    time = np.arange(len(windows), dtype=float)
    terms = np.column_stack([np.ones_like(time), time])[:, : TRENDS[trend]]
    level = values[sample_lags:-1]
    rows = np.isfinite(windows).all(axis=1) & np.isfinite(level)
    design = np.column_stack([level, lagged, terms])[rows]
    current = current[rows]
    nobs, k = design.shape
    if nobs < k + 2:
        raise ValueError(
            f"max_lag: {sample_lags} lags leave {nobs} usable rows, too few for {k} coefficients"
        )
    # Columns of equal length keep the least squares well conditioned in any unit.
    scale = np.linalg.norm(design, axis=0)
    scale[scale == 0] = 1
    basis, triangle = np.linalg.qr(design / scale)
    if np.abs(np.diag(triangle)).min() < 1e-10:
        raise ValueError("series: its lagged values are collinear, so the test is not defined")
    inverse = np.linalg.inv(triangle)
    slopes = inverse @ (basis.T @ current)
    rss = float(((current - design / scale @ slopes) ** 2).sum())
    if rss <= 1e-20 * float(current @ current):
        raise ValueError("series: the regression fits without error, so the test is not defined")
    t = slopes / np.sqrt(rss / (nobs - k) * (inverse**2).sum(axis=1))
    fit, log_nobs = np.log(rss / nobs), np.log(nobs)
    penalties = (2 * k / nobs, k * log_nobs / nobs, 2 * k * np.log(log_nobs) / nobs)
    return _Fit(float(t[0]), float(t[lags]), nobs, *(float(fit + penalty) for penalty in penalties))


def _usable_values(series: pd.Series | np.ndarray, gaps: str) -> np.ndarray:
    """Check a series and treat its gaps."""
    check_choice("gaps", gaps, GAPS)
    values = np.asarray(series, dtype=float)
    if values.ndim != 1:
        raise ValueError(f"series: expected one dimension, found {values.ndim}")
    if np.isinf(values).any():
        raise ValueError("series: holds an infinite value")
    present = np.flatnonzero(np.isfinite(values))
    if len(present) < 8:
        raise ValueError(f"series: expected at least 8 values, found {len(present)}")
    if np.ptp(values[present]) == 0:
        raise ValueError("series: all values are equal, so the test is not defined")
    if gaps == "drop":
        return values[present]
    if gaps == "longest_run":
        runs = np.split(present, np.flatnonzero(np.diff(present) > 1) + 1)
        return values[max(runs, key=len)]
    return values[present[0] : present[-1] + 1]


def _verdict(adf: bool | None = None, kpss: bool | None = None) -> str:
    """Read the two rejections together; either may be absent."""
    if adf is None or kpss is None:
        stationary = adf if kpss is None else not kpss
        return "stationary" if stationary else "unit root"
    if adf == kpss:
        return "undecided"
    return "stationary" if adf else "unit root"


def check_choice(name: str, value: str, allowed: Iterable[str]) -> None:
    """Refuse a value that is not among the allowed ones."""
    if value not in allowed:
        raise ValueError(f"{name}: expected one of {', '.join(allowed)}, found {value!r}")

"""ARMA models by exact maximum likelihood, with every figure that EViews prints.

Paper `banks`, section 4.3.3, Tables 4 and 5. Conventions follow EViews, since the
paper's tables do: the moving average is written ``1 + theta L``, the constant is the
mean of the series, criteria are divided by the number of observations, and the
innovation variance counts as a parameter.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from scipy import stats

from dataworth.banks.series import likelihood

NEAR = 0.2  # distance of two roots that some sixty observations hardly tell apart


@dataclass(frozen=True)
class ArmaFit:
    """An estimated ARMA model; the names are those of EViews' printed output.

    Attributes
    ----------
    order : tuple of int
        (p, q).
    constant : bool
        Whether the mean was estimated.
    coefficients : pandas.DataFrame
        One row per parameter (C, AR(1), …, MA(1), …, SIGMASQ) with columns
        coefficient, standard_error, t and p. Standard errors come from the outer
        product of gradients; p from Student's t with nobs - parameters degrees.
    residuals : pandas.Series
        Innovations over the root of their relative variance, so that their squares
        sum to `ssr`; missing where the series is.
    nobs, parameters : int
        Usable observations T, and k, which counts the variance.
    aic, sc, hq : float
        (-2l + 2k)/T, (-2l + k ln T)/T and (-2l + 2k ln ln T)/T.
    """

    order: tuple[int, int]
    constant: bool
    coefficients: pd.DataFrame
    residuals: pd.Series
    nobs: int
    parameters: int
    loglik: float
    aic: float
    sc: float
    hq: float
    ssr: float
    r2: float
    r2_adjusted: float
    regression_se: float
    dw: float
    mean_dependent: float
    sd_dependent: float

    @property
    def ar(self) -> np.ndarray:
        """Autoregressive coefficients, shape (p,)."""
        return self._values("AR")

    @property
    def ma(self) -> np.ndarray:
        """Moving-average coefficients, shape (q,), in ``1 + theta L``."""
        return self._values("MA")

    @property
    def mean(self) -> float:
        """Estimated mean; 0 without a constant."""
        return float(self.coefficients["coefficient"].get("C", 0.0))

    @property
    def sigma2(self) -> float:
        """Innovation variance, `ssr` / `nobs`."""
        return float(self.coefficients.loc["SIGMASQ", "coefficient"])

    def _values(self, name: str) -> np.ndarray:
        column = self.coefficients["coefficient"]
        return column[column.index.str.startswith(name + "(")].to_numpy()


def information_criteria(loglik: float, nobs: int, parameters: int) -> dict[str, float]:
    """Return AIC, SC and HQ as EViews prints them: per observation.

    Examples
    --------
    >>> round(information_criteria(24.38113, 61, 4)["AIC"], 6)
    -0.668234
    """
    criteria = {
        "AIC": 2 * parameters,
        "SC": parameters * math.log(nobs),
        "HQ": 2 * parameters * math.log(math.log(nobs)),
    }
    return {name: (penalty - 2 * loglik) / nobs for name, penalty in criteria.items()}


def observations_and_parameters(
    loglik: str | float, aic: str | float, sc: str | float, hq: str | float, *, largest: int = 500
) -> pd.DataFrame:
    """Solve how many observations and parameters stand behind printed criteria.

    Parameters
    ----------
    loglik, aic, sc, hq : str or float
        As printed; the number of decimals gives the rounding.
    largest : int
        Observations tried, from 5.

    Returns
    -------
    pandas.DataFrame
        Columns nobs and parameters: every pair that yields all three criteria within
        rounding. No row: the four figures contradict each other.
    """
    value, slack = _printed(loglik)
    printed = {"AIC": _printed(aic), "SC": _printed(sc), "HQ": _printed(hq)}
    found = []
    for nobs in range(5, largest + 1):
        for parameters in range(1, min(nobs, 30)):
            computed = information_criteria(value, nobs, parameters)
            if all(
                abs(computed[name] - number) <= half + 2 * slack / nobs + 1e-12
                for name, (number, half) in printed.items()
            ):
                found.append((nobs, parameters))
    return pd.DataFrame(found, columns=["nobs", "parameters"])


def loglik_from_ssr(
    ar: Sequence[float], ma: Sequence[float], ssr: float, observed: Sequence[bool]
) -> float:
    r"""Compute the exact log-likelihood that coefficients and SSR imply.

    .. math:: l = -\tfrac T2 (\ln 2\pi + 1 + \ln(\mathrm{SSR}/T)) - \tfrac12 \sum \ln F_t

    The relative variances :math:`F_t` depend on the coefficients and on which quarters
    were observed, not on the data. Printed coefficients, SSR and log-likelihood can thus
    be held against each other, down to the sign of a coefficient and to missing quarters.

    Parameters
    ----------
    ar, ma : sequence of float
        Coefficients; the moving average in ``1 + theta L``.
    ssr : float
        Sum of squared residuals.
    observed : sequence of bool
        One entry per quarter, False where the series is missing.
    """
    present = np.asarray(observed, dtype=bool)
    zeros = np.where(present, 0.0, np.nan)
    _, log_variances, _ = likelihood.innovations(
        zeros[None], np.asarray(ar, float), np.asarray(ma, float)
    )
    nobs = int(present.sum())
    return -0.5 * (nobs * (math.log(2 * math.pi) + 1 + math.log(ssr / nobs)) + log_variances)


def scan_gaps(
    ar: Sequence[float], ma: Sequence[float], ssr: float, nobs: int, *, longest: int = 5
) -> pd.DataFrame:
    """Try one gap of every length at every place, to find the one a likelihood remembers.

    Parameters
    ----------
    ar, ma, ssr
        As in `loglik_from_ssr`.
    nobs : int
        Quarters that were observed.
    longest : int
        Gaps of 0 to this many quarters are tried, inside the series.

    Returns
    -------
    pandas.DataFrame
        One row per length and place: gap, before (quarters observed before it) and loglik.
        A place and its mirror image have the same likelihood.
    """
    rows = []
    for gap in range(longest + 1):
        for before in range(1, nobs) if gap else [nobs]:
            observed = [True] * before + [False] * gap + [True] * (nobs - before)
            rows.append((gap, before, loglik_from_ssr(ar, ma, ssr, observed)))
    return pd.DataFrame(rows, columns=["gap", "before", "loglik"])


def innovations(series: pd.Series, ar: Sequence[float], ma: Sequence[float]) -> pd.Series:
    """Filter a series of mean zero: what an ARMA model could not foresee.

    Returns
    -------
    pandas.Series
        One-step errors over the root of their relative variance; their squares sum to
        the SSR. Missing where the series is.
    """
    rows = series.to_numpy(float)[None]
    (found,), _, _ = likelihood.innovations(rows, np.asarray(ar, float), np.asarray(ma, float))
    return pd.Series(found, index=series.index, name="innovation")


def fit_arma(
    series: pd.Series,
    order: tuple[int, int],
    *,
    constant: bool = True,
    gaps: Literal["filter", "drop"] = "filter",
) -> ArmaFit:
    """Fit an ARMA model by exact maximum likelihood.

    The maximum is sought from many starts (the models nested in this one among them),
    then evaluated by statsmodels, whose scores give the standard errors.

    Parameters
    ----------
    series : pandas.Series
        The stationary (differenced) series, one value per quarter; NaN where missing.
    order : tuple of int
        (p, q).
    constant : bool
        Estimate the mean of the series.
    gaps : {"filter", "drop"}
        Let the Kalman filter pass over missing quarters, or join what lies around them.

    Raises
    ------
    ValueError
        Values that are infinite, a constant or too short series, or no convergence.

    Notes
    -----
    Paper `banks`, section 4.3.3, Tables 4 and 5.
    """
    from statsmodels.tsa.statespace.sarimax import SARIMAX

    p, q = order
    y = _usable(series, p + q + constant + 1)
    y = y.dropna() if gaps == "drop" else y
    best = likelihood.maximise_orders(y.to_numpy(float), p, q, constant=constant)[order]
    if not best.converged:
        raise ValueError(f"ARMA({p},{q}) on {y.count()} observations did not converge")
    nobs, k = int(y.count()), p + q + constant + 1
    scale = float(y.std())
    names = (["C"] if constant else []) + [f"AR({i + 1})" for i in range(p)]
    names += [f"MA({i + 1})" for i in range(q)] + ["SIGMASQ"]
    mean = [best.mean / scale] if constant else []
    estimates = np.r_[mean, best.ar, best.ma, best.sigma2 / scale**2]
    exog = np.ones(len(y)) if constant else None
    model = SARIMAX(y.to_numpy(float) / scale, exog=exog, order=(p, 0, q))
    result = model.smooth(estimates, cov_type="opg")
    units = np.r_[[scale] * constant, np.ones(p + q), scale**2]
    table = pd.DataFrame({"coefficient": estimates * units}, index=names)
    table["standard_error"] = np.asarray(result.bse) * units
    table["t"] = table["coefficient"] / table["standard_error"]
    table["p"] = 2 * stats.t.sf(table["t"].abs(), nobs - k)
    loglik = float(result.llf) - nobs * math.log(scale)
    residuals = innovations(y - best.mean, best.ar, best.ma)
    return ArmaFit(
        order=order,
        constant=constant,
        coefficients=table,
        residuals=residuals.rename("residual"),
        nobs=nobs,
        parameters=k,
        loglik=loglik,
        **_criteria_fields(loglik, nobs, k),
        **_regression_fields(y, residuals, k),
    )


def residual_checks(fit: ArmaFit, lags: int = 24) -> pd.DataFrame:
    """Check whether residuals look like white noise.

    Returns
    -------
    pandas.DataFrame
        One row per lag: acf, pacf, band (two standard errors of white noise, 2/sqrt(T)),
        q (Ljung-Box), degrees and p. The p-value is missing while the lag does not exceed
        p + q, the degrees of freedom that estimation used up.

    Raises
    ------
    ValueError
        More lags than half the observations.

    Notes
    -----
    Missing quarters are passed over: residuals on both sides are joined.
    Paper `banks`, section 4.3.3, Figures 6 and 7.
    """
    from statsmodels.tsa.stattools import acf, pacf

    residuals = fit.residuals.dropna().to_numpy()
    nobs = len(residuals)
    if not 1 <= lags < nobs / 2:
        raise ValueError(
            f"lags: expected 1 to {(nobs - 1) // 2} for {nobs} residuals, found {lags}"
        )
    lag = np.arange(1, lags + 1)
    correlation = acf(residuals, nlags=lags, fft=False)[1:]
    q = nobs * (nobs + 2) * np.cumsum(correlation**2 / (nobs - lag))
    degrees = lag - sum(fit.order)
    p = np.where(degrees > 0, stats.chi2.sf(q, np.maximum(degrees, 1)), np.nan)
    columns = {
        "acf": correlation,
        "pacf": pacf(residuals, nlags=lags, method="ywm")[1:],
        "band": 2 / math.sqrt(nobs),
        "q": q,
        "degrees": np.maximum(degrees, 0),
        "p": p,
    }
    return pd.DataFrame(columns, index=pd.Index(lag, name="lag"))


def root_distances(ar: Sequence[float], ma: Sequence[float], *, near: float = NEAR) -> pd.DataFrame:
    """Measure how far each AR root lies from each MA root.

    A pair that coincides cancels: the model then says no more than one with fewer terms.
    An MA root near one says that the series was differenced once too often.

    Parameters
    ----------
    ar, ma : sequence of float
        Coefficients; the moving average in ``1 + theta L``, as EViews prints it.
    near : float
        Distance below which roots count as close.

    Returns
    -------
    pandas.DataFrame
        One row per pair: ar_root and ma_root (inverted, hence inside the unit circle),
        distance, nearly_cancels, ma_distance_from_one, over_differenced.
    """
    pairs = [
        (a, m, abs(a - m), abs(m - 1))
        for a in np.roots(np.r_[1.0, -np.asarray(ar, float)])
        for m in np.roots(np.r_[1.0, np.asarray(ma, float)])
    ]
    columns = ["ar_root", "ma_root", "distance", "ma_distance_from_one"]
    frame = pd.DataFrame(pairs, columns=columns)
    frame["nearly_cancels"] = frame["distance"] < near
    frame["over_differenced"] = frame["ma_distance_from_one"] < near
    return frame


def search_orders(
    series: pd.Series,
    *,
    max_p: int = 4,
    max_q: int = 4,
    d: int = 0,
    constant: bool = True,
    criterion: Literal["AIC", "SC", "HQ"] = "AIC",
) -> pd.DataFrame:
    """Fit every ARMA order up to (max_p, max_q) and rank them.

    Each order starts from the optima of the orders nested in it, so that the
    log-likelihood never falls when a term is added.

    Parameters
    ----------
    series : pandas.Series
        One value per quarter; NaN where missing.
    d : int
        Times the series is differenced first; a missing quarter then takes d more along.
    constant : bool
        Estimate the mean of the differenced series.

    Returns
    -------
    pandas.DataFrame
        Columns p, q, nobs, parameters, loglik, AIC, SC, HQ (per observation) and
        converged; the smallest `criterion` first, orders that did not converge last.

    Raises
    ------
    ValueError
        An unknown criterion, infinite values, a constant or a too short series.

    Notes
    -----
    Paper `banks`, section 4.3.3. The likelihood is statsforecast's compiled filter.
    """
    if criterion not in ("AIC", "SC", "HQ"):
        raise ValueError(f"criterion: expected AIC, SC or HQ, found {criterion!r}")
    for _ in range(d):
        series = series.diff().iloc[1:]
    y = _usable(series, max_p + max_q + constant + 1)
    nobs = int(y.count())
    rows = []
    optima = likelihood.maximise_orders(y.to_numpy(float), max_p, max_q, constant=constant)
    for (p, q), best in optima.items():
        k = p + q + constant + 1
        row = {"p": p, "q": q, "nobs": nobs, "parameters": k, "loglik": best.loglik}
        row |= information_criteria(best.loglik, nobs, k) | {"converged": best.converged}
        rows.append(row)
    frame = pd.DataFrame(rows)
    order = frame[criterion].where(frame["converged"], math.inf).sort_values(kind="stable").index
    return frame.loc[order].reset_index(drop=True)


def search_many(frame: pd.DataFrame, **options) -> pd.DataFrame:
    """Search the orders of every column; a column that cannot be fitted is kept and flagged.

    Parameters
    ----------
    frame : pandas.DataFrame, shape (quarters, series)
    **options
        As in `search_orders`.

    Returns
    -------
    pandas.DataFrame
        The rows of `search_orders` under a first column `series`, and a last column
        `problem`: empty, or why a series has no orders.
    """
    parts = []
    for name in frame.columns:
        try:
            part = search_orders(frame[name], **options).assign(problem="")
        except ValueError as error:
            part = pd.DataFrame({"converged": [False], "problem": [str(error)]})
        parts.append(part.assign(series=name))
    joined = pd.concat(parts, ignore_index=True)
    return joined[["series", *joined.columns.drop(["series", "problem"]), "problem"]]


# --- small helpers -------------------------------------------------------------------------


def _usable(series: pd.Series, parameters: int) -> pd.Series:
    """Strip missing ends; refuse what no model can be fitted to."""
    y = series.astype(float)
    infinite = y.index[np.isinf(y)]
    if len(infinite):
        raise ValueError(f"series: expected finite values, found {y[infinite[0]]} at {infinite[0]}")
    count = int(y.count())
    if count < max(2 * parameters, 10):
        needed = max(2 * parameters, 10)
        raise ValueError(f"series: expected at least {needed} observations, found {count}")
    if not y.std() > 1e-12 * max(1.0, float(y.abs().max())):
        raise ValueError(
            f"series: expected values that vary, found a constant {y.dropna().iloc[0]:g}"
        )
    return y.loc[y.first_valid_index() : y.last_valid_index()]


def _criteria_fields(loglik: float, nobs: int, k: int) -> dict[str, float]:
    return {name.lower(): value for name, value in information_criteria(loglik, nobs, k).items()}


def _regression_fields(y: pd.Series, residuals: pd.Series, k: int) -> dict[str, float]:
    """Return the lower half of EViews' output; k counts the variance."""
    e = residuals.dropna().to_numpy()
    nobs, ssr = len(e), float(e @ e)
    r2 = 1 - ssr / float(((y - y.mean()) ** 2).sum())
    return {
        "ssr": ssr,
        "r2": r2,
        "r2_adjusted": 1 - (1 - r2) * (nobs - 1) / (nobs - k),
        "regression_se": math.sqrt(ssr / (nobs - k)),
        "dw": float((np.diff(e) ** 2).sum()) / ssr,
        "mean_dependent": float(y.mean()),
        "sd_dependent": float(y.std()),
    }


def _printed(value: str | float) -> tuple[float, float]:
    """Read a printed figure: its value and half a unit of its last place."""
    text = str(value).strip().replace("\u2212", "-").replace(",", "")
    decimals = len(text.partition(".")[2])
    return float(text), 0.5 * 10.0**-decimals

"""ARMA models by exact maximum likelihood, with every figure that EViews prints.

Paper `banks`, section 4.3.3, Tables 4 and 5. Conventions follow EViews, since the
paper's tables do: the moving average is written ``1 + theta L``, the constant is the
mean of the series, criteria are divided by the number of observations, and the
innovation variance counts as a parameter.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import stats

from dataworth.banks.series import likelihood
from dataworth.errors import InputError
from dataworth.forensics.criteria import information_criteria

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


def innovations(series: pd.Series, ar: ArrayLike, ma: ArrayLike) -> pd.Series:
    """Return what an ARMA model could not foresee of a series of mean zero.

    Returns
    -------
    pandas.Series
        One-step errors over the root of their relative variance; their squares sum to
        the SSR. Missing where the series is.
    """
    rows = series.to_numpy(float)[None]
    (filtered,), _, _ = likelihood.innovations(rows, np.asarray(ar, float), np.asarray(ma, float))
    return pd.Series(filtered, index=series.index, name="innovation")


def fit_arma(series: pd.Series, order: tuple[int, int], *, constant: bool = True) -> ArmaFit:
    """Return an ARMA model fitted by exact maximum likelihood.

    The maximum is sought from many starts (the models nested in this one among them),
    then evaluated by statsmodels, whose scores give the standard errors.

    Parameters
    ----------
    series : pandas.Series
        The stationary (differenced) series, one value per quarter; NaN where missing:
        the Kalman filter passes over it.
    order : tuple of int
        (p, q).
    constant : bool
        Estimate the mean of the series.

    Raises
    ------
    InputError
        Values that are infinite, a constant or too short series, or no convergence.

    Notes
    -----
    Paper `banks`, section 4.3.3, Tables 4 and 5.
    """
    from statsmodels.tsa.statespace.sarimax import SARIMAX

    p, q = order
    y = _usable(series, p + q + constant + 1)
    best = likelihood.maximize_orders(y.to_numpy(float), p, q, constant=constant)[order]
    if not best.converged:
        raise InputError(f"ARMA({p},{q}) on {y.count()} observations did not converge")
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
        **{name.lower(): v for name, v in information_criteria(loglik, nobs, k).items()},
        **_regression_fields(y, residuals, k),
    )


def residual_checks(fit: ArmaFit, lags: int = 24) -> pd.DataFrame:
    """Return the autocorrelations of residuals, and tests of whether they are white noise.

    Returns
    -------
    pandas.DataFrame
        One row per lag: acf, pacf, band (two standard errors of white noise, 2/sqrt(T)),
        q (Ljung-Box) and its p. The p-value is missing while the lag does not exceed
        p + q, the degrees of freedom that estimation used up.

    Raises
    ------
    InputError
        More lags than half the observations.

    Notes
    -----
    Missing quarters are passed over: residuals on both sides are joined.
    Paper `banks`, section 4.3.3, Figures 6 and 7.
    """
    from statsmodels.stats.diagnostic import acorr_ljungbox
    from statsmodels.tsa.stattools import acf, pacf

    residuals = fit.residuals.dropna().to_numpy()
    nobs = len(residuals)
    if not 1 <= lags < nobs / 2:
        most = (nobs - 1) // 2
        raise InputError(f"lags: expected 1 to {most} for {nobs} residuals, found {lags}")
    test = acorr_ljungbox(residuals, lags=lags, model_df=sum(fit.order))
    columns = {
        "acf": acf(residuals, nlags=lags, fft=False)[1:],
        "pacf": pacf(residuals, nlags=lags, method="ywm")[1:],
        "band": 2 / math.sqrt(nobs),
        "q": test["lb_stat"].to_numpy(),
        "p": test["lb_pvalue"].to_numpy(),
    }
    return pd.DataFrame(columns, index=test.index.rename("lag"))


def root_distances(ar: ArrayLike, ma: ArrayLike, *, near: float = NEAR) -> pd.DataFrame:
    """Return how far each AR root lies from each MA root.

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
    constant: bool = True,
    criterion: Literal["AIC", "SC", "HQ"] = "AIC",
) -> pd.DataFrame:
    """Return the fit of every ARMA order up to (max_p, max_q), ranked.

    Each order starts from the optima of the orders nested in it, so that the
    log-likelihood never falls when a term is added.

    Parameters
    ----------
    series : pandas.Series
        One value per quarter; NaN where missing.
    constant : bool
        Estimate the mean of the series.

    Returns
    -------
    pandas.DataFrame
        Columns p, q, nobs, parameters, loglik, AIC, SC, HQ (per observation), converged and
        ma_root, the largest inverted root (1 on the unit circle); the smallest `criterion`
        first, orders that did not converge last.

    Raises
    ------
    InputError
        Infinite values, a constant or a too short series.

    Notes
    -----
    Paper `banks`, section 4.3.3. The likelihood is statsforecast's compiled filter.
    """
    if criterion not in ("AIC", "SC", "HQ"):
        raise ValueError(f"criterion: expected AIC, SC or HQ, found {criterion!r}")
    y = _usable(series, max_p + max_q + constant + 1)
    nobs = int(y.count())
    rows = []
    optima = likelihood.maximize_orders(y.to_numpy(float), max_p, max_q, constant=constant)
    for (p, q), best in optima.items():
        k = p + q + constant + 1
        row = {"p": p, "q": q, "nobs": nobs, "parameters": k, "loglik": best.loglik}
        row |= information_criteria(best.loglik, nobs, k) | {"converged": best.converged}
        row["ma_root"] = np.abs(np.roots(np.r_[1.0, best.ma])).max(initial=0.0)
        rows.append(row)
    frame = pd.DataFrame(rows)
    order = frame[criterion].where(frame["converged"], math.inf).sort_values(kind="stable").index
    return frame.loc[order].reset_index(drop=True)


def _usable(series: pd.Series, parameters: int) -> pd.Series:
    """Strip missing ends; refuse what no model can be fitted to."""
    y = series.astype(float)
    infinite = y.index[np.isinf(y)]
    if len(infinite):
        raise InputError(f"series: expected finite values, found {y[infinite[0]]} at {infinite[0]}")
    count = int(y.count())
    if count < (needed := max(2 * parameters, 10)):
        raise InputError(f"series: expected at least {needed} observations, found {count}")
    if not y.std() > 1e-12 * max(1.0, float(y.abs().max())):
        raise InputError(
            f"series: expected values that vary, found a constant {y.dropna().iloc[0]:g}"
        )
    return y.loc[y.first_valid_index() : y.last_valid_index()]


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

"""Log-likelihood, sample size and parameters behind printed information criteria.

Conventions are those of EViews: criteria are divided by the number of observations T, the
number of parameters k counts the innovation variance, and the moving average is written
``1 + theta L``. The first line of a docstring stands in the ledger's notes.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TypeVar

import numpy as np
from scipy.linalg import toeplitz

Sizes = TypeVar("Sizes", float, np.ndarray)


def akaike_criterion(loglik: float, observations: Sizes, parameters: Sizes) -> Sizes:
    """Return the Akaike criterion per observation.

    (-2 l + 2 k) / T.
    """
    return (-2 * loglik + 2 * parameters) / observations


def schwarz_criterion(loglik: float, observations: Sizes, parameters: Sizes) -> Sizes:
    """Return the Schwarz criterion per observation.

    (-2 l + k ln T) / T.
    """
    return (-2 * loglik + parameters * np.log(observations)) / observations


def hannan_quinn_criterion(loglik: float, observations: Sizes, parameters: Sizes) -> Sizes:
    """Return the Hannan-Quinn criterion per observation.

    (-2 l + 2 k ln ln T) / T.
    """
    return (-2 * loglik + 2 * parameters * np.log(np.log(observations))) / observations


CRITERIA = {"AIC": akaike_criterion, "SC": schwarz_criterion, "HQ": hannan_quinn_criterion}


def information_criteria(loglik: float, nobs: int, parameters: int) -> dict[str, float]:
    """Return AIC, SC and HQ as EViews prints them: per observation.

    Examples
    --------
    >>> round(information_criteria(24.38113, 61, 4)["AIC"], 6)
    -0.668234
    """
    return {name: float(rule(loglik, nobs, parameters)) for name, rule in CRITERIA.items()}


def loglik_from_akaike(aic: float, observations: float, parameters: float) -> float:
    """Return the log-likelihood that the Akaike criterion implies.

    l = k - T AIC / 2.
    """
    return parameters - observations * aic / 2


def sample_size_from_criteria(loglik: float, aic: float, sc: float) -> float:
    """Return the number of observations that log-likelihood, Akaike and Schwarz criterion imply.

    AIC = (-2 l + 2 k) / T gives k = l + T AIC / 2. Put into
    SC - AIC = k (ln T - 2) / T this leaves one equation in T alone,
    (l / T + AIC / 2)(ln T - 2) = SC - AIC. Of the whole numbers from 8 to
    5,000, the one that also makes k whole, at least 1, and comes closest is
    returned.
    """
    sizes = np.arange(8, 5001)
    parameters = np.rint(loglik + sizes * aic / 2)
    misfit = abs(akaike_criterion(loglik, sizes, parameters) - aic)
    misfit += abs(schwarz_criterion(loglik, sizes, parameters) - sc)
    return float(sizes[np.where(parameters >= 1, misfit, math.inf).argmin()])


def parameters_from_criteria(loglik: float, aic: float, sc: float) -> float:
    """Return the number of parameters that log-likelihood, Akaike and Schwarz criterion imply.

    k = l + T AIC / 2 with T from `sample_size_from_criteria`.
    """
    return float(round(loglik + sample_size_from_criteria(loglik, aic, sc) * aic / 2))


def loglik_from_coefficients(
    ar: Sequence[float], ma: Sequence[float], ssr: float, stretches: Sequence[float], gap: float = 0
) -> float:
    r"""Return the log-likelihood that coefficients and residual squares imply.

    For a Gaussian ARMA model l = -T/2 (1 + ln 2π + ln(SSR / T)) - ln|Ω| / 2, where
    SSR = y'Ω⁻¹y and Ω is the covariance of the observed values in units of the
    innovation variance (equation `arma-loglik` of chapter banks/arima, whose relative
    variances multiply up to ``|Ω|``). Ω depends on the coefficients and on which values were
    observed, not on the data: `stretches` are the lengths of the unbroken
    stretches, with `gap` missing values between them. Printed coefficients, SSR and
    log-likelihood can thus be held against each other, down to the sign of a
    coefficient and to missing quarters.
    """
    from statsmodels.tsa.arima_process import arma_acovf

    observed: list[int] = []
    for length in stretches:
        start = observed[-1] + 1 + int(gap) if observed else 0
        observed += range(start, start + int(length))
    covariances = arma_acovf(np.r_[1, -np.array(ar)], np.r_[1, ma], nobs=observed[-1] + 1)
    log_determinant = np.linalg.slogdet(toeplitz(covariances)[np.ix_(observed, observed)])[1]
    size = len(observed)
    return float(-(size * (1 + math.log(2 * math.pi * ssr / size)) + log_determinant) / 2)

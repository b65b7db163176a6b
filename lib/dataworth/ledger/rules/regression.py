# ruff: noqa: D401  (first lines say what a rule yields; notes quote them)
"""Relations inside a printed regression or ARMA estimate.

Conventions are those of EViews, which paper 001 (Tables 4 and 5) follows:
criteria are divided by the number of observations T, and the number of
parameters k counts the innovation variance.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from scipy import stats
from scipy.linalg import toeplitz


def t_statistic(coefficient: float, standard_error: float) -> float:
    """Coefficient divided by its standard error."""
    return coefficient / standard_error


def p_value_of_t(t: float, observations: float, parameters: float) -> float:
    """Two-sided p-value of Student's t with T - k degrees of freedom."""
    return float(2 * stats.t.sf(abs(t), observations - parameters))


def r_squared(ssr: float, standard_deviation: float, observations: float) -> float:
    """R-squared from residuals and the spread of the dependent variable.

    R² = 1 - SSR / SST, and SST = (T - 1) s² by the definition of the sample
    standard deviation s.
    """
    return 1 - ssr / ((observations - 1) * standard_deviation**2)


def standard_deviation_from_r_squared(r_squared: float, ssr: float, observations: float) -> float:
    """Spread of the dependent variable that R-squared and residuals imply.

    R² = 1 - SSR / ((T - 1) s²), solved for the standard deviation s.
    """
    return math.sqrt(ssr / ((1 - r_squared) * (observations - 1)))


def is_variance(spread: float, r_squared: float, ssr: float, observations: float) -> bool:
    """The printed spread is a variance, not a standard deviation.

    Both readings give an R²: 1 - SSR / ((T - 1) spread) and
    1 - SSR / ((T - 1) spread²). The one nearer to the printed R² is meant.
    """
    sst = ssr / (1 - r_squared)
    as_variance = (observations - 1) * spread
    as_standard_deviation = (observations - 1) * spread**2
    return abs(math.log(as_variance / sst)) < abs(math.log(as_standard_deviation / sst))


def adjusted_r_squared(r_squared: float, observations: float, parameters: float) -> float:
    """R-squared adjusted for degrees of freedom.

    1 - (1 - R²)(T - 1) / (T - k).
    """
    return 1 - (1 - r_squared) * (observations - 1) / (observations - parameters)


def regression_standard_error(ssr: float, observations: float, parameters: float) -> float:
    """Root of residual squares per degree of freedom.

    sqrt(SSR / (T - k)).
    """
    return math.sqrt(ssr / (observations - parameters))


def akaike_criterion(loglik: float, observations: float, parameters: float) -> float:
    """Akaike criterion per observation.

    (-2 l + 2 k) / T.
    """
    return (-2 * loglik + 2 * parameters) / observations


def schwarz_criterion(loglik: float, observations: float, parameters: float) -> float:
    """Schwarz criterion per observation.

    (-2 l + k ln T) / T.
    """
    return (-2 * loglik + parameters * math.log(observations)) / observations


def hannan_quinn_criterion(loglik: float, observations: float, parameters: float) -> float:
    """Hannan-Quinn criterion per observation.

    (-2 l + 2 k ln ln T) / T.
    """
    return (-2 * loglik + 2 * parameters * math.log(math.log(observations))) / observations


def loglik_from_akaike(aic: float, observations: float, parameters: float) -> float:
    """Log-likelihood that the Akaike criterion implies.

    l = k - T AIC / 2.
    """
    return parameters - observations * aic / 2


def sample_size_from_criteria(loglik: float, aic: float, sc: float) -> float:
    """Number of observations that log-likelihood, Akaike and Schwarz criterion imply.

    AIC = (-2 l + 2 k) / T gives k = l + T AIC / 2. Put into
    SC - AIC = k (ln T - 2) / T this leaves one equation in T alone,
    (l / T + AIC / 2)(ln T - 2) = SC - AIC. Of the whole numbers from 8 to
    5,000, the one that also makes k whole, at least 1, and comes closest is
    returned.
    """
    best, distance = 0, math.inf
    for size in range(8, 5001):
        parameters = round(loglik + size * aic / 2)
        if parameters < 1:
            continue
        misfit = abs(akaike_criterion(loglik, size, parameters) - aic)
        misfit += abs(schwarz_criterion(loglik, size, parameters) - sc)
        if misfit < distance:
            best, distance = size, misfit
    return float(best)


def parameters_from_criteria(loglik: float, aic: float, sc: float) -> float:
    """Number of parameters that log-likelihood, Akaike and Schwarz criterion imply.

    k = l + T AIC / 2 with T from `sample_size_from_criteria`.
    """
    return float(round(loglik + sample_size_from_criteria(loglik, aic, sc) * aic / 2))


def all_coefficients_listed(parameters: float, listed: float) -> bool:
    """The listed coefficients and the innovation variance are all parameters."""
    return round(parameters) == listed + 1


def loglik_from_coefficients(
    ar: Sequence[float],
    ma: Sequence[float],
    ssr: float,
    stretches: Sequence[float],
    gap: float = 0,
) -> float:
    """Log-likelihood that coefficients and residual squares imply.

    For a Gaussian ARMA model l = -T/2 (1 + ln 2π + ln(SSR / T)) - ln|Ω| / 2, where
    SSR = y'Ω⁻¹y and Ω is the covariance of the observed values in units of the
    innovation variance. Ω depends on the coefficients and on which values were
    observed, not on the data: `stretches` are the lengths of the unbroken
    stretches, with `gap` missing values between them.
    """
    from statsmodels.tsa.arima_process import arma_acovf

    observed: list[int] = []
    for length in stretches:
        start = observed[-1] + 1 + int(gap) if observed else 0
        observed += range(start, start + int(length))
    covariances = arma_acovf([1, *(-a for a in ar)], [1, *ma], nobs=observed[-1] + 1)
    log_determinant = np.linalg.slogdet(toeplitz(covariances)[np.ix_(observed, observed)])[1]
    size = len(observed)
    return float(-(size * (1 + math.log(2 * math.pi * ssr / size)) + log_determinant) / 2)


def ar_with_sign_of_likelihood(
    ar: float,
    ma: Sequence[float],
    ssr: float,
    loglik: float,
    stretches: Sequence[float],
    gap: float = 0,
) -> float:
    """AR coefficient with the sign that log-likelihood and MA coefficients imply.

    Of +|φ| and -|φ|, the one whose `loglik_from_coefficients` is nearer to the
    printed log-likelihood, given the printed signs of the MA coefficients. The
    likelihood does not tell which sign is right: to change all of them mirrors
    every second value of the series and leaves it as it was. It tells only
    whether the signs agree.
    """
    return min(
        (abs(ar), -abs(ar)),
        key=lambda phi: abs(loglik_from_coefficients([phi], ma, ssr, stretches, gap) - loglik),
    )


def roots_inside_unit_circle(ar: Sequence[float], ma: Sequence[float]) -> bool:
    """All inverted roots of the AR and MA polynomials lie inside the unit circle.

    AR: zⁿ - φ₁zⁿ⁻¹ - …; MA with EViews' sign: zⁿ + θ₁zⁿ⁻¹ + ….
    """
    inverted = np.concatenate([np.roots([1, *(-a for a in ar)]), np.roots([1, *ma])])
    return bool((abs(inverted) < 1).all())


def ar_from_forecast_differences(forecasts: Sequence[float]) -> float:
    """AR coefficient that four successive forecasts in levels imply.

    Beyond the order of the moving average, forecasts of an ARIMA(1,1,q) obey
    d_h - μ = φ (d_{h-1} - μ) for the differences d_h of the levels. From three
    differences, φ = (d₃ - d₂) / (d₂ - d₁), whatever the drift μ. d₁ is the
    difference from the first to the second forecast, so this holds for q ≤ 2.
    """
    first, second, third = (b - a for a, b in zip(forecasts[-4:], forecasts[-3:], strict=False))
    return (third - second) / (second - first)


def ar_from_log_forecast_differences(forecasts: Sequence[float]) -> float:
    """AR coefficient that four successive forecasts in logarithms imply.

    `ar_from_forecast_differences` on the logarithms: a model of log
    differences whose forecasts are turned back into levels by the exponential.
    """
    return ar_from_forecast_differences([math.log(forecast) for forecast in forecasts])


def next_forecast(before: float, previous: float, ar: float) -> float:
    """Forecast that the two before it imply in levels.

    Beyond the order of the moving average, the differences of an ARIMA(1,1,q)
    without drift shrink by φ each quarter.
    """
    return previous + ar * (previous - before)


def next_log_forecast(before: float, previous: float, ar: float) -> float:
    """Forecast that the two before it imply in logarithms.

    As `next_forecast`, for the differences of the logarithm.
    """
    return previous * (previous / before) ** ar


def not_a_plain_recursion(forecasts: Sequence[float], ar: float, limit: float) -> bool:
    """The forecasts are more than a plain recursion with the AR coefficient.

    A sum of trend, seasons and residuals has a step of its own for each
    quarter. The steps of a plain ARIMA(1,1,q) follow from one another, see
    `ar_from_forecast_differences`; the sizes of the coefficients are compared.
    """
    return abs(abs(ar_from_forecast_differences(forecasts)) - abs(ar)) > limit


def sample_ends_before(observations: float, first: float, last: float) -> bool:
    """The differences used are no more than the stated quarters leave.

    From `first` to `last` there are last - first + 1 levels and one difference
    less.
    """
    return observations <= last - first


def residual_squares(standard_error: float, observations: float, parameters: float) -> float:
    """Sum of squared residuals that the regression standard error implies.

    SSR = s² (T - k).
    """
    return standard_error**2 * (observations - parameters)

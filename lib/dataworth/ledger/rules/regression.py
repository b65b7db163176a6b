# ruff: noqa: D401  (first lines say what a rule yields; notes quote them)
"""Relations inside a printed regression or ARMA estimate.

Conventions are those of EViews, which paper `banks` (Tables 4 and 5) follows:
the number of parameters k counts the innovation variance. Criteria and likelihoods
stand in `dataworth.forensics.criteria`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from dataworth.forensics.criteria import loglik_from_coefficients
from dataworth.forensics.paths import ar_from_forecast_differences


def t_statistic(coefficient: float, standard_error: float) -> float:
    """Coefficient divided by its standard error."""
    return coefficient / standard_error


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

    The sum of squares SST is SSR / (1 - R²), and also (T - 1) spread if it is a variance, or
    (T - 1) spread² if it is a standard deviation. The one whose ratio to the first is nearer
    to 1 is meant.
    """
    ratio = (observations - 1) * spread * (1 - r_squared) / ssr
    return abs(math.log(ratio)) < abs(math.log(ratio * spread))


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


def ar_with_sign_of_likelihood(
    ar: float,
    ma: Sequence[float],
    ssr: float,
    loglik: float,
    stretches: Sequence[float],
    gap: float = 0,
) -> float:
    """AR coefficient with the sign that log-likelihood and MA coefficients imply.

    Of plus and minus φ, the one whose `loglik_from_coefficients` is nearer to the
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


def residual_squares(standard_error: float, observations: float, parameters: float) -> float:
    """Sum of squared residuals that the regression standard error implies.

    SSR = s² (T - k).
    """
    return standard_error**2 * (observations - parameters)

"""The p-values that printed test statistics imply, and the statistics that means imply.

The interval that rounding leaves to a statistic gives an interval of p-values; the printed
one must meet it. So "t(28) = 2.0" stands for all from 1.95 to 2.05, and is not held
against p = .05, as Nuijten et al. (2016) do it. `sides` is 2, or 1 where the paper says
one-sided. The first line of a docstring stands in the ledger's notes.
"""

from __future__ import annotations

import math

from scipy import stats


def p_of_t(t: float, degrees: float, sides: float = 2) -> float:
    """Return the p-value of Student's t.

    `sides` times the probability beyond abs(t), with `degrees` of freedom.

    Examples
    --------
    >>> round(p_of_t(2.20, 28), 3)
    0.036
    """
    return float(sides * stats.t.sf(abs(t), degrees))


def p_of_z(z: float, sides: float = 2) -> float:
    """Return the p-value of a standard normal statistic."""
    return float(sides * stats.norm.sf(abs(z)))


def p_of_f(f: float, numerator: float, denominator: float) -> float:
    """Return the p-value of an F statistic.

    The probability above f, with the degrees of freedom of numerator and denominator.
    """
    return float(stats.f.sf(f, numerator, denominator))


def p_of_chi_squared(statistic: float, degrees: float) -> float:
    """Return the p-value of a chi-squared statistic, or of Cochran's Q."""
    return float(stats.chi2.sf(statistic, degrees))


def p_of_correlation(r: float, degrees: float, sides: float = 2) -> float:
    """Return the p-value of a correlation.

    t = r √(degrees / (1 - r²)) with degrees = n - 2.
    """
    if abs(r) >= 1:
        return 0.0
    return p_of_t(r * math.sqrt(degrees / (1 - r**2)), degrees, sides)


def is_significant(p: float, level: float = 0.05) -> bool:
    """Return whether the p-value is at or below the level.

    For what a paper concludes: a recomputed p-value on the other side of the level is what
    Nuijten et al. (2016) call a decision inconsistency.
    """
    return p <= level


def standard_error_of_mean(deviation: float, observations: float) -> float:
    """Return the standard error of a mean: s / √n."""
    return deviation / math.sqrt(observations)


def t_of_two_means(m1: float, s1: float, n1: float, m2: float, s2: float, n2: float) -> float:
    """Return Student's t of two means, with the pooled standard deviation.

    Of means m, standard deviations s and sizes n: t = (m₁ - m₂) / (s √(1/n₁ + 1/n₂)) with
    s² = ((n₁ - 1) s₁² + (n₂ - 1) s₂²) / (n₁ + n₂ - 2) and n₁ + n₂ - 2 degrees of freedom.
    """
    pooled = ((n1 - 1) * s1**2 + (n2 - 1) * s2**2) / (n1 + n2 - 2)
    return (m1 - m2) / math.sqrt(pooled * (1 / n1 + 1 / n2))


def welch_t_of_two_means(m1: float, s1: float, n1: float, m2: float, s2: float, n2: float) -> float:
    """Return Welch's t of two means, each with its own standard deviation.

    t = (m₁ - m₂) / √(s₁²/n₁ + s₂²/n₂).
    """
    return (m1 - m2) / math.sqrt(s1**2 / n1 + s2**2 / n2)


def confidence_limit(
    estimate: float, standard_error: float, side: float, level: float = 0.95
) -> float:
    """Return the end of a normal confidence interval.

    estimate + side × z × standard error; `side` is -1 for the lower end, 1 for the upper.
    """
    return float(estimate + side * stats.norm.ppf((1 + level) / 2) * standard_error)

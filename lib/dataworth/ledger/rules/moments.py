# ruff: noqa: D401  (first lines say what a rule yields; notes quote them)
"""Bounds that a row of descriptive statistics must keep.

A row prints n, mean, standard deviation, minimum, median and maximum. Not every
six numbers belong to some sample: the extremes and the median bound the mean,
and with the mean they bound the standard deviation. `ends` is the number of
observations known to sit on the minimum, and on the maximum: one in any
sample, more after winsorizing. The standard deviation divides by n - 1.
"""

from __future__ import annotations

import math


def winsorized_ends(observations: float, share: float) -> float:
    """Observations at each end after winsorizing.

    Every value beyond the quantile is set to it. Of n sorted values, 0 to n - 1,
    those up to position (n - 1) times the share are not above it.
    """
    return math.floor((observations - 1) * share + 1e-9) + 1


def least_mean(
    observations: float, minimum: float, median: float, maximum: float, ends: float = 1
) -> float:
    """Least mean that minimum, median and maximum allow.

    The lower half sits on the minimum, the upper one on the median, but for those
    that are known to sit on the maximum.
    """
    half, middle = _halves(observations)
    upper = (half - ends) * median + ends * maximum
    return (half * minimum + middle * median + upper) / observations


def greatest_mean(
    observations: float, minimum: float, median: float, maximum: float, ends: float = 1
) -> float:
    """Greatest mean that minimum, median and maximum allow.

    `least_mean`, turned round.
    """
    return -least_mean(observations, -maximum, -median, -minimum, ends)


def least_standard_deviation(
    observations: float, mean: float, minimum: float, median: float, maximum: float, ends: float = 1
) -> float:
    """Least standard deviation that the other numbers of the row allow.

    Squares are least when values are equal. So all but the ends sit on the
    median, except for the half that has to move away from it, together, for the
    mean to come out.
    """
    half, middle = _halves(observations)
    free = half - ends
    squares = ends * ((minimum - mean) ** 2 + (maximum - mean) ** 2)
    squares += (middle + free) * (median - mean) ** 2
    if free:
        rest = observations * mean - ends * (minimum + maximum) - (middle + free) * median
        squares += free * (rest / free - mean) ** 2
    return math.sqrt(squares / (observations - 1))


def greatest_standard_deviation(
    observations: float, mean: float, minimum: float, median: float, maximum: float, ends: float = 1
) -> float:
    """Upper bound of the standard deviation that the other numbers of the row set.

    For values in [a, b] the chord bounds the square, x² ≤ (a + b) x - a b. The
    lower half lies between minimum and median, the upper one between median and
    maximum, and the bound is largest where the upper half takes as much of the
    total as it can. Without the median this is the inequality of Bhatia and
    Davis (2000). No sample exceeds it; a sample need not reach it.
    """
    free = observations // 2 - ends
    odd = observations % 2
    total = observations * mean - ends * (minimum + maximum) - odd * median
    upper = min(free * maximum, total - free * minimum)
    lower = total - upper
    squares = ends * (minimum**2 + maximum**2) + odd * median**2
    squares += (minimum + median) * lower - free * minimum * median
    squares += (median + maximum) * upper - free * median * maximum
    return math.sqrt(max(squares - observations * mean**2, 0.0) / (observations - 1))


def row_is_possible(
    observations: float,
    mean: float,
    standard_deviation: float,
    minimum: float,
    median: float,
    maximum: float,
    ends: float = 1,
) -> bool:
    """Some sample has all numbers of the row.

    The mean lies between `least_mean` and `greatest_mean`, the deviation between its bounds.
    With this, no extreme is further from the mean than s (n - 1) / √n (Samuelson 1968), and the
    median no further than one deviation (Hotelling and Solomons 1932).
    """
    points = (minimum, median, maximum, ends)
    slack = 1e-9 * max(abs(minimum), abs(maximum))  # for decimals that binary numbers do not hold
    least, greatest = least_mean(observations, *points), greatest_mean(observations, *points)
    if not least - slack <= mean <= greatest + slack:
        return False
    low = least_standard_deviation(observations, mean, *points)
    high = greatest_standard_deviation(observations, mean, *points)
    return low - slack <= standard_deviation <= high + slack


def is_skewed_right(mean: float, minimum: float, median: float, maximum: float) -> bool:
    """The mean lies above the median, and the maximum further from it than the minimum."""
    return mean > median and maximum - median > median - minimum


def share_of_largest(observations: float, mean: float, maximum: float) -> float:
    """Share of the total that the largest value alone makes up."""
    return maximum / (observations * mean)


def mean_near_zero(observations: float, mean: float, standard_deviation: float) -> bool:
    """The mean is within two standard errors of zero."""
    return abs(mean) <= 2 * standard_deviation / math.sqrt(observations)


def weighted_ratio_is_possible(
    numerator_mean: float, denominator_mean: float, least: float, greatest: float
) -> bool:
    """The ratio of two means lies between the least and the greatest single ratio.

    The ratio of the means is the mean of the ratios, weighted by the (positive)
    denominators.
    """
    return least <= numerator_mean / denominator_mean <= greatest


def _halves(observations: float) -> tuple[float, float]:
    """Count the values strictly below the middle, and those in it: one or two."""
    half = (observations - 1) // 2
    return half, observations - 2 * half

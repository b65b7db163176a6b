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


def mean_bounds(
    observations: float, minimum: float, median: float, maximum: float, ends: float = 1
) -> tuple[float, float]:
    """Return the least and the greatest mean that minimum, median and maximum allow.

    The mean is least when the lower half sits on the minimum and the upper one on the median, but
    for those that are known to sit on the maximum; and greatest the other way round.
    """
    free, known = _free(observations, minimum, median, maximum, ends)
    least, greatest = (known + free * (median + extreme) for extreme in (minimum, maximum))
    return least / observations, greatest / observations


def deviation_bounds(
    observations: float, mean: float, minimum: float, median: float, maximum: float, ends: float = 1
) -> tuple[float, float]:
    """Return the bounds of the standard deviation that the other numbers of the row set.

    Squares are least when values are equal. So all but the ends sit on the median, except for the
    half that has to move away from it, together, for the mean to come out.

    For values in [a, b] the chord bounds the square from above, x² ≤ (a + b) x - a b. The
    lower half lies between minimum and median, the upper one between median and
    maximum, and the bound is largest where the upper half takes as much of the
    total as it can. Without the median this is the inequality of Bhatia and
    Davis (2000). No sample exceeds it; a sample need not reach it.
    """
    free, known = _free(observations, minimum, median, maximum, ends)
    least = ends * ((minimum - mean) ** 2 + (maximum - mean) ** 2)
    least += (observations - 2 * ends - free) * (median - mean) ** 2
    if free:
        moved = (observations * mean - known - free * median) / free
        least += free * (moved - mean) ** 2
    free, odd = observations // 2 - ends, observations % 2
    total = observations * mean - ends * (minimum + maximum) - odd * median
    upper = min(free * maximum, total - free * minimum)
    greatest = ends * (minimum**2 + maximum**2) + odd * median**2
    greatest += (minimum + median) * (total - upper) - free * minimum * median
    greatest += (median + maximum) * upper - free * median * maximum
    greatest = max(greatest - observations * mean**2, 0.0)
    return math.sqrt(least / (observations - 1)), math.sqrt(greatest / (observations - 1))


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

    The mean lies within `mean_bounds`, the deviation within `deviation_bounds`.
    With this, no extreme is further from the mean than s (n - 1) / √n (Samuelson 1968), and the
    median no further than one deviation (Hotelling and Solomons 1932).
    """
    points = (minimum, median, maximum, ends)
    slack = 1e-9 * max(abs(minimum), abs(maximum))  # for decimals that binary numbers do not hold
    least, greatest = mean_bounds(observations, *points)
    low, high = deviation_bounds(observations, mean, *points)
    mean_fits = least - slack <= mean <= greatest + slack
    return mean_fits and low - slack <= standard_deviation <= high + slack


def is_skewed_right(mean: float, minimum: float, median: float, maximum: float) -> bool:
    """The mean lies above the median, and the maximum further from it than the minimum."""
    return mean > median and maximum - median > median - minimum


def _free(
    observations: float, minimum: float, median: float, maximum: float, ends: float
) -> tuple[float, float]:
    """Count the values of each half that may move, and sum up the ends and the middle."""
    half = (observations - 1) // 2
    return half - ends, ends * (minimum + maximum) + (observations - 2 * half) * median

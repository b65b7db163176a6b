# ruff: noqa: D401  (first lines say what a rule yields; notes quote them)
"""Sums, shares, errors and counts: relations that need no statistics."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from dataworth.forensics.rounding import Quantity


def same(value: float) -> float:
    """The number itself.

    One that the public record holds, or that other numbers imply. It takes no
    claim: a paper that prints a number twice does not confirm it.
    """
    return value


def total(parts: Sequence[float]) -> float:
    """Sum of the parts."""
    return sum(parts)


def mean(values: Sequence[float]) -> float:
    """Arithmetic mean."""
    return sum(values) / len(values)


def largest(values: Sequence[float]) -> float:
    """Largest of the numbers."""
    return max(values)


def share(part: float, whole: float) -> float:
    """Part divided by whole."""
    return part / whole


def percentage(part: float, whole: float) -> float:
    """Part divided by whole, in per cent."""
    return 100 * part / whole


def adds_up(parts: Sequence[Quantity], whole: Quantity) -> bool:
    """The parts can add up to the whole, given how all of them are rounded.

    The sum lies between the sums of the lower and of the upper ends. For a list of shares
    with no printed total, `whole` is 1 (or 100).
    """
    low, high = sum(part.low for part in parts), sum(part.high for part in parts)
    slack = 1e-9 * abs(whole.value)
    return low <= whole.high + slack and whole.low <= high + slack


def growth(before: float, after: float) -> float:
    """Growth from one number to the next, as a fraction of the first."""
    return after / before - 1


def growth_per_period(first: float, last: float, periods: float) -> float:
    """Growth a period that compounds from the first number to the last.

    (last / first)^(1 / periods) - 1.
    """
    return (last / first) ** (1 / periods) - 1


def relative_error(actual: float, forecast: float) -> float:
    """Actual divided by forecast, less one.

    The error is taken in units of the forecast: (actual - forecast) / forecast.
    This definition fits all thirty errors of paper `banks`, Tables 6 to 8. With the
    actual value as denominator most of them fail.
    """
    return actual / forecast - 1


def power(base: float, exponent: float) -> float:
    """Number raised to a power.

    With an exponent of 2 a mean squared error from its root, with 0.5 the other way.
    """
    return base**exponent


def count_of_periods(first: float, last: float) -> float:
    """Number of periods from the first to the last, both included."""
    return last - first + 1


def first_period(last: float, count: float) -> float:
    """First period from the last one and the number of them, both included."""
    return last - count + 1


def last_period(first: float, count: float) -> float:
    """Last period from the first one and the number of them, both included."""
    return first + count - 1


def rounds_to(value: float, whole: float) -> bool:
    """Number rounds to the whole one."""
    return abs(value - whole) < 0.5


def positive(value: float) -> bool:
    """The number is above zero, as a standard deviation must be."""
    return value > 0


def between(value: float, low: float, high: float) -> bool:
    """The number lies between its bounds."""
    return low <= value <= high


def at_least(value: float, minimum: float, times: float = 1) -> bool:
    """The number is not below its lower bound.

    `times` is for one that is to be a multiple of another.
    """
    return value >= times * minimum


def all_within(values: Sequence[float], limit: float) -> bool:
    """No value is larger in size than the limit."""
    return all(abs(value) <= limit for value in values)


def some_beyond(values: Sequence[float], limit: float) -> bool:
    """At least one value is larger in size than the limit."""
    return any(abs(value) > limit for value in values)


def exceeds_all(value: float, others: Sequence[float]) -> bool:
    """The number is above every other one."""
    return all(value > other for other in others)


def increasing(values: Sequence[float]) -> bool:
    """Each value is above the one before it."""
    return all(earlier < later for earlier, later in pairwise(values))


def not_together_with(statement: float) -> bool:
    """The statement excludes this one, so that both cannot hold.

    `statement` is a finding, which counts as 1 when the paper makes it.
    """
    return not statement


def difference(larger: float, smaller: float) -> float:
    """First number less the second."""
    return larger - smaller


def quarter_before_year(year: float) -> float:
    """Last quarter before a year begins."""
    return 4 * year - 1

"""Printed numbers: their value, and what their rounding leaves open."""

from __future__ import annotations

import calendar
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import product

MOST_CORNERS = 10  # numbers with a rounding interval: 2**10 evaluations

_WORDS = {"about": 0, "over": 1, "more than": 1, "at least": 1, "below": -1, "at most": -1}
"""Words before a number: how near it is meant, or on which side of it the truth lies."""
_NUMBER = re.compile(
    rf"(?:({'|'.join(_WORDS)}) )?"
    r"([-+]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?)([eE][-+]?\d+)?(%?)"
)
_QUARTER = re.compile(r"(\d{4})Q([1-4])")
_MONTH = re.compile(rf"({'|'.join(calendar.month_name[1:])}) (\d{{4}})")


@dataclass(frozen=True)
class Quantity:
    """A number and the interval that it stands for.

    Attributes
    ----------
    value : float
        As printed or computed.
    low, high : float
        What the number may have been before it was rounded; both equal to
        `value` where it is exact.
    """

    value: float
    low: float
    high: float

    @classmethod
    def exact(cls, value: float) -> Quantity:
        """Return a quantity without rounding."""
        return cls(value, value, value)

    def __mul__(self, scale: float) -> Quantity:
        """Return the quantity in another unit; a negative scale turns the interval round."""
        low, high = sorted((self.low * scale, self.high * scale))
        return Quantity(self.value * scale, low, high)

    def distance(self, other: Quantity) -> float:
        """Return the gap between two intervals; 0 where they meet, up to floating point."""
        gap = max(self.low - other.high, other.low - self.high, 0.0)
        return 0.0 if gap <= 1e-9 * max(abs(self.value), abs(other.value)) else gap


Argument = Quantity | list[Quantity]


def parse_printed(printed: str, *, exact: bool = False) -> Quantity:
    """Return a printed number with the interval that its rounding leaves.

    Parameters
    ----------
    printed : str
        Such as ``"104,679"``, ``"-0.0290"``, ``"1.203e+08"``, ``"6.95%"``,
        ``"about 70%"``, ``"over 44%"``, ``"2007Q1"`` or ``"May 2024"``.
    exact : bool
        Counts and years are not rounded.

    Returns
    -------
    Quantity
        The interval reaches half a unit of the last printed digit to both
        sides, and a whole unit after "about". After "over", "more than" or
        "at least" it is all from the number on, after "below" or "at most" all
        up to it. Per cent become fractions. A quarter is counted from year 0,
        so that differences count quarters; a month is year and month, 202405.

    Raises
    ------
    ValueError
        Not a number in one of these forms.
    """
    if quarter := _QUARTER.fullmatch(printed):
        return Quantity.exact(4 * int(quarter[1]) + int(quarter[2]) - 1)
    if month := _MONTH.fullmatch(printed):
        return Quantity.exact(100 * int(month[2]) + list(calendar.month_name).index(month[1]))
    match = _NUMBER.fullmatch(printed)
    if not match:
        raise ValueError(
            "expected a number such as 1,234.5, about 70%, over 7, 2007Q1 or May 2024, "
            f"found {printed!r}"
        )
    word, digits, exponent, percent = match.groups()
    number = Decimal(digits.replace(",", "") + (exponent or "")).scaleb(-2 if percent else 0)
    value = float(number)
    if side := _WORDS.get(word, 0):
        return Quantity(value, *((value, math.inf) if side > 0 else (-math.inf, value)))
    if exact and not word:
        return Quantity.exact(value)
    reach = (1.0 if word else 0.5) * 10.0 ** int(number.as_tuple().exponent)
    return Quantity(value, value - reach, value + reach)


def format_like(printed: str, value: float) -> str:
    """Return a computed number written the way the paper printed its own.

    Same decimals, two more beside a word such as "over", which one digit may
    decide; same separators and per cent; never fewer than two significant
    digits of a number that is not zero.
    """
    if _QUARTER.fullmatch(printed):
        return f"{int(value) // 4}Q{int(value) % 4 + 1}"
    if _MONTH.fullmatch(printed):
        return month_name(value)
    match = _NUMBER.fullmatch(printed)
    if not match or match[3]:
        return f"{value:,.0f}" if not match and abs(value) >= 1000 else f"{value:.4g}"
    if match[4]:
        value *= 100
    decimals = len(match[2].partition(".")[2]) + 2 * bool(_WORDS.get(match[1]))
    separator = "," if "," in match[2] else ""
    text = f"{value:{separator}.{decimals}f}"
    if value and abs(value) < 10.0 ** (1 - decimals):
        text = f"{value:.2g}"
    return text + match[4]


def month_name(value: float) -> str:
    """Return the name of a month that is written as a number: July 2024 for 202407."""
    return f"{calendar.month_name[int(value) % 100]} {int(value) // 100}"


def propagate(function: Callable[..., float], given: Mapping[str, Argument]) -> Quantity:
    """Return what a function of printed numbers may be, given their rounding.

    Parameters
    ----------
    function : callable
        Monotone in each argument, so that the extremes lie at corners of the
        box that the intervals span.
    given : mapping of str to Quantity or list of Quantity

    Returns
    -------
    Quantity
        Value, and the least and greatest value over the corners. A condition
        gives 0 or 1; its `high` is 1 when it holds somewhere in the box.

    Examples
    --------
    >>> share = propagate(lambda part, whole: part / whole,
    ...                   {"part": parse_printed("1"), "whole": parse_printed("4")})
    >>> round(share.low, 3), share.value, round(share.high, 3)
    (0.111, 0.25, 0.429)
    """
    leaves = [
        q for value in given.values() for q in (value if isinstance(value, list) else [value])
    ]

    def at(numbers: list[float]) -> float:
        rest = iter(numbers)
        arguments = {
            name: [next(rest) for _ in value] if isinstance(value, list) else next(rest)
            for name, value in given.items()
        }
        return float(function(**arguments))

    value = at([q.value for q in leaves])
    ends = [(q.low,) if q.low == q.high else (q.low, q.high) for q in leaves]
    if sum(len(end) - 1 for end in ends) <= MOST_CORNERS:
        values = [at(list(corner)) for corner in product(*ends)]
    else:
        values = _along_each_axis(at, leaves)
    return Quantity(value, min(value, *values), max(value, *values))


def _along_each_axis(at: Callable[[list[float]], float], leaves: list[Quantity]) -> list[float]:
    """Find the two extreme corners from the direction of each argument alone."""
    centre = [q.value for q in leaves]
    lowest, highest = [], []
    for i, q in enumerate(leaves):
        low, high = (at([*centre[:i], end, *centre[i + 1 :]]) for end in (q.low, q.high))
        lowest.append(q.low if high >= low else q.high)
        highest.append(q.high if high >= low else q.low)
    return [at(lowest), at(highest)]

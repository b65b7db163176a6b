"""Quarters as people write them in Chinese and English tables."""

from __future__ import annotations

import calendar
import re

import pandas as pd

from dataworth.inputs.tables.numbers import plain_text, shorten

EXPECTED = "a quarter such as 2007Q1, 2007年第一季度 or 2007-03-31"

_DIGITS = {"一": 1, "二": 2, "三": 3, "四": 4}
_YEAR = r"(?P<year>[12][0-9]{3})"
_QUARTER = r"(?P<quarter>[1-4一二三四])"
_QUARTERS = [
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"{_YEAR}\s*[-/._ ]?\s*Q{_QUARTER}",
        rf"Q{_QUARTER}\s*[-/._ ]?\s*{_YEAR}",
        rf"{_QUARTER}Q\s*[-/._ ]?\s*{_YEAR}",
        rf"{_YEAR}\s*年?\s*-?\s*第?\s*{_QUARTER}\s*季度?",
    )
]
# A month alone needs two digits or the word for month: 2007-3 may be March or
# the third quarter.
_MONTHS = [
    re.compile(pattern)
    for pattern in (
        rf"{_YEAR}[-/.]?(?P<month>[0-9]{{2}})",
        rf"{_YEAR}\s*年\s*(?P<month>[0-9]{{1,2}})\s*月",
    )
]
_DATES = [
    re.compile(pattern)
    for pattern in (
        rf"{_YEAR}(?P<gap>[-/.])(?P<month>[0-9]{{1,2}})(?P=gap)(?P<day>[0-9]{{1,2}})"
        r"(?:[T ]0{1,2}:00(?::00(?:\.0*)?)?)?",
        rf"{_YEAR}(?P<month>[0-9]{{2}})(?P<day>[0-9]{{2}})",
        rf"{_YEAR}\s*年\s*(?P<month>[0-9]{{1,2}})\s*月\s*(?P<day>[0-9]{{1,2}})\s*日",
    )
]


def parse_quarter(text: str) -> pd.Period:
    """Read one quarter.

    Parameters
    ----------
    text : str
        A quarter (``2007Q1``, ``2007-q1``, ``Q1 2007``, ``2007年第一季度``,
        ``2007年一季度``), the last day of one (``2007-03-31``, ``20070331``,
        ``2007年3月31日``) or its last month (``2007-03``, ``2007年3月``).

    Returns
    -------
    pandas.Period
        With quarterly frequency.

    Raises
    ------
    ValueError
        The text is no quarter, or a date on which no quarter ends.
    """
    plain = plain_text(text)
    if match := _first(_QUARTERS, plain):
        quarter = _DIGITS.get(match["quarter"]) or int(match["quarter"])
        return pd.Period(year=int(match["year"]), quarter=quarter, freq="Q")
    match = _first(_DATES, plain) or _first(_MONTHS, plain)
    if not match:
        raise ValueError(f"expected {EXPECTED}, found {shorten(text)}")
    year, month = int(match["year"]), int(match["month"])
    if not 1 <= month <= 12:
        raise ValueError(f"expected {EXPECTED}, found {shorten(text)}, which has no such month")
    last_day = calendar.monthrange(year, month)[1]
    day = int(match.groupdict().get("day") or last_day)
    if not 1 <= day <= last_day:
        raise ValueError(f"expected {EXPECTED}, found {shorten(text)}, a day that does not exist")
    if month % 3 or day != last_day:
        raise ValueError(f"expected the end of a quarter, found {shorten(text)}")
    return pd.Period(year=year, quarter=month // 3, freq="Q")


def looks_like_quarter(text: str) -> bool:
    """Whether `parse_quarter` can read the text."""
    try:
        parse_quarter(text)
    except ValueError:
        return False
    return True


def _first(patterns: list[re.Pattern[str]], text: str) -> re.Match[str] | None:
    return next((match for pattern in patterns if (match := pattern.fullmatch(text))), None)

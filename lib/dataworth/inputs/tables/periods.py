"""Years, halves and quarters as people write them in Chinese and English tables."""

from __future__ import annotations

import calendar
import datetime
import re
from collections.abc import Iterable

import pandas as pd

from dataworth.inputs.tables.text import is_missing, plain_text, shorten

EXPECTED = "a quarter such as 2007Q1, 2007年第一季度 or 2007-03-31"

_YEAR = r"(?P<year>[12][0-9]{3})"
_SHORT = r"(?P<short>[0-9]{2})"
_QUARTER = r"(?P<quarter>[1-4一二三四])"
_QUARTERS = dict(zip("1234一二三四", (1, 2, 3, 4) * 2, strict=True)) | {"H1": 2, "H2": 4}
_QUARTERS |= {"一季": 1, "中": 2, "半年": 2, "半年度": 2, "三季": 3, "上半年": 2, "下半年": 4}
_MONTHS = {name.casefold(): month for month, name in enumerate(calendar.month_abbr) if name}
_CLOCK = r"(?:[T ]0{1,2}:00(?::00(?:\.0*)?)?)?"
_PATTERNS = [
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"{_YEAR}\s*[-/._ 年]?\s*Q{_QUARTER}",
        rf"Q{_QUARTER}\s*[-/._ ]?\s*{_YEAR}",
        rf"{_QUARTER}Q\s*[-/._' ]?\s*(?:{_YEAR}|{_SHORT})",
        rf"{_SHORT}\s*[-/']?\s*Q{_QUARTER}",
        rf"{_YEAR}\s*年?\s*-?\s*第?\s*(?:[1一]\s*[-~至到]\s*|前)?{_QUARTER}\s*季度?(?:累计)?",
        rf"{_YEAR}\s*年?\s*第?(?P<report>一季|中|半年度?|三季)(?:度?报告?|度报告)",
        rf"{_YEAR}\s*年?\s*(?P<half>H[12]|[上下]半年)",
        rf"{_YEAR}(?:\.0)?\s*(?:年度?|年报|年度报告|annual)?",
        # A month alone needs two digits or the word for month: 2007-3 may be March or
        # the third quarter.
        rf"{_YEAR}[-/.]?(?P<month>[0-9]{{2}})",
        rf"{_YEAR}\s*年\s*(?:0?1\s*[-~至到]\s*)?(?P<month>[0-9]{{1,2}})\s*月",
        rf"(?P<name>{'|'.join(_MONTHS)})[a-z]*[-/ .,']*(?:{_YEAR}|{_SHORT})",
        rf"{_YEAR}(?P<gap>[-/.])(?P<month>[0-9]{{1,2}})(?P=gap)(?P<day>[0-9]{{1,2}}){_CLOCK}",
        rf"{_YEAR}(?P<month>[0-9]{{2}})(?P<day>[0-9]{{2}})(?:\.0)?",
        rf"{_YEAR}\s*年\s*(?P<month>[0-9]{{1,2}})\s*月\s*(?P<day>[0-9]{{1,2}})\s*日{_CLOCK}",
        rf"(?P<first>[0-9]{{1,2}})(?P<gap>[-/.])(?P<second>[0-9]{{1,2}})(?P=gap){_YEAR}{_CLOCK}",
    )
]
_SERIAL = re.compile(r"([2-6][0-9]{4})(?:\.0)?")
_FIRST_DAY = re.compile(r"(?:[-/.月]0?1日?|[0-9]{6}01)(?:[T ][0:.]*)?$")
_TO_DATE = re.compile(
    r"[1一]\s*[-~至到]\s*(?:[2-4二三四]\s*季|(?:[69]|12)\s*月)|前[二三四]季|累计|年初至|\bytd\b",
    re.IGNORECASE,
)


def parse_period(text: str, *, starts: bool = False) -> pd.Period:
    """Read a year, or a quarter by its name, its last month, its last day or a report's name.

    Parameters
    ----------
    text : str
        ``2021``, ``2021年报``; ``2007Q1``, ``2007年第一季度``, ``14Q1``, ``2014中报``,
        ``2021H1`` (its second quarter), ``2007-03-31``, ``31/03/2007``, ``Mar-14``, or the
        number that a spreadsheet keeps for a day, ``39172``.
    starts : bool
        Whether a first day stands for the quarter that it begins.

    Returns
    -------
    pandas.Period
        With yearly or quarterly frequency.

    Raises
    ------
    ValueError
        The text is no period, or a day on which no quarter ends.
    """
    plain = plain_text(text)
    if match := _SERIAL.fullmatch(plain):
        date = datetime.date(1899, 12, 30) + datetime.timedelta(days=int(match[1]))
        return _quarter(date.year, date.month, date.day, text, starts)
    match = next((m for pattern in _PATTERNS if (m := pattern.fullmatch(plain))), None)
    if not match:
        raise ValueError(f"expected {EXPECTED}, found {shorten(text)}")
    part = match.groupdict()
    short = int(part.get("short") or 0)
    year = int(part.get("year") or short + (1900 if short >= 70 else 2000))
    for group in ("quarter", "report", "half"):
        if part.get(group):
            return pd.Period(year=year, quarter=_QUARTERS[part[group].upper()], freq="Q")
    if part.get("first"):  # 31/03/2007, or 3/31/2007
        day, month = sorted(map(int, (part["first"], part["second"])), reverse=True)
        return _quarter(year, month, day, text, starts)
    if not (part.get("month") or part.get("name")):
        return pd.Period(year=year, freq="Y")
    month = int(part.get("month") or _MONTHS[part["name"].casefold()])
    return _quarter(year, month, int(part["day"]) if part.get("day") else None, text, starts)


def parse_quarter(text: str) -> pd.Period:
    """Read one quarter; see `parse_period`.

    Raises
    ------
    ValueError
        The text is no quarter, or a day on which no quarter ends.
    """
    period = parse_period(text)
    if period.freqstr[0] != "Q":
        raise ValueError(f"expected {EXPECTED}, found {shorten(text)}")
    return period


def parse_periods(texts: Iterable[str]) -> list[pd.Period | None]:
    """Read a column of periods: what one cell leaves open, the others tell.

    Returns
    -------
    list
        Years or quarters; None where nothing stands or a cell is no period.
    """
    cells = [plain_text(text) for text in texts]
    filled = [cell for cell in cells if not is_missing(cell)]
    starts = all(map(_FIRST_DAY.search, filled))
    # 2014.1 to 2014.4 and nothing else are quarters; 2014.1 alone may be October.
    if filled and all(re.fullmatch(r"[12][0-9]{3}[.-][1-4]", cell) for cell in filled):
        cells = [re.sub(r"[.-](?=[1-4]$)", "Q", cell) for cell in cells]
    # An annual report beside those of other quarters tells the fourth.
    if any("报" in cell and "年报" not in cell for cell in filled):
        cells = [re.sub(r"(?<=^[12][0-9]{3})年?(?:年报|年度报告)$", "Q4", cell) for cell in cells]
    periods: list[pd.Period | None] = []
    for cell in cells:
        try:
            periods.append(parse_period(cell, starts=starts))
        except ValueError:
            periods.append(None)
    return periods


def says_to_date(text: str) -> bool:
    """Whether a period or a header names figures from the start of the year on."""
    return bool(_TO_DATE.search(plain_text(text)))


def looks_like_quarter(text: str) -> bool:
    """Whether `parse_quarter` can read the text."""
    period = parse_periods([text])[0]
    return period is not None and period.freqstr[0] == "Q"


def _quarter(year: int, month: int, day: int | None, text: str, starts: bool) -> pd.Period:
    try:
        first = datetime.date(year, month, 1 if day is None else day)
    except ValueError:
        message = f"expected {EXPECTED}, found {shorten(text)}, a day that does not exist"
        raise ValueError(message) from None
    begins = starts and day == 1 and month % 3 == 1
    ends = month % 3 == 0 and day in (None, calendar.monthrange(year, month)[1])
    if not (begins or ends):
        raise ValueError(f"expected the end of a quarter, found {shorten(text)}")
    return pd.Period(first, freq="Q")

"""Numbers as people write them in Chinese and English tables."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from decimal import Decimal

import pandas as pd

from dataworth.inputs.report import FileReport
from dataworth.inputs.tables.text import is_missing, plain_text, shorten
from dataworth.inputs.tables.units import FOREIGN, UNIT, UNITS

_NUMBER = re.compile(
    r"(?:¥|RMB|CNY)?\s*(?P<sign>[+-]?)(?:¥|RMB|CNY)?\s*"
    r"(?P<whole>[0-9]{1,3}(?:,[0-9]{3})+|[0-9]*)(?P<fraction>\.[0-9]*)?(?P<power>e[+-]?[0-9]{1,3})?"
    rf"\s*(?P<unit>{UNIT})?\s*(?P<yuan>元)?",
    re.IGNORECASE,
)
_PLAIN_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_INFINITE = re.compile(r"[+-]?(?:inf|infinity|∞|无穷大?)", re.IGNORECASE)


def parse_number(text: str, *, unit: float = 1) -> float:
    """Read one number.

    Parameters
    ----------
    text : str
        Such as ``1,234.5``, ``１２３４``, ``1.2亿``, ``3,400万元``, ``−5``,
        ``(1,234)`` for a negative number, ``¥12`` or ``1.2e8``.
    unit : float
        Yuan in one unit of the column (`header_unit`). A number that carries
        a unit of its own is converted to the column's.

    Returns
    -------
    float
        The nearest float to the number that is written.

    Raises
    ------
    ValueError
        The text is not one finite number; the message says what it is.

    Examples
    --------
    >>> parse_number("1.1亿")
    110000000.0
    >>> parse_number("(3,400万元)", unit=10_000)
    -3400.0
    """
    plain = plain_text(text)
    if _INFINITE.fullmatch(plain):
        raise ValueError(f"expected a finite number, found {shorten(text)}")
    if "%" in plain or "‰" in plain:
        raise ValueError(f"expected an amount, found a percentage, {shorten(text)}")
    in_brackets = plain.startswith("(") and plain.endswith(")")
    match = _NUMBER.fullmatch(plain[1:-1].strip() if in_brackets else plain)
    digits = (match["whole"] + (match["fraction"] or "")).replace(",", "") if match else ""
    if not match or digits in ("", ".") or (in_brackets and match["sign"]):
        raise ValueError(f"expected a number, found {shorten(text)}{_advice(plain)}")
    number = Decimal(match["sign"] + digits + (match["power"] or ""))
    if match["unit"] or match["yuan"]:
        number = number * UNITS.get(match["unit"], 1) / Decimal(unit)
    value = float(-number if in_brackets else number)
    if math.isinf(value):
        raise ValueError(f"expected a finite number, found {shorten(text)}")
    return value


def stated_unit(text: str) -> int | None:
    """Return yuan in the unit that a number carries, ``10**8`` for ``1.2亿``; None without."""
    match = _NUMBER.fullmatch(plain_text(text).strip("()"))
    if not match or not (match["unit"] or match["yuan"]):
        return None
    return UNITS.get(match["unit"], 1)


def read_numbers(
    cells: pd.Series, unit: float, report: FileReport, parse: Callable[[str], float] | None = None
) -> list[float]:
    """Read a column of numbers, and warn where they carry different units.

    Parameters
    ----------
    cells : pandas.Series
        Text, indexed by row, named after the column.
    unit : float
        Yuan in one unit of the column.
    report : FileReport
    parse : callable, optional
        What reads a cell that is no plain number; `parse_number` if omitted.

    Returns
    -------
    list of float
        In the column's unit; NaN where a cell is missing or cannot be read: then it stands in
        `report.cells`.
    """
    values = []
    units: dict[float, int] = {}
    for row, text in cells.items():
        value = math.nan
        try:
            if _PLAIN_NUMBER.fullmatch(text) and math.isfinite(float(text)):
                value = float(text)
                units.setdefault(unit, row)
            elif not is_missing(text):
                value = parse(text) if parse else parse_number(text, unit=unit)
                units.setdefault(stated_unit(text) or unit, row)
        except ValueError as error:
            report.cell(row, str(cells.name), str(error))
        values.append(value)
    if len(units) > 1:
        rows = " and ".join(map(str, sorted(units.values())[:2]))
        message = f"numbers in different units, as in rows {rows}; all were turned into one"
        report.warn(f"column {cells.name}", message)
    return values


def _advice(plain: str) -> str:
    if re.fullmatch(r"[+-]?[0-9.]+,[0-9]+", plain):
        return " (write decimals with a point)"
    return " (convert other currencies to yuan)" if FOREIGN.search(plain) else ""

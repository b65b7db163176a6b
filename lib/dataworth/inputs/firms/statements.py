"""A table of firms as numbers: one row a firm, whatever the export looked like.

Exports of CSMAR have three header rows (code, Chinese name, unit), a row for
each year, and one for each kind of statement. Other tables have one header row
and the year before in columns of its own. Both end up the same here.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from dataworth.inputs.firms.columns import PERCENT_VARIABLES, SUBSTITUTES, Column, recognize, scale
from dataworth.inputs.firms.formulas import VARIABLES
from dataworth.inputs.firms.panel import one_row_a_firm
from dataworth.inputs.tables.numbers import (
    count,
    is_missing,
    parse_number,
    plain_text,
    shorten,
    stated_unit,
)
from dataworth.inputs.tables.tabular import Finding, Table

EXAMPLE = ("example", "示例")
"""How the code of a row begins that only shows how a row looks."""

_PLAIN_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_CODE = re.compile(
    r"(?:(?:sh|sz|bj)[.:]?)?(?P<digits>[0-9]{1,6})(?:\.0+)?(?:\.(?:sh|sz|bj|ss|xshg|xshe))?",
    re.IGNORECASE,
)
_UNIT_ROW = ("没有单位", "单位", "无单位", "unit", "units")


class UnusableTable(Exception):  # noqa: N818 - carries no message: the finding is already noted
    """The header leaves no table to read."""


@dataclass(frozen=True)
class Statements:
    """What a table says of each firm.

    Attributes
    ----------
    frame : pandas.DataFrame
        One row a firm. `row`, the row of the file; `code`, `name` and the
        other labels of `dataworth.inputs.firms.columns` as text; items and finished
        variables as floats, in yuan, persons, fractions and (R&D) per cent.
    headers : dict
        Role to the header of its column.
    """

    frame: pd.DataFrame
    headers: dict[str, str]


def read_statements(table: Table, findings: list[Finding]) -> Statements:
    """Turn a table of text into one row of numbers a firm, and note what is wrong.

    Raises
    ------
    UnusableTable
        The header cannot be used; `findings` says why.
    """
    findings += table.findings
    body, names, units = _split_header(table.frame)
    columns = _read_header(list(body.columns), names, units, body, findings)
    at = {column.role: column for column in columns}
    body = _drop_notes(body, at["code"], [c for c in columns if not c.is_label], findings)
    data: dict[str, Any] = {"row": body.index.to_numpy()}
    for column in columns:
        cells = body.iloc[:, column.position]
        data[column.role] = (
            cells.to_numpy() if column.is_label else _numbers(cells, column, findings)
        )
    data["code"] = _codes(body.iloc[:, at["code"].position], findings)
    frame = pd.DataFrame(data)
    headers = {column.role: column.header for column in columns}
    return Statements(one_row_a_firm(frame, headers, findings), headers)


def parse_code(text: str) -> tuple[str, bool]:
    """Read a stock code, and say whether its leading zeros had to be put back.

    Examples
    --------
    >>> parse_code("1"), parse_code("sh.600015"), parse_code("000001.SZ")
    (('000001', True), ('600015', False), ('000001', False))
    """
    plain = plain_text(text).lstrip("='\"").rstrip("'\"")
    match = _CODE.fullmatch(plain)
    if not match:
        return plain, False
    return match["digits"].zfill(6), len(match["digits"]) < 6


def _split_header(frame: pd.DataFrame) -> tuple[pd.DataFrame, list[str], list[str]]:
    """Take the rows of Chinese names and of units off the body."""
    header = list(frame.columns)
    names, units = [""] * len(header), [""] * len(header)
    at = next((i for i, name in enumerate(header) if recognize(name) == "code"), None)
    taken = 0
    while at is not None and taken < min(2, len(frame)):
        cells = frame.iloc[taken].tolist()
        if recognize(cells[at]) == "code":
            names = cells
        elif plain_text(cells[at]).casefold() in _UNIT_ROW:
            units = cells
        else:
            break
        taken += 1
    return frame.iloc[taken:], names, units


def _read_header(
    header: list[str],
    names: list[str],
    units: list[str],
    body: pd.DataFrame,
    findings: list[Finding],
) -> list[Column]:
    """Say what each column holds; a column that says nothing to us is named in a warning."""
    columns, unread = [], []
    for position, (text, name, unit) in enumerate(zip(header, names, units, strict=True)):
        by_name = recognize(text) is None
        role = recognize(name if by_name else text)
        if role is None:
            unread.append(text)
        else:
            factor = scale(name if by_name else text, role, unit)
            columns.append(Column(position, text, role, factor))
    columns = _substitute(columns, findings)
    kept: dict[str, Column] = {}
    for column in columns:
        first = kept.setdefault(column.role, column)
        if first is column:
            continue
        if not column.is_label or column.role == "code":
            message = f"expected one column of {column.role}, found {first.header}, {column.header}"
            findings.append(Finding("error", "header", message))
            raise UnusableTable
        # Years beside dates, an old industry code beside the new: the finer one tells more.
        distinct = [body.iloc[:, c.position].nunique() for c in (first, column)]
        kept[column.role] = first if distinct[0] >= distinct[1] else column
    if "code" not in kept:
        found = ", ".join(header[:8]) + (" …" if len(header) > 8 else "")
        message = f"expected a column of stock codes, named code, Stkcd or 证券代码; found: {found}"
        findings.append(Finding("error", "header", message))
        raise UnusableTable
    if unread:
        message = f"columns that are not read: {', '.join(unread)}"
        findings.append(Finding("warning", "header", message))
    return list(kept.values())


def _substitute(columns: list[Column], findings: list[Finding]) -> list[Column]:
    """Let a column stand in for one that the table does not have."""
    roles = {column.role for column in columns}
    result = []
    for column in columns:
        name = column.role.removesuffix("_prev")
        if name not in SUBSTITUTES:
            result.append(column)
            continue
        target, _, note = SUBSTITUTES[name]
        variable = VARIABLES.get(target)
        computed = variable is not None and set(variable.items) <= roles
        target += column.role[len(name) :]
        if target not in roles and not computed:
            findings.append(Finding("warning", f"column {column.header}", note))
            result.append(replace(column, role=target, scale=scale(column.header, target)))
    return result


def _drop_notes(
    body: pd.DataFrame, code: Column, values: Sequence[Column], findings: list[Finding]
) -> pd.DataFrame:
    """Leave out rows that are an example, and notes below the table."""
    cells = body.iloc[:, code.position]
    codes = [plain_text(text).casefold() for text in cells]
    example = np.array([text.startswith(EXAMPLE) for text in codes], dtype=bool)
    no_code = np.array([not any(map(str.isdigit, text)) for text in codes], dtype=bool)
    filled = (body.iloc[:, [c.position for c in values]] != "").any(axis=1).to_numpy(dtype=bool)
    for row in body.index[example]:
        message = "an example row; left out"
        findings.append(Finding("warning", f"row {row}", message))
    for row, text in cells[~example & ~filled & no_code].items():
        message = f"a note, {shorten(text)}; left out"
        findings.append(Finding("warning", f"row {row}", message))
    return body[~example & (filled | ~no_code)]


def _numbers(cells: pd.Series, column: Column, findings: list[Finding]) -> list[float]:
    values, units = [], {}
    for row, text in cells.items():
        value = math.nan
        try:
            if _PLAIN_NUMBER.fullmatch(text) and math.isfinite(float(text)):
                value = float(text) * column.scale
                units.setdefault(column.scale, row)
            elif not is_missing(text):
                value = _number(text, column)
                units.setdefault(stated_unit(text) or column.scale, row)
        except ValueError as error:
            findings.append(Finding("error", f"row {row}, column {column.header}", str(error)))
        values.append(value)
    if len(units) > 1 and not column.is_ratio:
        rows = " and ".join(map(str, sorted(units.values())[:2]))
        message = f"numbers in different units, as in rows {rows}; all were turned into one"
        findings.append(Finding("warning", f"column {column.header}", message))
    return values


def _number(text: str, column: Column) -> float:
    if not column.is_ratio:
        return parse_number(text, unit=column.scale) * column.scale
    plain = plain_text(text)
    if plain.endswith("%"):
        number = parse_number(plain[:-1])
        return number if column.role in PERCENT_VARIABLES else number / 100
    return parse_number(text) * column.scale


def _codes(cells: pd.Series, findings: list[Finding]) -> list[str]:
    codes, repaired = [], []
    for row, text in cells.items():
        code, was_short = parse_code(text)
        if not code or is_missing(code):
            message = "expected a stock code, found none"
            findings.append(Finding("error", f"row {row}, column {cells.name}", message))
        if was_short:
            repaired.append((row, text, code))
        codes.append(code)
    if repaired:
        row, text, code = repaired[0]
        message = (
            f"{count(len(repaired), 'code')} without leading zeros, such as {text} in row {row}"
        )
        where = f"column {cells.name}"
        findings.append(Finding("warning", where, f"{message}, read as {code}"))
    return codes

"""A table of firms as numbers: one row a firm, whatever the export looked like.

Exports of CSMAR have three header rows (code, Chinese name, unit), a row for
each year, and one for each kind of statement. Other tables have one header row
and the year before in columns of its own. Both end up the same here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd

from dataworth.errors import InputError
from dataworth.inputs.firms.columns import PERCENT_VARIABLES, SUBSTITUTES, Column, recognize, scale
from dataworth.inputs.firms.panel import one_row_a_firm
from dataworth.inputs.firms.variables import VARIABLES
from dataworth.inputs.report import FileReport
from dataworth.inputs.tables.numbers import parse_number, read_numbers
from dataworth.inputs.tables.tabular import Table
from dataworth.inputs.tables.text import count, is_missing, plain_text, shorten

EXAMPLE = ("example", "示例")
"""How the code of a row begins that only shows how a row looks."""
# Of a table with more rows that cannot be right, the rest may be wrong too.
MOST_LEFT_OUT = 0.05
_LISTED = 20

_CODE = re.compile(
    r"(?:(?:sh|sz|bj)[.:]?)?(?P<digits>[0-9]{1,6})(?:\.0+)?(?:\.(?:sh|sz|bj|ss|xshg|xshe))?",
    re.IGNORECASE,
)


def read_columns(path: str | Path) -> dict[str, str]:
    """Read a file that says what the columns of another are.

    Parameters
    ----------
    path : str or Path
        YAML; one line a column: its header, a colon, and a name that is understood, with a
        unit if need be: ``MV: 总市值（万元）``. Nothing behind the colon: not read.

    Raises
    ------
    InputError
        The file cannot be read, or a name is not understood.
    """
    import yaml

    try:
        content = yaml.safe_load(Path(path).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise InputError(f"{path}: expected a YAML file of columns, found {error}") from None
    if not isinstance(content, dict):
        found = shorten(str(content))
        raise InputError(f"{path}: expected lines such as MV: 总市值, found {found}")
    names = {str(header): str(name or "") for header, name in content.items()}
    if unknown := [name for name in names.values() if name and recognize(name) is None]:
        message = "expected a name of Table 1, of a statement item or of a label"
        raise InputError(f"{path}: {message}, found {', '.join(map(shorten, unknown))}")
    return names


def read_statements(
    table: Table, report: FileReport, columns: Mapping[str, str]
) -> tuple[pd.DataFrame, dict[str, str]]:
    """Turn a table of text into one row of numbers a firm, and note what is wrong.

    Rows with a cell that cannot be read are left out, up to a limit; see `leave_out`. Only
    inside `FileReport.reading`.

    Parameters
    ----------
    table : Table
    report : FileReport
    columns : mapping
        A header to the name under which it is read; see `read_columns`.

    Returns
    -------
    frame : pandas.DataFrame
        One row a firm. `row`, the row of the file; `code`, `name` and the
        other labels of `dataworth.inputs.tables.headers` as text; items and finished
        variables as floats, in yuan, persons, fractions and (R&D) per cent.
    headers : dict
        Role to the header of its column.
    """
    body = table.frame
    if absent := [name for name in columns if name not in body.columns]:
        report.stop("header", f"expected the columns that are named, found no {', '.join(absent)}")
    kept = _read_header(table, columns, report)
    at = {column.role: column for column in kept}
    body = _drop_notes(body, at["code"], [c for c in kept if not c.is_label], report)
    frame = pd.DataFrame({"row": body.index.to_numpy()})
    for column in kept:
        cells = body.iloc[:, column.position]
        frame[column.role] = cells.array if column.is_label else _numbers(cells, column, report)
    frame["code"] = _codes(body.iloc[:, at["code"].position], report)
    frame = leave_out(frame, report)
    headers = {column.role: column.header for column in kept}
    return one_row_a_firm(frame, headers, report), headers


def leave_out(frame: pd.DataFrame, report: FileReport) -> pd.DataFrame:
    """Leave out rows with a cell that cannot be right; beyond a limit refuse them all.

    Returns
    -------
    DataFrame
        The other rows; all of them, with errors in `report`, if more than
        `MOST_LEFT_OUT` of the rows and more than one are bad.
    """
    bad, report.cells = report.cells, []
    rows = {row for row, _, _ in bad}
    if len(rows) > max(1, MOST_LEFT_OUT * len(frame)):
        for _, where, message in bad:
            report.error(where, message)
        return frame
    for _, where, message in bad[:_LISTED]:
        report.warn(where, f"{message}; the row was left out")
    if len(bad) > _LISTED:
        report.warn("file", f"{len(bad) - _LISTED} more such cells; {len(rows)} rows left out")
    return frame[~frame["row"].isin(rows)]


def parse_code(text: str) -> tuple[str, bool]:
    """Read a stock code, and say whether its leading zeros had to be put back.

    Examples
    --------
    >>> parse_code("1"), parse_code("sh.600015"), parse_code("000001.SZ"), parse_code(";000900")
    (('000001', True), ('600015', False), ('000001', False), ('000900', False))
    """
    plain = plain_text(text).strip("='\";,` ")
    match = _CODE.fullmatch(plain)
    if not match:
        return plain, False
    return match["digits"].zfill(6), len(match["digits"]) < 6


def _read_header(table: Table, renamed: Mapping[str, str], report: FileReport) -> list[Column]:
    """Describe what each column holds; a column that says nothing to us is named in a warning."""
    columns, unread = [], []
    header = list(table.frame.columns)
    for position, text in enumerate(header):
        name = renamed.get(text, text)
        if name and recognize(name) is None:
            name = table.names[position]
        if (role := recognize(name)) is None:
            unread.append(text)
        else:
            unit = name if text in renamed else table.units[position]
            columns.append(Column(position, text, role, scale(name, role, unit)))
    columns = _substitute(columns, report)
    kept: dict[str, Column] = {}
    for column in columns:
        first = kept.setdefault(column.role, column)
        if first is column:
            continue
        if not column.is_label or column.role == "code":
            message = f"expected one column of {column.role}, found {first.header}, {column.header}"
            report.stop("header", message)
        # Years beside dates, an old industry code beside the new: the finer one tells more.
        distinct = [table.frame.iloc[:, c.position].nunique() for c in (first, column)]
        kept[column.role] = first if distinct[0] >= distinct[1] else column
    if "code" not in kept:
        found = ", ".join(header[:8]) + (" …" if len(header) > 8 else "")
        message = f"expected a column of stock codes, named code, Stkcd or 证券代码; found: {found}"
        report.stop("header", message)
    if unread:
        report.warn("header", f"columns that are not read: {', '.join(unread)}")
    return list(kept.values())


def _substitute(columns: list[Column], report: FileReport) -> list[Column]:
    """Let a column stand in for one that the table does not have."""
    roles, result = {column.role for column in columns}, []
    for column in columns:
        target, note = SUBSTITUTES.get(column.role.removesuffix("_prev"), ("", ""))
        computed = target in VARIABLES and set(VARIABLES[target].items) <= roles
        target += "_prev" * column.role.endswith("_prev")
        if not note:
            result.append(column)
        elif target not in roles and not computed:
            report.warn(f"column {column.header}", note)
            result.append(replace(column, role=target))
    return result


def _drop_notes(
    body: pd.DataFrame, code: Column, values: Sequence[Column], report: FileReport
) -> pd.DataFrame:
    """Leave out rows that are an example, and notes below the table."""
    cells = body.iloc[:, code.position]
    example = cells.map(lambda text: plain_text(text).casefold().startswith(EXAMPLE)).astype(bool)
    filled = (body.iloc[:, [c.position for c in values]] != "").any(axis=1)
    notes = ~example & ~filled & ~cells.str.contains(r"\d")
    for row, text in cells[example | notes].items():
        what = "an example row" if example[row] else f"a note, {shorten(text)}"
        report.warn(f"row {row}", f"{what}; left out")
    return body[~example & ~notes]


def _numbers(cells: pd.Series, column: Column, report: FileReport) -> np.ndarray:
    parse = partial(_ratio, column=column) if column.is_ratio else None
    numbers = np.array(read_numbers(cells, column.scale, report, parse)) * column.scale
    signed = cells.map(lambda text: "%" in plain_text(text)).to_numpy(dtype=bool)
    told = (numbers != 0) & ~np.isnan(numbers)
    if column.is_ratio and (told & signed).any() and (told & ~signed).any():
        found = f"{(told & signed).sum()} cells with a per-cent sign and {(told & ~signed).sum()}"
        report.error(f"column {column.header}", f"expected one scale, found {found} without")
    return numbers


def _ratio(text: str, column: Column) -> float:
    """Read a ratio in the column's scale, whatever the sign behind it says."""
    plain = plain_text(text)
    if not plain.endswith("%"):
        return parse_number(text)
    number = parse_number(plain[:-1])
    return (number if column.role in PERCENT_VARIABLES else number / 100) / column.scale


def _codes(cells: pd.Series, report: FileReport) -> list[str]:
    parsed = cells.map(parse_code)
    codes, repaired = parsed.str[0], cells[parsed.str[1].astype(bool)]
    for row in codes.index[codes.map(is_missing).astype(bool)]:
        report.cell(row, str(cells.name), "expected a stock code, found none")
    if len(repaired):
        found = f"{repaired.iloc[0]} in row {repaired.index[0]}, read as {codes[repaired.index[0]]}"
        message = f"{count(len(repaired), 'code')} without leading zeros, such as {found}"
        report.warn(f"column {cells.name}", message)
    return codes.tolist()

"""Whether the variables of firms can be what they are said to be."""

from __future__ import annotations

from collections.abc import Container, Iterable

import numpy as np
import pandas as pd

from dataworth.facts import read_facts
from dataworth.inputs.firms.variables import VARIABLES
from dataworth.inputs.report import FileReport
from dataworth.inputs.tables.text import count

# Magnitudes of listed firms: what one firm can have (low, high); the middle of absolute values
# above zero; a cap that few firms pass, and many where part of a column is in per cent; a floor
# below which fractions lie where part of a column of per cent is in fractions; what is seldom;
# and what is far from the rest, in robust standard deviations, of logarithms where sizes differ
# by orders of magnitude. A unit of ten thousand in place of one is 9.2.
_CAN_BE = {row.variable: row for row in read_facts("variable_ranges", "inputs").itertuples()}
# In a whole market there are no small firms in the middle.
_MARKET = 10


def find_impossible(
    frame: pd.DataFrame, names: Iterable[str], headers: dict[str, str], report: FileReport
) -> None:
    """Note the cells of one firm each that cannot be right.

    Parameters
    ----------
    frame : DataFrame
        One row a firm: variables, and `row`, its row in the file.
    names : iterable of str
        The variables to look at. One whose middle is out of range is another matter: its
        column has another unit.
    headers : dict
        Role of a column to its header in the file.
    report : FileReport
    """
    for name in names:
        can = _CAN_BE[name]
        if _wrong_middle(frame[name].dropna(), name, report.kind):
            continue
        odd = frame[(frame[name] < can.low) | (frame[name] > can.high)]
        for row, value in zip(odd["row"], odd[name], strict=True):
            message = f"expected {can.expected}, found {value:,.6g}"
            report.cell(row, _header(name, headers), message)


def judge_variables(
    frame: pd.DataFrame,
    names: Iterable[str],
    headers: dict[str, str],
    report: FileReport,
    *,
    optional: Container[str] = (),
) -> None:
    """Note variables that are missing, constant, or in another unit.

    Parameters
    ----------
    frame, names, headers
        As in `find_impossible`.
    report : FileReport
        Takes up the findings. After an earlier error only what is missing is noted:
        everything else may follow from it. In a report on firms a constant is refused.
    optional : container of str
        Variables that may be missing everywhere.
    """
    if frame.empty:
        return
    sound = not report.errors
    for name in names:
        values = frame[name].dropna()
        where = f"column {_header(name, headers)}"
        if values.empty:
            (report.warn if name in optional else report.error)(where, _nothing(name, headers))
            continue
        if (share := 1 - len(values) / len(frame)) > 0.5:
            report.warn(where, f"missing for {100 * share:.2g} % of the firms")
        if not sound:
            continue
        if wrong := _wrong_middle(values, name, report.kind) or _two_scales(values, name):
            report.error(where, wrong)
        else:
            _note_unusual(frame, name, where, report)
        if len(values) > 1 and values.nunique() == 1:
            message = f"every value is {values.iloc[0]:g}; expected firms that differ"
            (report.error if report.kind == "firms" else report.warn)(where, message)


def _wrong_middle(values: pd.Series, name: str, kind: str) -> str:
    """Return what the middle of a column says against its unit; "" if nothing."""
    sizes = values.abs()[values != 0]
    if len(sizes) < 5:
        return ""
    can, middle = _CAN_BE[name], sizes.median()
    in_market = kind == "market" and VARIABLES[name].unit == "yuan"
    low = can.middle_low * (_MARKET if in_market else 1)
    if not (middle < low or middle > can.middle_high):  # a bound that is missing bounds nothing
        return ""
    return f"expected {can.scale}, found a median of {middle:,.4g}; another unit or scale?"


def _two_scales(values: pd.Series, name: str) -> str:
    """Return what tells that part of a column is in per cent and part in fractions."""
    can, sizes = _CAN_BE[name], values.abs()[values != 0]
    beyond, below = int((sizes > can.cap).sum()), int((sizes < can.floor).sum())
    if beyond > max(1, 0.05 * len(values)):
        found = f"{beyond} of {len(values)} values beyond {can.cap:g}"
    elif below > max(1, 0.1 * len(values), 2.5 * sizes.between(can.floor, 4 * can.floor).sum()):
        found = f"{below} of {len(values)} values below {can.floor:g} and few just above it"
    else:
        return ""
    return f"expected one scale, found {found}; fractions and per cent?"


def _header(name: str, headers: dict[str, str]) -> str:
    """Name a variable as the file does; one that was computed by its symbol."""
    items = VARIABLES[name].items
    item = items[0] if len(items) == 1 else name
    return headers.get(name) or headers.get(item) or name


def _nothing(name: str, headers: dict[str, str]) -> str:
    items = VARIABLES[name].items
    absent = [item for item in items if item not in headers]
    if name in headers or not absent:
        return "expected numbers, found none (formulas: save their values first)"
    what = "what it is computed from" if len(absent) == len(items) else "what it needs besides"
    return f"expected it, or {what}: {', '.join(absent)}"


def _note_unusual(frame: pd.DataFrame, name: str, where: str, report: FileReport) -> None:
    """Name the firm that is furthest off, of those beyond a bound and far from the rest."""
    can, values = _CAN_BE[name], frame[name]
    bound = "below 0" if can.seldom_low == 0 else f"above {can.seldom_high:g}"
    beyond = (values < can.seldom_low) | (values > can.seldom_high)
    far = f"far from the rest, whose median is {values.median():,.4g}"
    for rows, what in ((beyond, bound), (_is_far(values, name), far)):
        if rows.any():
            worst = frame.loc[values[rows].abs().idxmax()]
            firm = f"{worst.name} {worst['name']}".strip() + f" (row {worst['row']})"
            message = f"{count(int(rows.sum()), 'firm')} {what}; the furthest is {firm} with "
            report.warn(where, f"{message}{worst[name]:,.4g}")


def _is_far(values: pd.Series, name: str) -> pd.Series:
    can = _CAN_BE[name]
    if can.far_scale == "log":
        values = np.log(values.abs().where(values != 0))
    distance = values - values.median()
    spread = 1.4826 * distance.abs().median()
    if not spread > 0:  # most firms share one value
        return values.notna() & False
    return (distance < -can.far_below * spread) | (distance > can.far_above * spread)

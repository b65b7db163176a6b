"""Whether the variables of firms can be what they are said to be."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
import pandas as pd

from dataworth.inputs.firms.columns import PERCENT_VARIABLES
from dataworth.inputs.firms.statements import Bad
from dataworth.inputs.firms.variables import TARGET, VARIABLES
from dataworth.inputs.report import FileReport


class _Range(NamedTuple):
    """What a variable can be: of one firm, of the middle firm, and of nearly all firms."""

    low: float = -math.inf
    high: float = math.inf
    expected: str = ""
    middle_low: float = 0.0
    middle_high: float = math.inf
    cap: float = math.inf


# Magnitudes of listed firms. The middle is that of absolute values above zero; a cap is passed
# by a few firms in a hundred at most, and by many where part of a column is in per cent.
_CAN_BE = {
    "Size": _Range(1e6, 1e14, "total assets that a firm can have", 1e7, 1e13),
    "Revenue": _Range(high=1e14, expected="revenue that a firm can have", middle_low=1e6),
    "Capex": _Range(middle_low=1e5),
    "OCF": _Range(middle_low=1e5),
    TARGET: _Range(0, 1e12, "data assets that a firm can have", 1e4),
    "Turnover": _Range(middle_low=0.01, middle_high=5, cap=20),
    "Growth": _Range(middle_high=1, cap=10),
    "ROA": _Range(middle_low=1e-4, middle_high=0.25, cap=1),
    "ROIC": _Range(middle_low=1e-4, middle_high=0.4, cap=2),
    "GPM": _Range(middle_low=0.01, middle_high=1, cap=1.5),
    "TobinQ": _Range(middle_low=0.1, middle_high=30),
    "TechRatio": _Range(0, 1, "a share of all employees between 0 and 1", 0.002, 1),
    "RDRatio": _Range(middle_low=0.3, middle_high=100),
    "RDPsnRatio": _Range(0, 100, "a share of all employees between 0 and 100 per cent", 1, 100),
    "Leverage": _Range(middle_low=0.01, middle_high=2, cap=5),
}
# In a whole market there are no small firms in the middle.
_MARKET = 10
_FRACTIONS = ("ROA", "ROIC", "GPM", "TechRatio", "Leverage", "Growth")
# What is seldom so.
_UNUSUAL = {"GPM": (-math.inf, 1)}
_UNUSUAL |= dict.fromkeys(
    ("Revenue", "Turnover", "Capex", "TobinQ", "RDRatio", "Leverage"), (0, math.inf)
)
# Far from the rest: in robust standard deviations, of logarithms where sizes
# differ by orders of magnitude. A unit of ten thousand in place of one is 9.2.
_SKEWED = {
    "Size": (6, 6),
    "Revenue": (6, 6),
    **dict.fromkeys(("Capex", "OCF", "Turnover", "TobinQ", "RDRatio", TARGET), (math.inf, 6)),
}
_LEVEL = dict.fromkeys(("Growth", "ROA", "ROIC", "Leverage"), 20)


def find_impossible(
    frame: pd.DataFrame, names: Iterable[str], headers: dict[str, str], kind: str
) -> Bad:
    """Return the cells of one firm each that cannot be right.

    Parameters
    ----------
    frame : DataFrame
        One row a firm: variables, and `row`, its row in the file.
    names : iterable of str
        The variables to look at. One whose middle is out of range is another matter: its
        column has another unit.
    headers : dict
        Role of a column to its header in the file.
    kind : {"firms", "market"}
    """
    bad: Bad = []
    for name in names:
        can = _CAN_BE[name]
        if _wrong_middle(frame[name].dropna(), name, kind):
            continue
        odd = frame[(frame[name] < can.low) | (frame[name] > can.high)]
        for row, value in zip(odd["row"], odd[name], strict=True):
            where = f"row {row}, column {_header(name, headers)}"
            bad.append((int(row), where, f"expected {can.expected}, found {value:,.6g}"))
    return bad


def judge_variables(
    frame: pd.DataFrame,
    names: Iterable[str],
    headers: dict[str, str],
    report: FileReport,
    *,
    optional: bool = False,
) -> None:
    """Note variables that are missing, constant, or in another unit.

    Parameters
    ----------
    frame, names, headers
        As in `find_impossible`.
    report : FileReport
        Takes up the findings. After an earlier error only what is missing is noted:
        everything else may follow from it. In a report on firms a constant is refused.
    optional : bool
        Whether a variable may be missing everywhere.
    """
    if frame.empty:
        return
    sound = not report.errors
    for name in names:
        values = frame[name].dropna()
        where = f"column {_header(name, headers)}"
        if values.empty:
            (report.warn if optional else report.error)(where, _nothing(name, headers))
            continue
        if (share := 1 - len(values) / len(frame)) > 0.5:
            report.warn(where, f"missing for {100 * share:.2g} % of the firms")
        if not sound:
            continue
        wrong = _wrong_middle(values, name, report.kind)
        cap = _CAN_BE[name].cap
        if wrong:
            report.error(where, wrong)
        elif (beyond := int((values.abs() > cap).sum())) > max(1, 0.05 * len(values)):
            found = f"{beyond} of {len(values)} values beyond {cap:g}"
            report.error(where, f"expected one scale, found {found}; fractions and per cent?")
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
    if can.middle_low * (_MARKET if in_market else 1) <= middle <= can.middle_high:
        return ""
    found = f"found a median of {middle:,.4g}"
    if name in PERCENT_VARIABLES and middle < can.middle_low:
        return f"looks like fractions; expected per cent, or (fraction) in the header, {found}"
    if name in _FRACTIONS:
        scale = "per cent" if middle > can.middle_high else "fractions that were divided"
        return f"looks like {scale}; expected fractions, or (%) in the header, {found}"
    unit = VARIABLES[name].unit if VARIABLES[name].unit != "ratio" else "a ratio"
    return f"expected {unit}, {found}; another unit?"


def _header(name: str, headers: dict[str, str]) -> str:
    """Name a variable as the file does; one that was computed by its symbol."""
    items = VARIABLES[name].items
    item = items[0] if len(items) == 1 else name
    return headers.get(name) or headers.get(item) or name


def _nothing(name: str, headers: dict[str, str]) -> str:
    items = VARIABLES[name].items
    if name in headers or all(item in headers for item in items):
        return "expected numbers, found none (formulas: save their values first)"
    absent = [item for item in items if item not in headers]
    if len(items) == 1 or len(absent) == len(items):
        return f"expected it, or what it is computed from: {', '.join(items)}"
    return f"expected it, or what its formula needs besides: {', '.join(absent)}"


def _note_unusual(frame: pd.DataFrame, name: str, where: str, report: FileReport) -> None:
    low, high = _UNUSUAL.get(name, (-math.inf, math.inf))
    odd = frame[(frame[name] < low) | (frame[name] > high)]
    if len(odd):
        bound = f"below {low}" if low == 0 else f"above {high}"
        report.warn(where, f"{_count(odd)} {bound}, {_such_as(odd, name)}")
    far = frame[_is_far(frame[name], name)]
    if len(far):
        typical = f"the median is {frame[name].median():,.4g}"
        report.warn(where, f"{_count(far)} far from the rest, {_such_as(far, name)}; {typical}")


def _is_far(values: pd.Series, name: str) -> pd.Series:
    if name in _SKEWED:
        below, above = _SKEWED[name]
        values = np.log(values.abs().where(values != 0))
    else:
        below = above = _LEVEL.get(name, math.inf)
    distance = values - values.median()
    spread = 1.4826 * distance.abs().median()
    if not spread > 0:  # most firms share one value
        return values.notna() & False
    return (distance < -below * spread) | (distance > above * spread)


def _count(frame: pd.DataFrame) -> str:
    return "1 firm is" if len(frame) == 1 else f"{len(frame)} firms are"


def _such_as(frame: pd.DataFrame, name: str) -> str:
    """Name the firm that is furthest off."""
    code = frame[name].abs().idxmax()
    worst = frame.loc[code]
    label = f"{code} {worst['name']}".strip()
    start = "" if len(frame) == 1 else "such as "
    return f"{start}{label} (row {worst['row']}) with {worst[name]:,.4g}"

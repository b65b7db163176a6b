"""Whether the variables of firms can be what they are said to be."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np
import pandas as pd

from dataworth.inputs.firms.columns import PERCENT_VARIABLES
from dataworth.inputs.firms.variables import TARGET, VARIABLES
from dataworth.inputs.tables.tabular import Finding

# What cannot be: lower and upper bound, and what was expected instead.
_IMPOSSIBLE = {
    "Size": (math.ulp(0.0), math.inf, "positive total assets"),
    "TechRatio": (0, 1, "a share of all employees between 0 and 1"),
    "RDPsnRatio": (0, 100, "a share of all employees between 0 and 100 per cent"),
    TARGET: (0, math.inf, "data assets that are not negative"),
}
# What is seldom so.
_UNUSUAL = {
    "Revenue": (0, math.inf),
    "Turnover": (0, math.inf),
    "Capex": (0, math.inf),
    "GPM": (-math.inf, 1),
    "TobinQ": (0, math.inf),
    "RDRatio": (0, math.inf),
    "Leverage": (0, math.inf),
}
_FRACTIONS = ("ROA", "ROIC", "GPM", "TechRatio", "Leverage", "Growth")
# Far from the rest: in robust standard deviations, of logarithms where sizes
# differ by orders of magnitude. A unit of ten thousand in place of one is 9.2.
_SKEWED = {
    "Size": (6, 6),
    "Revenue": (6, 6),
    **dict.fromkeys(("Capex", "OCF", "Turnover", "TobinQ", "RDRatio", TARGET), (math.inf, 6)),
}
_LEVEL = dict.fromkeys(("Growth", "ROA", "ROIC", "Leverage"), 20)
_LEAST_SIZE = 1e4
_LEAST_MONEY = 1e3


def judge_variables(
    frame: pd.DataFrame,
    names: Iterable[str],
    headers: dict[str, str],
    findings: list[Finding],
    *,
    constant_is_error: bool,
) -> None:
    """Note variables that are missing, constant, impossible or in another unit.

    Parameters
    ----------
    frame : DataFrame
        One row a firm: variables, and `row`, its row in the file.
    names : iterable of str
        The variables that are needed.
    headers : dict
        Role of a column to its header in the file.
    findings : list of Finding
        Takes up the findings. After an earlier error only what is missing or
        impossible is noted: everything else may follow from it.
    constant_is_error : bool
        Whether a variable that is the same for all firms is refused.
    """
    if frame.empty:
        return
    sound = not any(finding.severity == "error" for finding in findings)
    for name in names:
        values = frame[name].dropna()
        where = f"column {_header(name, headers)}"
        if values.empty:
            findings.append(Finding("error", where, _nothing(name, headers)))
            continue
        if name == "TechRatio" and values.abs().median() > 1:
            message = "looks like per cent; expected fractions, or (%) in the header"
            findings.append(Finding("error", where, message))
            continue
        _note_impossible(frame, name, where, findings)
        if (share := 1 - len(values) / len(frame)) > 0.5:
            message = f"missing for {100 * share:.2g} % of the firms"
            findings.append(Finding("warning", where, message))
        if sound:
            _note_unusual(frame, name, where, findings)
            _note_unit(values, name, where, headers, findings)
        if sound and len(values) > 1 and values.nunique() == 1:
            severity = "error" if constant_is_error else "warning"
            message = f"every value is {values.iloc[0]:g}; expected firms that differ"
            findings.append(Finding(severity, where, message))


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


def _note_impossible(frame: pd.DataFrame, name: str, where: str, findings: list[Finding]) -> None:
    low, high, expected = _IMPOSSIBLE.get(name, (-math.inf, math.inf, ""))
    bad = frame[(frame[name] < low) | (frame[name] > high)]
    for row, value in zip(bad["row"], bad[name], strict=True):
        message = f"expected {expected}, found {value:,.6g}"
        findings.append(Finding("error", f"row {row}, {where}", message))


def _note_unusual(frame: pd.DataFrame, name: str, where: str, findings: list[Finding]) -> None:
    low, high = _UNUSUAL.get(name, (-math.inf, math.inf))
    odd = frame[(frame[name] < low) | (frame[name] > high)]
    if len(odd):
        bound = f"below {low}" if low == 0 else f"above {high}"
        message = f"{_count(odd)} {bound}, {_such_as(odd, name)}"
        findings.append(Finding("warning", where, message))
    far = frame[_is_far(frame[name], name)]
    if len(far):
        typical = f"the median is {frame[name].median():,.4g}"
        message = f"{_count(far)} far from the rest, {_such_as(far, name)}; {typical}"
        findings.append(Finding("warning", where, message))


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


def _note_unit(
    values: pd.Series, name: str, where: str, headers: dict[str, str], findings: list[Finding]
) -> None:
    typical = values.abs().median()
    severity, message = "warning", ""
    if name in PERCENT_VARIABLES and name in headers and len(values) > 4 and values.max() <= 1:
        message = "looks like fractions; expected per cent, or (fraction) in the header"
    elif name in _FRACTIONS and typical > 1:
        message = "looks like per cent; expected fractions, or (%) in the header"
    elif name == "Size" and typical < _LEAST_SIZE:
        severity = "error"
        message = f"expected yuan, found a median of {typical:,.4g}; a logarithm, or another unit?"
    elif VARIABLES[name].unit == "yuan" and typical < _LEAST_MONEY:
        message = f"expected yuan, found a median of {typical:,.4g}; is it another unit?"
    if message:
        findings.append(Finding(severity, where, message))


def _count(frame: pd.DataFrame) -> str:
    return "1 firm is" if len(frame) == 1 else f"{len(frame)} firms are"


def _such_as(frame: pd.DataFrame, name: str) -> str:
    """Name the firm that is furthest off."""
    code = frame[name].abs().idxmax()
    worst = frame.loc[code]
    label = f"{code} {worst['name']}".strip()
    start = "" if len(frame) == 1 else "such as "
    return f"{start}{label} (row {worst['row']}) with {worst[name]:,.4g}"

"""A user's own quarterly series: read it, or say everything that is wrong with it."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from dataworth.errors import InputError
from dataworth.inputs.tables.numbers import (
    column_unit,
    is_missing,
    parse_number,
    plain_text,
    stated_unit,
)
from dataworth.inputs.tables.periods import looks_like_quarter, parse_quarter
from dataworth.inputs.tables.tabular import Finding, read_table

PERIOD_NAMES = (
    *("period", "quarter", "date", "report_date", "reporting_period", "end_date"),
    *("季度", "期间", "报告期", "截止日期", "日期", "报告日期", "会计期间", "统计截止日期"),
)
VALUE_NAMES = (
    *("value", "net_profit", "profit", "cost", "amount"),
    *("净利润", "归母净利润", "数值", "金额", "成本", "数据资产成本"),
)
# A seasonal decomposition needs two whole years.
MINIMUM_QUARTERS = 8
# The smallest sample in Dickey and Fuller's tables of critical values.
TEST_QUARTERS = 25


@dataclass(frozen=True)
class SeriesReport:
    """What `check_series` found.

    Attributes
    ----------
    path : pathlib.Path
        The file.
    name : str or None
        The value column; None if there is none to choose.
    periods : tuple of str
        Quarters with a value, sorted, such as ``"2007Q1"``.
    missing : tuple of str
        Quarters without a value between the first and the last.
    findings : tuple of Finding
        Errors and warnings: of the file, then row by row, then of the series.
    """

    path: Path
    name: str | None
    periods: tuple[str, ...]
    missing: tuple[str, ...]
    findings: tuple[Finding, ...]

    @property
    def n(self) -> int:
        """How many quarters have a value."""
        return len(self.periods)

    @property
    def errors(self) -> tuple[Finding, ...]:
        """The findings that keep the file from being used."""
        return tuple(finding for finding in self.findings if finding.severity == "error")


def read_series(path: str | Path, *, require_positive: bool = False) -> pd.Series:
    """Read a quarterly series from CSV or Excel.

    Parameters
    ----------
    path : str or Path
        A file with a column of quarters and a column of values; see
        ``data/samples/series_template.md``.
    require_positive : bool
        Refuse zero and negative values, of which there is no logarithm.

    Returns
    -------
    pandas.Series
        Floats over a quarterly PeriodIndex, sorted, without gaps. Named after
        the value column, and in its unit: yuan, unless the name says otherwise
        (`dataworth.inputs.tables.numbers.column_unit`).

    Raises
    ------
    InputError
        The file cannot be used. The message holds the first error and the
        number of further ones.
    """
    report, series = _examine(Path(path))
    if report.errors:
        more = len(report.errors) - 1
        rest = f" (and {more} more; dataworth check series lists them)" if more else ""
        raise InputError(report.errors[0].describe(report.path) + rest)
    if require_positive and (series <= 0).any():
        message = f"column {series.name}: expected positive values for a logarithm, found "
        raise InputError(f"{path}: {message}{_losses(series)}")
    return series


def check_series(path: str | Path) -> SeriesReport:
    """Find everything that is wrong or doubtful in a file with a quarterly series.

    It never raises an error. A file whose findings are all warnings can be used.
    """
    return _examine(Path(path))[0]


@dataclass(frozen=True)
class _Cell:
    """One row whose quarter could be read; without a value, that is NaN."""

    row: int
    quarter: pd.Period
    value: float
    unreadable: bool


def _examine(path: Path) -> tuple[SeriesReport, pd.Series]:
    findings: list[Finding] = []
    name, cells = None, []
    try:
        table = read_table(path)
        findings += table.findings
        period_at, value_at = _choose_columns(list(table.frame.columns), findings)
        name = table.frame.columns[value_at]
        cells = _read_cells(*(table.frame.iloc[:, i] for i in (period_at, value_at)), findings)
    except _Unusable:
        pass
    except InputError as error:
        message = str(error).removeprefix(" ".join(f"{path}:".split())).strip()
        findings.append(Finding("error", "file", message))
    values = _arrange(cells, f"column {name}", findings)
    index = pd.PeriodIndex(list(values), freq="Q", name="period")
    series = pd.Series(list(values.values()), index=index, name=name, dtype=float)
    missing = _missing_quarters(series)
    if name is not None:
        _find_gaps(series, missing, cells, findings)
        _judge(series, findings)
    report = SeriesReport(path, name, tuple(map(str, series.index)), missing, tuple(findings))
    return report, series


class _Unusable(Exception):  # noqa: N818 - carries no message: the finding is already noted
    """The columns leave no series to read."""


def _choose_columns(header: list[str], findings: list[Finding]) -> tuple[int, int]:
    """Positions of the period and the value column."""

    def refuse(message: str) -> _Unusable:
        findings.append(Finding("error", "header", message))
        return _Unusable()

    found = _some(header)
    keys = [_key(name) for name in header]
    if twice := sorted(
        {name for name, key in zip(header, keys, strict=True) if keys.count(key) > 1}
    ):
        raise refuse(f"expected every column once, found twice: {', '.join(twice)}")
    if any(looks_like_quarter(name) for name in header):
        raise refuse(f"expected column names such as period and value, found data: {found}")
    periods = [i for i, key in enumerate(keys) if key in PERIOD_NAMES]
    if len(periods) != 1:
        names = ", ".join(PERIOD_NAMES)
        raise refuse(f"expected one period column, named one of {names}; found: {found}")
    others = [i for i in range(len(header)) if i not in periods]
    known = [i for i in others if keys[i] in VALUE_NAMES]
    chosen = [i for i in others if keys[i] == "value"] or (known if len(others) > 1 else others)
    if len(chosen) != 1:
        raise refuse(f"expected one value column, or one that is named value, found: {found}")
    if len(others) > 1:
        ignored = _some([header[i] for i in others if i not in chosen])
        findings.append(Finding("warning", "header", f"columns that are not read: {ignored}"))
    name = header[chosen[0]]
    if re.search(r"%|percent|pct$", plain_text(name).casefold()):
        raise refuse(f"expected amounts, found a column of percentages: {name}")
    return periods[0], chosen[0]


def _key(name: str) -> str:
    """Give a column's name without its unit, case and spaces: ``净利润（亿元）`` is ``净利润``."""
    plain = re.sub(r"\(.*\)$", "", plain_text(name)).strip().casefold()
    return re.sub(r"[\s-]+", "_", plain)


def _read_cells(periods: pd.Series, values: pd.Series, findings: list[Finding]) -> list[_Cell]:
    unit = column_unit(str(values.name))
    cells, units = [], {}
    for row, period, text in zip(periods.index, periods, values, strict=True):
        if is_missing(period) and is_missing(text):
            continue
        quarter, value, unreadable = None, math.nan, False
        try:
            quarter = parse_quarter(period)
        except ValueError as error:
            findings.append(Finding("error", f"row {row}, column {periods.name}", str(error)))
        try:
            value = math.nan if is_missing(text) else parse_number(text, unit=unit)
        except ValueError as error:
            findings.append(Finding("error", f"row {row}, column {values.name}", str(error)))
            unreadable = True
        if not math.isnan(value):
            units.setdefault(stated_unit(text) or unit, row)
        if quarter is not None:
            cells.append(_Cell(row, quarter, value, unreadable))
    if len(units) > 1:
        rows = " and ".join(map(str, sorted(units.values())[:2]))
        message = f"numbers in different units, as in rows {rows}; all were turned into one"
        findings.append(Finding("warning", f"column {values.name}", message))
    return cells


def _arrange(cells: list[_Cell], column: str, findings: list[Finding]) -> dict[pd.Period, float]:
    """Sort the rows by quarter and settle repeated and missing values."""
    ordered = sorted(cells, key=lambda cell: (cell.quarter, cell.row))
    if ordered != cells:
        findings.append(Finding("warning", "file", "quarters out of order; they were sorted"))
    filled = [cell.quarter for cell in ordered if not math.isnan(cell.value)]
    first: dict[pd.Period, _Cell] = {}
    for cell in ordered:
        earlier = first.setdefault(cell.quarter, cell)
        where = f"row {cell.row}, {column}"
        if earlier is not cell:
            same = earlier.value == cell.value or filled.count(cell.quarter) == 0
            message = f"{cell.quarter} stands in row {earlier.row} too, with "
            message += "the same value" if same else "another value; expected each quarter once"
            findings.append(Finding("warning" if same else "error", where, message))
        elif math.isnan(cell.value) and filled and not cell.unreadable:
            inside = filled[0] < cell.quarter < filled[-1]
            message = f"expected a number for {cell.quarter}, found none"
            message += "" if inside else "; the row was left out"
            findings.append(Finding("error" if inside else "warning", where, message))
    return {quarter: c.value for quarter, c in first.items() if not math.isnan(c.value)}


def _missing_quarters(series: pd.Series) -> tuple[str, ...]:
    if series.empty:
        return ()
    every = pd.period_range(series.index[0], series.index[-1], freq="Q")
    return tuple(map(str, every.difference(series.index)))


def _find_gaps(
    series: pd.Series, missing: tuple[str, ...], cells: list[_Cell], findings: list[Finding]
) -> None:
    """Note the quarters that no row names; those with a bad row are noted there."""
    named = {str(cell.quarter) for cell in cells}
    if gaps := [quarter for quarter in missing if quarter not in named]:
        first, last = series.index[0], series.index[-1]
        message = f"expected every quarter of {first} to {last}, missing: {_some(gaps)}"
        findings.append(Finding("error", "file", message))


def _judge(series: pd.Series, findings: list[Finding]) -> None:
    """Say what is wrong or doubtful with the series as a whole.

    Earlier errors would make it wrong.
    """
    if any(finding.severity == "error" for finding in findings):
        return

    def note(severity: str, message: str) -> None:
        findings.append(Finding(severity, f"column {series.name}", message))

    if series.empty:
        return note("error", "expected numbers, found none (formulas: save their values first)")
    if len(series) < MINIMUM_QUARTERS:
        note("error", f"expected at least {MINIMUM_QUARTERS} quarters, found {len(series)}")
    elif len(series) < TEST_QUARTERS:
        note("warning", f"{len(series)} quarters; unit-root tests want {TEST_QUARTERS} or more")
    if len(series) > 1 and series.nunique() == 1:
        note("warning", "every value is the same; tests and models have nothing to work on")
    if (series <= 0).any():
        note("warning", f"a logarithm cannot take {_losses(series)}")
    if _looks_cumulative(series):
        note("warning", "looks cumulative: rises within each year and falls in each first quarter")


def _looks_cumulative(series: pd.Series) -> bool:
    """Whether year-to-date figures may have been given for single quarters."""
    steps = series.diff()[1:]
    first_quarters = steps.index.quarter == 1
    enough = first_quarters.sum() >= 2 and (~first_quarters).sum() >= 6
    return bool(enough and (steps[first_quarters] < 0).all() and (steps[~first_quarters] > 0).all())


def _losses(series: pd.Series) -> str:
    low = series[series <= 0]
    return _some([f"{value:g} in {quarter}" for quarter, value in low.items()])


def _some(items: list[str] | tuple[str, ...], limit: int = 8) -> str:
    more = f" and {len(items) - limit} more" if len(items) > limit else ""
    return ", ".join(items[:limit]) + more

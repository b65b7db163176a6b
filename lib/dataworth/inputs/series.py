"""A user's own quarterly series: read it, or say everything that is wrong with it."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pandas as pd

from dataworth.errors import InputError
from dataworth.inputs.report import FileReport
from dataworth.inputs.tables.figures import read_figures, refuse_jumps, single_quarters
from dataworth.inputs.tables.headers import key, names_of
from dataworth.inputs.tables.periods import looks_like_quarter, says_to_date
from dataworth.inputs.tables.tabular import Table, read_table
from dataworth.inputs.tables.text import is_missing, plain_text, some
from dataworth.inputs.tables.units import header_unit

EXACT = "every chapter refuses it"
VALUE_NAMES = names_of("figure")
# A seasonal decomposition needs two whole years.
MINIMUM_QUARTERS = 8
# The largest profit of a quarter, yuan: what no firm that reports has, and what few have.
_IMPOSSIBLE, _DOUBTFUL = 1e4, 1e6
# The smallest sample in Dickey and Fuller's tables of critical values.
TEST_QUARTERS = 25


def check_series(path: str | Path, *, kind: str = "auto") -> FileReport:
    """Find everything that is wrong or doubtful in a file with a quarterly series.

    Parameters
    ----------
    path : str or Path
        CSV or Excel with a column of quarters and a column of values; see
        ``data/samples/series_template.md``.
    kind : {"auto", "single", "cumulative"}
        What the figures are. Cumulative ones are turned into single quarters; without an
        answer a series that looks cumulative is refused.

    Returns
    -------
    FileReport
        Its `data` is the series of `read_series`. It never raises an error. A file whose
        findings are all warnings can be used.
    """
    report = FileReport(Path(path), "series", data=pd.Series(dtype=float))
    with report.reading():
        table = read_table(path, report)
        at = _choose_columns(table, report)
        name = table.frame.columns[at["value"]]
        stated = header_unit(table.units[at["value"]])
        rows = read_figures(table, at, report)
        if len(firms := rows.drop_duplicates("firm")) > 1:
            found = " and ".join(f"{f.firm} in row {f.row}" for f in firms.head(2).itertuples())
            where = f"column {table.frame.columns[at['firm']]}"
            report.stop(where, f"expected one firm, found {found}")
        if not rows["row"].is_monotonic_increasing:
            report.warn("file", "quarters out of order; they were sorted")
        rows = _settle_gaps(rows, name, report)
        if not report.errors:
            refuse_jumps(rows, "value", report)
            _note_exact_rules(rows["value"].to_numpy(), f"column {name}", report)
            said = any(map(says_to_date, (name, *rows["written"])))
            rows = single_quarters(rows, "value", kind, report, said=said, word="series_kind")
        index = pd.PeriodIndex(rows["period"], freq="Q", name="period")
        report.data = pd.Series(rows["value"].to_numpy(float), index=index, name=name)
        report.data.attrs["unit"] = stated or 1
        _judge(report.data, stated, report)
    if len(series := report.data):
        report.summary = (
            f"column {series.name!r}, {len(series)} quarters from {series.index[0]} to "
            f"{series.index[-1]}, read in units of {series.attrs['unit']:,.0f} yuan"
        )
    return report


def read_series(path: str | Path, *, kind: str = "auto") -> pd.Series:
    """Read a quarterly series from CSV or Excel.

    Parameters
    ----------
    path, kind
        See `check_series`.

    Returns
    -------
    pandas.Series
        Floats over a quarterly PeriodIndex, sorted, without gaps. Named after the value
        column, in its unit; ``attrs["unit"]`` is yuan in one of it.

    Raises
    ------
    InputError
        The file cannot be used, or its figures follow a rule without any error. The
        message holds the first error and the number of further ones.
    """
    report = check_series(path, kind=kind)
    if exact := [finding.message for finding in report.warnings if EXACT in finding.message]:
        raise InputError(f"{path}: {exact[0]}")
    return report.use()


def _choose_columns(table: Table, report: FileReport) -> dict[str, int]:
    """Positions of the period and the value column, and of those that tell firms apart."""
    header = list(table.frame.columns)
    found = some(header)
    exact = [key(name) for name in header]
    if twice := sorted({n for n, k in zip(header, exact, strict=True) if k and exact.count(k) > 1}):
        report.stop("header", f"expected every column once, found twice: {', '.join(twice)}")
    if any(map(looks_like_quarter, header)):
        report.stop("header", f"expected names such as period and value, found data: {found}")
    if table.labels.count("period") != 1:
        message = "expected one period column, named such as period, quarter, date, 季度 or 报告期"
        report.stop("header", f"{message}; found: {found}")
    others = [i for i, label in enumerate(table.labels) if label is None]
    value = [i for i in others if table.keys[i] == "value"]
    named = [i for i in others if {table.keys[i], key(table.names[i])} & VALUE_NAMES.keys()]
    chosen = value or (named if len(others) > 1 else others)
    if len(chosen) != 1:
        report.stop("header", f"expected one value column, or one named value, found: {found}")
    if ignored := [header[i] for i in others if i not in chosen]:
        report.warn("header", f"columns that are not read: {some(ignored)}")
    name = header[chosen[0]]
    if re.search(r"%|percent|pct$|\bttm\b|滚动|trailing", plain_text(name).casefold()):
        message = "expected amounts of single quarters, found percentages or sums of four quarters"
        report.stop("header", f"{message}: {name}")
    places = table.places("period", "statement", "flag", firm=("code", "name"))
    return {"value": chosen[0]} | places


def _settle_gaps(rows: pd.DataFrame, name: str, report: FileReport) -> pd.DataFrame:
    """Leave out quarters without a value at the ends, and refuse gaps between them."""
    filled = rows[rows["value"].notna()]
    if filled.empty:
        return filled
    first, last = filled["period"].iloc[0], filled["period"].iloc[-1]
    for row in rows[rows["value"].isna()].itertuples():
        if not is_missing(row.text):  # what cannot be read is noted already
            continue
        inside = first < row.period < last
        message = f"expected a number for {row.period}, found none{row.text and f' ({row.text})'}"
        message += "" if inside else "; the row was left out"
        (report.error if inside else report.warn)(f"row {row.row}, column {name}", message)
    every = pd.period_range(first, last, freq="Q")
    if gaps := list(map(str, every.difference(pd.PeriodIndex(rows["period"], freq="Q")))):
        message = f"expected every quarter of {first} to {last}, missing: {some(gaps)}"
        report.error("file", message)
    return filled


def _judge(series: pd.Series, stated: int | None, report: FileReport) -> None:
    """Describe what is wrong or doubtful with the series as a whole.

    Earlier errors would make it wrong.
    """
    where = f"column {series.name}"
    if report.errors:
        return
    if series.empty:
        report.error(where, "expected numbers, found none (formulas: save their values first)")
    elif len(series) < MINIMUM_QUARTERS:
        report.error(where, f"expected at least {MINIMUM_QUARTERS} quarters, found {len(series)}")
    elif len(series) < TEST_QUARTERS:
        report.warn(where, f"{len(series)} quarters; unit-root tests want {TEST_QUARTERS} or more")
    if (series <= 0).any():
        losses = [f"{value:g} in {quarter}" for quarter, value in series[series <= 0].items()]
        report.warn(where, f"a logarithm cannot take {some(losses)}")
    largest = series.abs().max() * series.attrs["unit"]
    if VALUE_NAMES.get(key(str(series.name))) == "profit" and not stated and largest < _DOUBTFUL:
        message = f"the largest value is {largest:,.4g} yuan; the header states no unit"
        (report.error if largest < _IMPOSSIBLE else report.warn)(where, message)


def _note_exact_rules(values: np.ndarray, where: str, report: FileReport) -> None:
    """Name the rule that a series follows without any error: nothing is left to estimate.

    A constant is refused here; a straight line and constant growth can be read, but not used.
    """
    if len(values) < MINIMUM_QUARTERS:
        return
    scale = float(np.abs(values).max())
    # What is the same in every quarter if the rule holds, in the unit of the values.
    same = {
        "a constant: every value is the same": values,
        f"a straight line: the same change in every quarter; {EXACT}": np.diff(values),
        "the same season in every year, without any error": values[4:] - values[:-4],
    }
    if (values > 0).all():
        rule = f"growth at exactly the same rate in every quarter; {EXACT}"
        same[rule] = scale * np.diff(np.log(values))
    for rule in (rule for rule, figures in same.items() if np.ptp(figures) <= 1e-9 * scale):
        message = f"expected values that vary, found {rule}"
        (report.stop if "constant" in rule else report.warn)(where, message)
        break

"""The quality of data, measured on a sample: each score with the test that gave it."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from dataworth.errors import InputError
from dataworth.inputs.report import FileReport
from dataworth.inputs.tables.tabular import read_table
from dataworth.inputs.tables.text import is_missing

READ = {
    "ranges": partial(pd.to_numeric, errors="coerce"),
    "date": partial(pd.to_datetime, errors="coerce", format="mixed"),
}


def measure(path: Path, tests: dict[str, Any], year: int, report: FileReport) -> pd.DataFrame:
    """Return the score of every dimension that a sample tells, with the count behind it.

    Parameters
    ----------
    path : pathlib.Path
        A table (CSV or Excel).
    tests : dict
        What columns must be, all optional: key (columns), ranges (lowest and highest by column),
        formats (a regular expression by column), date (a column) and fresh (years; 1).
    year : int
        Rows are aged at its end.
    report : FileReport
        Gets what is wrong with the sample, by path in the asset's file.

    Returns
    -------
    pandas.DataFrame
        Index dimension; score, good (how many pass), total and about (columns). Completeness:
        cells that are filled. Consistency: rows whose key (or all of it) stands once.
        Conformity: filled cells of the stated format, or numbers in columns of numbers.
        Accuracy: numbers within their range. Timeliness: rows not older than `fresh` years.
    """
    columns = ["score", "good", "total", "about"]
    frame = _sample(path, tests, report)
    if frame is None:
        return pd.DataFrame(columns=columns)
    filled = ~frame.map(is_missing)
    key, formats, ranges = (tests.get(name, {}) for name in ("key", "formats", "ranges"))
    of_form = pd.concat(
        [_conforms(frame.loc[filled[name], name], formats.get(name)) for name in frame]
    )
    passed = {
        "consistency": (~frame.duplicated(list(key) or None), key),
        "completeness": (filled.stack(), ()),
        "conformity": (of_form, formats),
    }
    if ranges:
        numbers = {name: frame.loc[filled[name], name] for name in ranges}
        inside = [READ["ranges"](cells).between(*ranges[name]) for name, cells in numbers.items()]
        passed["accuracy"] = (pd.concat(inside), ranges)
    if date := tests.get("date"):
        ages = (pd.Timestamp(year, 12, 31) - READ["date"](frame[date])).dt.days / 365.25
        passed["timeliness"] = (ages.between(0, tests.get("fresh", 1)), [date])
    rows = {
        name: (good.mean(), good.sum(), len(good), ", ".join(about))
        for name, (good, about) in passed.items()
        if len(good)
    }
    return pd.DataFrame(rows, columns).T


def _sample(path: Path, tests: dict[str, Any], report: FileReport) -> pd.DataFrame | None:
    """Read a sample, and note in the report why it cannot be tested."""
    try:
        frame = read_table(path, FileReport(path, "sample")).frame
        if frame.shape[1] < 2 or frame.empty:
            raise InputError("expected a table of rows and columns, found none")
    except (InputError, FileNotFoundError) as error:
        report.error("quality.sample", str(error))
        return None
    named = [(test, name) for test in ("key", "ranges", "formats") for name in tests.get(test, ())]
    named += [("date", tests["date"])] if "date" in tests else []
    before = len(report.errors)
    for test, name in named:
        known = ", ".join(map(str, frame.columns[:8]))
        if name not in frame:
            report.error(f"quality.tests.{test}", f"expected a column of {known}, found {name!r}")
        elif test in READ and not READ[test](frame[name]).notna().any():
            kind = {"ranges": "numbers", "date": "dates"}[test]
            report.error(f"quality.tests.{test}", f"expected a column of {kind}, found {name!r}")
    for name, (low, high) in tests.get("ranges", {}).items():
        if low > high:
            found = f"expected [lowest, highest], found [{low:g}, {high:g}]"
            report.error(f"quality.tests.ranges.{name}", found)
    return None if len(report.errors) > before else frame.loc[:, ~frame.columns.duplicated()]


def _conforms(cells: pd.Series, form: str | None) -> pd.Series:
    """Return which filled cells of a column have its form."""
    if form:
        return cells.str.fullmatch(form)
    numbers = pd.to_numeric(cells.str.replace(",", ""), errors="coerce").notna()
    return numbers if numbers.mean() > 0.5 else numbers | True

"""From rows for several years and kinds of statement to one row a firm."""

from __future__ import annotations

import datetime
import re

import pandas as pd

from dataworth.inputs.firms.variables import OPENING
from dataworth.inputs.report import FileReport
from dataworth.inputs.tables.headers import is_consolidated
from dataworth.inputs.tables.periods import parse_period
from dataworth.inputs.tables.text import count, plain_text, shorten


def one_row_a_firm(
    frame: pd.DataFrame, headers: dict[str, str], report: FileReport
) -> pd.DataFrame:
    """Keep consolidated statements of the last year, and put the year before beside them.

    Parameters
    ----------
    frame : DataFrame
        Columns `row` and `code`, items as floats, and `period` and `statement`
        as text if the file has them.
    headers : dict
        Name of a column to its header in the file.
    report : FileReport
        Takes up what is left out, and a firm that stands there twice.

    Returns
    -------
    DataFrame
        One row a firm. Opening balances stand in columns ending in ``_prev``:
        those of the file, else the closing ones of the year before, else what a
        row for the first of January says.
    """
    if "statement" in frame:
        consolidated = frame["statement"].map(is_consolidated).astype(bool)
        if dropped := int((~consolidated).sum()):
            message = f"{count(dropped, 'row')} not of consolidated statements; left out"
            report.warn(f"column {headers['statement']}", message)
        frame = frame[consolidated]
    if "period" not in frame:
        _find_duplicates(frame, headers["code"], "", report)
        return frame.reset_index(drop=True)
    where = f"column {headers['period']}"
    days = frame["period"].map({text: parse_date(text) for text in frame["period"].unique()})
    for row, text in frame.loc[days.isna(), ["row", "period"]].itertuples(index=False):
        message = f"expected the end of a year, such as 2024-12-31, found {shorten(text)}"
        report.error(f"row {row}, {where}", message)
    frame = frame.assign(period=days)[days.notna()]
    if frame.empty:
        return frame
    last = _last_period(frame["period"], where, report)
    current = frame[frame["period"] == last]
    _find_duplicates(current, headers["code"], f" for {last}", report)
    earlier = (last.replace(year=last.year - 1), datetime.date(last.year, 1, 1))
    for day in earlier:
        current = _with_opening(current, frame[frame["period"] == day])
    absent = frame.loc[~frame["code"].isin(current["code"]), "code"].unique()
    if len(absent):
        message = f"{count(len(absent), 'firm')} without a row for {last}, such as {absent[0]}"
        report.warn(where, f"{message}; left out")
    if other := sorted(set(frame["period"]) - {last, *earlier}):
        message = f"rows of {count(len(other), 'other period')}, such as {other[-1]}; left out"
        report.warn(where, message)
    return current.reset_index(drop=True)


def _with_opening(current: pd.DataFrame, before: pd.DataFrame) -> pd.DataFrame:
    """Fill opening balances that are still missing from rows of an earlier day."""
    before = before.drop_duplicates("code").set_index("code")
    for item in (name for name in OPENING if name in before):
        name, known = f"{item}_prev", current["code"].map(before[item])
        current = current.assign(**{name: current.get(name, known).fillna(known)})
    return current


def parse_date(text: str) -> datetime.date | None:
    """Read the day on which a period ends; a year alone ends on its last day. None for no day."""
    # The first of January carries restated opening balances; no quarter ends there.
    if match := re.fullmatch(r"([12][0-9]{3})[-/.]?0?1[-/.]?0?1(?:[T ][0:.]*)?", plain_text(text)):
        return datetime.date(int(match[1]), 1, 1)
    try:
        return parse_period(text).end_time.date()
    except ValueError:
        return None


def _last_period(periods: pd.Series, where: str, report: FileReport) -> datetime.date:
    """Return the last year end; without one, the last day that occurs."""
    if year_ends := [day for day in set(periods) if (day.month, day.day) == (12, 31)]:
        return max(year_ends)
    message = f"no year ends here; {max(periods)} is read, and a part of a year is not a year"
    report.warn(where, message)
    return max(periods)


def _find_duplicates(frame: pd.DataFrame, header: str, period: str, report: FileReport) -> None:
    first = frame.groupby("code")["row"].transform("first")
    for at in frame.index[(first != frame["row"]) & (frame["code"] != "")]:
        found = f"{frame['code'][at]} stands in row {first[at]} too"
        where = f"row {frame['row'][at]}, column {header}"
        report.error(where, f"{found}; expected each firm once{period}")

"""Figures of firms by year or quarter, one row each, whatever the table looks like."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np
import pandas as pd

from dataworth.errors import InputError
from dataworth.inputs.report import FileReport
from dataworth.inputs.tables.headers import is_consolidated
from dataworth.inputs.tables.numbers import read_numbers
from dataworth.inputs.tables.periods import parse_periods, parse_quarter
from dataworth.inputs.tables.tabular import Table
from dataworth.inputs.tables.text import is_missing, plain_text, shorten
from dataworth.inputs.tables.units import header_unit

KINDS = ("auto", "single", "cumulative")
"""What figures are: single quarters, or what has added up since the start of a year."""

_YEAR_END = re.compile(
    r"[12][0-9]{3}.?12.?31\D?(?:[T ][0:.]*)?|[2-6][0-9]{4}(?:\.0)?|31\D12\D[12]\d{3}"
)

CUMULATION = {
    "year": "are year to date: each adds to the one before, and the first quarter starts anew",
    "half": "cumulate within half years: every second is about twice the one before",
    "fourth": "hold the whole year in the place of the fourth quarter",
}
"""How figures may add up, in words that follow "figures that"."""


# Of a season: the spread of its logarithms; of an error: the least, in shares of the level; and
# how much more likely figures must be that add up, as a logarithm.
_SEASON, _EXACT, _EVIDENCE = 0.35, 0.01, 1.0
# Between a year's figures and those of the year before: what only another unit explains.
_JUMP = 300


def read_figures(
    table: Table,
    at: dict[str, int],
    report: FileReport,
    *,
    firm: Callable[[str], str] = str,
    years: bool = False,
) -> pd.DataFrame:
    """Read rows of figures, and settle what stands there twice.

    Parameters
    ----------
    table : Table
    at : dict
        Position of the columns: ``period``, those of numbers, and if there are ``firm``,
        ``statement`` and ``flag`` (of restated figures).
    report : FileReport
        Takes up what is wrong or left out.
    firm : callable
        Returns the name of a firm.
    years : bool
        Whether figures may be of years. Then days at the end of December alone stand for
        years, and a period of which there is only the parent company's statement is refused;
        else it is left out.

    Returns
    -------
    DataFrame
        row, firm, period (a year or a quarter), each number in the unit of its header, and
        text (the first number's cell); firms in the order of the file, periods sorted.
    """
    frame = table.frame
    labels = ("period", "firm", "statement", "flag")
    numbers = [name for name in at if name not in labels]
    rows = pd.DataFrame({"row": frame.index, "text": frame.iloc[:, at[numbers[0]]].to_numpy()})
    for name in labels:
        rows[name] = frame.iloc[:, at[name]].to_numpy() if name in at else ""
    rows["written"] = rows["period"]
    rows["period"] = pd.Series(parse_periods(rows["written"]), dtype=object)
    for name in numbers:
        unit = header_unit(table.units[at[name]]) or 1
        rows[name] = read_numbers(frame.iloc[:, at[name]], unit, report)
    rows = rows[~(rows["written"].map(is_missing) & rows["text"].map(is_missing)).astype(bool)]
    rows["firm"] = rows["firm"].map(firm)
    kinds = rows["period"].map(lambda period: period.freqstr[0] if period else "")
    if years and rows["written"].map(plain_text).str.fullmatch(_YEAR_END).all():
        rows["period"] = rows["period"].map(lambda p: p and pd.Period(year=p.year, freq="Y"))
    elif years and {"Y", "Q"} <= set(kinds):
        firsts = rows.groupby(kinds, sort=False).first()
        found = " and ".join(f"{firsts.written[kind]} in row {firsts.row[kind]}" for kind in "YQ")
        report.stop("file", f"expected years or quarters, found both: {found}")
    known = kinds.isin(["Y", "Q"] if years else ["Q"])
    for row, text in rows.loc[~known, ["row", "written"]].itertuples(index=False):
        report.cell(row, frame.columns[at["period"]], _why_no_period(text, years))
    for _, where, message in sorted(report.cells):
        report.error(where, message)
    rows = _one_statement(rows[known], report, strict=years)
    rank = rows["firm"].map({name: n for n, name in enumerate(rows["firm"].unique())})
    ordered = rows.assign(rank=rank).sort_values(["rank", "period", "row"])
    return _settle_repeats(ordered.drop(columns="rank"), numbers[0], report)


def cumulation(values: np.ndarray) -> str:
    """Return the key of `CUMULATION` for what figures of whole years are; "" for single ones.

    Parameters
    ----------
    values : numpy.ndarray, shape (years, 4)

    Notes
    -----
    Of what the figures may be, that is taken whose single quarters are most likely. They are
    a level (the year's, and its neighbours'), times a season that is the same in all years and
    more likely mild than strong, plus a Laplace error in proportion to the level, so that some
    quarters may be losses. Taking figures apart leaves volumes as they are, so that likelihoods
    compare. To cumulate, errors must tell it by `_EVIDENCE`.
    """
    scores = {}
    for name in ("", *CUMULATION):
        single = differences(values, name)
        level = pd.Series(np.abs(single).mean(axis=1))
        level = level.rolling(3, center=True, min_periods=1).median()
        level = level.clip(lower=max(0.3 * level.median(), 1e-9)).to_numpy()
        shares = single / level[:, None]
        middle = np.median(shares, axis=0)
        season = np.log(middle.clip(0.05))
        # Between the middle of the years and no season, as if a year without one came first.
        mild = np.exp(season * len(values) / (len(values) + 1))
        expected = np.where(middle > 0.05, mild, middle)
        error = max(float(np.abs(shares - expected).mean()), _EXACT)
        likely = shares.size * np.log(error) + 4 * np.log(level).sum()
        scores[name] = likely + ((season / _SEASON) ** 2).sum() / 2
    best = min(scores, key=lambda name: scores[name])
    return best if scores[best] < scores[""] - _EVIDENCE else ""


def differences(values: np.ndarray, how: str) -> np.ndarray:
    """Return single quarters, shape (years, 4), of figures that add up as `how` says."""
    single = values.astype(float).copy()
    if how == "year":
        single[:, 1:] = np.diff(values, axis=1)
    elif how == "half":
        single[:, [1, 3]] = values[:, [1, 3]] - values[:, [0, 2]]
    elif how == "fourth":
        single[:, 3] -= values[:, :3].sum(axis=1)
    return single


def single_quarters(
    rows: pd.DataFrame, name: str, kind: str, report: FileReport, *, said: bool, word: str
) -> pd.DataFrame:
    """Turn figures that add up into single quarters, if the user says that they do.

    Parameters
    ----------
    rows : DataFrame
        firm, period (quarters, sorted, without gaps in a year) and `name`.
    kind : str
        One of `KINDS`.
    said : bool
        Whether headers or periods say that the figures add up.
    word : str
        The parameter that the message asks for.

    Raises
    ------
    InputError
        `kind` is none of them, or the figures seem to add up and it does not say so.
    """
    if kind not in KINDS:
        raise InputError(f"{word}: expected one of {', '.join(KINDS)}, found {kind}")
    year = rows["period"].map(lambda period: period.year)
    quarter = rows["period"].map(lambda period: period.quarter)
    table = rows.assign(y=year, q=quarter).pivot(index=["firm", "y"], columns="q", values=name)
    table = table.reindex(columns=[1, 2, 3, 4])
    whole = table.dropna()
    level = whole.abs().mean(axis=1).groupby(level="firm").transform("mean").replace(0, 1)
    how = cumulation(whole.div(level, axis=0).to_numpy()) if len(whole) else ""
    if kind == "single" or (kind == "auto" and not (how or said)):
        return rows
    if kind == "auto":
        words = CUMULATION[how] if how else "add up, as the names of the periods say"
        answers = f"{word}=cumulative to take single quarters, single to keep them"
        raise InputError(f"expected single quarters, found figures that {words}; say {answers}")
    single = table.astype(float)
    single[:] = differences(table.to_numpy(), how or "year")
    report.warn("file", f"the figures {CUMULATION[how or 'year']}; single quarters were taken")
    keys = pd.MultiIndex.from_arrays([rows["firm"], year, quarter])
    taken = rows.assign(**{name: single.stack().reindex(keys).to_numpy()})
    if lost := taken.loc[taken[name].isna(), "period"].map(str).tolist():
        report.warn("file", f"no single quarters of {', '.join(lost[:8])}; left out")
    return taken.dropna(subset=[name])


def refuse_jumps(rows: pd.DataFrame, name: str, report: FileReport) -> None:
    """Refuse figures of one firm that change their unit: a jump that lasts and no firm makes."""
    for _, own in rows.groupby("firm", sort=False):
        sizes = own[name].abs().reset_index(drop=True)
        middle = sizes.rolling(4, min_periods=2).median()
        later = sizes[::-1].rolling(4, min_periods=2).median()[::-1]
        times = np.exp(np.log((later / middle.shift()).replace(0, np.nan)).abs()).to_numpy()
        if (far := times > _JUMP).any():
            found = f"figures {times[far][0]:,.0f} times as large before or after"
            report.error(
                f"row {own['row'].iloc[far.argmax()]}", f"expected one unit, found {found}"
            )


def _why_no_period(text: str, years: bool) -> str:
    if years:
        return f"expected a year such as 2021 or a quarter such as 2021Q1, found {shorten(text)}"
    try:
        return f"expected a quarter, found {parse_quarter(text)}"
    except ValueError as error:
        return str(error)


def _one_statement(rows: pd.DataFrame, report: FileReport, *, strict: bool) -> pd.DataFrame:
    """Keep consolidated statements, and of restated figures the last."""
    last = rows.groupby(["firm", "period"])["flag"].transform("max") == rows["flag"]
    if not last.all():  # a restated figure stands beside the first one
        report.warn("file", f"figures that were restated: {(~last).sum()}; left out")
    rows = rows[last]
    consolidated = rows["statement"].map(is_consolidated).astype(bool)
    if consolidated.all():
        return rows
    if not consolidated.any():
        if rows["statement"].nunique() > 1:
            report.stop("file", "expected one kind of statement, found several, none consolidated")
        report.warn("file", "all rows are of parent companies; no consolidated statement")
        return rows
    kept, others = rows[consolidated], rows[~consolidated]
    known = set(zip(kept["firm"], kept["period"], strict=True))
    for row, firm, period in others[["row", "firm", "period"]].itertuples(index=False):
        if strict and (firm, period) not in known:
            message = f"expected a consolidated statement, as in row {kept['row'].iloc[0]}, found "
            report.error(f"row {row}", f"{message}the parent company of {firm} {period}")
    report.warn("file", f"rows of other kinds of statement: {len(others)}; left out")
    return kept


def _settle_repeats(rows: pd.DataFrame, name: str, report: FileReport) -> pd.DataFrame:
    """Keep the first of rows for the same period, and refuse those that disagree."""
    keys = rows[["firm", "period"]].apply(tuple, axis=1) if len(rows) else rows["firm"]
    first = rows.groupby(keys, sort=False).transform("first") if len(rows) else rows
    for at in np.flatnonzero(keys.duplicated()):
        row, before = rows.iloc[at], first.iloc[at]
        same = row[name] == before[name] or rows[name][keys == keys.iloc[at]].isna().all()
        message = f"{row['firm']} {row['period']} stands in row {before['row']} too, with "
        message += "the same value" if same else "another value; expected each once"
        (report.warn if same else report.error)(f"row {row['row']}", message.strip())
    return rows[~keys.duplicated()]

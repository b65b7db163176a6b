"""A user's own firms and own market: read them, or say everything that is wrong."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from dataworth.errors import InputError
from dataworth.inputs.firms.columns import PERCENT_VARIABLES, VARIABLE_NAMES
from dataworth.inputs.firms.industries import parse_section
from dataworth.inputs.firms.plausible import find_impossible, judge_variables
from dataworth.inputs.firms.statements import leave_out, read_columns, read_statements
from dataworth.inputs.firms.variables import ABSENT, COLUMNS, FEATURES, TARGET, compute_variables
from dataworth.inputs.report import FileReport
from dataworth.inputs.tables.tabular import read_table
from dataworth.inputs.tables.text import count, is_missing, plain_text, shorten

# Fewer firms than folds in the chapters' cross-validation leave nothing to fit.
MINIMUM_FIRMS = 10
FEW_FIRMS = {"firms": 20, "market": 100}

_SPECIAL_TREATMENT = re.compile(r"S?\*?ST|退市|.+退$", re.IGNORECASE)
_YES = ("1", "1.0", "true", "yes", "y", "st", "*st", "是")
_B_SHARES = ("200", "201", "900")
Columns = str | Path | Mapping[str, str] | None


def read_firms(path: str | Path, *, columns: Columns = None) -> pd.DataFrame:
    """Read firms that recognized data assets, to replace the hundred of Table 2.

    Parameters
    ----------
    path : str or Path
        CSV or Excel; see ``data/samples/firms_example.md``.
    columns : path or mapping, optional
        What its columns are, where their headers do not say so; see
        `dataworth.inputs.firms.statements.read_columns`.

    Returns
    -------
    DataFrame
        Index `code`, stock codes as text. Columns `COLUMNS`: yuan, fractions,
        and per cent for the two R&D ratios. Features may be NaN, the target is
        positive. A column `section`, a letter or None, if the file has industries.

    Raises
    ------
    InputError
        The file cannot be used. The message holds the first error and the
        number of further ones.
    """
    firms = check_firms(path, columns=columns).use()
    return firms[[*COLUMNS, *(["section"] if firms["section"].notna().any() else [])]]


def read_market(
    path: str | Path, *, columns: Columns = None, absent: str = "refuse"
) -> pd.DataFrame:
    """Read the firms of a whole market, to be scanned.

    Parameters
    ----------
    path : str or Path
        CSV or Excel; see ``data/samples/market_example.md``.
    columns : path or mapping, optional
        As in `read_firms`.
    absent : {"refuse", "refit", "impute"}
        What is done about features that no firm has; see
        `dataworth.potential.scan.without_absent`, which does it.

    Returns
    -------
    DataFrame
        Index `code`, stock codes as text. Columns `FEATURES` (may be NaN; units
        as in `read_firms`), `section` (a letter or None), `name` (text, may be
        empty) and `st` (bool: under special treatment).

    Raises
    ------
    InputError
        As in `read_firms`.
    """
    market = check_market(path, columns=columns, absent=absent).use()
    return market[[*FEATURES, "section", "name", "st"]]


def check_firms(path: str | Path, *, columns: Columns = None) -> FileReport:
    """Find everything that is wrong or doubtful in a file for `read_firms`.

    It never raises an error. A file whose findings are all warnings can be used.
    """
    return _check(FileReport(Path(path), "firms"), columns, "refuse")


def check_market(
    path: str | Path, *, columns: Columns = None, absent: str = "refuse"
) -> FileReport:
    """Find everything that is wrong or doubtful in a file for `read_market`.

    It never raises an error. A file whose findings are all warnings can be used.
    """
    return _check(FileReport(Path(path), "market"), columns, absent)


def _check(report: FileReport, columns: Columns, absent: str) -> FileReport:
    variables = list(COLUMNS if report.kind == "firms" else FEATURES)
    report.data = pd.DataFrame(columns=[*variables, "section", "name", "st"])
    with report.reading():
        if absent not in ABSENT:
            raise InputError(f"absent: expected one of {', '.join(ABSENT)}, found {absent}")
        if not isinstance(columns, Mapping):
            columns = read_columns(columns) if columns else {}
        raw, headers = read_statements(read_table(report.path, report), report, columns)
        if raw.empty:
            report.stop("file", "expected rows of firms, found none")
        report.data = _assemble(raw, headers, report, absent)
    report.summary = _summary(report.data, variables)
    return report


def _summary(frame: pd.DataFrame, variables: list[str]) -> str:
    """Return on one line what the file holds."""
    empty = frame[variables].isna()
    shares = empty.mean()[lambda share: share > 0].sort_values(ascending=False)
    parts = {
        "missing": ", ".join(f"{name} {share:.1%}" for name, share in shares.items()),
        "sections": ", ".join(f"{s} {n}" for s, n in frame["section"].value_counts().items()),
        "under special treatment (ST)": str(int(frame["st"].sum()) or ""),
    }
    whole = f"{len(frame)} firms, {(~empty.any(axis=1)).sum()} without a missing value"
    return "; ".join([whole, *(f"{name}: {text}" for name, text in parts.items() if text)])


def _assemble(
    raw: pd.DataFrame, headers: dict[str, str], report: FileReport, absent: str
) -> pd.DataFrame:
    """Bring variables and labels together, one row a firm, and judge them."""
    variables = compute_variables(raw)
    for name in VARIABLE_NAMES:
        if name in raw:
            _compare(raw, variables[name], headers[name], name, report)
            variables[name] = raw[name].combine_first(variables[name])
    is_firms = report.kind == "firms"
    names = COLUMNS if is_firms and variables[TARGET].notna().any() else FEATURES
    frame = variables.assign(row=raw["row"], code=raw["code"])
    frame["name"] = raw["name"].to_numpy() if "name" in raw else ""
    frame["section"] = _sections(raw, headers, report)
    frame["st"] = _special_treatment(raw)
    find_impossible(frame, names, headers, report)
    frame = leave_out(frame, report).set_index("code")
    if is_firms:
        frame = _with_target(frame, headers, report)
    else:
        _note_labels(frame, headers, report)
    if len(frame) < MINIMUM_FIRMS:
        report.error("file", f"expected at least {MINIMUM_FIRMS} firms, found {len(frame)}")
    elif len(frame) < FEW_FIRMS[report.kind]:
        report.warn("file", f"only {len(frame)} firms; results from so few will hardly be stable")
    # The scan orders firms by size.
    optional = () if absent == "refuse" else set(names) - {"Size"}
    judge_variables(frame, names, headers, report, optional=optional)
    needed = [n for n in names if absent == "refuse" or frame[n].notna().mean() >= 0.5]
    known = frame[needed].notna()
    if not is_firms and known.any().all() and not known.all(axis=1).any():
        report.error("file", f"expected a firm with all {len(needed)} variables, found none")
    return frame


def _compare(
    raw: pd.DataFrame, computed: pd.Series, header: str, name: str, report: FileReport
) -> None:
    """Warn when a finished variable and the one computed from items disagree."""
    gap = (raw[name] - computed).abs()
    tolerance = 0.05 * computed.abs() + 0.005 * (100 if name in PERCENT_VARIABLES else 1)
    if differ := int((gap > tolerance).sum()):
        found = f"differs from what the items give for {differ} of {gap.notna().sum()} firms"
        report.warn(f"column {header}", f"{name} {found}; the column is used")


def _sections(raw: pd.DataFrame, headers: dict[str, str], report: FileReport) -> pd.Series:
    """Take the section's letter from the first column that gives one."""
    columns = [c for c in ("section", "industry_code", "industry_name") if c in raw]
    letters = raw[columns].map(parse_section).bfill(axis=1).reindex(columns=columns or ["section"])
    letters = letters.iloc[:, 0].astype(object).where(lambda found: found.notna(), None)
    where = f"column {headers[columns[0]]}" if columns else "header"
    if report.kind == "market" and letters.isna().all():
        expected = "industries, which the scan ranks: a column section, Indcd or 行业代码"
        report.error(where, f"expected {expected}, found none")
    if not columns:
        return letters
    without = raw[letters.isna()]
    unknown = without[~without[columns[0]].map(is_missing).astype(bool)]
    if len(unknown):
        found = f"{shorten(unknown[columns[0]].iloc[0])} in row {unknown['row'].iloc[0]}"
        message = f"{count(len(unknown), 'firm')} of an unknown industry, such as {found}; "
        expected = "expected a letter, a code such as C34, or a name on the CSRC's list"
        report.warn(where, message + expected)
    if empty := len(without) - len(unknown):
        message = f"{count(empty, 'firm')} without an industry, which no ranking counts"
        report.warn(where, message)
    return letters


def _special_treatment(raw: pd.DataFrame) -> list[bool]:
    """Whether the name or a column of its own says ST or *ST."""
    labels = raw.reindex(columns=["name", "st"], fill_value="").map(plain_text)
    named = labels["name"].str.match(_SPECIAL_TREATMENT)
    return (named | labels["st"].str.casefold().isin(_YES)).tolist()


def _note_labels(frame: pd.DataFrame, headers: dict[str, str], report: FileReport) -> None:
    if "name" not in headers and "st" not in headers:
        message = "no column of names; firms under special treatment (ST) cannot be told"
        report.warn("header", message)
    if b_shares := int(frame.index.str.match(rf"(?:{'|'.join(_B_SHARES)})[0-9]{{3}}$").sum()):
        message = f"{count(b_shares, 'code')} of B shares; the paper scans A shares"
        report.warn(f"column {headers['code']}", message)


def _with_target(frame: pd.DataFrame, headers: dict[str, str], report: FileReport) -> pd.DataFrame:
    """Keep the firms that recognized data; the others tell nothing about the target."""
    recognized = frame[TARGET].notna() & (frame[TARGET] != 0)
    if len(frame) and not recognized.any():
        where = f"column {headers[TARGET]}" if TARGET in headers else "header"
        message = "expected data assets in yuan, found none: give Data, or data_inventory, "
        message += "data_intangible and data_development"
        report.error(where, message)
        return frame
    if left := frame.loc[~recognized, "row"].tolist():
        message = f"{count(len(left), 'firm')} without recognized data assets, such as "
        report.warn("file", f"{message}row {left[0]}; left out")
    return frame[recognized]

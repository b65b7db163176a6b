"""A user's own firms and own market: read them, or say everything that is wrong."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from dataworth.errors import InputError
from dataworth.inputs.firms.columns import VARIABLE_NAMES
from dataworth.inputs.firms.industries import parse_section
from dataworth.inputs.firms.plausible import judge_variables
from dataworth.inputs.firms.statements import Statements, UnusableTable, read_statements
from dataworth.inputs.firms.variables import COLUMNS, FEATURES, TARGET, VARIABLES, compute_variables
from dataworth.inputs.tables.numbers import count, is_missing, plain_text, shorten
from dataworth.inputs.tables.tabular import Finding, read_table

# Fewer firms than folds in the chapters' cross-validation leave nothing to fit.
MINIMUM_FIRMS = 10
FEW_FIRMS = {"firms": 20, "market": 100}

_SPECIAL_TREATMENT = re.compile(r"S?\*?ST|退市|.+退$", re.IGNORECASE)
_YES = ("1", "1.0", "true", "yes", "y", "st", "*st", "是")
_B_SHARES = ("200", "201", "900")


@dataclass(frozen=True)
class FirmsReport:
    """What `check_firms` or `check_market` found.

    Attributes
    ----------
    path : pathlib.Path
        The file.
    kind : str
        ``"firms"`` or ``"market"``.
    n : int
        Firms that can be used.
    missing : dict
        Variable to the share of firms without it; variables that all have are left out.
    complete : int
        Firms without a missing variable.
    sections : dict
        Letter of the section to its number of firms, the most frequent first.
    st : int
        Firms under special treatment (ST, *ST).
    findings : tuple of Finding
        Errors and warnings: of the file and its header, of cells column by column, of the
        variables.
    """

    path: Path
    kind: str
    n: int
    missing: dict[str, float]
    complete: int
    sections: dict[str, int]
    st: int
    findings: tuple[Finding, ...]

    @property
    def errors(self) -> tuple[Finding, ...]:
        """The findings that keep the file from being used."""
        return tuple(finding for finding in self.findings if finding.severity == "error")

    def summary(self) -> str:
        """Say on one line what the file holds."""
        missing = ", ".join(f"{name} {100 * share:.2g} %" for name, share in self.missing.items())
        sections = ", ".join(f"{letter} {number}" for letter, number in self.sections.items())
        parts = [f"{self.n} firms, {self.complete} without a missing value"]
        parts += [f"missing: {missing}"] if missing else []
        parts += [f"sections: {sections}"] if sections else []
        parts += [f"under special treatment (ST): {self.st}"] if self.st else []
        return "; ".join(parts)


def read_firms(path: str | Path) -> pd.DataFrame:
    """Read firms that recognized data assets, to replace the hundred of Table 2.

    Parameters
    ----------
    path : str or Path
        CSV or Excel; see ``data/samples/firms_example.md``.

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
    report, frame = _examine(Path(path), "firms")
    _refuse(report)
    sections = ["section"] if frame["section"].notna().any() else []
    return frame[[*COLUMNS, *sections]]


def read_market(path: str | Path) -> pd.DataFrame:
    """Read the firms of a whole market, to be scanned.

    Parameters
    ----------
    path : str or Path
        CSV or Excel; see ``data/samples/market_example.md``.

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
    report, frame = _examine(Path(path), "market")
    _refuse(report)
    return frame[[*FEATURES, "section", "name", "st"]]


def check_firms(path: str | Path) -> FirmsReport:
    """Find everything that is wrong or doubtful in a file for `read_firms`.

    It never raises an error. A file whose findings are all warnings can be used.
    """
    return _examine(Path(path), "firms")[0]


def check_market(path: str | Path) -> FirmsReport:
    """Find everything that is wrong or doubtful in a file for `read_market`.

    It never raises an error. A file whose findings are all warnings can be used.
    """
    return _examine(Path(path), "market")[0]


def _refuse(report: FirmsReport) -> None:
    if report.errors:
        more = len(report.errors) - 1
        rest = f" (and {more} more; dataworth check {report.kind} lists them)" if more else ""
        raise InputError(report.errors[0].describe(report.path) + rest)


def _examine(path: Path, kind: str) -> tuple[FirmsReport, pd.DataFrame]:
    variables = COLUMNS if kind == "firms" else FEATURES
    findings: list[Finding] = []
    frame = pd.DataFrame(columns=[*variables, "section", "name", "st"])
    try:
        statements = read_statements(read_table(path), findings)
        if statements.frame.empty:
            findings.append(Finding("error", "file", "expected rows of firms, found none"))
        else:
            frame = _assemble(statements, kind, findings)
    except UnusableTable:
        pass
    except InputError as error:
        message = str(error).removeprefix(" ".join(f"{path}:".split())).strip()
        findings.append(Finding("error", "file", message))
    absent = frame[list(variables)].isna()
    shares = absent.mean()[lambda share: share > 0].sort_values(ascending=False)
    report = FirmsReport(
        path=path,
        kind=kind,
        n=len(frame),
        missing={str(name): float(share) for name, share in shares.items()},
        complete=int((~absent.any(axis=1)).sum()),
        sections=frame["section"].value_counts().to_dict(),
        st=int(frame["st"].sum()),
        findings=tuple(findings),
    )
    return report, frame


def _assemble(statements: Statements, kind: str, findings: list[Finding]) -> pd.DataFrame:
    """Bring variables and labels together, one row a firm, and judge them."""
    raw, headers = statements.frame, statements.headers
    variables = compute_variables(raw)
    for name in VARIABLE_NAMES:
        if name in raw:
            _compare(raw, variables[name], headers[name], name, findings)
            variables[name] = raw[name].combine_first(variables[name])
    frame = variables.assign(row=raw["row"], code=raw["code"]).set_index("code")
    frame["name"] = raw["name"].to_numpy() if "name" in raw else ""
    frame["section"] = _sections(raw, headers, kind, findings)
    frame["st"] = _special_treatment(raw)
    if kind == "firms":
        frame = _with_target(frame, headers, findings)
    else:
        _note_labels(frame, headers, findings)
    if len(frame) < MINIMUM_FIRMS:
        message = f"expected at least {MINIMUM_FIRMS} firms, found {len(frame)}"
        findings.append(Finding("error", "file", message))
    elif len(frame) < FEW_FIRMS[kind]:
        message = f"only {len(frame)} firms; results from so few will hardly be stable"
        findings.append(Finding("warning", "file", message))
    names = COLUMNS if kind == "firms" and frame[TARGET].notna().any() else FEATURES
    judge_variables(frame, names, headers, findings, constant_is_error=kind == "firms")
    enough = len(frame) and frame[list(names)].notna().any().all()
    if kind == "market" and enough and not frame[list(names)].notna().all(axis=1).any():
        message = f"expected a firm with all {len(names)} variables, found none"
        findings.append(Finding("error", "file", message))
    return frame


def _compare(
    raw: pd.DataFrame, computed: pd.Series, header: str, name: str, findings: list[Finding]
) -> None:
    """Warn when a finished variable and the one computed from items disagree."""
    gap = (raw[name] - computed).abs()
    tolerance = 0.05 * computed.abs() + 0.005 * (100 if VARIABLES[name].unit == "per cent" else 1)
    if differ := int((gap > tolerance).sum()):
        both = int(gap.notna().sum())
        message = f"{name} differs from what the items give for {differ} of {both} firms; "
        findings.append(Finding("warning", f"column {header}", message + "the column is used"))


def _sections(
    raw: pd.DataFrame, headers: dict[str, str], kind: str, findings: list[Finding]
) -> list[str | None]:
    """Take the section's letter from the first column that gives one."""
    columns = [c for c in ("section", "industry_code", "industry_name") if c in raw]
    letters: list[str | None] = [None] * len(raw)
    for column in columns:
        known = {text: parse_section(text) for text in raw[column].unique()}
        letters = [a or known[text] for a, text in zip(letters, raw[column], strict=True)]
    if not columns:
        if kind == "market":
            message = "expected a column of industries, named section, Indcd or 行业代码"
            findings.append(Finding("error", "header", message))
        return letters
    texts = raw[columns[0]]
    unknown = [
        (row, text)
        for row, text, letter in zip(raw["row"], texts, letters, strict=True)
        if letter is None and not is_missing(text)
    ]
    where = f"column {headers[columns[0]]}"
    if unknown:
        row, text = unknown[0]
        message = f"{count(len(unknown), 'firm')} of an unknown industry, such as {shorten(text)} "
        message += (
            f"in row {row}; expected a letter, a code such as C34, or a name on the CSRC's list"
        )
        findings.append(Finding("warning", where, message))
    if kind == "market" and len(raw) and not any(letters):
        message = "no firm has an industry; the scan ranks industries"
        findings.append(Finding("error", where, message))
    elif empty := letters.count(None) - len(unknown):
        message = f"{count(empty, 'firm')} without an industry, which no ranking counts"
        findings.append(Finding("warning", where, message))
    return letters


def _special_treatment(raw: pd.DataFrame) -> list[bool]:
    """Whether the name or a column of its own says ST or *ST."""
    names = raw["name"] if "name" in raw else [""] * len(raw)
    marks = raw["st"] if "st" in raw else [""] * len(raw)
    return [
        bool(_SPECIAL_TREATMENT.match(plain_text(name))) or plain_text(mark).casefold() in _YES
        for name, mark in zip(names, marks, strict=True)
    ]


def _note_labels(frame: pd.DataFrame, headers: dict[str, str], findings: list[Finding]) -> None:
    if "name" not in headers and "st" not in headers:
        message = "no column of names; firms under special treatment (ST) cannot be told"
        findings.append(Finding("warning", "header", message))
    if b_shares := int(frame.index.str.match(rf"(?:{'|'.join(_B_SHARES)})[0-9]{{3}}$").sum()):
        message = f"{count(b_shares, 'code')} of B shares; the paper scans A shares"
        findings.append(Finding("warning", f"column {headers['code']}", message))


def _with_target(
    frame: pd.DataFrame, headers: dict[str, str], findings: list[Finding]
) -> pd.DataFrame:
    """Keep the firms that recognized data; the others tell nothing about the target."""
    recognized = frame[TARGET].notna() & (frame[TARGET] != 0)
    if len(frame) and not recognized.any():
        where = f"column {headers[TARGET]}" if TARGET in headers else "header"
        message = "expected data assets in yuan, found none: give Data, or data_inventory, "
        message += "data_intangible and data_development"
        findings.append(Finding("error", where, message))
        return frame
    if left := frame.loc[~recognized, "row"].tolist():
        message = (
            f"{count(len(left), 'firm')} without recognized data assets, such as row {left[0]}"
        )
        findings.append(Finding("warning", "file", message + "; left out"))
    return frame[recognized]

"""A user's own dictionary of terms: read it, or say everything that is wrong with it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from dataworth.errors import InputError
from dataworth.inputs.tables.numbers import count, shorten
from dataworth.inputs.tables.tabular import (
    EXCEL_SUFFIXES,
    TEXT_SUFFIXES,
    Finding,
    decode,
    read_table,
)

# What people write for a stage, and its name.
STAGES = {
    "collection": "collection collect 采集 收集 数据采集 数据收集",
    "storage": "storage store 存储 储存 数据存储 数据储存",
    "analysis": "analysis analyse analyze analytics 分析 数据分析",
    "application": "application apply use 应用 运用 数据应用",
}
TERM_NAMES = [
    "term",
    "terms",
    "word",
    "words",
    "keyword",
    "keywords",
    "词",
    "词语",
    "词汇",
    "术语",
    "关键词",
    "词条",
    "特征词",
    "种子词",
]
STAGE_NAMES = [
    "stage",
    "phase",
    "category",
    "class",
    "type",
    "阶段",
    "环节",
    "类别",
    "分类",
    "类型",
    "维度",
]
LONGEST_TERM = 20

_STAGE_OF = {word: stage for stage, words in STAGES.items() for word in words.split()}
_SEPARATORS = re.compile(r"[\t,;，；、|]")
_SPLIT_CHINESE = re.compile(r"(?<=[\u4e00-\u9fff]) (?=[\u4e00-\u9fff])")
_CONTENT = re.compile(r"[\w\u4e00-\u9fff+#./& -]+")
# jieba's own dictionaries add a frequency and a part of speech: 区块链 5 n.
_FREQUENCY = re.compile(r"\d+")
_PART_OF_SPEECH = re.compile(r"[a-z]{1,4}")


@dataclass(frozen=True)
class DictionaryReport:
    """What `check_dictionary` found.

    Attributes
    ----------
    path : pathlib.Path
        The file.
    findings : tuple of Finding
        Errors and warnings, row by row.
    terms : pandas.DataFrame
        Columns ``term`` and ``stage``; see `read_dictionary`.
    """

    path: Path
    findings: tuple[Finding, ...]
    terms: pd.DataFrame

    @property
    def errors(self) -> tuple[Finding, ...]:
        """The findings that keep the file from being used."""
        return tuple(finding for finding in self.findings if finding.severity == "error")

    def summary(self) -> str:
        """Say on one line what the file holds."""
        staged = int((self.terms["stage"] != "").sum())
        return f"{count(len(self.terms), 'term')}, {staged} with a stage"


def read_dictionary(path: str | Path) -> pd.DataFrame:
    """Read a dictionary from CSV, TXT or Excel.

    Parameters
    ----------
    path : str or Path
        A table with a column of terms and, if you like, one of stages; with or
        without a header. Or a text with one term a line; a stage may follow after a
        tab, a comma or a blank. Lines that begin with # are comments. Encodings as
        for `dataworth.inputs.tables.tabular.read_table`.

    Returns
    -------
    pandas.DataFrame
        Columns ``term`` (each once, in the order of the file; blanks between Chinese
        signs taken out, full-width signs made plain) and ``stage``
        (``"collection"``, ``"storage"``, ``"analysis"``, ``"application"``, or ``""``
        if none is given). `check_dictionary` tells what was left out or changed.

    Raises
    ------
    InputError
        The file cannot be opened, or there is no term in it.
    """
    report = check_dictionary(path)
    if report.errors:
        raise InputError(report.errors[0].describe(report.path))
    return report.terms


def check_dictionary(path: str | Path) -> DictionaryReport:
    """Find everything that is wrong or doubtful in a dictionary.

    It never raises an error. A file whose findings are all warnings can be used.
    """
    path = Path(path)
    findings: list[Finding] = []
    terms: dict[str, str] = {}
    try:
        for row, cells in _rows(path, findings):
            _take(row, cells, terms, findings)
    except InputError as error:
        message = str(error).removeprefix(" ".join(f"{path}:".split())).strip()
        findings.append(Finding("error", "file", message))
    else:
        if not terms:
            first = f" ({findings[0].where}: {findings[0].message})" if findings else ""
            message = f"expected terms, found none that can be used{first}"
            findings.append(Finding("error", "file", message))
    table = pd.DataFrame(list(terms.items()), columns=["term", "stage"], dtype=object)
    return DictionaryReport(path, tuple(findings), table)


def _rows(path: Path, findings: list[Finding]) -> Iterator[tuple[int, list[str]]]:
    """Rows as (number, [term, stage, …]); header and comments taken away."""
    suffix = path.suffix.casefold()
    if suffix in TEXT_SUFFIXES and path.is_file():
        try:
            raw = path.read_bytes()
        except OSError as error:
            raise InputError(f"{path}: cannot be read: {error.strerror}") from None
        if not raw.strip():
            raise InputError(f"{path}: expected terms, found an empty file")
        lines = enumerate(decode(path, raw).splitlines(), start=1)
        rows = [(number, _cells(line)) for number, line in lines if not _is_comment(line)]
    elif suffix in (*TEXT_SUFFIXES, *EXCEL_SUFFIXES) or not path.is_file():
        table = read_table(path)
        findings += [f for f in table.findings if f.severity == "warning"]
        rows = [(1, [_plain(name) for name in table.frame.columns])]
        rows += [
            (int(number), [_plain(cell) for cell in cells])
            for number, cells in zip(table.frame.index, table.frame.to_numpy(), strict=True)
            if not _is_comment(str(cells[0]))
        ]
    else:
        known = ", ".join(TEXT_SUFFIXES + EXCEL_SUFFIXES)
        raise InputError(f"{path}: expected a name ending in {known}, found {shorten(path.name)}")
    rows = [(number, cells) for number, cells in rows if any(cells)]
    yield from _in_order(rows, findings)


def _is_comment(line: str) -> bool:
    return line.lstrip(" \t\u3000\ufeff").startswith(("#", "//"))


def _plain(text: str) -> str:
    """Full-width signs made plain; blanks of every kind made one, none between Chinese signs."""
    plain = " ".join(unicodedata.normalize("NFKC", str(text)).replace("\u200b", "").split())
    return plain.strip("\"'“”‘’《》「」()[] ")


def _cells(line: str) -> list[str]:
    """Take a line apart: at tabs, commas and the like; else before a stage at its end."""
    line = line.split(" #")[0]
    if _SEPARATORS.search(line.strip()):
        return [_plain(cell) for cell in _SEPARATORS.split(line.strip())]
    words = _plain(line).split(" ")
    if len(words) > 1 and words[-1].casefold() in _STAGE_OF:
        return [" ".join(words[:-1]), words[-1]]
    if len(words) > 1 and _FREQUENCY.fullmatch(words[1]):
        return [words[0], *words[1:]]
    return [" ".join(words)]


def _in_order(
    rows: list[tuple[int, list[str]]], findings: list[Finding]
) -> Iterator[tuple[int, list[str]]]:
    """Put the term first and the stage second, as the header says if there is one."""
    if not rows:
        return
    header = [cell.casefold() for cell in rows[0][1]]
    term_at, stage_at = 0, 1
    if any(name in TERM_NAMES for name in header):
        term_at = next(i for i, name in enumerate(header) if name in TERM_NAMES)
        stage_at = next((i for i, name in enumerate(header) if name in STAGE_NAMES), len(header))
        unread = [name for i, name in enumerate(header) if i not in (term_at, stage_at) and name]
        if unread:
            message = f"columns that are not read: {', '.join(unread)[:80]}"
            findings.append(Finding("warning", "header", message))
        rows = rows[1:]
    for number, cells in rows:
        padded = [*cells, *[""] * (max(term_at, stage_at) + 1)]
        yield number, [padded[term_at], padded[stage_at]]


def _take(row: int, cells: list[str], terms: dict[str, str], findings: list[Finding]) -> None:
    """Add a term, or note why it is left out."""

    def warn(message: str) -> None:
        findings.append(Finding("warning", f"row {row}", message))

    written, stage_word = cells
    term = _SPLIT_CHINESE.sub("", written)
    if term != written:
        warn(f"blanks were taken out: {shorten(written)} is read as {term}")
    if problem := _problem(term):
        warn(f"left out: {problem}, found {shorten(term)}")
        return
    stage = _STAGE_OF.get(stage_word.casefold().replace(" ", ""), "")
    jieba_style = _FREQUENCY.fullmatch(stage_word) or _PART_OF_SPEECH.fullmatch(stage_word)
    if stage_word and not stage and not jieba_style:
        known = ", ".join(STAGES)
        warn(f"expected a stage ({known}), found {shorten(stage_word)}; {term} has none")
    if term not in terms:
        terms[term] = stage
        return
    other = bool(stage) and bool(terms[term]) and terms[term] != stage
    warn(f"{term} stands above too" + (f"; its stage stays {terms[term]}" if other else ""))
    terms[term] = terms[term] or stage


def _problem(term: str) -> str:
    """Say what was expected instead of a cell that is no term; nothing if it is one."""
    if not term:
        return "expected a term"
    if not any(sign.isalpha() for sign in term):
        return "expected a term with letters or Chinese signs"
    if len(term) < 2:
        return "expected two signs or more"
    if len(term) > LONGEST_TERM and not term.isascii():
        return f"expected at most {LONGEST_TERM} signs"
    if len(term) > 3 * LONGEST_TERM:
        return f"expected at most {3 * LONGEST_TERM} letters"
    if not _CONTENT.fullmatch(term):
        return "expected a term without punctuation"
    return ""

"""Annual reports that a reader brings: PDF, TXT and JSON lines.

`open_reports` looks at names only. Each entry loads its report by itself, so reports can
be read one at a time or by many processes, and a bad one never stops the others.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import overload

from dataworth.errors import InputError
from dataworth.inputs.reports.json_lines import read_line
from dataworth.inputs.reports.names import name_report
from dataworth.inputs.reports.pdf import read_pdf
from dataworth.inputs.reports.plain_text import (
    Unusable,
    clean,
    decode,
    require_chinese,
    sentences,
    simplify,
)
from dataworth.inputs.tables.numbers import count
from dataworth.inputs.tables.tabular import Finding

__all__ = [
    "Entry",
    "LeftOut",
    "Report",
    "Reports",
    "check_reports",
    "clean",
    "open_reports",
    "sentences",
]

LINES = (".jsonl", ".ndjson")
KINDS = {".pdf": "pdf", ".txt": "text"} | dict.fromkeys(LINES, "lines")
# Documents that someone may take for reports; tables and pictures are passed over.
_OTHER_DOCUMENTS = (
    ".doc",
    ".docx",
    ".wps",
    ".rtf",
    ".html",
    ".htm",
    ".caj",
    ".json",
    ".zip",
)


@dataclass(frozen=True)
class Report:
    """One bank's annual report of one year, as text.

    Attributes
    ----------
    bank : str
        The bank's Chinese name.
    year : int
        The year that the report is about.
    text : str
        Cleaned text: paragraphs separated by a line break, sentences with
        their Chinese punctuation.
    source : str
        Where the report came from: a file, or a file and a line.
    """

    bank: str
    year: int
    text: str
    source: str


@dataclass(frozen=True)
class LeftOut:
    """A report that could not be used, and why.

    Attributes
    ----------
    source : str
        Where the report came from: a file, or a file and a line.
    reason : str
        One line that says what is wrong.
    """

    source: str
    reason: str


@dataclass(frozen=True)
class Entry:
    """A handle on one report; small, and the same in another process.

    Attributes
    ----------
    path : str
        The file.
    source : str
        The file's path below the folder that was opened; with its line, if it holds many.
    kind : {"pdf", "text", "line", "none"}
        How it is read; "none" if there is nothing to read.
    bank, year
        What its name tells; None if it does not.
    reason : str
        Why it is left out, if that is known beforehand.
    start, length : int
        Bytes of the line in the file.
    earlier : tuple of Entry
        Entries of the same bank and year that go before this one.
    """

    path: str
    source: str
    kind: str
    bank: str | None = None
    year: int | None = None
    reason: str = ""
    start: int = 0
    length: int = 0
    earlier: tuple[Entry, ...] = ()

    def load(self) -> Report | LeftOut:
        """Read the report, or say on one line why it is left out. Raises nothing."""
        if self.reason:
            return LeftOut(self.source, self.reason)
        for other in self.earlier:
            # A copy is used only where the one before it is not.
            if isinstance(other.load(), Report):
                reason = f"{self.bank} {self.year} is taken from {other.source}"
                return LeftOut(self.source, reason)
        try:
            return self._read()
        except Unusable as error:
            return LeftOut(self.source, str(error))
        except OSError as error:
            return LeftOut(self.source, f"cannot be read: {error.strerror or error}")
        except Exception as error:  # whatever a strange file does must not stop the others
            return LeftOut(self.source, " ".join(f"{type(error).__name__}: {error}".split())[:160])

    def _read(self) -> Report:
        if self.kind == "pdf":
            text = read_pdf(self.path)
        elif self.kind == "text":
            text = decode(Path(self.path).read_bytes())
        else:
            with open(self.path, "rb") as file:
                file.seek(self.start)
                text = read_line(file.read(self.length))["text"]
        text, converted = simplify(clean(text))
        require_chinese(text)
        note = " (traditional characters, converted)" if converted else ""
        return Report(str(self.bank), int(self.year or 0), text, self.source + note)


@dataclass(frozen=True)
class Reports(Sequence[Entry]):
    """Entries in the order of their names."""

    entries: tuple[Entry, ...]

    @overload
    def __getitem__(self, index: int) -> Entry: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Entry]: ...
    def __getitem__(self, index):
        """Give one entry, or some."""
        return self.entries[index]

    def __len__(self) -> int:
        """Count entries, those that will be left out too."""
        return len(self.entries)


def open_reports(path: str | Path) -> Reports:
    """List the reports in a folder or a file; nothing is kept in memory.

    Parameters
    ----------
    path : str or Path
        A folder, with folders in it or not, or one file. PDF and TXT files tell bank
        and year by their names or their folders' names, such as
        ``华夏银行_2021年年度报告.pdf``, ``600015_2021.txt`` or ``华夏银行/2021.txt``.
        Each line of a JSON-lines file is an object with bank, year and text.

    Returns
    -------
    Reports
        A sequence of entries. What is already known to be unusable has an entry
        too, so that it will be reported.

    Raises
    ------
    InputError
        There is no such folder or file, or no report in it.
    """
    root = Path(path).expanduser().absolute()
    if not root.exists():
        raise InputError(f"{path}: there is no such folder or file")
    folder = root if root.is_dir() else root.parent
    files = sorted(_files(root), key=lambda file: file.relative_to(folder).as_posix())
    entries = [entry for file in files for entry in _entries(file, folder)]
    if not any(not entry.reason for entry in entries):
        first = f"; {entries[0].source}: {entries[0].reason}" if entries else ""
        raise InputError(
            f"{path}: expected annual reports (.pdf, .txt, {', '.join(LINES)}), "
            f"found {f'{len(entries)} that cannot be used' if entries else 'none'}{first}"
        )
    return Reports(tuple(_mark_repeats(entries)))


@dataclass(frozen=True)
class ReportsCheck:
    """What `check_reports` found.

    Attributes
    ----------
    path : pathlib.Path
        The folder or file.
    findings : tuple of Finding
        One a report: severity "note" if it can be used, "warning" if it is left out.
        "error" if the folder cannot be opened, or none of its reports be used.
    reports : tuple of (str, int, int)
        Bank, year and characters of each report that can be used.
    """

    path: Path
    findings: tuple[Finding, ...]
    reports: tuple[tuple[str, int, int], ...]

    @property
    def errors(self) -> tuple[Finding, ...]:
        """The findings that keep the folder from being used."""
        return tuple(finding for finding in self.findings if finding.severity == "error")

    def summary(self) -> str:
        """Say on one line what the folder holds."""
        banks, years, characters = zip(*self.reports, strict=True)
        left = len(self.findings) - len(self.reports)
        return (
            f"{count(len(banks), 'report')} of {count(len(set(banks)), 'bank')}, {min(years)} to "
            f"{max(years)}, {sum(characters):,} characters; {left} left out"
        )


def check_reports(path: str | Path) -> ReportsCheck:
    """Load every report, one at a time, and say on one line what is found. Raises nothing."""
    findings, used = [], []
    try:
        entries: Sequence[Entry] = open_reports(path)
    except InputError as error:
        entries, findings = (), [Finding("error", "folder", str(error))]
    for entry in entries:
        found = entry.load()
        if isinstance(found, LeftOut):
            findings.append(Finding("warning", found.source, f"left out: {found.reason}"))
        else:
            used.append((found.bank, found.year, len(found.text)))
            message = f"{found.bank} {found.year}, {len(found.text):,} characters"
            findings.append(Finding("note", found.source, message))
    if entries and not used:
        message = f"none of {count(len(entries), 'report')} can be used"
        findings.append(Finding("error", "folder", message))
    return ReportsCheck(Path(path), tuple(findings), tuple(used))


def _files(root: Path) -> Iterator[Path]:
    if root.is_file():
        yield root
        return
    for file in root.rglob("*"):
        hidden = any(part.startswith((".", "~$")) for part in file.relative_to(root).parts)
        if file.suffix.casefold() in (*KINDS, *_OTHER_DOCUMENTS) and not hidden and file.is_file():
            yield file


def _entries(file: Path, folder: Path) -> Iterator[Entry]:
    source = file.relative_to(folder).as_posix()
    kind = KINDS.get(file.suffix.casefold())
    if kind is None:
        reason = f"expected .pdf, .txt or {LINES[0]}, found {file.suffix or 'no ending'}"
        yield Entry(str(file), source, "none", reason=reason)
    elif kind == "lines":
        yield from _line_entries(file, source)
    else:
        named = name_report(PurePosixPath(folder.name) / source)
        if isinstance(named, str):
            yield Entry(str(file), source, kind, reason=named)
        else:
            yield Entry(str(file), source, kind, *named)


def _line_entries(file: Path, source: str) -> Iterator[Entry]:
    """One entry a line; a line is read to know its bank and year, and let go."""
    start = 0
    try:
        with open(file, "rb") as lines:
            for number, line in enumerate(lines, start=1):
                where = f"{source}, line {number}"
                if line.strip(b" \t\r\n\0\xef\xbb\xbf"):
                    entry = Entry(str(file), where, "line", start=start, length=len(line))
                    try:
                        fields = read_line(line)
                        yield replace(entry, bank=fields["bank"], year=fields["year"])
                    except Unusable as error:
                        yield replace(entry, reason=str(error))
                start += len(line)
    except OSError as error:
        yield Entry(str(file), source, "none", reason=f"cannot be read: {error.strerror}")
        return
    if start == 0:
        yield Entry(str(file), source, "none", reason="expected a report, found an empty file")


def _mark_repeats(entries: list[Entry]) -> Iterator[Entry]:
    first: dict[tuple[str | None, int | None], list[Entry]] = {}
    for entry in entries:
        if entry.reason:
            yield entry
            continue
        before = first.setdefault((entry.bank, entry.year), [])
        yield replace(entry, earlier=tuple(before))
        before.append(entry)

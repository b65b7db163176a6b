"""Annual reports that a reader brings: PDF, text, HTML and JSON lines, of any firm.

`open_reports` looks at names only. Each entry loads its report by itself, so reports can
be read one at a time or by many processes, and a bad one never stops the others.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from dataworth.errors import InputError
from dataworth.inputs.encodings import DAMAGE, decode
from dataworth.inputs.report import FileReport
from dataworth.inputs.reports.documents import compare_name, plain_form, require_annual_report
from dataworth.inputs.reports.json_lines import form_of, read_line, read_rows
from dataworth.inputs.reports.names import name_report
from dataworth.inputs.reports.pdf import read_pdf
from dataworth.inputs.reports.plain_text import clean, require_chinese, simplify
from dataworth.inputs.tables.text import count

SCOPES = {
    "text": "the running text with the audited notes, without rows of figures",
    "body": "the running text without the audited financial report and its notes",
    "all": "everything, with the audited notes and rows of figures",
}
"""Which words of a report are counted."""

LINES = (".jsonl", ".ndjson")
KINDS = dict.fromkeys((".txt", ".md", ".html", ".htm"), "text") | dict.fromkeys(LINES, "lines")
KINDS[".pdf"] = "pdf"
# Documents that someone may take for reports; tables and pictures are passed over.
_OTHER_DOCUMENTS = re.compile(
    r"\.(?:docx?|wps|rtf|odt|caj|json|xml|mhtm?l?|epub|zip|rar|7z|gz)", re.IGNORECASE
)
# Without page numbers, lines shorter than this are pages of one report.
_PAGE = 5000
_BLANK = b" \t\r\n\0\xef\xbb\xbf\xff\xfe"


@dataclass(frozen=True)
class Report:
    """One firm's annual report of one year, as text.

    Attributes
    ----------
    bank : str
        The short name of a listed bank; of another firm the name or code as written.
    year : int
        The year that the report is about.
    text : str
        Cleaned text: paragraphs separated by a line break, sentences with
        their Chinese punctuation.
    source : str
        Where the report came from: a file, or a file and a line; doubts in brackets
        behind it (`split_source`).
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
    marked, version, part
        See `dataworth.inputs.reports.names.name_report`.
    scope : str
        A key of `SCOPES`.
    parts : tuple of Entry
        The parts of a report that stands in several files or lines, in order.
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
    marked: bool = True
    version: int = 0
    part: float = 0
    scope: str = "text"
    parts: tuple[Entry, ...] = ()
    earlier: tuple[Entry, ...] = ()

    def load(self) -> Report | LeftOut:
        """Read the report, or say on one line why it is left out. Raises nothing."""
        if self.reason:
            return LeftOut(self.source, self.reason)
        for other in self.earlier:
            # A copy is used only where the one before it is not.
            if isinstance(other.load(), Report):
                why = ", the later version" if other.version > self.version else ""
                reason = f"{self.bank} {self.year} is taken from {other.source}{why}"
                return LeftOut(self.source, reason)
        try:
            return self._read()
        except InputError as error:
            return LeftOut(self.source, str(error))
        except OSError as error:
            return LeftOut(self.source, f"cannot be read: {error.strerror or error}")
        except Exception as error:  # whatever a strange file does must not stop the others
            return LeftOut(self.source, " ".join(f"{type(error).__name__}: {error}".split())[:160])

    def _read(self) -> Report:
        texts, doubts = [], []
        for part in self.parts or (self,):
            text, found = part._text()
            text, changed = plain_form(text)
            texts.append(text)
            doubts += [*found, *changed]
        require_annual_report(texts[0])
        told = str(self.bank), int(self.year or 0)
        year, disagree = compare_name(texts[0], *told, marked=self.marked)
        text = clean("\f".join(texts), tables=self.scope == "all", notes=self.scope != "body")
        text, converted = simplify(text)
        require_chinese(text)
        also = {
            "a version that was corrected later": self.version < 0,
            "one part of a report": bool(self.part and not self.parts),
            "traditional characters, converted": converted,
        }
        doubts += [*disagree, *(doubt for doubt, holds in also.items() if holds)]
        note = f" ({'; '.join(dict.fromkeys(doubts))})" if doubts else ""
        return Report(str(self.bank), year, text, self.source + note)

    def _text(self) -> tuple[str, list[str]]:
        """Return the text as the file has it, and what is doubtful in the file."""
        if self.kind == "pdf":
            return read_pdf(self.path)
        with open(self.path, "rb") as file:
            file.seek(self.start)
            raw = file.read(self.length or -1)
        if self.kind == "line":
            return read_line(raw)["text"], []
        text = decode(raw, damage=DAMAGE)
        return (read_rows(text, tables=self.scope == "all") if form_of(raw) else text), []


def open_reports(path: str | Path, *, scope: str = "text") -> tuple[Entry, ...]:
    """List the reports in a folder or a file; nothing is kept in memory.

    Parameters
    ----------
    path : str or Path
        A folder, with folders in it or not, or one file. Files tell firm and year by their
        names or their folders' names, such as ``华夏银行_2021年年度报告.pdf``,
        ``600015_2021.txt`` or ``华夏银行/2021.txt``. Each line of a JSON-lines file is an
        object with bank, year and text: a report, or with a page one page of it.
    scope : str
        Which words count: a key of `SCOPES`.

    Returns
    -------
    tuple of Entry
        In the order of their names. What is already known to be unusable has an entry
        too, so that it will be reported.

    Raises
    ------
    InputError
        There is no such folder or file, or no report in it.
    """
    if scope not in SCOPES:
        raise InputError(f"words: expected one of {', '.join(SCOPES)}, found {scope}")
    root = Path(path).expanduser().absolute()
    if not root.exists():
        raise InputError(f"{path}: there is no such folder or file")
    folder = root if root.is_dir() else root.parent
    files = sorted(_files(root), key=lambda file: file.relative_to(folder).as_posix())
    entries = [replace(e, scope=scope) for file in files for e in _entries(file, folder)]
    if not any(not entry.reason for entry in entries):
        first = "; ".join(f"{e.source}: {e.reason}" for e in entries[:1])
        found = f"{len(entries)} that cannot be used; {first}" if entries else "none"
        kinds = f"(.pdf, .txt, {', '.join(LINES)})"
        raise InputError(f"{path}: expected annual reports {kinds}, found {found}")
    return _mark_repeats(list(_join_parts(entries)))


def check_reports(path: str | Path, *, scope: str = "text") -> FileReport:
    """Load every report, one at a time, and say on one line what is found. Raises nothing.

    Returns
    -------
    FileReport
        One finding a report: a note if it can be used, a warning if it is doubtful or left
        out. `data` lists firm, year and characters of each that can be used.
    """
    report = FileReport(Path(path), "reports", data=[])
    entries: tuple[Entry, ...] = ()
    with report.reading():
        entries = open_reports(path, scope=scope)
    for entry in entries:
        found = entry.load()
        if isinstance(found, LeftOut):
            report.warn(found.source, f"left out: {found.reason}")
            continue
        source, doubts = split_source(found.source)
        report.data.append((found.bank, found.year, len(found.text)))
        report.note(source, f"{found.bank} {found.year}, {len(found.text):,} characters")
        if doubts:
            report.warn(source, doubts)
    if entries and not report.data:
        report.error("folder", f"none of {count(len(entries), 'report')} can be used")
    if report.data:
        firms, years, characters = zip(*report.data, strict=True)
        report.summary = (
            f"{count(len(firms), 'report')} of {count(len(set(firms)), 'firm')}, {min(years)} to "
            f"{max(years)}, {sum(characters):,} characters; {len(entries) - len(firms)} left out; "
            f"counted is {SCOPES[scope]}"
        )
    return report


def split_source(source: str) -> tuple[str, str]:
    """Part the source of a report from what is doubtful in it.

    Examples
    --------
    >>> split_source("a.pdf (2 of 90 pages hold no text)")
    ('a.pdf', '2 of 90 pages hold no text')
    """
    match = re.fullmatch(r"(.*\.\w+(?:, line \d+)?(?: and \d+ more)?) \((.*)\)", source)
    return (match[1], match[2]) if match else (source, "")


def _files(root: Path) -> Iterator[Path]:
    if root.is_file():
        yield root
        return
    for file in root.rglob("*"):
        hidden = any(part.startswith((".", "~$")) for part in file.relative_to(root).parts)
        known = file.suffix.casefold() in KINDS or _OTHER_DOCUMENTS.fullmatch(file.suffix)
        if known and not hidden and file.is_file():
            yield file


def _entries(file: Path, folder: Path) -> Iterator[Entry]:
    source = file.relative_to(folder).as_posix()
    kind, start, reason = KINDS.get(file.suffix.casefold(), "none"), b"", ""
    if kind == "none":
        reason = f"expected .pdf, .txt or {LINES[0]}, found {file.suffix or 'no ending'}"
    else:
        try:
            with open(file, "rb") as opened:
                start = opened.readline(1 << 24)
                if not start.strip(_BLANK) and not opened.read().strip(_BLANK):
                    reason = "expected a report, found an empty file"
        except OSError as error:
            reason = f"cannot be read: {error.strerror}"
    if reason:
        yield Entry(str(file), source, "none", reason=reason)
        return
    named = name_report(PurePosixPath(folder.name) / source)
    # A text whose name tells nothing may hold reports as JSON lines do.
    looks = start.lstrip(_BLANK).startswith((b"{", b"["))
    form = form_of(start)
    of_lines = kind == "lines" or form == "reports" or (looks and isinstance(named, str))
    if of_lines and form != "rows":
        yield from _line_entries(file, source)
    elif isinstance(named, str):
        yield Entry(str(file), source, kind, reason=named)
    else:
        yield Entry(str(file), source, "text" if kind == "lines" else kind, **named)


def _line_entries(file: Path, source: str) -> Iterator[Entry]:
    """One entry a line; a line is read to know its bank and year, and let go."""
    start, found = 0, []
    with open(file, "rb") as lines:
        for number, line in enumerate(lines, start=1):
            where = f"{source}, line {number}"
            entry = Entry(str(file), where, "line", start=start, length=len(line))
            start += len(line)
            try:
                if line.strip(_BLANK):
                    fields = read_line(line)
                    part = fields["page"] or (number if len(fields["text"]) < _PAGE else 0)
                    told = {"bank": fields["bank"], "year": fields["year"], "part": part}
                    found.append(replace(entry, **told))
            except InputError as error:
                found.append(replace(entry, reason=str(error)))
    yield from found


def _join_parts(entries: list[Entry]) -> Iterator[Entry]:
    """Make one entry of the parts of a report: files that say so, or pages in lines."""
    groups: dict[tuple, list[Entry]] = defaultdict(list)
    for entry in entries:
        if entry.part and not entry.reason:
            file = entry.path if entry.kind == "line" else ""
            groups[entry.bank, entry.year, file].append(entry)
    whole = [group for group in groups.values() if len({e.part for e in group}) == len(group) > 1]
    group_of = {entry: group for group in whole for entry in group}
    for entry in entries:
        parts = group_of.get(entry)
        if parts is None:
            # A line of its own is a short report.
            yield replace(entry, part=0) if entry.kind == "line" else entry
        elif entry is parts[0]:
            ordered = tuple(sorted(parts, key=lambda part: part.part))
            source = f"{entry.source} and {len(parts) - 1} more"
            yield replace(entry, source=source, parts=ordered)


def _mark_repeats(entries: list[Entry]) -> tuple[Entry, ...]:
    """Put before each entry those of the same firm and year that are preferred to it."""
    # Later versions first; of the same version the one whose name says its year.
    usable = [entry for entry in entries if not entry.reason]
    before: dict[tuple, tuple[Entry, ...]] = defaultdict(tuple)
    earlier: dict[Entry, tuple[Entry, ...]] = {}
    for entry in sorted(usable, key=lambda other: (-other.version, not other.marked)):
        earlier[entry] = before[entry.bank, entry.year]
        before[entry.bank, entry.year] += (entry,)
    return tuple(replace(entry, earlier=earlier.get(entry, ())) for entry in entries)

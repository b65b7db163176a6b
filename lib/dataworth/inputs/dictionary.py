"""A user's own dictionary of terms: read it, or say everything that is wrong with it."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from dataworth.inputs.encodings import decode, read_bytes
from dataworth.inputs.report import FileReport
from dataworth.inputs.reports.plain_text import simplify
from dataworth.inputs.tables.headers import key, names_of
from dataworth.inputs.tables.tabular import TEXT_SUFFIXES, Rows, read_table
from dataworth.inputs.tables.text import count, shorten, some

STAGES = ("collection", "storage", "analysis", "application")
LONGEST_TERM = 20

_STAGE_OF, _HEADERS = names_of("stage"), names_of("word")
# What jieba's own dictionaries say of a word.
_PARTS_OF_SPEECH = (
    "n|n[gltwz]|nr[12fjt]?|nsf?|v|v[dfgilnx]|vshi|vyou|a|a[dgln]|bl?|d|d[fg]|[fijlqrstuxyz]|m|m[gq]|"
    "r[rz]|tg|u[gjlvz]|eng|zg|名词|动词|形容词|副词"
)
_SEPARATORS = re.compile(r"[\t,;，；、|]")
_SPLIT_CHINESE = re.compile(r"(?<=[\u4e00-\u9fff]) (?=[\u4e00-\u9fff])")
_CONTENT = re.compile(r"[\w\u4e00-\u9fff+#./& -]+")
_NUMBER = r"-?\d+(?:[.,]\d+)*(?:e[+-]?\d+)?%?"
_ELSE = re.compile(f"{_NUMBER}|{_PARTS_OF_SPEECH}")
_ATTACHED = re.compile(rf"(?<=[\u4e00-\u9fff])[/_:(](?=(?:{_ELSE.pattern})\)?$)")
_LIST = re.compile(r"^\s*(?:\w+\s*=\s*)?[\[{(]\s*(?=[\"'])|^\s*\w+\s*=\s*[\[{(]|[\]})],?\s*$")
_GROUP = re.compile(r"\s*(?P<name>[^:,、;\t|]{2,12}):(?P<terms>.*[,、;\s|].*)")
_HEADING = re.compile(r"\s*(?:[\[【]([^\]】\"',]{2,12})[\]】]|([^:,、;\t|]{2,12}):)\s*")
_BULLET = re.compile(r"^\s*(?:[-*]\s+|[•·●▪◆■○]\s*)(?=\S)")
_NUMBERED = re.compile(r"\(?(\d{1,4})[.)、:]?\s*(?=[^\d\s])")
_PATTERN = re.compile(
    r"\(.*\||\.[*+?{]|\\[a-zA-Z]|\[[^\]\"']+\]|\{\d|[\u4e00-\u9fff][*?$%^]|\(\?"
    r"|\s(?:AND|OR|NOT)\s"
    # Joined as search forms join words; 互联网+医疗 and 人工智能+制造 are terms.
    r"|(?<=[\u4e00-\u9fff])(?<!互联网)(?<!智能)\s*[+&]\s*(?=[\u4e00-\u9fff])"
)


def read_dictionary(path: str | Path) -> pd.DataFrame:
    """Read a dictionary from CSV, TXT or Excel.

    Parameters
    ----------
    path : str or Path
        A table with a column of terms and, if you like, one of stages or categories; with or
        without a header. Or a text: one term a line, terms on one line, a numbered list, a
        list in Python's brackets, a heading and its terms, or a dictionary made for jieba
        (frequency, part of speech). Lines that begin with # are comments. Encodings as for
        `dataworth.inputs.tables.tabular.read_table`.

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
        The file cannot be opened, holds patterns instead of terms, or no term.
    """
    return check_dictionary(path).use()


def check_dictionary(path: str | Path) -> FileReport:
    """Find everything that is wrong or doubtful in a dictionary.

    Returns
    -------
    FileReport
        Its `data` is the table of `read_dictionary`. It never raises an error. A file whose
        findings are all warnings can be used.
    """
    report = FileReport(Path(path), "dictionary")
    terms: dict[str, str] = {}
    with report.reading():
        pairs = _pairs(_rows(report.path, report), report)
        left = sum(not _take(row, term, stage, terms, report) for row, term, stage in pairs)
        if not terms and not report.errors:
            first = f" ({report.findings[0]})" if report.findings else ""
            report.error("file", f"expected terms, found none that can be used{first}")
        elif left > len(terms):
            message = f"expected terms, found {left} cells that are none to {len(terms)} that are"
            report.error("file", message)
    report.data = pd.DataFrame(list(terms.items()), columns=["term", "stage"], dtype=object)
    report.summary = f"{count(len(terms), 'term')}, {sum(map(bool, terms.values()))} with a stage"
    return report


def _rows(path: Path, report: FileReport) -> Rows:
    """Rows of cells, comments taken away; a heading stands behind each of its terms."""
    if path.suffix.casefold() not in TEXT_SUFFIXES:
        table = read_table(path, report)
        cells = [(1, *table.frame), *table.frame.itertuples(name=None)]
        return [(int(number), [_plain(cell) for cell in row]) for number, *row in cells]
    text, converted = simplify(unicodedata.normalize("NFKC", decode(read_bytes(path))))
    if converted:
        report.warn("file", "traditional characters, converted")
    return _json_rows(text) or _numbers_off(_text_rows(text, report))


def _text_rows(text: str, report: FileReport) -> Rows:
    kept = {
        number: _BULLET.sub("", line.split(" #")[0])
        for number, line in enumerate(text.splitlines(), start=1)
        if not line.lstrip().startswith(("#", "//"))
    }
    alone, heading, rows = sum(map(bool, kept.values())) == 1, "", []
    for number, line in kept.items():
        if title := _HEADING.fullmatch(line):
            heading = _plain(title[1] or title[2])
        elif _PATTERN.search(line):
            _refuse_pattern(number, line, report)
        elif group := _GROUP.fullmatch(line := _LIST.sub("", _LIST.sub("", line))):
            cells = _cells(group["terms"], alone=True)
            rows += [(number, [cell, _plain(group["name"])]) for cell in cells if cell]
        else:
            rows.append((number, _cells(line, alone=alone) + [heading] * bool(heading)))
    return rows


def _refuse_pattern(row: int, text: str, report: FileReport) -> None:
    report.error(f"row {row}", f"expected terms, found a pattern, {shorten(text.strip())}")


def _numbers_off(rows: Rows) -> Rows:
    """Take off the numbers of a list that counts its terms from one."""
    counts = [int(m[1]) for _, cells in rows for cell in cells if (m := _NUMBERED.match(cell))]
    if len(counts) < 2 or counts != list(range(1, len(counts) + 1)):
        return rows
    return [(row, [_NUMBERED.sub("", cell, count=1) for cell in cells]) for row, cells in rows]


def _json_rows(text: str) -> Rows:
    """Rows of a list, or of lists by their stages, as JSON writes them; none of other text."""
    try:
        found = json.loads(text)
    except ValueError:
        return []
    groups = found if isinstance(found, dict) else {"": found}
    lists = {name: terms for name, terms in groups.items() if isinstance(terms, list)}
    return [(1, [_plain(t), _plain(name)]) for name, terms in lists.items() for t in terms]


def _plain(text: str) -> str:
    """Full-width signs made plain; blanks of every kind made one, none between Chinese signs."""
    plain = " ".join(unicodedata.normalize("NFKC", str(text)).replace("\u200b", "").split())
    return plain.strip("\"'“”‘’《》「」()[] ")


def _cells(line: str, *, alone: bool) -> list[str]:
    """Take a line apart: at tabs, commas and the like; else at blanks that part terms.

    A blank inside a short term, 数据 治理, does not; nor does one in an English term.
    """
    line = line.strip().rstrip("。" if alone else "")
    if _SEPARATORS.search(line):
        return [_plain(cell) for cell in _SEPARATORS.split(line)]
    words = _plain(_ATTACHED.sub(" ", line)).split(" ")
    rest = []
    while len(words) > 1 and _says_something_else(words[-1]):
        rest.append(words.pop())
    if len(words) > 1 and _ELSE.fullmatch(words[0]) and not words[1].isascii():
        rest.append(words.pop(0))
    parted = all(not w.isascii() and (len(w) > 2 or (alone and len(words) > 2)) for w in words)
    return [*words, *rest] if parted else [" ".join(words), *rest]


def _says_something_else(word: str) -> bool:
    """Whether a cell is a number, a part of speech or a stage, and no term."""
    return bool(_ELSE.fullmatch(word)) or _is_stage(word)


def _is_stage(word: str) -> bool:
    return key(word) in _STAGE_OF and not word.startswith("数据")


def _pairs(rows: Rows, report: FileReport) -> Iterable[tuple[int, str, str]]:
    """Yield row, term and stage, as the header says if there is one, else as the columns do."""
    rows = [(number, cells) for number, cells in rows if any(cells)]
    if not rows:
        return
    header = rows[0][1]
    width = max(len(cells) for _, cells in rows)
    table = [(number, [*cells, *[""] * (width - len(cells))]) for number, cells in rows]
    columns = list(zip(*(cells for _, cells in table), strict=True))
    heads = [_HEADERS.get(key(name)) for name in header]
    term_at = [i for i, head in enumerate(heads) if head == "terms"][:1]
    stage_at = [i for i, head in enumerate(heads) if head == "stages"]
    if term_at:
        table, columns = table[1:], [column[1:] for column in columns]
        stage_at.sort(key=lambda i: -sum(key(word) in _STAGE_OF for word in columns[i]))
        read = (*term_at, *stage_at[:1])
        if unread := [name for i, name in enumerate(header) if name and i not in read]:
            report.warn("header", f"columns that are not read: {', '.join(unread)[:80]}")
    elif len(header) > 1 and len(rows) > 1 and all(map(_is_stage, header)):
        for number, cells in table[1:]:  # a column for each stage
            yield from ((number, c, name) for c, name in zip(cells, header, strict=False) if c)
        return
    else:
        term_at, stage_at = _columns(columns, report)
    for number, cells in table:
        stage = cells[stage_at[0]] if stage_at else ""
        wanted = [cells[i] for i in term_at]
        yield from ((number, c, stage) for c in wanted if c or len(wanted) == 1)


def _columns(columns: list[tuple[str, ...]], report: FileReport) -> tuple[list[int], list[int]]:
    """Return which columns hold terms and which stages, by what stands in them."""
    filled = [[cell for cell in column if cell] for column in columns]
    stages = [i for i, cells in enumerate(filled) if cells and all(map(_is_stage, cells))]
    other = [i for i, cells in enumerate(filled) if cells and all(map(_says_something_else, cells))]
    latin = [i for i, cells in enumerate(filled) if len(cells) > 1 and "".join(cells).isascii()]
    terms = [i for i in range(len(columns)) if i not in other and filled[i]] or [0]
    if 0 < len(set(latin) & set(terms)) < len(terms):
        report.warn("file", f"columns without Chinese are not read: {some(filled[latin[0]])}")
        terms = [i for i in terms if i not in latin]
    shares = {i: len(set(filled[i])) / len(filled[i]) for i in terms if filled[i]}
    most = max(shares.values(), default=1.0)
    # A category stands beside many terms; a term stands there once.
    if categories := [i for i, share in shares.items() if share <= 0.75 * most]:
        terms = [i for i in terms if i not in categories]
        known = [i for i in categories if all(key(c) in _STAGE_OF for c in filled[i])]
        stages = stages or known
        if not known:
            words = ", ".join(dict.fromkeys(filled[categories[0]]))[:60]
            report.warn("file", f"categories that are no stages are not read: {words}")
    return terms, [i for i in stages if i not in terms]


def _take(row: int, written: str, word: str, terms: dict[str, str], report: FileReport) -> bool:
    """Add a term, or note why it is left out; return whether it is one."""
    where = f"row {row}"
    if _PATTERN.search(written):  # in a cell: those of plain text are refused by line
        _refuse_pattern(row, written, report)
        return False
    term = _SPLIT_CHINESE.sub("", written)
    if term != written:
        report.warn(where, f"blanks were taken out: {shorten(written)} is read as {term}")
    if problem := _problem(term):
        report.warn(where, f"left out: {problem}, found {shorten(term)}")
        return False
    stage = _STAGE_OF.get(key(word), "")
    if word and not stage and not _says_something_else(word):
        known = ", ".join(STAGES)
        report.warn(where, f"expected a stage ({known}), found {shorten(word)}; {term} has none")
    if term not in terms:
        terms[term] = stage
        return True
    other = bool(stage) and bool(terms[term]) and terms[term] != stage
    kept = f"; its stage stays {terms[term]}" if other else ""
    report.warn(where, f"{term} stands above too{kept}")
    terms[term] = terms[term] or stage
    return True


def _problem(term: str) -> str:
    """Describe what was expected instead of a cell that is no term; nothing if it is one."""
    longest = 3 * LONGEST_TERM if term.isascii() else LONGEST_TERM
    problems = {
        "a term": not term,
        "a term with letters or Chinese signs": not any(map(str.isalpha, term)),
        "two signs or more": len(term) < 2,
        f"at most {longest} signs": len(term) > longest,
        "a term without punctuation": not _CONTENT.fullmatch(term),
    }
    return next((f"expected {what}" for what, holds in problems.items() if holds), "")

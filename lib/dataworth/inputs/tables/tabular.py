"""Tables from CSV and Excel files as people and terminals write them.

Every cell comes back as text, as the file has it: what a cell means (a stock
code with leading zeros, a quarter, an amount) is for the reader above to say.
"""

from __future__ import annotations

import csv
import datetime
import gzip
import io
import re
import warnings
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

from dataworth.errors import InputError
from dataworth.inputs.encodings import OLE, decode, read_bytes
from dataworth.inputs.report import FileReport
from dataworth.inputs.tables.headers import is_total, key, label_of, split_header
from dataworth.inputs.tables.text import plain_text, shorten, some
from dataworth.inputs.tables.units import header_unit, without_unit

TEXT_SUFFIXES = (".csv", ".tsv", ".txt")
EXCEL_SUFFIXES = (".xlsx", ".xlsm")

_NOTE = re.compile(
    r"(?:数据|资料)?来源|注\s*[:：\d]|备注|说明|制表|(?:导出|更新|下载)(?:时间|日期)|单位\s*[:：]"
    r"|source\b|notes?\b|\*",
    re.IGNORECASE,
)
_UNIT_LINE = re.compile(r"单位\s*[:：]")
_UNIT_CELL = re.compile(
    r"(?:单位[:：]?)?(?:人民币|RMB|CNY|¥)?\s*(?:'?000|[十百千万亿]*元?|million|thousand|[bm]n?)",
    re.IGNORECASE,
)
_UNIT_CELLS = {"没有单位", "无单位", "单位", "unit", "units", "%", "次", "倍", "人", "persons"}
_UNIT_CELLS |= {"ratio", "yuan", "个", "户", "家", "per cent", "fraction"}


@dataclass(frozen=True)
class Table:
    """A table as its file has it.

    Attributes
    ----------
    frame : pandas.DataFrame
        Text cells without spaces around them, ``""`` where a cell is empty.
        The columns are the header, line breaks made spaces; two may share a
        name. The index holds row numbers as a spreadsheet shows them. Empty
        rows and columns, titles and notes are left out.
    names : list of str
        What a second row of the header calls each column; ``""`` without one.
    units : list of str
        What states the unit of each column: a row of units, the header, or a line above.
    """

    frame: pd.DataFrame
    names: list[str]
    units: list[str]

    @property
    def labels(self) -> list[str | None]:
        """Return of each column who or when it speaks of (`label_of`); None for figures."""
        return [label_of(a) or label_of(b) for a, b in zip(self.frame, self.names, strict=True)]

    @property
    def keys(self) -> list[str]:
        """Return the name of each column without its unit, as `key` writes it."""
        keys = [key(without_unit(split_header(name)[0])) for name in self.frame]
        return [a or key(b) for a, b in zip(keys, self.names, strict=True)]

    def places(self, *labels: str, **preferred: tuple[str, ...]) -> dict[str, int]:
        """Return the position of the first column with each label, if there is one.

        A keyword names several labels, of which the first that there is counts.
        """
        wanted = {label: (label,) for label in labels} | preferred
        found = {n: [x for x in options if x in self.labels] for n, options in wanted.items()}
        return {n: self.labels.index(options[0]) for n, options in found.items() if options}


Rows = list[tuple[int, list[str]]]


def read_table(path: str | Path, report: FileReport) -> Table:
    """Read the table of a file, and note in `report` what does not fit or is left out.

    CSV may be UTF-8 (with or without mark), UTF-16 with mark, GBK or GB 18030,
    separated by comma, semicolon or tab; ``.gz`` may be behind its ending. Of an Excel
    workbook the first sheet with a table is read. Titles above, notes below, a column that
    only counts rows, and rows of names and of units under the header are told apart.

    Raises
    ------
    InputError
        The file does not exist, is empty, or is no table that can be opened.
    """
    path = Path(path)
    name = path.name.casefold()
    suffix = Path(name.removesuffix(".gz")).suffix
    known = ", ".join(TEXT_SUFFIXES + EXCEL_SUFFIXES)
    if suffix not in TEXT_SUFFIXES + EXCEL_SUFFIXES and not path.is_dir():
        found = shorten(path.name) + ("; save it anew as .xlsx" if suffix == ".xls" else "")
        raise InputError(f"{path}: expected a name ending in {known}, found {found}")
    raw = read_bytes(path)
    if name.endswith(".gz"):
        try:
            raw = gzip.decompress(raw)
        except (OSError, EOFError, zlib.error):
            raise InputError(f"{path}: expected a gzip file, found a damaged one") from None
    rows = _excel_rows(raw, report) if suffix in EXCEL_SUFFIXES else list(_text_rows(raw))
    return _table(rows, report)


def _text_rows(raw: bytes) -> Iterator[tuple[int, list[str]]]:
    text = decode(raw)
    lines = [line for line in text.splitlines()[:20] if line.strip()] or [""]
    counts = {sign: [line.count(sign) for line in lines] for sign in "\t;,"}
    # A sign in a title says nothing: the one that most lines have.
    separator = max(counts, key=lambda sign: (sum(map(bool, counts[sign])), max(counts[sign])))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    row = 1
    try:
        for cells in reader:
            yield row, cells
            row = reader.line_num + 1
    except csv.Error as error:
        raise InputError(f"row {row}: quotation marks do not match ({error})") from None


def _excel_rows(raw: bytes, report: FileReport) -> Rows:
    if raw.startswith(OLE):
        locked = "EncryptedPackage".encode("utf-16-le") in raw
        found = "one that is locked with a password" if locked else "an old .xls under a new name"
        raise InputError(f"expected an open .xlsx workbook, found {found}; save it anew")
    from openpyxl import load_workbook

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # styles and extensions that do not concern us
            sheets = load_workbook(io.BytesIO(raw), read_only=True, data_only=True).worksheets
            # A cover holds lines of text, a table two filled cells side by side.
            pairs = ((sheet, _sheet_rows(sheet)) for sheet in sheets)
            tables = (p for p in pairs if sum(sum(map(bool, cells)) > 1 for _, cells in p[1]) > 1)
            sheet, rows = next(tables, None) or (sheets[0], _sheet_rows(sheets[0]))
    except Exception as error:  # a damaged workbook fails anywhere in zip, XML or openpyxl
        reason = f"{type(error).__name__}: {error}"[:120]
        message = f"expected an .xlsx workbook, found a damaged one or another format ({reason})"
        raise InputError(message) from None
    if len(sheets) > 1:
        report.warn("file", f"{len(sheets)} sheets; only {shorten(sheet.title)} is read")
    return rows


def _sheet_rows(sheet: Any) -> Rows:
    rows = enumerate(sheet.iter_rows(), start=1)
    return [(number, cells) for number, row in rows if any(cells := [_cell_text(c) for c in row])]


def _cell_text(cell: Any) -> str:
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, datetime.datetime):
        midnight = value.time() == datetime.time()
        return value.date().isoformat() if midnight else value.isoformat(" ")
    if isinstance(value, float | int) and not isinstance(value, bool):
        layout = cell.number_format or ""
        # A per-cent sign in quotation marks is written behind the number as it is.
        if "%" in (computed := re.sub(r'"[^"]*"|\\.', "", layout)):
            return f"{value * 100:.10g}%"
        whole = float(value).is_integer() and abs(value) < 1e15
        text = str(int(value)) if whole else repr(value)
        return text + "%" if "%" in layout and "%" not in computed else text
    return str(value)


def _table(rows: Rows, report: FileReport) -> Table:
    cleaned = [(number, [_clean(cell) for cell in cells]) for number, cells in rows]
    filled = [(number, cells) for number, cells in cleaned if any(cells)]
    if not filled:
        raise InputError("expected a header and rows, found no filled cell")
    titles = _titles(filled)
    for number, cells in filled[:titles]:
        report.warn(f"row {number}", f"a title, {shorten(next(filter(None, cells)))}; left out")
    units = [c for _, cells in filled[:titles] for c in cells if "单位" in c and header_unit(c)]
    (header_row, header), *body = filled[titles:]
    header = [" ".join(name.split()) for name in header]
    while not header[-1]:
        header.pop()
    while body and _is_note(body[-1][1]):
        number, cells = body.pop()
        report.warn(f"row {number}", f"a note, {shorten(next(filter(None, cells)))}; left out")
    for number, cells in (totals := [row for row in body if any(map(is_total, row[1]))]):
        report.warn(f"row {number}", f"computed from other rows, {shorten(cells[0])}; left out")
    body = [row for row in body if row not in totals]
    width = len(header)
    for number, cells in body:
        if any(cells[width:]):
            message = f"expected {width} cells, found {len(cells)}"
            message += " (a number with thousands separators needs quotation marks in a CSV)"
            report.error(f"row {number}", message)
    padded = [(cells + [""] * width)[:width] for _, cells in body]
    frame = pd.DataFrame(padded, columns=header, dtype=object)
    frame.index = pd.Index([number for number, _ in body], name="row", dtype=int)
    keep = []
    for i, name in enumerate(header):
        counts = _counts_rows(name, frame.iloc[:, i])
        keep.append(not counts and (bool(name) or (frame.iloc[:, i] != "").any()))
        if keep[i] and not name:
            message = "expected a name for this column, found none"
            report.error(f"row {header_row}, column {i + 1}", message)
    return _second_header(frame.loc[:, keep], units[0] if units else "")


def _titles(filled: Rows) -> int:
    """Count the rows above the header: one cell each, a unit, or headings of several columns."""
    for i, (_, cells) in enumerate(filled[:6]):
        width = sum(map(bool, cells))
        below = [row for _, row in filled[i + 1 : i + 3]]
        is_title = width == 1 or any(map(_UNIT_LINE.match, cells))
        if below and not _has_digit([*cells, *below[0]]):
            is_title |= sum(map(bool, below[0])) >= 2 * width
        if not (is_title and any(sum(map(bool, row)) > 1 for row in below)):
            return i
    return 0


def _is_note(cells: list[str]) -> bool:
    written = [cell for cell in cells if cell]
    return len(written) <= 2 and bool(_NOTE.match(written[0])) and bool(cells[0])


def _counts_rows(name: str, cells: pd.Series) -> bool:
    """Whether a column only counts rows, as an index that was saved with the table does."""
    if name.casefold() not in ("", "index", "序号") and not name.startswith("Unnamed"):
        return False
    counts = ([str(start + n) for n in range(len(cells))] for start in (0, 1))
    return len(cells) > 0 and cells.tolist() in counts


def _second_header(frame: pd.DataFrame, unit: str) -> Table:
    """Take rows of names and of units off the body: words alone, above rows with figures."""
    header = list(frame.columns)
    names, units = [""] * len(header), [split_header(name)[1] for name in header]
    units = [stated if header_unit(stated) or not unit else unit for stated in units]
    taken = 0
    while taken < min(2, len(frame) - 1):
        cells = frame.iloc[taken].tolist()
        stated = [
            bool(c) and (c.casefold() in _UNIT_CELLS or bool(_UNIT_CELL.fullmatch(plain_text(c))))
            for c in cells
        ]
        if any(stated) and sum(stated) >= sum(map(bool, cells)) - 1:
            units = [c or unit for c, unit in zip(cells, units, strict=True)]
        elif _has_digit(cells) or not all(cells) or not _has_digit(frame.iloc[-1]):
            break
        else:
            names = cells
        taken += 1
    return _units_in_columns(Table(frame.iloc[taken:], names, units))


def _units_in_columns(table: Table) -> Table:
    """Take the unit of columns that state none from a column of units or currencies."""
    for at in table.places("currency", "unit").values():
        cells = [cell for cell in table.frame.iloc[:, at].unique() if header_unit(cell)]
        if len({header_unit(cell) for cell in cells}) > 1:
            found = f"column {table.frame.columns[at]}: expected one unit, found {some(cells)}"
            raise InputError(found)
        if cells and header_unit(cells[0]) != 1:
            units = [unit if header_unit(unit) else cells[0] for unit in table.units]
            table = replace(table, units=units)
    return table


def _has_digit(cells: Any) -> bool:
    return any(re.search("[0-9]", cell) for cell in cells)


def _clean(cell: str) -> str:
    """Drop space and invisible marks at the ends; full-width signs may belong to a name."""
    return cell.strip(" \t\r\n\f\xa0\u3000\u200b\ufeff")

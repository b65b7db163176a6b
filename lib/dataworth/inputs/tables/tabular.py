"""Tables from CSV and Excel files in the encodings that Chinese software writes.

Every cell comes back as text, as the file has it: what a cell means (a stock
code with leading zeros, a quarter, an amount) is for the reader above to say.
"""

from __future__ import annotations

import csv
import datetime
import io
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from dataworth.errors import InputError
from dataworth.inputs.tables.numbers import shorten

TEXT_SUFFIXES = (".csv", ".tsv", ".txt")
EXCEL_SUFFIXES = (".xlsx", ".xlsm")

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = b"PK\x03\x04"


@dataclass(frozen=True)
class Finding:
    """One thing that a check found in a file.

    Attributes
    ----------
    severity : str
        ``"error"``: the file cannot be used; ``"warning"``: it can.
    where : str
        ``"file"``, or row and column as the user sees them.
    message : str
        What was expected and what was found, on one line.
    """

    severity: str
    where: str
    message: str

    def describe(self, path: Path) -> str:
        """Say it with the name of the file."""
        where = "" if self.where == "file" else f"{self.where}: "
        return f"{path}: {where}{self.message}"


@dataclass(frozen=True)
class Table:
    """A table as its file has it.

    Attributes
    ----------
    frame : pandas.DataFrame
        Text cells without spaces around them, ``""`` where a cell is empty.
        The columns are the header, line breaks made spaces; two may share a
        name. The index holds row numbers as a spreadsheet shows them. Empty
        rows and columns are left out.
    findings : tuple of Finding
        Rows that do not fit the header, sheets that were not read.
    """

    frame: pd.DataFrame
    findings: tuple[Finding, ...]


def read_table(path: str | Path) -> Table:
    """Read the first table of a file.

    CSV may be UTF-8 (with or without mark), UTF-16 with mark, GBK or GB 18030,
    separated by comma, semicolon or tab. Of an Excel workbook the first sheet
    is read. The first row that is not empty is the header.

    Raises
    ------
    InputError
        The file does not exist, is empty, or is no table that can be opened.
    """
    path = Path(path)
    raw = _read_bytes(path)
    suffix = path.suffix.casefold()
    if suffix in EXCEL_SUFFIXES:
        rows, findings = _excel_rows(path, raw)
    elif suffix in TEXT_SUFFIXES:
        rows, findings = _text_rows(path, raw), []
    elif suffix == ".xls":
        raise InputError(f"{path}: expected .xlsx or CSV, found .xls; save it anew as .xlsx")
    else:
        known = ", ".join(TEXT_SUFFIXES + EXCEL_SUFFIXES)
        raise InputError(f"{path}: expected a name ending in {known}, found {shorten(path.name)}")
    return _table(path, rows, findings)


def decode(path: Path, raw: bytes) -> str:
    """Turn the bytes of a text file into text, whichever usual encoding they are in.

    Raises
    ------
    InputError
        The bytes are not text in an encoding that is tried.
    """
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    else:
        # GB 18030 holds GBK and GB 2312. It comes last: UTF-8 proves itself.
        encodings = [] if b"\0" in raw else ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not any(sign < " " and sign not in "\t\n\r\f" for sign in text):
            return text
    raise InputError(f"{path}: expected text in UTF-8, UTF-16 or GBK, found {_kind(raw)}")


def _read_bytes(path: Path) -> bytes:
    try:
        if path.exists() and not path.is_file():
            found = "a folder" if path.is_dir() else "a device"
            raise InputError(f"{path}: expected a file, found {found}")
        raw = path.read_bytes()
    except FileNotFoundError:
        raise InputError(f"{path}: there is no such file") from None
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}") from None
    if not raw.strip():
        raise InputError(f"{path}: expected a header and rows, found an empty file")
    return raw


def _kind(raw: bytes) -> str:
    if raw.startswith(_ZIP):
        return "a zip archive (if it is an Excel workbook, end its name in .xlsx)"
    if raw.startswith(_OLE):
        return "an old Excel workbook; save it anew as .xlsx"
    return "a binary file or another encoding; save it anew as UTF-8"


def _text_rows(path: Path, raw: bytes) -> Iterator[tuple[int, list[str]]]:
    text = decode(path, raw)
    first_line = next((line for line in text.splitlines() if line.strip()), "")
    separator = max("\t;,", key=first_line.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    row = 1
    try:
        for cells in reader:
            yield row, cells
            row = reader.line_num + 1
    except csv.Error as error:
        raise InputError(f"{path}: row {row}: quotation marks do not match ({error})") from None


def _excel_rows(path: Path, raw: bytes) -> tuple[list[tuple[int, list[str]]], list[Finding]]:
    if raw.startswith(_OLE):
        locked = "EncryptedPackage".encode("utf-16-le") in raw
        found = "one that is locked with a password" if locked else "an old .xls under a new name"
        raise InputError(f"{path}: expected an open .xlsx workbook, found {found}; save it anew")
    from openpyxl import load_workbook

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # styles and extensions that do not concern us
            book = load_workbook(io.BytesIO(raw), read_only=True, data_only=True)
            sheets = book.worksheets
            rows = [
                (number, cells)
                for number, row in enumerate(sheets[0].iter_rows(), start=1)
                if any(cells := [_cell_text(cell) for cell in row])
            ]
    except Exception as error:  # a damaged workbook fails anywhere in zip, XML or openpyxl
        reason = f"{type(error).__name__}: {error}"[:120]
        message = f"{path}: expected an .xlsx workbook, found a damaged one or another format"
        raise InputError(f"{message} ({reason})") from None
    if len(sheets) == 1:
        return rows, []
    message = f"{len(sheets)} sheets; only the first, {shorten(sheets[0].title)}, is read"
    return rows, [Finding("warning", "file", message)]


def _cell_text(cell: Any) -> str:
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, datetime.datetime):
        midnight = value.time() == datetime.time()
        return value.date().isoformat() if midnight else value.isoformat(" ")
    if isinstance(value, float | int) and not isinstance(value, bool):
        if "%" in (cell.number_format or ""):
            return f"{value * 100:.10g}%"
        whole = float(value).is_integer() and abs(value) < 1e15
        return str(int(value)) if whole else repr(value)
    return str(value)


def _table(path: Path, rows: Iterable[tuple[int, list[str]]], findings: list[Finding]) -> Table:
    cleaned = ((number, [_clean(cell) for cell in cells]) for number, cells in rows)
    filled = [(number, cells) for number, cells in cleaned if any(cells)]
    if not filled:
        raise InputError(f"{path}: expected a header and rows, found no filled cell")
    (header_row, header), *body = filled
    header = [" ".join(name.split()) for name in header]
    while not header[-1]:
        header.pop()
    width = len(header)
    for number, cells in body:
        if any(cells[width:]):
            message = f"expected {width} cells, found {len(cells)}"
            message += " (a number with thousands separators needs quotation marks in a CSV)"
            findings.append(Finding("error", f"row {number}", message))
    frame = pd.DataFrame(
        [(cells + [""] * width)[:width] for _, cells in body],
        index=pd.Index([number for number, _ in body], name="row", dtype=int),
        columns=header,
        dtype=object,
    )
    keep = [bool(name) or (frame.iloc[:, i] != "").any() for i, name in enumerate(header)]
    for i in range(width):
        if keep[i] and not header[i]:
            message = "expected a name for this column, found none"
            findings.append(Finding("error", f"row {header_row}, column {i + 1}", message))
    return Table(frame.loc[:, keep], tuple(findings))


def _clean(cell: str) -> str:
    """Drop space and invisible marks at the ends; full-width signs may belong to a name."""
    return cell.strip(" \t\r\n\f\xa0\u3000\u200b\ufeff")

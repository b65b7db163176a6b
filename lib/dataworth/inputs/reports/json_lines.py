"""JSON lines: a report, a page or a row of a page in each."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from dataworth.errors import InputError
from dataworth.inputs.encodings import DAMAGE, decode
from dataworth.inputs.reports.names import bank_of, year_of
from dataworth.inputs.tables.headers import label_of
from dataworth.inputs.tables.text import shorten

_TEXTS = ("text", "content", "inside", "正文", "内容", "文本", "全文")
_PAGES = ("page", "页码", "页", "page_no", "part")
_EDGES = ("页眉", "页脚", "header", "footer")
_TABLES = ("excel", "table", "表格")


def read_line(line: bytes) -> dict[str, Any]:
    """Read bank, year, page and text from one line.

    Returns
    -------
    dict
        bank (short name of a listed bank, or the name as written) and year (int), both None
        if the line has neither; page (number, None without); and text (as the line has it).

    Raises
    ------
    InputError
        The line is no JSON object with a text, or lacks either bank or year.
    """
    record = _record(line)
    values = {name: value for name, value in record.items() if value not in (None, "")}
    labels = {label_of(name): name for name in reversed(values)}
    text = next((values[name] for name in _TEXTS if name in values), None)
    firm = labels.get("name") or labels.get("code")
    given = {"bank": firm and values[firm], "year": values.get(labels.get("period", ""))}
    given["text"] = text
    if absent := [field for field, value in given.items() if value is None]:
        raise InputError(f"expected bank, year and text, found no {absent[-1]}")
    if not isinstance(text, str):
        raise InputError(f"text: expected text, found {shorten(str(text))}")
    name = str(given["bank"]).strip()
    bank = bank_of(name.zfill(6) if name.isdigit() else name)
    year = year_of(str(given["year"]).removesuffix(".0"))
    if bank is None or year is None:
        field = "bank" if bank is None else "year"
        raise InputError(f"{field}: expected a {field}, found {shorten(str(given[field]))}")
    return {"bank": bank, "year": year, "page": _page(values), "text": text}


def form_of(raw: bytes) -> str:
    """Return what JSON a file begins with or is: ``"reports"``, ``"rows"`` of one, or ``""``.

    Rows name no bank and no year.
    """
    body = raw.lstrip(b"\xef\xbb\xbf \t\r\n")
    for part in (body.split(b"\n", 1)[0], body) if body.startswith((b"{", b"[")) else ():
        try:
            value = json.loads(decode(part, damage=DAMAGE))
        except ValueError:
            continue
        record = value[0] if isinstance(value, list) and value else value
        if isinstance(record, dict) and any(name in record for name in _TEXTS):
            labels = {label_of(name) for name in record}
            return "reports" if labels & {"name", "code", "period"} else "rows"
    return ""


def read_rows(text: str, *, tables: bool = False) -> str:
    """Join the rows of one report, a line or an item each; a form feed between pages.

    Headers and footers are left out, and rows of tables unless they are asked for.

    Raises
    ------
    InputError
        A row is no JSON object.
    """
    pages: dict[Any, list[str]] = {}
    for record in _records(text):
        kind = str(record.get("type", ""))
        inside = next((str(record[name]) for name in _TEXTS if name in record), "")
        if kind not in _EDGES and (tables or kind not in _TABLES):
            pages.setdefault(_page(record), []).append(inside)
    return "\f".join("\n".join(lines) for lines in pages.values())


def _records(text: str) -> Iterator[dict[str, Any]]:
    """Yield the rows of a text: of one JSON value, or of a line each."""
    try:
        whole = json.loads(text)
    except ValueError:
        for number, line in enumerate(text.splitlines(), start=1):
            try:
                if line.strip():
                    yield _record(line.encode())
            except InputError as error:
                raise InputError(f"line {number}: {error}") from None
        return
    rows = whole if isinstance(whole, list) else [whole]
    yield from (row for row in rows if isinstance(row, dict))


def _page(record: dict[str, Any]) -> float | None:
    for name in _PAGES:
        value = str(record.get(name, "")).strip()
        if value.replace(".", "", 1).isdigit():
            return float(value)
    return None


def _record(line: bytes) -> dict[str, Any]:
    try:
        record = json.loads(decode(line, damage=DAMAGE))
    except json.JSONDecodeError as error:
        raise InputError(f"expected a JSON object, found an error in it: {error.msg}") from None
    if not isinstance(record, dict):
        raise InputError(f"expected a JSON object, found {shorten(str(record))}")
    return record

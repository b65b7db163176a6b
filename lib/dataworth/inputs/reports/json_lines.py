"""One line of a JSON-lines file: a bank, a year and the text of its report."""

from __future__ import annotations

import json
from typing import Any

from dataworth.inputs.reports.names import bank_of, year_of
from dataworth.inputs.reports.plain_text import Unusable, decode
from dataworth.inputs.tables.numbers import shorten

_FIELDS = {
    "bank": ("bank", "name", "code", "银行", "银行名称", "证券简称", "证券代码", "股票代码"),
    "year": ("year", "period", "年份", "年度", "会计年度", "报告期"),
    "text": ("text", "content", "正文", "内容", "文本"),
}


def read_line(line: bytes) -> dict[str, Any]:
    """Read bank, year and text from one line.

    Returns
    -------
    dict
        bank (its Chinese name), year (int) and text (as the line has it).

    Raises
    ------
    Unusable
        The line is no JSON object with these three.
    """
    try:
        record = json.loads(decode(line))
    except json.JSONDecodeError as error:
        raise Unusable(f"expected a JSON object, found an error in it: {error.msg}") from None
    if not isinstance(record, dict):
        raise Unusable(f"expected a JSON object, found {shorten(str(record))}")
    found = {}
    for field, names in _FIELDS.items():
        values = [record[name] for name in names if record.get(name) not in (None, "")]
        if not values:
            raise Unusable(f"expected bank, year and text, found no {field}")
        found[field] = values[0]
    if not isinstance(found["text"], str):
        raise Unusable(f"text: expected text, found {shorten(str(found['text']))}")
    bank, year = _bank(found["bank"]), year_of(str(found["year"]).removesuffix(".0"))
    if bank is None or year is None:
        field = "bank" if bank is None else "year"
        raise Unusable(f"{field}: expected a {field}, found {shorten(str(found[field]))}")
    return {"bank": bank, "year": year, "text": found["text"]}


def _bank(value: object) -> str | None:
    """Read a bank's name; a stock code may have lost its leading zeros."""
    text = str(value).strip()
    return bank_of(text.zfill(6) if text.isdigit() else text)

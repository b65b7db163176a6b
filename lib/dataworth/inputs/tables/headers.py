"""What the columns of any table are called, and kinds of rows that every export has.

`data/inputs/column_names.csv` holds the names.
"""

from __future__ import annotations

import re

from dataworth.facts import read_facts
from dataworth.inputs.tables.text import plain_text
from dataworth.inputs.tables.units import header_unit, without_unit

COLUMN_NAMES = read_facts("column_names", "inputs").fillna("").astype(str)
"""What a column may hold: kind, role, unit, names, and for variables the calculation."""

_NOTE = re.compile(r"\[[\u4e00-\u9fff]+\]")
_CONSOLIDATED = re.compile(r"|a|[1-5]|(?:合并|本?集团|consolidated).*|40800[1245]000", re.I)
_TOTAL = re.compile(
    r"(?:[12][0-9]{3}年?度?|全年|行业|市场)?(?:合计|总计|小计|平均[值数]?|均值|中位[值数]|标准差|最[大小]值)"
    r"|(?:[12][0-9]{3} )?(?:total|sum|average|mean|median|std|min|max|count)",
    re.IGNORECASE,
)


def key(name: str) -> str:
    """Return letters, digits and Chinese signs alone, in small letters."""
    return re.sub(r"[^0-9a-z\u4e00-\u9fff]", "", plain_text(name).casefold())


def split_header(header: str) -> tuple[str, str]:
    """Return the name that a header begins with, and what states its unit.

    Terminals write ``总资产 [报告期] 2022年报 [单位] 亿元`` in one cell.
    """
    match = _NOTE.search(header)
    if match is None or match.start() == 0 or header_unit(match[0]):
        return header, header
    unit = re.search(r"\[单位\]\s*([^\[]*)", header)
    return header[: match.start()], unit[1] if unit else ""


def label_of(header: str) -> str | None:
    """Return who or when a header speaks of, a label of `COLUMN_NAMES`; None for neither.

    Examples
    --------
    >>> label_of("证券代码"), label_of("报告期"), label_of("净利润")
    ('code', 'period', None)
    """
    name = split_header(header)[0]
    return _LABELS.get(key(name)) or _LABELS.get(key(without_unit(name)))


def is_consolidated(text: str) -> bool:
    """Whether a cell that names a kind of statement means the consolidated one.

    ``A``, ``合并报表``, ``合并报表(调整)``, Wind's ``408001000`` and Tushare's ``1`` do; an
    empty cell does not say otherwise.
    """
    return bool(_CONSOLIDATED.fullmatch(plain_text(text)))


def is_total(text: str) -> bool:
    """Whether a cell says that its row is computed from others, as 合计 and average do."""
    return bool(_TOTAL.fullmatch(plain_text(text)))


def names_of(kind: str) -> dict[str, str]:
    """Return what headers call each role of a kind of `COLUMN_NAMES`, to the role."""
    rows = COLUMN_NAMES[COLUMN_NAMES["kind"] == kind]
    every = zip(rows["role"], rows["chinese"] + " " + rows["names"], strict=True)
    return {key(name): role for role, names in every for name in (role, *names.split())}


_LABELS = names_of("label")

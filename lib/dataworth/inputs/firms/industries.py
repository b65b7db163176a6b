"""Sections of the CSRC's industry classification, from whatever a file calls them."""

from __future__ import annotations

import re

from dataworth.facts import read_facts
from dataworth.inputs.tables.headers import key
from dataworth.inputs.tables.text import plain_text

_TABLE = read_facts("csrc_industries", "inputs").set_index("section")

SECTIONS = {row.Index: (row.english, row.chinese) for row in _TABLE.itertuples()}
"""Sections: letter to English and Chinese name."""

_CODE = re.compile(r"([A-S])(?:[0-9]{0,4}$|[0-9]{2}(?=[\u4e00-\u9fff]))", re.IGNORECASE)


def parse_section(text: str) -> str | None:
    """Find the letter of a section.

    Parameters
    ----------
    text : str
        A letter (``C``), an industry code (``C34``, ``C34通用设备制造业``), or the
        Chinese or English name of a section or the Chinese name of a division.

    Returns
    -------
    str or None
        A key of `SECTIONS`; None if the text is none.
    """
    plain = plain_text(text)
    if match := _CODE.match(plain):
        return match[1].upper()
    return _NAMES.get(key(plain))


_NAMES = {
    key(name): row.Index
    for row in _TABLE.itertuples()
    for name in (row.english, row.chinese, *row.divisions.split())
}

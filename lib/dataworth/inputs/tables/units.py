"""Units of money in headers and cells: which they are, and which are not yuan."""

from __future__ import annotations

import re

from dataworth.errors import InputError
from dataworth.inputs.tables.text import plain_text, shorten

_WORDS = ("千", "万", "十万", "百万", "千万", "亿", "十亿", "百亿", "千亿", "万亿")
UNITS = {word: 10**power for power, word in enumerate(_WORDS, start=3)}
UNIT = "|".join(sorted(UNITS, key=len, reverse=True))
FOREIGN = re.compile(
    r"(?:美|港|欧|澳门?|加|韩|新加坡|新西兰|新台|日)元|美金|(?:港|新台|台)币|日圆|英镑|卢布|法郎"
    r"|(?<![a-z])(?:us|hk)\$|[$€£]|(?<![a-z])(?:usd|hkd|eur|jpy|gbp|aud|cad|sgd|twd|krw|chf|mop)"
    r"(?:k|mm?|mn|bn)?(?![a-z])|(?<![a-z])(?:dollar|euro)s?(?![a-z])",
    re.IGNORECASE,
)
_YUAN = r"(?:人民币|rmb|cny|¥)"
_HEAD = rf"(?:单位:?\s*)?(?:{_YUAN}[\s_-]*)?"
_TAIL = r"(?:[\s_-]*(?:yuan|rmb|cny|人民币|元))*(?![a-z])"
# What a header says, the longer words first. A bare 万 counts only where no word goes on.
_CHINESE = re.compile(
    rf"{_HEAD}(?P<unit>{UNIT})[元圆](?:人民币)?"
    rf"|(?:(?<![\u4e00-\u9fff])|(?<=人民币)|(?<=单位))(?:单位:?\s*|{_YUAN}\s*)*"
    rf"(?P<bare>{UNIT})(?:人民币)?(?![\u4e00-\u9fff])"
)
_ENGLISH = [
    (re.compile(rf"(?:(?<![a-z])|(?<=rmb)|(?<=cny)){_HEAD}(?:{words}){_TAIL}"), unit)
    for words, unit in (
        (r"hundred[\s_-]?millions?|(?<![0-9])100[\s_-]?(?:millions?|mn|m)", 10**8),
        (r"ten[\s_-]?thousands?|(?<![0-9])10[,']?000(?![0-9])|10k|'0000", 10**4),
        (r"billions?|bn", 10**9),
        (r"millions?|mn|mln|mm|mil", 10**6),
        (r"thousands?|'000s?|(?<![0-9a-z])000s?(?![0-9])", 10**3),
    )
]
_LETTER = rf"{_YUAN}[\s_-]?{{0}}(?![a-z])|(?<=[(\[/,_\s]){{0}}(?:[\s_-]?{_YUAN})?(?=[)\]]|$)"
_ENGLISH += [(re.compile(_LETTER.format(c)), unit) for c, unit in (("m", 10**6), ("k", 10**3))]
_ONE = re.compile(
    rf"{_HEAD}(?<![\u4e00-\u9fff])元(?:人民币)?(?![\u4e00-\u9fff])|(?:单位:?\s*)?人民币元?"
    r"|单位:?\s*元|(?<![a-z])(?:in[\s_])?(?:yuan|rmb|cny)(?![a-z])|¥"
)


def header_unit(text: str) -> int | None:
    """Return yuan in one unit of a column, as its header says; None if it does not.

    Raises
    ------
    InputError
        The header names another currency.

    Examples
    --------
    >>> header_unit("净利润（万元）"), header_unit("net profit (RMB'000)"), header_unit("value")
    (10000, 1000, None)
    """
    plain = plain_text(text).casefold()
    if match := FOREIGN.search(plain):
        where = f"column {shorten(text)}: expected amounts in yuan, found {match[0]}"
        raise InputError(where + "; convert other currencies to yuan")
    if match := _CHINESE.search(plain):
        return UNITS[match["unit"] or match["bare"]]
    found = next((unit for pattern, unit in _ENGLISH if pattern.search(plain)), None)
    return 1 if found is None and _ONE.search(plain) else found


def without_unit(header: str) -> str:
    """Return a header in plain small letters without the words that state its unit."""
    plain = plain_text(header).casefold()
    for pattern in (_CHINESE, *(pattern for pattern, _ in _ENGLISH), _ONE):
        plain = pattern.sub("", plain)
    return plain

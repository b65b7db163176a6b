"""Numbers as people write them in Chinese and English tables."""

from __future__ import annotations

import math
import re
from decimal import Decimal

# Full-width forms to ASCII, and every sign that stands for a minus or for yuan.
# Unicode's own compatibility forms (NFKC) would also turn a footnote mark into
# a digit, 1234² into 12342, so the table is written out.
_PLAIN = {0xFEE0 + code: code for code in range(0x21, 0x7F)}
_PLAIN |= {ord("\u3000"): " ", ord("\xa0"): " ", ord("\u200b"): None, ord("\ufeff"): None}
_PLAIN |= {
    ord("\u2212"): "-",
    ord("\u2013"): "-",
    ord("\uffe5"): "¥",
    ord("億"): "亿",
    ord("萬"): "万",
}

UNITS = {
    "千": 10**3,
    "万": 10**4,
    "十万": 10**5,
    "百万": 10**6,
    "千万": 10**7,
    "亿": 10**8,
    "十亿": 10**9,
    "百亿": 10**10,
    "千亿": 10**11,
    "万亿": 10**12,
}
_UNIT = "|".join(sorted(UNITS, key=len, reverse=True))
_NUMBER = re.compile(
    r"(?:¥|RMB|CNY)?\s*(?P<sign>[+-]?)(?:¥|RMB|CNY)?\s*"
    r"(?P<whole>[0-9]{1,3}(?:,[0-9]{3})+|[0-9]*)(?P<fraction>\.[0-9]*)?(?P<power>e[+-]?[0-9]{1,3})?"
    rf"\s*(?P<unit>{_UNIT})?\s*(?P<yuan>元)?",
    re.IGNORECASE,
)
_MISSING = {"", "-", "--", "—", "——", "/", "na", "n/a", "#n/a", "nan", "null", "none", "无", "缺失"}
_INFINITE = re.compile(r"[+-]?(?:inf|infinity|∞|无穷大?)", re.IGNORECASE)
_COLUMN_UNIT = re.compile(rf"(?P<unit>{_UNIT})元|[(_](?:单位:)?\s*(?P<bare>{_UNIT})\)?$")
_ENGLISH_UNITS = (
    (r"hundred[ _-]?millions?", 10**8),
    (r"ten[ _-]?thousands?", 10**4),
    (r"billions?|bn", 10**9),
    (r"millions?|mn|m$", 10**6),
    (r"thousands?", 10**3),
)


def plain_text(text: str) -> str:
    """Text with full-width signs made ASCII and no space around it."""
    return text.translate(_PLAIN).strip()


def is_missing(text: str) -> bool:
    """Whether a cell says that there is no value, as ``""``, ``-``, ``n/a`` and ``缺失`` do."""
    return plain_text(text).casefold() in _MISSING


def parse_number(text: str, *, unit: float = 1) -> float:
    """Read one number.

    Parameters
    ----------
    text : str
        Such as ``1,234.5``, ``１２３４``, ``1.2亿``, ``3,400万元``, ``−5``,
        ``(1,234)`` for a negative number, ``¥12`` or ``1.2e8``.
    unit : float
        Yuan in one unit of the column (`column_unit`). A number that carries
        a unit of its own is converted to the column's.

    Returns
    -------
    float
        The nearest float to the number that is written.

    Raises
    ------
    ValueError
        The text is not one finite number; the message says what it is.

    Examples
    --------
    >>> parse_number("1.1亿")
    110000000.0
    >>> parse_number("(3,400万元)", unit=10_000)
    -3400.0
    """
    plain = plain_text(text)
    if _INFINITE.fullmatch(plain):
        raise ValueError(f"expected a finite number, found {shorten(text)}")
    if "%" in plain or "‰" in plain:
        raise ValueError(f"expected an amount, found a percentage, {shorten(text)}")
    in_brackets = plain.startswith("(") and plain.endswith(")")
    match = _NUMBER.fullmatch(plain[1:-1].strip() if in_brackets else plain)
    digits = (match["whole"] + (match["fraction"] or "")).replace(",", "") if match else ""
    if digits in ("", ".") or (in_brackets and match["sign"]):
        raise ValueError(f"expected a number, found {shorten(text)}{_advice(plain)}")
    number = Decimal(match["sign"] + digits + (match["power"] or ""))
    if match["unit"] or match["yuan"]:
        number = number * UNITS.get(match["unit"], 1) / Decimal(unit)
    value = float(-number if in_brackets else number)
    if math.isinf(value):
        raise ValueError(f"expected a finite number, found {shorten(text)}")
    return value


def stated_unit(text: str) -> int | None:
    """Yuan in the unit that a number carries, ``10**8`` for ``1.2亿``; None if it has none."""
    match = _NUMBER.fullmatch(plain_text(text).strip("()"))
    if not match or not (match["unit"] or match["yuan"]):
        return None
    return UNITS.get(match["unit"], 1)


def column_unit(name: str) -> int:
    """Yuan in one unit of a column, as its name tells.

    Examples
    --------
    >>> column_unit("净利润（万元）"), column_unit("net_profit_thousand_yuan"), column_unit("value")
    (10000, 1000, 1)
    """
    plain = plain_text(name)
    if match := _COLUMN_UNIT.search(plain):
        return UNITS[match["unit"] or match["bare"]]
    for words, unit in _ENGLISH_UNITS:
        if re.search(rf"(?:^|[^a-z])(?:{words})(?:$|[^a-z])", plain.casefold()):
            return unit
    return 1


def shorten(text: str, width: int = 40) -> str:
    """Quote what a cell holds, on one line and not too long."""
    return repr(text if len(text) <= width else text[: width - 1] + "…")


def count(number: int, noun: str) -> str:
    """Count things: ``1 firm``, ``2 firms``."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _advice(plain: str) -> str:
    if re.fullmatch(r"[+-]?[0-9.]+,[0-9]+", plain):
        return " (write decimals with a point)"
    if re.fullmatch(r"\W*[0-9][0-9,.]*\s*(?:\$|usd|美元|港元|欧元)", plain, re.IGNORECASE) or (
        re.match(r"(?:us|hk)?\$|€", plain, re.IGNORECASE)
    ):
        return " (convert other currencies to yuan)"
    return ""

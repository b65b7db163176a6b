"""Cells as text: plain signs, what is missing, what a message quotes."""

from __future__ import annotations

# Full-width forms to ASCII, and every sign that stands for a minus or for yuan.
# Unicode's own compatibility forms (NFKC) would also turn a footnote mark into
# a digit, 1234² into 12342, so the table is written out.
_PLAIN: dict[int, int | str | None] = {0xFEE0 + code: code for code in range(0x21, 0x7F)}
_PLAIN |= {ord("\u3000"): " ", ord("\xa0"): " ", ord("\u200b"): None, ord("\ufeff"): None}
_PLAIN |= str.maketrans("\u2212\u2013\uffe5億萬‘’【】", "--¥亿万''[]")
_MISSING = {"", "-", "--", "—", "——", "/", "na", "n/a", "#n/a", "nan", "null", "none", "false"}
_MISSING |= {"无", "缺失", "不适用"}


def plain_text(text: str) -> str:
    """Return text with full-width signs made ASCII and no space around it."""
    return text.translate(_PLAIN).strip()


def is_missing(text: str) -> bool:
    """Whether a cell says that there is no value, as ``""``, ``-``, ``n/a`` and ``缺失`` do."""
    return plain_text(text).casefold() in _MISSING


def shorten(text: str, width: int = 40) -> str:
    """Quote what a cell holds, on one line and not too long."""
    return repr(text if len(text) <= width else text[: width - 1] + "…")


def count(number: int, noun: str) -> str:
    """Count things: ``1 firm``, ``2 firms``."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def some(items: list[str] | tuple[str, ...], limit: int = 8) -> str:
    """List the first of many things, and how many more there are."""
    more = f" and {len(items) - limit} more" if len(items) > limit else ""
    return ", ".join(items[:limit]) + more

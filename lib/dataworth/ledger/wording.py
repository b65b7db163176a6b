"""How notes write numbers, and join sentences."""

from __future__ import annotations

import math
from typing import Any

from dataworth.forensics.rounding import month_name


def joined(*sentences: str) -> str:
    """Return the sentences of a note that have something to say, each once, joined."""
    return " ".join(dict.fromkeys(filter(None, sentences)))


def sentence(text: str) -> str:
    """Return a text that ends with one full stop."""
    return text.strip().rstrip(".") + "."


def brief(value: float) -> str:
    """Write a number that nobody printed: whole from a thousand on, else four digits.

    Years have no thousands, and months (202407) their names.
    """
    if 190000 < value < 210000 and 1 <= value % 100 <= 12:
        return month_name(value)
    if 1900 <= value < 2100 and value == int(value):
        return f"{value:.0f}"
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"


def times(ratio: float | None) -> str:
    """Write a ratio, or an end of its interval, of which None has no bound."""
    if ratio is None or ratio == math.inf:
        return "∞"
    return f"{ratio:,.0f}" if ratio >= 100 else f"{ratio:.2g}"


def written(value: Any, spec: str = "") -> str:
    """Write a recorded value: by a format if one is given, a yes or no, a text, or a number."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if spec:
        return format(value, spec)
    return value if isinstance(value, str) else brief(float(value))

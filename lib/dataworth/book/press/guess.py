"""*Guess first*: a reader sets a slider before the values of print and of the book are shown."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dataworth.book.registry import Guess
from dataworth.errors import InputError
from dataworth.typeset import fill


def guess_box(guess: Guess, results: Mapping[str, Any]) -> str:
    """Return the question with a slider, and the values folded (HTML).

    Without the book's script the fold opens all the same.

    Raises
    ------
    InputError
        A value was not recorded.
    """
    rows = []
    for name, value in guess.shows.items():
        printed = not isinstance(value, str)
        number = value if isinstance(value, float) else results.get(value)
        if number is None:
            raise InputError(f"guess: reads {value!r}, which the chapter does not record")
        rows.append((name, float(number), printed))
    percent = guess.format.endswith("%")
    return fill(Path(__file__).with_suffix(".html"), guess=guess, rows=rows, percent=percent)

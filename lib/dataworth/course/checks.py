"""Say whether an answer is right, without knowing it: what a student's notebook calls."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dataworth.errors import InputError

if TYPE_CHECKING:
    from dataworth.course.exercises import Exercise

FILE = "checks.json"
ROUNDS = 20_000  # to try many answers costs time; the number of tries is not limited


class Checks:
    """The answers of one student's edition, sealed.

    Parameters
    ----------
    chapter : str
        Chapter id.
    folder : pathlib.Path, optional
        A folder of the course. Default: the one above the working directory.
    """

    def __init__(self, chapter: str, folder: Path | None = None) -> None:
        here = (folder or Path.cwd()).resolve()
        found = [place / FILE for place in (here, *here.parents) if (place / FILE).is_file()]
        if not found:
            raise InputError(f"expected {FILE} in {here} or above it, found none")
        content = json.loads(found[0].read_text(encoding="utf-8"))
        self._chapter, self._salt = chapter, content["salt"]
        self._sealed = content["sealed"].get(chapter, {})

    def __call__(self, name: str, answer: Any) -> str:
        """Return whether the answer to a question is right.

        Raises
        ------
        InputError
            The chapter has no such question, or the answer is neither number nor text.
        """
        if name not in self._sealed:
            known = ", ".join(self._sealed) or "none"
            raise InputError(f"expected one of the questions {known}, found {name!r}")
        if answer is None or answer is ...:
            return f"{name}: no answer yet"
        digits, seals = self._sealed[name]
        right = seal(self._salt, f"{self._chapter}/{name}", written(answer, digits)) in seals
        return f"{name}: right" if right else f"{name}: not right yet"


def written(answer: Any, digits: int) -> str:
    """Return an answer as it is compared: a word in small letters, a number rounded.

    Examples
    --------
    >>> written(" B ", 3), written(0.096192, 3), written("0.0962", 3), written(1234567, 3)
    ('b', '0.0962', '0.0962', '1.23e+06')
    """
    try:
        return f"{float(answer) + 0.0:.{digits}g}"
    except (TypeError, ValueError):
        if isinstance(answer, str):
            return answer.strip().lower()
        raise InputError(f"expected a number or a letter, found {answer!r}") from None


def seal(salt: str, name: str, text: str) -> str:
    """Return the salted hash of a written answer."""
    secret = hashlib.pbkdf2_hmac("sha256", text.encode(), f"{salt}/{name}".encode(), ROUNDS)
    return secret.hex()[:32]


def seal_answer(salt: str, exercise: Exercise, answer: Any) -> tuple[int, list[str]]:
    """Return digits and seals of an answer; two where it lies on the edge of rounding."""
    near = {written(answer, exercise.digits)}
    if not isinstance(answer, str):
        near |= {written(answer * (1 + shift), exercise.digits) for shift in (-1e-6, 1e-6)}
    name = f"{exercise.chapter}/{exercise.name}"
    return exercise.digits, [seal(salt, name, text) for text in sorted(near)]

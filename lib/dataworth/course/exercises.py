"""Exercises whose numbers are drawn for each student, so that right answers differ.

They stand beside the chapters, in ``chapters/<part>/exercises.py``. A question to *recall*
draws its alternatives and their order; one to *compute* draws what it is given. A chapter's
own exercises, whose solutions run with it, are those to *explore*.
"""

from __future__ import annotations

import inspect
import random
import runpy
import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from dataworth.book.registry import Registry

FILE = "exercises.py"
BOOK = "book"  # the student whose numbers the book itself shows
LETTERS = "abcd"


@dataclass(frozen=True)
class Exercise:
    """One question that can be checked.

    Attributes
    ----------
    chapter, name : str
        Chapter id, and ``q1``, ``q2`` … within it.
    kind : str
    text : str
        Markdown; shows what was drawn in braces.
    draw : callable
        Returns by name what is drawn with a `random.Random`.
    solve : callable
        Takes it and returns the right answer, a number or a letter.
    digits : int
        Significant digits that are compared.
    why : str
        What the answer teaches.
    """

    chapter: str
    kind: Literal["recall", "compute"]
    text: str
    draw: Callable[[random.Random], dict[str, Any]]
    solve: Callable[..., Any]
    why: str
    digits: int = 3
    name: str = ""

    def numbers(self, student: str) -> dict[str, Any]:
        """Return what is drawn for a student, always the same for the same name."""
        return self.draw(random.Random(f"{student}/{self.chapter}/{self.name}"))

    def question(self, student: str) -> str:
        """Return the question with a student's numbers."""
        asked = self.text.format(**self.numbers(student))
        digits = f" Give {self.digits} significant digits." if self.kind == "compute" else ""
        return f"**{self.name} ({self.kind}).** {asked}{digits}"

    def answer(self, student: str) -> Any:
        """Return the right answer to a student's question."""
        answer = self.solve(**self.numbers(student))
        return answer if isinstance(answer, str) else float(f"{float(answer):.12g}")

    def solution(self, student: str) -> str:
        """Return code that finds the answer."""
        if self.kind == "recall":
            return f'answer = "{self.answer(student)}"'
        source = inspect.getsource(self.solve)
        body = textwrap.dedent(source[source.index("def ") :]).rstrip()
        given = ", ".join(f"{name}={value!r}" for name, value in self.numbers(student).items())
        return f"{body}\n\n\nanswer = {self.solve.__name__}({given})"


def recall(
    chapter: str, question: str, *, right: Sequence[str], wrong: Sequence[str], why: str
) -> Exercise:
    """Return a question with four alternatives: one of the right ones, and three wrong ones."""

    def draw(draws: random.Random) -> dict[str, str]:
        true = draws.choice(list(right))
        shown = [true, *draws.sample(list(wrong), len(LETTERS) - 1)]
        draws.shuffle(shown)
        return {**dict(zip(LETTERS, shown, strict=True)), "right": LETTERS[shown.index(true)]}

    lines = "".join(f"\n- ({letter}) {{{letter}}}" for letter in LETTERS)
    text = f"{question} Answer with a letter.\n{lines}"
    return Exercise(chapter, "recall", text, draw, lambda right, **_: right, why)


def compute(
    chapter: str, *, why: str, digits: int = 3, **draws: Sequence[Any]
) -> Callable[[Callable[..., Any]], Exercise]:
    """Return a decorator that makes a function an exercise.

    The function's docstring asks, its parameters are drawn from `draws`, its value is the
    right answer. It stands alone: its code is the solution that a teacher sees.
    """

    def draw(rng: random.Random) -> dict[str, Any]:
        return {name: rng.choice(list(values)) for name, values in draws.items()}

    def decorate(solve: Callable[..., Any]) -> Exercise:
        text = " ".join((solve.__doc__ or "").split())
        return Exercise(chapter, "compute", text, draw, solve, why, digits)

    return decorate


def steps(low: float, high: float, step: float) -> list[float]:
    """Return the numbers from low to high by steps, as they are written.

    Examples
    --------
    >>> steps(0.1, 0.3, 0.1)
    [0.1, 0.2, 0.3]
    """
    return [float(f"{low + i * step:.10g}") for i in range(round((high - low) / step) + 1)]


def read_exercises(root: Path, registry: Registry) -> dict[str, list[Exercise]]:
    """Return the exercises of each chapter of the book, named in their order."""
    found: dict[str, list[Exercise]] = {chapter.id: [] for chapter in registry.chapters}
    for path in sorted((root / "chapters").glob(f"*/{FILE}")):
        for value in runpy.run_path(str(path)).values():
            if isinstance(value, Exercise) and value.chapter in found:
                of = found[value.chapter]
                of.append(replace(value, name=f"q{len(of) + 1}"))
    return found

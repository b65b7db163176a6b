"""One chapter's notebook as students and teachers get it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from nbformat.v4 import new_code_cell, new_markdown_cell

from dataworth.book.prose import fill_prose
from dataworth.book.registry import Chapter, Value
from dataworth.course.exercises import BOOK, Exercise

HEADING = "## Check what you know"
OWN = "exercises"  # the cell that begins a chapter's own exercises; solutions are folded cells
SOLUTION = re.compile(r"```\{dropdown\}.*?\n```\n?", re.DOTALL)
PLAIN = [  # what MyST understands, as any notebook shows it
    (re.compile(r"```\{math\}\n:label: ([\w-]+)\n(.*?)```", re.DOTALL), r"$$\n\2\\tag{\1}\n$$"),
    (re.compile(r"```\{math\}\n(.*?)```", re.DOTALL), r"$$\n\1$$"),
    (
        re.compile(r"```\{admonition\} ([^\n]+)\n(?::[^\n]*\n)*(.*?)\n```", re.DOTALL),
        r"**\1**\n\n\2",
    ),
    (re.compile(r"```\{whatif\}\n.*?```", re.DOTALL), ""),  # a panel of the book's page
    (re.compile(r"\{eq\}`([\w-]+)`"), r"(\1)"),
    (re.compile(r"\{cite(?::\w)?\}`([^`]+)`"), r"[\1]"),
    (re.compile(r"\[([^\]]*)\]\(claim:[^)]*\)"), r"\1"),  # the ledger is in the book alone
]
WORK = "# Your work: add cells as you need them."


def course_page(
    notebook: Any,
    chapter: Chapter,
    exercises: Sequence[Exercise],
    student: str,
    parameters: Mapping[str, Value],
    results: Mapping[str, Any],
    *,
    setup: str,
    solved: bool,
) -> Any:
    """Return a chapter's notebook for one student.

    Parameters
    ----------
    notebook : nbformat.NotebookNode
        As it stands in the book's sources; changed in place.
    chapter : Chapter
    exercises : sequence of Exercise
        Those that can be checked.
    student : str
    parameters : mapping of str to value
        What this student's parameters cell says.
    results : mapping of str to value
        What the text shows: those of the book; empty if there are none.
    setup : str
        Code of the cell below the title; ``CHAPTER`` stands for the chapter's id.
    solved : bool
        Whether solutions stay, and answers are filled in.
    """
    cells: list[Any] = []
    inside = False
    for cell in notebook.cells:
        tags = cell.metadata.get("tags", [])
        if cell.get("id") == OWN:
            inside = True
            cells += _questions(exercises, student, solved)
        if "parameters" in tags:
            for name, value in parameters.items():
                cell.source = re.sub(
                    rf"(?m)^{name} = [^#\n]*?(?=\s*(#|$))", f"{name} = {value}", cell.source
                )
        if inside and not solved:
            if "hide-cell" in tags:
                cell = new_code_cell(WORK, id=cell.id)
            elif cell.cell_type == "markdown":
                cell.source = SOLUTION.sub("", cell.source).strip()
        if cell.cell_type == "markdown":
            cell.source = fill_prose(cell.source, results) if results else cell.source
            for pattern, form in PLAIN:
                cell.source = pattern.sub(form, cell.source)
        if cell.source or cell.cell_type == "code":
            cells.append(cell)
    cells.insert(1, new_code_cell(setup.replace("CHAPTER", chapter.id), id="course"))
    notebook.cells = cells
    return notebook


def place_questions(notebook: Any, exercises: Sequence[Exercise]) -> None:
    """Put the questions that can be checked, answers folded, before a chapter's own exercises."""
    parts = [HEADING]
    for exercise in exercises:
        answer = exercise.answer(BOOK)
        shown = f"({answer})" if isinstance(answer, str) else f"{answer:.{exercise.digits}g}"
        fold = f"````{{dropdown}} Answer\n{shown}. {exercise.why}\n"
        if exercise.kind == "compute":
            fold += f"\n```python\n{exercise.solution(BOOK)}\n```\n"
        parts += [exercise.question(BOOK), fold + "````"]
    ids = [cell.get("id") for cell in notebook.cells]
    if exercises and OWN in ids:
        cell = new_markdown_cell("\n\n".join(parts), id="check")
        notebook.cells.insert(ids.index(OWN), cell)


def _questions(exercises: Sequence[Exercise], student: str, solved: bool) -> list[Any]:
    if not exercises:
        return []
    cells = [new_markdown_cell(HEADING, id="check")]
    for exercise in exercises:
        text = exercise.question(student)
        work = exercise.solution(student) if solved else "answer = ...  # yours"
        if solved:
            text += f"\n\n*{exercise.why}*"
        cells += [
            new_markdown_cell(text, id=f"{exercise.name}-text"),
            new_code_cell(f'{work}\ncheck("{exercise.name}", answer)', id=exercise.name),
        ]
    return cells

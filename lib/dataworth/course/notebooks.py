"""One chapter's notebook as students and teachers get it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from dataworth.book.registry import Chapter, Value
from dataworth.course.exercises import BOOK, Exercise

HEADING = "## Check what you know"
OWN = "exercises"  # the cell that begins a chapter's own exercises; solutions are folded cells
SOLUTION = re.compile(r"```\{dropdown\}.*?\n```\n?", re.DOTALL)
WORK = "# Your work: add cells as you need them."


def course_page(
    notebook: Any,
    chapter: Chapter,
    exercises: Sequence[Exercise],
    student: str,
    parameters: Mapping[str, Value],
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
    setup : str
        Code of the cell below the title; ``CHAPTER`` stands for the chapter's id.
    solved : bool
        Whether solutions stay, and answers are filled in.
    """
    import nbformat

    cells = [notebook.cells[0], _code("setup", setup.replace("CHAPTER", chapter.id))]
    inside = False
    for cell in notebook.cells[1:]:
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
                cell = _code(cell.id, WORK)
            elif cell.cell_type == "markdown":
                cell.source = SOLUTION.sub("", cell.source).strip()
        if cell.source or cell.cell_type == "code":
            cells.append(cell)
    notebook.cells = cells
    return nbformat.from_dict(notebook)


def place_questions(notebook: Any, exercises: Sequence[Exercise]) -> None:
    """Put the questions that can be checked before a chapter's own exercises."""
    import nbformat

    ids = [cell.get("id") for cell in notebook.cells]
    if exercises and OWN in ids:
        cell = nbformat.v4.new_markdown_cell(answered(exercises), id="check")
        notebook.cells.insert(ids.index(OWN), cell)


def answered(exercises: Sequence[Exercise]) -> str:
    """Return the questions as the book shows them, each with its answer folded."""
    parts = [HEADING]
    for exercise in exercises:
        answer = exercise.answer(BOOK)
        shown = f"({answer})" if isinstance(answer, str) else f"{answer:.{exercise.digits}g}"
        fold = f"````{{dropdown}} Answer\n{shown}. {exercise.why}\n"
        if exercise.kind == "compute":
            fold += f"\n```python\n{exercise.solution(BOOK)}\n```\n"
        parts += [exercise.question(BOOK), fold + "````"]
    return "\n\n".join(parts)


def _questions(exercises: Sequence[Exercise], student: str, solved: bool) -> list[Any]:
    import nbformat

    if not exercises:
        return []
    cells = [nbformat.v4.new_markdown_cell(HEADING, id="check")]
    for exercise in exercises:
        text = exercise.question(student)
        work = exercise.solution(student) if solved else "answer = ...  # yours"
        if solved:
            text += f"\n\n*{exercise.why}*"
        cells += [
            nbformat.v4.new_markdown_cell(text, id=f"{exercise.name}-text"),
            _code(exercise.name, f'{work}\ncheck("{exercise.name}", answer)'),
        ]
    return cells


def _code(name: str, source: str) -> Any:
    import nbformat

    return nbformat.v4.new_code_cell(source, id=name)

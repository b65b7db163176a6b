"""Build a course: one folder for each student, from the same notebooks as the book.

A folder holds all that its notebooks need: library, data, and what the chapters of the
book left, so that each can be run alone.
"""

from __future__ import annotations

import hashlib
import json
import random
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import Literal

import pandas as pd

from dataworth.book.closure import PACKAGE
from dataworth.book.editions import Edition
from dataworth.book.engine import edition_folder
from dataworth.book.manifest import is_proven
from dataworth.book.press.paper import print_slides
from dataworth.book.publish import html_folder
from dataworth.book.registry import Registry, Value
from dataworth.course.checks import FILE as CHECKS
from dataworth.course.checks import seal_answer
from dataworth.course.exercises import BOOK, Exercise, read_exercises
from dataworth.course.notebooks import course_page
from dataworth.course.plan import TEXTS, weeks_table
from dataworth.errors import InputError
from dataworth.typeset import fill

Audience = Literal["students", "instructors", "solutions"]
CARRIED = ("chapters/registry.yml", "requirements.lock", "pyproject.toml", "LICENSE")
PAGE = "notebook.ipynb"  # an executed chapter: it shows the solutions
LARGEST_SEED = 10**6


@dataclass(frozen=True)
class Course:
    """The book as a course; its chapters start from the results of one edition."""

    root: Path
    registry: Registry
    edition: Edition

    @cached_property
    def exercises(self) -> Mapping[str, list[Exercise]]:
        """The questions that can be checked, by chapter."""
        return read_exercises(self.root, self.registry)

    def build(self, audience: Audience, students: Sequence[str], out: Path) -> list[Path]:
        """Write the folders of a course, for students one archive each.

        Parameters
        ----------
        audience : str
            ``students``: without solutions; ``solutions``: with them; ``instructors``: one
            folder with them, with all answers, and with slides if the book was built.
        students : sequence of str
            One edition each; none: one folder with the book's own numbers.
        out : pathlib.Path
            A new folder.

        Raises
        ------
        InputError
            The folder exists; or slides can be printed, but there is no browser.
        """
        if out.exists():
            raise InputError(f"--out: expected a new folder, found {out}")
        if audience == "instructors" or not students:
            self._folder(out, BOOK, solved=audience != "students")
            if audience == "instructors":
                self._for_teachers(out, students or [BOOK])
            return [out]
        made = []
        for student in students:
            self._folder(out / student, student, solved=audience != "students")
            made.append(Path(shutil.make_archive(str(out / student), "zip", out, student)))
            shutil.rmtree(out / student)
        return made

    def changes(self, student: str) -> dict[str, dict[str, Value]]:
        """Return a student's own parameters: every seed of the book, drawn; the book has none."""
        draws = random.Random(f"{student}/seeds")
        return {
            chapter.id: {
                name: draws.randint(1, LARGEST_SEED)
                for name, parameter in chapter.parameters.items()
                if "seed" in name and parameter.type == "integer" and student != BOOK
            }
            for chapter in self.registry.chapters
        }

    def _folder(self, out: Path, student: str, *, solved: bool) -> None:
        import nbformat

        texts, changes = self.root / TEXTS, self.changes(student)
        self._carry(out)
        setup = (texts / "setup.py").read_text(encoding="utf-8")
        for chapter in self.registry.chapters:
            notebook = nbformat.read(self.root / chapter.notebook, as_version=4)
            results = out / "build" / "paper" / chapter.id / "results.json"
            known = json.loads(results.read_text("utf-8")) if results.is_file() else {}
            given = (chapter, self.exercises[chapter.id], student, changes[chapter.id], known)
            page = course_page(notebook, *given, setup=setup, solved=solved)
            (out / chapter.notebook).parent.mkdir(exist_ok=True)
            nbformat.write(page, out / chapter.notebook)
        own = Edition("mine", changes={chapter: of for chapter, of in changes.items() if of})
        weeks = weeks_table(self.root, self.registry, {})
        files = {
            "README.md": fill(texts / "start.md", student=student),
            "syllabus.md": f"# Twelve weeks\n\n{weeks}",
            "edition.yml": own.record(),
            CHECKS: json.dumps(self._sealed(student)),
        }
        for part, title in self.registry.parts.items():
            chapters = [chapter for chapter in self.registry.chapters if chapter.part == part]
            of = {"title": title, "chapters": chapters, "exercises": self.exercises}
            files[f"labs/{part}.md"] = fill(
                texts / "lab.md", student=student, changes=changes, **of
            )
        (out / "labs").mkdir()
        for name, text in files.items():
            (out / name).write_text(text, encoding="utf-8")

    def _sealed(self, student: str) -> dict[str, object]:
        salt = hashlib.sha256(f"{student}/salt".encode()).hexdigest()[:16]
        sealed = {
            chapter: {e.name: seal_answer(salt, e, e.answer(student)) for e in of}
            for chapter, of in self.exercises.items()
        }
        return {"student": student, "salt": salt, "sealed": sealed}

    def _carry(self, out: Path) -> None:
        """Copy what notebooks need: library, data, registry, and what proven chapters left."""
        lib, ignored = out / "lib" / PACKAGE.name, shutil.ignore_patterns("__pycache__")
        shutil.copytree(PACKAGE, lib, ignore=ignored)
        shutil.copytree(self.root / "data", out / "data")
        (out / "chapters").mkdir()
        for name in CARRIED:
            if (self.root / name).is_file():
                shutil.copy(self.root / name, out / name)
        results = edition_folder(self.root, self.edition)
        for chapter in self.registry.chapters:
            if is_proven(results / chapter.id):
                place = out / "build" / "paper" / chapter.id
                shutil.copytree(results / chapter.id, place, ignore=shutil.ignore_patterns(PAGE))

    def _for_teachers(self, out: Path, students: Sequence[str]) -> None:
        rows = [
            {"chapter": e.chapter, "question": e.name, "kind": e.kind}
            | {student: e.answer(student) for student in students}
            for e in chain.from_iterable(self.exercises.values())
        ]
        pd.DataFrame(rows).to_csv(out / "answers.csv", index=False, encoding="utf-8-sig")
        html = html_folder(self.root, self.edition)
        if (html / "teach.html").is_file():
            for part, title in self.registry.parts.items():
                names = [f"chapters/{c.id}" for c in self.registry.chapters if c.part == part]
                print_slides(html, names, title, out / "slides" / f"{part}.pdf")
            shutil.copytree(html / "_static" / "figures", out / "figures")
            shutil.copy(html / "_sources" / "teach.md", out / "teachers.md")

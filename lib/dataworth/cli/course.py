"""The command ``course``: the book as a course, a folder for each student."""

from __future__ import annotations

import csv
import re
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from dataworth.cli import terminal
from dataworth.errors import InputError
from dataworth.inputs.encodings import decode, read_bytes

HEADS = ("student", "students", "id", "name", "学号", "姓名", "学生")
course_cli = typer.Typer(help="Make a course of the book.", no_args_is_help=True)


class Audience(StrEnum):
    """Whom a course folder is for."""

    students = "students"
    instructors = "instructors"
    solutions = "solutions"


@course_cli.command()
def build(
    audience: Annotated[
        Audience, typer.Option("--for", help="solutions: what students get after the deadline.")
    ],
    seed_by: Annotated[
        str | None, typer.Option(help="A list of students, one a line (the first column of a CSV).")
    ] = None,
    out: Annotated[str | None, typer.Option(help="A new folder. Default: build/course/…")] = None,
    profile: terminal.ProfileOption = terminal.Profile.full,
) -> None:
    """Write notebooks, checks, sheets and syllabus; for each student with numbers of their own."""
    from dataworth.course.build import Course

    root, registry, edition = terminal.open_book(None, profile)
    students = read_students(seed_by) if seed_by else []
    target = Path(out) if out else root / "build" / "course" / audience
    for path in Course(root, registry, edition).build(audience.value, students, target):
        typer.echo(path)


def read_students(file: str) -> list[str]:
    """Return the students of a list: the first field of each line.

    Raises
    ------
    InputError
        It cannot be read; a name stands twice, cannot be a file's name, or there is none.
    """
    lines = csv.reader(decode(read_bytes(Path(file))).splitlines())
    names = [row[0].strip() for row in lines if row and row[0].strip()]
    names = names[1:] if names and names[0].lower() in HEADS else names
    for line, name in enumerate(names):
        if not re.fullmatch(r"[\w][\w.-]{0,59}", name) or name in names[:line]:
            raise InputError(
                f"{file}: expected each student once, in letters, digits, dots and hyphens; "
                f"found {name!r}"
            )
    if not names:
        raise InputError(f"{file}: expected one student a line, found none")
    return names

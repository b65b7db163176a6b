"""The plan of the course: its weeks, each with chapters."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import yaml

from dataworth.book.press.templates import fill
from dataworth.book.registry import Registry
from dataworth.errors import InputError

TEXTS = Path("book") / "course"


def weeks_table(root: Path, registry: Registry, seconds: Mapping[str, float]) -> str:
    """Return the weeks as a table: topic, chapters, what students do, and how long it takes.

    Parameters
    ----------
    root : pathlib.Path
    registry : Registry
    seconds : mapping of str to float
        How long each chapter took to run, as far as that is known.

    Raises
    ------
    InputError
        The plan names a chapter that the book does not have, or leaves one out.
    """
    path = root / TEXTS / "plan.yml"
    weeks = yaml.safe_load(path.read_text(encoding="utf-8"))["weeks"]
    named = {chapter for week in weeks for chapter in week["chapters"]}
    if differing := named ^ {chapter.id for chapter in registry.chapters}:
        raise InputError(f"{path}: expected every chapter, found a difference: {sorted(differing)}")
    for week in weeks:
        week["seconds"] = sum(seconds.get(chapter, 0) for chapter in week["chapters"])
    return fill(root / TEXTS / "weeks.md", weeks=weeks, registry=registry)

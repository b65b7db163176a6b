"""The plan of the course: its weeks, each with chapters."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import yaml

from dataworth.book.registry import Registry
from dataworth.typeset import fill

TEXTS = Path("book") / "course"


def weeks_table(root: Path, registry: Registry, seconds: Mapping[str, float]) -> str:
    """Return the weeks as a table: topic, chapters, what students do, and how long it takes.

    Parameters
    ----------
    root : pathlib.Path
    registry : Registry
    seconds : mapping of str to float
        How long each chapter took to run, as far as that is known.
    """
    path = root / TEXTS / "plan.yml"
    weeks = yaml.safe_load(path.read_text(encoding="utf-8"))["weeks"]
    known = {chapter.id for chapter in registry.chapters}
    for week in weeks:
        week["chapters"] = [chapter for chapter in week["chapters"] if chapter in known]
        week["seconds"] = sum(seconds.get(chapter, 0) for chapter in week["chapters"])
    return fill(root / TEXTS / "weeks.md", weeks=weeks, registry=registry)

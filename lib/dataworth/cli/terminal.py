"""What every command shares: the terminal, options, errors, and the book it works on."""

from __future__ import annotations

import os
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from dataworth.book.editions import Edition
    from dataworth.book.job import Outcome


class Profile(StrEnum):
    """How thorough a build is."""

    quick = "quick"
    full = "full"


EditionOption = Annotated[
    str | None, typer.Option(help="An edition's name, or a YAML file. Default: paper.")
]
ProfileOption = Annotated[Profile, typer.Option(help="quick: smaller samples, for a first look.")]
JobsOption = Annotated[
    int | None,
    typer.Option(help="Chapters at once, and processes each (quick: one). Default: one a core."),
]
SchedulerOption = Annotated[
    str | None, typer.Option(help="A dask scheduler that does the work, such as tcp://…:8786.")
]


def open_book(
    edition: str | None, profile: str = "full", *, may_be_new: bool = False
) -> tuple[Path, Any, Edition]:
    """Return the root, the registry and the edition that a command works on."""
    from dataworth.book.editions import read_edition
    from dataworth.book.registry import read_registry
    from dataworth.places import ROOT_VARIABLE, find_root

    root = find_root()
    registry = read_registry(root)
    chosen = read_edition(registry, root, edition, str(profile), may_be_new=may_be_new)
    os.environ[ROOT_VARIABLE] = str(root)
    return root, registry, chosen


def stop_if_failed(outcomes: dict[str, Outcome], consequence: str) -> None:
    """Name each chapter that failed on stderr and stop: 2 for bad input, 1 otherwise."""
    failed = {chapter: o for chapter, o in outcomes.items() if o.status == "failed"}
    for chapter, outcome in failed.items():
        error(f"{chapter}: {outcome.reason}{consequence}")
    if failed:
        raise typer.Exit(2 if all(o.bad_input for o in failed.values()) else 1)


def console() -> Any:
    """Return rich's console."""
    from rich.console import Console

    # A log has no width of its own: let long lines stand.
    return Console(width=None if sys.stdout.isatty() else 160, soft_wrap=not sys.stdout.isatty())


def table(*headers: str) -> Any:
    """Return an empty table of rich with these headers."""
    from rich import box
    from rich.table import Table

    return Table(*headers, box=box.SIMPLE_HEAD)


def error(message: str) -> None:
    """Print one line on standard error."""
    typer.echo(f"dataworth: {message}", err=True)


def write_folder(folder: Path, files: dict[str, bytes]) -> None:
    """Write files whole or not at all: the folder gets its name when all are in it."""
    staging = folder.with_name(f".{folder.name}.part")
    staging.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (staging / name).write_bytes(content)
    typer.echo(staging.rename(folder))

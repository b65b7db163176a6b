"""Commands that run chapters and build the book: list, show, run, build, claims."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dataworth.cli import terminal
from dataworth.errors import InputError

if TYPE_CHECKING:
    import pandas as pd

    from dataworth.book.editions import Edition
    from dataworth.book.job import Outcome
    from dataworth.ledger.rulebook import Ledger


class Format(StrEnum):
    """How a listing is printed."""

    table = "table"
    json = "json"
    csv = "csv"


def list_chapters(
    edition: terminal.EditionOption = None, profile: terminal.ProfileOption = terminal.Profile.full
) -> None:
    """List the chapters: status, and time and memory of the last run."""
    from dataworth.book.engine import chapter_status, edition_folder
    from dataworth.book.manifest import read_manifest

    root, registry, chosen = terminal.open_book(edition, profile)
    table = terminal.table("chapter", "title", "status", "seconds", "peak MB")
    status = chapter_status(registry, root, chosen)
    for chapter in registry.chapters:
        run = read_manifest(edition_folder(root, chosen) / chapter.id) or {}
        measured = [f"{run[key]:.1f}" if run else "" for key in ("seconds", "peak_memory_mb")]
        table.add_row(chapter.id, chapter.title, status[chapter.id], *measured)
    terminal.console().print(table)


def show(chapter: str, edition: terminal.EditionOption = None) -> None:
    """Show a chapter: its parameters, what it needs and what it makes."""
    _, registry, chosen = terminal.open_book(edition)
    entry = registry[chapter]
    values = chosen.parameters(registry, chapter)
    out = terminal.console()
    out.print(f"[bold]{entry.title}[/bold]  ({entry.id})\n{entry.source}", highlight=False)
    table = terminal.table("parameter", "value", "default", "quick", "allowed", "unit", "help")
    for name, parameter in entry.parameters.items():
        quick = "" if parameter.quick is None else str(parameter.quick)
        cells = (str(values[name]), str(parameter.default), quick)
        table.add_row(name, *cells, parameter.allowed(), parameter.unit, parameter.help)
    out.print(table)
    out.print(f"needs: {', '.join(entry.needs) or 'nothing'}")
    out.print(f"reads: {', '.join(entry.data) or 'nothing'} (below data/)")
    out.print(f"makes: {', '.join(entry.artifacts) or 'no artifacts'}, results.json")
    out.print(f"notebook: {entry.notebook}")


def run(
    chapter: str,
    parameter: Annotated[
        list[str] | None, typer.Option("-p", metavar="NAME=VALUE", help="Set a parameter.")
    ] = None,
    edition: terminal.EditionOption = None,
    profile: terminal.ProfileOption = terminal.Profile.full,
    jobs: terminal.JobsOption = None,
    scheduler: terminal.SchedulerOption = None,
) -> None:
    """Run one chapter and what it needs; changed parameters go to an edition of their own."""
    from dataworth.book.editions import DEFAULT, with_changes
    from dataworth.book.engine import edition_folder

    root, registry, chosen = terminal.open_book(edition, profile, may_be_new=True)
    named = edition is not None and edition != DEFAULT and not Path(edition).is_file()
    chosen = with_changes(chosen, registry, chapter, read_pairs(parameter or []), keep_name=named)
    outcomes = _build([chapter], chosen, root, jobs, scheduler)
    terminal.stop_if_failed(outcomes, "")
    typer.echo(edition_folder(root, chosen) / chapter / "notebook.ipynb")


def build(
    edition: terminal.EditionOption = None,
    profile: terminal.ProfileOption = terminal.Profile.full,
    jobs: terminal.JobsOption = None,
    scheduler: terminal.SchedulerOption = None,
) -> None:
    """Run every stale chapter and build the HTML book."""
    from dataworth.book.publish import publish

    root, _, chosen = terminal.open_book(edition, profile)
    outcomes = _build(None, chosen, root, jobs, scheduler)
    terminal.stop_if_failed(outcomes, "; no book was built")
    page, built = publish(root, chosen)
    typer.echo(f"{'built' if built else 'unchanged'}: {page}")


def claims(
    paper: Annotated[str | None, typer.Option(help="Only this paper.")] = None,
    verdict: Annotated[str | None, typer.Option(help="Only this verdict.")] = None,
    format: Annotated[Format, typer.Option(help="How to print it.")] = Format.table,
    edition: terminal.EditionOption = None,
) -> None:
    """Print the ledger: every printed number with its computed verdict."""
    from dataworth.ledger.scale import VERDICTS

    _, frame, stale = open_ledger(edition)
    for name, value, known in (
        ("paper", paper, sorted(frame["paper"].unique())),
        ("verdict", verdict, VERDICTS),
    ):
        if value is not None and value not in known:
            raise InputError(f"{name}: expected one of {', '.join(known)}, found {value!r}")
    name_stale(stale)
    frame = frame[(frame["paper"] == paper) | (paper is None)]
    print_claims(frame[(frame["verdict"] == verdict) | (verdict is None)], format)


def open_ledger(edition: str | None) -> tuple[Ledger, pd.DataFrame, list[str]]:
    """Return the ledger, its verdicts, and the chapters that are not fresh."""
    from dataworth.book.engine import chapter_status, proven_results
    from dataworth.ledger import assess, load_ledger

    root, registry, chosen = terminal.open_book(edition)
    ledger = load_ledger(root / "data" / "claims")
    frame = assess(ledger, proven_results(registry, root, chosen))
    states = chapter_status(registry, root, chosen).items()
    return ledger, frame, [chapter for chapter, state in states if state != "fresh"]


def name_stale(chapters: list[str]) -> None:
    """Name chapters that are not fresh on stderr."""
    if chapters:
        named = ", ".join(chapters)
        terminal.error(f"these chapters are not fresh, build the book to renew them: {named}")


def print_claims(frame: pd.DataFrame, format: Format) -> None:
    """Print rows of the ledger."""
    import json

    import pandas as pd

    records = json.loads(frame.to_json(orient="records"))
    if format is Format.json:
        typer.echo(json.dumps(records, indent=1, ensure_ascii=False))
    elif format is Format.csv:
        pd.json_normalize(records).to_csv(sys.stdout, index=False)
    else:
        columns = ["id", "place", "printed", "computed", "verdict", "basis", "note"]
        table, shown = terminal.table(*columns), frame[columns]
        for row in shown.astype(object).where(shown.notna(), "").itertuples(index=False):
            table.add_row(*(f"{v:.6g}" if isinstance(v, float) else str(v) for v in row))
        terminal.console().print(table)
        counts = frame["verdict"].value_counts()
        typer.echo(", ".join(f"{number} {name}" for name, number in counts.items()) or "no claims")


def _build(
    chapters: list[str] | None,
    edition: Edition,
    root: Path,
    jobs: int | None,
    scheduler: str | None,
) -> dict[str, Outcome]:
    from dataworth.book.engine import build_chapters
    from dataworth.book.progress import Progress

    with going_on(), Progress(terminal.console()) as progress:
        return build_chapters(
            chapters, edition=edition, root=root, jobs=jobs, scheduler=scheduler, report=progress
        )


@contextlib.contextmanager
def going_on() -> Iterator[None]:
    """Let an interruption end the command in one line."""
    try:
        yield
    except KeyboardInterrupt:
        terminal.error("interrupted; what was finished stays, run the same command to go on")
        raise typer.Exit(130) from None


def read_pairs(texts: list[str]) -> dict[str, str]:
    """Split ``name=value``; everything behind the first ``=`` is the value, as it is."""
    pairs = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals or name in pairs:
            problem = "given twice" if name in pairs else "expected NAME=VALUE"
            raise InputError(f"-p {text!r}: {problem}")
        pairs[name] = value
    return pairs

"""The command ``dataworth``: it parses, calls the library and prints.

Imports that take time stand inside the commands, so that ``--help`` answers
at once.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable, Iterator
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dataworth.errors import InputError

if TYPE_CHECKING:
    from dataworth.banks.value.appraisal import Appraisal
    from dataworth.book.editions import Edition
    from dataworth.book.job import Outcome
    from dataworth.inputs.firms.reader import FirmsReport


class Format(StrEnum):
    """How a listing is printed."""

    table = "table"
    json = "json"
    csv = "csv"


class Verdict(StrEnum):
    """The verdicts of the ledger."""

    exact = "exact"
    reproduced = "reproduced"
    consistent = "consistent"
    contradicted = "contradicted"
    open = "open"


class Profile(StrEnum):
    """How thorough a build is."""

    quick = "quick"
    full = "full"


cli = typer.Typer(
    name="dataworth",
    help="What Is Data Worth? A book whose chapters run.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
check_cli = typer.Typer(help="Validate your own file before a chapter reads it.")
cli.add_typer(check_cli, name="check", no_args_is_help=True)
template_cli = typer.Typer(help="Write a blank table for your own data.")
cli.add_typer(template_cli, name="template", no_args_is_help=True)

EditionOption = Annotated[
    str | None, typer.Option(help="An edition's name, or a YAML file. Default: paper.")
]
ProfileOption = Annotated[Profile, typer.Option(help="quick: smaller samples, for a first look.")]
JobsOption = Annotated[
    int | None, typer.Option(help="Chapters at once, and processes each. Default: one a core.")
]
FileArgument = Annotated[str, typer.Argument(help="A new file ending in .csv or .xlsx.")]
ItemsOption = Annotated[
    bool, typer.Option("--items", help="Statement items, from which the variables are computed.")
]
SchedulerOption = Annotated[
    str | None, typer.Option(help="A dask scheduler that does the work, such as tcp://…:8786.")
]


@cli.command("list")
def list_chapters(edition: EditionOption = None, profile: ProfileOption = Profile.full) -> None:
    """List the chapters: status, and time and memory of the last run."""
    from dataworth.book.engine import chapter_status, edition_folder
    from dataworth.book.manifest import read_manifest

    root, registry, chosen = _book(edition, profile)
    table = _table("chapter", "title", "status", "seconds", "peak MB")
    status = chapter_status(registry, root, chosen)
    for chapter in registry.chapters:
        run = read_manifest(edition_folder(root, chosen) / chapter.id) or {}
        measured = [f"{run[key]:.1f}" if run else "" for key in ("seconds", "peak_memory_mb")]
        table.add_row(chapter.id, chapter.title, status[chapter.id], *measured)
    _console().print(table)


@cli.command()
def show(chapter: str, edition: EditionOption = None) -> None:
    """Show a chapter: its parameters, what it needs and what it makes."""
    _, registry, chosen = _book(edition)
    entry = registry[chapter]
    values = chosen.parameters(registry, chapter)
    console = _console()
    console.print(f"[bold]{entry.title}[/bold]  ({entry.id})\n{entry.source}", highlight=False)
    table = _table("parameter", "value", "default", "quick", "allowed", "unit", "help")
    for name, parameter in entry.parameters.items():
        quick = "" if parameter.quick is None else str(parameter.quick)
        cells = (str(values[name]), str(parameter.default), quick)
        table.add_row(name, *cells, parameter.allowed(), parameter.unit, parameter.help)
    console.print(table)
    console.print(f"needs: {', '.join(entry.needs) or 'nothing'}")
    console.print(f"reads: {', '.join(entry.data) or 'nothing'} (below data/)")
    console.print(f"makes: {', '.join(entry.artifacts) or 'no artifacts'}, results.json")
    console.print(f"notebook: {entry.notebook}")


@cli.command()
def run(
    chapter: str,
    parameter: Annotated[
        list[str] | None, typer.Option("-p", metavar="NAME=VALUE", help="Set a parameter.")
    ] = None,
    edition: EditionOption = None,
    profile: ProfileOption = Profile.full,
    jobs: JobsOption = None,
    scheduler: SchedulerOption = None,
) -> None:
    """Run one chapter and what it needs; changed parameters go to an edition of their own."""
    from dataworth.book.editions import DEFAULT, with_changes
    from dataworth.book.engine import edition_folder

    root, registry, chosen = _book(edition, profile, may_be_new=True)
    named = edition is not None and edition != DEFAULT and not Path(edition).is_file()
    chosen = with_changes(chosen, registry, chapter, _pairs(parameter or []), keep_name=named)
    outcomes = _build([chapter], chosen, root, jobs, scheduler)
    _stop_if_failed(outcomes, "")
    typer.echo(edition_folder(root, chosen) / chapter / "notebook.ipynb")


@cli.command()
def build(
    edition: EditionOption = None,
    profile: ProfileOption = Profile.full,
    jobs: JobsOption = None,
    scheduler: SchedulerOption = None,
) -> None:
    """Run every stale chapter and build the HTML book."""
    from dataworth.book.publish import publish

    root, _, chosen = _book(edition, profile)
    outcomes = _build(None, chosen, root, jobs, scheduler)
    _stop_if_failed(outcomes, "; no book was built")
    page, built = publish(root, chosen)
    typer.echo(f"{'built' if built else 'unchanged'}: {page}")


@cli.command()
def claims(
    paper: Annotated[str | None, typer.Option(help="Only this paper.")] = None,
    verdict: Annotated[Verdict | None, typer.Option(help="Only this verdict.")] = None,
    format: Annotated[Format, typer.Option(help="How to print it.")] = Format.table,
    edition: EditionOption = None,
) -> None:
    """Print the ledger: every printed number with its computed verdict."""
    import json

    from dataworth.book.engine import chapter_status, proven_results
    from dataworth.ledger import assess, load_ledger

    root, registry, chosen = _book(edition)
    frame = assess(load_ledger(root / "data" / "claims"), proven_results(registry, root, chosen))
    known = sorted(frame["paper"].unique())
    if paper is not None and paper not in known:
        raise InputError(f"paper: expected one of {', '.join(known)}, found {paper!r}")
    stale = [c for c, state in chapter_status(registry, root, chosen).items() if state != "fresh"]
    if stale:
        _error(f"these chapters are not fresh, build the book to renew them: {', '.join(stale)}")
    frame = frame[(frame["paper"] == paper) | (paper is None)]
    frame = frame[(frame["verdict"] == verdict) | (verdict is None)]
    if format is Format.json:
        records = json.loads(frame.to_json(orient="records"))
        typer.echo(json.dumps(records, indent=1, ensure_ascii=False))
    elif format is Format.csv:
        frame.to_csv(sys.stdout, index=False)
    else:
        table = _table("id", "place", "printed", "computed", "verdict", "note")
        shown = frame[["id", "place", "printed", "computed", "verdict", "note"]]
        for row in shown.astype(object).where(shown.notna(), "").itertuples(index=False):
            table.add_row(*(f"{v:.6g}" if isinstance(v, float) else str(v) for v in row))
        _console().print(table)
        counts = frame["verdict"].value_counts()
        typer.echo(", ".join(f"{number} {name}" for name, number in counts.items()) or "no claims")


@cli.command()
def value(
    reports: Annotated[str, typer.Argument(help="A folder of PDF, TXT and JSON lines.")],
    pay: Annotated[
        str | None, typer.Option(help="Pay by bank and period (CSV or Excel); without it, rates.")
    ] = None,
    dictionary: Annotated[
        str | None, typer.Option(help="Your terms (term, stage). Default: the book's seeds.")
    ] = None,
    rate: Annotated[float | None, typer.Option(help="Discount rate, such as 0.0962.")] = None,
    period: Annotated[float | None, typer.Option(help="Years of income.")] = None,
    draws: Annotated[int, typer.Option(min=100, help="Draws behind the intervals.")] = 2000,
    seed: Annotated[int, typer.Option(min=0)] = 0,
    out: Annotated[str | None, typer.Option(help="A new folder for the tables (CSV).")] = None,
    jobs: JobsOption = None,
    scheduler: SchedulerOption = None,
) -> None:
    """Turn annual reports and pay into rates, costs and a value of each bank's data."""
    from dataworth.banks.text import lexicon
    from dataworth.banks.value import appraisal
    from dataworth.book.executors import cluster, processes
    from dataworth.inputs.dictionary import read_dictionary
    from dataworth.inputs.pay import read_pay
    from dataworth.inputs.reports.folder import open_reports

    folder = _new_folder(out)
    entries = open_reports(reports)
    paid = read_pay(pay) if pay else None
    terms = read_dictionary(dictionary) if dictionary else lexicon.read_seeds()
    given = appraisal.default_terms(rate=rate, period=period)
    workers = cluster(scheduler) if scheduler else processes(jobs or os.cpu_count() or 1)
    with workers as executor, _bar("reports") as progress:
        found = appraisal.appraise(
            entries,
            terms["term"],
            paid,
            given,
            draws=draws,
            seed=seed,
            executor=executor,
            progress=progress,
        )
    _print_appraisal(found)
    if folder:
        # Whole or not at all: the folder gets its name when every table is in it.
        staging = folder.with_name(f".{folder.name}.part")
        staging.mkdir(parents=True, exist_ok=True)
        for name, table in vars(found).items():
            table.to_csv(staging / f"{name}.csv", index=False, encoding="utf-8-sig")
        typer.echo(staging.rename(folder))


@cli.command()
def serve(
    edition: EditionOption = None,
    profile: ProfileOption = Profile.full,
    port: Annotated[int, typer.Option(min=0, max=65535, help="0: any free one.")] = 8000,
) -> None:
    """Serve the built book on the loopback address until Ctrl-C."""
    from functools import partial
    from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

    from dataworth.book.publish import html_folder

    root, _, chosen = _book(edition, profile)
    folder = html_folder(root, chosen)
    if not (folder / "index.html").is_file():
        raise InputError(f"no book at {folder}; build it first: dataworth build")
    handler = partial(SimpleHTTPRequestHandler, directory=folder)
    try:
        server = ThreadingHTTPServer(("127.0.0.1", port), handler)
    except OSError as error:
        raise InputError(f"port {port}: {error.strerror}; choose another with --port") from None
    with server, contextlib.suppress(KeyboardInterrupt):
        typer.echo(f"http://127.0.0.1:{server.server_port}/  (Ctrl-C ends it)")
        server.serve_forever()


@check_cli.command("series")
def check_series_file(file: str) -> None:
    """Check a quarterly series (CSV or Excel) for use as series_file=FILE."""
    from dataworth.inputs.series import check_series
    from dataworth.inputs.tables.numbers import column_unit

    report = check_series(file)
    for finding in report.findings:
        typer.echo(f"{finding.severity}: {finding.where}: {finding.message}")
    if report.errors:
        number = len(report.errors)
        typer.echo(f"{file}: {number} {'error' if number == 1 else 'errors'}")
        raise typer.Exit(2)
    unit = column_unit(report.name)
    typer.echo(
        f"{file}: ready to use; column {report.name!r}, {report.n} quarters from "
        f"{report.periods[0]} to {report.periods[-1]}, read in units of {unit:,.0f} yuan"
    )


@check_cli.command("firms")
def check_firms_file(file: str) -> None:
    """Check firms with recognized data assets (CSV or Excel) for use as firms_file=FILE."""
    from dataworth.inputs.firms.reader import check_firms

    _tell(check_firms(file))


@check_cli.command("market")
def check_market_file(file: str) -> None:
    """Check the firms of a market (CSV or Excel) for use as market_file=FILE."""
    from dataworth.inputs.firms.reader import check_market

    _tell(check_market(file))


@check_cli.command("reports")
def check_reports_folder(folder: str) -> None:
    """Check annual reports (a folder of PDF, TXT, JSON lines) for use as reports_folder=FOLDER."""
    from dataworth.inputs.reports.folder import check_reports

    _tell(check_reports(folder))


@check_cli.command("pay")
def check_pay_file(file: str) -> None:
    """Check the pay of banks (CSV or Excel) for use as pay_file=FILE."""
    from dataworth.inputs.pay import check_pay

    _tell(check_pay(file))


@template_cli.command("firms")
def write_firms_template(file: FileArgument = "firms.csv", items: ItemsOption = False) -> None:
    """Write a blank table of firms with recognized data assets (.csv or .xlsx)."""
    from dataworth.inputs.firms.templates import write_template

    typer.echo(write_template(file, "firms", items=items))


@template_cli.command("market")
def write_market_template(file: FileArgument = "market.csv", items: ItemsOption = False) -> None:
    """Write a blank table of the firms of a market (.csv or .xlsx)."""
    from dataworth.inputs.firms.templates import write_template

    typer.echo(write_template(file, "market", items=items))


def _tell(report: FirmsReport) -> None:
    """Print every finding, and what the file holds; exit with 2 if it cannot be used."""
    for finding in report.findings:
        typer.echo(f"{finding.severity}: {finding.where}: {finding.message}")
    if report.errors:
        number = len(report.errors)
        typer.echo(f"{report.path}: {number} {'error' if number == 1 else 'errors'}")
        raise typer.Exit(2)
    typer.echo(f"{report.path}: ready to use; {report.summary()}")


@check_cli.callback()
def _check() -> None:
    """Validate your own file before a chapter reads it."""


def _new_folder(path: str | None) -> Path | None:
    """Refuse a folder that exists, before any work is done."""
    if path is not None and Path(path).exists():
        raise InputError(f"--out {path}: expected a new folder, found one that exists")
    return None if path is None else Path(path)


@contextlib.contextmanager
def _bar(what: str) -> Iterator[Callable[[int, int], None]]:
    """Show how far some work is; in a log, nothing."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn()
    with Progress(*columns, TimeElapsedColumn(), console=_console(), transient=True) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _print_appraisal(found: Appraisal) -> None:
    """Print what a folder of reports came to: money in million yuan, rates in per cent."""
    costed = not found.costs.empty
    table = _table("bank", "year", "rate %", "interval", *(["cost", "interval"] if costed else []))
    ends = ("low_rate", "high_rate") if costed else ("low", "high")
    for row in (found.costs if costed else found.rates).to_dict("records"):
        cells = [f"{row['rate']:.3%}"[:-1], f"{row[ends[0]]:.3%} – {row[ends[1]]:.3%}"]
        if costed:
            cells += [f"{row['cost'] / 1e3:,.1f}", _range(row, "low", "high")]
        table.add_row(row["bank"], str(row["year"]), *cells)
    _console().print(table)
    for row in found.left_out.to_dict("records"):
        typer.echo(f"left out: {row['source']}: {row['reason']}")
    if not costed:
        return
    table = _table("bank", "end of", "value by cost", "interval", "value by income", "interval")
    for row in found.values.to_dict("records"):
        cells = []
        for name in ("by_cost", "by_income"):
            cells += [f"{row[name] / 1e3:,.1f}", _range(row, f"{name}_low", f"{name}_high")]
        table.add_row(row["bank"], str(row["last"]), *cells)
    _console().print(table)
    typer.echo(
        "Million yuan. By income, the paper's formula: what that rests on, see banks/income."
    )


def _range(row: dict[str, Any], low: str, high: str) -> str:
    return f"{row[low] / 1e3:,.1f} – {row[high] / 1e3:,.1f}"


def _stop_if_failed(outcomes: dict[str, Outcome], consequence: str) -> None:
    """Name each chapter that failed on stderr and stop: 2 for bad input, 1 otherwise."""
    failed = {chapter: o for chapter, o in outcomes.items() if o.status == "failed"}
    for chapter, outcome in failed.items():
        _error(f"{chapter}: {outcome.reason}{consequence}")
    if failed:
        raise typer.Exit(2 if all(o.bad_input for o in failed.values()) else 1)


def _book(
    edition: str | None, profile: str = "full", *, may_be_new: bool = False
) -> tuple[Path, Any, Edition]:
    from dataworth.book.editions import read_edition
    from dataworth.book.registry import read_registry
    from dataworth.places import ROOT_VARIABLE, find_root

    root = find_root()
    registry = read_registry(root)
    chosen = read_edition(registry, root, edition, str(profile), may_be_new=may_be_new)
    os.environ[ROOT_VARIABLE] = str(root)
    return root, registry, chosen


def _build(
    chapters: list[str] | None,
    edition: Edition,
    root: Path,
    jobs: int | None,
    scheduler: str | None,
) -> dict[str, Outcome]:
    from dataworth.book.engine import build_chapters
    from dataworth.book.progress import Progress

    try:
        with Progress(_console()) as progress:
            return build_chapters(
                chapters,
                edition=edition,
                root=root,
                jobs=jobs,
                scheduler=scheduler,
                report=progress,
            )
    except KeyboardInterrupt:
        _error("interrupted; what was finished stays, run the same command to go on")
        raise typer.Exit(130) from None


def _pairs(texts: list[str]) -> dict[str, str]:
    """Split ``name=value``; everything behind the first ``=`` is the value, as it is."""
    pairs = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals or name in pairs:
            problem = "given twice" if name in pairs else "expected NAME=VALUE"
            raise InputError(f"-p {text!r}: {problem}")
        pairs[name] = value
    return pairs


def _console() -> Any:
    from rich.console import Console

    # A log has no width of its own: let long lines stand.
    return Console(width=None if sys.stdout.isatty() else 160, soft_wrap=not sys.stdout.isatty())


def _table(*headers: str) -> Any:
    from rich import box
    from rich.table import Table

    return Table(*headers, box=box.SIMPLE_HEAD)


def _error(message: str) -> None:
    typer.echo(f"dataworth: {message}", err=True)


def app() -> None:
    """Run the command; a user's mistake is one line on stderr and exit code 2."""
    try:
        cli()
    except (InputError, FileNotFoundError) as error:
        _error(str(error))
        sys.exit(2)
    except OSError as error:
        _error(f"{error.filename}: {error.strerror}")
        sys.exit(1)


if __name__ == "__main__":
    app()

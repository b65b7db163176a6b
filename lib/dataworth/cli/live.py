"""Commands around reruns: serve the live book, compare two editions, sweep over a grid."""

from __future__ import annotations

import sys
from typing import Annotated, Any

import typer

from dataworth.cli import terminal
from dataworth.cli.book import Format, going_on, read_pairs
from dataworth.errors import InputError


def serve(
    edition: terminal.EditionOption = None,
    profile: terminal.ProfileOption = terminal.Profile.full,
    port: Annotated[int, typer.Option(min=0, max=65535, help="0: any free one.")] = 8000,
) -> None:
    """Serve the built book on the loopback address, with forms to rerun it, until Ctrl-C."""
    import asyncio

    from dataworth.live.server import Live

    root, registry, chosen = terminal.open_book(edition, profile)
    live = Live(root, registry, chosen)
    if not (live.html / "index.html").is_file():
        raise InputError(f"no book at {live.html}; build it first: dataworth build")

    async def answer() -> None:
        try:
            address = live.listen(port)
        except OSError as error:
            raise InputError(f"port {port}: {error.strerror}; choose another with --port") from None
        typer.echo(f"{address}  (open this address; Ctrl-C ends it)")
        if sys.stdout.isatty():
            typer.launch(address)
        await asyncio.Event().wait()

    try:
        asyncio.run(answer())
    except KeyboardInterrupt:
        typer.echo("ended")
    finally:
        live.queue.close()


def compare(
    before: Annotated[str, typer.Argument(help="An edition's folder below build/: paper.quick.")],
    after: Annotated[str, typer.Argument(help="Another one.")],
    format: Annotated[Format, typer.Option(help="How to print it.")] = Format.table,
    limit: Annotated[int, typer.Option(min=1, help="Rows of the table.")] = 30,
) -> None:
    """Print what differs between two editions, the largest change first."""
    from dataworth.live.compare import compare_results, compare_settings, read_folder, show_value

    root, registry, _ = terminal.open_book(None)
    one, other = (read_folder(registry, root, folder) for folder in (before, after))
    changes = compare_results(registry, root, one, other)
    if format is Format.json:
        typer.echo(changes.to_json(orient="records", indent=1, force_ascii=False))
    elif format is Format.csv:
        changes.to_csv(sys.stdout, index=False)
    else:
        for row in compare_settings(registry, root, one, other).to_dict("records"):
            arrow = f"{show_value(row['before'])} -> {show_value(row['after'])}"
            typer.echo(f"{row['chapter']}: {row['parameter']}: {arrow}")
        table = terminal.table("chapter", "result", before, after, "change")
        for row in changes.head(limit).to_dict("records"):
            share = "turned" if row["change"] > 2 else f"{row['change']:.1%}"
            pair = [show_value(row[name]) for name in ("before", "after")]
            table.add_row(row["chapter"], row["result"], *pair, share)
        terminal.console().print(table)
        typer.echo(f"results that differ: {len(changes)}")


def sweep(
    chapter: str,
    parameter: Annotated[
        list[str], typer.Option("-p", metavar="NAME=1,2,3", help="Values; 0..19 for a range.")
    ],
    result: Annotated[
        list[str] | None,
        typer.Option("-r", help="A result to print and draw. Default: the six that move most."),
    ] = None,
    keep: Annotated[
        bool, typer.Option("--keep", help="Keep the table in data/sweeps/ for the chapter's panel.")
    ] = False,
    edition: terminal.EditionOption = None,
    profile: terminal.ProfileOption = terminal.Profile.full,
    jobs: terminal.JobsOption = None,
    scheduler: terminal.SchedulerOption = None,
) -> None:
    """Run a chapter over a grid of settings; the same command goes on after an interruption."""
    import shutil

    from dataworth.book import sweep as sweeps

    root, registry, base = terminal.open_book(edition, profile)
    plan = sweeps.plan(registry, base, chapter, read_pairs(parameter))
    done = 0

    def tell(point: Any, ran: str, outcome: Any) -> None:
        nonlocal done
        if ran == chapter and outcome.status != "running":
            done += 1
            typer.echo(f"{done} of {len(plan.editions)}: {outcome.status} {point.name}")

    with going_on():
        table = sweeps.run(root, registry, plan, jobs=jobs, scheduler=scheduler, report=tell)
    if unknown := set(result or ()) - set(table.columns):
        raise InputError(f"-r: the chapter records no {sorted(unknown)[0]!r}")
    names, chosen = sweeps.settings(table), result or sweeps.moving(table)[: sweeps.SHOWN]
    shown = terminal.table(*(n.removeprefix(sweeps.SETTING) for n in names), *chosen)
    for row in table[[*names, *chosen]].itertuples(index=False):
        shown.add_row(*(f"{v:.6g}" if isinstance(v, float) else str(v) for v in row))
    terminal.console().print(shown)
    files = [root / plan.folder / "table.csv"]
    if chosen:
        files += [root / plan.folder / "figure.svg"]
        sweeps.draw(table, chosen, files[-1])
    if keep:
        (root / sweeps.KEPT).mkdir(exist_ok=True)
        files += [root / sweeps.KEPT / f"{chapter.replace('/', '-')}.csv"]
        shutil.copy(files[0], files[-1])
    for file in files:
        typer.echo(file)
    if failed := [reason for reason in table[sweeps.FAILED] if reason]:
        raise InputError(f"{len(failed)} of {len(table)} points failed; the first: {failed[0]}")

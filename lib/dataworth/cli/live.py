"""Commands around the live book: serve it, compare two editions."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from dataworth.cli import terminal
from dataworth.cli.book import Format
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

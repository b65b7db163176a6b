"""Commands that report on a paper: one of the book's, or one that a user brings."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from dataworth.cli import terminal
from dataworth.cli.book import Format, name_stale, open_ledger, print_claims
from dataworth.cli.files import template_cli
from dataworth.errors import InputError

FolderArgument = Annotated[
    Path, typer.Argument(help="claims.csv, rules.yml, and facts/ if needed.")
]


def report(
    paper: Annotated[str, typer.Argument(help="potential, banks or finance.")],
    format: Annotated[str, typer.Option(help="pdf or html.")] = "pdf",
    letter: Annotated[
        bool, typer.Option("--letter", help="Letters to the authors instead, English and Chinese.")
    ] = False,
    out: Annotated[Path | None, typer.Option(help="Where to. Default: here, by its name.")] = None,
    edition: terminal.EditionOption = None,
) -> None:
    """Write a replication report on a paper, in the form that data editors use."""
    from dataworth.ledger.report import FORMATS, documents

    if format not in FORMATS:
        raise InputError(f"format: expected one of {', '.join(FORMATS)}, found {format!r}")
    ledger, frame, stale = open_ledger(edition)
    files = documents(ledger, frame, paper, format)
    name_stale(stale)
    for name, write in files.items():
        if name.startswith("letter") != letter:
            continue
        # Two letters share one --out: each keeps its language.
        file = out or Path(f"{paper}-{name}")
        if out and letter:
            file = out.with_name(f"{out.stem}.{name.split('.')[1]}{out.suffix}")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(write())
        typer.echo(file)


def audit(
    folder: FolderArgument,
    out: Annotated[
        Path | None, typer.Option(help="A folder for the results. Default: NAME-audit, here.")
    ] = None,
) -> None:
    """Audit any paper from its claims and rules: verdicts, a page, a report, letters."""
    from dataworth.ledger import assess, load_ledger
    from dataworth.ledger.report import documents

    if not (folder / "claims.csv").is_file():
        raise InputError(f"{folder}: expected claims.csv in it; try: dataworth template audit")
    ledger = load_ledger(folder)
    name = ledger[0].name
    frame = assess(ledger, {})
    records = json.loads(frame.to_json(orient="records"))
    verdicts = json.dumps(records, indent=1, ensure_ascii=False)
    pages = documents(ledger, frame, name, "html"), documents(ledger, frame, name, "pdf")
    writers = {"report.html": pages[0]["report.html"]} | pages[1]
    files = {"verdicts.json": verdicts.encode()} | {f: write() for f, write in writers.items()}
    target = out or Path(f"{name}-audit")
    target.mkdir(parents=True, exist_ok=True)
    for file, content in files.items():
        (target / file).write_bytes(content)
    wrong = frame[frame["verdict"] == "contradicted"]
    if wrong.empty:
        typer.echo("nothing is contradicted")
    else:
        print_claims(wrong, Format.table)
    counts = frame["verdict"].value_counts()
    typer.echo(f"of {len(frame)} claims: {', '.join(f'{n} {v}' for v, n in counts.items())}")
    typer.echo(f"{target}: {', '.join(files)}")


@template_cli.command("audit")
def write_audit_template(folder: Path) -> None:
    """Write a commented skeleton of an audit: claims.csv, rules.yml and how to go on."""
    import shutil

    from dataworth.ledger.report import TEMPLATES

    if folder.exists():
        raise InputError(f"{folder}: expected a new folder, found one that exists")
    shutil.copytree(TEMPLATES / "audit", folder)
    typer.echo(folder)

"""The command ``dataworth``: it parses, calls the library and prints.

Imports that take time stand inside the commands, so that ``--help`` answers
at once.
"""

from __future__ import annotations

import sys

import typer

from dataworth.cli import book, files, live, terminal
from dataworth.cli.audit import audit, report
from dataworth.cli.course import course_cli
from dataworth.cli.lend import lend
from dataworth.cli.press import pdf
from dataworth.cli.scan import scan
from dataworth.cli.value import value
from dataworth.errors import InputError

cli = typer.Typer(
    name="dataworth",
    help="What Is Data Worth? A book whose chapters run.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
cli.command("list")(book.list_chapters)
COMMANDS = (
    book.show,
    book.run,
    book.build,
    book.claims,
    report,
    audit,
    value,
    scan,
    lend,
    live.serve,
    live.compare,
    live.sweep,
    pdf,
)
for command in COMMANDS:
    cli.command()(command)
cli.add_typer(course_cli, name="course")
cli.add_typer(files.check_cli, name="check", no_args_is_help=True)
cli.add_typer(files.template_cli, name="template", no_args_is_help=True)


def app() -> None:
    """Run the command; a user's mistake is one line on stderr and exit code 2."""
    try:
        cli()
    except (InputError, FileNotFoundError) as error:
        terminal.error(str(error))
        sys.exit(2)
    except OSError as error:
        terminal.error(f"{error.filename}: {error.strerror}")
        sys.exit(1)

"""The command ``pdf``: the built book on paper."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dataworth.cli import terminal
from dataworth.errors import InputError


def pdf(
    out: Annotated[str | None, typer.Option(help="The new file. Default: below _build.")] = None,
    profile: terminal.ProfileOption = terminal.Profile.full,
) -> None:
    """Print the whole built book as one PDF; needs Chromium or Chrome."""
    from dataworth.book.engine import edition_folder
    from dataworth.book.press.paper import contents_of, find_browser, print_book
    from dataworth.book.publish import html_folder

    root, _, edition = terminal.open_book(None, profile)
    html, site = html_folder(root, edition), edition_folder(root, edition) / "site"
    if not (html / "index.html").is_file() or not site.is_dir():
        raise InputError(f"no book at {html}; build it first: dataworth build")
    find_browser()
    target = Path(out) if out else root / "_build" / "what-is-data-worth.pdf"
    typer.echo(print_book(html, contents_of(site), "What Is Data Worth?", target))

"""What the command ``value`` does with the description of one data asset."""

from __future__ import annotations

from pathlib import Path

import typer

from dataworth.cli import terminal


def value_file(file: str, folder: Path | None, draws: int, seed: int) -> None:
    """Value the asset that a file describes; write page, PDF and workbook into a new folder."""
    from dataworth.asset.page import asset_page
    from dataworth.asset.read import check_asset
    from dataworth.asset.report import documents, read_words, report
    from dataworth.asset.value import value_asset

    described = check_asset(file).use()
    found = value_asset(described, draws=draws, seed=seed)
    said = report(described, found, read_words()["en"], draws=draws, seed=seed)
    sections = {section["key"]: section for section in said["sections"]}
    for name in ("methods", "results"):
        table = terminal.table(*filter(None, sections[name]["head"]))
        for row in sections[name]["rows"]:
            table.add_row(*row)
        terminal.console().print(table)
    lines = [*said["summary"], *sections["loan"]["texts"], *sections["firm"]["texts"]]
    for line in (*lines, *said["statement"]):
        typer.echo(line)
    if folder:
        files = documents(described, found, draws=draws, seed=seed)
        files["calculator.html"] = asset_page(described).encode()
        terminal.write_folder(folder, files)

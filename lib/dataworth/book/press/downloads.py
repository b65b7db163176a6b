"""The figures of a page and what they draw, as files; the book's script adds pixels."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

DRAWN = "data:image/svg+xml;base64,"
FOLDER = Path("_static") / "figures"


def place_downloads(notebook: Any, chapter_id: str, site: Path) -> None:
    """Write a notebook's figures and their tables into files, linked below their captions.

    Parameters
    ----------
    notebook : nbformat.NotebookNode
        Changed in place.
    chapter_id : str
    site : pathlib.Path
        Where the sources of the book are laid out.
    """
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    figures = [output["data"] for output in outputs if "text/csv" in output.get("data", {})]
    for number, data in enumerate(figures, 1):
        path = FOLDER / f"{chapter_id.replace('/', '-')}-{number}.csv"
        (site / FOLDER).mkdir(parents=True, exist_ok=True)
        (site / path).write_text(data.pop("text/csv"), encoding="utf-8-sig")
        html, svg = data["text/html"], path.with_suffix(".svg")
        picture = html.partition(DRAWN)[2].partition('"')[0]
        (site / svg).write_bytes(base64.b64decode(picture))
        files = ((svg, "SVG"), (path, "CSV"))
        links = [f'<a download href="../../{file.as_posix()}">{word}</a>' for file, word in files]
        more = f'<span class="dw-downloads">{" ".join(links)}</span></figcaption>'
        data["text/html"] = html.replace("</figcaption>", f" {more}")

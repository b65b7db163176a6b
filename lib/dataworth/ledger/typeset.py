"""Reports and letters as PDF (Typst) and HTML, from their data and a template."""

from __future__ import annotations

import json
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jinja2 import Environment

TEMPLATES = Path(__file__).parent


def as_pdf(data: dict[str, Any], template: str, folder: Path = TEMPLATES) -> bytes:
    """Return a tagged PDF (PDF/UA-1) of a report or letter.

    Parameters
    ----------
    data : dict
        From `replication_report` or `letter`.
    template : {"report", "report.letter"}
    folder : pathlib.Path
        Where the template is.
    """
    import typst

    spec = find_spec("mplfonts")
    folders = list(spec.submodule_search_locations or ()) if spec else []
    return typst.compile(
        str(folder / f"{template}.typ"),
        font_paths=[str(Path(folder) / "fonts") for folder in folders],
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        pdf_standards=["ua-1"],
    )


def as_html(data: dict[str, Any], template: str, folder: Path = TEMPLATES) -> bytes:
    """Return one HTML page, without scripts or outside files, of a report or letter."""
    return environment(folder).get_template(f"{template}.html").render(d=data).encode()


FORMATS = {"pdf": as_pdf, "html": as_html}
"""What a report or letter can be written as."""


@cache
def environment(folder: Path = TEMPLATES) -> Environment:
    """Return what reads templates of HTML: names must be known, and text is escaped."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )

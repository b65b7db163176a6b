"""Pages, sheets and papers from data and a template: HTML and text by jinja2, PDF by Typst.

A template stands beside the module that fills it.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jinja2 import Environment


def as_pdf(data: dict[str, Any], template: str, folder: Path) -> bytes:
    """Return a tagged PDF (PDF/UA-1).

    Parameters
    ----------
    data : dict
        What the template shows, as plain values.
    template : str
        File name in `folder`, without ``.typ``.
    folder : pathlib.Path
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


def as_html(data: dict[str, Any], template: str, folder: Path) -> bytes:
    """Return one HTML page, without scripts or outside files; parameters as for `as_pdf`."""
    return fill(folder / f"{template}.html", d=data).encode()


FORMATS = {"pdf": as_pdf, "html": as_html}
"""What such data can be written as."""


def fill(path: Path, **values: Any) -> str:
    """Return a template with values in place."""
    return environment(path.parent).get_template(path.name).render(format=format, **values)


@cache
def environment(folder: Path) -> Environment:
    """Return what reads templates: names must be known, and what enters HTML is escaped."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader(folder),
        autoescape=lambda name: bool(name and name.endswith(".html")),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )

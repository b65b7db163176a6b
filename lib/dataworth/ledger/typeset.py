"""Reports and letters as PDF (Typst) and HTML, from their data and a template."""

from __future__ import annotations

import json
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from dataworth.ledger.report import letter, replication_report
from dataworth.ledger.rulebook import Ledger

TEMPLATES = Path(__file__).parent / "templates"


def as_pdf(data: dict[str, Any], template: str) -> bytes:
    """Return a tagged PDF (PDF/UA-1) of a report or letter.

    Parameters
    ----------
    data : dict
        From `replication_report` or `letter`.
    template : {"report", "letter"}
    """
    import typst

    spec = find_spec("mplfonts")
    folders = list(spec.submodule_search_locations or ()) if spec else []
    return typst.compile(
        str(TEMPLATES / f"{template}.typ"),
        font_paths=[str(Path(folder) / "fonts") for folder in folders],
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        pdf_standards=["ua-1"],
    )


def as_html(data: dict[str, Any], template: str) -> bytes:
    """Return one HTML page, without scripts or outside files, of a report or letter."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    pages = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return pages.get_template(f"{template}.html").render(d=data).encode()


def documents(
    ledger: Ledger, frame: pd.DataFrame, name: str, form: str, *, letters: bool = False
) -> dict[str, bytes]:
    """Return the report on a paper, or the letters to its authors, as named files.

    Parameters
    ----------
    ledger, frame, name
        As in `replication_report`.
    form : {"pdf", "html"}
    letters : bool
        The letters, in English and Chinese, instead of the report.
    """
    data, write = replication_report(ledger, frame, name), FORMATS[form]
    if not letters:
        return {f"report.{form}": write(data, "report")}
    (book,) = (paper.book for paper in ledger.papers if paper.name == name)
    words = yaml.safe_load((TEMPLATES / "letter.yml").read_text(encoding="utf-8"))
    return {
        f"letter.{said['lang']}.{form}": write(letter(data, book, said), "letter")
        for said in words.values()
    }


FORMATS = {"pdf": as_pdf, "html": as_html}
"""What a report or letter can be written as."""

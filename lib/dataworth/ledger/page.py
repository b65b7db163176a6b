"""The ledger as pages show it: one table with addresses, one picture, causes, and counts."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import Any

import pandas as pd

from dataworth.ledger.box import LEDGER, MEANING, claims_table, computed, tally, what
from dataworth.ledger.compare import Results
from dataworth.ledger.evidence import corrected
from dataworth.ledger.rulebook import load_ledger
from dataworth.ledger.scale import BASES, CAUSES, LIMITS, VERDICTS
from dataworth.ledger.verdicts import assess

STANDS = ["exact", "reproduced", "supported"]


def table(frame: pd.DataFrame) -> str:
    """Return all claims as one table; a script of the book adds search and filters.

    Each row has its id as address and leads to the verdict box of its chapter.
    Without the script the table stands as it is.
    """

    def in_chapter(row: Any) -> str:
        return f"../{row.chapter}.html#{row.id}" if row.chapter else ""

    rows = claims_table(frame, in_chapter, ids=True)
    return f'<div class="dw-verdicts dw-ledger">{rows}</div>'


def causes(frame: pd.DataFrame) -> str:
    """Return what is contradicted, grouped by its most likely cause: the widest group first."""
    failed = frame[frame["verdict"] == "contradicted"]
    named = failed["cause"].map(lambda cause: cause["group"] if cause else "")
    groups = []
    for group in named.value_counts().index:
        rows = failed[named == group]
        cause = rows["cause"].iloc[0] or {"class": "", "text": "No likely cause is known"}
        kind, text = cause["class"], escape(cause["text"])
        title = f'<span class="dw-badge dw-contradicted">{len(rows)}</span> {text}'
        if kind:
            title += f' <a class="dw-basis" href="{MEANING}#cause-{kind}">{kind}</a>'
        links = [f'<a href="#{escape(r.id)}">{escape(_said(r))}</a>' for r in rows.itertuples()]
        listed = "".join(f"<li>{link}</li>" for link in links)
        groups.append(f"<details><summary>{title}</summary><ul>{listed}</ul></details>")
    return f'<div class="dw-verdicts">{"".join(groups)}</div>'


def picture(frame: pd.DataFrame, page: str = "") -> str:
    """Return the ledger as a picture: a cell for each claim, by paper and section.

    Parameters
    ----------
    frame : pandas.DataFrame
        Rows of `assess`.
    page : str
        Address of the page whose rows the cells lead to; empty for the same page.

    Returns
    -------
    str
        HTML: links whose names say what the claim is, printed and computed.
    """
    blocks = []
    for paper, of_paper in frame.groupby("paper", sort=False):
        cells = ""
        for section, rows in of_paper.groupby("section", sort=False):
            cells += f"<span>{escape(section)}</span>"
            cells += "".join(_cell(row, page) for row in rows.itertuples())
        name = escape(str(paper).capitalize())
        blocks.append(
            f'<div class="dw-map" role="group" aria-label="{name}"><b>{name}</b>{cells}</div>'
        )
    return f'<p class="dw-tally">{tally(frame)}</p>{"".join(blocks)}'


def _cell(row: Any, page: str) -> str:
    label = escape(f"{_said(row)}: {row.verdict}")
    return f'<a class="dw-{row.verdict}" href="{page}#{escape(row.id)}" aria-label="{label}"></a>'


def _said(row: Any) -> str:
    return f"{row.place}, {what(row)}. Printed: {row.printed}; computed: {computed(row)}"


def inserts(root: Path, results: Mapping[str, Results]) -> dict[str, Any]:
    """Return what pages outside the chapters show of the ledger.

    Parameters
    ----------
    root : pathlib.Path
        Root of the book.
    results : mapping of str to mapping
        Chapter id to what it recorded, in the order of the book: papers follow it.

    Returns
    -------
    dict
        ``picture`` (HTML); ``<chapter id>`` (HTML, badges with numbers of
        claims); ``<paper>.<verdict>``, ``<paper>.claims``, ``<paper>.causes`` and
        ``<paper>.stand``, those that are exact, reproduced or supported; ``limits``,
        ``scale.basis`` and ``scale.cause`` (Markdown); ``ratios.<count>``, see
        `evidence.corrected`.
    """
    frame = assess(load_ledger(root / "data" / "claims"), results)
    parts = [chapter.partition("/")[0] for chapter in results]
    frame = frame.sort_values("paper", key=lambda papers: papers.map(parts.index), kind="stable")
    found: dict[str, Any] = {"picture": picture(frame, LEDGER.replace("..", "chapters", 1))}
    found["limits"] = "".join(
        f"| {name} | {at:.3g} | {of} |\n" for name, (at, of) in LIMITS.items()
    )
    for name, words in (("basis", BASES), ("cause", CAUSES)):
        entries = [f"[{word}]{{#{name}-{word}}}\n: {of}\n\n" for word, of in words.items()]
        found[f"scale.{name}"] = "".join(entries)
    found |= {f"ratios.{name}": count for name, count in corrected(frame).items()}
    for chapter, rows in frame.groupby("chapter"):
        link = f"{LEDGER}?chapter={chapter}"
        found[str(chapter)] = f'<a class="dw-tally" href="{link}">{tally(rows)}</a>'
    for paper, rows in frame.groupby("paper"):
        counts = rows["verdict"].value_counts().reindex(list(VERDICTS), fill_value=0)
        found |= {f"{paper}.{verdict}": int(count) for verdict, count in counts.items()}
        found[f"{paper}.claims"] = len(rows)
        found[f"{paper}.causes"] = len({cause["group"] for cause in rows["cause"].dropna()})
        found[f"{paper}.stand"] = int(counts.reindex(STANDS, fill_value=0).sum())
    return found

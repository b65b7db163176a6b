"""The verdict box of a chapter: its claims, what was computed, and the verdicts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from typing import Any

import pandas as pd

from dataworth.errors import InputError
from dataworth.forensics.rounding import format_like
from dataworth.ledger.compare import Results
from dataworth.ledger.rulebook import Ledger, load_ledger
from dataworth.ledger.scale import VERDICTS
from dataworth.ledger.verdicts import assess

DASH = "–"
FOLDED = ("exact", "setting", "open")  # these need no explanation at first sight
# Where a chapter's page finds the row of a claim, and what its verdict means.
LEDGER = "../synthesis/ledger.html"
MEANING = "../../how-to-read.html"
FACETS = ("paper", "verdict", "basis", "chapter", "cause")


@dataclass(frozen=True)
class VerdictBox:
    """Verdicts, shown as a table: what needs a reader's eye first, the rest folded.

    A claim leads to its row in the ledger, a verdict to what it means; the
    claim's id is the address of its row here, too.

    Attributes
    ----------
    frame : pandas.DataFrame
        Rows of `assess`.
    """

    frame: pd.DataFrame

    def counts(self) -> dict[str, int]:
        """Return the number of claims by verdict, in the order of `VERDICTS`."""
        found = self.frame["verdict"].value_counts()
        return {verdict: int(found[verdict]) for verdict in VERDICTS if verdict in found}

    def _repr_html_(self) -> str:
        folded = [verdict for verdict in FOLDED if verdict in self.counts()]
        rest = self.frame["verdict"].isin(folded)
        parts = [f'<p class="dw-tally">{tally(self.frame)}</p>']
        parts.append(claims_table(self.frame[~rest], _in_ledger))
        if folded:
            several = "claims that are" if rest.sum() > 1 else "claim that is"
            title = f"The {rest.sum()} {several} {' or '.join(folded)}"
            table = claims_table(self.frame[rest], _in_ledger)
            parts.append(f"<details><summary>{title}</summary>{table}</details>")
        return f'<div class="dw-verdicts">{"".join(parts)}</div>'

    def __repr__(self) -> str:
        lines = [", ".join(f"{n} {v}" for v, n in self.counts().items())]
        for row in self.frame.itertuples():
            lines.append(
                f"{row.place} | {what(row)} | printed {row.printed} | "
                f"computed {computed(row)} | {row.verdict} | {row.note}"
            )
        return "\n".join(lines)


def verdict_box(chapter_id: str, results: Results, ledger: Ledger | None = None) -> VerdictBox:
    """Return the verdicts of one chapter's claims, ready to be shown.

    Parameters
    ----------
    chapter_id : str
        Such as ``"banks/arima"``; its part is the name of the paper.
    results : mapping
        What the chapter recorded (``page.results``), or a mapping of chapter
        ids to that.
    ledger : Ledger, optional
        The claims of this paper alone if omitted.

    Raises
    ------
    InputError
        No claim belongs to the chapter.
    """
    ledger = ledger or load_ledger(paper=chapter_id.partition("/")[0])
    by_chapter = results if chapter_id in results else {chapter_id: results}
    frame = assess(ledger, by_chapter, chapter=chapter_id)
    if frame.empty:
        raise InputError(f"claims: expected some of chapter {chapter_id!r}, found none")
    return VerdictBox(frame)


def tally(frame: pd.DataFrame) -> str:
    """Return a badge for each verdict that occurs, with its number of claims."""
    counts = VerdictBox(frame).counts()
    return " ".join(f'<span class="dw-badge dw-{v}">{n} {v}</span>' for v, n in counts.items())


def claims_table(frame: pd.DataFrame, target: Callable[[Any], str], *, ids: bool = False) -> str:
    """Return the claims as an HTML table, a group of rows for each place.

    Parameters
    ----------
    frame : pandas.DataFrame
        Rows of `assess`.
    target : callable
        Where the label of a row leads to; no link where it gives nothing.
    ids : bool
        Whether each row shows its id, which links to itself.
    """
    if frame.empty:
        return ""
    head = "".join(f'<th scope="col">{name}</th>' for name in _HEAD)
    several = frame["paper"].nunique() > 1
    groups = []
    for (paper, place), rows in frame.groupby(["paper", "place"], sort=False):
        title = escape(f"{paper.capitalize()}, {place}" if several else place)
        lines = [f'<tr class="dw-place"><th {_SPAN} scope="rowgroup">{title}</th></tr>']
        lines += [_row_html(row, target(row), ids) for row in rows.itertuples()]
        groups.append(f"<tbody>{''.join(lines)}</tbody>")
    return f'<table class="dw-table"><thead><tr>{head}</tr></thead>{"".join(groups)}</table>'


_HEAD = ("Claim", "Printed", "Computed", "Verdict")
_SPAN = f'colspan="{len(_HEAD)}"'


def _in_ledger(row: Any) -> str:
    return f"{LEDGER}#{row.id}"


def _row_html(row: Any, target: str, ids: bool) -> str:
    unit, name, label = f' title="{escape(row.unit)}"', escape(row.id), escape(what(row))
    label = f'<a href="{escape(target)}">{label}</a>' if target else label
    facets: dict[str, Any] = {facet: getattr(row, facet, "") for facet in FACETS if ids}
    if cause := facets.get("cause"):
        facets["cause"] = cause["group"]
    data = "".join(f' data-{k}="{escape(value)}"' for k, value in facets.items() if value)
    note = escape(row.note)
    if ids:
        note = f'<a class="dw-id" href="#{name}">{name}</a> {note}'
    return (
        f'<tr id="{name}"{data}><th scope="row" class="dw-claim" title="{name}">{label}</th>'
        f'<td class="dw-printed"{unit}>{escape(row.printed)}</td>'
        f'<td class="dw-computed"{unit}>{escape(computed(row))}</td>'
        f"<td>{_badge(row)}</td></tr>"
        + (f'<tr class="dw-note"><td {_SPAN}>{note}</td></tr>' if note else "")
    )


def _badge(row: Any) -> str:
    """Return the verdict, which leads to what it means, on what it rests, and the evidence."""
    link = f'<a class="dw-badge dw-{row.verdict}" href="{MEANING}#verdict-{row.verdict}">'
    parts = [f"{link}{row.verdict}</a>"]
    if (basis := row.basis) != "none":
        parts.append(f'<a class="dw-basis" href="{MEANING}#basis-{basis}">{basis}</a>')
    if evidence := row.evidence:
        high = "∞" if evidence["high"] is None else f"{evidence['high']:.2g}"
        parts.append(f'<span class="dw-basis">ratio {evidence["low"]:.2g} to {high}</span>')
    return " ".join(parts)


def what(row: Any) -> str:
    """Return what a claim says, within its place."""
    return row.row if row.column == "value" else f"{row.row}: {row.column}"


def computed(row: Any) -> str:
    """Return what was computed, written as the claim is printed."""
    if row.kind == "finding":
        said = {None: DASH, True: "holds", False: "does not hold"}
        return said.get(row.computed, row.computed)
    if row.computed is None or isinstance(row.computed, str):
        return row.computed or DASH
    return format_like(row.printed, row.computed)

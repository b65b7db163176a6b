"""The verdict box of a chapter: its claims, what was computed, and the verdicts."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import Any

import pandas as pd

from dataworth.errors import InputError
from dataworth.forensics.rounding import format_like
from dataworth.ledger.compare import Results
from dataworth.ledger.rulebook import Ledger, load_ledger
from dataworth.ledger.verdicts import VERDICTS, assess

DASH = "–"
FOLDED = ("exact", "open")  # these need no explanation at first sight


@dataclass(frozen=True)
class VerdictBox:
    """Verdicts, shown as a table: what needs a reader's eye first, the rest folded.

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

    def table(self) -> pd.DataFrame:
        """Return the verdicts as text, one row per claim, computed numbers written as printed."""
        rows = [
            (row.place, _what(row), row.printed, _computed(row), row.verdict, row.note)
            for row in self.frame.itertuples()
        ]
        return pd.DataFrame(rows, columns=["Place", *_HEAD, "Note"])

    def _repr_html_(self) -> str:
        counts = self.counts()
        tally = " ".join(_badge(verdict, f"{n} {verdict}") for verdict, n in counts.items())
        folded = [verdict for verdict in FOLDED if verdict in counts]
        rest = self.frame["verdict"].isin(folded)
        parts = [f'<p class="dw-tally">{tally}</p>', _table_html(self.frame[~rest])]
        if folded:
            several = "claims that are" if rest.sum() > 1 else "claim that is"
            title = f"The {rest.sum()} {several} {' or '.join(folded)}"
            table = _table_html(self.frame[rest])
            parts.append(f"<details><summary>{title}</summary>{table}</details>")
        return f'<div class="dw-verdicts">{"".join(parts)}</div>'

    def __repr__(self) -> str:
        lines = [", ".join(f"{n} {v}" for v, n in self.counts().items())]
        for row in self.frame.itertuples():
            lines.append(
                f"{row.place} | {_what(row)} | printed {row.printed} | "
                f"computed {_computed(row)} | {row.verdict} | {row.note}"
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


_HEAD = ("Claim", "Printed", "Computed", "Verdict")


def _table_html(frame: pd.DataFrame) -> str:
    if frame.empty:
        return ""
    head = "".join(f'<th scope="col">{name}</th>' for name in _HEAD)
    several = frame["paper"].nunique() > 1
    groups = "".join(
        _group_html(f"{paper.capitalize()}, {place}" if several else place, rows)
        for (paper, place), rows in frame.groupby(["paper", "place"], sort=False)
    )
    return f'<table class="dw-table"><thead><tr>{head}</tr></thead>{groups}</table>'


def _group_html(place: str, rows: pd.DataFrame) -> str:
    span = f'colspan="{len(_HEAD)}"'
    lines = [f'<tr class="dw-place"><th {span} scope="rowgroup">{escape(place)}</th></tr>']
    for row in rows.itertuples():
        unit, label = f' title="{escape(row.unit)}"', escape(_what(row))
        lines.append(
            f'<tr><th scope="row" class="dw-claim" title="{escape(row.id)}">{label}</th>'
            f'<td class="dw-printed"{unit}>{escape(row.printed)}</td>'
            f'<td class="dw-computed"{unit}>{escape(_computed(row))}</td>'
            f"<td>{_badge(row.verdict, row.verdict)}</td></tr>"
        )
        if row.note:
            lines.append(f'<tr class="dw-note"><td {span}>{escape(row.note)}</td></tr>')
    return f"<tbody>{''.join(lines)}</tbody>"


def _badge(verdict: str, text: str) -> str:
    return f'<span class="dw-badge dw-{verdict}">{escape(text)}</span>'


def _what(row: Any) -> str:
    return row.row if row.column == "value" else f"{row.row}: {row.column}"


def _computed(row: Any) -> str:
    if row.kind == "finding":
        return {"contradicted": "does not hold", "open": DASH}.get(row.verdict, "holds")
    return DASH if row.computed is None else format_like(row.printed, row.computed)

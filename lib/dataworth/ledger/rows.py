"""Rows of the ledger as text: what boxes, pages, reports and letters show of a claim."""

from __future__ import annotations

import re
from typing import Any

import pandas as pd

from dataworth.forensics.rounding import format_like
from dataworth.ledger.rules import RULES
from dataworth.ledger.scale import VERDICTS
from dataworth.ledger.wording import times

DASH = "–"
UNFIT = "does not fit"  # a number that no rule computes, and one refuses
NO_CAUSE = {"group": "", "class": "", "text": ""}


def as_text(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return rows of `assess` as text.

    Returns
    -------
    list of dict
        Beside the columns: label, what the claim says within its place; evidence, the
        interval of its ratio; cause, empty where there is none; arithmetic, the note without it;
        rules, by name the address of each among the pages of the library.
    """
    return [
        row
        | {
            "label": row["row"] if row["column"] == "value" else f"{row['row']}: {row['column']}",
            "computed": computed(row),
            "evidence": (e := row["evidence"]) and f"ratio {times(e['low'])} to {times(e['high'])}",
            "cause": row["cause"] or NO_CAUSE,
            # The cause stands above the notes, and what repeats a number has no own arithmetic.
            "arithmetic": re.sub(r"^Repeats .*| Most likely:.*", "", row["note"]),
            "rules": {name: _address(name) for name in row["rules"]},
        }
        for row in frame.to_dict("records")
    ]


def computed(row: dict[Any, Any]) -> str:
    """Return what was computed, written as the claim is printed."""
    value = row["computed"]
    if row["kind"] == "finding":
        return {None: DASH, True: "holds", False: "does not hold"}.get(value, value)
    if value is None:
        return UNFIT if row["verdict"] == "contradicted" else DASH
    return value if isinstance(value, str) else format_like(row["printed"], value)


def tally(frame: pd.DataFrame) -> dict[str, int]:
    """Return the number of claims by verdict, in the order of `VERDICTS`."""
    counts = frame["verdict"].value_counts().reindex(list(VERDICTS))
    return counts.dropna().astype(int).to_dict()


def grouped(frame: pd.DataFrame, by: str | pd.Series) -> list[tuple[str, list[dict[str, Any]]]]:
    """Return rows as text, grouped by a column, or by names that are given; in their order."""
    return [(name, as_text(rows)) for name, rows in frame.groupby(by, sort=False)]


def by_cause(frame: pd.DataFrame) -> list[list[dict[str, Any]]]:
    """Return what is contradicted as text, grouped by cause; each row without one stands alone."""
    wrong = frame[frame["verdict"] == "contradicted"]
    causes = wrong["cause"].str["group"].fillna(wrong["id"])
    return [rows for _, rows in grouped(wrong, causes)]


def _address(rule: str) -> str:
    module = RULES[rule].__module__
    return f"{module.split('.')[1]}.html#{module}.{rule}"

"""A replication report, in the form that data editors use, and a letter to the authors.

Both are plain data, computed from the verdicts; `dataworth.ledger.typeset` gives them a form.
"""

from __future__ import annotations

import hashlib
import platform
import re
from collections import Counter
from collections.abc import Iterator
from importlib.metadata import version
from typing import Any

import pandas as pd

from dataworth.errors import InputError
from dataworth.ledger.box import computed, what
from dataworth.ledger.rulebook import Ledger, Paper
from dataworth.ledger.scale import BASES, CAUSES, VERDICTS
from dataworth.ledger.wording import sentence

CONFIRMED = ("exact", "reproduced", "supported")
UNDECIDED = ("possible", "silent", "open")
CLASSES = {
    "full": "every claim that can be checked is confirmed",
    "full with minor issues": "nothing is undecided, and what is contradicted is a slip",
    "partial": "some claims are confirmed",
    "not able": "no claim is confirmed",
    "nothing to check": "settings only",
}
"""The classes of data editors' reports, and when a set of claims falls into each."""
MOST_NAMED = 2  # rows of one cause that the letter prints
PACKAGES = ("dataworth", "numpy", "pandas", "scipy", "typst")
UNFIT = "does not fit"  # a number that no rule computes, and one refuses


def editors_class(rows: pd.DataFrame) -> str:
    """Return the class that a data editor's report would give to these claims.

    Parameters
    ----------
    rows : pandas.DataFrame
        Rows of `assess`.
    """
    confirmed, contradicted, undecided = _groups(rows)
    wrong = rows.loc[rows["verdict"] == "contradicted", "cause"]
    if not confirmed + contradicted + undecided:
        return "nothing to check"
    if not undecided and all(cause and cause["class"] == "slip" for cause in wrong):
        return "full with minor issues" if contradicted else "full"
    return "partial" if confirmed else "not able"


def replication_report(ledger: Ledger, frame: pd.DataFrame, name: str) -> dict[str, Any]:
    """Return what a replication report on one paper says.

    Parameters
    ----------
    ledger : Ledger
        From `load_ledger`.
    frame : pandas.DataFrame
        Rows of `assess` for this ledger.
    name : str
        The paper.

    Returns
    -------
    dict
        Text and numbers written as they are shown: paper, class, reasons, claims, counts,
        contradicted (by cause), sources, items (by place, with their rows), readings, open,
        bases, scale, classes, versions, hashes.

    Raises
    ------
    InputError
        There is no such paper.
    """
    papers = {paper.name: paper for paper in ledger.papers}
    if name not in papers:
        raise InputError(f"paper: expected one of {', '.join(papers)}, found {name!r}")
    paper, rows = papers[name], frame[frame["paper"] == name]
    about, counts = paper.book.about.model_dump(), Counter(rows["verdict"])
    reasons = {
        "Discrepancy in output": counts["contradicted"],
        "Data not available": counts["open"],
        "Data missing": not about["data_given"],
        "Code missing": not about["code_given"],
    }
    bases = Counter(rows["basis"])
    files = b"".join(path.read_bytes() for path in (paper.path, paper.rules))
    return {
        "paper": about | {"name": name, "title": about["title"] or name},
        "class": editors_class(rows),
        "reasons": [reason for reason, holds in reasons.items() if holds],
        "claims": len(rows),
        "counts": {verdict: counts[verdict] for verdict in VERDICTS},
        "groups": _groups(rows),
        "contradicted": list(_by_cause(rows)),
        "sources": Counter(fact.table.replace("_", " ") for fact in paper.book.facts),
        "items": [
            {
                "place": place,
                "numbers": [len(part), *_groups(part)],
                "class": editors_class(part),
                "rows": [_cells(row) for row in part.itertuples()],
            }
            for place, part in rows.groupby("place", sort=False)
        ],
        "readings": _readings(paper),
        "open": _open(rows),
        "bases": {BASES[basis]: bases[basis] for basis in BASES if bases[basis]},
        "scale": VERDICTS,
        "classes": CLASSES,
        "versions": {"Python": platform.python_version()} | {p: version(p) for p in PACKAGES},
        "hashes": {
            "claims": hashlib.sha256(files).hexdigest(),
            "verdicts": hashlib.sha256(rows.to_json().encode()).hexdigest(),
        },
    }


def letter(report: dict[str, Any], book: Any, words: dict[str, Any]) -> dict[str, Any]:
    """Return a letter to the authors: what is contradicted, by cause, each with a question.

    Parameters
    ----------
    report : dict
        From `replication_report`.
    book : RuleBook
        Its entries `letter` hold the questions.
    words : dict
        The words of the letter in its language.
    """
    asked = {entry.cause: entry for entry in book.letter}
    causes = []
    for cause in report["contradicted"]:
        own = asked.get(cause["group"])
        shown, more = cause["rows"][:MOST_NAMED], cause["rows"][MOST_NAMED:]
        places = ", ".join(dict.fromkeys(row["place"] for row in more))
        parts = {
            "arithmetic": "; ".join(_asked(row, words) for row in shown) + ".",
            "how": _how(cause["arithmetic"], words),
            "more": words["more"].format(number=len(more), places=places) if more else "",
        }
        causes.append(
            {key: _translated(text, words) for key, text in parts.items()}
            | {
                "text": getattr(own, words["text"], "") or cause["text"] or words["unknown"],
                "question": getattr(own, words["question"], "") or words["default_question"],
            }
        )
    confirmed, contradicted, undecided = report["groups"]
    many = words["causes"]["one" if len(causes) == 1 else "many"].format(number=len(causes))
    opening = words["opening"].format(
        claims=confirmed + contradicted + undecided,
        confirmed=confirmed,
        contradicted=contradicted,
        causes=many,
    )
    said = words | {"opening": opening if causes else words["nothing"]}
    return {"paper": report["paper"], "words": said, "causes": causes}


def _cells(row: Any) -> dict[str, str]:
    """Return a row of `assess` as text."""
    unfit = row.computed is None and row.verdict == "contradicted"
    basis = "" if row.basis == "none" else row.basis
    if row.evidence:
        high = "∞" if row.evidence["high"] is None else f"{row.evidence['high']:.2g}"
        basis += f", ratio {row.evidence['low']:.2g} to {high}"
    cells = {name: getattr(row, name) for name in ("id", "place", "kind", "printed", "verdict")}
    found = UNFIT if unfit else computed(row)
    return cells | {"label": what(row), "computed": found, "basis": basis, "note": row.note}


def _groups(rows: pd.DataFrame) -> list[int]:
    """Count claims that are confirmed, contradicted and undecided."""
    groups = (CONFIRMED, ("contradicted",), UNDECIDED)
    return [int(rows["verdict"].isin(group).sum()) for group in groups]


def _by_cause(rows: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """Yield the causes of contradictions with their rows and arithmetic, slips first."""
    groups: dict[str, list[Any]] = {}
    for row in rows[rows["verdict"] == "contradicted"].itertuples():
        groups.setdefault(row.cause["group"] if row.cause else row.id, []).append(row)
    order = [*CAUSES, ""]
    unknown = {"class": "", "text": ""}
    for group, members in sorted(
        groups.items(), key=lambda item: order.index((item[1][0].cause or unknown)["class"])
    ):
        cause = members[0].cause or unknown
        # The cause stands above the notes, and what repeats a number has no arithmetic.
        notes = [(r.id, r.note.partition("Most likely:")[0]) for r in members if not r.repeats]
        yield {
            "group": group,
            "text": cause["text"] and sentence(cause["text"]),
            "kind": CAUSES.get(cause["class"], "no cause is known"),
            "rows": [_cells(row) for row in members],
            "arithmetic": [f"{name}: {note.strip()}" for name, note in notes],
        }


def _readings(paper: Paper) -> list[dict[str, Any]]:
    """Return every reading, cut-off, tolerance and stand-in of ours, and what it decides."""
    found: dict[tuple[str, str], list[Any]] = {}
    for entry in (*paper.book.rules, *paper.book.results):
        rules = " or ".join(dict.fromkeys(r.rule for r in getattr(entry, "either", ())))
        texts = [entry.reading, entry.cutoff, getattr(entry, "stands_in", "")]
        if tolerance := getattr(entry, "tolerance", None):
            reason = getattr(entry, "reason", "") or tolerance.reason
            texts.append(f"Within a tolerance, because {reason}")
        for text in filter(None, texts):
            found.setdefault((sentence(text), rules or "result of a chapter"), []).append(entry)
    readings = []
    for (text, rules), entries in found.items():
        lines = dict.fromkeys(str(entry.line) for entry in entries)
        signed = f"{rules}, {paper.rules.name} line{'s' * (len(lines) > 1)} {', '.join(lines)}"
        claims = list(dict.fromkeys(entry.target for entry in entries))
        readings.append({"text": text, "signed": signed, "claims": claims})
    return readings


def _open(rows: pd.DataFrame) -> list[dict[str, Any]]:
    """Group the open claims by what would settle them."""
    left = rows[rows["verdict"] == "open"]
    aside = r"^(?:Repeats .*?\)\. )+| (?:On public record|Implied): .*$"
    needs = left["note"].str.replace(aside, "", regex=True)
    return [
        {"needs": note, "number": len(part), "places": ", ".join(dict.fromkeys(part["place"]))}
        for note, part in left.groupby(needs, sort=False)
    ]


def _asked(row: dict[str, str], words: dict[str, Any]) -> str:
    """Return one contradicted row as a clause of the letter."""
    kind = "statement" if row["kind"] == "finding" else "printed"
    clause = words["unfit" if row["computed"] == UNFIT else kind].format(**row)
    return f"{row['place']}, {row['label']}: {clause}"


def _how(arithmetic: list[str], words: dict[str, Any]) -> str:
    """Return what the first contradicted number of a cause was held against."""
    note = arithmetic[0].partition(": ")[2].partition(". ")[0] if arithmetic else ""
    inputs = note.rstrip(".").partition(" from ")[2]
    return words["how"].format(note=note.rstrip("."), inputs=inputs) if inputs else ""


def _translated(text: str, words: dict[str, Any]) -> str:
    """Return a text with the terms that the letter's language has for places and punctuation."""
    for pattern, term in words["terms"].items():
        text = re.sub(pattern, term, text)
    return text

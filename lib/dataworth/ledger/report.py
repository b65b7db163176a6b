"""A replication report, in the form that data editors use, and letters to the authors.

Both are plain data, computed from the verdicts; `dataworth.ledger.typeset` gives them a form.
"""

from __future__ import annotations

import hashlib
import platform
import re
from collections import Counter
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from dataworth.errors import InputError
from dataworth.ledger.entries import Measured, Relation, RuleBook
from dataworth.ledger.rows import UNFIT, as_text, by_cause
from dataworth.ledger.rulebook import Ledger, Paper
from dataworth.ledger.scale import BASES, CAUSES, CONFIRMED, EDITORS, UNDECIDED, VERDICTS
from dataworth.ledger.wording import sentence
from dataworth.typeset import FORMATS

TEMPLATES = Path(__file__).parent
MOST_NAMED = 2  # rows of one cause that the letter prints
PACKAGES = ("dataworth", "numpy", "pandas", "scipy", "typst")


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
    report, write = replication_report(ledger, frame, name), FORMATS[form]
    if not letters:
        return {f"report.{form}": write(report, "report", TEMPLATES)}
    (book,) = (paper.book for paper in ledger.papers if paper.name == name)
    languages = yaml.safe_load((TEMPLATES / "report.letter.yml").read_text(encoding="utf-8"))
    return {
        f"letter.{language}.{form}": write(letter(report, book, words), "report.letter", TEMPLATES)
        for language, words in languages.items()
    }


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
    about, bases = paper.book.paper[0].model_dump(), Counter(rows["basis"])
    counts = dict.fromkeys(VERDICTS, 0) | Counter(rows["verdict"])
    reasons = {
        "Discrepancy in output": counts["contradicted"],
        "Data not available": counts["open"],
        "Data missing": not about["data_given"],
        "Code missing": not about["code_given"],
    }
    files = b"".join(path.read_bytes() for path in (paper.path, paper.rules))
    return {
        "paper": about | {"name": name, "title": about["title"] or name},
        "class": editors_class(rows),
        "reasons": [reason for reason, holds in reasons.items() if holds],
        "claims": len(rows),
        "counts": counts,
        "groups": _groups(rows),
        "contradicted": _by_cause(rows),
        "sources": Counter(fact.table.replace("_", " ") for fact in paper.book.facts),
        "items": [
            {
                "place": place,
                "numbers": [len(part), *_groups(part)],
                "class": editors_class(part),
                "rows": as_text(part),
            }
            for place, part in rows.groupby("place", sort=False)
        ],
        "readings": _readings(paper),
        "open": _open(rows),
        "bases": {BASES[basis]: bases[basis] for basis in BASES if bases[basis]},
        "scale": VERDICTS,
        "classes": EDITORS,
        "versions": {"Python": platform.python_version()} | {p: version(p) for p in PACKAGES},
        "hashes": {
            "claims": hashlib.sha256(files).hexdigest(),
            "verdicts": hashlib.sha256(rows.to_json().encode()).hexdigest(),
        },
    }


def editors_class(rows: pd.DataFrame) -> str:
    """Return the class that a data editor's report would give to rows of `assess`."""
    confirmed, contradicted, undecided = _groups(rows)
    wrong = rows.loc[rows["verdict"] == "contradicted", "cause"]
    if not confirmed + contradicted + undecided:
        return "nothing to check"
    if not undecided and all(cause and cause["class"] == "slip" for cause in wrong):
        return "full with minor issues" if contradicted else "full"
    return "partial" if confirmed else "not able"


def letter(report: dict[str, Any], book: RuleBook, words: dict[str, Any]) -> dict[str, Any]:
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
        more = cause["rows"][MOST_NAMED:]
        places = ", ".join(dict.fromkeys(row["place"] for row in more))
        parts = {
            "arithmetic": "; ".join(_asked(r, words) for r in cause["rows"][:MOST_NAMED]) + ".",
            "how": _how(cause["arithmetic"], words),
            "more": words["more"].format(number=len(more), places=places) if more else "",
        }
        for pattern, term in words["terms"].items():
            parts = {key: re.sub(pattern, term, text) for key, text in parts.items()}
        parts["text"] = getattr(own, words["text"], "") or cause["text"] or words["unknown"]
        parts["question"] = getattr(own, words["question"], "") or words["default_question"]
        causes.append(parts)
    confirmed, contradicted, undecided = report["groups"]
    opening = words["opening"].format(
        claims=confirmed + contradicted + undecided,
        confirmed=confirmed,
        contradicted=contradicted,
        causes=words["causes"]["one" if len(causes) == 1 else "many"].format(number=len(causes)),
    )
    said = words | {"opening": opening if causes else words["nothing"]}
    return {"paper": report["paper"], "words": said, "causes": causes}


def _groups(rows: pd.DataFrame) -> list[int]:
    """Count claims that are confirmed, contradicted and undecided."""
    groups = (CONFIRMED, ("contradicted",), UNDECIDED)
    return [int(rows["verdict"].isin(group).sum()) for group in groups]


def _by_cause(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the causes of contradictions with their rows and arithmetic, slips first."""
    order = [*CAUSES, ""]
    groups = sorted(by_cause(frame), key=lambda rows: order.index(rows[0]["cause"]["class"]))
    return [
        {
            "group": (cause := rows[0]["cause"])["group"],
            "text": cause["text"] and sentence(cause["text"]),
            "kind": CAUSES.get(cause["class"], "no cause is known"),
            "rows": rows,
            # The cause stands above the notes, and what repeats a number has no arithmetic.
            "arithmetic": [
                f"{row['id']}: {row['note'].partition('Most likely:')[0].strip()}"
                for row in rows
                if not row["repeats"]
            ],
        }
        for rows in groups
    ]


def _readings(paper: Paper) -> list[dict[str, Any]]:
    """Return every reading, cut-off, tolerance and stand-in of ours, and what it decides."""
    found: dict[tuple[str, str], list[Any]] = {}
    for entry in (*paper.book.rules, *paper.book.results):
        rules, texts, reason = "result of a chapter", [entry.reading, entry.cutoff], ""
        if isinstance(entry, Relation):
            rules = " or ".join(dict.fromkeys(read.rule for read in entry.either))
            reason = entry.reason
            texts.append(entry.stands_in)
        elif isinstance(entry, Measured) and entry.tolerance:
            reason = entry.tolerance.reason
        texts.append(reason and f"Within a tolerance, because {reason}")
        for text in filter(None, texts):
            found.setdefault((sentence(text[0].upper() + text[1:]), rules), []).append(entry)
    readings = []
    for (text, rules), entries in found.items():
        lines = list(dict.fromkeys(str(entry.line) for entry in entries))
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


def _asked(row: dict[str, Any], words: dict[str, Any]) -> str:
    """Return one contradicted row as a clause of the letter."""
    kind = "statement" if row["kind"] == "finding" else "printed"
    clause = words["unfit" if row["computed"] == UNFIT else kind].format(**row)
    return f"{row['place']}, {row['label']}: {clause}"


def _how(arithmetic: list[str], words: dict[str, Any]) -> str:
    """Return what the first contradicted claim of a cause was held against."""
    note = arithmetic[0].partition(": ")[2].partition(". ")[0].rstrip(".") if arithmetic else ""
    said, _, inputs = note.partition(" from ")
    if said.startswith("Estimated"):
        return words["estimate"].format(note=note)
    return words["how"].format(note=note, inputs=inputs) if inputs else ""

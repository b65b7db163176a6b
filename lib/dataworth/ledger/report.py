"""A replication report, in the form that data editors use, and letters to the authors.

Both are plain data, computed from the verdicts; `dataworth.typeset` gives them a form.
"""

from __future__ import annotations

import hashlib
import platform
import re
from collections import Counter
from collections.abc import Callable
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from dataworth.errors import InputError
from dataworth.ledger.entries import Cause, Relation
from dataworth.ledger.rows import UNFIT, as_text, by_cause
from dataworth.ledger.rulebook import Ledger, Paper
from dataworth.ledger.scale import BASES, CAUSES, CONFIRMED, EDITORS, UNDECIDED, VERDICTS
from dataworth.ledger.wording import sentence
from dataworth.typeset import FORMATS

TEMPLATES = Path(__file__).parent
MOST_NAMED = 2  # rows of one cause that the letter prints
PACKAGES = ("dataworth", "numpy", "pandas", "scipy", "typst")


def documents(
    ledger: Ledger, frame: pd.DataFrame, name: str, form: str
) -> dict[str, Callable[[], bytes]]:
    """Return what writes the report on a paper and the letters to its authors, by file name.

    Parameters
    ----------
    ledger, frame, name
        As in `replication_report`.
    form : {"pdf", "html"}
    """
    report = replication_report(ledger, frame, name)
    languages = yaml.safe_load((TEMPLATES / "report.letter.yml").read_text(encoding="utf-8"))
    files: dict[str, Callable[[], bytes]] = {}
    files[f"report.{form}"] = partial(FORMATS[form], report, "report", TEMPLATES)
    for language, words in languages.items():
        said = letter(report, words)
        files[f"letter.{language}.{form}"] = partial(
            FORMATS[form], said, "report.letter", TEMPLATES
        )
    return files


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
        groups (confirmed, contradicted, undecided), contradicted (by cause), sources, items (by
        place: class, claims, groups, rows), readings, open, bases, scale, classes, versions,
        hashes.

    Raises
    ------
    InputError
        There is no such paper.
    """
    papers = {paper.name: paper for paper in ledger}
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
    return _summary(rows) | {
        "paper": about | {"name": name, "title": about["title"] or name},
        "reasons": [reason for reason, holds in reasons.items() if holds],
        "counts": counts,
        "contradicted": _by_cause(rows, paper.book.causes),
        "sources": Counter(fact.table for fact in paper.book.facts),
        "items": [
            _summary(part) | {"place": place, "rows": as_text(part)}
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


def letter(report: dict[str, Any], words: dict[str, Any]) -> dict[str, Any]:
    """Return a letter to the authors: what is contradicted, by cause, each with a question.

    Parameters
    ----------
    report : dict
        From `replication_report`.
    words : dict
        The words of the letter in its language.
    """
    causes = []
    for cause in report["contradicted"]:
        more = cause["rows"][MOST_NAMED:]
        places = ", ".join(dict.fromkeys(row["place"] for row in more))
        parts = {
            "arithmetic": "; ".join(_asked(r, words) for r in cause["rows"][:MOST_NAMED]) + ".",
            "how": _how(cause["rows"], words),
            "more": words["more"].format(number=len(more), places=places) if more else "",
        }
        for pattern, term in words["terms"].items():
            parts = {key: re.sub(pattern, term, text) for key, text in parts.items()}
        parts["text"] = cause[words["text"]] or cause["text"] or words["unknown"]
        parts["question"] = cause[words["question"]] or words["default_question"]
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


def _summary(rows: pd.DataFrame) -> dict[str, Any]:
    """Return what a report says of a set of claims: of all, or of one place."""
    return {"class": editors_class(rows), "claims": len(rows), "groups": _groups(rows)}


def _groups(rows: pd.DataFrame) -> list[int]:
    """Count claims that are confirmed, contradicted and undecided."""
    groups = (CONFIRMED, ("contradicted",), UNDECIDED)
    return [int(rows["verdict"].isin(group).sum()) for group in groups]


def _by_cause(frame: pd.DataFrame, causes: tuple[Cause, ...]) -> list[dict[str, Any]]:
    """Return the causes of contradictions with their rows, slips first."""
    unknown = {"text": "", "question": "", "zh": "", "question_zh": "", "kind": "no cause is known"}
    known = {
        cause.name: cause.model_dump() | {"text": sentence(cause.text), "kind": CAUSES[cause.sort]}
        for cause in causes
    }
    groups = [
        known.get(rows[0]["cause"]["group"], unknown) | {"rows": rows} for rows in by_cause(frame)
    ]
    order = [*CAUSES.values(), unknown["kind"]]
    return sorted(groups, key=lambda group: order.index(group["kind"]))


def _readings(paper: Paper) -> list[dict[str, Any]]:
    """Return every reading, cut-off, tolerance and stand-in of ours, and what it decides."""
    found: dict[tuple[str, str], list[Any]] = {}
    for entry in (*paper.book.rules, *paper.book.results):
        rules, texts = "result of a chapter", [entry.reading, entry.cutoff]
        if isinstance(entry, Relation):
            rules = " or ".join(dict.fromkeys(read.rule for read in entry.either))
            texts.append(entry.stands_in)
        if allowed := getattr(entry, "tolerance", None):
            texts.append(f"Within a tolerance, because {allowed.reason}")
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


def _how(rows: list[dict[str, Any]], words: dict[str, Any]) -> str:
    """Return what the first contradicted claim of a cause was held against."""
    note = next((row["arithmetic"] for row in rows if row["arithmetic"]), "")
    note = note.partition(". ")[0].rstrip(".")
    inputs = re.sub(r"^(?!Estimated).*?(?: from | holds? for |$)", "", note)
    return words["how"].format(note=note, inputs=inputs) if inputs else ""

"""The ledger as pages show it: verdict boxes, a table with addresses, a picture, causes, counts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd
from IPython.display import HTML

from dataworth.errors import InputError
from dataworth.forensics.rounding import parse_printed
from dataworth.ledger.compare import Results
from dataworth.ledger.evidence import corrected
from dataworth.ledger.report import TEMPLATES, documents
from dataworth.ledger.rows import by_cause, grouped, tally
from dataworth.ledger.rulebook import Ledger, load_ledger
from dataworth.ledger.scale import BASES, CAUSES, CONFIRMED, LIMITS, VERDICTS
from dataworth.ledger.verdicts import assess
from dataworth.typeset import environment

FOLDED = ("exact", "setting", "open")  # these need no explanation at first sight


def verdict_box(chapter_id: str, results: Results, ledger: Ledger | None = None) -> HTML:
    """Return the verdicts of one chapter's claims as a table: what needs an eye first.

    A claim leads to its row in the ledger, a verdict to what it means, a rule to its
    derivation; the claim's id is the address of its row here, too.

    Parameters
    ----------
    chapter_id : str
        Such as ``"banks/arima"``; its part is the name of the paper.
    results : mapping
        What the chapter recorded (``page.results``).
    ledger : Ledger, optional
        The claims of this paper alone if omitted.

    Raises
    ------
    InputError
        No claim belongs to the chapter.
    """
    ledger = ledger or load_ledger(paper=chapter_id.partition("/")[0])
    frame = assess(ledger, {chapter_id: results}, chapter=chapter_id)
    if frame.empty:
        raise InputError(f"claims: expected some of chapter {chapter_id!r}, found none")
    folds = frame["verdict"].isin(FOLDED)
    places = [grouped(rows, "place") for rows in (frame[~folds], frame[folds])]
    return HTML(_view("box", tally(frame), *places, tally(frame[folds])))


def table(frame: pd.DataFrame) -> str:
    """Return all claims as one table; a script of the book adds search and filters.

    Each row has its id as address and leads to the verdict box of its chapter.
    Without the script the table stands as it is.
    """
    places = frame["paper"].str.capitalize() + ", " + frame["place"]
    return _view("all", grouped(frame, places))


def causes(frame: pd.DataFrame) -> str:
    """Return what is contradicted, grouped by its most likely cause: the widest group first."""
    return _view("causes", sorted(by_cause(frame), key=len, reverse=True))


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
    papers = {name: grouped(rows, "section") for name, rows in frame.groupby("paper", sort=False)}
    return _view("picture", tally(frame), papers, page)


def _view(name: str, *values: Any) -> str:
    """Return one of the views of ``page.html``."""
    views = environment(TEMPLATES).get_template("page.html").module
    return str(getattr(views, name)(*values))


def linked(frame: pd.DataFrame, chapter: str, text: str) -> str:
    """Return the Markdown of a chapter, its printed numbers linked to their rows of the ledger.

    Numbers with decimals, thousands or a per cent sign are looked for; where several claims of
    the chapter print the same, the first is meant.
    """
    rows = frame[(frame["chapter"] == chapter) & (frame["kind"] != "finding")].iloc[::-1]
    ids = {row.printed.split()[-1]: row.id for row in rows.itertuples()}

    def link(match: re.Match[str]) -> str:
        name = ids.get(match[1] or "")
        return _view("number", name, match[1]) if name else match[0]

    return _NUMBER.sub(link, text)


_NUMBER = re.compile(
    r"(?:```.*?```|\$\$.*?\$\$|\$.*?\$|`.*?`|\]\(.*?\)|<.*?>|^#.*?$"
    r"|(?:Table|Figure|Section)s? [\d.]+)"
    r"|(?<![\w.])([-−]?(?:\d+\.\d+%?|\d{1,3}(?:,\d{3})+|\d+%))(?![\w.]\d)",
    re.DOTALL | re.MULTILINE,
)
"""What prose passes over, code and links and headings, or (1) a number that a claim may print."""


def in_table(frame: pd.DataFrame, chapter: str, table: str) -> str:
    """Return a table of a chapter, numbers in its columns headed "printed" linked to their rows.

    A number leads to the claim that prints it so, or with more digits; among several, to one of
    a table before one of the text, then to the one that stands with the most others of its
    column (``t3.raw.lags`` with ``t3.raw.statistic``), and to none if two are left.
    """
    rows = frame[(frame["chapter"] == chapter) & (frame["kind"] != "finding")]
    values = rows["printed"].map(lambda text: parse_printed(text).value)
    for column in re.findall(r'"col_heading level\d+ (col\d+)[^>]*>(?:[^<]*, )?printed<', table):
        # In turn what is left, what opens a cell, and its number.
        number = r"(-?\d[\d.,]*(?:e[-+]\d+)?%?)(?=<)"
        parts = re.split(rf'("data row\d+ {column}\b[^>]*>){number}', table)
        shown = {text: parse_printed(text) for text in parts[2::3]}
        found = [rows[values.between(q.low, q.high)].assign(text=text) for text, q in shown.items()]
        near = pd.concat([rows.head(0).assign(text=""), *found])
        near["exact"], near["table"] = near["printed"] == near["text"], near["kind"] == "table"
        stems = near["id"].str.replace(r"\.[^.]*$", "", regex=True)
        near["beside"] = near.groupby(stems)["text"].transform("nunique")
        for rank in ("exact", "table", "beside"):
            near = near[near[rank] == near.groupby("text")[rank].transform("max")]
        ids = near.drop_duplicates("text", keep=False).set_index("text")["id"]
        parts[2::3] = [_view("number", ids[t], t) if t in ids else t for t in parts[2::3]]
        table = "".join(parts)
    return table


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
        ``picture`` (HTML); ``reports`` (HTML, links) and ``files``, the reports and letters
        themselves by address; ``prose`` and ``table``, which lead printed numbers in a
        chapter's text and tables to their rows; ``<chapter id>`` (HTML, badges with numbers of
        claims); ``<paper>.<verdict>``, ``<paper>.claims``, ``<paper>.causes`` and
        ``<paper>.stand``, those that are exact, reproduced or supported; ``limits``,
        ``scale.basis``, ``scale.cause`` (Markdown); ``ratios.<count>``, see `evidence.corrected`.
    """
    ledger = load_ledger(root / "data" / "claims")
    frame = assess(ledger, results)
    parts = [chapter.partition("/")[0] for chapter in results]
    frame = frame.sort_values("paper", key=lambda papers: papers.map(parts.index), kind="stable")
    names = list(dict.fromkeys(frame["paper"]))
    found: dict[str, Any] = {
        "picture": picture(frame, "chapters/synthesis/ledger.html"),
        "reports": _view("reports", names),
        "files": {
            f"reports/{name}/{file}": write()
            for name in names
            for file, write in documents(ledger, frame, name, "html").items()
        },
        "prose": partial(linked, frame),
        "table": partial(in_table, frame),
        "limits": _view("limits", LIMITS),
        "scale.basis": _view("words", "basis", BASES),
        "scale.cause": _view("words", "cause", CAUSES),
    }
    found |= {f"ratios.{name}": count for name, count in corrected(frame).items()}
    for chapter, rows in frame.groupby("chapter"):
        found[chapter] = _view("chapter", tally(rows), chapter)
    for paper, rows in frame.groupby("paper"):
        counts = dict.fromkeys(VERDICTS, 0) | tally(rows)
        counts["stand"] = sum(counts[verdict] for verdict in CONFIRMED)
        counts |= {"claims": len(rows), "causes": len(by_cause(rows))}
        found |= {f"{paper}.{name}": number for name, number in counts.items()}
    return found

"""The grammar behind the simulated reports: templates, slots and planted terms.

Templates stand in ``data/lexicons/report_grammar.csv`` with their words apart, so
the number of words of a report is known without a tokenizer.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import pandas as pd

from dataworth.facts import DATA

POLARITIES = ("positive", "neutral", "negative")
ROLES = ("seed", "synonym", "rare", "redundant")

_MARKS = frozenset("，。；、：")


def read_planted_terms() -> pd.DataFrame:
    """Read the terms that simulated reports use.

    Returns
    -------
    pandas.DataFrame
        Columns ``term``, ``stage`` (``""`` for distractors), ``role``,
        ``weight`` (relative frequency within its stage), ``since`` (first year
        of use; both missing for distractors) and ``english``. Roles: ``"seed"`` (in the
        seed dictionary), ``"synonym"`` (data work that the seeds do not name),
        ``"rare"`` (too rare for the paper's filter), ``"redundant"`` (a longer
        form of another term) and ``"distractor"`` (not data work, though it
        looks alike or stands in similar sentences).
    """
    return pd.read_csv(DATA / "lexicons" / "planted_terms.csv").fillna({"stage": ""})


class Template(NamedTuple):
    """A sentence or a part of one.

    Attributes
    ----------
    pieces : tuple of str
        Fixed text, and names of slots in braces, such as ``"{loan}"``.
    words, marks : int
        Words and punctuation marks in the fixed text.
    """

    pieces: tuple[str, ...]
    words: int
    marks: int


@dataclass(frozen=True)
class Grammar:
    """All templates.

    Attributes
    ----------
    title : Template
    headings, names : dict of str to Template
        By section; by bank.
    parts : dict of str to list of Template
        What fills a slot, by the slot's name in braces.
    sections : dict of str to list of Template
        Sentences that are not on data work, by section.
    data_work : dict of (stage, polarity) to list of Template
        Sentences on data work; stage ``"any"`` suits every stage.
    """

    title: Template
    headings: dict[str, Template]
    names: dict[str, Template]
    parts: dict[str, list[Template]]
    sections: dict[str, list[Template]]
    data_work: dict[tuple[str, str], list[Template]]


@lru_cache(maxsize=1)
def read_grammar() -> Grammar:
    """Read the templates; the file is read once a process."""
    with (DATA / "lexicons" / "report_grammar.csv").open(encoding="utf-8", newline="") as file:
        rows = [(row, _parse(row["words"])) for row in csv.DictReader(file)]
    single: dict[str, dict[str, Template]] = {"title": {}, "heading": {}, "name": {}}
    parts: dict[str, list[Template]] = {}
    sections: dict[str, list[Template]] = {}
    data_work: dict[tuple[str, str], list[Template]] = {}
    for row, template in rows:
        if row["kind"] in single:
            single[row["kind"]][row["name"]] = template
        elif row["kind"] == "part":
            parts.setdefault(f"{{{row['name']}}}", []).append(template)
        elif row["stage"]:
            data_work.setdefault((row["stage"], row["polarity"]), []).append(template)
        else:
            sections.setdefault(row["name"], []).append(template)
    (title,) = single["title"].values()
    return Grammar(title, single["heading"], single["name"], parts, sections, data_work)


def _parse(spaced: str) -> Template:
    pieces, text, words, marks = [], "", 0, 0
    for word in spaced.split():
        if not word.startswith("{"):
            text += word
            marks += word in _MARKS
            words += word not in _MARKS
            continue
        if text:
            pieces.append(text)
        pieces.append(word)
        text = ""
    return Template((*pieces, text) if text else tuple(pieces), words, marks)

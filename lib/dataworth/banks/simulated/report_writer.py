"""Writes simulated reports sentence by sentence, and counts what it writes."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import accumulate
from typing import NamedTuple

import numpy as np
import pandas as pd

from dataworth.banks.simulated.grammar import (
    POLARITIES,
    ROLES,
    Template,
    read_grammar,
    read_planted_terms,
)
from dataworth.facts import read_facts


@lru_cache(maxsize=1)
def counted() -> pd.Series:
    """Return what a state-owned bank's report of 2019 holds, by what: the pattern of all reports.

    Notes
    -----
    Counts of ``data/facts/report_counts.csv``, running text with notes; ``"notes"`` is the
    share of its characters that stand in the audited notes.
    """
    table = read_facts("report_counts").query("code == 601658")
    text, body = (table[table["scope"] == s].set_index("what")["count"] for s in ("text", "body"))
    return pd.concat([text, pd.Series({"notes": 1 - body["characters"] / text["characters"]})])


# Three in ten sentences on data work stand in contexts that all stages share.
GENERAL_SHARE = 0.3
# Of the sentences that are not negative, this share is positive.
POSITIVE_SHARE = 0.6
# Shares of the characters before the notes, in the order of the sections in the file.
SECTION_SHARES = (0.20, 0.40, 0.25, 0.15)
POOL = 1500  # paragraphs of a section without data work; the reports choose among them
DRAWN = 4000  # sentences on data work behind the mean of a year
SENTENCES_IN_A_PARAGRAPH = 5

_NUMBERS: dict[str, Callable[[float], str]] = {
    "{percent}": lambda u: f"{0.8 + 28 * u * u:.2f}%",
    "{points}": lambda u: f"{0.01 + 3 * u:.2f}",
    "{amount}": lambda u: f"{10 ** (1 + 3 * u):.2f}",
    "{count}": lambda u: str(int(10 ** (0.5 + 3 * u))),
    "{small}": lambda u: f"{0.1 + 4 * u:.2f}",
    "{age}": lambda u: f"{30 + 10 * u:.1f}",
}


@dataclass
class Tally:
    """What a report holds, counted while it is written.

    Attributes
    ----------
    words, marks : int
        Tokens that are no punctuation, and those that are. A term is one
        word; a redundant term is a term and one more word.
    terms : int
        Terms on data work.
    roles, polarities : dict of str to int
        The same terms by role, and by the polarity of their sentence.
    """

    words: int = 0
    marks: int = 0
    terms: int = 0
    roles: dict[str, int] = field(default_factory=lambda: dict.fromkeys(ROLES, 0))
    polarities: dict[str, int] = field(default_factory=lambda: dict.fromkeys(POLARITIES, 0))


def write_report(
    rng: np.random.Generator,
    *,
    bank: str,
    year: int,
    rate: float,
    negative_share: float,
    characters: int,
) -> tuple[str, Tally]:
    """Write one report.

    Parameters
    ----------
    rng : numpy.random.Generator
    bank, year : str, int
        Named in the title; terms that came up later than the year are not used.
    rate : float
        Expected share of terms among words, a fraction.
    negative_share : float
        Share of the sentences on data work that tell bad news.
    characters : int
        Length of the text, give or take a paragraph.

    Returns
    -------
    text : str
        Paragraphs separated by line breaks.
    tally : Tally
        What was written.
    """
    rules = read_grammar()
    writer = _Writer(rng, year)
    lines = [writer.title(bank)]
    length, end = len(lines[0]), 0.0
    notes = float(counted()["notes"])
    shares = [*(share * (1 - notes) for share in SECTION_SHARES), notes]
    for share, (section, templates) in zip(shares, rules.sections.items(), strict=True):
        lines.append(writer.fixed(rules.headings[section]))
        # Almost no mention stands in the notes, so the others are denser than the report.
        in_notes = section == list(rules.sections)[-1]
        dense = rate / (1 - notes)
        digital = 0.0 if in_notes else _digital_share(dense, negative_share, section, year)
        end += characters * share
        while length < end:
            drawn = [writer.draw() < digital for _ in range(SENTENCES_IN_A_PARAGRAPH)]
            if any(drawn):
                made = [
                    writer.data_work(negative_share) if d else writer.sentence(templates)
                    for d in drawn
                ]
                lines.append("".join(made))
            else:
                lines.append(writer.paragraph(section))
            length += len(lines[-1]) + 1
    return "\n".join(lines), writer.tally


@lru_cache(maxsize=8)
def _pool(section: str) -> list[tuple[str, int, int]]:
    """Return paragraphs without data work, with their words and marks."""
    templates, writer = read_grammar().sections[section], _Writer(np.random.default_rng(0), 2022)
    pool = []
    for _ in range(POOL):
        writer.tally = Tally()
        text = "".join(writer.sentence(templates) for _ in range(SENTENCES_IN_A_PARAGRAPH))
        pool.append((text, writer.tally.words, writer.tally.marks))
    return pool


class _Stock(NamedTuple):
    """The terms of one stage that a year knows, with their cumulated weights."""

    terms: list[str]
    roles: list[str]
    limits: list[float]


_NOTHING = _Stock([], [], [])


@lru_cache(maxsize=64)
def _stock(year: int) -> dict[str, _Stock]:
    table = read_planted_terms()
    table = table[(table["stage"] != "") & (table["since"] <= year)]
    stock = {}
    for stage, group in table.groupby("stage"):
        shares = group["weight"] / group["weight"].sum()
        limits = list(accumulate(shares))
        stock[stage] = _Stock(list(group["term"]), list(group["role"]), limits)
    return stock


@lru_cache(maxsize=64)
def _stage_shares(year: int) -> dict[str, float]:
    """Return the share of mentions by stage: that of the weights of the terms a year knows."""
    table = read_planted_terms().query("stage != '' and since <= @year")
    shares = table.groupby("stage")["weight"].sum()
    return (shares / shares.sum()).to_dict()


class _Writer:
    """Fills templates and counts what it writes."""

    def __init__(self, rng: np.random.Generator, year: int) -> None:
        self.draw = _uniforms(rng).__next__
        self.tally = Tally()
        self._year = year
        self._stock = _stock(year)
        self._parts = read_grammar().parts
        self._stages = list(_stage_shares(year))
        self._limits = list(accumulate(_stage_shares(year).values()))

    def title(self, bank: str) -> str:
        """Write the first line."""
        name, rules = self.fixed(read_grammar().names[bank]), read_grammar().title
        self.tally.words += rules.words + 1
        filled = {"{bank}": name, "{year}": str(self._year)}
        return "".join(filled.get(piece, piece) for piece in rules.pieces)

    def fixed(self, template: Template) -> str:
        """Write a template that has no slots."""
        self.tally.words += template.words
        return "".join(template.pieces)

    def sentence(self, templates: list[Template]) -> str:
        """Write one of several sentences that are not on data work."""
        out: list[str] = []
        self._fill(templates[int(self.draw() * len(templates))], out, [])
        return "".join(out)

    def paragraph(self, section: str) -> str:
        """Choose a paragraph without data work."""
        pool = _pool(section)
        text, words, marks = pool[int(self.draw() * len(pool))]
        self.tally.words += words
        self.tally.marks += marks
        return text

    def data_work(self, negative_share: float) -> str:
        """Write a sentence on data work."""
        stage = self._stages[_locate(self._limits, self.draw())]
        context = "any" if self.draw() < GENERAL_SHARE else stage
        negative = self.draw() < negative_share
        polarity = "neutral" if self.draw() >= POSITIVE_SHARE else "positive"
        polarity = "negative" if negative else polarity
        templates = read_grammar().data_work[context, polarity]
        out: list[str] = []
        terms: list[str] = []
        stock = self._stock[stage]
        self._fill(templates[int(self.draw() * len(templates))], out, terms, stock)
        self.tally.terms += len(terms)
        self.tally.polarities[polarity] += len(terms)
        return "".join(out)

    def _fill(
        self, template: Template, out: list[str], terms: list[str], stock: _Stock = _NOTHING
    ) -> None:
        tally, draw = self.tally, self.draw
        tally.words += template.words
        tally.marks += template.marks
        for piece in template.pieces:
            if piece[0] != "{":
                out.append(piece)
            elif choices := self._parts.get(piece):
                chosen = choices[int(draw() * len(choices))]
                self._fill(chosen, out, terms, stock)
            elif number := _NUMBERS.get(piece):
                out.append(number(draw()))
                tally.words += 1
            else:
                out.append(self._term(terms, stock))

    def _term(self, terms: list[str], stock: _Stock) -> str:
        """Draw a term that the sentence does not have yet."""
        while True:
            at = _locate(stock.limits, self.draw())
            if stock.terms[at] not in terms:
                break
        role = stock.roles[at]
        terms.append(stock.terms[at])
        self.tally.words += 2 if role == "redundant" else 1
        self.tally.roles[role] += 1
        return terms[-1]


def _uniforms(rng: np.random.Generator) -> Iterator[float]:
    """Yield uniform draws one by one, as fast as a list does."""
    while True:
        yield from rng.random(4096).tolist()


def _locate(limits: list[float], draw: float) -> int:
    """Return the position that a draw falls on; rounding may leave the last limit below one."""
    return min(bisect(limits, draw), len(limits) - 1)


@lru_cache(maxsize=64)
def _mean_sentence(year: int, negative_share: float) -> np.ndarray:
    """Return the mean words and terms of sentences on data work, over many that are drawn."""
    writer = _Writer(np.random.default_rng(0), year)
    for _ in range(DRAWN):
        writer.data_work(negative_share)
    return np.array([writer.tally.words, writer.tally.terms]) / DRAWN


def _digital_share(rate: float, negative_share: float, section: str, year: int) -> float:
    """Return the share of sentences on data work that yields a rate among words.

    A share p of sentences with T terms and W words among others with V words
    has the rate p T / (p W + (1 - p) V). Solved for p.
    """
    good, bad = (_mean_sentence(year, share) for share in (0.0, 1.0))
    words, terms = good + negative_share * (bad - good)
    others = np.mean([words_ for _, words_, _ in _pool(section)]) / SENTENCES_IN_A_PARAGRAPH
    return rate * others / (terms - rate * (words - others))

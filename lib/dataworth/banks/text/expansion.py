"""Expansion of a dictionary by embeddings: candidates, filters, and what stays when trained anew.

Paper `banks`, section 4.2, step two.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import partial
from itertools import chain, combinations

import numpy as np
import pandas as pd

from dataworth.banks.text import embeddings
from dataworth.banks.text.phrases import LIST_SIGNS, is_term

VERDICTS = ("added", "rare", "nested", "together")


@dataclass(frozen=True)
class Filters:
    """What a candidate has to pass.

    Attributes
    ----------
    minimum_frequency : int
        Occurrences in the corpus; the paper's is 100.
    minimum_similarity : float
        Cosine with the nearest term of the dictionary; the paper's is 0.6.
    maximum_together : float
        Share of a candidate's places that may be beside a known term: in the same
        sentence, and not as members of one list. The paper calls some expansions
        semantically redundant and gives no rule; this and nesting are ours.
    """

    minimum_frequency: int = 100
    minimum_similarity: float = 0.6
    maximum_together: float = 0.5


@dataclass(frozen=True)
class Expansion:
    """What an embedding proposes, and what the filters make of it.

    Attributes
    ----------
    candidates : pandas.DataFrame
        Words at least as similar as asked, most similar first: ``term``,
        ``stage`` (that of the nearest term), ``nearest``, ``similarity``,
        ``frequency``, ``together`` (share of its places beside a known term) and
        ``verdict``: ``"added"``, ``"rare"``, ``"nested"`` (it holds an accepted term
        or is part of one) or ``"together"``.
    embedding : embeddings.Embedding
    """

    candidates: pd.DataFrame
    embedding: embeddings.Embedding

    @property
    def added(self) -> pd.DataFrame:
        """Return the candidates that passed every filter."""
        return self.candidates[self.candidates["verdict"] == "added"].drop(columns="verdict")


def expand(
    tokens: list[list[str]],
    dictionary: pd.DataFrame,
    frequency: pd.Series,
    *,
    filters: Filters,
    minimum: int,
    seed: int,
) -> Expansion:
    """Expand a dictionary by words that are used like its terms.

    Parameters
    ----------
    tokens : list of list of str
        Sentences, terms and phrases joined (`phrases.join_phrases`).
    dictionary : pandas.DataFrame
        Columns ``term`` and ``stage``.
    frequency : pandas.Series
        Occurrences in the whole corpus by word (`survey.count_words`).
    filters : Filters
    minimum : int
        Occurrences in ``tokens`` below which a word gets no vector.
    seed : int
        Seed of the embedding.

    Returns
    -------
    Expansion
        Without candidates if no term of the dictionary has a vector.

    Notes
    -----
    Candidates are judged one by one, the most similar first. One that is added
    joins the dictionary for those after it.
    """
    embedding = embeddings.train(tokens, seed=seed, minimum=minimum)
    stages = dict(zip(dictionary["term"], dictionary["stage"], strict=True))
    cosines = embedding.similarity(stages)
    columns = ["term", "stage", "nearest", "similarity", "frequency", "together", "verdict"]
    if cosines.empty:
        return Expansion(pd.DataFrame(columns=columns), embedding)
    best = cosines.max(axis="columns")
    close = best[[word not in stages and is_term(word) for word in best.index]]
    close = close[close >= filters.minimum_similarity].sort_values(ascending=False, kind="stable")
    nearest = cosines.loc[close.index].idxmax(axis="columns")
    count = frequency.reindex(close.index).fillna(0).astype(int)
    together, verdicts = judge(tokens, list(close.index), list(stages), count, filters)
    table = pd.DataFrame(
        {
            "term": close.index,
            "stage": nearest.map(stages).to_numpy(),
            "nearest": nearest.to_numpy(),
            "similarity": close.to_numpy(),
            "frequency": count.to_numpy(),
            "together": together,
            "verdict": verdicts,
        },
        columns=columns,
    )
    return Expansion(table, embedding)


def judge(
    tokens: list[list[str]],
    candidates: list[str],
    given: list[str],
    frequency: pd.Series,
    filters: Filters,
) -> tuple[list[float], list[str]]:
    """Judge candidates in their order.

    Returns
    -------
    shares : list of float
        Share of each candidate's places that are beside a known term; equation
        `lexicon-together` of chapter banks/lexicon.
    verdicts : list of str
        Those of `VERDICTS`.
    """
    places = _places(tokens, [*candidates, *given])
    known: dict[int, set[int]] = defaultdict(set)
    for sentence, row in chain.from_iterable(places[term] for term in given):
        known[sentence].add(row)
    shares: list[float] = []
    verdicts: dict[str, str] = {}
    for word in candidates:
        added = [term for term, verdict in verdicts.items() if verdict == "added"]
        beside = sum(bool(known[sentence] - {row}) for sentence, row in places[word])
        shares.append(beside / max(len(places[word]), 1))
        if frequency[word] < filters.minimum_frequency:
            verdicts[word] = "rare"
        elif any(word in term for term in given) or any(term in word for term in (*given, *added)):
            verdicts[word] = "nested"
        elif shares[-1] > filters.maximum_together:
            verdicts[word] = "together"
        else:
            # Of two terms one of which holds the other, the shorter counts both.
            verdicts |= dict.fromkeys([term for term in added if word in term], "nested")
            verdicts[word] = "added"
            for sentence, row in places[word]:
                known[sentence].add(row)
    return shares, list(verdicts.values())


def _places(tokens: list[list[str]], words: list[str]) -> dict[str, list[tuple[int, int]]]:
    """Find each word's places: the sentence, and the row of members of a list in it.

    Members of one list (大数据、云计算和人工智能) are no companions of each other. A
    word that is in no list is a row by itself.
    """
    places: dict[str, list[tuple[int, int]]] = {word: [] for word in words}
    for number, sentence in enumerate(tokens):
        row = 0
        for at, word in enumerate(sentence):
            row += not (at and (word in LIST_SIGNS or sentence[at - 1] in LIST_SIGNS))
            if word in places:
                places[word].append((number, row))
    return places


@dataclass(frozen=True)
class Stability:
    """Expansions trained anew.

    Attributes
    ----------
    refits : pandas.DataFrame
        One row a refit: ``kind`` (``"seed"``: all sentences, another seed;
        ``"half"``: half of the reports), ``number``, ``added`` (how many terms),
        ``stay`` (share of the first expansion's terms that are added again) and
        ``jaccard`` (terms in both over terms in either; missing if there is none).
    terms : pandas.DataFrame
        By term of any expansion: ``first`` (whether the first one added it) and
        the share of refits that add it, ``seed`` and ``half``.
    pairs : dict of str to float
        Mean Jaccard index of two seeds, and of the two halves of one split.
    """

    refits: pd.DataFrame
    terms: pd.DataFrame
    pairs: dict[str, float]


def stability(
    sampled: list[list[list[str]]],
    dictionary: pd.DataFrame,
    frequency: pd.Series,
    first: Iterable[str],
    *,
    filters: Filters,
    minimum: int,
    refits: int,
    seed: int,
    executor: Executor | None = None,
) -> Stability:
    """Train the embedding anew and see which terms are added again.

    Parameters
    ----------
    sampled : list of list of list of str
        Tokens by report, then sentence.
    dictionary, frequency, filters, minimum
        As for `expand`. Frequencies stay those of the whole corpus; only the
        embedding sees less.
    first : iterable of str
        Terms that the first expansion added.
    refits : int
        Seeds, and as many halves (two for each split of the reports).
    seed : int
        Seed of the refits' seeds and of the splits.
    executor : concurrent.futures.Executor, optional

    Returns
    -------
    Stability
    """
    rng = np.random.default_rng([seed, 1])
    jobs = []
    for _ in range(refits):
        jobs.append((_pack(sampled), minimum, int(rng.integers(2**31))))
    for _ in range(max(refits // 2, 1)):
        order = rng.permutation(len(sampled))
        for half in (order[: len(order) // 2], order[len(order) // 2 :]):
            text = _pack([sampled[number] for number in sorted(half)])
            jobs.append((text, max(minimum // 2, 5), int(rng.integers(2**31))))
    work = partial(_refit, dictionary[["term", "stage"]], frequency, filters)
    added = list(executor.map(work, jobs) if executor else map(work, jobs))
    return _compare(added, frozenset(first), refits)


def _refit(
    dictionary: pd.DataFrame, frequency: pd.Series, filters: Filters, job: tuple[str, int, int]
) -> frozenset[str]:
    """Return the terms that one more expansion adds; this runs in another process."""
    text, minimum, seed = job
    tokens = [line.split("\t") for line in text.split("\n")]
    again = expand(tokens, dictionary, frequency, filters=filters, minimum=minimum, seed=seed)
    return frozenset(again.added["term"])


def _pack(sampled: list[list[list[str]]]) -> str:
    """Return one text: it travels to another process faster than a million words."""
    return "\n".join("\t".join(sentence) for report in sampled for sentence in report)


def _compare(added: list[frozenset[str]], first: frozenset[str], seeds: int) -> Stability:
    groups = {"seed": added[:seeds], "half": added[seeds:]}
    known = len(first) or float("nan")
    rows = [
        (kind, number, len(terms), len(terms & first) / known, jaccard(terms, first))
        for kind, group in groups.items()
        for number, terms in enumerate(group)
    ]
    refits = pd.DataFrame(rows, columns=["kind", "number", "added", "stay", "jaccard"])
    every = sorted(first.union(*added))
    shares = {
        kind: [np.mean([term in terms for terms in group]) for term in every]
        for kind, group in groups.items()
    }
    table = pd.DataFrame({"first": [term in first for term in every]} | shares, index=every)
    table = table.astype({"first": bool, "seed": float, "half": float})
    halves = zip(groups["half"][::2], groups["half"][1::2], strict=True)
    twos = {"seed": combinations(groups["seed"], 2), "half": halves}
    pairs = {
        k: pd.Series([jaccard(*two) for two in t], dtype=float).mean() for k, t in twos.items()
    }
    return Stability(refits, table.sort_values(["seed", "half"], ascending=False), pairs)


def jaccard(first: frozenset[str], second: frozenset[str]) -> float:
    """Return terms in both over terms in either; NaN if both are empty."""
    either = first | second
    return len(first & second) / len(either) if either else float("nan")

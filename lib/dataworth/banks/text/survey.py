"""One pass over many reports: what there is, sentences to train on, how often words occur.

One report is in memory at a time. What comes out depends on the reports and the seed, not on
who does the work.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import lru_cache, partial
from hashlib import sha256
from typing import Any

import numpy as np
import pandas as pd

from dataworth.banks.text.parcels import each
from dataworth.banks.text.phrases import is_term
from dataworth.banks.text.tokens import Words
from dataworth.inputs.reports.folder import LeftOut
from dataworth.inputs.reports.plain_text import sentences


@dataclass(frozen=True)
class Survey:
    """What one pass over a source brought.

    Attributes
    ----------
    corpus : pandas.DataFrame
        One row a report: ``source``, ``bank``, ``year``, ``characters``,
        ``sentences`` and ``sha256`` of the text.
    left_out : pandas.DataFrame
        ``source`` and ``reason`` of entries that could not be used.
    sampled : list of list of str
        Sentences drawn from each report, in the order of the corpus.
    """

    corpus: pd.DataFrame
    left_out: pd.DataFrame
    sampled: list[list[str]]

    @property
    def share(self) -> float:
        """Return the share of the corpus's sentences that were drawn."""
        total = int(self.corpus["sentences"].sum())
        return sum(map(len, self.sampled)) / total if total else 0.0


def survey(
    entries: Sequence[Any], *, size: int, seed: int, executor: Executor | None = None
) -> Survey:
    """Look once at every report and draw sentences to train on.

    Parameters
    ----------
    entries : sequence
        A source of reports: each has ``load()``.
    size : int
        Sentences in all; every report gives the same number, or all it has.
    seed : int
        Seed of the drawing. What is drawn from a report depends on its text alone.
    executor : concurrent.futures.Executor, optional
        Who loads the reports; this process if omitted.

    Returns
    -------
    Survey
    """
    quota = -(-size // max(len(entries), 1))
    visits = list(each(partial(_visit, quota=quota, seed=seed), entries, executor))
    left_out = [(v.source, v.reason) for v in visits if isinstance(v, LeftOut)]
    used = [v for v in visits if not isinstance(v, LeftOut)]
    columns = ["source", "bank", "year", "characters", "sentences", "sha256"]
    return Survey(
        corpus=pd.DataFrame([row for row, _ in used], columns=columns),
        left_out=pd.DataFrame(left_out, columns=["source", "reason"]),
        sampled=[drawn for _, drawn in used],
    )


def count_words(
    entries: Sequence[Any], terms: Iterable[str], executor: Executor | None = None
) -> pd.Series:
    """Count words over all reports.

    Parameters
    ----------
    entries : sequence
        A source of reports.
    terms : iterable of str
        Counted wherever the tokenizer's own tokens spell them, inside longer terms
        too: a count does not depend on what else is asked for.
    executor : concurrent.futures.Executor, optional

    Returns
    -------
    pandas.Series
        Occurrences by word: of ``terms``, zero if there is none, and of all other
        words that could be terms (`is_term`).
    """
    terms = tuple(dict.fromkeys(terms))
    total: Counter[str] = Counter(dict.fromkeys(terms, 0))
    for counts in each(partial(_count, terms=terms), entries, executor):
        total.update(counts)
    return pd.Series(total, dtype=int)


def _visit(entry: Any, quota: int, seed: int) -> LeftOut | tuple[tuple, list[str]]:
    report = entry.load()
    if isinstance(report, LeftOut):
        return report
    digest = sha256(report.text.encode())
    split = sentences(report.text)
    about = report.source, report.bank, report.year
    row = (*about, len(report.text), len(split), digest.hexdigest())
    rng = np.random.default_rng([seed, int.from_bytes(digest.digest()[:8])])
    chosen = rng.choice(len(split), size=min(quota, len(split)), replace=False)
    return row, [split[number] for number in sorted(chosen)]


def _count(entry: Any, terms: tuple[str, ...]) -> Counter[str]:
    import rjieba

    report, known = entry.load(), _words(terms)
    if isinstance(report, LeftOut):
        return Counter()
    tokens = rjieba.cut(report.text)
    counts = Counter(tokens)
    for start, token in enumerate(tokens):
        if token in known.beginnings:
            # A term of one token is counted already.
            counts.update(term for end, term in known.spelled(tokens, start) if end > start + 1)
    return Counter({word: n for word, n in counts.items() if is_term(word)})


# The terms of the report before are kept: they are the same.
_words = lru_cache(maxsize=1)(Words)

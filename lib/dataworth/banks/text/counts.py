"""Counts of dictionary terms in reports, and the penetration rate that they give.

Paper `banks`, section 4.2, steps three and four. Reports come from a source: a sequence of
entries, each with ``load()``. One report is in memory at a time, in whichever process.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import accumulate
from typing import Any

import pandas as pd

from dataworth.banks.text import polarity
from dataworth.banks.text.parcels import each
from dataworth.banks.text.tokens import Tokenizer, Words
from dataworth.inputs.reports.folder import LeftOut
from dataworth.inputs.reports.plain_text import sentences

# What may stand for "the total word count" of a report.
TOTALS = {
    "tokens": ["words", "numbers"],
    "words": ["words"],
    "everything": ["words", "numbers", "marks"],
    "characters": ["characters"],
}


@dataclass(frozen=True)
class Counts:
    """What was counted.

    Attributes
    ----------
    reports : pandas.DataFrame
        One row a report: bank, year, source, characters; words (tokens with a letter or a
        Chinese character), numbers (with a digit and no letter) and marks (the rest; blanks
        are not counted); mentions (hits of all terms); sentences; term_sentences (those that
        hold a term); design_effect (see `rates`).
    terms : pandas.DataFrame
        One row a report and term that it holds: bank, year, term; hits; sentence_negative and
        finance_negative (hits in sentences that read so).
    left_out : pandas.DataFrame
        source, reason.
    """

    reports: pd.DataFrame
    terms: pd.DataFrame
    left_out: pd.DataFrame


def count(
    entries: Sequence,
    lexicon: Iterable[str],
    *,
    negative_below: float = 0.4,
    executor: Executor | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Counts:
    """Count terms, words and sentence polarities in every report of a source.

    Parameters
    ----------
    entries : sequence
        Entries with ``load()``, which gives a `Report` or a `LeftOut`.
    lexicon : iterable of str
        Terms of the dictionary.
    negative_below : float
        A sentence with a lower score of SnowNLP's is negative.
    executor : concurrent.futures.Executor, optional
        Who does the work; counts do not depend on it.
    progress : callable, optional
        Called with the number of reports done and their total.

    Returns
    -------
    Counts
        Of a second report of the same bank and year, only the first is counted.
    """
    terms = tuple(sorted(set(lexicon)))
    work = partial(_count_report, terms=terms, negative_below=negative_below)
    reports, counted, left_out = [], [], []
    seen: dict[tuple[str, int], str] = {}
    for done, result in enumerate(each(work, entries, executor), start=1):
        if progress:
            progress(done, len(entries))
        if isinstance(result, LeftOut):
            left_out.append({"source": result.source, "reason": result.reason})
            continue
        report, rows = result
        key = report["bank"], report["year"]
        if key in seen:
            reason = f"{key[0]} {key[1]} is taken from {seen[key]}"
            left_out.append({"source": report["source"], "reason": reason})
            continue
        seen[key] = report["source"]
        reports.append(report)
        counted += [(*key, *(row.get(column, 0) for column in _TERM[2:])) for row in rows]
    return Counts(
        _frame(reports, _REPORT), _frame(counted, _TERM), _frame(left_out, ["source", "reason"])
    )


def tally(
    text: str, tokenizer: Tokenizer, *, negative_below: float = 0.4
) -> tuple[dict, list[dict]]:
    """Count one text: the numbers of `Counts.reports`, and rows of `Counts.terms`."""
    tokens, split = tokenizer.cut(text), sentences(text)
    by_term: dict[str, dict[str, int]] = {}
    held = hits = squares = products = 0
    for sentence, cut, terms in _with_terms(text, split, tokens, tokenizer.terms):
        held += 1
        hits += len(terms)
        squares += len(terms) ** 2
        products += len(terms) * len(sentence)
        names = ["hits"]
        if polarity.score(sentence) < negative_below:
            names.append("sentence_negative")
        if polarity.finance_sign(cut) < 0:
            names.append("finance_negative")
        for term in terms:
            row = by_term.setdefault(term, {})
            for name in names:
                row[name] = row.get(name, 0) + 1
    lengths = [len(sentence) for sentence in split]
    sums = sum(lengths), squares, products, sum(length * length for length in lengths)
    report = {
        "characters": len(text),
        **_kinds(tokens),
        "mentions": hits,
        "sentences": len(split),
        "term_sentences": held,
        "design_effect": _design_effect(hits, len(tokens), *sums),
    }
    return report, [{"term": term} | by_term[term] for term in sorted(by_term)]


def rates(
    counts: Counts,
    scores: pd.Series,
    *,
    negative_below: float = 0.4,
    level: float = 0.95,
    total: str = "tokens",
) -> pd.DataFrame:
    """Return penetration rates under the four readings, with an interval.

    Parameters
    ----------
    counts : Counts
    scores : pandas.Series
        SnowNLP's score of each term, by term: `polarity.lexeme_scores`.
    negative_below : float
        A term with a lower score is left out by the paper's reading.
    level : float
        Share of cases that the interval should hold.
    total : str
        One of `TOTALS`.

    Returns
    -------
    pandas.DataFrame
        bank, year, words (the total), terms (all hits), kept (by the paper's reading), rate =
        kept / words, low, high, rate_sentence, rate_finance, rate_unfiltered (fractions; the
        paper multiplies by 100), design_effect and reason (``""``, or why there is no rate).

    Notes
    -----
    Paper `banks`, section 4.2, step four. The interval is Wilson's for a share. Terms come in
    clusters, so words are not independent draws: the number of words is divided by the design
    effect, the variance of the share over sentences against that of independent tokens, where
    that is above one.
    """
    from statsmodels.stats.proportion import proportion_confint

    reports, keys = counts.reports, ["bank", "year"]
    kept = counts.terms[["bank", "year", "hits"]].copy()
    kept["kept"] = kept["hits"].where(counts.terms["term"].map(scores) >= negative_below, 0)
    for reading in ("sentence", "finance"):
        kept[reading] = kept["hits"] - counts.terms[f"{reading}_negative"]
    sums = kept.groupby(keys).sum().reindex(reports.set_index(keys).index, fill_value=0)
    table = reports[keys].copy()
    table["words"] = reports[TOTALS[total]].sum(axis=1)
    table[["terms", "kept"]] = sums[["hits", "kept"]].to_numpy(int)
    words = table["words"].where(table["words"] > 0)
    table["rate"] = table["kept"] / words
    size = words / reports["design_effect"].clip(lower=1)
    table["low"], table["high"] = proportion_confint(
        table["rate"] * size, size, alpha=1 - level, method="wilson"
    )
    for name, column in (("sentence", "sentence"), ("finance", "finance"), ("unfiltered", "hits")):
        table[f"rate_{name}"] = sums[column].to_numpy(float) / words
    table["design_effect"] = reports["design_effect"]
    table["reason"] = words.isna().map({True: "the report holds no word", False: ""})
    return table


# --- small helpers -------------------------------------------------------------------------

_REPORT = ["bank", "year", "source", "characters", "words", "numbers", "marks"]
_REPORT += ["mentions", "sentences", "term_sentences", "design_effect"]
_SIGNS = ["sentence_negative", "finance_negative"]
_TERM = ["bank", "year", "term", "hits", *_SIGNS]


def _frame(rows: list, columns: list[str]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=columns)
    return frame.astype(dict.fromkeys(frame.columns.intersection(["hits", *_SIGNS]), int))


def _design_effect(hits: int, tokens: int, *sums: int) -> float:
    """Return the variance of the hits over sentences, against that of independent tokens.

    The sums over sentences: characters, squared hits, hits × characters, squared characters.
    """
    characters, hits2, products, characters2 = sums
    if not hits or hits >= tokens:
        return 1.0
    density = hits / characters
    spread = hits2 - 2 * density * products + density**2 * characters2
    return spread / (hits * (1 - hits / tokens))


def _with_terms(text: str, split: list[str], tokens: list[str], terms: Words) -> Iterator:
    """Yield each sentence that holds a term, with its tokens and the terms."""
    starts = list(accumulate(map(len, tokens), initial=0))
    matches = deque((starts[start], term) for start, _, term in terms.longest(tokens))
    end = 0
    for sentence in split:
        begin = text.index(sentence, end)
        end = begin + len(sentence)
        # Neither a token nor a term ever crosses the border of a sentence.
        held = []
        while matches and matches[0][0] < end:
            held.append(matches.popleft()[1])
        if held:
            yield sentence, tokens[bisect_left(starts, begin) : bisect_left(starts, end)], held


def _kinds(tokens: list[str]) -> dict[str, int]:
    """Count words, numbers and marks; blanks are none of them."""
    kinds = dict.fromkeys(("words", "numbers", "marks"), 0)
    for token, times in Counter(tokens).items():
        if token.isalpha() or any(c.isalpha() for c in token):
            kinds["words"] += times
        elif any(c.isdigit() for c in token):
            kinds["numbers"] += times
        elif not token.isspace():
            kinds["marks"] += times
    return kinds


_tokenizer = lru_cache(maxsize=2)(Tokenizer)


def _count_report(entry: Any, terms: tuple[str, ...], negative_below: float) -> Any:
    """Count one report; this runs wherever the executor lets it run."""
    report = entry.load()
    if isinstance(report, LeftOut):
        return report
    numbers, rows = tally(report.text, _tokenizer(terms), negative_below=negative_below)
    return {"bank": report.bank, "year": report.year, "source": report.source} | numbers, rows

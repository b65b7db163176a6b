"""Is a term, or its sentence, good news or bad: three ways to read it.

Paper `banks`, section 4.2, step three: SnowNLP on each term of the dictionary. Beside it: the
same model on whole sentences, and a small dictionary of financial language with negation.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache

import pandas as pd

from dataworth.banks.text import snownlp_fast
from dataworth.banks.text.tokens import Words
from dataworth.errors import InputError
from dataworth.facts import DATA

REACH = 3  # tokens that a negator looks ahead
_CLAUSE_ENDS = frozenset("，。；：！？,;:!?")


def score(text: str) -> float:
    """Return SnowNLP's probability that a text is positive, between 0 and 1.

    The very number of ``snownlp.SnowNLP(text).sentiments``. Its classifier learned from
    shopping reviews, not from financial reports.
    """
    return snownlp_fast.score(text)


def lexeme_scores(terms: Iterable[str]) -> pd.Series:
    """Score each term alone, without a context: the paper's reading.

    Returns
    -------
    pandas.Series
        Scores between 0 and 1, by term.
    """
    terms = list(dict.fromkeys(terms))
    return pd.Series([score(term) for term in terms], index=terms, name="score", dtype=float)


def classify(
    scores: pd.Series, *, negative_below: float = 0.4, positive_above: float = 0.6
) -> pd.Series:
    """Return scores named negative, neutral or positive.

    Raises
    ------
    InputError
        The bounds are out of order.
    """
    if negative_below > positive_above:
        found = f"{negative_below:g} and {positive_above:g}"
        raise InputError(f"negative_below: expected at most positive_above, found {found}")
    named = scores.astype(object).where(scores.isna(), "neutral")
    return named.mask(scores < negative_below, "negative").mask(scores > positive_above, "positive")


def read_finance_dictionary() -> pd.DataFrame:
    """Read the book's own dictionary of financial language.

    Returns
    -------
    pandas.DataFrame
        Columns word, kind (positive, negative, good, bad, rise, fall or negator) and
        english.
    """
    return pd.read_csv(DATA / "lexicons" / "finance_polarity.csv")


def finance_sign(tokens: Sequence[str]) -> int:
    """Read a sentence with the finance dictionary: -1, 0 or 1.

    Words are looked up on tokens, leftmost and longest first. In each clause, positive and
    negative words count one each. A good quantity (profit) that rises counts for, one that
    falls against; a bad quantity (the non-performing ratio) the other way round. A negator
    turns the polar word or the movement that follows within `REACH` tokens. The sentence has
    the sign of the sum.

    Examples
    --------
    >>> finance_sign(("不良率", "上升")), finance_sign(("不良率", "下降"))
    (-1, 1)
    """
    total = 0
    clause: list[str] = []
    for token in (*tokens, "。"):
        if token in _CLAUSE_ENDS:
            total += _clause_sum(clause)
            clause = []
        else:
            clause.append(token)
    return (total > 0) - (total < 0)


def _clause_sum(tokens: list[str]) -> int:
    kinds, words = _words()
    total = quantity = movement = 0
    negated_until = -1
    for start, stop, word in words.longest(tokens):
        kind, turn = kinds[word], -1 if start <= negated_until else 1
        if kind == "negator":
            # Two negators in a row cancel.
            negated_until = -1 if turn < 0 else stop - 1 + REACH
        elif kind in ("good", "bad"):
            quantity += 1 if kind == "good" else -1
        else:
            sign = turn if kind in ("positive", "rise") else -turn
            negated_until = -1
            if kind in ("rise", "fall"):
                movement += sign
            else:
                total += sign
    return total + ((quantity * movement > 0) - (quantity * movement < 0))


@cache
def _words() -> tuple[dict[str, str], Words]:
    """Read the kinds by word, and the words as they are looked up."""
    table = read_finance_dictionary()
    kinds = dict(zip(table["word"], table["kind"], strict=True))
    return kinds, Words(kinds)

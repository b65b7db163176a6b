"""Is a term, or its sentence, good news or bad: three ways to read it.

Paper `banks`, section 4.2, step three: SnowNLP on each term of the dictionary. Beside it: the
same model on whole sentences, and a small dictionary of financial language with negation.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from itertools import groupby

import pandas as pd

from dataworth.banks.text import snownlp_fast
from dataworth.banks.text.tokens import Words
from dataworth.errors import InputError
from dataworth.facts import DATA

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

    Words are looked up on tokens, leftmost and longest first. Positive and negative words count
    one each. A good quantity (profit) that rises counts for, one that falls against; a bad
    quantity (the non-performing ratio) the other way round. The movement may stand in the clause
    after its quantity: 不良贷款率0.99%，较上年末下降. A negator turns what follows in its clause,
    however far. The sentence has the sign of the sum.

    Examples
    --------
    >>> finance_sign(("不良率", "上升")), finance_sign(("不良率", "0.9%", "，", "下降"))
    (-1, 1)
    """
    kinds, words = _words()
    total = waiting = 0  # the quantity of the clause before, if nothing moved it
    for is_end, clause in groupby(tokens, _CLAUSE_ENDS.__contains__):
        if is_end:
            continue
        turn, quantity, movement = 1, 0, 0
        for _, _, word in words.longest(list(clause)):
            kind = kinds[word]
            if kind == "negator":
                turn = -turn
            elif kind in ("good", "bad"):
                quantity += 1 if kind == "good" else -1
            elif kind in ("rise", "fall"):
                movement += turn if kind == "rise" else -turn
            else:
                total += turn if kind == "positive" else -turn
        moved = (quantity or waiting) * movement
        total += (moved > 0) - (moved < 0)
        waiting = 0 if movement else quantity
    return (total > 0) - (total < 0)


@cache
def _words() -> tuple[dict[str, str], Words]:
    """Read the kinds by word, and the words as they are looked up."""
    table = read_finance_dictionary()
    kinds = dict(zip(table["word"], table["kind"], strict=True))
    return kinds, Words(kinds)

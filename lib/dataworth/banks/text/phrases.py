"""Sentences cut into words, terms kept whole, and new phrases found."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from dataworth.banks.text.tokens import Words

# Longer joined phrases are pieces of a sentence rather than terms.
LONGEST_PHRASE = 6
# Normalized pointwise mutual information above which two words are one phrase.
PHRASE_SCORE = 0.6
NUMBER = "#"

# Between the members of a list.
LIST_SIGNS = frozenset("、和与及或") | {"以及"}
# Function words begin and end phrases; they are never inside one.
_FUNCTION_WORDS = LIST_SIGNS | frozenset("的为在至由被将以等对向因从把了已是并") | {"其中"}
_CHINESE = re.compile(r"[\u4e00-\u9fff]+")
_NUMERIC = re.compile(r"[\d.%,]+")
_TERM = re.compile(r"(?=.*[^\d])[\u4e00-\u9fffA-Za-z\d]{2,}")


def is_term(word: str) -> bool:
    """Return whether a word could stand in a dictionary: two signs or more, not all digits."""
    return bool(_TERM.fullmatch(word))


def tokenize(texts: Iterable[str], terms: Iterable[str]) -> list[list[str]]:
    """Cut sentences into words; a term is one word, a number is `NUMBER`.

    Parameters
    ----------
    texts : iterable of str
        Sentences.
    terms : iterable of str
        Joined leftmost and longest where the tokenizer's own tokens spell them.

    Returns
    -------
    list of list of str
        Punctuation is kept: no phrase reaches across it.
    """
    import rjieba

    known, sentences = Words(terms), []
    for tokens in map(rjieba.cut, texts):
        words, done = [], 0
        for start, stop, term in known.longest(tokens):
            words += [*tokens[done:start], term]
            done = stop
        words += tokens[done:]
        sentences.append([NUMBER if _NUMERIC.fullmatch(word) else word for word in words])
    return sentences


def join_phrases(tokens: list[list[str]], terms: Iterable[str], *, minimum: int) -> list[list[str]]:
    """Join words that stand together too often for chance.

    The tokenizer splits most new terms: 知识图谱 is 知识 and 图谱 to it. Two
    passes join up to four words. Terms, function words, numbers and punctuation
    end a phrase.

    Parameters
    ----------
    tokens : list of list of str
    terms : iterable of str
        Words that stay as they are.
    minimum : int
        Occurrences that a phrase needs.

    Returns
    -------
    list of list of str
        Without punctuation, except for the sign between members of a list.
    """
    terms = frozenset(terms)
    for _ in range(2):
        tokens = _phrase_pass(tokens, terms, minimum)
    return [
        [w for w in sentence if w == NUMBER or w in LIST_SIGNS or any(map(str.isalnum, w))]
        for sentence in tokens
    ]


def _phrase_pass(tokens: list[list[str]], terms: frozenset[str], minimum: int) -> list[list[str]]:
    from gensim.models.phrases import Phrases

    parts = [list(_parts(sentence, terms)) for sentence in tokens]
    phrases = Phrases(
        (part for sentence in parts for part, open_ in sentence if open_),
        min_count=minimum,
        threshold=PHRASE_SCORE,
        scoring="npmi",
        delimiter="\t",
    ).freeze()
    return [
        [word for part, open_ in sentence for word in (_joined(phrases[part]) if open_ else part)]
        for sentence in parts
    ]


def _parts(sentence: list[str], terms: frozenset[str]) -> Iterator[tuple[list[str], bool]]:
    """Split a sentence into runs of words that may be joined (True), and what ends them."""
    run: list[str] = []
    for word in sentence:
        if word in terms or word in _FUNCTION_WORDS or not _CHINESE.fullmatch(word):
            if run:
                yield run, True
            run = []
            yield [word], False
        else:
            run.append(word)
    if run:
        yield run, True


def _joined(words: list[str]) -> Iterator[str]:
    for word in words:
        pieces = word.split("\t")
        if sum(map(len, pieces)) <= LONGEST_PHRASE:
            yield "".join(pieces)
        else:
            yield from pieces

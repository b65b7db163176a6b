"""Word vectors that are a function of the sentences, the settings and the seed."""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from itertools import chain

import numpy as np
import pandas as pd


@dataclass(frozen=True)
class Embedding:
    """Word vectors, centred and of length one.

    Attributes
    ----------
    words : list of str
        Most frequent first.
    vectors : numpy.ndarray, shape (words, dimensions)
    counts : dict of str to int
        Occurrences in the sentences that it was trained on.
    """

    words: list[str]
    vectors: np.ndarray
    counts: dict[str, int]

    def similarity(self, terms: Collection[str]) -> pd.DataFrame:
        """Return the cosine of every word (rows) with each of the terms that it knows (columns)."""
        known = [term for term in terms if term in self.counts]
        at = {word: number for number, word in enumerate(self.words)}
        columns = self.vectors[[at[term] for term in known]]
        cosines = self.vectors @ columns.reshape(len(known), -1).T if known else None
        return pd.DataFrame(cosines, index=self.words, columns=known, dtype=float)


def train(
    tokens: list[list[str]],
    *,
    seed: int,
    minimum: int = 5,
    dimensions: int = 50,
    window: int = 4,
    epochs: int | None = None,
) -> Embedding:
    """Train word vectors: skip-gram with negative sampling (word2vec).

    Parameters
    ----------
    tokens : list of list of str
    seed : int
    minimum : int
        Occurrences below which a word gets no vector.
    dimensions, window, epochs : int
        Length of a vector; words to each side that are context; passes over the
        sentences (if omitted, 8 to 20: the more, the fewer sentences there are).

    Returns
    -------
    Embedding
        Without words if none is frequent enough.

    Notes
    -----
    The paper names neither model nor settings; these are the project's. One
    thread and a fixed hash make the vectors a function of the arguments. The mean
    vector is taken out: it is common to all words and makes any two look alike,
    the more so the smaller the corpus (Mu and Viswanath 2018, "All-but-the-Top").
    """
    every = Counter(chain.from_iterable(tokens))
    counts = {word: n for word, n in every.items() if n >= minimum}
    if len(counts) < 2:
        return Embedding([], np.empty((0, dimensions)), {})
    from gensim.models import Word2Vec

    model = Word2Vec(
        tokens,
        vector_size=dimensions,
        window=window,
        min_count=minimum,
        # About three million words in all, within bounds: few sentences need more passes.
        epochs=epochs or min(max(round(3e6 / sum(counts.values())), 8), 20),
        sg=1,
        negative=5,
        seed=seed % 2**32,
        workers=1,
        hashfxn=_hash,
    )
    vectors = model.wv.vectors.astype(float)
    vectors -= vectors.mean(axis=0)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return Embedding(list(model.wv.index_to_key), vectors, counts)


def _hash(text: str) -> int:
    return zlib.crc32(text.encode())

"""SnowNLP's sentiment score, to the last bit, two orders of magnitude sooner.

SnowNLP 0.12 cuts a text with a character model (Viterbi over trigrams of tagged characters)
in plain Python, then adds logarithms of word frequencies. Here its own tables run through
compiled loops. Every sum keeps SnowNLP's order, and every tie falls as its dictionaries and
its `max` let it fall; a test holds both against each other.

The package itself is never imported: that would take seconds and build tables that nobody
needs here. Its files are read where they lie.
"""

from __future__ import annotations

import contextlib
import gc
import gzip
import marshal
import math
import tempfile
import zipfile
from functools import cache, lru_cache
from importlib.util import find_spec
from itertools import chain
from pathlib import Path
from typing import NamedTuple

import numpy as np

_FIRST_HAN, _LAST_HAN = "\u4e00", "\u9fa5"  # SnowNLP's own idea of Chinese
REMEMBERED = 8_192  # scores kept at hand; bounded, so that memory stays flat


class Tables(NamedTuple):
    """The character model as arrays. Tags b, m, e, s are 0 to 3; a text begins with code 0."""

    uni: np.ndarray  # (65536, 4): counts by character and tag
    pairs: np.ndarray  # two characters, sorted: rows of `pair_counts`
    pair_counts: np.ndarray  # (pairs, 4, 4)
    triples: np.ndarray  # three characters, sorted: rows of `triple_starts`
    triple_starts: np.ndarray  # where the counts of each three characters begin
    triple_tags: np.ndarray  # 16 × first tag + 4 × second + third
    triple_counts: np.ndarray
    mix: np.ndarray  # weights of one, two and three characters; all characters counted


class Classifier(NamedTuple):
    """What each word adds to the two sums."""

    adds: dict[str, tuple[float, ...]]  # logarithms; nothing for a stop word
    unknown: tuple[float, ...]
    priors: tuple[float, ...]
    classes: tuple[str, ...]


@lru_cache(maxsize=REMEMBERED)
def score(text: str) -> float:
    """Return the probability that SnowNLP gives to "positive".

    Parameters
    ----------
    text : str
        A term or a sentence.

    Returns
    -------
    float
        Between 0 and 1; the very number of ``snownlp.SnowNLP(text).sentiments``.
    """
    model = read_classifier()
    adds, unknown = model.adds, model.unknown
    first, second = model.priors
    for word in cut(text):
        to_first, to_second = adds.get(word, unknown)
        first += to_first
        second += to_second
    sums = first, second
    label, best = "", 0.0
    for name, own in zip(model.classes, sums, strict=True):
        try:
            share = 1 / (0 + math.exp(sums[0] - own) + math.exp(sums[1] - own))
        except OverflowError:
            share = 0.0
        if share > best:
            label, best = name, share
    return best if label == "pos" else 1 - best


def cut(text: str) -> list[str]:
    """Cut a text into words as SnowNLP does.

    Chinese runs go through the character model; everything else is split at blanks.
    """
    from dataworth.banks.text.snownlp_kernels import word_ends  # numba takes half a second

    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    words, start = [], 0
    for end in word_ends(codes, read_tables()).tolist():
        part = text[start:end]
        if _FIRST_HAN <= part[0] <= _LAST_HAN:
            words.append(part)
        else:
            words += part.split()
        start = end
    return words


@cache
def read_classifier() -> Classifier:
    """Read the classifier that SnowNLP trained on shopping reviews, and its stop words."""
    folder = _folder()
    stored = marshal.loads(gzip.decompress((folder / "sentiment/sentiment.marshal.3").read_bytes()))
    classes = tuple(stored["d"])
    tables = [stored["d"][name] for name in classes]
    known = dict.fromkeys(word for table in tables for word in table["d"])

    def log_frequency(table: dict, word: str) -> float:
        return math.log(float(table["d"].get(word, table["none"])) / table["total"])

    adds = {word: tuple(log_frequency(table, word) for table in tables) for word in known}
    lines = (folder / "normal/stopwords.txt").read_text(encoding="utf-8").split("\n")
    return Classifier(
        # SnowNLP drops stop words; to add zero leaves a sum as it was, to the bit.
        adds | {line.strip(): (0.0, 0.0) for line in lines},
        tuple(math.log(float(table["none"]) / table["total"]) for table in tables),
        tuple(math.log(table["total"]) - math.log(stored["total"]) for table in tables),
        classes,
    )


@cache
def read_tables() -> Tables:
    """Read the character model.

    Python takes seconds for its 1.3 million tuples, so the arrays are kept beside the compiled
    code, under the checksum of SnowNLP's own file.
    """
    source = _folder() / "seg" / "seg.marshal.3"
    checksum = source.read_bytes()[-8:-4].hex()  # gzip ends with it
    kept = Path(__file__).parent / "__pycache__" / f"snownlp-sorted-{checksum}.npz"
    try:
        with np.load(kept) as arrays:
            return Tables(**{name: arrays[name] for name in Tables._fields})
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        tables = _convert(source)
    with contextlib.suppress(OSError):  # a read-only place only costs time
        kept.parent.mkdir(exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=kept.parent, suffix=".npz", delete=False) as file:
            np.savez(file, **tables._asdict())
        Path(file.name).replace(kept)
    return tables


def _convert(source: Path) -> Tables:
    """Turn SnowNLP's dictionaries into arrays."""
    gc.disable()  # or the collector would walk through millions of new tuples
    try:
        stored = marshal.loads(gzip.decompress(source.read_bytes()))
        uni, pairs, triples = (_flatten(stored[name]["d"], n) for n, name in _GRAMS)
    finally:
        gc.enable()
    singles = np.zeros((1 << 16, 4), np.int32)
    singles[uni.characters, uni.tags] = uni.counts
    distinct, row = np.unique(pairs.characters, return_inverse=True)
    pair_counts = np.zeros((len(distinct), 4, 4), np.int32)
    pair_counts[row, pairs.tags >> 2, pairs.tags & 3] = pairs.counts
    order = np.argsort(triples.characters, kind="stable")
    triple, starts = np.unique(triples.characters[order], return_index=True)
    mix = [stored["l1"], stored["l2"], stored["l3"], stored["uni"]["total"]]
    return Tables._make(
        [
            singles,
            distinct,
            pair_counts,
            triple,
            np.append(starts, len(order)).astype(np.int32),
            triples.tags[order].astype(np.int8),
            triples.counts[order],
            np.array(mix),
        ]
    )


_GRAMS = ((1, "uni"), (2, "bi"), (3, "tri"))


class _Grams(NamedTuple):
    characters: np.ndarray  # 20 bits for each
    tags: np.ndarray  # 2 bits for each
    counts: np.ndarray


def _flatten(table: dict, size: int) -> _Grams:
    """Turn a dictionary of tagged characters, pairs or triples into three arrays."""
    keys = table if size == 1 else chain.from_iterable(table)
    flat = list(chain.from_iterable(keys))
    number = {"b": 0, "m": 1, "e": 2, "s": 3, "BOS": 0}
    tags = np.fromiter(map(number.__getitem__, flat[1::2]), np.int64).reshape(-1, size)
    texts = (ord(text) if text else 0 for text in flat[::2])
    characters = np.fromiter(texts, np.int64).reshape(-1, size)
    places = np.arange(size)[::-1]
    return _Grams(
        (characters << 20 * places).sum(axis=1),
        (tags << 2 * places).sum(axis=1),
        np.fromiter(table.values(), np.int32),
    )


def _folder() -> Path:
    """Find SnowNLP's files without importing it."""
    spec = find_spec("snownlp")
    assert spec is not None and spec.submodule_search_locations
    return Path(spec.submodule_search_locations[0])

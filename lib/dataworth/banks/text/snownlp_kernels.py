"""Compiled loops behind `snownlp_fast`: the best path of tags.

Imported only where they run, since numba takes half a second to load. Compiled code is kept
on disk beside this file, so it is compiled once.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit

TAGS = 4  # b, m, e, s: begins, continues, ends a word, or is one
BEGIN, END, SINGLE = 0, 2, 3
FIRST_HAN, LAST_HAN = 0x4E00, 0x9FA5
BITS = 20  # of one character in a key


@njit(cache=True)
def word_ends(codes, tables):
    """Return where the parts of a text end (exclusive).

    A part is a word of a run of Chinese characters, or all that stands between two runs.

    Parameters
    ----------
    codes : numpy.ndarray of uint32
        Code points.
    tables : snownlp_fast.Tables

    Returns
    -------
    numpy.ndarray of int64
    """
    length = len(codes)
    ends, found = np.empty(length, np.int64), 0
    back = np.empty((length, TAGS, TAGS), np.int8)
    start = 0
    while start < length:
        han = FIRST_HAN <= codes[start] <= LAST_HAN
        stop = start + 1
        while stop < length and (FIRST_HAN <= codes[stop] <= LAST_HAN) == han:
            stop += 1
        if han:
            tag, before = _best_path(codes[start:stop], back, tables)
            found = _mark_ends(ends, found, start, stop - start, back, tag, before)
        else:
            ends[found] = stop
            found += 1
        start = stop
    return ends[:found]


@njit(cache=True)
def _row(keys, key):
    """Find where a key stands among sorted ones, or -1."""
    row = np.searchsorted(keys, key)
    return row if row < len(keys) and keys[row] == key else -1


@njit(cache=True)
def _best_path(codes, back, tables):
    """Find the best tags of a run of characters, as SnowNLP's `tag` does.

    A state is (tag, tag before). SnowNLP walks states in that order, takes the first of equal
    sums, and for a character that it never saw the last state, whatever its sum.
    """
    best, new = np.zeros((TAGS, TAGS)), np.zeros((TAGS, TAGS))
    nothing = np.zeros((TAGS, TAGS), np.int32)
    first = second = np.int64(0)  # a text begins with character 0, tag 0, twice
    uni, mix, tags = tables.uni, tables.mix, tables.triple_tags
    before = tables.pair_counts[_row(tables.pairs, np.int64(0))]
    for i in range(len(codes)):
        # States that exist: one at the beginning, four after it, then all sixteen.
        here, earlier = TAGS if i else 1, TAGS if i > 1 else 1
        third = np.int64(codes[i])
        row = _row(tables.pairs, (second << BITS) | third)
        pair = tables.pair_counts[row] if row >= 0 else nothing
        row = _row(tables.triples, (first << 2 * BITS) | (second << BITS) | third)
        low = high = np.int64(0)
        if row >= 0:
            low, high = np.int64(tables.triple_starts[row]), np.int64(tables.triple_starts[row + 1])
        known = uni[third, 0] or uni[third, 1] or uni[third, 2] or uni[third, 3]
        for s in range(TAGS):
            one = mix[0] * (float(uni[third, s]) / mix[3])
            alone = math.log(one) if one != 0 else -np.inf
            for a in range(here):
                if not known:
                    new[s, a], back[i, s, a] = best[a, earlier - 1], earlier - 1
                    continue
                met = uni[second, a]
                base, usual = one, alone
                if met and pair[a, s]:
                    base = one + mix[1] * pair[a, s] / met
                    usual = math.log(base)
                for b in range(earlier):
                    step = usual
                    for k in range(low, high):
                        if tags[k] == 16 * b + 4 * a + s:
                            met = before[b, a]
                            both = base + (mix[2] * tables.triple_counts[k] / met if met else 0.0)
                            step = math.log(both) if both != 0 else -np.inf
                    value = best[a, b] + step
                    if b == 0 or value > new[s, a]:
                        new[s, a], back[i, s, a] = value, b
        best, new, before = new, best, pair
        first, second = second, third
    tag = last = 0
    for s in range(TAGS):
        for a in range(TAGS if len(codes) > 1 else 1):
            if best[s, a] > best[tag, last]:
                tag, last = s, a
    return tag, last


@njit(cache=True)
def _mark_ends(ends, found, start, length, back, tag, before):
    """Follow the best path back and write down where its words end."""
    closes = np.empty(length, np.bool_)
    following = BEGIN  # the end of the run closes a word, as a beginning would
    for i in range(length - 1, -1, -1):
        closes[i] = tag == END or following in (BEGIN, SINGLE)
        following = tag
        tag, before = before, back[i, tag, before]
    for i in range(length):
        if closes[i]:
            ends[found] = start + i + 1
            found += 1
    return found

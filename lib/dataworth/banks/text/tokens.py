"""Chinese words: jieba's, with a dictionary of one's own, at the speed of rjieba.

Paper `banks`, section 4.2, step three, counts terms of the dictionary in reports. This module
says what a token is and which terms tokens spell.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import jieba

# rjieba joins what jieba splits: Latin letters and digits around one of + # & _ % - or a point
# that is no decimal point (URLs, ranges such as 1-3, versions). It also calls some rare
# characters Chinese that jieba does not.
_RARE = "\u3400-\u4dbf\u9fd6-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
# Two patterns, each of which begins with one class of characters, search faster than one.
_JOINED = re.compile(r"[A-Za-z0-9](?:[+#&_%\-]+[A-Za-z0-9]|\.[A-Za-z+#&_%\-.]|\.[0-9]+[A-Za-z.])")
_UNUSUAL = re.compile(f"[{_RARE}]")
_BLOCK = re.compile(rf"[\u4e00-\u9fd5A-Za-z0-9+#&._%\-{_RARE}]+")


class Words:
    """Words that may span several tokens, found on tokens.

    A word begins and ends with a token.

    Parameters
    ----------
    words : iterable of str

    Attributes
    ----------
    words, beginnings : frozenset of str
        The words, and all that one of them begins with.
    """

    def __init__(self, words: Iterable[str]) -> None:
        self.words = frozenset(words)
        self.beginnings = frozenset(w[:i] for w in self.words for i in range(1, len(w) + 1))

    def spelled(self, tokens: Sequence[str], start: int) -> Iterator[tuple[int, str]]:
        """Yield where it ends, and the word, for each that begins at a token; longest last."""
        text = tokens[start]
        for stop in range(start + 1, len(tokens) + 1):
            if text in self.words:
                yield stop, text
            if text not in self.beginnings or stop == len(tokens):
                return
            text += tokens[stop]

    def longest(self, tokens: Sequence[str]) -> Iterator[tuple[int, int, str]]:
        """Yield start, end and word: leftmost first, the longest that tokens spell.

        A token belongs to one word at most. So 大数据平台 holds 大数据平台 and not also 大数据
        and 数据.
        """
        stop = 0
        for start in [at for at, token in enumerate(tokens) if token in self.beginnings]:
            if start >= stop and (matches := list(self.spelled(tokens, start))):
                stop, word = matches[-1]
                yield start, stop, word


class Tokenizer:
    """jieba with a dictionary of its own, at the speed of rjieba.

    A term that jieba does not know becomes a word of its own, with the frequency that
    ``jieba.add_word`` would suggest; a term that it knows stays as it is. Then rjieba cuts as
    jieba does, except around Latin letters and digits that signs join (``1-3``,
    ``www.abc.com``) and in rare characters; sentences that hold such go to jieba itself.

    Parameters
    ----------
    terms : iterable of str
        The dictionary.

    Attributes
    ----------
    terms : Words
        The dictionary, to be found on tokens.
    """

    def __init__(self, terms: Iterable[str]) -> None:
        from rjieba import Jieba

        self.terms = Words(terms)
        self._fast, self._added = Jieba(), []
        for term in sorted(self.terms.words):
            if not self._fast.has_word(term):
                frequency = self._fast.suggest_freq(term)
                self._fast.add_word(term, frequency, None)
                self._added.append((term, frequency))

    def cut(self, text: str) -> list[str]:
        """Cut a text into tokens; together they are the text."""
        if not _may_differ(text):
            return self._fast.cut(text)
        tokens, start = [], 0
        for block in _BLOCK.finditer(text):  # both cut each block by itself
            if _may_differ(block[0]):
                tokens += self._fast.cut(text[start : block.start()])
                tokens += self._slow.lcut(block[0])
                start = block.end()
        return tokens + self._fast.cut(text[start:])

    @cached_property
    def _slow(self) -> jieba.Tokenizer:
        import logging

        import jieba

        jieba.setLogLevel(logging.WARNING)
        slow = jieba.Tokenizer()
        for term, frequency in self._added:
            slow.add_word(term, frequency)
        return slow


def _may_differ(text: str) -> bool:
    return bool(_JOINED.search(text) or _UNUSUAL.search(text))

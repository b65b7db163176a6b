"""Chinese words: jieba's, with a dictionary of one's own, at the speed of rjieba.

Paper `banks`, section 4.2, step three, counts terms of the dictionary in reports. This module
says what a token is and which terms tokens spell.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

# rjieba joins what jieba splits: Latin letters and digits around one of + # & _ % - or a point
# that is no decimal point (URLs, ranges such as 1-3, versions). It also calls some rare
# characters Chinese that jieba does not.
_RARE = "\u3400-\u4dbf\u9fd6-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
# Two patterns, each of which begins with one class of characters, search faster than one.
_JOINED = re.compile(r"[A-Za-z0-9](?:[+#&_%\-]+[A-Za-z0-9]|\.[A-Za-z+#&_%\-.]|\.[0-9]+[A-Za-z.])")
_UNUSUAL = re.compile(f"[{_RARE}]")
_BLOCK = re.compile(rf"[\u4e00-\u9fd5A-Za-z0-9+#&._%\-{_RARE}]+")


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
    """

    def __init__(self, terms: Iterable[str]) -> None:
        from rjieba import Jieba

        self.terms = frozenset(terms)
        self._beginnings = frozenset(t[:i] for t in self.terms for i in range(1, len(t) + 1))
        self._fast, self._slow = Jieba(), None
        self._added = []
        for term in sorted(self.terms):
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
                tokens += self._jieba().lcut(block[0])
                start = block.end()
        return tokens + self._fast.cut(text[start:])

    def places(self, tokens: Sequence[str]) -> list[int]:
        """Tell at which tokens a term may begin: it is one, or it begins one with the next."""
        beginnings = self._beginnings
        places = [place for place, token in enumerate(tokens) if token in beginnings]
        return [
            place
            for place in places
            if tokens[place] in self.terms or "".join(tokens[place : place + 2]) in beginnings
        ]

    def find(self, tokens: Sequence[str]) -> list[str]:
        """List the terms in a sentence: leftmost first, the longest that tokens spell.

        A term begins and ends with a token, and a token belongs to one term at most. So
        大数据平台 holds 大数据平台 and not also 大数据 and 数据.
        """
        found, start = [], 0
        while start < len(tokens):
            longest, after, spelled, stop = "", start + 1, tokens[start], start + 1
            while spelled in self._beginnings:
                if spelled in self.terms:
                    longest, after = spelled, stop
                if stop == len(tokens):
                    break
                spelled, stop = spelled + tokens[stop], stop + 1
            if longest:
                found.append(longest)
            start = after
        return found

    def _jieba(self):
        if self._slow is None:
            import logging

            import jieba

            jieba.setLogLevel(logging.WARNING)
            self._slow = jieba.Tokenizer()
            for term, frequency in self._added:
                self._slow.add_word(term, frequency)
        return self._slow


def _may_differ(text: str) -> bool:
    return bool(_JOINED.search(text) or _UNUSUAL.search(text))

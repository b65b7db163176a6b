import pickle

import jieba
import numpy as np
import pandas as pd
import pytest

from dataworth.banks.simulated import corpus, grammar
from dataworth.banks.simulated.report_writer import counted
from dataworth.banks.text import lexicon
from dataworth.facts import DATA
from dataworth.inputs.reports.folder import Report

SMALL = {"seed": 11, "banks": 4, "first_year": 2018, "last_year": 2020, "characters": 6000}


@pytest.fixture(scope="module")
def small():
    return corpus.simulate(**SMALL)


def test_the_banks_meet_the_counts_of_the_paper_and_of_their_card():
    banks = corpus.read_banks()
    counts = banks["type"].value_counts()
    assert [counts[name] for name in corpus.BANK_TYPES] == [5, 10, 20, 6]
    assert banks["bank"].is_unique and banks["english"].is_unique
    card = (DATA / "facts" / "banks.md").read_text(encoding="utf-8")
    assert f"| banks | {len(banks)} |" in card
    assert f"| without an A-share | {(banks['code'] == '').sum()} |" in card


def test_codes_are_text_of_six_digits_or_empty():
    banks = corpus.read_banks().set_index("bank")
    codes = banks["code"]
    assert codes["平安银行"] == "000001"
    assert codes[codes != ""].str.fullmatch(r"\d{6}").all()
    assert codes[codes != ""].is_unique


def test_seeds_among_the_planted_terms_are_the_seed_dictionary():
    planted = grammar.read_planted_terms()
    seeds = planted[planted["role"] == "seed"][["term", "stage"]].reset_index(drop=True)
    assert seeds.equals(lexicon.read_seeds()[["term", "stage"]])


def test_a_source_holds_every_bank_and_year_once(small):
    assert len(small) == 4 * 3
    assert len({(entry.bank, entry.year) for entry in small}) == 12
    assert len(small[:5]) == 5
    # The three banks whose costs the paper prints are there however few there are.
    first = {entry.bank for entry in corpus.simulate(seed=1, banks=3)}
    assert first == {"中国银行", "华夏银行", "苏农银行"}


@pytest.mark.parametrize("change", [{"banks": 0}, {"banks": 42}, {"first_year": 2021}])
def test_a_source_that_cannot_be_is_refused(change):
    with pytest.raises(ValueError, match="expected"):
        corpus.simulate(**SMALL | change)


def test_a_report_depends_on_seed_bank_and_year_alone(small):
    entry = small[7]
    report = entry.load()
    assert isinstance(report, Report)
    assert (report.bank, report.year) == (entry.bank, entry.year)
    assert pickle.loads(pickle.dumps(entry)).load() == report
    alone = corpus.simulate(**SMALL | {"banks": 41, "first_year": 2007})
    assert report in [other.load() for other in alone if other.bank == entry.bank]
    assert corpus.simulate(**SMALL | {"seed": 12})[7].load().text != report.text


def test_a_report_looks_like_one(small):
    text = small[0].load().text
    lines = text.split("\n")
    assert lines[0] == "中国银行股份有限公司2018年年度报告"
    assert [line for line in lines if line.startswith("第")] == [
        "第一节会计数据和财务指标摘要",
        "第二节经营情况讨论与分析",
        "第三节风险管理",
        "第四节公司治理",
        "第五节财务报告",
    ]
    assert 6000 <= len(text) < 6600
    assert "{" not in text and "None" not in text


def test_sentences_on_data_work_rarely_repeat():
    terms = grammar.read_planted_terms().query("role != 'distractor'")["term"]
    sentences = [
        sentence
        for entry in corpus.simulate(seed=3, banks=8, first_year=2020, last_year=2021)
        for sentence in entry.load().text.replace("\n", "。").split("。")
        if any(term in sentence for term in terms)
    ]
    assert len(sentences) > 300
    assert len(set(sentences)) > 0.9 * len(sentences)


def test_a_report_has_the_length_the_density_and_the_notes_of_the_real_one():
    source = corpus.simulate(seed=3, banks=5, first_year=2019, last_year=2019)
    owned = [entry for entry in source if entry.type == "state-owned"]
    real = counted()
    truth = corpus.planted(owned)
    expected = real["mentions, planted"] / (real["words"] + real["numbers"])
    assert truth["rate"].mean() == pytest.approx(expected, rel=0.5)
    text = owned[0].load().text
    assert len(text) == pytest.approx(real["characters"], rel=0.01)
    notes = text[text.index("第五节财务报告") :]
    assert len(notes) / len(text) == pytest.approx(real["notes"], abs=0.01)
    assert not [t for t in grammar.read_planted_terms().query("role=='seed'")["term"] if t in notes]


def test_the_truth_agrees_with_a_tokenizer_that_knows_the_terms(small):
    jieba.setLogLevel(60)
    tokenizer = jieba.Tokenizer()
    planted = grammar.read_planted_terms()
    terms = set(planted.loc[planted["role"].isin(["seed", "synonym", "rare"]), "term"])
    for term in terms:
        tokenizer.add_word(term)
    truth = corpus.planted(small)
    for entry, row in zip(small, truth.itertuples(), strict=True):
        tokens = [token for token in tokenizer.lcut(entry.load().text) if token.strip()]
        words = [token for token in tokens if any(map(str.isalnum, token))]
        assert len(words) == pytest.approx(row.words, rel=0.01)
        assert len(tokens) - len(words) == row.marks
        assert sum(token in terms for token in tokens) == row.terms


def test_the_truth_adds_up(small):
    truth = corpus.planted(small)
    assert (truth[list(grammar.ROLES)].sum(axis=1) == truth["terms"]).all()
    assert (truth[list(grammar.POLARITIES)].sum(axis=1) == truth["terms"]).all()
    assert np.allclose(truth["rate"], truth["terms"] / truth["words"])
    assert np.allclose(truth["kept_rate"] * truth["words"], truth["terms"] - truth["negative"])


def test_rates_and_bad_news_come_out_as_they_were_drawn():
    # Long reports, so that chance is small: about 1,500 terms in each.
    source = corpus.simulate(seed=5, banks=5, first_year=2021, last_year=2021, density=40)
    truth = corpus.planted(source)
    assert truth["rate"].to_numpy() == pytest.approx(truth["intensity"].to_numpy(), rel=0.06)
    share = truth["negative"] / truth["terms"]
    # Negative sentences hold one term, others up to two: their share of terms is a bit lower.
    assert share.to_numpy() == pytest.approx(truth["negative_share"].to_numpy(), rel=0.2)


def test_rates_rise_about_the_real_one():
    source = corpus.simulate(seed=20260122, characters=100)
    nature = pd.DataFrame(
        [(e.bank, e.type, e.year, corpus._nature(e)[0]) for e in source],
        columns=["bank", "type", "year", "rate"],
    )
    rates = nature.pivot(index="year", columns="bank", values="rate")
    assert (rates.loc[2022] > 2 * rates.loc[2007]).all()
    real = counted()["mentions, planted"] / counted()[["words", "numbers"]].sum()
    owned = nature.query("type == 'state-owned' and year == 2019")["rate"]
    assert owned.mean() == pytest.approx(real, rel=0.15)


def test_a_term_is_not_used_before_its_time():
    early = corpus.simulate(
        seed=1, banks=2, first_year=2007, last_year=2009, characters=30_000, density=60
    )
    text = "".join(entry.load().text for entry in early)
    planted = grammar.read_planted_terms()
    later = planted.loc[planted["since"] > 2009, "term"]
    assert not [term for term in later if term in text and term not in "大数据"]
    assert "数据采集" in text

"""Counts by the stated rule, rates with intervals, the same wherever they are made."""

import math
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal
from statsmodels.stats.proportion import proportion_confint

from dataworth.banks.simulated import corpus, grammar
from dataworth.banks.text import counts as text
from dataworth.banks.text import polarity
from dataworth.banks.text.tokens import Tokenizer
from dataworth.inputs.reports.folder import LeftOut, Report
from dataworth.inputs.reports.plain_text import sentences

LEXICON = ["数据", "大数据", "大数据平台", "区块链", "数据库"]


@dataclass(frozen=True)
class Given:
    """An entry that holds what it loads."""

    found: Report | LeftOut

    def load(self):
        return self.found


def reports(*texts: str) -> list[Given]:
    return [
        Given(Report(f"银行{i}", 2020, found, f"{i}.txt")) for i, found in enumerate(texts, start=1)
    ]


def counted(found: text.Counts) -> dict[str, int]:
    return dict(zip(found.terms["term"], found.terms["hits"], strict=True))


def test_nested_terms_are_counted_once():
    report = "建设大数据平台，用好数据。数据库升级。"
    assert counted(text.count(reports(report), LEXICON)) == {
        "大数据平台": 1,
        "数据": 1,
        "数据库": 1,
    }


def test_words_numbers_and_marks_are_told_apart():
    report = text.count(reports("不良率为1.5%，\n 共3户。"), LEXICON).reports.iloc[0]
    tokens = Tokenizer(LEXICON).cut("不良率为1.5%，\n 共3户。")
    assert (report["numbers"], report["marks"]) == (2, 2)
    blanks = sum(token.isspace() for token in tokens)
    assert report["words"] == len(tokens) - 4 - blanks


def test_counts_agree_with_jieba_and_snownlp_used_plainly():
    import jieba
    from snownlp import SnowNLP

    terms = grammar.read_planted_terms().query("role != 'distractor'")["term"]
    source = corpus.simulate(seed=4, banks=2, first_year=2021, characters=4000, density=20)
    found = text.count(source, terms)
    tokenizer = jieba.Tokenizer()
    for term in sorted(terms):
        tokenizer.add_word(term)
    rows = found.terms.set_index(["bank", "year", "term"])
    for entry in source:
        report = entry.load()
        cut = [(s, tokenizer.lcut(s)) for s in sentences(report.text)]
        negative = [tokens for s, tokens in cut if SnowNLP(s).sentiments < 0.4]
        for term in terms:
            row = rows.loc[:, ["hits", "sentence_negative"]].reindex(
                [(report.bank, report.year, term)], fill_value=0
            )
            plain = [
                sum(tokens.count(term) for _, tokens in cut),
                sum(tokens.count(term) for tokens in negative),
            ]
            assert row.iloc[0].tolist() == plain


def test_planted_terms_are_found_again():
    terms = grammar.read_planted_terms().query("role != 'distractor'")["term"]
    source = corpus.simulate(seed=5, banks=3, first_year=2015, characters=6000, density=20)
    found = text.count(source, terms)
    truth = corpus.planted(source)
    hits = found.terms.groupby(["bank", "year"])["hits"].sum().sum()
    # jieba joins a few terms with their neighbours; it never finds one too many.
    assert 0.98 * truth["terms"].sum() <= hits <= truth["terms"].sum()
    words = found.reports[["words", "numbers"]].sum(axis=1)
    assert np.allclose(words, truth["words"], rtol=0.02)


def test_what_cannot_be_loaded_is_left_out_and_stops_nothing():
    entries = [*reports("用好数据。"), Given(LeftOut("scan.pdf", "no text"))]
    entries += [Given(Report("银行1", 2020, "数据。数据。", "again.txt"))]
    found = text.count(entries, LEXICON)
    assert len(found.reports) == 1 and counted(found) == {"数据": 1}
    assert found.left_out.to_dict("records") == [
        {"source": "scan.pdf", "reason": "no text"},
        {"source": "again.txt", "reason": "银行1 2020 is taken from 1.txt"},
    ]


def test_progress_is_told_after_each_report():
    told = []
    text.count(reports("一", "二", "三"), LEXICON, progress=lambda *now: told.append(now))
    assert told == [(1, 3), (2, 3), (3, 3)]


def test_nothing_to_count_gives_tables_without_rows():
    found = text.count([], LEXICON)
    assert found.reports.empty and found.terms.empty and found.left_out.empty
    assert text.rates(found, polarity.lexeme_scores(LEXICON)).empty


def test_a_report_without_words_has_no_rate_and_a_reason():
    table = text.rates(
        text.count(reports("，。", "数据。"), LEXICON), polarity.lexeme_scores(LEXICON)
    )
    assert math.isnan(table["rate"][0]) and math.isnan(table["low"][0])
    assert table["reason"].tolist() == ["the report holds no word", ""]
    assert table["rate_unfiltered"][1] == 1


def test_the_lexeme_reading_drops_negative_terms_and_only_them():
    found = text.count(reports("区块链和数据库。"), LEXICON)
    scores = pd.Series({"区块链": 0.1, "数据库": 0.9})
    row = text.rates(found, scores).iloc[0]
    assert (row["terms"], row["kept"]) == (2, 1)
    assert row["rate"] == 1 / row["words"]
    assert row["rate_unfiltered"] == 2 / row["words"]


def test_sentence_readings_drop_what_stands_in_negative_sentences():
    found = text.count(reports("数据库故障，造成损失。数据库升级，运行稳定。"), ["数据库"])
    assert found.terms["finance_negative"].tolist() == [1]
    row = text.rates(found, polarity.lexeme_scores(["数据库"])).iloc[0]
    assert row["rate_finance"] == 1 / row["words"]


@pytest.mark.parametrize("total", text.TOTALS)
def test_every_total_can_be_chosen(total):
    found = text.count(reports("数据100条，可用。"), LEXICON)
    row = text.rates(found, pd.Series({"数据": 0.9}), total=total).iloc[0]
    assert row["words"] == found.reports[text.TOTALS[total]].sum(axis=1)[0]


def test_clusters_widen_the_interval_and_independent_terms_do_not():
    apart = text.count(reports("用好数据。" * 50), LEXICON)
    together = text.count(reports("数据数据数据数据数据。" * 10 + "用好它。" * 40), LEXICON)
    assert apart.reports["design_effect"][0] < 1 < together.reports["design_effect"][0]
    scores = pd.Series({"数据": 0.9})
    row = text.rates(together, scores).iloc[0]
    low, high = proportion_confint(row["terms"], row["words"], method="wilson")
    assert row["high"] - row["low"] > high - low
    # Where terms stand apart, the interval is Wilson's own for a share of words.
    row = text.rates(apart, scores).iloc[0]
    wilson = proportion_confint(row["terms"], row["words"], method="wilson")
    assert row[["low", "high"]].tolist() == pytest.approx(wilson)


@pytest.fixture(scope="module")
def source():
    return corpus.simulate(seed=6, banks=3, first_year=2019, characters=2000, density=20)


@pytest.fixture(scope="module")
def alone(source):
    return text.count(source, LEXICON)


def same(found: text.Counts, alone: text.Counts) -> None:
    for name in ("reports", "terms", "left_out"):
        assert_frame_equal(getattr(found, name), getattr(alone, name), check_exact=True)


def test_two_processes_give_the_same_to_the_bit(source, alone):
    with ProcessPoolExecutor(2, get_context("spawn")) as executor:
        same(text.count(source, LEXICON, executor=executor), alone)


def test_a_dask_cluster_of_two_workers_gives_the_same_to_the_bit(source, alone):
    from dask.distributed import LocalCluster

    from dataworth.book.executors import cluster

    local = LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None)
    with local, cluster(local.scheduler_address) as executor:
        same(text.count(source, LEXICON, executor=executor), alone)

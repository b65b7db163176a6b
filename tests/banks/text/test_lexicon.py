import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from itertools import chain

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataworth.banks.simulated import corpus, grammar
from dataworth.banks.text import embeddings, lexicon, phrases, survey
from dataworth.banks.text.expansion import Filters, expand, jaccard, judge, stability
from dataworth.inputs.reports.folder import LeftOut, Report

SOURCE = corpus.simulate(
    seed=7, banks=6, first_year=2018, last_year=2022, characters=20_000, density=20
)
FILTERS = Filters(minimum_frequency=40)


class Entry:
    """A source of one text, or of nothing."""

    def __init__(self, text, name="one"):
        self.text, self.name = text, name

    def load(self):
        if self.text is None:
            return LeftOut(self.name, "cannot be read")
        return Report("某银行", 2020, self.text, self.name)


@pytest.fixture(scope="module")
def seeds():
    return lexicon.read_seeds()


@pytest.fixture(scope="module")
def prepared(seeds):
    found = survey.survey(SOURCE, size=12_000, seed=1)
    cut = phrases.tokenize(chain.from_iterable(found.sampled), seeds["term"])
    tokens = phrases.join_phrases(cut, seeds["term"], minimum=10)
    words = sorted({word for sentence in tokens for word in sentence if phrases.is_term(word)})
    return found, tokens, survey.count_words(SOURCE, [*seeds["term"], *words])


@pytest.fixture(scope="module")
def expansion(prepared, seeds):
    _, tokens, frequency = prepared
    return expand(tokens, seeds, frequency, filters=FILTERS, minimum=10, seed=1)


# Seeds


def test_seeds_have_a_stage_each_and_stand_once(seeds):
    assert list(seeds.columns) == ["term", "stage", "origin"]
    assert seeds["term"].is_unique
    assert set(seeds["stage"]) == set(lexicon.STAGES)
    assert list(seeds.loc[seeds["origin"] == "seed", "stage"]) == list(lexicon.STAGES)


def test_the_occupations_of_table_1_give_the_other_terms(seeds):
    occupations = lexicon.read_occupations()
    assert len(occupations) == 6
    assert occupations["minor_group"].value_counts().sort_index().to_dict() == {
        "Commerce Professionals": 1,
        "Digital Technology Engineering Technicians": 2,
        "FinTech Professionals": 1,
        "Management (Industrial) Engineering Technicians": 2,
    }
    terms = set(" ".join(occupations["terms"]).split())
    assert terms == set(seeds.loc[seeds["origin"] == "occupation", "term"])


# Words and phrases


def test_terms_are_joined_leftmost_and_longest():
    (words,) = phrases.tokenize(
        ["推进大数据决策和数据治理大数据"], ["大数据", "大数据决策", "数据治理"]
    )
    assert words == ["推进", "大数据决策", "和", "数据治理", "大数据"]


def test_a_count_does_not_depend_on_what_else_is_counted():
    entries = [Entry("本行推进大数据决策和大数据。"), Entry("大数据决策。")]
    both = survey.count_words(entries, ["大数据", "大数据决策", "云计算"])
    assert both["大数据"] == 3 and both["大数据决策"] == 2 and both["云计算"] == 0
    assert survey.count_words(entries, ["大数据"])["大数据"] == 3


def test_numbers_are_alike_and_no_terms():
    (words,) = phrases.tokenize(["投入12.5亿元，增长3.20%。"], [])
    assert words.count(phrases.NUMBER) == 2
    assert not phrases.is_term(phrases.NUMBER) and not phrases.is_term("2021")
    assert phrases.is_term("5G") and phrases.is_term("数据湖") and not phrases.is_term("云")


def test_words_that_always_stand_together_become_a_phrase_and_terms_do_not():
    texts = ["本行建设知识图谱，服务客户。", "知识图谱支持大数据。", "客户使用大数据。"] * 20
    cut = phrases.tokenize(texts, ["大数据"])
    joined = phrases.join_phrases(cut, ["大数据"], minimum=5)
    words = set(chain.from_iterable(joined))
    assert "知识图谱" in words and "大数据" in words
    assert not any("大数据" in word and word != "大数据" for word in words)


# The survey


def test_a_report_that_cannot_be_read_is_left_out_and_stops_nothing():
    entries = [Entry(None, "bad.pdf"), Entry("本行推进数据治理。\n客户增加。", "good.txt")]
    found = survey.survey(entries, size=100, seed=1)
    assert list(found.corpus["source"]) == ["good.txt"]
    assert found.left_out.to_dict("records") == [{"source": "bad.pdf", "reason": "cannot be read"}]
    assert found.sampled == [["本行推进数据治理。", "客户增加。"]]
    assert survey.count_words(entries, ["数据治理"])["数据治理"] == 1


def test_a_survey_does_not_depend_on_who_makes_it():
    alone = survey.survey(SOURCE[:20], size=300, seed=3)
    with ThreadPoolExecutor(3) as executor:
        others = survey.survey(SOURCE[:20], size=300, seed=3, executor=executor)
    assert alone.corpus.equals(others.corpus)
    assert alone.sampled == others.sampled
    assert all(len(drawn) == 15 for drawn in alone.sampled)


# Embeddings


def test_vectors_depend_on_the_seed_and_not_on_how_python_hashes_text():
    program = (
        "from dataworth.banks.text import embeddings\n"
        "tokens = [['数据', '治理', '客户'], ['客户', '数据', '贷款']] * 40\n"
        "e = embeddings.train(tokens, seed=5, minimum=1, epochs=2)\n"
        "print(e.words, e.vectors.tobytes().hex())\n"
    )
    printed = {
        subprocess.run(
            [sys.executable, "-c", program],
            env=os.environ | {"PYTHONHASHSEED": hash_seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for hash_seed in ("1", "2")
    }
    assert len(printed) == 1


def test_words_used_alike_are_alike_and_others_are_not():
    rng = np.random.default_rng(0)
    a, b = ["存储", "容量", "节点", "备份"], ["贷款", "客户", "利率", "网点"]
    tokens = [
        [str(rng.choice(context)), word, str(rng.choice(context))]
        for _ in range(600)
        for context, words in ((a, ("数据湖", "数据库")), (b, ("房贷", "车贷")))
        for word in words
    ]
    cosines = embeddings.train(tokens, seed=1, minimum=5).similarity(["数据库", "没有"])
    assert list(cosines.columns) == ["数据库"]
    assert cosines.loc["数据湖", "数据库"] > 0.9 > 0.3 > cosines.loc["车贷", "数据库"]


# Expansion


def roles(candidates):
    """Count words by the role with which they were planted; those that were not are "other"."""
    planted = grammar.read_planted_terms().set_index("term")["role"]
    return candidates["term"].map(planted).fillna("other").value_counts()


def frequent_synonyms(frequency):
    """Return the planted synonyms that the filter would let through."""
    synonyms = grammar.read_planted_terms().query("role == 'synonym'")["term"]
    return [t for t in synonyms if frequency.get(t, 0) >= FILTERS.minimum_frequency]


def test_the_expansion_finds_frequent_synonyms_and_no_distractor(expansion, prepared):
    added, frequent = roles(expansion.added), frequent_synonyms(prepared[2])
    assert 3 < len(frequent) < 18  # as real reports have them, most synonyms are rare
    assert set(frequent) <= set(expansion.added["term"])
    assert added.get("other", 0) <= 3
    assert set(added.index) <= {"synonym", "other"}


def test_most_words_above_the_printed_similarity_are_no_synonyms(expansion):
    assert roles(expansion.candidates)["synonym"] < len(expansion.candidates) / 2


def test_added_terms_pass_every_filter_and_have_the_stage_of_the_nearest(expansion, seeds):
    added = expansion.added
    assert (added["frequency"] >= FILTERS.minimum_frequency).all()
    assert (added["similarity"] >= FILTERS.minimum_similarity).all()
    assert (added["together"] <= FILTERS.maximum_together).all()
    stages = seeds.set_index("term")["stage"]
    assert (added["stage"] == added["nearest"].map(stages)).all()
    planted = grammar.read_planted_terms().set_index("term")["stage"]
    assert (added["stage"] == added["term"].map(planted)).mean() > 0.5


def verdicts_on(tokens, candidates, given, frequency=None, **changes):
    counts = pd.Series(frequency or dict.fromkeys(candidates, 1000))
    verdicts = judge(tokens, candidates, given, counts, Filters(**changes))[1]
    return dict(zip(candidates, verdicts, strict=True))


def test_a_companion_is_redundant_and_a_substitute_is_not():
    tokens = [["数据湖", "部署", "机房"], ["数据库", "部署", "机房"]] * 5
    # 机房 stands beside the seed in half of its places, then beside 数据湖 in the others.
    verdicts = verdicts_on(tokens, ["数据湖", "机房"], ["数据库"])
    assert verdicts == {"数据湖": "added", "机房": "together"}


def test_members_of_a_list_are_no_companions():
    listed = [["推进", "大数据", "、", "云计算", "和", "人工智能", "应用"]] * 5
    assert verdicts_on(listed, ["云计算", "人工智能"], ["大数据"]) == {
        "云计算": "added",
        "人工智能": "added",
    }
    plain = [["推进", "大数据", "云计算", "应用"]] * 5
    assert verdicts_on(plain, ["云计算"], ["大数据"]) == {"云计算": "together"}


def test_of_nested_terms_the_shorter_stays_whichever_comes_first():
    tokens = [["人工智能", "客户"], ["人工智能技术", "客户"]]
    shorter = {"人工智能": "added", "人工智能技术": "nested"}
    assert verdicts_on(tokens, ["人工智能", "人工智能技术"], ["区块链"]) == shorter
    assert verdicts_on(tokens, ["人工智能技术", "人工智能"], ["区块链"]) == shorter
    assert verdicts_on(tokens, ["大数据平台", "数据"], ["大数据"]) == {
        "大数据平台": "nested",
        "数据": "nested",
    }


def test_a_rare_candidate_is_out_at_the_limit_below():
    counts = {"数据湖": 100, "云计算": 99}
    verdicts = verdicts_on([["数据湖"], ["云计算"]], list(counts), ["大数据"], counts)
    assert verdicts == {"数据湖": "added", "云计算": "rare"}


def test_a_corpus_without_seeds_or_without_words_adds_nothing(seeds):
    for tokens in ([], [[]], [["客户", "贷款"]] * 50):
        found = expand(tokens, seeds, pd.Series(dtype=int), filters=FILTERS, minimum=5, seed=1)
        assert found.candidates.empty and found.added.empty
        table = lexicon.assemble(seeds, found, pd.Series({"数据采集": 3}))
        assert list(table["term"]) == list(seeds["term"])
        assert table["frequency"].sum() == 3


def test_the_dictionary_holds_given_terms_first_and_added_ones_after(expansion, prepared, seeds):
    table = lexicon.assemble(seeds, expansion, prepared[2])
    assert list(table.columns) == ["term", "stage", "origin", "frequency", "similarity"]
    assert table["term"].is_unique
    assert list(table["origin"][: len(seeds)]) == list(seeds["origin"])
    assert set(table["origin"][len(seeds) :]) == {"expansion"}
    assert (table["similarity"][: len(seeds)] == 1).all()


# Stability


@pytest.fixture(scope="module")
def by_report(prepared):
    found, tokens, _ = prepared
    upcoming = iter(tokens)
    return [[next(upcoming) for _ in drawn] for drawn in found.sampled]


def test_planted_synonyms_are_found_again(expansion, prepared, by_report, seeds):
    found = stability(
        *(by_report, seeds, prepared[2], expansion.added["term"]),
        **{"filters": FILTERS, "minimum": 10, "refits": 2, "seed": 4},
    )
    assert list(found.refits["kind"]) == ["seed", "seed", "half", "half"]
    shares = found.terms.reindex(frequent_synonyms(prepared[2])).fillna(0)
    assert shares["seed"].mean() > 0.8
    assert shares["half"].mean() > 0.8


def test_stability_does_not_depend_on_who_makes_it(prepared, by_report, seeds):
    arguments = (by_report[:6], seeds, prepared[2], ["数据湖"])
    options = {"filters": FILTERS, "minimum": 5, "refits": 2, "seed": 4}
    alone = stability(*arguments, **options)
    with ThreadPoolExecutor(2) as executor:
        others = stability(*arguments, **options, executor=executor)
    pd.testing.assert_frame_equal(alone.refits, others.refits)
    pd.testing.assert_frame_equal(alone.terms, others.terms)


def test_stability_of_nothing_is_missing_not_an_error(seeds):
    nothing = pd.Series(dtype=int)
    found = stability(
        [[["客户"]], [["贷款"]]], seeds, nothing, [], filters=FILTERS, minimum=5, refits=2, seed=1
    )
    assert found.refits["added"].sum() == 0
    assert found.refits[["stay", "jaccard"]].isna().all(axis=None)
    assert np.isnan(found.pairs["seed"])
    assert found.terms[found.terms["first"]][["seed", "half"]].shape == (0, 2)


@given(st.frozensets(st.integers(0, 9)), st.frozensets(st.integers(0, 9)))
def test_the_jaccard_index_is_symmetric_and_one_only_for_equal_lists(one, other):
    if not one | other:
        assert np.isnan(jaccard(one, other))
        return
    index = jaccard(one, other)
    assert index == jaccard(other, one) and 0 <= index <= 1
    assert (index == 1) == (one == other)

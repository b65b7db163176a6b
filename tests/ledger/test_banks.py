"""The claims of paper `banks`: all there, each settled, and what arithmetic reveals."""

import re
from collections import Counter

import pytest

from dataworth.facts import DATA
from dataworth.ledger import assess, load_ledger, verdict_box
from dataworth.ledger.evaluate import Numbers
from dataworth.ledger.rules import RULES


@pytest.fixture(scope="module")
def ledger():
    return load_ledger()


@pytest.fixture(scope="module")
def banks(ledger):
    return next(paper for paper in ledger.papers if paper.name == "banks")


@pytest.fixture(scope="module")
def frame(ledger):
    frame = assess(ledger, {})
    return frame[frame["paper"] == "banks"].set_index("id")


@pytest.mark.parametrize(
    ("table", "count"), [(2, 21), (3, 21), (4, 23), (5, 19), (6, 30), (7, 30), (8, 30)]
)
def test_every_number_of_a_table_is_there(banks, table, count):
    places = Counter(c.place for c in banks.claims.values() if c.kind == "table")
    assert places[f"Table {table}"] == count


def test_every_claim_says_what_it_is_and_whence_its_verdict_comes(frame):
    assert frame["note"].str.len().min() > 0
    assert (frame[["section", "place", "row", "column", "unit"]] != "").all(axis=None)


def test_exactness_comes_from_a_relation_with_the_claim_as_target(banks, frame):
    targets = {relation.target for relation in banks.book.rules}
    assert set(frame.index[frame["verdict"].isin(["exact", "contradicted"])]) <= targets


def test_the_denominator_that_fits_every_error_is_the_forecast(banks):
    numbers = Numbers(banks)
    fits = Counter()
    for name in (c for c in banks.claims if re.fullmatch(r"t\d\.\w+_error\.\w+", c)):
        given = {k: numbers[name.replace("error", k)].value for k in ("actual", "forecast")}
        for rule in ("relative_error", "relative_error_of_actual"):
            low, high = numbers[name].low - 5e-5, numbers[name].high + 5e-5
            fits[rule] += low <= RULES[rule](**given) <= high
    assert fits["relative_error"] == 30
    assert fits["relative_error_of_actual"] < 5


def test_log_likelihood_and_criteria_tell_sample_sizes_and_parameters(banks):
    numbers = Numbers(banks)
    found = {
        n: (numbers[f"t{n}.sample_size"].value, numbers[f"t{n}.parameters"].value) for n in (4, 5)
    }
    assert found == {4: (63, 4), 5: (61, 4)}
    assert numbers["huaxia_quarters_without_profit"].value == 1


@pytest.mark.parametrize(
    ("claim", "computed"),
    [
        ("t3.diff.critical_1pct", -4.148),  # digits exchanged
        ("t3.raw.lags", 2.94),  # the critical values belong to sixty rows
        ("t2.log.observations", 64),
        ("t3.log.observations", 63),
        ("t5.ma1.t", 6.43),
        ("t5.ar1.coefficient", -0.982392),
        ("t6.cost_forecast.q3", 91461),  # differences shrink too fast for Table 4
        ("t6.cost_forecast.q4", 91264),
        ("t7.profit_forecast.total", 229398900),
        ("t6.profit_actual.q4", 7959000),
        ("s4.3.1.validation_year", 2022),
        ("s4.4.risk_free_rate", 0.0333),
        ("s4.4.beta", 0.816),
    ],
)
def test_numbers_that_another_number_contradicts(frame, claim, computed):
    assert frame.loc[claim, "verdict"] == "contradicted"
    assert frame.loc[claim, "computed"] == pytest.approx(computed, rel=0.01)


@pytest.mark.parametrize(
    "claim",
    [
        "t5.ar1.se",
        "t4.variance_label",
        "t5.variance_label",
        "t5.complete",
        "t2.diff.label",
        "t3.diff.label",
        "s4.3.4.out_of_sample",
        "s4.3.3.cost_residual_pvalues_low",
        "s4.5.profit_grows",
    ],
)
def test_statements_and_signs_that_cannot_stand(frame, claim):
    assert frame.loc[claim, "verdict"] == "contradicted"


@pytest.mark.parametrize(
    "claim",
    [
        "s4.1.banks",
        "s4.2.non_labour_ratio",
        "s4.3.1.observations",
        "s4.4.discount_rate",
        "t4.ar1.t",
        "t4.hq",
        "t5.hq",
        "t4.complete",
        "t5.r2_adjusted",
        "t6.cost_actual.total",
        "t6.profit_actual.total",
        "t8.profit_error.q4",
    ],
)
def test_numbers_that_follow_from_others(frame, claim):
    assert frame.loc[claim, "verdict"] == "exact"


def test_the_market_return_is_the_mean_of_one_window(frame):
    row = frame.loc["s4.4.market_return"]
    assert row["verdict"] == "reproduced"
    assert "csi300 2012 2021 (public record)" in row["note"]


@pytest.mark.parametrize("chapter", ["banks/stationarity", "banks/arima", "banks/forecast"])
def test_a_chapter_reads_only_the_profit_record(ledger, monkeypatch, chapter):
    import dataworth.facts

    read, original = set(), dataworth.facts.read_facts
    monkeypatch.setattr(
        dataworth.facts, "read_facts", lambda name: (read.add(name), original(name))[1]
    )
    verdict_box(chapter, {}, ledger)
    assert read <= {"bank_quarterly_net_profit"}


def test_every_paper_has_a_card():
    for path in (DATA / "claims").glob("*.csv"):
        assert path.with_suffix(".md").is_file(), path.name

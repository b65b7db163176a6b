"""The claims of paper `banks`: all there, each settled, and what arithmetic reveals."""

import re
from collections import Counter

import pytest

from dataworth.facts import DATA
from dataworth.ledger import assess, load_ledger, verdict_box
from dataworth.ledger.evaluate import Numbers
from dataworth.ledger.rules import RULES
from tests.ledger.conftest import with_info


@pytest.fixture(scope="module")
def ledger():
    return load_ledger()


@pytest.fixture(scope="module")
def banks(ledger):
    return next(paper for paper in ledger if paper.name == "banks")


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


# Added up by hand from the paper's tables, so that a slip of transcription shows.
@pytest.mark.parametrize(
    ("table", "total"),
    [
        (2, 151.7719),
        (3, 166.8491),
        (4, 135.634213),
        (5, -18.399425),
        (6, 105_412_285.9457 - 0.497),
        (7, 960_234_466 - 0.258),
        (8, 5_872_188 + 0.748),
    ],
)
def test_the_numbers_of_a_table_add_up_as_they_do_in_the_paper(banks, table, total):
    claims = [c for c in banks.claims.values() if c.place == f"Table {table}" and c.kind == "table"]
    assert sum(claim.quantity.value for claim in claims) == pytest.approx(total, abs=1e-6)


def test_every_claim_says_what_it_is_and_whence_its_verdict_comes(frame):
    assert frame["note"].str.len().min() > 0
    assert (frame[["section", "place", "row", "column", "unit"]] != "").all(axis=None)


def test_the_denominator_that_fits_every_error_is_the_forecast(banks):
    numbers = Numbers(banks)
    fits = Counter()
    for name in (c for c in banks.claims if re.fullmatch(r"t\d\.\w+_error\.\w+", c)):
        given = {k: numbers[name.replace("error", k)].value for k in ("actual", "forecast")}
        usual = 1 - given["forecast"] / given["actual"]
        for reading, error in (("paper", RULES["relative_error"](**given)), ("usual", usual)):
            fits[reading] += numbers[name].low - 5e-5 <= error <= numbers[name].high + 5e-5
    assert fits["paper"] == 30
    assert fits["usual"] < 5


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
        ("s4.4.average_risk", 0.816),
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
        "s4.3.decomposition",
        "t7.same_profit",
    ],
)
def test_statements_and_signs_that_cannot_stand(frame, claim):
    assert frame.loc[claim, "verdict"] == "contradicted"


@pytest.mark.parametrize(
    "claim",
    [
        "s4.1.banks",
        "s4.3.1.first_year",
        "s4.3.3.poor_fit",
        "s4.3.1.observations",
        "s4.4.discount_rate",
        "t4.ar1.t",
        "t4.hq",
        "t5.hq",
        "t4.complete",
        "t5.r2_adjusted",
        "t6.cost_actual.total",
        "t6.profit_actual.total",
        "t6.profit_actual.q1",
        "t6.profit_actual.q3",
        "t7.profit_actual.total",
        "s4.5.minimum_amortisation",
        "s3.3.amortisation",
        "s4.3.4.years_align",
        "t8.profit_error.q4",
    ],
)
def test_numbers_that_follow_from_others(frame, claim):
    assert frame.loc[claim, "verdict"] == "exact"


def test_the_market_return_is_the_mean_of_one_window(frame):
    row = frame.loc["s4.4.market_return"]
    assert row["verdict"] == "reproduced"
    assert "10.04% (CSI 300, mean of 2012 to 2021)" in row["note"]
    assert "7.73% (CSI 300, compound mean" in row["note"]


def test_without_a_maturity_the_risk_free_rate_is_open_and_shows_the_record(frame):
    row = frame.loc["s4.4.risk_free_rate"]
    assert row["verdict"] == "open"
    assert "3.40% (ten-year bond, mean of 2012 to 2021)" in row["note"]
    assert "3.33% (ten-year bond, mean of 2013 to 2022)" in row["note"]


@pytest.mark.parametrize("claim", ["s4.2.non_labour_ratio", "s4.3.3.r2"])
def test_where_the_paper_says_about_agreement_is_not_exact(frame, claim):
    assert frame.loc[claim, "verdict"] == "reproduced"


@pytest.mark.parametrize(
    "claim",
    [
        "t2.raw.statistic",
        "t3.raw.statistic",
        "s4.3.2.cost_raw_statistic",
        "s4.2.capital_share",
        "s4.3.4.profit_forecast_q1",
        "t4.dw",
        "t5.dw",
    ],
)
def test_without_results_what_is_only_printed_again_or_in_range_stays_open(frame, claim):
    assert frame.loc[claim, "verdict"] == "open"


def test_a_p_value_follows_from_its_own_row_not_from_a_copied_t(frame):
    assert frame.loc["t5.ma1.p", "verdict"] == "exact"
    assert frame.loc["t5.ma1.p", "computed"] == pytest.approx(2.8e-8, rel=0.02)


# What chapters record, and how far it may be from what is printed.
RECORDED = [
    ("t3.raw.statistic", {"profit.raw.statistic": -0.775}, "reproduced"),
    ("t3.raw.statistic", {"profit.raw.statistic": -0.785}, "contradicted"),
    ("s4.3.2.profit_log_statistic", {"profit.log.statistic": -7.178}, "contradicted"),
    ("s4.3.2.profit_diff_stationary", {"finding.profit_diff_stationary": False}, "contradicted"),
    (
        "t2.raw.statistic",
        {"cost.raw.statistic.low": -8.3, "cost.raw.statistic.high": 3.3},
        "silent",
    ),
    (
        "s4.3.2.cost_log_statistic",
        {"cost.log.statistic.low": -7.8, "cost.log.statistic.high": -3.1},
        "silent",
    ),
    ("t5.ma1.coefficient", {"profit.ma1": 0.8320}, "reproduced"),
    ("t5.ma1.coefficient", {"profit.ma1": 0.8330}, "contradicted"),
    ("t5.dw", {"profit.dw": 2.1608}, "reproduced"),
    ("t5.dw", {"profit.dw": 2.21}, "contradicted"),
    ("s4.3.3.profit_residuals_white", {"profit.residuals_white": False}, "contradicted"),
    ("s4.3.3.profit_residual_pvalues_low", {"profit.ljung_box_low": True}, "reproduced"),
    ("s4.3.3.profit_residual_pvalues_low", {"profit.ljung_box_low": False}, "contradicted"),
    ("t4.loglik", {"cost.loglik.low": -1.03538, "cost.loglik.high": -1.03538}, "exact"),
    ("t4.ar1.se", {"cost.ar1_se.low": 0.0077, "cost.ar1_se.high": 0.0235}, "silent"),
    ("s4.3.4.profit_forecast_q1", {"huaxia.profit_forecast.q1": 6_533_136}, "reproduced"),
    ("s4.3.4.profit_forecast_q2", {"huaxia.profit_forecast.q2": 8_188_530}, "contradicted"),
    ("t7.profit_forecast.q2", {"boc.profit_forecast.q2": 57_302_713}, "open"),
]


@pytest.mark.parametrize(("claim", "recorded", "verdict"), RECORDED)
def test_recorded_results_decide_with_their_tolerance(ledger, banks, claim, recorded, verdict):
    recorded = with_info(banks) | recorded
    frame = assess(ledger, {banks.claims[claim].chapter: recorded}).set_index("id")
    assert frame.loc[claim, "verdict"] == verdict


def test_nothing_that_was_calibrated_to_table_4_is_held_against_it(ledger):
    low, high = {"cost.ma1_se.low": 0.07, "cost.ma1_t.low": -8}, {"cost.ma1_se.high": 0.1}
    recorded = {"banks/arima": low | high | {"cost.ma1_t.high": -6}}
    frame = assess(ledger, recorded).set_index("id")
    assert frame.loc["t4.ma1.se", "verdict"] == "silent"
    assert frame.loc["t4.ma1.t", "verdict"] == "exact"
    assert "Outside" not in frame.loc["t4.ma1.t", "note"]


@pytest.mark.parametrize(
    ("chapter", "more"),
    [
        ("stationarity", set()),
        ("arima", set()),
        ("forecast", {"published_numbers", "bank_pay_payable"}),
    ],
)
def test_a_chapter_reads_only_the_facts_that_it_needs(ledger, monkeypatch, chapter, more):
    import dataworth.facts

    read, original = set(), dataworth.facts.read_facts
    monkeypatch.setattr(
        dataworth.facts,
        "read_facts",
        lambda name, *rest: (read.add(name), original(name, *rest))[1],
    )
    verdict_box(f"banks/{chapter}", {}, ledger)
    assert read == {"bank_quarterly_net_profit"} | more


def test_every_paper_has_a_card():
    for path in (DATA / "claims").glob("*.csv"):
        assert path.with_suffix(".md").is_file(), path.name

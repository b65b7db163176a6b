"""The claims of paper `potential`: all there, each settled, and what arithmetic reveals."""

import csv
import re
from collections import Counter

import pytest
import yaml

from dataworth.facts import DATA, read_facts
from dataworth.inputs.firms.variables import COLUMNS, FEATURES
from dataworth.ledger import assess, load_ledger, verdict_box
from dataworth.ledger.evaluate import Numbers
from tests.ledger.conftest import with_info

MOMENTS = ("n", "mean", "sd", "min", "p50", "max")


@pytest.fixture(scope="module")
def ledger():
    return load_ledger()


@pytest.fixture(scope="module")
def potential(ledger):
    return next(paper for paper in ledger if paper.name == "potential")


@pytest.fixture(scope="module")
def frame(ledger):
    frame = assess(ledger, {})
    return frame[frame["paper"] == "potential"].set_index("id")


@pytest.fixture
def with_error(tmp_path):
    """Audit the paper with some of its numbers changed."""

    def audit(**printed):
        rows = list(csv.DictReader((DATA / "claims/potential.csv").open(encoding="utf-8")))
        changed = {name.replace("__", "."): text for name, text in printed.items()}
        assert changed.keys() <= {row["id"] for row in rows}
        with (tmp_path / "potential.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, rows[0])
            writer.writeheader()
            writer.writerows(
                row | {"printed": changed.get(row["id"], row["printed"])} for row in rows
            )
        (tmp_path / "potential.yml").write_bytes((DATA / "claims/potential.yml").read_bytes())
        return assess(load_ledger(tmp_path), {}).set_index("id")

    return audit


def test_every_number_of_a_table_is_there(potential):
    places = Counter(c.place for c in potential.claims.values() if c.kind == "table")
    assert places["Table 2"] == len(COLUMNS) * len(MOMENTS)
    assert places["Table 6"] == len(FEATURES) * len(MOMENTS)
    assert (places["Table 3"], places["Table 4"], places["Table 5"]) == (8, 11, 6)


# Added up by hand from the paper's tables, so that a slip of transcription shows.
@pytest.mark.parametrize(
    ("column", "total"),
    [
        ("mean", 286_700_000_000 + 44_740_000_000 + 4_955_000_000 + 5_191_000_000 + 34_796_998.333),
        ("p50", 20_330_000_000 + 6_819_000_000 + 475_600_000 + 570_500_000 + 3_774_495.395),
    ],
)
def test_the_yuan_of_table_2_add_up_as_they_do_in_the_paper(potential, column, total):
    claims = [c for c in potential.claims.values() if c.id.startswith("t2.") and c.unit == "yuan"]
    values = [c.quantity.value for c in claims if c.id.endswith(column)]
    assert sum(values) == pytest.approx(total, abs=1e-6)


def test_every_claim_says_what_it_is_and_whence_its_verdict_comes(frame):
    assert frame["note"].str.len().min() > 0
    assert (frame[["section", "place", "row", "column", "unit"]] != "").all(axis=None)


def test_every_section_with_results_has_findings_of_its_own(potential):
    sections = {c.section for c in potential.claims.values() if c.is_finding}
    assert sections >= {"Abstract", "2.1", "2.2", "2.3", "2.4", "2.5", "3.1", "3.2", "3.3", "3.4"}


def test_every_chapter_of_the_part_has_claims(potential):
    from dataworth.book.registry import read_registry

    chapters = {c.id for c in read_registry(DATA.parent).chapters if c.part == "potential"}
    assert {c.chapter for c in potential.claims.values()} == chapters | {""}


# What the paper's own numbers say about its statements.


CONTRADICTED = [
    ("s2.2.main_characteristics", "6,807,577"),  # the synthetic target's deviation
    ("s2.2.dispersion_close", "0.05659"),  # of the real one
    ("s2.2.high_fidelity", "6,807,577"),
    ("t5.mape_label", "4,295 %"),
    ("s2.4.separate_test_set", "did not see (implied) = 0"),
]


@pytest.mark.parametrize(("claim", "said"), CONTRADICTED)
def test_statements_that_another_number_or_statement_contradicts(frame, claim, said):
    assert frame.loc[claim, "verdict"] == "contradicted"
    assert said in frame.loc[claim, "note"]


def test_nothing_else_is_contradicted_before_a_chapter_has_run(frame):
    contradicted = frame[frame["verdict"] == "contradicted"]
    assert set(contradicted["kind"]) == {"finding"}
    assert set(contradicted.index) == {claim for claim, _ in CONTRADICTED}


@pytest.mark.parametrize(
    "claim",
    [
        "s1.1.share",
        "t5.mse",
        "t5.rmse",
        "s2.3.test_share",
        "s2.1.sd_above_mean",
        "s2.1.median_below_mean",
        "s2.1.most_below_mean_rd",
        "s2.1.roa_near_zero",
        "s1.1.firms",
        "s1.1.provisions_year",
        "s3.3.mining_firms",
    ],
)
def test_what_follows_from_other_numbers(frame, claim):
    assert frame.loc[claim, "verdict"] == "exact"


@pytest.mark.parametrize("claim", ["s3.3.innovation_there", "s3.3.health_staff"])
def test_facts_of_another_year_are_silent(frame, claim):
    assert frame.loc[claim, ["verdict", "basis", "computed"]].tolist() == ["silent", "record", True]
    assert "2021" in frame.loc[claim, "note"]


def test_table_2_and_6_are_possible_but_not_confirmed(frame):
    rows = frame[frame["place"].isin(["Table 2", "Table 6"])]
    assert set(rows["verdict"]) == {"open", "setting", "exact"}
    exact, chosen = (set(rows.index[rows["verdict"] == v]) for v in ("exact", "setting"))
    assert exact == {f"t2.{name}.n" for name in COLUMNS}  # the number of firms is on record
    assert chosen == {f"t6.{name}.n" for name in FEATURES}
    assert "calibrated to this table" in frame.loc["t2.GPM.mean", "note"]
    assert "listed firms, 2021" in frame.loc["t6.Size.mean", "note"]


@pytest.mark.parametrize("column", ["mean", "p50"])
@pytest.mark.parametrize("feature", ["RDRatio", "RDPsnRatio"])
def test_the_sample_spends_less_on_innovation_than_the_market(potential, feature, column):
    numbers = Numbers(potential)
    assert numbers[f"t2.{feature}.{column}"].value < numbers[f"t6.{feature}.{column}"].value


def test_where_the_text_prints_a_number_of_a_table_once_more_it_is_the_same(frame):
    repeated = frame[(frame["repeats"] != "") & (frame["kind"] == "text")]
    assert set(repeated["verdict"]) == {"open", "setting", "exact"}
    assert {"s2.1.mean", "s2.1.rd_mean", "s2.1.rd_median", "s2.4.r2"} <= set(repeated.index)


# The audit finds errors that were not there.


@pytest.mark.parametrize("table", ["t2", "t6"])
@pytest.mark.parametrize("feature", FEATURES)
def test_a_row_with_two_columns_exchanged_is_caught(with_error, potential, table, feature):
    row = {s: potential.claims[f"{table}.{feature}.{s}"].printed for s in MOMENTS}
    swapped = {f"{table}__{feature}__max": row["p50"], f"{table}__{feature}__p50": row["max"]}
    frame = with_error(**swapped)
    verdicts = frame.loc[[f"{table}.{feature}.{s}" for s in MOMENTS], "verdict"]
    assert "contradicted" in set(verdicts)


@pytest.mark.parametrize(
    ("printed", "caught"),
    [
        ({"t5__mse": "4.42E+12"}, "t5.mse"),
        ({"t5__rmse": "6,468,811"}, "t5.rmse"),
        ({"t5__mae": "6,690,950"}, "t5.mae"),
        ({"s1__1__share": "1.58%"}, "s1.1.share"),
        ({"s2__1__mean": "about 38.4"}, "s2.1.mean"),
        ({"s2__1__rd_mean": "7.017%"}, "s2.1.rd_mean"),
        ({"s2__3__test_share": "25%"}, "s2.3.test_share"),
        ({"t2__Size__n": "99"}, "t2.Size.n"),
        ({"t6__GPM__max": "1.846"}, "t6.GPM.max"),
        ({"t6__Growth__min": "-5.47"}, "t6.Growth.min"),
        ({"t2__Size__sd": "1.224e+13"}, "t2.Size.sd"),
        ({"t2__Data__mean": "3,479,699.833"}, "t2.Data.mean"),
        ({"t6__RDPsnRatio__max": "172.730"}, "t6.RDPsnRatio.max"),
        ({"t2__Turnover__max": "0.116"}, "t2.Turnover.max"),
    ],
)
def test_a_planted_error_is_found(with_error, printed, caught):
    frame = with_error(**printed)
    assert frame.loc[caught, "verdict"] == "contradicted"


def test_a_synthetic_target_as_wide_as_the_real_one_would_have_passed(with_error):
    frame = with_error(t5__rmse="117,500,000", t5__mse="1.38E+16")
    assert frame.loc["s2.2.main_characteristics", "verdict"] != "contradicted"
    assert frame.loc["s2.2.dispersion_close", "verdict"] != "contradicted"


# What chapters record.

SHARES = {"finding.top_three.null": 0.1, "finding.top_three.true": 0.6}
SHARES |= {"finding.top_three.both": 0.1, "tries": 30}
SHARES |= {"truth.top_three.there": True, "truth.top_three.by_lot": False}
RECORDED = [
    ("t3.epochs", {"config.epochs": 300}, "reproduced"),
    ("t3.epochs", {"config.epochs": 500}, "contradicted"),
    ("t4.learning_rate", {"tuned.learning_rate": 0.05}, "reproduced"),
    ("t4.num_leaves", {"tuned.num_leaves": 20}, "contradicted"),
    ("t5.rmse", {"paper.rmse.low": 5.5e6, "paper.rmse.high": 7.8e6}, "exact"),
    ("t5.mae", {"paper.mae.low": 4.5e6, "paper.mae.high": 6.4e6}, "possible"),
    ("t5.mape", {"paper.mape.low": 38.0, "paper.mape.high": 52.0}, "possible"),
    ("t5.r_squared", {"paper.r2.low": 0.004, "paper.r2.high": 0.025}, "silent"),
    ("s2.4.r2", {"paper.r2.low": 0.004, "paper.r2.high": 0.065}, "silent"),
    ("s3.1.top_three", SHARES, "silent"),
    ("s3.2.rd_threshold", {"finding.rd_threshold": True}, "open"),
]


@pytest.fixture(scope="module")
def verdict_of(ledger, potential):
    """Give the row of a claim once its chapter has recorded something."""

    def row(claim, recorded):
        recorded = with_info(potential) | recorded
        frame = assess(ledger, {potential.claims[claim].chapter: recorded})
        return frame[frame["paper"] == "potential"].set_index("id").loc[claim]

    return row


@pytest.mark.parametrize(("claim", "recorded", "verdict"), RECORDED)
def test_recorded_results_decide(verdict_of, claim, recorded, verdict):
    assert verdict_of(claim, recorded)["verdict"] == verdict


def test_the_note_of_a_finding_shows_both_worlds(verdict_of):
    row = verdict_of("s3.1.top_three", SHARES)
    assert "Shown in 60% of 30 trials where it is true, in 10% where there is" in row["note"]
    assert row["evidence"]["ratio"] == pytest.approx(6)
    assert row["computed"] == "undecided"


@pytest.mark.parametrize(
    ("chapter", "tables"),
    [
        ("potential/sample", {"data_resources_fy2024", "published_numbers"}),
        ("potential/augment", {"data_resources_fy2024"}),
        ("potential/model", {"published_numbers"}),
        ("potential/drivers", set()),
        ("potential/shapes", set()),
        ("potential/scan", {"data_resources_fy2024", "moments_fy2021", "section_medians_fy2021"}),
        ("potential/stress", set()),
    ],
)
def test_a_chapter_reads_only_the_facts_that_its_claims_need(ledger, monkeypatch, chapter, tables):
    import dataworth.facts

    read, original = set(), dataworth.facts.read_facts
    monkeypatch.setattr(
        dataworth.facts,
        "read_facts",
        lambda name, *rest: (read.add(name), original(name, *rest))[1],
    )
    verdict_box(chapter, {}, ledger)
    assert read == tables


def test_the_findings_that_the_card_calls_implied_are_there(potential):
    text = (DATA / "claims/potential.md").read_text("utf-8")
    paragraph = text.split("**Implied findings.**")[1].split("\n\n")[0]
    implied = re.findall(r"`([a-zA-Z0-9]+\.[a-zA-Z0-9_.]+)`", paragraph)
    assert implied
    assert set(implied) <= set(potential.claims)


def test_the_rules_file_holds_no_number_that_a_claim_prints(potential):
    """Printed values enter rules by the name of their claim."""
    rules = yaml.safe_load((DATA / "claims/potential.yml").read_text("utf-8"))["rules"]
    printed = {
        c.quantity.value
        for c in potential.claims.values()
        if c.kind == "table" and c.unit == "yuan"
    }
    literals = {
        value
        for rule in rules
        for value in rule.get("given", {}).values()
        if isinstance(value, int | float)
    }
    assert not literals & printed


def test_all_of_table_1_is_there_as_definitions(frame):
    rows = frame.loc[[f"t1.{name}.definition" for name in COLUMNS]]
    assert set(rows["verdict"]) == {"setting"}


def test_manufacturers_vary_as_their_amounts_do_which_most_sections_would(potential):
    numbers = Numbers(potential)
    table = read_facts("data_resources_fy2024")
    amounts = table.loc[table["section"] == "C", "data_resources_yuan"]
    for name in ("mean", "std", "count"):
        assert numbers[f"makers.{name}"].value == pytest.approx(amounts.agg(name))
    row = assess((potential,), {}).set_index("id").loc["s3.3.manufacturing_varies"]
    assert row["computed"] == (amounts.std() > amounts.mean())
    sections = table.groupby("section")["data_resources_yuan"].agg(["mean", "std"]).dropna()
    assert (sections["std"] > sections["mean"]).mean() >= 0.5
    assert row["verdict"] == "silent"

"""The claims of paper `finance`: each settled or open for a stated reason."""

import re

import pytest

from dataworth.facts import DATA
from dataworth.ledger import assess, load_ledger, read_printed, verdict_box

CHAPTERS = ("record", "procedure", "pledge", "portraits", "rationing", "flywheel")


@pytest.fixture(scope="module")
def ledger():
    return load_ledger()


@pytest.fixture(scope="module")
def finance(ledger):
    return next(paper for paper in ledger if paper.name == "finance")


@pytest.fixture(scope="module")
def frame(ledger):
    frame = assess(ledger, {})
    return frame[frame["paper"] == "finance"].set_index("id")


def verdict(ledger, claim, **recorded):
    frame = assess(ledger, {"finance/procedure": recorded}, chapter="finance/procedure")
    return frame.set_index("id").loc[claim]


def test_every_claim_belongs_to_a_chapter_and_says_whence_its_verdict_comes(finance, frame):
    assert {c.chapter for c in finance.claims.values()} == {f"finance/{name}" for name in CHAPTERS}
    assert frame["note"].str.len().min() > 0


# Added up by hand from the paper's text, so that a slip of transcription shows.
def test_the_numbers_are_those_of_the_text(finance):
    numbers = [c.quantity.value for c in finance.claims.values() if not c.is_finding]
    months = 202211 + 201605 + 202302 + 202310 + 202405 + 202406
    assert sum(numbers) == pytest.approx(
        months + 2023 + 2023 + 7.8 + 0.44 + 7.87 + 2 * 10_000_000 + 1 + 10
    )


def test_before_a_chapter_has_run_only_numbers_and_their_order_are_settled(frame):
    settled = set(frame.index[~frame["verdict"].isin(["open", "setting"])])
    assert settled == {
        "s1.digital_economy",
        "s1.digital_economy_share",
        "s1.chatgpt_month",
        "s3.1.insurance_month",
        "s3.1.timeline_in_order",
    }


def test_the_table_of_loans_can_refute_the_case_but_not_confirm_it(frame):
    loans = frame.loc[["s3.1.loan_bocom", "s3.1.loan_boc", "s3.1.loan_boc_delay"]]
    assert set(loans["verdict"]) == {"open"}
    assert loans["note"].str.contains("takes it from the paper").all()


def test_money_is_in_yuan_and_months_can_be_compared():
    printed = read_printed("finance")
    assert printed("s3.1.loan_bocom") == 10_000_000
    assert printed("s3.1.insurance_month") - printed("s3.1.model_month") == 1


@pytest.mark.parametrize(
    ("claim", "recorded", "expected"),
    [
        ("s3.1.steps", {"steps": 10}, "silent"),
        ("s3.1.steps", {"steps": 11}, "silent"),
        ("s3.1.loan_after_listing", {"finding.loan_after_listing": True, "orders": 18}, "silent"),
    ],
)
def test_recorded_results_decide(ledger, claim, recorded, expected):
    assert verdict(ledger, claim, **recorded)["verdict"] == expected


@pytest.mark.parametrize(
    ("chapter", "tables"),
    [
        ("record", set()),
        ("procedure", {"data_asset_loans", "published_numbers"}),
        ("pledge", {"data_asset_loans"}),
        ("portraits", set()),
        ("rationing", set()),
        ("flywheel", set()),
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
    verdict_box(f"finance/{chapter}", {}, ledger)
    assert read == tables


def test_the_claims_that_the_card_names_are_there(finance):
    text = (DATA / "claims/finance.md").read_text("utf-8")
    named = re.findall(r"`(s\d[\w.]+)`", text)
    assert named
    assert set(named) <= set(finance.claims)


def test_over_is_part_of_the_claim(frame):
    row = frame.loc["s1.digital_economy_share"]
    assert row["verdict"] == "contradicted"
    assert row["cause"]["group"] == "other_estimate"
    assert frame.loc["s1.digital_economy", "verdict"] == "exact"

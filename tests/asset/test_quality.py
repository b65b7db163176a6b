"""Quality measured on a sample: every score can be counted by hand."""

import pandas as pd
import pytest

from dataworth.asset.quality import measure
from dataworth.inputs.report import FileReport

from .assets import SAMPLES, changed, sample, written

TABLE = """id,day,share,note
A1,2025-12-01,0.5,x
A1,2025-12-02,1.5,y
A1,2025-12-02,,z
b7,2020-01-01,0.25,
"""


@pytest.fixture
def measured(tmp_path):
    def run(text=TABLE, **tests):
        path, report = tmp_path / "sample.csv", FileReport(tmp_path, "asset")
        path.write_text(text)
        return measure(path, tests, 2025, report), report.errors

    return run


def test_every_test_counts_what_it_says(measured):
    found, errors = measured(
        key=["id", "day"], date="day", fresh=2, ranges={"share": [0, 1]}, formats={"id": r"A\d"}
    )
    counts = found[["good", "total"]].apply(tuple, axis=1).to_dict()
    assert not errors
    assert counts == {
        "consistency": (3, 4),
        "completeness": (14, 16),
        "conformity": (13, 14),
        "accuracy": (2, 3),
        "timeliness": (3, 4),
    }
    assert (found["score"] == found["good"] / found["total"]).all()


def test_without_tests_only_what_any_table_tells_is_measured(measured):
    found, _ = measured()
    assert [*found.index] == ["consistency", "completeness", "conformity"]
    assert found.loc["consistency", "good"] == 4


def test_words_in_a_column_of_numbers_are_of_another_form(measured):
    found, _ = measured("a,b\n1,x\n2,y\nmany,z\n")
    assert found.loc["conformity", ["good", "total"]].tolist() == [5, 6]


@pytest.mark.parametrize(
    ("text", "tests", "where"),
    [
        ("just a letter to a friend", {}, "quality.sample"),
        ("a,b\n", {}, "quality.sample"),
        (TABLE, {"key": ["number"]}, "quality.tests.key"),
        (TABLE, {"date": "month"}, "quality.tests.date"),
        (TABLE, {"ranges": {"size": [0, 1]}}, "quality.tests.ranges"),
        (TABLE, {"ranges": {"note": [0, 1]}}, "quality.tests.ranges"),
        (TABLE, {"ranges": {"share": [1, 0]}}, "quality.tests.ranges.share"),
        (TABLE, {"date": "note"}, "quality.tests.date"),
    ],
)
def test_what_is_no_table_or_lacks_a_fit_column_is_refused(measured, text, tests, where):
    found, errors = measured(text, **tests)
    assert found.empty
    assert [error.where for error in errors] == [where]


def test_a_measured_score_counts_before_one_by_hand(tmp_path):
    from dataworth.asset.read import check_asset

    (tmp_path / "sample.csv").write_text(TABLE)
    given = changed(quality={"sample": "sample.csv", "scores": {"completeness": 1, "accuracy": 1}})
    report = check_asset(written(tmp_path, given))
    (warning,) = report.warnings
    assert warning.where == "quality.scores.completeness"
    assert report.use().quality["score"].to_dict()["completeness"] == 14 / 16


def test_the_faults_of_the_sample_are_found():
    table = pd.read_csv(SAMPLES / "merchants_example.csv", dtype=str)
    found = sample("platform").quality
    assert found.loc["completeness", "good"] == table.notna().sum().sum()
    assert found.loc["consistency", "good"] == (~table.duplicated(["merchant", "month"])).sum()
    refunds, turnover = (table[name].dropna().astype(float) for name in ("refunds", "turnover"))
    inside = refunds.between(0, 1).sum() + turnover.between(0, 1e8).sum()
    assert found.loc["accuracy", ["good", "total"]].tolist() == [
        inside,
        len(refunds) + len(turnover),
    ]
    assert found.loc["accessibility", "score"] == 0.9

"""One report for every reader: what it says, raises and shows."""

from pathlib import Path

import pytest

from dataworth.errors import InputError
from dataworth.inputs.report import FileReport, Finding


def report() -> FileReport:
    made = FileReport(Path("my.csv"), "series")
    made.note("header", "read as profit")
    made.warn("row 3", "left out: expected a number, found 'x'")
    return made


def test_a_finding_says_what_was_expected_and_found():
    finding = Finding("error", "row 2", "expected a number, found 'x'")
    assert (finding.expected, finding.found) == ("a number", "'x'")
    assert str(finding) == "error: row 2: expected a number, found 'x'"
    assert Finding("note", "file", "fine").expected == Finding("note", "file", "fine").found == ""


def test_warnings_refuse_nothing_and_reach_the_page():
    made = report()
    made.use()
    assert [finding.where for finding in made.warnings] == ["row 3"]
    assert made.remarks().to_numpy().tolist() == [
        ["row 3", "left out: expected a number, found 'x'"]
    ]
    for row in range(4, 9):
        made.warn(f"row {row}", "left out")
    assert made.remarks(limit=2)["remark"].iloc[-1] == "4 more; dataworth check series lists them"
    assert FileReport(Path("my.csv"), "pay").remarks()["remark"].item() == "nothing is doubtful"


def test_the_first_error_is_raised_with_the_number_of_others():
    made = report()
    made.error("file", "expected rows, found none")
    with pytest.raises(InputError) as first:
        made.use()
    assert str(first.value) == "my.csv: expected rows, found none"
    made.error("row 9", "?")
    with pytest.raises(InputError) as refused:
        made.use()
    assert str(refused.value).endswith("(and 1 more; dataworth check series lists them)")
    assert len(refused.value.__notes__) == 3  # two errors and a warning


def test_whatever_refuses_a_file_becomes_an_error():
    made = report()
    with made.reading():
        raise InputError("my.csv: there is no such file")
    with made.reading():
        made.stop("header", "expected names")
    assert [str(e) for e in made.errors] == [
        "error: file: there is no such file",
        "error: header: expected names",
    ]

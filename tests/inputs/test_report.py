"""One report for every reader: what it says, raises and shows."""

from pathlib import Path

import pytest

from dataworth.errors import InputError
from dataworth.inputs.report import FileReport, Finding, warnings_markdown


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
    made.raise_if_errors()
    assert [finding.where for finding in made.warnings] == ["row 3"]
    assert warnings_markdown(made, made) == "\n".join(
        ["- `my.csv`, row 3: left out: expected a number, found 'x'"] * 2
    )
    assert warnings_markdown() == "Nothing in the files is doubtful."


def test_the_first_error_is_raised_with_the_number_of_others():
    made = report()
    made.error("file", "expected rows, found none")
    with pytest.raises(InputError, match=r"^my\.csv: expected rows, found none$"):
        made.raise_if_errors()
    made.error("row 9", "?")
    with pytest.raises(InputError, match=r"\(and 1 more; dataworth check series lists them\)$"):
        made.raise_if_errors()


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

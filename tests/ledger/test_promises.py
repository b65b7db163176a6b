"""What the ledger promises of every entry and note of the book's papers."""

import re

import pytest

from dataworth.ledger import assess, corrected, load_ledger
from dataworth.ledger.entries import Measured, Tried

LEDGER = load_ledger()
RESULTS = [(paper, result) for paper in LEDGER for result in paper.book.results]
TRIED = [result for _, result in RESULTS if isinstance(result, Tried)]


def recorded(true, false, shown=0.5):
    """Make up what chapters record: shares, the truth of statements in both worlds, texts."""
    values = {}
    for paper, result in RESULTS:
        own = dict.fromkeys(result.keys, shown)
        if paper.claims[result.target].is_finding and isinstance(result, Measured):
            own[result.result] = true > false
        if isinstance(result, Tried):
            own |= dict.fromkeys([result.condition, result.flip], "the rate is above 0.3")
            own |= dict.fromkeys(result.tries, 400)
            own |= {result.where_true: true, result.where_false: false}
            own |= dict.fromkeys([result.both], min(true, false))
            own |= dict(zip(result.truth, (True, False), strict=False))
        values.setdefault(paper.claims[result.target].chapter, {}).update(own)
    return values


def test_every_entry_of_worlds_says_where_its_statement_is_true_or_why_it_cannot():
    without = [result for result in TRIED if result.basis == "worlds" and not result.truth]
    unexplained = [result.target for result in without if "neither world" not in result.reading]
    assert unexplained == []
    assert len(without) < len(TRIED) / 10


@pytest.mark.parametrize(("true", "false"), [(0.9, 0.01), (0.01, 0.9)])
def test_only_records_arithmetic_and_trials_decide(true, false):
    rows = assess(LEDGER, recorded(true, false))
    decided = rows[rows["verdict"].isin(["supported", "contradicted", "reproduced", "exact"])]
    assert "reconstruction" not in set(decided["basis"])
    calibrated = {r.target for _, r in RESULTS if isinstance(r, Measured) and r.calibrated}
    ours = rows[rows["id"].isin(calibrated)]
    assert set(ours["basis"]) <= {"reconstruction", "arithmetic", "record"}
    assert "possible" not in set(ours["verdict"])


def test_a_finding_that_was_tried_is_never_computed_as_none():
    rows = assess(LEDGER, recorded(0.5, 0.4))
    tried = rows[(rows["kind"] == "finding") & ~rows["verdict"].isin(["open", "setting"])]
    assert set(tried["computed"]) <= {True, False, "undecided"}
    assert set(rows.loc[rows["verdict"].isin(["open", "setting"]), "computed"]) == {None}


def test_notes_name_no_variable_and_write_numbers_for_a_reader():
    rows = assess(LEDGER, recorded(0.5, 0.4, shown=1234567.0))
    for name, note in zip(rows["id"], rows["note"], strict=True):
        said = re.sub(r"chapter \w+/\w+|chapters? ?\(?banks/\w+\)?", "", note)
        assert not re.search(r"\b[a-z]+_[a-z_]+\b|\w+\.\w+_\w+", said), (name, note)
        assert not re.search(r"\bnan\b|\binf\b|True|False|None|\{", said), (name, note)


def test_multiplicity_is_counted_and_corrected_for():
    rows = assess(LEDGER, recorded(0.9, 0.01))
    own = rows[rows["evidence"].notna() & (rows["repeats"] == "")]
    found = corrected(rows)
    assert found["looked_at"] == len(own)
    assert found["beyond"] >= found["left"] > 0
    assert corrected(rows.head(0)) == {"looked_at": 0, "beyond": 0, "left": 0}

"""What differs between two editions, the largest change first."""

import json

import pytest

from dataworth.book.editions import Edition
from dataworth.book.registry import read_registry
from dataworth.errors import InputError
from dataworth.live.compare import compare_results, compare_settings, read_folder
from tests.command import assert_refused, dataworth


def write(root, edition, results, parameters):
    """Make a run by hand: a manifest that proves it, and its results."""
    from dataworth.book.manifest import hash_outputs

    folder = root / "build" / edition / "one" / "total"
    folder.mkdir(parents=True)
    (root / "build" / edition / "edition.yml").write_text(f"name: {edition}\n")
    (folder / "results.json").write_text(json.dumps(results))
    proof = {"fingerprint": "", "parameters": parameters, "outputs": hash_outputs(folder)}
    (folder / "manifest.json").write_text(json.dumps(proof))


@pytest.fixture
def two(mini):
    before = {"a": 1.0, "b": 100.0, "same": 5, "yes": True, "list": [1.0, 2.0], "sign": 1.0}
    after = {"a": 1.5, "b": 101.0, "same": 5, "yes": False, "list": [1.0, 4.0], "sign": -1.0}
    write(mini, "mine", before, {"shift": 0, "pause": 0.0})
    write(mini, "yours", after | {"new": None}, {"shift": 3, "pause": 0.0})
    return read_registry(mini), mini, Edition("mine"), Edition("yours")


def test_the_largest_change_comes_first(two):
    frame = compare_results(*two)
    assert list(frame["result"]) == ["yes", "sign", "list[1]", "a", "b"]
    assert list(frame["change"].round(3)) == [float("inf"), 2.0, 0.5, 0.333, 0.01]
    assert (frame["before"][3], frame["after"][3]) == (1.0, 1.5)


def test_settings_that_differ_are_told_from_what_ran(two):
    (row,) = compare_settings(*two).to_dict("records")
    assert row == {"chapter": "one/total", "parameter": "shift", "before": 0, "after": 3}


def test_editions_without_a_common_run_are_refused(two):
    registry, root, _, other = two
    with pytest.raises(InputError, match="no chapter has run in both"):
        compare_results(registry, root, Edition("nobody"), other)


@pytest.mark.parametrize("name", ["nobody", "../mine", "mine/..", "mine.slow", "", "mine.quick"])
def test_only_folders_of_editions_are_read(two, name):
    registry, root, *_ = two
    with pytest.raises(InputError, match="expected one of mine, yours"):
        read_folder(registry, root, name)
    assert read_folder(registry, root, "mine") == Edition("mine")


def test_the_command_prints_settings_and_changes(two):
    done = dataworth("compare", "mine", "yours")
    assert "one/total: shift: 0 -> 3" in done.stdout
    rows = [line.split() for line in done.stdout.splitlines()]
    lines = [row[1] for row in rows if row[:1] == ["one/total"]]
    assert lines == ["yes", "sign", "list[1]", "a", "b"]
    rows = json.loads(dataworth("compare", "mine", "yours", "--format", "json").stdout)
    assert [row["result"] for row in rows] == lines
    assert_refused(dataworth("compare", "mine", "nobody"))

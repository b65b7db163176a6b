"""The command that puts one's own firms in tiers, as its users meet it."""

import pandas as pd
import pytest

from .command import assert_refused, dataworth

MARKET = "data/samples/market_example.csv"


def test_a_small_market_is_ranked_by_the_record(tmp_path):
    done = dataworth("scan", MARKET, "--out", str(tmp_path / "tiers.csv"))
    assert done.returncode == 0, done.stderr
    assert "learned from the record by" in done.stdout
    assert "recognized nothing" in done.stdout
    assert done.stderr == ""
    table = pd.read_csv(tmp_path / "tiers.csv", dtype={"code": str})
    assert table["probability"].dropna().is_monotonic_decreasing
    assert {"tier", "low", "high", "speaks_for", "nearest", "missing", "outside"} <= set(table)


@pytest.mark.parametrize("name", ["tiers.txt", "there.csv"])
def test_a_file_of_another_kind_or_one_that_exists_is_refused(tmp_path, name):
    (tmp_path / "there.csv").write_text("mine")
    assert_refused(dataworth("scan", MARKET, "--out", str(tmp_path / name)), "expected a new file")
    assert (tmp_path / "there.csv").read_text() == "mine"

"""Settings come evenly from their ranges; what a statement hangs on is found again."""

import math

import numpy as np
import pandas as pd
import pytest

from dataworth.errors import InputError
from dataworth.facts import DATA
from dataworth.finance import statements

RANGES = pd.DataFrame(
    {
        "means": ["the decay", "the price", "what idles"],
        "unit": ["% a year", "yuan", ""],
        "low": [0.05, 50.0, 0.0],
        "high": [0.6, 400.0, 1.0],
    },
    index=["decay", "price", "idle"],
)
HERE = {"decay": 0.2, "price": 300.0, "idle": 0.5}


@pytest.mark.parametrize("model", sorted(p.stem for p in (DATA / "ranges").glob("*.csv")))
def test_every_range_has_a_width_a_source_and_words(model):
    table = statements.read_ranges(model)
    assert (table["low"] < table["high"]).all()
    assert table[["means", "source"]].map(len).min(axis=None) > 0
    assert table.index.is_unique


def test_every_tenth_of_a_range_is_drawn_equally_often_and_the_seed_decides():
    settings = statements.draw_settings(RANGES, 200, seed=3)
    for name, limits in RANGES.iterrows():
        parts = pd.cut(settings[name], pd.interval_range(limits["low"], limits["high"], periods=10))
        assert (parts.value_counts() == 20).all()
    pd.testing.assert_frame_equal(settings, statements.draw_settings(RANGES, 200, seed=3))
    assert not settings.equals(statements.draw_settings(RANGES, 200, seed=4))
    with pytest.raises(InputError, match="draws: expected at least 1, found 0"):
        statements.draw_settings(RANGES, 0, seed=3)


def test_a_comparison_needs_two_numbers_and_passes_over_rounding():
    assert statements.is_greater(2.0, 1.0) is True
    assert statements.is_greater(1.0 + 1e-12, 1.0) is False
    assert statements.is_greater(math.nan, 1.0) is None


def holds(settings):
    cheap = (settings["price"] < 100).where(settings["idle"] > 0.4)
    slow = (settings["decay"] < 0.3) & (settings["price"] > 200)
    never = settings["price"] > 1e6
    found = {"cheap": cheap, "slow": slow, "sure": True, "never": never}
    return pd.DataFrame(found, index=settings.index).astype("boolean")


@pytest.fixture(scope="module")
def found():
    settings = statements.draw_settings(RANGES, 2000, seed=1)
    return statements.assess(RANGES, HERE, holds, settings, {"price": 90.0})


def test_shares_count_settings_with_an_occasion_and_the_mechanism_can_be_taken_out(found):
    settings = statements.draw_settings(RANGES, 2000, seed=1)
    asked = settings["idle"] > 0.4
    cheap = found.loc["cheap"]
    assert cheap["settings"] == asked.sum()
    assert cheap["both"] == cheap["share"]
    assert cheap["share"] == pytest.approx((settings["price"] < 100)[asked].mean())
    assert found["without"].to_dict() == {"cheap": 1.0, "slow": 0.0, "sure": 1.0, "never": 0.0}
    assert found["both"].to_dict()["slow"] == 0.0
    assert found["here"].to_dict() == {"cheap": False, "slow": True, "sure": True, "never": False}


def test_the_branch_that_was_planted_is_found_in_words_with_units(found):
    where, there = found.loc["slow", ["where", "there"]]
    assert set(where.split(" and ")) == {
        "the decay is below 30% a year",
        "the price is above 200 yuan",
    }
    assert there > 0.97
    assert found.loc["sure", "where"] == "always"
    assert found.loc["never", "where"] == "never"


def test_the_smallest_flip_is_the_nearest_value_that_turns_the_statement(found):
    # From 0.2 to 0.3 is 0.18 of the range of decay, from 300 to 200 is 0.29 of that of price.
    step = (0.6 - 0.05) / 16
    reached = 0.05 + step * np.ceil((0.3 - 0.05) / step)
    assert (
        found.loc["slow", "flip"] == f"here it turns when the decay is {100 * reached:.2g}% a year"
    )
    assert "no change of a single parameter" in found.loc["sure", "flip"]
    nowhere = statements.assess(
        RANGES, HERE | {"idle": 0.1}, holds, statements.draw_settings(RANGES, 50, seed=1), {}
    )
    assert "no occasion" in nowhere.loc["cheap", "flip"]

"""Settings come evenly from their ranges; what a finding hangs on is found again."""

import math

import pandas as pd
import pytest

from dataworth.errors import InputError
from dataworth.facts import DATA
from dataworth.finance import ranges

RANGES = pd.DataFrame(
    {"low": [0.05, 50.0, 0.0], "high": [0.6, 400.0, 1.0]}, index=["decay", "price", "idle"]
)


@pytest.mark.parametrize("model", sorted(p.stem for p in (DATA / "ranges").glob("*.csv")))
def test_every_range_has_a_width_and_a_source(model):
    table = ranges.read_ranges(model)
    assert (table["low"] < table["high"]).all()
    assert table["source"].str.len().min() > 0
    assert table.index.is_unique


def test_every_tenth_of_a_range_is_drawn_equally_often():
    settings = ranges.draw_settings(RANGES, 200, seed=3)
    assert list(settings) == list(RANGES.index)
    for name, limits in RANGES.iterrows():
        parts = pd.cut(settings[name], pd.interval_range(limits["low"], limits["high"], periods=10))
        assert (parts.value_counts() == 20).all()


def test_the_same_seed_draws_the_same_settings():
    first, second = (ranges.draw_settings(RANGES, 8, seed=3) for _ in range(2))
    pd.testing.assert_frame_equal(first, second)
    assert not first.equals(ranges.draw_settings(RANGES, 8, seed=4))


def test_no_draw_is_refused():
    with pytest.raises(InputError, match="draws: expected at least 1, found 0"):
        ranges.draw_settings(RANGES, 0, seed=3)


def test_a_comparison_needs_two_numbers_and_passes_over_rounding():
    assert ranges.is_greater(2.0, 1.0) is True
    assert ranges.is_greater(1.0 + 1e-12, 1.0) is False
    assert ranges.is_greater(math.nan, 1.0) is None


def test_the_parameter_that_a_finding_hangs_on_is_found():
    settings = ranges.draw_settings(RANGES, 200, seed=1)
    name, direction = ranges.depends_on(settings, settings["decay"] < 0.3)
    assert (name, direction < 0) == ("decay", True)
    always = pd.Series(True, index=settings.index)
    assert ranges.depends_on(settings, always) == ("nothing", 0.0)


def test_an_overview_counts_only_settings_that_give_an_occasion():
    settings = ranges.draw_settings(RANGES, 200, seed=1)
    asked = settings["idle"] > 0.5
    tried = pd.DataFrame({"cheap": (settings["price"] < 100).where(asked, None), "sure": True})
    table = ranges.overview(settings, tried, {"cheap": None, "sure": True})
    cheap = table.loc["cheap"]
    assert cheap["settings"] == asked.sum()
    assert cheap["share"] == pytest.approx((settings["price"] < 100)[asked].mean())
    assert cheap["helped_by"] == "low price"
    assert pd.isna(cheap["here"])
    assert table.loc["sure"].to_list() == [True, 1.0, 200, "–"]


def test_a_condition_finds_the_parameters_and_limits_that_were_planted():
    settings = ranges.draw_settings(RANGES, 2000, seed=1)
    planted = (settings["decay"] < 0.3) & (settings["price"] > 200)
    text, share = ranges.condition(settings, planted)
    assert set(text.replace(" above 200", "").replace(" below 0.3", "").split(" and ")) == {
        "decay",
        "price",
    }
    assert share > 0.97
    always = pd.Series(True, index=settings.index)
    assert ranges.condition(settings, always) == ("always", 1.0)
    assert ranges.condition(settings, ~always) == ("never", 0.0)


def test_a_condition_leaves_out_settings_without_occasion_and_puts_the_unit_behind_the_limit():
    settings = ranges.draw_settings(RANGES, 2000, seed=1)
    named = settings.rename(columns={"price": "unit_price, yuan"})
    cheap = (settings["price"] < 200).where(settings["decay"] < 0.3, None)
    assert ranges.condition(named, cheap) == ("unit price below 200 yuan", 1.0)

"""Settings come evenly from their ranges; what a statement hangs on is found again."""

import math

import pandas as pd
import pytest

from dataworth.errors import InputError
from dataworth.finance import ranges
from dataworth.finance.ranges import Range

RANGES = {
    "decay": Range(0.05, 0.6, "made up"),
    "price": Range(50.0, 400.0, "made up"),
    "idle": Range(0.0, 1.0, "made up"),
}


def test_every_tenth_of_a_range_is_drawn_equally_often():
    settings = ranges.draw(RANGES, 200, seed=3)
    assert list(settings) == list(RANGES)
    for name, limits in RANGES.items():
        parts = pd.cut(settings[name], pd.interval_range(limits.low, limits.high, periods=10))
        assert (parts.value_counts() == 20).all()


def test_the_same_seed_draws_the_same_settings():
    first, second = (ranges.draw(RANGES, 8, seed=3) for _ in range(2))
    pd.testing.assert_frame_equal(first, second)
    assert not first.equals(ranges.draw(RANGES, 8, seed=4))


def test_no_draw_is_refused():
    with pytest.raises(InputError, match="draws: expected at least 1, found 0"):
        ranges.draw(RANGES, 0, seed=3)


def test_a_comparison_needs_two_numbers_and_passes_over_rounding():
    assert ranges.is_greater(2.0, 1.0) is True
    assert ranges.is_greater(1.0 + 1e-12, 1.0) is False
    assert ranges.is_greater(math.nan, 1.0) is None


def test_the_parameter_that_a_statement_hangs_on_is_found():
    settings = ranges.draw(RANGES, 200, seed=1)
    name, direction = ranges.depends_on(settings, settings["decay"] < 0.3)
    assert (name, direction < 0) == ("decay", True)
    always = pd.Series(True, index=settings.index)
    assert ranges.depends_on(settings, always) == ("nothing", 0.0)


def test_a_condition_finds_the_parameters_and_limits_that_were_planted():
    settings = ranges.draw(RANGES, 2000, seed=1)
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

"""A row of descriptive statistics must be the row of some sample."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from dataworth.ledger.rules import RULES
from dataworth.ledger.rules.moments import deviation_bounds, mean_bounds, winsorized_ends

SAMPLES = st.lists(st.integers(-1000, 1000), min_size=3, max_size=60)


def describe(values, ends=1):
    """Take the row of a sample, as a paper would print it without rounding."""
    values = np.asarray(values, dtype=float)
    return {
        "observations": len(values),
        "mean": values.mean(),
        "standard_deviation": values.std(ddof=1),
        "minimum": values.min(),
        "median": float(np.median(values)),
        "maximum": values.max(),
        "ends": ends,
    }


possible = RULES["row_is_possible"]


def bounds(row):
    order = ("observations", "mean", "minimum", "median", "maximum", "ends")
    return deviation_bounds(*(row[name] for name in order))


@given(SAMPLES)
def test_every_sample_keeps_all_bounds(values):
    row = describe(values)
    assume(row["maximum"] > row["minimum"])
    low, high = bounds(row)
    assert low * (1 - 1e-9) <= row["standard_deviation"] <= high * (1 + 1e-9)
    names = ("observations", "minimum", "median", "maximum", "ends")
    least, greatest = mean_bounds(*(row[name] for name in names))
    assert least - 1e-9 <= row["mean"] <= greatest + 1e-9
    assert possible(**row)


@given(st.lists(st.floats(-50, 50), min_size=200, max_size=400), st.sampled_from([0.01, 0.05]))
def test_every_winsorized_sample_keeps_the_narrower_bounds(values, share):
    values = np.clip(values, *np.quantile(values, [share, 1 - share]))
    assume(np.ptp(values) > 1e-6)
    row = describe(values, ends=winsorized_ends(len(values), share))
    assert (np.isclose(values, row["minimum"])).sum() >= row["ends"]
    low, high = bounds(row)
    assert low - 1e-6 <= row["standard_deviation"] <= high + 1e-6
    assert possible(**row | {"standard_deviation": np.clip(row["standard_deviation"], low, high)})


@pytest.mark.parametrize("size", [9, 10])
def test_the_bounds_of_the_mean_are_reached(size):
    lowest = [0] * ((size - 1) // 2) + [2] * (size // 2) + [9]
    assert mean_bounds(size, 0, 2, 9)[0] == pytest.approx(np.mean(lowest))
    highest = [0] + [2] * (size // 2) + [9] * ((size - 1) // 2)
    assert mean_bounds(size, 0, 2, 9)[1] == pytest.approx(np.mean(highest))


@pytest.mark.parametrize("upper", [3.0, 5.0])
def test_the_least_standard_deviation_is_reached(upper):
    values = [0, 2, 2, 2, 2, 2, upper, upper, upper, 9]
    row = describe(values)
    assert bounds(row)[0] == pytest.approx(row["standard_deviation"])


def test_the_greatest_standard_deviation_is_that_of_values_at_both_ends():
    row = describe([0] * 5 + [4] + [8] * 5)
    assert bounds(row)[1] == pytest.approx(row["standard_deviation"])


def test_samuelsons_inequality_is_reached_by_one_value_alone():
    row = describe([0] * 9 + [10])
    furthest = (row["maximum"] - row["mean"]) / row["standard_deviation"]
    assert furthest == pytest.approx(9 / np.sqrt(10))
    assert possible(**row)
    assert not possible(**row | {"maximum": 10.1})


ROW = describe([1, 2, 2, 3, 4, 5, 8, 40])


@pytest.mark.parametrize(
    "wrong",
    [
        {"mean": 30.0},
        {"median": 30.0},
        {"standard_deviation": 2.0},
        {"standard_deviation": 30.0},
        {"maximum": 400.0},
        {"median": 25.0},
        {"minimum": 4.0},
    ],
)
def test_a_number_from_another_row_is_caught(wrong):
    assert possible(**ROW)
    assert not possible(**ROW | wrong)


def test_a_row_that_was_not_winsorized_gives_itself_away():
    row = describe([0] * 5 + [1] * 990 + [1000] * 5)
    assert possible(**row)
    assert not possible(**row | {"ends": winsorized_ends(1000, 0.01)})


@pytest.mark.parametrize(
    ("rule", "given", "expected"),
    [
        ("winsorized_ends", {"observations": 101, "share": 0.01}, 2),
        ("winsorized_ends", {"observations": 4460, "share": 0.01}, 45),
        ("is_skewed_right", {"mean": 3, "minimum": 0, "median": 2, "maximum": 9}, True),
        ("is_skewed_right", {"mean": 1, "minimum": 0, "median": 2, "maximum": 9}, False),
        ("is_skewed_right", {"mean": 3, "minimum": -9, "median": 2, "maximum": 9}, False),
    ],
)
def test_known_answers(rule, given, expected):
    assert RULES[rule](**given) == pytest.approx(expected)

"""What a printed number stands for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataworth.forensics.rounding import format_like, parse_printed


@pytest.mark.parametrize(
    ("printed", "value", "low", "high"),
    [
        ("104,679", 104679, 104678.5, 104679.5),
        ("0.0000", 0, -0.00005, 0.00005),
        ("-0.630", -0.63, -0.6305, -0.6295),
        ("1.203e+08", 1.203e8, 1.2025e8, 1.2035e8),
        ("6.95%", 0.0695, 0.06945, 0.06955),
        ("about 70%", 0.70, 0.69, 0.71),
        ("about 0.4", 0.4, 0.3, 0.5),
    ],
)
def test_a_number_stands_for_its_rounding_interval(printed, value, low, high):
    quantity = parse_printed(printed)
    assert (quantity.value, quantity.low, quantity.high) == pytest.approx((value, low, high))


def test_counts_and_quarters_are_exact():
    count = parse_printed("64", exact=True)
    first, last = parse_printed("2007Q1"), parse_printed("2022Q4")
    assert count.low == count.value == count.high == last.value - first.value + 1


@pytest.mark.parametrize("printed", ["", "n/a", "1,23", "2007Q5", "1.2.3", "--1", "nan", "inf"])
def test_what_is_not_a_number_is_refused(printed):
    with pytest.raises(ValueError, match="expected a number"):
        parse_printed(printed)


@given(st.floats(-1e9, 1e9, allow_nan=False), st.integers(0, 6))
def test_the_interval_holds_every_number_that_rounds_to_it(number, decimals):
    quantity = parse_printed(f"{number:,.{decimals}f}")
    slack = 1e-9 * max(1, abs(number))
    assert quantity.low - slack <= number <= quantity.high + slack


@pytest.mark.parametrize("printed", ["104,679", "0.217", "-2.759", "3.11%", "2021Q4", "0.0000"])
def test_a_computed_number_is_written_like_the_printed_one(printed):
    assert format_like(printed, parse_printed(printed).value) == printed


def test_a_small_number_does_not_vanish_when_written():
    assert format_like("0.4", 0.0123) == "0.012"

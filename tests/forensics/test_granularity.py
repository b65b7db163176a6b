"""Means and deviations of whole numbers: published examples, and every small sample."""

import math
from itertools import combinations_with_replacement

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataworth.forensics.granularity import (
    binary_deviation,
    deviation_fits_scale,
    granular_deviation,
    granular_mean,
    share_let_through,
)
from dataworth.forensics.rounding import Quantity, parse_printed

whole = Quantity.exact


@pytest.mark.parametrize(
    ("mean", "observations", "possible"),
    [
        ("5.19", 28, False),  # Brown & Heathers 2017: 145/28 = 5.179, 146/28 = 5.214
        ("5.18", 28, True),
        ("5.21", 28, True),
        ("5.20", 28, False),  # between two steps, though the ends of its rounding are not
        ("11.09", 21, False),  # 233/21 = 11.095, a hair above the upper end of 11.09
        ("33%", 20, False),  # 6.6 of 20
        ("35%", 20, True),
        ("5.19", 100, True),
    ],
)
def test_a_mean_of_whole_numbers_comes_in_steps(mean, observations, possible):
    assert granular_mean(parse_printed(mean), whole(observations)) is possible


def test_several_items_make_the_steps_finer():
    # Means of a scale of three items from forty people, documentation of R's scrutiny.
    means = ["5.90", "5.71", "3.50", "3.82", "4.61", "5.24"]
    alone = [granular_mean(parse_printed(m), whole(40)) for m in means]
    assert alone == [True, False, True, True, False, False]
    assert all(granular_mean(parse_printed(m), whole(40), whole(3)) for m in means)


@pytest.mark.parametrize(
    ("mean", "deviation", "observations", "possible"),
    [
        ("3.44", "2.47", 18, False),  # Allard 2018
        ("2.6", "2.05", 25, False),  # this one and the next: documentation of scrutiny
        ("7.2", "2.89", 25, True),
        ("10.4", "2.53", 25, True),
        ("3.44", "0.10", 18, False),  # 62/18 is no whole number, so values differ by one
        ("5.19", "1.00", 28, False),  # no such mean
    ],
)
def test_a_deviation_of_whole_numbers_comes_in_steps(mean, deviation, observations, possible):
    found = granular_deviation(parse_printed(deviation), parse_printed(mean), whole(observations))
    assert found is possible


def test_every_deviation_of_small_samples_is_told_right():
    n, possible = 6, set()
    for sample in combinations_with_replacement(range(0, 9), n):
        possible.add((f"{np.mean(sample):.2f}", f"{np.std(sample, ddof=1):.2f}"))
    means = {mean for mean, _ in possible if 3 < float(mean) < 5}
    for mean in means:
        for hundredths in range(40, 160):
            deviation = f"{hundredths / 100:.2f}"
            found = granular_deviation(parse_printed(deviation), parse_printed(mean), whole(n))
            assert found == ((mean, deviation) in possible), (mean, deviation)


@given(st.lists(st.integers(-50, 50), min_size=2, max_size=60), st.integers(1, 3))
def test_no_sample_is_refused(answers, digits):
    mean, deviation = np.mean(answers), np.std(answers, ddof=1)
    mean, deviation = (parse_printed(f"{number:.{digits}f}") for number in (mean, deviation))
    assert granular_mean(mean, whole(len(answers)))
    assert granular_deviation(deviation, mean, whole(len(answers)))


def test_the_share_let_through_is_that_of_all_printed_means():
    printed = [parse_printed(f"{hundredths / 100:.2f}") for hundredths in range(100, 500)]
    share = np.mean([granular_mean(mean, whole(28)) for mean in printed])
    assert share == pytest.approx(share_let_through(printed[0], whole(28)), abs=0.01)
    assert share_let_through(printed[0], whole(400)) == 1


@given(st.lists(st.integers(0, 1), min_size=3, max_size=50))
def test_the_deviation_of_yes_and_no_follows_from_the_share(answers):
    deviation = np.std(answers, ddof=1)
    assert binary_deviation(np.mean(answers), len(answers)) == pytest.approx(deviation, abs=1e-9)


@given(st.lists(st.integers(1, 5), min_size=2, max_size=40))
def test_a_scale_bounds_the_deviation(answers):
    row = np.std(answers, ddof=1), np.mean(answers), len(answers)
    assert deviation_fits_scale(*row, 1, 5)
    if min(answers) == 1 and max(answers) == 5:
        beyond = math.sqrt((row[1] - 1) * (5 - row[1]) * row[2] / (row[2] - 1)) * 1.01
        assert not deviation_fits_scale(beyond, *row[1:], 1, 5)

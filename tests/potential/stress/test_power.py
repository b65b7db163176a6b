"""A permutation test that keeps its promise, and curves that cross a level."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from dataworth.potential.sample import reconstruct_firms
from dataworth.potential.stress import power


def test_the_permutation_test_keeps_its_promise_where_nothing_is():
    p = [power.permutation_test(reconstruct_firms(world="null", seed=s), seed=s) for s in range(60)]
    assert sum(value < 0.05 for value in p) <= stats.binom.ppf(0.999, 60, 0.05)


def test_the_permutation_test_finds_strong_drivers_and_sees_ranks_alone():
    firms = reconstruct_firms(strength=0.6, seed=1)
    assert power.permutation_test(firms, seed=1) == 1 / (power.PERMUTATIONS + 1)
    assert power.permutation_test(firms.rank(), seed=1) == 1 / (power.PERMUTATIONS + 1)


def test_copies_of_the_same_firms_make_everything_significant():
    firms = reconstruct_firms(world="null", seed=5)
    assert power.permutation_test(firms, seed=1) > 0.05
    assert power.permutation_test(pd.concat([firms] * 200), seed=1) < 0.05


def test_power_is_the_level_without_dependence_and_one_with_much_of_it():
    found = power.run(strengths=[0.0, 0.8], sizes=[200], repeats=25, seed=1)
    rejected = found.groupby("strength")["p"].apply(lambda p: (p < power.LEVEL).mean())
    assert rejected[0.0] <= stats.binom.ppf(0.999, 25, power.LEVEL) / 25
    assert rejected[0.8] == 1
    real = found.groupby("strength")["real"].median()
    assert real[0.0] < 0.005
    assert 0.5 < real[0.8] < 0.8


def test_a_curve_crosses_a_level_between_its_points():
    curve = pd.Series([0.1, 0.3, 0.2, 0.9], [0.0, 1.0, 2.0, 4.0])
    assert power.crossing(curve, 0.2) == pytest.approx(0.5)
    assert power.crossing(curve, 0.6) == pytest.approx(3.0)
    assert power.crossing(curve, 0.1) == 0
    assert np.isnan(power.crossing(curve, 0.95))

import numpy as np
import pytest

from dataworth.forensics import critical_values as room


@pytest.mark.parametrize(
    ("printed", "nobs"),
    [
        ({1: -4.118, 5: -3.487, 10: -3.172}, 60),
        ({1: -4.127, 5: -3.491, 10: -3.174}, 57),
        ({1: -4.148, 5: -3.500, 10: -3.179}, 51),
    ],
)
def test_sample_size_of_printed_critical_values(printed, nobs):
    found = room.sample_size_from_critical_value(printed)
    assert found.nobs == nobs
    assert found.deviation < 0.001


def test_misprinted_critical_value_stands_out():
    found = room.sample_size_from_critical_value({1: -4.418, 5: -3.500, 10: -3.179})
    assert found.by_level[5] == found.by_level[10] == 51
    assert found.by_level[1] < 30
    assert found.deviation > 0.05


def test_simulated_null_agrees_with_mackinnon():
    null = room.null_distribution(60, trend="c")
    assert np.quantile(null, [0.05, 0.10]) == pytest.approx([-2.911, -2.594], abs=0.03)


@pytest.mark.parametrize(
    ("statistic", "nobs", "printed"),
    [(-2.759, 60, 0.2179), (-0.630, 60, 0.9734), (-2.931, 51, 0.1617)],
)
def test_printed_pvalues_belong_to_their_statistics(statistic, nobs, printed):
    assert room.finite_sample_pvalue(statistic, nobs) == pytest.approx(printed, abs=0.01)


def test_other_levels_are_refused():
    with pytest.raises(ValueError, match="levels 1, 5 and 10"):
        room.sample_size_from_critical_value({2: -3.0})

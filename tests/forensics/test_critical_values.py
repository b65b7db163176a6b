import pytest

from dataworth.forensics import critical_values as room


@pytest.mark.parametrize(
    ("printed", "nobs"),
    [
        ({0.01: -4.118, 0.05: -3.487, 0.10: -3.172}, 60),
        ({0.01: -4.127, 0.05: -3.491, 0.10: -3.174}, 57),
        ({0.01: -4.148, 0.05: -3.500, 0.10: -3.179}, 51),
    ],
)
def test_printed_critical_values_tell_the_rows(printed, nobs):
    assert round(room.rows_from_critical_value(printed[0.01], 0.01)) == nobs
    for level, value in printed.items():
        assert room.critical_value(nobs, level) == pytest.approx(value, abs=0.001)


def test_a_misprinted_critical_value_stands_out():
    assert room.rows_from_critical_value(-3.500, 0.05) == pytest.approx(51, abs=0.5)
    assert room.rows_from_critical_value(-4.418, 0.01) < 30


@pytest.mark.parametrize("level", [0.05, 0.10])
def test_simulated_null_agrees_with_mackinnon(level):
    found = room.finite_sample_pvalue(room.critical_value(60, level), 60)
    assert found == pytest.approx(level, abs=0.005)


@pytest.mark.parametrize(
    ("statistic", "nobs", "printed"),
    [(-2.759, 60, 0.2179), (-0.630, 60, 0.9734), (-2.931, 51, 0.1617)],
)
def test_printed_pvalues_belong_to_their_statistics(statistic, nobs, printed):
    assert room.finite_sample_pvalue(statistic, nobs) == pytest.approx(printed, abs=0.01)

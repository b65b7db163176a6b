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

"""The model behind printed forecasts, from exact paths and from Table 6."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dataworth.forensics import paths
from dataworth.forensics.rounding import parse_printed, propagate

PROFIT = [6589609, 6691213, 6794110, 6895741]  # Table 6
COST = [86025, 88751, 90011, 90593]


@settings(max_examples=40, deadline=None)
@given(
    ar=st.floats(-0.97, 0.97).filter(lambda a: abs(a) > 0.1),
    mean=st.floats(-5e4, 2e5),
    start=st.floats(2e3, 9e4),
)
def test_exact_forecasts_give_away_coefficient_and_drift(ar, mean, start):
    path = 5e6 + np.cumsum(mean + start * ar ** np.arange(4))
    assert paths.ar_from_forecast_differences(path) == pytest.approx(ar, abs=1e-4)
    assert paths.drift_from_forecast_differences(path) == pytest.approx(mean, abs=1)
    rounded = {"forecasts": [parse_printed(f"{value:.0f}") for value in path]}
    implied = propagate(paths.ar_from_forecast_differences, rounded)
    assert implied.low - 1e-9 <= ar <= implied.high + 1e-9


def test_what_the_printed_forecasts_of_table_6_imply():
    assert paths.ar_from_forecast_differences(PROFIT) == pytest.approx(-0.979, abs=5e-4)
    assert paths.drift_from_forecast_differences(PROFIT) == pytest.approx(102_257, abs=1)
    printed = {"forecasts": [parse_printed(str(value)) for value in COST]}
    cost = propagate(paths.ar_without_drift, printed)
    assert cost.low < 0.462 < cost.high < 0.994187

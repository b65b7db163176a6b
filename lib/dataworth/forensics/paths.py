"""The model behind printed forecasts: its coefficient and its drift.

Beyond the order of the moving average, the steps of forecasts from an ARIMA(1,1,q) approach
the drift by the same factor each quarter (equations `forecast-decay` and `forecast-implied`
of chapter banks/forecast). The first line of a docstring stands in the ledger's notes.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def ar_from_forecast_differences(forecasts: Sequence[float]) -> float:
    """Return the AR coefficient that four successive forecasts in levels imply.

    Beyond the order of the moving average, forecasts of an ARIMA(1,1,q) obey
    d_h - μ = φ (d_{h-1} - μ) for the differences d_h of the levels. From three
    differences, φ = (d₃ - d₂) / (d₂ - d₁), whatever the drift μ. d₁ is the
    difference from the first to the second forecast, so this holds for q ≤ 2.
    """
    first, second, third = np.diff(forecasts)[-3:]
    return (third - second) / (second - first)


def ar_from_log_forecast_differences(forecasts: Sequence[float]) -> float:
    """Return the AR coefficient that four successive forecasts in logarithms imply.

    `ar_from_forecast_differences` on the logarithms: a model of log
    differences whose forecasts are turned back into levels by the exponential.
    """
    return ar_from_forecast_differences(np.log(forecasts).tolist())


def ar_without_drift(forecasts: Sequence[float]) -> float:
    """Return the AR coefficient that the last three forecasts imply without a drift.

    Without a drift the differences themselves shrink by φ: φ = d₃ / d₂.
    """
    before, last = np.diff(forecasts)[-2:]
    return last / before


def drift_from_forecast_differences(forecasts: Sequence[float]) -> float:
    """Return the drift that four successive forecasts in levels imply.

    μ = (d₃ - φ d₂) / (1 - φ), with φ from `ar_from_forecast_differences`.
    """
    ar = ar_from_forecast_differences(forecasts)
    before, last = np.diff(forecasts)[-2:]
    return (last - ar * before) / (1 - ar)

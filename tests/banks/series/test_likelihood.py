"""statsforecast's compiled filter is no public interface: what it must do stands here."""

import inspect
import math

import numpy as np
import pytest

from dataworth.banks.series import likelihood


def test_the_private_filter_takes_what_it_took():
    from statsforecast.arima import arima_like, arima_transpar, getQ0

    names = list(inspect.signature(arima_like).parameters)
    assert names == ["y", "phi", "theta", "delta", "a", "P", "Pn", "up", "use_resid"]
    assert list(inspect.signature(getQ0).parameters) == ["phi", "theta"]
    assert list(inspect.signature(arima_transpar).parameters) == ["params_in", "arma", "trans"]


def test_the_private_recursion_turns_angles_into_coefficients():
    from statsforecast.arima import arima_transpar

    first, second = math.tanh(0.5), math.tanh(-0.3)  # partial autocorrelations
    ar, _ = arima_transpar(np.array([0.5, -0.3]), np.array([2, 0, 0, 0, 0, 0, 0]), True)
    assert ar == pytest.approx([first * (1 - second), second])


def test_innovations_of_an_ar_model_by_hand():
    rows = np.array([[1.0, 2.0, np.nan, 4.0]])
    standardized, log_variances, used = likelihood.innovations(rows, np.array([0.6]), np.array([]))
    two_ahead = math.sqrt(1 + 0.6**2)  # a gap leaves two surprises at once
    expected = [math.sqrt(1 - 0.6**2), 2 - 0.6, (4 - 0.6**2 * 2) / two_ahead]
    assert standardized[0][[0, 1, 3]] == pytest.approx(expected)
    assert log_variances == pytest.approx(2 * math.log(two_ahead) - math.log(1 - 0.6**2))
    assert used == 3

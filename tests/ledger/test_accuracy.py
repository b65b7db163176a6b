"""Error measures of one set of predictions bind one another."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataworth.ledger.rules import RULES

VALUES = st.lists(st.tuples(st.floats(1e4, 1e8), st.floats(1e4, 1e8)), min_size=3, max_size=50)


def measures(actual, predicted):
    error = predicted - actual
    return {
        "rmse": math.sqrt(np.mean(error**2)),
        "rmsle": math.sqrt(np.mean((np.log1p(predicted) - np.log1p(actual)) ** 2)),
        "mape": np.mean(abs(error) / actual),
    }


@given(VALUES)
def test_r_squared_and_rmse_tell_the_deviation_of_the_target(pairs):
    actual, predicted = np.array(pairs).T
    actual[0] = actual[1] + 1e6  # not all alike
    found = measures(actual, predicted)
    r_squared = 1 - found["rmse"] ** 2 / actual.var()
    if r_squared < 1:
        implied = RULES["target_deviation"](r_squared, found["rmse"])
        assert implied == pytest.approx(actual.std(), rel=1e-6)


@given(VALUES)
def test_too_high_predictions_add_no_more_to_the_log_error_than_the_bound(pairs):
    actual, predicted = np.array(pairs).T
    found = measures(actual, predicted)
    if found["rmsle"] < 1e-6:
        return
    high = predicted > actual
    logs = (np.log1p(predicted) - np.log1p(actual)) ** 2
    share = logs[high].sum() / logs.sum()
    bound = RULES["log_error_of_overprediction"](found["mape"], found["rmsle"])
    assert share <= bound * 1.001 + 1e-9


@given(VALUES)
def test_some_prediction_reaches_the_bound(pairs):
    actual, predicted = np.array(pairs).T
    found = measures(actual, predicted)
    bound = RULES["least_prediction_reached"](**found)
    assert predicted.min() <= bound * 1.001 + 1e-6


def test_the_bound_of_the_log_error_is_reached():
    steepest = 1.59362426004
    actual = np.full(10, 1e9)
    found = measures(actual, actual * math.exp(steepest))
    bound = RULES["log_error_of_overprediction"](found["mape"], found["rmsle"])
    assert bound == pytest.approx(1, rel=1e-6)
    assert found["mape"] > 3.9  # per cent of such errors would be read as 4 %


def test_a_fraction_read_as_a_percentage_leaves_no_room_for_the_log_error():
    actual = np.geomspace(1e5, 1e8, 400)
    found = measures(actual, np.full(400, actual.mean()))
    bound = RULES["log_error_of_overprediction"]
    assert bound(found["mape"], found["rmsle"]) >= 0.5
    assert bound(found["mape"] / 100, found["rmsle"]) < 0.5


@pytest.mark.parametrize(
    ("rule", "given", "expected"),
    [
        ("target_deviation", {"r_squared": 0.75, "rmse": 1.0}, 2.0),
        ("alike_up_to", {"first": 1.0, "second": 2.0, "times": 2}, True),
        ("alike_up_to", {"first": 1.0, "second": 2.1, "times": 2}, False),
        ("alike_up_to", {"first": 2.1, "second": 1.0, "times": 2}, False),
        ("least_prediction_reached", {"mape": 1e3, "rmse": 1.0, "rmsle": 1.0}, math.inf),
    ],
)
def test_known_answers(rule, given, expected):
    assert RULES[rule](**given) == pytest.approx(expected)

"""Relations among the error measures of one set of predictions.

`mape` is a fraction. RMSLE adds one to a number before it takes the logarithm,
which beside thousands of yuan does not count.
"""

from __future__ import annotations

import math

# L² / (e^L - 1) is greatest where L e^L = 2 (e^L - 1).
_STEEPEST = 1.5936242600400401
_LOG_PER_RELATIVE = _STEEPEST**2 / math.expm1(_STEEPEST)


def alike_up_to(first: float, second: float, times: float) -> bool:
    """Neither number exceeds the other more than the stated times."""
    return first <= times * second and second <= times * first


def log_error_of_overprediction(mape: float, rmsle: float) -> float:
    """Largest share of the squared log error that too high predictions can make up.

    A prediction e^L times the actual value has a relative error of e^L - 1 and a
    squared log error of L². L² / (e^L - 1) never exceeds 0.6476, so too high
    predictions add at most 0.6476 MAPE to the mean squared log error RMSLE².
    """
    return min(1.0, _LOG_PER_RELATIVE * mape / rmsle**2)


def least_prediction_reached(mape: float, rmse: float, rmsle: float) -> float:
    """Prediction that some value must reach or fall below for errors like these.

    If no prediction is below q, too low ones have L = log(1 + e / p) ≤ log(1 + e / q)
    for the error e. log²(1 + √y) is concave in y = (e / q)², so by Jensen their
    mean of L² is at most log²(1 + RMSE / q). Too high ones add at most 0.6476 MAPE,
    see `log_error_of_overprediction`. Both together must reach RMSLE²; solved for q.
    Infinite where too high predictions alone can reach it.
    """
    rest = rmsle**2 - _LOG_PER_RELATIVE * mape
    return rmse / math.expm1(math.sqrt(rest)) if rest > 0 else math.inf

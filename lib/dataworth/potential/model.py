"""The paper's model of data asset potential: its split, its fit and its six measures.

Paper `potential`, sections 2.3 and 2.4, Tables 4 and 5: what PyCaret 3.3 does when it is
asked for LightGBM. Targets and predictions are in yuan.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.special import ndtr

from dataworth.errors import InputError
from dataworth.forensics.definitions import target_deviation
from dataworth.inputs.firms.variables import TARGET

if TYPE_CHECKING:
    import lightgbm
implied_sd = target_deviation  # by its name in this room
SESSION = 123  # the paper's session_id: one seed for split, search and fit
TRAIN_SHARE = 0.7
METRICS = ("r2", "rmse", "mae", "mse", "rmsle", "mape")

INTEGERS = ("n_estimators", "num_leaves", "min_child_samples", "bagging_freq")
PARAMETERS = (
    *("learning_rate", "n_estimators", "num_leaves", "min_child_samples", "min_split_gain"),
    *("feature_fraction", "bagging_fraction", "bagging_freq", "reg_alpha", "reg_lambda"),
)
"""The ten tuned entries of Table 4, in its order."""

# One thread and fixed sums: the same model on every machine and under every executor.
DETERMINISTIC = {"num_threads": 1, "deterministic": True, "force_row_wise": True, "verbosity": -1}


def printed_parameters() -> dict[str, float | int]:
    """Return Table 4: the tuned parameters as printed, by LightGBM's names."""
    from dataworth.ledger import read_printed

    printed = read_printed("potential")
    return {name: as_number(name, printed(f"t4.{name}")) for name in PARAMETERS}


def as_number(name: str, value: float) -> float | int:
    """Turn a parameter's value into the plain number that LightGBM expects."""
    return int(value) if name in INTEGERS else float(value)


def split(frame: pd.DataFrame, seed: int = SESSION) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Split rows at random, 70 % for training and 30 % for the test (section 2.3).

    Parameters
    ----------
    frame : pandas.DataFrame
    seed : int

    Returns
    -------
    train, test : pandas.DataFrame
    """
    from sklearn.model_selection import train_test_split

    # As PyCaret writes it: 1 - 0.7 is a little more than 0.3, so of 100,000 rows the test
    # takes 30,001.
    train, test = train_test_split(frame, test_size=1 - TRAIN_SHARE, random_state=seed)
    return train, test


def fit(
    train: pd.DataFrame, parameters: Mapping[str, float], *, seed: int = SESSION
) -> lightgbm.Booster:
    """Train LightGBM on one thread; the same rows and seed give the same model.

    Parameters
    ----------
    train : pandas.DataFrame, shape (rows, features + 1)
        The features, and the target in the column ``Data``, in yuan.
    parameters : mapping
        Names of Table 4, as `printed_parameters` gives them.
    seed : int

    Returns
    -------
    lightgbm.Booster
        Predicts yuan; knows its features by name.

    Raises
    ------
    InputError
        There is no target column, or no row.
    """
    import lightgbm

    if TARGET not in train or train.empty:
        raise InputError(f"train: expected rows with a column {TARGET!r}, found none")
    settings = native(parameters, seed)
    rounds = settings.pop("n_estimators")
    data = lightgbm.Dataset(train.drop(columns=TARGET), train[TARGET], params=settings)
    booster = lightgbm.train(settings, data, num_boost_round=rounds)
    booster.free_dataset()
    return booster


def native(parameters: Mapping[str, float], seed: int) -> dict:
    """Return LightGBM's full settings: Table 4's names, the seed, and one thread."""
    plain = {name: as_number(name, value) for name, value in parameters.items()}
    return {"objective": "regression", **plain, **DETERMINISTIC, "seed": seed}


def score(actual: ArrayLike, predicted: ArrayLike) -> dict[str, float]:
    """Measure predictions by the six figures of Table 5, as PyCaret 3.3 defines them.

    Parameters
    ----------
    actual, predicted : array_like, shape (rows,)
        In yuan.

    Returns
    -------
    dict
        r2 (ratio), rmse and mae (yuan), mse (yuan squared), rmsle (log points) and
        mape. The logarithms of rmsle are of one plus the absolute value, so a negative
        prediction counts by its size. mape is a mean ratio, not per cent: 1 means that
        errors are as large as the values; actual zeros are left out.

    Raises
    ------
    InputError
        The two differ in length, are empty, or hold values that are not finite.
    """
    actual, predicted = _pair(actual, predicted)
    errors = actual - predicted
    mse = float(np.mean(errors**2))
    spread = float(np.mean((actual - actual.mean()) ** 2))
    logs = np.log1p(np.abs(predicted)) - np.log1p(np.abs(actual))
    known = actual != 0
    return {
        "r2": 1 - mse / spread if spread > 0 else float("nan"),
        "rmse": float(np.sqrt(mse)),
        "mae": float(np.mean(np.abs(errors))),
        "mse": mse,
        "rmsle": float(np.sqrt(np.mean(logs**2))),
        "mape": float(np.mean(np.abs(errors[known] / actual[known]))) if known.any() else np.nan,
    }


def permutation_p(actual: ArrayLike, predicted: ArrayLike) -> float:
    """Return how often predictions dealt out at random do at least as well as they stand.

    Parameters
    ----------
    actual, predicted : array_like, shape (rows,)

    Returns
    -------
    float
        Share of all deals with a squared error at most as large, by the normal limit of the
        permutation distribution (Hoeffding 1951), whose mean and variance are exact. With
        thousands of rows the limit is as good as reached; 1 if all values of one side are equal.

    Raises
    ------
    InputError
        As `score` does.
    """
    actual, predicted = _pair(actual, predicted)
    if np.ptp(actual) == 0 or np.ptp(predicted) == 0:
        return 1.0
    # Squares do not change when predictions are dealt out anew; only the products do.
    correlation = np.corrcoef(actual, predicted)[0, 1]
    return float(ndtr(-correlation * np.sqrt(len(actual) - 1)))


def _pair(actual: ArrayLike, predicted: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    pair = np.asarray(actual, dtype=float), np.asarray(predicted, dtype=float)
    if pair[0].shape != pair[1].shape or pair[0].ndim != 1 or not len(pair[0]):
        raise InputError(
            f"score: expected two series of one length, found {pair[0].shape} and {pair[1].shape}"
        )
    if not all(np.isfinite(values).all() for values in pair):
        raise InputError("score: expected finite values, found some that are not")
    return pair

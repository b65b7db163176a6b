"""What a sample can support: a test for any dependence at all, and ridge on firms left out."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor

import numpy as np
import pandas as pd

from dataworth.inputs.firms.variables import TARGET
from dataworth.potential import baselines, model
from dataworth.potential.stress import methods

LEVEL = 0.05  # a finding is called significant below this
PERMUTATIONS = 199


def run(
    *,
    strengths: Sequence[float],
    sizes: Sequence[int],
    repeats: int,
    seed: int,
    executor: Executor | None = None,
) -> pd.DataFrame:
    """Draw many samples, test each for any dependence at all, and predict by ridge.

    Returns
    -------
    pandas.DataFrame
        One row a strength, n and repeat: p, of the largest rank correlation among all
        features (`permutation_test`); real, R² of log yuan on `methods.FRESH_FIRMS` fresh firms by
        ridge on logarithms, fitted to the sample.
    """
    jobs = [
        (strength, n, repeats, methods.child_seed(seed, strength, n))
        for strength in strengths
        for n in sizes
    ]
    return pd.concat((executor.map if executor else map)(_power, jobs), ignore_index=True)


def crossing(values: pd.Series, level: float) -> float:
    """Return where a curve first reaches a level, between its points on a straight line.

    Parameters
    ----------
    values : pandas.Series
        By the quantity that is asked for, ascending. Only rises count: the curve is taken
        as never falling, so that noise does not make it cross twice.
    level : float

    Returns
    -------
    float
        NaN if the level is not reached.
    """
    curve, place = np.maximum.accumulate(values.to_numpy(float)), values.index.to_numpy(float)
    reached = np.flatnonzero(curve >= level)
    if not reached.size or reached[0] == 0:
        return float(place[0]) if reached.size else float("nan")
    i = reached[0]
    share = (level - curve[i - 1]) / (curve[i] - curve[i - 1])
    return float(place[i - 1] + share * (place[i] - place[i - 1]))


def permutation_test(firms: pd.DataFrame, *, seed: int) -> float:
    """Test for any dependence by shuffling the target (Westfall & Young 1993).

    Parameters
    ----------
    firms : pandas.DataFrame, shape (rows, features + 1)
        Taken as independent draws, which synthetic firms are not.
    seed : int

    Returns
    -------
    float
        p-value of the largest rank correlation with the target among all features.
    """
    ranks = firms.rank()
    ranks = ((ranks - ranks.mean()) / ranks.std(ddof=0).replace(0, 1)) / np.sqrt(len(firms))
    target, features = ranks.pop(TARGET).to_numpy(), ranks.to_numpy()
    seen, generator = np.abs(target @ features).max(), np.random.default_rng(seed)
    shuffled = [np.abs(generator.permutation(target) @ features).max() for _ in range(PERMUTATIONS)]
    return (1 + sum(value >= seen - 1e-12 for value in shuffled)) / (PERMUTATIONS + 1)


def _power(job: tuple[float, int, int, int]) -> pd.DataFrame:
    strength, n, repeats, seed = job
    fresh = methods.draw_firms(strength, methods.child_seed(seed), methods.FRESH_FIRMS)
    actual = np.log1p(fresh.pop(TARGET))
    rows = []
    for repeat in range(repeats):
        sample = methods.draw_firms(strength, methods.child_seed(seed, repeat), n)
        p = permutation_test(sample, seed=repeat)
        target = np.log1p(sample.pop(TARGET))
        predicted = baselines.build("ridge").fit(sample, target).predict(fresh)
        real = model.score(actual, predicted)["r2"]
        rows.append({"strength": strength, "n": n, "repeat": repeat, "p": p, "real": real})
    return pd.DataFrame(rows)

"""The paper's random search for the model's parameters, exactly, and faster.

Paper `potential`, section 2.3, Table 4: PyCaret 3.3's ``tune_model`` draws ten settings from
lists, measures each by the mean R² of ten folds, and keeps the best. The lists, the seed and
scikit-learn's sampler decide the ten settings; the data only decide which of them wins.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy import stats

from dataworth.errors import InputError
from dataworth.inputs.firms.variables import TARGET
from dataworth.potential.model import PARAMETERS, SESSION, as_number, native, score

if TYPE_CHECKING:
    import lightgbm
_PENALTIES = (1e-7, 1e-6, 1e-4, 1e-3, 1e-2, 5e-4, 5e-3, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5)
_SHARES = tuple(tenths / 10 for tenths in range(4, 11))

SPACE: dict[str, tuple[float, ...]] = {
    "num_leaves": (2, 4, 6, 8, *range(10, 101, 10), 150, 200, 256),
    "learning_rate": _PENALTIES,  # PyCaret has the same list for both, in this order
    "n_estimators": tuple(range(10, 301, 10)),
    "min_split_gain": tuple(tenths / 10 for tenths in range(10)),
    "reg_alpha": (*_PENALTIES, 0.7, 1, 2, 3, 4, 5, 10),
    "reg_lambda": (*_PENALTIES, 0.7, 1, 2, 3, 4, 5, 10),
    "feature_fraction": _SHARES,
    "bagging_fraction": _SHARES,
    "bagging_freq": tuple(range(8)),
    "min_child_samples": (*range(1, 97, 5), 100),
}
"""PyCaret 3.3.2's lists for LightGBM regression. Their order matters: draws are positions."""

RISK = 0.001
FEWEST_FOLDS = 3  # before these, differences between folds say too little about their spread


@dataclass(frozen=True)
class Tuning:
    """What a search found.

    Attributes
    ----------
    table : pandas.DataFrame
        One row a draw, in the order drawn, counted from 1: the ten parameters; mean_r2, the
        mean over the folds that were run; folds, how many were run; dropped, whether the
        draw was given up before the last fold.
    scores : numpy.ndarray, shape (draws, folds)
        R² of every fold; NaN where it was not run.
    winner : dict
        The parameters of the best draw.
    draw : int
        Its number, counted from 1.
    """

    table: pd.DataFrame
    scores: np.ndarray
    winner: dict[str, float | int]
    draw: int


def candidates(draws: int = 10, seed: int = SESSION) -> list[dict[str, float | int]]:
    """Draw settings as PyCaret does; no data are needed.

    Parameters
    ----------
    draws, seed : int

    Returns
    -------
    list of dict
        In the order drawn; names and order of the entries as in Table 4.
    """
    from sklearn.model_selection import ParameterSampler

    if draws < 1:
        raise InputError(f"draws: expected at least 1, found {draws}")
    drawn = ParameterSampler(SPACE, draws, random_state=seed)
    return [{name: as_number(name, one[name]) for name in PARAMETERS} for one in drawn]


def tune(
    train: pd.DataFrame,
    *,
    draws: int | Sequence[Mapping[str, float]] = 10,
    folds: int = 10,
    seed: int = SESSION,
    risk: float = RISK,
    workers: int | None = None,
) -> Tuning:
    """Search for the parameters with the highest mean R² over the folds.

    The folds are blocks of rows in their order, as PyCaret 3.3 cuts them after its shuffled
    split. The winner and its fold scores are those of scikit-learn's ``RandomizedSearchCV``
    with the same folds, unless the winner was given up: each look risks that with the
    probability `risk`, ten draws about once in two hundred searches. Three things make it
    faster: a fold's rows are sorted into bins once for all draws; fits of one thread run side by
    side; hopeless draws are given up.

    Parameters
    ----------
    train : pandas.DataFrame, shape (rows, features + 1)
        The features, and the target in the column ``Data``.
    draws : int or sequence of mappings
        How many settings to draw, or the settings themselves.
    folds : int
    seed : int
        Of the draws and of every fit.
    risk : float
        Draws are given up as `hopeless` says; 0 runs every draw on every fold.
    workers : int, optional
        Fits side by side; as many as there are cores if omitted. Results do not depend
        on it.

    Returns
    -------
    Tuning

    Raises
    ------
    InputError
        Fewer than two folds, fewer rows than folds, no draw, or a risk outside [0, 0.5).
    """
    settings = candidates(draws, seed) if isinstance(draws, int) else [dict(one) for one in draws]
    _check(train, settings, folds, risk)
    parts = _cut(train, folds)
    scores = np.full((len(settings), folds), np.nan)
    alive = list(range(len(settings)))
    # Big fits first, so that no core waits for the last one.
    work = sorted(alive, key=lambda i: -settings[i]["n_estimators"] * settings[i]["num_leaves"])
    with ThreadPoolExecutor(workers or os.cpu_count() or 1) as pool:
        bins = [pool.submit(_bin, fitted, seed) for fitted, _ in parts]
        for fold, (_, held) in enumerate(parts):
            if len(alive) == 1 and fold:
                break
            jobs = {i: pool.submit(_score, held, bins[fold], settings[i], seed) for i in work}
            for i, job in jobs.items():
                scores[i, fold] = job.result()
            if fold + 1 < folds:
                lost = hopeless(scores[alive, : fold + 1], folds, risk)
                alive = [i for i, is_lost in zip(alive, lost, strict=True) if not is_lost]
                work = [i for i in work if i in alive]
        last = settings[alive[0]]
        rest = [k for k in range(folds) if np.isnan(scores[alive[0], k])]
        jobs = {k: pool.submit(_score, parts[k][1], bins[k], last, seed) for k in rest}
        for k, job in jobs.items():
            scores[alive[0], k] = job.result()
    return _report(settings, scores)


def hopeless(scores: np.ndarray, folds: int, risk: float = RISK) -> np.ndarray:
    r"""Return which draws cannot be expected to catch up with the leader any more.

    A draw trails the leader by :math:`d_1, …, d_k` in the first k of K folds, with mean
    :math:`\bar d` and standard deviation s. To draw level it must lead by
    :math:`k \bar d / (K - k)` on average in the other folds. If folds to come are like those
    seen, their mean is predicted by Student's t with k - 1 degrees of freedom; the draw is
    given up if the probability of drawing level is below `risk`. So, whatever the true
    distance, a look gives up a draw that would have come level in at most that share of
    races. After Maron & Moore (1994) and Birattari et al. (2002).

    Parameters
    ----------
    scores : numpy.ndarray, shape (draws, k)
        R² in the folds so far.
    folds : int
        K, all folds.
    risk : float
        0 gives up none.

    Returns
    -------
    numpy.ndarray of bool, shape (draws,)
        Never true for the leader, nor before the third fold.
    """
    seen = scores.shape[1]
    left = folds - seen
    if seen < FEWEST_FOLDS or not left or not risk:
        return np.zeros(len(scores), dtype=bool)
    leader = int(np.argmax(scores.mean(axis=1)))
    behind = scores[leader] - scores
    mean, spread = behind.mean(axis=1), behind.std(axis=1, ddof=1)
    needed = mean * seen / left + mean
    return needed > stats.t.isf(risk, seen - 1) * spread * np.sqrt(1 / seen + 1 / left)


def _cut(train: pd.DataFrame, folds: int) -> list[tuple[pd.DataFrame, pd.DataFrame]]:
    """Return the rows to fit on and those to measure on, for each fold."""
    from sklearn.model_selection import KFold

    return [(train.iloc[fit], train.iloc[held]) for fit, held in KFold(folds).split(train)]


def _bin(fitted: pd.DataFrame, seed: int) -> lightgbm.Dataset:
    """Sort a fold's rows into LightGBM's bins, in a way that fits every draw."""
    import lightgbm

    # A filter of features would depend on the draw's least leaf.
    settings = native({}, seed) | {"feature_pre_filter": False}
    features, target = fitted.drop(columns=TARGET), fitted[TARGET]
    return lightgbm.Dataset(features, target, params=settings).construct()


def _score(
    held: pd.DataFrame, bins: Future[lightgbm.Dataset], parameters: Mapping[str, float], seed: int
) -> float:
    """Fit one draw on one fold's bins, and return R² on its held rows."""
    import lightgbm

    settings = native(parameters, seed) | {"feature_pre_filter": False}
    rounds = settings.pop("n_estimators")
    booster = lightgbm.Booster(settings, bins.result())
    for _ in range(rounds):
        if booster.update():
            break
    return score(held[TARGET], booster.predict(held.drop(columns=TARGET), num_threads=1))["r2"]


def _report(settings: Sequence[Mapping[str, float]], scores: np.ndarray) -> Tuning:
    run = np.isfinite(scores).sum(axis=1)
    means = np.nanmean(scores, axis=1)
    finished = run == scores.shape[1]
    best = int(np.argmax(np.where(finished, means, -np.inf)))
    table = pd.DataFrame(list(settings), index=pd.RangeIndex(1, len(settings) + 1, name="draw"))
    table = table.assign(mean_r2=means, folds=run, dropped=~finished)
    return Tuning(table, scores, dict(settings[best]), best + 1)


def _check(train: pd.DataFrame, settings: Sequence, folds: int, risk: float) -> None:
    if folds < 2 or len(train) < folds:
        raise InputError(f"folds: expected from 2 to {len(train)} (the rows), found {folds}")
    if not settings:
        raise InputError("draws: expected at least one, found none")
    if not 0 <= risk < 0.5:
        raise InputError(f"risk: expected from 0 to 0.5, found {risk}")

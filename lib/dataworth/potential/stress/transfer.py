"""Train on some firms or on synthetic ones, test on firms left out: equation `model-real`.

A method is a `Recipe`, for LightGBM with Table 4's parameters on synthetic firms, or the name
of a baseline that learns from the firms. Each is measured on two scales of the target, yuan
and logarithms, and learns on the scale that it is measured on.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from dataworth.errors import InputError
from dataworth.inputs.firms.variables import TARGET
from dataworth.potential import baselines, model
from dataworth.potential.explain import rank_correlation
from dataworth.potential.synthetic.augment import Recipe, synthesize

if TYPE_CHECKING:
    Method = Recipe | str
    Parts = tuple[pd.DataFrame, pd.DataFrame, int]

SCALES = ("yuan", "log")
SYNTHETIC_ROWS = 10_000  # drawn at most: fits are many


@dataclass(frozen=True)
class Trial:
    """One method on one sample and one scale.

    Attributes
    ----------
    scale : {"yuan", "log"}
    seen : float
        R² on the firms of the sample.
    own : float
        R² on a test set of the method's own synthetic firms, as the paper reports it; NaN
        for a baseline.
    predicted : numpy.ndarray
        Predictions for the fresh firms, on this scale.
    """

    scale: str
    seen: float
    own: float
    predicted: np.ndarray


def contestants(pipeline: Recipe) -> dict[str, Method]:
    """Name the methods that are compared.

    Parameters
    ----------
    pipeline : Recipe
        Of the paper's pipeline. It draws `SYNTHETIC_ROWS` at most.

    Returns
    -------
    dict of str to Method
        pipeline learns from synthetic firms; firms (LightGBM with its default settings), ridge
        and mean from the firms themselves.
    """
    few = replace(pipeline, rows=min(pipeline.rows, SYNTHETIC_ROWS))
    return {"pipeline": few, "firms": "LightGBM", "ridge": "ridge", "mean": "mean"}


def try_method(
    method: Method, sample: pd.DataFrame, fresh: pd.DataFrame, *, seed: int
) -> list[Trial]:
    """Learn from a sample and predict fresh firms, on both scales.

    Parameters
    ----------
    method : Recipe or str
        A recipe for synthetic firms, or one of `baselines.BASELINES`.
    sample, fresh : pandas.DataFrame, shape (firms, features + 1)
        What the method may see; and firms whose features alone are read.
    seed : int

    Returns
    -------
    list of Trial
        One for each of `SCALES`.
    """
    train, test = sample, None
    if isinstance(method, Recipe):
        train, test = model.split(synthesize(sample, method, seed=seed))
    trials = []
    for scale in SCALES:
        rows = rescaled(train, scale)
        if isinstance(method, str):
            learned = baselines.build(method, seed).fit(rows.drop(columns=TARGET), rows[TARGET])
            predict = learned.predict
        else:
            booster = model.fit(rows, model.printed_parameters())
            predict = partial(booster.predict, num_threads=1)
        seen, own = (
            model.score(rescaled(f, scale)[TARGET], predict(f.drop(columns=TARGET)))["r2"]
            if f is not None
            else float("nan")
            for f in (sample, test)
        )
        trials.append(Trial(scale, seen, own, predict(fresh.drop(columns=TARGET))))
    return trials


def rescaled(firms: pd.DataFrame, scale: str) -> pd.DataFrame:
    """Return the firms with their target in yuan, or as the logarithm of one plus yuan."""
    return firms if scale == "yuan" else firms.assign(**{TARGET: np.log1p(firms[TARGET])})


def run(
    samples: Iterable[tuple[Mapping[str, Any], pd.DataFrame]],
    tried: Mapping[str, Method],
    *,
    folds: int,
    seed: int,
    executor: Executor | None = None,
) -> pd.DataFrame:
    """Learn from some firms and test on the others, the synthesizer fitted inside each fold.

    Parameters
    ----------
    samples : iterable of (labels, sample)
        `labels` is a mapping that becomes the first columns. The same firms may come
        several times; each time they are divided anew.
    tried : mapping of str to Method
    folds : int
        No more than half of the firms are used.
    seed : int
    executor : concurrent.futures.Executor, optional
        Who does the work; one after another if omitted. The table is the same.

    Returns
    -------
    pandas.DataFrame
        One row a sample, method, scale and firm: the labels; repeat, the number of the sample;
        method; scale; firm, its place in the sample; actual and predicted, on this scale, by a
        method that did not see it; seen and own, R² on the firms that were learned from and on
        the synthetic test set, of its fold; order, the rank correlation within the fold.

    Raises
    ------
    InputError
        A sample has fewer than four firms.
    """
    labels, jobs = [], []
    for i, (label, sample) in enumerate(samples):
        sample = sample.reset_index(drop=True)
        for fold, (seen, held) in enumerate(_folds(sample, folds, seed + i)):
            labels.append({**label, "repeat": i})
            jobs.append((seen, held, seed + 1000 * i + fold))
    rows = []
    work = (executor.map if executor else map)(partial(_try_on, tried=dict(tried)), jobs)
    for label, (_, held, _), trials in zip(labels, jobs, work, strict=True):
        for name, trial in trials:
            actual = rescaled(held, trial.scale)[TARGET]
            order = rank_correlation(actual, trial.predicted)
            values = {"actual": actual, "predicted": trial.predicted, "firm": held.index}
            marks = {"seen": trial.seen, "own": trial.own, "order": order}
            rows.append(
                pd.DataFrame({**label, "method": name, "scale": trial.scale, **values, **marks})
            )
    return pd.concat(rows, ignore_index=True)


def measure(
    table: pd.DataFrame, by: Sequence[str], *, draws: int = 1000, seed: int
) -> pd.DataFrame:
    """Return R² on firms left out, with an interval over firms drawn again.

    Equation `model-real` of chapter potential/model. Squared errors are averaged over repeats.

    Parameters
    ----------
    table : pandas.DataFrame
        As `run` returns it.
    by : sequence of str
        Columns whose values name the rows of the result.
    draws : int
        Bootstrap samples of the firms.
    seed : int

    Returns
    -------
    pandas.DataFrame
        real, low and high (95 %); seen, own and order, means over folds.
    """
    generator, rows = np.random.default_rng(seed), {}
    for key, part in table.groupby(list(by), sort=False):
        squares = (part["actual"] - part["predicted"]) ** 2
        error = squares.groupby(part["firm"]).mean().to_numpy()
        actual = part.groupby("firm")["actual"].first().to_numpy()
        again = generator.integers(len(actual), size=(draws, len(actual)))
        r2 = 1 - error[again].mean(axis=1) / actual[again].var(axis=1)
        low, high = np.quantile(r2, [0.025, 0.975])
        ends = {"real": 1 - error.mean() / actual.var(), "low": low, "high": high}
        rows[key] = ends | part[["seen", "own", "order"]].mean().to_dict()
    return pd.DataFrame(rows).T.rename_axis(list(by))


def _try_on(parts: Parts, tried: Mapping[str, Method]) -> list[tuple[str, Trial]]:
    sample, fresh, seed = parts
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # penalties at an end of their grid
        return [
            (name, trial)
            for name, method in tried.items()
            for trial in try_method(method, sample, fresh, seed=seed)
        ]


def _folds(
    sample: pd.DataFrame, folds: int, seed: int
) -> Iterator[tuple[pd.DataFrame, pd.DataFrame]]:
    from sklearn.model_selection import KFold

    if len(sample) < 4:
        raise InputError(f"sample: expected at least 4 firms to divide, found {len(sample)}")
    parts = KFold(min(folds, len(sample) // 2), shuffle=True, random_state=seed)
    for seen, held in parts.split(sample):
        yield sample.iloc[seen], sample.iloc[held]

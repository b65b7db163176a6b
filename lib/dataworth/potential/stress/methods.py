"""The contestants: the paper's pipeline, and learners on the firms themselves.

A method is a `Recipe`, for LightGBM with Table 4's parameters on synthetic firms, or the name
of a baseline that learns from the firms. Each is measured on two scales of the target, yuan
and logarithms, and learns on the scale that it is measured on.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from dataworth.inputs.firms.variables import TARGET
from dataworth.potential import baselines, model
from dataworth.potential.sample import reconstruct_firms
from dataworth.potential.synthetic.augment import Recipe, synthesize

if TYPE_CHECKING:
    Method = Recipe | str
    Job = tuple[pd.DataFrame, pd.DataFrame, int]

SCALES = ("yuan", "log")
SMALLEST = 100  # firms of the smallest sample, the paper's number
SYNTHETIC_ROWS = 10_000  # drawn at most where fits are many
FRESH_FIRMS = 2000  # firms that nobody learned from, where they can be had at will


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
    rows = min(pipeline.rows, SYNTHETIC_ROWS)
    return {
        "pipeline": replace(pipeline, rows=rows),
        "firms": "LightGBM",
        "ridge": "ridge",
        "mean": "mean",
    }


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
        predict = _learn(method, rescaled(train, scale), seed)
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


# --- what the experiments share -------------------------------------------------------------


def child_seed(seed: int, *place: int | float) -> int:
    """Return the seed of one part of an experiment, by the part's place in it.

    A place is counted in whole numbers; a strength, which is a share, counts in thousandths.
    """
    key = tuple(round(1000 * at) if isinstance(at, float) else at for at in place)
    # As a spawn key: plain entropy is padded with zeros, so (1,) and (1, 0) would be the same.
    return int(np.random.SeedSequence(seed, spawn_key=key).generate_state(1)[0])


def draw_firms(strength: float, seed: int, n: int) -> pd.DataFrame:
    """Draw firms whose drivers explain a share of the log target; 0 is the null world."""
    world = "planted" if strength > 0 else "null"
    return reconstruct_firms(world=world, strength=strength, seed=seed, n=n)


def try_all(
    jobs: Iterable[Job], tried: Mapping[str, Method], *, executor: Executor | None = None
) -> list[list[tuple[str, Trial]]]:
    """Try every method on every job of sample, fresh firms and seed, in their order."""
    work = partial(_try_on, tried=dict(tried))
    return list((executor.map if executor else map)(work, jobs))


def _try_on(job: Job, tried: dict[str, Method]) -> list[tuple[str, Trial]]:
    sample, fresh, seed = job
    return [
        (name, trial)
        for name, method in tried.items()
        for trial in try_method(method, sample, fresh, seed=seed)
    ]


def _learn(method: Method, train: pd.DataFrame, seed: int) -> Callable:
    """Return a function from rows to predictions."""
    if isinstance(method, Recipe):
        booster = model.fit(train, model.printed_parameters())
        return partial(booster.predict, num_threads=1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # penalties at an end of their grid
        return baselines.build(method, seed).fit(train.drop(columns=TARGET), train[TARGET]).predict

"""Train on synthetic firms, test on firms left out: equation `model-real`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from dataworth.errors import InputError
from dataworth.inputs.firms.variables import TARGET
from dataworth.potential.explain import rank_correlation
from dataworth.potential.stress import methods

if TYPE_CHECKING:
    from dataworth.potential.stress.methods import Method


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
        for fold, (seen, held) in enumerate(_folds(sample, folds, methods.child_seed(seed, i))):
            labels.append({**label, "repeat": i})
            jobs.append((seen, held, methods.child_seed(seed, i, fold)))
    rows = []
    work = methods.try_all(jobs, tried, executor=executor)
    for label, (_, held, _), trials in zip(labels, jobs, work, strict=True):
        for name, trial in trials:
            actual = methods.rescaled(held, trial.scale)[TARGET]
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


def _folds(
    sample: pd.DataFrame, folds: int, seed: int
) -> Iterator[tuple[pd.DataFrame, pd.DataFrame]]:
    from sklearn.model_selection import KFold

    if len(sample) < 4:
        raise InputError(f"sample: expected at least 4 firms to divide, found {len(sample)}")
    parts = KFold(min(folds, len(sample) // 2), shuffle=True, random_state=seed)
    for seen, held in parts.split(sample):
        yield sample.iloc[seen], sample.iloc[held]

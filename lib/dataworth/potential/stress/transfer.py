"""Train on synthetic firms, test on firms left out: equations `stress-own` and `stress-real`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Executor
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from dataworth.errors import InputError
from dataworth.inputs.firms.variables import TARGET
from dataworth.potential import model
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
        One row a sample, method and scale: the labels; method; scale; seen, R² on the firms
        that were learned from, own, R² on the synthetic test set, and order, the rank
        correlation of prediction and target among firms left out, all three means over
        folds; real, R² over all firms, each predicted once while it was left out.

    Raises
    ------
    InputError
        A sample has fewer than four firms.
    """
    labels, jobs = [], []
    for i, (label, sample) in enumerate(samples):
        for fold, (seen, held) in enumerate(_folds(sample, folds, methods.child_seed(seed, i))):
            labels.append({"sample": i, **label})
            jobs.append((seen, held, methods.child_seed(seed, i, fold)))
    groups: dict[tuple, list[tuple]] = {}
    work = methods.try_all(jobs, tried, explain=False, executor=executor)
    for label, (_, held, _), trials in zip(labels, jobs, work, strict=True):
        for name, trial in trials:
            key = (*label.items(), ("method", name), ("scale", trial.scale))
            groups.setdefault(key, []).append((trial, methods.rescaled(held, trial.scale)[TARGET]))
    rows = []
    for key, parts in groups.items():
        actual = np.concatenate([target for _, target in parts])
        predicted = np.concatenate([trial.predicted for trial, _ in parts])
        means = {k: np.mean([getattr(trial, k) for trial, _ in parts]) for k in ("seen", "own")}
        means["order"] = np.mean(
            [rank_correlation(t.to_numpy(), trial.predicted) for trial, t in parts]
        )
        rows.append({**dict(key), **means, "real": model.score(actual, predicted)["r2"]})
    return pd.DataFrame(rows).drop(columns="sample")


def _folds(
    sample: pd.DataFrame, folds: int, seed: int
) -> Iterator[tuple[pd.DataFrame, pd.DataFrame]]:
    from sklearn.model_selection import KFold

    if len(sample) < 4:
        raise InputError(f"sample: expected at least 4 firms to divide, found {len(sample)}")
    parts = KFold(min(folds, len(sample) // 2), shuffle=True, random_state=seed)
    for seen, held in parts.split(sample):
        yield sample.iloc[seen], sample.iloc[held]

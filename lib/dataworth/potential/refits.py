"""The paper's pipeline run again and again: synthesizer, split, fit, measures, importance.

Paper `potential`, sections 2.2 to 2.5. The paper ran it once. How far its figures would
move under other seeds and other samples of firms is seen only from many runs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from concurrent.futures import Executor
from functools import partial
from typing import TYPE_CHECKING, Any

import pandas as pd

from dataworth.errors import InputError
from dataworth.inputs.firms.variables import FEATURES, TARGET
from dataworth.potential import model
from dataworth.potential.explain import contributions
from dataworth.potential.sample import reconstruct_firms, signal
from dataworth.potential.synthetic.augment import Recipe, synthesize

if TYPE_CHECKING:
    import lightgbm

    Job = tuple[Mapping[str, Any], pd.DataFrame, int]

EXPLAINED_ROWS = 5000  # test rows behind an importance; more do not move its order
IMPORTANCE = "importance:"
REFERENCE = {"n_estimators": 400, "learning_rate": 0.05, "num_leaves": 31}


def refit(
    sample: pd.DataFrame,
    recipe: Recipe,
    *,
    seed: int,
    parameters: Mapping[str, float] | None = None,
    session: int = model.SESSION,
    explain: bool = True,
    features: Iterable[str] | None = None,
) -> dict[str, Any]:
    """Run the whole pipeline once: synthesize, split, fit, measure, explain.

    Parameters
    ----------
    sample : pandas.DataFrame, shape (firms, features + 1)
        The seed sample, with its target in ``Data`` (yuan).
    recipe : Recipe
        How synthetic firms are made.
    seed : int
        Seed of the synthesizer.
    parameters : mapping, optional
        Of the model; Table 4's if omitted.
    session : int
        Seed of split and fit; the paper's session_id.
    explain : bool
        Whether anything but the measures is wanted.
    features : iterable of str, optional
        What the model sees, everything if omitted; the synthesizer sees the whole sample.

    Returns
    -------
    dict
        r2, rmse, mae, mse, rmsle, mape on the synthetic test set, as `model.score`
        gives them; train_r2, on as many of the rows it was trained on; permutation_p, whether it
        beats its own predictions dealt out at random (`model.permutation_p`); target_sd,
        the standard deviation of the test target (yuan, over n); share_at_minimum, the
        share of synthetic targets on the sample's least value; ``importance:<feature>``,
        the mean absolute contribution in yuan on at most 5,000 test rows; and `model`,
        LightGBM's text of the model.
    """
    synthetic = synthesize(sample, recipe, seed=seed)
    seen = list(features) if features else synthetic.columns.drop(TARGET)
    train, test = model.split(synthetic[[*seen, TARGET]], session)
    booster = model.fit(train, parameters or model.printed_parameters(), seed=session)
    predicted = booster.predict(test[seen], num_threads=1)
    scores = model.score(test[TARGET], predicted)
    if not explain:
        return scores
    again = train[: len(test)]
    fitted = booster.predict(again[seen], num_threads=1)
    means = contributions(booster, test[seen][:EXPLAINED_ROWS]).abs().mean()
    return {
        **scores,
        "train_r2": model.score(again[TARGET], fitted)["r2"],
        "permutation_p": model.permutation_p(test[TARGET], predicted),
        "target_sd": float(test[TARGET].std(ddof=0)),
        "share_at_minimum": float((synthetic[TARGET] <= sample[TARGET].min()).mean()),
        **means.add_prefix(IMPORTANCE).to_dict(),
        "model": booster.model_to_string(),
    }


def refit_all(
    jobs: Iterable[Job],
    recipe: Recipe,
    *,
    parameters: Mapping[str, float] | None = None,
    session: int = model.SESSION,
    explain: bool = True,
    features: Iterable[str] | None = None,
    together: int = 1,
    executor: Executor | None = None,
) -> pd.DataFrame:
    """Run the pipeline for many samples and seeds.

    Parameters
    ----------
    jobs : iterable of (labels, sample, seed)
        `labels` is a mapping that becomes the first columns of the row.
    recipe, parameters, session, explain, features
        As `refit` takes them.
    together : int
        Jobs in a row for one helper: the same firms with other amounts share what a synthesizer
        finds out about single columns.
    executor : concurrent.futures.Executor, optional
        Who does the work, such as processes or a dask cluster; one after another if
        omitted. The table is the same.

    Returns
    -------
    pandas.DataFrame
        One row a job, in the order of the jobs: its labels, seed, and `refit`'s values.

    Raises
    ------
    InputError
        There is no job.
    """
    jobs = list(jobs)
    if not jobs:
        raise InputError("refit_all: expected at least one job, found none")
    parameters = dict(parameters or model.printed_parameters())
    fixed: dict[str, Any] = {"parameters": parameters, "session": session, "explain": explain}
    fixed |= {"features": features and tuple(features)}
    work = partial(_row, recipe=recipe, **fixed)
    rows = executor.map(work, jobs, chunksize=together) if executor else map(work, jobs)
    return pd.DataFrame(list(rows))


def reference(world: str, *, seed: int, firms: int = 5000) -> tuple[lightgbm.Booster, pd.DataFrame]:
    """Return a model that knows a made-up world's signal, and firms to explain it on.

    It learns the signal itself, without noise, from thousands of firms. What a finding says of
    this model is whether it is true in the world.

    Parameters
    ----------
    world : {"linear", "planted", "size"}
    seed : int
    firms : int
    """
    rows = reconstruct_firms(world="null", seed=seed, n=firms)[list(FEATURES)]
    train = rows.assign(**{TARGET: signal(world, rows)})
    return model.fit(train, REFERENCE, seed=seed), rows[:1000]


def read_model(text: str) -> lightgbm.Booster:
    """Read a model from the text that `refit` keeps."""
    import lightgbm

    return lightgbm.Booster(model_str=text)


def _row(job: Job, *, recipe: Recipe, **fixed: Any) -> dict[str, Any]:
    labels, sample, seed = job
    return {**labels, "seed": seed, **refit(sample, recipe, seed=seed, **fixed)}

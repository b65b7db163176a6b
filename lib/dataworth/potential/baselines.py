"""What simpler models make of the hundred firms themselves, measured on firms left out.

Not in the paper, which measures its model on synthetic firms only. Every model here is fitted
to some of the real firms and measured on the others.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Executor
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from dataworth.errors import InputError
from dataworth.inputs.firms.variables import TARGET
from dataworth.potential.model import SESSION

if TYPE_CHECKING:
    from sklearn.base import RegressorMixin

    Job = tuple[Mapping[str, Any], pd.DataFrame, int]

BASELINES = ("mean", "ridge", "elastic net", "EBM", "LightGBM", "LightGBM, yuan")
FOLDS = 5
SHORT = {"smoothing_rounds": 50, "early_stopping_rounds": 50}
"""An EBM's patience, cut to a hundred firms: six times faster and as good on firms left out."""


def build(name: str, seed: int = SESSION) -> RegressorMixin:
    r"""Build one of the `BASELINES`, unfitted.

    Ridge and elastic net see signed logarithms, :math:`\text{sign}(x) \ln(1 + |x|)`, brought
    to one scale, and choose their penalty by cross-validation within the training firms. The
    explainable boosting machine (EBM, Lou et al. 2013) and LightGBM take features as they
    are. LightGBM has its default settings: Table 4's least leaf of 96 firms lets no tree
    split a hundred.

    Raises
    ------
    InputError
        An unknown name.
    """
    from sklearn.dummy import DummyRegressor
    from sklearn.linear_model import ElasticNetCV, RidgeCV
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import FunctionTransformer, StandardScaler

    if name == "mean":
        return DummyRegressor()
    if name in ("ridge", "elastic net"):
        last = (
            RidgeCV(np.logspace(-2, 5, 36))
            if name == "ridge"
            else ElasticNetCV(l1_ratio=[0.1, 0.5, 1.0], alphas=30, cv=FOLDS)
        )
        return make_pipeline(FunctionTransformer(signed_log), StandardScaler(), last)
    if name == "EBM":
        from interpret.glassbox import ExplainableBoostingRegressor

        return ExplainableBoostingRegressor(
            interactions=0, outer_bags=4, n_jobs=1, random_state=seed, **SHORT
        )
    if name.startswith("LightGBM"):
        from lightgbm import LGBMRegressor

        return LGBMRegressor(random_state=seed, n_jobs=1, deterministic=True, verbose=-1)
    raise InputError(f"baseline: expected one of {', '.join(BASELINES)}, found {name!r}")


def signed_log(values: pd.DataFrame) -> pd.DataFrame:
    """Compress large values of either sign; nearly leave small ones as they are."""
    return np.sign(values) * np.log1p(np.abs(values))


def cross_validate(
    sample: pd.DataFrame,
    *,
    names: Sequence[str] = BASELINES,
    folds: int = FOLDS,
    seed: int = SESSION,
) -> pd.DataFrame:
    """Measure baselines on firms that they were not fitted to.

    Parameters
    ----------
    sample : pandas.DataFrame, shape (firms, features + 1)
        Target in ``Data``, yuan, positive.
    names : sequence of str
        Some of `BASELINES`.
    folds : int
        Parts into which the firms are dealt; each is predicted from the others.
    seed : int
        Of the deal, and of the models.

    Returns
    -------
    pandas.DataFrame
        One row a model: model, r2 (of yuan) and r2_log (of log yuan), over all firms, each
        predicted once while it was left out; 0 is what the mean of all firms would reach.

    Raises
    ------
    InputError
        A target that is not positive, a number of folds that does not fit the firms, or
        an unknown name.
    """
    from sklearn.metrics import r2_score
    from sklearn.model_selection import KFold

    _check(sample, names, folds)
    features, target = sample.drop(columns=TARGET), sample[TARGET].to_numpy()
    deal = list(KFold(folds, shuffle=True, random_state=seed).split(features))
    rows = []
    for name in names:
        level, logs = np.empty(len(sample)), np.empty(len(sample))
        for fit, held in deal:
            level[held], logs[held] = _predict(
                name, features.iloc[fit], target[fit], features.iloc[held], seed
            )
        r2, r2_log = r2_score(target, level), r2_score(np.log(target), logs)
        rows.append({"model": name, "r2": float(r2), "r2_log": float(r2_log)})
    return pd.DataFrame(rows)


def cross_validate_all(
    jobs: Iterable[Job],
    *,
    names: Sequence[str] = BASELINES,
    folds: int = FOLDS,
    executor: Executor | None = None,
) -> pd.DataFrame:
    """Measure baselines on many samples, or on many deals of one sample.

    Parameters
    ----------
    jobs : iterable of (labels, sample, seed)
        As `refits.refit_all` takes them.
    names, folds
        As `cross_validate` takes them.
    executor : concurrent.futures.Executor, optional
        Who does the work; one after another if omitted. The table is the same.

    Returns
    -------
    pandas.DataFrame
        One row a job and model: labels, seed, and `cross_validate`'s columns.
    """
    work = partial(_rows, names=tuple(names), folds=folds)
    return pd.concat(executor.map(work, jobs) if executor else map(work, jobs), ignore_index=True)


def _rows(job: Job, *, names: Sequence[str], folds: int) -> pd.DataFrame:
    labels, sample, seed = job
    table = cross_validate(sample, names=names, folds=folds, seed=seed)
    return pd.concat([pd.DataFrame({**labels, "seed": seed}, index=table.index), table], axis=1)


def _predict(
    name: str, features: pd.DataFrame, target: np.ndarray, held: pd.DataFrame, seed: int
) -> tuple[np.ndarray, np.ndarray]:
    """Predict yuan and log yuan of the held firms.

    From logarithms back to yuan by Duan's (1983) smearing: the mean of the exponentials of
    the residuals takes the place of a normal distribution's correction.
    """
    model = build(name, seed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # penalties at an end of their grid, tiny bins
        if name.endswith("yuan"):
            level = model.fit(features, target).predict(held)
            return level, np.log(np.maximum(level, target.min()))
        logs = model.fit(features, np.log(target)).predict(held)
        smear = np.mean(np.exp(np.log(target) - model.predict(features)))
    return np.exp(logs) * smear, logs


def _check(sample: pd.DataFrame, names: Sequence[str], folds: int) -> None:
    if not (sample[TARGET] > 0).all():
        raise InputError(f"{TARGET}: expected positive values, found {sample[TARGET].min():g}")
    if not 2 <= folds <= len(sample):
        raise InputError(f"folds: expected from 2 to {len(sample)} (the firms), found {folds}")
    for name in names:
        if name not in BASELINES:
            raise InputError(f"baseline: expected one of {', '.join(BASELINES)}, found {name!r}")

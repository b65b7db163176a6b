"""Simpler models, which learn from the hundred firms themselves. Not in the paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from dataworth.errors import InputError
from dataworth.potential.model import SESSION

if TYPE_CHECKING:
    from sklearn.base import RegressorMixin

BASELINES = ("mean", "ridge", "LightGBM")


def build(name: str, seed: int = SESSION) -> RegressorMixin:
    r"""Build one of the `BASELINES`, unfitted.

    Ridge sees signed logarithms, :math:`\text{sign}(x) \ln(1 + |x|)`, brought to one scale, and
    chooses its penalty by cross-validation within the training firms. LightGBM has its default
    settings: Table 4's least leaf of 96 firms lets no tree split a hundred.

    Raises
    ------
    InputError
        An unknown name.
    """
    from lightgbm import LGBMRegressor
    from sklearn.dummy import DummyRegressor
    from sklearn.linear_model import RidgeCV
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import FunctionTransformer, StandardScaler

    if name == "mean":
        return DummyRegressor()
    if name == "ridge":
        ridge = RidgeCV(np.logspace(-2, 5, 36))
        return make_pipeline(FunctionTransformer(signed_log), StandardScaler(), ridge)
    if name == "LightGBM":
        return LGBMRegressor(random_state=seed, n_jobs=1, deterministic=True, verbose=-1)
    raise InputError(f"baseline: expected one of {', '.join(BASELINES)}, found {name!r}")


def signed_log(values: pd.DataFrame) -> pd.DataFrame:
    """Compress large values of either sign; nearly leave small ones as they are."""
    return np.sign(values) * np.log1p(np.abs(values))

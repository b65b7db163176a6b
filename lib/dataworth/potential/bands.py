"""What may be said about a single firm: a band, and whether it lies where models were trained.

Beyond paper `potential`, which prints predictions of single firms as points. Yuan throughout.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from dataworth.errors import InputError
from dataworth.inputs.firms.variables import FEATURES, TARGET
from dataworth.potential.refits import refit_all
from dataworth.potential.scan import predict

if TYPE_CHECKING:
    from dataworth.potential.synthetic.augment import Recipe


def outside_range(features: pd.DataFrame, sample: pd.DataFrame) -> pd.DataFrame:
    """Flag values below the least or above the greatest of the seed firms.

    Returns
    -------
    pandas.DataFrame of bool, shape (firms, 14)
    """
    names = list(FEATURES)
    low, high = sample[names].min(), sample[names].max()
    return features[names].lt(low) | features[names].gt(high)


@dataclass(frozen=True)
class Folds:
    """Models that did not see some of the seed firms, and how they missed them.

    Attributes
    ----------
    models : tuple of str
        One model text a fold.
    fold : numpy.ndarray of int, shape (firms,)
        The fold that each seed firm was held out of.
    errors : numpy.ndarray, shape (firms,)
        Actual less predicted value of each seed firm, by the model that did not see it (yuan).
    """

    models: tuple[str, ...]
    fold: np.ndarray
    errors: np.ndarray


def fit_folds(
    sample: pd.DataFrame, recipe: Recipe, *, folds: int = 10, seed: int, **work: Any
) -> Folds:
    """Run the whole pipeline without each fold of seed firms, synthesizer included.

    Parameters
    ----------
    sample : pandas.DataFrame, shape (firms, 15)
    recipe : Recipe
    folds : int
    seed : int
        Of the folds and of the synthesizer.
    **work
        Parameters, session, features and executor as `refits.refit_all` takes them.

    Raises
    ------
    InputError
        Fewer than two folds, or fewer firms than folds.
    """
    n = len(sample)
    if not 2 <= folds <= n:
        raise InputError(f"folds: expected from 2 to {n} (the firms), found {folds}")
    fold = np.random.default_rng(seed).permutation(np.arange(n) % folds)
    jobs = [({"fold": k}, sample[fold != k], seed) for k in range(folds)]
    models = refit_all(jobs, recipe, **work)["model"]
    held = predict(models, sample).to_numpy()[np.arange(n), fold]
    return Folds(tuple(models), fold, sample[TARGET].to_numpy(float) - held)


def bands(folds: Folds, features: pd.DataFrame, level: float = 0.9) -> pd.DataFrame:
    r"""Return the range in which a firm's data assets would lie, were it a seed firm.

    The CV+ of Barber et al. (2021) with signed errors. For seed firm i, held out of fold k(i),
    :math:`\hat f_{-k(i)}(x) + e_i` is one value that a firm with features x might have
    (equation `scan-band` of chapter potential/scan). The band runs between the outer quantiles
    of these. If firms are exchangeable it covers at
    least :math:`2\,\text{level} - 1`, and about `level` in practice. Firms of the market are not
    exchangeable with seed firms: those were chosen by having recognized data.

    Parameters
    ----------
    folds : Folds
    features : pandas.DataFrame, shape (firms, 14)
    level : float

    Returns
    -------
    pandas.DataFrame
        lower and upper, in yuan, not below zero. With fewer than 2 / (1 - level) seed firms
        the band ends at the most extreme error, and promises less.

    Raises
    ------
    ValueError
        The level is not between 0 and 1.
    """
    if not 0 < level < 1:
        raise ValueError(f"level: expected a share between 0 and 1, found {level}")
    n = len(folds.errors)
    tail = (1 - level) / 2 * (n + 1)
    last = max(int(round(tail, 9)), 1) - 1  # 0.2 / 2 * 100 is a little less than 10
    by_fold = predict(dict(enumerate(folds.models)), features).to_numpy()
    possible = by_fold[:, folds.fold] + folds.errors
    possible.partition([last, n - 1 - last], axis=1)
    ends = {"lower": possible[:, last], "upper": possible[:, n - 1 - last]}
    return pd.DataFrame(ends, index=features.index).clip(lower=np.float64(0))

"""What each feature contributes to a prediction, and how sure its rank is.

Paper `potential`, sections 2.5 and 3.1, equations (1) and (2), Figure 2. Contributions
are Shapley values of the model's expectation along its trees (path-dependent TreeSHAP,
Lundberg et al. 2020), the values that LightGBM and the shap package compute. They are
in the model's units: yuan.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dataworth.errors import InputError

if TYPE_CHECKING:
    import lightgbm
    import numpy as np
    import pandas as pd


def contributions(booster: lightgbm.Booster, features: pd.DataFrame) -> pd.DataFrame:
    """Split every prediction into a baseline and one contribution per feature, equation (1).

    Parameters
    ----------
    booster : lightgbm.Booster
    features : pandas.DataFrame, shape (rows, features)
        The features that the model was trained on, in any order.

    Returns
    -------
    pandas.DataFrame, shape (rows, features)
        In the order and with the index of `features`; ``attrs["baseline"]`` holds
        :math:`y_0`. Baseline and contributions of a row add up to its prediction.

    Raises
    ------
    InputError
        A feature of the model is missing, or there is one that it does not know.
    """
    import pandas as pd

    names = _names(booster, features)
    values = booster.predict(features[names], pred_contrib=True)
    frame = pd.DataFrame(values[:, :-1], index=features.index, columns=names)
    frame = frame[list(features.columns)]
    frame.attrs["baseline"] = float(values[0, -1])
    return frame


def interactions(booster: lightgbm.Booster, features: pd.DataFrame) -> np.ndarray:
    """Split every contribution into a main effect and interactions with the other features.

    Parameters
    ----------
    booster : lightgbm.Booster
    features : pandas.DataFrame, shape (rows, features)

    Returns
    -------
    numpy.ndarray, shape (rows, features, features)
        Symmetric; features in the order of `features`. The diagonal holds main effects,
        and each of the two mirrored entries half of an interaction, so that a row of the
        matrix adds up to the feature's contribution.

    Raises
    ------
    InputError
        A feature of the model is missing, or there is one that it does not know.
    """
    import numpy as np
    import shap

    names = _names(booster, features)
    order = [names.index(name) for name in features.columns]
    values = shap.TreeExplainer(booster).shap_interaction_values(features[names])
    return np.asarray(values)[:, order][:, :, order]


def importance(contributions: pd.DataFrame) -> pd.Series:
    """Return the mean absolute contribution of every feature, largest first."""
    return contributions.abs().mean().sort_values(ascending=False, kind="stable")


def rank_intervals(importances: pd.DataFrame, level: float = 0.9) -> pd.DataFrame:
    """Say between which ranks a feature moves from refit to refit.

    Parameters
    ----------
    importances : pandas.DataFrame, shape (refits, features)
        Mean absolute contributions; rank 1 is the largest.
    level : float
        Share of refits that an interval holds.

    Returns
    -------
    pandas.DataFrame, shape (features, 7)
        Best median rank first: median, low and high (for one feature looked at alone),
        low_all and high_all (all features inside at once in at least `level` of the
        refits), first_three (share of refits), importance (mean).

    Raises
    ------
    InputError
        There are fewer than two refits, or the level is not between 0 and 1.

    Notes
    -----
    The intervals are about the next refit. They stay wide however many refits there are.
    """
    import numpy as np
    import pandas as pd

    if len(importances) < 2:
        raise InputError(f"importances: expected at least 2 refits, found {len(importances)}")
    if not 0 < level < 1:
        raise InputError(f"level: expected a number between 0 and 1, found {level}")
    ranks = ranks_of(importances)
    alone = _bounds(ranks, (1 - level) / 2)
    # Narrow tails until all features are inside at once often enough.
    tails = np.linspace((1 - level) / 2, 0, 41)
    for tail in tails:
        low, high = _bounds(ranks, tail)
        if ((ranks >= low) & (ranks <= high)).all(axis=1).mean() >= level:
            break
    table = pd.DataFrame(
        {
            "median": ranks.median(),
            "low": alone[0],
            "high": alone[1],
            "low_all": low,
            "high_all": high,
            "first_three": (ranks <= 3).mean(),
            "importance": importances.mean(),
        }
    )
    return table.sort_values(["median", "importance"], ascending=[True, False])


def ranks_of(importances: pd.DataFrame) -> pd.DataFrame:
    """Return ranks within each refit: 1 for the largest importance, ties in column order."""
    return importances.rank(axis=1, ascending=False, method="first").astype(int)


def _bounds(ranks: pd.DataFrame, tail: float) -> tuple[pd.Series, pd.Series]:
    """Return the ranks that leave at most `tail` of the refits below and above."""
    low = ranks.quantile(tail, interpolation="lower").astype(int)
    return low, ranks.quantile(1 - tail, interpolation="higher").astype(int)


def _names(booster: lightgbm.Booster, features: pd.DataFrame) -> list[str]:
    """Return the model's feature names, after checking that the table has just these."""
    names = booster.feature_name()
    if set(names) != set(features.columns) or len(names) != features.shape[1]:
        missing = sorted(set(names) - set(features.columns))
        unknown = sorted(set(map(str, features.columns)) - set(names))
        raise InputError(
            f"features: expected the model's {len(names)} features, "
            f"found missing {missing or 'none'}, unknown {unknown or 'none'}"
        )
    return names

"""What each feature contributes to a prediction, and how sure its rank is.

Paper `potential`, sections 2.5 and 3.1, equations (1) and (2), Figure 2. Contributions
are Shapley values of the model's expectation along its trees (path-dependent TreeSHAP,
Lundberg et al. 2020), the values that LightGBM and the shap package give. They are in the
model's units: yuan. Tables of importances have one row per refit and one column per feature.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import squareform

from dataworth.potential import tree_shap

if TYPE_CHECKING:
    import lightgbm

FEW = 1000  # rows up to which LightGBM, row by row, is sooner done than the tables of all leaves


def contributions(booster: lightgbm.Booster, features: pd.DataFrame) -> pd.DataFrame:
    """Split every prediction into a baseline and one contribution per feature.

    Equation `drivers-additive` of chapter potential/drivers; equation (1) of the paper.

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
    ValueError
        The table has not just the model's features, or a value is missing.
    """
    names, rows = _rows(booster, features)
    if len(rows) <= FEW:
        both = np.asarray(booster.predict(rows, pred_contrib=True, num_threads=1))
        values, baseline = both[:, :-1], float(both[:, -1].mean())
    else:
        leaves = tree_shap.read_leaves(booster)
        values, baseline = tree_shap.shapley_values(leaves, rows), leaves.baseline
    frame = pd.DataFrame(values, index=features.index, columns=names)[list(features.columns)]
    frame.attrs["baseline"] = baseline
    return frame


def interactions(booster: lightgbm.Booster, features: pd.DataFrame) -> np.ndarray:
    """Split every contribution into a main effect and interactions with the other features.

    Parameters
    ----------
    booster : lightgbm.Booster
    features : pandas.DataFrame, shape (rows, features)
        The features that the model was trained on, in any order.

    Returns
    -------
    numpy.ndarray, shape (rows, features, features)
        Symmetric; features in the order of `features`. The diagonal holds main effects,
        and each of the two mirrored entries half of an interaction, so that a line of a
        row's matrix adds up to the feature's contribution.

    Raises
    ------
    ValueError
        As for `contributions`.
    """
    names, rows = _rows(booster, features)
    values = tree_shap.interaction_values(tree_shap.read_leaves(booster), rows)
    order = [names.index(name) for name in features.columns]
    return values if order == sorted(order) else values[np.ix_(range(len(rows)), order, order)]


def importance(contributions: pd.DataFrame) -> pd.Series:
    """Return the mean absolute contribution of every feature, largest first."""
    return contributions.abs().mean().sort_values(ascending=False, kind="stable")


def directions(contributions: pd.DataFrame, features: pd.DataFrame) -> pd.DataFrame:
    """Return what low and high values of each feature do to the prediction.

    Parameters
    ----------
    contributions : pandas.DataFrame, shape (rows, features)
    features : pandas.DataFrame, shape (rows, features)
        The rows that were explained.

    Returns
    -------
    pandas.DataFrame, shape (features, 6)
        low and high: mean contribution where the feature is in its lowest and highest fifth;
        rank_correlation of feature and contribution (0 if one of them never changes);
        below and above: the same among the rows up to the feature's median, and beyond it;
        positive: share of rows with a contribution above 0.
    """
    table = {}
    for name in features.columns:
        x, y = features[name], contributions[name]
        lower = x <= x.median()
        table[name] = {
            "low": y[x <= x.quantile(0.2)].mean(),
            "high": y[x >= x.quantile(0.8)].mean(),
            "rank_correlation": rank_correlation(x, y),
            "below": rank_correlation(x[lower], y[lower]),
            "above": rank_correlation(x[~lower], y[~lower]),
            "positive": (y > 0).mean(),
        }
    return pd.DataFrame(table).T


def rank_correlation(x: pd.Series | np.ndarray, y: pd.Series | np.ndarray) -> float:
    """Return Spearman's correlation; 0 where one of the two never changes."""
    x, y = pd.Series(np.asarray(x)), pd.Series(np.asarray(y))  # by position, not by label
    moves = x.nunique() > 1 and y.nunique() > 1
    return float(x.rank().corr(y.rank())) if moves else 0.0


def over_null(real: pd.DataFrame, null: pd.DataFrame, *, seed: int) -> pd.DataFrame:
    """Return each feature's share of importance over its share when there is nothing to find.

    Equation `drivers-over-null` of chapter potential/drivers.

    Parameters
    ----------
    real, null : pandas.DataFrame, shape (refits, features)
        Importances with the amounts as they are, and dealt out by lot, in pairs: the same draw
        and seed.
    seed : int
        Of the pairs drawn again, and exchanged.

    Returns
    -------
    pandas.DataFrame
        By feature: ratio, low and high, a 95 % interval over pairs; and p, how often the shares
        differ as much when the two of a pair are exchanged at random.
    """
    parts = np.array([t.div(t.sum(axis=1), axis=0).to_numpy() for t in (real, null)])
    generator, pairs, gap = np.random.default_rng(seed), len(real), parts[0] - parts[1]
    again = parts[:, generator.integers(pairs, size=(1000, pairs))].mean(axis=2)
    low, high = np.quantile(again[0] / again[1], [0.025, 0.975], axis=0)
    exchanged = generator.choice([-1, 1], size=(9999, pairs)) @ gap
    as_far = np.abs(exchanged) >= np.abs(gap.sum(axis=0)) * (1 - 1e-9)
    table = {"ratio": parts[0].mean(axis=0) / parts[1].mean(axis=0), "low": low, "high": high}
    return pd.DataFrame(table | {"p": (1 + as_far.sum(axis=0)) / 10_000}, real.columns)


def ranks_of(importances: pd.DataFrame) -> pd.DataFrame:
    """Return ranks within each refit: 1 for the largest importance, ties in column order."""
    return importances.rank(axis=1, ascending=False, method="first").astype(int)


def rank_intervals(importances: pd.DataFrame, level: float = 0.9) -> pd.DataFrame:
    """Return between which ranks each feature moves from refit to refit.

    Parameters
    ----------
    importances : pandas.DataFrame, shape (refits, features)
    level : float
        Share of refits that an interval holds.

    Returns
    -------
    pandas.DataFrame, shape (features, 4)
        Best median rank first: median, low and high (quantiles for each feature alone),
        importance (mean).

    Raises
    ------
    ValueError
        There are fewer than two refits, or the level is not between 0 and 1.

    Notes
    -----
    These are the ranks that one more refit may show: more refits do not make the intervals
    narrower.
    """
    _check(importances, level)
    ranks, tail = ranks_of(importances), (1 - level) / 2
    low = ranks.quantile(tail, interpolation="lower").astype(int)
    high = ranks.quantile(1 - tail, interpolation="higher").astype(int)
    summary = {"median": ranks.median(), "low": low, "high": high}
    table = pd.DataFrame(summary | {"importance": importances.mean()})
    return table.sort_values(["median", "importance"], ascending=[True, False])


def correlated_groups(dependence: pd.DataFrame, correlation: float = 0.4) -> dict[str, list[str]]:
    """Group features that move together.

    Parameters
    ----------
    dependence : pandas.DataFrame, shape (features, features)
        Rank correlations.
    correlation : float
        Groups are joined as long as their members' absolute correlations are at least this
        large on average (hierarchical clustering, average linkage).

    Returns
    -------
    dict
        Each group under the name of its first member; features keep their order.
    """
    distance = squareform(1 - dependence.abs().to_numpy(), checks=False)
    labels = fcluster(linkage(distance, "average"), 1 - correlation, "distance")
    groups: dict[int, list[str]] = {}
    for name, label in zip(dependence.columns, labels, strict=True):
        groups.setdefault(label, []).append(name)
    return {members[0]: members for members in groups.values()}


def summed(contributions: pd.DataFrame, groups: dict[str, list[str]]) -> pd.DataFrame:
    """Add up the contributions of each group's features, row by row."""
    return pd.DataFrame({name: contributions[list(g)].sum(axis=1) for name, g in groups.items()})


def _check(importances: pd.DataFrame, level: float = 0.5) -> None:
    """Refuse what holds nothing about the spread between refits."""
    if len(importances) < 2 or not 0 < level < 1:
        raise ValueError(f"expected two refits and a level below 1: {len(importances)}, {level}")


def _rows(booster: lightgbm.Booster, features: pd.DataFrame) -> tuple[list[str], np.ndarray]:
    """Return the model's feature names, and the rows in their order, once they are checked."""
    names = booster.feature_name()
    if set(names) != set(features.columns) or features.isna().any(axis=None):
        raise ValueError(f"expected values of {names}, found {features.count().to_dict()}")
    return names, features[names].to_numpy(float)

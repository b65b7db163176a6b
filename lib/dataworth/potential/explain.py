"""What each feature contributes to a prediction, and how sure its rank is.

Paper `potential`, sections 2.5 and 3.1, equations (1) and (2), Figure 2. Contributions
are Shapley values of the model's expectation along its trees (path-dependent TreeSHAP,
Lundberg et al. 2020), the values that LightGBM and the shap package give. They are in the
model's units: yuan. Tables of importances have one row per refit and one column per feature.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy import stats
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import squareform

from dataworth.errors import InputError
from dataworth.potential import tree_shap

if TYPE_CHECKING:
    import lightgbm


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
        The table has not just the model's features, a value is missing, or the model has
        splits that are not plain numerical ones.
    """
    names, rows = _rows(booster, features)
    leaves = tree_shap.read_leaves(booster)
    values = tree_shap.shapley_values(leaves, rows)
    frame = pd.DataFrame(values, index=features.index, columns=names)[list(features.columns)]
    frame.attrs["baseline"] = leaves.baseline
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
    InputError
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
    """Say what low and high values of each feature do to the prediction.

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
    found = {}
    for name in features.columns:
        x, y = features[name], contributions[name]
        lower = x <= x.median()
        found[name] = {
            "low": y[x <= x.quantile(0.2)].mean(),
            "high": y[x >= x.quantile(0.8)].mean(),
            "rank_correlation": _rank_correlation(x, y),
            "below": _rank_correlation(x[lower], y[lower]),
            "above": _rank_correlation(x[~lower], y[~lower]),
            "positive": (y > 0).mean(),
        }
    return pd.DataFrame(found).T


def ranks_of(importances: pd.DataFrame) -> pd.DataFrame:
    """Return ranks within each refit: 1 for the largest importance, ties in column order."""
    return importances.rank(axis=1, ascending=False, method="first").astype(int)


def rank_intervals(importances: pd.DataFrame, level: float = 0.9) -> pd.DataFrame:
    """Say between which ranks each feature moves from refit to refit.

    Parameters
    ----------
    importances : pandas.DataFrame, shape (refits, features)
    level : float
        Share of refits that an interval holds.

    Returns
    -------
    pandas.DataFrame, shape (features, 7)
        Best median rank first: median, low and high (quantiles for each feature alone),
        low_all and high_all (all features inside at once in at least `level` of the
        refits), first_three (share of refits), importance (mean). ``attrs["together"]`` is
        the share of refits in which all ranks are between low and high at once.

    Raises
    ------
    InputError
        There are fewer than two refits, or the level is not between 0 and 1.

    Notes
    -----
    These are the ranks that one more refit may show: more refits do not make the intervals
    narrower. For the rank of the mean importance see `confident_ranks`.
    """
    _check(importances, level)
    ranks = ranks_of(importances)
    low, high = _bounds(ranks, (1 - level) / 2)
    together = _inside(ranks, low, high)
    # Go further out, to the extremes at last, until all are inside at once often enough.
    for tail in np.linspace((1 - level) / 2, 0, 41):
        low_all, high_all = _bounds(ranks, tail)
        if _inside(ranks, low_all, high_all) >= level:
            break
    table = pd.DataFrame(
        {
            **{"median": ranks.median(), "low": low, "high": high},
            **{"low_all": low_all, "high_all": high_all},
            **{"first_three": (ranks <= 3).mean(), "importance": importances.mean()},
        }
    ).sort_values(["median", "importance"], ascending=[True, False])
    table.attrs["together"] = together
    return table


def confident_ranks(importances: pd.DataFrame, level: float = 0.9) -> pd.DataFrame:
    """Give intervals for the ranks of the mean importances that hold all at once.

    Parameters
    ----------
    importances : pandas.DataFrame, shape (refits, features)
        Refits independent of each other.
    level : float
        Probability that every interval holds its feature's true rank.

    Returns
    -------
    pandas.DataFrame, shape (features, 2)
        low: one more than the number of features that are surely more important; high: the
        number of features less those that are surely less important.

    Raises
    ------
    InputError
        There are fewer than two refits, or the level is not between 0 and 1.

    Notes
    -----
    Pairs are compared by paired t-tests on shares of the total, with Holm's correction
    (Neuhof & Benjamini 2024). More refits make the intervals narrower.
    """
    _check(importances, level)
    shares = importances.div(importances.sum(axis=1), axis=0).to_numpy()
    count = shares.shape[1]
    i, j = np.triu_indices(count, 1)
    gaps = shares[:, i] - shares[:, j]
    # A pair that never differs is not told apart; one that always differs alike is.
    error = gaps.std(axis=0, ddof=1) / np.sqrt(len(gaps))
    with np.errstate(divide="ignore", invalid="ignore"):
        statistic = np.nan_to_num(gaps.mean(axis=0) / error)
    p_values = 2 * stats.t.sf(np.abs(statistic), len(gaps) - 1)
    order = np.argsort(p_values)
    steps = p_values[order] <= (1 - level) / (len(order) - np.arange(len(order)))
    sure = np.zeros(len(order), bool)
    sure[order] = np.logical_and.accumulate(steps)
    above = np.zeros((count, count), bool)
    above[i, j], above[j, i] = sure & (statistic > 0), sure & (statistic < 0)
    return pd.DataFrame(
        {"low": 1 + above.sum(axis=0), "high": count - above.sum(axis=1)},
        index=importances.columns,
    )


def leads(importances: pd.DataFrame, features: Collection[str]) -> pd.Series:
    """Tell for every refit whether just these features take the first places, in any order."""
    return (ranks_of(importances)[list(features)] <= len(features)).all(axis=1)


def shared_leaders(importances: pd.DataFrame, size: int = 3) -> float:
    """Return how many of their first `size` features two refits share, on average.

    By chance it would be size² / features.

    Raises
    ------
    InputError
        There are fewer than two refits.
    """
    _check(importances)
    refits = len(importances)
    times = (ranks_of(importances) <= size).sum()
    return float((times * (times - 1)).sum() / (refits * (refits - 1)))


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


# --- small helpers -------------------------------------------------------------------------


def _rank_correlation(x: pd.Series, y: pd.Series) -> float:
    """Return Spearman's correlation; 0 where one of the two never changes."""
    moves = x.nunique() > 1 and y.nunique() > 1
    return float(x.rank().corr(y.rank())) if moves else 0.0


def _bounds(ranks: pd.DataFrame, tail: float) -> tuple[pd.Series, pd.Series]:
    """Return the ranks that leave at most a share `tail` of the refits on either side."""
    low = ranks.quantile(tail, interpolation="lower").astype(int)
    return low, ranks.quantile(1 - tail, interpolation="higher").astype(int)


def _inside(ranks: pd.DataFrame, low: pd.Series, high: pd.Series) -> float:
    """Return the share of refits in which every feature is between its bounds."""
    return float(((ranks >= low) & (ranks <= high)).all(axis=1).mean())


def _check(importances: pd.DataFrame, level: float = 0.5) -> None:
    """Refuse what says nothing about the spread between refits."""
    if len(importances) < 2:
        raise InputError(f"importances: expected at least 2 refits, found {len(importances)}")
    if not 0 < level < 1:
        raise InputError(f"level: expected a number between 0 and 1, found {level}")


def _rows(booster: lightgbm.Booster, features: pd.DataFrame) -> tuple[list[str], np.ndarray]:
    """Return the model's feature names, and the rows in their order, once they are checked."""
    names = booster.feature_name()
    if sorted(names) != sorted(map(str, features.columns)):
        missing = [name for name in names if name not in features.columns]
        unknown = [str(name) for name in features.columns if name not in names]
        raise InputError(
            f"features: expected the model's {len(names)}, found "
            f"missing {', '.join(missing) or 'none'}, unknown {', '.join(unknown) or 'none'}"
        )
    if (holes := features.columns[features.isna().any()]).size:
        raise InputError(f"features: expected no missing value, found one in column {holes[0]}")
    return names, features[names].to_numpy(float)

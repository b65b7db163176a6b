"""Ranges of parameters, settings drawn from them, and where in them a statement holds.

A causal statement of paper `finance` is tried in many settings: each of its parameters may
plausibly have a range of values, and a verdict says in which of them the model bears it out.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import qmc

from dataworth.errors import InputError


@dataclass(frozen=True)
class Range:
    """A range of values that a parameter may plausibly have, and where it comes from."""

    low: float
    high: float
    source: str


def draw(ranges: Mapping[str, Range], draws: int, *, seed: int) -> pd.DataFrame:
    """Draw parameters evenly from their ranges (Latin hypercube).

    Returns
    -------
    pandas.DataFrame, shape (draws, ranges)
        Columns as in `ranges`.

    Raises
    ------
    InputError
        There is no draw.
    """
    if draws < 1:
        raise InputError(f"draws: expected at least 1, found {draws}")
    return scale(ranges, qmc.LatinHypercube(len(ranges), seed=seed).random(draws))


def scale(ranges: Mapping[str, Range], unit: np.ndarray) -> pd.DataFrame:
    """Bring points of the unit cube, one row each, into the ranges."""
    low, high = zip(*((r.low, r.high) for r in ranges.values()), strict=True)
    return pd.DataFrame(qmc.scale(unit, low, high), columns=list(ranges))


def is_greater(first: float, second: float) -> bool | None:
    """Compare two numbers; None where there is nothing to compare."""
    if math.isnan(first) or math.isnan(second):
        return None
    return bool(first > second + 1e-9 * max(1.0, abs(second)))


def depends_on(settings: pd.DataFrame, holds: pd.Series) -> tuple[str, float]:
    """Find the parameter that a statement depends on most.

    Returns
    -------
    tuple of str and float
        Its name, and its rank correlation with holding: positive when high values help.
        ("nothing", 0) for a statement that always or never holds.
    """
    known = holds.dropna().astype(float)
    if known.nunique() < 2:
        return "nothing", 0.0
    ranks = settings.loc[known.index].rank()
    correlations = ranks.corrwith(known)
    name = str(correlations.abs().idxmax())
    return name, float(correlations[name])


def condition(settings: pd.DataFrame, holds: pd.Series, depth: int = 2) -> tuple[str, float]:
    """Say in words where a statement holds: the best branch of a shallow decision tree.

    Returns
    -------
    tuple of str and float
        Such as "decay below 0.31 and market above 420,000", and the share of such settings in
        which it holds. "always" and "never" where nothing decides.
    """
    from sklearn.tree import DecisionTreeClassifier

    share = float(holds.mean())
    if share in (0.0, 1.0):
        return ("always" if share else "never"), share
    least = max(5, int(0.05 * len(settings)))
    tree = DecisionTreeClassifier(max_depth=depth, min_samples_leaf=least, random_state=0)
    tree.fit(settings, holds)
    parts = tree.tree_
    chance = parts.value[:, 0, list(tree.classes_).index(True)] / parts.value[:, 0, :].sum(axis=1)
    leaf = int(np.argmax(np.where(parts.children_left < 0, chance, -1)))
    limits, node = {}, leaf
    while node:  # from the leaf up, so that the narrowest limit of each kind comes first
        parent = int(((parts.children_left == node) | (parts.children_right == node)).argmax())
        side = "below" if parts.children_left[parent] == node else "above"
        name = settings.columns[parts.feature[parent]]
        limits.setdefault((name, side), float(f"{parts.threshold[parent]:.2g}"))
        node = parent
    words = [f"{name} {side} {limit:,.10g}" for (name, side), limit in limits.items()]
    return " and ".join(reversed(words)), float(chance[leaf])

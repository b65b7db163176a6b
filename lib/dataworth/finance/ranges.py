"""Ranges of parameters, settings drawn from them, and where in them a finding holds.

A causal finding of paper `finance` is tried in many settings: each of its parameters may
plausibly have a range of values, and a verdict says in which of them the model bears it out.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
import pandas as pd
from scipy.stats import qmc

from dataworth.errors import InputError
from dataworth.facts import DATA


def read_ranges(model: str) -> pd.DataFrame:
    """Return the ranges within which the parameters of a model may plausibly lie.

    Parameters
    ----------
    model : str
        File name in ``data/ranges`` without its ending, such as ``"pledge"``.

    Returns
    -------
    pandas.DataFrame
        One row per parameter: low, high, source.
    """
    return pd.read_csv(DATA / "ranges" / f"{model}.csv", index_col="parameter")


def draw_settings(ranges: pd.DataFrame, draws: int, *, seed: int) -> pd.DataFrame:
    """Draw parameters evenly from their ranges (Latin hypercube).

    Parameters
    ----------
    ranges : pandas.DataFrame
        As from `read_ranges`.
    draws, seed : int

    Returns
    -------
    pandas.DataFrame, shape (draws, ranges)
        One column per parameter, in the order of `ranges`.

    Raises
    ------
    InputError
        There is no draw.
    """
    if draws < 1:
        raise InputError(f"draws: expected at least 1, found {draws}")
    unit = qmc.LatinHypercube(len(ranges), seed=seed).random(draws)
    return pd.DataFrame(qmc.scale(unit, ranges["low"], ranges["high"]), columns=list(ranges.index))


def is_greater(first: float, second: float) -> bool | None:
    """Compare two numbers; None where there is nothing to compare."""
    if math.isnan(first) or math.isnan(second):
        return None
    return bool(first > second + 1e-9 * max(1.0, abs(second)))


def overview(
    settings: pd.DataFrame, tried: pd.DataFrame, here: Mapping[str, bool | None]
) -> pd.DataFrame:
    """Return where each finding holds.

    Parameters
    ----------
    settings : pandas.DataFrame
        As from `draw_settings`.
    tried : pandas.DataFrame, rows as in `settings`
        Whether each finding (column) holds; missing where a setting gives no occasion.
    here : mapping of finding to bool or None
        Whether it holds in the chapter's own setting.

    Returns
    -------
    pandas.DataFrame
        One row per finding: here; share of the settings with an occasion in which it holds;
        settings, their number; helped_by, the parameter on which it depends most, such as
        "low decay" (empty where it depends on none).
    """
    rows = {}
    for name in tried:
        parameter, direction = depends_on(settings, tried[name])
        rows[name] = {
            "here": here[name],
            "share": tried[name].dropna().astype(float).mean(),
            "settings": int(tried[name].notna().sum()),
            "helped_by": f"{'high' if direction > 0 else 'low'} {parameter}" if direction else "–",
        }
    table = pd.DataFrame.from_dict(rows, orient="index").rename_axis("finding")
    return table.astype({"here": "boolean"})


def depends_on(settings: pd.DataFrame, holds: pd.Series) -> tuple[str, float]:
    """Find the parameter that a finding depends on most.

    Returns
    -------
    tuple of str and float
        Its name, and its rank correlation with holding: positive when high values help.
        ("nothing", 0) for a finding that always or never holds.
    """
    known = holds.dropna().astype(float)
    if known.nunique() < 2:
        return "nothing", 0.0
    ranks = settings.loc[known.index].rank()
    correlations = ranks.corrwith(known)
    name = str(correlations.abs().idxmax())
    return name, float(correlations[name])


def condition(settings: pd.DataFrame, holds: pd.Series, depth: int = 2) -> tuple[str, float]:
    """Find where a finding holds, in words: the best branch of a shallow decision tree.

    Settings that give the finding no occasion (missing) are left out.

    Returns
    -------
    tuple of str and float
        Such as "decay below 0.31 and loan above 420,000 yuan", and the share of such settings in
        which it holds. "always" and "never" where nothing decides.
    """
    from sklearn.tree import DecisionTreeClassifier

    holds = holds.dropna().astype(bool)
    settings, share = settings.loc[holds.index], float(holds.mean())
    if share in (0.0, 1.0):
        return ("always" if share else "never"), share
    least = max(5, int(0.05 * len(settings)))
    tree = DecisionTreeClassifier(max_depth=depth, min_samples_leaf=least, random_state=0)
    tree.fit(settings, holds)
    parts = tree.tree_
    chance = parts.value[:, 0, list(tree.classes_).index(True)] / parts.value[:, 0, :].sum(axis=1)
    leaf = int(np.argmax(np.where(parts.children_left < 0, chance, -1)))
    limits: dict[tuple[str, str], float] = {}
    node = leaf
    while node:  # from the leaf up, so that the narrowest limit of each kind comes first
        parent = int(((parts.children_left == node) | (parts.children_right == node)).argmax())
        side = "below" if parts.children_left[parent] == node else "above"
        name = settings.columns[parts.feature[parent]]
        limits.setdefault((name, side), float(f"{parts.threshold[parent]:.2g}"))
        node = parent
    words = []
    for (parameter, side), limit in limits.items():
        name, _, unit = parameter.replace("_", " ").partition(", ")
        words.append(f"{name} {side} {limit:,.10g} {unit}".strip())
    return " and ".join(reversed(words)), float(chance[leaf])

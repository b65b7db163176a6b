"""Statements of a model: in which settings they hold, what they need, and what turns them.

A causal finding of paper `finance` is read as a statement that can be false, and tried in many
settings: each parameter of a model has a range in which it may plausibly lie. No single setting
decides. Beside the share of settings stand the same settings with the mechanism taken out, the
branch of settings in which the statement holds most often, and the smallest change that turns it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

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
        One row per parameter: means, unit, low, high, source.
    """
    table = pd.read_csv(DATA / "ranges" / f"{model}.csv", index_col="parameter")
    return table.fillna({"unit": ""})


def draw_settings(ranges: pd.DataFrame, draws: int, *, seed: int) -> pd.DataFrame:
    """Return settings drawn evenly from the ranges (Latin hypercube), one column a parameter.

    Raises
    ------
    InputError
        There is no draw.
    """
    if draws < 1:
        raise InputError(f"draws: expected at least 1, found {draws}")
    unit = qmc.LatinHypercube(len(ranges), seed=seed).random(draws)
    return pd.DataFrame(qmc.scale(unit, ranges["low"], ranges["high"]), columns=list(ranges.index))


def assess(
    ranges: pd.DataFrame,
    here: Mapping[str, float],
    holds: Callable[[pd.DataFrame], pd.DataFrame],
    settings: pd.DataFrame,
    without: Mapping[str, float],
    *,
    points: int = 17,
) -> pd.DataFrame:
    """Return what can be said of each statement of a model.

    Parameters
    ----------
    ranges : pandas.DataFrame
        As from `read_ranges`.
    here : mapping
        The chapter's own setting, by parameter.
    holds : callable
        Settings to statements, a column each; missing where a setting gives no occasion.
    settings : pandas.DataFrame
        As from `draw_settings`.
    without : mapping
        What to set so that the mechanism is gone: a portrait that knows nothing.
    points : int
        Values of each parameter, over its range, that are tried for the smallest flip.

    Returns
    -------
    pandas.DataFrame, one row per statement
        here; settings, the number of those with an occasion (in both worlds, if the other one
        gives any); share of them in which it holds, without, in which it does with the mechanism
        taken out, and both; where, the branch in which it holds most often, and there, its share
        in it; flip, the smallest change of one parameter that turns it in the chapter's setting.
    """
    tried, gone = holds(settings), holds(settings.assign(**without))
    own = pd.DataFrame([{name: here[name] for name in ranges.index}]).astype(float)
    now, moves = holds(own).iloc[0], one_at_a_time(own.iloc[0], ranges, points)
    moved = holds(moves.drop(columns=["moved", "step"]))
    rows = {}
    for name in tried:
        where, there = condition(ranges, settings, tried[name])
        asked = tried[name].notna() & gone[name].notna()
        asked = asked if asked.any() else tried[name].notna()
        shown, other = tried.loc[asked, name], gone.loc[asked, name]
        rows[name] = {
            "here": None if pd.isna(now[name]) else bool(now[name]),
            "settings": int(asked.sum()),
            "share": float(shown.mean()),
            "without": float(other.dropna().astype(float).mean()),
            "both": float((shown & other).dropna().astype(float).mean()),
            "where": where,
            "there": there,
            "flip": smallest_flip(ranges, now[name], moves, moved[name]),
        }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("statement")


def one_at_a_time(here: pd.Series, ranges: pd.DataFrame, points: int) -> pd.DataFrame:
    """Return settings that differ from one in a single parameter, over its range.

    Returns
    -------
    pandas.DataFrame
        The parameters; moved, which of them; step, how far, as a share of its range.
    """
    rows = []
    for name, (low, high) in ranges[["low", "high"]].iterrows():
        for value in np.linspace(low, high, points):
            step = abs(value - here[name]) / (high - low)
            rows.append(dict(here) | {name: value, "moved": name, "step": step})
    return pd.DataFrame(rows)


def smallest_flip(ranges: pd.DataFrame, now: object, moves: pd.DataFrame, moved: pd.Series) -> str:
    """Return the smallest change of one parameter that turns a statement, in words."""
    if pd.isna(now):
        return "the chapter's own setting gives no occasion to ask"
    turned = moved.notna() & (moved.astype("boolean").fillna(bool(now)) != bool(now))
    if not turned.any():
        return "no change of a single parameter within its range turns it"
    nearest = moves.loc[moves["step"].where(turned).idxmin()]
    name = nearest["moved"]
    return f"here it turns when {_limit(ranges.loc[name], 'is', nearest[name])}"


def condition(
    ranges: pd.DataFrame, settings: pd.DataFrame, holds: pd.Series, depth: int = 2
) -> tuple[str, float]:
    """Find where a statement holds, in words: the best branch of a shallow decision tree.

    Settings that give it no occasion (missing) are left out.

    Returns
    -------
    tuple of str and float
        Such as "the decay is below 31%", and the share of such settings in which it holds.
        "always" and "never" where nothing decides.
    """
    from sklearn.tree import DecisionTreeClassifier

    holds = holds.dropna().astype(bool)
    settings, share = settings.loc[holds.index, list(ranges.index)], float(holds.mean())
    if share in (0.0, 1.0) or holds.empty:
        return ("always" if share == 1 else "never"), share
    least = max(5, int(0.05 * len(settings)))
    tree = DecisionTreeClassifier(max_depth=depth, min_samples_leaf=least, random_state=0)
    parts = tree.fit(settings, holds).tree_
    chance = parts.value[:, 0, list(tree.classes_).index(True)] / parts.value[:, 0, :].sum(axis=1)
    leaf = int(np.argmax(np.where(parts.children_left < 0, chance, -1)))
    limits: dict[tuple[str, str], float] = {}
    node = leaf
    while node:  # from the leaf up, so that the narrowest limit of each kind comes first
        parent = int(((parts.children_left == node) | (parts.children_right == node)).argmax())
        side = "is below" if parts.children_left[parent] == node else "is above"
        limits.setdefault((settings.columns[parts.feature[parent]], side), parts.threshold[parent])
        node = parent
    words = [_limit(ranges.loc[name], side, limit) for (name, side), limit in limits.items()]
    return " and ".join(reversed(words)), float(chance[leaf])


def is_greater(first: float, second: float) -> bool | None:
    """Compare two numbers; None where there is nothing to compare."""
    if math.isnan(first) or math.isnan(second):
        return None
    return bool(first > second + 1e-9 * max(1.0, abs(second)))


def _limit(parameter: pd.Series, side: str, value: float) -> str:
    """Return a limit of a parameter in words, with its unit."""
    percent, unit = parameter["unit"].startswith("%"), parameter["unit"]
    number = float(f"{100 * value if percent else value:.2g}")
    return f"{parameter['means']} {side} {number:,.10g}{'' if percent else ' '}{unit}".strip()

"""What was known of 2024, held against those that recognized data a year later.

Beyond paper `potential`, whose section 3.3 takes its scan for a verification. What verifies is
an outcome that no model has seen.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import logit
from scipy.stats import beta

from dataworth.inputs.firms.variables import FEATURES
from dataworth.potential.adoption import FIRST, SECOND, exposed, fit, scaled

Score = Callable[[pd.DataFrame], pd.Series]
"""From units to their log odds."""
TAILS = (0.025, 0.975)
"""Where the intervals here end."""


# --- whether -------------------------------------------------------------------------------


def ways(units: pd.DataFrame) -> dict[str, Callable[[pd.DataFrame], Score]]:
    """Return ways to learn who recognizes data, the simplest first.

    Each takes what `adoption.exposed` returns. Where firms stand one by one, a ridge and
    boosted trees on every feature that there is come last.
    """
    from lightgbm import LGBMClassifier
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import GridSearchCV

    penalties = {"C": np.logspace(-4, 0, 5)}
    ridge = GridSearchCV(LogisticRegression(), penalties, scoring="neg_log_loss", cv=5)
    trees = LGBMClassifier(n_estimators=100, num_leaves=7, learning_rate=0.05, verbose=-1, n_jobs=1)
    table: dict[str, Callable[[pd.DataFrame], Score]] = {
        "size": partial(_simple, ("size",), False),
        "size, industry": partial(_simple, ("size",), True),
    }
    if units["rd"].notna().all():
        table["size, R&D"] = partial(_simple, ("size", "rd"), False)
        table["size, R&D, industry"] = partial(_simple, ("size", "rd"), True)
    if units.columns.isin(FEATURES).any():
        table |= {"ridge": partial(_wide, ridge), "trees": partial(_wide, trees)}
    return table


def _simple(features: Sequence[str], sections: bool, rows: pd.DataFrame) -> Score:
    later = ["later"] * (rows["later"].nunique() > 1)
    return fit(rows, *features, *later, sections=sections).log_odds


def _wide(estimator: Any, rows: pd.DataFrame) -> Score:
    from sklearn.compose import make_column_transformer
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder

    names = [*rows.columns.intersection(FEATURES), "later"]
    letters = OneHotEncoder(handle_unknown="ignore", sparse_output=False)
    columns = make_column_transformer((letters, ["section"]), ("passthrough", names))
    model = make_pipeline(columns.set_output(transform="pandas"), estimator)
    model.fit(rows, rows["events"])
    return lambda units: pd.Series(logit(model.predict_proba(units)[:, 1]), units.index)


def forecast(units: pd.DataFrame, way: Callable[[pd.DataFrame], Score]) -> pd.DataFrame:
    """Score by what was known of `FIRST` the firms that might recognize data in `SECOND`.

    Returns
    -------
    pandas.DataFrame
        What `adoption.exposed` returns for `SECOND`, with score.
    """
    rows = exposed(units, SECOND)
    return rows.assign(score=way(exposed(units, FIRST))(rows))


def captured(rows: pd.DataFrame, *sizes: int) -> pd.DataFrame:
    """Return how many events the firms with the highest scores hold.

    Parameters
    ----------
    rows : pandas.DataFrame
        score, firms and events. Firms with equal scores share their events.
    *sizes : int
        Lengths of the list.

    Returns
    -------
    pandas.DataFrame
        Index size: events; precision, events over firms; lift, precision over that of all; and
        of both low and high, given how many events there are (Clopper and Pearson 1934).
    """
    groups = rows.groupby("score")[["firms", "events"]].sum().iloc[::-1].cumsum()
    every = groups.iloc[-1]
    found = np.interp(sizes, np.r_[0, groups["firms"]], np.r_[0, groups["events"]])
    table = pd.DataFrame({"events": found}, index=pd.Index(sizes, name="size"))
    missed = every["events"] - found
    ends = {"": found / every["events"], "_low": beta.ppf(TAILS[0], found, missed + 1)}
    ends["_high"] = beta.ppf(TAILS[1], found + 1, missed)
    for end, share in ends.items():
        table[f"precision{end}"] = share * every["events"] / table.index
        table[f"lift{end}"] = share * every["firms"] / table.index
    return table.fillna({"precision_low": 0.0, "lift_low": 0.0})


def places(rows: pd.DataFrame, scores: pd.Series | None = None) -> pd.Series:
    """Return the share of firms below each score, and half of those on it.

    Parameters
    ----------
    rows : pandas.DataFrame
        score and firms.
    scores : pandas.Series, optional
        Scores to be placed among them; default: their own.
    """
    firms = rows.groupby("score")["firms"].sum()
    middles = (firms.cumsum() - firms / 2) / firms.sum()
    scores = rows["score"] if scores is None else scores
    return pd.Series(np.interp(scores, middles.index, middles), scores.index)


def compare(
    forecasts: Mapping[str, pd.DataFrame], *, draws: int = 1000, seed: int = 0
) -> tuple[str, pd.DataFrame]:
    """Hold ways against each other by the mean place of the firms that came.

    The mean place is the area under the curve of a forecast: a half is chance, one is
    foresight. As good as the best is what lies behind it by no more than a standard error of
    the difference, over newcomers drawn again.

    Parameters
    ----------
    forecasts : mapping of name to DataFrame
        As `forecast` returns them, the simplest way first.

    Returns
    -------
    chosen : str
        The simplest way that is as good as the best.
    table : pandas.DataFrame
        Index way: place, low, high, behind (the best), error (of behind) and as_good.
    """
    events = next(iter(forecasts.values()))["events"].to_numpy()
    again = np.random.default_rng(seed).multinomial(events.sum(), events / events.sum(), draws)
    where = pd.DataFrame({way: places(rows).to_numpy() for way, rows in forecasts.items()})
    means = pd.DataFrame(again @ where.to_numpy() / events.sum(), columns=where.columns)
    table = pd.DataFrame({"place": events @ where / events.sum()})
    table[["low", "high"]] = means.quantile(TAILS).T
    best = table["place"].idxmax()
    table["behind"] = table.loc[best, "place"] - table["place"]
    table["error"] = means.rsub(means[best], axis=0).std()
    table["as_good"] = table["behind"] <= table["error"]
    return str(table["as_good"].idxmax()), table


# --- how much ------------------------------------------------------------------------------


def amount_skill(
    adopters: pd.DataFrame, *features: str, draws: int = 1000, seed: int = 0
) -> pd.Series:
    r"""Return how well amounts of `SECOND` follow from what `FIRST` taught, by ridge on logs.

    Skill is :math:`1 - \sum (y - \hat y)^2 / \sum (y - \bar y)^2` over newcomers, with the
    mean of the firms known by then in :math:`\bar y`: equation `adoption-skill` of chapter
    potential/adoption.

    Returns
    -------
    pandas.Series
        skill, low and high over newcomers drawn again; factor, by which a prediction is off in
        the typical case; firms, the newcomers that have an amount and all features.
    """
    known = adopters[adopters["amount"] > 0].dropna(subset=list(features))
    first, second = (known[known["year"] == year] for year in (FIRST, SECOND))
    actual = np.log(second["amount"]).to_numpy()
    off = actual - np.log(amounts(first, second[list(features)])).to_numpy()
    base = actual - np.log(first["amount"]).mean()
    again = np.random.default_rng(seed).integers(len(off), size=(draws, len(off)))
    skills = 1 - (off[again] ** 2).sum(axis=1) / (base[again] ** 2).sum(axis=1)
    low, high = np.quantile(skills, TAILS)
    skill, factor = 1 - (off**2).sum() / (base**2).sum(), np.exp(np.sqrt(np.mean(off**2)))
    return pd.Series(
        {"skill": skill, "low": low, "high": high, "factor": factor, "firms": len(off)}
    )


def amounts(adopters: pd.DataFrame, features: pd.DataFrame) -> pd.Series:
    """Predict amounts in yuan by a ridge on logarithms, where every feature is known."""
    from sklearn.linear_model import RidgeCV
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    x = scaled(adopters.loc[adopters["amount"] > 0, list(features)]).dropna()
    new = scaled(features).dropna()
    model = make_pipeline(StandardScaler(), RidgeCV(np.logspace(-2, 3, 11)))
    model.fit(x, np.log(adopters.loc[x.index, "amount"]))
    return pd.Series(np.exp(model.predict(new)), new.index)

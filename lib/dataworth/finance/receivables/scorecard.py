"""A scorecard in the trade's form: bins, weights of evidence, points, KS, AUC, stability, reasons.

Paper `finance`, section 3.2: lenders "employ clear portraits to evaluate risks", and a report
tells a firm why its financing fails. One card serves the real loans of
``data/facts/loans_with_account_behaviour.csv`` and the simulated merchants of `merchants`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from dataworth.errors import InputError

POINTS = 20 / np.log(2)  # twenty points halve the odds of going bad


@dataclass(frozen=True)
class Card:
    """A fitted card.

    Attributes
    ----------
    edges : dict of str to numpy.ndarray
        Inner limits of the bins of each column; a value at a limit falls into the lower bin.
    weights : dict of str to numpy.ndarray
        Weight of evidence of each bin, equation `portraits-woe`: high is good.
    slopes : pandas.Series
        By column; the log-odds of going bad are `start` plus slopes times weights.
    start : float
    """

    edges: dict[str, np.ndarray]
    weights: dict[str, np.ndarray]
    slopes: pd.Series
    start: float

    def points(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Return the points of each column, by row: more is better."""
        return -POINTS * self.slopes * evidence(frame, self.edges, self.weights)

    def log_odds(self, frame: pd.DataFrame) -> np.ndarray:
        """Return the log-odds of going bad, by row."""
        return self.start - self.points(frame).to_numpy().sum(axis=1) / POINTS

    def risk(self, frame: pd.DataFrame) -> np.ndarray:
        """Return the stated probability of going bad, by row."""
        return 1 / (1 + np.exp(-self.log_odds(frame)))


def weights_of_evidence(values: np.ndarray, bad: np.ndarray, edges: np.ndarray) -> np.ndarray:
    """Return the weight of evidence of each bin, equation `portraits-woe`.

    Half a case is added to either count, so that no bin is empty.
    """
    places, bins = np.searchsorted(edges, values), len(edges) + 1
    lost = np.bincount(places, bad, bins) + 0.5
    kept = np.bincount(places, minlength=bins) - lost + 1.0
    return np.log((kept / kept.sum()) / (lost / lost.sum()))


def evidence(frame: pd.DataFrame, edges: dict, weights: dict) -> pd.DataFrame:
    """Return the weight of evidence of each row and column."""
    found = {name: weights[name][np.searchsorted(edges[name], frame[name])] for name in edges}
    return pd.DataFrame(found, index=frame.index)


def fit_card(frame: pd.DataFrame, columns: Sequence[str], bad: pd.Series, *, bins: int = 4) -> Card:
    """Fit a card: bins of equal numbers, their weights, a logistic regression on these.

    Raises
    ------
    InputError
        All cases, or none, went bad.
    """
    from sklearn.linear_model import LogisticRegression

    lost = bad.to_numpy(float)
    if lost.min() == lost.max():
        raise InputError(f"history: expected good and bad cases, found {lost.sum():.0f} bad")
    inner = np.linspace(0, 1, bins + 1)[1:-1]
    edges = {name: np.unique(frame[name].quantile(inner)) for name in columns}
    weights = {n: weights_of_evidence(frame[n].to_numpy(), lost, edges[n]) for n in columns}
    model = LogisticRegression(C=1.0).fit(evidence(frame, edges, weights), lost)
    return Card(edges, weights, pd.Series(model.coef_[0], columns), float(model.intercept_[0]))


def held_out(
    frame: pd.DataFrame, columns: Sequence[str], bad: pd.Series, *, repeats: int, seed: int
) -> pd.Series:
    """Return each case's mean log-odds of going bad, from cards fitted without it (five folds)."""
    from sklearn.model_selection import RepeatedStratifiedKFold

    folds = RepeatedStratifiedKFold(n_splits=5, n_repeats=repeats, random_state=seed)
    scores = np.zeros(len(frame))
    for seen, new in folds.split(frame, bad):
        card = fit_card(frame.iloc[seen], columns, bad.iloc[seen])
        scores[new] += card.log_odds(frame.iloc[new])
    return pd.Series(scores / repeats, frame.index)


def separation(bad: np.ndarray, scores: np.ndarray) -> dict[str, float]:
    """Return auc and ks: the area under the curve, and the largest gap of the two distributions.

    `bad` may be probabilities: each case then counts as bad with its own, and as good with the
    rest, which is the mean over all that could happen.
    """
    order = np.argsort(-np.asarray(scores), kind="stable")
    lost, ranked = np.asarray(bad, float)[order], np.asarray(scores)[order]
    last = np.append(np.flatnonzero(np.diff(ranked)), len(ranked) - 1)  # ties move together
    right = np.append(0, lost.cumsum()[last]) / lost.sum()
    wrong = np.append(0, (1 - lost).cumsum()[last]) / (1 - lost).sum()
    return {"auc": float(np.trapezoid(right, wrong)), "ks": float((right - wrong).max())}


def resampled(bad: pd.Series, scores: pd.DataFrame, *, draws: int, seed: int) -> pd.DataFrame:
    """Return auc and ks of each score in resamples of the cases, good and bad apart.

    Returns
    -------
    pandas.DataFrame, shape (draws, 2 x scores)
        Columns (score, measure); the same cases for every score, so that they can be compared.
    """
    rng, rows = np.random.default_rng(seed), []
    groups = [np.flatnonzero(bad == kind) for kind in (0, 1)]
    for _ in range(draws):
        drawn = np.concatenate([rng.choice(group, group.size) for group in groups])
        again, ends = scores.iloc[drawn], bad.to_numpy()[drawn]
        rows.append(pd.concat({k: pd.Series(separation(ends, again[k])) for k in again}))
    return pd.DataFrame(rows)


def stability(expected: pd.Series, actual: pd.Series, bins: int = 5) -> float:
    """Return the population stability index of a score, by bins of the expected one."""
    edges = expected.quantile(np.linspace(0, 1, bins + 1)[1:-1])
    one, two = (
        (np.bincount(np.searchsorted(edges, part), minlength=bins) + 0.5) / (len(part) + bins / 2)
        for part in (expected, actual)
    )
    return float(((two - one) * np.log(two / one)).sum())


def reasons(card: Card, row: pd.DataFrame, cutoff: float) -> pd.DataFrame:
    """Return why one case scores as it does, and what would change the answer.

    Parameters
    ----------
    card : Card
    row : pandas.DataFrame, one row
    cutoff : float
        Points from which on a loan is given.

    Returns
    -------
    pandas.DataFrame, by column, what costs most first
        value; points; lost, points short of the best bin; enough, whether the best bin of this
        column alone would bring the case to the cutoff; low and high, the limits of that bin.
    """
    mine, rows = card.points(row).iloc[0], {}
    for name in card.slopes.index:
        each = -POINTS * card.slopes[name] * card.weights[name]
        best, limits = int(each.argmax()), [-np.inf, *card.edges[name], np.inf]
        rows[name] = {
            "value": row[name].iloc[0],
            "points": mine[name],
            "lost": each[best] - mine[name],
            "enough": mine.sum() + each[best] - mine[name] >= cutoff,
            "low": limits[best],
            "high": limits[best + 1],
        }
    return pd.DataFrame.from_dict(rows, orient="index").sort_values("lost", ascending=False)

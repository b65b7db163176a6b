"""Does the behaviour of an account add to an application? A scorecard in the trade's form.

On the real loans of ``data/facts/loans_with_account_behaviour.csv``. Every score is stated by a
card that was fitted without the loan it scores: bins and weights too.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

APPLICATION = ("amount", "duration_months", "payment")
BEHAVIOUR = (
    *("balance_mean", "balance_min", "balance_last", "balance_sd", "credits_per_month"),
    *("debits_per_month", "history_days", "n_household", "n_cash_withdrawal"),
)
BINS = 4  # thirty bad loans carry no more


def weights_of_evidence(values: pd.Series, bad: pd.Series) -> pd.Series:
    r"""Return the weight of evidence of each bin, equation `scorecard-woe`.

    Bins hold equal numbers; half a loan is added to either count, so that none is empty.

    Returns
    -------
    pandas.Series
        By interval, rising: high is good.
    """
    edges = np.unique(values.quantile(np.linspace(0, 1, BINS + 1)[1:-1]))
    binned = pd.cut(values, [-np.inf, *edges, np.inf])
    counts = bad.astype(bool).groupby(binned, observed=False).agg(["sum", "size"])
    lost, kept = counts["sum"] + 0.5, counts["size"] - counts["sum"] + 0.5
    return np.log((kept / kept.sum()) / (lost / lost.sum()))


def fit_card(frame: pd.DataFrame, columns: tuple[str, ...]) -> tuple[dict, pd.Series, float]:
    """Fit a card: weights of evidence by column, their coefficients, the intercept."""
    from sklearn.linear_model import LogisticRegression

    weights = {name: weights_of_evidence(frame[name], frame["bad"]) for name in columns}
    model = LogisticRegression(C=1.0).fit(_evidence(frame, weights), frame["bad"])
    return weights, pd.Series(model.coef_[0], columns), float(model.intercept_[0])


def held_out_scores(
    frame: pd.DataFrame, columns: tuple[str, ...], *, repeats: int, seed: int
) -> pd.Series:
    """Return each loan's mean log-odds of going bad, from cards fitted without it (five folds)."""
    from sklearn.model_selection import RepeatedStratifiedKFold

    folds = RepeatedStratifiedKFold(n_splits=5, n_repeats=repeats, random_state=seed)
    scores = np.zeros(len(frame))
    for seen, new in folds.split(frame, frame["bad"]):
        weights, slopes, start = fit_card(frame.iloc[seen], columns)
        scores[new] += start + _evidence(frame.iloc[new], weights).to_numpy() @ slopes.to_numpy()
    return pd.Series(scores / repeats, frame.index)


def separation(bad: np.ndarray, scores: np.ndarray) -> dict[str, float]:
    """Return auc and ks: the area under the curve, and the largest gap of the two distributions."""
    from sklearn.metrics import roc_curve

    wrong, right, _ = roc_curve(bad, scores)
    return {"auc": float(np.trapezoid(right, wrong)), "ks": float((right - wrong).max())}


def resampled(bad: pd.Series, scores: pd.DataFrame, *, draws: int, seed: int) -> pd.DataFrame:
    """Return auc and ks of each card in resamples of the loans, good and bad apart.

    Returns
    -------
    pandas.DataFrame, shape (draws, 2 x cards)
        Columns (card, measure); the same loans for every card, so that cards can be compared.
    """
    rng = np.random.default_rng(seed)
    groups = [np.flatnonzero(bad == kind) for kind in (0, 1)]
    rows = []
    for _ in range(draws):
        rows_drawn = np.concatenate([rng.choice(group, group.size) for group in groups])
        drawn, outcome = scores.iloc[rows_drawn], bad.to_numpy()[rows_drawn]
        rows.append(pd.concat({k: pd.Series(separation(outcome, drawn[k])) for k in drawn}))
    return pd.DataFrame(rows)


def stability(expected: pd.Series, actual: pd.Series, bins: int = 5) -> float:
    """Return the population stability index of a score, by bins of the expected one."""
    edges = [-np.inf, *expected.quantile(np.linspace(0, 1, bins + 1)[1:-1]), np.inf]
    shares = [
        (pd.cut(part, edges).value_counts(sort=False).to_numpy() + 0.5) / (len(part) + bins / 2)
        for part in (expected, actual)
    ]
    return float(((shares[1] - shares[0]) * np.log(shares[1] / shares[0])).sum())


def _evidence(frame: pd.DataFrame, weights: dict[str, pd.Series]) -> pd.DataFrame:
    columns = {
        name: weight.to_numpy()[weight.index.get_indexer(frame[name])]
        for name, weight in weights.items()
    }
    return pd.DataFrame(columns, index=frame.index)

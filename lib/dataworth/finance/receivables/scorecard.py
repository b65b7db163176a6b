"""Scorecards: a merchant's risk from its books, or from books and portrait.

Paper `finance`, section 3.2: lenders "employ clear portraits to evaluate risks". Two ordinary
ways to do so: logistic regression on normal scores, and boosted trees that may only rise or
fall with each column (LightGBM). Both learn from merchants whose receivables have ended.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from dataworth.errors import InputError
from dataworth.finance.receivables.merchants import BOOKS, PORTRAIT

LOGISTIC, TREES = "logistic", "trees"
KINDS = (LOGISTIC, TREES)

# One thread and fixed sums: the same trees on every machine. Small and slow, because failures
# are rare; the numbers are the usual ones for a scorecard, and were not tuned.
_TREES: dict[str, Any] = {
    "objective": "binary",
    "num_leaves": 8,
    "learning_rate": 0.05,
    "n_estimators": 120,
    "min_child_samples": 100,
    "reg_lambda": 10.0,
    "num_threads": 1,
    "deterministic": True,
    "force_row_wise": True,
    "verbosity": -1,
}


@dataclass(frozen=True)
class Scorecard:
    """Two fitted models: one for the books alone, one for books and portrait.

    Attributes
    ----------
    kind : {"logistic", "trees"}
    blind : object
        Scores everyone from the books.
    seeing : object or None
        Scores those whom the portrait covers; None if the history holds no portrait.
    """

    kind: str
    blind: Any
    seeing: Any

    def risk(self, frame: pd.DataFrame, *, with_portrait: bool) -> np.ndarray:
        """Return the stated risk of each merchant; who has no portrait is judged by the books."""
        stated = _predict(self.blind, frame[list(BOOKS)])
        seen = frame["covered"].to_numpy()
        if with_portrait and self.seeing is not None and seen.any():
            columns = [*BOOKS, *PORTRAIT]
            stated = np.array(stated)
            stated[seen] = _predict(self.seeing, frame.loc[seen, columns])
        return stated


def fit_scorecard(history: pd.DataFrame, kind: str = LOGISTIC) -> Scorecard:
    """Fit both models of a scorecard.

    Parameters
    ----------
    history : pandas.DataFrame
        Merchants whose receivables have ended: columns of `merchants.BOOKS` and
        `merchants.PORTRAIT`, covered, failed. All of them count, also those that a factor
        would have refused: a real history knows only those that it financed.
    kind : {"logistic", "trees"}

    Raises
    ------
    InputError
        The kind is unknown, or every receivable, or none, has failed.
    """
    if kind not in KINDS:
        raise InputError(f"kind: expected one of {', '.join(KINDS)}, found {kind!r}")
    if history["failed"].nunique() < 2:
        raise InputError(
            f"history: expected failed and paid receivables, found {history['failed'].sum()} "
            f"failed of {len(history)}"
        )
    covered = history[history["covered"]]
    enough = len(covered) > 0 and covered["failed"].nunique() == 2
    seeing = _fit(covered, [*BOOKS, *PORTRAIT], kind) if enough else None
    return Scorecard(kind, _fit(history, list(BOOKS), kind), seeing)


def accuracy(frame: pd.DataFrame, stated: np.ndarray) -> dict[str, float]:
    """Measure stated risks against what happened.

    Returns
    -------
    dict of str to float
        auc: probability that a failed receivable had the higher stated risk than a paid one
        (missing where all end alike). expected_auc: the same on average over what could have
        happened, from the true risks. brier: mean squared gap to what happened. gap: mean
        distance from the true risk, which only a simulation knows. bias: mean stated over
        mean true risk, less 1.
    """
    from sklearn.metrics import brier_score_loss, roc_auc_score

    failed, true = frame["failed"].to_numpy(), frame["risk"].to_numpy()
    both = 0 < failed.sum() < len(failed)
    return {
        "auc": float(roc_auc_score(failed, stated)) if both else float("nan"),
        "expected_auc": _expected_auc(true, stated),
        "brier": float(brier_score_loss(failed, np.clip(stated, 0, 1))),
        "gap": float(np.abs(stated - true).mean()),
        "bias": float(stated.mean() / true.mean() - 1),
    }


def _expected_auc(true: np.ndarray, stated: np.ndarray) -> float:
    """Count each merchant as failed with its risk and as paid with the rest."""
    from sklearn.metrics import roc_auc_score

    ends = np.repeat([1, 0], len(true))
    weight = np.concatenate([true, 1 - true])
    return float(roc_auc_score(ends, np.tile(stated, 2), sample_weight=weight))


def _fit(rows: pd.DataFrame, columns: list[str], kind: str) -> Any:
    if kind == TREES:
        import lightgbm

        signs = {name: -1 if good else 1 for name, (_, good, _) in (BOOKS | PORTRAIT).items()}
        model = lightgbm.LGBMClassifier(
            **_TREES, monotone_constraints=[signs[name] for name in columns]
        )
        return model.fit(rows[columns], rows["failed"])
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import QuantileTransformer

    scores = QuantileTransformer(
        n_quantiles=min(200, len(rows)), output_distribution="normal", random_state=0
    )
    return make_pipeline(scores, LogisticRegression(C=1.0)).fit(rows[columns], rows["failed"])


def _predict(model: Any, rows: pd.DataFrame) -> np.ndarray:
    return model.predict_proba(rows)[:, 1]

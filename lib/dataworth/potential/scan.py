"""The scan of the market: filters, predictions, and what a ranking of sections says.

Paper `potential`, section 3.3, Table 6 and Figure 4. Predictions are in yuan. A ranking is
one draw; here it comes with what other draws would have shown: other samples of seed firms,
other seeds, other firms of the section.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations

import numpy as np
import pandas as pd
from scipy.stats import kruskal, spearmanr

from dataworth.errors import InputError
from dataworth.inputs.firms.variables import ABSENT, FEATURES
from dataworth.potential.record import read_record
from dataworth.potential.refits import read_model

SIGNIFICANT = 0.05


# --- from a raw market to predictions ------------------------------------------------------


def seed_sections() -> list[str]:
    """Return the sections of the paper's firms, as rebuilt from the record."""
    return sorted(read_record()["section"].dropna().unique())


def keep_firms(
    market: pd.DataFrame, features: Sequence[str] = FEATURES, sections: Sequence[str] | None = None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Filter a market as the paper does, in its order, and count after each step.

    Parameters
    ----------
    market : pandas.DataFrame
        As `dataworth.inputs.firms.reader.read_market` returns it.
    features : sequence of str
        What a firm must have to be complete.
    sections : sequence of str, optional
        Sections that match; default: `seed_sections`.

    Returns
    -------
    kept : pandas.DataFrame
        Rows of `market`.
    steps : pandas.DataFrame
        Index step; dropped and firms (left after it).

    Raises
    ------
    InputError
        No firm is left.
    """
    matching = seed_sections() if sections is None else sections
    filters = {
        "not under special treatment": lambda firms: ~firms["st"].astype(bool),
        "complete": lambda firms: firms[list(features)].notna().all(axis=1),
        "in a matching section": lambda firms: firms["section"].isin(matching),
    }
    kept, steps = market, pd.DataFrame({"dropped": 0, "firms": len(market)}, index=["listed"])
    for step, holds in filters.items():
        rows = holds(kept)
        if not rows.any():
            raise InputError(f"market: expected firms that are {step}, found none")
        steps.loc[step] = [(~rows).sum(), rows.sum()]
        kept = kept[rows]
    return kept, steps.rename_axis("step")


def winsorize(features: pd.DataFrame, share: float = 0.01) -> pd.DataFrame:
    """Set what lies beyond a column's outer percentiles to these percentiles.

    Equation `scan-winsorize` of chapter potential/scan.

    Parameters
    ----------
    features : pandas.DataFrame
        Numbers. The percentiles are the frame's own.
    share : float
        Share of either tail, from 0 (nothing is changed) to below 0.5.

    Raises
    ------
    ValueError
        Another share.
    """
    if not 0 <= share < 0.5:
        raise ValueError(f"share: expected from 0 to below 0.5, found {share}")
    return features.clip(features.quantile(share), features.quantile(1 - share), axis="columns")


def predict(models: Mapping[object, str] | pd.Series, features: pd.DataFrame) -> pd.DataFrame:
    """Predict every firm by every model.

    Parameters
    ----------
    models : mapping or Series of LightGBM model texts
        As `refits.refit` keeps them.
    features : pandas.DataFrame, shape (firms, 14)

    Returns
    -------
    pandas.DataFrame, shape (firms, models)
        Yuan; columns are the keys of `models`.
    """
    boosters = {key: read_model(text) for key, text in dict(models).items()}
    return pd.DataFrame(
        {key: b.predict(features[b.feature_name()], num_threads=1) for key, b in boosters.items()},
        index=features.index,
    )


def band(prediction: pd.Series, errors: np.ndarray, level: float = 0.9) -> pd.DataFrame:
    r"""Return the range in which a firm's data assets would lie, were it a seed firm.

    Equation `scan-band` of chapter potential/scan: the prediction and each error that the same
    pipeline made at a seed firm left out, :math:`\hat f(x) + e_i`, between outer quantiles of
    the errors. Firms of the market are not drawn like seed firms, which were chosen by having
    recognized data.

    Parameters
    ----------
    prediction : pandas.Series, shape (firms,)
        Yuan.
    errors : numpy.ndarray, shape (seed firms,)
        Actual less predicted value, yuan. With fewer than 2 / (1 - level) of them the band
        ends at the most extreme error, and promises less.
    level : float

    Returns
    -------
    pandas.DataFrame
        lower and upper, in yuan, not below zero.

    Raises
    ------
    ValueError
        The level is not between 0 and 1.
    """
    if not 0 < level < 1:
        raise ValueError(f"level: expected a share between 0 and 1, found {level}")
    ordered = np.sort(errors)
    last = max(int(round((1 - level) / 2 * (len(ordered) + 1), 9)), 1)
    ends = {"lower": prediction + ordered[last - 1], "upper": prediction + ordered[-last]}
    return pd.DataFrame(ends).clip(lower=0.0)


def section_means(predictions: pd.DataFrame, sections: pd.Series) -> pd.DataFrame:
    """Return the mean prediction of each section: models in rows, sections in columns.

    Equation `scan-mean` of chapter potential/scan.
    """
    return predictions.groupby(sections.to_numpy()).mean().T


def resampled_means(
    prediction: pd.Series, sections: pd.Series, *, draws: int = 500, seed: int
) -> pd.DataFrame:
    """Draw each section's firms again, with replacement, and average one model's predictions.

    Returns
    -------
    pandas.DataFrame, shape (draws, sections)
    """
    generator, groups = np.random.default_rng(seed), prediction.groupby(sections.to_numpy())
    return pd.DataFrame(
        {s: generator.choice(rows, (draws, len(rows))).mean(axis=1) for s, rows in groups}
    )


# --- what a ranking says -------------------------------------------------------------------


def findings(predictions: pd.DataFrame, sections: pd.Series, innovation: pd.Series) -> pd.DataFrame:
    """Test the findings of section 3.3 on every model's predictions.

    Words without a number are read so. *Far* and *much* higher: by at least the
    interquartile range of the other sections' means. *Relatively high*: the upper third of
    the ranks. *In the middle*: the middle third. *Significantly* different: a rank test over
    firms (Kruskal and Wallis 1952) at 5 %. *Concentrated* where innovation is intensive: the
    means rise with it over sections (Spearman, one-sided, 5 %).

    Parameters
    ----------
    predictions : pandas.DataFrame, shape (firms, models)
    sections : pandas.Series
        Letters. Where a section that a finding names has no firm, the finding is not found.
    innovation : pandas.Series
        Intensity of innovation by section, such as the median R&D ratio.

    Returns
    -------
    pandas.DataFrame of bool, shape (models, findings)
    """
    means = section_means(predictions, sections)
    named = means.reindex(columns=means.columns.union(list("BCIMQ")))
    ranks = named.rank(axis="columns", ascending=False)
    count = means.shape[1]
    intensity = innovation[means.columns].rank()
    # Of constant means no correlation is defined; none is found.
    together = means.apply(
        lambda row: spearmanr(row, intensity, alternative="greater").pvalue if np.ptp(row) else 1,
        axis="columns",
    )
    table = {
        "heterogeneous": predictions.apply(differs, sections=sections) < SIGNIFICANT,
        "it_first": ranks["I"] == 1,
        "it_far_ahead": _lead(named, ["I"]) >= 1,
        "research_second": ranks["M"] == 2,
        "mining_third": ranks["B"] == 3,
        "health_high": ranks["Q"] <= count / 3,
        "manufacturing_middle": (ranks["C"] > count / 3) & (ranks["C"] <= 2 * count / 3),
        "concentrated": together < SIGNIFICANT,
        "sections_higher": _lead(named, ["I", "M"]) >= 1,
    }
    return pd.DataFrame(table)


def differs(prediction: pd.Series, sections: pd.Series) -> float:
    """Return the p-value of equal predictions in all sections (Kruskal and Wallis)."""
    if prediction.nunique() < 2:
        return 1.0
    return float(kruskal(*(rows for _, rows in prediction.groupby(sections.to_numpy()))).pvalue)


def share_between(prediction: pd.Series, sections: pd.Series) -> float:
    """Return the share of the predictions' variance that lies between sections."""
    total = prediction.var(ddof=0)
    between = prediction.groupby(sections.to_numpy()).transform("mean").var(ddof=0)
    return float(between / total) if total > 0 else 0.0


def top_overlap(predictions: pd.DataFrame, share: float = 0.01) -> float:
    """Return how many of the highest firms of one model are among those of another.

    Returns
    -------
    float
        Mean over all pairs of models, at least one; `share` itself is what chance yields.
    """
    size = max(round(share * len(predictions)), 1)
    highest = [set(predictions[model].nlargest(size).index) for model in predictions]
    return float(np.mean([len(a & b) / size for a, b in combinations(highest, 2)]))


def _lead(means: pd.DataFrame, letters: list[str]) -> pd.Series:
    """Return how far the least of these sections leads all others, in interquartile ranges."""
    others = means.drop(columns=letters)
    spread = others.quantile(0.75, axis="columns") - others.quantile(0.25, axis="columns")
    ahead = means[letters].min(axis="columns") - others.max(axis="columns")
    # Equal means lead by nothing, however narrow their range is.
    return (ahead / spread.where(spread > 0)).fillna(np.sign(ahead) * np.inf).where(ahead > 0, 0.0)


def lacking(market: pd.DataFrame) -> list[str]:
    """Return the features that less than half of the firms of a market have."""
    return [name for name in FEATURES if market[name].notna().mean() < 0.5]


def without_absent(
    market: pd.DataFrame, sample: pd.DataFrame, how: str
) -> tuple[list[str], pd.DataFrame]:
    """Settle features that a market lacks.

    Parameters
    ----------
    market : DataFrame
        Columns `FEATURES`, values may be missing.
    sample : DataFrame
        The firms that a model is fitted on, columns `FEATURES`.
    how : {"refuse", "refit", "impute"}
        Do nothing; leave these features out, for a model that is refitted on the others; or
        give every firm without a value the median of the sample.

    Returns
    -------
    features : list of str
        What a model can use.
    market : DataFrame
        With imputed values, if `how` says so.

    Raises
    ------
    InputError
        No feature is left.
    """
    if how not in ABSENT:
        raise InputError(f"absent: expected one of {', '.join(ABSENT)}, found {how}")
    rare = lacking(market)
    if how == "impute":
        return list(FEATURES), market.fillna({name: sample[name].median() for name in rare})
    features = [name for name in FEATURES if name not in rare or how == "refuse"]
    if not features:
        raise InputError("market: expected a feature that half of the firms have, found none")
    return features, market

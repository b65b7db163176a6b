"""The seed sample, reconstructed: Table 2's margins, real dependence, and two worlds.

Paper `potential`, section 2.1. The hundred firms are not public. What is known of them is
Table 2: six numbers for each of fifteen variables. Their rank dependence is taken from about
four thousand real firms of fiscal year 2021. How the target hangs together with the features
is not known at all, so it is a parameter: the world.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd
from scipy.special import expit

from dataworth.facts import read_facts
from dataworth.inputs.firms.variables import COLUMNS, FEATURES, TARGET
from dataworth.potential.margins import quantiles, read_margins

WORLDS = ("null", "planted")
"""The worlds that are made up."""
YOURS = "yours"
"""The world of a reader's own firms, which stands beside them."""
LABELS = {"null": "null world", "planted": "planted world", YOURS: "your firms"}
"""What figures and tables call a world."""

STEPS = ("RDRatio", "RDPsnRatio", "TechRatio")
"""Planted drivers that do nothing up to a threshold, and no more beyond it."""
LEVELS_OFF = ("Revenue", "Size")
"""Planted drivers that do less and less, on logarithms."""
WEIGHTS = {
    **{"Revenue": 1.1, "RDPsnRatio": 1.05, "RDRatio": 1.0},
    **{"TechRatio": 0.5, "OCF": 0.5, "Size": 0.5, "ROA": 0.5},
}
"""Mean absolute effect of each driver on the planted signal, before that is standardized.

It is what Figure 2 of the paper ranks features by, so the order is the paper's.
"""
PLANTED = tuple(WEIGHTS)
"""The drivers that matter in the planted world, strongest first: those that the paper names."""

_SOFT = 0.15  # a threshold's width, as a share of the variable's standard deviation
_BOUND = 1.5  # standard deviations of profitability beyond which nothing is added
_REVERSAL = 0.5  # what profit costs where research is intensive, for what a loss costs elsewhere


@dataclass(frozen=True)
class Samples:
    """All samples of seed firms: the worlds, and the members of each.

    Attributes
    ----------
    table : pandas.DataFrame
        A row for each firm: world, member (counted from 0) and `COLUMNS`.
    shown : str
        The world whose first member the chapters follow.
    """

    table: pd.DataFrame
    shown: str

    @classmethod
    def of(cls, table: pd.DataFrame, *, shown: str) -> Samples:
        """Return the samples of a table that a chapter saved."""
        return cls(table, shown)

    @property
    def worlds(self) -> list[str]:
        """Worlds in the order of the table; `YOURS` last."""
        return list(dict.fromkeys(self.table["world"]))

    def firms(self, world: str | None = None, member: int = 0) -> pd.DataFrame:
        """Return one sample: the columns `COLUMNS`, rows counted from 0.

        Parameters
        ----------
        world : str, optional
            The shown one if omitted.
        member : int

        Raises
        ------
        IndexError
            There is no such sample.
        """
        return self.members(world)[member]

    def members(self, world: str | None = None) -> list[pd.DataFrame]:
        """Return all samples of a world, the shown one if omitted, in order."""
        rows = self.table[self.table["world"] == (world or self.shown)]
        return [t[list(COLUMNS)].reset_index(drop=True) for _, t in rows.groupby("member")]

    def source(self, world: str | None = None) -> str:
        """Return the kind of data for a caption: of a world, the shown one if omitted."""
        if (world or self.shown) == YOURS:
            return "Your firms."
        return f"Calibrated reconstruction, {LABELS[world or self.shown]}."

    @property
    def every_source(self) -> str:
        """The kind of data of all worlds together, for a caption."""
        yours = " and your firms" if YOURS in self.worlds else ""
        return f"Calibrated reconstruction{yours}."


def read_dependence() -> pd.DataFrame:
    """Read the rank correlations of the features over real firms (fiscal year 2021).

    Returns
    -------
    pandas.DataFrame, shape (14, 14)
        Spearman correlations; positive definite.
    """
    table = read_facts("spearman_fy2021")
    names = list(FEATURES)
    return table.set_index(table.columns[0]).rename_axis(None).loc[names, names]


def reconstruct_firms(
    *, world: str = "planted", strength: float = 0.3, seed: int, n: int = 100
) -> pd.DataFrame:
    """Draw a sample of firms with Table 2's margins.

    Equations `sample-features` and `sample-target-world` of chapter potential/sample. Features
    get their order from a Gaussian copula with the real rank correlations, so the correlations
    of one sample scatter around them. The shapes of the margins vary where Table 2 leaves them
    free.

    Parameters
    ----------
    world : {"null", "planted"}
        The target is independent of the features; or its order follows `planted_signal`, with
        noise. Both worlds have the same firms for the same seed, but for the target's order.
    strength : float
        Share of the variance that the signal explains in what orders the target, in the
        planted world.
    seed : int
    n : int
        Number of firms. With the paper's hundred every margin is met: least value, median
        and greatest exactly, mean and standard deviation closely. With another number the
        quantile functions are the same.

    Returns
    -------
    pandas.DataFrame, shape (n, 15)
        `COLUMNS`, in the units of Table 2.

    Raises
    ------
    ValueError
        An unknown world, a strength below 0 or not below 1, or fewer than ten firms.
    """
    if world not in WORLDS or not 0 <= strength < 1 or n < 10:
        raise ValueError(f"no world {world!r} of strength {strength} with {n} firms")
    generator = np.random.default_rng(seed)
    margins = read_margins("t2")
    values = {name: quantiles(margins.loc[name], n, generator=generator) for name in margins.index}
    draws = generator.standard_normal((n, len(FEATURES))) @ _copula_root().T
    noise = generator.standard_normal(n)
    firms = pd.DataFrame(
        {name: _arrange(values[name], draws[:, i]) for i, name in enumerate(FEATURES)}
    )
    if world == "planted":
        signal = planted_signal(firms).to_numpy()
        noise = np.sqrt(strength) * signal + np.sqrt(1 - strength) * noise
    return firms.assign(**{TARGET: _arrange(values[TARGET], noise)})


def planted_signal(features: pd.DataFrame) -> pd.Series:
    """Return the score that the planted world adds to the log target.

    The shapes are those that the paper reports (sections 3.1 and 3.2): thresholds with a
    plateau for the three innovation ratios; returns to scale that level off; cash flow; low
    profitability that hurts and high that does not help, and even hurts a little where
    research is intensive. Each is one function of the features in their units, whatever the
    sample; only the sum is standardized over the firms given.

    Parameters
    ----------
    features : pandas.DataFrame, shape (n, 14)
        At least the columns `PLANTED`.

    Returns
    -------
    pandas.Series, shape (n,)
        Mean 0 and standard deviation 1 over these firms; 0 for all if they do not differ.
    """
    score = sum(weight * _effect(name, features) for name, weight in WEIGHTS.items())
    spread = score.std(ddof=0)
    return (score - score.mean()) / (spread if spread > 0 else 1.0)


def planted_thresholds() -> pd.Series:
    """Return the place of each threshold in the planted world, in the variable's unit.

    It is the mean of Table 2: zero on the standardized axis of the paper's Figure 3.
    """
    return read_margins("t2").loc[list(STEPS), "mean"].rename("threshold")


def _effect(name: str, features: pd.DataFrame) -> pd.Series:
    """Return one driver's part, of mean size 1 over firms spread evenly over its margin."""
    shape, spread = _shape(name), _spread(name)
    if name != "ROA":
        return shape(features[name]) / spread
    # Where research is intensive a loss does not count, and a profit counts against the firm.
    intensive = _shape("RDRatio")(features["RDRatio"])
    loss, profit = shape(features["ROA"]), -shape(2 * _table()["ROA"]["p50"] - features["ROA"])
    return ((1 - intensive) * loss - _REVERSAL * intensive * profit) / spread


@cache
def _table() -> dict[str, dict[str, float]]:
    return read_margins("t2").to_dict("index")


def _shape(name: str) -> Callable[[pd.Series], pd.Series]:
    """Return the shape of a driver's effect, before it is scaled."""
    row = _table()[name]
    if name in STEPS:
        return lambda x: expit((x - row["mean"]) / (_SOFT * row["sd"]))
    if name in LEVELS_OFF:
        # 0 at the seed sample's least value, 63 % of the way up at its median.
        unit = np.log(row["p50"] / row["min"])
        least = row["min"] / 100
        return lambda x: 1 - np.exp(-np.log(np.maximum(x, least) / row["min"]) / unit)
    if name == "OCF":
        return lambda x: x / (abs(x) + row["p50"])
    return lambda x: np.clip((x - row["p50"]) / row["sd"], -_BOUND, 0.0)


@cache
def _spread(name: str) -> float:
    """Return the mean absolute deviation of a shape over the seed sample's margin."""
    values = _shape(name)(pd.Series(quantiles(pd.Series(_table()[name]), 100)))
    return float((values - values.mean()).abs().mean())


@cache
def _copula_root() -> np.ndarray:
    """Return a root of the normal correlations with the real rank correlations (Pearson 1907)."""
    return np.linalg.cholesky(2 * np.sin(np.pi * read_dependence().to_numpy() / 6))


def _arrange(values: np.ndarray, scores: np.ndarray) -> np.ndarray:
    """Put ascending values into the order of the scores."""
    return values[np.argsort(np.argsort(scores, kind="stable"))]

"""Samples of seed firms in worlds whose truth is known, and samples of any size.

Paper `potential`, section 2.1. Questions of method need worlds in which the answer is known:
a sample keeps its features and its amounts, and only who has which amount is made up. Where a
sample of another size is needed, one is drawn with Table 2's margins and the rank dependence of
about four thousand real firms of fiscal year 2021. The real firms are in `record`.
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

MADE = ("null", "linear", "planted", "size")
"""The worlds that are made up: no dependence; slopes; thresholds; scale alone."""
WORLDS = ("null", "planted")
"""Nothing to find, and what the paper reports."""
RECORD = "record"
"""The world of the firms on record, with the amounts that they recognized."""
YOURS = "yours"
"""The world of a reader's own firms, which stands beside them."""
LABELS = {RECORD: "record", **{w: f"{w} world" for w in MADE}, YOURS: "your firms"}
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

Effects hang together, so contributions have another order: that of `refits.reference`.
"""
PLANTED = tuple(WEIGHTS)
"""The drivers that matter in the planted world, strongest first: those that the paper names."""

CASH_SHARE = (0.036, 0.06)
"""Cash flow over assets: middle (listed firms of 2021), standard deviation (an assumption)."""
CAPEX_SHARE = (0.038, 0.9)
"""Investment over assets: middle (listed firms of 2021), spread of its log (an assumption)."""

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
        world = world or self.shown
        if world in (YOURS, RECORD):
            return "Your firms." if world == YOURS else f"{RECORDED}."
        return f"{RECORDED}; amounts dealt out anew, {LABELS[world]}."

    @property
    def every_source(self) -> str:
        """The kind of data of all worlds together, for a caption."""
        yours = " Your firms." if YOURS in self.worlds else ""
        return f"{RECORDED}; in made-up worlds amounts dealt out anew.{yours}"


RECORDED = "Firms on record, features off record drawn"


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
    """Draw a sample of any size with Table 2's margins.

    Features get their order from a Gaussian copula with the real rank correlations, so the
    correlations of one sample scatter around them; cash flow and investment go by a share of
    size. The shapes of the margins vary where Table 2 leaves them free.

    Parameters
    ----------
    world, strength
        As `deal` takes them. All worlds have the same firms for the same seed, but for the
        target's order.
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
        As `deal` says, or fewer than ten firms.
    """
    if n < 10:
        raise ValueError(f"no world {world!r} with {n} firms")
    generator = np.random.default_rng(seed)
    margins = read_margins("t2")
    values = {name: quantiles(margins.loc[name], n, generator=generator) for name in margins.index}
    draws = (
        generator.standard_normal((n, len(FEATURES))) @ np.linalg.cholesky(normal_correlations()).T
    )
    scores = pd.DataFrame(draws, columns=list(FEATURES))
    firms = {name: arrange(values[name], scores[name].to_numpy()) for name in FEATURES}
    for name, share in shares_of_size(scores).items():
        firms[name] = allot(values[name], share.to_numpy() * firms["Size"], firms["Size"])
    amounts = pd.DataFrame(firms).assign(**{TARGET: values[TARGET]})
    return deal(amounts, world, strength=strength, generator=generator)


def deal(
    firms: pd.DataFrame, world: str, *, strength: float, generator: np.random.Generator
) -> pd.DataFrame:
    """Deal the firms' data assets out anew, as a world has it.

    Equation `sample-target-world` of chapter potential/sample.

    Parameters
    ----------
    firms : pandas.DataFrame, shape (n, 15)
    world : {"null", "linear", "planted", "size"}
        By lot; or in the order of `signal`, with noise.
    strength : float
        Share of the variance that the signal explains in what orders the target.
    generator : numpy.random.Generator
        Of the noise, which does not depend on the world.

    Raises
    ------
    ValueError
        An unknown world, or a strength below 0 or not below 1.
    """
    if world not in MADE or not 0 <= strength < 1:
        raise ValueError(f"no world {world!r} of strength {strength}")
    order = generator.standard_normal(len(firms))
    if world != "null":
        score = signal(world, firms).to_numpy()
        order = np.sqrt(strength) * score + np.sqrt(1 - strength) * order
    return firms.assign(**{TARGET: arrange(np.sort(firms[TARGET]), order)})


def signal(world: str, features: pd.DataFrame) -> pd.Series:
    """Return the score that a made-up world orders data assets by, standardized.

    Parameters
    ----------
    world : {"linear", "planted", "size"}
        The planted drivers on a slope each, `planted_signal`, or the logarithms of revenue
        and total assets alone. Sizes are on logarithms in all of them.
    features : pandas.DataFrame, shape (n, 14)
    """
    if world == "planted":
        return planted_signal(features)
    straight = features[list(PLANTED)].assign(
        OCF=np.arcsinh(features["OCF"] / _table()["OCF"]["p50"])
    )
    straight[list(LEVELS_OFF)] = np.log(features[list(LEVELS_OFF)])
    parts = (straight - straight.mean()) / (straight - straight.mean()).abs().mean()
    names = list(LEVELS_OFF if world == "size" else PLANTED)
    return _standardized((parts[names] * pd.Series(WEIGHTS)[names]).sum(axis=1))


def shares_of_size(scores: pd.DataFrame) -> pd.DataFrame:
    """Return cash flow and investment over total assets, from normal scores.

    What a score has beyond the score of size decides the share: a giant's flow is not dealt
    to a small firm.

    Parameters
    ----------
    scores : pandas.DataFrame, shape (n, 14)

    Returns
    -------
    pandas.DataFrame, shape (n, 2)
        Columns OCF and Capex.
    """
    names = ["OCF", "Capex"]
    along = pd.DataFrame(normal_correlations(), FEATURES, FEATURES).loc[names, "Size"]
    apart = scores[names].sub(np.outer(scores["Size"], along)) / np.sqrt(1 - along**2)
    (middle, spread), (typical, factor) = CASH_SHARE, CAPEX_SHARE
    return apart.assign(
        OCF=middle + spread * apart["OCF"], Capex=typical * np.exp(factor * apart["Capex"])
    )


def allot(values: np.ndarray, wishes: np.ndarray, size: np.ndarray) -> np.ndarray:
    """Allot flows to firms in the order of their wishes; none beyond total assets, if it can be.

    A flow that is too large is exchanged for a smaller one with the nearest firm that can bear
    it, until it fits.
    """
    given, place = arrange(np.sort(values), wishes), np.argsort(np.argsort(wishes, kind="stable"))
    for firm in np.argsort(-np.abs(given), kind="stable"):
        while (flow := np.abs(given))[firm] > size[firm]:
            able = np.flatnonzero((size >= flow[firm]) & (flow < flow[firm]))
            if not able.size:
                break
            other = able[np.argmin(np.abs(place[able] - place[firm]))]
            given[[firm, other]] = given[[other, firm]]
    return given


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
    return _standardized(sum(w * _effect(name, features) for name, w in WEIGHTS.items()))


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
    values = _shape(name)(pd.Series(quantiles(pd.Series(_table()[name], name=name), 100)))
    return float((values - values.mean()).abs().mean())


def _standardized(score: pd.Series) -> pd.Series:
    spread = score.std(ddof=0)
    return (score - score.mean()) / (spread if spread > 0 else 1.0)


@cache
def normal_correlations() -> np.ndarray:
    """Return the normal correlations with the real rank correlations (Pearson 1907)."""
    return 2 * np.sin(np.pi * read_dependence().to_numpy() / 6)


def arrange(values: np.ndarray, scores: np.ndarray) -> np.ndarray:
    """Put ascending values into the order of the scores."""
    return values[np.argsort(np.argsort(scores, kind="stable"))]

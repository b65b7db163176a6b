"""How a feature's contribution changes with its value: thresholds, saturation, interplay.

Paper `potential`, section 3.2, Figure 3, and section 3.4. The paper reads shapes off scatter
plots by eye. Here a shape is a curve of mean contributions, a threshold is a line broken
twice that is fitted to it, and each statement is a test that holds or does not.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    import lightgbm
BINS = 20
"""Groups of equal size that a curve is made of."""
FEWEST = 8
"""Points below which a broken line would follow anything."""

FITS = 0.8  # share of the curve's variance that a clear threshold must explain
SHARP = 1 / 3  # share of the firms over which a sharp rise may extend at most
STABLE = 0.25  # share of the rise by which a plateau may still move
TREND = 0.5  # rank correlation of value and contribution from which there is a trend
STEP = 0.5  # share of the whole rise that one step of a gradual curve may take
DEPENDS = 0.5  # share of the larger gap by which two gaps must differ


@dataclass(frozen=True)
class Ramp:
    """A line that is level, rises or falls, and is level again.

    Attributes
    ----------
    start, end : float
        Where the slope begins and ends, in the feature's unit.
    low, high : float
        Mean contribution before and beyond it; ``high < low`` if it falls.
    width : float
        Share of the rows between start and end.
    explained, straight : float
        Share of the curve's variance that the ramp and that a straight line explain.
    drift : float
        By how much the curve itself moves beyond the end: the change of a line through it.
    """

    start: float
    end: float
    low: float
    high: float
    width: float
    explained: float
    straight: float
    drift: float

    @property
    def threshold(self) -> float:
        """The middle of the slope."""
        return (self.start + self.end) / 2

    @property
    def clear(self) -> bool:
        """Whether it is a clear threshold.

        A sharp rise from below to above zero that fits the curve well, and better than a
        straight line does.
        """
        rises = self.low < 0 < self.high
        fits = self.explained >= max(FITS, self.straight)
        return bool(rises and fits and self.width <= SHARP)

    @property
    def plateau(self) -> bool:
        """Whether it rises above zero and stays there: what is left of the rise is drift."""
        rise = self.high - self.low
        return bool(rise > 0 and self.high > 0 and abs(self.drift) <= STABLE * rise)


def curve(values: pd.Series, contributions: pd.Series, bins: int = BINS) -> pd.DataFrame:
    """Average a feature's contributions over groups of rows with similar values.

    Parameters
    ----------
    values : pandas.Series, shape (rows,)
        The feature.
    contributions : pandas.Series, shape (rows,)
        What it contributes to the prediction of each row.
    bins : int
        Groups of equal size; fewer if many rows share a value.

    Returns
    -------
    pandas.DataFrame, shape (up to bins, 3)
        In ascending order of the feature: value and contribution (means), share of the rows.
    """
    alike = values.nunique() < 2
    groups = 0 if alike else pd.qcut(values.to_numpy(), bins, labels=False, duplicates="drop")
    table = pd.DataFrame({"value": values.to_numpy(), "contribution": contributions.to_numpy()})
    # Sums of floating numbers depend on their order: sort, so that the rows' order is no matter.
    table = table.assign(group=groups).sort_values(["group", "value", "contribution"])
    means = table.groupby("group")[["value", "contribution"]].mean()
    return means.assign(share=table.groupby("group").size() / len(table)).reset_index(drop=True)


def ramp(curve: pd.DataFrame) -> Ramp | None:
    """Fit a line broken twice, level on both sides, by least squares.

    Every pair of the curve's points is tried as start and end, with at least two points on
    either level. It is segmented regression (Muggeo 2003) with the outer slopes fixed at
    zero; on twenty points an exhaustive search takes milliseconds and cannot get stuck.

    Parameters
    ----------
    curve : pandas.DataFrame
        As `curve` returns it.

    Returns
    -------
    Ramp or None
        None if the curve has fewer than eight points or never moves.
    """
    x, y = curve["value"].to_numpy(), curve["contribution"].to_numpy()
    count, total = len(x), ((y - y.mean()) ** 2).sum()
    if count < FEWEST or np.ptp(y) <= 1e-9 * np.abs(y).max():
        return None
    first, last = np.triu_indices(count, 1)
    inner = (first >= 1) & (last <= count - 2)
    first, last = first[inner], last[inner]
    shapes = np.clip((x - x[first, None]) / (x[last] - x[first])[:, None], 0, 1)
    centred = shapes - shapes.mean(axis=1, keepdims=True)
    along = centred @ (y - y.mean())
    power = (centred**2).sum(axis=1)
    best = int(np.argmax(along**2 / power))
    rise = along[best] / power[best]
    low = y.mean() - rise * shapes[best].mean()
    i, j = first[best], last[best]
    return Ramp(
        start=float(x[i]),
        end=float(x[j]),
        low=float(low),
        high=float(low + rise),
        width=float(curve["share"].iloc[i + 1 : j].sum() + curve["share"].iloc[[i, j]].mean()),
        explained=float(along[best] * rise / total),
        straight=float(np.corrcoef(x, y)[0, 1] ** 2),
        drift=_slope(x[j:], y[j:]) * float(x[-1] - x[j]),
    )


def gradual(curve: pd.DataFrame) -> bool:
    """Tell whether a curve rises step by step over its lower two thirds.

    Higher groups mostly have higher contributions (rank correlation of at least 0.5), and
    no single step takes half of the way from the lowest contribution to the highest.
    """
    y = curve["contribution"].to_numpy()[: -(len(curve) // 3)]
    if len(curve) < FEWEST or np.ptp(y) == 0:
        return False
    return bool(_rank_correlation(np.arange(len(y)), y) >= TREND and _largest_step(y) < STEP)


def saturation(curve: pd.DataFrame) -> float:
    """Return the slope over the upper third of a curve, over that of its lower two thirds.

    Returns
    -------
    float
        Below 1 if the curve levels off, below 0 if it turns; not a number if the lower part
        does not rise.
    """
    x, y = curve["value"].to_numpy(), curve["contribution"].to_numpy()
    cut = len(x) - len(x) // 3
    lower = _slope(x[:cut], y[:cut])
    return _slope(x[cut:], y[cut:]) / lower if lower > 0 else float("nan")


def saturates(curve: pd.DataFrame) -> bool:
    """Tell whether a curve rises first, then stays higher, at half the slope or less."""
    y = curve["contribution"].to_numpy()
    cut = len(y) - len(y) // 3
    higher = len(y) >= FEWEST and y[cut:].mean() > max(y[:cut].mean(), 0)
    return bool(higher and abs(saturation(curve)) <= 0.5)


@dataclass(frozen=True)
class View:
    """One model seen through its contributions on some rows.

    Attributes
    ----------
    features : pandas.DataFrame, shape (rows, features)
    effects : numpy.ndarray, shape (rows, features, features)
        Main effects and halves of interactions, as `explain.interactions` gives them.
    """

    features: pd.DataFrame
    effects: np.ndarray

    @cached_property
    def contributions(self) -> pd.DataFrame:
        """Contribution of every feature to every row, in the model's unit."""
        names = self.features.columns
        return pd.DataFrame(self.effects.sum(axis=2), index=self.features.index, columns=names)

    def curve(self, name: str, bins: int = BINS) -> pd.DataFrame:
        """Return the curve of a feature's contribution."""
        return curve(self.features[name], self.contributions[name], bins)

    def ramp(self, name: str) -> Ramp | None:
        """Return the ramp of a feature's contribution."""
        return ramp(self.curve(name))

    def partner(self, name: str) -> str:
        """Name the feature with the strongest interaction with another one."""
        place = list(self.features.columns).index(name)
        size = np.abs(self.effects[:, place]).mean(axis=0)
        size[place] = -1.0
        return self.features.columns[int(size.argmax())]

    def interaction_share(self, name: str) -> float:
        """Return how much of a feature's influence is interplay: 0 none, 1 all.

        Mean absolute interactions (summed in each row), over these and mean absolute main
        effects together.
        """
        place = list(self.features.columns).index(name)
        main = self.effects[:, place, place]
        rest = np.abs(self.effects[:, place].sum(axis=1) - main).mean()
        whole = rest + np.abs(main).mean()
        return float(rest / whole) if whole > 0 else 0.0

    def trend(self, name: str) -> float:
        """Return the rank correlation of a feature and its contribution."""
        return _rank_correlation(self.features[name], self.contributions[name])


def view(booster: lightgbm.Booster, features: pd.DataFrame) -> View:
    """Explain a model on some rows.

    Raises
    ------
    InputError
        As for `explain.contributions`.
    """
    from dataworth.potential.explain import interactions

    return View(features, interactions(booster, features))


@dataclass(frozen=True)
class Interplay:
    """What a feature does where another one is low, and where it is high.

    Attributes
    ----------
    trend_low, trend_high : float
        Rank correlation of the feature with its contribution in the lowest and in the
        highest third of the other feature.
    gap_low, gap_high : float
        Mean contribution in the feature's highest third less that in its lowest third.
    top_low, top_high : float
        Mean contribution in the feature's highest third.
    prediction_high : float
        Rank correlation of the feature with the whole prediction in the highest third.
    """

    trend_low: float
    trend_high: float
    gap_low: float
    gap_high: float
    top_low: float
    top_high: float
    prediction_high: float

    @property
    def depends(self) -> bool:
        """Whether the two gaps differ by more than half of the larger one."""
        larger = max(abs(self.gap_low), abs(self.gap_high))
        return bool(abs(self.gap_low - self.gap_high) > DEPENDS * larger)


def interplay(view: View, name: str, other: str) -> Interplay:
    """Compare a feature's contributions where another feature is low and where it is high.

    Section 3.2 does it for profitability at low and at high R&D investment.
    """
    x, y = view.features[name], view.contributions[name]
    prediction = view.contributions.sum(axis=1)
    bottom, top = x <= x.quantile(1 / 3), x >= x.quantile(2 / 3)
    divider = view.features[other]
    found: dict[str, float] = {}
    sides = {"low": divider <= divider.quantile(1 / 3), "high": divider >= divider.quantile(2 / 3)}
    for side, rows in sides.items():
        found[f"trend_{side}"] = _rank_correlation(x[rows], y[rows])
        found[f"top_{side}"] = float(y[rows & top].mean())
        found[f"gap_{side}"] = found[f"top_{side}"] - float(y[rows & bottom].mean())
    rows = sides["high"]
    return Interplay(**found, prediction_high=_rank_correlation(x[rows], prediction[rows]))


def statements(view: View) -> dict[str, bool]:
    """Tell which statements of sections 3.2 and 3.4 about Figure 3 hold for one model."""
    return dict(_statements(view))


# --- small helpers -------------------------------------------------------------------------


def _statements(view: View) -> Iterator[tuple[str, bool]]:
    for short, name in {"rd": "RDRatio", "rdpsn": "RDPsnRatio", "tech": "TechRatio"}.items():
        found = view.ramp(name)
        yield f"{short}_threshold", found is not None and found.clear
        yield f"{short}_plateau", found is not None and found.plateau
    for short, name in {"roa": "ROA", "roic": "ROIC"}.items():
        found = interplay(view, name, "RDRatio")
        yield f"{short}_rises_at_low_rd", found.trend_low >= TREND
        yield f"{short}_low_at_high_rd", found.top_high < found.top_low
    for name in ("Revenue", "Size"):
        yield f"{name.lower()}_gradual", gradual(view.curve(name))
        yield f"{name.lower()}_saturates", saturates(view.curve(name))
    found = view.ramp("Turnover")
    yield "turnover_level", found is not None and found.low < 0 and found.plateau
    mixed = ("GPM", "Leverage", "Capex")
    for name in mixed:
        yield f"{name.lower()}_no_trend", abs(view.trend(name)) < TREND
    yield "through_interactions", min(view.interaction_share(name) for name in mixed) > 0.5
    profit = interplay(view, "ROA", "RDRatio")
    yield "profit_depends", profit.depends
    yield "profit_negative_at_high_rd", profit.prediction_high < 0


def _slope(x: np.ndarray, y: np.ndarray) -> float:
    """Return the slope of the straight line through the points; 0 if there is none."""
    x = x - x.mean() if len(x) else x
    power = float(x @ x)
    return float(x @ y) / power if power > 0 else 0.0


def _largest_step(y: np.ndarray) -> float:
    """Return the largest step between neighbours, as a share of the whole range."""
    return float(np.abs(np.diff(y)).max() / np.ptp(y))


def _rank_correlation(x: pd.Series | np.ndarray, y: pd.Series | np.ndarray) -> float:
    """Return Spearman's correlation; 0 where one of the two never changes."""
    x, y = pd.Series(x), pd.Series(y)
    moves = x.nunique() > 1 and y.nunique() > 1
    return float(x.rank().corr(y.rank())) if moves else 0.0

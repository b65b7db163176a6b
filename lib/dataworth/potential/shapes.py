"""How a feature's contribution changes with its value: thresholds, saturation, interplay.

Paper `potential`, section 3.2, Figure 3, and section 3.4. The paper reads shapes off scatter
plots by eye. Here a shape is a curve of mean contributions, a threshold is a line broken
twice that is fitted to it, and each finding is a test that holds or does not.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from dataworth.potential.explain import interactions, rank_correlation

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
    """Return the mean contributions of groups of rows with similar values of a feature.

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
    """Return the line broken twice, level on both sides, with the least squared error.

    Equation `shapes-ramp` of chapter potential/shapes. Every pair of the curve's points is
    tried as start a and end b, with at least two points on either level. It is segmented
    regression (Muggeo 2003) with the outer slopes fixed at zero; on twenty points an
    exhaustive search takes milliseconds and cannot get stuck.

    Parameters
    ----------
    curve : pandas.DataFrame
        As `curve` returns it.

    Returns
    -------
    Ramp or None
        None if the curve has fewer than eight points or never moves.
    """
    x, c, share = (curve[name].to_numpy() for name in ("value", "contribution", "share"))
    if len(x) < FEWEST or np.ptp(c) <= 1e-9 * np.abs(c).max():
        return None
    starts, ends = (1 + places for places in np.triu_indices(len(x) - 2, 1))
    rising = np.clip((x - x[starts, None]) / (x[ends] - x[starts])[:, None], 0, 1)
    centred = rising - rising.mean(axis=1, keepdims=True)
    along, power = centred @ (c - c.mean()), (centred**2).sum(axis=1)
    best = int(np.argmax(along**2 / power))
    a, b, rise = starts[best], ends[best], along[best] / power[best]
    low = c.mean() - rise * rising[best].mean()
    return Ramp(
        start=float(x[a]),
        end=float(x[b]),
        low=float(low),
        high=float(low + rise),
        width=float(share[a + 1 : b].sum() + share[[a, b]].mean()),
        explained=float(along[best] * rise / ((c - c.mean()) ** 2).sum()),
        straight=float(np.corrcoef(x, c)[0, 1] ** 2),
        drift=_slope(x[b:], c[b:]) * float(x[-1] - x[b]),
    )


def gradual(curve: pd.DataFrame) -> bool:
    """Return whether a curve rises step by step over its lower two thirds.

    Higher groups mostly have higher contributions (rank correlation of at least 0.5), and
    no single step takes half of the way from the lowest contribution to the highest.
    """
    lower, _ = _parts(curve)
    c = lower["contribution"].to_numpy()
    small = np.abs(np.diff(c)).max(initial=0) < STEP * np.ptp(c)
    return bool(len(curve) >= FEWEST and small and rank_correlation(np.arange(len(c)), c) >= TREND)


def saturation(curve: pd.DataFrame) -> float:
    """Return the slope over the upper third of a curve, over that of its lower two thirds.

    Returns
    -------
    float
        Below 1 if the curve levels off, below 0 if it turns; not a number if the lower part
        does not rise.
    """
    lower, upper = (
        _slope(part["value"].to_numpy(), part["contribution"].to_numpy()) for part in _parts(curve)
    )
    return upper / lower if lower > 0 else float("nan")


def saturates(curve: pd.DataFrame) -> bool:
    """Return whether a curve rises first, then stays higher, at half the slope or less."""
    lower, upper = (part["contribution"].mean() for part in _parts(curve))
    higher = len(curve) >= FEWEST and upper > max(lower, 0)
    return bool(higher and abs(saturation(curve)) <= 0.5)


@dataclass(frozen=True)
class View:
    """One model seen through its contributions on some rows.

    Attributes
    ----------
    features : pandas.DataFrame, shape (rows, features)
    effects : numpy.ndarray, shape (rows, features, features)
        Main effects and halves of interactions, as `explain.interactions` returns them.
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

    def partner(self, name: str) -> str:
        """Return the feature that interacts most with this one."""
        place = self.features.columns.get_loc(name)
        size = np.abs(self.effects[:, place]).mean(axis=0)
        size[place] = -1.0
        return self.features.columns[int(size.argmax())]

    def interaction_share(self, name: str) -> float:
        """Return how much of a feature's influence is interplay: 0 none, 1 all.

        Mean absolute interactions (summed in each row), over these and mean absolute main
        effects together.
        """
        place = self.features.columns.get_loc(name)
        main = self.effects[:, place, place]
        rest = np.abs(self.effects[:, place].sum(axis=1) - main).mean()
        whole = rest + np.abs(main).mean()
        return float(rest / whole) if whole > 0 else 0.0

    def trend(self, name: str) -> float:
        """Return the rank correlation of a feature and its contribution."""
        return rank_correlation(self.features[name], self.contributions[name])


def view(booster: lightgbm.Booster, features: pd.DataFrame) -> View:
    """Explain a model on some rows.

    Raises
    ------
    ValueError
        As for `explain.contributions`.
    """
    return View(features, interactions(booster, features))


def interplay(view: View, name: str, other: str) -> pd.DataFrame:
    """Compare a feature's contributions where another feature is low and where it is high.

    Section 3.2 does it for profitability at low and at high R&D investment.

    Returns
    -------
    pandas.DataFrame
        Columns low and high: the lowest and the highest third of the other feature. Rows
        trend, the rank correlation of the feature with its contribution; top, its mean
        contribution in the feature's own highest third; gap, that less the mean in its lowest
        third; prediction, the rank correlation of the feature with the whole prediction.
    """
    x, y = view.features[name], view.contributions[name]
    prediction, own = view.contributions.sum(axis=1), _thirds(x)
    sides = {}
    for side, rows in _thirds(view.features[other]).items():
        top, bottom = (float(y[rows & own[end]].mean()) for end in ("high", "low"))
        sides[side] = {
            "trend": rank_correlation(x[rows], y[rows]),
            "top": top,
            "gap": top - bottom,
            "prediction": rank_correlation(x[rows], prediction[rows]),
        }
    return pd.DataFrame(sides)


def depends(interplay: pd.DataFrame) -> bool:
    """Return whether the two gaps differ by more than half of the larger one."""
    low, high = interplay.loc["gap", ["low", "high"]]
    return bool(abs(low - high) > DEPENDS * max(abs(low), abs(high)))


def findings(view: View) -> dict[str, bool]:
    """Return which findings of sections 3.2 and 3.4 about Figure 3 hold for one model."""
    held = {}
    for short, name in {"rd": "RDRatio", "rdpsn": "RDPsnRatio", "tech": "TechRatio"}.items():
        line = ramp(view.curve(name))
        held[f"{short}_threshold"] = bool(line and line.clear)
        held[f"{short}_plateau"] = bool(line and line.plateau)
    profit = {name: interplay(view, name, "RDRatio") for name in ("ROA", "ROIC")}
    for name, table in profit.items():
        held[f"{name.lower()}_rises_at_low_rd"] = table.loc["trend", "low"] >= TREND
        held[f"{name.lower()}_low_at_high_rd"] = table.loc["top", "high"] < table.loc["top", "low"]
    for name in ("Revenue", "Size"):
        held[f"{name.lower()}_gradual"] = gradual(view.curve(name))
        held[f"{name.lower()}_saturates"] = saturates(view.curve(name))
    line = ramp(view.curve("Turnover"))
    held["turnover_level"] = bool(line and line.low < 0 and line.plateau)
    mixed = ("GPM", "Leverage", "Capex")
    held |= {f"{name.lower()}_no_trend": abs(view.trend(name)) < TREND for name in mixed}
    held["through_interactions"] = min(view.interaction_share(name) for name in mixed) > 0.5
    held["profit_depends"] = depends(profit["ROA"])
    held["profit_negative_at_high_rd"] = profit["ROA"].loc["prediction", "high"] < 0
    return {name: bool(holds) for name, holds in held.items()}


def _parts(curve: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the lower two thirds of a curve's points and the upper third."""
    cut = len(curve) - len(curve) // 3
    return curve.iloc[:cut], curve.iloc[cut:]


def _thirds(values: pd.Series) -> dict[str, pd.Series]:
    """Return which rows are in the lowest and which in the highest third."""
    low, high = values.quantile(1 / 3), values.quantile(2 / 3)
    return {"low": values <= low, "high": values >= high}


def _slope(x: np.ndarray, y: np.ndarray) -> float:
    """Return the slope of the straight line through the points; 0 if there is none."""
    x = x - x.mean() if len(x) else x
    power = float(x @ x)
    return float(x @ y) / power if power > 0 else 0.0

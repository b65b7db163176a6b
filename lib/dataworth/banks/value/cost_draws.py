"""Draws of costs: what the intervals of the rates and the range of the ratio leave open.

Money is in thousand yuan; rates and ratios are fractions.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from scipy.stats import norm


def draw_costs(
    yearly: pd.DataFrame,
    ratio: tuple[float, float, float],
    *,
    draws: int,
    seed: int,
    level: float = 0.95,
) -> np.ndarray:
    """Draw the costs that the intervals of the rates and the range of the ratio allow.

    Parameters
    ----------
    yearly : pandas.DataFrame
        pay_increment, rate, low_rate, high_rate; see `dataworth.banks.value.cost.Costs`.
    ratio : tuple of float
        Lowest, central and highest non-labour ratio: a triangular distribution. It is
        one ratio for all banks and years, as the paper assumes, so its error does not
        average out over banks.
    draws : int
    seed : int
    level : float
        Share of cases that the intervals of the rates hold.

    Returns
    -------
    numpy.ndarray, shape (draws, rows)
        Total cost, thousand yuan. Rates are independent; each is drawn with two normal
        halves, one below and one above, and never below zero.
    """
    rng = np.random.default_rng(seed)
    rate, low, high = (yearly[c].to_numpy(float) for c in ("rate", "low_rate", "high_rate"))
    z = rng.standard_normal((draws, len(yearly)))
    width = np.where(z < 0, rate - low, high - rate) / norm.ppf(0.5 + level / 2)
    drawn = np.maximum(rate + z * width, 0)
    lowest, central, highest = ratio
    ratios = _triangular(rng.random(draws), lowest, central, highest)
    labour = drawn * yearly["pay_increment"].to_numpy()
    return labour * (1 + ratios[:, None])


def interval(draws: np.ndarray, level: float) -> tuple[np.ndarray, np.ndarray]:
    """Give the central interval of draws along the first axis."""
    low, high = np.quantile(draws, [(1 - level) / 2, (1 + level) / 2], axis=0)
    return low, high


def sum_draws(draws: np.ndarray, groups: pd.Series) -> dict[object, np.ndarray]:
    """Add up columns of draws by group.

    Returns
    -------
    dict
        Group to numpy.ndarray of shape (draws,).
    """
    positions: Mapping[object, np.ndarray] = groups.groupby(groups.to_numpy()).indices
    return {group: draws[:, rows].sum(axis=1) for group, rows in positions.items()}


def _triangular(u: np.ndarray, low: float, mode: float, high: float) -> np.ndarray:
    """Turn uniform draws into triangular ones; a range of no width gives its value."""
    if high <= low:
        return np.full_like(u, low)
    share = (mode - low) / (high - low)
    rising = low + np.sqrt(u * (high - low) * (mode - low))
    falling = high - np.sqrt((1 - u) * (high - low) * (high - mode))
    return np.where(u < share, rising, falling)

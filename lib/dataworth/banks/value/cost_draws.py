"""Draws of costs: what the intervals of the rates and the range of the ratio leave open.

Money is in thousand yuan; rates and ratios are fractions.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.stats import norm

from dataworth.banks.value.uncertainty import Input


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
        pay_increment, rate, low_rate, high_rate, scale; see `dataworth.banks.value.cost.Costs`.
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
    z = rng.standard_normal((draws, len(yearly)))
    rates = draw_within(yearly["rate"], yearly["low_rate"], yearly["high_rate"], z, level=level)
    ratios = Input("ratio", *ratio).quantile(rng.random(draws))
    pay = yearly["scale"].to_numpy() * yearly["pay_increment"].to_numpy()
    return rates * pay * (1 + ratios[:, None])


def draw_within(
    centre: ArrayLike, low: ArrayLike, high: ArrayLike, z: np.ndarray, *, level: float = 0.95
) -> np.ndarray:
    """Return values with an interval each, moved by standard normal errors; none is below zero.

    Parameters
    ----------
    centre, low, high : array_like
        Values and their intervals; they broadcast against `z`.
    z : numpy.ndarray
        Draws: a normal half below the centre and another above it.
    level : float
        Share of cases that the intervals hold.
    """
    centre, low, high = (np.asarray(values, float) for values in (centre, low, high))
    width = np.where(z < 0, centre - low, high - centre) / norm.ppf(0.5 + level / 2)
    return np.maximum(centre + z * width, 0)


def interval(draws: np.ndarray, level: float) -> tuple[np.ndarray, np.ndarray]:
    """Return the central interval of draws along the first axis."""
    low, high = np.quantile(draws, [(1 - level) / 2, (1 + level) / 2], axis=0)
    return low, high

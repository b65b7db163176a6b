"""What a valuation is given: an asset with its history, and assumptions.

Beyond paper `banks`. Money is in thousand yuan; rates, shares and ratios are fractions;
periods are years.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd

from dataworth.errors import InputError

Draws = "float | np.ndarray"


@dataclass(frozen=True)
class Asset:
    """What is valued, at the end of the last year.

    Attributes
    ----------
    name : str
        Whose data they are.
    costs : pandas.Series
        Cost of data by year, thousand yuan; consecutive years.
    profits : pandas.Series
        Net profit of the owner by year, thousand yuan; the last year is the base of
        every forecast.

    Raises
    ------
    InputError
        A series is empty, misses a value or a year.
    """

    name: str
    costs: pd.Series
    profits: pd.Series

    def __post_init__(self) -> None:
        for label in ("costs", "profits"):
            series = getattr(self, label)
            years = [int(year) for year in series.index]
            if not years or years != list(range(years[0], years[0] + len(years))):
                raise InputError(f"{label}: expected consecutive years, found {years or 'none'}")
            if not series.astype(float).map(_is_finite).all():
                raise InputError(f"{label} of {self.name}: expected a number in every year")

    @property
    def profit(self) -> float:
        """Net profit of the last year, thousand yuan."""
        return float(self.profits.iloc[-1])


@dataclass(frozen=True)
class Assumptions:
    """What the methods need beside the asset: numbers, or arrays of draws that broadcast.

    Attributes
    ----------
    rate : discount rate per year
    period : years in which the data bring income
    growth : growth of the owner's profit per year
    decay : share by which the income of data falls per year
    contribution : share of profit that the paper ascribes to data; it is made of cost
    cost_level : true cost over estimated cost; 1 takes the estimate
    life : years, at least 1; the stock loses 1 / life of itself a year
    markup : return to capital on top of cost
    charges : share of profit that all other assets have earned
    royalty : royalty rate after tax, a share of the owner's revenue
    margin : net profit over revenue of the owner
    loss : share of profit that would be lost without the data
    rebuild : years that it takes to make the data again
    multiple : price over cost of comparable data
    quality : quality of the data over that of comparable data
    outlay : cost still to be spent on using the data, over the cost of making them
    wait : years until that is decided
    volatility : standard deviation of yearly changes of the log value
    leakage : share of the value that is lost per year of waiting
    risk_free : risk-free rate per year
    """

    rate: Draws | None = None
    period: Draws | None = None
    growth: Draws = 0.0
    decay: Draws = 0.0
    contribution: Draws | None = None
    cost_level: Draws = 1.0
    life: Draws | None = None
    markup: Draws = 0.0
    charges: Draws | None = None
    royalty: Draws | None = None
    margin: Draws | None = None
    loss: Draws | None = None
    rebuild: Draws | None = None
    multiple: Draws | None = None
    quality: Draws = 1.0
    outlay: Draws | None = None
    wait: Draws | None = None
    volatility: Draws | None = None
    leakage: Draws = 0.0
    risk_free: Draws | None = None


def growth_of(series: pd.Series, years: int) -> float:
    """Return the compound yearly growth over the last years, a fraction.

    Parameters
    ----------
    series : pandas.Series
        By year, consecutive.
    years : int
        How many; fewer where the series is shorter.

    Returns
    -------
    float
        0 where an end is not positive or the series has one year.
    """
    ends = series.iloc[[-1 - min(years, len(series) - 1), -1]].astype(float)
    if len(series) < 2 or ends.min() <= 0:
        return 0.0
    return float((ends.iloc[1] / ends.iloc[0]) ** (1 / min(years, len(series) - 1)) - 1)


def _is_finite(value: float) -> bool:
    """Tell a number from what is missing or endless."""
    return math.isfinite(value)

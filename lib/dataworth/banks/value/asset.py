"""What a valuation is given: an asset with its history, and assumptions.

Beyond paper `banks`. Money is in thousand yuan; rates, shares and ratios are fractions;
periods are years.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from dataworth.banks.value.stock import Draws, check_years

MISSING = float("nan")
CHARGES = ("working_capital", "fixed_assets", "workforce", "customers", "regulatory_capital")
"""Other assets that a bank's business rests on, and that excess earnings pay first."""


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
        check_years(self.costs, f"costs of {self.name}")
        check_years(self.profits, f"profits of {self.name}")

    @property
    def profit(self) -> float:
        """Net profit of the last year, thousand yuan."""
        return float(self.profits.iloc[-1])


@dataclass(frozen=True)
class Assumptions:
    """What the methods need beside the asset: numbers, or arrays of draws that broadcast.

    What is not given is not a number; a method that needs it says so.

    Attributes
    ----------
    rate : discount rate per year
    period : years in which the data bring income
    growth : growth of the owner's profit per year
    decay : share by which the income of data falls per year
    timing : years before its end at which a year's income comes: one half, or 0 for its end
    tax : rate of tax on income
    tax_life : years over which tax law writes the asset off
    contribution : share of profit that the paper ascribes to data; it is made of cost
    cost_level : true cost over estimated cost; 1 takes the estimate
    life : years over which straight lines write a cost off, at least 1
    markup : return to capital on top of cost
    price_growth : yearly growth of what such work costs
    quality : quality of the data over that of new or of comparable data
    reach : share of the owner's business that the data serve
    working_capital, fixed_assets, workforce, customers, regulatory_capital : share of earnings
        after tax that each of these must earn (contributory charges)
    royalty : royalty rate before tax, a share of revenue
    upkeep : upkeep of the data over the royalty
    margin : net profit over revenue of the owner
    loss : share of profit that would be lost without the data
    rebuild : years that it takes to make the data again
    multiple : price over net cost of a comparable case
    adjustment : for time, rights, volume and market against that case
    outlay : cost still to be spent on using the data, over their net cost
    wait : years until that is decided
    volatility : standard deviation of yearly changes of the log value
    leakage : share of the value that is lost per year of waiting
    risk_free : risk-free rate per year
    """

    rate: Draws = MISSING
    period: Draws = MISSING
    growth: Draws = 0.0
    decay: Draws = 0.0
    timing: float = 0.5
    tax: Draws = MISSING
    tax_life: Draws = MISSING
    contribution: Draws = MISSING
    cost_level: Draws = 1.0
    life: Draws = MISSING
    markup: Draws = 0.0
    price_growth: Draws = 0.0
    quality: Draws = 1.0
    reach: Draws = 1.0
    working_capital: Draws = MISSING
    fixed_assets: Draws = MISSING
    workforce: Draws = MISSING
    customers: Draws = MISSING
    regulatory_capital: Draws = MISSING
    royalty: Draws = MISSING
    upkeep: Draws = 0.0
    margin: Draws = MISSING
    loss: Draws = MISSING
    rebuild: Draws = MISSING
    multiple: Draws = MISSING
    adjustment: Draws = 1.0
    outlay: Draws = MISSING
    wait: Draws = MISSING
    volatility: Draws = MISSING
    leakage: Draws = 0.0
    risk_free: Draws = MISSING


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
    back = min(years, len(series) - 1)
    first, last = series.iloc[-1 - back], series.iloc[-1]
    return float((last / first) ** (1 / back) - 1) if back and min(first, last) > 0 else 0.0

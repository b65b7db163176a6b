"""What banks spend on data: labour, a ratio for everything else, and the range of both.

Paper `banks`, sections 3.1 and 4.2, Figure 3. Money is in thousand yuan throughout;
rates and ratios are fractions.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.stats import kendalltau

from dataworth.errors import InputError
from dataworth.forensics.definitions import non_labour_ratio

# Half a step of what section 4.2 prints as "about 0.45" and "about 14%".
ROUNDING = 0.005


def ratio_readings(capital_ratio: float, tax_share: float) -> pd.Series:
    """Return the non-labour ratio under each reading of what the tax share is a share of.

    Returns
    -------
    pandas.Series
        Ratio by reading; none is below the one before. "total cost" is `non_labour_ratio`.
    """
    return pd.Series(
        {
            "no taxes": capital_ratio,
            "labour cost": capital_ratio + tax_share,
            "labour and capital cost": (1 + capital_ratio) * (1 + tax_share) - 1,
            "total cost": non_labour_ratio(capital_ratio, tax_share),
        },
        name="ratio",
    )


def ratio_range(
    capital_ratio: float, tax_share: float, *, rounding: float = ROUNDING
) -> tuple[float, float]:
    """Return the lowest and highest ratio over readings and over the rounding of both inputs.

    Returns
    -------
    tuple of float
        Readings with taxes only; both inputs are moved by up to `rounding`.
    """
    low, high = (
        ratio_readings(max(capital_ratio + move, 0), max(tax_share + move, 0)).drop("no taxes")
        for move in (-rounding, rounding)
    )
    return float(low.min()), float(high.max())


READINGS = {"fraction": 1.0, "literal": 100.0}
"""What the printed formula multiplies rate and pay by, under both readings of its hundred."""


def labour_cost(rate: ArrayLike, pay_increment: ArrayLike, scale: ArrayLike = 1.0) -> np.ndarray:
    """Return the labour cost of data: penetration rate times pay times a scale.

    Parameters
    ----------
    rate : array_like
        Penetration rate as a fraction, not in per cent.
    pay_increment : array_like
        What was added to employee compensation payable, thousand yuan.
    scale : array_like
        What the factor of 100 in the printed formula means: see `READINGS`.

    Returns
    -------
    numpy.ndarray
        Thousand yuan; the shapes broadcast. Pay that is negative gives a negative cost.

    Notes
    -----
    Source: paper `banks`, section 4.2, step four; equation `cost-labour` of chapter banks/cost.
    """
    return np.multiply(np.multiply(rate, pay_increment), scale)


def total_cost(labour: ArrayLike, ratio: ArrayLike) -> np.ndarray:
    """Return labour and non-labour cost together: labour times one plus the ratio."""
    return np.multiply(labour, np.add(1, ratio))


def implied_rate(cost: ArrayLike, pay_increment: ArrayLike, ratio: float) -> np.ndarray:
    """Return the penetration rate, a fraction, that turns pay into a cost.

    Of a rate instead of pay, return the pay, thousand yuan.
    """
    return np.divide(cost, np.multiply(pay_increment, 1 + ratio))


@dataclass(frozen=True)
class Costs:
    """Costs by bank and year, and by bank and quarter.

    Attributes
    ----------
    yearly : pandas.DataFrame
        bank, year, pay_increment, rate, low_rate, high_rate, scale, labour_cost, cost.
    quarterly : pandas.DataFrame
        bank, quarter (``"2007Q1"``), cost; empty if pay is known by year only.
    without_rate, without_pay : int
        Bank-years that only pay, or only reports, are known of.
    """

    yearly: pd.DataFrame
    quarterly: pd.DataFrame
    without_rate: int
    without_pay: int


def costs(
    rates: pd.DataFrame, pay: pd.DataFrame, ratio: float, scale: pd.Series | float = 1.0
) -> Costs:
    """Return what rates and pay come to together.

    Parameters
    ----------
    rates : pandas.DataFrame
        bank, year, rate, low, high (fractions), one row a report.
    pay : pandas.DataFrame
        bank, period (years, or quarters), pay_increment (thousand yuan). A year of
        which a quarter is unknown has no yearly cost; its quarters have theirs.
    ratio : float
        Non-labour cost over labour cost.
    scale : float or pandas.Series
        See `labour_cost`; a series gives it by bank, and its median to banks that it lacks.

    Returns
    -------
    Costs
        In the order of `rates`.

    Raises
    ------
    InputError
        No bank and year of which both the rate and the pay of the whole year are known, or
        none of these rates is above zero.
    """
    known = rates.dropna(subset=["rate"]).rename(columns={"low": "low_rate", "high": "high_rate"})
    known = known[["bank", "year", "rate", "low_rate", "high_rate"]]
    parts = pay.assign(year=pay["period"].str[:4].astype(int), quarters=1)
    quarterly = pay["period"].str.contains("Q")
    whole = parts.groupby(["bank", "year"], as_index=False, sort=False).agg(
        {"pay_increment": "sum", "quarters": "sum"}
    )
    whole = whole[(whole["quarters"] == 4) | (not quarterly.any())].drop(columns="quarters")
    yearly = known.merge(whole, on=["bank", "year"], how="inner", validate="one_to_one")
    if yearly.empty:
        raise InputError(
            "pay_file: expected pay of a whole year of a bank with a report, found none "
            f"among {_some(whole)}; reports: {_some(known)}"
        )
    if not (yearly["rate"] > 0).any():
        raise InputError(
            "rates: expected a term of the dictionary in a report, found none "
            f"in {_some(yearly)}; nothing was spent on data, as far as words tell"
        )

    def priced(table: pd.DataFrame) -> pd.DataFrame:
        factor: ArrayLike = scale
        if isinstance(scale, pd.Series):
            factor = table["bank"].map(scale).fillna(scale.median())
        labour = labour_cost(table["rate"], table["pay_increment"], factor)
        return table.assign(scale=factor, labour_cost=labour, cost=total_cost(labour, ratio))

    by_quarter = known.merge(parts[quarterly], on=["bank", "year"]).sort_values(["bank", "period"])
    by_quarter = priced(by_quarter).rename(columns={"period": "quarter"})
    order = ["bank", "year", "pay_increment", *known.columns[2:], "scale", "labour_cost", "cost"]
    return Costs(
        yearly=priced(yearly)[order].reset_index(drop=True),
        quarterly=by_quarter[["bank", "quarter", "cost"]].reset_index(drop=True),
        without_rate=len(whole) - len(yearly),
        without_pay=len(known) - len(yearly),
    )


def total_growth(yearly: pd.DataFrame) -> pd.Series:
    """Return the growth of the total from year to year, over banks known in both years.

    Parameters
    ----------
    yearly : pandas.DataFrame
        bank, year, cost.

    Returns
    -------
    pandas.Series
        Growth, a fraction, by year; years without a bank in common are left out.
    """
    table = yearly.pivot(index="year", columns="bank", values="cost").sort_index()
    before = table.shift(1)
    both = table.notna() & before.notna()
    growth = table.where(both).sum(axis=1) / before.where(both).sum(axis=1) - 1
    return growth[both.any(axis=1)].rename("growth")


def has_trend(growth: pd.Series, *, significance: float = 0.05) -> bool:
    """Return whether what grows so has a rising trend.

    Parameters
    ----------
    growth : pandas.Series
        Growth, a fraction, by year.
    significance : float
        Of the one-sided test of Mann and Kendall on the levels. Fewer than five levels
        cannot be significant; these must rise in every year.
    """
    levels = np.concatenate([[1.0], (1 + growth).cumprod()])
    if len(levels) < 5:
        return len(levels) > 1 and bool((growth > 0).all())
    p_value = kendalltau(np.arange(len(levels)), levels, alternative="greater").pvalue
    return bool(p_value < significance)


def _some(table: pd.DataFrame) -> str:
    names = [f"{row.bank} {row.year}" for row in table.itertuples()]
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")

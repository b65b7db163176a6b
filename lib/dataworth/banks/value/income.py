"""The income that data bring, by the paper's contribution rate and by others.

Paper `banks`, section 4.5 and Figure 10. Money is in thousand yuan; rates, shares and
contribution rates are fractions.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd
from scipy.optimize import brentq

from dataworth.banks.series.profit import BANKS, quarterly_profit
from dataworth.banks.value.stock import Table, annuity_factor, straight_line_stock
from dataworth.errors import InputError

Reading = Literal["flat", "held", "recomputed"]
Transform = Literal["level", "log"]


# --- what goes in ----------------------------------------------------------------------------


def choose_bank(costs: pd.DataFrame, wanted: str, *, default: str) -> str:
    """Return the wanted bank, or the best covered one if the default is not there.

    Parameters
    ----------
    costs : pandas.DataFrame
        Columns bank and year.
    wanted, default : str
        Only where nobody asked for another than the default is it replaced.

    Raises
    ------
    InputError
        A bank that was asked for is not among the costs.
    """
    counts = costs.groupby("bank")["year"].nunique()
    if wanted in counts.index:
        return wanted
    if wanted != default or counts.empty:
        known = ", ".join(counts.index[:5]) + (", ..." if len(counts) > 5 else "")
        raise InputError(f"bank: expected one of {known}, found {wanted!r}")
    return str(counts.idxmax())


def last_run(frame: Table) -> Table:
    """Return the years after the last gap.

    Parameters
    ----------
    frame : pandas.DataFrame or pandas.Series
        Index of whole years, in order and without repeats.
    """
    gaps = np.flatnonzero(np.diff(frame.index) != 1)
    return frame.iloc[gaps[-1] + 1 if len(gaps) else 0 :]


def annual_profit(bank: str, pay: pd.DataFrame | None = None) -> pd.Series:
    """Return net profit by year: from a user's own file, else from public record.

    Parameters
    ----------
    bank : str
        Chinese name.
    pay : pandas.DataFrame, optional
        Columns bank, period (``"2021"`` or ``"2021Q1"``) and, if known, net_profit in
        thousand yuan.

    Returns
    -------
    pandas.Series
        Thousand yuan by year; empty if neither knows the bank. A year of which a quarter
        is missing is left out.
    """
    if pay is not None and "net_profit" in pay and (pay["bank"] == bank).any():
        rows = pay[(pay["bank"] == bank) & pay["net_profit"].notna()]
        years, quarterly = rows["period"].str[:4].astype(int), rows["period"].str.contains("Q")
        parts = rows["net_profit"].astype(float).groupby(years)
        whole = ~quarterly.groupby(years).all() | (parts.size() == 4)
        return parts.sum()[whole].rename("profit")
    for key, known in BANKS.items():
        if known.chinese == bank:
            series = quarterly_profit(key)
            return series.groupby(series.index.year).sum().rename("profit")
    return pd.Series(dtype=float, name="profit", index=pd.Index([], dtype=int))


def income_base(costs: pd.Series, life: float) -> pd.DataFrame:
    """Return what the paper puts over net profit: the stock and the year's increment.

    Parameters
    ----------
    costs : pandas.Series
        Thousand yuan by year, without a gap.
    life : float
        Years of straight-line depreciation.

    Returns
    -------
    pandas.DataFrame, index year
        cost, opening (net stock at the start of the year), base (opening + cost), stock
        (net stock at the end of the year), all in thousand yuan.

    Notes
    -----
    Source: paper `banks`, section 4.5; equation `income-contribution` of chapter
    banks/income is base over profit. Whether its stock is that of the start or of the end
    of the year is not said; with the latter the increment would be counted twice.
    """
    stock = straight_line_stock(costs, life)
    opening = stock.shift(fill_value=0.0)
    return pd.DataFrame(
        {"cost": costs, "opening": opening, "base": opening + costs, "stock": stock}
    ).rename_axis("year")


def contribution_rate(income: pd.Series, profit: pd.Series) -> pd.Series:
    """Return the share of net profit that is put down to data.

    Parameters
    ----------
    income : pandas.Series
        What is divided: stock + increment (the paper's), or the increment alone.
    profit : pandas.Series
        Thousand yuan by year.

    Returns
    -------
    pandas.Series
        Fractions on the index of `income`; NaN where profit is unknown or zero.

    Notes
    -----
    Equation `income-contribution` of chapter banks/income.
    """
    return (income / profit.where(profit != 0).reindex(income.index)).rename("contribution")


# --- revenue to come -------------------------------------------------------------------------


def years_ahead(series: pd.Series, years: int, *, transform: Transform = "level") -> pd.Series:
    """Return the forecast of a yearly series by its drift.

    Parameters
    ----------
    series : pandas.Series
        Thousand yuan by year, without a gap; at least two years.
    years : int
        Years ahead.
    transform : {"level", "log"}
        A constant step in yuan, as behind the printed forecasts, or in per cent.

    Returns
    -------
    pandas.Series
        By year: the last value and a mean step for every year, the forecast of ARIMA(0,1,0)
        with constant. Sixteen years would bear no richer model.

    Raises
    ------
    InputError
        Fewer than two years, or a value without a logarithm.
    """
    if len(series) < 2:
        raise InputError(f"series: expected at least 2 years to forecast from, found {len(series)}")
    if transform == "log" and not (series > 0).all():
        raise InputError(f"series: expected positive values, found {series.min():g}")
    levels = np.log(series) if transform == "log" else series
    step = (levels.iloc[-1] - levels.iloc[0]) / (len(levels) - 1)
    ahead = levels.iloc[-1] + step * np.arange(1, years + 1)
    index = series.index[-1] + np.arange(1, years + 1)
    return pd.Series(np.exp(ahead) if transform == "log" else ahead, index, name=series.name)


def future_revenue(
    costs: pd.Series,
    profit: pd.Series,
    *,
    life: float,
    years: int,
    reading: Reading,
    transform: Transform = "level",
) -> np.ndarray:
    r"""Return the revenue of the years after the last, by one reading of section 4.5.

    Parameters
    ----------
    costs, profit : pandas.Series
        Thousand yuan by year.
    life : float
        Years of straight-line depreciation.
    years : int
        Years ahead.
    reading : {"flat", "held", "recomputed"}
        The last year's revenue in every year; the last contribution rate times the profit
        forecast; or a contribution rate from forecast costs over forecast profit, times
        forecast profit.
    transform : {"level", "log"}
        Scale of the forecasts.

    Returns
    -------
    numpy.ndarray, shape (years,)
        Thousand yuan; missing where the reading needs a profit of the last year, more years or
        a logarithm.

    Notes
    -----
    With stock and increment :math:`B`, profit :math:`P` and contribution rate
    :math:`c = B / P`, revenue is :math:`c_T P_T = B_T`, :math:`c_T \hat P_{T+h} =
    B_T \hat P_{T+h} / P_T`, or :math:`\hat c_{T+h} \hat P_{T+h} = \hat B_{T+h}`: the level of
    profit cancels from all three, and its growth remains in the second alone.
    """
    base, profit = income_base(costs, life)["base"], profit.reindex(costs.index).dropna()
    if reading == "flat":
        return np.full(years, base.iloc[-1])
    try:
        if reading == "held":
            rate = contribution_rate(base, profit).iloc[-1]
            return (rate * years_ahead(profit, years, transform=transform)).to_numpy()
        longer = pd.concat([costs, years_ahead(costs, years, transform=transform)])
    except InputError:
        return np.full(years, np.nan)
    ahead = income_base(longer, life)["base"].iloc[-years:]
    if len(profit) < 2 or profit.index[-1] != costs.index[-1] or not (profit > 0).all():
        return ahead.to_numpy()  # no forecast of profit; it cancels anyway
    future = years_ahead(profit, years, transform=transform)
    return (contribution_rate(ahead, future) * future).to_numpy()


def revenue_shape(years: int, *, growth: float, peak: int, decay: float) -> np.ndarray:
    """Return multiples of today's revenue in the years ahead: growth up to a peak, decay after it.

    Parameters
    ----------
    years : int
    growth, decay : float
        A year, as fractions; both 0 for a flat revenue.
    peak : int
        Years of growth.

    Returns
    -------
    numpy.ndarray, shape (years,)
        The first year counts as a year of growth if `peak` is above 0, else of decay.

    Notes
    -----
    Paper `banks`, sections 2 and 3.2, describe this shape; section 4.5 does not use it.

    Examples
    --------
    >>> revenue_shape(4, growth=0.5, peak=2, decay=0.2).round(3).tolist()
    [1.5, 2.25, 1.8, 1.44]
    """
    ahead = np.arange(1, years + 1)
    return (1 + growth) ** np.minimum(ahead, peak) * (1 - decay) ** np.maximum(ahead - peak, 0)


def renewal_value(
    first: np.ndarray, upkeep: float, *, decay: float, rate: float, longest: int = 100
) -> tuple[float, float, float]:
    """Return what assets are worth that are kept only while a year's revenue covers its upkeep.

    Parameters
    ----------
    first : numpy.ndarray, shape (assets,)
        Revenue of the first year.
    upkeep : float
        What it costs to keep an asset for a year, in the unit of `first`.
    decay, rate : float
        What revenue loses, and the discount rate, a year.
    longest : int
        Years after which an asset is given up in any case.

    Returns
    -------
    average, of_average, years : float
        Mean value over assets; value of an asset with the mean first revenue; mean years kept.

    Notes
    -----
    Equation `income-renewal` of chapter banks/income, after Schankerman and Pakes (1986); the
    patent-renewal model of paper `banks`, section 2. Revenue only falls, so giving up is final.
    """
    ahead = np.arange(1, longest + 1)
    net = np.append(first, np.mean(first))[:, None] * (1 - decay) ** (ahead - 1) - upkeep
    values = (np.clip(net, 0, None) * (1 + rate) ** -ahead.astype(float)).sum(axis=1)
    return values[:-1].mean(), values[-1], (net[:-1] >= 0).sum(axis=1).mean()


# --- what the value rests on ------------------------------------------------------------------


def implied_return(revenue: float, price: float, years: int) -> float:
    """Return the internal rate on a price that brings a flat revenue for some years.

    Returns
    -------
    float
        A fraction a year; NaN without a price or a revenue, and beyond 100,000 %.
    """
    if not (0 < revenue < 1000 * price):
        return float("nan")
    return float(brentq(lambda rate: revenue * annuity_factor(rate, years) - price, -0.99, 1000))


def growth_agreement(first: pd.Series, second: pd.Series) -> float:
    """Return the correlation of the yearly growth of two series.

    Returns
    -------
    float
        Correlation of the changes of logarithms; NaN with fewer than three changes, or where
        one of them does not vary.
    """
    both = pd.DataFrame({"first": first, "second": second})
    changes = np.log(both.where(both > 0)).diff().dropna()
    return float(changes.corr(min_periods=3).iloc[0, 1])

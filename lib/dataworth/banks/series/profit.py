"""Quarterly net profit of the banks, and what a logarithm does to a loss."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from dataworth.errors import InputError

SERIES_NAME = "net_profit_thousand_yuan"


@dataclass(frozen=True)
class Bank:
    """A bank whose quarterly profit is public.

    Attributes
    ----------
    key : str
        Short name that the functions below take.
    code : int
        Stock code in Shanghai.
    english, chinese : str
        Names as the bank writes them.
    printed_claim : str
        Pattern of the claims that hold the paper's own "actual" profit of 2022.
    """

    key: str
    code: int
    english: str
    chinese: str
    printed_claim: str


BANKS = {
    "huaxia": Bank("huaxia", 600015, "Hua Xia Bank", "华夏银行", "t6.profit_actual.q{quarter}"),
    "boc": Bank("boc", 601988, "Bank of China", "中国银行", "t7.profit_actual.q{quarter}"),
}


def find_bank(key: str) -> Bank:
    """Look a bank up by its key.

    Raises
    ------
    ValueError
        The key is not in `BANKS`.
    """
    if key not in BANKS:
        raise ValueError(f"bank: expected one of {', '.join(BANKS)}, found {key!r}")
    return BANKS[key]


def quarterly_profit(bank: str, *, basis: str = "filed") -> pd.Series:
    """Net profit of one bank by single quarter.

    Parameters
    ----------
    bank : {"huaxia", "boc"}
        Key in `BANKS`.
    basis : {"filed", "printed"}
        ``"filed"`` is the public record: profit attributable to shareholders.
        ``"printed"`` replaces the four quarters of 2022 by what the paper
        calls actual (Tables 6 and 7). Those include minority interests: for
        Bank of China in all four quarters; for Hua Xia in the first three,
        while the fourth is the attributable profit of the year less the
        first three.

    Returns
    -------
    pandas.Series
        Thousand yuan, quarterly `PeriodIndex`; Hua Xia from 2006Q1, Bank of
        China from 2007Q1, both to 2022Q4.

    Raises
    ------
    ValueError
        Unknown bank or basis.

    Notes
    -----
    Source: `data/facts/bank_quarterly_net_profit.csv`; paper `banks`, section
    4.3.1 and Tables 6 and 7.
    """
    from dataworth.facts import read_facts

    if basis not in ("filed", "printed"):
        raise ValueError(f"basis: expected filed or printed, found {basis!r}")
    code = find_bank(bank).code
    facts = read_facts("bank_quarterly_net_profit")
    rows = facts[facts["code"] == code]
    profit = pd.Series(
        (rows["net_profit_attributable_single_quarter_rmb_m"] * 1000).to_numpy(),
        index=pd.PeriodIndex(rows["period"], freq="Q", name="quarter"),
        name=SERIES_NAME,
    )
    if basis == "printed":
        printed = printed_actuals(bank)
        profit.loc[printed.index] = printed
    return profit


def own_series(path: str | Path) -> pd.Series:
    """Read a user's quarterly series and bring it to the unit of the banks' profit.

    Parameters
    ----------
    path : str or Path
        CSV or Excel; see `dataworth.inputs.series.read_series`. The unit is yuan unless
        the name of the value column says otherwise.

    Returns
    -------
    pandas.Series
        Thousand yuan, quarterly `PeriodIndex`.

    Raises
    ------
    InputError
        The file cannot be used.
    """
    from dataworth.inputs.series import read_series
    from dataworth.inputs.tables.numbers import column_unit

    series = read_series(path)
    return (series * column_unit(str(series.name)) / 1000).rename(SERIES_NAME)


@dataclass(frozen=True)
class Chosen:
    """The series that a chapter studies beside the paper's.

    Attributes
    ----------
    series : pandas.Series
        Thousand yuan, quarterly `PeriodIndex`.
    name : str
        As a figure calls it.
    source : str
        One sentence on what kind of data it is.
    is_profit : bool
        Whether it is a bank's profit on public record.
    """

    series: pd.Series
    name: str
    source: str
    is_profit: bool = False


def choose_series(
    bank: str,
    basis: str,
    *,
    series_file: str = "",
    costs: pd.DataFrame | None = None,
    simulated: bool = True,
) -> Chosen:
    """Choose a user's series, a bank's data asset cost, or else its profit.

    Parameters
    ----------
    bank : {"huaxia", "boc"}
        Key in `BANKS`. Costs that rest on a user's own pay may not have it; then the
        first bank among them is taken.
    basis : {"filed", "printed"}
        Of the profit; see `quarterly_profit`.
    series_file : str
        A user's own file; it goes before the costs. Empty for none.
    costs : pandas.DataFrame, optional
        bank (Chinese name), quarter, cost (thousand yuan): what `banks/cost` makes.
    simulated : bool
        Whether these costs rest on simulated pay.

    Raises
    ------
    InputError
        The file cannot be used, or there are no quarterly costs.
    """
    if series_file:
        return Chosen(own_series(series_file), "Your series", "Your data.")
    named = find_bank(bank)
    if costs is None:
        source = "Derived from public record."
        return Chosen(quarterly_profit(bank, basis=basis), named.english, source, is_profit=True)
    if costs.empty:
        raise InputError("measure: cost needs pay by quarter in pay_file, found pay by year")
    chinese = named.chinese if named.chinese in set(costs["bank"]) else costs["bank"].iloc[0]
    rows = costs[costs["bank"] == chinese].sort_values("quarter")
    index = pd.PeriodIndex(rows["quarter"], freq="Q", name="quarter")
    series = pd.Series(rows["cost"].to_numpy(float), index=index, name="data_cost_thousand_yuan")
    gaps = pd.period_range(index[0], index[-1], freq="Q").difference(index)
    if len(gaps):
        raise InputError(
            f"measure: cost of {chinese}: expected every quarter, found none in {gaps[0]}"
        )
    english = named.english if chinese == named.chinese else chinese
    source = "Simulated reports and pay." if simulated else "Your data."
    return Chosen(series, f"Data cost of {english}", source)


def window(
    series: pd.Series,
    first: str,
    last: str,
    *,
    at_least: int,
    reason: str = "",
    cut: bool = False,
) -> pd.Series:
    """Take the quarters from first to last, or say in one line why there are too few.

    Parameters
    ----------
    series : pandas.Series
        Any unit, quarterly `PeriodIndex`.
    first, last : str
        Such as ``"2007Q1"``; both are included.
    at_least : int
        Quarters that what follows cannot do without.
    reason : str
        What they are needed for, such as ``"max_lag = 10"``.
    cut : bool
        Take what there is when `last` lies beyond the data; without it, refuse.

    Raises
    ------
    InputError
        A quarter that cannot be read, `first` after `last`, `last` beyond the data, or
        fewer than `at_least` quarters.
    """
    start, end = _quarter("first", first), _quarter("last", last)
    if start > end:
        raise InputError(f"first: expected a quarter up to last = {end}, found {start}")
    if end > series.index[-1] and not cut:
        raise InputError(
            f"last: expected a quarter up to {series.index[-1]}, where the data end, found {end}"
        )
    chosen = series[start:end]
    if len(chosen) < at_least:
        purpose = f" for {reason}" if reason else ""
        raise InputError(
            f"first, last: expected at least {at_least} quarters{purpose}, found {len(chosen)} "
            f"between {start} and {end}; the series has {series.index[0]} to {series.index[-1]}"
        )
    return chosen


def require_logarithms(series: pd.Series, *, at_least: int = 12) -> None:
    """Refuse a series of which too few quarters have a logarithm.

    Raises
    ------
    InputError
        Fewer than `at_least` positive values.
    """
    found = int((series > 0).sum())
    if found < at_least:
        raise InputError(
            f"series: expected at least {at_least} quarters with a positive value, which have "
            f"a logarithm, found {found} of {len(series)}"
        )


def readable_unit(series: pd.Series) -> tuple[float, str]:
    """Choose the unit in which amounts in thousand yuan are easy to read.

    Examples
    --------
    >>> import pandas as pd
    >>> readable_unit(pd.Series([2_500_000, -36_000])), readable_unit(pd.Series([700.0]))
    ((1000000.0, 'billion yuan'), (1.0, 'thousand yuan'))
    """
    largest = float(series.abs().max())
    if largest >= 1e6:
        return 1e6, "billion yuan"
    return (1e3, "million yuan") if largest >= 1e3 else (1.0, "thousand yuan")


def losses_in_words(series: pd.Series) -> str:
    """Say where a series in thousand yuan has losses, and how large they are.

    Examples
    --------
    >>> import pandas as pd
    >>> quarters = pd.period_range("2008Q3", periods=2, freq="Q")
    >>> losses_in_words(pd.Series([5_000.0, -36_000.0], index=quarters))
    'lost 36 million yuan in 2008Q4'
    >>> losses_in_words(pd.Series([1.0, 2.0], index=quarters))
    'lost money in no quarter of this sample'
    """
    lost = series[series < 0]
    if lost.empty:
        return "lost money in no quarter of this sample"
    parts = [f"{-value / 1000:,.0f} million yuan in {quarter}" for quarter, value in lost.items()]
    return "lost " + " and ".join(parts)


def printed_actuals(bank: str) -> pd.Series:
    """Read the four quarters of 2022 that the paper prints as actual profit.

    Returns
    -------
    pandas.Series
        Thousand yuan, 2022Q1 to 2022Q4. Read from `data/claims/banks.csv`,
        the one place where printed numbers live.

    Raises
    ------
    InputError
        A claim is missing from the file; the message names it.

    Notes
    -----
    Source: paper `banks`, Table 6 (Hua Xia) and Table 7 (Bank of China).
    """
    from dataworth.ledger import read_printed

    printed = read_printed("banks")
    claim = find_bank(bank).printed_claim
    return pd.Series(
        [printed(claim.format(quarter=quarter)) for quarter in (1, 2, 3, 4)],
        index=pd.period_range("2022Q1", periods=4, freq="Q", name="quarter"),
        name=SERIES_NAME,
    )


def log_levels(series: pd.Series) -> tuple[pd.Series, list[pd.Period]]:
    """Natural logarithm, with a loss shown as what it is: no value.

    Parameters
    ----------
    series : pandas.Series
        Any unit; the index is kept.

    Returns
    -------
    logs : pandas.Series
        NaN where the series is zero, negative or missing.
    lost : list of index labels
        Where a value was present and has no logarithm.
    """
    values = series.astype(float)
    lost = list(series.index[values <= 0])
    return np.log(values.where(values > 0)).rename(f"log_{series.name}"), lost


def log_differences(series: pd.Series) -> pd.Series:
    """First difference of the logarithm.

    One loss costs two differences: the one into it and the one out of it.

    Parameters
    ----------
    series : pandas.Series
        Length T, any unit.

    Returns
    -------
    pandas.Series
        Length T - 1, a fraction per quarter; NaN where either level has no
        logarithm.
    """
    logs, _ = log_levels(series)
    return logs.diff().iloc[1:].rename(f"log_difference_{series.name}")


def _quarter(name: str, text: str) -> pd.Period:
    from dataworth.inputs.tables.periods import parse_quarter

    try:
        return parse_quarter(str(text))
    except ValueError:
        raise InputError(f"{name}: expected a quarter such as 2007Q1, found {text!r}") from None

"""Quarterly net profit of the banks, and what a logarithm does to a loss."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from dataworth.errors import InputError
from dataworth.facts import read_facts
from dataworth.inputs.series import check_series, read_series
from dataworth.inputs.tables.periods import parse_quarter

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
    """

    key: str
    code: int
    english: str
    chinese: str


BANKS = {
    "huaxia": Bank("huaxia", 600015, "Hua Xia Bank", "华夏银行"),
    "boc": Bank("boc", 601988, "Bank of China", "中国银行"),
}


def quarterly_profit(bank: str, *, last_year: Sequence[float] | None = None) -> pd.Series:
    """Return the net profit of one bank by single quarter.

    Parameters
    ----------
    bank : {"huaxia", "boc"}
        Key in `BANKS`.
    last_year : sequence of float, optional
        The four quarters of 2022 as somebody else states them, in thousand yuan. The paper's
        (Tables 6 and 7) include minority interests: for Bank of China in all four
        quarters; for Hua Xia in the first three, while the fourth is the attributable
        profit of the year less the first three.

    Returns
    -------
    pandas.Series
        Profit attributable to shareholders on public record: thousand yuan, quarterly
        `PeriodIndex`; Hua Xia from 2006Q1, Bank of China from 2007Q1, both to 2022Q4.

    Notes
    -----
    Source: `data/facts/bank_quarterly_net_profit.csv`; paper `banks`, section
    4.3.1 and Tables 6 and 7.
    """
    facts = read_facts("bank_quarterly_net_profit")
    rows = facts[facts["code"] == BANKS[bank].code]
    profit = pd.Series(
        (rows["net_profit_attributable_single_quarter_rmb_m"] * 1000).to_numpy(float),
        index=pd.PeriodIndex(rows["period"], freq="Q", name="quarter"),
        name=SERIES_NAME,
    )
    if last_year is not None:
        profit["2022"] = list(last_year)
    return profit


def own_series(path: str | Path, *, kind: str = "auto") -> pd.Series:
    """Return a user's quarterly series in the unit of the banks' profit.

    Parameters
    ----------
    path : str or Path
        CSV or Excel; see `dataworth.inputs.series.read_series`. The unit is yuan unless
        the file says otherwise.
    kind : {"auto", "single", "cumulative"}
        What its figures are.

    Returns
    -------
    pandas.Series
        Thousand yuan, quarterly `PeriodIndex`.

    Raises
    ------
    InputError
        The file cannot be used.
    """
    series = read_series(path, kind=kind)
    return (series * series.attrs["unit"] / 1000).rename(SERIES_NAME)


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
    is_own : bool
        Whether it is a user's file.
    remarks : pandas.DataFrame
        Of a user's file: what is doubtful in it (`FileReport.remarks`).
    """

    series: pd.Series
    name: str
    source: str
    is_profit: bool = False
    is_own: bool = False
    remarks: pd.DataFrame = field(default_factory=pd.DataFrame)


def choose_series(
    bank: str,
    *,
    last_year: Sequence[float] | None = None,
    series_file: str = "",
    series_kind: str = "auto",
    costs: pd.DataFrame | None = None,
    simulated: bool = True,
) -> Chosen:
    """Return a user's series, a bank's data asset cost, or else its profit.

    Parameters
    ----------
    bank : {"huaxia", "boc"}
        Key in `BANKS`. Costs that rest on a user's own pay may not have it; then the
        first bank among them is taken.
    last_year : sequence of float, optional
        Of the profit; see `quarterly_profit`.
    series_file : str
        A user's own file; it goes before the costs. Empty for none.
    series_kind : {"auto", "single", "cumulative"}
        What its figures are; see `dataworth.inputs.series.read_series`.
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
        report = check_series(series_file, kind=series_kind)
        own = own_series(series_file, kind=series_kind)
        name = f"Your series ({report.data.name})"
        return Chosen(own, name, "Your data.", is_own=True, remarks=report.remarks())
    named = BANKS[bank]
    if costs is None:
        profit = quarterly_profit(bank, last_year=last_year)
        return Chosen(profit, named.english, "Derived from public record.", is_profit=True)
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
    chosen: Chosen,
    first: str,
    last: str,
    *,
    at_least: int,
    reason: str = "",
    cut: bool = False,
    paper: tuple[str, str] = ("2007Q1", "2022Q4"),
) -> pd.Series:
    """Return the quarters from first to last of a series that a model can be fitted to.

    Parameters
    ----------
    chosen : Chosen
    first, last : str
        Such as ``"2007Q1"``; both are included. Empty: where a user's own series begins and
        ends; of other series what `paper` says.
    at_least : int
        Quarters that what follows cannot do without.
    reason : str
        What they are needed for, such as ``"max_lag = 10"``.
    cut : bool
        Take what there is when `last` lies beyond the data; without it, refuse.
    paper : tuple of str
        The first and the last quarter of the paper's sample.

    Raises
    ------
    InputError
        A quarter that cannot be read, `first` after `last`, `last` beyond the data, fewer
        than `at_least` quarters, or values that a straight line or a constant growth
        describes without error.
    """
    series = chosen.series
    usual = (str(series.index[0]), str(series.index[-1])) if chosen.is_own else paper
    start, end = _quarter("first", first or usual[0]), _quarter("last", last or usual[1])
    if start > end:
        raise InputError(f"first: expected a quarter up to last = {end}, found {start}")
    if end > series.index[-1] and not cut:
        raise InputError(
            f"last: expected a quarter up to {series.index[-1]}, where the data end, found {end}"
        )
    part = series[start:end]
    if len(part) < at_least:
        purpose = f" for {reason}" if reason else ""
        raise InputError(
            f"first, last: expected at least {at_least} quarters{purpose}, found {len(part)} "
            f"between {start} and {end}; the series has {series.index[0]} to {series.index[-1]}"
        )
    shapes = {
        "a constant": part,
        "a straight line": part.diff(),
        "constant growth": log_differences(part),
    }
    for shape, values in shapes.items():
        if values.count() > 2 and np.ptp(values.dropna()) <= 1e-9 * values.abs().max():
            raise InputError(f"{chosen.name}: expected values that vary, found {shape}")
    return part


def require_logarithms(series: pd.Series, *, at_least: int = 12) -> None:
    """Refuse a series of which too few quarters have a logarithm.

    Raises
    ------
    InputError
        Fewer than `at_least` positive values.
    """
    positive = int((series > 0).sum())
    if positive < at_least:
        raise InputError(
            f"series: expected at least {at_least} quarters with a positive value, which have "
            f"a logarithm, found {positive} of {len(series)}"
        )


def readable_unit(series: pd.Series) -> tuple[float, str]:
    """Return the unit in which amounts in thousand yuan are easy to read.

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


def log_levels(series: pd.Series) -> tuple[pd.Series, list[pd.Period]]:
    """Return the natural logarithm, with a loss shown as what it is: no value.

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
    """Return the first difference of the logarithm.

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
    try:
        return parse_quarter(str(text))
    except ValueError:
        raise InputError(f"{name}: expected a quarter such as 2007Q1, found {text!r}") from None

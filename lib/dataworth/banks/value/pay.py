"""Pay of listed banks on record, and the scale at which it meets the printed costs.

Paper `banks`, section 4.2 and Tables 6 to 8. Money is in thousand yuan.
"""

from __future__ import annotations

import zlib

import numpy as np
import pandas as pd

from dataworth.facts import DATA, read_facts

ANCHOR = 2022  # the year of which costs are printed
FIRST = 2007
THOUSANDS = 1000  # in a million


def _facts(name: str) -> pd.DataFrame:
    """Read facts by bank, with the names of banks that the book uses."""
    table = pd.read_csv(DATA / "facts" / f"{name}.csv", dtype={"code": str})
    banks = pd.read_csv(DATA / "facts" / "banks.csv", dtype=str, keep_default_na=False)
    names = banks[banks["code"] != ""].set_index("code")["bank"]
    return table.assign(bank=table["code"].map(names)).dropna(subset=["bank"])


def balances() -> pd.DataFrame:
    """Return pay payable at the end of quarters, as balance sheets have it.

    Returns
    -------
    pandas.DataFrame, index period, columns banks
        Thousand yuan, 2006Q4 to 2022Q4; missing where no report gives it.
    """
    table = _facts("bank_pay_payable")
    wide = table.pivot(index="period", columns="bank", values="employee_comp_payable_rmb_m")
    return wide.sort_index() * THOUSANDS


def staff_costs() -> pd.DataFrame:
    """Return what pay was charged by year, and what is written off beside it.

    Returns
    -------
    pandas.DataFrame
        bank, year, staff_cost (thousand yuan: paid in cash plus the change of the balance) and
        capital_ratio (depreciation and amortization over it).
    """
    table = _facts("bank_staff_cost")
    parts = ["depreciation_rmb_m", "intangible_amortisation_rmb_m", "deferred_amortisation_rmb_m"]
    staff = table["staff_cost_accrued_rmb_m"]
    ratio = table[parts].sum(axis=1) / staff
    return table[["bank", "year"]].assign(staff_cost=THOUSANDS * staff, capital_ratio=ratio)


def yearly_pay() -> pd.DataFrame:
    """Return gross additions to pay by bank and year: on record, then carried forward.

    Returns
    -------
    pandas.DataFrame, index year (2007 to 2022), columns banks
        Thousand yuan; missing where nothing is on record.

    Notes
    -----
    To 2017 it is `staff_costs`. Other years take the nearest year on record, times the growth of
    the mean balance since: the geometric mean of the bank's own and of the median bank's, which
    in the years on record errs least. A bank without a year has the median bank's ratio of staff
    cost to balance. What is carried is derived, not on record.
    """
    known = staff_costs().pivot(index="year", columns="bank", values="staff_cost")
    return carried(known, yearly_balances())


def yearly_balances() -> pd.DataFrame:
    """Return the mean of `balances` by year from 2007; years by banks, thousand yuan."""
    quarters = balances()
    return quarters.groupby(quarters.index.str[:4].astype(int)).mean().loc[FIRST:]


def carried(known: pd.DataFrame, balance: pd.DataFrame) -> pd.DataFrame:
    """Return pay of all years from pay of some and mean balances; see `yearly_pay`."""
    known = known.reindex(index=balance.index, columns=balance.columns)
    median = (1 + (balance / balance.shift() - 1).median(axis=1).fillna(0)).cumprod()
    pace = np.sqrt(balance.mul(median, axis=0))
    turnover = (known / pace).ffill().bfill()
    own_size = (known / balance).stack().median() * (balance / pace).bfill()
    return known.fillna(turnover.fillna(own_size.bfill().ffill()) * pace)


def quarterly_pay(targets: pd.DataFrame, *, seed: int) -> pd.DataFrame:
    """Return `yearly_pay` divided among quarters, for lack of a record by quarter.

    Parameters
    ----------
    targets : pandas.DataFrame
        Printed costs of the quarters of 2022: a column for each bank, by its Chinese name.
        Pay of these quarters has their shares.
    seed : int
        Of the shares of all other years.

    Returns
    -------
    pandas.DataFrame
        bank, period (``"2007Q1"``), pay_increment (thousand yuan).

    Notes
    -----
    Shares are drawn about the mean of the printed ones, as far apart as these are (Dirichlet).
    """
    printed = (targets / targets.sum()).to_numpy()
    season, spread = printed.mean(axis=1), printed.var(axis=1, ddof=1)
    concentration = float((season * (1 - season)).sum() / spread.sum() - 1)
    frames = []
    for bank, years in yearly_pay().items():
        pay = years.dropna()
        rng = np.random.default_rng([seed, zlib.crc32(str(bank).encode())])
        shares = rng.dirichlet(concentration * season, size=len(pay))
        if bank in targets:
            shares[pay.index == ANCHOR] = targets[bank] / targets[bank].sum()
        periods = [f"{year}Q{quarter}" for year in pay.index for quarter in (1, 2, 3, 4)]
        amounts = (pay.to_numpy()[:, None] * shares).ravel()
        frames.append(pd.DataFrame({"bank": bank, "period": periods, "pay_increment": amounts}))
    return pd.concat(frames, ignore_index=True)


def printed_scale(rates: pd.DataFrame, targets: pd.DataFrame, *, ratio: float) -> pd.Series:
    """Return what rate times pay must be multiplied by to give the printed costs of 2022.

    Parameters
    ----------
    rates : pandas.DataFrame
        bank, year, rate (fraction).
    targets : pandas.DataFrame
        See `quarterly_pay`.
    ratio : float
        Non-labour cost over labour cost.

    Returns
    -------
    pandas.Series
        By bank of `targets`. Read as a fraction the formula has 1 here, literally 100. The rate
        is the bank's of 2022, or the median of all.
    """
    positive = rates[rates["rate"] > 0]
    pay, scale = yearly_pay(), {}
    for bank, printed in targets.sum().items():
        own = positive.query("bank == @bank and year == @ANCHOR")["rate"]
        rate = own.iloc[0] if len(own) else positive["rate"].median()
        scale[bank] = printed / ((1 + ratio) * rate * pay.loc[ANCHOR, bank])
    return pd.Series(scale, name="scale")


def reported_rates(scope: str = "text") -> pd.Series:
    """Return words of data work over all words in one real report, by width of the dictionary.

    Returns
    -------
    pandas.Series
        Fractions: "kept" (seeds, the paper's reading of tone), "seeds" and "bare words" (twelve
        general words such as 数据, 系统 and 平台). Source: ``data/facts/report_counts.md``.
    """
    table = read_facts("report_counts").query("code == 601658 and scope == @scope")
    found = table.set_index("what")["count"]
    words = found["words"] + found["numbers"]
    named = {
        "kept": "kept, seeds",
        "seeds": "mentions, seeds",
        "bare words": "mentions, bare words",
    }
    return pd.Series({name: found[what] / words for name, what in named.items()})

"""A user's own pay of firms: read it, or say everything that is wrong with it."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pandas as pd

from dataworth.inputs.report import FileReport
from dataworth.inputs.reports.names import bank_of, is_listed_bank
from dataworth.inputs.tables.figures import read_figures, refuse_jumps, single_quarters
from dataworth.inputs.tables.headers import COLUMN_NAMES, names_of
from dataworth.inputs.tables.numbers import stated_unit
from dataworth.inputs.tables.periods import says_to_date
from dataworth.inputs.tables.tabular import Table, read_table
from dataworth.inputs.tables.text import count, is_missing, plain_text, some
from dataworth.inputs.tables.units import header_unit

# The names that notes to accounts use: what was added in the period, whatever was paid of it.
_INCREMENT = re.compile(
    r"(?:合计)?(?:应付)?(?:职工|员工)?(?:薪酬|工资)?(?:合计)?(?:本期|本年度?|当期|当年)?(?:累计)?(?:增加|计提|发生){1,2}[额数]?"
    r"|pay(?:increment)?"
)
_BALANCE = re.compile(
    r"应付(?:职工|员工)?薪酬(?:[期年][末初])?(?:余额|数)?|[期年][末初](?:余额|数)"
)
# Columns that are read for lack of a better one, and what they are.
_STAND_INS, _MEANING = names_of("pay"), COLUMN_NAMES.set_index("role")["meaning"]
_FIGURES = names_of("figure")
THOUSAND = 1000  # yuan: the unit of this part of the book
# A year's pay, yuan: of a bank that is listed, and of any firm.
_BANK, _FIRM = (1e8, 5e11), (1e5, 5e11)


def read_pay(path: str | Path, *, kind: str = "auto") -> pd.DataFrame:
    """Read the pay of firms from CSV or Excel.

    Parameters
    ----------
    path : str or Path
        A table with a firm (a bank's code, short, full or former name; the name of any other
        firm as its report has it), a period (years, half years or quarters), what was added
        to employee compensation payable in that period (``应付职工薪酬本期增加``,
        ``本年计提``), and if you like net profit; see ``data/samples/pay_example.md``.
    kind : {"auto", "single", "cumulative"}
        Whether figures within a year stand for single quarters or halves, or are year to
        date. Without an answer what looks cumulative is refused.

    Returns
    -------
    pandas.DataFrame
        bank, period (``"2021"`` or ``"2021Q1"``), pay_increment and, if given,
        net_profit; thousand yuan. Firms in the order of the file, periods sorted. A
        negative increment is kept: accounts may hold one, when accruals are released.
        Its cost is then negative too. `check_pay` names it.

    Raises
    ------
    InputError
        The file cannot be used. The message holds the first error and the number of
        further ones.
    """
    return check_pay(path, kind=kind).use()


def check_pay(path: str | Path, *, kind: str = "auto") -> FileReport:
    """Find everything that is wrong or doubtful in a file with pay.

    Returns
    -------
    FileReport
        Its `data` is the table of `read_pay`. It never raises an error. A file whose
        findings are all warnings can be used.
    """
    report = FileReport(Path(path), "pay", data=pd.DataFrame(columns=["bank", "period"]))
    with report.reading():
        table = read_table(path, report)
        at = _choose_columns(table, report)
        rows = read_figures(table, at, report, firm=_firm, years=True)
        money: list[str] = [name for name in ("pay_increment", "net_profit") if name in at]
        for name in money:
            rows[name] *= (header_unit(table.units[at[name]]) or 1) / THOUSAND
        rows = _note_rows(rows, report)
        refuse_jumps(rows, "pay_increment", report)
        if not report.errors and len(rows):
            rows = _single_periods(rows, money, kind, table, report)
        columns = ["firm", "period", *money]
        pay = rows[columns].rename(columns={"firm": "bank"}).reset_index(drop=True)
        report.data = pay.assign(period=pay["period"].map(str))
        _judge(rows, table.units[at["pay_increment"]], report)
    periods = report.data["period"]
    if len(periods):
        report.summary = (
            f"pay of {count(report.data['bank'].nunique(), 'firm')}, {len(periods)} values from "
            f"{periods.min()} to {periods.max()}"
        )
    return report


def _choose_columns(table: Table, report: FileReport) -> dict[str, int]:
    """Positions of the columns by what they hold."""
    header = list(table.frame.columns)
    found = {i: "pay_increment" for i, k in enumerate(table.keys) if _INCREMENT.fullmatch(k)}
    if not found:
        stand_ins = {i: what for i, k in enumerate(table.keys) if (what := _stand_in(k))}
        found = dict.fromkeys(stand_ins, "pay_increment")
        for i, what in stand_ins.items():
            report.warn(f"column {header[i]}", f"stands in for the increment; it is {what}")
    balances = [name for name, k in zip(header, table.keys, strict=True) if _BALANCE.fullmatch(k)]
    if not found and balances:
        message = "expected what was added to pay in the period (本期增加, 本年计提), found a "
        report.stop(f"column {balances[0]}", message + "balance at its end")
    found |= {i: "net_profit" for i, k in enumerate(table.keys) if _FIGURES.get(k) == "profit"}
    places = {name: i for i, name in found.items() if list(found.values()).count(name) == 1}
    places |= table.places("period", "statement", "flag", firm=("name", "code"))
    for name, word in (("firm", "bank"), ("period", "period"), ("pay_increment", "pay increment")):
        if name not in places:
            number = list(found.values()).count(name) or "none"
            message = f"expected one column of {word}, found {number}: {', '.join(header)}"
            report.stop("header", message)
    spoken = [i for i, label in enumerate(table.labels) if label] + list(places.values())
    unread = [name for i, name in enumerate(header) if i not in spoken]
    read = f"{header[places['pay_increment']]} is read as what was added in the period"
    report.note("header", read + (f"; columns that are not read: {some(unread)}" if unread else ""))
    return places


def _stand_in(name: str) -> str:
    """Return what a column is that may stand in for the increment of pay; "" for no such."""
    if "短期薪酬" in name and _INCREMENT.fullmatch(name.replace("短期薪酬", "职工薪酬")):
        return "what was added to short-term pay, without what is due after employment"
    return _MEANING[_STAND_INS[name]] if name in _STAND_INS else ""


def _firm(text: str) -> str:
    """Return the name that reports have for a firm; a stock code may have lost its zeros."""
    text = plain_text(text)
    return bank_of(text.zfill(6) if text.isdigit() else text) or text


def _note_rows(rows: pd.DataFrame, report: FileReport) -> pd.DataFrame:
    """Refuse rows without a firm; name pay that is missing or negative."""
    for row in rows[rows["firm"].map(is_missing).astype(bool)].itertuples():
        report.error(f"row {row.row}, column bank", "expected a bank, found none")
    for row in rows[rows["pay_increment"].isna()].itertuples():
        message = f"expected the pay of {row.firm} {row.period}, found none; it has no cost"
        report.warn(f"row {row.row}", message)
    for row in rows[rows["pay_increment"] < 0].itertuples():
        what = f"the pay of {row.firm} {row.period} is negative ({row.pay_increment:,.0f} "
        report.warn(f"row {row.row}", f"{what}thousand yuan); its cost will be negative too")
    return rows[rows["pay_increment"].notna()]


def _single_periods(
    rows: pd.DataFrame, money: list[str], kind: str, table: Table, report: FileReport
) -> pd.DataFrame:
    """Turn halves into years and year-to-date figures into single quarters."""
    periods = list(rows["period"])
    if periods[0].freqstr[0] == "Y":
        return rows
    if {period.quarter for period in periods} <= {2, 4} and len(periods) > 1:
        return _years_of_halves(rows, money, kind, report)
    said = any(map(says_to_date, (*table.frame.columns, *rows["written"])))
    single = single_quarters(rows, "pay_increment", kind, report, said=said, word="pay_kind")
    if single is not rows and "net_profit" in money:
        single = single.assign(net_profit=np.nan)
    return single


def _years_of_halves(
    rows: pd.DataFrame, money: list[str], kind: str, report: FileReport
) -> pd.DataFrame:
    second = rows["period"].map(lambda period: period.quarter == 4).astype(bool)
    years = rows["period"].map(lambda period: pd.Period(year=period.year, freq="Y"))
    rows = rows.assign(period=years).set_index(["firm", "period"])
    firsts, result = rows.loc[~second.to_numpy(), money], rows[second.to_numpy()]
    ratios = (result["pay_increment"] / firsts["pay_increment"]).dropna()
    middle = float(ratios.median()) if len(ratios) else 2.0
    if kind == "auto" and 1.4 < middle < 1.6:
        message = "half years: the second is neither like the first nor like both; say pay_kind="
        report.error("file", message + "cumulative if it is the whole year, single if not")
    cumulative = kind == "cumulative" or (kind == "auto" and middle >= 1.6)
    if not cumulative:
        result = result.assign(**(result[money] + firsts.reindex(result.index)))
    taken = "the second holds the whole year" if cumulative else "the two were added"
    report.warn("file", f"half years; {taken}")
    result = result.dropna(subset=["pay_increment"])
    for firm, period in rows.index.unique().difference(result.index, sort=False):
        report.warn(firm, f"only half of {period}; it has no cost")
    return result.reset_index()


def _judge(rows: pd.DataFrame, header: str, report: FileReport) -> None:
    """Describe what is doubtful with the pay as a whole; earlier errors would make it wrong."""
    if report.errors:
        return
    if rows.empty:
        report.error("file", "expected numbers, found none (formulas: save their values first)")
        return
    for bank, own in rows.groupby("firm", sort=False):
        index = pd.PeriodIndex(own["period"])
        if gaps := list(map(str, pd.period_range(index[0], index[-1]).difference(index))):
            report.warn(str(bank), f"no pay for {some(gaps, 6)}; these have no cost")
        # The middle of the years: one that is negative or odd says nothing about the unit.
        yearly = own["pay_increment"].abs().median() * THOUSAND
        yearly *= 4 if index.freqstr[0] == "Q" else 1
        low, high = _BANK if is_listed_bank(str(bank)) else _FIRM
        if not low <= yearly <= high:
            message = f"expected a year's pay between {low:,.0f} and {high:,.0f} yuan, found "
            report.error(str(bank), f"{message}{yearly:,.0f}; look at the unit")
        elif yearly < 1e7 and not (header_unit(header) or stated_unit(own["text"].iloc[0])):
            report.warn(str(bank), f"a year's pay is {yearly:,.0f} yuan; the header states no unit")

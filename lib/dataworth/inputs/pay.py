"""A user's own pay of banks: read it, or say everything that is wrong with it."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from dataworth.errors import InputError
from dataworth.inputs.reports.names import bank_of
from dataworth.inputs.tables.numbers import (
    UNITS,
    column_unit,
    count,
    is_missing,
    parse_number,
    plain_text,
    shorten,
)
from dataworth.inputs.tables.periods import parse_quarter
from dataworth.inputs.tables.tabular import Finding, read_table

COLUMNS = {
    "bank": (
        "bank bank_name name code 银行 银行名称 机构 机构名称 简称 证券简称 股票简称 证券代码 "
        "股票代码"
    ),
    "period": (
        "period year quarter date report_date fiscal_year 年度 年份 会计年度 季度 期间 报告期 "
        "会计期间 截止日期 统计截止日期 日期"
    ),
    "pay_increment": (
        "pay_increment pay 应付职工薪酬增加额 应付职工薪酬增加 应付职工薪酬本期增加额 "
        "应付职工薪酬本期增加 应付职工薪酬本年增加额 应付职工薪酬本年增加 应付职工薪酬计提额 "
        "职工薪酬增加额 职工薪酬本期增加额 职工薪酬本期增加 职工薪酬本年增加额 职工薪酬本年增加 "
        "本期增加额 本期增加 本年增加额 本年增加"
    ),
    "net_profit": (
        "net_profit profit 净利润 归母净利润 归属于母公司股东的净利润 归属于母公司所有者的净利润 "
        "归属于本行股东的净利润"
    ),
}
# Columns that are read for lack of a better one, and what they are.
SUBSTITUTES = {
    "职工薪酬": "what pay was charged in the period",
    "员工费用": "what pay was charged in the period",
    "staff_costs": "what pay was charged in the period",
    "支付给职工以及为职工支付的现金": "what was paid out, not what was accrued",
}
EXPECTED_PERIOD = "a year such as 2021 or a quarter such as 2021Q1"
_UNIT_CELL = re.compile(r"(?:单位:?)?(?:人民币)?(?P<unit>[十百千万亿]*)元")
_YEAR = re.compile(r"((?:19|20)[0-9]{2})(?:\.0)?\s*(?:年度?)?")
_YEAR_END = re.compile(r"((?:19|20)[0-9]{2})\D{0,2}12\D{0,2}31日?(?:[T ]0{1,2}:00.*)?")
_UNIT_WORDS = re.compile(
    r"\(.*\)$|_(?:in_)?(?:(?:hundred_|ten_)?(?:thousands?|millions?|billions?)_?)?(?:yuan|rmb|cny)$"
)
THOUSAND = 1000  # yuan: the unit of this part of the book


@dataclass(frozen=True)
class PayReport:
    """What `check_pay` found.

    Attributes
    ----------
    path : pathlib.Path
        The file.
    findings : tuple of Finding
        Errors and warnings: of the file, then row by row, then of the banks.
    pay : pandas.DataFrame
        The rows that can be used; see `read_pay`.
    """

    path: Path
    findings: tuple[Finding, ...]
    pay: pd.DataFrame

    @property
    def errors(self) -> tuple[Finding, ...]:
        """The findings that keep the file from being used."""
        return tuple(finding for finding in self.findings if finding.severity == "error")

    def summary(self) -> str:
        """Say on one line what the file holds."""
        periods = self.pay["period"]
        return (
            f"pay of {count(self.pay['bank'].nunique(), 'bank')}, {len(self.pay)} values from "
            f"{periods.min()} to {periods.max()}"
        )


def read_pay(path: str | Path) -> pd.DataFrame:
    """Read the pay of banks from CSV or Excel.

    Parameters
    ----------
    path : str or Path
        A table with a bank (name or stock code), a period (a year or a quarter), what
        was added to employee compensation payable in that period, and if you like net
        profit; see ``data/samples/pay_example.md``.

    Returns
    -------
    pandas.DataFrame
        bank, period (``"2021"`` or ``"2021Q1"``), pay_increment and, if given,
        net_profit; thousand yuan. Banks in the order of the file, periods sorted. A
        negative increment is kept: accounts may hold one, when accruals are released.
        Its cost is then negative too. `check_pay` names it.

    Raises
    ------
    InputError
        The file cannot be used. The message holds the first error and the number of
        further ones.
    """
    report = check_pay(path)
    if report.errors:
        more = len(report.errors) - 1
        rest = f" (and {more} more; dataworth check pay lists them)" if more else ""
        raise InputError(report.errors[0].describe(report.path) + rest)
    return report.pay


def check_pay(path: str | Path) -> PayReport:
    """Find everything that is wrong or doubtful in a file with pay.

    It never raises an error. A file whose findings are all warnings can be used.
    """
    path = Path(path)
    findings: list[Finding] = []
    rows: list[_Row] = []
    columns: dict[str, int] = {}
    try:
        table = read_table(path)
        findings += table.findings
        columns = _choose_columns(list(table.frame.columns), findings)
        if columns:
            rows = list(_read_rows(table.frame, columns, findings))
    except InputError as error:
        message = str(error).removeprefix(" ".join(f"{path}:".split())).strip()
        findings.append(Finding("error", "file", message))
    kept = _settle(rows, findings) if rows else []
    names = [name for name in ("bank", "period", "pay_increment", "net_profit") if name in columns]
    pay = pd.DataFrame([[getattr(row, name) for name in names] for row in kept], columns=names)
    if columns:
        _judge(pay, findings)
    return PayReport(path, tuple(findings), pay)


@dataclass(frozen=True)
class _Row:
    number: int
    bank: str
    period: str
    pay_increment: float
    net_profit: float


def _choose_columns(header: list[str], findings: list[Finding]) -> dict[str, int]:
    """Positions of the columns by what they hold; empty if one is wanting."""
    keys = [_key(name) for name in header]
    chosen: dict[str, int] = {}
    for column, names in COLUMNS.items():
        places = [i for i, key in enumerate(keys) if key in names.split()]
        if not places and column == "pay_increment":
            places = [i for i, key in enumerate(keys) if key in SUBSTITUTES]
            for i in places:
                message = f"stands in for the increment; it is {SUBSTITUTES[keys[i]]}"
                findings.append(Finding("warning", f"column {header[i]}", message))
        if column == "bank" and len(places) > 1:  # a name goes before a code
            places = [i for i in places if "code" not in keys[i] and "代码" not in keys[i]][:1]
        if len(places) > 1 or (not places and column != "net_profit"):
            found = ", ".join(header)
            message = f"expected one column of {column.replace('_', ' ')}, found "
            message += f"{len(places)}: {found}" if places else f"none: {found}"
            findings.append(Finding("error", "header", message))
            return {}
        if places:
            chosen[column] = places[0]
    return chosen


def _key(name: str) -> str:
    """Give a column's name without its unit, case and spaces."""
    plain = re.sub(r"[\s-]+", "_", plain_text(name).strip().casefold())
    return _UNIT_WORDS.sub("", plain).rstrip("_")


def _read_rows(
    frame: pd.DataFrame, columns: dict[str, int], findings: list[Finding]
) -> Iterator[_Row]:
    header = list(frame.columns)
    units = {name: column_unit(header[i]) for name, i in columns.items()}
    periods = [str(text) for text in frame.iloc[:, columns["period"]]]
    only_year_ends = all(_YEAR_END.fullmatch(plain_text(p)) for p in periods if not is_missing(p))
    for number, cells in zip(frame.index, frame.itertuples(index=False, name=None), strict=True):
        cell = {name: str(cells[i]) for name, i in columns.items()}
        if stated := _unit_row(cell):
            units |= stated
            continue
        where = f"row {number}, column "
        if is_missing(cell["bank"]):
            findings.append(
                Finding("error", where + header[columns["bank"]], "expected a bank, found none")
            )
            continue
        bank, period = _bank(cell["bank"]), _period(cell["period"], years=only_year_ends)
        if period is None:
            message = f"expected {EXPECTED_PERIOD}, found {shorten(cell['period'])}"
            findings.append(Finding("error", where + header[columns["period"]], message))
            continue
        amounts = {"net_profit": math.nan}
        for name in columns.keys() - {"bank", "period"}:
            try:
                missing = is_missing(cell[name])
                value = math.nan if missing else parse_number(cell[name], unit=units[name])
                amounts[name] = value * units[name] / THOUSAND
            except ValueError as error:
                findings.append(Finding("error", where + header[columns[name]], str(error)))
                amounts[name] = math.nan
                if name == "pay_increment":
                    break
        else:
            yield _Row(number, bank, period, **amounts)


def _unit_row(cell: dict[str, str]) -> dict[str, int]:
    """Units of a row that holds nothing but units, as databases put under their header."""
    found = {name: _UNIT_CELL.fullmatch(plain_text(text)) for name, text in cell.items()}
    if not found["pay_increment"]:
        return {}
    return {
        name: UNITS[match["unit"]] if match["unit"] else 1 for name, match in found.items() if match
    }


def _bank(text: str) -> str:
    """Give a bank the name that reports have; a stock code may have lost its zeros."""
    text = text.strip()
    return bank_of(text.zfill(6) if text.isdigit() else text) or text


def _period(text: str, *, years: bool) -> str | None:
    plain = plain_text(text)
    if match := _YEAR.fullmatch(plain) or (_YEAR_END.fullmatch(plain) if years else None):
        return match[1]
    try:
        return str(parse_quarter(plain))
    except ValueError:
        return None


def _settle(rows: list[_Row], findings: list[Finding]) -> list[_Row]:
    """Sort the rows, and settle what is missing, negative or there twice."""
    kinds = {"Q" in row.period: row for row in reversed(rows)}
    if len(kinds) > 1:
        found = f"{kinds[False].period} in row {kinds[False].number} and "
        found += f"{kinds[True].period} in row {kinds[True].number}"
        findings.append(
            Finding("error", "file", f"expected years or quarters, found both: {found}")
        )
    first: dict[tuple[str, str], _Row] = {}
    for row in rows:
        where = f"row {row.number}"
        what = f"{row.bank} {row.period}"
        if math.isnan(row.pay_increment):
            message = f"expected the pay of {what}, found none; it has no cost"
            findings.append(Finding("warning", where, message))
            continue
        earlier = first.setdefault((row.bank, row.period), row)
        if earlier is not row:
            same = earlier.pay_increment == row.pay_increment
            message = f"{what} stands in row {earlier.number} too, with "
            message += "the same pay" if same else "other pay; expected each once"
            findings.append(Finding("warning" if same else "error", where, message))
        elif row.pay_increment < 0:
            message = f"the pay of {what} is negative ({row.pay_increment:,.0f} thousand yuan); "
            findings.append(Finding("warning", where, message + "its cost will be negative too"))
    order = {bank: n for n, bank in enumerate(dict.fromkeys(row.bank for row in rows))}
    return sorted(first.values(), key=lambda row: (order[row.bank], row.period))


def _judge(pay: pd.DataFrame, findings: list[Finding]) -> None:
    """Say what is doubtful with the pay as a whole; earlier errors would make it wrong."""
    if any(finding.severity == "error" for finding in findings):
        return
    if pay.empty:
        message = "expected numbers, found none (formulas: save their values first)"
        findings.append(Finding("error", "file", message))
        return
    frequency = "Q" if "Q" in pay["period"].iloc[0] else "Y"
    for bank, periods in pay.groupby("bank", sort=False)["period"]:
        index = pd.PeriodIndex(periods, freq=frequency)
        every = pd.period_range(index[0], index[-1], freq=frequency)
        if gaps := [str(period) for period in every.difference(index)]:
            more = f" and {len(gaps) - 6} more" if len(gaps) > 6 else ""
            message = f"no pay for {', '.join(gaps[:6])}{more}; these have no cost"
            findings.append(Finding("warning", str(bank), message))
    largest = pay["pay_increment"].abs().max()
    if not 1e3 <= largest <= 1e9:
        message = f"the largest pay is {largest:,.4g} thousand yuan; look at the unit"
        findings.append(Finding("warning", "file", message))

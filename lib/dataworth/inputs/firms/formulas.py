"""Table 1 of paper `potential`: fifteen variables as functions of statement items.

Every formula takes a table of items, one row a firm, and returns one value a
firm. Money is in yuan. Ratios are fractions, but for the two R&D ratios: Table 1
defines them as fractions, Tables 2 and 6 print them in per cent, and so do they
come out here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

ITEMS = {
    "total_assets": ("total assets", "资产总计", "yuan"),
    "total_liabilities": ("total liabilities", "负债合计", "yuan"),
    "total_equity": ("total equity", "所有者权益合计", "yuan"),
    "short_term_loans": ("short-term borrowings", "短期借款", "yuan"),
    "long_term_loans": ("long-term borrowings", "长期借款", "yuan"),
    "bonds_payable": ("bonds payable", "应付债券", "yuan"),
    "intangible_assets": ("net intangible assets", "无形资产净额", "yuan"),
    "goodwill": ("net goodwill", "商誉净额", "yuan"),
    "data_inventory": ("data resources in inventories", "数据资源（存货）", "yuan"),
    "data_intangible": ("data resources in intangible assets", "数据资源（无形资产）", "yuan"),
    "data_development": ("data resources in development spending", "数据资源（开发支出）", "yuan"),
    "revenue": ("operating revenue", "营业收入", "yuan"),
    "operating_cost": ("operating cost", "营业成本", "yuan"),
    "financial_expenses": ("financial expenses", "财务费用", "yuan"),
    "net_profit": ("net profit", "净利润", "yuan"),
    "capex": (
        "cash paid for fixed, intangible and other long-term assets",
        "购建固定资产、无形资产和其他长期资产支付的现金",
        "yuan",
    ),
    "operating_cash_flow": (
        "net cash flow from operating activities",
        "经营活动产生的现金流量净额",
        "yuan",
    ),
    "market_value": ("market value", "总市值", "yuan"),
    "rd_spend": ("R&D investment", "研发投入金额", "yuan"),
    "rd_staff": ("R&D personnel", "研发人员数量", "persons"),
    "technical_staff": ("technical personnel", "技术人员数量", "persons"),
    "employees": ("employees", "员工人数", "persons"),
}
"""Statement items: name to English name, Chinese name and unit.

An item of the year before has the same name with ``_prev`` behind it.
"""

BORROWINGS = ("short_term_loans", "long_term_loans", "bonds_payable")
CAPITAL = ("total_equity", *BORROWINGS)
DATA_ITEMS = ("data_inventory", "data_intangible", "data_development")
OPENING = ("total_assets", "revenue", *CAPITAL)
"""Items that some formula needs of the year before as well."""


@dataclass(frozen=True)
class Variable:
    """One row of Table 1.

    Attributes
    ----------
    symbol : str
        As the paper writes it; a name of `COLUMNS`.
    name, chinese : str
        English and Chinese name.
    unit : str
        ``"yuan"``, ``"ratio"`` (a fraction) or ``"per cent"``.
    formula : str
        The calculation in words.
    items : tuple of str
        The statement items that `compute` needs.
    compute : callable
        Statement items, one row a firm, to one value a firm.
    """

    symbol: str
    name: str
    chinese: str
    unit: str
    formula: str
    items: tuple[str, ...]
    compute: Callable[[pd.DataFrame], pd.Series]


VARIABLES: dict[str, Variable] = {}
"""Table 1, filled below: symbol to `Variable`, in the order of `COLUMNS`."""


def _variable(
    symbol: str, name: str, chinese: str, unit: str, formula: str, items: str
) -> Callable:
    """Enter the function below into `VARIABLES`."""

    def enter(compute: Callable) -> Callable:
        needs = tuple(items.split())
        VARIABLES[symbol] = Variable(symbol, name, chinese, unit, formula, needs, compute)
        return compute

    return enter


@_variable(
    *("Size", "total assets", "总资产", "yuan"),
    "total assets",
    "total_assets",
)
def size(raw: pd.DataFrame) -> pd.Series:
    """Total assets at the end of the year, yuan."""
    return _item(raw, "total_assets")


@_variable(
    *("Revenue", "operating revenue", "营业收入", "yuan"),
    "operating revenue",
    "revenue",
)
def revenue(raw: pd.DataFrame) -> pd.Series:
    """Operating revenue, yuan."""
    return _item(raw, "revenue")


@_variable(
    *("Turnover", "total asset turnover", "总资产周转率", "ratio"),
    "operating revenue / mean of opening and closing total assets",
    "revenue total_assets total_assets_prev",
)
def turnover(raw: pd.DataFrame) -> pd.Series:
    """Operating revenue over the mean of opening and closing total assets."""
    return _ratio(_item(raw, "revenue"), _average(raw, "total_assets"))


@_variable(
    *("Capex", "capital expenditure", "资本支出", "yuan"),
    "cash paid for fixed, intangible and other long-term assets",
    "capex",
)
def capex(raw: pd.DataFrame) -> pd.Series:
    """Cash paid for fixed assets, intangible assets and other long-term assets, yuan."""
    return _item(raw, "capex")


@_variable(
    *("OCF", "net operating cash flow", "经营活动现金流量净额", "yuan"),
    "net cash flow from operating activities",
    "operating_cash_flow",
)
def operating_cash_flow(raw: pd.DataFrame) -> pd.Series:
    """Net cash flow from operating activities, yuan."""
    return _item(raw, "operating_cash_flow")


@_variable(
    *("Growth", "operating revenue growth rate", "营业收入增长率", "ratio"),
    "(operating revenue - that of the year before) / that of the year before",
    "revenue revenue_prev",
)
def growth(raw: pd.DataFrame) -> pd.Series:
    """Change of operating revenue over that of the year before."""
    before = _item(raw, "revenue_prev")
    return _ratio(_item(raw, "revenue") - before, before)


@_variable(
    *("ROA", "return on assets", "总资产净利率", "ratio"),
    "net profit / total assets",
    "net_profit total_assets",
)
def return_on_assets(raw: pd.DataFrame) -> pd.Series:
    """Net profit over total assets at the end of the year."""
    return _ratio(_item(raw, "net_profit"), _item(raw, "total_assets"))


@_variable(
    *("ROIC", "return on invested capital", "投入资本回报率", "ratio"),
    "(net profit + financial expenses) / mean of opening and closing invested capital",
    " ".join(("net_profit", "financial_expenses", *CAPITAL, *(f"{name}_prev" for name in CAPITAL))),
)
def return_on_invested_capital(raw: pd.DataFrame) -> pd.Series:
    """Net profit and financial expenses over the mean invested capital.

    Table 1 does not say what invested capital is. Here it is equity and
    interest-bearing debt: short-term and long-term borrowings and bonds.
    """
    opening, closing = invested_capital(raw, "_prev"), invested_capital(raw)
    earned = _item(raw, "net_profit") + _item(raw, "financial_expenses")
    return _ratio(earned, (opening + closing) / 2)


def invested_capital(raw: pd.DataFrame, period: str = "") -> pd.Series:
    """Equity and interest-bearing debt, yuan; `period` is ``""`` or ``"_prev"``.

    A balance sheet leaves out what a firm does not have, so an empty cell among
    the borrowings is zero. A column that does not exist is not.
    """
    borrowed = [_or_zero(raw, name + period) for name in BORROWINGS]
    return _item(raw, "total_equity" + period) + sum(borrowed)


@_variable(
    *("GPM", "gross profit margin", "毛利率", "ratio"),
    "(operating revenue - operating cost) / operating revenue",
    "revenue operating_cost",
)
def gross_margin(raw: pd.DataFrame) -> pd.Series:
    """Operating revenue less operating cost, over operating revenue."""
    sold = _item(raw, "revenue")
    return _ratio(sold - _item(raw, "operating_cost"), sold)


@_variable(
    *("TobinQ", "Tobin's Q", "托宾Q值", "ratio"),
    "market value / (total assets - net intangible assets - net goodwill)",
    "market_value total_assets intangible_assets goodwill",
)
def tobins_q(raw: pd.DataFrame) -> pd.Series:
    """Market value over total assets less net intangible assets and net goodwill.

    An empty cell for goodwill is zero: most firms have none.
    """
    tangible = _item(raw, "total_assets") - _item(raw, "intangible_assets")
    return _ratio(_item(raw, "market_value"), tangible - _or_zero(raw, "goodwill"))


@_variable(
    *("TechRatio", "technical personnel ratio", "技术人员占比", "ratio"),
    "technical personnel / employees",
    "technical_staff employees",
)
def technical_ratio(raw: pd.DataFrame) -> pd.Series:
    """Technical personnel over all employees."""
    return _ratio(_item(raw, "technical_staff"), _item(raw, "employees"))


@_variable(
    *("RDRatio", "R&D investment ratio", "研发投入占营业收入比例", "per cent"),
    "100 × R&D investment / operating revenue",
    "rd_spend revenue",
)
def rd_ratio(raw: pd.DataFrame) -> pd.Series:
    """R&D investment over operating revenue, in per cent."""
    return 100 * _ratio(_item(raw, "rd_spend"), _item(raw, "revenue"))


@_variable(
    *("RDPsnRatio", "R&D personnel ratio", "研发人员占比", "per cent"),
    "100 × R&D personnel / employees",
    "rd_staff employees",
)
def rd_personnel_ratio(raw: pd.DataFrame) -> pd.Series:
    """R&D personnel over all employees, in per cent."""
    return 100 * _ratio(_item(raw, "rd_staff"), _item(raw, "employees"))


@_variable(
    *("Leverage", "debt-to-asset ratio", "资产负债率", "ratio"),
    "total liabilities / total assets",
    "total_liabilities total_assets",
)
def leverage(raw: pd.DataFrame) -> pd.Series:
    """Total liabilities over total assets."""
    return _ratio(_item(raw, "total_liabilities"), _item(raw, "total_assets"))


@_variable(
    *("Data", "capitalized data assets", "数据资产入表金额", "yuan"),
    "data resources in inventories + in intangible assets + in development spending",
    " ".join(DATA_ITEMS),
)
def data_assets(raw: pd.DataFrame) -> pd.Series:
    """Sum of the data resources in inventories, intangible assets and development spending, yuan.

    A balance sheet shows only the sub-items that a firm has, so an empty one is
    zero as long as another is filled. A firm with none has no value.
    """
    items = pd.concat([_item(raw, name) for name in DATA_ITEMS], axis=1)
    return items.sum(axis=1, min_count=1)


def compute_variables(raw: pd.DataFrame) -> pd.DataFrame:
    """Compute Table 1 from statement items.

    Parameters
    ----------
    raw : DataFrame
        One row a firm, columns named as in `ITEMS`, those of the year before
        with ``_prev`` behind the name. Money in yuan, people in persons.

    Returns
    -------
    DataFrame
        The index of `raw`, columns `COLUMNS`. NaN where an item is missing or
        where the denominator is not positive.
    """
    return pd.DataFrame(
        {symbol: variable.compute(raw) for symbol, variable in VARIABLES.items()},
        index=raw.index,
        dtype=float,
    )


def _item(raw: pd.DataFrame, name: str) -> pd.Series:
    """Return one item as numbers; one that the table does not have is missing everywhere."""
    if name not in raw.columns:
        return pd.Series(float("nan"), index=raw.index, name=name)
    return raw[name].astype(float)


def _or_zero(raw: pd.DataFrame, name: str) -> pd.Series:
    item = _item(raw, name)
    return item.fillna(0.0) if name in raw.columns else item


def _average(raw: pd.DataFrame, name: str) -> pd.Series:
    return (_item(raw, name + "_prev") + _item(raw, name)) / 2


def _ratio(numerator: pd.Series, denominator: pd.Series) -> pd.Series:
    """Divide; over zero or less than zero a ratio says nothing, so it is missing."""
    return numerator / denominator.where(denominator > 0)

"""What a column of a table of firms holds: our names, Chinese headers and CSMAR codes.

A header such as ``期初资产总计（万元）`` is taken apart into the item, the year and
the unit. `data/facts/csmar_fields.csv` lists the codes with their official names.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from dataworth.inputs.tables.numbers import column_unit, plain_text

# Who and when: columns that hold no number.
LABELS = {
    "code": (
        "Stkcd Symbol code 股票代码 证券代码 公司代码 上市公司代码 ticker stock_code security_code"
    ),
    "name": (
        "ShortName name 股票简称 证券简称 公司简称 股票名称 证券名称 公司名称 企业名称 简称 "
        "名称 Stknme company firm"
    ),
    "period": (
        "Accper EndDate Reptdt period year date 会计期间 统计截止日期 截止日期 报告期 年份 "
        "年度 会计年度 会计期间统计截止日期 fiscal_year report_date"
    ),
    "statement": "Typrep StateTypeCode 报表类型 报表类型编码 报表类型A合并B母公司 statement_type",
    "section": "section 行业门类 门类 门类代码 证监会行业门类 行业门类代码 csrc",
    "industry_code": (
        "Indcd Nnindcd Indcd1 IndustryCode industry_code 行业代码 证监会行业代码 所属行业代码 csrc2"
    ),
    "industry_name": (
        "Indnme Nnindnme Indnme1 IndustryName industry industry_name 行业 行业名称 所属行业 "
        "证监会行业 证监会行业名称 所属行业名称 行业门类名称"
    ),
    "st": "st is_st 是否ST ST标志 是否ST或*ST 特别处理",
}
# Statement items; total assets, revenue, capital expenditure and operating cash
# flow are variables of Table 1 at the same time.
ITEM_NAMES = {
    "total_assets": "A001000000 Size 资产总计 总资产 资产总额 资产合计 期末总资产",
    "total_liabilities": "A002000000 负债合计 总负债 负债总计 负债总额",
    "total_equity": (
        "A003000000 所有者权益合计 股东权益合计 所有者权益总计 净资产 股东权益 所有者权益 "
        "所有者权益或股东权益合计"
    ),
    "short_term_loans": "A002101000 短期借款 short_term_borrowings",
    "long_term_loans": "A002201000 长期借款 long_term_borrowings",
    "bonds_payable": "A002203000 应付债券",
    "invested_capital": "投入资本 全部投入资本",
    "intangible_assets": "A001218000 无形资产净额 无形资产 net_intangible_assets",
    "goodwill": "A001220000 商誉净额 商誉 net_goodwill",
    "data_inventory": "A001123101 数据资源存货 存货数据资源 存货中的数据资源 存货其中数据资源",
    "data_intangible": (
        "A001218201 数据资源无形资产 无形资产数据资源 无形资产中的数据资源 无形资产其中数据资源"
    ),
    "data_development": (
        "A001219101 数据资源开发支出 开发支出数据资源 开发支出中的数据资源 开发支出其中数据资源"
    ),
    "revenue": "B001101000 Revenue 营业收入 operating_revenue 主营业务收入",
    "operating_cost": "B001201000 营业成本 cost_of_revenue cogs",
    "financial_expenses": "B001211000 财务费用 financial_expense",
    "net_profit": "B002000000 净利润 net_income",
    "capex": (
        "C002006000 Capex 购建固定资产无形资产和其他长期资产支付的现金 "
        "购建固定资产无形资产和其他长期资产所支付的现金 资本支出 资本性支出 "
        "capital_expenditure"
    ),
    "operating_cash_flow": (
        "C001000000 D000100000 OCF 经营活动产生的现金流量净额 经营活动现金流量净额 "
        "经营活动现金净流量 经营现金流净额 经营性现金流净额"
    ),
    "market_value": "F100801A 总市值 市值A 市值 公司市值 market_capitalization",
    "rd_spend": "RDSpendSum 研发投入金额 研发投入 研发投入合计 研发投入总额 rd_investment",
    "rd_staff": "RDPerson 研发人员数量 研发人员人数 研发人员数 研发人员 rd_personnel",
    "technical_staff": "技术人员数量 技术人员人数 技术人员数 技术人员 technical_personnel",
    "employees": (
        "Y0601b 员工人数 员工总数 在职员工数量 在职员工的数量合计 员工总人数 职工人数 staff"
    ),
}
# Finished variables of Table 1.
VARIABLE_NAMES = {
    "Turnover": "F041702B 总资产周转率 总资产周转率B total_asset_turnover",
    "Growth": (
        "F081602C 营业收入增长率 营业收入增长率B 营收增长率 营业收入同比增长率 revenue_growth"
    ),
    "ROA": (
        "F050201B 总资产净利率 总资产净利润率 总资产净利润率A 总资产净利润率ROAA "
        "总资产净利润率ROA 总资产收益率 资产收益率 总资产报酬率 return_on_assets"
    ),
    "ROIC": "投入资本回报率 return_on_invested_capital",
    "GPM": "F053301B 毛利率 销售毛利率 营业毛利率 gross_profit_margin gross_margin",
    "TobinQ": "F100902A 托宾Q值 托宾Q 托宾Q值B TobinsQ Tobin_Q",
    "TechRatio": (
        "技术人员占比 技术人员比例 技术人员比率 技术人员数量占比 technical_personnel_ratio"
    ),
    "RDRatio": (
        "RDSpendSumRatio 研发投入占营业收入比例 研发投入占营业收入的比例 "
        "研发投入占营业收入比重 研发投入比率 研发投入强度 研发强度 rd_intensity "
        "rd_investment_ratio"
    ),
    "RDPsnRatio": (
        "RDPersonRatio 研发人员数量占比 研发人员占比 研发人员比例 研发人员比率 rd_personnel_ratio"
    ),
    "Leverage": "F011201A Lev 资产负债率 debt_to_asset_ratio",
    "Data": (
        "数据资源合计 数据资产入表金额 数据资源入表金额 数据资产 数据资源 入表数据资产 "
        "数据资源账面价值 data_assets"
    ),
}
# Columns that stand in for another, and what is then different.
SUBSTITUTES = {
    "total_revenue": (
        "revenue",
        "B001100000 营业总收入",
        "total operating revenue stands in for operating revenue",
    ),
    "rd_expense": (
        "rd_spend",
        "B001216000 研发费用 rd_expenses",
        "R&D expense stands in for R&D investment; it leaves out what was capitalized",
    ),
    "tobin_q_a": (
        "TobinQ",
        "F100901A 托宾Q值A",
        "it divides by total assets; Table 1 takes out intangible assets and goodwill (托宾Q值B)",
    ),
    "roic_closing": (
        "ROIC",
        "F051201B 投入资本回报率ROIC",
        "it divides by closing invested capital; Table 1 by the mean of opening and closing",
    ),
    "growth_a": (
        "Growth",
        "F081601B 营业收入增长率A",
        "it compares with the period before; that is the year before only in annual reports",
    ),
}
PERCENT_VARIABLES = ("RDRatio", "RDPsnRatio")
PEOPLE = ("rd_staff", "technical_staff", "employees")

# Longer names go before those that they contain.
_PREVIOUS = (
    "上年年末余额|上年同期金额|上期期末余额|年初余额|期初余额|上年同期|上期金额|上年金额|"
    "上年末|上期末|年初数|期初数|上期数|上年数|上一年|上年|上期|期初|年初|"
    "previousyear|prioryear|lastyear|previous|opening|beginning|prev"
)
_CURRENT = (
    "期末余额|年末余额|本期金额|本年金额|期末数|年末数|本期数|本年数|期末|年末|本期|本年|当期"
)
_UNITS = (
    "人民币|单位|千万元|百万元|十亿元|万亿元|亿元|万元|千元|元|亿|万|人数|人|个|倍|小数|百分比|"
    "hundredmillionyuan|tenthousandyuan|billionyuan|millionyuan|thousandyuan|hundredmillion|"
    "tenthousand|billion|million|thousand|yuan|rmb|cny|persons|people|percent|pct|fraction"
)
_DECORATION = re.compile(
    rf"^(?:(?P<prev_first>{_PREVIOUS})|{_CURRENT}|其中)"
    rf"|(?:(?P<prev_last>{_PREVIOUS})|{_CURRENT}|{_UNITS})$"
)


@dataclass(frozen=True)
class Column:
    """One column of a table of firms.

    Attributes
    ----------
    position : int
        Where it stands, from 0.
    header : str
        What the file calls it.
    role : str
        A key of `LABELS`, `ITEM_NAMES` or `VARIABLE_NAMES`; an item of the
        year before ends in ``_prev``.
    scale : float
        What its numbers are multiplied by: yuan in one unit of money, 0.01
        for a percentage that we keep as a fraction.
    """

    position: int
    header: str
    role: str
    scale: float

    @property
    def is_label(self) -> bool:
        """Whether it says who or when rather than how much."""
        return self.role in LABELS

    @property
    def is_ratio(self) -> bool:
        """Whether its cells may carry a per-cent sign."""
        return self.role in VARIABLE_NAMES and self.role != "Data"


def recognize(header: str) -> str | None:
    """Tell what a column holds from its header.

    Returns
    -------
    str or None
        A key of `LABELS`, `ITEM_NAMES`, `VARIABLE_NAMES` or `SUBSTITUTES`, with
        ``_prev`` behind it for the year before. None for a name not known.

    Examples
    --------
    >>> recognize("资产总计（元）"), recognize("A001000000"), recognize("上期营业收入（万元）")
    ('total_assets', 'total_assets', 'revenue_prev')
    """
    # A date in brackets tells nothing that the rows do not; other words may tell
    # another item apart, such as profit of the parent company.
    return _look_up(_key(re.sub(r"\([0-9年月日./-]+\)", "", plain_text(header))))


def scale(header: str, role: str, unit: str = "") -> float:
    """Find the factor that turns a column's numbers into the units kept here.

    Parameters
    ----------
    header, role : str
        The header and what `recognize` made of it.
    unit : str
        What a row of units below the header says; it goes before the header.
    """
    stated = plain_text(unit or header).casefold()
    if role in LABELS or role in PEOPLE:
        return 1.0
    if role not in VARIABLE_NAMES or role == "Data":
        return float(column_unit(unit or header))
    in_percent = bool(re.search(r"%|percent|pct|百分", stated))
    in_fractions = bool(re.search(r"fraction|小数", stated))
    if role in PERCENT_VARIABLES:
        return 100.0 if in_fractions else 1.0
    return 0.01 if in_percent else 1.0


def _look_up(key: str) -> str | None:
    """Look a name up; if it is unknown, take off a unit or a period and try again."""
    before = False
    while key:
        if (role := _ROLES.get(key)) is not None:
            takes_period = role in ITEM_NAMES or role in SUBSTITUTES
            return None if before and not takes_period else role + ("_prev" if before else "")
        match = _DECORATION.search(key)
        if match is None:
            return None
        before = before or bool(match["prev_first"] or match["prev_last"])
        key = key[: match.start()] + key[match.end() :]
    return None


def _key(name: str) -> str:
    """Letters, digits and Chinese signs alone, in small letters."""
    return re.sub(r"[^0-9a-z\u4e00-\u9fff]", "", plain_text(name).casefold())


def _roles() -> dict[str, str]:
    groups = {role: names for role, (_, names, _) in SUBSTITUTES.items()}
    groups = LABELS | ITEM_NAMES | VARIABLE_NAMES | groups
    return {
        _key(name): role for role, names in groups.items() for name in (role, *names.split(" "))
    }


_ROLES = _roles()

"""What a header says: which item, which year, which unit."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataworth.facts import read_facts
from dataworth.inputs.firms.columns import VARIABLE_NAMES, recognize, scale
from dataworth.inputs.firms.industries import parse_section
from dataworth.inputs.firms.variables import COLUMNS, ITEMS, SECTIONS, VARIABLES
from dataworth.inputs.tables.headers import COLUMN_NAMES, key


def test_every_item_and_variable_of_table_1_can_stand_in_a_header() -> None:
    for name, (_, chinese, _) in ITEMS.items():
        assert recognize(name) == name
        assert recognize(chinese) == name
    direct = {"Size": "total_assets", "Revenue": "revenue", "Capex": "capex"}
    direct["OCF"] = "operating_cash_flow"
    for symbol in COLUMNS:
        assert recognize(symbol) == direct.get(symbol, symbol)
        assert recognize(VARIABLES[symbol].chinese) == direct.get(symbol, symbol)


def test_every_name_belongs_to_one_column_only() -> None:
    owners: dict[str, str] = {}
    for row in COLUMN_NAMES.itertuples():
        if row.kind in ("label", "item", "stand-in") or row.role in VARIABLE_NAMES:
            for name in (row.role, row.chinese, *row.names.split()):
                assert owners.setdefault(key(name), row.role) == row.role, name
                assert recognize(name) == row.role, name


def test_every_code_in_the_facts_that_a_variable_needs_is_known_with_its_chinese_name() -> None:
    fields = read_facts("csmar_fields")
    needed = fields[fields["paper_variable"].isin([*COLUMNS, "Revenue/Growth"])]
    assert len(needed) == 24
    for code, chinese in zip(needed["csmar_code"], needed["chinese"], strict=True):
        assert recognize(code) is not None, code
        assert recognize(code) == recognize(chinese), chinese
    others = fields[fields["csmar_code"].isin(["A003100000", "A001219000", "B002000101"])]
    assert others["csmar_code"].map(recognize).isna().all()


@pytest.mark.parametrize(
    ("header", "role", "factor"),
    [
        ("资产总计", "total_assets", 1),
        ("资产总计(元)", "total_assets", 1),
        ("资产总计（万元）", "total_assets", 1e4),
        ("总资产_亿元", "total_assets", 1e8),
        ("total_assets_million_yuan", "total_assets", 1e6),
        ("Total assets (million yuan)", "total_assets", 1e6),
        ("Ｓｉｚｅ", "total_assets", 1),
        ("期初资产总计（万元）", "total_assets_prev", 1e4),
        ("资产总计（期初）", "total_assets_prev", 1),
        ("资产总计(上年年末余额)", "total_assets_prev", 1),
        ("期末资产总计", "total_assets", 1),
        ("营业收入（上年同期）（亿元）", "revenue_prev", 1e8),
        ("上期营业收入", "revenue_prev", 1),
        ("revenue_prev", "revenue_prev", 1),
        ("A001000000_prev", "total_assets_prev", 1),
        ("其中：数据资源（存货）", "data_inventory", 1),
        ("存货：其中数据资源（万元）", "data_inventory", 1e4),
        ("毛利率(%)", "GPM", 0.01),
        ("毛利率", "GPM", 1),
        ("ROA_pct", "ROA", 0.01),
        ("研发投入占营业收入比例(%)", "RDRatio", 1),
        ("RDRatio", "RDRatio", 1),
        ("RDRatio (fraction)", "RDRatio", 100),
        ("研发人员占比（小数）", "RDPsnRatio", 100),
        ("员工人数（人）", "employees", 1),
        ("托宾Q值（倍）", "TobinQ", 1),
        ("总资产净利润率(ROA)A", "ROA", 1),
        ("资产总计(2024-12-31)", "total_assets", 1),
        ("Stkcd", "code", 1),
        ("会计期间/统计截止日期", "period", 1),
        ("报表类型(A合并/B母公司)", "statement", 1),
    ],
)
def test_a_header_is_taken_apart_into_item_year_and_unit(header, role, factor) -> None:
    assert recognize(header) == role
    assert scale(header, role) == factor


def test_a_unit_row_goes_before_the_header() -> None:
    assert scale("总资产（亿元）", "total_assets", "万元") == 1e4
    assert scale("total_assets", "total_assets", "没有单位") == 1
    assert scale("毛利率", "GPM", "%") == 0.01
    assert scale("RDRatio", "RDRatio", "fraction") == 100


@pytest.mark.parametrize(
    "header",
    [
        "",
        "上期",
        "万元",
        "存货净额",
        "流动资产合计",
        "ROA_prev",
        "Data（上期）",
        "1",
        "prev",
        "净利润（归属于母公司）",
        "net_profit_parent",
        "净利",
    ],
)
def test_what_is_not_known_stays_unknown(header: str) -> None:
    assert recognize(header) is None


@given(st.text(max_size=40))
def test_any_header_has_an_answer(header: str) -> None:
    role = recognize(header)
    assert role is None or scale(header, role) > 0


@pytest.mark.parametrize(
    ("text", "letter"),
    [
        ("C", "C"),
        ("c", "C"),
        ("C34", "C"),
        ("C3412", "C"),
        ("C39计算机、通信和其他电子设备制造业", "C"),
        ("Ｉ65", "I"),
        ("制造业", "C"),
        ("软件和信息技术服务业", "I"),
        ("信息传输、软件和信息技术服务业", "I"),
        ("货币金融服务", "J"),
        ("Manufacturing", "C"),
        ("电力、热力、燃气及水的生产和供应业", "D"),
    ],
)
def test_an_industry_is_a_letter_a_code_or_a_name(text: str, letter: str) -> None:
    assert parse_section(text) == letter


@pytest.mark.parametrize("text", ["", "T", "X01", "Chemicals", "34", "Construction site", "未知"])
def test_another_industry_is_none(text: str) -> None:
    assert parse_section(text) is None


def test_every_section_is_found_under_its_letter_and_both_names() -> None:
    table = pd.DataFrame.from_dict(SECTIONS, orient="index")
    for letter, english, chinese in table.itertuples():
        assert [parse_section(x) for x in (letter, english, chinese)] == [letter] * 3

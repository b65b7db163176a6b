"""Units as headers state them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataworth.errors import InputError
from dataworth.inputs.tables.units import UNITS, header_unit, without_unit

STATED = {
    "净利润（元）": 1,
    "净利润（万元）": 10**4,
    "净利润(单位：百万)": 10**6,
    "净利润 单位：百万元": 10**6,
    "净利润_亿元": 10**8,
    "净利润/亿": 10**8,
    "净利润[亿元]": 10**8,
    "净利润（RMB'000）": 10**3,
    "净利润（人民币'000）": 10**3,
    "净利润（人民币百万）": 10**6,
    "净利润（百万元人民币）": 10**6,
    "净利润（¥m）": 10**6,
    "净利润（人民币）": 1,
    "net_profit_thousand_yuan": 10**3,
    "net profit, million yuan": 10**6,
    "net_profit_single_quarter_rmb_m": 10**6,
    "profit (RMB bn)": 10**9,
    "profit (RMB million)": 10**6,
    "profit in RMB": 1,
    "ten_thousand_yuan": 10**4,
    "hundred million yuan": 10**8,
}


@pytest.mark.parametrize(("name", "unit"), STATED.items())
def test_the_header_of_a_column_states_its_unit(name: str, unit: int) -> None:
    assert header_unit(name) == unit
    assert without_unit(name).strip(" ()[]_/,") in (
        "净利润",
        "net_profit",
        "net profit",
        "profit",
    ) or (name.startswith(("net_profit_single", "ten_", "hundred")))


@pytest.mark.parametrize(
    "name",
    ["value", "净利润", "margin", "万科净利润", "亿联网络", "M&A_cost", "A001000000", "没有单位"],
)
def test_a_header_without_a_unit_states_none(name: str) -> None:
    assert header_unit(name) is None
    assert header_unit(name) in (None, 1)


@given(
    st.sampled_from(sorted(UNITS)), st.sampled_from(["（{}元）", "({})", "[{}元]", "_{}元", "/{}"])
)
def test_every_unit_in_every_form(unit: str, form: str) -> None:
    assert header_unit("净利润" + form.format(unit)) == UNITS[unit]


@pytest.mark.parametrize(
    "name",
    [
        "净利润（百万港元）",
        "净利润（百万澳门元）",
        "净利润（新台元）",
        "净利润（万美元）",
        "net_profit_usd_million",
        "x (HK$m)",
        "x (EUR)",
        "日元",
    ],
)
def test_another_currency_is_refused(name: str) -> None:
    with pytest.raises(InputError, match="expected amounts in yuan"):
        header_unit(name)

"""Table 1: each formula against hand-made firms, and the sections."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataworth.inputs.firms.variables import (
    COLUMNS,
    FEATURES,
    ITEMS,
    OPENING,
    SECTIONS,
    TARGET,
    VARIABLES,
    compute_variables,
)
from dataworth.ledger import read_printed

FIRM = {
    "total_assets": 1000.0,
    "total_assets_prev": 600.0,
    "total_liabilities": 400.0,
    "total_equity": 600.0,
    "total_equity_prev": 380.0,
    "short_term_loans": 50.0,
    "short_term_loans_prev": 40.0,
    "long_term_loans": 30.0,
    "long_term_loans_prev": 20.0,
    "bonds_payable": 20.0,
    "bonds_payable_prev": 60.0,
    "intangible_assets": 80.0,
    "goodwill": 20.0,
    "data_inventory": 1.0,
    "data_intangible": 2.0,
    "data_development": 4.0,
    "revenue": 400.0,
    "revenue_prev": 320.0,
    "operating_cost": 300.0,
    "financial_expenses": 10.0,
    "net_profit": 50.0,
    "capex": 70.0,
    "operating_cash_flow": -5.0,
    "market_value": 1800.0,
    "rd_spend": 20.0,
    "rd_staff": 12.0,
    "technical_staff": 30.0,
    "employees": 120.0,
}
BY_HAND = {
    "Size": 1000.0,
    "Revenue": 400.0,
    "Turnover": 400 / 800,
    "Capex": 70.0,
    "OCF": -5.0,
    "Growth": 0.25,
    "ROA": 0.05,
    "ROIC": 60 / 600,
    "GPM": 0.25,
    "TobinQ": 2.0,
    "TechRatio": 0.25,
    "RDRatio": 5.0,
    "RDPsnRatio": 10.0,
    "Leverage": 0.4,
    "Data": 7.0,
}
amounts = st.floats(1.0, 1e12)


def firm(**changes: float | None) -> pd.DataFrame:
    """Return one firm; an item that is None is a column that the table does not have."""
    items = FIRM | changes
    return pd.DataFrame({k: [v] for k, v in items.items() if v is not None}, index=["000001"])


def value(symbol: str, **changes: float | None) -> float:
    return compute_variables(firm(**changes)).loc["000001", symbol]


@pytest.mark.parametrize("symbol", COLUMNS)
def test_each_variable_of_a_firm_worked_out_by_hand(symbol: str) -> None:
    assert value(symbol) == pytest.approx(BY_HAND[symbol], rel=1e-14)


def test_the_table_of_variables_is_table_1_in_the_papers_order() -> None:
    assert tuple(VARIABLES) == COLUMNS
    for symbol, variable in VARIABLES.items():
        assert variable.symbol == symbol
        assert variable.unit in ("yuan", "ratio", "per cent")
        assert all((variable.name, variable.chinese, variable.formula, variable.items))


def test_only_the_two_research_ratios_are_in_per_cent() -> None:
    in_percent = [symbol for symbol, v in VARIABLES.items() if v.unit == "per cent"]
    assert in_percent == ["RDRatio", "RDPsnRatio"]


@pytest.mark.parametrize("symbol", COLUMNS)
def test_a_variable_needs_exactly_the_items_that_it_names(symbol: str) -> None:
    needed = VARIABLES[symbol].items
    known = {*ITEMS, *(f"{name}_prev" for name in OPENING)}
    assert set(needed) <= known
    only = {name: (FIRM[name] if name in needed else None) for name in FIRM}
    assert value(symbol, **only) == pytest.approx(BY_HAND[symbol])
    if symbol != "Data":
        for name in needed:
            assert np.isnan(value(symbol, **{name: None})), name


def test_data_assets_are_the_sum_of_what_is_stated() -> None:
    nan = np.nan
    assert value("Data", data_inventory=nan, data_development=nan) == 2.0
    assert value("Data", data_inventory=None, data_intangible=None) == 4.0
    assert value("Data", data_inventory=0.0, data_intangible=nan, data_development=nan) == 0.0


def test_a_firm_that_states_no_data_assets_has_no_value_rather_than_zero() -> None:
    empty = dict.fromkeys(("data_inventory", "data_intangible", "data_development"), np.nan)
    assert np.isnan(value("Data", **empty))
    assert np.isnan(value("Data", **dict.fromkeys(empty)))


@pytest.mark.parametrize("item", ["short_term_loans", "long_term_loans_prev", "bonds_payable"])
def test_an_empty_cell_among_borrowings_is_no_debt(item: str) -> None:
    assert value("ROIC", **{item: np.nan}) == value("ROIC", **{item: 0.0})


def test_an_empty_cell_for_goodwill_is_no_goodwill_but_intangibles_must_be_known() -> None:
    assert value("TobinQ", goodwill=np.nan) == value("TobinQ", goodwill=0.0)
    assert np.isnan(value("TobinQ", intangible_assets=np.nan))


def test_opening_balances_are_not_replaced_by_closing_ones() -> None:
    assert np.isnan(value("Turnover", total_assets_prev=np.nan))
    assert np.isnan(value("ROIC", total_equity_prev=np.nan))


@pytest.mark.parametrize("revenue", [0.0, -1.0])
def test_over_nothing_or_less_than_nothing_there_is_no_ratio(revenue: float) -> None:
    for symbol in ("GPM", "RDRatio"):
        assert np.isnan(value(symbol, revenue=revenue))
    assert np.isnan(value("Growth", revenue_prev=revenue))
    assert np.isnan(value("ROIC", total_equity=-2000.0))


def test_a_ratio_can_be_negative_where_its_numerator_is() -> None:
    assert value("ROA", net_profit=-50.0) == pytest.approx(-0.05)
    assert value("GPM", operating_cost=500.0) == pytest.approx(-0.25)


@given(scale=st.floats(1e-3, 1e6))
def test_ratios_do_not_depend_on_the_unit_of_money(scale: float) -> None:
    money = [name for name in FIRM if ITEMS[name.removesuffix("_prev")][2] == "yuan"]
    scaled = compute_variables(firm(**{name: FIRM[name] * scale for name in money})).iloc[0]
    for symbol, variable in VARIABLES.items():
        factor = scale if variable.unit == "yuan" else 1
        assert scaled[symbol] == pytest.approx(BY_HAND[symbol] * factor, rel=1e-9)


@given(sold=amounts, before=amounts, growth=st.floats(-0.99, 10))
def test_growth_gives_back_the_revenue(sold: float, before: float, growth: float) -> None:
    found = value("Growth", revenue=sold, revenue_prev=before)
    assert before * (1 + found) == pytest.approx(sold, rel=1e-9, abs=1e-6 * before)
    assert value("Growth", revenue=before * (1 + growth), revenue_prev=before) == pytest.approx(
        growth, abs=1e-9
    )


@given(assets=amounts, opening=amounts, sold=amounts)
def test_turnover_lies_between_those_on_closing_and_on_opening_assets(assets, opening, sold):
    found = value("Turnover", total_assets=assets, total_assets_prev=opening, revenue=sold)
    low, high = sorted((sold / assets, sold / opening))
    assert low * (1 - 1e-12) <= found <= high * (1 + 1e-12)


@given(staff=st.integers(1, 10**6), share=st.floats(0, 1))
def test_shares_of_employees_stay_within_their_bounds(staff: int, share: float) -> None:
    some = float(int(staff * share))
    found = compute_variables(firm(employees=float(staff), rd_staff=some, technical_staff=some))
    assert 0 <= found["TechRatio"].iloc[0] <= 1
    assert found["RDPsnRatio"].iloc[0] == pytest.approx(100 * found["TechRatio"].iloc[0])


@given(profit=st.floats(-1e9, 1e9), assets=amounts, liabilities=amounts)
def test_return_and_leverage_times_assets_give_profit_and_debt(profit, assets, liabilities):
    raw = firm(net_profit=profit, total_assets=assets, total_liabilities=liabilities)
    found = compute_variables(raw).iloc[0]
    assert found["ROA"] * assets == pytest.approx(profit, rel=1e-12)
    assert found["Leverage"] * assets == pytest.approx(liabilities, rel=1e-12)


@given(st.permutations(["000001", "600015", "300033"]))
def test_firms_do_not_depend_on_one_another(order: list[str]) -> None:
    raw = pd.concat([firm(revenue=100.0 * (i + 1)) for i in range(3)])
    raw.index = ["000001", "600015", "300033"]
    pd.testing.assert_frame_equal(
        compute_variables(raw.loc[order]), compute_variables(raw).loc[order]
    )


def test_a_table_without_firms_or_items_gives_a_table_without_values() -> None:
    assert compute_variables(firm().iloc[:0]).shape == (0, len(COLUMNS))
    assert compute_variables(pd.DataFrame(index=["000001"])).isna().all(axis=None)


def test_the_names_are_those_of_the_printed_tables() -> None:
    printed = read_printed("potential")
    rows = dict.fromkeys(claim.split(".")[1] for claim in printed if claim.startswith("t6."))
    assert tuple(rows) == FEATURES
    assert {claim.split(".")[1] for claim in printed if claim.startswith("t2.")} == {
        *FEATURES,
        TARGET,
    }


def test_units_are_those_of_the_printed_tables() -> None:
    printed = read_printed("potential")
    for symbol, variable in VARIABLES.items():
        assert printed[f"t2.{symbol}.mean"].unit == variable.unit


def test_the_classification_has_nineteen_sections_named_in_two_languages() -> None:
    assert "".join(SECTIONS) == "ABCDEFGHIJKLMNOPQRS"
    assert len({name for names in SECTIONS.values() for name in names}) == 38

"""Costs against closed forms, and the ratio against its own equation."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataworth.banks.value import cost
from dataworth.errors import InputError
from dataworth.ledger import read_printed

CENTRAL = cost.non_labour_ratio(0.45, 0.14)


def some_rates(
    banks=(("华夏银行", "joint-stock"), ("建设银行", "state-owned")), years=(2021, 2022)
):
    rows = [(b, t, y, 0.01 + 0.001 * (y - 2021)) for b, t in banks for y in years]
    table = pd.DataFrame(rows, columns=["bank", "type", "year", "rate"])
    return table.assign(low=table["rate"] * 0.9, high=table["rate"] * 1.2)


def some_pay(periods, bank="华夏银行", amount=1e6):
    return pd.DataFrame({"bank": bank, "period": periods, "pay_increment": amount})


# The ratio


@given(st.floats(0, 5), st.floats(0, 0.9))
def test_the_ratio_solves_its_own_equation(capital, tax):
    total = 1 + cost.non_labour_ratio(capital, tax)
    assert total == pytest.approx(1 + capital + tax * total)


def test_the_printed_ratio_is_the_computed_one_rounded():
    printed = read_printed("banks")
    found = cost.non_labour_ratio(printed("s4.2.capital_ratio"), printed("s4.2.tax_share"))
    assert found == pytest.approx(1.45 / 0.86 - 1)
    assert round(found, 1) == printed("s4.2.non_labour_ratio")


@pytest.mark.parametrize(("capital", "tax"), [(-0.1, 0.1), (0.4, 1.0), (0.4, -0.1)])
def test_impossible_parts_are_refused(capital, tax):
    with pytest.raises(ValueError, match="expected"):
        cost.non_labour_ratio(capital, tax)


@given(st.floats(0, 3), st.floats(0.01, 0.8))
def test_the_readings_of_the_tax_share_are_in_order(capital, tax):
    readings = cost.ratio_readings(capital, tax)
    assert list(readings.index) == [
        "no taxes",
        "labour cost",
        "labour and capital cost",
        "total cost",
    ]
    low, high = cost.ratio_range(capital, tax)
    assert low <= readings["labour cost"] <= cost.non_labour_ratio(capital, tax) <= high


# Labour and total cost


def test_the_formula_read_literally_costs_a_hundred_times_more():
    rate, pay = 0.012, 2e7
    per_cent = 100 * rate
    assert cost.labour_cost(per_cent, pay) == pytest.approx(100 * cost.labour_cost(rate, pay))


@given(st.floats(1e-5, 0.1), st.floats(1, 1e9), st.floats(0, 5))
def test_a_cost_implies_the_rate_and_the_pay_that_made_it(rate, pay, ratio):
    total = cost.total_cost(cost.labour_cost(rate, pay), ratio)
    assert cost.implied_rate(total, pay, ratio) == pytest.approx(rate)
    assert cost.implied_rate(total, rate, ratio) == pytest.approx(pay)


def test_yearly_costs_are_rate_times_pay_with_the_ratio():
    found = cost.costs(some_rates(), some_pay(["2021", "2022"]), 0.5)
    assert found.yearly["labour_cost"].tolist() == pytest.approx([10_000, 11_000])
    assert found.yearly["cost"].tolist() == pytest.approx([15_000, 16_500])
    assert found.quarterly.empty
    assert (found.without_rate, found.without_pay) == (0, 2)


def test_quarters_add_up_to_the_year_and_an_open_year_has_no_yearly_cost():
    quarters = [f"2021Q{q}" for q in (1, 2, 3, 4)] + ["2022Q1"]
    found = cost.costs(some_rates(), some_pay(quarters), 0.5)
    assert found.yearly["year"].tolist() == [2021]
    assert found.quarterly["quarter"].tolist() == quarters
    assert found.quarterly["cost"][:4].sum() == pytest.approx(found.yearly["cost"].sum())
    assert found.quarterly["cost"].iloc[4] == pytest.approx(1e6 * 0.011 * 1.5)


def test_negative_pay_gives_a_negative_cost_and_an_unknown_rate_none():
    rates = some_rates()
    rates.loc[1, "rate"] = np.nan
    found = cost.costs(rates, some_pay(["2021", "2022"], amount=-5e5), 0.5)
    assert found.yearly["cost"].tolist() == pytest.approx([-7500])
    assert found.without_rate == 1


def test_without_a_bank_and_year_in_common_there_is_nothing_to_cost():
    with pytest.raises(
        InputError, match="found none among 上海银行 2021; reports: 华夏银行 2021, "
    ):
        cost.costs(some_rates(), some_pay(["2021"], bank="上海银行"), 0.5)


def test_reports_without_any_term_are_refused():
    with pytest.raises(
        InputError, match="expected a term of the dictionary in a report, found none"
    ):
        cost.costs(some_rates().assign(rate=0.0), some_pay(["2021"]), 0.5)


def test_growth_compares_the_banks_of_both_years():
    table = pd.DataFrame(
        [
            ("a", 2020, 10.0),
            ("a", 2021, 12.0),
            ("b", 2021, 5.0),
            ("b", 2022, 4.0),
            ("c", 2024, 1.0),
        ],
        columns=["bank", "year", "cost"],
    )
    assert cost.total_growth(table).to_dict() == pytest.approx({2021: 0.2, 2022: -0.2})


@pytest.mark.parametrize(
    ("growth", "trend"),
    [
        ([0.1] * 10, True),
        ([0.2, 0.3, -0.1, 0.2, 0.3, 0.1, -0.1, 0.3, 0.2], True),
        ([0.3, -0.3] * 5, False),
        ([-0.1] * 10, False),
        ([0.1, 0.1], True),
        ([0.1, -0.01], False),
        ([], False),
    ],
)
def test_a_trend_may_fall_in_single_years(growth, trend):
    assert cost.has_trend(pd.Series(growth, dtype=float)) == trend

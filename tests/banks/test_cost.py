"""Costs against closed forms, the ratio against its own equation, pay against printed costs."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataworth.banks import cost
from dataworth.banks.simulated_pay import printed_costs, simulate_pay
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
    assert cost.implied_pay(total, rate, ratio) == pytest.approx(pay)


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


# Draws


def row(**values):
    given = {"pay_increment": 1e6, "rate": 0.01, "low_rate": 0.01, "high_rate": 0.01}
    return pd.DataFrame([given | values])


def test_without_any_doubt_every_draw_is_the_cost():
    draws = cost.draw_costs(row(), (0.6, 0.6, 0.6), draws=10, seed=1)
    assert draws == pytest.approx(np.full((10, 1), 16_000))


def test_the_interval_of_the_rate_becomes_that_of_the_cost():
    draws = cost.draw_costs(
        row(low_rate=0.009, high_rate=0.013), (0.5, 0.5, 0.5), draws=200_000, seed=1, level=0.9
    )
    low, high = cost.interval(draws, 0.9)
    assert low[0] == pytest.approx(13_500, rel=2e-3)
    assert high[0] == pytest.approx(19_500, rel=2e-3)
    assert np.median(draws) == pytest.approx(15_000, rel=2e-3)


def test_the_ratio_is_triangular_and_shared_by_all():
    two = pd.concat([row(), row(pay_increment=2e6)], ignore_index=True)
    draws = cost.draw_costs(two, (0.5, 0.6, 0.8), draws=100_000, seed=1)
    ratio = draws[:, 0] / 10_000 - 1
    assert (ratio.min() >= 0.5) and (ratio.max() <= 0.8)
    assert ratio.mean() == pytest.approx((0.5 + 0.6 + 0.8) / 3, abs=1e-3)
    assert np.quantile(ratio, 1 / 3) == pytest.approx(0.6, abs=2e-3)
    assert draws[:, 1] == pytest.approx(2 * draws[:, 0])


def test_sums_of_draws_are_by_group():
    draws = np.arange(12.0).reshape(3, 4)
    found = cost.sum_draws(draws, pd.Series(["a", "b", "a", "b"], index=[7, 8, 9, 9]))
    assert found["a"].tolist() == [2, 10, 18]
    assert found["b"].tolist() == [4, 12, 20]


# Simulated pay


ALL = (("华夏银行", "joint-stock"), ("中国银行", "state-owned"), ("苏农银行", "rural"))


def test_simulated_pay_meets_the_printed_costs_of_2022():
    rates = some_rates((*ALL, ("北京银行", "city")), range(2007, 2023))
    pay = simulate_pay(rates, printed_costs(), ratio=CENTRAL, seed=3)
    found = cost.costs(rates, pay, CENTRAL).quarterly
    table = found[found["quarter"] >= "2022"].pivot(index="quarter", columns="bank", values="cost")
    assert np.allclose(table[printed_costs().columns], printed_costs())
    assert len(pay) == 4 * 16 * 4
    assert (pay["pay_increment"] > 0).all()


def test_a_banks_pay_does_not_depend_on_other_banks_or_years():
    few = some_rates((*ALL, ("北京银行", "city")))
    many = some_rates((*ALL, ("上海银行", "city"), ("北京银行", "city")), range(2007, 2025))
    one, other = (simulate_pay(r, printed_costs(), ratio=CENTRAL, seed=3) for r in (few, many))
    joined = one.merge(other, on=["bank", "period"])
    assert len(joined) == len(one)
    assert np.allclose(joined["pay_increment_x"], joined["pay_increment_y"])


def test_pay_grows_and_follows_the_size_of_its_type():
    rates = some_rates(
        (*ALL, ("建设银行", "state-owned"), ("常熟银行", "rural")), range(2007, 2023)
    )
    pay = simulate_pay(rates, printed_costs(), ratio=CENTRAL, seed=3)
    pay["year"] = pay["period"].str[:4].astype(int)
    table = pay.pivot_table(index="year", columns="bank", values="pay_increment", aggfunc="sum")
    assert (table.loc[2022] > 2 * table.loc[2007]).all()
    assert (table["建设银行"] > 10 * table["常熟银行"]).all()


def test_pay_can_be_made_for_banks_of_which_nothing_is_printed():
    rates = some_rates((("盛京银行", ""),), (2023, 2024)).assign(rate=0.0)
    pay = simulate_pay(rates, printed_costs(), ratio=CENTRAL, seed=3)
    assert pay["period"].tolist() == [f"{y}Q{q}" for y in (2023, 2024) for q in (1, 2, 3, 4)]
    assert np.isfinite(pay["pay_increment"]).all()


def test_another_seed_gives_other_pay_but_the_same_calibration():
    rates = some_rates(ALL)
    one, two = (simulate_pay(rates, printed_costs(), ratio=CENTRAL, seed=s) for s in (3, 4))
    same = np.isclose(one["pay_increment"], two["pay_increment"])
    assert same.tolist() == one["period"].str.startswith("2022").tolist()

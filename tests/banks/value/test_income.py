"""Income of data: known banks and files, and the identities of the printed formula."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataworth.banks.value import income, stock
from dataworth.errors import InputError

HUAXIA = "华夏银行"


def yearly(values, first=2007):
    years = range(first, first + len(values))
    return pd.Series(np.asarray(values, float), index=pd.Index(years, name="year"))


def bank_years(**years):
    return pd.DataFrame([(b, y) for b, ys in years.items() for y in ys], columns=["bank", "year"])


# --- what goes in


def test_a_bank_that_was_asked_for_is_taken_or_refused():
    costs = bank_years(甲=[2020], 乙=[2020, 2021])
    assert income.choose_bank(costs, "甲", default=HUAXIA) == "甲"
    with pytest.raises(InputError, match="bank: expected one of 乙, 甲, found '丙'"):
        income.choose_bank(costs, "丙", default=HUAXIA)


def test_where_nobody_asked_the_best_covered_bank_stands_in():
    assert (
        income.choose_bank(bank_years(甲=[2020], 乙=[2020, 2021]), HUAXIA, default=HUAXIA) == "乙"
    )
    with pytest.raises(InputError, match="found '华夏银行'"):
        income.choose_bank(bank_years(), HUAXIA, default=HUAXIA)


def test_only_the_years_after_the_last_gap_are_kept():
    series = yearly([1, 2, 3, 4, 5]).drop(2009)
    assert income.last_run(series).index.tolist() == [2010, 2011]
    assert income.last_run(series.iloc[:0]).empty
    assert len(income.last_run(yearly([1, 2, 3]))) == 3


def test_public_profit_is_summed_over_the_quarters_of_a_year():
    found = income.annual_profit(HUAXIA)
    assert found.loc[2022] == pytest.approx(25_035_000)  # annual report, attributable
    assert income.annual_profit("中国银行").index.min() == 2007
    assert income.annual_profit("某银行").empty


def test_a_users_profit_comes_first_and_broken_years_are_left_out():
    pay = pd.DataFrame(
        {
            "bank": [HUAXIA] * 7,
            "period": [f"2020Q{q}" for q in (1, 2, 3, 4)] + [f"2021Q{q}" for q in (1, 2, 3)],
            "net_profit": [1.0, 2, 3, 4, 5, 6, 7],
        }
    )
    assert income.annual_profit(HUAXIA, pay).to_dict() == {2020: 10}
    by_year = pd.DataFrame({"bank": ["甲"], "period": ["2021"], "net_profit": [9.0]})
    assert income.annual_profit("甲", by_year).to_dict() == {2021: 9}
    no_profit = by_year.drop(columns="net_profit")
    assert income.annual_profit("甲", no_profit).empty
    assert income.annual_profit(HUAXIA, no_profit).loc[2022] > 0


def test_the_base_is_what_was_left_and_what_was_added():
    found = income.income_base(yearly([100, 40, 0]), 10)
    assert found["opening"].tolist() == pytest.approx([0, 100, 130])
    assert found["base"].tolist() == pytest.approx([100, 140, 130])
    assert found["stock"].tolist() == pytest.approx([100, 130, 116])


def test_a_contribution_rate_needs_a_profit():
    rate = income.contribution_rate(yearly([10, 10, 10]), yearly([100, 0]))
    assert rate.iloc[0] == 0.1
    assert rate.iloc[1:].isna().all()


# --- the circle


@given(
    st.lists(st.floats(1, 1e6), min_size=3, max_size=15),
    st.floats(0.5, 1.5),
    st.sampled_from(["flat", "held", "recomputed"]),
    st.sampled_from(["level", "log"]),
)
def test_the_level_of_profit_cancels_from_every_reading(costs, factor, reading, transform):
    costs, profit = yearly(costs), yearly(1e6 * 1.1 ** np.arange(len(costs)))
    first, second = (
        income.future_revenue(costs, p, life=10, years=6, reading=reading, transform=transform)
        for p in (profit, factor * profit)
    )
    assert second == pytest.approx(first, rel=1e-6)


def test_only_the_growth_of_profit_is_left_where_the_rate_is_held():
    costs, profit = yearly([10.0] * 5), yearly(100 * 1.1 ** np.arange(5))
    held = income.future_revenue(costs, profit, life=10, years=3, reading="held", transform="log")
    base = income.income_base(costs, 10)["base"].iloc[-1]
    assert held == pytest.approx(base * 1.1 ** np.arange(1, 4))


def test_a_recomputed_rate_gives_forecast_costs_back():
    costs = yearly([10.0, 20, 30])
    ahead = income.future_revenue(costs, yearly([]), life=10, years=2, reading="recomputed")
    longer = income.income_base(yearly([10.0, 20, 30, 40, 50]), 10)["base"]
    assert ahead == pytest.approx(longer.iloc[-2:].to_numpy())
    with_profit = income.future_revenue(
        costs, yearly([7.0, 5, 9]), life=10, years=2, reading="recomputed"
    )
    assert with_profit == pytest.approx(ahead)


def test_readings_that_cannot_be_computed_are_missing():
    costs = yearly([10.0, 20, 30])

    def ahead(costs, profit, reading, transform="level"):
        options = {"life": 10, "years": 2, "reading": reading, "transform": transform}
        return income.future_revenue(costs, yearly(profit), **options)

    assert np.isnan(ahead(costs, [5.0, 6], "held")).all()
    assert ahead(costs, [5.0, 6], "recomputed", "log") == pytest.approx(
        ahead(costs, [5.0, 6, 8], "recomputed", "log")
    )
    assert ahead(yearly([10.0]), [], "flat").tolist() == [10, 10]
    assert np.isnan(ahead(yearly([10.0]), [], "recomputed")).all()


# --- the years ahead


@pytest.mark.parametrize("count", [2, 5, 20])
def test_a_line_and_an_exponential_are_continued(count):
    line = yearly(100 + 7.0 * np.arange(count))
    assert income.years_ahead(line, 3).tolist() == pytest.approx(
        (line.iloc[-1] + 7 * np.arange(1, 4)).tolist()
    )
    power = yearly(100 * 1.2 ** np.arange(count))
    found = income.years_ahead(power, 2, transform="log")
    assert found.tolist() == pytest.approx([power.iloc[-1] * 1.2, power.iloc[-1] * 1.44])
    assert found.index.tolist() == [2007 + count, 2008 + count]


def test_revenue_grows_to_its_peak_and_fades_after_it():
    path = income.revenue_shape(20, growth=0.1, peak=4, decay=0.2)
    assert path.argmax() == 3
    assert path[4:] == pytest.approx(path[3] * 0.8 ** np.arange(1, 17))
    assert income.revenue_shape(5, growth=0, peak=0, decay=0).tolist() == [1] * 5


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: income.years_ahead(yearly([1.0]), 3), "at least 2 years to forecast from"),
        (
            lambda: income.years_ahead(yearly([1.0, -2, 3]), 3, transform="log"),
            "expected positive values, found -2",
        ),
    ],
)
def test_bad_calls_are_refused_in_one_line(call, message):
    with pytest.raises(InputError, match=message) as caught:
        call()
    assert "\n" not in str(caught.value)


def test_the_renewal_value_by_hand():
    # Revenues 10 and 4 that halve: kept while at least 2, so for three years and for two.
    average, of_average, years = income.renewal_value(
        np.array([10.0, 4.0]), 2.0, decay=0.5, rate=0.1
    )
    ten, four = 8 / 1.1 + 3 / 1.21 + 0.5 / 1.331, 2 / 1.1 + 0
    assert average == pytest.approx((ten + four) / 2)
    assert of_average == pytest.approx(5 / 1.1 + 1.5 / 1.21)
    assert years == pytest.approx(2.5)


# --- what the value rests on


@given(st.floats(-0.2, 3), st.integers(2, 30))
def test_the_implied_return_discounts_the_revenue_to_the_price(rate, years):
    price = 7 * float(stock.annuity_factor(rate, years))
    assert income.implied_return(7.0, price, years) == pytest.approx(rate, abs=1e-6)


def test_a_stock_that_pays_itself_back_every_year_returns_all_but_a_hundred_per_cent():
    assert income.implied_return(1.0, 1.0, 10) == pytest.approx(0.999, abs=5e-4)


def test_growth_agrees_with_itself_whatever_the_scale():
    series = yearly([1.0, 2, 3, 5, 4])
    assert income.growth_agreement(series, 7 * series) == pytest.approx(1)
    assert income.growth_agreement(series, 1 / series) == pytest.approx(-1)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("other", [yearly([2.0] * 5), yearly([1.0, 2]), yearly([0.0] * 5)])
def test_no_agreement_where_nothing_varies_or_little_is_known(other):
    assert np.isnan(income.growth_agreement(yearly([1.0, 2, 3, 5, 4]), other))


@pytest.mark.parametrize(("revenue", "price"), [(0.0, 1.0), (1.0, 0.0), (1e9, 1e-3)])
def test_no_return_without_a_price_and_a_revenue(revenue, price):
    assert np.isnan(income.implied_return(revenue, price, 10))

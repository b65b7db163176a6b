"""Stocks and present values against closed forms."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataworth.banks.value import stock
from dataworth.errors import InputError

rates = st.floats(0.001, 0.5)
lives = st.integers(1, 30)
amounts = st.lists(st.floats(0, 1e6), min_size=1, max_size=25)


def yearly(values, first=2007):
    return pd.Series(np.asarray(values, float), index=range(first, first + len(values)))


def present_value(revenues, rate):
    return sum(revenue / (1 + rate) ** (t + 1) for t, revenue in enumerate(revenues))


@given(lives)
def test_constant_costs_lead_to_the_linear_steady_state(life):
    path = stock.straight_line_stock(yearly([100.0] * (life + 5)), life)
    assert path.iloc[life - 1 :].to_numpy() == pytest.approx(100 * (life + 1) / 2)


@given(st.floats(0.05, 1))
def test_constant_costs_lead_to_the_geometric_steady_state(depreciation):
    path = stock.perpetual_inventory(yearly([100.0] * 600), depreciation)
    assert path.iloc[-1] == pytest.approx(100 / depreciation)


@given(st.floats(0.05, 0.9), st.floats(-0.04, 0.3))
def test_the_growth_rule_starts_on_the_path_of_growing_costs(depreciation, growth):
    costs = yearly(100 * (1 + growth) ** np.arange(20))
    path = stock.perpetual_inventory(costs, depreciation, growth=growth)
    steady = costs * (1 + growth) / (growth + depreciation)
    assert path.to_numpy() == pytest.approx(steady.to_numpy())


@given(amounts, lives)
def test_what_is_written_off_over_all_years_is_what_was_spent(costs, life):
    costs = yearly(costs + [0.0] * life)
    path = stock.straight_line_stock(costs, life)
    written_off = path.shift(fill_value=0) + costs - path
    assert written_off.sum() == pytest.approx(costs.sum())
    assert path.iloc[-1] == pytest.approx(0, abs=1e-6)


def test_the_columns_of_a_frame_are_separate_series():
    costs = yearly([3.0, 5, 8, 2])
    both = pd.DataFrame({"a": costs, "b": 2 * costs})
    for build in (
        lambda c: stock.straight_line_stock(c, 3),
        lambda c: stock.perpetual_inventory(c, 0.2, growth=0.1),
    ):
        assert build(both)["a"].tolist() == pytest.approx(build(costs).tolist())
        assert build(both)["b"].tolist() == pytest.approx((2 * build(costs)).tolist())


@given(rates, lives)
def test_the_present_value_of_one_a_year_is_the_annuity_factor(rate, years):
    assert stock.annuity_factor(rate, years) == pytest.approx(present_value([1.0] * years, rate))


@given(rates, lives, st.floats(0, 0.9))
def test_a_decaying_annuity_equals_its_sum(rate, years, decay):
    expected = present_value((1 - decay) ** np.arange(years), rate)
    assert stock.annuity_factor(rate, years, decay=decay) == pytest.approx(expected)


def test_the_closing_stock_is_the_last_of_the_path_for_every_draw():
    costs, lives = np.random.default_rng(1).random((6, 3)), np.array([1.0, 4.5, 10.0])
    found = stock.closing_stock(costs, lives)
    for draw, life in enumerate(lives):
        path = stock.straight_line_stock(yearly(costs[:, draw]), life)
        assert found[draw] == pytest.approx(path.iloc[-1])
    assert stock.closing_stock(costs[:, 0], np.full((2, 4), 3.0)).shape == (2, 4)


@given(lives)
def test_the_geometric_rate_leaves_the_stock_of_straight_lines(life):
    straight = stock.straight_line_stock(yearly([100.0] * (life + 1)), life).iloc[-1]
    assert 100 / stock.geometric_rate(life) == pytest.approx(straight)


def test_nothing_is_discounted_at_zero():
    assert stock.annuity_factor(0.0, 7) == 7
    assert stock.annuity_factor(-0.1, 3, decay=0.1) == pytest.approx(3 / 0.9)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: stock.straight_line_stock(yearly([1.0]), 0), "life: expected years above 0"),
        (
            lambda: stock.straight_line_stock(yearly([1.0, 2, 3]).drop(2008), 10),
            r"costs: expected consecutive years, found \[2007, 2009\]",
        ),
        (
            lambda: stock.perpetual_inventory(yearly([1.0, np.nan]), 0.1),
            "a number in every year, found none in 2008",
        ),
        (lambda: stock.perpetual_inventory(yearly([1.0]), 1.5), "up to 1, found 1.5"),
        (
            lambda: stock.perpetual_inventory(yearly([1.0]), 0.1, growth=-0.2),
            "growth: expected above -0.1",
        ),
        (lambda: stock.annuity_factor([0.1, -1.0], 5), "rate: expected above -1, found -1"),
        (lambda: stock.straight_line_stock(yearly([]), 5), "consecutive years, found none"),
        (lambda: stock.annuity_factor(0.1, -1), "years: expected 0 or more, found -1"),
        (lambda: stock.annuity_factor(0.1, 5, decay=1.2), "decay: expected a share"),
    ],
)
def test_bad_calls_are_refused_in_one_line(call, message):
    with pytest.raises(InputError, match=message) as caught:
        call()
    assert "\n" not in str(caught.value)

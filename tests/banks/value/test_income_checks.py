"""Returns and growth that agrees against planted truths."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataworth.banks.value import income_checks, stock


def yearly(values, first=2007):
    return pd.Series(np.asarray(values, float), index=range(first, first + len(values)))


@given(st.floats(-0.2, 3), st.integers(2, 30))
def test_the_implied_return_discounts_the_revenue_to_the_price(rate, years):
    price = 7 * float(stock.annuity_factor(rate, years))
    assert income_checks.implied_return(7.0, price, years) == pytest.approx(rate, abs=1e-6)


def test_a_stock_that_pays_itself_back_every_year_returns_all_but_a_hundred_per_cent():
    assert income_checks.implied_return(1.0, 1.0, 10) == pytest.approx(0.999, abs=5e-4)


def test_growth_agrees_with_itself_whatever_the_scale():
    series = yearly([1.0, 2, 3, 5, 4])
    assert income_checks.growth_agreement(series, 7 * series) == pytest.approx(1)
    assert income_checks.growth_agreement(series, 1 / series) == pytest.approx(-1)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("other", [yearly([2.0] * 5), yearly([1.0, 2]), yearly([0.0] * 5)])
def test_no_agreement_where_nothing_varies_or_little_is_known(other):
    assert np.isnan(income_checks.growth_agreement(yearly([1.0, 2, 3, 5, 4]), other))


@pytest.mark.parametrize(("revenue", "price"), [(0.0, 1.0), (1.0, 0.0), (1e9, 1e-3)])
def test_no_return_without_a_price_and_a_revenue(revenue, price):
    assert np.isnan(income_checks.implied_return(revenue, price, 10))

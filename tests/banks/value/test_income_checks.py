"""Returns, elasticities and shares of variance against planted truths."""

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


@pytest.mark.parametrize("differences", [True, False])
def test_a_planted_elasticity_is_recovered(differences):
    rng = np.random.default_rng(1)
    x = rng.normal(0.1, 0.1, 40).cumsum()
    y = 3 + 0.4 * x + 0.01 * rng.normal(size=40)
    found = income_checks.profit_elasticity(
        yearly(np.exp(y)), yearly(np.exp(x)), differences=differences
    )
    assert found.low < 0.4 < found.high
    assert found.high - found.low < 0.12


def test_the_interval_of_an_elasticity_is_that_of_statsmodels():
    import statsmodels.api as sm

    rng = np.random.default_rng(2)
    x, y = rng.normal(size=12), rng.normal(size=12)
    found = income_checks.profit_elasticity(
        yearly(np.exp(y)), yearly(np.exp(x)), differences=False, level=0.9
    )
    expected = sm.OLS(y, sm.add_constant(x)).fit()
    assert found.value == pytest.approx(expected.params[1])
    assert [found.low, found.high] == pytest.approx(expected.conf_int(0.1)[1].tolist())


def test_years_without_a_logarithm_do_not_count():
    profit, stocks = yearly([1.0, -2, 3, 4, 6, 5]), yearly([2.0, 3, 4, 6, 7, 9])
    found = income_checks.profit_elasticity(profit, stocks, differences=False)
    known = profit > 0
    assert found == income_checks.profit_elasticity(profit[known], stocks, differences=False)
    too_few = income_checks.profit_elasticity(profit.iloc[:4], stocks, differences=False)
    assert np.isnan(too_few).all()


def test_growth_agrees_with_itself_whatever_the_scale():
    series = yearly([1.0, 2, 3, 5, 4])
    assert income_checks.growth_agreement(series, 7 * series) == pytest.approx(1)
    assert income_checks.growth_agreement(series, 1 / series) == pytest.approx(-1)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("other", [yearly([2.0] * 5), yearly([1.0, 2]), yearly([0.0] * 5)])
def test_no_agreement_where_nothing_varies_or_little_is_known(other):
    assert np.isnan(income_checks.growth_agreement(yearly([1.0, 2, 3, 5, 4]), other))


def test_the_shares_of_variance_are_those_of_the_sobol_indices():
    from SALib.analyze import sobol
    from SALib.sample import sobol as sampler

    bounds = [[80, 120], [0.06, 0.18], [5, 25]]
    problem = {"num_vars": 3, "names": ["cost", "rate", "period"], "bounds": bounds}
    points = sampler.sample(problem, 2048, seed=6)
    values = points[:, 0] * stock.annuity_factor(points[:, 1], points[:, 2])
    expected = sobol.analyze(problem, values, seed=6)["S1"]
    rng = np.random.default_rng(7)
    draws = (rng.uniform(low, high, 4000) for low, high in bounds)
    found = income_checks.variance_shares(*draws)
    assert [found[n] for n in problem["names"]] == pytest.approx(expected.tolist(), abs=0.05)
    assert sum(found.values()) == pytest.approx(1)


def test_what_does_not_vary_explains_nothing():
    fixed = np.full(50, 3.0)
    found = income_checks.variance_shares(np.arange(50.0), fixed * 0.01, fixed)
    assert found["cost"] == pytest.approx(1)
    assert [found["rate"], found["period"]] == pytest.approx([0, 0])
    assert sum(income_checks.variance_shares(fixed, fixed * 0.01, fixed).values()) <= 1


@pytest.mark.parametrize(("revenue", "price"), [(0.0, 1.0), (1.0, 0.0), (1e9, 1e-3)])
def test_no_return_without_a_price_and_a_revenue(revenue, price):
    assert np.isnan(income_checks.implied_return(revenue, price, 10))

"""Marginal contribution and the paper's reading of it, where the truth is known."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dataworth.banks.returns import verification
from dataworth.banks.returns.panels import TRUTHS
from dataworth.errors import InputError

YEARS = range(2007, 2023)
SMALL = {"panels": 100, "level": 0.95, "seed": 5}


def yearly(values):
    return pd.Series(np.asarray(values, float), index=YEARS[: len(values)])


def test_the_rate_is_cost_over_income():
    rate = verification.marginal_contribution_rate(yearly([1, 3]), yearly([10, 12]))
    assert list(rate) == pytest.approx([0.1, 0.25])


def test_an_average_is_no_margin():
    # Profit that owes nothing to data: the rate moves, the marginal product is zero.
    cost, profit = yearly([1, 2, 4]), yearly([10, 10, 10])
    assert list(verification.marginal_contribution_rate(cost, profit)) == [0.1, 0.2, 0.4]


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    elasticity=st.floats(-1, 2),
    profit=st.lists(st.floats(1, 1e6), min_size=4, max_size=16),
    seed=st.integers(0, 99),
)
def test_any_elasticity_fits_any_record_exactly(elasticity, profit, seed):
    cost = yearly(np.random.default_rng(seed).uniform(1, 50, len(profit)))
    profit = yearly(profit)
    rest = verification.growth_left_over(profit, cost, elasticity)
    path = np.exp(rest.cumsum()) * (cost.iloc[1:] / cost.iloc[0]) ** elasticity
    assert (profit.iloc[0] * path).to_numpy() == pytest.approx(profit.iloc[1:].to_numpy())


@pytest.mark.parametrize(("share", "error"), [(0.02, 0.01), (0.3, -0.05), (0.5, 0.0)])
def test_the_error_of_a_residual_against_plain_arithmetic(share, error):
    income, data = 1000.0, 1000.0 * share
    subtracted = (income - data) / (1 + error)
    found = (income - subtracted) / data - 1
    assert verification.residual_error(share, error) == pytest.approx(found)


def test_under_slowing_growth_the_papers_reading_cannot_tell_worlds_apart():
    table = verification.conclusion_table(list(TRUTHS), ["both slow down"], **SMALL)
    assert table["paper, one bank"].min() > 0.85
    assert table["paper, mean of banks"].min() > 0.95


def test_the_marginal_product_tells_them_apart_where_data_are_measured_well():
    table = verification.conclusion_table(list(TRUTHS), ["both slow down"], **SMALL)
    speaks = table["marginal product"].droplevel("setting")
    for name, truth in TRUTHS.items():
        if truth.returns == "diminishing":
            assert speaks[name] > 0.9
        elif truth.returns != "rising, then falling":
            assert speaks[name] < 0.1


def test_only_a_peak_of_the_marginal_product_is_found_as_one():
    table = verification.conclusion_table(list(TRUTHS), ["both slow down"], **SMALL)
    found = table["marginal peak"].droplevel("setting")
    assert found["marginal peak"] > 0.8
    # Where data are a small part, a parabola in logs bends the wrong way at the ends.
    assert found["increasing, small part"] > 0.3
    assert found.drop(["marginal peak", "increasing, small part"]).max() < 0.1
    # A world of the one kind is not taken for the other.
    assert table["Lind and Mehlum"].droplevel("setting")["marginal peak"] < 0.05


def test_an_elasticity_below_one_is_no_proof_where_data_are_a_small_part():
    table = verification.conclusion_table(["increasing, small part"], ["steady growth"], **SMALL)
    assert table["elasticity"].iloc[0] > 0.9
    assert table["marginal product"].iloc[0] < 0.1


def test_a_bad_measure_makes_constant_returns_look_diminishing():
    names = ["both slow down", "both, and data measured badly"]
    table = verification.conclusion_table(["constant returns"], names, **SMALL)
    assert table["marginal product"].iloc[0] < 0.1
    assert table["marginal product"].iloc[1] > 0.9
    assert table["estimate"].iloc[1] < 0.85


def test_shares_of_the_table_are_shares():
    table = verification.conclusion_table(["no effect", "inverted U"], ["steady growth"], **SMALL)
    shares = table[list(verification.READINGS)]
    assert shares.to_numpy().min() >= 0
    assert shares.to_numpy().max() <= 1
    assert table.index.names == ["setting", "truth"]


def test_power_grows_and_intervals_narrow_with_the_panel():
    cases = {
        "elasticity": ("elasticity", "diminishing returns"),
        "finds": ("Lind and Mehlum", "inverted U"),
    }
    table = verification.power_table(
        cases, banks=(5, 40), years=(8, 16), setting="both slow down", **SMALL
    )
    assert table.loc[(40, 16), "finds"] > table.loc[(5, 8), "finds"] + 0.2
    assert table["half_width"].is_monotonic_decreasing


@pytest.mark.parametrize("bad", [0.0, -36.0, float("nan")])
def test_amounts_that_have_no_logarithm_are_refused_in_one_line(bad):
    with pytest.raises(InputError, match=r"profit: expected positive amounts, found .* in 2008"):
        verification.growth_left_over(yearly([1, bad, 3]), yearly([1, 2, 3]), 0.5)
    with pytest.raises(InputError, match="income: expected positive amounts"):
        verification.marginal_contribution_rate(yearly([1, 2, 3]), yearly([1, bad, 3]))

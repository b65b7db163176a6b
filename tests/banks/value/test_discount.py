"""Discount rates against the printed one, the card of the facts, and closed forms."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataworth.banks.value import discount, stock
from dataworth.errors import InputError
from dataworth.ledger import read_printed

printed = read_printed("banks")
RATES = st.floats(0.005, 0.3)


def paper_inputs():
    return {
        "risk_free": printed("s4.4.risk_free_rate"),
        "beta": printed("s4.4.beta"),
        "market_return": printed("s4.4.market_return"),
        "specific": printed("s4.4.specific_risk"),
    }


def table(**changes):
    arguments = {"first": 2007, "last": 2022} | changes
    return discount.combinations(
        arguments["first"], arguments["last"], specific=(0.03, 0.04, 0.05), paper_beta=0.36
    )


def test_the_printed_inputs_give_the_printed_rate():
    rate = discount.capm_rate(**paper_inputs())
    assert round(rate, 4) == printed("s4.4.discount_rate")


def test_without_systematic_risk_only_the_premium_for_specific_risk_is_added():
    assert discount.capm_rate(0.03, 0.0, 0.5, 0.04) == pytest.approx(0.07)
    assert discount.capm_rate(0.03, 1.0, 0.5) == pytest.approx(0.5)


def test_means_agree_with_the_card_of_the_facts():
    market = discount.read_market()
    returns = market["market"].loc[2007:2022]
    assert discount.mean_return(returns, "arithmetic") == pytest.approx(0.1460, abs=5e-5)
    assert discount.mean_return(returns, "compound") == pytest.approx(0.0408, abs=5e-5)
    assert market["yield"].loc[2013:2022].mean() == pytest.approx(0.0333, abs=5e-5)
    betas = discount.read_betas()
    betas = betas[betas["year"].between(2007, 2022)].groupby("year")[["daily", "weekly"]].mean()
    assert betas.mean().tolist() == pytest.approx([0.82, 0.80], abs=0.005)


def test_a_year_that_is_not_over_is_left_out():
    assert discount.read_market().index.max() == 2025
    assert not set(discount.NO_BANKS) & set(discount.read_betas()["code"])


@given(st.lists(st.floats(-0.6, 1.5), min_size=2, max_size=20))
def test_a_compound_mean_never_exceeds_the_arithmetic_one(values):
    returns = pd.Series(values)
    compound = discount.mean_return(returns, "compound")
    assert compound <= discount.mean_return(returns, "arithmetic") + 1e-12
    assert (1 + compound) ** len(values) == pytest.approx((1 + returns).prod())


def test_windows_are_those_that_fit_and_differ():
    assert discount.windows(2007, 2022) == {
        "whole": (2007, 2022),
        "ten": (2013, 2022),
        "ten_before": (2012, 2021),
        "five": (2018, 2022),
    }
    assert discount.windows(2013, 2022) == {"whole": (2013, 2022), "five": (2018, 2022)}
    assert discount.windows(2018, 2022) == {"whole": (2018, 2022)}
    with pytest.raises(InputError, match="at least 5 years, found 2020 to 2022"):
        discount.windows(2020, 2022)


def test_every_combination_is_there_once_and_obeys_the_equation():
    found = table()
    choices = found.drop(columns=[*discount.INPUTS, "rate"]).assign(s=found["specific"])
    assert len(found) + found.attrs["dropped"] == 4 * 6 * 7 * 3
    assert not choices.duplicated().any()
    assert found["rate"].to_numpy() == pytest.approx(
        (
            found["risk_free"] * (1 - found["beta"])
            + found["beta"] * found["market_return"]
            + found["specific"]
        ).to_numpy()
    )
    assert set(found["beta_kind"]) == {"daily", "weekly", "paper"}
    assert (found.loc[found["beta_kind"] == "paper", "beta"] == 0.36).all()


def test_one_combination_by_hand():
    found = table().query(
        "risk_free_window == '2013-2022' and market_window == '2007-2022'"
        " and market_mean == 'compound' and beta_kind == 'paper' and specific == 0.05"
    )
    assert found["rate"].tolist() == pytest.approx(
        [0.033331 + 0.36 * (0.0408239 - 0.033331) + 0.05], abs=1e-6
    )


def test_years_in_which_shares_earned_less_than_bonds_are_no_guide():
    found = table(first=2008, last=2022)
    assert found.attrs["dropped"] > 0
    assert (found["market_return"] > found["risk_free"]).all()
    with pytest.raises(InputError, match="shares earned more than bonds, found 2018 to 2022"):
        table(first=2018)


def test_the_window_that_made_a_number_is_found():
    series = pd.Series(np.arange(12.0) ** 2, index=range(2000, 2012))
    found = discount.matching_windows(series, series.loc[2003:2008].mean()).iloc[0]
    assert (found["first"], found["last"], found["gap"]) == (2003, 2008, 0)
    assert (discount.matching_windows(series, 0.0, shortest=10)["years"] >= 10).all()


@given(st.floats(0.1, 1.5), st.floats(0, 20), st.floats(0, 0.5))
def test_leverage_undoes_levering(asset_beta, leverage, tax):
    equity_beta = asset_beta * (1 + (1 - tax) * leverage)
    found = discount.implied_leverage(equity_beta, asset_beta, tax=tax)
    assert found == pytest.approx(leverage, abs=1e-9)


@given(RATES, st.floats(1.5, 40))
def test_a_decay_and_its_years_are_worth_the_same(rate, years):
    decay = discount.equivalent_decay(rate, years)
    endless = stock.annuity_factor(rate, 2000, decay=decay)
    assert endless == pytest.approx(stock.annuity_factor(rate, years), rel=1e-3)
    assert discount.equivalent_years(rate, decay) == pytest.approx(years)

"""One asset by every method: known answers, properties, and what the record gives."""

import time

import numpy as np
import pandas as pd
import pytest

from dataworth.asset.value import assumptions, over_weights, pooled, value_asset
from dataworth.banks.value import discount
from dataworth.banks.value.asset import Asset, Assumptions
from dataworth.banks.value.methods import METHODS
from dataworth.facts import read_facts
from dataworth.finance.pledge.loan import Pledge, carried_loan

from .assets import NAMES, described, sample

CERTAIN = {
    "life": 4, "rate": 0.1, "growth": 0, "decay": 0, "markup": 0.1, "price_growth": 0,
    "royalty": 0.05, "upkeep": 0.2, "rebuild": 2, "workforce": 0.3, "outlay": 0.4, "wait": 2,
    "volatility": 0.4, "leakage": 0, "risk_free": 0.03,
}  # fmt: skip


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    return described(tmp_path_factory.mktemp("asset"))


@pytest.fixture(scope="module")
def found(whole):
    return value_asset(whole, draws=2000, seed=3)


def test_the_sum_of_costs_and_a_case_are_worked_by_hand(tmp_path):
    asset = described(tmp_path, assumptions=CERTAIN, quality={"scores": {"accuracy": 0.5}})
    central = value_asset(asset, draws=100).central
    stock = 300 + 200 * 3 / 4 + 100 * 2 / 4
    assert central["sum_of_costs"] == pytest.approx(stock)
    assert central["replacement_cost"] == pytest.approx(1.1 * stock * 0.5)
    assert central["comparables"] == pytest.approx(stock * 3 * 0.8 * 0.5)
    annuity = sum(1.1**-t for t in (1, 2, 3, 4))
    assert central["income"] == pytest.approx(0.3 * 100 * annuity)


def test_relief_starts_from_revenue_and_excess_earnings_from_profit(tmp_path):
    asset = described(tmp_path, assumptions=CERTAIN)
    central = value_asset(asset, draws=100).central
    costs = pd.Series({2023: 100.0, 2024: 200.0, 2025: 300.0})
    zero = dict.fromkeys(
        ("working_capital", "fixed_assets", "customers", "regulatory_capital"), 0.0
    )
    given = Assumptions(period=4, tax=0.25, tax_life=10, margin=1.0, **CERTAIN, **zero)
    for key, base in (("relief_from_royalty", 1000.0), ("excess_earnings", 100.0)):
        by_hand = METHODS[key](Asset("x", costs, pd.Series({2025: base})), given)
        assert central[key] == pytest.approx(by_hand)


def test_every_method_applies_and_has_an_interval_with_its_median_inside(found):
    assert [*found.central.index] == [*METHODS]
    table = found.summary
    assert (table["low"] <= table["median"]).all()
    assert (table["median"] <= table["high"]).all()


def test_a_seed_gives_the_same_and_another_one_nearly_the_same(whole, found):
    again, other = (value_asset(whole, draws=2000, seed=seed) for seed in (3, 4))
    pd.testing.assert_frame_equal(found.summary, again.summary)
    assert not found.summary.equals(other.summary)
    ratio = other.summary["median"] / found.summary["median"]
    assert ratio.drop("real_option").between(0.93, 1.07).all()


def test_what_is_given_is_marked_given_and_the_rest_has_a_source(whole):
    table = assumptions(whole)
    given = ["period", "contribution", "loss", "multiple", "quality", "royalty", "workforce"]
    assert (table.loc[given, "basis"] == "given").all()
    assert table.loc["loss", "central"] == pytest.approx(0.2)
    assert table.loc["quality", ["low", "high"]].tolist() == [0.5, 0.9]
    assert (table.loc[["life", "tax", "risk_free"], "basis"] == "on record").all()
    assert (table.loc[["rate", "decay"], "basis"] == "illustrative").all()


def test_income_ends_with_the_rights(tmp_path):
    table = assumptions(described(tmp_path, term=None, rights={"until": 2028}))
    assert table.loc["period", ["low", "central", "high"]].tolist() == [2.8, 3, 3]
    assert table.loc["period", "source"] == "rights.until"


def test_lives_and_risk_free_rates_on_record_are_those_of_the_record():
    table = read_facts("assumptions", "asset").set_index("name")[["low", "central", "high"]]
    lives = discount.disclosed_lives().quantile([0.05, 0.5, 0.95])
    for name in ("life", "period"):
        assert table.loc[name].tolist() == pytest.approx(lives.tolist(), abs=0.05)
    yields = discount.read_market()["yield"]
    ends = [yields.min(), yields.median(), yields.max()]
    assert table.loc["risk_free"].tolist() == pytest.approx(ends, abs=5e-6)


def test_approaches_weigh_the_same_however_many_methods_they_have():
    values = pd.DataFrame({
        "replacement_cost": np.full(400, 1.0),
        "relief_from_royalty": np.full(400, 5.0), "excess_earnings": np.full(400, 9.0),
    })  # fmt: skip
    shares = pd.Series(pooled(values)).value_counts(normalize=True)
    assert shares.to_dict() == pytest.approx({1.0: 0.5, 5.0: 0.25, 9.0: 0.25}, abs=0.002)


def test_one_method_alone_is_its_own_conclusion(tmp_path):
    found = value_asset(described(tmp_path, income=None, comparables=None, share=None))
    one = found.summary.loc["replacement_cost"]
    assert found.conclusion["low"] == pytest.approx(one["low"], rel=1e-3)
    assert found.conclusion["common_high"] == one["high"]


def test_the_conclusion_lies_within_what_its_methods_say(found):
    buyer = found.summary.drop(["sum_of_costs", "national_accounts", "real_option"])
    assert buyer["low"].min() <= found.conclusion["low"]
    assert found.conclusion["high"] <= buyer["high"].max() * 1.2
    assert np.isnan(found.conclusion["common_low"]) == (buyer["low"].max() > buyer["high"].min())


def test_shares_of_variance_and_swings_agree_on_what_matters_most(found):
    assert found.tornado["input"].iloc[0] in found.sobol["input"].iloc[:2].tolist()
    assert found.sobol["total"].sum() >= 0.95
    assert (found.sobol["first"] <= found.sobol["total"] + found.sobol["first_error"] + 0.05).all()


def test_what_is_certain_has_no_width_and_hangs_on_nothing(tmp_path):
    asset = described(tmp_path, assumptions=CERTAIN | {"tax": 0.25}, income=None, share=None,
                      comparables=None, quality={"scores": {"accuracy": 0.8}})  # fmt: skip
    found = value_asset(asset, draws=200)
    assert found.tornado.empty
    assert found.hangs_on["sum_of_costs"] == []
    assert found.conclusion["low"] == found.conclusion["high"]


def test_no_weights_carry_the_quality_beyond_the_weakest_and_the_strongest():
    scores = pd.Series({"a": 0.4, "b": 0.9, "c": 0.6})
    ends = over_weights(scores, seed=1)["quality"]
    assert ends["weakest"] == 0.4
    assert ends["strongest"] == 0.9
    assert 0.4 < ends["low"] < ends["high"] < 0.9
    # Weights drawn evenly: their mean is the plain one.
    middle = over_weights(scores, draws=20_000, seed=1)["quality"]
    assert middle["low"] < scores.mean() < middle["high"]


def test_values_over_weights_are_in_proportion_to_quality(found):
    row, centre = found.weights.loc["replacement_cost"], found.central["replacement_cost"]
    assert row["weakest"] == pytest.approx(centre * 0.5 / 0.7)
    assert row["strongest"] == pytest.approx(centre * 0.9 / 0.7)


def test_the_loan_is_that_of_part_finance_on_the_files_terms(tmp_path):
    asset = described(
        tmp_path, loan={"recovery": 0.2, "loss_target": 0.02}, income=None, share=None
    )
    found = value_asset(asset, draws=2000)
    assert found.loan["loan"] == pytest.approx(found.loan["loan_to_value"] * found.loan["value"])
    # Over scale: a lognormal with the same ends carries about as much.
    spread = np.log(found.conclusion["high"] / found.conclusion["low"]) / 3.29
    draws = np.random.default_rng(0).lognormal(0, spread, 20_000)
    near = carried_loan(draws, Pledge(recovery=0.2), loss_target=0.02)
    assert found.loan["loan_to_value"] == pytest.approx(near["loan_to_value"], abs=0.03)


def test_the_firm_gets_its_tier_and_a_larger_one_a_better(tmp_path):
    small, large = (
        value_asset(described(tmp_path, firm={"section": "I", "assets": size}), draws=100).firm
        for size in (5e4, 5e8)
    )
    assert large["probability"] > small["probability"]
    assert large["tier"] <= small["tier"]


@pytest.mark.parametrize("name", NAMES)
def test_the_samples_are_valued(name):
    found = value_asset(sample(name), draws=500)
    assert (found.central > 0).all()
    assert 0 < found.loan["loan"] < found.loan["value"]


def test_ten_thousand_draws_take_less_than_two_seconds(whole):
    began = time.process_time()
    value_asset(whole, draws=10_000)
    assert time.process_time() - began < 2

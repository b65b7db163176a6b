"""Reports and pay in; rates, costs and a value with an interval out."""

import numpy as np
import pandas as pd
import pytest

from dataworth.banks.simulated import corpus
from dataworth.banks.text import lexicon
from dataworth.banks.value import appraisal, income, stock
from dataworth.banks.value.uncertainty import Input
from dataworth.errors import InputError
from dataworth.inputs.reports.folder import LeftOut

SURE = appraisal.Assumptions(
    rate=Input("rate", 0.1, 0.1, 0.1),
    period=Input("period", 10, 10, 10),
    life=Input("life", 10, 10, 10),
    ratio=(0.7, 0.7, 0.7),
)
YEARLY = pd.DataFrame(
    {
        "bank": "甲",
        "year": range(2013, 2023),
        "cost": np.linspace(100.0, 190.0, 10),
        "labour_cost": 5.0,
        "pay_increment": 100.0,
    }
)


class Bad:
    """An entry that cannot be read."""

    def load(self):
        return LeftOut("bad.pdf", "it holds no text")


@pytest.fixture(scope="module")
def reports():
    return corpus.simulate(
        seed=5, banks=2, first_year=2020, last_year=2022, characters=3000, density=20
    )


@pytest.fixture(scope="module")
def pay(reports):
    rows = [(entry.bank, str(entry.year), 1e6) for entry in reports]
    return pd.DataFrame(rows, columns=["bank", "period", "pay_increment"])


def value(yearly, terms=SURE, draws=200, **known):
    drawn = np.tile(yearly["cost"].to_numpy(), (draws, 1)) * known.pop("scale", 1.0)
    return appraisal.value_bank("甲", yearly, drawn, terms, level=0.9, seed=1)


def test_the_value_by_cost_is_the_straight_line_stock_of_the_last_year():
    expected = stock.straight_line_stock(YEARLY.set_index("year")["cost"], 10).iloc[-1]
    assert value(YEARLY)["by_cost"] == pytest.approx(expected)


def test_the_value_by_income_discounts_stock_and_increment_over_the_period():
    base = income.income_base(YEARLY.set_index("year")["cost"], 10)["base"].iloc[-1]
    assert value(YEARLY)["by_income"] == pytest.approx(base * stock.annuity_factor(0.1, 10))


def test_what_is_sure_has_no_interval():
    found = value(YEARLY)
    for name in ("by_cost", "by_income"):
        assert found[f"{name}_low"] == pytest.approx(found[name])
        assert found[f"{name}_high"] == pytest.approx(found[name])


@pytest.mark.parametrize("moved", ["rate", "period"])
def test_an_uncertain_term_widens_the_income_value_alone(moved):
    wide = {"rate": Input("rate", 0.05, 0.1, 0.2), "period": Input("period", 5, 10, 20)}
    terms = appraisal.Assumptions(**{**vars(SURE), moved: wide[moved]})
    found = value(YEARLY, terms)
    assert found["by_income_low"] < found["by_income"] < found["by_income_high"]
    assert found["by_cost_low"] == pytest.approx(found["by_cost_high"])


def test_costs_twice_as_high_make_the_value_twice_as_high():
    doubled = value(YEARLY.assign(cost=YEARLY["cost"] * 2))
    for name in ("by_cost", "by_income"):
        assert doubled[name] == pytest.approx(2 * value(YEARLY)[name])


def test_a_value_rests_on_the_years_after_the_last_gap():
    assert value(YEARLY.drop(3, axis="index").reset_index(drop=True))["first"] == 2017


def test_every_bank_with_reports_and_pay_gets_a_value(reports, pay):
    terms = lexicon.read_seeds()["term"]
    found = appraisal.appraise([*reports, Bad()], terms, pay, SURE, draws=100, seed=2)
    assert set(found.values["bank"]) == set(pay["bank"])
    for _, both in found.values.groupby("bank"):
        low, high = (both.set_index("reading").loc[r] for r in ("fraction", "literal"))
        for name in ("of_pay", "by_cost", "by_cost_low", "by_income", "by_income_high"):
            assert high[name] == pytest.approx(100 * low[name])
    assert len(found.costs) == len(reports) == len(found.rates)
    assert (found.costs["low"] <= found.costs["cost"]).all()
    assert (found.costs["cost"] <= found.costs["high"]).all()
    assert found.left_out["reason"].tolist() == ["it holds no text"]


def test_a_report_without_pay_is_named(reports, pay):
    found = appraisal.appraise(reports, ["数据"], pay.iloc[1:], SURE, draws=100)
    assert len(found.costs) == len(reports) - 1
    assert found.left_out["source"].tolist() == [reports[0].source]


def test_the_same_seed_gives_the_same_values(reports, pay):
    terms = lexicon.read_seeds()["term"]
    given = appraisal.default_assumptions()
    first, second = (
        appraisal.appraise(reports, terms, pay, given, draws=100, seed=2).values for _ in range(2)
    )
    pd.testing.assert_frame_equal(first, second)


def test_without_pay_there_are_rates_and_nothing_more(reports):
    found = appraisal.appraise(reports, lexicon.read_seeds()["term"], None, SURE)
    assert len(found.rates) == len(reports)
    assert found.costs.empty
    assert found.values.empty


def test_when_no_report_can_be_used_the_first_reason_is_given():
    with pytest.raises(InputError, match=r"bad\.pdf: it holds no text"):
        appraisal.appraise([Bad()], ["数据"], None, SURE)


def test_a_readers_own_rate_and_period_leave_no_range():
    terms = appraisal.default_assumptions(rate=0.08, period=7)
    assert (terms.rate.low, terms.rate.high, terms.period.central) == (0.08, 0.08, 7)
    with pytest.raises(InputError, match="rate: expected a number above 0 and up to 1, found"):
        appraisal.default_assumptions(rate=-0.1)

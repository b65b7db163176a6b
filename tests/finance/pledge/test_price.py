"""The rate of one loan, part by part."""

from dataclasses import replace

import pytest

from dataworth.errors import InputError
from dataworth.facts import DATA
from dataworth.finance.pledge import price
from dataworth.finance.pledge.loan import break_even_rate
from dataworth.finance.pledge.value_shape import lognormal

TEXT = (DATA / "cases" / "loan_small.yml").read_text(encoding="utf-8")
CASE = price.read_case(TEXT, "loan.yml")
FREE = {"capital_return": 0.02, "tax": 0.0, "handling": 0.0}


def test_without_capital_tax_and_handling_the_rate_is_that_of_the_pledge():
    bare = price.waterfall(replace(CASE, **FREE))
    expected = break_even_rate(lognormal(CASE.spread), CASE.pledge)
    assert bare["all in"] == pytest.approx(float(expected))
    assert bare["funds"] == pytest.approx(CASE.funding_rate)


def test_parts_add_up_and_a_full_recovery_costs_no_loss():
    parts = price.waterfall(replace(CASE, guarantee_fee=0.01, subsidy=0.005))
    assert parts.iloc[:-1].sum() == pytest.approx(parts["all in"])
    certain = replace(CASE, spread=0.0, recovery=1.0, decay=0.0, years_to_sell=0.0)
    assert price.waterfall(certain)["expected loss"] == 0


def test_at_the_break_even_rate_the_loan_is_just_borne():
    case = replace(CASE, guarantee_share=0.4)
    needed = price.must_be_true(replace(case, rate=price.waterfall(case)["all in"]))
    assert needed["borne"] == pytest.approx(needed["loan_to_value"], rel=1e-6)
    assert needed["default"] == pytest.approx(case.default_probability, rel=1e-6)


def test_a_guarantee_lowers_the_rate_and_raises_what_is_borne():
    half = replace(CASE, guarantee_share=0.5)
    assert price.waterfall(half)["all in"] < price.waterfall(CASE)["all in"]
    assert price.must_be_true(half)["borne"] > price.must_be_true(CASE)["borne"]


@pytest.mark.parametrize("name", ["loan_small", "loan_parking"])
def test_worked_examples_are_priced_and_go_round(name):
    case = price.read_case((DATA / "cases" / f"{name}.yml").read_text("utf-8"), name)
    assert price.read_case(price.template(case), name) == case
    assert 0 < price.waterfall(case)["all in"] < 0.2
    assert (price.nearest(case)["amount_yuan"] == 5e6).all()


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("", "expected lines"),
        ("loan: [", "expected YAML"),
        ("loan: 5", "borrower, asset, value, rate"),
        (TEXT + "colour: red", "found colour"),
        (TEXT + "\nrate: 0.09", "'rate' a second time"),
        (TEXT.replace("loan: 5000000", "loan: much"), "loan: expected a number"),
        (TEXT.replace("loan: 5000000", "loan: 20000000"), "a value of the loan or more"),
        (TEXT.replace("recovery: 0.3", "recovery: 1.3"), "recovery: expected 0 to 1"),
    ],
)
def test_a_mistake_is_told_in_one_line(text, part):
    with pytest.raises(InputError, match=part) as error:
        price.must_be_true(price.read_case(text, "loan.yml"))
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("changed", "part"),
    [
        ({"tax": 1.0}, "expected less than 1"),  # each of these would divide by zero
        ({"guarantee_share": 1.0}, "expected less than 1"),
        ({"years": 0.0}, "expected more than 0"),
        ({"tax": True}, "expected a number"),
        ({"correlation": -1.1}, "correlation: expected -1 to 1"),
    ],
)
def test_a_loan_at_the_edge_of_sense_is_refused(changed, part):
    with pytest.raises(InputError, match=part):
        replace(CASE, **changed)
    assert replace(CASE, correlation=-1.0).correlation == -1


def test_amounts_with_units_and_rates_in_per_cent_are_read_right():
    text = TEXT.replace("loan: 5000000", "loan: 500万").replace("rate: 0.045", "rate: 4.5%", 1)
    assert price.read_case(text, "loan.yml") == CASE
    with pytest.raises(InputError, match=r"loan.yml: rate: expected 0 to 1, found 4.5"):
        price.read_case(TEXT.replace("rate: 0.045", "rate: 4.5", 1), "loan.yml")
    with pytest.raises(InputError, match="loan: expected an amount, found a percentage"):
        price.read_case(TEXT.replace("loan: 5000000", "loan: 50%"), "loan.yml")


def test_what_is_unusual_is_told_and_still_priced():
    assert price.warnings(CASE) == []
    odd = replace(CASE, loan=5000, value=10_000, rate=0.01)
    told = price.warnings(odd)
    assert [line.partition(":")[0] for line in told] == ["loan", "rate", "rate"]
    assert "below the cost of funds" in told[-1]


def test_the_answers_hold_the_numbers_of_the_model():
    said, needed = price.answers(CASE), price.must_be_true(CASE)
    assert f"{needed['break_even']:.2%}" in said[0] and "does not cover" in said[0]
    assert f"{needed['default']:.2%}" in said[2]
    dear = replace(CASE, rate=0.2)
    assert " covers its costs" in price.answers(dear)[0]

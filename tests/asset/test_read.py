"""An asset's file: read in any unit, and refused where it contradicts itself."""

import math

import pytest
from jsonschema import Draft202012Validator

from dataworth.asset.read import check_asset, read_rules, read_words
from dataworth.asset.value import assumptions
from dataworth.banks.value.methods import HIGHEST, LOWEST, METHODS
from dataworth.facts import read_facts

from .assets import NAMES, SAMPLES, WHOLE, changed, described, sample, written

FREE = read_rules("schema")["properties"]["assumptions"]["properties"]
COSTS, INCOME = WHOLE["costs"], WHOLE["income"]


def costs(**last):
    return {"costs": [*COSTS[:2], COSTS[2] | last]}


def income(**last):
    return {"income": [INCOME[0], INCOME[1] | last]}


BAD = [
    (costs(year=2026), "costs[2].year", "expected 2025 (year) or before, found 2026"),
    (costs(year="last"), "costs[2].year", "expected a year from 1990 to 2100, found 'last'"),
    (costs(amount=-5), "costs[2].amount", "expected an amount of 0 or more, found '-5'"),
    (costs(amount="$500"), "costs[2].amount", "found '$500'"),
    (costs(amount=True), "costs[2].amount", "found 'True'"),
    (costs(amount=float("nan")), "costs[2].amount", "found 'nan'"),
    (costs(where="x"), "costs[2]", "expected one of year, stage, amount, found where"),
    ({"costs": [{"amount": 0, "year": 2025}]}, "costs", "expected an amount above 0, found none"),
    (income(year=2024), "income", "up to 2025, found [2024, 2024]"),
    (income(without=101), "income[1].without", "expected at most profit, found 101 above 100"),
    (income(profit=1001, without=5), "income[1].profit", "found 1001 above 1000"),
    (income(revenue=1e6), "income[1].revenue", "expected amounts in one unit, found 1e+06 after"),
    ({"rights": {"until": 2028}}, "term", "expected at most 3 years, since the rights end in 2028"),
    ({"rights": {"until": 2024}}, "rights.until", "expected 2025 or later, found 2024"),
    ({"rights": {"first": 2028, "until": 2027}}, "rights.until", "expected 2028 or later"),
    ({"term": [5, 4, 6]}, "term", "expected lowest, most likely, highest in order, found [5"),
    ({"term": [5, 6]}, "term", "expected a number, or [lowest, most likely, highest]"),
    ({"assumptions": {"decay": 1.5}}, "assumptions.decay", "a share from 0 to 1, found '1.5'"),
    ({"assumptions": {"loss": 0.1}}, "assumptions", "expected one of rate, growth"),
    ({"assumptions": {"royalty": 5}}, "assumptions.royalty", "a share from 0 to 1, found '5'"),
    ({"assumptions": {"rate": [0, 0.1, 11]}}, "assumptions.rate[2]", "0.99 to 1, found '11'"),
    ({"share": 20}, "share", "a share from 0 to 1, found '20'"),
    ({"unit": "US$"}, "unit", "found us$"),
    ({"unit": "milion yuan"}, "unit", "expected such as 元, 万元 or million yuan, found 'milion"),
    ({"unit": "bags"}, "unit", "expected such as 元, 万元 or million yuan, found 'bags'"),
    ({"quality": {"scores": {"beauty": 1}}}, "quality.scores", "expected one of accuracy"),
    ({"quality": {"scores": {"accuracy": 7}}}, "quality.scores.accuracy", "a share from 0 to 1"),
    ({"quality": {"scores": {"accuracy": 1}, "weights": {"timeliness": 1}}}, "quality.weights",
     "expected a weight above 0"),
    ({"quality": {"sample": "no.csv"}}, "quality.sample", "no.csv"),
    ({"loan": {"recovery": 3}}, "loan.recovery", "a share from 0 to 1, found '3'"),
    ({"firm": {"section": "steel", "assets": 1}}, "firm.section", "a letter from A to S"),
    ({"name": None}, "file", "expected name, found none"),
    ({"name": ""} | costs(amount=None), "costs[2].amount", "of 0 or more, found nothing"),
    ({"costs": None, "income": None}, "file", "expected what one method needs"),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "where", "message"), BAD, ids=[w for _, w, _ in BAD])
def test_what_cannot_be_is_refused_by_its_path_in_one_line(changes, where, message, tmp_path):
    report = check_asset(written(tmp_path, changed(**changes)))
    found = {finding.where: finding.message for finding in report.errors}
    assert message in found[where]
    assert "\n" not in found[where]


@pytest.mark.parametrize("text", ["", "[]", "just words", "a: [", "\x00"])
def test_what_is_no_description_is_refused(text, tmp_path):
    path = tmp_path / "asset.yml"
    path.write_text(text)
    (finding,) = check_asset(path).errors
    assert "\n" not in str(finding)


def test_an_income_may_lack_what_earlier_years_did_not_know(tmp_path):
    last = {"year": 2025, "profit": 100, "without": 80}
    asset = described(tmp_path, income=[{"year": 2024, "profit": 90}, last])
    assert "with_and_without" not in asset.lacking()
    assert assumptions(asset).loc["loss", ["low", "central", "high"]].tolist() == pytest.approx(
        [0.2] * 3
    )


@pytest.mark.parametrize(
    ("changes", "where", "message"),
    [
        ({"costs": [COSTS[0], COSTS[0], COSTS[2]]}, "costs[1]", "2023 stands twice"),
        (costs(amount=3e6), "costs[2].amount", "expected amounts in one unit, found 3e+06 beside"),
        ({"unit": None}, "unit", "count as yuan"),
    ],
)
def test_what_is_doubtful_is_told_and_still_valued(changes, where, message, tmp_path):
    report = check_asset(written(tmp_path, changed(**changes)))
    (warning,) = report.warnings
    assert not report.errors
    assert warning.where == where
    assert message in warning.message


def test_a_name_that_stands_twice_is_refused_with_its_line(tmp_path):
    path = written(tmp_path, WHOLE)
    path.write_text(path.read_text("utf-8") + "unit: 元\n", "utf-8")
    (error,) = check_asset(path).errors
    assert "'unit' a second time" in error.message
    assert f"line {len(path.read_text('utf-8').splitlines())}" in error.message


def test_the_same_money_in_other_units_is_the_same(tmp_path):
    base = described(tmp_path).given["costs"]
    for unit, factor in (("元", 1000), ("万元", 0.1), ("million yuan", 0.001)):
        other = [cost | {"amount": cost["amount"] * factor} for cost in COSTS]
        read = described(tmp_path, unit=unit, costs=other, income=None, comparables=None)
        assert [c["amount"] for c in read.given["costs"]] == pytest.approx(
            [c["amount"] for c in base]
        )


def test_an_amount_may_carry_its_own_unit(tmp_path):
    read = described(tmp_path, costs=[{"year": 2025, "amount": "1,200万元"}])
    assert read.given["costs"][0]["amount"] == 12_000


def test_one_number_is_a_range_without_width(tmp_path):
    assert described(tmp_path, term=4).given["term"] == [4, 4, 4]


@pytest.mark.parametrize("name", NAMES)
def test_the_samples_fit_the_form(name):
    assert not check_asset(SAMPLES / f"asset_{name}.yml").errors


def test_the_form_is_a_schema_that_every_path_of_the_guidance_leads_into():
    schema = read_rules("schema")
    Draft202012Validator.check_schema(schema)
    for point in read_rules("guidance_2023"):
        for path in [*point.get("needs", []), *([point["when"]] if "when" in point else [])]:
            part, *rest = path.split(".")
            inner = schema["properties"][part]
            if rest and part != "quality":
                assert rest[0] in inner["properties"], path
            if rest and part == "quality":
                assert rest[1] in schema["$defs"]["dimensions"]["propertyNames"]["enum"]


def test_the_template_states_what_every_method_but_the_option_needs():
    assert [*sample("template").lacking()] == ["real_option"]
    assert len(METHODS) == 9


def test_every_method_says_what_it_lacks_by_path(tmp_path):
    bare = described(tmp_path, income=None, share=None, comparables=None, assumptions=None)
    lacking = bare.lacking()
    assert lacking["comparables"] == "comparables"
    assert lacking["income"] == "income[].profit, share"
    assert lacking["excess_earnings"] == "income[].profit, assumptions.charges"
    assert not {"sum_of_costs", "national_accounts", "replacement_cost"} & lacking.keys()
    losing = described(tmp_path, income=[{"year": 2025, "profit": -5, "without": -9}])
    assert "income[].profit" in losing.lacking()["with_and_without"]


def test_the_form_allows_no_number_that_a_method_refuses():
    known = read_rules("schema")["$defs"]
    for name, form in FREE.items():
        ends = known[form["items"]["$ref"].rpartition("/")[2]]
        assert ends["minimum"] >= LOWEST.get(name, 0), name
        assert ends.get("maximum", math.inf) <= HIGHEST.get(name, math.inf), name


def test_every_assumption_has_a_row_and_words():
    table = set(read_facts("assumptions", "asset")["name"])
    assert FREE.keys() <= table
    for words in read_words().values():
        assert table == words["inputs"].keys()

"""A rules file says what is wrong with it, in one line."""

import pytest

from dataworth.errors import InputError
from dataworth.ledger import load_ledger
from tests.ledger.conftest import CLAIMS, RULES


def add_rule(text):
    return RULES.replace("causes:", f"  - {text}\ncauses:", 1)


@pytest.mark.parametrize(
    ("rules", "message"),
    [
        ("rules: [", "not valid YAML"),
        ("- 1", "expected sections such as `rules:`"),
        ("rule: []", "unknown section 'rule'"),
        ("rules: []\nrules: []", "section 'rules' stands there twice"),
        ("rules: [text]", "rules entry 1: expected names and values"),
        (add_rule("{target: sales.all, rule: sum, given: {}}"), "unknown rule 'sum'"),
        (
            add_rule("{target: sales.all, rule: total, given: {values: [1]}}"),
            "rules entry 3 (sales.all): rule total takes parts",
        ),
        (
            add_rule("{target: sales.all, rule: total, given: {parts: sales.a}}"),
            "rules entry 3 (sales.all): parts: expected a list",
        ),
        (
            add_rule("{target: growth, rule: same, given: {value: [1]}}"),
            "rules entry 3 (growth): value: expected one number or name",
        ),
        (add_rule("{target: nothing, rule: same, given: {value: 1}}"), "unknown name 'nothing'"),
        (add_rule("{target: sales.all, rule: same, given: {value: gone}}"), "unknown name 'gone'"),
        (add_rule('{target: "sales.{x}", rule: same, given: {value: 1}}'), "placeholder {x}"),
        (add_rule("{target: leader, rule: same, given: {value: 1}}"), "needs a yes-or-no rule"),
        (
            add_rule("{target: growth, rule: same, given: {value: 1}, tolerance: {absolute: 1}}"),
            "(growth): tolerance.reason: Field required",
        ),
        (
            add_rule("{target: growth, rule: same, given: {value: 1}, for: 3}"),
            "for: expected a list",
        ),
        (RULES.replace("basis: reconstruction", "basis: hope"), "(sales.b): Input tag 'hope'"),
        (RULES.replace("result: leads", "low: leads"), "give either `result`, or `low` and `high`"),
        (
            RULES.replace("basis: record, result: leads", "basis: model, where_true: a, both: b"),
            "give `where_false` and `against`",
        ),
        (
            RULES.replace(
                "basis: record, result: leads",
                "basis: worlds, where_true: a, where_false: b, against: chance",
            ),
            "needs `tries`",
        ),
        (RULES.replace("cause: pen", "cause: ink"), "(share.a): cause: unknown name 'ink'"),
        (RULES.replace("class: slip", "class: crime"), "causes entry 1 (pen): class: Input should"),
        (
            RULES + "settings: [{targets: [gone], why: a choice}]",
            "settings entry 1 (): targets: 'gone' matches no claim",
        ),
        (
            "repeats: [{target: growth, of: share.a, scale: much}]",
            "repeats entry 1 (growth): scale: Input should be a valid number",
        ),
        (
            "derived: [{name: it, label: it, rule: total, given: {parts: [it]}}]",
            "derived entry 1 (it): given.parts: unknown name 'it'",
        ),
        (
            RULES.replace("record, result: leads", "record, low: a, high: b"),
            "(leader): a finding with an interval needs `above` or `below`",
        ),
        (RULES.replace('"sales.?"', "gone"), "open entry 1 (): targets: 'gone' matches no claim"),
        (
            RULES.replace("target: growth", "target: leader"),
            "claim 'growth' (fourth.csv, line 6) has no rule",
        ),
        (add_rule("{target: growth, rule: same, given: {value: sales.a}}"), "under `repeats`"),
        ("repeats: [{target: growth, of: gone}]", "(growth): of: unknown name 'gone'"),
        ("repeats: [{target: growth, of: growth}]", "growth must repeat one claim"),
        (
            "repeats: [{target: growth, of: share.a}, {target: share.a, of: growth}]",
            "(share.a): share.a must repeat one claim",
        ),
        (
            "repeats: [{target: growth, of: share.a}, {target: growth, of: sales.a}]",
            "growth must repeat one claim",
        ),
        (
            RULES.replace("of the shop}", "of the shop, info: [gone]}"),
            "open entry 1 (): info: unknown name 'gone'",
        ),
        ("facts: [{name: growth, label: g, table: t, column: c}]", "'growth' is taken"),
    ],
)
def test_a_bad_rules_file_gives_one_line_that_names_the_entry(fourth, rules, message):
    with pytest.raises(InputError) as error:
        fourth(rules)
    assert message in str(error.value)
    assert "fourth.yml" in str(error.value)
    assert "\n" not in str(error.value)


def test_templates_expand_over_the_product_of_their_lists(fourth):
    extra = (
        '{target: growth, rule: total, given: {parts: ["{a}", "{b}"]}, '
        "for: {a: [growth], b: [sales.a, sales.b]}}"
    )
    relations = [r for r in fourth(add_rule(extra))[0].book.rules if r.target == "growth"]
    assert [r.either[0].given["parts"][1] for r in relations] == ["sales.a", "sales.b"]


def test_a_condition_alone_does_not_settle_a_number(fourth):
    start, end = RULES.index("  - target: growth"), RULES.index("  - {target: leader")
    condition = "  - {target: growth, rule: positive, given: {value: growth}}\ncauses:"
    rules = (RULES[:start] + RULES[end:]).replace("causes:", condition)
    with pytest.raises(
        InputError, match=r"'growth' .* has no rule, result, open or settings entry"
    ):
        fourth(rules)


def test_a_claims_file_needs_its_rules(tmp_path):
    (tmp_path / "fourth.csv").write_text(CLAIMS, encoding="utf-8")
    with pytest.raises(InputError, match=r"fourth\.yml is missing"):
        load_ledger(tmp_path)


def test_an_empty_folder_is_refused(tmp_path):
    with pytest.raises(InputError, match="found none"):
        load_ledger(tmp_path)

"""A folder with claims and rules is a paper: the made-up one of the tutorial, and broken copies."""

import re
import shutil

import pandas as pd
import pytest

from dataworth.errors import InputError
from dataworth.facts import DATA
from dataworth.ledger import assess, load_ledger
from dataworth.ledger.report import TEMPLATES
from dataworth.places import find_root

TEA = DATA / "samples" / "tea"
PAGE = find_root() / "book" / "audit-your-paper.md"
PLANTED = re.findall(r"`([\w.]+)`", (TEA / "claims.md").read_text("utf-8").split("| Planted")[1])


@pytest.fixture(scope="module")
def tea() -> pd.DataFrame:
    return assess(load_ledger(TEA), {}).set_index("id")


def test_every_planted_error_is_found_and_no_sound_number_is_refused(tea):
    contradicted = set(tea.index[tea["verdict"] == "contradicted"])
    assert len(PLANTED) == 8
    assert contradicted == set(PLANTED)
    causes = {tea["cause"][name]["group"] for name in PLANTED}
    assert len(causes) == 7
    assert all(tea["cause"][name] for name in PLANTED)


def test_the_sound_numbers_that_can_be_checked_are_confirmed(tea):
    numbers = load_ledger(TEA)[0].book.rules
    checked = {rule.target for rule in numbers if not rule.is_condition}
    assert set(tea["verdict"][sorted(checked - set(PLANTED))]) == {"exact"}
    bounded = tea["verdict"][["t2.tidy.liking", "t2.tidy.staff"]]
    assert set(bounded) == {"possible"}
    assert "14% of such numbers" in tea["note"]["t2.tidy.liking"]


def test_a_bound_that_lets_most_numbers_through_is_silent(tmp_path):
    text = (
        (TEA / "rules.yml")
        .read_text("utf-8")
        .replace('observations: "t2.{x}.n"}', "observations: 1000}")
    )
    copy(tmp_path, rules=text)
    found = assess(load_ledger(tmp_path / "tea"), {}).set_index("id")
    assert found["verdict"]["t2.tidy.liking"] == "silent"


def test_the_tutorial_prints_the_paper_and_its_verdicts_as_they_are(tea):
    page = PAGE.read_text("utf-8")
    quoted = "\n".join(line for line in page.splitlines() if line.startswith(">"))
    numbers = tea[tea["kind"] != "finding"]["printed"]
    missing = [
        number for number in numbers if not re.search(rf"(?<![\d.,-]){re.escape(number)}", quoted)
    ]
    assert not missing
    from dataworth.ledger.report import replication_report

    report = replication_report(load_ledger(TEA), tea.reset_index(), "tea")
    cells = {row["id"]: row for cause in report["contradicted"] for row in cause["rows"]}
    table = re.findall(r"^\| `([\w.]+)` \| (.*?) \| (.*?) \|", page, re.MULTILINE)
    assert {name for name, *_ in table} == set(PLANTED)
    for name, printed, computed in table:
        assert (printed, computed) == (cells[name]["printed"], cells[name]["computed"]), name


def test_the_skeleton_runs_and_confirms_itself():
    found = assess(load_ledger(TEMPLATES / "audit"), {})
    assert set(found["verdict"]) == {"exact", "possible", "open"} or "contradicted" not in set(
        found["verdict"]
    )


def copy(tmp_path, rules=None, claims=None):
    shutil.copytree(TEA, tmp_path / "tea")
    for name, text in (("rules.yml", rules), ("claims.csv", claims)):
        if text is not None:
            (tmp_path / "tea" / name).write_text(text, encoding="utf-8")


def line_of(text, part):
    return text[: text.index(part)].count("\n") + 1


RULES = (TEA / "rules.yml").read_text("utf-8")
CLAIMS = (TEA / "claims.csv").read_text("utf-8")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("rule: growth,", "rule: grow,", "(s3.growth): rule: unknown rule 'grow'"),
        ("before: t2.plain.sales", "from: t2.plain.sales", "rule growth takes before, after"),
        ("t5.shelves, t5.labour", "t5.shelf, t5.labour", "unknown name 't5.shelf'"),
        ("cause: price}", "cause: prices}", "unknown name 'prices'"),
        ("class: definition", "class: misnomer", "causes entry 7 (price): class: Input should be"),
        ("where: {year: 2024}", "where: {yeer: 2024}", "tea_prices has no column 'yeer'"),
        ("table: tea_prices, column", "table: prices, column", "facts/prices.csv does not exist"),
        ("zh: 西部", "de: 西部", "causes entry 1 (west): de: Extra inputs"),
        ("targets: [s5.level]", "targets: [s6.level]", "targets: 's6.level' matches no claim"),
    ],
)
def test_a_mistake_in_the_rules_names_file_line_and_field(tmp_path, old, new, message):
    text = RULES.replace(old, new, 1)
    assert text != RULES
    copy(tmp_path, rules=text)
    with pytest.raises(InputError) as error:
        assess(load_ledger(tmp_path / "tea"), {})
    assert f"tea/rules.yml: line {line_of(text, new)}: " in str(error.value)
    assert message in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("kind", "old", "new"),
    [("rules", "rule: granular_deviation", "rule: grimmer"), ("claims", "p,0.034", "p,n. s.")],
)
def test_the_errors_that_the_tutorial_shows_are_those_that_come(tmp_path, kind, old, new):
    text = {"rules": RULES, "claims": CLAIMS}[kind].replace(old, new, 1)
    copy(tmp_path, **{kind: text})
    with pytest.raises(InputError) as error:
        load_ledger(tmp_path / "tea")
    (shown,) = re.findall(rf"^dataworth: (tea/{kind}.*)$", PAGE.read_text("utf-8"), re.MULTILINE)
    assert all(part in str(error.value) for part in shown.split("…"))


def test_a_field_on_a_line_of_its_own_is_named_by_that_line(tmp_path):
    text = RULES.replace("    rule: t_of_two_means", "    rule: t_of_three_means", 1)
    copy(tmp_path, rules=text)
    line = line_of(text, "    rule: t_of_three_means")
    with pytest.raises(InputError, match=rf"line {line - 1}|line {line}"):
        load_ledger(tmp_path / "tea")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("6.6%,a year", "6.6 percent,a year", "printed: expected a number"),
        ("3.94,chi2(1),text", "3.94,chi2(1),prose", "kind: Input should be 'table'"),
        ("t3.tidy.se,", "t3.tidy.b,", "id 't3.tidy.b' stands there twice"),
    ],
)
def test_a_mistake_in_the_claims_names_file_line_and_field(tmp_path, old, new, message):
    text = CLAIMS.replace(old, new, 1)
    copy(tmp_path, claims=text)
    with pytest.raises(InputError) as error:
        load_ledger(tmp_path / "tea")
    line = text[: text.rindex(new)].count("\n") + 1
    assert f"tea/claims.csv: line {line}: " in str(error.value)
    assert message in str(error.value)


def test_a_claim_without_a_rule_is_named_with_its_line(tmp_path):
    copy(tmp_path, rules=RULES.replace("t2.*", "t2.tidy.*"))
    where = rf"'t2\.plain\.n' \(claims\.csv, line {line_of(CLAIMS, 't2.plain.n')}\) has no rule"
    with pytest.raises(InputError, match=where):
        load_ledger(tmp_path / "tea")


def test_results_are_refused_where_no_chapter_runs(tmp_path):
    text = RULES + "\nresults:\n  - {target: t1.all, basis: record, result: shops}\n"
    copy(tmp_path, rules=text)
    place = (
        rf"tea/rules\.yml: line {line_of(text, '  - {target: t1.all, basis')}: results entry 1: "
    )
    with pytest.raises(InputError, match=place + "no chapter runs in an audit"):
        load_ledger(tmp_path / "tea")

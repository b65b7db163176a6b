"""Verdicts are computed from rules, the record and results; a fourth paper needs no code."""

import pytest

from dataworth.errors import InputError
from dataworth.ledger import assess, summary, verdict_box
from dataworth.ledger.verdicts import VERDICTS
from tests.ledger.conftest import CLAIMS, RULES

COLUMNS = "id paper section place row column printed unit kind computed verdict note chapter"


def verdicts(ledger, results=None):
    return assess(ledger, results or {}).set_index("id")


def with_results(**recorded):
    return {"shop/sales": recorded}


def test_a_fourth_paper_is_audited(fourth):
    frame = assess(fourth(), {})
    assert list(frame.columns) == COLUMNS.split()
    assert dict(zip(frame["id"], frame["verdict"], strict=True)) == {
        "sales.a": "open",
        "sales.b": "open",
        "sales.all": "exact",
        "share.a": "contradicted",
        "growth": "open",
        "leader": "open",
    }
    assert set(frame["paper"]) == {"fourth"}


def test_a_failed_relation_says_what_was_computed_from_what_and_why(fourth):
    row = verdicts(fourth()).loc["share.a"]
    assert row["computed"] == pytest.approx(1200 / 2001)
    assert (
        "60.0% from Product A: Sales (Table 1) = 1,200, All products: Sales (Table 1) = 2,001"
        in row["note"]
    )
    assert "Most likely: a slip." in row["note"]


def test_without_its_chapter_a_claim_is_open_and_names_the_chapter(fourth):
    row = verdicts(fourth()).loc["growth"]
    assert row["verdict"] == "open"
    assert row["note"] == "Run chapter shop/sales."
    assert row["computed"] is None


@pytest.mark.parametrize(
    ("recorded", "verdict"),
    [(0.06, "reproduced"), (0.065, "reproduced"), (0.066, "contradicted"), (None, "open")],
)
def test_a_recomputed_number_is_held_against_its_tolerance(fourth, recorded, verdict):
    assert verdicts(fourth(), with_results(growth=recorded)).loc["growth", "verdict"] == verdict


@pytest.mark.parametrize(("recorded", "verdict"), [(True, "reproduced"), (False, "contradicted")])
def test_a_finding_holds_or_does_not(fourth, recorded, verdict):
    assert verdicts(fourth(), with_results(leads=recorded)).loc["leader", "verdict"] == verdict


@pytest.mark.parametrize(("low", "verdict"), [(700, "consistent"), (850, "open")])
def test_a_reconstruction_can_agree_but_not_contradict(fourth, low, verdict):
    results = with_results(**{"b.low": low, "b.high": 900})
    assert verdicts(fourth(), results).loc["sales.b", "verdict"] == verdict


def test_a_relation_that_needs_its_tolerance_is_reproduced_not_exact(fourth):
    rules = RULES.replace("cause: a slip", "tolerance: 0.02\n    reason: late returns")
    row = verdicts(fourth(rules)).loc["share.a"]
    assert row["verdict"] == "reproduced"
    assert "late returns" in row["note"]


def test_one_of_several_readings_is_enough(fourth):
    one = 'rule: share\n    given: {part: "sales.{p}", whole: sales.all}'
    two = "either: [{rule: same, given: {value: 1}}, {rule: same, given: {value: 0.61}}]"
    rules = RULES.replace(one, two)
    assert verdicts(fourth(rules)).loc["share.a", "verdict"] == "exact"


def test_a_condition_refutes_a_number_but_does_not_confirm_it(fourth):
    condition = (
        "  - {target: sales.a, rule: at_least, given: {value: sales.a, minimum: %s}}\nresults:"
    )
    passes = verdicts(fourth(RULES.replace("results:", condition % 1)))
    fails = verdicts(fourth(RULES.replace("results:", condition % 5000)))
    assert passes.loc["sales.a", "verdict"] == "open"
    assert fails.loc["sales.a", "verdict"] == "contradicted"


def test_contradiction_outranks_confirmation(fourth):
    both = "  - {target: sales.all, rule: same, given: {value: 3}}\nresults:"
    row = verdicts(fourth(RULES.replace("results:", both))).loc["sales.all"]
    assert row["verdict"] == "contradicted"
    assert row["computed"] == 3


def test_the_public_record_is_read_by_rows_and_statistic(fourth):
    fact = (
        "facts: [{name: yield, table: market_parameters_annual, column: cn10y_mean_pct, "
        "where: {year: [2012, 2021]}, statistic: mean, scale: 0.01}]\n"
    )
    rule = "  - {target: growth, rule: same, given: {value: yield}}\nresults:"
    row = verdicts(fourth(fact + RULES.replace("results:", rule))).loc["growth"]
    assert row["verdict"] == "contradicted"
    assert row["computed"] == pytest.approx(0.0340, abs=1e-4)
    assert "On public record: 0.034 (yield)." in row["note"]


@pytest.mark.parametrize(("printed", "verdict"), [("61%", "contradicted"), ("2,001", "exact")])
def test_a_repetition_takes_over_the_verdict_of_what_it_repeats(fourth, printed, verdict):
    target = {"61%": "share.a", "2,001": "sales.all"}[printed]
    claims = CLAIMS + f'again,4,Section 4,once more,value,"{printed}",ratio,text,\n'
    frame = verdicts(fourth(f"repeats: [{{target: again, of: {target}}}]\n" + RULES, claims))
    row, source = frame.loc["again"], frame.loc[target]
    assert row["verdict"] == source["verdict"] == verdict
    assert row["computed"] == source["computed"]
    assert row["note"].startswith("Repeats ")
    assert row["note"].endswith(source["note"])


def test_a_repetition_follows_a_chain_to_what_a_chapter_computes(fourth):
    claims = CLAIMS + "b,4,S,b,value,0.05,ratio,text,\nc,4,S,c,value,0.05,ratio,text,\n"
    chain = "repeats: [{target: c, of: b}, {target: b, of: growth}]\n"
    frame = verdicts(fourth(chain + RULES, claims), with_results(growth=0.055))
    assert list(frame.loc[["growth", "b", "c"], "verdict"]) == ["reproduced"] * 3


def test_a_repetition_that_differs_is_contradicted_and_its_source_is_not(fourth):
    claims = CLAIMS + 'again,4,Section 4,once more,value,"2,010",ratio,text,\n'
    repeats = "repeats: [{target: again, of: sales.all, cause: a slip of the pen}]\n"
    frame = verdicts(fourth(repeats + RULES, claims))
    assert list(frame.loc[["sales.all", "again"], "verdict"]) == ["exact", "contradicted"]
    assert "Most likely: a slip of the pen." in frame.loc["again", "note"]


@pytest.mark.parametrize(("printed", "verdict"), [("-60%", "open"), ("-62%", "contradicted")])
def test_a_text_may_repeat_the_size_of_a_number(fourth, printed, verdict):
    claims = CLAIMS + f"loss,4,Section 4,loss,value,{printed},ratio,text,\n"
    claims += "size,4,Section 4,size of the loss,value,60.0%,ratio,text,\n"
    rules = "repeats: [{target: size, of: loss, unsigned: true}]\n"
    rules += RULES.replace('"sales.?"', '"sales.?", loss')
    assert verdicts(fourth(rules, claims)).loc["size", "verdict"] == verdict


@pytest.mark.parametrize(("printed", "verdict"), [("0.61", "contradicted"), ("1.2", "open")])
def test_a_text_may_repeat_a_number_in_another_unit(fourth, printed, verdict):
    claims = CLAIMS + f"text,4,Section 4,sales,value,{printed},thousand euro,text,\n"
    rules = "repeats: [{target: text, of: sales.a, scale: 0.001}]\n" + RULES
    row = verdicts(fourth(rules, claims)).loc["text"]
    assert row["verdict"] == verdict
    assert row["computed"] == (pytest.approx(1.2) if verdict == "contradicted" else None)


def test_a_number_that_is_repeated_in_another_unit_keeps_its_computed_value_in_it(fourth):
    claims = CLAIMS + "text,4,Section 4,sales,value,2.0,thousand euro,text,\n"
    row = verdicts(
        fourth("repeats: [{target: text, of: sales.all, scale: 0.001}]\n" + RULES, claims)
    )
    assert row.loc["text", "verdict"] == "exact"
    assert row.loc["text", "computed"] == pytest.approx(2.001)


@pytest.mark.parametrize(
    ("chance", "true", "said"),
    [
        (0.4, 0.4, "nothing to find, and in 40% where there is. So it is no evidence."),
        (0.4, 0.7, "So it is weak evidence."),
        (0.02, 0.7, "and in 70% where there is."),
    ],
)
def test_a_finding_is_set_against_how_often_chance_gives_it(fourth, chance, true, said):
    shares = "result: leads, by_chance: leads.null, where_true: leads.planted"
    ledger = fourth(RULES.replace("result: leads", shares))
    recorded = {"leads": True, "leads.null": chance, "leads.planted": true}
    assert verdicts(ledger, with_results(**recorded)).loc["leader", "note"].endswith(said)
    alone = verdicts(ledger, with_results(leads=True)).loc["leader", "note"]
    assert "nothing to find" not in alone
    without = verdicts(ledger, with_results(**recorded | {"leads": False})).loc["leader", "note"]
    assert "nothing to find" in without
    assert "evidence" not in without


@pytest.mark.parametrize(("value", "verdict"), [(0.05, "reproduced"), (0.09, "open")])
def test_facts_that_stand_in_support_a_claim_but_do_not_contradict_it(fourth, value, verdict):
    rule = f"{{target: growth, rule: total, given: {{parts: [{value}]}}, stands_in: last year}}"
    row = verdicts(fourth(RULES.replace("results:", f"  - {rule}\nresults:"))).loc["growth"]
    assert row["verdict"] == verdict
    assert row["computed"] == value
    assert "In place of the paper's own data: last year." in row["note"]


@pytest.mark.parametrize("holds", [True, False])
def test_further_recorded_numbers_and_the_reading_are_shown_either_way(fourth, holds):
    rules = RULES.replace(
        "result: leads}", "result: leads, info: [more, gone], reading: By sales.}"
    )
    row = verdicts(fourth(rules), with_results(leads=holds, more=0.5)).loc["leader"]
    assert row["note"].endswith("By sales. Also: more = 0.5.")


def test_the_compound_return_of_a_fact_is_below_its_mean(fourth):
    fact = "table: market_parameters_annual, column: csi300_return_pct, scale: 0.01"
    rows = "where: {year: [2012, 2021]}"
    facts = f"facts: [{{name: m, {fact}, {rows}, statistic: mean}}, "
    facts += f"{{name: c, {fact}, {rows}, statistic: compound}}]\n"
    rule = "  - {target: share.a, rule: same, given: {value: m}, info: [c]}\nresults:"
    row = verdicts(fourth(facts + RULES.replace("results:", rule, 1))).loc["share.a"]
    assert "On public record: 7.7% (c)." in row["note"]
    assert "On public record: 10.0% (m)." in row["note"]


def test_many_numbers_of_one_row_are_named_by_the_first_and_the_last(fourth):
    extra = "".join(f'q{n},5,Table 2,Stock,Q{n},"100",item,table,\n' for n in (1, 2, 3, 4))
    rule = "  - {target: q4, rule: mean, given: {values: [q1, q2, q3]}}\nresults:"
    rules = RULES.replace("results:", rule, 1).replace('"sales.?"', '"sales.?", "q?"')
    row = verdicts(fourth(rules, CLAIMS + extra)).loc["q4"]
    assert row["verdict"] == "exact"
    assert "from Stock, Q1 to Q3 (Table 2)." in row["note"]


@pytest.mark.parametrize(
    ("fact", "message"),
    [
        ("table: gone, column: x", "does not exist"),
        ("table: market_parameters_annual, column: gone", "no column 'gone'"),
        ("table: market_parameters_annual, column: year, where: {year: 1900}", "found 0"),
        ("table: market_parameters_annual, column: year", "expected one row, found"),
    ],
)
def test_a_fact_that_is_not_on_record_gives_one_line(fourth, fact, message):
    rule = "  - {target: growth, rule: same, given: {value: it}}\nresults:"
    ledger = fourth(f"facts: [{{name: it, {fact}}}]\n" + RULES.replace("results:", rule))
    with pytest.raises(InputError, match=message):
        assess(ledger, {})


def test_a_rule_without_a_value_there_gives_one_line(fourth):
    rules = RULES.replace("whole: sales.all", "whole: 0")
    with pytest.raises(InputError, match=r"fourth\.yml: share for share\.a: .*division"):
        assess(fourth(rules), {})


def test_the_summary_counts_by_paper_and_place(fourth):
    table = summary(assess(fourth(), {}))
    assert list(table.columns) == [*VERDICTS, "claims"]
    assert table.loc[("fourth", "Table 1"), "contradicted"] == 1
    assert table["claims"].sum() == 6


def test_the_verdict_box_shows_text_and_badges_and_escapes_html(fourth):
    box = verdict_box("shop/sales", {"leads": True, "growth": 0.05}, fourth())
    html = box._repr_html_()
    assert html.startswith('<div class="dw-verdicts">')
    meaning = 'href="../../how-to-read.html#verdict-exact">exact</a>'
    assert f'<a class="dw-badge dw-exact" {meaning}' in html
    assert '<tr id="share.a"><th scope="row"' in html
    assert '<a href="../synthesis/ledger.html#share.a">Product A: Share</a>' in html
    assert "sells &lt;most&gt;" in html
    assert "<most>" not in html
    shown, _, folded = html.partition("<details>")
    assert "dw-contradicted" in shown
    assert "Product A: Share" in shown
    assert "<summary>The 3 claims that are exact or open</summary>" in folded
    assert "Table 1 | Product A: Share | printed 61.0% | computed 60.0% | contradicted" in repr(box)
    assert box.counts() == {"contradicted": 1, "exact": 1, "reproduced": 2, "open": 2}


def test_a_box_of_several_papers_keeps_their_tables_apart(fourth):
    import pandas as pd

    from dataworth.ledger import VerdictBox

    frame = assess(fourth(), {})
    assert "Table 1</th>" in VerdictBox(frame)._repr_html_()
    both = pd.concat([frame, frame.assign(paper="fifth")])
    html = VerdictBox(both)._repr_html_()
    assert "Fourth, Table 1</th>" in html
    assert "Fifth, Table 1</th>" in html
    assert ">Table 1</th>" not in html


def test_the_verdict_box_takes_results_by_chapter_too(fourth):
    ledger, own = fourth(), {"leads": True}
    assert repr(verdict_box("shop/sales", {"shop/sales": own}, ledger)) == repr(
        verdict_box("shop/sales", own, ledger)
    )


def test_a_chapter_without_claims_has_no_verdict_box(fourth):
    with pytest.raises(InputError, match="'shop/none'"):
        verdict_box("shop/none", {}, fourth())


def test_one_claim_is_not_called_several(fourth):
    box = verdict_box("shop/sales", {"leads": True, "growth": 0.05}, fourth())
    alone = type(box)(box.frame[box.frame["verdict"] == "exact"].iloc[:1])
    assert "<summary>The 1 claim that is exact</summary>" in alone._repr_html_()


def test_a_box_reads_its_own_papers_files_alone(monkeypatch):
    from dataworth.ledger import rulebook

    read = rulebook.read_claims
    files = []
    monkeypatch.setattr(rulebook, "read_claims", lambda path: files.append(path.name) or read(path))
    assert not verdict_box("banks/forecast", {}).frame.empty
    assert files == ["banks.csv"]


@pytest.mark.parametrize(
    ("value", "text"),
    [(2005, "2005"), (202407, "202407"), (202_499, "202,499"), (63_762, "63,762"), (0.31, "0.31")],
)
def test_years_and_months_have_no_thousands(value, text):
    from dataworth.ledger.evaluate import _brief

    assert _brief(value) == text

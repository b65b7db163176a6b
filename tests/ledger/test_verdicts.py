"""Verdicts are computed from rules, the record and results; a fourth paper needs no code."""

import pytest

from dataworth.errors import InputError
from dataworth.ledger import assess, verdict_box
from dataworth.ledger.page import table
from tests.ledger.conftest import CLAIMS, RULES

COLUMNS = (
    "id paper section place row column printed unit kind chapter computed verdict basis evidence "
    "cause note rules repeats"
)


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


@pytest.mark.parametrize(
    ("low", "high", "verdict", "said"),
    [
        (700, 900, "possible", "lets 25% of the numbers within 50% in"),
        (401, 1200, "silent", "lets 100% of the numbers"),
        (850, 900, "silent", "cannot contradict"),
    ],
)
def test_a_reconstruction_allows_or_is_silent(fourth, low, high, verdict, said):
    results = with_results(**{"b.low": low, "b.high": high})
    row = verdicts(fourth(), results).loc["sales.b"]
    assert (row["verdict"], row["basis"]) == (verdict, "reconstruction")
    assert said in row["note"]


@pytest.mark.parametrize(("low", "high"), [(700, 900), (850, 900)])
def test_what_was_calibrated_to_a_number_says_nothing_about_it(fourth, low, high):
    rules = RULES.replace("high: b.high", "high: b.high, calibrated: it was drawn so")
    row = verdicts(fourth(rules), with_results(**{"b.low": low, "b.high": high})).loc["sales.b"]
    assert row["verdict"] == "silent"
    assert "By construction: it was drawn so." in row["note"]


def test_what_a_reconstruction_cannot_reach_is_said_whatever_the_verdict(fourth):
    rules = RULES.replace("target: sales.b, basis", "target: sales.all, basis")
    row = verdicts(fourth(rules), with_results(**{"b.low": 1, "b.high": 2})).loc["sales.all"]
    assert row["verdict"] == "exact"
    assert "Outside 1 to 2" in row["note"]


@pytest.mark.parametrize("holds", [True, False])
def test_a_simulated_corpus_supports_nothing_and_contradicts_nothing(fourth, holds):
    rules = RULES.replace("basis: record, result: leads", "basis: reconstruction, result: leads")
    row = verdicts(fourth(rules), with_results(leads=holds)).loc["leader"]
    assert (row["verdict"], row["computed"]) == ("silent", holds)


def test_a_relation_that_needs_its_tolerance_is_reproduced_not_exact(fourth):
    allowed = "tolerance: {absolute: 0.02, reason: late returns}"
    rules = RULES.replace("cause: pen", allowed)
    row = verdicts(fourth(rules)).loc["share.a"]
    assert row["verdict"] == "reproduced"
    assert "late returns" in row["note"]


def test_one_of_several_readings_is_enough(fourth):
    one = 'rule: share\n    given: {part: "sales.{p}", whole: sales.all}'
    two = "either: [{rule: same, given: {value: 1}}, {rule: same, given: {value: 0.61}}]"
    rules = RULES.replace(one, two)
    row = verdicts(fourth(rules)).loc["share.a"]
    assert row["verdict"] == "exact"
    # Its cause was named for the case that it fails.
    assert row["cause"] is None
    assert "Most likely" not in row["note"]


def test_a_condition_refutes_a_number_but_does_not_confirm_it(fourth):
    condition = (
        "  - {target: sales.a, rule: at_least, given: {value: sales.a, minimum: %s}}\ncauses:"
    )
    passes = verdicts(fourth(RULES.replace("causes:", condition % 1)))
    fails = verdicts(fourth(RULES.replace("causes:", condition % 5000)))
    assert passes.loc["sales.a", "verdict"] == "open"
    assert fails.loc["sales.a", "verdict"] == "contradicted"


def test_contradiction_outranks_confirmation(fourth):
    both = "  - {target: sales.all, rule: same, given: {value: 3}}\ncauses:"
    row = verdicts(fourth(RULES.replace("causes:", both))).loc["sales.all"]
    assert row["verdict"] == "contradicted"
    assert row["computed"] == 3


def test_the_public_record_is_read_by_rows_and_statistic(fourth):
    fact = (
        "facts: [{name: yield, label: bond, table: market_parameters_annual, "
        "column: cn10y_mean_pct, where: {year: [2012, 2021]}, statistic: mean, scale: 0.01}]\n"
    )
    rule = "  - {target: growth, rule: same, given: {value: yield}}\ncauses:"
    row = verdicts(fourth(fact + RULES.replace("causes:", rule))).loc["growth"]
    assert row["verdict"] == "contradicted"
    assert row["computed"] == pytest.approx(0.0340, abs=1e-4)
    assert "On public record: 0.034 (bond)." in row["note"]


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


def test_a_repetition_that_differs_is_contradicted_and_its_source_is_not(fourth):
    claims = CLAIMS + 'again,4,Section 4,once more,value,"2,010",ratio,text,\n'
    repeats = "repeats: [{target: again, of: sales.all, cause: pen}]\n"
    frame = verdicts(fourth(repeats + RULES, claims))
    assert list(frame.loc[["sales.all", "again"], "verdict"]) == ["exact", "contradicted"]
    assert "Most likely: a slip." in frame.loc["again", "note"]
    assert frame.loc["again", "cause"] == {"group": "pen", "class": "slip", "text": "a slip"}


@pytest.mark.parametrize(("printed", "verdict"), [("-60%", "open"), ("-62%", "contradicted")])
def test_a_text_may_repeat_the_size_of_a_number(fourth, printed, verdict):
    claims = CLAIMS + f"loss,4,Section 4,loss,value,{printed},ratio,text,\n"
    claims += "size,4,Section 4,size of the loss,value,60.0%,ratio,text,\n"
    rules = "repeats: [{target: size, of: loss, scale: -1}]\n"
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


WORLDS = (
    "basis: worlds, where_true: a, where_false: b, tries: [n], against: a slope, "
    "truth: [in_a, in_b]"
)


@pytest.mark.parametrize(
    ("true", "false", "verdict", "computed"),
    [
        (0.9, 0.1, "supported", True),
        (0.9, 0.3, "silent", "undecided"),
        (0.1, 0.9, "contradicted", False),
        (0.0, 0.0, "silent", "undecided"),
    ],
)
def test_the_evidence_ratio_decides_a_finding_tried_in_two_worlds(
    fourth, true, false, verdict, computed
):
    ledger = fourth(RULES.replace("basis: record, result: leads", WORLDS))
    recorded = {"a": true, "b": false, "n": 30, "in_a": True, "in_b": False}
    row = verdicts(ledger, with_results(**recorded)).loc["leader"]
    assert row[["verdict", "basis", "computed"]].tolist() == [verdict, "worlds", computed]
    assert set(row["evidence"]) == {"ratio", "low", "high", "p"}
    assert f"{true:.0%} of 30 trials where it is true, in {false:.0%} where there is" in row["note"]


@pytest.mark.parametrize("truth", [(True, True), (False, False), (False, True)])
def test_a_statement_that_its_worlds_do_not_tell_apart_by_truth_is_silent(fourth, truth):
    ledger = fourth(RULES.replace("basis: record, result: leads", WORLDS))
    recorded = {"a": 0.9, "b": 0.1, "n": 30, "in_a": truth[0], "in_b": truth[1]}
    row = verdicts(ledger, with_results(**recorded)).loc["leader"]
    assert row["verdict"] == "silent"
    assert "it is not true in the one world and false in the other" in row["note"]


def test_worlds_whose_truth_nobody_recorded_say_nothing(fourth):
    entry = WORLDS.replace(", truth: [in_a, in_b]", "")
    ledger = fourth(RULES.replace("basis: record, result: leads", entry))
    row = verdicts(ledger, with_results(a=0.9, b=0.1, n=30)).loc["leader"]
    assert row["verdict"] == "silent"
    assert "was not recorded" in row["note"]


def test_the_two_worlds_may_have_been_tried_differently_often(fourth):
    entry = WORLDS.replace("tries: [n]", "tries: [n, m]")
    ledger = fourth(RULES.replace("basis: record, result: leads", entry))
    recorded = {"a": 0.9, "b": 0.1, "n": 30, "m": 20, "in_a": True, "in_b": False}
    row = verdicts(ledger, with_results(**recorded)).loc["leader"]
    assert "90% of 30 and 20 trials" in row["note"]
    assert row["evidence"]["ratio"] == pytest.approx(9)


MODEL = "basis: model, where_true: a, tries: [n]"


@pytest.mark.parametrize(
    ("more", "share", "verdict", "said"),
    [
        ("", 0.85, "silent", "typical"),
        ("", 1.0, "silent", "typical"),
        ("", 0.5, "silent", "contingent"),
        ("", 0.1, "silent", "exceptional"),
        (", theorem: by symmetry", 1.0, "supported", "necessary"),
        (", theorem: by symmetry", 0.0, "contradicted", "impossible"),
        (", theorem: by symmetry, premise: assumed", 1.0, "silent", "not a finding: assumed"),
        (", where_false: b, against: no signal", 0.98, "supported", "ratio of 9.8"),
        (", where_false: b, against: no signal", 0.15, "silent", "ratio of 1.5"),
        (", where_false: b, against: no signal, both: b", 0.98, "supported", "ratio of 9.8"),
    ],
)
def test_a_model_decides_by_a_theorem_or_against_a_world_without_it(
    fourth, more, share, verdict, said
):
    ledger = fourth(RULES.replace("basis: record, result: leads", MODEL + more))
    row = verdicts(ledger, with_results(a=share, b=0.1, n=400)).loc["leader"]
    assert (row["verdict"], row["basis"]) == (verdict, "model")
    assert said in row["note"]


def test_the_own_setting_of_a_model_decides_nothing_and_conditions_are_shown(fourth):
    entry = MODEL + ", here: own, condition: when, flip: turns"
    ledger = fourth(RULES.replace("basis: record, result: leads", entry))
    texts = {"when": "it rains", "turns": "one yuan more"}
    notes = []
    for own in (True, False):
        row = verdicts(ledger, with_results(a=0.5, n=400, own=own, **texts)).loc["leader"]
        assert (row["verdict"], row["computed"]) == ("silent", "undecided")
        assert "Most often where it rains. One yuan more." in row["note"]
        notes.append(row["note"])
    assert notes[0] != notes[1]


@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [(0.2, 0.4, "supported"), (-0.1, 0.3, "silent"), (-0.4, -0.1, "contradicted")],
)
def test_real_data_bear_a_finding_out_with_the_whole_interval(fourth, low, high, verdict):
    entry = "basis: record, low: a, high: b, above: 0"
    ledger = fourth(RULES.replace("basis: record, result: leads", entry))
    row = verdicts(ledger, with_results(a=low, b=high)).loc["leader"]
    assert (row["verdict"], row["basis"]) == (verdict, "record")


def test_a_limit_may_be_recorded_too(fourth):
    entry = "basis: record, low: a, high: b, below: c"
    ledger = fourth(RULES.replace("basis: record, result: leads", entry))
    assert verdicts(ledger, with_results(a=1, b=2, c=3)).loc["leader", "verdict"] == "supported"


@pytest.mark.parametrize(
    ("printed", "verdict"),
    [
        ("60%", "exact"),
        ("over 59%", "exact"),
        ("over 60%", "exact"),  # its parts are rounded too
        ("over 61%", "contradicted"),
        ("at least 59.9%", "exact"),
        ("below 60%", "exact"),
        ("at most 59%", "contradicted"),
        ("about 61%", "reproduced"),
    ],
)
def test_the_word_before_a_number_is_part_of_the_claim(fourth, printed, verdict):
    frame = verdicts(fourth(claims=CLAIMS.replace("61.0%", printed)))
    assert frame.loc["share.a", "verdict"] == verdict


def test_a_choice_is_a_setting_and_rests_on_nothing(fourth):
    rules = RULES.replace('open:\n  - {targets: ["sales.?"], needs: the books of the shop}', "")
    rules += 'settings: [{targets: ["sales.?"], why: the shop chose them}]'
    row = verdicts(fourth(rules)).loc["sales.a"]
    assert row[["verdict", "basis", "computed"]].tolist() == ["setting", "none", None]


@pytest.mark.parametrize("value", [0.05, 0.09])
def test_facts_that_stand_in_neither_confirm_a_claim_nor_contradict_it(fourth, value):
    rule = f"{{target: growth, rule: total, given: {{parts: [{value}]}}, stands_in: last year}}"
    row = verdicts(fourth(RULES.replace("causes:", f"  - {rule}\ncauses:"))).loc["growth"]
    assert row["verdict"] == "silent"
    assert row["computed"] == value
    assert "In place of the paper's own data: last year." in row["note"]


@pytest.mark.parametrize("holds", [True, False])
def test_further_recorded_numbers_and_the_reading_are_shown_either_way(fourth, holds):
    rules = RULES.replace(
        "result: leads}", 'result: leads, info: {share of shops: "more:.0%"}, reading: By sales.}'
    )
    row = verdicts(fourth(rules), with_results(leads=holds, more=0.5)).loc["leader"]
    assert row["note"].endswith("By sales. Also: share of shops: 50%.")


def test_a_cut_off_of_ours_is_marked_as_ours(fourth):
    rules = RULES.replace("result: leads}", "result: leads, cutoff: Most is read as half.}")
    row = verdicts(fourth(rules), with_results(leads=True)).loc["leader"]
    assert "Our cut-off: Most is read as half." in row["note"]


def test_the_compound_return_of_a_fact_is_below_its_mean(fourth):
    fact = "table: market_parameters_annual, column: csi300_return_pct, scale: 0.01"
    rows = "where: {year: [2012, 2021]}"
    facts = f"facts: [{{name: m, label: mean, {fact}, {rows}, statistic: mean}}, "
    facts += f"{{name: c, label: compound, {fact}, {rows}, statistic: compound}}]\n"
    rule = "  - {target: share.a, rule: same, given: {value: m}, info: [c]}\ncauses:"
    row = verdicts(fourth(facts + RULES.replace("causes:", rule, 1))).loc["share.a"]
    assert "On public record: 7.7% (compound)." in row["note"]
    assert "On public record: 10.0% (mean)." in row["note"]


def test_many_numbers_of_one_row_are_named_by_the_first_and_the_last(fourth):
    extra = "".join(f'q{n},5,Table 2,Stock,Q{n},"100",item,table,\n' for n in (1, 2, 3, 4))
    rule = "  - {target: q4, rule: mean, given: {values: [q1, q2, q3]}}\ncauses:"
    rules = RULES.replace("causes:", rule, 1).replace('"sales.?"', '"sales.?", "q?"')
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
    rule = "  - {target: growth, rule: same, given: {value: it}}\ncauses:"
    ledger = fourth(f"facts: [{{name: it, label: it, {fact}}}]\n" + RULES.replace("causes:", rule))
    with pytest.raises(InputError, match=message):
        assess(ledger, {})


def test_a_rule_without_a_value_there_gives_one_line(fourth):
    rules = RULES.replace("whole: sales.all", "whole: 0")
    with pytest.raises(InputError, match=r"fourth\.yml: line 3: share\.a: share: .*division"):
        assess(fourth(rules), {})


def test_the_verdict_box_shows_text_and_badges_and_escapes_html(fourth):
    html = verdict_box("shop/sales", {"leads": True, "growth": 0.05}, fourth()).data
    assert html.startswith('<div class="dw-verdicts">')
    meaning = 'href="../../how-to-read.html#verdict-exact">exact</a>'
    assert f'<a class="dw-badge dw-exact" {meaning}' in html
    assert '<tr id="share.a">\n<th scope="row"' in html
    assert '<a href="../synthesis/ledger.html#share.a">Product A: Share</a>' in html
    assert "sells &lt;most&gt;" in html
    assert "<most>" not in html
    shown, _, folded = html.partition("<details>")
    assert "dw-contradicted" in shown
    assert "Product A: Share" in shown
    assert "<summary>The 3 claims that are exact or open</summary>" in folded


def test_a_table_of_several_papers_keeps_them_apart(fourth):
    import pandas as pd

    frame = assess(fourth(), {})
    assert "Table 1</th>" in table(frame)
    html = table(pd.concat([frame, frame.assign(paper="fifth")]))
    assert "Fourth, Table 1</th>" in html
    assert "Fifth, Table 1</th>" in html
    assert ">Table 1</th>" not in html


def test_a_chapter_without_claims_has_no_verdict_box(fourth):
    with pytest.raises(InputError, match="'shop/none'"):
        verdict_box("shop/none", {}, fourth())


def test_one_claim_is_not_called_several(fourth):
    claims = CLAIMS.replace("shop/sales", "shop/other")
    claims = claims.replace("shop/other\nshare", "shop/sales\nshare")
    html = verdict_box("shop/sales", {}, fourth(claims=claims)).data
    assert "<summary>The 1 claim that is exact</summary>" in html


def test_a_box_reads_its_own_papers_files_alone(monkeypatch):
    from dataworth.ledger import rulebook

    read = rulebook.read_claims
    files = []
    monkeypatch.setattr(
        rulebook, "read_claims", lambda path, name: files.append(path.name) or read(path, name)
    )
    assert "t6.cost_forecast.q1" in verdict_box("banks/forecast", {}).data
    assert files == ["banks.csv"]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (2005, "2005"),
        (202407, "July 2024"),
        (202_499, "202,499"),
        (63_762, "63,762"),
        (0.31, "0.31"),
    ],
)
def test_years_have_no_thousands_and_months_their_names(value, text):
    from dataworth.ledger.wording import brief

    assert brief(value) == text

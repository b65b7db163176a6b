"""The report: what it must say on its first page, and what is given or not."""

from dataclasses import replace

import numpy as np
import pypdfium2
import pytest

from dataworth.asset.report import documents, read_words, report, status
from dataworth.asset.value import value_asset

from .assets import described, sample

WORDS = read_words()


@pytest.fixture(scope="module")
def files():
    asset = sample("platform")
    return documents(asset, value_asset(asset, draws=500), draws=500, seed=0)


def keys(tree, path=""):
    if isinstance(tree, dict):
        return {p for name, inner in tree.items() for p in keys(inner, f"{path}.{name}")}
    return {path} | ({f"{path}#{len(tree)}"} if isinstance(tree, list) else set())


def test_both_languages_say_the_same_things():
    assert keys(WORDS["en"]) == keys(WORDS["zh"])


def test_it_comes_as_page_pdf_and_workbook(files):
    assert {*files} == {
        "asset.xlsx", "report.en.html", "report.en.pdf", "report.zh.html", "report.zh.pdf",
    }  # fmt: skip


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_first_page_says_that_it_is_no_appraisal_and_may_not_be_booked(files, language):
    page = files[f"report.{language}.html"].decode()
    first = (
        pypdfium2.PdfDocument(files[f"report.{language}.pdf"])[0].get_textpage().get_text_range()
    )
    body = page.partition("<body>")[2]
    for line in WORDS[language]["statement"]:
        assert line in body
        assert line[:12] in first
    assert body.index(WORDS[language]["statement"][1]) < body.index("<h2>")
    assert "33" in WORDS[language]["statement"][1]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_sections_stand_in_order_and_numbers_are_those_of_the_valuation(language, tmp_path):
    asset, words = described(tmp_path), WORDS[language]
    found = value_asset(asset, draws=300)
    said = report(asset, found, words, draws=300, seed=0)
    assert [section["key"] for section in said["sections"]] == [*words["sections"]]
    by_key = {section["key"]: section for section in said["sections"]}
    for row, (key, value) in zip(by_key["results"]["rows"], found.central.items(), strict=True):
        assert row[0] == words["methods"][key][0]
        assert float(row[1].replace(",", "")) == pytest.approx(value / words["per"], abs=0.006)
    for section in said["sections"]:
        width = len(section["head"]) - (section["bars"] is not None)
        assert all(len(row) == width for row in section["rows"])
        for left, long in section["bars"] or []:
            assert 0 <= left <= left + long <= 1 + 1e-9


def test_a_point_of_the_guidance_is_given_not_given_or_not_applicable(tmp_path):
    words = WORDS["en"]
    asset = described(tmp_path, uses=["scoring"], rights={"personal": False})
    assert status(asset, {"needs": ["uses", "costs"]}, words) == "given"
    assert status(asset, {"needs": ["uses", "market"]}, words) == "not given: market"
    assert (
        status(asset, {"needs": ["limits"], "when": "rights.personal"}, words) == "not applicable"
    )
    assert status(asset, {"by": "report"}, words) == "given by this report"
    assert status(asset, {"needs": ["quality.scores.conformity"]}, words).startswith("not given")


def test_markup_in_a_name_stays_text(tmp_path):
    asset = described(tmp_path, name="<script>alert(1)</script> #panic() $x$")
    files = documents(asset, value_asset(asset, draws=100), draws=100, seed=0)
    assert b"<script>alert" not in files["report.en.html"]


def test_without_a_conclusion_the_report_says_so(tmp_path):
    asset = described(tmp_path, costs=None, comparables=None, share=None,
                      income=[{"year": 2025, "revenue": 100}])  # fmt: skip
    found = value_asset(asset, draws=100)
    assert [*found.central.index] == ["relief_from_royalty"]
    assert "1 apply" in report(asset, found, WORDS["en"], draws=100, seed=0)["summary"][0]


@pytest.mark.parametrize("language", WORDS)
def test_what_a_check_doubts_stands_in_the_report(language, tmp_path):
    asset = described(tmp_path, unit=None)
    said = report(asset, value_asset(asset, draws=100), WORDS[language], draws=100, seed=0)
    assert said["summary"][-1] == f"{WORDS[language]['doubt']}{asset.doubts[0]}"
    assert asset.doubts == ["unit: not given; amounts that carry none count as yuan"]


def test_the_summary_names_what_all_intervals_share_if_anything_and_three_movers(tmp_path):
    asset, words = described(tmp_path), WORDS["en"]
    found = value_asset(asset, draws=100)
    said = []
    for ends in ([1000.0, 2000.0], [np.nan, np.nan]):
        conclusion = found.conclusion.copy()
        conclusion[["common_low", "common_high"]] = ends
        changed = replace(found, conclusion=conclusion)
        said.append(report(asset, changed, words, draws=100, seed=0)["summary"])
    assert said[0][1].startswith("Their intervals all share ")
    assert said[1][1] == words["no_common"]
    movers = said[0][0].partition("What matters most: ")[2]
    assert len(found.tornado) > 3
    assert movers.count("(") == 3

"""The replication report and the letter: what they say, and that they are sound documents."""

import io
import re

import pandas as pd
import pypdfium2
import pytest

from dataworth.errors import InputError
from dataworth.facts import DATA
from dataworth.ledger import assess, load_ledger
from dataworth.ledger.report import documents, editors_class, replication_report
from dataworth.ledger.rows import computed

TEA = DATA / "samples" / "tea"


@pytest.fixture(scope="module")
def tea():
    ledger = load_ledger(TEA)
    return ledger, assess(ledger, {})


@pytest.fixture(scope="module")
def report(tea):
    return replication_report(*tea, "tea")


SLIP, METHOD = {"class": "slip"}, {"class": "method"}


@pytest.mark.parametrize(
    ("verdicts", "causes", "expected"),
    [
        (["exact", "reproduced", "setting"], [], "full"),
        (["supported", "contradicted"], [SLIP], "full with minor issues"),
        (["exact", "contradicted"], [METHOD], "partial"),
        (["exact", "contradicted"], [None], "partial"),
        (["exact", "contradicted", "open"], [SLIP], "partial"),
        (["exact", "silent"], [], "partial"),
        (["open", "possible"], [], "not able"),
        (["setting"], [], "nothing to check"),
    ],
)
def test_the_class_of_data_editors_follows_from_the_verdicts(verdicts, causes, expected):
    rest = [None] * (len(verdicts) - len(causes))
    wrong = iter(causes + rest)
    cause = [next(wrong) if verdict == "contradicted" else None for verdict in verdicts]
    rows = pd.DataFrame({"verdict": verdicts, "cause": pd.Series(cause, dtype=object)})
    assert editors_class(rows) == expected


def test_the_report_counts_what_the_ledger_holds(tea, report):
    _, frame = tea
    counts = {verdict: number for verdict, number in report["counts"].items() if number}
    assert counts == frame["verdict"].value_counts().to_dict()
    assert sum(len(item["rows"]) for item in report["items"]) == len(frame)
    assert report["class"] == "partial"
    assert report["reasons"] == [
        "Discrepancy in output",
        "Data not available",
        "Data missing",
        "Code missing",
    ]
    rows = [row for cause in report["contradicted"] for row in cause["rows"]]
    assert len(rows) == counts["contradicted"]
    needs = sum(entry["number"] for entry in report["open"])
    assert needs == counts["open"]


def test_causes_stand_in_order_with_their_arithmetic(report):
    kinds = [cause["kind"] for cause in report["contradicted"]]
    assert kinds == sorted(kinds, key=kinds.index)
    assert kinds[0].startswith("a slip")
    (price,) = [c for c in report["contradicted"] if c["name"] == "price"]
    assert [row["arithmetic"] for row in price["rows"]] == [
        "On public record: 17.6 (price of tea, mean of 2021 to 2024)."
    ]


def test_readings_are_signed_by_rule_and_line(tmp_path):
    for file in ("claims.csv", "rules.yml"):
        text = (TEA / file).read_text("utf-8")
        text = text.replace(
            "given: {larger: t2.tidy.sales", "reading: Ours, given: {larger: t2.tidy.sales"
        )
        (tmp_path / file).write_text(text, encoding="utf-8")
    (tmp_path / "facts").mkdir()
    (tmp_path / "facts" / "tea_prices.csv").write_bytes((TEA / "facts/tea_prices.csv").read_bytes())
    ledger = load_ledger(tmp_path)
    (reading,) = replication_report(ledger, assess(ledger, {}), tmp_path.name)["readings"]
    line = (tmp_path / "rules.yml").read_text("utf-8").partition("reading: Ours")[0].count("\n") + 1
    assert reading == {
        "text": "Ours.",
        "signed": f"difference, rules.yml line {line}",
        "claims": ["s3.difference"],
    }


def test_a_number_beside_over_shows_more_digits():
    row = {"kind": "text", "printed": "over 44%", "computed": 0.43630, "verdict": "contradicted"}
    assert computed(row) == "43.63%"
    assert computed(row | {"printed": "45%"}) == "44%"


def test_an_unknown_paper_is_refused(tea):
    with pytest.raises(InputError, match="expected one of tea, found 'coffee'"):
        replication_report(*tea, "coffee")


def text_of(pdf):
    pages = pypdfium2.PdfDocument(io.BytesIO(pdf))
    return [page.get_textpage().get_text_range() for page in pages]


def test_the_pdf_is_tagged_and_says_the_same_as_the_page(tea, report):
    pdf, html = (documents(*tea, "tea", form)[f"report.{form}"]() for form in ("pdf", "html"))
    assert b"/StructTreeRoot" in pdf
    assert b"/MarkInfo" in pdf
    text, page = " ".join(text_of(pdf)), html.decode()
    for phrase in ("The authors were not contacted", "Discrepancy in output", "18.2", "17.6"):
        assert phrase in text
        assert phrase in page
    assert all(f'id="{row["id"]}"' in page for item in report["items"] for row in item["rows"])
    assert report["hashes"]["verdicts"] in page
    assert not re.search(r'(src|href)="(?!https://doi\.org)', page)


def letters_of(ledger, frame, name, form="pdf"):
    files = documents(ledger, frame, name, form)
    return {file: write() for file, write in files.items() if file.startswith("letter")}


def test_letters_are_one_page_each_and_ask_about_every_cause(tea, report):
    letters = letters_of(*tea, "tea")
    assert list(letters) == ["letter.en.pdf", "letter.zh.pdf"]
    for pdf in letters.values():
        assert len(text_of(pdf)) == 1
    english, chinese = (re.sub(r"\s+", "", text_of(pdf)[0]) for pdf in letters.values())
    for cause in report["contradicted"]:
        assert re.sub(r"\s+", "", cause["text"]) in english
        for row in cause["rows"][:2]:
            assert row["printed"].replace(" ", "") in english
            assert row["printed"].replace(" ", "") in chinese
    assert english.count("?") == len(report["contradicted"]) + 1  # and the title
    assert chinese.count("？") == len(report["contradicted"])
    assert "尊敬的作者" in chinese
    assert "单侧p值被写作双侧p值" in chinese


@pytest.mark.parametrize("paper", ["potential", "banks", "finance"])
def test_letters_about_the_books_papers_are_one_page_and_read_in_both_languages(paper):
    ledger = load_ledger(paper=paper)
    book = ledger[0].book
    assert book.paper[0].title
    assert book.paper[0].authors
    assert book.causes
    for cause in book.causes:
        assert cause.question.endswith("?")
        assert cause.zh.endswith("。")
        assert cause.question_zh.endswith("？")
    for pdf in letters_of(ledger, assess(ledger, {}), paper).values():
        assert len(text_of(pdf)) == 1


def test_a_letter_about_nothing_says_so(tmp_path):
    (tmp_path / "claims.csv").write_text(
        "id,section,place,row,column,printed,unit,kind\na,1,Table 1,r,c,2,count,table\n"
    )
    (tmp_path / "rules.yml").write_text(
        "rules: [{target: a, rule: total, given: {parts: [1, 1]}}]\n"
    )
    ledger = load_ledger(tmp_path)
    letters = letters_of(ledger, assess(ledger, {}), tmp_path.name, "html")
    assert "Nothing that we could check is contradicted" in letters["letter.en.html"].decode()

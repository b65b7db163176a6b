"""Reports come in as PDF, TXT and JSON lines; a bad one is left out and stops no other."""

import json
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataworth.errors import InputError
from dataworth.inputs.reports import folder as reports
from dataworth.inputs.reports.folder import (
    LeftOut,
    Report,
    check_reports,
    clean,
    open_reports,
    sentences,
)
from dataworth.inputs.reports.names import bank_of, year_of
from dataworth.inputs.reports.plain_text import Unusable, decode, is_row_of_figures

PARAGRAPH = (
    "本行持续推进数字化转型，加强数据采集、数据存储、数据分析和数据应用，数据治理能力不断提高。"
    "截至报告期末，本行不良贷款率为1.77%，较上年末下降0.03个百分点；营业收入稳中有升。"
)
TEXT = "\n".join([PARAGRAPH] * 5)


def write_pdf(path, pages, *, password=None, picture=False):
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfgen.canvas import Canvas

    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    canvas = Canvas(str(path), encrypt=password)
    for lines in pages:
        canvas.setFont("STSong-Light", 10)
        for number, line in enumerate(lines):
            canvas.drawString(50, 780 - 16 * number, line)
        if picture:
            canvas.rect(50, 100, 400, 600, fill=1)
        canvas.showPage()
    canvas.save()
    return path


def wrapped(text, width=36):
    return [text[i : i + width] for i in range(0, len(text), width)]


def only(path):
    (entry,) = open_reports(path)
    return entry.load()


def write_lines(path, records):
    path.write_text("\n".join(json.dumps(r, ensure_ascii=False) for r in records), "utf-8")
    return path


# Text in


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16", "utf-16-le"]
)
def test_every_usual_encoding_gives_the_same_text(tmp_path, encoding):
    (tmp_path / "华夏银行_2021.txt").write_bytes(TEXT.encode(encoding))
    assert only(tmp_path) == Report("华夏银行", 2021, TEXT, "华夏银行_2021.txt")


def test_gbk_under_the_mark_of_utf8_is_read_as_gbk(tmp_path):
    path = tmp_path / "华夏银行_2021_utf8.txt"
    path.write_bytes(b"\xef\xbb\xbf" + TEXT.encode("gbk"))
    assert only(path).text == TEXT


def test_traditional_text_in_big5_is_converted_and_says_so(tmp_path):
    import opencc

    traditional = opencc.OpenCC("s2tw").convert(TEXT)
    (tmp_path / "華夏銀行_2021.txt").write_bytes(traditional.encode("big5"))
    found = only(tmp_path)
    assert (found.bank, found.text) == ("华夏银行", TEXT)
    assert found.source == "華夏銀行_2021.txt (traditional characters, converted)"


@given(st.text("数据银行年度报告风险管理业务的发展，。0123456789", min_size=30))
def test_what_gbk_and_utf8_wrote_is_read_back(text):
    assert decode(text.encode("utf-8")) == text
    assert decode(("本行的业务和管理。" + text).encode("gb18030")) == "本行的业务和管理。" + text


def test_one_damaged_byte_in_a_long_report_does_no_harm():
    raw = (TEXT * 10).encode("gbk")
    text = decode(raw[:500] + b"\xff" + raw[501:])
    assert len(text) == pytest.approx(len(TEXT) * 10, abs=3)


def test_a_pdf_gives_paragraphs_without_headers_footers_and_tables(tmp_path):
    body = wrapped(PARAGRAPH * 15)
    head, row = "华夏银行股份有限公司 2021年年度报告", "利息净收入 70,442 81,967 -14.06%"
    pages = [[head, *body[i : i + 7], row, f"- {i} -"] for i in range(0, len(body), 7)]
    write_pdf(tmp_path / "华夏银行_2021年年度报告.pdf", pages)
    found = only(tmp_path)
    assert (found.bank, found.year) == ("华夏银行", 2021)
    assert found.text.replace("\n", "") == PARAGRAPH * 15
    assert sentences(found.text).count(sentences(PARAGRAPH)[0]) == 15


def test_a_sentence_goes_on_over_a_page():
    first, second = PARAGRAPH[:20], PARAGRAPH[20:]
    pages = [
        "\n".join([*wrapped(PARAGRAPH * 2, 20)[:8], first, "12"]),
        "\n".join(["华夏银行2021年年度报告", second]),
    ]
    assert PARAGRAPH in clean("\f".join(pages)).replace("\n", "")


def test_json_lines_hold_many_reports(tmp_path):
    records = [
        {"bank": "华夏银行", "year": 2021, "text": TEXT},
        {"银行": "中国工商银行股份有限公司", "年度": "2020年", "正文": TEXT},
        {"code": 1, "year": "2019-12-31", "text": TEXT},
    ]
    found = [entry.load() for entry in open_reports(write_lines(tmp_path / "all.jsonl", records))]
    assert [(r.bank, r.year) for r in found] == [
        ("华夏银行", 2021),
        ("工商银行", 2020),
        ("平安银行", 2019),
    ]
    assert found[1] == Report("工商银行", 2020, TEXT, "all.jsonl, line 2")


# Names


@pytest.mark.parametrize(
    ("name", "bank", "year"),
    [
        ("华夏银行_2021年年度报告", "华夏银行", 2021),
        ("600015_2021", "华夏银行", 2021),
        ("2021 华夏银行 annual", "华夏银行", 2021),
        ("华夏银行：2021年年度报告（修订版）", "华夏银行", 2021),
        ("600015_20220430_2021年年度报告", "华夏银行", 2021),
        ("华夏银行2021年度报告2022-04-30", "华夏银行", 2021),
        ("年度报告_sh600015_20211231", "华夏银行", 2021),
        ("Hua_Xia_Bank-Annual-Report-2021", "华夏银行", 2021),
        ("中國農業銀行2015年報", "农业银行", 2015),
        ("上海浦东发展银行股份有限公司二〇一二年年度报告", "浦发银行", 2012),
        ("苏州农村商业银行2022", "苏农银行", 2022),
        ("2021年盛京银行年度报告", "盛京银行", 2021),
        ("Bank of China 2010", "中国银行", 2010),
        ("Agricultural Bank of China FY2010", "农业银行", 2010),
        ("1213245678", None, None),
        ("华夏银行 2019 2020", "华夏银行", None),
    ],
)
def test_bank_and_year_are_read_from_a_name(name, bank, year):
    assert (bank_of(name), year_of(name)) == (bank, year)


@pytest.mark.parametrize(
    "name", ["华夏银行/2021.txt", "2021/600015.txt", "年报/华夏银行/2021年/a.txt"]
)
def test_folders_tell_what_the_file_does_not(tmp_path, name):
    path = tmp_path / name
    path.parent.mkdir(parents=True)
    path.write_text(TEXT, "utf-8")
    assert (only(tmp_path).bank, only(tmp_path).year) == ("华夏银行", 2021)
    assert only(tmp_path / name.split("/")[0]).year == 2021


# Bad input


def bad_folder(folder):
    write_pdf(folder / "交通银行_2001.pdf", [["", ""], ["", ""]], picture=True)
    write_pdf(folder / "交通银行_2002.pdf", [wrapped(PARAGRAPH * 3)], password="secret")
    whole = write_pdf(folder / "whole.tmp", [wrapped(PARAGRAPH * 3)]).read_bytes()
    (folder / "whole.tmp").unlink()
    (folder / "交通银行_2003.pdf").write_bytes(whole[:300])
    (folder / "交通银行_2004.pdf").write_text("<html>not found</html>")
    (folder / "交通银行_2005.txt").write_bytes(b"")
    (folder / "交通银行_2006.txt").write_text("见附件。", "utf-8")
    (folder / "交通银行_2007.txt").write_text("The bank invests in data and people. " * 99)
    (folder / "交通银行_2008.txt").write_bytes(bytes(range(256)) * 30)
    (folder / "交通银行_2009.txt").write_text(
        "デジタルデータのサービスと銀行業務について。" * 30, "utf-8"
    )
    (folder / "交通银行_2010.txt").write_text("锟斤拷" * 300, "utf-8")
    (folder / "交通银行_2011年半年度报告.txt").write_text(TEXT, "utf-8")
    (folder / "交通银行.txt").write_text(TEXT, "utf-8")
    (folder / "000999_2012.txt").write_text(TEXT, "utf-8")
    (folder / "交通银行_2013.docx").write_bytes(b"PK")
    lines = ['{"bank": "交通银行", "year": 2014', "[1]", '{"bank": "交通银行", "year": 2015}']
    lines += [
        '{"bank": "交通银行", "year": 20, "text": "a"}',
        '{"bank": "x", "year": 2016, "text": 5}',
    ]
    (folder / "lines.jsonl").write_text("\n".join(lines), "utf-8")


REASONS = {
    "000999_2012.txt": "the code 000999 is not in data/facts/banks.csv",
    "lines.jsonl, line 1": "expected a JSON object, found an error in it",
    "lines.jsonl, line 2": "expected a JSON object, found '[1]'",
    "lines.jsonl, line 3": "found no text",
    "lines.jsonl, line 4": "year: expected a year, found '20'",
    "lines.jsonl, line 5": "text: expected text, found '5'",
    "交通银行.txt": "does not tell the year",
    "交通银行_2001.pdf": "no text on its 2 pages: a scan",
    "交通银行_2002.pdf": "a password is needed",
    "交通银行_2003.pdf": "the PDF is damaged",
    "交通银行_2004.pdf": "expected a PDF",
    "交通银行_2005.txt": "found an empty file",
    "交通银行_2006.txt": "expected at least 200 Chinese characters, found 3",
    "交通银行_2007.txt": "expected Chinese, found 2,",
    "交通银行_2008.txt": "expected text in UTF-8",
    "交通银行_2009.txt": "found Japanese or Korean",
    "交通银行_2010.txt": "an earlier conversion lost",
    "交通银行_2011年半年度报告.txt": "expected an annual report, found '半年'",
    "交通银行_2013.docx": "expected .pdf, .txt or .jsonl, found .docx",
}


def test_each_bad_report_has_one_clear_line_and_stops_no_other(tmp_path):
    bad_folder(tmp_path)
    (tmp_path / "华夏银行_2021.txt").write_text(TEXT, "utf-8")
    found = [entry.load() for entry in open_reports(tmp_path)]
    reasons = {left.source: left.reason for left in found if isinstance(left, LeftOut)}
    assert sorted(reasons) == sorted(REASONS)
    for source, part in REASONS.items():
        assert part in reasons[source]
        assert "\n" not in reasons[source]
    assert [r.bank for r in found if isinstance(r, Report)] == ["华夏银行"]


def test_the_first_of_two_reports_of_a_bank_and_year_is_kept(tmp_path):
    (tmp_path / "a 华夏银行 2021.txt").write_text(TEXT, "utf-8")
    (tmp_path / "b 600015 2021.txt").write_text(TEXT * 2, "utf-8")
    first, second = (entry.load() for entry in open_reports(tmp_path))
    assert first.text == TEXT
    assert second == LeftOut("b 600015 2021.txt", "华夏银行 2021 is taken from a 华夏银行 2021.txt")


def test_a_copy_stands_in_for_a_report_that_cannot_be_read(tmp_path):
    write_pdf(tmp_path / "a 华夏银行 2021.pdf", [[""]], picture=True)
    (tmp_path / "b 华夏银行 2021.txt").write_text(TEXT, "utf-8")
    scan, copy = (entry.load() for entry in open_reports(tmp_path))
    assert isinstance(scan, LeftOut)
    assert copy.text == TEXT


def test_a_file_that_vanishes_is_left_out(tmp_path):
    path = tmp_path / "华夏银行_2021.txt"
    path.write_text(TEXT, "utf-8")
    entries = open_reports(tmp_path)
    path.unlink()
    assert entries[0].load() == LeftOut(path.name, "cannot be read: No such file or directory")


def test_folders_without_reports_are_refused(tmp_path):
    with pytest.raises(InputError, match="no such folder"):
        open_reports(tmp_path / "none")
    (tmp_path / "pay.csv").write_text("bank,pay")
    with pytest.raises(InputError, match=r"expected annual reports .* found none"):
        open_reports(tmp_path)
    (tmp_path / "交通银行.txt").write_text(TEXT, "utf-8")
    with pytest.raises(InputError, match=r"found 1 that cannot be used; 交通银行.txt: its name"):
        open_reports(tmp_path)


def test_entries_are_small_and_read_nothing_before_they_are_asked(tmp_path):
    path = write_lines(
        tmp_path / "all.jsonl",
        [{"bank": "华夏银行", "year": y, "text": TEXT} for y in range(2007, 2023)],
    )
    entries = open_reports(path)
    assert len(entries) == 16
    again = pickle.loads(pickle.dumps(entries))
    assert max(len(pickle.dumps(entry)) for entry in entries) < 1000
    assert [e.load() for e in again] == [e.load() for e in entries]


def test_the_check_has_one_line_a_report(tmp_path):
    (tmp_path / "华夏银行_2021.txt").write_text(TEXT, "utf-8")
    (tmp_path / "华夏银行.txt").write_text(TEXT, "utf-8")
    check = check_reports(tmp_path)
    left, used = check.findings
    assert (left.severity, left.where) == ("warning", "华夏银行.txt")
    assert (used.severity, used.message) == ("note", f"华夏银行 2021, {len(TEXT)} characters")
    assert (
        check.summary() == f"1 report of 1 bank, 2021 to 2021, {len(TEXT)} characters; 1 left out"
    )
    assert check.errors == ()


def test_the_check_of_a_folder_without_a_usable_report_is_an_error(tmp_path):
    assert [f.severity for f in check_reports(tmp_path / "none").errors] == ["error"]
    (tmp_path / "华夏银行_2021.txt").write_text("见附件。", "utf-8")
    (error,) = check_reports(tmp_path).errors
    assert error.message == "none of 1 report can be used"


# Cleaning


@pytest.mark.parametrize(
    ("line", "table"),
    [
        ("利息净收入 70,442 81,967 -14.06%", True),
        ("营业收入 95,870", True),
        ("1,234 5,678 (9.10%) - 不适用", True),
        ("70,442  81,967  -14.06", True),
        ("2021年，本行实现营业收入 958.70 亿元，同比增长 0.59%。", False),
        ("第三节 管理层讨论与分析 12", False),
        ("本集团不良贷款率 1.77%，较上年末下降 0.03 个百分点，资产质量稳定", False),
        ("数据治理", False),
    ],
)
def test_rows_of_figures_are_told_from_sentences(line, table):
    assert is_row_of_figures(line) == table


def test_full_width_figures_become_plain_and_punctuation_stays():
    assert clean("２０２１年，ＩＴ投入增长１２．５％。") == "2021年，IT投入增长12.5%。"


def test_radicals_that_pdf_fonts_leave_become_characters():
    assert clean("⾦融⻛险管理。") == "金融风险管理。"


def test_headings_stay_apart_and_broken_lines_are_joined():
    text = "\n".join(["第一节 数据治理", *wrapped(PARAGRAPH * 3, 30), "二、风险管理", PARAGRAPH])
    head, *body, second, last = clean(text).split("\n")
    assert (head, second, last) == ("第一节数据治理", "二、风险管理", PARAGRAPH)
    assert "".join(body) == PARAGRAPH * 3


@given(st.lists(st.sampled_from(sentences(PARAGRAPH)), min_size=1, max_size=20))
def test_cleaning_twice_changes_nothing(lines):
    once = clean("\n".join(lines))
    assert clean(once) == once
    assert "".join(sentences(once)) == "".join(lines)


def test_sentences_end_at_chinese_punctuation_and_never_at_a_point():
    assert sentences("不良率为1.5%。“稳中求进！”数据治理；\n标题") == [
        "不良率为1.5%。",
        "“稳中求进！”",
        "数据治理；",
        "标题",
    ]


def test_a_blank_text_has_no_sentence():
    assert sentences("\n \n") == []
    with pytest.raises(Unusable, match="empty"):
        decode(b" \r\n")


def test_the_public_names_are_in_one_place():
    assert {"Report", "LeftOut", "open_reports", "check_reports", "clean"} <= set(reports.__all__)

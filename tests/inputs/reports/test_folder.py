"""Reports come in as PDF, TXT and JSON lines; a bad one is left out and stops no other."""

import json
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataworth.errors import InputError
from dataworth.inputs.reports.folder import SCOPES, LeftOut, Report, check_reports, open_reports
from dataworth.inputs.reports.names import bank_of, year_of
from dataworth.inputs.reports.plain_text import clean, is_row_of_figures, sentences

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
        ("中国邮政储蓄银行_2021年年度报告", "邮储银行", 2021),
        ("601658_2021", "邮储银行", 2021),
        ("上海农村商业银行股份有限公司2021年年度报告", "沪农商行", 2021),
        ("深圳发展银行2010年年度报告", "平安银行", 2010),
        ("工行2021年报", "工商银行", 2021),
        ("HXB 2021 Annual Report 中文", "华夏银行", 2021),
        ("华夏银行 FY21 年报", "华夏银行", 2021),
        ("中国银行（香港）有限公司_2021年年度报告", "中国银行(香港)", 2021),
        ("南洋商业银行（中国银行集团成员）2021年年度报告", "南洋商业银行", 2021),
        ("中国进出口银行_2021年年度报告", "中国进出口银行", 2021),
        ("Export-Import Bank of China 2021", "Export Import Bank of China", 2021),
        ("603339_2019", "603339", 2019),
        ("贵州茅台：2021年年度报告", "贵州茅台", 2021),
        ("某某科技股份有限公司2021年年度报告（A股）", "某某科技", 2021),
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
    (folder / "2012.txt").write_text(TEXT, "utf-8")
    (folder / "中国银行业协会_2012.txt").write_text(TEXT, "utf-8")
    (folder / "交通银行_2013.docx").write_bytes(b"PK")
    lines = ['{"bank": "交通银行", "year": 2014', "[1]", '{"bank": "交通银行", "year": 2015}']
    lines += [
        '{"bank": "交通银行", "year": 20, "text": "a"}',
        '{"bank": "x", "year": 2016, "text": 5}',
    ]
    (folder / "lines.jsonl").write_text("\n".join(lines), "utf-8")


REASONS = {
    "2012.txt": "its name does not tell the firm",
    "中国银行业协会_2012.txt": "a supervisor or association",
    "lines.jsonl, line 1": "expected a JSON object, found an error in it",
    "lines.jsonl, line 2": "expected a JSON object, found '[1]'",
    "lines.jsonl, line 3": "found no text",
    "lines.jsonl, line 4": "year: expected a year, found '20'",
    "lines.jsonl, line 5": "text: expected text, found '5'",
    "交通银行.txt": "does not tell the year",
    "交通银行_2001.pdf": "2 of 2 pages hold no text: a scan",
    "交通银行_2002.pdf": "a password is needed",
    "交通银行_2003.pdf": "the PDF is damaged",
    "交通银行_2004.pdf": "expected a PDF",
    "交通银行_2005.txt": "found an empty file",
    "交通银行_2006.txt": "expected at least 200 Chinese characters, found 3",
    "交通银行_2007.txt": "expected Chinese, found 2,",
    "交通银行_2008.txt": "expected text in UTF-8",
    "交通银行_2009.txt": "found Japanese or Korean",
    "交通银行_2010.txt": "that a font or an earlier conversion lost",
    "交通银行_2011年半年度报告.txt": "found an interim report by its name",
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
        check.summary == f"1 report of 1 firm, 2021 to 2021, {len(TEXT)} characters; 1 left out; "
        f"counted is {SCOPES['text']}"
    )
    assert check.errors == []


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


# Documents, versions, parts


def put(folder, **texts):
    for name, text in texts.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")


def loaded(folder, **options):
    """Return what can be used, and why the rest cannot."""
    found = [entry.load() for entry in open_reports(folder, **options)]
    used = [report for report in found if isinstance(report, Report)]
    return used, {left.source: left.reason for left in found if isinstance(left, LeftOut)}


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("600015_华夏银行_2021年年度审计报告", "an audit report"),
        ("600015_华夏银行_2021年公司债券年度报告", "a bond report"),
        ("600015_华夏银行_关于2021年年度报告的更正公告", "a correction notice"),
        ("600015_华夏银行_关于2021年年度报告的自愿性披露公告", "an announcement"),
        ("600015_华夏银行_2021年年度报告问询函的回复", "an inquiry or a reply"),
        ("600015_华夏银行_2021年度董事会工作报告", "a report of its own"),
        ("600015_华夏银行_2021年年度报告摘要", "a summary"),
        ("一季报/600015_2021", "a quarterly report"),
        ("2021年报摘要/600015_2021", "a summary"),
        ("华夏银行2021年报业绩说明会纪要", "a report of its own"),
        ("600015_2021年度股东大会会议资料", "a report of its own"),
    ],
)
def test_other_documents_are_known_by_name(tmp_path, name, kind):
    put(tmp_path, **{f"{name}.txt": TEXT, "年报/600015_2021.txt": TEXT})
    used, reasons = loaded(tmp_path)
    assert [report.source for report in used] == ["年报/600015_2021.txt"]
    assert reasons == {f"{name}.txt": f"expected an annual report, found {kind} by its name"}


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        ("华夏银行股份有限公司\n2021年第一季度报告\n", "a quarterly report"),
        ("华夏银行股份有限公司2021年半年度报告\n", "an interim report"),
        ("2021年年度报告摘要\n", "a summary"),
        ("审计报告\n", "an audit report"),
        ("华夏银行股份有限公司2021年第一季度报告全文\n", "a quarterly report"),
        ("华夏银行股份有限公司2021年绿色金融债券募集说明书\n", "a bond report"),
        ("华夏银行股份有限公司2021年年度股东大会会议材料\n", "a report of its own"),
        ("华夏银行股份有限公司全体股东：\n我们审计了后附的财务报表。", "an audit report"),
        ("经事后核查，发现部分内容有误，现更正如下。", "a correction notice"),
        ("本公告不构成投资建议。", "an announcement"),
    ],
)
def test_other_documents_are_known_by_content(tmp_path, head, kind):
    put(tmp_path, **{"华夏银行_2021年年度报告.txt": head + TEXT})
    _, reasons = loaded(tmp_path)
    (reason,) = reasons.values()
    assert reason.startswith(f"expected an annual report, found {kind} by its t")


def test_an_annual_report_may_speak_of_audits_and_quarters(tmp_path):
    head = "华夏银行股份有限公司\n2021年年度报告\n目录\n审计报告\n第一季度报告\n"
    put(tmp_path, **{"华夏银行_2021.txt": head + TEXT})
    assert len(loaded(tmp_path)[0]) == 1


@pytest.mark.parametrize(
    ("valid", "other"),
    [
        ("（更正后）", ""),
        ("（修订版）", ""),
        ("（修正版）", ""),
        ("-更正后", "-更正前"),
        ("（更正后）", "（更正前）"),
        ("（第二次修订）", "（修订版）"),
    ],
)
def test_the_valid_version_is_read(tmp_path, valid, other):
    names = [f"华夏银行_2021年年度报告{version}.txt" for version in (other, valid)]
    put(tmp_path, **dict(zip(names, ("旧" + TEXT, TEXT), strict=True)))
    used, reasons = loaded(tmp_path)
    assert [report.text for report in used] == [TEXT]
    assert reasons[names[0]].endswith(f"is taken from {names[1]}, the later version")


def test_a_withdrawn_version_alone_is_doubted(tmp_path):
    put(tmp_path, **{"华夏银行_2021年年度报告（更正前）.txt": TEXT})
    assert loaded(tmp_path)[0][0].source.endswith("(a version that was corrected later)")


def test_parts_of_a_report_are_joined(tmp_path):
    parts = {f"华夏银行_2021年年度报告_{n}.txt": t for n, t in (("下", "下半部。"), ("上", TEXT))}
    put(tmp_path, **parts)
    (report,), _ = loaded(tmp_path)
    assert report.text == TEXT + "\n下半部。"
    assert report.source.endswith(" and 1 more")
    (tmp_path / "华夏银行_2021年年度报告_上.txt").unlink()
    put(tmp_path, **{"华夏银行_2021年年度报告_下.txt": TEXT})
    assert "one part of a report" in loaded(tmp_path)[0][0].source


@pytest.mark.parametrize(
    "signs",
    [
        ("上", "中", "下"),
        ("（一）", "（二）", "（三）"),
        ("_1", "_2", "_3"),
        ("_part1", "_part2", "_part3"),
    ],
)
def test_parts_are_told_by_any_sign(tmp_path, signs):
    texts = (TEXT, "中间的部分。", "下半部。")
    files = zip(reversed(signs), reversed(texts), strict=True)
    put(tmp_path, **{f"华夏银行_2021年年度报告{sign}.txt": text for sign, text in files})
    (report,), _ = loaded(tmp_path)
    assert report.text == "\n".join(texts)


def test_a_report_may_be_one_json_value(tmp_path):
    pages = [{"page": n, "text": line} for n, line in enumerate(TEXT.split("\n"), start=1)]
    record = {"bank": "华夏银行", "year": 2021, "text": TEXT}
    for value, indent in ((pages, None), (pages, 1), (record, None), ({"content": TEXT}, 1)):
        text = json.dumps(value, ensure_ascii=False, indent=indent)
        put(tmp_path, **{"华夏银行_2021年年度报告.txt": text})
        assert [report.text for report in loaded(tmp_path)[0]] == [TEXT]


def test_pages_in_lines_are_joined(tmp_path):
    page = {"bank": "华夏银行", "year": 2021}
    records = [page | {"page": n, "text": PARAGRAPH} for n in (2, 1, 3)]
    write_lines(tmp_path / "all.jsonl", records)
    (report,), _ = loaded(tmp_path)
    assert report.text.count(PARAGRAPH) == 3
    assert report.source == "all.jsonl, line 1 and 2 more"


@pytest.mark.parametrize("ending", [".txt", ".jsonl"])
def test_rows_of_one_report_are_read_without_headers_and_tables(tmp_path, ending):
    rows = [{"page": 1, "type": "页眉", "inside": "2021年年度报告"}]
    rows += [{"page": n, "type": "text", "inside": PARAGRAPH} for n in range(1, 6)]
    rows += [{"page": 5, "type": "excel", "inside": "['数据采集', '1,234']"}]
    write_lines(tmp_path / f"华夏银行_2021年年度报告{ending}", rows)
    assert loaded(tmp_path)[0][0].text == TEXT
    assert "1,234" in loaded(tmp_path, scope="all")[0][0].text


# Names and contents that disagree


def test_the_title_tells_the_year_that_a_name_only_seems_to_tell(tmp_path):
    title = "华夏银行股份有限公司2021年年度报告\n"
    put(tmp_path, **{"2022_600015.txt": title + TEXT, "600015_2019年年度报告.txt": title + TEXT})
    found = {report.source.split(" (")[0]: report for report in loaded(tmp_path)[0]}
    assert {source: report.year for source, report in found.items()} == {
        "2022_600015.txt": 2021,
        "600015_2019年年度报告.txt": 2019,
    }
    assert all("its title 2021" in report.source for report in found.values())


def test_another_bank_on_the_first_page_is_doubted(tmp_path):
    put(tmp_path, **{"华夏银行_2021年年度报告.txt": f"交通银行股份有限公司\n{TEXT}"})
    assert "its first page 交通银行" in loaded(tmp_path)[0][0].source


def test_a_report_of_any_firm_is_read(tmp_path):
    put(tmp_path, **{"600519_2021.txt": TEXT, "某某机械_2021年年度报告.txt": TEXT})
    assert [report.bank for report in loaded(tmp_path)[0]] == ["600519", "某某机械"]


# Forms of a text


def html(text):
    body = "".join(f'<p class="x"><span>{line}</span></p>' for line in text.split("\n"))
    return f"<html><head><style>p{{margin:0}}</style></head><body>{body}</body></html>"


FORMS = {
    "HTML": html,
    "entities": lambda text: text.replace("，", "&#65292;").replace("数据", "数&nbsp;据"),
    "breaks": lambda text: text.replace("采集", "采<br/>集"),
    "every sign twice": lambda text: "".join(c if c == "\n" else c + c for c in text),
    "every line twice": lambda text: "\n".join(
        x for line in text.split("\n") for x in (line, line)
    ),
    "the whole text twice": lambda text: f"{text}\n{text}",
    "spaced": lambda text: " ".join(text),
    "page marks": lambda text: "\n".join(
        f"=== 第 {i} 页 ===\n{line}" for i, line in enumerate(text.split("\n"), 1)
    ),
    "printed twice": lambda text: "\n".join(f"{line} {line}" for line in text.split("\n")),
}
LINES = [f"{chr(0x4E00 + 7 * i)}部门{PARAGRAPH}" for i in range(8)]


@pytest.mark.parametrize("form", FORMS)
def test_a_text_reads_the_same_in_every_form(tmp_path, form):
    put(tmp_path, **{"华夏银行_2021.txt": FORMS[form]("\n".join(LINES))})
    (report,), _ = loaded(tmp_path)
    assert report.text.replace(" ", "") == "\n".join(LINES)


@pytest.mark.parametrize("width", [1, 11, 30])
def test_lines_of_any_width_are_joined(tmp_path, width):
    text = "\n".join(row for line in LINES for row in wrapped(line, width))
    put(tmp_path, **{"华夏银行_2021.txt": text})
    assert loaded(tmp_path)[0][0].text.replace("\n", "") == "".join(LINES)
    assert loaded(tmp_path)[0][0].text.count("数据采集") == len(LINES)


@pytest.mark.parametrize("lost", ["\ue123", "(cid:1234)", "\ufffd\ufffd"])
def test_signs_without_meaning_are_refused_where_they_are_many(tmp_path, lost):
    put(tmp_path, **{"华夏银行_2021.txt": "\n".join(LINES).replace("据采", lost)})
    (reason,) = loaded(tmp_path)[1].values()
    assert "that a font or an earlier conversion lost" in reason
    put(tmp_path, **{"华夏银行_2021.txt": "\n".join(LINES * 3).replace("据采", lost, 1)})
    assert loaded(tmp_path)[0][0].source.endswith("(1 sign lost)")


def test_pages_without_text_are_counted(tmp_path):
    body = [wrapped(PARAGRAPH * 2)] * 9
    write_pdf(tmp_path / "华夏银行_2020.pdf", [*body, [""]], picture=True)
    write_pdf(tmp_path / "华夏银行_2021.pdf", [*body[:3], *[[""]] * 7], picture=True)
    used, reasons = loaded(tmp_path)
    assert used[0].source == "华夏银行_2020.pdf (1 of 10 pages hold no text)"
    assert reasons["华夏银行_2021.pdf"].startswith("7 of 10 pages hold no text")


def test_notes_are_counted_or_not_by_choice(tmp_path):
    sections = [
        "第三节 经营情况",
        PARAGRAPH,
        "第十节 财务报告",
        "附注的数据。",
        "第十一节 备查",
        "完。",
    ]
    put(tmp_path, **{"华夏银行_2021.txt": "\n".join(["第一节 概要", *LINES, *sections])})
    with_notes, without = (loaded(tmp_path, scope=s)[0][0].text for s in ("text", "body"))
    assert "附注的数据" in with_notes and "附注的数据" not in without
    assert PARAGRAPH in without and without.endswith("第十一节备查\n完。")
    with pytest.raises(InputError, match="words: expected one of text, body, all"):
        open_reports(tmp_path, scope="some")


def paged():
    """Return six pages of notes under a header of two lines, of which one names the report."""
    head = ["华夏银行股份有限公司2021年度报告", "财务报表附注（除特别注明外，金额单位均为百万元）"]
    pages = []
    for number in range(6):
        body = wrapped("甲乙丙丁戊己"[: number + 1] + "说明如下：" + PARAGRAPH)
        pages.append([*head, *body, "减值准备1,234(567)8,901", str(number + 1)])
    return pages


def test_the_three_forms_of_one_report_have_the_same_words(tmp_path):
    pages = paged()
    rows = [
        {"page": n, "type": "页脚" if line.isdigit() else "text", "inside": line}
        for n, page in enumerate(pages, start=1)
        for line in page
    ]
    named = "华夏银行_2021年年度报告"
    texts = []
    for form in ("rows", "plain", "pages", "pdf"):
        (tmp_path / form).mkdir()
        path = tmp_path / form / f"{named}.{'pdf' if form == 'pdf' else 'txt'}"
        if form == "rows":
            write_lines(path, rows)
        elif form == "pdf":
            write_pdf(path, pages)
        else:
            sign = "\f" if form == "pages" else "\n"
            path.write_text(sign.join("\n".join(page) for page in pages), encoding="utf-8")
        texts.append(only(path).text)
    assert texts == texts[:1] * 4
    assert "附注" not in texts[0] and "减值准备" not in texts[0]
    assert texts[0].count("不良贷款率") == 6


@pytest.mark.parametrize("gap", ["    ", "　　　　"])
def test_two_columns_are_read_one_after_the_other(gap):
    lines = wrapped("".join(f"第{n}项。{PARAGRAPH}" for n in range(12)), 24)
    half = len(lines) // 2
    left, right = lines[:half], lines[half : 2 * half]
    side = [a + gap + b for a, b in zip(left, right, strict=True)]
    assert clean("\n".join(side)) == clean("\n".join(left + right))
    table = "\n".join(f"项目{n}的名称{gap}第{n}类{gap}12" for n in range(8))
    assert clean(table).splitlines()[0].startswith("项目0的名称")

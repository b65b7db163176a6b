import json

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dataworth.errors import InputError
from dataworth.inputs.dictionary import STAGES, check_dictionary, read_dictionary


def write(tmp_path, text, name="own.txt", encoding="utf-8"):
    path = tmp_path / name
    path.write_bytes(text.encode(encoding))
    return path


def pairs(table):
    return list(table.itertuples(index=False, name=None))


def messages(report):
    return [f"{finding.where}: {finding.message}" for finding in report.findings]


def test_a_table_with_a_header(tmp_path):
    path = write(tmp_path, "term,stage\n数据湖,storage\n用户画像,analysis\n", "own.csv")
    assert pairs(read_dictionary(path)) == [("数据湖", "storage"), ("用户画像", "analysis")]


def test_chinese_headers_in_any_order_and_columns_that_are_not_read(tmp_path):
    path = write(tmp_path, "序号,环节,词语\n1,存储,数据湖\n2,应用,智能客服\n", "own.csv")
    report = check_dictionary(path)
    assert pairs(report.data) == [("数据湖", "storage"), ("智能客服", "application")]
    assert messages(report) == ["header: columns that are not read: 序号"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_lines_in_the_encodings_of_chinese_software(tmp_path, encoding):
    path = write(tmp_path, "数据湖\n云计算\n", encoding=encoding)
    assert pairs(read_dictionary(path)) == [("数据湖", ""), ("云计算", "")]


@pytest.mark.parametrize("between", ["\t", ",", "，", "；", " ", "  ", "\u3000", "\t "])
def test_a_stage_may_follow_after_any_separator(tmp_path, between):
    path = write(tmp_path, f"数据湖{between}存储\n")
    assert pairs(read_dictionary(path)) == [("数据湖", "storage")]


def test_tabs_blanks_duplicates_full_width_spaces_and_comments(tmp_path):
    text = "# my own\n\n\u3000数据湖\u3000\n  数据湖\n数据 治理\n\t\n云计算  # a note\n// end\n"
    report = check_dictionary(write(tmp_path, text))
    assert list(report.data["term"]) == ["数据湖", "数据治理", "云计算"]
    assert not report.errors
    assert messages(report) == [
        "row 4: 数据湖 stands above too",
        "row 5: blanks were taken out: '数据 治理' is read as 数据治理",
    ]


def test_full_width_letters_become_plain(tmp_path):
    assert list(read_dictionary(write(tmp_path, "ＡＰＩ接口\n"))["term"]) == ["API接口"]


def test_english_terms_keep_their_blanks(tmp_path):
    path = write(tmp_path, "data lake storage\nmachine learning\n")
    assert pairs(read_dictionary(path)) == [("data lake", "storage"), ("machine learning", "")]


def test_a_dictionary_made_for_jieba(tmp_path):
    report = check_dictionary(write(tmp_path, "区块链 5 n\n云计算 3\n"))
    assert list(report.data["term"]) == ["区块链", "云计算"]
    assert not report.findings


def test_a_duplicate_with_another_stage_keeps_the_first(tmp_path):
    report = check_dictionary(write(tmp_path, "数据湖,\n数据湖,存储\n数据湖,分析\n", "own.csv"))
    assert pairs(report.data) == [("数据湖", "storage")]
    assert messages(report)[-1] == "row 3: 数据湖 stands above too; its stage stays storage"


def test_an_unknown_stage_is_named_and_the_term_kept(tmp_path):
    report = check_dictionary(write(tmp_path, "词,阶段\n数据湖,销毁\n", "own.csv"))
    assert pairs(report.data) == [("数据湖", "")]
    assert "expected a stage (collection, storage, analysis, application)" in messages(report)[0]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("云", "two signs"),
        ("12345", "letters or Chinese signs"),
        ("本行持续推进数字化转型。", "without punctuation"),
        ("数" * 21, "at most 20"),
    ],
)
def test_what_is_no_term_is_left_out_and_named(tmp_path, line, expected):
    report = check_dictionary(write(tmp_path, f"数据湖\n{line}\n"))
    assert list(report.data["term"]) == ["数据湖"]
    (message,) = messages(report)
    assert message.startswith("row 2: left out: expected") and expected in message


def test_an_excel_workbook_with_and_without_a_header(tmp_path):
    rows = pd.DataFrame([["数据湖", "存储"], ["云计算", None]], columns=["关键词", "阶段"])
    with_header, without = tmp_path / "a.xlsx", tmp_path / "b.xlsx"
    rows.to_excel(with_header, index=False)
    rows.to_excel(without, index=False, header=False)
    for path in (with_header, without):
        assert pairs(read_dictionary(path)) == [("数据湖", "storage"), ("云计算", "")]


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("own.txt", b"", "expected content, found an empty file"),
        ("own.txt", b"# nothing\n\n", "expected terms, found none"),
        ("own.csv", b"term,stage\n", "expected terms, found none"),
        ("own.txt", b"\x00\x01\x02\xff", "expected text in UTF-8"),
        ("own.pdf", b"%PDF-1.4", "expected a name ending in .csv"),
        ("own.xlsx", b"PK\x03\x04broken", "expected an .xlsx workbook"),
    ],
)
def test_what_cannot_be_used_is_refused_on_one_line(tmp_path, name, content, expected):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(InputError) as caught:
        read_dictionary(path)
    assert str(caught.value).startswith(f"{path}: ") and expected in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_file_that_does_not_exist(tmp_path):
    with pytest.raises(InputError, match="there is no such file"):
        read_dictionary(tmp_path / "nothing.txt")


@given(st.text(max_size=200))
@settings(max_examples=200, deadline=None)
def test_whatever_a_text_holds_terms_are_unique_and_clean(tmp_path_factory, text):
    path = tmp_path_factory.mktemp("dictionary") / "own.txt"
    path.write_bytes(text.encode("utf-8", errors="replace"))
    table = check_dictionary(path).data
    assert table["term"].is_unique
    assert set(table["stage"]) <= {"", *STAGES}
    for term in table["term"]:
        assert len(term) >= 2
        assert not set(term) & set("\t\n\r\u3000，。；")


OWN = ["数据湖", "云计算", "用户画像", "数据治理", "区块链"]
LAYOUTS = {
    "part of speech": "\n".join(f"{t} nz" for t in OWN),
    "frequency and part of speech": "\n".join(f"{t}\t{n}\tn" for n, t in enumerate(OWN)),
    "one line": "、".join(OWN) + "。",
    "one line of blanks": " ".join(OWN),
    "commas": ",".join(OWN),
    "numbered": "\n".join(f"{n}. {t}" for n, t in enumerate(OWN, start=1)),
    "numbers in brackets": "\n".join(f"（{n}）{t}" for n, t in enumerate(OWN, start=1)),
    "numbers before": "\n".join(f"{n} {t}" for n, t in enumerate(OWN, start=1)),
    "bullets": "\n".join(f"• {t}" for t in OWN),
    "dashes": "\n".join(f"- {t}" for t in OWN),
    "heading": f"技术：{'、'.join(OWN)}\n",
    "Python": f"words = {OWN!r}\n",
    "Python over lines": "words = [\n" + "".join(f"    '{t}',\n" for t in OWN) + "]\n",
    "JSON": json.dumps({"collection": OWN[:2], "storage": OWN[2:]}, ensure_ascii=False),
    "quoted": "\n".join(f'"{t}"' for t in OWN),
    "frequencies": "词语,词频\n" + "\n".join(f"{t},{9 - n}" for n, t in enumerate(OWN)),
    "weights": "term,weight\n" + "\n".join(f"{t},0.{n}5" for n, t in enumerate(OWN)),
    "category first": "类别,词\n" + "\n".join(f"采集,{t}" for t in OWN),
    "category first, no header": "\n".join(f"采集,{t}" for t in OWN),
    "a column for each stage": "采集,存储\n数据湖,云计算\n用户画像,数据治理\n区块链,\n",
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_same_terms_are_read_in_every_layout(tmp_path, layout):
    report = check_dictionary(write(tmp_path, LAYOUTS[layout]))
    assert not report.errors
    assert sorted(report.data["term"]) == sorted(OWN)


PATTERNS = ["数据(采集|存储)", "大数据.*", "数据.{0,3}分析", "数据*", "数据+平台", "数据 & 平台"]


@pytest.mark.parametrize("line", PATTERNS)
@pytest.mark.parametrize("suffix", ["txt", "xlsx", "json in a txt"])
def test_patterns_are_refused_by_line(tmp_path, line, suffix):
    path = tmp_path / f"own.{suffix[-4:].strip()}"
    if suffix == "xlsx":
        pd.DataFrame({"词": [line, "云计算"]}).to_excel(path, index=False)
    else:
        text = f"云计算\n{line}\n" if suffix == "txt" else json.dumps([line, "云计算"])
        path.write_text(text, encoding="utf-8")
    row = 1 if suffix.startswith("json") else 2
    (error,) = check_dictionary(path).errors
    assert error.where == f"row {row}"
    assert error.message.startswith(f"expected terms, found a pattern, '{line.rstrip(')')}")


def test_terms_with_a_plus_are_terms(tmp_path):
    terms = ["互联网+", "互联网+医疗", "人工智能+制造", "5G+工业", "C++", "B+树", "R&D投入"]
    assert list(read_dictionary(write(tmp_path, "\n".join(terms)))["term"]) == terms

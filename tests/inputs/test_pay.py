"""A user's pay: every usual form is read in thousand yuan, every fault is named."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataworth.errors import InputError
from dataworth.facts import DATA
from dataworth.inputs.pay import check_pay, read_pay


def write(tmp_path, text, encoding="utf-8"):
    path = tmp_path / "pay.csv"
    path.write_bytes(text.encode(encoding))
    return path


def rows(*lines, header="bank,period,pay_increment（千元）"):
    return "\n".join([header, *lines])


def messages(path):
    return [str(f) for f in check_pay(path).findings if f.severity != "note"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "utf-16"])
def test_chinese_headers_are_read_in_every_encoding(tmp_path, encoding):
    text = rows(
        "甲公司,2021,1500,2300", header="银行,年度,应付职工薪酬本期增加（万元）,净利润（亿元）"
    )
    found = read_pay(write(tmp_path, text, encoding))
    assert found.to_dict("records") == [
        {"bank": "甲公司", "period": "2021", "pay_increment": 15_000.0, "net_profit": 2.3e8}
    ]


@pytest.mark.parametrize(
    ("header", "cell", "thousand_yuan"),
    [
        ("pay_increment", "1500000", 1500.0),
        ("pay_increment_thousand_yuan", "1500", 1500.0),
        ("职工薪酬本期增加（千元）", "1500", 1500.0),
        ("应付职工薪酬增加额（百万元）", "1.5", 1500.0),
        ("应付职工薪酬增加额(亿元)", "0.015", 1500.0),
        ("应付职工薪酬增加额（元）", '"1,500,000"', 1500.0),
        ("应付职工薪酬增加额（元）", "150万", 1500.0),
    ],
)
def test_units_come_from_the_header_or_the_cell(tmp_path, header, cell, thousand_yuan):
    path = write(tmp_path, rows(f"甲公司,2021,{cell}", header=f"bank,period,{header}"))
    assert read_pay(path)["pay_increment"].tolist() == pytest.approx([thousand_yuan])


def test_a_row_of_units_counts(tmp_path):
    text = rows(",,人民币千元,百万元", "600015,2021,5000000,23535", header="bank,period,pay,profit")
    found = read_pay(write(tmp_path, text)).iloc[0]
    assert (found["bank"], found["pay_increment"]) == ("华夏银行", 5e6)
    assert found["net_profit"] == pytest.approx(23_535_000)


def test_excel_dates_and_codes_without_zeros_are_read(tmp_path):
    path = tmp_path / "pay.xlsx"
    dates = pd.to_datetime(["2020-12-31", "2021-12-31"])
    pd.DataFrame({"证券代码": [1, 1], "报告期": dates, "本期增加（千元）": [9e6, 1e7]}).to_excel(
        path, index=False
    )
    found = read_pay(path)
    assert found["bank"].tolist() == ["平安银行"] * 2
    assert found["period"].tolist() == ["2020", "2021"]


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("2021年度", "2021"),
        ("2021Q3", "2021Q3"),
        ("2021年第三季度", "2021Q3"),
        ("2021-09-30", "2021Q3"),
    ],
)
def test_years_and_quarters_are_told_apart(tmp_path, text, period):
    assert read_pay(write(tmp_path, rows(f"甲公司,{text},5000")))["period"].tolist() == [period]


def test_periods_are_sorted_within_banks(tmp_path):
    text = rows("B银行,2021,5000", "A银行,2021,5000", "B银行,2020,4000")
    found = read_pay(write(tmp_path, text))
    assert list(zip(found["bank"], found["period"], strict=True)) == [
        ("B银行", "2020"),
        ("B银行", "2021"),
        ("A银行", "2021"),
    ]


def test_missing_pay_is_left_out_and_named(tmp_path):
    path = write(tmp_path, rows("甲公司,2020,5000", "甲公司,2021,-"))
    assert read_pay(path)["period"].tolist() == ["2020"]
    assert messages(path) == [
        "warning: row 3: expected the pay of 甲公司 2021, found none; it has no cost"
    ]


def test_a_negative_increment_is_kept_and_named(tmp_path):
    path = write(tmp_path, rows("甲公司,2020,5000", "甲公司,2021,(300)"))
    assert read_pay(path)["pay_increment"].tolist() == [5000.0, -300.0]
    assert messages(path) == [
        "warning: row 3: the pay of 甲公司 2021 is negative (-300 thousand yuan); "
        "its cost will be negative too"
    ]


def test_a_repeated_bank_and_period_must_agree(tmp_path):
    same = write(tmp_path, rows("华夏银行,2021,5000000", "600015,2021,5000000"))
    assert len(read_pay(same)) == 1
    other = write(tmp_path, rows("华夏银行,2021,5000000", "600015,2021,6000000"))
    with pytest.raises(InputError, match="row 3: 华夏银行 2021 stands in row 2 too, with another"):
        read_pay(other)


def test_a_gap_is_named_and_stops_nothing(tmp_path):
    path = write(tmp_path, rows("甲公司,2018,5000", "甲公司,2021,5000"))
    assert len(read_pay(path)) == 2
    assert messages(path) == ["warning: 甲公司: no pay for 2019, 2020; these have no cost"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            rows("甲公司,2021,abc"),
            "row 2, column pay_increment（千元）: expected a number, found 'abc'",
        ),
        (rows("甲公司,21,5000"), "row 2, column period: expected a year such as 2021"),
        (rows(",2021,5000"), "row 2, column bank: expected a bank, found none"),
        (rows("甲公司,2021,-"), "file: expected numbers, found none"),
        (rows("甲公司,2020,1", "甲公司,2021Q1,1"), "found both: 2020 in row 2 and 2021Q1 in row 3"),
        (
            rows("甲公司,5000", header="bank,pay"),
            "header: expected one column of period, found none",
        ),
        (rows("甲公司,2021,1,2", header="bank,period,pay,本期增加"), "found 2: bank, period, pay"),
        ("", "found an empty file"),
    ],
)
def test_what_cannot_be_used_is_refused_on_one_line(tmp_path, text, message):
    path = write(tmp_path, text)
    found = messages(path)
    assert any(message in line for line in found), found
    with pytest.raises(InputError, match=r"pay\.csv"):
        read_pay(path)


def test_a_stand_in_for_the_increment_is_named(tmp_path):
    path = write(tmp_path, rows("甲公司,2021,5000", header="bank,period,职工薪酬（千元）"))
    assert read_pay(path)["pay_increment"].tolist() == [5000.0]
    assert "stands in for the increment" in messages(path)[0]


@pytest.mark.parametrize(
    ("firm", "pay"), [("华夏银行", "14000"), ("华夏银行", "900000000"), ("甲公司", "0.5")]
)
def test_pay_that_no_firm_can_have_is_refused(tmp_path, firm, pay):
    with pytest.raises(InputError, match=f"{firm}: expected a year's pay between .*unit"):
        read_pay(write(tmp_path, rows(f"{firm},2020,{pay}", f"{firm},2021,{pay}")))


def test_pay_without_a_unit_is_doubted_where_it_is_small(tmp_path):
    path = write(tmp_path, rows("甲公司,2021,900000", header="公司名称,年度,本年计提"))
    assert messages(path) == [
        "warning: 甲公司: a year's pay is 900,000 yuan; the header states no unit"
    ]


@pytest.mark.parametrize(
    "name", ["600015", "华夏银行", "华夏银行股份有限公司", "HXB", "Hua Xia Bank", "600015.SH"]
)
def test_a_bank_has_one_name_however_it_is_written(tmp_path, name):
    assert read_pay(write(tmp_path, rows(f"{name},2021,5000000")))["bank"].tolist() == ["华夏银行"]


@pytest.mark.parametrize(
    "header",
    [
        *(
            "应付职工薪酬增加额",
            "本期增加",
            "本年计提",
            "职工薪酬本期计提额",
            "应付职工薪酬本年增加",
        ),
        *("应付职工薪酬本年增加", "合计本期增加", "本年计提/增加", "本年发生额"),
    ],
)
def test_names_of_notes_to_accounts_are_read(tmp_path, header):
    text = rows("甲公司,2021,14,13,8", header=f"公司,年度,{header}（百万元）,本期减少,期末余额")
    assert read_pay(write(tmp_path, text))["pay_increment"].tolist() == [14_000.0]
    (note,) = check_pay(write(tmp_path, text)).findings
    assert f"{header}（百万元） is read as what was added in the period" in note.message
    assert note.message.endswith("columns that are not read: 本期减少, 期末余额")


@pytest.mark.parametrize("header", ["应付职工薪酬", "应付职工薪酬期末余额（万元）"])
def test_a_balance_is_no_flow(tmp_path, header):
    with pytest.raises(InputError, match=r"expected what was added to pay .* a balance at its end"):
        read_pay(write(tmp_path, rows("甲公司,2021,8000", header=f"公司,年度,{header}")))


def test_totals_and_footers_are_left_out(tmp_path):
    path = write(tmp_path, rows("甲公司,2021,8000", "合计,2021,8000", "数据来源：Wind,,"))
    assert read_pay(path)["bank"].tolist() == ["甲公司"]
    assert all(line.endswith("left out") for line in messages(path))


def test_the_parent_company_stands_in_for_no_group(tmp_path):
    header = "银行,年度,口径,本期增加（百万元）"
    text = rows("甲,2021,合并,145", "甲,2021,母公司,141", header=header)
    assert read_pay(write(tmp_path, text))["pay_increment"].tolist() == [145_000.0]
    text = rows("甲,2021,合并,145", "甲,2020,母公司,137", header=header)
    with pytest.raises(InputError, match=r"row 3: .* found the parent company of 甲 2020"):
        read_pay(write(tmp_path, text))


QUARTERS = [f"{year}Q{q}" for year in (2020, 2021) for q in (1, 2, 3, 4)]


def test_year_to_date_pay_is_refused_or_taken_apart(tmp_path):
    to_date = [31, 64, 96, 140, 32, 66, 99, 145]
    lines = [f"甲,{q},{v}" for q, v in zip(QUARTERS, to_date, strict=True)]
    path = write(tmp_path, rows(*lines, header="公司,季度,本期增加（百万元）"))
    with pytest.raises(InputError, match=r"are year to date.*pay_kind=cumulative"):
        read_pay(path)
    single = read_pay(path, kind="cumulative")["pay_increment"] / 1000
    assert single.tolist() == pytest.approx([31, 33, 32, 44, 32, 34, 33, 46])
    assert read_pay(path, kind="single")["pay_increment"].iloc[3] == 140_000.0


@pytest.mark.parametrize(
    ("halves", "year"), [((64, 140, 66, 145), (140, 145)), ((64, 66, 70, 75), (130, 145))]
)
def test_half_years_become_years(tmp_path, halves, year):
    days = ("2020-06-30", "2020-12-31", "2021-06-30", "2021-12-31")
    lines = [f"甲,{day},{pay}" for day, pay in zip(days, halves, strict=True)]
    path = write(tmp_path, rows(*lines, header="公司,报告期,本期增加（百万元）"))
    found = read_pay(path)
    assert found["period"].tolist() == ["2020", "2021"]
    assert found["pay_increment"].tolist() == [1000.0 * value for value in year]


def test_a_half_year_beside_years_is_left_out(tmp_path):
    lines = ("甲,2020-12-31,140", "甲,2021-12-31,145", "甲,2022-06-30,70")
    path = write(tmp_path, rows(*lines, header="公司,报告期,本期增加（百万元）"))
    assert read_pay(path)["period"].tolist() == ["2020", "2021"]
    assert "only half of 2022" in messages(path)[-1]


@given(st.dictionaries(st.integers(1990, 2030), st.integers(10**6, 10**8), min_size=1))
def test_whatever_is_written_is_read(tmp_path_factory, values):
    path = tmp_path_factory.mktemp("pay") / "pay.csv"
    path.write_text(rows(*(f"甲公司,{year},{pay}" for year, pay in values.items())), "utf-8")
    found = read_pay(path).set_index("period")["pay_increment"]
    assert found.to_dict() == {str(year): float(values[year]) for year in sorted(values)}


def test_the_example_can_be_used_without_a_warning():
    report = check_pay(DATA / "samples" / "pay_example.csv")
    assert report.warnings == []
    assert report.summary == "pay of 3 firms, 48 values from 2007 to 2022"

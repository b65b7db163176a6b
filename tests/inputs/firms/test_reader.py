"""A user's own firms and market: what is read, what is refused, what is doubted."""

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dataworth.errors import InputError
from dataworth.inputs.firms.reader import check_firms, check_market, read_firms, read_market
from dataworth.inputs.firms.variables import COLUMNS, FEATURES, VARIABLES, compute_variables
from dataworth.inputs.report import FileReport
from tests.inputs.tables.test_tabular import workbook, write

SAMPLES = Path(__file__).parents[3] / "data" / "samples"
N = 30


def firms(n: int = N) -> pd.DataFrame:
    """Return a clean table of finished variables, as text."""
    rng = np.random.default_rng(7)
    size = np.exp(rng.normal(22, 1, n))
    numbers = {
        "Size": size,
        "Revenue": 0.5 * size,
        "Turnover": rng.uniform(0.2, 0.9, n),
        "Capex": 0.03 * size,
        "OCF": size * rng.normal(0.05, 0.03, n),
        "Growth": rng.normal(0.03, 0.1, n),
        "ROA": rng.normal(0.02, 0.03, n),
        "ROIC": rng.normal(0.03, 0.03, n),
        "GPM": rng.uniform(0.1, 0.6, n),
        "TobinQ": rng.uniform(1, 3, n),
        "TechRatio": rng.uniform(0.1, 0.6, n),
        "RDRatio": rng.uniform(1, 15, n),
        "RDPsnRatio": rng.uniform(5, 40, n),
        "Leverage": rng.uniform(0.2, 0.7, n),
        "Data": np.exp(rng.normal(15, 1, n)),
    }
    table = pd.DataFrame({name: [f"{x:.6g}" for x in xs] for name, xs in numbers.items()})
    table.insert(0, "code", [f"{i + 1:06d}" for i in range(n)])
    table.insert(1, "name", [f"虚构{i + 1}" for i in range(n)])
    table.insert(2, "industry_code", ["C34", "I65", "M74"] * (n // 3))
    return table


def csv(frame: pd.DataFrame) -> str:
    return frame.to_csv(index=False)


def changed(row: int, column: str, value: str, frame: pd.DataFrame | None = None) -> pd.DataFrame:
    """Change one cell; `row` counts as a spreadsheet does, below one header row."""
    frame = firms() if frame is None else frame
    frame.loc[row - 2, column] = value
    return frame


def found(report: FileReport, severity: str) -> list[str]:
    return [f"{f.where}: {f.message}" for f in report.findings if f.severity == severity]


def the_error(path: Path, check=check_firms) -> str:
    """Return the only error, which the reader must raise too, on one line."""
    read = read_firms if check is check_firms else read_market
    (error,) = found(check(path), "error")
    with pytest.raises(InputError) as raised:
        read(path)
    assert str(raised.value) == f"{path}: {error.removeprefix('file: ')}"
    assert "\n" not in error
    return error


def the_warning(path: Path, check=check_firms) -> str:
    """Return the only warning; the file is used nevertheless."""
    read = read_firms if check is check_firms else read_market
    report = check(path)
    (warning,) = found(report, "warning")
    assert not report.errors
    assert len(read(path)) == len(report.data)
    return warning


# What is read


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "utf-16"])
def test_finished_variables_are_read_without_a_finding(tmp_path: Path, encoding: str) -> None:
    table = firms()
    path = write(tmp_path, csv(table).encode(encoding))
    assert check_firms(path).findings == []
    frame = read_firms(str(path))
    assert frame.columns.tolist() == [*COLUMNS, "section"]
    assert frame.index.tolist() == table["code"].tolist()
    assert frame["section"].tolist() == ["C", "I", "M"] * 10
    np.testing.assert_array_equal(frame[list(COLUMNS)], table[list(COLUMNS)].astype(float))


def test_a_market_has_names_sections_and_special_treatment_but_no_target(tmp_path: Path) -> None:
    table = pd.concat([firms(), firms(99).assign(code=lambda t: "3" + t["code"].str[1:])])
    table.iloc[[0, 1, 2, 3], 1] = ["*ST虚构", "ST虚构", "退市虚构", "BEST虚构"]
    path = write(tmp_path, csv(table.drop(columns="Data")))
    report = check_market(path)
    assert report.findings == []
    assert report.summary == (
        "129 firms, 129 without a missing value; sections: C 43, I 43, M 43; "
        "under special treatment (ST): 3"
    )
    market = read_market(path)
    assert market.columns.tolist() == [*FEATURES, "section", "name", "st"]
    assert market["st"].dtype == bool
    assert market["st"].tolist()[:4] == [True, True, True, False]
    assert market["name"].iloc[0] == "*ST虚构"


def test_special_treatment_may_stand_in_a_column_of_its_own(tmp_path: Path) -> None:
    table = firms().assign(st=["1", "是", "", "0", "否"] * 6).drop(columns="name")
    assert read_market(write(tmp_path, csv(table)))["st"].tolist()[:5] == [True] * 2 + [False] * 3


def test_excel_keeps_percentages_numbers_and_text(tmp_path: Path) -> None:
    table = firms()
    rows = [[c, n, i, *map(float, xs)] for c, n, i, *xs in table.itertuples(index=False, name=None)]
    path = workbook(tmp_path, [list(table), *rows])
    assert check_firms(path).findings == []
    np.testing.assert_array_equal(
        read_firms(path)[list(COLUMNS)], table[list(COLUMNS)].astype(float)
    )


def test_chinese_headers_units_and_signs_give_the_same_numbers(tmp_path: Path) -> None:
    table = firms()
    plain = read_firms(write(tmp_path, csv(table), "plain.csv"))
    other = pd.DataFrame(
        {
            "股票代码": table["code"],
            "证券简称": table["name"],
            "行业名称": ["通用设备制造业", "软件和信息技术服务业", "专业技术服务业"] * 10,
            "总资产（亿元）": [f"{float(x) / 1e8!r}" for x in table["Size"]],
            "营业收入（万元）": [f"{float(x) / 1e4:,.6f}" for x in table["Revenue"]],
            "毛利率": [f"{100 * float(x)!r}%" for x in table["GPM"]],
            "资产负债率(%)": [repr(100 * float(x)) for x in table["Leverage"]],
            "研发投入占营业收入比例": [f"{x}％" for x in table["RDRatio"]],
            "研发人员占比（小数）": [repr(float(x) / 100) for x in table["RDPsnRatio"]],
            "数据资源合计": [f"{float(x) / 1e4!r}万元" for x in table["Data"]],
        }
    ).join(table[["Turnover", "Capex", "OCF", "Growth", "ROA", "ROIC", "TobinQ", "TechRatio"]])
    path = write(tmp_path, csv(other).encode("gbk"))
    assert check_firms(path).findings == []
    pd.testing.assert_frame_equal(read_firms(path), plain, rtol=1e-12)


@pytest.mark.parametrize(
    "text", ["1,234,567,890", "１２３４５６７８９０", "12.3456789亿", "1.23456789e9"]
)
def test_amounts_as_people_write_them(tmp_path: Path, text: str) -> None:
    path = write(tmp_path, csv(changed(5, "Size", text)))
    assert read_firms(path)["Size"].iloc[3] == pytest.approx(1234567890, rel=1e-12)


def test_numbers_in_different_units_are_turned_into_one_with_a_warning(tmp_path: Path) -> None:
    path = write(tmp_path, csv(changed(5, "Size", "12亿元")))
    assert the_warning(path) == (
        "column Size: numbers in different units, as in rows 2 and 5; all were turned into one"
    )


@pytest.mark.parametrize("name", ["-", "n/a", "", "缺失"])
def test_a_missing_value_stays_missing(tmp_path: Path, name: str) -> None:
    path = write(tmp_path, csv(changed(4, "TobinQ", name)))
    report = check_firms(path)
    assert report.findings == []
    assert report.summary.startswith("30 firms, 29 without a missing value; missing: TobinQ 3.3%")
    assert np.isnan(read_firms(path)["TobinQ"].iloc[2])


def test_the_summary_says_what_the_file_holds(tmp_path: Path) -> None:
    report = check_firms(write(tmp_path, csv(changed(4, "TobinQ", ""))))
    assert report.summary == (
        "30 firms, 29 without a missing value; missing: TobinQ 3.3%; sections: C 10, I 10, M 10"
    )


def test_industries_are_not_needed_for_firms(tmp_path: Path) -> None:
    path = write(tmp_path, csv(firms().drop(columns=["industry_code", "name"])))
    assert check_firms(path).findings == []
    assert read_firms(path).columns.tolist() == list(COLUMNS)


# Statement items


def items(n: int = N) -> pd.DataFrame:
    sample = pd.read_csv(SAMPLES / "firms_example.csv", dtype=str, keep_default_na=False)
    return sample.iloc[2 : n + 2]


CSMAR = {
    "code": "Stkcd",
    "name": "ShortName",
    "industry_code": "Indcd",
    "total_assets": "A001000000",
    "total_liabilities": "A002000000",
    "total_equity": "A003000000",
    "short_term_loans": "A002101000",
    "long_term_loans": "A002201000",
    "bonds_payable": "A002203000",
    "intangible_assets": "A001218000",
    "goodwill": "A001220000",
    "data_inventory": "A001123101",
    "data_intangible": "A001218201",
    "data_development": "A001219101",
    "revenue": "B001101000",
    "operating_cost": "B001201000",
    "financial_expenses": "B001211000",
    "net_profit": "B002000000",
    "capex": "C002006000",
    "operating_cash_flow": "C001000000",
    "market_value": "F100801A",
    "rd_spend": "RDSpendSum",
    "rd_staff": "RDPerson",
    "employees": "Y0601b",
    "technical_staff": "技术人员数量",
}


def csmar() -> pd.DataFrame:
    """Lay the sample out as the database exports it: three header rows, a row for each year."""
    table = items()
    current = table[list(CSMAR)].rename(columns=CSMAR)
    current.insert(1, "Accper", "2024-12-31")
    current.insert(2, "Typrep", "A")
    before = current.assign(Accper="2023-12-31")
    opening = [name for name in CSMAR if name + "_prev" in table]
    for column in before.columns[5:]:
        before[column] = ""
    for name in opening:
        before[CSMAR[name]] = table[name + "_prev"]
    chinese = dict.fromkeys(current, "某项目") | {"Stkcd": "证券代码", "A001000000": "资产总计"}
    units = dict.fromkeys(current, "元") | {"Stkcd": "没有单位", "Accper": "没有单位"}
    return pd.concat([pd.DataFrame([chinese, units]), before, current], ignore_index=True)


def test_items_are_computed_into_the_variables_of_table_1(tmp_path: Path) -> None:
    table = items()
    path = write(tmp_path, csv(table))
    assert check_firms(path).findings == []
    numbers = table.set_index("code").drop(columns=["name", "industry_code"])
    expected = compute_variables(numbers.apply(pd.to_numeric))
    pd.testing.assert_frame_equal(read_firms(path)[list(COLUMNS)], expected)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_a_csmar_export_gives_the_same_as_our_own_layout(tmp_path: Path, encoding: str) -> None:
    expected = read_firms(write(tmp_path, csv(items()), "ours.csv"))
    path = write(tmp_path, csv(csmar()).encode(encoding))
    assert check_firms(path).findings == []
    pd.testing.assert_frame_equal(read_firms(path), expected)


def test_a_csmar_export_in_excel_gives_the_same(tmp_path: Path) -> None:
    expected = read_firms(write(tmp_path, csv(items()), "ours.csv"))
    table = csmar()
    path = workbook(tmp_path, [list(table), *table.to_numpy().tolist()])
    pd.testing.assert_frame_equal(read_firms(path), expected)


def test_the_unit_row_tells_the_unit(tmp_path: Path) -> None:
    expected = read_firms(write(tmp_path, csv(items()), "ours.csv"))
    table = csmar()
    at = table.index[2:]
    filled = table.loc[at, "A001000000"] != ""
    in_units = table.loc[at, "A001000000"][filled].astype(float) / 1e4
    table.loc[at[filled.to_numpy()], "A001000000"] = in_units.map(repr)
    table.loc[1, "A001000000"] = "万元"
    pd.testing.assert_frame_equal(read_firms(write(tmp_path, csv(table))), expected)


def test_opening_balances_may_come_from_the_first_of_january(tmp_path: Path) -> None:
    expected = read_firms(write(tmp_path, csv(items()), "ours.csv"))
    table = csmar().replace({"Accper": {"2023-12-31": "2024-01-01"}})
    pd.testing.assert_frame_equal(read_firms(write(tmp_path, csv(table))), expected)


def test_a_column_for_the_year_before_goes_before_a_row_for_it(tmp_path: Path) -> None:
    table = csmar()
    table["A001000000_prev"] = ["期初", "元", *["1000000000"] * (len(table) - 2)]
    found = read_firms(write(tmp_path, csv(table)))
    own = items().set_index("code")[["revenue", "total_assets"]].astype(float)
    expected = own["revenue"] / ((own["total_assets"] + 1e9) / 2)
    np.testing.assert_allclose(found["Turnover"], expected.loc[found.index])


def test_years_may_be_plain_years(tmp_path: Path) -> None:
    expected = read_firms(write(tmp_path, csv(items()), "ours.csv"))
    table = csmar().replace({"Accper": {"2023-12-31": "2023", "2024-12-31": "2024年"}})
    pd.testing.assert_frame_equal(read_firms(write(tmp_path, csv(table))), expected)


def test_statements_of_parent_companies_are_left_out(tmp_path: Path) -> None:
    expected = read_firms(write(tmp_path, csv(items()), "ours.csv"))
    table = csmar()
    parents = table.iloc[2:].assign(Typrep="B", A001000000="1")
    path = write(tmp_path, csv(pd.concat([table, parents])))
    assert the_warning(path) == (
        f"column Typrep: {2 * N} rows not of consolidated statements; left out"
    )
    pd.testing.assert_frame_equal(read_firms(path), expected)


def test_firms_without_a_row_for_the_last_year_are_left_out(tmp_path: Path) -> None:
    table = csmar().drop(index=N + 2)
    code = items()["code"].iloc[0]
    assert the_warning(write(tmp_path, csv(table))) == (
        f"column Accper: 1 firm without a row for 2024-12-31, such as {code}; left out"
    )


def test_quarters_and_older_years_are_left_out(tmp_path: Path) -> None:
    table = csmar()
    more = [table.iloc[2:].assign(Accper=day) for day in ("2025-03-31", "2022-12-31")]
    path = write(tmp_path, csv(pd.concat([table, more[0].iloc[:N], more[1].iloc[:N]])))
    warning = the_warning(path)
    assert warning == "column Accper: rows of 2 other periods, such as 2025-03-31; left out"
    assert len(check_firms(path).data) == N


def test_finished_values_go_first_and_items_fill_the_gaps(tmp_path: Path) -> None:
    table = items()
    table.insert(3, "ROA", [f"{0.001 * i:.3f}" for i in range(N)])
    table.iloc[0, 3] = ""
    path = write(tmp_path, csv(table))
    computed = read_firms(write(tmp_path, csv(items()), "items.csv"))["ROA"]
    assert read_firms(path)["ROA"].iloc[0] == computed.iloc[0]
    assert read_firms(path)["ROA"].iloc[1:].tolist() == [float(x) for x in table["ROA"][1:]]
    assert re.search(r"column ROA: ROA differs .* for \d+ of 29 firms", the_warning(path))


@pytest.mark.parametrize(
    ("gone", "instead", "note"),
    [
        ("revenue", "营业总收入", "total operating revenue stands in for operating revenue"),
        ("rd_spend", "B001216000", "R&D expense stands in for R&D investment"),
        ("market_value", "托宾Q值A", "it divides by total assets; Table 1 takes out intangible"),
    ],
)
def test_a_substitute_is_taken_with_a_warning(tmp_path, gone, instead, note) -> None:
    path = write(tmp_path, csv(items().rename(columns={gone: instead})))
    if gone == "market_value":
        table = items().rename(columns={gone: instead})
        table[instead] = [f"{1 + 0.1 * i:.1f}" for i in range(N)]
        path = write(tmp_path, csv(table))
    assert the_warning(path).startswith(f"column {instead}: {note}")


def test_a_substitute_is_not_taken_where_the_real_thing_is(tmp_path: Path) -> None:
    table = items().assign(营业总收入="1", 托宾Q值A="9")
    path = write(tmp_path, csv(table))
    assert check_firms(path).findings == []
    pd.testing.assert_frame_equal(
        read_firms(path), read_firms(write(tmp_path, csv(items()), "ours.csv"))
    )


# The samples


@pytest.mark.parametrize("kind", ["firms", "market"])
def test_a_sample_is_what_the_program_on_its_card_writes(tmp_path, monkeypatch, kind) -> None:
    card = (SAMPLES / f"{kind}_example.md").read_text(encoding="utf-8")
    (program,) = re.findall(r"```python\n(.*?)```", card, re.DOTALL)
    monkeypatch.chdir(tmp_path)
    exec(program, {})
    made = (tmp_path / f"{kind}_example.csv").read_bytes()
    assert made == (SAMPLES / f"{kind}_example.csv").read_bytes()


def test_the_samples_can_be_used() -> None:
    assert check_firms(SAMPLES / "firms_example.csv").findings == []
    assert check_market(SAMPLES / "market_example.csv").findings == []
    assert len(read_firms(SAMPLES / "firms_example.csv")) == 40
    market = read_market(SAMPLES / "market_example.csv")
    assert (len(market), market["st"].sum(), market["section"].nunique()) == (120, 4, 10)
    for frame in (read_firms(SAMPLES / "firms_example.csv"), market):
        assert frame.index.str.startswith("00").any()
        assert (frame.index.str.len() == 6).all()


# Codes


@pytest.mark.parametrize("text", ["000001", "sz.000001", "SZ000001", "000001.SZ", "'000001"])
def test_a_stock_code_is_six_digits_however_it_is_written(tmp_path: Path, text: str) -> None:
    path = write(tmp_path, csv(changed(2, "code", text)))
    assert read_firms(path).index[0] == "000001"
    assert check_firms(path).findings == []


def test_leading_zeros_that_excel_took_come_back_with_a_warning(tmp_path: Path) -> None:
    table = firms()
    table["code"] = [str(int(code)) for code in table["code"]]
    path = write(tmp_path, csv(table))
    assert the_warning(path) == (
        "column code: 30 codes without leading zeros, such as 1 in row 2, read as 000001"
    )
    assert read_firms(path).index.tolist() == firms()["code"].tolist()


def test_other_codes_than_of_stocks_stay_as_they_are(tmp_path: Path) -> None:
    table = firms().assign(code=[f"Firm {i}" for i in range(N)])
    path = write(tmp_path, csv(table))
    assert check_firms(path).findings == []
    assert read_firms(path).index[0] == "Firm 0"


def test_a_note_below_the_table_is_left_out(tmp_path: Path) -> None:
    path = write(tmp_path, csv(firms()) + "数据来源：国泰安\n")
    assert the_warning(path) == "row 32: a note, '数据来源：国泰安'; left out"
    assert len(read_firms(path)) == N


# What is refused


@pytest.mark.parametrize(
    ("column", "value", "error"),
    [
        ("Size", "much", "expected a number, found 'much'"),
        ("ROA", "#DIV/0!", "expected a number, found '#DIV/0!'"),
        ("ROA", "inf", "expected a finite number, found 'inf'"),
        ("Growth", "1e999", "expected a finite number, found '1e999'"),
        ("Size", "5%", "expected an amount, found a percentage, '5%'"),
        ("Size", "-1e9", "expected total assets that a firm can have, found -1e+09"),
        ("Size", "0", "expected total assets that a firm can have, found 0"),
        ("TechRatio", "1.2", "expected a share of all employees between 0 and 1, found 1.2"),
        ("TechRatio", "-0.1", "expected a share of all employees between 0 and 1, found -0.1"),
        ("RDPsnRatio", "140", "expected a share of all employees between 0 and 100 per cent"),
        ("Data", "-5", "expected data assets that a firm can have, found -5"),
        ("code", "", "expected a stock code, found none"),
    ],
)
def test_a_row_that_cannot_be_right_is_left_out_up_to_a_limit(tmp_path, column, value, error):
    path = write(tmp_path, csv(changed(5, column, value)))
    warning = the_warning(path)
    assert warning.startswith(f"row 5, column {column}: {error}")
    assert warning.endswith("; the row was left out")
    assert len(read_firms(path)) == N - 1
    path = write(tmp_path, csv(changed(7, column, value, changed(5, column, value))))
    errors = found(check_firms(path), "error")
    assert [e.split(",")[0] for e in errors[:2]] == ["row 5", "row 7"]


@pytest.mark.parametrize("code", ["000001", "1.0"])
def test_a_firm_stands_there_once(tmp_path: Path, code: str) -> None:
    error = the_error(write(tmp_path, csv(changed(5, "code", code))))
    assert error == "row 5, column code: 000001 stands in row 2 too; expected each firm once"


def test_of_a_market_the_rows_that_cannot_be_right_are_listed(tmp_path: Path) -> None:
    table = firms(600)
    table.loc[10:39, "RDPsnRatio"] = "340"
    report = check_market(write(tmp_path, csv(table)))
    assert (report.errors, len(report.data)) == ([], 570)
    assert report.warnings[19].where == "row 31, column RDPsnRatio"
    assert report.warnings[20].message == "10 more such cells; 30 rows left out"


def test_the_unit_of_a_negative_amount_is_known_in_the_message(tmp_path: Path) -> None:
    table = changed(5, "Size", "-3").rename(columns={"Size": "资产总计（千元）"})
    assert the_warning(write(tmp_path, csv(table))).startswith(
        "row 5, column 资产总计（千元）: expected total assets that a firm can have, found -3,000;"
    )


def test_a_firm_may_stand_there_once_a_year_only(tmp_path: Path) -> None:
    table = csmar()
    path = write(tmp_path, csv(pd.concat([table, table.iloc[[-1]]])))
    code = table["Stkcd"].iloc[-1]
    assert the_error(path) == (
        f"row 64, column Stkcd: {code} stands in row 63 too; expected each firm once for 2024-12-31"
    )


def test_a_period_that_is_none_is_refused(tmp_path: Path) -> None:
    table = csmar()
    table.loc[40, "Accper"] = "last year"
    error = (
        "row 42, column Accper: expected the end of a year, such as 2024-12-31, found 'last year'"
    )
    assert error in found(check_firms(write(tmp_path, csv(table))), "error")


def test_every_bad_cell_is_named_and_the_reader_counts_them(tmp_path: Path) -> None:
    table = changed(9, "GPM", "?", changed(5, "Size", "much"))
    path = write(tmp_path, csv(table))
    assert len(found(check_firms(path), "error")) == 2
    with pytest.raises(InputError, match=r"and 1 more; dataworth check firms lists them"):
        read_firms(path)


def test_a_column_that_stands_there_twice_is_refused(tmp_path: Path) -> None:
    table = firms().assign(总资产="1e9")
    error = "header: expected one column of total_assets, found Size, 总资产"
    assert the_error(write(tmp_path, csv(table))) == error


def test_without_stock_codes_there_are_no_firms(tmp_path: Path) -> None:
    error = the_error(write(tmp_path, csv(firms().drop(columns="code"))))
    assert error.startswith("header: expected a column of stock codes, named code, Stkcd or")


def test_a_variable_that_is_not_there_is_refused_with_what_would_give_it(tmp_path: Path) -> None:
    error = the_error(write(tmp_path, csv(firms().drop(columns="TobinQ"))))
    assert error == (
        "column TobinQ: expected it, or what it needs besides: market_value, "
        "intangible_assets, goodwill"
    )
    error = the_error(write(tmp_path, csv(items().drop(columns="technical_staff"))))
    assert error == ("column TechRatio: expected it, or what it needs besides: technical_staff")


def test_a_column_without_a_value_is_refused(tmp_path: Path) -> None:
    error = the_error(write(tmp_path, csv(firms().assign(TobinQ=""))))
    assert error.startswith("column TobinQ: expected numbers, found none")


def test_a_constant_column_is_refused_for_firms_and_doubted_for_a_market(tmp_path: Path) -> None:
    path = write(tmp_path, csv(firms().assign(RDRatio="3.5")))
    assert the_error(path) == "column RDRatio: every value is 3.5; expected firms that differ"
    warnings = found(check_market(path), "warning")
    assert "column RDRatio: every value is 3.5; expected firms that differ" in warnings


@pytest.mark.parametrize("value", ["", "0", "-"])
def test_firms_without_any_data_assets_are_refused(tmp_path: Path, value: str) -> None:
    error = the_error(write(tmp_path, csv(firms().assign(Data=value))))
    assert error.startswith("column Data: expected data assets in yuan, found none")


def test_firms_without_recognized_data_are_left_out(tmp_path: Path) -> None:
    table = changed(3, "Data", "0", changed(7, "Data", ""))
    path = write(tmp_path, csv(table))
    assert the_warning(path) == (
        "file: 2 firms without recognized data assets, such as row 3; left out"
    )
    assert read_firms(path).index[1] == "000003"


def test_a_market_needs_industries(tmp_path: Path) -> None:
    path = write(tmp_path, csv(firms(120).drop(columns="industry_code")))
    assert the_error(path, check_market).startswith("header: expected industries")
    path = write(tmp_path, csv(firms(120).assign(industry_code="")))
    assert "column industry_code: expected industries" in the_error(path, check_market)


def test_a_market_needs_one_complete_firm(tmp_path: Path) -> None:
    table = firms(120)
    table.loc[:59, "ROA"] = ""
    table.loc[60:, "GPM"] = ""
    path = write(tmp_path, csv(table))
    assert the_error(path, check_market) == (
        "file: expected a firm with all 14 variables, found none"
    )


@pytest.mark.parametrize("rows", [0, 1, 9])
@pytest.mark.parametrize("check", [check_firms, check_market])
def test_too_few_firms_are_refused(tmp_path: Path, rows: int, check) -> None:
    report = check(write(tmp_path, csv(firms().iloc[:rows])))
    found_text = f"expected at least 10 firms, found {rows}" if rows else "expected rows of firms"
    assert any(found_text in error for error in found(report, "error"))


def test_few_firms_are_doubted(tmp_path: Path) -> None:
    path = write(tmp_path, csv(firms().iloc[:12]))
    assert the_warning(path).startswith("file: only 12 firms")


@pytest.mark.parametrize("content", [b"", b"\n\n", b"PK\x03\x04nonsense"])
def test_a_file_that_is_no_table_is_refused(tmp_path: Path, content: bytes) -> None:
    the_error(write(tmp_path, content))
    the_error(write(tmp_path, content), check_market)


def test_a_file_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    assert the_error(tmp_path / "nothing.csv") == "file: there is no such file"


# What is doubted


@pytest.mark.parametrize(
    ("column", "factor", "warning"),
    [
        ("RDRatio", 0.01, "expected per cent, or (fraction) in the header, found"),
        ("RDPsnRatio", 0.01, "expected per cent, or (fraction)"),
        ("ROA", 100, "expected fractions, or (%) in the header, found"),
        ("GPM", 100, "expected fractions"),
        ("Leverage", 100, "expected fractions"),
        ("Capex", 1e-8, "expected yuan, found a median of"),
    ],
)
def test_another_unit_than_expected_is_refused(tmp_path, column, factor, warning) -> None:
    table = firms()
    table[column] = [repr(float(x) * factor) for x in table[column]]
    error = the_error(write(tmp_path, csv(table)))
    assert error.startswith(f"column {column}: {warning}")


@pytest.mark.parametrize(
    ("column", "change", "message"),
    [
        ("TechRatio", lambda x: 100 * x, "expected fractions, or (%)"),
        ("Size", np.log, "expected yuan, found a median of 2"),
    ],
)
def test_a_unit_that_no_model_could_use_is_refused(tmp_path, column, change, message) -> None:
    table = firms()
    table[column] = [repr(float(change(float(x)))) for x in table[column]]
    assert the_error(write(tmp_path, csv(table))).startswith(f"column {column}: {message}")


@pytest.mark.parametrize("unit", [1e4, 1e3, 1e6])
def test_a_market_in_a_unit_that_no_header_states_is_refused(tmp_path: Path, unit: float) -> None:
    table = firms(120)
    for column in ("Size", "Revenue", "Capex", "OCF"):
        table[column] = [repr(float(x) / unit) for x in table[column]]
    errors = found(check_market(write(tmp_path, csv(table))), "error")
    assert errors[0].startswith("column Size: expected yuan, found a median of")


def test_a_ratio_is_on_the_wrong_scale_by_its_middle_whatever_its_ends(tmp_path: Path) -> None:
    table = firms()
    table["RDRatio"] = [repr(float(x) / 100) for x in table["RDRatio"]]
    table.loc[3, "RDRatio"] = "340"
    assert "expected per cent" in the_error(write(tmp_path, csv(table)))
    table = firms()
    table["ROA"] = [repr(0.3 + 0.01 * i * (-1) ** i) for i in range(N)]
    assert "column ROA: expected fractions" in the_error(write(tmp_path, csv(table)))


@pytest.mark.parametrize("signed", [1, 15, 29])
def test_two_scales_in_one_column_are_refused(tmp_path: Path, signed: int) -> None:
    table = firms()
    cells = [f"{100 * float(x)}%" if i < signed else x for i, x in enumerate(table["GPM"])]
    error = the_error(write(tmp_path, csv(table.assign(GPM=cells))))
    assert error == (
        f"column GPM: expected one scale, found {signed} cells with a per-cent sign and "
        f"{N - signed} without"
    )
    table["Leverage"] = [
        repr(100 * float(x)) if i % 3 == 0 else x for i, x in enumerate(table["Leverage"])
    ]
    assert "10 of 30 values beyond 5; fractions and per cent?" in the_error(
        write(tmp_path, csv(table))
    )


def test_another_currency_is_refused(tmp_path: Path) -> None:
    table = firms().rename(columns={"Size": "总资产（亿美元）"})
    assert "convert other currencies to yuan" in the_error(write(tmp_path, csv(table)))


@pytest.mark.parametrize(
    ("ours", "other"),
    [("A", "B"), ("408001000", "408006000"), ("合并报表(调整)", "母公司报表"), ("合并", "母公司")],
)
def test_kinds_of_statement_have_many_names(tmp_path: Path, ours: str, other: str) -> None:
    expected = read_firms(write(tmp_path, csv(items()), "ours.csv"))
    table = csmar().replace({"Typrep": {"A": ours}})
    parents = table.iloc[2:].assign(Typrep=other, A001000000="1")
    path = write(tmp_path, csv(pd.concat([table, parents])))
    pd.testing.assert_frame_equal(read_firms(path), expected)


def test_headers_of_terminals_hold_name_period_and_unit(tmp_path: Path) -> None:
    expected = read_firms(write(tmp_path, csv(firms()), "plain.csv"))
    table = firms().rename(columns={"code": "SECUCODE", "name": "SECURITY_NAME_ABBR"})
    table["Size"] = [repr(float(x) / 1e8) for x in table["Size"]]
    table["ROA"] = [repr(float(x) * 100) for x in table["ROA"]]
    names = {
        "Size": "总资产\n[报告期] 2022年报\n[报表类型] 合并报表\n[单位] 亿元",
        "ROA": "总资产净利率 [单位] %",
        "Turnover": "总资产周转率 [报告期] 2022年报 [单位] 次",
    }
    path = write(tmp_path, csv(table.rename(columns=names)) + "数据来源：Wind\n")
    assert the_warning(path).endswith("a note, '数据来源：Wind'; left out")
    pd.testing.assert_frame_equal(read_firms(path), expected, rtol=1e-9)


# Columns that a user names, and features that a file does not have


def test_a_small_file_says_what_columns_are(tmp_path: Path) -> None:
    expected = read_firms(write(tmp_path, csv(firms()), "plain.csv"))
    table = firms().rename(columns={"Size": "TA", "ROA": "roa2", "code": "id"}).assign(Revenue2="x")
    table["TA"] = [repr(float(x) / 1e4) for x in table["TA"]]
    path = write(tmp_path, csv(table))
    named = write(tmp_path, "TA: 总资产（万元）\nroa2: ROA\nid: code\nRevenue2:\n", "map.yml")
    pd.testing.assert_frame_equal(read_firms(path, columns=named), expected, rtol=1e-12)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Size: nonsense", "expected a name of Table 1, of a statement item or of a label"),
        ("- Size", "expected lines such as"),
        ("a: [", "expected a YAML file of columns"),
        ("missing: ROA", "header: expected the columns that are named, found no missing"),
    ],
)
def test_a_file_of_columns_that_cannot_be_used_is_refused(tmp_path, text, message) -> None:
    named = write(tmp_path, text, "map.yml")
    with pytest.raises(InputError, match=message):
        read_firms(write(tmp_path, csv(firms())), columns=named)


def test_a_feature_that_no_firm_has_can_be_done_without(tmp_path: Path) -> None:
    table = firms(120).drop(columns=["TobinQ", "Data"])
    table.loc[:80, "RDRatio"] = ""
    path = write(tmp_path, csv(table))
    assert "column TobinQ" in the_error(path, check_market)
    market = read_market(path, absent="refit")
    assert market["TobinQ"].isna().all() and market["RDRatio"].notna().any()
    without_size = write(tmp_path, csv(table.drop(columns="Size")), "size.csv")
    assert found(check_market(without_size, absent="refit"), "error") == [
        "column Size: expected it, or what it is computed from: total_assets"
    ]
    with pytest.raises(InputError, match="absent: expected one of refuse, refit, impute"):
        read_market(path, absent="other")


@pytest.mark.parametrize(
    ("column", "value", "what"),
    [
        (
            "Size",
            "9e13",
            "1 firm far from the rest[^;]*; the furthest is 000004 虚构4 [(]row 5[)] with 9e[+]13",
        ),
        (
            "Data",
            "9e11",
            "1 firm far from the rest[^;]*; the furthest is 000004 虚构4 [(]row 5[)] with 9e[+]11",
        ),
        (
            "ROA",
            "6.4",
            "1 firm far from the rest[^;]*; the furthest is 000004 虚构4 [(]row 5[)] with 6.4",
        ),
        (
            "Capex",
            "-3e7",
            "1 firm below 0[^;]*; the furthest is 000004 虚构4 [(]row 5[)] with -3e[+]07",
        ),
        ("GPM", "1.4", "1 firm above 1[^;]*; the furthest is 000004 虚构4 [(]row 5[)] with 1.4"),
    ],
)
def test_a_firm_far_from_the_rest_is_named(tmp_path, column, value, what) -> None:
    path = write(tmp_path, csv(changed(5, column, value)))
    assert re.match(f"column {column}: {what}", the_warning(path))


def test_a_variable_that_most_firms_lack_is_doubted(tmp_path: Path) -> None:
    table = firms()
    table.loc[:19, "TobinQ"] = ""
    assert the_warning(write(tmp_path, csv(table))) == (
        "column TobinQ: missing for 67 % of the firms"
    )


def test_columns_that_are_not_read_are_named(tmp_path: Path) -> None:
    path = write(tmp_path, csv(firms().assign(审计意见="标准", x="1")))
    assert the_warning(path) == "header: columns that are not read: 审计意见, x"


def test_unknown_and_missing_industries_are_told_apart(tmp_path: Path) -> None:
    table = changed(5, "industry_code", "X99", changed(6, "industry_code", "", firms(120)))
    path = write(tmp_path, csv(table))
    unknown, missing = found(check_market(path), "warning")
    assert unknown.startswith("column industry_code: 1 firm of an unknown industry, such as 'X99'")
    assert missing.startswith("column industry_code: 1 firm without an industry")
    assert read_market(path)["section"].iloc[3] is None


def test_a_second_column_of_industries_fills_the_gaps_of_the_first(tmp_path: Path) -> None:
    table = changed(5, "industry_code", "", firms(120)).assign(industry="房地产业")
    market = read_market(write(tmp_path, csv(table)))
    assert market["section"].iloc[:4].tolist() == ["C", "I", "M", "K"]


def test_b_shares_and_nameless_markets_are_doubted(tmp_path: Path) -> None:
    table = changed(2, "code", "200001", firms(120)).drop(columns="name")
    warnings = found(check_market(write(tmp_path, csv(table))), "warning")
    assert [w.split(";")[0] for w in warnings] == [
        "header: no column of names",
        "column code: 1 code of B shares",
    ]


# What always holds


@settings(
    deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    row=st.integers(2, N + 1),
    column=st.sampled_from([*COLUMNS, "code", "name", "industry_code"]),
    value=st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12),
)
def test_no_cell_breaks_the_check_and_reader_and_check_agree(tmp_path, row, column, value):
    path = write(tmp_path, csv(changed(row, column, value)))
    for check, read in ((check_firms, read_firms), (check_market, read_market)):
        report = check(path)
        assert all("\n" not in f"{f.where}{f.message}" for f in report.findings)
        if report.errors:
            with pytest.raises(InputError):
                read(path)
        else:
            frame = read(path)
            assert len(frame) == len(report.data)
            assert frame.index.is_unique
            assert not np.isinf(frame[list(FEATURES)]).any(axis=None)


@settings(
    deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(order=st.permutations(range(N)), columns=st.permutations(range(18)))
def test_the_order_of_rows_and_columns_does_not_matter(tmp_path, order, columns) -> None:
    table = firms()
    expected = read_firms(write(tmp_path, csv(table), "plain.csv"))
    mixed = read_firms(write(tmp_path, csv(table.iloc[order, columns])))
    pd.testing.assert_frame_equal(mixed.loc[expected.index], expected)


def test_units_of_what_is_read_are_those_of_table_1() -> None:
    frame = read_firms(SAMPLES / "firms_example.csv")
    for name, variable in VARIABLES.items():
        typical = frame[name].abs().median()
        low, high = {"yuan": (1e5, 1e12), "per cent": (1, 100), "ratio": (0, 5)}[variable.unit]
        assert low < typical < high, name

"""A user's quarterly series: what is read, what is refused, what is doubted."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataworth.errors import InputError
from dataworth.inputs.report import FileReport
from dataworth.inputs.series import EXACT, check_series, read_series
from dataworth.inputs.tables.figures import CUMULATION, cumulation
from tests.inputs.tables.test_tabular import workbook, write

SAMPLES = Path(__file__).parents[2] / "data" / "samples"
VALUES = [1e8 + 1e6 * ((7 * i) % 11) for i in range(28)]
QUARTERS = [f"{2001 + i // 4}Q{i % 4 + 1}" for i in range(28)]


def lines(values=VALUES, quarters=QUARTERS, header: str = "period,value") -> str:
    rows = [f'{q},"{v}"' for q, v in zip(quarters, values, strict=True)]
    return "\n".join([header, *rows, ""])


def changed(changes: dict[int, object]) -> list:
    return [changes.get(i, value) for i, value in enumerate(VALUES)]


def found(report: FileReport, severity: str) -> list[str]:
    return [f"{f.where}: {f.message}" for f in report.findings if f.severity == severity]


def the_error(path: Path) -> str:
    """Return the only error, which `read_series` must raise too."""
    (error,) = found(check_series(path), "error")
    with pytest.raises(InputError) as raised:
        read_series(path)
    assert str(raised.value) == f"{path}: {error.removeprefix('file: ')}"
    assert "\n" not in error
    return error


def the_warning(path: Path) -> str:
    """Return the only warning; the file is used nevertheless."""
    report = check_series(path)
    (warning,) = found(report, "warning")
    assert not report.errors
    assert len(read_series(path)) == len(report.data)
    return warning


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "utf-16"])
@pytest.mark.parametrize("header", ["季度,净利润", "报告期,归母净利润（元）", "Date,任意名称"])
def test_reads_a_clean_file_without_a_finding(tmp_path: Path, encoding: str, header: str) -> None:
    path = write(tmp_path, lines(header=header).encode(encoding))
    series = read_series(str(path))
    assert series.name == header.split(",")[1]
    assert series.index.equals(pd.PeriodIndex(QUARTERS, freq="Q"))
    assert series.dtype == float
    assert series.tolist() == VALUES
    report = check_series(path)
    assert report.findings == []
    assert list(map(str, report.data.index)) == QUARTERS


def test_reads_an_excel_file_with_dates(tmp_path: Path) -> None:
    ends = [pd.Period(q).end_time.date() for q in QUARTERS]
    path = workbook(tmp_path, [["截止日期", "净利润"], *zip(ends, VALUES, strict=True)], sheets=2)
    assert "2 sheets" in the_warning(path)
    assert read_series(path).tolist() == VALUES


def test_samples_can_be_used() -> None:
    template = SAMPLES / "series_template.csv"
    assert check_series(template).findings == []
    assert len(read_series(template)) == 32
    facts = pd.read_csv(SAMPLES.parent / "facts" / "bank_quarterly_net_profit.csv")
    filed = facts.query("code == 601988")["net_profit_attributable_single_quarter_rmb_m"]
    series = read_series(SAMPLES / "series_bank_of_china.xlsx")
    np.testing.assert_allclose(series * 100, filed)
    assert check_series(SAMPLES / "series_bank_of_china.xlsx").findings == []


@given(st.permutations(range(28)), st.permutations([10**8 + 10**6 * i * i for i in range(28)]))
def test_order_of_rows_does_not_matter(
    tmp_path_factory, order: list[int], values: list[int]
) -> None:
    rows = [(QUARTERS[i], f"{values[i]:,}") for i in order]
    path = tmp_path_factory.mktemp("order") / "my.csv"
    path.write_text(lines([v for _, v in rows], [q for q, _ in rows]))
    assert read_series(path, kind="single").tolist() == values


@given(st.binary(max_size=200), st.sampled_from(["my.csv", "my.xlsx"]))
def test_no_content_raises_in_a_check(tmp_path_factory, content: bytes, name: str) -> None:
    path = write(tmp_path_factory.mktemp("any"), content, name)
    assert check_series(path).errors
    with pytest.raises(InputError):
        read_series(path)


@given(st.text(max_size=60))
def test_no_cells_raise_in_a_check(tmp_path_factory, text: str) -> None:
    content = ("period,value\n" + text).encode("utf-8", "replace")
    assert check_series(write(tmp_path_factory.mktemp("any"), content)).errors


# Files and columns


def test_a_missing_file_and_a_folder(tmp_path: Path) -> None:
    assert "no such file" in the_error(tmp_path / "none.csv")
    assert "found a folder" in the_error(tmp_path)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "empty file"),
        ("period,value\n", "column value: expected numbers, found none"),
        ("period\n2007Q1\n", "expected one value column"),
        ("value\n1\n", "expected one period column"),
        ("when,value\n2007Q1,1\n", "found: when, value"),
        ("2007Q1,1\n2007Q2,2\n", "found data: 2007Q1, 1"),
        ("period,value,value\n2007Q1,1,2\n", "found twice: value"),
        ("period,Value, value\n2007Q1,1,2\n", "found twice: Value, value"),
        ("period,季度,value\n2007Q1,2007Q1,1\n", "expected one period column"),
        ("period,a,b\n2007Q1,1,2\n", "expected one value column, or one named value"),
        ("period,profit,cost\n2007Q1,1,2\n", "expected one value column"),
        ("period,growth (%)\n2007Q1,1\n", "found percentages"),
        ("period,growth_pct\n2007Q1,1\n", "found percentages"),
        ("period,value\n2007Q1,1\n", "expected at least 8 quarters, found 1"),
    ],
)
def test_refuses_files_and_columns(tmp_path: Path, text: str, message: str) -> None:
    assert message in the_error(write(tmp_path, text))


@pytest.mark.parametrize("header", ["other,period,value", "备注,季度,净利润（万元）"])
def test_other_columns_are_named_and_left(tmp_path: Path, header: str) -> None:
    text = lines(quarters=[f"x,{q}" for q in QUARTERS], header=header)
    assert "not read: " + header.split(",")[0] in the_warning(write(tmp_path, text))


def test_a_row_with_unquoted_separators(tmp_path: Path) -> None:
    error = the_error(write(tmp_path, lines().replace('"107000000.0"', "1,234,567", 1)))
    assert error.startswith("row 3: expected 2 cells, found 4")


def test_names_with_line_breaks_and_spaces_stay_on_one_line(tmp_path: Path) -> None:
    (tmp_path / "a  b").mkdir()
    path = workbook(tmp_path / "a  b", [["季度", "净利润\n（万元）"], ["2007Q1", "x"]])
    (error,) = found(check_series(path), "error")
    assert error == "row 2, column 净利润 （万元）: expected a number, found 'x'"
    path = write(tmp_path / "a  b", "")
    assert found(check_series(path), "error")[0].startswith("file: expected content")


def test_a_path_that_no_file_can_have(tmp_path: Path) -> None:
    assert "cannot be read" in the_error(tmp_path / ("x" * 300 + ".csv"))


# Cells


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("unknown", "row 7, column value: expected a number, found 'unknown'"),
        ("12%", "row 7, column value: expected an amount, found a percentage, '12%'"),
        ("inf", "row 7, column value: expected a finite number, found 'inf'"),
        ("", "row 7, column value: expected a number for 2002Q2, found none"),
    ],
)
def test_a_bad_value_is_named_by_row_and_column(tmp_path: Path, text: str, message: str) -> None:
    assert the_error(write(tmp_path, lines(changed({5: text})))) == message


def test_a_date_within_a_quarter_is_refused(tmp_path: Path) -> None:
    quarters = ["2001-01-31", *QUARTERS[1:]]
    message = "row 2, column period: expected the end of a quarter, found '2001-01-31'"
    assert the_error(write(tmp_path, lines(quarters=quarters))) == message


def test_all_errors_are_reported_and_the_first_is_raised(tmp_path: Path) -> None:
    quarters = [q for q in QUARTERS if q != "2005Q1"]
    quarters[2] = "soon"
    path = write(tmp_path, lines(changed({0: "x", 9: "5%", 12: ""})[:27], quarters))
    assert [where.split(": ")[0] for where in found(check_series(path), "error")] == [
        "row 2, column value",
        "row 4, column period",
        "row 11, column value",
        "row 14, column value",
        "file",
    ]
    with pytest.raises(InputError, match=r"row 2, column value: .* \(and 4 more; dataworth check"):
        read_series(path)


def test_an_all_missing_column(tmp_path: Path) -> None:
    assert "found none" in the_error(write(tmp_path, lines(["-"] * 28)))


def test_missing_values_at_the_ends_are_left_out(tmp_path: Path) -> None:
    path = write(tmp_path, lines(changed({27: "n/a"})))
    assert the_warning(path).endswith("2007Q4, found none (n/a); the row was left out")
    assert read_series(path).tolist() == VALUES[:27]


def test_units_are_turned_into_the_columns(tmp_path: Path) -> None:
    values = changed({0: "1.2亿", 1: "3,400万", 2: "1,000,000"})
    path = write(tmp_path, lines(values))
    assert read_series(path).tolist()[:3] == [120_000_000, 34_000_000, 1_000_000]
    assert "different units, as in rows 2 and 3" in the_warning(path)
    path = write(tmp_path, lines(changed({0: "1.2亿"}), header="季度,净利润（万元）"))
    assert read_series(path).tolist()[:2] == [12_000, VALUES[1]]


def test_one_unit_throughout_needs_no_warning(tmp_path: Path) -> None:
    path = write(tmp_path, lines([f"{v}万元" for v in VALUES]))
    assert check_series(path).findings == []


# The series as a whole


def test_rows_out_of_order_are_sorted(tmp_path: Path) -> None:
    path = write(tmp_path, lines(VALUES[::-1], QUARTERS[::-1]))
    assert "out of order" in the_warning(path)
    assert read_series(path).tolist() == VALUES


def test_a_gap_names_its_quarters(tmp_path: Path) -> None:
    keep = [i for i in range(28) if i not in (4, 5)]
    path = write(tmp_path, lines([VALUES[i] for i in keep], [QUARTERS[i] for i in keep]))
    assert "every quarter of 2001Q1 to 2007Q4, missing: 2002Q1, 2002Q2" in the_error(path)


def test_a_repeated_quarter(tmp_path: Path) -> None:
    path = write(tmp_path, lines([*VALUES, VALUES[27]], [*QUARTERS, "2007Q4"]))
    assert the_warning(path).endswith("2007Q4 stands in row 29 too, with the same value")
    assert read_series(path).tolist() == VALUES
    path = write(tmp_path, lines([*VALUES, 5], [*QUARTERS, "2007-12-31"]))
    assert the_error(path).startswith("row 30: 2007Q4 stands in row 29 too, with another value")


@pytest.mark.parametrize(
    ("values", "rule"),
    [
        ([1e8 + 3e6 * i for i in range(28)], "a straight line"),
        ([1e8 * 1.02**i for i in range(28)], "growth at exactly the same rate"),
        ([1e8, 1.3e8, 1.2e8, 1.1e8] * 7, "the same season in every year"),
    ],
)
def test_a_series_without_chance_has_nothing_to_estimate(tmp_path, values, rule) -> None:
    path = write(tmp_path, lines(values))
    (warning,) = found(check_series(path), "warning")
    assert rule in warning
    if EXACT in warning:  # what a check warns of, a run refuses before it begins
        with pytest.raises(InputError, match=f"my.csv: expected values that vary, .* {rule}"):
            read_series(path)
    else:
        assert read_series(path).tolist() == values


def test_a_constant_series_is_refused(tmp_path: Path) -> None:
    assert "every value is the same" in the_error(write(tmp_path, lines([5e8] * 28)))


def test_a_short_series(tmp_path: Path) -> None:
    path = write(tmp_path, lines(VALUES[:8], QUARTERS[:8]))
    assert "8 quarters; unit-root tests want 25" in the_warning(path)
    path = write(tmp_path, lines(VALUES[:7], QUARTERS[:7]))
    assert "at least 8 quarters, found 7" in the_error(path)


def test_losses_are_a_warning(tmp_path: Path) -> None:
    path = write(tmp_path, lines(changed({3: "(36)", 8: 0})))
    assert the_warning(path).endswith("a logarithm cannot take -36 in 2001Q4, 0 in 2003Q1")
    assert len(read_series(path)) == 28


@pytest.mark.parametrize("word", ["合计", "平均值", "Total"])
def test_a_total_below_a_series_is_left_out(tmp_path: Path, word: str) -> None:
    path = write(tmp_path, lines([*VALUES, sum(VALUES)], [*QUARTERS, word]))
    assert the_warning(path) == f"row 30: computed from other rows, {word!r}; left out"
    assert read_series(path).tolist() == VALUES


# Figures that add up


SINGLE = np.array(VALUES).reshape(7, 4) * np.linspace(1, 1.6, 7)[:, None]
SINGLE[3, 1] = -2e7  # a loss in one quarter
ADDED = {
    "year": SINGLE.cumsum(axis=1),
    "half": np.hstack([SINGLE[:, :2].cumsum(axis=1), SINGLE[:, 2:].cumsum(axis=1)]),
    "fourth": np.column_stack([SINGLE[:, :3], SINGLE.sum(axis=1)]),
}


@pytest.mark.parametrize("how", CUMULATION)
def test_figures_that_add_up_are_told_apart_and_taken_apart_on_request(tmp_path, how) -> None:
    path = write(tmp_path, lines(ADDED[how].ravel()))
    error = the_error(path)
    assert CUMULATION[how] in error and "series_kind=cumulative" in error
    np.testing.assert_allclose(read_series(path, kind="cumulative"), SINGLE.ravel(), atol=1)
    np.testing.assert_array_equal(read_series(path, kind="single"), ADDED[how].ravel())


def test_single_quarters_are_left_alone_whatever_their_season(tmp_path: Path) -> None:
    season = SINGLE * [0.8, 1.0, 1.0, 1.3]
    report = check_series(write(tmp_path, lines(season.ravel())))
    assert report.errors == []
    np.testing.assert_array_equal(report.data, season.ravel())


def test_figures_that_add_up_are_told_in_spite_of_noise_season_and_losses() -> None:
    generator, told = np.random.default_rng(5), {how: [] for how in ("", *CUMULATION)}
    for _ in range(400):
        season = np.exp(generator.normal(0, 0.2, 4))
        single = season * np.exp(generator.normal(0, 0.15, (8, 4)))
        single *= np.where(generator.random((8, 4)) < 0.04, -0.5, 1)
        halves = np.hstack([single[:, :2].cumsum(axis=1), single[:, 2:].cumsum(axis=1)])
        whole = np.column_stack([single[:, :3], single.sum(axis=1)])
        tried = {"": single, "year": single.cumsum(axis=1), "half": halves, "fourth": whole}
        for how, values in tried.items():
            told[how].append(cumulation(values) == how)
    assert {how for how, right in told.items() if np.mean(right) < 0.97} == set()


def test_a_year_that_begins_late_has_no_single_quarters(tmp_path: Path) -> None:
    path = write(tmp_path, lines(ADDED["year"].ravel()[2:], QUARTERS[2:]))
    report = check_series(path, kind="cumulative")
    assert "no single quarters of 2001Q3; left out" in str(report.warnings)
    np.testing.assert_allclose(report.data, SINGLE.ravel()[3:], atol=1)


def test_periods_that_say_so_are_believed(tmp_path: Path) -> None:
    quarters = [f"{q[:4]}年第{'1-' if q[-1] > '1' else ''}{q[-1]}季度" for q in QUARTERS]
    path = write(tmp_path, lines(quarters=quarters))
    assert "as the names of the periods say" in the_error(path)
    assert read_series(path, kind="single").tolist() == VALUES


def test_an_unknown_kind_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="series_kind: expected one of auto, single, cumulative"):
        read_series(write(tmp_path, lines()), kind="other")


# What exports hold besides


def export(rows: list[tuple], header: str) -> str:
    return "\n".join([header, *(",".join(map(str, row)) for row in rows), ""])


def test_two_firms_are_refused_with_their_rows(tmp_path: Path) -> None:
    rows = [
        (600015 if i % 2 else 601988, q, v)
        for i, (q, v) in enumerate(zip(QUARTERS, VALUES, strict=True))
    ]
    path = write(tmp_path, export(rows, "股票代码,报告期,净利润"))
    assert the_error(path) == (
        "column 股票代码: expected one firm, found 601988 in row 2 and 600015 in row 3"
    )


@pytest.mark.parametrize(("ours", "other"), [("A", "B"), ("合并报表", "母公司报表"), ("1", "6")])
def test_of_two_kinds_of_statement_the_consolidated_one_is_read(tmp_path, ours, other) -> None:
    pairs = list(zip(QUARTERS, VALUES, strict=True))
    rows = [(600015, q, other, v / 2) for q, v in pairs] + [(600015, q, ours, v) for q, v in pairs]
    path = write(tmp_path, export(rows, "证券代码,报告期,报表类型,净利润"))
    assert the_warning(path) == "file: rows of other kinds of statement: 28; left out"
    assert read_series(path).tolist() == VALUES


def test_three_header_rows_a_title_a_footer_and_an_index_are_no_data(tmp_path: Path) -> None:
    rows = [("证券代码", "统计截止日期", "净利润"), ("没有单位", "没有单位", "万元")]
    rows += [(600015, q, v / 1e4) for q, v in zip(QUARTERS, VALUES, strict=True)]
    path = write(tmp_path, export(rows, "Stkcd,Accper,B002000000"))
    assert check_series(path).findings == []
    np.testing.assert_allclose(read_series(path) * read_series(path).attrs["unit"], VALUES)
    body = lines(
        header=",报告期,净利润（元）", quarters=[f"{i},{q}" for i, q in enumerate(QUARTERS)]
    )
    path = write(tmp_path, f"某银行 单季度\n{body}数据来源：Wind\n")
    assert [f.message.split(",")[0] for f in check_series(path).findings] == ["a title", "a note"]
    assert read_series(path).tolist() == VALUES


def test_a_restated_figure_goes_before_the_first_one(tmp_path: Path) -> None:
    rows = [(q, 0, v) for q, v in zip(QUARTERS, VALUES, strict=True)]
    rows.insert(5, (QUARTERS[4], 1, 7.7e7))
    series = read_series(write(tmp_path, export(rows, "end_date,update_flag,net_profit")))
    assert series.tolist() == [*VALUES[:4], 7.7e7, *VALUES[5:]]


@pytest.mark.parametrize(
    "header", ["净利润（百万港元）", "净利润（万美元）", "net_profit_usd_million"]
)
def test_another_currency_is_refused(tmp_path: Path, header: str) -> None:
    assert "convert other currencies" in the_error(write(tmp_path, lines(header=f"季度,{header}")))


def test_a_unit_above_the_table_counts(tmp_path: Path) -> None:
    path = write(tmp_path, f"利润表,\n单位：百万元,\n{lines()}")
    assert read_series(path).attrs["unit"] == 10**6


def test_a_profit_too_small_for_its_unit_is_doubted(tmp_path: Path) -> None:
    said = "column 净利润: the largest value is {} yuan; the header states no unit"
    path = write(tmp_path, lines([v / 1e3 for v in VALUES], header="季度,净利润"))
    assert the_warning(path) == said.format("1.1e+05")
    path = write(tmp_path, lines([v / 1e6 for v in VALUES], header="季度,净利润"))
    assert the_error(path) == said.format("110")

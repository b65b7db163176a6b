"""Quarters as users write them."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataworth.inputs.tables.periods import looks_like_quarter, parse_periods, parse_quarter

quarters = st.builds(
    lambda year, quarter: pd.Period(year=year, quarter=quarter, freq="Q"),
    st.integers(1950, 2100),
    st.integers(1, 4),
)


@given(quarters)
def test_quarters_return_from_every_way_of_writing(p: pd.Period) -> None:
    y, q, end = p.year, p.quarter, p.end_time
    chinese = "一二三四"[q - 1]
    ways = [
        *(f"{y}Q{q}", f"{y}-Q{q}", f"{y}q{q}", f"{y} Q{q}", f"Q{q} {y}", f"{q}Q{y}"),
        *(f"{y}年第{chinese}季度", f"{y}第{chinese}季度", f"{y}年{chinese}季度", f"{y}年第{q}季度"),
        *(f"{y}年{q}季度", f"{y}{chinese}季度", f"{y}年{chinese}季"),
        *(f"{end:%Y-%m-%d}", f"{end:%Y/%m/%d}", f"{end:%Y.%m.%d}", f"{end:%Y%m%d}"),
        *(f"{end:%Y-%m-%d} 00:00:00", f"{y}/{end.month}/{end.day}"),
        *(f"{end:%d/%m/%Y}", f"{end.month}/{end.day}/{y}", f"{end:%b} {y}", f"{end:%d.%m.%Y}"),
        *(f"{y}年{end.month:02}月{end.day}日", f"{y}/{end.month}/{end.day} 0:00:00"),
        *(f"{y}年{end.month}月{end.day}日", f"{y}年{end.month}月", f"{end:%Y-%m}", f"{end:%Y%m}"),
    ]
    assert {parse_quarter(way) for way in ways} == {p}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("2007", "expected a quarter"),
        ("2007年", "expected a quarter"),
        ("2007年报", "expected a quarter"),
        ("2007Q5", "expected a quarter"),
        ("2007-3", "expected a quarter"),
        ("合计", "expected a quarter"),
        ("", "expected a quarter"),
        ("2007-01-31", "end of a quarter"),
        ("2007-03-30", "end of a quarter"),
        ("2007-01-01", "end of a quarter"),
        ("2007-02", "end of a quarter"),
        ("2007-09-31", "does not exist"),
        ("2007-13", "a day that does not exist"),
        ("2007-00-31", "a day that does not exist"),
        ("2007-03-00", "does not exist"),
    ],
)
def test_refuses(text: str, found: str) -> None:
    with pytest.raises(ValueError, match=found):
        parse_quarter(text)


@given(quarters.filter(lambda p: 1954 < p.year < 2090))
def test_the_number_that_a_spreadsheet_keeps_for_a_day_is_that_day(p: pd.Period) -> None:
    serial = (p.end_time.normalize() - pd.Timestamp(1899, 12, 30)).days
    assert parse_quarter(str(serial)) == p


@pytest.mark.parametrize(
    ("texts", "first"),
    [
        (["2014.1", "2014.2", "2014.3", "2014.4"], "2014Q1"),
        (["2014-01-01", "2014-04-01", "2014-07-01"], "2014Q1"),
        (["2014一季报", "2014中报", "2014三季报", "2014年报"], "2014Q1"),
        (["Mar-14", "Jun-14"], "2014Q1"),
        (["14Q1", "14Q2"], "2014Q1"),
        (["1Q14", "2Q14"], "2014Q1"),
        (["2014年Q1", "2014年Q2"], "2014Q1"),
    ],
)
def test_a_column_tells_what_a_cell_leaves_open(texts: list[str], first: str) -> None:
    expected = pd.period_range(first, periods=len(texts), freq="Q")
    assert parse_periods(texts) == list(expected)


def test_a_year_is_a_year_and_nothing_is_nothing() -> None:
    assert parse_periods(["2014", "2014年度", "", "soon"]) == [
        *[pd.Period("2014", freq="Y")] * 2,
        None,
        None,
    ]


@given(st.text(max_size=12))
def test_any_text_is_a_quarter_or_refused(text: str) -> None:
    assert looks_like_quarter(text) in (True, False)

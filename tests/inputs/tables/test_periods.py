"""Quarters as users write them."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataworth.inputs.tables.periods import looks_like_quarter, parse_quarter

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
        ("3/31/2007", "expected a quarter"),
        ("39172", "expected a quarter"),
        ("合计", "expected a quarter"),
        ("", "expected a quarter"),
        ("2007-01-31", "end of a quarter"),
        ("2007-03-30", "end of a quarter"),
        ("2007-01-01", "end of a quarter"),
        ("2007-02", "end of a quarter"),
        ("2007-09-31", "does not exist"),
        ("2007-13", "no such month"),
        ("2007-00-31", "no such month"),
        ("2007-03-00", "does not exist"),
    ],
)
def test_refuses(text: str, found: str) -> None:
    with pytest.raises(ValueError, match=found):
        parse_quarter(text)
    assert not looks_like_quarter(text)


@given(st.text(max_size=12))
def test_any_text_is_a_quarter_or_refused(text: str) -> None:
    assert looks_like_quarter(text) in (True, False)

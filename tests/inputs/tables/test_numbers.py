"""Numbers as users write them."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataworth.inputs.tables.numbers import parse_number, stated_unit
from dataworth.inputs.tables.text import count, is_missing, plain_text
from dataworth.inputs.tables.units import UNITS

WIDE = {code - 0xFEE0: code for code in range(0xFF01, 0xFF5F)}

integers = st.integers(-(10**15), 10**15)
amounts = st.decimals(-(10**12), 10**12, places=2)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1234.5", 1234.5),
        ("+7", 7),
        (".5", 0.5),
        ("1,234,567.8", 1_234_567.8),
        ("１，２３４．５", 1234.5),
        ("1.2e8", 1.2e8),
        ("1.1亿", 110_000_000),
        ("3,400万", 34_000_000),
        ("3400 万元", 34_000_000),
        ("12百万", 12_000_000),
        ("2千万元", 20_000_000),
        ("1.5万亿", 1.5e12),
        ("5萬", 50_000),
        ("8元", 8),
        ("\u22125", -5),
        ("－5", -5),
        ("(1,234)", -1234),
        ("（1.2亿元）", -120_000_000),
        ("¥1,200", 1200),
        ("￥-3", -3),
        ("-￥3", -3),
        ("\u3000 42\xa0", 42),
    ],
)
def test_reads(text: str, value: float) -> None:
    assert parse_number(text) == value


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("12%", "percentage"),
        ("１２％", "percentage"),
        ("about 5", "expected a number"),
        ("1 234", "expected a number"),
        ("1,23", "decimals with a point"),
        ("1,2345", "decimals with a point"),
        ("1.234.567", "expected a number"),
        ("12²", "expected a number"),
        ("1_000", "expected a number"),
        ("٣", "expected a number"),
        ("一百万", "expected a number"),
        ("万", "expected a number"),
        (".", "expected a number"),
        ("--5", "expected a number"),
        ("(-5)", "expected a number"),
        ("$5", "other currencies"),
        ("5美元", "other currencies"),
        ("#DIV/0!", "expected a number"),
        ("inf", "finite"),
        ("-Infinity", "finite"),
        ("∞", "finite"),
        ("1e999", "finite"),
        ("x" * 500, "…"),
    ],
)
def test_refuses(text: str, found: str) -> None:
    with pytest.raises(ValueError, match=found) as error:
        parse_number(text)
    assert len(str(error.value)) < 120


@given(integers)
def test_integers_return_from_every_way_of_writing(n: int) -> None:
    size = abs(n)
    ways = [str(n), f"{n:,}", f"{n:,}".translate(WIDE), f" {n}元", f"¥{n:,}"]
    ways += [f"\u2212{size:,}", f"({size:,})", f"（{size}）"] if n < 0 else [f"+{n}"]
    assert {parse_number(way) for way in ways} == {float(n)}


@given(amounts, st.sampled_from(sorted(UNITS)), st.sampled_from(["", "元"]))
def test_a_unit_multiplies_exactly(amount, unit: str, yuan: str) -> None:
    assert parse_number(f"{amount:,}{unit}{yuan}") == float(amount * UNITS[unit])
    assert stated_unit(f"{amount}{unit}{yuan}") == UNITS[unit]


@given(amounts, st.sampled_from(sorted(UNITS)))
def test_a_number_in_the_columns_own_unit_stays(amount, unit: str) -> None:
    assert parse_number(f"{amount}{unit}元", unit=UNITS[unit]) == float(amount)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_floats_return(x: float) -> None:
    assert parse_number(repr(x)) == x


@given(st.text(max_size=20))
def test_any_text_is_a_finite_number_or_refused(text: str) -> None:
    try:
        assert math.isfinite(parse_number(text))
    except ValueError as error:
        assert str(error).startswith("expected")


@pytest.mark.parametrize("text", ["", " ", "-", "--", "—", "N/A", "NaN", "null", "缺失", "－"])
def test_missing(text: str) -> None:
    assert is_missing(text)


@pytest.mark.parametrize("text", ["0", "-1", "x"])
def test_not_missing(text: str) -> None:
    assert not is_missing(text)


def test_a_footnote_mark_is_no_digit() -> None:
    assert plain_text("１２³") == "12³"


def test_things_are_counted_in_the_singular_and_the_plural() -> None:
    assert [count(n, "firm") for n in (0, 1, 2)] == ["0 firms", "1 firm", "2 firms"]

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataworth.banks.series import profit
from dataworth.errors import InputError
from dataworth.ledger import read_printed


def test_hua_xia_in_thousand_yuan():
    series = profit.quarterly_profit("huaxia")
    assert series.name == "net_profit_thousand_yuan"
    assert series["2022Q1"] == 5_626_000
    assert series["2008Q4"] == -36_000
    assert str(series.index[0]) == "2006Q1" and str(series.index[-1]) == "2022Q4"


@pytest.mark.parametrize("bank", profit.BANKS)
def test_quarters_are_consecutive(bank):
    index = profit.quarterly_profit(bank).index
    assert (index == pd.period_range(index[0], index[-1], freq="Q")).all()


@pytest.mark.parametrize(("bank", "year"), [("huaxia", 25_035_000), ("boc", 227_439_000)])
def test_quarters_add_up_to_the_published_year(bank, year):
    assert profit.quarterly_profit(bank)["2022"].sum() == pytest.approx(year)


def test_a_last_year_replaces_2022_only():
    filed = profit.quarterly_profit("huaxia")
    mixed = profit.quarterly_profit("huaxia", last_year=[1, 2, 3, 4])
    assert list(mixed["2022"]) == [1, 2, 3, 4]
    pd.testing.assert_series_equal(mixed[:"2021Q4"], filed[:"2021Q4"])


def test_printed_quarters_of_hua_xia_add_up_to_the_filed_year():
    printed = read_printed("banks")
    total = sum(printed(f"t6.profit_actual.q{quarter}") for quarter in (1, 2, 3, 4))
    assert total == profit.quarterly_profit("huaxia")["2022"].sum()


def test_a_loss_has_no_logarithm_and_costs_two_differences():
    sample = profit.quarterly_profit("huaxia")["2007Q1":"2022Q4"]
    logs, lost = profit.log_levels(sample)
    assert [str(quarter) for quarter in lost] == ["2008Q4"]
    assert (len(sample), logs.count()) == (64, 63)
    differences = profit.log_differences(sample)
    assert (len(differences), differences.count()) == (63, 61)
    assert differences[differences.isna()].index.astype(str).tolist() == ["2008Q4", "2009Q1"]


def test_missing_is_not_lost():
    logs, lost = profit.log_levels(pd.Series([1.0, np.nan, 0.0, math.e]))
    assert lost == [2]
    assert logs.isna().tolist() == [False, True, True, False]


@given(st.lists(st.floats(0.01, 1e9), min_size=2, max_size=30))
def test_log_differences_add_up(values):
    total = profit.log_differences(pd.Series(values)).sum()
    assert total == pytest.approx(math.log(values[-1] / values[0]), abs=1e-9)


@pytest.mark.parametrize(
    ("column", "value"), [("value", 2_500_000), ("净利润（亿元）", 0.025), ("profit_million", 2.5)]
)
def test_a_series_of_ones_own_comes_in_thousand_yuan(tmp_path, column, value):
    quarters = pd.period_range("2014Q1", periods=40, freq="Q")
    steps = 10 + np.arange(40) + np.random.default_rng(1).normal(0, 1, 40).round(2)
    rows = [f"{quarter},{value * step}" for quarter, step in zip(quarters, steps, strict=True)]
    path = tmp_path / "own.csv"
    path.write_text("\n".join([f"period,{column}", *rows]), encoding="utf-8")
    series = profit.own_series(path)
    assert series.to_numpy() == pytest.approx(2500 * steps)
    assert series.name == profit.SERIES_NAME


def test_a_users_own_series_goes_by_its_column_and_brings_its_remarks(tmp_path):
    path = tmp_path / "own.csv"
    steps = 10 + np.random.default_rng(1).normal(0, 1, 20).round(2)
    quarters = pd.period_range("2014Q1", periods=20, freq="Q")
    rows = [f"{quarter},{step}" for quarter, step in zip(quarters, steps, strict=True)]
    path.write_text("\n".join(["季度,净利润（亿元）", *rows]), encoding="utf-8")
    own = profit.choose_series("huaxia", series_file=str(path))
    assert (own.name, own.is_own) == ("Your series (净利润（亿元）)", True)
    assert own.remarks["remark"].tolist() == ["20 quarters; unit-root tests want 25 or more"]
    assert profit.choose_series("huaxia").remarks.empty


def chosen(series):
    return profit.Chosen(series, "Some bank", "Made up.")


def test_a_window_holds_both_ends():
    series = profit.quarterly_profit("huaxia")
    taken = profit.window(chosen(series), "2007Q1", "2022Q4", at_least=30)
    pd.testing.assert_series_equal(taken, series["2007Q1":"2022Q4"])
    beyond = profit.window(chosen(series), "2007Q1", "2030Q4", at_least=30, cut=True)
    pd.testing.assert_series_equal(beyond, taken)


@pytest.mark.parametrize(
    ("values", "shape"),
    [
        (np.full(30, 7e6), "a constant"),
        (1e5 * np.arange(2, 32), "a straight line"),
        (1.03 ** np.arange(30), "constant growth"),
        (np.where(np.arange(30) == 12, np.nan, 7.0), "a constant"),
    ],
)
def test_a_series_without_surprises_is_refused_before_any_model_is_fitted(values, shape):
    index = pd.period_range("2010Q1", periods=30, freq="Q")
    with pytest.raises(InputError, match=f"Some bank: expected values that vary, found {shape}"):
        profit.window(chosen(pd.Series(values, index)), "2010Q1", "2017Q2", at_least=10)


COSTS = pd.DataFrame(
    {"bank": "华夏银行", "quarter": ["2007Q2", "2007Q1", "2007Q3"], "cost": [2.0, 1.0, 3.0]}
)


def test_without_a_file_or_costs_the_series_is_the_banks_profit():
    found = profit.choose_series("boc")
    assert found.is_profit
    pd.testing.assert_series_equal(found.series, profit.quarterly_profit("boc"))


def test_costs_take_the_place_of_profit_in_the_order_of_time():
    cost = profit.choose_series("huaxia", costs=COSTS)
    assert (cost.series.to_list(), str(cost.series.index[0])) == ([1.0, 2.0, 3.0], "2007Q1")
    assert cost.name == "Data cost of Hua Xia Bank"
    assert not cost.is_profit
    assert "Simulated" in cost.source
    own = profit.choose_series("huaxia", costs=COSTS, simulated=False)
    assert own.source == "Your data."


def test_a_readers_bank_takes_the_place_of_one_that_has_no_costs():
    mine = COSTS.assign(bank="我的银行")
    assert profit.choose_series("boc", costs=mine).name == "Data cost of 我的银行"


def test_costs_by_year_or_with_a_gap_are_refused():
    with pytest.raises(InputError, match="needs pay by quarter"):
        profit.choose_series("huaxia", costs=COSTS.iloc[:0])
    with pytest.raises(InputError, match="expected every quarter, found none in 2007Q2"):
        profit.choose_series("huaxia", costs=COSTS.iloc[1:])


@pytest.mark.parametrize(
    ("first", "last", "message"),
    [
        ("2010Q1", "2009Q4", "first: expected a quarter up to last = 2009Q4, found 2010Q1"),
        ("2007Q1", "2030Q4", "last: expected a quarter up to 2022Q4, .* found 2030Q4"),
        ("2020Q1", "2022Q4", "first, last: expected at least 30 quarters for tests, found 12"),
        ("spring", "2022Q4", "first: expected a quarter such as 2007Q1, found 'spring'"),
    ],
)
def test_a_window_that_leaves_too_little_is_refused_in_one_line(first, last, message):
    series = profit.quarterly_profit("huaxia")
    with pytest.raises(InputError, match=message) as caught:
        profit.window(chosen(series), first, last, at_least=30, reason="tests")
    assert "\n" not in str(caught.value)


def test_a_series_without_logarithms_is_refused():
    series = profit.quarterly_profit("huaxia")["2007Q1":"2022Q4"]
    profit.require_logarithms(series)
    with pytest.raises(InputError, match=r"at least 12 quarters with a positive .* 0 of 64"):
        profit.require_logarithms(-series.abs())


def test_units_are_those_that_a_reader_would_use():
    series = profit.quarterly_profit("huaxia")
    assert profit.readable_unit(series) == (1e6, "billion yuan")
    assert profit.readable_unit(series / 1e3) == (1e3, "million yuan")

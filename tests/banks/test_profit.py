import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataworth.banks import profit


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


def test_printed_basis_replaces_2022_only(monkeypatch):
    printed = pd.Series([1.0, 2.0, 3.0, 4.0], index=pd.period_range("2022Q1", periods=4, freq="Q"))
    monkeypatch.setattr(profit, "printed_actuals", lambda bank: printed)
    filed = profit.quarterly_profit("huaxia")
    mixed = profit.quarterly_profit("huaxia", basis="printed")
    assert list(mixed["2022"]) == [1, 2, 3, 4]
    pd.testing.assert_series_equal(mixed[:"2021Q4"], filed[:"2021Q4"])


def test_printed_quarters_of_hua_xia_add_up_to_the_filed_year():
    printed = profit.printed_actuals("huaxia")
    assert list(printed.index.astype(str)) == ["2022Q1", "2022Q2", "2022Q3", "2022Q4"]
    assert printed.sum() == profit.quarterly_profit("huaxia")["2022"].sum()


def test_bad_choices_are_named():
    with pytest.raises(ValueError, match="bank: expected one of huaxia, boc, found 'icbc'"):
        profit.quarterly_profit("icbc")
    with pytest.raises(ValueError, match="basis: expected filed or printed"):
        profit.quarterly_profit("boc", basis="restated")


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

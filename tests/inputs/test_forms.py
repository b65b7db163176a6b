"""Whatever form a table takes, it reads to the same numbers; damaged ones are refused or read."""

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dataworth.inputs.firms.reader import read_market
from dataworth.inputs.pay import read_pay
from dataworth.inputs.series import read_series
from tests.benchmarks import fuzz
from tests.inputs.firms.test_reader import firms

UNITS = {"元": 1, "千元": 10**3, "万元": 10**4, "百万元": 10**6, "亿元": 10**8, "RMB'000": 10**3}
UNITS |= {"人民币百万": 10**6, "RMB million": 10**6, "¥m": 10**6}
FORMS = (
    "{}（{}）",
    "{}({})",
    "{} ({})",
    "{}[{}]",
    "{} 单位：{}",
    "{}_{}",
    "{} [报告期] 2022 [单位] {}",
)
ENCODINGS = ("utf-8", "utf-8-sig", "gb18030", "utf-16")
PERIODS = ("{0}Q{1}", "{0}年第{1}季度", "Q{1} {0}", "{2:%Y-%m-%d}", "{2:%d/%m/%Y}", "{2:%b-%y}")
QUARTERS = pd.period_range("2014Q1", "2022Q4", freq="Q")
VALUES = np.array([1.3e8 + 2e6 * ((7 * i) % 11) + 5e5 * i for i in range(len(QUARTERS))])

forms = {
    "unit": st.sampled_from(sorted(UNITS)),
    "form": st.sampled_from(FORMS),
    "encoding": st.sampled_from(ENCODINGS),
    "separator": st.sampled_from(",;\t"),
    "extras": st.sets(st.sampled_from(["title", "footer", "index", "blank"])),
    "seed": st.integers(0, 99),
}
many = settings(
    deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def write(path, frame, encoding, separator, extras, seed):
    """Write rows in any order with what exports add."""
    frame = frame.sample(frac=1, random_state=seed).reset_index(drop=True)
    text = frame.to_csv(index="index" in extras, sep=separator)
    text = ("某公司 数据表\n" if "title" in extras else "") + text
    text = text.replace("\n", "\n\n", 1) if "blank" in extras else text
    path.write_bytes((text + ("数据来源：Wind\n" if "footer" in extras else "")).encode(encoding))
    return path


@many
@given(**forms, period=st.sampled_from(PERIODS))
def test_a_series_reads_the_same_in_every_form(tmp_path, unit, form, period, **how):
    periods = [period.format(q.year, q.quarter, q.end_time) for q in QUARTERS]
    table = pd.DataFrame({"报告期": periods, form.format("净利润", unit): VALUES / UNITS[unit]})
    series = read_series(write(tmp_path / "my.csv", table, **how))
    assert series.index.equals(QUARTERS)
    np.testing.assert_allclose(series * series.attrs["unit"], VALUES)


@many
@given(**forms, name=st.sampled_from(["600015", "华夏银行", "华夏银行股份有限公司", "HXB"]))
def test_pay_reads_the_same_in_every_form(tmp_path, unit, form, name, **how):
    header = form.format("应付职工薪酬本期增加", unit)
    table = pd.DataFrame({"银行": name, "年度": range(2010, 2022), header: 1e9 / UNITS[unit]})
    pay = read_pay(write(tmp_path / "my.csv", table, **how))
    assert pay["bank"].unique().tolist() == ["华夏银行"]
    assert pay["period"].tolist() == [str(year) for year in range(2010, 2022)]
    np.testing.assert_allclose(pay["pay_increment"], 1e6)


@many
@given(**forms, percent=st.sampled_from(["header", "cell", "no"]))
def test_a_market_reads_the_same_in_every_form(tmp_path, unit, form, percent, **how):
    plain = firms(120).drop(columns="Data")
    table = plain.rename(columns={"Size": form.format("总资产", unit)})
    table.iloc[:, 3] = [repr(float(x) / UNITS[unit]) for x in plain["Size"]]
    if percent != "no":
        sign = "%" if percent == "cell" else ""
        table["GPM"] = [f"{100 * float(x)!r}{sign}" for x in plain["GPM"]]
        table = table.rename(columns={"GPM": "毛利率(%)" if percent == "header" else "毛利率"})
    market = read_market(write(tmp_path / "my.csv", table, **how))
    expected = plain.set_index("code").loc[market.index]
    for name in ("Size", "GPM", "ROA", "RDRatio"):
        np.testing.assert_allclose(market[name], expected[name].astype(float), rtol=1e-9)


@pytest.mark.parametrize("name", fuzz.READERS)
def test_a_damaged_file_is_read_or_refused_in_one_line(tmp_path, name):
    reports = list(itertools.islice(fuzz.attack(name, 7, tmp_path), 60))
    assert {bool(report.errors) for report in reports} == {True, False}


def test_series_of_a_known_truth_are_read_right_or_refused(tmp_path):
    told = fuzz.forms(150, tmp_path)
    assert told.total() == 150
    assert told["right"] > 25 and told["wrong"] + told["suspected"] <= 5

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.datasets import macrodata, nile, sunspots
from statsmodels.tsa.stattools import adfuller

from dataworth.banks.series import stationarity as room
from dataworth.banks.series.profit import quarterly_profit

GDP = macrodata.load_pandas().data["realgdp"]
SERIES = {
    "gdp": GDP,
    "nile": nile.load_pandas().data["volume"],
    "sunspots": sunspots.load_pandas().data["SUNACTIVITY"],
}


@pytest.fixture(scope="module")
def hua_xia():
    return quarterly_profit("huaxia")["2007Q1":"2022Q4"]


@pytest.fixture(scope="module")
def walk():
    return pd.Series(np.random.default_rng(5).standard_normal(300).cumsum())


@pytest.mark.parametrize(
    ("trend", "statistic", "pvalue"),
    [("c", 0.97505319, 0.99399563), ("ct", -1.8566374, 0.67682968), ("n", 3.5227498, 0.99999)],
)
def test_published_adf_of_us_gdp(trend, statistic, pvalue):
    result = room.adf_test(GDP, trend=trend, lags=4)
    assert result.statistic == pytest.approx(statistic, abs=1e-5)
    assert result.pvalue == pytest.approx(pvalue, abs=2e-4)


@pytest.mark.parametrize(("trend", "statistic"), [("c", 5.0169), ("ct", 1.1828)])
def test_published_kpss_of_us_gdp(trend, statistic):
    result = room.kpss_test(GDP, trend=trend, lags=3)
    assert result.statistic == pytest.approx(statistic, abs=1e-4)


@pytest.mark.parametrize("name", SERIES)
@pytest.mark.parametrize("trend", room.TRENDS)
@pytest.mark.parametrize(
    ("criterion", "theirs"), [("aic", "AIC"), ("sc", "BIC"), ("t-stat", "t-stat")]
)
def test_selection_agrees_with_statsmodels(name, trend, criterion, theirs):
    ours = room.adf_test(SERIES[name], trend=trend, max_lag=9, criterion=criterion)
    statistic, pvalue, lags, nobs, critical, _ = adfuller(
        SERIES[name], maxlag=9, regression=trend, autolag=theirs, result_object=False
    )
    assert (ours.lags, ours.nobs) == (lags, nobs)
    assert ours.statistic == pytest.approx(statistic)
    assert ours.pvalue == pytest.approx(pvalue)
    assert ours.critical_5pct == pytest.approx(critical["5%"])


def test_published_asymptotic_critical_values():
    """MacKinnon (2010), Table 2."""
    long = room.adf_test(np.random.default_rng(0).standard_normal(200_000), lags=0)
    found = (long.critical_1pct, long.critical_5pct, long.critical_10pct)
    assert found == pytest.approx((-3.95877, -3.41049, -3.12705), abs=1e-4)


def test_default_max_lag_follows_eviews():
    assert [room.default_max_lag(n) for n in (15, 59, 64, 100, 200)] == [3, 10, 10, 12, 14]


def test_planted_walk_and_planted_stationary_series(walk):
    noise = np.random.default_rng(6).standard_normal(300)
    ar = pd.Series(np.zeros(300))
    for t in range(1, 300):
        ar[t] = 0.5 * ar[t - 1] + noise[t]
    found = {}
    for name, series in {"walk": walk, "ar": ar}.items():
        table = room.conclusion_map(series - series.min() + 1)  # so that it has logarithms
        chosen = table.query("transformation == 'level' and trend == 'c' and lag_rule == 'sc'")
        found[name] = chosen["verdict"].item()
    assert found == {"walk": "unit root", "ar": "stationary"}


def test_size_of_the_test_is_five_per_cent():
    walks = np.random.default_rng(8).standard_normal((400, 60)).cumsum(axis=1)
    rejected = np.mean([room.adf_test(path, lags=0).rejects for path in walks])
    assert 0.02 < rejected < 0.09


@settings(max_examples=25, deadline=None)
@given(
    st.integers(0, 10_000),
    st.floats(-1e4, 1e4),
    st.floats(1e-3, 1e3) | st.floats(-1e3, -1e-3),
    st.sampled_from(["c", "ct"]),
    st.integers(0, 4),
)
def test_shift_and_scale_do_not_matter(seed, shift, scale, trend, lags):
    path = np.random.default_rng(seed).standard_normal(50).cumsum()
    plain = room.adf_test(path, trend=trend, lags=lags)
    moved = room.adf_test(path * scale + shift, trend=trend, lags=lags)
    assert moved.statistic == pytest.approx(plain.statistic, rel=1e-4, abs=1e-5)
    assert plain.nobs == 50 - 1 - lags


def test_rows_that_a_gap_costs(walk):
    path = walk[:64].copy()
    path[7] = np.nan
    for lags in range(6):
        # The windows of lags + 2 values that hold the gap are lost.
        held = sum(t - lags - 1 <= 7 <= t for t in range(lags + 1, 64))
        assert room.adf_test(path, lags=lags).nobs == 63 - lags - held
    assert room.adf_test(path, lags=2, gaps="drop").nobs == 62 - 2
    assert room.adf_test(path, lags=2, gaps="longest_run").nobs == 56 - 1 - 2


def test_gap_at_an_end_is_only_a_shorter_series(walk):
    path = walk[:64].copy()
    path[:3] = np.nan
    assert room.adf_test(path, lags=1) == room.adf_test(path[3:], lags=1)


def test_table_3_is_the_test_of_level_first_and_second_log_difference(hua_xia):
    """Printed: -0.630, -2.931, -10.024 with critical values for 60, 51, 51 rows."""
    found = [
        room.adf_test(room.transform(hua_xia, name), max_lag=10)
        for name in ("level", "log_difference", "log_second_difference")
    ]
    assert [result.lags for result in found] == [3, 4, 3]
    assert [result.nobs for result in found] == [60, 51, 51]
    assert [result.statistic for result in found] == pytest.approx(
        [-0.630, -2.931, -10.024], abs=0.15
    )


def test_log_profit_itself_rejects_a_unit_root(hua_xia):
    assert room.adf_test(room.transform(hua_xia, "log"), max_lag=10).statistic < -7


def test_conclusion_map_has_one_row_per_combination(hua_xia):
    table = room.conclusion_map(hua_xia)
    assert len(table) == len(room.TRANSFORMATIONS) * 2 * len(room.CRITERIA)
    assert set(table.verdict) <= {"stationary", "unit root", "undecided"}
    agree = table.adf_rejects != table.kpss_rejects
    assert (agree == (table.verdict != "undecided")).all()


def test_what_the_chapter_reads_off_the_map_of_hua_xia(hua_xia):
    """Its text names the cells in words; so do the solutions, for the other bank and the loss."""
    found = verdicts(hua_xia)
    assert found["level"] == ["unit root", "unit root"]
    assert found["difference"] == found["log_second_difference"] == ["stationary", "stationary"]
    assert found["log"] == ["undecided", "undecided"]
    assert found["log_difference"] == ["stationary", "undecided"]
    table = room.conclusion_map(hua_xia, max_lag=10).set_index("transformation")
    assert table.loc["log", ["adf_rejects", "kpss_rejects"]].all(axis=None)
    trend = table.query("trend == 'ct'").loc["log_difference", ["adf_rejects", "kpss_rejects"]]
    assert not trend.any(axis=None)
    other = verdicts(quarterly_profit("boc")["2007Q1":"2022Q4"])
    assert other["log"] == ["unit root", "unit root"]
    assert other["log_difference"] == ["stationary", "stationary"]
    assert other["log_second_difference"][1] == "undecided"
    lost = hua_xia.index[hua_xia <= 0]
    later = verdicts(hua_xia[lost[-1] + 1 :])
    assert [name for name in found if found[name] != later[name]] == ["level"]
    assert found["level"][1] == later["level"][1]


def verdicts(series):
    """Return the verdict with a constant and with a trend; the rule for the lag must not matter."""
    table = room.conclusion_map(series, max_lag=10)
    grouped = table.groupby(["transformation", "trend"], sort=False)["verdict"]
    assert (grouped.nunique() == 1).all()
    both = grouped.first().unstack()[["c", "ct"]]
    return dict(zip(both.index, both.to_numpy().tolist(), strict=True))


def test_adf_by_column():
    frame = pd.DataFrame(np.random.default_rng(1).standard_normal((40, 3)).cumsum(axis=0))
    table = room.adf_by_column(frame, lags=1)
    assert table.loc[2, "statistic"] == room.adf_test(frame[2], lags=1).statistic


@pytest.mark.parametrize(
    ("series", "choices", "message"),
    [
        (np.ones(30), {}, "all values are equal"),
        (np.arange(30.0), {"lags": 0}, "fits without error|collinear"),
        (np.arange(5.0) ** 2, {}, "expected at least 8 values, found 5"),
        (np.random.default_rng(0).standard_normal(12), {"lags": 5}, "too few"),
        (np.random.default_rng(0).standard_normal(12), {"lags": 50}, "too few"),
        (np.random.default_rng(0).standard_normal(12), {"lags": -1}, "too few"),
        (np.r_[np.inf, np.arange(20.0)], {}, "infinite"),
        (np.full(30, np.nan), {}, "found 0"),
        (np.ones((5, 5)), {}, "one dimension"),
        (np.arange(30.0), {"trend": "ctt"}, "trend: expected one of n, c, ct"),
        (np.random.default_rng(0).standard_normal(30), {"criterion": "bic"}, "criterion: expected"),
        (np.random.default_rng(0).standard_normal(30), {"gaps": "fill"}, "gaps: expected"),
    ],
)
def test_bad_input_gets_one_clear_line(series, choices, message):
    with pytest.raises(ValueError, match=message) as caught:
        room.adf_test(series, **choices)
    assert "\n" not in str(caught.value)


def test_other_bad_choices(walk):
    with pytest.raises(ValueError, match="all values are equal"):
        room.kpss_test(np.ones(30))
    with pytest.raises(ValueError, match="transformation: expected"):
        room.transform(walk, "sqrt")

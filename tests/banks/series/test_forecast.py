"""Forecasts against statsmodels, exact paths, and the identities of printed forecasts."""

import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dataworth.banks.series import arima, forecast
from tests.banks.quarters import growing, quarterly

PROFIT = [6589609, 6691213, 6794110, 6895741]  # Table 6
COST = [86025, 88751, 90011, 90593]


@pytest.mark.parametrize("order", [(1, 1, 1), (2, 0, 0), (0, 2, 1)])
def test_forecast_and_intervals_agree_with_statsmodels(order):
    from statsmodels.tsa.statespace.sarimax import SARIMAX

    series = np.log(growing())
    series = series.cumsum() if order[1] == 2 else series
    found = forecast.forecast(
        series, order=order, transform="level", constant=False, horizon=6, level=0.9
    )
    parameters = np.r_[found.fit.ar, found.fit.ma, found.fit.sigma2]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = SARIMAX(series.to_numpy(), order=order)
        ahead = model.smooth(parameters).get_forecast(6)
    assert found.path["forecast"].to_numpy() == pytest.approx(ahead.predicted_mean, rel=1e-4)
    assert found.path[["lower", "upper"]].to_numpy() == pytest.approx(
        ahead.conf_int(alpha=0.1), rel=1e-3
    )


def test_a_forecast_under_logs_is_the_exponential_of_one_in_levels():
    series = growing()
    logs = forecast.forecast(series, transform="log", horizon=8).path
    plain = forecast.forecast(np.log(series), transform="level", horizon=8).path
    assert np.log(logs).to_numpy() == pytest.approx(plain.to_numpy())
    assert logs.index[0] == pd.Period("2022Q1")
    assert ((logs["lower"] < logs["forecast"]) & (logs["forecast"] < logs["upper"])).all()


def test_a_loss_under_logs_is_refused_by_default_and_skipped_on_request():
    series = growing()
    series["2008Q4"] = -36.0
    with pytest.raises(ValueError, match="found -36 at 2008Q4"):
        forecast.forecast(series)
    assert forecast.forecast(series, losses="skip").fit.nobs == 57


def test_a_free_run_settles_on_a_straight_line():
    fit = arima.fit_arma(growing().diff().iloc[1:], (1, 1))
    path = forecast.free_run(fit, 10.0, 12.0, 10_000)
    assert path[:2] == pytest.approx([10.0, 12.0])
    assert path[-1] - path[-2] == pytest.approx(fit.mean, rel=1e-3)
    changes = np.diff(path) - fit.mean
    assert changes[1:4] == pytest.approx(fit.ar[0] * changes[:3])


@settings(max_examples=40, deadline=None)
@given(
    ar=st.floats(-0.97, 0.97).filter(lambda a: abs(a) > 0.1),
    mean=st.floats(-5e4, 2e5),
    start=st.floats(2e3, 9e4),
)
def test_implied_ar_recovers_the_coefficient_of_exact_forecasts(ar, mean, start):
    path = 5e6 + np.cumsum(mean + start * ar ** np.arange(6))
    exact = forecast.implied_ar(path, q=1)
    assert exact.ar == pytest.approx(ar, abs=1e-4)
    assert exact.drift == pytest.approx(mean, abs=1)
    rounded = forecast.implied_ar(np.round(path[:4]), q=1)
    assert rounded.ar_low - 1e-9 <= ar <= rounded.ar_high + 1e-9


def test_what_the_printed_forecasts_of_table_6_imply():
    profit = forecast.implied_ar(PROFIT, q=1)
    assert profit.ar == pytest.approx(-0.979, abs=5e-4)
    assert profit.drift == pytest.approx(102_257, abs=1)
    cost = forecast.implied_ar(COST, q=2, constant=False)
    assert cost.ar_low < 0.462 < cost.ar_high < 0.994187


def test_tracing_back_undoes_a_free_run():
    fit = arima.fit_arma(growing().diff().iloc[1:], (1, 1))
    path = forecast.free_run(fit, 10.0, 14.0, 16) * 1e6
    assert forecast.trace_back(path[-4:], 12) == pytest.approx(path[:13], rel=1e-4)


def test_printed_profit_forecasts_lead_back_to_the_first_two_quarters():
    back = forecast.trace_back(PROFIT, 60)
    assert back[:2] == pytest.approx([455_100, 555_500], rel=0.002)


def test_automatic_order_finds_no_terms_for_a_random_walk():
    walk = quarterly(20 + np.random.default_rng(5).normal(size=80).cumsum())
    assert forecast.automatic_order(walk, transform="level", max_p=2, max_q=2) == (0, 1, 0)


def test_an_order_is_read_from_text():
    series = growing()
    assert forecast.choose_order("paper", series) == (1, 1, 1)
    assert forecast.choose_order(" 2, 1,0", series) == (2, 1, 0)
    assert forecast.choose_order("auto", series) == forecast.automatic_order(series)
    for bad in ("1,1", "1,3,1", "a,1,1", "-1,1,1", "9,9,9", "9,1,9", "x", ""):
        with pytest.raises(ValueError, match="order: expected paper, auto or p,d,q"):
            forecast.choose_order(bad, series)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"horizon": 0}, "horizon: expected at least 1, found 0"),
        ({"level": 1.5}, "level: expected a share between 0 and 1, found 1.5"),
        ({"transform": "root"}, "expected log or level, found 'root'"),
        ({"series": growing(8)}, "expected at least 10 observations, found 7"),
        (
            {"series": growing().where(growing().index < "2021Q4")},
            "last value .2021Q4. must be positive, for a logarithm, to start",
        ),
    ],
)
def test_bad_calls_are_refused_in_one_line(change, message):
    arguments = {"series": growing(), "horizon": 4} | change
    with pytest.raises(ValueError, match=message) as caught:
        forecast.forecast(arguments.pop("series"), **arguments)
    assert "\n" not in str(caught.value)


def test_short_paths_and_other_models_are_refused():
    with pytest.raises(ValueError, match="expected at least 4 for q=1, found 3"):
        forecast.implied_ar(PROFIT[:3], q=1)
    with pytest.raises(ValueError, match="expected one AR term, found 2"):
        forecast.free_run(arima.fit_arma(growing(), (2, 0)), 1.0, 2.0, 8)

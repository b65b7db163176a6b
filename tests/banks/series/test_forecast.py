"""Forecasts against statsmodels and exact paths."""

import warnings

import numpy as np
import pandas as pd
import pytest

from dataworth.banks.series import arima, forecast
from tests.banks.quarters import growing, quarterly


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


def test_automatic_order_finds_no_terms_for_a_random_walk():
    walk = quarterly(20 + np.random.default_rng(5).normal(size=80).cumsum())
    assert forecast.automatic_order(walk, transform="level", max_p=2, max_q=2) == (0, 1, 0)


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


def test_a_free_run_needs_one_ar_term():
    with pytest.raises(ValueError, match="expected one AR term, found 2"):
        forecast.free_run(arima.fit_arma(growing(), (2, 0)), 1.0, 2.0, 8)


def test_an_order_is_read_from_text():
    series = growing()
    assert forecast.choose_order("paper", series) == (1, 1, 1)
    assert forecast.choose_order("2,1,0", series) == (2, 1, 0)
    assert forecast.choose_order("auto", series) == forecast.automatic_order(series)

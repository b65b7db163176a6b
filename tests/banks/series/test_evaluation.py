"""Errors by hand, rivals over rolling origins, and the test between two models."""

import numpy as np
import pandas as pd
import pytest

from dataworth.banks.series import evaluation, forecast
from tests.banks.quarters import growing


def test_the_paper_divides_by_the_forecast():
    index = pd.Index(["q1", "q2"])
    frame = evaluation.relative_errors(
        pd.Series([104_679, 76_246], index=index), pd.Series([86_025, 88_751], index=index)
    )
    assert frame["paper"].round(3).tolist() == [0.217, -0.141]
    assert frame["usual"].round(3).tolist() == [-0.178, 0.164]


def test_the_scaled_error_is_that_of_utilsforecast():
    from utilsforecast.losses import mase

    series = growing(40)
    rolled = evaluation.rolling_origin(
        series, {"drift": evaluation.MODELS["drift"]}, first_origin="2014Q4", step=100
    )
    past = series.rename_axis("ds").rename("y")[:"2014Q4"].reset_index().assign(unique_id=0)
    ahead = rolled.rename(columns={"actual": "y"}).assign(unique_id=0)
    expected = mase(ahead, ["forecast"], 4, past)["forecast"][0]
    assert evaluation.summarize_origins(rolled)["MASE"]["drift"] == pytest.approx(expected)


def test_rolling_origin_never_shows_a_model_the_future():
    series, seen = growing(40), []

    def spy(training, horizon, level):
        seen.append(training.index[-1])
        return evaluation.MODELS["drift"](training, horizon, level)

    found = evaluation.rolling_origin(series, {"spy": spy}, first_origin="2014Q4", horizon=3)
    assert (found.groupby("origin")["target"].min() > found["origin"].unique()).all()
    assert [str(origin) for origin in seen[:2]] == ["2014Q4", "2015Q1"]
    assert (found["target"] == found["origin"] + found["horizon"]).all()
    assert found["target"].max() == series.index[-1]
    assert len(found) == 3 * len(seen) - 3  # the last two origins have fewer quarters ahead


def test_every_rival_forecasts_and_covers_on_a_seasonal_series():
    found = evaluation.rolling_origin(growing(), first_origin="2018Q4", step=4)
    summary = evaluation.summarize_origins(found)
    assert list(summary.index) == list(evaluation.MODELS)
    assert (summary["failed"] == 0).all()
    assert summary["coverage"].between(0.3, 1).all()
    assert summary.loc["seasonal naive", "MASE"] < summary.loc["ARIMA(1,1,1), levels", "MASE"]


def test_a_failing_model_is_flagged_with_its_reason():
    series = growing()
    series["2008Q4"] = -36.0
    models = {"strict": lambda s, h, level: forecast.forecast(s, horizon=h).path}
    found = evaluation.rolling_origin(series, models, first_origin="2020Q4")
    assert found["forecast"].isna().all()
    assert found["covered"].isna().all()
    assert found["problem"].str.contains("-36 at 2008Q4").all()
    assert evaluation.summarize_origins(found).loc["strict", "failed"] == len(found)
    beside = evaluation.rolling_origin(
        series, models | {"drift": evaluation.MODELS["drift"]}, first_origin="2020Q4"
    )
    summary = evaluation.summarize_origins(beside)
    assert np.isnan(summary.loc["strict", "MASE"])
    assert summary.loc["drift", "failed"] == 0


def test_diebold_mariano_sees_the_worse_model():
    rng = np.random.default_rng(1)
    good, bad = rng.normal(size=60), 3 * rng.normal(size=60)
    statistic, p = evaluation.diebold_mariano(bad, good)
    assert statistic > 2
    assert p < 0.05
    assert evaluation.diebold_mariano(good, bad)[0] == pytest.approx(-statistic)


def test_origins_outside_the_series_are_refused():
    with pytest.raises(ValueError, match="first_origin: expected a quarter after 2009Q1"):
        evaluation.rolling_origin(growing(), first_origin="2007Q4")

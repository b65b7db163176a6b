"""How far forecasts miss: errors, rival models, and many starting points.

Paper `banks`, section 4.3.4, Tables 6 to 8. A series is a quarterly pandas Series with
a PeriodIndex; forecasts are in its units.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Mapping, Sequence
from functools import partial

import numpy as np
import pandas as pd
from scipy import stats

from dataworth.banks.series.forecast import check_horizon, forecast
from dataworth.errors import InputError

SEASON = 4  # quarters in a year
PATH = ["forecast", "lower", "upper"]

Model = Callable[[pd.Series, int, float], pd.DataFrame]


def relative_errors(actual: pd.Series, predicted: pd.Series) -> pd.DataFrame:
    """Return the paper's relative error beside the usual one.

    Returns
    -------
    pandas.DataFrame
        Columns paper (actual / forecast - 1, Tables 6 to 8) and usual
        (forecast / actual - 1), with the same index.
    """
    return pd.DataFrame({"paper": actual / predicted - 1, "usual": predicted / actual - 1})


def paper_model(series: pd.Series, horizon: int, level: float) -> pd.DataFrame:
    """Fit ARIMA(1,1,1) with drift to logarithms: the model of Table 5."""
    return forecast(series, horizon=horizon, level=level, losses="skip").path


def paper_model_in_levels(series: pd.Series, horizon: int, level: float) -> pd.DataFrame:
    """Fit ARIMA(1,1,1) with drift to levels: the model that the printed forecasts follow."""
    return forecast(series, transform="level", horizon=horizon, level=level).path


def trend_and_seasons(
    series: pd.Series, horizon: int, level: float, *, memory: int = 0
) -> pd.DataFrame:
    """Fit a straight line and a mean for each quarter: stationary around a trend.

    With `memory` the values of so many quarters before enter too. Gaps are interpolated.
    """
    from statsmodels.tsa.ar_model import AutoReg

    values = series.interpolate().to_numpy(float)
    fit = AutoReg(values, memory, trend="ct", seasonal=True, period=SEASON).fit()
    ahead = fit.get_prediction(len(values), len(values) + horizon - 1)
    spread = stats.norm.ppf(0.5 + level / 2) * ahead.se_mean
    point = ahead.predicted_mean
    return pd.DataFrame(dict(zip(PATH, (point, point - spread, point + spread), strict=True)))


def decomposed(series: pd.Series, horizon: int, level: float) -> pd.DataFrame:
    """Take seasons out, fit ARIMA(1,1,1) with drift to the rest, and add them back.

    What paper `banks`, section 4.3, describes: decomposition (here STL), model, additive
    model. Gaps are interpolated; the seasons are taken as known.
    """
    from statsmodels.tsa.seasonal import STL

    values = series.astype(float).interpolate()
    seasons = STL(values.to_numpy(), period=SEASON).fit().seasonal
    path = forecast(values - seasons, transform="level", horizon=horizon, level=level).path
    return path.add(np.resize(seasons[-SEASON:], horizon), axis=0)


def statsforecast_model(name: str, **options: int) -> Model:
    """Return a model of statsforecast with this module's arguments; gaps are interpolated."""

    def model(series: pd.Series, horizon: int, level: float) -> pd.DataFrame:
        with warnings.catch_warnings():  # about progress bars that cannot be drawn
            warnings.simplefilter("ignore")
            from statsforecast import models

        values, percent = series.interpolate().to_numpy(float), round(100 * level, 4)
        ahead = getattr(models, name)(**options).forecast(values, h=horizon, level=[percent])
        return pd.DataFrame(dict(zip(PATH, ahead.values(), strict=True)))

    return model


MODELS: dict[str, Model] = {
    "ARIMA(1,1,1), logs": paper_model,
    "ARIMA(1,1,1), levels": paper_model_in_levels,
    "seasonal naive": statsforecast_model("SeasonalNaive", season_length=SEASON),
    "drift": statsforecast_model("RandomWalkWithDrift"),
    "trend and seasons": trend_and_seasons,
    "trend, seasons, AR(1)": partial(trend_and_seasons, memory=1),
    "decomposed ARIMA": decomposed,
    "automatic ARIMA": statsforecast_model("AutoARIMA", season_length=SEASON),
}


def rolling_origin(
    series: pd.Series,
    models: Mapping[str, Model] = MODELS,
    *,
    first_origin: str,
    horizon: int = 4,
    level: float = 0.95,
    step: int = 1,
) -> pd.DataFrame:
    """Return forecasts from one origin after another, each time with the past alone.

    Parameters
    ----------
    series : pandas.Series
        Quarterly.
    models : mapping of str to callable
        A model takes the series so far, the horizon and the level, and returns a frame
        with forecast, lower and upper.
    first_origin : str
        The first last quarter of training, such as ``"2014Q4"``.
    horizon : int
        Quarters ahead; fewer where the series ends.
    step : int
        Quarters between origins.

    Returns
    -------
    pandas.DataFrame
        One row per origin, model and quarter ahead: origin, model, horizon, target,
        actual, forecast, lower, upper, error (forecast - actual), scaled_error (over the
        seasonal naive error in training), covered, problem. A model that fails leaves
        rows without forecasts and says why under problem.

    Raises
    ------
    InputError
        The first origin leaves nothing to train on or nothing to forecast.
    """
    check_horizon(horizon, level)
    origins = [o for o in series.index[:-1] if o >= pd.Period(first_origin, series.index.freq)]
    if not origins or origins[0] <= series.index[2 * SEASON]:
        raise InputError(
            f"first_origin: expected a quarter after {series.index[2 * SEASON]} and before "
            f"{series.index[-1]}, found {first_origin}"
        )
    rolled = pd.concat(
        [
            _forecast_once(
                series.loc[:origin], series.loc[origin + 1 :][:horizon], name, model, level
            )
            for origin in origins[::step]
            for name, model in models.items()
        ],
        ignore_index=True,
    )
    rolled["error"] = rolled["forecast"] - rolled["actual"]
    rolled["scaled_error"] = rolled["error"] / rolled.pop("scale")
    inside = rolled["actual"].between(rolled["lower"], rolled["upper"])
    return rolled.assign(covered=inside.astype("boolean").where(rolled["error"].notna()))


def summarize_origins(rolled: pd.DataFrame, by: Sequence[str] = ("model",)) -> pd.DataFrame:
    """Return the scaled error, the coverage, and how many forecasts were made and failed.

    The mean absolute scaled error is that of Hyndman and Koehler (2006): over the mean
    absolute change within a year of the training series.
    """
    absolute = rolled.assign(size=rolled["scaled_error"].abs(), fails=rolled["error"].isna())
    return absolute.groupby(list(by), sort=False).agg(
        MASE=("size", "mean"),
        coverage=("covered", "mean"),
        forecasts=("error", "count"),
        failed=("fails", "sum"),
    )


def diebold_mariano(
    first: Sequence[float], second: Sequence[float], horizon: int = 1
) -> tuple[float, float]:
    """Test whether two models' absolute errors differ on average.

    Parameters
    ----------
    first, second : sequence of float
        Errors of two models at the same origins, in order, at one horizon.
    horizon : int
        Quarters ahead: errors overlap up to lag horizon - 1.

    Returns
    -------
    statistic, p : float
        With the small-sample factor of Harvey, Leybourne and Newbold (1997); a positive
        statistic says that the first model errs more.

    Raises
    ------
    ValueError
        Lengths that differ, or too few errors.
    """
    a, b = np.abs(np.asarray(first, float)), np.abs(np.asarray(second, float))
    n = len(a)
    if len(b) != n or n <= 2 * horizon:
        raise ValueError(
            f"errors: expected two equally long series above {2 * horizon}, found {n} and {len(b)}"
        )
    gap = a - b
    centred = gap - gap.mean()
    variance = centred @ centred / n
    variance += 2 * sum(
        (1 - lag / horizon) * (centred[lag:] @ centred[:-lag]) / n for lag in range(1, horizon)
    )
    correction = (n + 1 - 2 * horizon + horizon * (horizon - 1) / n) / n
    statistic = float(gap.mean() / math.sqrt(variance / n) * math.sqrt(correction))
    return statistic, float(2 * stats.t.sf(abs(statistic), n - 1))


def _forecast_once(
    past: pd.Series, actual: pd.Series, name: str, model: Model, level: float
) -> pd.DataFrame:
    """Return the rows of one model at one origin, with a reason where it fails."""
    rows = actual.rename("actual").rename_axis("target").reset_index()
    rows.insert(0, "origin", past.index[-1])
    rows.insert(1, "model", name)
    rows.insert(2, "horizon", np.arange(1, len(rows) + 1))
    rows = rows.assign(scale=past.diff(SEASON).abs().mean(), problem="")
    try:
        rows[PATH] = model(past, len(rows), level)[PATH].to_numpy()
    except (InputError, np.linalg.LinAlgError) as error:
        rows[PATH], rows["problem"] = np.nan, str(error)
    return rows

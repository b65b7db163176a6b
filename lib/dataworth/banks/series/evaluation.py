"""How far forecasts miss: measures of error, rival models, and many starting points.

Paper `banks`, section 4.3.4, Tables 6 to 8. A series is a quarterly pandas Series with
a PeriodIndex; forecasts are in its units.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pandas as pd
from scipy import stats

from dataworth.banks.series.forecast import check_horizon, forecast, quarters_after

SEASON = 4  # quarters in a year


def relative_errors(actual: pd.Series, predicted: pd.Series) -> pd.DataFrame:
    """Put the paper's relative error beside the usual one.

    Returns
    -------
    pandas.DataFrame
        Columns actual, forecast, paper (actual / forecast - 1, Tables 6 to 8) and usual
        ((forecast - actual) / actual), with the same index.
    """
    frame = pd.DataFrame({"actual": actual, "forecast": predicted}, dtype=float)
    frame["paper"] = frame["actual"] / frame["forecast"] - 1
    frame["usual"] = frame["forecast"] / frame["actual"] - 1
    return frame


def error_measures(
    actual: Sequence[float],
    predicted: Sequence[float],
    *,
    training: Sequence[float] | None = None,
    season: int = SEASON,
) -> dict[str, float]:
    """Return bias, MAE, RMSE, MAPE and, given the training series, MASE.

    MAPE is a fraction. MASE divides the MAE by that of the seasonal naive forecast within
    the training series (Hyndman and Koehler, 2006). Missing pairs are passed over.
    """
    truth = np.asarray(actual, float)
    error = np.asarray(predicted, float) - truth
    measures = {
        "bias": float(np.nanmean(error)),
        "MAE": float(np.nanmean(np.abs(error))),
        "RMSE": math.sqrt(float(np.nanmean(error**2))),
        "MAPE": float(np.nanmean(np.abs(error / truth))),
    }
    if training is not None:
        measures["MASE"] = measures["MAE"] / seasonal_naive_error(training, season=season)
    return measures


def seasonal_naive_error(training: Sequence[float], *, season: int = SEASON) -> float:
    """Return the mean absolute change over `season` quarters: the scale of MASE."""
    values = np.asarray(training, float)
    return float(np.nanmean(np.abs(values[season:] - values[:-season])))


Model = Callable[["pd.Series", int, float], "pd.DataFrame"]


def paper_model(series: pd.Series, horizon: int, level: float) -> pd.DataFrame:
    """Fit ARIMA(1,1,1) with drift to logarithms: the model of Table 5."""
    return forecast(series, horizon=horizon, level=level, losses="skip").path


def paper_model_in_levels(series: pd.Series, horizon: int, level: float) -> pd.DataFrame:
    """Fit ARIMA(1,1,1) with drift to levels: the model that the printed forecasts follow."""
    return forecast(series, transform="level", horizon=horizon, level=level).path


def seasonal_naive(series: pd.Series, horizon: int, level: float) -> pd.DataFrame:
    """Repeat the value of the same quarter one year before."""
    steps = np.arange(horizon)
    point = series.to_numpy(float)[-SEASON:][steps % SEASON]
    error = float(series.diff(SEASON).std()) * np.sqrt(steps // SEASON + 1)
    return _normal_path(series, point, error, level)


def drift(series: pd.Series, horizon: int, level: float) -> pd.DataFrame:
    """Add the mean change to the last value: a random walk with drift."""
    steps, changes = np.arange(1, horizon + 1), series.diff().dropna()
    error = float(changes.std()) * np.sqrt(steps * (1 + steps / len(changes)))
    return _normal_path(series, float(series.iloc[-1]) + steps * changes.mean(), error, level)


def trend_and_seasons(series: pd.Series, horizon: int, level: float) -> pd.DataFrame:
    """Fit a straight line plus a mean for each quarter: stationary around a trend."""
    import statsmodels.api as sm

    index = series.index.append(quarters_after(series.index[-1], horizon))
    regressors = np.column_stack(
        [np.arange(len(index))] + [index.quarter == quarter for quarter in (1, 2, 3, 4)]
    ).astype(float)
    fit = sm.OLS(series.to_numpy(float), regressors[: len(series)], missing="drop").fit()
    ahead = fit.get_prediction(regressors[len(series) :])
    return _normal_path(series, ahead.predicted_mean, ahead.se_obs, level)


def trend_seasons_and_memory(series: pd.Series, horizon: int, level: float) -> pd.DataFrame:
    """Fit a straight line, a mean for each quarter, and the value of the quarter before."""
    from statsmodels.tsa.ar_model import AutoReg

    values = series.interpolate().to_numpy(float)
    fit = AutoReg(values, 1, trend="ct", seasonal=True, period=SEASON).fit()
    ahead = fit.get_prediction(len(values), len(values) + horizon - 1)
    return _normal_path(series, ahead.predicted_mean, ahead.se_mean, level)


def automatic(series: pd.Series, horizon: int, level: float) -> pd.DataFrame:
    """Choose a seasonal ARIMA by statsforecast's search (Hyndman and Khandakar, 2008)."""
    with warnings.catch_warnings():  # about progress bars that cannot be drawn
        warnings.simplefilter("ignore")
        from statsforecast.models import AutoARIMA

    percent = round(100 * level, 4)
    values = series.interpolate().to_numpy(float)
    ahead = AutoARIMA(season_length=SEASON).forecast(values, h=horizon, level=[percent])
    columns = {"forecast": "mean", "lower": f"lo-{percent}", "upper": f"hi-{percent}"}
    path = pd.DataFrame({name: ahead[key] for name, key in columns.items()})
    return path.set_axis(quarters_after(series.index[-1], horizon))


MODELS: dict[str, Model] = {
    "ARIMA(1,1,1), logs": paper_model,
    "ARIMA(1,1,1), levels": paper_model_in_levels,
    "seasonal naive": seasonal_naive,
    "drift": drift,
    "trend and seasons": trend_and_seasons,
    "trend, seasons, AR(1)": trend_seasons_and_memory,
    "automatic ARIMA": automatic,
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
    """Forecast from one origin after another, each time with the past alone.

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
    ValueError
        The first origin leaves nothing to train on or nothing to forecast.
    """
    check_horizon(horizon, level)
    origins = [o for o in series.index[:-1] if o >= pd.Period(first_origin, series.index.freq)]
    if not origins or origins[0] <= series.index[2 * SEASON]:
        raise ValueError(
            f"first_origin: expected a quarter after {series.index[2 * SEASON]} and before "
            f"{series.index[-1]}, found {first_origin}"
        )
    parts = [
        _one_forecast(series, name, model, origin, horizon, level)
        for origin in origins[::step]
        for name, model in models.items()
    ]
    return pd.concat(parts, ignore_index=True)


def summarise_origins(results: pd.DataFrame, by: Sequence[str] = ("model",)) -> pd.DataFrame:
    """Return MAE, RMSE, MAPE, MASE, coverage and the number of forecasts per group."""

    def measures(group: pd.DataFrame) -> pd.Series:
        known = group.dropna(subset=["error"])
        found = dict.fromkeys(("bias", "MAE", "RMSE", "MAPE"), math.nan)
        if len(known):
            found |= error_measures(known["actual"], known["forecast"])
        found["MASE"] = known["scaled_error"].abs().mean()
        found["coverage"] = known["covered"].astype(float).mean()
        return pd.Series(found | {"forecasts": len(known), "failed": len(group) - len(known)})

    return results.groupby(list(by), sort=False).apply(measures, include_groups=False)


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


def _normal_path(series, point, error, level) -> pd.DataFrame:
    spread = stats.norm.ppf(0.5 + level / 2) * error
    columns = {"forecast": point, "lower": point - spread, "upper": point + spread}
    return pd.DataFrame(columns).set_axis(quarters_after(series.index[-1], len(point)))


def _one_forecast(series, name, model, origin, horizon, level) -> pd.DataFrame:
    """Return the rows of one model at one origin, with a reason where it fails."""
    training = series.loc[:origin]
    truth = series.loc[origin + 1 : origin + horizon]
    rows = truth.rename("actual").rename_axis("target").reset_index()
    rows.insert(0, "origin", origin)
    rows.insert(1, "model", name)
    rows.insert(2, "horizon", np.arange(1, len(rows) + 1))
    problem = ""
    try:
        path = model(training, horizon, level).iloc[: len(rows)]
        rows[["forecast", "lower", "upper"]] = path[["forecast", "lower", "upper"]].to_numpy()
    except (ValueError, np.linalg.LinAlgError) as error:
        rows[["forecast", "lower", "upper"]] = np.nan
        problem = str(error)
    rows["error"] = rows["forecast"] - rows["actual"]
    rows["scaled_error"] = rows["error"] / seasonal_naive_error(training)
    inside = rows["actual"].between(rows["lower"], rows["upper"])
    rows["covered"] = inside.astype("boolean").where(rows["error"].notna())
    return rows.assign(problem=problem)

"""Stocks of data from yearly costs, and present values of yearly revenues.

Paper `banks`, sections 3.3 and 4.5; perpetual inventory after SNA 2025. Money is in
thousand yuan, rates and depreciation are fractions a year.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd

from dataworth.errors import InputError


def straight_line_stock(costs: pd.Series, life: float) -> pd.Series:
    r"""Net stock when each year's cost is written off in equal parts.

    .. math:: S_t = \sum_{k \ge 0} \max(0,\, 1 - k / L)\, C_{t-k}

    Parameters
    ----------
    costs : pandas.Series or pandas.DataFrame
        Thousand yuan, one row a year, years without a gap; the columns of a frame are
        separate series, such as draws.
    life : float
        Years L over which a cost is written off, above 0.

    Returns
    -------
    pandas.Series or pandas.DataFrame
        Net stock at year end, index of `costs`. The year's own cost is in it in full:
        writing off begins the year after.

    Raises
    ------
    InputError
        Years that are not consecutive, a missing cost, or a life that is not positive.

    Notes
    -----
    Source: paper `banks`, section 4.5 (ten years). Costs before the first year are taken
    as nil, so the stock is too low until `life` years have passed. Constant costs C lead
    to the stock C (L + 1) / 2 for a whole number L.

    Examples
    --------
    >>> import pandas as pd
    >>> straight_line_stock(pd.Series({2020: 80.0, 2021: 0.0, 2022: 0.0, 2023: 0.0}), 4).tolist()
    [80.0, 60.0, 40.0, 20.0]
    """
    if not life > 0:
        raise InputError(f"life: expected years above 0, found {life:g}")
    values = _yearly(costs)
    age = np.subtract.outer(np.arange(len(values)), np.arange(len(values)))
    left = np.where(age >= 0, np.clip(1 - age / life, 0, None), 0)
    return _like(costs, left @ values)


def perpetual_inventory(
    costs: pd.Series,
    depreciation: float,
    *,
    initial: float | None = None,
    growth: float | None = None,
) -> pd.Series:
    r"""Net stock when a constant share of what is left is lost each year.

    .. math:: K_t = (1 - \delta) K_{t-1} + C_t

    Parameters
    ----------
    costs : pandas.Series or pandas.DataFrame
        Thousand yuan, one row a year, years without a gap; the columns of a frame are
        separate series, such as draws.
    depreciation : float
        Share lost a year, above 0 and at most 1.
    initial : float, optional
        Stock at the end of the year before the first, thousand yuan.
    growth : float, optional
        Yearly growth of costs before the first year, a fraction. It gives the initial
        stock: the first cost over growth + depreciation. With neither it is nil.

    Returns
    -------
    pandas.Series or pandas.DataFrame
        Net stock at year end, index of `costs`; the year's own cost is in it in full.

    Raises
    ------
    InputError
        Years that are not consecutive, a missing cost, a depreciation out of range, both
        `initial` and `growth`, or growth + depreciation that is not positive.

    Notes
    -----
    Constant costs C lead to the stock C / depreciation.

    Examples
    --------
    >>> import pandas as pd
    >>> perpetual_inventory(pd.Series({2020: 80.0, 2021: 0.0, 2022: 0.0}), 0.25).tolist()
    [80.0, 60.0, 45.0]
    """
    if not 0 < depreciation <= 1:
        raise InputError(
            f"depreciation: expected a share above 0 and up to 1, found {depreciation:g}"
        )
    values = _yearly(costs)
    stock = _opening(values, depreciation, initial, growth)
    path = np.empty_like(values)
    for year, cost in enumerate(values):
        stock = path[year] = (1 - depreciation) * stock + cost
    return _like(costs, path)


def present_value(
    revenues: np.ndarray, rate: float | np.ndarray, *, mid_year: bool = False
) -> np.ndarray:
    """Discount yearly revenues to the start of the first year.

    Parameters
    ----------
    revenues : array_like, shape (..., years)
        Any unit; the last axis runs over the years ahead.
    rate : float or array_like, shape (...)
        Discount rate, above -1. It broadcasts against the leading axes of `revenues`.
    mid_year : bool
        Revenue arrives in the middle of each year rather than at its end.

    Returns
    -------
    numpy.ndarray or float, shape (...)
        In the unit of `revenues`.

    Raises
    ------
    InputError
        A rate of -1 or below, or no number.

    Examples
    --------
    >>> round(float(present_value([100.0, 100.0], 0.1)), 4)
    173.5537
    """
    revenues = np.asarray(revenues, float)
    years = np.arange(1, revenues.shape[-1] + 1) - (0.5 if mid_year else 0)
    factors = _growth(rate)[..., None] ** -years
    return (revenues * factors).sum(axis=-1)


def annuity_factor(
    rate: float | np.ndarray, years: float | np.ndarray, *, decay: float | np.ndarray = 0.0
) -> np.ndarray:
    r"""Present value of one a year, paid at each year's end and shrinking by `decay`.

    .. math:: a = \sum_{t=1}^{n} \frac{(1-d)^{t-1}}{(1+r)^t}
       = \frac{1 - \left(\frac{1-d}{1+r}\right)^n}{r + d}

    Parameters
    ----------
    rate, years, decay : float or array_like
        They broadcast. Years need not be whole: the closed form is used.

    Returns
    -------
    numpy.ndarray or float
        Years' worth of the first year's revenue; `years` where rate + decay is 0.

    Raises
    ------
    InputError
        A rate of -1 or below, negative years, or a decay above 1.

    Examples
    --------
    >>> round(float(annuity_factor(0.1, 10)), 4)
    6.1446
    """
    years, decay = np.asarray(years, float), np.asarray(decay, float)
    if not (years >= 0).all():
        raise InputError(f"years: expected 0 or more, found {years.min():g}")
    if not (decay <= 1).all():
        raise InputError(f"decay: expected a share of at most 1, found {decay.max():g}")
    shrink = (1 - decay) / _growth(rate)
    drag = np.asarray(rate, float) + decay
    flat = np.abs(drag) < 1e-12
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(flat, years / _growth(rate), (1 - shrink**years) / drag)[()]


# --- small helpers -------------------------------------------------------------------------


def _yearly(costs: pd.Series) -> np.ndarray:
    """Return costs as an array after a check that no year and no cost is missing."""
    years = [int(year) for year in costs.index]
    for before, after in pairwise(years):
        if after != before + 1:
            raise InputError(f"costs: expected the year {before + 1} after {before}, found {after}")
    values = costs.to_numpy(float)
    missing = ~np.isfinite(values.reshape(len(years), -1)).all(axis=1)
    if missing.any():
        year = years[int(missing.argmax())]
        raise InputError(f"costs: expected a number in every year, found none in {year}")
    return values


def _opening(
    values: np.ndarray, depreciation: float, initial: float | None, growth: float | None
) -> np.ndarray:
    """Return the stock before the first year."""
    if initial is not None and growth is not None:
        raise InputError("initial, growth: expected one of them, found both")
    if growth is None:
        return (0.0 if initial is None else initial) + 0 * values[0]
    if not growth + depreciation > 0:
        raise InputError(
            f"growth: expected above {-depreciation:g}, the loss a year, found {growth:g}"
        )
    return values[0] / (growth + depreciation)


def _growth(rate: float | np.ndarray) -> np.ndarray:
    """Return 1 + rate."""
    rate = np.asarray(rate, float)
    if not (rate > -1).all():
        raise InputError(f"rate: expected above -1, found {rate.min():g}")
    return 1 + rate


def _like(costs: pd.Series, values: np.ndarray) -> pd.Series:
    """Put values into the shape of costs."""
    if isinstance(costs, pd.DataFrame):
        return pd.DataFrame(values, index=costs.index, columns=costs.columns)
    return pd.Series(values, index=costs.index, name="stock")

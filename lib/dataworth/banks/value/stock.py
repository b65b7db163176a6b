"""Stocks of data from yearly costs, and the value of a yearly revenue and of a right to wait.

Paper `banks`, sections 3.3 and 4.5; perpetual inventory after SNA 2025. Money is in
thousand yuan, rates and depreciation are fractions a year.

**The rule of the book**: the value by cost of a bank and year is `closing_stock`, what straight
lines have left of its costs at the end of the year. National accounts' geometric rule stands
beside it, at the rate that fits the same life (`geometric_rate`); never at 1 / life.
"""

from __future__ import annotations

from typing import TypeAlias, TypeVar

import numpy as np
import pandas as pd
from scipy.special import ndtr

from dataworth.errors import InputError

Draws: TypeAlias = float | np.ndarray  # a number, or an array of draws
Table = TypeVar("Table", pd.Series, pd.DataFrame)


def straight_line_stock(costs: Table, life: float) -> Table:
    r"""Return the net stock when each year's cost is written off in equal parts.

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
    check_years(costs, "costs")
    values = costs.to_numpy(float)
    return _like(costs, [closing_stock(values[:end], life) for end in range(1, len(values) + 1)])


def closing_stock(costs: np.ndarray, life: Draws) -> np.ndarray:
    r"""Return the value by cost at the end of the last year: straight lines over draws of the life.

    .. math:: K_T = \sum_{k \ge 0} \max(0,\, 1 - k / L)\, C_{T-k}

    Parameters
    ----------
    costs : numpy.ndarray, shape (years, ...)
        Thousand yuan, consecutive years; `life` broadcasts against a row.
    life : float or numpy.ndarray
        Years, above 0.

    Notes
    -----
    The last row of `straight_line_stock`; equation `methods-stock` of chapter banks/methods.
    """
    lives = np.asarray(life, float)
    parts = [np.clip(1 - age / lives, 0, 1) * cost for age, cost in enumerate(costs[::-1])]
    return np.sum(parts, axis=0)


def geometric_rate(life: Draws) -> Draws:
    """Return the yearly share lost at which constant costs leave the stock of straight lines.

    Notes
    -----
    Constant costs C leave C (L + 1) / 2 by straight lines and C / depreciation geometrically.
    """
    return 2 / (np.asarray(life, float) + 1)


def perpetual_inventory(costs: Table, depreciation: float, *, growth: float | None = None) -> Table:
    r"""Return the net stock when a constant share of what is left is lost each year.

    .. math:: K_t = (1 - \delta) K_{t-1} + C_t

    Parameters
    ----------
    costs : pandas.Series or pandas.DataFrame
        Thousand yuan, one row a year, years without a gap; the columns of a frame are
        separate series, such as draws.
    depreciation : float
        Share lost a year, above 0 and at most 1.
    growth : float, optional
        Yearly growth of costs before the first year, a fraction. It gives the initial
        stock: the first cost over growth + depreciation. Without it that is nil.

    Returns
    -------
    pandas.Series or pandas.DataFrame
        Net stock at year end, index of `costs`; the year's own cost is in it in full.

    Raises
    ------
    InputError
        Years that are not consecutive, a missing cost, a depreciation out of range, or
        growth + depreciation that is not positive.

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
        raise InputError(f"depreciation: expected above 0 and up to 1, found {depreciation:g}")
    if growth is not None and not growth + depreciation > 0:
        raise InputError(f"growth: expected above {-depreciation:g}, found {growth:g}")
    check_years(costs, "costs")
    values = costs.to_numpy(float)
    left = 0.0 if growth is None else values[0] / (growth + depreciation)
    path = []
    for cost in values:
        left = (1 - depreciation) * left + cost
        path.append(left)
    return _like(costs, path)


def annuity_factor(rate: Draws, years: Draws, *, decay: Draws = 0.0) -> np.ndarray:
    r"""Return the present value of one a year, paid at year end and shrinking by `decay`.

    .. math:: a = \sum_{t=1}^{n} \frac{(1-d)^{t-1}}{(1+r)^t}
       = \frac{1 - \left(\frac{1-d}{1+r}\right)^n}{r + d}

    Parameters
    ----------
    rate, years, decay : float or array_like
        They broadcast. Years need not be whole: the closed form is used.

    Returns
    -------
    numpy.ndarray or float
        Years' worth of the first year's revenue; years / (1 + rate) where rate + decay is 0.

    Raises
    ------
    InputError
        A rate of -1 or below, negative years, or a decay above 1.

    Notes
    -----
    Without decay: equation `income-value` of chapter banks/income.

    Examples
    --------
    >>> round(float(annuity_factor(0.1, 10)), 4)
    6.1446
    """
    rate, years, decay = (np.asarray(given, float) for given in (rate, years, decay))
    if not (rate > -1).all():
        raise InputError(f"rate: expected above -1, found {rate.min():g}")
    if not (years >= 0).all():
        raise InputError(f"years: expected 0 or more, found {years.min():g}")
    if not (decay <= 1).all():
        raise InputError(f"decay: expected a share of at most 1, found {decay.max():g}")
    drag = rate + decay
    with np.errstate(divide="ignore", invalid="ignore"):
        factor = (1 - ((1 - decay) / (1 + rate)) ** years) / drag
        return np.where(np.abs(drag) < 1e-12, years / (1 + rate), factor)[()]


def call_value(
    value: Draws, strike: Draws, rate: Draws, time: Draws, volatility: Draws, payout: Draws = 0.0
) -> np.ndarray:
    r"""Return the value of a European call on something that loses `payout` a year.

    .. math:: V e^{-qT} \Phi(d_1) - X e^{-rT} \Phi(d_2), \quad
       d_{1,2} = \frac{\ln(V / X) + (r - q) T}{\sigma \sqrt T} \pm \frac{\sigma \sqrt T}{2}

    Parameters
    ----------
    value, strike : float or array_like
        Same unit; a value that is not positive makes the call worthless.
    rate, payout : float or array_like
        Per year, compounded once a year.
    time, volatility : float or array_like
        Years; per root of a year. At zero of either, the intrinsic value.

    Returns
    -------
    numpy.ndarray or float
        In the unit of `value`.

    Notes
    -----
    Equation `methods-option` of chapter banks/methods. Source: Black and Scholes (1973),
    Merton (1973). Beyond paper `banks`.
    """
    ahead = np.maximum(value, 0) * (1 - np.asarray(payout, float)) ** time
    due = strike * (1 + np.asarray(rate, float)) ** -np.asarray(time, float)
    spread = volatility * np.sqrt(time)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        distance = np.log(ahead / due) / spread
        call = ahead * ndtr(distance + spread / 2) - due * ndtr(distance - spread / 2)
    certain = (spread <= 0) | (ahead <= 0) | (due <= 0)
    return np.where(certain, np.maximum(ahead - due, 0), call)[()]


def check_years(series: pd.Series | pd.DataFrame, name: str) -> None:
    """Refuse a table by year that is empty, skips a year or lacks a number.

    Raises
    ------
    InputError
        The message begins with the name.
    """
    years = [int(year) for year in series.index]
    if not years or years != list(range(years[0], years[0] + len(years))):
        raise InputError(f"{name}: expected consecutive years, found {years or 'none'}")
    known = np.isfinite(series.to_numpy(float).reshape(len(years), -1)).all(axis=1)
    if not known.all():
        gap = years[int(known.argmin())]
        raise InputError(f"{name}: expected a number in every year, found none in {gap}")


def _like(costs: Table, values: list[np.ndarray]) -> Table:
    """Put values by year into the shape of costs."""
    named = {"columns": costs.columns} if isinstance(costs, pd.DataFrame) else {"name": "stock"}
    return type(costs)(np.stack(values), index=costs.index, **named)

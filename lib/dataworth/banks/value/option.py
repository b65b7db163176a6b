"""The right to decide later: calls in closed form and on a binomial tree.

Beyond paper `banks`. Values and strikes are in one unit, in part `banks` thousand yuan.
"""

from __future__ import annotations

import numpy as np
from scipy.special import ndtr

from dataworth.errors import InputError

Draws = "float | np.ndarray"


def call_value(
    value: Draws, strike: Draws, rate: Draws, time: Draws, volatility: Draws, payout: Draws = 0.0
) -> np.ndarray:
    r"""Value of a European call on something that loses `payout` a year.

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
    Source: Black and Scholes (1973), Merton (1973).
    """
    ahead = np.maximum(value, 0) * (1 - np.asarray(payout, float)) ** time
    due = strike * (1 + np.asarray(rate, float)) ** -np.asarray(time, float)
    spread = volatility * np.sqrt(time)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        distance = np.log(ahead / due) / spread
        call = ahead * ndtr(distance + spread / 2) - due * ndtr(distance - spread / 2)
    certain = (spread <= 0) | (ahead <= 0) | (due <= 0)
    return np.where(certain, np.maximum(ahead - due, 0), call)[()]


def call_tree(
    value: float,
    strike: float,
    rate: float,
    time: float,
    volatility: float,
    payout: float = 0.0,
    *,
    steps: int = 500,
    early: bool = True,
) -> float:
    """Value of a call on a binomial tree, by default one that may be used at any time.

    Parameters
    ----------
    value, strike, rate, time, volatility, payout
        As in `call_value`; `volatility` and `time` above 0.
    steps : int
        Steps of the tree.
    early : bool
        Whether the outlay may be made before the end.

    Returns
    -------
    float
        In the unit of `value`.

    Raises
    ------
    InputError
        Too few steps: the growth of one step would leave the tree.

    Notes
    -----
    Source: Cox, Ross and Rubinstein (1979).
    """
    step = time / steps
    up = np.exp(volatility * np.sqrt(step))
    discount = (1 + rate) ** -step
    chance = ((1 - payout) ** step / discount - 1 / up) / (up - 1 / up)
    if not 0 <= chance <= 1:
        raise InputError(f"steps: expected more for a volatility of {volatility:g}, found {steps}")
    prices = value * up ** np.arange(-steps, steps + 1, 2.0)
    calls = np.maximum(prices - strike, 0)
    for left in range(steps, 0, -1):
        calls = discount * (chance * calls[1:] + (1 - chance) * calls[:-1])
        if early:
            prices = prices[1 : left + 1] / up
            calls = np.maximum(calls, prices - strike)
    return float(calls[0])

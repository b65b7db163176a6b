"""The right to decide later: a call in closed form.

Beyond paper `banks`. Values and strikes are in one unit, in part `banks` thousand yuan.
"""

from __future__ import annotations

import numpy as np
from scipy.special import ndtr

from dataworth.banks.value.stock import Draws


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
    Merton (1973).
    """
    ahead = np.maximum(value, 0) * (1 - np.asarray(payout, float)) ** time
    due = strike * (1 + np.asarray(rate, float)) ** -np.asarray(time, float)
    spread = volatility * np.sqrt(time)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        distance = np.log(ahead / due) / spread
        call = ahead * ndtr(distance + spread / 2) - due * ndtr(distance - spread / 2)
    certain = (spread <= 0) | (ahead <= 0) | (due <= 0)
    return np.where(certain, np.maximum(ahead - due, 0), call)[()]

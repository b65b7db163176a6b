"""Tests of shape: diminishing returns and the inverted U, each against its rivals.

Paper `banks`, sections 3.2 and 4.5, states both without a test. Profit and data input are
logarithms. Leading axes are independent draws; a panel has shape (..., banks, years).
"""

from __future__ import annotations

import numpy as np
from scipy.special import stdtr

from dataworth.banks.returns.regressions import Regression


def read_elasticity(low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """Return what an interval for a constant elasticity allows to conclude.

    Returns
    -------
    numpy.ndarray of str
        ``"diminishing"`` inside (0, 1), ``"increasing"`` above 1, ``"negative"`` below 0,
        ``"constant allowed"`` where only 1 is inside, ``"no effect allowed"`` where only
        0 is, ``"cannot tell"`` where both are.

    Notes
    -----
    The marginal product of cost C in profit R = A C^b is b R / C. With A fixed it falls
    with C exactly when 0 < b < 1.
    """
    low, high = np.broadcast_arrays(low, high)
    cases = {
        "increasing": low > 1,
        "negative": high < 0,
        "diminishing": (low > 0) & (high < 1),
        "constant allowed": low > 0,
        "no effect allowed": high < 1,
    }
    return np.select(list(cases.values()), list(cases), default="cannot tell")


def marginal_product_slope(
    fit: Regression, at: float | np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    r"""Return whether the marginal product falls, from a parabola in logs.

    Parameters
    ----------
    fit : Regression
        Of log profit; coefficient 0 belongs to log input x, coefficient 1 to its square.
    at : float or numpy.ndarray
        Log input at which to look.

    Returns
    -------
    value, error : numpy.ndarray
        The bracket of equation `verification-bend` of chapter banks/verification, negative
        where returns diminish, and its standard error, by the delta method.

    Notes
    -----
    With elasticity e = d log R / d log C, the second derivative is
    :math:`R'' = (R / C^2)\,(e^2 - e + e')`. Here e = b + 2 c x and e' = 2 c. A constant
    elasticity is the case c = 0. Unlike an elasticity below one, this also holds where data
    are a small part of profit.
    """
    slope, curve = fit.coefficients[..., 0], fit.coefficients[..., 1]
    elasticity = slope + 2 * curve * at
    by_slope = 2 * elasticity - 1
    by_curve = by_slope * 2 * at + 2
    v11, v12, v22 = (fit.covariance[..., i, j] for i, j in ((0, 0), (0, 1), (1, 1)))
    variance = by_slope**2 * v11 + 2 * by_slope * by_curve * v12 + by_curve**2 * v22
    return elasticity**2 - elasticity + 2 * curve, np.sqrt(variance)


def marginal_product_falls(fit: Regression, at: float | np.ndarray) -> np.ndarray:
    """Return the one-sided p-value; a small one says that the marginal product falls there."""
    value, error = marginal_product_slope(fit, at)
    return stdtr(fit.df, value / error)


def marginal_peak(fit: Regression, low: float | np.ndarray, high: float | np.ndarray) -> np.ndarray:
    """Return the p-value of a marginal product that first rises and then falls over a range.

    Parameters
    ----------
    fit : Regression
        As in `marginal_product_slope`.
    low, high : float or numpy.ndarray
        Ends of the range of log input.

    Returns
    -------
    numpy.ndarray
        The larger of two one-sided p-values; small values support a peak.

    Notes
    -----
    Paper `banks`, section 3.2: marginal benefits follow an inverted U. Profit itself then
    rises throughout, steeply at first and less so later; compare `inverted_u`.
    """
    return np.maximum(1 - marginal_product_falls(fit, low), marginal_product_falls(fit, high))


def inverted_u(fit: Regression, low: float | np.ndarray, high: float | np.ndarray) -> np.ndarray:
    """Return the p-value of an inverted U over a range, by the test of Lind and Mehlum.

    Parameters
    ----------
    fit : Regression
        Coefficient 0 belongs to x, coefficient 1 to its square.
    low, high : float or numpy.ndarray
        Ends of the range of x, low below high.

    Returns
    -------
    numpy.ndarray
        The larger of two one-sided p-values: the slope at the lower end is positive, and
        the slope at the upper end negative. Small values support the inverted U.

    Notes
    -----
    Equation `verification-u` of chapter banks/verification. Lind and Mehlum, "With or
    Without U?", Oxford Bulletin of Economics and Statistics 72 (2010), after Sasabuchi (1980).
    """
    slope, curve = fit.coefficients[..., 0], fit.coefficients[..., 1]
    v11, v12, v22 = (fit.covariance[..., i, j] for i, j in ((0, 0), (0, 1), (1, 1)))
    p_values = []
    for end, sign in ((low, 1.0), (high, -1.0)):
        error = np.sqrt(v11 + 4 * end * v12 + 4 * np.square(end) * v22)
        p_values.append(stdtr(fit.df, -sign * (slope + 2 * curve * end) / error))
    return np.maximum(*p_values)

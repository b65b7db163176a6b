"""Tests of shape: diminishing returns and the inverted U, each against its rivals.

Paper `banks`, sections 3.2 and 4.5, states both without a test. Profit and data input are
logarithms. Leading axes are independent worlds; a panel has shape (..., banks, years).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import stdtr, stdtrit

from dataworth.banks.returns.regressions import Fit, fit_panel


@dataclass(frozen=True)
class Slope:
    """How the marginal product changes with data input, with its standard error.

    Attributes
    ----------
    value, error : numpy.ndarray
        In units of average product per unit of input; negative where returns diminish.
    df : int
    """

    value: np.ndarray
    error: np.ndarray
    df: int

    def p_value(self) -> np.ndarray:
        """Give the one-sided p-value; small values support diminishing returns."""
        return stdtr(self.df, self.value / self.error)


@dataclass(frozen=True)
class InvertedU:
    """The test of Lind and Mehlum (2010) for an inverted U.

    Attributes
    ----------
    p_value : numpy.ndarray
        The larger of two one-sided p-values: the slope at the lower end is positive, and
        the slope at the upper end negative. Small values support the inverted U.
    peak, peak_low, peak_high : numpy.ndarray
        The extremum and its Fieller interval, infinite where the curvature is not
        significant.
    slope_low, slope_high : numpy.ndarray
        Slopes at the ends of the range.
    """

    p_value: np.ndarray
    peak: np.ndarray
    peak_low: np.ndarray
    peak_high: np.ndarray
    slope_low: np.ndarray
    slope_high: np.ndarray


def read_elasticity(low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """Say what an interval for a constant elasticity allows to conclude.

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


def marginal_product_slope(fit: Fit, at: float | np.ndarray) -> Slope:
    r"""Estimate whether the marginal product falls, from a parabola in logs.

    Parameters
    ----------
    fit : Fit
        Of log profit; coefficient 0 belongs to log input x, coefficient 1 to its square.
    at : float or numpy.ndarray
        Log input at which to look.

    Returns
    -------
    Slope

    Notes
    -----
    With elasticity e = d log R / d log C, the second derivative is
    :math:`R'' = (R / C^2)\,(e^2 - e + e')`. Here e = b + 2 c x and e' = 2 c; the error is
    by the delta method. A constant elasticity is the case c = 0. Unlike an elasticity
    below one, this also holds where data are a small part of profit.
    """
    slope, curve = fit.coefficients[..., 0], fit.coefficients[..., 1]
    elasticity = slope + 2 * curve * at
    by_slope = 2 * elasticity - 1
    by_curve = by_slope * 2 * at + 2
    v11, v12, v22 = (fit.covariance[..., i, j] for i, j in ((0, 0), (0, 1), (1, 1)))
    variance = by_slope**2 * v11 + 2 * by_slope * by_curve * v12 + by_curve**2 * v22
    return Slope(elasticity**2 - elasticity + 2 * curve, np.sqrt(variance), fit.df)


def marginal_peak(fit: Fit, low: float | np.ndarray, high: float | np.ndarray) -> np.ndarray:
    """Test whether the *marginal* product first rises and then falls over a range.

    Parameters
    ----------
    fit : Fit
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
    rising, falling = (marginal_product_slope(fit, end).p_value() for end in (low, high))
    return np.maximum(1 - rising, falling)


def inverted_u(
    fit: Fit, low: float | np.ndarray, high: float | np.ndarray, *, level: float = 0.95
) -> InvertedU:
    """Test for an inverted U over a range, from a fit whose first terms are x and x squared.

    Parameters
    ----------
    fit : Fit
        Coefficient 0 belongs to x, coefficient 1 to its square.
    low, high : float or numpy.ndarray
        Ends of the range of x, low below high.
    level : float
        Of the Fieller interval. The test at size a rejects exactly when the interval of
        level 1 - 2a lies inside the range.

    Returns
    -------
    InvertedU

    Notes
    -----
    Lind and Mehlum, "With or Without U?", Oxford Bulletin of Economics and Statistics
    72 (2010), after Sasabuchi (1980) and Fieller (1954).
    """
    slope, curve = fit.coefficients[..., 0], fit.coefficients[..., 1]
    v11, v12, v22 = (fit.covariance[..., i, j] for i, j in ((0, 0), (0, 1), (1, 1)))
    slopes, p_values = [], []
    for end, sign in ((low, 1.0), (high, -1.0)):
        at_end = slope + 2 * curve * end
        error = np.sqrt(v11 + 4 * end * v12 + 4 * np.square(end) * v22)
        slopes.append(at_end)
        p_values.append(stdtr(fit.df, -sign * at_end / error))
    squared = stdtrit(fit.df, 0.5 + level / 2) ** 2
    # The values m at which the slope b + 2 c m is not significantly different from zero.
    a, b, c = curve**2 - squared * v22, slope * curve - squared * v12, slope**2 - squared * v11
    with np.errstate(divide="ignore", invalid="ignore"):
        root = np.sqrt(np.maximum(b**2 - a * c, 0))
        ends = (-b - root) / (2 * a), (-b + root) / (2 * a)
        peak = -slope / (2 * curve)
    bounded = a > 0
    return InvertedU(
        p_value=np.maximum(*p_values),
        peak=peak,
        peak_low=np.where(bounded, ends[0], -np.inf),
        peak_high=np.where(bounded, ends[1], np.inf),
        slope_low=slopes[0],
        slope_high=slopes[1],
    )


def two_lines(
    outcome: np.ndarray, x: np.ndarray, turn: np.ndarray, controls: Sequence[np.ndarray] = ()
) -> np.ndarray:
    """Test for an inverted U with two straight lines, one on each side of a turn.

    Parameters
    ----------
    outcome, x : numpy.ndarray, shape (..., banks, years)
    turn : numpy.ndarray, shape (...)
        Where the second line starts, such as the peak of a fitted parabola.
    controls : sequence of numpy.ndarray
        Further regressors.

    Returns
    -------
    numpy.ndarray, shape (...)
        The larger of two one-sided p-values: rising before, falling after. One where
        fewer than a twentieth of the observations lie on either side.

    Notes
    -----
    Simonsohn, "Two Lines", Advances in Methods and Practices in Psychological Science 1
    (2018). A parabola may fall beyond the data only because it must bend; a second line
    falls only if the data do.
    """
    after = x > np.asarray(turn)[..., None, None]
    enough = np.abs(after.mean(axis=(-2, -1)) - 0.5) <= 0.45
    middle = np.where(enough, turn, np.median(x, axis=(-2, -1)))[..., None, None]
    gap, after = x - middle, x > middle
    fit = fit_panel(outcome, [np.where(after, 0, gap), np.where(after, gap, 0), after, *controls])
    rising = fit.coefficients[..., 0] / fit.standard_error(0)
    falling = fit.coefficients[..., 1] / fit.standard_error(1)
    return np.where(enough, np.maximum(stdtr(fit.df, -rising), stdtr(fit.df, falling)), 1.0)

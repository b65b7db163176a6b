"""Least squares for many panels or series at once, with robust standard errors.

Leading axes are independent draws. A panel has shape (..., banks, years), a series
(..., years). Coefficients are in units of outcome per unit of regressor.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import stdtrit

from dataworth.errors import InputError


@dataclass(frozen=True)
class Regression:
    """Least squares with a robust covariance, for one panel or series or many.

    Attributes
    ----------
    coefficients : numpy.ndarray, shape (..., k)
    covariance : numpy.ndarray, shape (..., k, k)
    df : int
        Degrees of freedom of the t distribution that intervals use.
    loglik : numpy.ndarray, shape (...)
        Gaussian log-likelihood.
    residuals : numpy.ndarray
        Shape of the outcome.
    parameters : int
        Coefficients, absorbed effects and the variance.
    nobs : int
    """

    coefficients: np.ndarray
    covariance: np.ndarray
    df: int
    loglik: np.ndarray
    residuals: np.ndarray
    parameters: int
    nobs: int

    def interval(self, position: int, level: float = 0.95) -> tuple[np.ndarray, np.ndarray]:
        """Return the lower and the upper end for one coefficient."""
        half = stdtrit(self.df, 0.5 + level / 2) * self.standard_error(position)
        return self.coefficients[..., position] - half, self.coefficients[..., position] + half

    def standard_error(self, position: int) -> np.ndarray:
        """Return the standard error of one coefficient."""
        return np.sqrt(self.covariance[..., position, position])

    @property
    def aicc(self) -> np.ndarray:
        """Akaike's criterion, corrected for small samples; smaller is better."""
        spare = self.nobs - self.parameters - 1
        return -2 * self.loglik + 2 * self.parameters * self.nobs / max(spare, 1e-9)


def remove_effects(values: np.ndarray) -> np.ndarray:
    """Return a balanced panel of shape (..., banks, years) without bank and year means."""
    rows = values.mean(axis=-1, keepdims=True)
    columns = values.mean(axis=-2, keepdims=True)
    return values - rows - columns + values.mean(axis=(-2, -1), keepdims=True)


def fit_panel(outcome: np.ndarray, regressors: Sequence[np.ndarray]) -> Regression:
    """Regress on bank and year effects and regressors, with errors clustered by bank.

    Parameters
    ----------
    outcome : numpy.ndarray, shape (..., banks, years)
    regressors : sequence of numpy.ndarray
        Each of the same shape.

    Raises
    ------
    ValueError
        Fewer than three banks or years.

    Notes
    -----
    The covariance is the usual one for clusters, scaled by G / (G - 1) (n - 1) / (n - k);
    k counts the slopes and the year effects, since bank effects are nested in the clusters.
    Intervals use t with G - 1 degrees of freedom.
    """
    banks, years = outcome.shape[-2:]
    if min(banks, years) < 3:
        raise ValueError(f"panel: expected at least 3 banks and years, found {banks} and {years}")
    left = remove_effects(outcome)
    right = np.stack([remove_effects(r) for r in regressors], axis=-1)
    # A pseudo-inverse, so that one degenerate panel among thousands stops none of them.
    inverse = np.linalg.pinv(np.einsum("...itj,...itk->...jk", right, right), hermitian=True)
    moments = np.einsum("...itj,...it->...j", right, left)
    coefficients = np.einsum("...jk,...k->...j", inverse, moments)
    residuals = left - np.einsum("...itj,...j->...it", right, coefficients)
    scores = np.einsum("...itj,...it->...ij", right, residuals)
    meat = np.einsum("...ij,...ik->...jk", scores, scores)
    nobs, slopes = banks * years, len(regressors)
    scale = banks / (banks - 1) * (nobs - 1) / (nobs - slopes - years)
    covariance = scale * inverse @ meat @ inverse
    loglik = _gaussian(np.square(residuals).sum(axis=(-2, -1)), nobs)
    parameters = slopes + banks + years  # the effects are banks + years - 1, the variance 1
    return Regression(coefficients, covariance, banks - 1, loglik, residuals, parameters, nobs)


def fit_series(
    outcome: np.ndarray, regressors: Sequence[np.ndarray], *, lags: int = 0
) -> Regression:
    """Regress a series on a constant (last) and regressors, with HAC errors.

    Parameters
    ----------
    outcome : numpy.ndarray, shape (..., years)
    regressors : sequence of numpy.ndarray
        Each of the same shape.
    lags : int
        Lags of the Newey and West (1987) covariance; 0 takes the errors as independent
        and of equal variance, as a first textbook does.

    Raises
    ------
    InputError
        Fewer observations than coefficients plus two.
    """
    constant = np.ones_like(outcome)
    right = np.stack([*np.broadcast_arrays(*regressors, constant)], axis=-1)
    nobs, k = right.shape[-2:]
    if nobs < k + 2:
        raise InputError(f"series: expected at least {k + 2} observations, found {nobs}")
    inverse = np.linalg.pinv(np.swapaxes(right, -1, -2) @ right, rcond=1e-13, hermitian=True)
    moments = np.einsum("...tj,...t->...j", right, outcome)
    coefficients = np.einsum("...jk,...k->...j", inverse, moments)
    residuals = outcome - np.einsum("...tj,...j->...t", right, coefficients)
    squares = np.square(residuals).sum(axis=-1)
    if lags:
        covariance = nobs / (nobs - k) * inverse @ _newey_west(right, residuals, lags) @ inverse
    else:
        covariance = inverse * (squares / (nobs - k))[..., None, None]
    loglik = _gaussian(squares, nobs)
    return Regression(coefficients, covariance, nobs - k, loglik, residuals, k + 1, nobs)


def _newey_west(right: np.ndarray, residuals: np.ndarray, lags: int) -> np.ndarray:
    """Return the weighted sum of the autocovariances of the scores."""
    scores = right * residuals[..., None]
    total = np.swapaxes(scores, -1, -2) @ scores
    for lag in range(1, lags + 1):
        cross = np.swapaxes(scores[..., lag:, :], -1, -2) @ scores[..., :-lag, :]
        total = total + (1 - lag / (lags + 1)) * (cross + np.swapaxes(cross, -1, -2))
    return total


def _gaussian(squares: np.ndarray, nobs: int) -> np.ndarray:
    """Return the log-likelihood at the maximum from a sum of squares."""
    with np.errstate(divide="ignore"):
        return -nobs / 2 * (np.log(2 * np.pi * squares / nobs) + 1)

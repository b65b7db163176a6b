"""Simulated panels of banks in which the returns to data are known.

A world joins a *truth*, how log profit answers to log data input, to a *setting*, what
else moves; many panels are drawn from each. All of it is simulated; see the chapter
`banks/verification`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

PEAK = 1.0  # log data input, above the first year's mean, at which the inverted U turns


@dataclass(frozen=True)
class Truth:
    """How log profit answers to the log of data input, all else fixed.

    Attributes
    ----------
    name : str
    curve : callable
        Array of log data inputs to array of log profits.
    returns : str
        What the marginal product does as data input grows: ``"increasing"``,
        ``"constant"``, ``"rising, then falling"``, ``"diminishing"`` (where profit peaks:
        up to a log input of 1.6, beyond which it falls ever more gently), or ``"none"``,
        zero throughout.
    peaks : bool
        Whether profit falls beyond a peak.
    """

    name: str
    curve: Callable[[np.ndarray], np.ndarray]
    returns: str
    peaks: bool = False


@dataclass(frozen=True)
class Setting:
    """What else moves in a world; rates are log changes per year.

    Attributes
    ----------
    name : str
    input_growth : tuple of float
        Growth of data input per unit of size in the first and the last year; straight
        in between.
    sector_growth : tuple of float
        Growth of profit, common to all banks, that owes nothing to data or size.
    size_growth : tuple of float
        Growth of size (total assets).
    rates : float
        Standard deviation of a common shock to log profit, such as interest rates.
    feedback : float
        Elasticity of data input to a profit surprise of the same year.
    noise : float
        Standard deviation of the error with which log data input is measured.
    """

    name: str
    input_growth: tuple[float, float] = (0.10, 0.10)
    sector_growth: tuple[float, float] = (0.03, 0.03)
    size_growth: tuple[float, float] = (0.10, 0.10)
    rates: float = 0.03
    feedback: float = 0.0
    noise: float = 0.0


@dataclass(frozen=True)
class Panels:
    """Simulated panels, each array of shape (panels, banks, years).

    Attributes
    ----------
    profit : numpy.ndarray
        Log of net profit.
    intensity : numpy.ndarray
        Log of data input per unit of size, as measured.
    size : numpy.ndarray
        Log of total assets, as measured.
    """

    profit: np.ndarray
    intensity: np.ndarray
    size: np.ndarray

    @property
    def inputs(self) -> np.ndarray:
        """Log of data input."""
        return self.intensity + self.size


def _power(elasticity: float) -> Callable[[np.ndarray], np.ndarray]:
    """Return the curve of a constant elasticity."""
    return lambda x: elasticity * x


def _small_part(x: np.ndarray) -> np.ndarray:
    """Add data's own income, of elasticity 1.3, to an income that needs no data.

    Data earn 4 % of that income at 0 and 28 % at 1.5.
    """
    return np.log1p(0.04 * np.exp(1.3 * x))


def _saturating(x: np.ndarray) -> np.ndarray:
    """Rise everywhere, towards a ceiling: the elasticity falls from 0.9 at -1 to 0.1 at 2."""
    return -0.9 / 0.7 * np.exp(-0.7 * (x + 1))


def _s_shape(x: np.ndarray) -> np.ndarray:
    """Rise throughout; the marginal product rises up to 0.64 and falls beyond."""
    return 1.3 * x - 0.1 * x**2


def _parabola(x: np.ndarray) -> np.ndarray:
    """Rise to a peak and fall again: the elasticity is 0.7 at 0 and 0 at the peak."""
    return -0.35 * (x - PEAK) ** 2


TRUTHS = {
    truth.name: truth
    for truth in (
        Truth("increasing returns", _power(1.3), "increasing"),
        Truth("increasing, small part", _small_part, "increasing"),
        Truth("constant returns", _power(1.0), "constant"),
        Truth("diminishing returns", _power(0.5), "diminishing"),
        Truth("saturation", _saturating, "diminishing"),
        Truth("marginal peak", _s_shape, "rising, then falling"),
        Truth("inverted U", _parabola, "diminishing", peaks=True),
        Truth("no effect", _power(0.0), "none"),
    )
}

_STEADY = Setting("steady growth")
_INPUTS = Setting("data inputs slow down", input_growth=(0.18, 0.02))
_SECTOR = Setting("sector slows down", sector_growth=(0.10, -0.03), size_growth=(0.16, 0.07))
_BOTH = replace(_SECTOR, name="both slow down", input_growth=_INPUTS.input_growth)
_PAID = replace(_BOTH, name="both, and data paid from profit", feedback=0.5)
_BLURRED = replace(_BOTH, name="both, and data measured badly", noise=0.12)
SETTINGS = {s.name: s for s in (_STEADY, _INPUTS, _SECTOR, _BOTH, _PAID, _BLURRED)}


def simulate_panels(
    truth: Truth, setting: Setting, *, panels: int, banks: int = 41, years: int = 16, seed: int
) -> Panels:
    """Draw panels of banks from one world.

    Parameters
    ----------
    truth : Truth
    setting : Setting
    panels, banks, years : int
        The defaults are the paper's 41 banks from 2007 to 2022.
    seed : int

    Returns
    -------
    Panels

    Notes
    -----
    Log profit is a bank effect, plus 0.9 times log size, plus the sector's path and a rate
    shock common to all, plus the truth's curve at the true log data intensity, plus a
    surprise (AR(1) of 0.5, standard deviation 0.12). Intensity differs between banks (0.4)
    and within (AR(1) of 0.7, 0.25), and half of a bank's own swings in size go along.
    """
    rng = np.random.default_rng(seed)
    shape = (panels, banks, years)
    swings = autoregression(rng, shape, 0.9, 0.10)
    size = rng.normal(0, 1.2, (panels, banks, 1)) + path(setting.size_growth, years) + swings
    surprise = autoregression(rng, shape, 0.5, 0.12)
    intensity = rng.normal(0, 0.4, (panels, banks, 1)) + path(setting.input_growth, years)
    intensity = intensity + autoregression(rng, shape, 0.7, 0.25) + 0.5 * swings
    intensity = intensity + setting.feedback * surprise
    common = path(setting.sector_growth, years)
    common = common + autoregression(rng, (panels, 1, years), 0.5, setting.rates)
    profit = rng.normal(0, 0.3, (panels, banks, 1)) + 0.9 * size + common
    profit = profit + truth.curve(intensity) + surprise
    measured = intensity + setting.noise * rng.standard_normal(shape)
    return Panels(profit, measured, size)


def path(growth: tuple[float, float], years: int) -> np.ndarray:
    """Return the sum of yearly growth that runs straight from first to last value, from 0 on."""
    return np.concatenate([[0.0], np.cumsum(np.linspace(*growth, years - 1))])


def autoregression(
    rng: np.random.Generator, shape: tuple[int, ...], persistence: float, spread: float
) -> np.ndarray:
    """Draw stationary AR(1) paths along the last axis with a given standard deviation."""
    draws = rng.standard_normal(shape) * spread
    for year in range(1, shape[-1]):
        fresh = np.sqrt(1 - persistence**2) * draws[..., year]
        draws[..., year] = persistence * draws[..., year - 1] + fresh
    return draws

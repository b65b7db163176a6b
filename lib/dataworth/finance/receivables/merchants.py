"""Simulated merchants that sell to a core firm on credit, and what can be seen of them.

Paper `finance`, section 3.2, Figure 4. Every merchant is made up: the paper prints no data on
any. Quality is hidden; the books show part of it, the portrait as much as one chooses. Money
in yuan, time in years, rates and shares as fractions.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.special import ndtr

from dataworth.errors import InputError
from dataworth.finance import FUNDING_RATE

# Column: share of the group's information, whether high values are good, and how a normal
# score becomes a number that a reader knows. The numbers are illustrative.
BOOKS = {
    "gross_margin": (0.4, True, lambda z: 0.25 + 0.08 * z),
    "equity_share": (0.3, True, lambda z: 1 / (1 + np.exp(-0.6 * z))),
    "cash_days": (0.2, True, lambda z: 30 * np.exp(0.6 * z)),
    "account_years": (0.1, True, lambda z: 4 * np.exp(0.5 * z)),
}
PORTRAIT = {
    "refund_rate": (0.30, False, lambda z: 0.05 * np.exp(0.6 * z)),
    "rating": (0.25, True, lambda z: 1 + 4 / (1 + np.exp(-1.6 - 0.7 * z))),
    "late_deliveries": (0.20, False, lambda z: 1 / (1 + np.exp(3.0 - 0.8 * z))),
    "repeat_buyers": (0.15, True, lambda z: 1 / (1 + np.exp(0.8 - 0.7 * z))),
    "complaints": (0.10, False, lambda z: 3 * np.exp(0.9 * z)),
}


@dataclass(frozen=True)
class Trade:
    """Merchants, a core firm that buys from them on credit, and a factor.

    Defaults are illustrative; ranges and sources are in ``data/ranges/receivables.csv``.

    Attributes
    ----------
    failure : float
        Share of receivables that the core firm does not pay because of the merchant: goods
        sent back, invoices without goods.
    steepness : float
        How strongly that depends on quality, in probits per standard deviation (b).
    books, portrait : float
        Share of the variance of quality that the books and the portrait show, each alone.
    coverage : float
        Share of merchants of whom there is a portrait.
    recourse : float
        Share of a failed receivable that the factor gets back from the merchant.
    face_median, face_spread : float
        Median receivable, yuan, and standard deviation of its logarithm.
    term : float
        Years until it is due.
    funding_rate, margin : float
        What a year's funds cost the factor, and what it adds, per yuan.
    handling : float
        Cost of one receivable to the factor, yuan.
    reservation : float
        Highest rate per year that a merchant pays for cash now.
    core_default, core_recovery : float
        Probability that the core firm fails within a year, and what it then pays.
    """

    failure: float = 0.04
    steepness: float = 0.9
    books: float = 0.15
    portrait: float = 0.6
    coverage: float = 0.7
    recourse: float = 0.3
    face_median: float = 150_000.0
    face_spread: float = 1.0
    term: float = 0.25
    funding_rate: float = FUNDING_RATE
    margin: float = 0.02
    handling: float = 600.0
    reservation: float = 0.18
    core_default: float = 0.01
    core_recovery: float = 0.4

    def __post_init__(self) -> None:
        """Refuse what is not a share, or not a trade."""
        for name in ("steepness", "margin", "handling", "funding_rate", "face_spread"):
            if getattr(self, name) < 0:
                raise InputError(f"{name}: expected at least 0, found {getattr(self, name)}")
        for name in ("books", "portrait", "coverage", "recourse", "core_default", "core_recovery"):
            if not 0 <= getattr(self, name) <= 1:
                raise InputError(f"{name}: expected 0 to 1, found {getattr(self, name)}")
        if not 0 < self.failure < 1:
            raise InputError(f"failure: expected between 0 and 1, found {self.failure}")
        if min(self.term, self.face_median) <= 0:
            raise InputError("term, face_median: expected more than 0")
        if self.books == 1:
            raise InputError("books: expected less than 1; a portrait would have nothing to add")


def true_risk(trade: Trade, quality: ArrayLike) -> np.ndarray:
    r"""Return the probability that a merchant's receivable fails, equation `portraits-risk`.

    .. math:: p(q) = \Phi(a - b\,q), \qquad a = \Phi^{-1}(\bar p)\,\sqrt{1 + b^2}

    so that its mean over standard normal quality is :math:`\bar p`.
    """
    return ndtr(_intercept(trade) - trade.steepness * np.asarray(quality, dtype=float))


def simulate_merchants(trade: Trade, merchants: int, *, seed: int) -> pd.DataFrame:
    """Draw merchants, what the books and the portrait show of them, and how each fares.

    With the same seed the same merchants meet every portrait: only what it shows changes.

    Parameters
    ----------
    trade : Trade
    merchants : int
    seed : int

    Returns
    -------
    pandas.DataFrame, shape (merchants, 16)
        quality (standard normal, hidden), risk (hidden), face (yuan), covered, failed, the
        columns of `BOOKS` and `PORTRAIT` (missing where not covered), and the best summary of
        each group, books_score and portrait_score: quality plus noise.

    Raises
    ------
    InputError
        There is no merchant.
    """
    if merchants < 1:
        raise InputError(f"merchants: expected at least 1, found {merchants}")
    generator = np.random.default_rng(seed)
    quality, size = generator.standard_normal((2, merchants))
    luck, cover = generator.random((2, merchants))
    risk = true_risk(trade, quality)
    columns = {
        "quality": quality,
        "risk": risk,
        "face": trade.face_median * np.exp(trade.face_spread * size),
        "covered": cover < trade.coverage,
        "failed": luck < risk,
    }
    groups = (("books", BOOKS, trade.books), ("portrait", PORTRAIT, trade.portrait))
    for name, group, told in groups:
        noise = generator.standard_normal((len(group), merchants))
        shown, score = _observe(group, told, quality, noise)
        columns |= shown | {f"{name}_score": score}
    frame = pd.DataFrame(columns)
    frame.loc[~frame["covered"], [*PORTRAIT, "portrait_score"]] = np.nan
    return frame


def ideal_risk(trade: Trade, frame: pd.DataFrame, *, with_portrait: bool) -> np.ndarray:
    r"""Return the risk that someone would state who knows how the data arise.

    Equation `portraits-ideal`: with :math:`m` and :math:`s^2` the mean and the variance of
    quality given what is seen,

    .. math:: \hat p = \Phi\!\left(\frac{a - b\,m}{\sqrt{1 + b^2 s^2}}\right)

    Parameters
    ----------
    trade : Trade
    frame : pandas.DataFrame
        From `simulate_merchants` with the same trade.
    with_portrait : bool
        Whether the portrait is seen, of those whom it covers.

    Returns
    -------
    numpy.ndarray, shape (merchants,)
    """
    a, b = _intercept(trade), trade.steepness
    precise = trade.books / (1 - trade.books)
    weight: float | np.ndarray = 1 + precise
    total = precise * frame["books_score"].to_numpy()
    if with_portrait and trade.portrait < 1:
        more = trade.portrait / (1 - trade.portrait) * frame["covered"].to_numpy()
        weight, total = weight + more, total + more * frame["portrait_score"].fillna(0).to_numpy()
    mean, variance = total / weight, np.asarray(1 / weight)
    if with_portrait and trade.portrait == 1:
        seen = frame["covered"].to_numpy()
        mean = np.where(seen, frame["portrait_score"], mean)
        variance = np.where(seen, 0.0, variance)
    return ndtr((a - b * mean) / np.sqrt(1 + b**2 * variance))


def _intercept(trade: Trade) -> float:
    """Return a of equation `portraits-risk`."""
    return NormalDist().inv_cdf(trade.failure) * math.sqrt(1 + trade.steepness**2)


def _observe(
    group: dict, told: float, quality: np.ndarray, noise: np.ndarray
) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """Return columns that together show the share `told` of the variance of quality.

    Each column has its part of the precision told / (1 - told); their best summary is quality
    plus noise of that precision (missing information: pure noise).
    """
    parts = np.array([part for part, _, _ in group.values()])
    if told == 1:
        scores, summary = np.tile(quality, (len(group), 1)), quality
    else:
        precision = parts * told / (1 - told)
        share = precision / (1 + precision)
        scores = np.sqrt(share)[:, None] * quality + np.sqrt(1 - share)[:, None] * noise
        # An observation z with share r is sqrt(r) times quality plus noise of precision r/(1-r).
        estimates = quality + noise / np.sqrt(np.where(precision > 0, precision, np.inf))[:, None]
        summary = parts @ estimates if told > 0 else parts @ noise
    shown = {
        name: shape(z if good else -z)
        for (name, (_, good, shape)), z in zip(group.items(), scores, strict=True)
    }
    return shown, summary

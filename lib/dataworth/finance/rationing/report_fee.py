"""Who pays for a report on itself, and what silence then says.

Paper `finance`, section 3.2, Figure 4: suppliers authorise the provider "and pay to obtain" a
report, and lenders use the portrait. So a merchant chooses. It knows its own quality; factors
know only what the report shows, and that someone who shows none chose not to. Money in yuan,
rates and shares as fractions.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from dataworth.errors import InputError
from dataworth.finance.receivables.factoring import quote
from dataworth.finance.receivables.merchants import Trade, true_risk


@dataclass(frozen=True)
class ReportMarket:
    """What merchants with average books gain at one size of receivable, by quality.

    Attributes
    ----------
    rank : numpy.ndarray, shape (kinds,)
        Rank of quality among merchants with these books: 0 worst, 1 best.
    before : float
        Gain of everyone when there is no report, yuan.
    bought : numpy.ndarray, shape (kinds,)
        Expected gain with the report, less its fee, given who else buys it.
    silent : float
        Gain of who shows no report; missing if everybody shows one.
    buyers : float
        Share of merchants that buy: the best ones.
    nobody : bool
        Whether it could also be that nobody buys: a lone buyer, read like anyone else but for
        what its report shows, would not recover the fee.
    """

    rank: np.ndarray
    before: float
    bought: np.ndarray
    silent: float
    buyers: float
    nobody: bool

    @property
    def change(self) -> np.ndarray:
        """What the report changes for each kind, yuan: below 0 for who is worse off."""
        chosen = np.where(self.rank > 1 - self.buyers, self.bought, self.silent)
        return chosen - self.before


def sell_reports(
    trade: Trade, face: float, fee: float, *, kinds: int = 161, noises: int = 41
) -> ReportMarket:
    r"""Find who buys the report when everybody expects everybody else to choose well.

    The best buy, so an equilibrium is a threshold :math:`q^*`. The merchant there gains as
    much with the report as in silence, equation `receivables-threshold`:

    .. math:: E\bigl[g(\hat p(z, q \ge q^*)) \mid q^*\bigr] - F = g(\hat p(q < q^*))

    where :math:`g` is the gain of a merchant that is quoted :math:`\hat p`. Of several
    thresholds the one with most buyers is returned. A reader of silence when all buy thinks the
    worst.

    Parameters
    ----------
    trade : Trade
    face : float
        Receivable, yuan.
    fee : float
        Price of the report, yuan.
    kinds, noises : int
        Equally likely qualities and errors of the portrait that stand for all.

    Raises
    ------
    InputError
        The fee is negative or there are fewer than three kinds.
    """
    if fee < 0 or kinds < 3:
        raise InputError(f"fee, kinds: expected at least 0 and 3, found {fee} and {kinds}")
    deviation = (1 - trade.books) ** 0.5  # of quality among merchants with average books
    quality = deviation * _middles(kinds)
    risk, rank = true_risk(trade, quality), (np.arange(kinds) + 0.5) / kinds
    with_report = _gain_with_report(trade, face, quality, risk, noises)
    marginal = np.diagonal(with_report) - fee  # kind k when k and better ones buy
    pools = np.cumsum(risk) / np.arange(1, kinds + 1)  # mean risk of the worst k kinds
    silent = np.concatenate([_gain(trade, face, risk[:1]), _gain(trade, face, pools[:-1])])
    enough = np.flatnonzero(marginal > silent + 1e-12)
    before = float(_gain(trade, face, pools[-1:])[0])
    nobody = bool((with_report[:, 0] - fee <= before + 1e-12).all())
    if len(enough) == 0:
        return ReportMarket(rank, before, np.full(kinds, np.nan), before, 0.0, nobody)
    first = int(enough[0])
    bought = with_report[:, first] - fee
    left = float(silent[first]) if first else float("nan")
    return ReportMarket(rank, before, bought, left, 1 - first / kinds, nobody)


def fee_that_pays(trade: Trade, face: float, risk: float, stated: float) -> float:
    """Return the most that a report is worth to a merchant which it makes known, in yuan.

    Parameters
    ----------
    trade : Trade
    face : float
        Yuan.
    risk : float
        The merchant's own risk: what a perfect portrait would show.
    stated : float
        The risk that factors reckon with otherwise.
    """
    known, unknown = _gain(trade, face, [risk, stated])
    return float(known - unknown)


def smallest_face_worth_a_fee(trade: Trade, risk: float, stated: float, fee: float) -> float:
    """Find the smallest receivable for which a perfect report repays its fee, in yuan.

    Infinite where it never does below a hundred million yuan.
    """
    low, high = 1.0, 1e8
    if fee_that_pays(trade, high, risk, stated) < fee:
        return float("inf")
    for _ in range(80):
        middle = (low * high) ** 0.5
        if fee_that_pays(trade, middle, risk, stated) >= fee:
            high = middle
        else:
            low = middle
    return high


def _gain(trade: Trade, face: float, stated: np.ndarray | list[float]) -> np.ndarray:
    """Return what cash now is worth above its cost, for merchants quoted these risks."""
    stated = np.asarray(stated, dtype=float)
    answer = quote(trade, np.full(stated.size, face), stated.ravel())
    gain = answer["advance"] * (1 + trade.reservation * trade.term) - face
    return np.where(answer["financed"], gain, 0.0).reshape(stated.shape)


def _gain_with_report(
    trade: Trade, face: float, quality: np.ndarray, risk: np.ndarray, noises: int
) -> np.ndarray:
    """Return the expected gain of each kind (rows) when the kinds from k on buy (columns)."""
    kinds = len(quality)
    if trade.portrait == 1:
        return np.tile(_gain(trade, face, risk)[:, None], (1, kinds))
    if trade.portrait == 0:  # it shows only that one bought it
        mean = np.cumsum(risk[::-1])[::-1] / np.arange(kinds, 0, -1)
        return np.tile(_gain(trade, face, mean), (kinds, 1))
    precision = trade.portrait / (1 - trade.portrait)
    seen = quality[:, None] + _middles(noises) / precision**0.5  # shape (kinds, noises)
    gap = seen[:, :, None] - quality
    # Subtracting the best fit keeps the exponentials of a precise portrait above zero.
    log = -0.5 * precision * gap**2
    likelihood = np.exp(log - log.max(axis=2, keepdims=True))
    below = np.cumsum((likelihood * risk)[..., ::-1], axis=2)[..., ::-1]
    above = np.cumsum(likelihood[..., ::-1], axis=2)[..., ::-1]
    stated = np.where(above > 1e-300, below / np.maximum(above, 1e-300), risk)
    return _gain(trade, face, stated).mean(axis=1)


def _middles(count: int) -> np.ndarray:
    """Return the midpoints of `count` equally likely parts of a standard normal."""
    return np.array([NormalDist().inv_cdf((i + 0.5) / count) for i in range(count)])


def average_stated_risk(trade: Trade) -> float:
    """Return the risk that factors reckon with for a merchant with average books."""
    return float(true_risk(trade, (1 - trade.books) ** 0.5 * _middles(2001)).mean())

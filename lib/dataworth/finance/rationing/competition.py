r"""Two lenders that know different things, and the winner's curse.

Paper `finance`, section 2.1, after Broecker (1990) and He, Huang and Zhou (2023). Two
lenders bid for the same firm. Each has a test that exposes a weak firm with probability
:math:`x` (its precision; 0 worthless, 1 perfect) and never exposes a sound one: a `Signal`
whose noise is ``(1, 0)``. Neither sees the other's test. A lender whose test exposes the
firm does not bid.

Per yuan lent at the promised :math:`R`, a sound firm yields the gain :math:`g(R)` and a weak
one the loss :math:`h(R)`, each times its share. With tests :math:`x_s \ge x_w`, equations named
as in chapter finance/rationing:

* `competition-lowest`: the lowest bid, :math:`g(\underline R) = h(\underline R)(1 - x_w)`, is
  the break-even of the worse informed lender if it were alone.
* `competition-better`: the better informed lender bids above R with probability
  :math:`1 - F_s(R) = h (1 - x_w) x_s / (g - h (1 - x_w)(1 - x_s))`, and what is left of it
  at the highest rate :math:`\bar R` that sound firms pay.
* `competition-worse`: the other bids above R, or not at all, with probability
  :math:`1 - F_w(R) = (\pi + h (1 - x_s) x_w) / (g - h (1 - x_w)(1 - x_s))`.
* `competition-profit`: per yuan asked for they earn :math:`\pi = h(\underline R)(x_s - x_w)` and
  nothing.

Money is in yuan; rates, shares and profits per yuan are fractions.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from dataworth.errors import InputError
from dataworth.finance.rationing.market import (
    SOUND,
    WEAK,
    Market,
    Signal,
    cost_per_yuan,
    drop_out,
    likelihood,
    price,
)

BIDS = 4001  # points of the bid distributions


@dataclass(frozen=True)
class Contest:
    """The equilibrium of two lenders that bid for one firm.

    Attributes
    ----------
    better, worse : float
        Precision of the two tests.
    rates : numpy.ndarray, shape (N,)
        From the lowest bid to the highest rate that sound firms pay.
    better_above, worse_above : numpy.ndarray, shape (N,)
        Probability that a lender whose test found nothing bids above each rate; for the
        worse informed one this includes not bidding. At the last rate: the mass of bids at
        that rate, and the probability of no bid.
    profit : float
        Of the better informed lender, per yuan asked for; the other's is zero.
    lends : bool
        Whether anybody lends.
    """

    better: float
    worse: float
    rates: np.ndarray
    better_above: np.ndarray
    worse_above: np.ndarray
    profit: float
    lends: bool = True

    @property
    def sound_rate(self) -> float:
        """Mean rate that a sound firm pays; missing when there is no lending."""
        beaten = np.trapezoid(self.better_above * self.worse_above, self.rates)
        return float(self.rates[0] + beaten) if self.lends else math.nan

    @property
    def weak_funded(self) -> float:
        """Share of weak firms that get a loan."""
        bids = 1 - self.worse_above[-1]
        return float(1 - self.better + self.better * (1 - self.worse) * bids) * self.lends

    @property
    def worse_wins(self) -> float:
        """Share of sound firms that borrow from the worse informed lender."""
        middle = (self.better_above[1:] + self.better_above[:-1]) / 2
        return float(-(middle * np.diff(self.worse_above)).sum())


@dataclass(frozen=True)
class Skimming:
    """What is left for a lender without data when another lender picks the best.

    Attributes
    ----------
    sound_share : float
        Share of sound firms among those that are left.
    rate : float
        What the firms that are left pay: missing when they get no credit, and above the
        limit of sound firms when only weak ones take it.
    picked_rate : float
        The most that the lender with data can ask from those it picks.
    fair_rate : float
        What those would pay if lenders with the same data competed.
    blind_rate : float
        What everyone would pay without any data.
    """

    sound_share: float
    rate: float
    picked_rate: float
    fair_rate: float
    blind_rate: float


def contest(market: Market, first: float, second: float, loan: float = math.inf) -> Contest:
    """Find the equilibrium bids for one loan (`competition-lowest` to `competition-profit`).

    Parameters
    ----------
    market : Market
        Two kinds, sound first; weak firms pay the higher rates and are not worth lending to
        at any rate that sound firms pay.
    first, second : float
        Precision of the two tests, in any order.
    loan : float
        Yuan.

    Raises
    ------
    InputError
        A precision is no share, or the market is not of this kind.
    """
    for name, value in (("first", first), ("second", second)):
        if not 0 <= value <= 1:
            raise InputError(f"{name}: expected a precision between 0 and 1, found {value}")
    gain, loss = gain_and_loss(market, loan)
    top, worse, better = 1 + drop_out(market)[SOUND], *sorted((first, second))
    if gain(top) < loss(top) * (1 - worse):  # no rival can break even: the better asks the most
        profit, ones = float(gain(top) - loss(top) * (1 - better)), np.ones(2)
        return Contest(better, worse, top * ones - 1, ones, ones, max(profit, 0.0), profit >= 0)
    net = [gain(r) - loss(r) * (1 - worse) for r in (1.0, top)]  # linear in R
    lowest = 1 - net[0] * (top - 1) / (net[1] - net[0])
    # Bids crowd at the lowest rate when the tests are poor: put the points there.
    bids = lowest + (top - lowest) * np.linspace(0, 1, BIDS) ** 3
    profit = float(loss(lowest) * (better - worse))
    passed = gain(bids) - loss(bids) * (1 - worse) * (1 - better)
    better_above = _ratio(loss(bids) * (1 - worse) * better, passed)
    worse_above = _ratio(profit + loss(bids) * (1 - better) * worse, passed)
    return Contest(better, worse, bids - 1, better_above, worse_above, profit)


def gain_and_loss(market: Market, loan: float) -> tuple[Callable, Callable]:
    """Return g and h as functions of the promised R, after checking the market."""
    if len(market.share) != 2:
        raise InputError(f"market: expected two kinds, sound first, found {len(market.share)}")
    limits, cost = drop_out(market), float(cost_per_yuan(market, loan))
    kept = market.recovery * market.collateral

    def earned(kind: int, promised: np.ndarray) -> np.ndarray:
        p = market.success[kind]
        return market.share[kind] * (p * promised + (1 - p) * kept - cost)

    if limits[WEAK] < limits[SOUND]:
        raise InputError("market: expected weak firms to pay the higher rates; they leave first")
    if earned(WEAK, 1 + limits[SOUND]) >= 0:
        raise InputError("market: expected weak firms not worth lending to at sound firms' rates")
    return lambda promised: earned(SOUND, promised), lambda promised: -earned(WEAK, promised)


def curse(market: Market, bids: Contest) -> tuple[float, float]:
    """Return what winning tells the worse informed lender: two probabilities of a sound firm.

    The first given its own test alone, the second given that it also won (missing when it
    never wins).
    """
    q, wins = market.share[SOUND], bids.worse_wins
    passed = (1 - q) * (1 - bids.worse)
    exposed = bids.better * (1 - bids.worse_above[-1]) + (1 - bids.better) * wins
    won = q * wins + passed * exposed
    return q / (q + passed), float(q * wins / won) if won > 1e-12 else math.nan


def skim(market: Market, signal: Signal, loan: float = math.inf) -> Skimming:
    """Let one lender pick the covered firms with a sound signal; see what is left.

    The other lenders have no data and cannot tell a firm that was turned down from one
    that no data cover. The lender with data need only ask a little less than they do.

    Parameters
    ----------
    market : Market
        Two kinds, sound first.
    signal : Signal
    loan : float
        Yuan.
    """
    weight = np.array(market.share) * likelihood(market, signal)
    left, picked = weight[WEAK] + weight[-1], weight[SOUND]
    rest, fair, blind = price(market, np.vstack([left, picked, market.share]), [loan]).rate[:, 0]
    with np.errstate(invalid="ignore"):
        sound_share = float(left[SOUND] / left.sum())
    ceiling = float(np.fmin(rest, drop_out(market)[SOUND]))
    return Skimming(sound_share, float(rest), ceiling, float(fair), float(blind))


def _ratio(above: np.ndarray, below: np.ndarray) -> np.ndarray:
    """Divide; 0/0 is the lowest bid of two perfect tests, where nobody bids higher."""
    ratio = np.divide(above, below, out=np.zeros_like(below), where=np.abs(below) > 1e-14)
    return np.clip(ratio, 0, 1)

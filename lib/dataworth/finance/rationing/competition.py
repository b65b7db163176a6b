r"""Two lenders that know different things, and the winner's curse.

Paper `finance`, section 2.1, after Broecker (1990) and He, Huang and Zhou (2023). Two
lenders bid for the same firm. Each has a test that exposes a weak firm with probability
:math:`x` (its precision; 0 worthless, 1 perfect) and never exposes a sound one: a `Signal`
whose noise is ``(1, 0)``. Neither sees the other's test. A lender whose test exposes the
firm does not bid.

Per yuan lent at the promised :math:`R`, a sound firm yields the gain :math:`g(R)` and a weak
one the loss :math:`h(R)`, each times its share. With tests :math:`x_s \ge x_w`, equations
numbered as in the chapter `finance/rationing`:

8. Lowest bid :math:`\underline R`: :math:`g(\underline R) = h(\underline R)(1 - x_w)`, the
   break-even of the worse informed lender if it were alone.
9. The better informed lender bids above R with probability
   :math:`1 - F_s(R) = h (1 - x_w) x_s / (g - h (1 - x_w)(1 - x_s))`, and what is left of it
   at the highest rate :math:`\bar R` that sound firms pay.
10. The other bids above R, or not at all, with probability
    :math:`1 - F_w(R) = (\pi + h (1 - x_s) x_w) / (g - h (1 - x_w)(1 - x_s))`.
11. Profits per yuan asked for: :math:`\pi = h(\underline R)(x_s - x_w)` and zero.

Money is in yuan; rates, shares and profits per yuan are fractions.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

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

STEPS = 4001  # points of the bid distributions


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
    sound_rate : float
        Mean rate that a sound firm pays; missing when there is no lending.
    weak_funded : float
        Share of weak firms that get a loan.
    worse_wins : float
        Share of sound firms that borrow from the worse informed lender.
    """

    better: float
    worse: float
    rates: np.ndarray
    better_above: np.ndarray
    worse_above: np.ndarray
    profit: float
    sound_rate: float
    weak_funded: float
    worse_wins: float


@dataclass(frozen=True)
class Curse:
    """What winning tells the worse informed lender.

    Attributes
    ----------
    before : float
        Probability that the firm is sound, given its own test.
    after : float
        The same, given that it also won; missing when it never wins.
    """

    before: float
    after: float


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
    """Find the equilibrium bids for one loan (equations 8 to 11).

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
    gain, loss = _gain_and_loss(market, loan)
    better, worse = max(first, second), min(first, second)
    top = 1 + drop_out(market)[SOUND]
    if gain(top) < loss(top) * (1 - worse):
        return _alone(better, worse, top, gain, loss)
    # Equation 8 is linear in R: solve it from its values at two points.
    net = np.array([gain(r) - loss(r) * (1 - worse) for r in (1.0, top)])
    lowest = 1.0 - net[0] * (top - 1.0) / (net[1] - net[0])
    # Bids crowd at the lowest rate when the tests are poor: put the points there.
    rates = lowest + (top - lowest) * np.linspace(0, 1, STEPS) ** 3
    profit = loss(lowest) * (better - worse)
    spoilt = gain(rates) - loss(rates) * (1 - worse) * (1 - better)
    better_above = _ratio(loss(rates) * (1 - worse) * better, spoilt)
    worse_above = _ratio(profit + loss(rates) * (1 - better) * worse, spoilt)
    beaten = np.trapezoid(better_above * worse_above, rates)
    return Contest(
        better=better,
        worse=worse,
        rates=rates - 1,
        better_above=better_above,
        worse_above=worse_above,
        profit=float(profit),
        sound_rate=float(lowest + beaten - 1),
        weak_funded=float(1 - better + better * (1 - worse) * (1 - worse_above[-1])),
        worse_wins=float(_stieltjes(better_above, worse_above)),
    )


def curse(market: Market, found: Contest) -> Curse:
    """Compare what the worse informed lender expects with what it wins."""
    q = market.share[SOUND]
    passed = (1 - q) * (1 - found.worse)
    bids = 1 - found.worse_above[-1]
    exposed = found.better * bids + (1 - found.better) * found.worse_wins
    won = q * found.worse_wins + passed * exposed
    after = q * found.worse_wins / won if won > 1e-12 else math.nan
    return Curse(before=q / (q + passed), after=float(after))


def draw_bids(found: Contest, draws: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    """Turn uniform draws into bids of lenders whose tests found nothing.

    Parameters
    ----------
    found : Contest
    draws : array_like, shape (2, N)
        Between 0 and 1; one row a lender, the better informed first.

    Returns
    -------
    tuple of numpy.ndarray, shape (N,) each
        Rates; infinite where the worse informed lender does not bid.
    """
    draws = np.asarray(draws, float)
    bids = []
    for above, draw in zip((found.better_above, found.worse_above), draws, strict=True):
        bids.append(np.interp(draw, 1 - above, found.rates))
    silent = draws[1] > 1 - found.worse_above[-1]
    return bids[0], np.where(silent, np.inf, bids[1])


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
    pools = price(market, np.vstack([left, picked, market.share]), [loan]).rate[:, 0]
    with np.errstate(invalid="ignore"):
        sound_share = float(left[SOUND] / left.sum())
    ceiling = float(drop_out(market)[SOUND])
    rest = float(pools[0])
    return Skimming(
        sound_share=sound_share,
        rate=rest,
        picked_rate=ceiling if math.isnan(rest) else min(rest, ceiling),
        fair_rate=float(pools[1]),
        blind_rate=float(pools[2]),
    )


def skimming_breadth(market: Market, signal: Signal, share: float) -> float:
    """Give the breadth at which too few sound firms are left.

    Parameters
    ----------
    market : Market
    signal : Signal
        Its breadth is ignored.
    share : float
        Share of sound firms that a pool needs (`thresholds.needed_share`).

    Returns
    -------
    float
        0 when the pool has too few even before; above 1 when never.
    """
    seen = Signal(signal.precision, 1.0, signal.noise)
    says_sound = likelihood(market, seen)[SOUND]
    # What leaves is says_sound times breadth of each kind; solve left share = `share`.
    q = np.array(market.share)
    keep = (1 - share) * q[SOUND] - share * q[WEAK]
    leave = (1 - share) * q[SOUND] * says_sound[SOUND] - share * q[WEAK] * says_sound[WEAK]
    if keep <= 0:
        return 0.0
    return float(keep / leave) if leave > 0 else math.inf


# --- small helpers -------------------------------------------------------------------------


def _gain_and_loss(market: Market, loan: float):
    """Give g and h as functions of the promised R, after checking the market."""
    if len(market.share) != 2:
        raise InputError(f"market: expected two kinds, sound first, found {len(market.share)}")
    limits, cost = drop_out(market), float(cost_per_yuan(market, loan))
    kept = market.recovery * market.collateral
    (q, _), (p, w) = market.share, market.success

    def gain(promised):
        return q * (p * promised + (1 - p) * kept - cost)

    def loss(promised):
        return (1 - q) * (cost - w * promised - (1 - w) * kept)

    top = 1 + limits[SOUND]
    if limits[WEAK] < limits[SOUND]:
        raise InputError("market: expected weak firms to pay the higher rates; they leave first")
    if loss(top) <= 0:
        raise InputError("market: expected weak firms not worth lending to at sound firms' rates")
    return gain, loss


def _alone(better: float, worse: float, top: float, gain, loss) -> Contest:
    """Without a rival that can break even, the better informed lender asks the most."""
    profit = float(gain(top) - loss(top) * (1 - better))
    lends = profit >= 0
    return Contest(
        better=better,
        worse=worse,
        rates=np.array([top, top]) - 1,
        better_above=np.ones(2),
        worse_above=np.ones(2),
        profit=profit if lends else 0.0,
        sound_rate=float(top - 1) if lends else math.nan,
        weak_funded=float(1 - better) if lends else 0.0,
        worse_wins=0.0,
    )


def _ratio(above: np.ndarray, below: np.ndarray) -> np.ndarray:
    """Divide; 0/0 is the lowest bid of two perfect tests, where nobody bids higher."""
    ratio = np.divide(above, below, out=np.zeros_like(below), where=np.abs(below) > 1e-14)
    return np.clip(ratio, 0, 1)


def _stieltjes(better_above: np.ndarray, worse_above: np.ndarray) -> float:
    """Give the probability that the worse informed bid is the lower of two."""
    middle = (better_above[1:] + better_above[:-1]) / 2
    return (middle * (worse_above[:-1] - worse_above[1:])).sum()

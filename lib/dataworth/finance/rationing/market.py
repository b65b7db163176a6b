r"""One lender market under asymmetric information, with a signal of chosen precision.

Paper `finance`, section 2.1, after Stiglitz and Weiss (1981). A firm of kind :math:`k`
needs a loan and succeeds with probability :math:`p_k`; its project yields :math:`m_k` yuan
on average per yuan lent, so :math:`m_k / p_k` on success and nothing otherwise. It puts up
collateral :math:`c`, of which a lender recovers the share :math:`\lambda`, and gives up
:math:`u` by applying. All of these are per yuan lent. :math:`R = 1 + r` is what it promises.

Equations, named as in the chapter finance/rationing:

* `rationing-apply`: the firm applies while
  :math:`R \le \bar R_k = (m_k - u - (1 - p_k) c) / p_k`.
* `rationing-return`: a loan to a pool with mean success :math:`\bar p` returns
  :math:`\bar p R + (1 - \bar p) \lambda c`.
* `rationing-cost`: it costs :math:`z = 1 + f + \kappa / L`, funds and handling spread over the
  loan.
* `rationing-signal`: the signal tells the truth with probability :math:`\rho` and noise
  :math:`\nu` otherwise.
* `rationing-break-even`: :math:`R = (z - (1 - \bar p) \lambda c) / \bar p`.
* `rationing-smallest`: :math:`L_{\min} = \kappa / (\text{best return} - 1 - f)`.

Money is in yuan; rates, shares and everything "per yuan lent" are fractions.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from dataworth.errors import InputError
from dataworth.finance import FUNDING_RATE

SOUND, WEAK = 0, 1  # the two kinds of the default market


@dataclass(frozen=True)
class Market:
    """Firms that want credit, and what credit costs. Values are illustrative.

    Attributes
    ----------
    share : tuple of float, length K
        Share of each kind of firm; sums to one.
    success : tuple of float, length K
        Probability that the project succeeds.
    output : tuple of float, length K
        Expected output per yuan lent; equal values are mean-preserving spreads.
    outside : float
        What a firm gives up by applying, per yuan lent.
    funding_rate : float
        A year's cost of the lender's funds.
    loan_cost : float
        Cost of handling one loan, yuan.
    collateral : float
        Worth of the collateral to the firm, per yuan lent.
    recovery : float
        Share of that worth which the lender recovers.
    loan_median, loan_spread : float
        Median loan in yuan, and standard deviation of its logarithm.
    """

    share: tuple[float, ...] = (0.8, 0.2)
    success: tuple[float, ...] = (0.98, 0.80)
    output: tuple[float, ...] = (1.15, 1.01)
    outside: float = 0.03
    funding_rate: float = FUNDING_RATE
    loan_cost: float = 5_000.0
    collateral: float = 0.0
    recovery: float = 0.6
    loan_median: float = 100_000.0
    loan_spread: float = 1.2

    def __post_init__(self) -> None:
        kinds = len(self.share)
        if not kinds == len(self.success) == len(self.output):
            raise InputError("market: expected share, success and output of one length")
        if abs(sum(self.share) - 1) > 1e-9 or min(self.share) < 0:
            raise InputError(f"market.share: expected shares that sum to 1, found {self.share}")
        if not all(0 < p <= 1 for p in self.success):
            raise InputError(f"market.success: expected above 0 up to 1, found {self.success}")
        for name in ("collateral", "recovery"):
            if not 0 <= getattr(self, name) <= 1:
                found = getattr(self, name)
                raise InputError(f"market.{name}: expected between 0 and 1, found {found}")
        for name in ("loan_cost", "loan_spread", "outside"):
            if getattr(self, name) < 0:
                raise InputError(f"market.{name}: expected no less than 0")
        if self.loan_median <= 0 or self.funding_rate <= -1:
            raise InputError("market: expected a positive loan_median, a funding_rate above -1")


@dataclass(frozen=True)
class Signal:
    """What a lender learns about a firm (equation `rationing-signal`).

    Attributes
    ----------
    precision : float
        Probability that the signal tells the firm's kind: 0 worthless, 1 perfect.
    breadth : float
        Share of firms that the signal covers, whatever their kind.
    noise : tuple of float, length K, optional
        What the signal says when it does not tell the truth. By default each kind as often
        as it exists; ``(1, 0)`` never calls a sound firm weak.
    """

    precision: float
    breadth: float = 1.0
    noise: tuple[float, ...] | None = None

    def __post_init__(self) -> None:
        for name in ("precision", "breadth"):
            if not 0 <= getattr(self, name) <= 1:
                found = getattr(self, name)
                raise InputError(f"signal.{name}: expected between 0 and 1, found {found}")
        if self.noise is not None and (abs(sum(self.noise) - 1) > 1e-9 or min(self.noise) < 0):
            raise InputError(f"signal.noise: expected shares that sum to 1, found {self.noise}")


@dataclass(frozen=True)
class Offers:
    """What lenders offer to each group of firms that look alike.

    Attributes
    ----------
    rate : numpy.ndarray, shape (K + 1, N)
        Lowest rate at which a loan does not lose money, by signal (last: not covered) and
        loan; missing where there is none.
    accepted : numpy.ndarray of bool, shape (K + 1, K, N)
        Whether a firm of that signal and kind takes the loan.
    """

    rate: np.ndarray
    accepted: np.ndarray


def drop_out(market: Market) -> np.ndarray:
    """Return the highest rate that each kind pays (`rationing-apply`), shape (K,)."""
    p, m = np.array(market.success), np.array(market.output)
    return (m - market.outside - (1 - p) * market.collateral) / p - 1


def cost_per_yuan(market: Market, loan: ArrayLike) -> np.ndarray:
    """Return funds and handling per yuan lent (`rationing-cost`); `loan` in yuan, or infinite."""
    return 1 + market.funding_rate + market.loan_cost / np.asarray(loan, float)


def likelihood(market: Market, signal: Signal) -> np.ndarray:
    """Return the probability of each signal for each kind (`rationing-signal`).

    Returns
    -------
    numpy.ndarray, shape (K + 1, K)
        Row g < K: the signal says kind g. Last row: not covered. Columns sum to one.
    """
    kinds = len(market.share)
    noise = np.array(market.share if signal.noise is None else signal.noise)
    if len(noise) != kinds:
        raise InputError(f"signal.noise: expected {kinds} shares, found {len(noise)}")
    says = signal.precision * np.eye(kinds) + (1 - signal.precision) * noise[:, None]
    return np.vstack([signal.breadth * says, np.full(kinds, 1 - signal.breadth)])


def pool_return(market: Market, rates: ArrayLike, share: ArrayLike | None = None) -> np.ndarray:
    """Return what a yuan lent to those who apply at each rate brings (`rationing-return`).

    Parameters
    ----------
    market : Market
    rates : array_like, shape (N,)
    share : array_like, shape (K,), optional
        Composition of the pool; the market's if omitted.

    Returns
    -------
    numpy.ndarray, shape (N,)
        Before funding and handling; missing where nobody applies.
    """
    share = np.array(market.share if share is None else share, float)
    p, rates = np.array(market.success), np.atleast_1d(np.asarray(rates, float))
    applies = rates[:, None] <= drop_out(market) + 1e-12
    weight = share * applies
    returns = p * (1 + rates[:, None]) + (1 - p) * market.recovery * market.collateral
    with np.errstate(invalid="ignore"):
        return (weight * returns).sum(axis=1) / weight.sum(axis=1)


def best_rate(market: Market, share: ArrayLike | None = None) -> tuple[float, float]:
    """Return the rate with the highest return per yuan lent, and that return.

    The return rises with the rate until a kind drops out. So the best rate is one of the
    drop-out rates, or just above one when collateral drives a worse kind away first.
    """
    steps = np.unique(drop_out(market))
    rates = np.concatenate([steps, np.nextafter(steps[:-1] + 2e-12, np.inf)])
    returns = np.nan_to_num(pool_return(market, rates, share), nan=-np.inf)
    best = int(np.argmax(returns))
    return float(rates[best]), float(returns[best])


def offers(market: Market, signal: Signal, loans: ArrayLike, *, voluntary: bool = False) -> Offers:
    """Price every loan for every group of firms that look alike (`rationing-break-even`).

    Competing lenders undercut each other down to the lowest rate that does not lose money,
    given who still applies at that rate. Where none exists the group gets no credit.

    Parameters
    ----------
    market : Market
    signal : Signal
    loans : array_like, shape (N,)
        Yuan.
    voluntary : bool
        Firms show the signal only when it is the best one. Lenders then cannot tell a firm
        that hides a poor signal from one that no data cover.

    Raises
    ------
    InputError
        The noise of the signal does not fit the kinds of the market.
    """
    weight = np.array(market.share) * likelihood(market, signal)
    if voluntary:
        weight[1:] = weight[1:].sum(axis=0)
    return price(market, weight, loans)


def price(market: Market, weight: ArrayLike, loans: ArrayLike) -> Offers:
    """Price every loan for pools of given composition.

    Parameters
    ----------
    market : Market
    weight : array_like, shape (G, K)
        Mass of each kind in each pool.
    loans : array_like, shape (N,)
    """
    weight, p = np.asarray(weight, float), np.array(market.success)
    cost = cost_per_yuan(market, np.atleast_1d(loans))
    limits, order = drop_out(market), np.argsort(drop_out(market), kind="stable")
    seized = (1 - p) * market.recovery * market.collateral
    rate = np.full((len(weight), len(cost)), np.nan)
    accepted = np.zeros((len(weight), len(p), len(cost)), bool)
    floor = -np.inf
    for first, kind in enumerate(order):
        stay = np.isin(np.arange(len(p)), order[first:])  # who still applies above `floor`
        mass, paid = weight @ stay, weight @ (stay * p)
        with np.errstate(invalid="ignore", divide="ignore"):
            zero = (cost * mass[:, None] - (weight @ (stay * seized))[:, None]) / paid[:, None] - 1
            zero = np.maximum(zero, floor)
            agreed = np.isnan(rate) & (zero <= limits[kind] + 1e-12)
        rate = np.where(agreed, zero, rate)
        accepted |= agreed[:, None, :] & stay[None, :, None]
        floor = limits[kind]
    return Offers(rate, accepted)


def creditworthy(market: Market, loans: ArrayLike) -> np.ndarray:
    """Return which loans would be made if everyone knew every firm's kind.

    A project must cover funds, handling, what the firm gives up and what is lost when
    collateral changes hands.

    Returns
    -------
    numpy.ndarray of bool, shape (K, N)
    """
    return surplus(market, np.atleast_1d(loans)) >= -1e-12


def surplus(market: Market, loans: ArrayLike) -> np.ndarray:
    """Return what a loan adds for firm and lender together, per yuan lent, shape (K, N)."""
    p, m = np.array(market.success), np.array(market.output)
    wasted = (1 - p) * (1 - market.recovery) * market.collateral
    return (m - market.outside - wasted)[:, None] - cost_per_yuan(market, np.atleast_1d(loans))


def smallest_loan(market: Market, share: ArrayLike | None = None) -> float:
    """Return the smallest loan worth making to a pool (`rationing-smallest`), in yuan.

    Returns
    -------
    float
        Infinite when no loan of any size covers its funds.
    """
    margin = best_rate(market, share)[1] - 1 - market.funding_rate
    return market.loan_cost / margin if margin > 0 else float("inf")


def composition(market: Market, signal: Signal) -> np.ndarray:
    """Return the shares of the kinds behind each signal, shape (K + 1, K); rows sum to one."""
    weight = np.array(market.share) * likelihood(market, signal)
    with np.errstate(invalid="ignore"):
        return weight / weight.sum(axis=1, keepdims=True)

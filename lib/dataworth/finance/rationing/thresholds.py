r"""Where lending to two kinds of firms changes its character: closed forms.

Paper `finance`, section 2.1. Notation and names of equations as in `market`. All functions
expect a market of two kinds, sound first, in which weak firms would still pay a rate that drives
sound ones away; otherwise collateral sorts them and no signal is needed.
"""

from __future__ import annotations

import math

from dataworth.errors import InputError
from dataworth.finance.rationing.market import SOUND, WEAK, Market, cost_per_yuan, drop_out


def weak_output_for_rationing(market: Market) -> float:
    """Return the output of weak projects below which lenders do not raise the rate.

    Above it, lending to weak firms alone at the highest rate that they pay returns more
    than lending to all, so raising the rate pays. With equal outputs it always does
    (Arnold and Riley 2009).
    """
    _two_kinds(market)
    p_weak, pooled = market.success[WEAK], _pool_at_limit(market)
    kept = (1 - p_weak) * market.collateral
    # `rationing-return` for the weak alone at their limit: m - u - (1 - p) c + (1 - p) recovered
    return pooled + market.outside + kept * (1 - market.recovery)


def needed_share(market: Market, loan: float = math.inf) -> float:
    """Return the share of sound firms that a pool needs, so that these get credit.

    Returns
    -------
    float
        Above 1 when even sound firms alone cannot carry a loan of this size.
    """
    _two_kinds(market)
    sound, weak = (_return_at_limit(market, kind) for kind in (SOUND, WEAK))
    return (float(cost_per_yuan(market, loan)) - weak) / (sound - weak)


def excluding_precision(market: Market, loan: float = math.inf) -> float:
    """Return the precision above which sound firms with a weak signal get no credit.

    Returns
    -------
    float
        0 when they get none at any precision.
    """
    share = needed_share(market, loan)
    if share <= 0:
        return 1.0
    if share >= 1:
        return 0.0
    odds = market.share[SOUND] / market.share[WEAK] / (share / (1 - share))
    return _precision(market.share[WEAK] * (odds - 1))


def precision_for_collateral(market: Market, collateral: float, loan: float = math.inf) -> float:
    """Return the precision that lowers the rate as much as collateral would.

    Equation `rationing-collateral`: a firm without collateral but with a sound signal of this
    precision pays what a firm without a signal pays that puts up `collateral` per yuan lent.

    Returns
    -------
    float
        Missing when no precision does as much.
    """
    _two_kinds(market)
    q, (p_sound, p_weak) = market.share[SOUND], market.success
    mean, cost = q * p_sound + (1 - q) * p_weak, float(cost_per_yuan(market, loan))
    promised = (cost - (1 - mean) * market.recovery * collateral) / mean
    share = (cost / promised - p_weak) / (p_sound - p_weak)
    return _precision_for_share(market, share)


def switching_rate(market: Market) -> float:
    """Return the rate above which a firm picks the weak project (`rationing-choice`)."""
    _two_kinds(market)
    gap = market.success[SOUND] - market.success[WEAK]
    return market.collateral + (market.output[SOUND] - market.output[WEAK]) / gap - 1


def weak_leave_last(market: Market) -> bool:
    """Return whether weak firms still pay a rate that drives sound ones away."""
    limits = drop_out(market)
    return bool(limits[WEAK] > limits[SOUND])


def rate_components(market: Market, loan: float) -> dict[str, float]:
    """Split what a sound firm without data pays into its causes (`rationing-break-even`).

    Returns
    -------
    dict of str to float
        funding; own_risk; asymmetry (for being taken for the average); handling. They sum
        to the break-even rate of the whole pool, whether or not firms would pay it.
    """
    mean = sum(q * p for q, p in zip(market.share, market.success, strict=True))
    sound, kept = market.success[SOUND], market.recovery * market.collateral
    cost = 1 + market.funding_rate

    def promised(p: float) -> float:
        return (cost - (1 - p) * kept) / p

    return {
        "funding": market.funding_rate,
        "own_risk": promised(sound) - cost,
        "asymmetry": promised(mean) - promised(sound),
        "handling": market.loan_cost / loan / mean,
    }


# --- small helpers -------------------------------------------------------------------------


def _return_at_limit(market: Market, kind: int) -> float:
    """Return what a kind returns at the highest rate that sound firms pay."""
    promised, p = 1 + drop_out(market)[SOUND], market.success[kind]
    return float(p * promised + (1 - p) * market.recovery * market.collateral)


def _pool_at_limit(market: Market) -> float:
    returns = (_return_at_limit(market, kind) for kind in (SOUND, WEAK))
    return sum(share * value for share, value in zip(market.share, returns, strict=True))


def _precision_for_share(market: Market, share: float) -> float:
    """Return the precision at which this share of firms with a sound signal is sound."""
    if share > 1 + 1e-12:
        return math.nan
    if share >= 1:
        return 1.0
    odds = share / (1 - share) * market.share[WEAK] / market.share[SOUND]
    return _precision(market.share[SOUND] * (odds - 1))


def _precision(odds: float) -> float:
    """Turn truth against noise, rho / (1 - rho), into rho; nothing needed gives 0."""
    return max(0.0, odds) / (1 + max(0.0, odds))


def _two_kinds(market: Market) -> None:
    if len(market.share) != 2:
        raise InputError(f"market: expected two kinds, sound first, found {len(market.share)}")
    if not market.success[SOUND] > market.success[WEAK]:
        raise InputError(f"market.success: expected sound above weak, found {market.success}")

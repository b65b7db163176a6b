"""A crowd of firms that ask for loans, and the account of every yuan.

Paper `finance`, section 2.1. Offers come from `market`; here they meet firms: drawn one
by one with a seed, or as expected values over the quantiles of loan sizes. Yuan; rates and
shares are fractions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from statistics import NormalDist

import numpy as np
import pandas as pd

from dataworth.errors import InputError
from dataworth.finance.rationing.market import (
    SOUND,
    Market,
    Signal,
    creditworthy,
    likelihood,
    offers,
    surplus,
)

NO_DATA = Signal(precision=0.0, breadth=0.0)
ALL_DATA = Signal(precision=1.0, breadth=1.0)


def simulate_firms(market: Market, signal: Signal, firms: int, *, seed: int) -> pd.DataFrame:
    """Draw firms and what the lender sees of them.

    With the same seed the same firms meet every signal: only what is seen changes.

    Parameters
    ----------
    market : Market
    signal : Signal
    firms : int
    seed : int

    Returns
    -------
    pandas.DataFrame, shape (firms, 5)
        kind, loan (yuan), covered, signal (a kind; K where not covered), success.

    Raises
    ------
    InputError
        There is no firm.
    """
    if firms < 1:
        raise InputError(f"firms: expected at least 1, found {firms}")
    generator = np.random.default_rng(seed)
    kinds = len(market.share)
    kind_draw, cover_draw, truth_draw, noise_draw, luck = generator.random((5, firms))
    loan = market.loan_median * np.exp(market.loan_spread * generator.standard_normal(firms))
    kind = _pick(market.share, kind_draw)
    noise = _pick(market.share if signal.noise is None else signal.noise, noise_draw)
    shown = np.where(truth_draw < signal.precision, kind, noise)
    covered = cover_draw < signal.breadth
    return pd.DataFrame(
        {
            "kind": kind,
            "loan": loan,
            "covered": covered,
            "signal": np.where(covered, shown, kinds),
            "success": luck < np.array(market.success)[kind],
        }
    )


def lend(market: Market, signal: Signal, firms: pd.DataFrame) -> pd.DataFrame:
    """Let competing lenders answer every firm, and settle the loans a year later.

    Parameters
    ----------
    market : Market
    signal : Signal
    firms : pandas.DataFrame
        As from `simulate_firms`.

    Returns
    -------
    pandas.DataFrame
        One row a firm: rate (missing where none is offered), served, creditworthy, and in yuan
        output, repaid, wasted (lost when collateral changes hands), lender_gain and
        firm_gain. In sum: output = funds with interest + handling + what firms give up +
        wasted + lender_gain + firm_gain, over the firms served.
    """
    loan, kind = firms["loan"].to_numpy(), firms["kind"].to_numpy()
    group, row = firms["signal"].to_numpy(), np.arange(len(firms))
    priced = offers(market, signal, loan)
    rate, served = priced.rate[group, row], priced.accepted[group, kind, row]
    won = served & firms["success"].to_numpy()
    lost = served & ~won
    lent, pledged = loan * served, loan * market.collateral * lost
    output = loan * won * (np.array(market.output) / np.array(market.success))[kind]
    promised = np.where(won, loan * (1 + np.nan_to_num(rate)), 0.0)
    repaid = promised + market.recovery * pledged
    return firms.assign(
        rate=rate,
        served=served,
        creditworthy=creditworthy(market, loan)[kind, row],
        output=output,
        repaid=repaid,
        wasted=(1 - market.recovery) * pledged,
        lender_gain=repaid - lent * (1 + market.funding_rate) - market.loan_cost * served,
        firm_gain=output - promised - pledged - market.outside * lent,
    )


def expected_lending(
    market: Market, signal: Signal, *, sizes: int = 201, voluntary: bool = False
) -> pd.DataFrame:
    """Compute what `lend` brings on average, without drawing firms.

    Parameters
    ----------
    market : Market
    signal : Signal
    sizes : int
        Equally likely loan sizes that stand for the distribution.
    voluntary : bool
        Firms show only the best signal (see `market.offers`).

    Returns
    -------
    pandas.DataFrame
        One row per kind, signal and loan: kind, signal, covered, loan (yuan), weight (share
        of all firms), rate, served, creditworthy, default (probability), surplus (yuan, of
        firm and lender together if served) and firm_gain (yuan).
    """
    loans = loan_sizes(market, sizes)
    kinds, priced = len(market.share), offers(market, signal, loans, voluntary=voluntary)
    kind, group, size = (
        axis.ravel() for axis in np.indices((kinds, kinds + 1, len(loans)), dtype=np.intp)
    )
    weight = np.array(market.share)[kind] * likelihood(market, signal)[group, kind] / len(loans)
    p, m = np.array(market.success)[kind], np.array(market.output)[kind]
    rate, loan = priced.rate[group, size], loans[size]
    served = priced.accepted[group, kind, size]
    gain = m - p * (1 + rate) - (1 - p) * market.collateral - market.outside
    return pd.DataFrame(
        {
            "kind": kind,
            "signal": group,
            "covered": group < kinds,
            "loan": loan,
            "weight": weight,
            "rate": rate,
            "served": served,
            "creditworthy": creditworthy(market, loans)[kind, size],
            "default": 1 - p,
            "surplus": np.where(served, surplus(market, loans)[kind, size] * loan, 0.0),
            "firm_gain": np.where(served, gain * loan, 0.0),
        }
    )


def summarize(market: Market, lending: pd.DataFrame) -> dict[str, float]:
    """Sum up who is served, who is rationed, at which rate and at what loss.

    Parameters
    ----------
    market : Market
    lending : pandas.DataFrame
        From `lend` or `expected_lending`.

    Returns
    -------
    dict of str to float
        share_served: of all firms. share_rationed: of the creditworthy, those without a
        loan. rate: mean of the loans made. loss: principal lost per yuan lent.
        sound_rate: mean rate of the kind 0 that is served. lent: yuan per firm.
        Missing where nothing is lent.
    """
    weight = lending["weight"] if "weight" in lending else 1 / len(lending)
    served, worthy = lending["served"] * weight, lending["creditworthy"] * weight
    default = lending["default"] if "default" in lending else ~lending["success"]
    lent, sound = lending["loan"] * served, served[lending["kind"] == SOUND]
    bad = (lent * default).sum() * (1 - market.recovery * market.collateral)
    rate = lending["rate"]
    with np.errstate(invalid="ignore", divide="ignore"):
        return {
            "share_served": float(served.sum()),
            "share_rationed": float(1 - (worthy * lending["served"]).sum() / worthy.sum()),
            "rate": float(np.divide((rate * served).sum(), served.sum())),
            "loss": float(np.divide(bad, lent.sum())),
            "sound_rate": float(np.divide((rate[sound.index] * sound).sum(), sound.sum())),
            "lent": float(lent.sum()),
        }


def rationing_map(
    market: Market,
    signal: Signal,
    precisions: Sequence[float],
    costs: Sequence[float],
    *,
    sizes: int = 201,
) -> pd.DataFrame:
    """Map who gets credit over the precision of the signal and the cost of a loan.

    Returns
    -------
    pandas.DataFrame
        precision, loan_cost (yuan), share_served, share_rationed, rate, sound_rate, loss,
        lent (yuan per firm); breadth and noise are those of `signal`.
    """
    rows = []
    for cost in costs:
        priced = replace(market, loan_cost=float(cost))
        for precision in precisions:
            seen = replace(signal, precision=float(precision))
            outcome = summarize(priced, expected_lending(priced, seen, sizes=sizes))
            rows.append({"precision": precision, "loan_cost": cost, **outcome})
    return pd.DataFrame(rows)


def cures(market: Market, signal: Signal = NO_DATA, *, sizes: int = 2001) -> dict[str, float]:
    """Compute what would bring credit to sound firms that have none: less cost, or more data.

    Returns
    -------
    dict of str to float
        Shares of all sound firms: without (no credit now); cost_only (served if handling
        were free), data_only (served if kinds were known), either, both_needed.
    """
    free = replace(market, loan_cost=0.0)
    now, no_cost, known, both = (
        expected_lending(m, s, sizes=sizes)
        for m, s in ((market, signal), (free, signal), (market, ALL_DATA), (free, ALL_DATA))
    )
    sound = now["kind"] == SOUND
    weight = (now["weight"] * sound) / market.share[SOUND]
    missing = sound & ~now["served"]
    by_cost = no_cost["served"]
    # With all data every sound firm sits in the group "sound": look it up by its loan.
    by_data = _as_known(known, now)
    wanted = _as_known(both, now)
    return {
        "without": float(weight[missing].sum()),
        "cost_only": float(weight[missing & by_cost & ~by_data].sum()),
        "data_only": float(weight[missing & by_data & ~by_cost].sum()),
        "either": float(weight[missing & by_cost & by_data].sum()),
        "both_needed": float(weight[missing & ~by_cost & ~by_data & wanted].sum()),
    }


def worth_of_data(market: Market, signal: Signal, *, sizes: int = 201) -> float:
    """Return what the signal adds for firms and lenders together, yuan per covered firm.

    Negative where the signal turns away more that is worthwhile than it avoids.
    """
    if signal.breadth == 0:
        return 0.0
    seen, blind = (
        expected_lending(market, s, sizes=sizes).eval("weight * surplus").sum()
        for s in (signal, NO_DATA)
    )
    return float((seen - blind) / signal.breadth)


def loan_sizes(market: Market, sizes: int) -> np.ndarray:
    """Return equally likely loan sizes in yuan, the midpoints of `sizes` quantiles."""
    middle = [NormalDist().inv_cdf((i + 0.5) / sizes) for i in range(sizes)]
    return market.loan_median * np.exp(market.loan_spread * np.array(middle))


def _as_known(known: pd.DataFrame, rows: pd.DataFrame) -> np.ndarray:
    """Look up who is served when kinds are known; rows of both are in the same order."""
    kinds = known["kind"].nunique()
    table = known["served"].to_numpy().reshape(kinds, kinds + 1, -1)
    own = table[np.arange(kinds), np.arange(kinds)]
    return np.repeat(own[:, None, :], kinds + 1, axis=1).reshape(len(rows))


def _pick(shares: Sequence[float], draws: np.ndarray) -> np.ndarray:
    """Turn uniform draws into kinds with these shares."""
    return np.searchsorted(np.cumsum(shares)[:-1], draws, side="right")

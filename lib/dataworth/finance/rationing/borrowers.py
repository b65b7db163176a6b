"""Who is served, left out or lent too much to, and what would help.

Paper `finance`, section 2.1. Offers come from `market`; here they meet firms, as expected values
over the quantiles of loan sizes. Yuan; rates and shares are fractions.
"""

from __future__ import annotations

from dataclasses import replace
from statistics import NormalDist

import numpy as np
import pandas as pd

from dataworth.finance.rationing.market import (
    SOUND,
    Market,
    Signal,
    creditworthy,
    likelihood,
    offers,
    price,
    surplus,
)

NO_DATA = Signal(precision=0.0, breadth=0.0)


def expected_lending(
    market: Market, signal: Signal, *, sizes: int = 201, voluntary: bool = False
) -> pd.DataFrame:
    """Return what lending brings on average, by kind, signal and size of loan.

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
    """Sum up who is served, who is left out, and who gets a loan that is not worth making.

    Parameters
    ----------
    market : Market
    lending : pandas.DataFrame
        From `expected_lending`.

    Returns
    -------
    dict of str to float
        served: share of all firms. left_out: of the creditworthy, those without a loan.
        overlent: of the money lent, what goes to firms whose projects are not worth their cost
        (de Meza and Webb 1987). loss: principal lost per yuan lent. sound_rate: mean rate of sound
        firms. lent, surplus: yuan per firm. Missing where nothing is lent.
    """
    served = lending["weight"] * lending["served"]
    worthy = lending["weight"] * lending["creditworthy"]
    lent, sound = lending["loan"] * served, served * (lending["kind"] == SOUND)
    bad = (lent * lending["default"]).sum() * (1 - market.recovery * market.collateral)
    with np.errstate(invalid="ignore", divide="ignore"):
        return {
            "served": float(served.sum()),
            "left_out": float(1 - (worthy * lending["served"]).sum() / worthy.sum()),
            "overlent": float(np.divide(lent[~lending["creditworthy"]].sum(), lent.sum())),
            "loss": float(np.divide(bad, lent.sum())),
            "sound_rate": float(np.divide((lending["rate"] * sound).sum(), sound.sum())),
            "lent": float(lent.sum()),
            "surplus": float((lending["weight"] * lending["surplus"]).sum()),
        }


def cures(market: Market, *, sizes: int = 2001) -> dict[str, float]:
    """Return what would bring credit to sound firms that have none: less cost, or more data.

    Returns
    -------
    dict of str to float
        Shares of all sound firms: without (no credit when nobody has data); cost_only (served
        if handling were free), data_only (served if kinds were known), either, both_needed.
    """
    loans, free = loan_sizes(market, sizes), replace(market, loan_cost=0.0)
    known = np.eye(len(market.share))[SOUND]
    now, by_cost, by_data, by_both = (
        price(m, [share], loans).accepted[0, SOUND]
        for m, share in (
            (market, market.share),
            (free, market.share),
            (market, known),
            (free, known),
        )
    )
    helped = {
        "without": ~now,
        "cost_only": ~now & by_cost & ~by_data,
        "data_only": ~now & by_data & ~by_cost,
        "either": ~now & by_cost & by_data,
        "both_needed": ~now & by_both & ~by_cost & ~by_data,
    }
    return {name: float(firms.mean()) for name, firms in helped.items()}


def loan_sizes(market: Market, sizes: int) -> np.ndarray:
    """Return equally likely loan sizes in yuan, the midpoints of `sizes` quantiles."""
    middle = [NormalDist().inv_cdf((i + 0.5) / sizes) for i in range(sizes)]
    return market.loan_median * np.exp(market.loan_spread * np.array(middle))

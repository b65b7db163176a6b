"""What a paper says about information and lending, and when the model bears it out.

Paper `finance`, sections 1 and 2.1. A finding is tested in one market, and in markets drawn
from ranges that are plausible (``data/ranges/rationing.csv``).
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pandas as pd

from dataworth.errors import InputError
from dataworth.finance import ranges
from dataworth.finance.ranges import is_greater
from dataworth.finance.rationing import thresholds
from dataworth.finance.rationing.borrowers import NO_DATA, cures, expected_lending, summarize
from dataworth.finance.rationing.competition import contest, skim
from dataworth.finance.rationing.market import (
    SOUND,
    WEAK,
    Market,
    Signal,
    drop_out,
    pool_return,
    smallest_loan,
)

SIZES = 51  # loan sizes that stand for their distribution


def draw_settings(draws: int, *, seed: int) -> pd.DataFrame:
    """Draw the parameters of markets, signals and rivals.

    Draws in which a sound firm with a median loan is not creditworthy, or in which the
    collateral drives weak firms away first, say nothing about information and are left out.

    Returns
    -------
    pandas.DataFrame, shape (up to draws, 15)
        Columns as in the ranges of ``rationing``.

    Raises
    ------
    InputError
        There is no draw.
    """
    table = ranges.draw_settings(ranges.read_ranges("rationing"), draws, seed=seed)
    kept = [_about_information(market) for market, _, _ in cases(table)]
    return table[kept].reset_index(drop=True)


def cases(settings: pd.DataFrame) -> list[tuple[Market, Signal, float]]:
    """Return market, signal and precision of a rival's test of each drawn setting."""
    return [
        (
            Market(
                share=(row["sound share"], 1 - row["sound share"]),
                success=(1 - row["default of sound firms"], 1 - row["default of weak firms"]),
                output=(row["output of sound firms"], row["output of weak firms"]),
                outside=row["outside option"],
                funding_rate=row["funding rate"],
                loan_cost=row["loan cost, yuan"],
                collateral=row["collateral"],
                recovery=row["recovery"],
                loan_median=row["median loan, yuan"],
                loan_spread=row["spread of loans"],
            ),
            Signal(row["precision"], row["breadth"]),
            row["precision of a rival"],
        )
        for row in settings.to_dict("records")
    ]


def lending_findings(market: Market, signal: Signal) -> dict[str, bool | None]:
    """Return which findings about lenders hold that know little, or all see one signal.

    Returns
    -------
    dict of str to bool or None
        None where the market gives no occasion, such as a comparison of rates where
        nobody borrows.
    """
    before, after = (
        summarize(market, expected_lending(market, s, sizes=SIZES)) for s in (NO_DATA, signal)
    )
    cured = cures(market, NO_DATA, sizes=SIZES)
    cost, data = (cured[k] + cured["either"] for k in ("cost_only", "data_only"))
    parts = thresholds.rate_components(market, market.loan_median)
    return {
        "adverse_selection": _return_falls(market),
        "moral_hazard": _switches(market),
        "ration_not_raise": market.output[WEAK] < thresholds.weak_output_for_rationing(market),
        "asymmetry_main_cost": parts["asymmetry"] > parts["handling"],
        "cost_causes_difficulty": None if cured["without"] == 0 else cost > data,
        "low_willingness": smallest_loan(market) > market.loan_median,
        "hidden_data_raise_losses": is_greater(before["loss"], after["loss"]),
        "data_solve": None if cured["without"] == 0 else data > cured["without"] / 2,
        "transparency_reduces_rationing": is_greater(
            before["share_rationed"], after["share_rationed"]
        ),
    }


def sharing_findings(market: Market, signal: Signal, rival: float) -> dict[str, bool | None]:
    """Return which findings hold about who gains when firms or lenders come to know more.

    Parameters
    ----------
    market : Market
    signal : Signal
    rival : float
        Precision of a second lender's test.

    Returns
    -------
    dict of str to bool or None
        As from `lending_findings`.
    """
    blind, seen = (expected_lending(market, s, sizes=SIZES) for s in (NO_DATA, signal))
    shown = expected_lending(market, signal, sizes=SIZES, voluntary=True)
    before, chosen = (summarize(market, t)["share_rationed"] for t in (blind, shown))
    return {
        "disclosure_helps": is_greater(before, chosen),
        "transparency_lowers_rates": _sound_pay_less(blind, seen),
        "transparency_leaves_nobody_worse": _nobody_worse(blind, seen),
        "one_lender_data_lower_rates": _one_lender_lowers(market, signal.precision, rival),
        "uncovered_unharmed": _uncovered_unharmed(market, signal),
    }


# --- one finding each ----------------------------------------------------------------------


def _return_falls(market: Market) -> bool:
    """Return whether the return falls when the rate passes where sound firms leave."""
    limit = float(drop_out(market)[SOUND])
    below, above = pool_return(market, [limit, limit + 1e-6])
    return bool(above < below)


def _switches(market: Market) -> bool:
    """Return whether a rate between cost of funds and what sound firms pay tips the choice."""
    rate = thresholds.switching_rate(market)
    return bool(market.funding_rate < rate < drop_out(market)[SOUND])


def _sound_pay_less(blind: pd.DataFrame, seen: pd.DataFrame) -> bool | None:
    """Compare what sound firms pay that borrow with and without data."""
    both = _blind_at(blind, seen)
    stay = (seen["kind"] == SOUND) & seen["served"] & both["served"]
    if not stay.any():
        return None
    weight = seen["weight"][stay]
    return bool((seen["rate"][stay] * weight).sum() < (both["rate"][stay] * weight).sum() - 1e-12)


def _nobody_worse(blind: pd.DataFrame, seen: pd.DataFrame) -> bool:
    """Return whether no creditworthy firm loses its loan or pays more for being seen."""
    both = _blind_at(blind, seen)
    had = (seen["weight"] > 0) & seen["creditworthy"] & both["served"]
    worse = ~seen["served"] | (seen["rate"] > both["rate"] + 1e-9)
    return not bool((had & worse).any())


def _blind_at(blind: pd.DataFrame, seen: pd.DataFrame) -> pd.DataFrame:
    """Return, for each row with data, how the same firm fares without any."""
    groups = seen["signal"].max() + 1
    place = np.arange(len(seen)).reshape(seen["kind"].nunique(), groups, -1)
    source = np.repeat(place[:, -1:, :], groups, axis=1).ravel()  # last group: not covered
    return blind.iloc[source].set_axis(seen.index)


def _one_lender_lowers(market: Market, precision: float, rival: float) -> bool | None:
    """Return whether a sound firm pays less when one of two equal lenders learns more."""
    if precision <= rival:
        return None
    try:
        equal, ahead = (contest(market, x, rival).sound_rate for x in (rival, precision))
    except InputError:
        return None
    return None if math.isnan(equal) else ahead < equal - 1e-12  # missing: nobody lent before


def _uncovered_unharmed(market: Market, signal: Signal) -> bool | None:
    """Return whether firms without data pay no more once another lender picks the best."""
    left = skim(replace(market, loan_cost=0.0), signal)
    return None if math.isnan(left.blind_rate) else left.rate <= left.blind_rate + 1e-9


def _about_information(market: Market) -> bool:
    worthwhile = smallest_loan(market, (1.0, 0.0)) <= market.loan_median
    return worthwhile and thresholds.weak_leave_last(market)

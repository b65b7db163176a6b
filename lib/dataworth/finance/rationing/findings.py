"""What a paper says about information and lending, and when the model bears it out.

Paper `finance`, sections 1 and 2.1. A statement is tested in one market, and in markets
drawn from ranges that are plausible; where most depends on one parameter, that is said.
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pandas as pd

from dataworth.errors import InputError
from dataworth.finance import ranges
from dataworth.finance.ranges import Range, is_greater
from dataworth.finance.rationing import thresholds
from dataworth.finance.rationing.borrowers import NO_DATA, cures, expected_lending, summarise
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

RANGES = {
    "sound share": Range(0.6, 0.95, "illustrative"),
    "default of sound firms": Range(0.005, 0.05, "illustrative"),
    "default of weak firms": Range(0.10, 0.40, "illustrative"),
    "output of sound firms": Range(1.10, 1.25, "illustrative"),
    "output of weak firms": Range(0.90, 1.15, "illustrative; as sound ones, or worse"),
    "outside option": Range(0.0, 0.05, "illustrative"),
    "funding rate": Range(0.015, 0.04, "deposit rates to one-year loan prime rates, 2020-2024"),
    "loan cost, yuan": Range(100.0, 15_000.0, "illustrative: automatic to by hand"),
    "median loan, yuan": Range(20_000.0, 500_000.0, "illustrative: micro to small firms"),
    "spread of loans": Range(0.6, 1.6, "illustrative"),
    "collateral": Range(0.0, 0.3, "illustrative: little to pledge"),
    "recovery": Range(0.4, 0.8, "illustrative"),
    "precision": Range(0.1, 0.9, "the reader's choice"),
    "breadth": Range(0.1, 0.9, "the reader's choice"),
    "precision of a rival": Range(0.0, 0.5, "the reader's choice"),
}


def draw_settings(draws: int, *, seed: int) -> pd.DataFrame:
    """Draw parameters evenly from their ranges (Latin hypercube).

    Draws in which a sound firm with a median loan is not creditworthy, or in which the
    collateral drives weak firms away first, say nothing about information and are left out.

    Returns
    -------
    pandas.DataFrame, shape (up to draws, 15)
        Columns as in `RANGES`.

    Raises
    ------
    InputError
        There is no draw.
    """
    table = ranges.draw(RANGES, draws, seed=seed)
    kept = [_about_information(market_of(row)) for row in table.to_dict("records")]
    return table[kept].reset_index(drop=True)


def market_of(setting: dict) -> Market:
    """Make the market of one row of `draw_settings`."""
    share = setting["sound share"]
    return Market(
        share=(share, 1 - share),
        success=(1 - setting["default of sound firms"], 1 - setting["default of weak firms"]),
        output=(setting["output of sound firms"], setting["output of weak firms"]),
        outside=setting["outside option"],
        funding_rate=setting["funding rate"],
        loan_cost=setting["loan cost, yuan"],
        collateral=setting["collateral"],
        recovery=setting["recovery"],
        loan_median=setting["median loan, yuan"],
        loan_spread=setting["spread of loans"],
    )


def assess(market: Market, signal: Signal, rival: float) -> dict[str, bool | None]:
    """Test every statement in one market.

    Parameters
    ----------
    market : Market
    signal : Signal
    rival : float
        Precision of a second lender's test.

    Returns
    -------
    dict of str to bool or None
        None where the market gives no occasion, such as a comparison of rates where
        nobody borrows.
    """
    blind, seen = (expected_lending(market, s, sizes=51) for s in (NO_DATA, signal))
    shown = expected_lending(market, signal, sizes=51, voluntary=True)
    before, after, chosen = (summarise(market, lending) for lending in (blind, seen, shown))
    cured = cures(market, NO_DATA, sizes=51)
    cost, data = (cured[k] + cured["either"] for k in ("cost_only", "data_only"))
    return {
        "adverse_selection": _return_falls(market),
        "moral_hazard": _switches(market),
        "ration_not_raise": market.output[WEAK] < thresholds.weak_output_for_rationing(market),
        "asymmetry_main_cost": _asymmetry_dominates(market, market.loan_median),
        "cost_causes_difficulty": None if cured["without"] == 0 else cost > data,
        "low_willingness": smallest_loan(market) > market.loan_median,
        "hidden_data_raise_losses": is_greater(before["loss"], after["loss"]),
        "data_solve": None if cured["without"] == 0 else data > cured["without"] / 2,
        "disclosure_helps": is_greater(before["share_rationed"], chosen["share_rationed"]),
        "transparency_reduces_rationing": is_greater(
            before["share_rationed"], after["share_rationed"]
        ),
        "transparency_lowers_rates": _sound_pay_less(blind, seen),
        "transparency_leaves_nobody_worse": _nobody_worse(blind, seen),
        "one_lender_data_lower_rates": _one_lender_lowers(market, signal.precision, rival),
        "uncovered_unharmed": _uncovered_unharmed(market, signal),
    }


def assess_all(settings: pd.DataFrame) -> pd.DataFrame:
    """Test every statement in every drawn market; rows as in `settings`."""
    rows = [
        assess(
            market_of(row), Signal(row["precision"], row["breadth"]), row["precision of a rival"]
        )
        for row in settings.to_dict("records")
    ]
    return pd.DataFrame(rows, index=settings.index)


# --- one statement each --------------------------------------------------------------------


def _return_falls(market: Market) -> bool:
    """Say whether the return falls when the rate passes where sound firms leave."""
    limit = float(drop_out(market)[SOUND])
    below, above = pool_return(market, [limit, limit + 1e-6])
    return bool(above < below)


def _switches(market: Market) -> bool:
    """Say whether a rate between cost of funds and what sound firms pay tips the choice."""
    rate = thresholds.switching_rate(market)
    return bool(market.funding_rate < rate < drop_out(market)[SOUND])


def _asymmetry_dominates(market: Market, loan: float) -> bool:
    parts = thresholds.spread_of_a_sound_firm(market, loan)
    return parts["asymmetry"] > parts["handling"]


def _sound_pay_less(blind: pd.DataFrame, seen: pd.DataFrame) -> bool | None:
    """Compare what sound firms pay that borrow with and without data."""
    both = blind_at(blind, seen)
    stay = (seen["kind"] == SOUND) & seen["served"] & both["served"]
    if not stay.any():
        return None
    weight = seen["weight"][stay]
    return bool((seen["rate"][stay] * weight).sum() < (both["rate"][stay] * weight).sum() - 1e-12)


def _nobody_worse(blind: pd.DataFrame, seen: pd.DataFrame) -> bool:
    """Say whether no creditworthy firm loses its loan or pays more for being seen."""
    both = blind_at(blind, seen)
    had = (seen["weight"] > 0) & seen["creditworthy"] & both["served"]
    worse = ~seen["served"] | (seen["rate"] > both["rate"] + 1e-9)
    return not bool((had & worse).any())


def blind_at(blind: pd.DataFrame, seen: pd.DataFrame) -> pd.DataFrame:
    """Give, for each row with data, how the same firm fares without any."""
    groups = seen["signal"].max() + 1
    place = np.arange(len(seen)).reshape(seen["kind"].nunique(), groups, -1)
    source = np.repeat(place[:, -1:, :], groups, axis=1).ravel()  # last group: not covered
    return blind.iloc[source].set_axis(seen.index)


def _one_lender_lowers(market: Market, precision: float, rival: float) -> bool | None:
    """Say whether a sound firm pays less when one of two equal lenders learns more."""
    if precision <= rival:
        return None
    try:
        equal, ahead = (contest(market, x, rival) for x in (rival, precision))
    except InputError:
        return None
    if math.isnan(equal.sound_rate):  # nobody lent before
        return None
    return ahead.sound_rate < equal.sound_rate - 1e-12


def _uncovered_unharmed(market: Market, signal: Signal) -> bool | None:
    """Say whether firms without data pay no more once another lender picks the best."""
    left = skim(replace(market, loan_cost=0.0), signal)
    if math.isnan(left.blind_rate):
        return None
    return bool(left.rate <= left.blind_rate + 1e-9)


def _about_information(market: Market) -> bool:
    worthwhile = smallest_loan(market, (1.0, 0.0)) <= market.loan_median
    return worthwhile and thresholds.weak_leave_last(market)

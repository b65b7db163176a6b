"""What a paper says about loans on data, and when the model of a pledge bears it out.

Paper `finance`, sections 2.3, 3.1, 3.2 and 4. A statement is tried in one setting and in
settings drawn from ranges that are plausible.
"""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pandas as pd

from dataworth.finance import ranges
from dataworth.finance.pledge.data_loss import Policy, premium, uninsured_loss
from dataworth.finance.pledge.loan import (
    Pledge,
    bearable_loan_to_value,
    break_even_rate,
    expected_loss,
    tail_loss,
    unsecured,
)
from dataworth.finance.pledge.value_shape import Shape, lognormal
from dataworth.finance.ranges import Range

RANGES = {
    "haircut": Range(0.3, 0.8, "illustrative"),
    "default_probability": Range(0.005, 0.10, "illustrative: sound to weak small firms"),
    "correlation": Range(0.0, 0.7, "illustrative: data sold by the firm that fails"),
    "recovery": Range(0.1, 0.9, "illustrative: thin market to ready buyers"),
    "decay": Range(0.05, 0.5, "illustrative: registers to clicks"),
    "years_to_sell": Range(0.1, 2.0, "illustrative"),
    "funding_rate": Range(0.015, 0.025, "about ten-year government bonds, 2023-2025"),
    "spread": Range(0.2, 0.7, "methods of part `banks`, narrowest to widest"),
    "loss_target": Range(0.005, 0.02, "illustrative: credit cost of a bank"),
}
TAIL = 0.99  # level of the tail loss
CHUNK = 4096  # settings at a time: a setting holds one number a node
THINNED = 5  # every so many nodes: rates stay within a hundredth of a percentage point


def draw_settings(draws: int, *, seed: int) -> pd.DataFrame:
    """Draw parameters evenly from their ranges (Latin hypercube).

    Returns
    -------
    pandas.DataFrame, shape (draws, 9)
        Columns as in `RANGES`.

    Raises
    ------
    InputError
        There is no draw.
    """
    return ranges.draw(RANGES, draws, seed=seed)


def assess(
    shape: Shape, pledge: Pledge, policy: Policy, *, target: float, floor: float
) -> dict[str, np.ndarray]:
    """Try every statement.

    Parameters
    ----------
    shape : Shape
    pledge : Pledge
        Numbers, or arrays for many settings at once.
    policy : Policy
    target : float
        Expected loss per yuan lent that the lender bears.
    floor : float
        The lowest rate per year that was reported.

    Returns
    -------
    dict of str to numpy.ndarray of bool
    """
    rate = break_even_rate(shape, pledge)
    bearable = bearable_loan_to_value(shape, pledge, target)
    plain = replace(pledge, correlation=0.0)
    saved = uninsured_loss(shape, pledge, policy) - expected_loss(shape, pledge)
    per_yuan_lent = np.maximum(pledge.loan_to_value, 1e-12)
    cost = premium(policy, 1.0, np.asarray(pledge.years)) / per_yuan_lent
    owed = (1 + rate) ** pledge.years
    return {
        "unpledged_dearer": break_even_rate(shape, unsecured(pledge)) > floor,
        "haircut_borne": pledge.loan_to_value <= bearable,
        "floor_pays": rate <= floor,
        "full_value": bearable >= 1,
        # A quick sale brings more cash than the loan, and cash that costs more.
        "two_uses": (bearable < pledge.recovery) & (owed * np.asarray(pledge.recovery) < 1),
        "wrong_way_raises_tail": tail_loss(shape, pledge, TAIL)
        > tail_loss(shape, plain, TAIL) + 1e-9,
        "insurance_pays_for_itself": saved > cost,
    }


def assess_all(settings: pd.DataFrame, policy: Policy, *, floor: float) -> pd.DataFrame:
    """Try every statement in every drawn setting; rows as in `settings`."""
    names = [field.name for field in fields(Pledge) if field.name in settings]
    parts = []
    for start in range(0, len(settings), CHUNK):
        part = settings.iloc[start : start + CHUNK]
        pledge = Pledge(**{name: part[name].to_numpy() for name in names})
        tried = assess(
            lognormal(part["spread"].to_numpy()).thinned(THINNED),
            pledge,
            policy,
            target=part["loss_target"].to_numpy(),
            floor=floor,
        )
        parts.append(pd.DataFrame(tried, index=part.index))
    return pd.concat(parts)

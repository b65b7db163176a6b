"""What a paper states about loans on data, and when the model of a pledge bears it out.

Paper `finance`, sections 2.3, 3.1, 3.2 and 4. A finding is tried on one loan and on loans drawn
from ranges that are plausible (``data/ranges/pledge.csv``).
"""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pandas as pd

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

TAIL = 0.99  # level of the tail loss
CHUNK = 4096  # settings at a time: a setting holds one number a node
THINNED = 5  # every so many nodes: rates stay within a hundredth of a percentage point


def try_on_loan(
    shape: Shape, pledge: Pledge, policy: Policy, *, target: float | np.ndarray, floor: float
) -> dict[str, np.ndarray]:
    """Return whether each finding holds for a loan.

    Parameters
    ----------
    shape : Shape
    pledge : Pledge
        Numbers, or arrays for many loans at once.
    policy : Policy
    target : float or array
        Expected loss per yuan lent that the lender bears.
    floor : float
        The lowest rate per year that was reported.

    Returns
    -------
    dict of str to numpy.ndarray of bool
    """
    rate = break_even_rate(shape, pledge)
    bearable = bearable_loan_to_value(shape, pledge, target)
    tails = [tail_loss(shape, p, TAIL) for p in (pledge, replace(pledge, correlation=0.0))]
    saved = uninsured_loss(shape, pledge, policy) - expected_loss(shape, pledge)
    cost = premium(policy, 1.0, pledge.years) / np.maximum(pledge.loan_to_value, 1e-12)
    owed = (1 + rate) ** pledge.years
    return {
        "unpledged_dearer": break_even_rate(shape, unsecured(pledge)) > floor,
        "haircut_borne": pledge.loan_to_value <= bearable,
        "floor_pays": rate <= floor,
        "full_value": bearable >= 1,
        # A quick sale brings more cash than the loan, and cash that costs more.
        "two_uses": (bearable < pledge.recovery) & (owed * np.asarray(pledge.recovery) < 1),
        "wrong_way_raises_tail": tails[0] > tails[1] + 1e-9,
        "insurance_pays_for_itself": saved > cost,
    }


def loans_of(settings: pd.DataFrame) -> tuple[Shape, Pledge, np.ndarray]:
    """Return value, loan and target of every row of drawn settings at once."""
    names = [field.name for field in fields(Pledge) if field.name in settings]
    pledge = Pledge(**{name: settings[name].to_numpy() for name in names})
    return lognormal(settings["spread"].to_numpy()), pledge, settings["loss_target"].to_numpy()


def try_on_loans(settings: pd.DataFrame, policy: Policy, *, floor: float) -> pd.DataFrame:
    """Return whether each finding holds for every drawn loan; rows as in `settings`."""
    parts = []
    for start in range(0, len(settings), CHUNK):
        part = settings.iloc[start : start + CHUNK]
        shape, pledge, target = loans_of(part)
        tried = try_on_loan(shape.thinned(THINNED), pledge, policy, target=target, floor=floor)
        parts.append(pd.DataFrame(tried, index=part.index))
    return pd.concat(parts)

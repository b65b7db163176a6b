r"""Insurance of the expenses that a loss of data causes, and what it leaves uncovered.

Paper `finance`, section 3.1 tells of the policy and prints no term of it; the equation is
ours, `pledge-premium` in the chapter `finance/pledge`. With probability :math:`q` a year, data
are lost, and restoring them costs :math:`A E` yuan with a lognormal :math:`E`. The insurer pays
what exceeds a deductible :math:`b`, up to a limit :math:`u`, both per yuan of value. Money is
in yuan; ratios are fractions.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr

from dataworth.errors import InputError
from dataworth.finance.pledge.loan import Pledge, expected_loss, shortfall
from dataworth.finance.pledge.value_shape import Shape


@dataclass(frozen=True)
class Policy:
    """An insurance of data-loss expenses. All values are illustrative.

    Attributes
    ----------
    loss_probability : float
        Per year.
    expense : float
        Mean cost of restoring the data, per yuan of their value.
    spread : float
        Deviation of the logarithm of that cost.
    deductible, limit : float
        Per yuan of value: what the insured bears first, and the most that is paid.
    loading : float
        What the insurer adds to the expected payment, as a share of it.
    """

    loss_probability: float = 0.03
    expense: float = 0.2
    spread: float = 1.0
    deductible: float = 0.01
    limit: float = 0.5
    loading: float = 0.4

    def __post_init__(self) -> None:
        if not 0 <= self.loss_probability <= 1:
            raise InputError(f"loss_probability: expected 0 to 1, found {self.loss_probability:g}")
        for name in ("expense", "spread", "deductible", "limit", "loading"):
            if not getattr(self, name) >= 0:
                raise InputError(f"{name}: expected 0 or more, found {getattr(self, name):g}")


def expected_payment(policy: Policy) -> float:
    """Return what the insurer pays on average when data are lost, per yuan of value."""
    return float(
        _limited_mean(policy, policy.deductible + policy.limit)
        - _limited_mean(policy, policy.deductible)
    )


def premium(policy: Policy, value: ArrayLike, years: float | np.ndarray = 1.0) -> np.ndarray:
    """Return the premium in yuan for a term, equation `pledge-premium`; `value` in yuan."""
    lost = 1 - (1 - policy.loss_probability) ** years
    return (1 + policy.loading) * lost * expected_payment(policy) * np.asarray(value, float)


def uninsured_loss(
    shape: Shape, pledge: Pledge, policy: Policy, default_if_lost: ArrayLike | None = None
) -> np.ndarray:
    """Return the lender's expected loss per yuan lent when lost data are not restored.

    Where nobody pays for restoring them, they lose what it would cost, at most all of it.
    With insurance that pays in full the expected loss is that of `loan.expected_loss`: the
    difference is all that a lender gains from the policy.

    Parameters
    ----------
    shape, pledge, policy
    default_if_lost : array_like, optional
        Probability that a firm which has lost its data defaults in the term, where that is
        more than otherwise; independent of the loss if omitted.
    """
    lost = 1 - (1 - policy.loss_probability) ** np.asarray(pledge.years, float)
    left = 1 - _limited_mean(policy, 1.0)
    damaged = replace(pledge, recovery=np.asarray(pledge.recovery) * left)
    after = expected_loss(shape, damaged)
    if default_if_lost is not None:  # such a default says nothing of the value
        more = np.maximum(np.asarray(default_if_lost) - pledge.default_in_term, 0)
        after = after + more * (shape.weights * shortfall(shape, damaged)).sum(axis=-1)
    return (1 - lost) * expected_loss(shape, pledge) + lost * after


def _limited_mean(policy: Policy, limit: float) -> float:
    """Return the mean of the smaller of the expense and a limit."""
    if policy.expense == 0 or limit == 0:
        return 0.0
    if policy.spread < 1e-12:
        return min(policy.expense, limit)
    # The limit's score, seen from half the spread: the mean of a lognormal is at its middle.
    score = np.log(limit / policy.expense) / policy.spread
    low, high = ndtr(score - policy.spread / 2), ndtr(score + policy.spread / 2)
    return float(policy.expense * low + limit * (1 - high))

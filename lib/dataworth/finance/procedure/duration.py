"""How long the ten steps take, what they cost, and when they pay.

Beyond paper `finance`, which prints no day and no fee. Times, fees and probabilities are
illustrative; what follows from them is arithmetic. Days are calendar days, money is in
yuan, rates are fractions a year.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from dataworth.errors import InputError
from dataworth.finance.procedure.steps import Procedure, Step, ThreePoint

MOST_ROUNDS = 200  # a file sent back more often than this has a rework of nearly one


@dataclass(frozen=True)
class Simulation:
    """Many applications, from the first step to the loan or to a refusal.

    Attributes
    ----------
    procedure : Procedure
    step_days : numpy.ndarray, shape (draws, steps)
        Days of each step with all its rounds, had the application come so far.
    days : numpy.ndarray, shape (draws,)
        Days to the loan, or to the refusal.
    cost : numpy.ndarray, shape (draws,)
        Yuan spent on the steps that were begun.
    granted : numpy.ndarray of bool, shape (draws,)
    refused_at : numpy.ndarray of int, shape (draws,)
        Column of the step that refused; -1 where the loan was granted.
    """

    procedure: Procedure
    step_days: np.ndarray
    days: np.ndarray
    cost: np.ndarray
    granted: np.ndarray
    refused_at: np.ndarray

    def table(self) -> pd.DataFrame:
        """Return one row per application: days, cost, granted, refused_at (step's key)."""
        keys = np.array([*(step.key for step in self.procedure.steps), ""])
        columns = {"days": self.days, "cost": self.cost, "granted": self.granted}
        return pd.DataFrame(columns | {"refused_at": keys[self.refused_at]})


def pass_probability(step: Step) -> float:
    r"""Return the probability that a gate says yes in the end.

    .. math:: \pi = \frac{1 - r - q}{1 - r}

    with the probabilities r to be sent back and q to be turned down in each round.
    """
    if not (step.rework >= 0 and step.refusal >= 0 and step.rework + step.refusal < 1):
        raise InputError(
            f"{step.key}: expected rework and refusal from 0 and below 1 together, found "
            f"{step.rework:g} and {step.refusal:g}"
        )
    return (1 - step.rework - step.refusal) / (1 - step.rework)


def expected_steps(procedure: Procedure) -> pd.DataFrame:
    r"""Return expected rounds, days and cost of each step, and the odds of its gate.

    Equation `procedure-rounds` of chapter finance/procedure:

    .. math:: E[T_s] = \frac{E[D_s]}{1 - r_s} + \frac{r_s}{1 - r_s} E[D_{b(s)}]

    Rounds are geometric, since each sends the file back with the same probability
    :math:`r_s`; a file sent back passes step :math:`b(s)` again, if there is one.

    Returns
    -------
    pandas.DataFrame
        One row per step: rounds, days, cost, passes.
    """
    rows = {}
    for step in procedure.steps:
        passes, rounds = pass_probability(step), 1 / (1 - step.rework)
        days, cost = rounds * step.days.mean, rounds * step.cost.mean
        if step.back_to:
            again = procedure[step.back_to]
            days += (rounds - 1) * again.days.mean
            cost += (rounds - 1) * again.cost.mean
        rows[step.key] = {"rounds": rounds, "days": days, "cost": cost, "passes": passes}
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("step")


def simulate(procedure: Procedure, *, draws: int, seed: int) -> Simulation:
    r"""Draw applications; every step begins when all that it needs is done.

    .. math:: F_s = T_s + \max_{b \prec s} F_b

    Parameters
    ----------
    procedure : Procedure
    draws : int
    seed : int

    Raises
    ------
    InputError
        Fewer than one draw, or rework and refusal that leave no way through a gate.
    """
    if draws < 1:
        raise InputError(f"draws: expected 1 or more, found {draws}")
    rng = np.random.default_rng(seed)
    steps = procedure.steps
    days, cost = (np.zeros((draws, len(steps))) for _ in range(2))
    refused = np.zeros((draws, len(steps)), bool)
    for column, step in enumerate(steps):
        passes = pass_probability(step)
        again = procedure[step.back_to] if step.back_to else None
        days[:, column], cost[:, column] = _rounds(rng, step, again, draws)
        refused[:, column] = rng.random(draws) >= passes
    start, finish = schedule(procedure, days)
    stop = np.where(refused, finish, np.inf)
    end = np.minimum(stop.min(axis=1), finish.max(axis=1))
    spent = np.where(start < end[:, None], cost, 0).sum(axis=1)
    refused_at = np.where(refused.any(axis=1), stop.argmin(axis=1), -1)
    return Simulation(procedure, days, end, spent, refused_at < 0, refused_at)


def schedule(procedure: Procedure, days: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return start and finish of each step, if each begins as soon as it can.

    Equation `procedure-schedule` of chapter finance/procedure.

    Parameters
    ----------
    procedure : Procedure
    days : numpy.ndarray, shape (draws, steps)

    Returns
    -------
    tuple of numpy.ndarray, shape (draws, steps)
        Days from the beginning.
    """
    start, finish = np.zeros_like(days), np.zeros_like(days)
    for column, before in enumerate(_before(procedure)):
        if before:
            start[:, column] = finish[:, before].max(axis=1)
        finish[:, column] = start[:, column] + days[:, column]
    return start, finish


def expected_application(steps: pd.DataFrame) -> dict[str, float]:
    r"""Return the expected cost of an application and the odds that it ends in a loan.

    Equation `procedure-application` of chapter finance/procedure: a step costs only those
    who reach it.

    .. math:: C = \sum_s C_s \prod_{b < s} \pi_b, \qquad P = \prod_s \pi_s

    Parameters
    ----------
    steps : pandas.DataFrame
        Rows of `expected_steps`, in the order in which they are taken.
    """
    reached = steps["passes"].cumprod().shift(fill_value=1.0)
    return {"cost": float((steps["cost"] * reached).sum()), "granted": steps["passes"].prod()}


def net_benefit(
    loan: np.ndarray, *, cost: float, granted: float, advantage: float, years: float
) -> np.ndarray:
    r"""Return what a firm can expect to gain by an application.

    .. math:: B = P\, a\, Y\, L - C

    Parameters
    ----------
    loan : float or array_like
        Yuan, L.
    cost : float
        Expected cost of an application, granted or not, yuan, C.
    granted : float
        Probability that the loan is granted, P.
    advantage : float
        What a year's use of a yuan brings above the loan's rate, a fraction, a: the
        dearer loan that it replaces, or the return on what it pays for.
    years : float
        Term, Y.

    Returns
    -------
    numpy.ndarray or float
        Yuan, not discounted.
    """
    return (granted * advantage * years * np.asarray(loan, float) - cost)[()]


def break_even_loan(*, cost: float, granted: float, advantage: float, years: float) -> float:
    r"""Return the loan from which on an application pays, in yuan.

    Equation `procedure-breakeven` of chapter finance/procedure:

    .. math:: L^* = \frac{C}{P\, a\, Y}

    Infinite where nothing is gained by the loan. Arguments as in `net_benefit`.
    """
    gained = granted * advantage * years
    return cost / gained if gained > 0 else float("inf")


def _before(procedure: Procedure) -> list[list[int]]:
    """Return for each step the columns of the steps right before it."""
    keys = [step.key for step in procedure.steps]
    return [[keys.index(b) for b in procedure.before(key)] for key in keys]


def _rounds(
    rng: np.random.Generator, step: Step, again: Step | None, draws: int
) -> tuple[np.ndarray, np.ndarray]:
    """Draw days and cost of a step with all its rounds."""
    days, cost = _pert(rng, step.days, draws), _pert(rng, step.cost, draws)
    back = rng.random(draws) < step.rework
    for _ in range(MOST_ROUNDS):
        if not back.any():
            break
        for repeated in filter(None, (step, again)):
            days += np.where(back, _pert(rng, repeated.days, draws), 0)
            cost += np.where(back, _pert(rng, repeated.cost, draws), 0)
        back &= rng.random(draws) < step.rework
    return days, cost


def _pert(rng: np.random.Generator, estimate: ThreePoint, draws: int) -> np.ndarray:
    """Draw from the PERT distribution: a beta that leans to the most likely value."""
    width = estimate.high - estimate.low
    if not width:
        return np.full(draws, estimate.low)
    first = 1 + 4 * (estimate.mode - estimate.low) / width
    second = 1 + 4 * (estimate.high - estimate.mode) / width
    return estimate.low + width * rng.beta(first, second, draws)

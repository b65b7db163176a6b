r"""A loan against a data asset: what the pledge is worth when it is needed.

Paper `finance`, section 3.1; the paper prints loans and no model, so the equations are
ours. An appraiser says that an asset is worth :math:`A` yuan; its value is :math:`A S`,
with :math:`S` of mean one. A lender takes off the haircut :math:`h` and lends
:math:`L = (1 - h) A` for :math:`T` years. Funds cost :math:`f` a year, so that each yuan
lent must bring back :math:`c = (1 + f)^T`.

The chapter `finance/pledge` holds the equations; docstrings name them by their labels. Sold
after default, the asset brings :math:`g A S` (`pledge-liquidation`). The borrower defaults,
:math:`D`, with probability :math:`p_T` within the term; its fate and the value's are normal
with correlation :math:`\rho` (`pledge-default`): with :math:`\rho > 0` the value is low when
the firm fails (wrong-way risk). In default a lender claims its funds and their cost, not the
margin. The insurance of data is in `insurance`. Money is in yuan; rates, ratios and everything
"per yuan lent" are fractions.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.optimize import brentq
from scipy.special import log_ndtr, ndtri

from dataworth.errors import InputError
from dataworth.finance import FUNDING_RATE
from dataworth.finance.pledge.value_shape import Shape, from_draws
from dataworth.finance.statements import draw_settings, read_ranges

HIGHEST = {"years": np.inf, "years_to_sell": np.inf, "funding_rate": np.inf}


@dataclass(frozen=True)
class Pledge:
    """A loan on a pledged data asset. Numbers or arrays that broadcast; illustrative values.

    Attributes
    ----------
    haircut : float
        Share of the appraised value that is not lent.
    default_probability : float
        Per year.
    correlation : float
        Of the value with what keeps the firm alive, between -1 and 1.
    recovery : float
        Share of the value that a forced sale brings.
    decay : float
        Share of the value lost per year.
    years_to_sell, years : float
        Time from default to sale; term of the loan.
    funding_rate : float
        A year's cost of the lender's funds.
    """

    haircut: float | np.ndarray = 0.5
    default_probability: float | np.ndarray = 0.04
    correlation: float | np.ndarray = 0.3
    recovery: float | np.ndarray = 0.5
    decay: float | np.ndarray = 0.25
    years_to_sell: float | np.ndarray = 0.5
    years: float | np.ndarray = 1.0
    funding_rate: float | np.ndarray = FUNDING_RATE

    def __post_init__(self) -> None:
        for field in fields(self):
            low = -1.0 if field.name == "correlation" else 0.0
            high = HIGHEST.get(field.name, 1.0)
            values = np.asarray(getattr(self, field.name), float)
            wrong = ~((values >= low) & (values <= high))
            if wrong.any():
                raise InputError(
                    f"{field.name}: expected {low:g} to {high:g}, found {values[wrong].flat[0]:g}"
                )

    @property
    def loan_to_value(self) -> np.ndarray:
        """Loan over appraised value."""
        return 1 - np.asarray(self.haircut, float)

    @property
    def owed(self) -> np.ndarray:
        """What each yuan lent must bring back at the end of the term."""
        return (1 + np.asarray(self.funding_rate, float)) ** self.years

    @property
    def default_in_term(self) -> np.ndarray:
        """Probability of default within the term."""
        return 1 - (1 - np.asarray(self.default_probability, float)) ** self.years


def pledges_of(settings: pd.DataFrame) -> Pledge:
    """Return the loans of drawn settings, all at once."""
    names = [field.name for field in fields(Pledge) if field.name in settings]
    return Pledge(**{name: settings[name].to_numpy() for name in names})


def liquidation_share(pledge: Pledge) -> np.ndarray:
    """Return what a sale brings per yuan of appraised value, equation `pledge-liquidation`."""
    keep, wait = 1 - np.asarray(pledge.decay, float), np.asarray(pledge.years_to_sell, float)
    held = keep ** (pledge.years + wait) * (1 + np.asarray(pledge.funding_rate)) ** -wait
    return np.asarray(pledge.recovery) * held


def weights_in_default(shape: Shape, pledge: Pledge) -> np.ndarray:
    """Return the probability of each node in default, equation `pledge-default`.

    Returns
    -------
    numpy.ndarray, shape (..., nodes)
        Where no default is possible, the limit of rare ones.
    """
    threshold = ndtri(np.clip(pledge.default_in_term, 1e-9, 1 - 1e-9))[..., None]
    rho = np.asarray(pledge.correlation, float)[..., None]
    own = np.sqrt(np.maximum(1 - rho**2, 1e-10))  # at one, value and default move as one
    score = log_ndtr((threshold - rho * shape.nodes) / own)
    # Logarithms, since in the limits every weight but a few underflows.
    logs = np.log(np.maximum(shape.weights, 1e-300)) + score
    weights = np.exp(logs - logs.max(axis=-1, keepdims=True))
    return weights / weights.sum(axis=-1, keepdims=True)


def shortfall(shape: Shape, pledge: Pledge) -> np.ndarray:
    """Return what is missing per yuan lent after a sale, equation `pledge-loss`, at each node."""
    per_yuan = liquidation_share(pledge) / np.maximum(pledge.loan_to_value, 1e-12)
    return np.maximum(pledge.owed[..., None] - per_yuan[..., None] * shape.values, 0)


def loss_given_default(shape: Shape, pledge: Pledge) -> np.ndarray:
    """Return the mean loss per yuan lent once the borrower has defaulted."""
    return (weights_in_default(shape, pledge) * shortfall(shape, pledge)).sum(axis=-1)


def expected_loss(shape: Shape, pledge: Pledge) -> np.ndarray:
    """Return the expected loss per yuan lent, over the term, for any shape of the value."""
    return pledge.default_in_term * loss_given_default(shape, pledge)


def rate_for_loss(pledge: Pledge, loss: ArrayLike) -> np.ndarray:
    """Return the rate per year that pays for an expected loss, equation `pledge-rate`."""
    paying = 1 - pledge.default_in_term
    with np.errstate(divide="ignore", invalid="ignore"):
        premium = np.where(np.asarray(loss) > 0, np.asarray(loss) / paying, 0.0)
        return (pledge.owed + premium) ** (1 / np.asarray(pledge.years, float)) - 1


def break_even_rate(shape: Shape, pledge: Pledge) -> np.ndarray:
    """Return the rate per year at which a lender earns its cost of funds."""
    return rate_for_loss(pledge, expected_loss(shape, pledge))


def loss_for_rate(pledge: Pledge, rate: ArrayLike) -> np.ndarray:
    """Return the expected loss that a rate pays for: equation `pledge-rate`, turned round.

    Returns
    -------
    numpy.ndarray
        Negative where the rate does not even pay for the funds.
    """
    promised = (1 + np.asarray(rate, float)) ** pledge.years
    return (promised - pledge.owed) * (1 - pledge.default_in_term)


def highest_default(
    shape: Shape, pledge: Pledge, rate: float, *, costs: float = 0.0, borne: float = 1.0
) -> float:
    """Return the highest yearly probability of default at which a loan pays at a rate.

    Equation `pledge-rate`, solved for the probability: zero where no borrower is sound enough,
    one where a sale alone pays. `costs` are those beside funds and loss, per yuan lent; the
    lender bears the share `borne` of a loss.
    """

    def gain(probability: float) -> float:
        asked = replace(pledge, default_probability=probability)
        return float(loss_for_rate(asked, rate) - costs - borne * expected_loss(shape, asked))

    low, high = 1e-9, 1 - 1e-9
    if gain(low) <= 0:
        return 0.0
    return float(brentq(gain, low, high)) if gain(high) < 0 else 1.0


def unsecured(pledge: Pledge) -> Pledge:
    """Return the same loan without the pledge: a sale brings nothing."""
    return replace(pledge, recovery=0.0)


def tail_loss(shape: Shape, pledge: Pledge, level: float = 0.99) -> np.ndarray:
    """Return the mean loss in the worst 1 - `level` of outcomes, equation `pledge-tail`."""
    return (_tail_mass(shape, pledge, level) * shortfall(shape, pledge)).sum(axis=-1)


def bearable_loan_to_value(
    shape: Shape, pledge: Pledge, target: ArrayLike, level: float | None = None
) -> np.ndarray:
    """Return the largest loan-to-value whose loss per yuan lent stays within a target.

    Equation `pledge-bearable`, solved exactly: between nodes the loss is linear in what a
    sale brings.

    Parameters
    ----------
    shape : Shape
    pledge : Pledge
        Its haircut is not used.
    target : array_like
        Loss per yuan lent.
    level : float, optional
        The target is for the tail loss at this level; for the expected loss if omitted.

    Returns
    -------
    numpy.ndarray
        Infinite where a loan without pledge is borne too; zero where no loan is.
    """
    if level is None:
        mass = pledge.default_in_term[..., None] * weights_in_default(shape, pledge)
    else:
        mass = _tail_mass(shape, pledge, level)
    target, owed = np.asarray(target, float)[..., None], pledge.owed[..., None]
    mass, values = np.broadcast_arrays(mass, shape.values)
    missing, sold = (owed * mass).cumsum(axis=-1), (mass * values).cumsum(axis=-1)
    with np.errstate(divide="ignore", invalid="ignore"):
        # The loss when the sale just pays at a node: all nodes below it fall short.
        at_node = missing - owed / values * sold
        last = (np.where(values > 0, at_node, 0) <= target).sum(axis=-1, keepdims=True) - 1
        last = np.maximum(last, 0)
        needed = np.take_along_axis(missing + 0 * target, last, -1) - target
        cover = needed / np.take_along_axis(sold + 0 * target, last, -1)
        borne = liquidation_share(pledge) / cover[..., 0]
    borne = np.where(needed[..., 0] <= 0, np.inf, np.where(np.isnan(borne), 0.0, borne))
    return np.where(target[..., 0] < 0, 0.0, borne)


def carried_loan(
    values: ArrayLike,
    terms: Pledge | None = None,
    *,
    loss_target: float = 0.01,
    draws: int = 2000,
    seed: int = 0,
) -> pd.Series:
    """Return the loan that an asset can carry, from draws of its value.

    Parameters
    ----------
    values : array_like
        Draws of the value, yuan; one below zero counts as zero. Their spread is the lender's doubt.
    terms : Pledge, optional
        The lender's terms; its haircut is not used. `Pledge()` if omitted.
    loss_target : float
        Expected loss per yuan lent that the lender bears over the term.
    draws, seed : int
        Terms drawn from ``data/ranges/pledge.csv``, for the interval.

    Returns
    -------
    pandas.Series
        value (mean of the draws, yuan), loan_to_value (at most 1), loan (yuan), and low and high:
        nine tenths of the drawn terms carry a loan between them.

    Raises
    ------
    InputError
        No value is positive, or one is not finite.
    """
    shape, mean = from_draws(values), float(np.maximum(np.asarray(values, float), 0).mean())
    drawn = draw_settings(read_ranges("pledge"), draws, seed=seed)
    many = pledges_of(drawn)
    borne = bearable_loan_to_value(shape, terms or Pledge(), loss_target)
    spread = bearable_loan_to_value(shape, many, drawn["loss_target"].to_numpy())
    low, high = np.quantile(np.minimum(spread, 1), [0.05, 0.95])
    ratio = min(float(borne), 1.0)
    numbers = {"value": mean, "loan_to_value": ratio, "loan": ratio * mean}
    return pd.Series(numbers | {"low": low * mean, "high": high * mean})


# --- small helpers -------------------------------------------------------------------------


def _tail_mass(shape: Shape, pledge: Pledge, level: float) -> np.ndarray:
    """Return the weight of each node in the mean of the worst outcomes, which come first."""
    _check_level(level)
    mass = pledge.default_in_term[..., None] * weights_in_default(shape, pledge)
    before = mass.cumsum(axis=-1) - mass
    return np.clip(1 - level - before, 0, mass) / (1 - level)


def _check_level(level: float) -> None:
    if not 0 < level < 1:
        raise InputError(f"level: expected a number between 0 and 1, found {level}")

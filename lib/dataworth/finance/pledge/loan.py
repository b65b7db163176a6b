r"""A loan against a data asset: what the pledge is worth when it is needed.

Paper `finance`, section 3.1; the paper prints loans and no model, so the equations are
ours. An appraiser says that an asset is worth :math:`A` yuan; its value is :math:`A S`,
with :math:`S` of mean one. A lender takes off the haircut :math:`h` and lends
:math:`L = (1 - h) A` for :math:`T` years. Funds cost :math:`f` a year, so that each yuan
lent must bring back :math:`c = (1 + f)^T`.

Equations, numbered as in the chapter `finance/pledge`:

1. Sold after default, the asset brings :math:`g A S` with
   :math:`g = \lambda (1 - d)^{T + w} (1 + f)^{-w}`: recovery :math:`\lambda` of the value,
   decay :math:`d` a year until it is sold, :math:`w` years of selling.
2. The borrower defaults, :math:`D`, when :math:`X < \Phi^{-1}(p_T)`, with
   :math:`p_T = 1 - (1 - p)^T`; :math:`S` rises with :math:`Z`. :math:`X` and
   :math:`Z` are standard normal with correlation :math:`\rho`: with :math:`\rho > 0` the
   value is low when the firm fails (wrong-way risk).
3. Loss per yuan lent: :math:`1_D \, (c - g S / (1 - h))^+`.
4. Expected loss :math:`\ell = p_T E[(c - g S / (1 - h))^+ \mid D]`; in closed form for a
   lognormal value, see `lognormal_expected_loss`.
5. Break-even rate: :math:`(1 + r)^T = c + \ell / (1 - p_T)`. The survivors pay for the
   others. In default a lender claims its funds and their cost, not the margin.
6. Loan-to-value that a lender bears: the largest :math:`1 - h` with a loss within a target.
7. Tail loss: the mean of the worst :math:`1 - \alpha` of outcomes.

Equation 8, the insurance of data, is in `data_loss`. Money is in yuan; rates, ratios and
everything "per yuan lent" are fractions.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import log_ndtr, ndtri
from scipy.stats import multivariate_normal

from dataworth.errors import InputError

if TYPE_CHECKING:
    from dataworth.finance.pledge.value_shape import Shape

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

    haircut: ArrayLike = 0.5
    default_probability: ArrayLike = 0.04
    correlation: ArrayLike = 0.3
    recovery: ArrayLike = 0.5
    decay: ArrayLike = 0.25
    years_to_sell: ArrayLike = 0.5
    years: ArrayLike = 1.0
    funding_rate: ArrayLike = 0.02

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


def liquidation_share(pledge: Pledge) -> np.ndarray:
    """Give what a sale brings per yuan of appraised value (equation 1)."""
    keep = 1 - np.asarray(pledge.decay, float)
    wait = np.asarray(pledge.years_to_sell, float)
    held = keep ** (pledge.years + wait) * (1 + np.asarray(pledge.funding_rate)) ** -wait
    return np.asarray(pledge.recovery) * held


def weights_in_default(shape: Shape, pledge: Pledge) -> np.ndarray:
    """Give the probability of each node when the borrower has defaulted (equation 2).

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
    """Give what is missing per yuan lent after a sale, at each node (equation 3)."""
    per_yuan = liquidation_share(pledge) / np.maximum(pledge.loan_to_value, 1e-12)
    return np.maximum(pledge.owed[..., None] - per_yuan[..., None] * shape.values, 0)


def loss_given_default(shape: Shape, pledge: Pledge) -> np.ndarray:
    """Give the mean loss per yuan lent once the borrower has defaulted."""
    return (weights_in_default(shape, pledge) * shortfall(shape, pledge)).sum(axis=-1)


def expected_loss(shape: Shape, pledge: Pledge) -> np.ndarray:
    """Give the expected loss per yuan lent, over the term (equation 4)."""
    return pledge.default_in_term * loss_given_default(shape, pledge)


def lognormal_expected_loss(spread: float, pledge: Pledge) -> float:
    r"""Give equation 4 in closed form, for one lognormal value.

    With :math:`\sigma` the spread, :math:`x = \Phi^{-1}(p_T)`, :math:`m = g / (1 - h)` and
    :math:`k = (\ln(c / m) + \sigma^2 / 2) / \sigma`, it is
    :math:`c \Phi_2(k, x; \rho) - m \Phi_2(k - \sigma, x - \rho \sigma; \rho)`.
    """
    x, rho, owed = ndtri(pledge.default_in_term), float(pledge.correlation), float(pledge.owed)
    per_yuan = float(liquidation_share(pledge) / pledge.loan_to_value)
    k = (np.log(owed / per_yuan) + spread**2 / 2) / spread
    joint = multivariate_normal(cov=[[1, rho], [rho, 1]]).cdf
    sold = joint([k - spread, x - rho * spread])
    return float(owed * joint([k, x]) - per_yuan * sold)


def rate_for_loss(pledge: Pledge, loss: ArrayLike) -> np.ndarray:
    """Give the rate per year that pays for an expected loss per yuan lent (equation 5)."""
    paying = 1 - pledge.default_in_term
    with np.errstate(divide="ignore", invalid="ignore"):
        premium = np.where(np.asarray(loss) > 0, np.asarray(loss) / paying, 0.0)
        return (pledge.owed + premium) ** (1 / np.asarray(pledge.years, float)) - 1


def break_even_rate(shape: Shape, pledge: Pledge) -> np.ndarray:
    """Give the rate per year at which a lender earns its cost of funds (equation 5)."""
    return rate_for_loss(pledge, expected_loss(shape, pledge))


def loss_for_rate(pledge: Pledge, rate: ArrayLike) -> np.ndarray:
    """Give the expected loss per yuan lent that a rate pays for (equation 5, turned round).

    Returns
    -------
    numpy.ndarray
        Negative where the rate does not even pay for the funds.
    """
    promised = (1 + np.asarray(rate, float)) ** pledge.years
    return (promised - pledge.owed) * (1 - pledge.default_in_term)


def unsecured(pledge: Pledge) -> Pledge:
    """Give the same loan without the pledge: a sale brings nothing."""
    return replace(pledge, recovery=0.0)


def tail_loss(shape: Shape, pledge: Pledge, level: float = 0.99) -> np.ndarray:
    """Give the mean loss per yuan lent in the worst 1 - `level` of outcomes (equation 7)."""
    return (_tail_mass(shape, pledge, level) * shortfall(shape, pledge)).sum(axis=-1)


def loss_quantile(shape: Shape, pledge: Pledge, level: float = 0.99) -> np.ndarray:
    """Give the loss per yuan lent that is not passed with probability `level`."""
    _check_level(level)
    mass = pledge.default_in_term[..., None] * weights_in_default(shape, pledge)
    losses, worse = np.broadcast_arrays(shortfall(shape, pledge), mass.cumsum(axis=-1))
    place = (worse <= 1 - level).sum(axis=-1)
    inside = np.minimum(place, losses.shape[-1] - 1)
    found = np.take_along_axis(losses, inside[..., None], axis=-1)[..., 0]
    return np.where(place < losses.shape[-1], found, 0.0)


def bearable_loan_to_value(
    shape: Shape, pledge: Pledge, target: ArrayLike, level: float | None = None
) -> np.ndarray:
    """Give the largest loan-to-value whose loss per yuan lent stays within a target.

    Equation 6, solved exactly: the loss is linear in what a sale brings, between nodes.

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
        found = liquidation_share(pledge) / cover[..., 0]
    found = np.where(needed[..., 0] <= 0, np.inf, np.where(np.isnan(found), 0.0, found))
    return np.where(target[..., 0] < 0, 0.0, found)


def needed_haircut(loan_to_value: ArrayLike) -> np.ndarray:
    """Turn a bearable loan-to-value into a haircut; none where all of the value is borne."""
    return np.maximum(1 - np.asarray(loan_to_value, float), 0)


def simulate(shape: Shape, pledge: Pledge, *, draws: int, seed: int) -> np.ndarray:
    """Draw losses per yuan lent (equation 3); one loan, numbers only in `pledge`.

    Returns
    -------
    numpy.ndarray, shape (draws,)
    """
    rng = np.random.default_rng(seed)
    z, own = rng.standard_normal((2, draws))
    rho = float(pledge.correlation)
    defaults = rho * z + np.sqrt(1 - rho**2) * own < ndtri(pledge.default_in_term)
    per_yuan = liquidation_share(pledge) / max(float(pledge.loan_to_value), 1e-12)
    sold = per_yuan * np.interp(z, shape.nodes, shape.values)
    return np.where(defaults, np.maximum(pledge.owed - sold, 0), 0.0)


# --- small helpers -------------------------------------------------------------------------


def _tail_mass(shape: Shape, pledge: Pledge, level: float) -> np.ndarray:
    """Give the weight of each node in the mean of the worst outcomes, which come first."""
    _check_level(level)
    mass = pledge.default_in_term[..., None] * weights_in_default(shape, pledge)
    before = mass.cumsum(axis=-1) - mass
    return np.clip(1 - level - before, 0, mass) / (1 - level)


def _check_level(level: float) -> None:
    if not 0 < level < 1:
        raise InputError(f"level: expected a number between 0 and 1, found {level}")

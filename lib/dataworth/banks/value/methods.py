"""One asset under several valuation methods, through one interface.

Beyond paper `banks`: its own cost and income values stand beside the methods of IVS 210,
the guidance of the China Appraisal Society (2023) and SNA 2025. Money is in thousand
yuan; rates, shares and ratios are fractions; periods are years.

A method is a function of an `Asset` and of `Assumptions`. Assumptions may be numbers or
arrays of draws; values broadcast over them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from dataworth.banks.value.asset import Asset, Assumptions, Draws
from dataworth.banks.value.option import call_value
from dataworth.banks.value.stock import annuity_factor
from dataworth.errors import InputError

LOWEST = {"rate": -0.99, "risk_free": -0.99, "growth": -1.0, "life": 1.0, "margin": 1e-9}
HIGHEST = dict.fromkeys(("decay", "charges", "loss", "leakage"), 1.0)


@dataclass(frozen=True)
class Method:
    """A method of valuation: what it asks, where it stands, what it needs.

    Attributes
    ----------
    key, label : str
    approach : {"cost", "income", "market", "option"}
    question : str
        What its value is an answer to.
    standard : str
        Where it stands.
    inputs : tuple of str
        Names of `Assumptions`.
    function : callable
    """

    key: str
    label: str
    approach: str
    question: str
    standard: str
    inputs: tuple[str, ...]
    function: Callable[[Asset, Assumptions], np.ndarray]

    def __call__(self, asset: Asset, assumptions: Assumptions) -> np.ndarray:
        """Value the asset.

        Returns
        -------
        numpy.ndarray or float
            Thousand yuan, in the common shape of the assumptions.

        Raises
        ------
        InputError
            An assumption that the method needs is missing or out of range.
        """
        for name in self.inputs:
            given = getattr(assumptions, name)
            if given is None:
                raise InputError(f"{self.label}: expected a value of {name}, found none")
            low, high = LOWEST.get(name, 0.0), HIGHEST.get(name, np.inf)
            values = np.asarray(given, float)
            wrong = ~((values >= low) & (values <= high))
            if wrong.any():
                raise InputError(
                    f"{name}: expected a number from {low:g} to {high:g}, "
                    f"found {values[wrong].flat[0]:g}"
                )
        return self.function(asset, assumptions)


def sum_of_costs(asset: Asset, a: Assumptions) -> np.ndarray:
    r"""Net stock of past costs with a return to capital.

    .. math:: K_t = (1 - 1 / L)\, K_{t-1} + \lambda (1 + m)\, C_t

    Notes
    -----
    The perpetual inventory of `stock.perpetual_inventory` for draws of life. Costs are
    taken at the prices of their year. Source: SNA 2025; Statistics Canada (2019); Calderón
    and Rassier (BEA, 2022).
    """
    stock, kept = 0.0, 1 - 1 / np.asarray(a.life, float)
    for cost in asset.costs:
        stock = kept * stock + cost
    return a.cost_level * (1 + a.markup) * stock


def excess_earnings(asset: Asset, a: Assumptions) -> np.ndarray:
    """Present value of the profit that is left after charges for all other assets.

    Notes
    -----
    Multi-period excess earnings. Source: IVS 210.
    """
    return income_stream(asset, a, 1 - a.charges)


def relief_from_royalty(asset: Asset, a: Assumptions) -> np.ndarray:
    """Present value of the royalties that the owner need not pay.

    Notes
    -----
    Revenue is profit over margin. Source: IVS 210.
    """
    return income_stream(asset, a, a.royalty / a.margin)


def with_and_without(asset: Asset, a: Assumptions) -> np.ndarray:
    """Profit lost without the data: for good, or until they are rebuilt if that is cheaper.

    Notes
    -----
    Rebuilding costs what `sum_of_costs` says and takes `rebuild` years, in which the loss
    goes on. Source: IVS 210.
    """
    for_good = income_stream(asset, a, a.loss)
    meanwhile = income_stream(asset, a, a.loss, years=np.minimum(a.rebuild, a.period))
    return np.minimum(for_good, meanwhile + sum_of_costs(asset, a))


def comparables(asset: Asset, a: Assumptions) -> np.ndarray:
    """Cost of the data times the price per unit of cost of comparable data, for quality.

    Notes
    -----
    Source: guidance of the China Appraisal Society (2023), which asks for adjustments for
    quality among others.
    """
    return a.multiple * a.quality * sum_of_costs(asset, a)


def real_option(asset: Asset, a: Assumptions) -> np.ndarray:
    """Right to put the data to use later, once an outlay is decided on.

    Notes
    -----
    `call_value` of the value by income, with the outlay as strike.
    """
    outlay = a.outlay * sum_of_costs(asset, a)
    return call_value(income(asset, a), outlay, a.risk_free, a.wait, a.volatility, a.leakage)


def income(asset: Asset, a: Assumptions) -> np.ndarray:
    """Present value of the share of profit that the paper ascribes to data.

    Notes
    -----
    The share is stock and cost over profit, so an error in cost moves it too. Source:
    paper `banks`, section 4.5.
    """
    return income_stream(asset, a, a.contribution * a.cost_level)


def income_stream(
    asset: Asset, a: Assumptions, share: Draws, *, years: Draws | None = None
) -> np.ndarray:
    r"""Present value of a share of profit that grows and decays.

    .. math:: V = \sum_{t=1}^{n} s\, \pi\, \frac{(1+g)^t (1-d)^{t-1}}{(1+r)^t}

    Parameters
    ----------
    asset : Asset
    a : Assumptions
        Its rate, period, growth and decay.
    share : float or numpy.ndarray
        Share of profit s in the first year.
    years : float or numpy.ndarray, optional
        Instead of the period.

    Returns
    -------
    numpy.ndarray or float
        Thousand yuan. Income comes at the end of each year.
    """
    drag = 1 - (1 + np.asarray(a.growth, float)) * (1 - a.decay)
    length = a.period if years is None else years
    factor = annuity_factor(a.rate, length, decay=drag)
    return share * asset.profit * (1 + a.growth) * factor


def implied_share(asset: Asset, values: Draws, a: Assumptions) -> np.ndarray:
    """Share of profit that data must bring for a value to be their income value.

    Parameters
    ----------
    asset : Asset
    values : float or numpy.ndarray
        Thousand yuan, by whatever method.
    a : Assumptions
        Its rate, period, growth and decay.

    Returns
    -------
    numpy.ndarray or float
        A fraction of the owner's profit; the common scale of all methods.
    """
    return values / income_stream(asset, a, 1.0)


_STREAM = ("rate", "period", "growth", "decay")
_STOCK = ("cost_level", "life", "markup")
_CALL = ("outlay", "wait", "volatility", "leakage", "risk_free")

METHODS = {
    method.key: method
    for method in (
        Method(
            "sum_of_costs",
            "Sum of costs",
            "cost",
            "What would it cost to make the data again, as worn as they are?",
            "SNA 2025; cost approach of the Chinese guidance",
            _STOCK,
            sum_of_costs,
        ),
        Method(
            "comparables",
            "Market comparables",
            "market",
            "What would others pay for such data?",
            "Market approach of the Chinese guidance",
            ("multiple", "quality", *_STOCK),
            comparables,
        ),
        Method(
            "with_and_without",
            "With and without",
            "income",
            "What would the owner lose if the data were gone?",
            "IVS 210",
            ("loss", "rebuild", *_STREAM, *_STOCK),
            with_and_without,
        ),
        Method(
            "relief_from_royalty",
            "Relief from royalty",
            "income",
            "What would the owner pay to rent the data?",
            "IVS 210",
            ("royalty", "margin", *_STREAM),
            relief_from_royalty,
        ),
        Method(
            "excess_earnings",
            "Excess earnings",
            "income",
            "What profit is left when everything else has been paid?",
            "IVS 210",
            ("charges", *_STREAM),
            excess_earnings,
        ),
        Method(
            "income",
            "Income, as in the paper",
            "income",
            "What is the share of profit worth that cost ascribes to data?",
            "Paper; income approach of the Chinese guidance",
            ("contribution", "cost_level", *_STREAM),
            income,
        ),
        Method(
            "real_option",
            "Real option",
            "option",
            "What is the right worth to decide on their use later?",
            "Black, Scholes and Merton",
            ("contribution", *_STREAM, *_STOCK, *_CALL),
            real_option,
        ),
    )
}

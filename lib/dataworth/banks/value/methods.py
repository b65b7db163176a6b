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

from dataworth.banks.value.asset import Asset, Assumptions
from dataworth.banks.value.option import call_value
from dataworth.banks.value.stock import Draws, annuity_factor, net_stock
from dataworth.errors import InputError

LOWEST = {"rate": -0.99, "risk_free": -0.99, "growth": -1.0, "life": 1.0, "margin": 1e-9}
HIGHEST = dict.fromkeys(("decay", "charges", "loss", "leakage"), 1.0)


@dataclass(frozen=True)
class Method:
    """A method of valuation: what it is called, what it needs, and how it computes.

    Attributes
    ----------
    label : str
    approach : {"cost", "income", "market", "option"}
    inputs : tuple of str
        Names of `Assumptions`.
    function : callable
    """

    label: str
    approach: str
    inputs: tuple[str, ...]
    function: Callable[[Asset, Assumptions], np.ndarray]

    @property
    def key(self) -> str:
        """Name of the function."""
        return self.function.__name__

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
            low, high = LOWEST.get(name, 0.0), HIGHEST.get(name, np.inf)
            values = np.asarray(getattr(assumptions, name), float)
            wrong = ~((values >= low) & (values <= high))
            if wrong.any():
                raise InputError(
                    f"{self.label}: expected a number from {low:g} to {high:g} for {name}, "
                    f"found {values[wrong].flat[0]:g}"
                )
        return self.function(asset, assumptions)


def sum_of_costs(asset: Asset, a: Assumptions) -> np.ndarray:
    r"""Return the net stock of past costs with a return to capital.

    .. math:: K_t = (1 - 1 / L)\, K_{t-1} + \lambda (1 + m)\, C_t

    Notes
    -----
    Equation `methods-stock` of chapter banks/methods. Costs are taken at the prices of
    their year. Source: SNA 2025; Statistics Canada (2019); Calderón and Rassier (BEA, 2022).
    """
    stock = net_stock(asset.costs.to_numpy(float), 1 / np.asarray(a.life, float))[-1]
    return a.cost_level * (1 + a.markup) * stock


def excess_earnings(asset: Asset, a: Assumptions) -> np.ndarray:
    """Return the present value of the profit that is left after charges for all other assets.

    Notes
    -----
    Multi-period excess earnings. Source: IVS 210.
    """
    return income_stream(asset, a, 1 - a.charges)


def relief_from_royalty(asset: Asset, a: Assumptions) -> np.ndarray:
    """Return the present value of the royalties that the owner need not pay.

    Notes
    -----
    Revenue is profit over margin. Source: IVS 210.
    """
    return income_stream(asset, a, a.royalty / a.margin)


def with_and_without(asset: Asset, a: Assumptions) -> np.ndarray:
    """Return the profit lost without the data, for good or until they are rebuilt, if cheaper.

    Notes
    -----
    Rebuilding costs what `sum_of_costs` says and takes `rebuild` years, in which the loss
    goes on. Source: IVS 210.
    """
    for_good = income_stream(asset, a, a.loss)
    meanwhile = income_stream(asset, a, a.loss, years=np.minimum(a.rebuild, a.period))
    return np.minimum(for_good, meanwhile + sum_of_costs(asset, a))


def comparables(asset: Asset, a: Assumptions) -> np.ndarray:
    """Return the cost of the data times the price over cost of comparable data, for quality.

    Notes
    -----
    Source: guidance of the China Appraisal Society (2023), which asks for adjustments for
    quality among others.
    """
    return a.multiple * a.quality * sum_of_costs(asset, a)


def real_option(asset: Asset, a: Assumptions) -> np.ndarray:
    """Return the value of the right to decide later on an outlay that puts the data to use.

    Notes
    -----
    `call_value` of the value by income, with the outlay as strike.
    """
    outlay = a.outlay * sum_of_costs(asset, a)
    return call_value(income(asset, a), outlay, a.risk_free, a.wait, a.volatility, a.leakage)


def income(asset: Asset, a: Assumptions) -> np.ndarray:
    """Return the present value of the share of profit that the paper ascribes to data.

    Notes
    -----
    The share is stock and cost over profit, so an error in cost moves it too. Source:
    paper `banks`, section 4.5.
    """
    return income_stream(asset, a, a.contribution * a.cost_level)


def income_stream(
    asset: Asset, a: Assumptions, share: Draws, *, years: Draws | None = None
) -> np.ndarray:
    r"""Return the present value of a share of profit that grows and decays.

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

    Notes
    -----
    Equation `methods-stream` of chapter banks/methods.
    """
    drag = 1 - (1 + np.asarray(a.growth, float)) * (1 - a.decay)
    length = a.period if years is None else years
    factor = annuity_factor(a.rate, length, decay=drag)
    return share * asset.profit * (1 + a.growth) * factor


def implied_share(asset: Asset, values: Draws, a: Assumptions) -> np.ndarray:
    """Return the share of profit that data must bring for a value to be their income value.

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
        Method("Sum of costs", "cost", _STOCK, sum_of_costs),
        Method("Market comparables", "market", ("multiple", "quality", *_STOCK), comparables),
        Method(
            "With and without", "income", ("loss", "rebuild", *_STREAM, *_STOCK), with_and_without
        ),
        Method(
            "Relief from royalty", "income", ("royalty", "margin", *_STREAM), relief_from_royalty
        ),
        Method("Excess earnings", "income", ("charges", *_STREAM), excess_earnings),
        Method(
            "Income, as in the paper", "income", ("contribution", "cost_level", *_STREAM), income
        ),
        Method("Real option", "option", ("contribution", *_STREAM, *_STOCK, *_CALL), real_option),
    )
}

"""One asset under several valuation methods, each with its sheet.

Beyond paper `banks`: its own cost and income values stand beside the methods of IVS 103 and 210,
the guidance of the China Appraisal Society (2023) and SNA 2025. Money is in thousand yuan; rates,
shares and ratios are fractions; periods are years.

A method fills a sheet: named lines, one row a year (of income ahead, or of cost behind). The sum
of the last line, times `benefit` where a buyer could write the asset off against tax, is the
value. Assumptions may be numbers or arrays of draws; lines and values broadcast over them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np
import pandas as pd

from dataworth.banks.value import stock
from dataworth.banks.value.asset import CHARGES, Asset, Assumptions
from dataworth.banks.value.stock import Draws, annuity_factor, closing_stock, geometric_rate
from dataworth.errors import InputError

Lines: TypeAlias = dict[str, np.ndarray]
LOWEST = {"rate": -0.99, "risk_free": -0.99, "growth": -1.0, "life": 1.0, "margin": 1e-9}
LOWEST |= {"price_growth": -0.99, "tax_life": 1.0}
HIGHEST = dict.fromkeys(("decay", "loss", "leakage", "tax", "reach", *CHARGES), 1.0)


@dataclass(frozen=True)
class Method:
    """A method of valuation: what it is called, what it needs, and how it fills its sheet.

    Attributes
    ----------
    label : str
    approach : {"cost", "income", "market", "option"}
    inputs : tuple of str
        Names of `Assumptions`.
    function : callable
        Asset and assumptions to lines.
    """

    label: str
    approach: str
    inputs: tuple[str, ...]
    function: Callable[[Asset, Assumptions], Lines]

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
        *_, last = self.function(asset, assumptions).values()
        return last.sum(axis=0) * self.benefit(assumptions)

    def benefit(self, a: Assumptions) -> Draws:
        """Return what the value is multiplied by for tax; 1 where the method has no tax."""
        taxed = self.approach == "income" and "tax_life" in self.inputs
        return tax_benefit(a) if taxed else 1.0

    def sheet(self, asset: Asset, assumptions: Assumptions) -> pd.DataFrame:
        """Return the lines as rows and years as columns, with sum, tax benefit and value.

        The assumptions are numbers here, no draws.
        """
        table = pd.DataFrame(
            {k: v.reshape(-1) for k, v in self.function(asset, assumptions).items()}
        )
        past = self.approach in ("cost", "market")
        first = asset.costs.index[0] if past else asset.profits.index[-1] + 1
        table = table.set_axis(first + np.arange(len(table)), axis="index").T
        whole = table.iloc[-1].sum()
        value = float(self(asset, assumptions))
        totals = {"sum": whole, "tax benefit": value - whole, "value": value}
        return table.assign(**{k: np.nan for k in totals}).fillna(
            pd.DataFrame(totals, index=table.index[-1:])
        )


def tax_benefit(a: Assumptions) -> Draws:
    r"""Return one plus the tax that a buyer saves by writing the asset off, over its value.

    .. math:: \left(1 - \frac{\tau}{N}\, a(r, N)\,(1 + r)^{m}\right)^{-1}

    Equation `methods-tab` of chapter banks/methods: the tax saved on the value itself, so the
    value is on both sides. N is the tax life: ten years by article 67 of the implementing
    regulation of the enterprise income tax law.
    """
    yearly = annuity_factor(a.rate, a.tax_life) * (1 + np.asarray(a.rate, float)) ** a.timing
    return 1 / (1 - np.asarray(a.tax) / a.tax_life * yearly)


def _years(a: Assumptions) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return years ahead, the part of each within the period, and discount factors."""
    shape = np.broadcast(*(np.asarray(x, float) for x in (a.period, a.rate, a.growth, a.decay)))
    period = np.broadcast_to(np.asarray(a.period, float), shape.shape)
    ahead = np.arange(1, max(int(np.ceil(period.max())), 1) + 1.0).reshape(-1, *[1] * period.ndim)
    inside = np.clip(period - ahead + 1, 0, 1)
    return ahead, inside, (1 + np.asarray(a.rate, float)) ** (a.timing - ahead)


def _discounted(a: Assumptions, lines: Lines, income: np.ndarray) -> Lines:
    """Let an income after tax decay, and discount it."""
    ahead, inside, discount = _years(a)
    lines = lines | {"what decay leaves": (1 - np.asarray(a.decay, float)) ** (ahead - 1) * inside}
    lines["income"] = income * lines["what decay leaves"]
    lines["discount factor"] = discount + 0 * income
    return lines | {"present value": lines["income"] * discount}


# --- by cost ---------------------------------------------------------------------------------


def sum_of_costs(asset: Asset, a: Assumptions) -> Lines:
    """Fill the sheet of past costs and what straight lines have left of them.

    Notes
    -----
    `stock.closing_stock`, the book's one value by cost. Equation `methods-stock` of chapter
    banks/methods; paper `banks`, section 4.5. No return to capital: an entry in the accounts.
    """
    return _vintages(asset, a, lambda age: np.clip(1 - age / np.asarray(a.life, float), 0, 1), {})


def national_accounts(asset: Asset, a: Assumptions) -> Lines:
    """Fill the sheet of past costs with a return to capital, written off geometrically.

    Notes
    -----
    SNA 2025; Statistics Canada (2019); Calderón and Rassier (BEA, 2022). The rate fits the
    life: `stock.geometric_rate`. Costs are taken at the prices of their year.
    """
    kept = 1 - np.asarray(geometric_rate(a.life))
    return _vintages(asset, a, lambda age: kept**age, {"with a return to capital": 1 + a.markup})


def replacement_cost(asset: Asset, a: Assumptions) -> Lines:
    """Fill the sheet of what it would cost today to replace what still serves.

    Notes
    -----
    IVS 103: past costs at today's prices with the maker's profit, less what age has worn
    (straight line), times quality (functional and external obsolescence).
    """
    age = _ages(asset, a)
    prices = (1 + np.asarray(a.price_growth, float)) ** age
    worn = {"with the maker's profit": 1 + a.markup, "at today's prices": prices}
    worn |= {"of this quality": a.quality}
    return _vintages(asset, a, lambda age: np.clip(1 - age / np.asarray(a.life, float), 0, 1), worn)


def _ages(asset: Asset, a: Assumptions) -> np.ndarray:
    """Return the age of each year's cost, ready to broadcast against the assumptions."""
    dims = max(np.ndim(x) for x in vars(a).values())
    return np.arange(len(asset.costs))[::-1].reshape(-1, *[1] * dims)


def _vintages(
    asset: Asset,
    a: Assumptions,
    left: Callable[[np.ndarray], np.ndarray],
    factors: dict[str, Draws],
) -> Lines:
    """Multiply each year's cost by factors and by what its age has left of it."""
    age = _ages(asset, a)
    value = asset.costs.to_numpy(float).reshape(age.shape) * a.cost_level
    lines = {"cost": value + 0.0 * age}
    for name, factor in factors.items():
        value = value * factor
        lines[name] = value
    lines["what age leaves"] = left(age)
    return lines | {"stock": value * lines["what age leaves"]}


# --- by the market ---------------------------------------------------------------------------


def comparables(asset: Asset, a: Assumptions) -> Lines:
    """Fill the sheet of net cost times the price over net cost of a case, with its adjustments.

    Notes
    -----
    Guidance of the China Appraisal Society (2023), which asks for adjustments for quality,
    supply and demand, time and volume: `quality` and `adjustment`.
    """
    lines = sum_of_costs(asset, a)
    lines["at the price of the case"] = lines["stock"] * a.multiple
    lines["adjusted"] = lines["at the price of the case"] * a.adjustment
    return lines | {"of this quality": lines["adjusted"] * a.quality}


# --- by income -------------------------------------------------------------------------------


def excess_earnings(asset: Asset, a: Assumptions) -> Lines:
    """Fill the sheet of earnings less what every other asset must earn.

    Notes
    -----
    Multi-period excess earnings (IVS 210). Earnings are after tax, of the part of the business
    that the data serve (`reach`). Contributory charges: `asset.CHARGES`, each a share of them.
    """
    lines = {"earnings": a.reach * _profits(asset, a)}
    lines |= {
        f"for {name.replace('_', ' ')}": -getattr(a, name) * lines["earnings"] for name in CHARGES
    }
    # What other assets must earn is paid first: an excess is not negative.
    return _discounted(a, lines, np.maximum(np.sum(list(lines.values()), axis=0), 0))


def relief_from_royalty(asset: Asset, a: Assumptions) -> Lines:
    """Fill the sheet of royalties that the owner need not pay, less upkeep and tax.

    Notes
    -----
    IVS 210. Revenue is profit over margin; the royalty is a share of the part of it that the
    data serve, before tax; the owner of the data bears their upkeep.
    """
    lines = {"revenue": a.reach * _profits(asset, a) / a.margin}
    lines["royalty"] = a.royalty * lines["revenue"]
    lines["upkeep"] = -a.upkeep * lines["royalty"]
    lines["tax"] = -a.tax * (lines["royalty"] + lines["upkeep"])
    return _discounted(a, lines, lines["royalty"] + lines["upkeep"] + lines["tax"])


def with_and_without(asset: Asset, a: Assumptions) -> Lines:
    """Fill the sheet of profit with and without the data, in the cheaper of two scenarios.

    Notes
    -----
    IVS 210. Without the data the owner either does without for good, or rebuilds: then the
    loss shrinks in equal steps over `rebuild` years, and the data are paid for again at
    `replacement_cost`, after tax.
    """
    ahead, inside, discount = _years(a)
    profit = _profits(asset, a)
    lines = {"profit with the data": profit, "without, for good": profit * (1 - a.loss)}
    missing = np.clip((a.rebuild - ahead + 1) / np.maximum(a.rebuild, 1e-9), 0, 1)
    lines["without, rebuilt"] = profit * (1 - a.loss * missing)
    kept = (1 - np.asarray(a.decay, float)) ** (ahead - 1) * inside * discount
    for_good = (profit - lines["without, for good"]) * kept
    *_, replaced = replacement_cost(asset, replace(a, quality=1.0)).values()
    rebuilt = (profit - lines["without, rebuilt"]) * kept
    again = replaced.sum(axis=0) * (1 - np.asarray(a.tax)) * (ahead == 1)
    cheaper = for_good.sum(axis=0) > (rebuilt + again).sum(axis=0)
    lines["rebuilding, after tax"] = np.where(cheaper, again, 0.0)
    return lines | {"present value": np.where(cheaper, rebuilt + again, for_good)}


def income(asset: Asset, a: Assumptions) -> Lines:
    """Fill the sheet of the share of profit that the paper ascribes to data, the same each year.

    Notes
    -----
    Paper `banks`, section 4.5: no growth, no decay, income at the end of the year. The share is
    stock and cost over profit, so an error in cost moves it too, and profit cancels.
    """
    ahead, inside, _ = _years(a)
    revenue = a.contribution * a.cost_level * asset.profit * inside
    discount = (1 + np.asarray(a.rate, float)) ** -ahead
    return {
        "profit": asset.profit + 0 * revenue,
        "income": revenue,
        "present value": revenue * discount,
    }


def _profits(asset: Asset, a: Assumptions) -> np.ndarray:
    """Return the owner's profit of the years ahead."""
    ahead, *_ = _years(a)
    return asset.profit * (1 + np.asarray(a.growth, float)) ** ahead


# --- where an outlay comes first -------------------------------------------------------------


def real_option(asset: Asset, a: Assumptions) -> Lines:
    """Fill the sheet of the right to decide later on an outlay that puts the data to use.

    Notes
    -----
    `call_value` of relief from royalty, with the outlay as strike.
    """
    *_, flows = relief_from_royalty(asset, a).values()
    value = flows.sum(axis=0) * tax_benefit(a)
    outlay = a.outlay * closing_stock(asset.costs.to_numpy(float), a.life) * a.cost_level
    call = stock.call_value(value, outlay, a.risk_free, a.wait, a.volatility, a.leakage)
    lines = {"value in use": value, "outlay": outlay, "right to wait": call}
    return {name: np.asarray(line)[None] for name, line in lines.items()}


# --- the common scale ------------------------------------------------------------------------


def income_stream(asset: Asset, a: Assumptions, share: Draws) -> np.ndarray:
    r"""Return the present value of a share of profit that grows and decays.

    .. math:: V = \sum_{t=1}^{n} s\, \pi\, \frac{(1+g)^t (1-d)^{t-1}}{(1+r)^t}

    Parameters
    ----------
    asset : Asset
    a : Assumptions
        Its rate, period, growth and decay.
    share : float or numpy.ndarray
        Share of profit s in the first year.

    Returns
    -------
    numpy.ndarray or float
        Thousand yuan. Income comes at the end of each year.

    Notes
    -----
    Equation `methods-stream` of chapter banks/methods.
    """
    drag = 1 - (1 + np.asarray(a.growth, float)) * (1 - a.decay)
    return share * asset.profit * (1 + a.growth) * annuity_factor(a.rate, a.period, decay=drag)


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


_STREAM = ("rate", "period", "growth", "decay", "tax", "tax_life")
_COST = ("cost_level", "life")
_REPLACED = (*_COST, "markup", "price_growth", "quality")
_ROYALTY = ("reach", "royalty", "margin", "upkeep", *_STREAM)
_CALL = ("outlay", "wait", "volatility", "leakage", "risk_free")
METHODS = {
    method.key: method
    for method in (
        Method("Sum of costs", "cost", _COST, sum_of_costs),
        Method("National accounts", "cost", (*_COST, "markup"), national_accounts),
        Method("Replacement cost", "cost", _REPLACED, replacement_cost),
        Method(
            "Market comparables",
            "market",
            ("multiple", "adjustment", "quality", *_COST),
            comparables,
        ),
        Method(
            "With and without",
            "income",
            ("loss", "rebuild", *_STREAM, *_COST, "markup", "price_growth"),
            with_and_without,
        ),
        Method("Relief from royalty", "income", _ROYALTY, relief_from_royalty),
        Method("Excess earnings", "income", ("reach", *CHARGES, *_STREAM), excess_earnings),
        Method(
            "Income, as in the paper",
            "income",
            ("contribution", "cost_level", "rate", "period"),
            income,
        ),
        Method("Real option", "option", (*_ROYALTY, *_COST, *_CALL), real_option),
    )
}

r"""Data bring a loan, the loan pays for research, research brings clients, clients bring data.

Paper `finance`, sections 2.3, 3.2, 4 and 5, Figure 2. A provider of data services holds
:math:`D` records, serves at a level :math:`A` (1: what anyone can buy) and owes :math:`B`.

Equations, numbered as in the chapter `finance/flywheel`:

1. Clients a year: :math:`n = M A D / (K + A D)`.
2. Data: :math:`\dot D = c n - \delta D`.
3. Money: :math:`p n + \dot B = (1 - \mu) p n + F + r B + R + P`, with research :math:`R` and
   payout :math:`P`.
4. Research: :math:`R = \varphi (\mu p n - F - r B) + \psi \dot B`, no less than nothing and
   no more than what is left. When nothing is left, the provider cannot pay: default.
5. Service: :math:`\dot A = \rho \max(0, R - R_0) - \sigma (A - 1)`.
6. Debt: :math:`\dot B = (\lambda v D - B) / \tau`.
7. At rest :math:`A = 1 + \max(0, \kappa D - f)` with
   :math:`\kappa = \rho \varphi (\mu p \delta / c - r \lambda v) / \sigma` and
   :math:`f = \rho (\varphi F + R_0) / \sigma`.
8. At rest with research :math:`(1 - f + \kappa D)(\bar D - D) = K`, :math:`\bar D = c M / \delta`.
9. Loop gain :math:`\Gamma = \kappa K / A^2` where research runs, else 0.
10. Equation 8 has two solutions when :math:`(1 - f + \kappa \bar D)^2 > 4 \kappa K`.

Money is in yuan, time in years, data in records; rates and ratios are fractions. Every field
of `Provider` may be an array, so that many providers are computed at once.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from dataworth.errors import InputError

BASE = 1.0  # service level that needs no research of one's own
SHARES = ("margin", "research_share", "loan_share", "loan_to_value")
POSITIVE = ("market", "price", "records", "half", "decay", "ageing", "term", "research_return")
FLOWS = ("revenue", "borrowing", "service_cost", "compliance", "interest", "research", "payout")


@dataclass(frozen=True)
class Provider:
    r"""A provider of data services and its surroundings. Values are illustrative.

    Attributes
    ----------
    market : float or array
        Clients who might be served, :math:`M`, a year.
    price : float or array
        Yuan per client, :math:`p`.
    margin : float or array
        Share of revenue that the service does not use up, :math:`\mu`.
    records : float or array
        Records that a client leaves, :math:`c`.
    half : float or array
        Records with which the basic service wins half of the market, :math:`K`.
    decay : float or array
        Share of the data that goes stale in a year, :math:`\delta`.
    research_share, loan_share : float or array
        Shares of profit (:math:`\varphi`) and of a new loan (:math:`\psi`) put into research.
    research_return : float or array
        Rise of the service level per yuan of research, :math:`\rho`.
    minimum_research : float or array
        Yuan a year below which research yields nothing, :math:`R_0`: a team, machines.
    ageing : float or array
        Share of the lead in service that is lost in a year, :math:`\sigma`.
    compliance : float or array
        Fixed cost of operation under the rules, yuan a year, :math:`F`.
    value : float or array
        What a lender takes a record to be worth, yuan, :math:`v`.
    loan_to_value : float or array
        Loan over the value of the data, :math:`\lambda`.
    interest : float or array
        A year's rate, :math:`r`.
    term : float or array
        Years in which the debt follows the value of the data, :math:`\tau`.
    """

    market: float | np.ndarray = 500_000.0
    price: float | np.ndarray = 200.0
    margin: float | np.ndarray = 0.3
    records: float | np.ndarray = 1.0
    half: float | np.ndarray = 1_200_000.0
    decay: float | np.ndarray = 0.25
    research_share: float | np.ndarray = 0.5
    loan_share: float | np.ndarray = 0.8
    research_return: float | np.ndarray = 8e-8
    minimum_research: float | np.ndarray = 7e6
    ageing: float | np.ndarray = 0.15
    compliance: float | np.ndarray = 5e5
    value: float | np.ndarray = 30.0
    loan_to_value: float | np.ndarray = 0.4
    interest: float | np.ndarray = 0.045
    term: float | np.ndarray = 0.5

    def __post_init__(self) -> None:
        for field in fields(self):
            values = np.asarray(getattr(self, field.name), dtype=float)
            if field.name in SHARES:
                fine, wanted = (values >= 0) & (values <= 1), "between 0 and 1"
            elif field.name in POSITIVE:
                fine, wanted = values > 0, "above 0"
            else:
                fine, wanted = values >= 0, "no less than 0"
            fine &= np.isfinite(values)
            if not fine.all():
                found = values[~fine].ravel()[0]
                raise InputError(f"provider.{field.name}: expected {wanted}, found {found:g}")


def clients(provider: Provider, data: ArrayLike, service: ArrayLike) -> np.ndarray:
    """Give the clients served in a year (equation 1)."""
    reach = np.asarray(data) * service
    return provider.market * reach / (provider.half + reach)


def flows(provider: Provider, data: ArrayLike, service: ArrayLike, debt: ArrayLike) -> dict:
    """Give every flow of money in yuan a year (equations 3 and 4).

    Returns
    -------
    dict of str to array
        revenue and borrowing come in; service_cost, compliance, interest, research and payout
        go out, and add up to the same. Borrowing is negative when debt is repaid. A negative
        payout is what is lacking: the provider cannot pay.
    """
    revenue = provider.price * clients(provider, data, service)
    borrowing = (provider.loan_to_value * provider.value * np.asarray(data) - debt) / provider.term
    interest = provider.interest * np.asarray(debt)
    profit = provider.margin * revenue - provider.compliance - interest
    left = profit + borrowing
    wanted = provider.research_share * profit + provider.loan_share * borrowing
    research = np.clip(wanted, 0, np.maximum(left, 0))
    cost = (1 - provider.margin) * revenue
    compliance = provider.compliance + 0 * revenue
    amounts = (revenue, borrowing, cost, compliance, interest, research, left - research)
    return dict(zip(FLOWS, amounts, strict=True))


def rates(provider: Provider, data: ArrayLike, service: ArrayLike, debt: ArrayLike) -> np.ndarray:
    """Give the change of data, service and debt a year (equations 2, 5 and 6).

    Returns
    -------
    numpy.ndarray, shape (3, ...)
    """
    money = flows(provider, data, service, debt)
    gained = provider.records * money["revenue"] / provider.price
    effective = np.maximum(0, money["research"] - provider.minimum_research)
    return np.stack(
        np.broadcast_arrays(
            gained - provider.decay * np.asarray(data),
            provider.research_return * effective - provider.ageing * (np.asarray(service) - BASE),
            money["borrowing"],
        )
    )


def research_line(provider: Provider) -> tuple[np.ndarray, np.ndarray]:
    """Give slope and fixed part of the service level at rest: kappa and f of equation 7."""
    per_record = provider.margin * provider.price * provider.decay / provider.records
    burden = provider.interest * provider.loan_to_value * provider.value
    scale = provider.research_return / provider.ageing
    slope = scale * provider.research_share * (per_record - burden)
    fixed = scale * (
        provider.research_share * provider.compliance + provider.minimum_research
    )  # fmt: skip
    return slope, fixed


def most_data(provider: Provider) -> np.ndarray:
    """Give the data that the whole market would leave at rest: D-bar of equation 8."""
    return provider.records * provider.market / provider.decay


def branches(provider: Provider) -> dict[str, np.ndarray]:
    """Give the data at each steady state other than nothing (equations 7 and 8).

    Returns
    -------
    dict of str to array
        idle: the service lives without research. threshold and thriving: with research; where
        there is no idle state and data grow from the smallest stock, only thriving. Missing
        where there is no such state.
    """
    slope, fixed = (np.asarray(x, dtype=float) for x in research_line(provider))
    most = most_data(provider)
    with np.errstate(divide="ignore", invalid="ignore"):
        start = np.where(slope > 0, fixed / slope, np.inf)  # records from which research runs
        level = 1 - fixed
        middle = (slope * most - level) / (2 * slope)
        root = np.sqrt(middle**2 + (level * most - provider.half) / slope)  # missing: none
        low, high = middle - root, middle + root
        runs = slope > 0
        idle = most - provider.half / BASE
        idle = np.where((idle > 0) & (idle <= start), idle, np.nan)
        low = np.where(runs & (low > np.maximum(start, 0)), low, np.nan)
        high = np.where(runs & (high > np.maximum(start, 0)), high, np.nan)
    return {"idle": idle, "threshold": low, "thriving": high}


def service_at_rest(provider: Provider, data: ArrayLike) -> np.ndarray:
    """Give the service level at rest with these data (equation 7)."""
    slope, fixed = research_line(provider)
    return BASE + np.maximum(0, slope * np.asarray(data) - fixed)


def loop_gain(provider: Provider, data: ArrayLike) -> np.ndarray:
    """Give what a small addition of data returns after one turn of the wheel (equation 9)."""
    slope, fixed = research_line(provider)
    runs = slope * np.asarray(data) > fixed
    return np.where(runs, slope * provider.half / service_at_rest(provider, data) ** 2, 0.0)


def jacobian(provider: Provider, data: float, service: float, debt: float) -> np.ndarray:
    """Give the derivative of `rates` in closed form, where no limit of equation 4 binds.

    Returns
    -------
    numpy.ndarray, shape (3, 3)
        Rows: change of data, service, debt; columns: by data, service, debt.
    """
    p = provider
    factor = p.market * p.half / (p.half + data * service) ** 2
    by_data, by_service = factor * service, factor * data  # of equation 1
    pledge = p.loan_to_value * p.value / p.term
    runs = flows(p, data, service, debt)["research"] > p.minimum_research
    scale = p.research_return if runs else 0.0
    income = p.research_share * p.margin * p.price
    return np.array(
        [
            [p.records * by_data - p.decay, p.records * by_service, 0.0],
            [
                scale * (income * by_data + p.loan_share * pledge),
                scale * income * by_service - p.ageing,
                -scale * (p.research_share * p.interest + p.loan_share / p.term),
            ],
            [pledge, 0.0, -1 / p.term],
        ]
    )


def steady_states(provider: Provider) -> pd.DataFrame:
    """List the steady states of one provider, and whether they attract.

    Returns
    -------
    pandas.DataFrame, one row per steady state
        Columns state, data, service, debt, clients, profit (yuan a year before research),
        loop_gain, growth (largest real part of an eigenvalue, per year), stable.
    """
    found = {"nothing": 0.0} | {k: float(v) for k, v in branches(provider).items()}
    rows = []
    for name, data in found.items():
        if np.isnan(data):
            continue
        service = float(service_at_rest(provider, data))
        debt = provider.loan_to_value * provider.value * data
        money = flows(provider, data, service, debt)
        growth = float(np.linalg.eigvals(jacobian(provider, data, service, debt)).real.max())
        rows.append(
            {
                "state": name,
                "data": data,
                "service": service,
                "debt": debt,
                "clients": float(clients(provider, data, service)),
                "profit": float(money["research"] + money["payout"]),
                "loop_gain": float(loop_gain(provider, data)),
                "growth": growth,
                "stable": growth < 0,
            }
        )
    return pd.DataFrame(rows)


def links(provider: Provider, data: float, service: float, debt: float) -> pd.DataFrame:
    """List the links of the wheel and what passes along each (Figure 2 of the paper).

    Returns
    -------
    pandas.DataFrame, one row per link
        Columns source, target, what, amount (a year; the pledge is a stock) and unit.
    """
    p = provider
    money = flows(p, data, service, debt)
    served = float(clients(p, data, service))
    effective = max(0.0, float(money["research"]) - p.minimum_research)
    pledge = p.loan_to_value * p.value * data
    rows = [
        ("data", "lender", "may be owed on them", pledge, "yuan"),
        ("lender", "provider", "net new loan", float(money["borrowing"]), "yuan"),
        ("provider", "lender", "interest", float(money["interest"]), "yuan"),
        ("provider", "research", "put into research", float(money["research"]), "yuan"),
        ("research", "service", "rise of the level", p.research_return * effective, "levels"),
        ("service", "clients", "served", served, "clients"),
        ("clients", "provider", "profit on service", p.margin * p.price * served, "yuan"),
        ("clients", "data", "new records", p.records * served, "records"),
        ("data", "stale", "gone stale", p.decay * data, "records"),
    ]
    return pd.DataFrame(rows, columns=["source", "target", "what", "amount", "unit"])

r"""Data bring a loan, the loan pays for research, research brings clients, clients bring data.

Paper `finance`, sections 2.3, 3.2, 4 and 5, Figure 2. A provider of data services holds
:math:`D` records, serves at a level :math:`A` (1: what anyone can buy) and owes :math:`B`.

The chapter `finance/flywheel` holds the equations; docstrings name them by their labels.
Money is in yuan, time in years, data in records; rates and ratios are fractions. Every field
of `Provider` may be an array, so that many providers are computed at once.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from dataworth.errors import InputError

Numbers = float | np.ndarray
BASE = 1.0  # service level that needs no research of one's own
SHARES = ("margin", "research_share", "loan_share", "loan_to_value")
POSITIVE = ("market", "price", "records", "half", "decay", "ageing", "term", "research_return")
STEADY = ("state", "data", "service", "debt", "profit", "loop_gain", "growth", "stable")
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

    market: Numbers = 500_000.0
    price: Numbers = 200.0
    margin: Numbers = 0.3
    records: Numbers = 1.0
    half: Numbers = 1_200_000.0
    decay: Numbers = 0.25
    research_share: Numbers = 0.5
    loan_share: Numbers = 0.8
    research_return: Numbers = 8e-8
    minimum_research: Numbers = 7e6
    ageing: Numbers = 0.15
    compliance: Numbers = 5e5
    value: Numbers = 30.0
    loan_to_value: Numbers = 0.4
    interest: Numbers = 0.045
    term: Numbers = 0.5

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
                wrong = values[~fine].ravel()[0]
                raise InputError(f"provider.{field.name}: expected {wanted}, found {wrong:g}")


def clients(provider: Provider, data: ArrayLike, service: ArrayLike) -> np.ndarray:
    """Return the clients served in a year, equation `flywheel-clients`."""
    reach = np.asarray(data) * service
    return provider.market * reach / (provider.half + reach)


def flows(provider: Provider, data: ArrayLike, service: ArrayLike, debt: ArrayLike) -> dict:
    """Return every flow of money in yuan a year.

    Equations `flywheel-money` and `flywheel-research`.

    Returns
    -------
    dict of str to array
        revenue and borrowing come in; service_cost, compliance, interest, research and payout
        go out, and add up to the same. Borrowing is negative when debt is repaid. A negative
        payout is what is lacking: the provider cannot pay.
    """
    p, debt = provider, np.asarray(debt)
    revenue = p.price * clients(p, data, service)
    borrowing = (p.loan_to_value * p.value * np.asarray(data) - debt) / p.term
    interest = p.interest * debt
    profit = p.margin * revenue - p.compliance - interest
    left = profit + borrowing
    wanted = p.research_share * profit + p.loan_share * borrowing
    research = np.clip(wanted, 0, np.maximum(left, 0))
    cost, compliance = (1 - p.margin) * revenue, p.compliance + 0 * revenue
    amounts = (revenue, borrowing, cost, compliance, interest, research, left - research)
    return dict(zip(FLOWS, amounts, strict=True))


def rates(provider: Provider, data: ArrayLike, service: ArrayLike, debt: ArrayLike) -> np.ndarray:
    """Return the change of data, service and debt a year.

    Equations `flywheel-data`, `flywheel-service` and `flywheel-debt`.

    Returns
    -------
    numpy.ndarray, shape (3, ...)
    """
    p, money = provider, flows(provider, data, service, debt)
    effective = np.maximum(0, money["research"] - p.minimum_research)
    change = (
        p.records * clients(p, data, service) - p.decay * np.asarray(data),
        p.research_return * effective - p.ageing * (np.asarray(service) - BASE),
        money["borrowing"],
    )
    return np.stack(np.broadcast_arrays(*change))


def research_line(provider: Provider) -> tuple[Numbers, Numbers]:
    """Return kappa and f of the service level at rest, equation `flywheel-line`."""
    p = provider
    earned = p.margin * p.price * p.decay / p.records
    burden = p.interest * p.loan_to_value * p.value
    scale = p.research_return / p.ageing
    slope = scale * p.research_share * (earned - burden)
    return slope, scale * (p.research_share * p.compliance + p.minimum_research)


def most_data(provider: Provider) -> Numbers:
    """Return the data that the whole market would leave at rest: D-bar of `flywheel-rest`."""
    return provider.records * provider.market / provider.decay


def branches(provider: Provider) -> dict[str, np.ndarray]:
    """Return the data at each steady state other than nothing, equation `flywheel-rest`.

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
    """Return the service level at rest with these data, equation `flywheel-line`."""
    slope, fixed = research_line(provider)
    return BASE + np.maximum(0, slope * np.asarray(data) - fixed)


def loop_gain(provider: Provider, data: ArrayLike) -> np.ndarray:
    """Return what one turn of the wheel makes of a small addition, equation `flywheel-gain`."""
    slope, fixed = research_line(provider)
    runs = slope * np.asarray(data) > fixed
    return np.where(runs, slope * provider.half / service_at_rest(provider, data) ** 2, 0.0)


def jacobian(provider: Provider, data: float, service: float, debt: float) -> np.ndarray:
    """Return the derivative of `rates` by central differences, where no limit of research binds.

    Returns
    -------
    numpy.ndarray, shape (3, 3)
        Rows: change of data, service, debt; columns: by data, service, debt.
    """
    state, steps = np.array([data, service, debt]), np.array([1.0, 1e-6, 10.0])
    sides = [rates(provider, *(state[:, None] + sign * np.diag(steps))) for sign in (1, -1)]
    return (sides[0] - sides[1]) / (2 * steps)


def steady_states(provider: Provider) -> pd.DataFrame:
    """Return the steady states of one provider, and whether they attract.

    Returns
    -------
    pandas.DataFrame, one row per steady state
        Columns `STEADY`; profit is in yuan a year before research, growth the largest real
        part of an eigenvalue, per year.
    """
    places = {"nothing": 0.0} | {k: float(v) for k, v in branches(provider).items()}
    rows = []
    for state, data in places.items():
        if np.isnan(data):
            continue
        service = float(service_at_rest(provider, data))
        debt = float(provider.loan_to_value * provider.value * data)
        money = flows(provider, data, service, debt)
        growth = float(np.linalg.eigvals(jacobian(provider, data, service, debt)).real.max())
        profit = float(money["research"] + money["payout"])
        gain = float(loop_gain(provider, data))
        rows.append((state, data, service, debt, profit, gain, growth, growth < 0))
    return pd.DataFrame(rows, columns=list(STEADY))


def links(provider: Provider, data: float, service: float, debt: float) -> pd.DataFrame:
    """Return the links of the wheel and what passes along each (Figure 2 of the paper).

    Returns
    -------
    pandas.DataFrame, one row per link
        Columns source, target, what, amount (a year; the pledge is a stock) and unit.
    """
    p, money = provider, flows(provider, data, service, debt)
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

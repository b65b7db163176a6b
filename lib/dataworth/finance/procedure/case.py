"""The ten steps as the paper's text tells them, and the case of Uqian Tech.

Paper `finance`, sections 2.2 and 3.1, Figures 1 and 3. The figures are lost in the text at
hand, so the steps are read from its words. Days and costs are illustrative.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import pandas as pd

from dataworth.errors import InputError
from dataworth.finance.procedure.steps import Attempt, Procedure, Spread, State, Step, attempt

# The text names thirteen actions and says "ten steps". Three neighbours with one actor
# are bundled: reports and ownership, examination and contract, registration and payment.
STEPS = (
    Step(
        key="inventory",
        name="inventory of the data",
        chinese="数据资产盘点",
        phase="resource",
        actor="company",
        actions=("take inventory",),
        needs=(),
        issues=("inventory",),
        gate="Does the company know which data it has?",
        days=Spread(20, 45, 120),
        cost=Spread(50_000, 150_000, 500_000),
        rework=0.10,
        refusal=0.02,
    ),
    Step(
        key="evaluation",
        name="reports, ownership",
        chinese="第三方评估与确权",
        phase="asset",
        actor="law firm, auditor",
        actions=("report on the data", "confirm ownership"),
        needs=("inventory",),
        issues=("audit report", "legal opinion", "analysis report", "proof of ownership"),
        gate="May the company use these data, and sell their use?",
        days=Spread(15, 30, 75),
        cost=Spread(80_000, 200_000, 500_000),
        rework=0.20,
        refusal=0.10,
    ),
    Step(
        key="entry",
        name="entry on the books",
        chinese="数据资产入表",
        phase="asset",
        actor="company, auditor",
        actions=("enter on the books",),
        needs=("audit report", "proof of ownership"),
        issues=("balance sheet entry",),
        gate="Can the cost of the data be measured reliably?",
        days=Spread(5, 15, 45),
        cost=Spread(10_000, 40_000, 120_000),
        rework=0.15,
        refusal=0.03,
    ),
    Step(
        key="authentication",
        name="authentication",
        chinese="数据资产认证",
        phase="product",
        actor="data exchange",
        actions=("authenticate the asset",),
        needs=("legal opinion", "analysis report"),
        issues=("authentication",),
        gate="Are the data lawful, and what the reports say?",
        days=Spread(5, 10, 30),
        cost=Spread(5_000, 20_000, 50_000),
        rework=0.15,
        refusal=0.05,
    ),
    Step(
        key="listing",
        name="listing of the product",
        chinese="数据产品上架",
        phase="product",
        actor="data exchange",
        actions=("list the product",),
        needs=("authentication",),
        issues=("listing",),
        gate="Is there a product that somebody can buy?",
        days=Spread(3, 7, 20),
        cost=Spread(2_000, 10_000, 30_000),
        rework=0.10,
        refusal=0.02,
    ),
    Step(
        key="certification",
        name="certified merchant",
        chinese="数据商认证",
        phase="product",
        actor="data exchange",
        actions=("certify the merchant",),
        needs=(),
        issues=("merchant certificate",),
        gate="Is the company fit to trade in data?",
        days=Spread(5, 15, 40),
        cost=Spread(5_000, 20_000, 60_000),
        rework=0.05,
        refusal=0.03,
    ),
    Step(
        key="application",
        name="application",
        chinese="融资申请",
        phase="capital",
        actor="company",
        actions=("apply for finance",),
        needs=("balance sheet entry", "listing", "merchant certificate"),
        issues=("application",),
        gate="Is the file complete?",
        days=Spread(2, 7, 20),
        cost=Spread(5_000, 15_000, 40_000),
        rework=0.15,
        refusal=0.0,
    ),
    Step(
        key="credit",
        name="credit evaluation",
        chinese="信用评估",
        phase="capital",
        actor="bank, data exchange",
        actions=("evaluate credit",),
        needs=("application", "analysis report"),
        issues=("credit rating",),
        gate="Will the company, and its data, pay the loan back?",
        days=Spread(5, 15, 45),
        cost=Spread(10_000, 30_000, 80_000),
        rework=0.20,
        refusal=0.15,
        back_to="evaluation",
    ),
    Step(
        key="contract",
        name="examination, contract",
        chinese="内部审批与签约",
        phase="capital",
        actor="bank",
        actions=("examine internally", "sign the contract"),
        needs=("credit rating",),
        issues=("contract",),
        gate="Do the bank's own rules allow this collateral?",
        days=Spread(5, 15, 40),
        cost=Spread(5_000, 10_000, 30_000),
        rework=0.10,
        refusal=0.10,
    ),
    Step(
        key="disbursement",
        name="registration, payment",
        chinese="质押登记与放款",
        phase="capital",
        actor="bank, registry",
        actions=("register the collateral", "pay out the loan"),
        needs=("contract",),
        issues=("registration", "loan"),
        gate="Is the collateral free, and registered?",
        days=Spread(2, 5, 15),
        cost=Spread(1_000, 5_000, 15_000),
        rework=0.05,
        refusal=0.02,
    ),
)
PROCEDURE = Procedure(STEPS)  # documents alone decide what may come when
AS_TOLD = Procedure(STEPS, in_sequence=True)  # each step after the one before it


@dataclass(frozen=True)
class Event:
    """Something that the paper tells of the case.

    Attributes
    ----------
    what : str
    step : str
        Key of the step that it is; empty for what is none of the ten.
    first, last : int
        Months between which it happened, such as 202405; equal where the paper dates it,
        0 where it says nothing.
    """

    what: str
    step: str
    first: int
    last: int

    @property
    def is_dated(self) -> bool:
        """Whether the paper names the month."""
        return self.first == self.last != 0


def case_events(printed: Callable[[str], float]) -> tuple[Event, ...]:
    """Give the events of Uqian Tech in the order in which the paper tells them.

    Parameters
    ----------
    printed : callable
        Claim id to number: ``ledger.read_printed("finance")``.

    Notes
    -----
    Source: paper `finance`, section 3.1. The qualification as data provider is read as
    the certification of the merchant. Entry, listing and first loan stand after the
    model of May 2024 and before the policy of June: they lie between the two. The rest
    of the ten steps is not dated at all.
    """
    month = {
        name: int(printed(f"s3.1.{name}"))
        for name in ("provider_shenzhen", "provider_shanghai", "model_month", "insurance_month")
    }
    between = (month["model_month"], month["insurance_month"])
    second = add_months(month["insurance_month"], int(printed("s3.1.loan_boc_delay")))
    return (
        _dated("data provider in Shenzhen", "certification", month["provider_shenzhen"]),
        _dated("data provider in Shanghai", "", month["provider_shanghai"]),
        _dated("classification model", "", month["model_month"]),
        Event("entry on the books", "entry", *between),
        Event("listing", "listing", *between),
        Event("first loan", "disbursement", *between),
        _dated("loss insurance", "", month["insurance_month"]),
        _dated("second loan", "", second),
    )


def replay(procedure: Procedure, events: Iterable[Event]) -> pd.DataFrame:
    """Try the steps of a case in the order of its events.

    A step that no event tells of is taken as done as soon as an event needs it and
    everything that it needs is there: what is not told cannot be out of order.

    Returns
    -------
    pandas.DataFrame
        One row per event: what, step, first, last, filled (steps that had to be taken as
        done), accepted, reason. An event that is no step is accepted.
    """
    import networkx as nx

    events = list(events)
    told = {event.step for event in events if event.step}
    graph, state, rows = procedure.graph(), State(), []
    for event in events:
        filled: list[str] = []
        tried = Attempt(state, True)
        if event.step:
            ancestors = nx.ancestors(graph, event.step)
            for step in procedure.steps:
                if step.key in ancestors and step.key not in told | set(state.done):
                    before = attempt(procedure, state, step.key)
                    state = before.state
                    filled += [step.key] if before.accepted else []
            tried = attempt(procedure, state, event.step)
            state = tried.state
        rows.append(
            (event.what, event.step, event.first, event.last, filled, tried.accepted, tried.reason)
        )
    columns = ["what", "step", "first", "last", "filled", "accepted", "reason"]
    return pd.DataFrame(rows, columns=columns)


def month_bounds(procedure: Procedure, events: Iterable[Event]) -> pd.DataFrame:
    """Bound the month of each step by what is dated and what must come before.

    Returns
    -------
    pandas.DataFrame
        One row per step: first, last (0 where nothing bounds it), dated.
    """
    import networkx as nx

    told = {event.step: event for event in events if event.step}
    graph = procedure.graph()
    first = {key: told[key].first if key in told else 0 for key in graph}
    last = {key: told[key].last if key in told else 0 for key in graph}
    for key in nx.topological_sort(graph):
        first[key] = max([first[key], *(first[b] for b in graph.predecessors(key))])
    for key in reversed(list(nx.topological_sort(graph))):
        limits = [last[key], *(last[after] for after in graph.successors(key))]
        last[key] = min((limit for limit in limits if limit), default=0)
    keys = [step.key for step in procedure.steps]
    return pd.DataFrame(
        {
            "first": [first[key] for key in keys],
            "last": [last[key] for key in keys],
            "dated": [key in told and told[key].is_dated for key in keys],
        },
        index=pd.Index(keys, name="step"),
    )


def add_months(month: int, months: int) -> int:
    """Go on by some months: ``add_months(202412, 1)`` is 202501."""
    return month_from_index(month_index(month) + months)


def month_index(month: int) -> int:
    """Count months from year 0, so that differences are months."""
    year, rest = divmod(month, 100)
    if not 1 <= rest <= 12:
        raise InputError(f"month: expected year and month such as 202405, found {month}")
    return 12 * year + rest - 1


def month_from_index(index: int) -> int:
    """Turn a count of months back into year and month."""
    return 100 * (index // 12) + index % 12 + 1


def _dated(what: str, step: str, month: int) -> Event:
    return Event(what, step, month, month)

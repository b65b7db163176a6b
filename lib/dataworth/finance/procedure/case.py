"""The ten steps as the paper's text tells them, and the case of Uqian Tech.

Paper `finance`, sections 2.2 and 3.1, Figures 1 and 3; both stand in ``data/cases/uqian.yml``.
Months are written as 202405.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import pandas as pd

from dataworth.facts import DATA
from dataworth.finance.procedure.steps import Procedure, State, Step, ThreePoint, attempt

CASE = DATA / "cases" / "uqian.yml"


@dataclass(frozen=True)
class Event:
    """Something that the paper tells of the case.

    Attributes
    ----------
    what : str
    first, last : int
        Months between which it happened, such as 202405; equal where the paper dates it.
    step : str
        Key of the step that it is; empty for what is none of the ten.
    """

    what: str
    first: int
    last: int
    step: str = ""


def read_steps() -> tuple[Step, ...]:
    """Return the ten steps in the order of the text."""
    return tuple(
        Step(**row | {name: ThreePoint(*row[name]) for name in ("days", "cost")})
        for row in _read("steps")
    )


def read_events(printed: Callable[[str], float]) -> tuple[Event, ...]:
    """Return the events of Uqian Tech in the order in which the paper tells them.

    Parameters
    ----------
    printed : callable
        Claim id to number: ``ledger.read_printed("finance")``.
    """
    events = []
    for row in _read("events"):
        delay = int(printed(row["later"])) if "later" in row else 0
        months = [int((as_month(printed(c)) + delay).strftime("%Y%m")) for c in row["months"]]
        events.append(Event(row["what"], months[0], months[-1], row.get("step", "")))
    return tuple(events)


def as_month(number: float) -> pd.Period:
    """Return the month that a number such as 202405 means."""
    return pd.Period(f"{number:.0f}", "M")


def replay(procedure: Procedure, events: Iterable[Event]) -> pd.DataFrame:
    """Try the steps of a case in the order of its events.

    A step that no event tells of is taken as done as soon as an event needs it and
    everything that it needs is there: what is not told cannot be out of order.

    Returns
    -------
    pandas.DataFrame
        One row per event: what, first, last, step, filled (steps that had to be taken as
        done), accepted, reason. An event that is no step is accepted.
    """
    import networkx as nx

    events = list(events)
    told, graph = {event.step for event in events}, procedure.graph()
    state, rows = State(), []
    for event in events:
        filled, accepted, reason = [], True, ""
        if event.step:
            for step in procedure.steps:
                if step.key in nx.ancestors(graph, event.step) - told - set(state.done):
                    tried = attempt(procedure, state, step.key)
                    state = tried.state
                    filled += [step.key] if tried.accepted else []
            tried = attempt(procedure, state, event.step)
            state, accepted, reason = tried.state, tried.accepted, tried.reason
        rows.append(vars(event) | {"filled": filled, "accepted": accepted, "reason": reason})
    return pd.DataFrame(rows)


def month_bounds(procedure: Procedure, events: Iterable[Event]) -> pd.DataFrame:
    """Bound the month of each step by what is dated and what must come before.

    Returns
    -------
    pandas.DataFrame
        One row per step: first, last (0 where nothing bounds it), dated.
    """
    keys = [step.key for step in procedure.steps]
    bounds = pd.DataFrame(0, index=pd.Index(keys, name="step"), columns=["first", "last"])
    for event in events:
        if event.step:
            bounds.loc[event.step] = event.first, event.last
    bounds["dated"] = (bounds["first"] == bounds["last"]) & (bounds["first"] > 0)
    for key in keys:
        before = bounds.loc[[key, *procedure.before(key)], "first"]
        bounds.loc[key, "first"] = before.max()
    for key in reversed(keys):
        after = [later for later in keys if key in procedure.before(later)]
        last = bounds.loc[[key, *after], "last"]
        bounds.loc[key, "last"] = last[last > 0].min() if (last > 0).any() else 0
    return bounds


def _read(part: str) -> list[dict]:
    import yaml

    return yaml.safe_load(CASE.read_text(encoding="utf-8"))[part]

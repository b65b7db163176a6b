"""From data to a loan: ten steps in four phases, as a procedure that runs, and one case of it.

Paper `finance`, sections 2.2 and 3.1, Figures 1 and 3. A step needs documents, asks a question at
its gate, and issues documents. Steps and case are data, ``data/cases/uqian.yml``. The paper prints
no day and no fee: these are illustrative. Days are calendar days, money is in yuan, months are
written as 202405; equations are named by their labels in chapter finance/procedure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import comb
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from dataworth.errors import InputError
from dataworth.facts import DATA

if TYPE_CHECKING:
    import networkx as nx

CASE = DATA / "cases" / "uqian.yml"
PHASES = {"resource": "资源化", "asset": "资产化", "product": "产品化", "capital": "资本化"}
MOST_ROUNDS = 200  # a file sent back more often than this has a rework of nearly one


@dataclass(frozen=True)
class Step:
    """One step of the procedure.

    Attributes
    ----------
    key, name, chinese, phase, actor : str
        The phase is one of `PHASES`; who acts decides at the gate.
    actions : sequence of str
        What the paper's text names, in its order; a step may bundle several.
    needs, issues : sequence of str
        Documents that the step takes and makes.
    gate : str
        The question that must be answered with yes.
    days, cost : sequence of three float
        Least, most likely and greatest calendar days and yuan of one round.
    rework, refusal : float
        Probabilities, in one round, that the file is sent back, and that it is turned down.
    back_to : str
        Key of an earlier step that a file sent back must pass again; empty for this one alone.
    """

    key: str
    name: str
    chinese: str
    phase: str
    actor: str
    actions: Sequence[str]
    needs: Sequence[str]
    issues: Sequence[str]
    gate: str
    days: Sequence[float]
    cost: Sequence[float]
    rework: float
    refusal: float
    back_to: str = ""

    def __post_init__(self) -> None:
        for name in ("days", "cost"):
            low, mode, high = getattr(self, name)
            if not 0 <= low <= mode <= high:
                raise InputError(f"{self.key}.{name}: expected 0 <= low <= mode <= high")
        if not (self.rework >= 0 and self.refusal >= 0 and self.rework + self.refusal < 1):
            raise InputError(
                f"{self.key}: expected rework and refusal from 0 and below 1 together, found "
                f"{self.rework:g} and {self.refusal:g}"
            )

    @property
    def passes(self) -> float:
        """Probability that the gate says yes in the end, equation `procedure-rounds`."""
        return (1 - self.rework - self.refusal) / (1 - self.rework)


@dataclass(frozen=True)
class Procedure:
    """Steps in the order in which the text tells them.

    Attributes
    ----------
    steps : tuple of Step
    in_sequence : bool
        Whether each step also needs the one before it, as the text tells them. Otherwise
        documents alone decide what may come when.

    Raises
    ------
    InputError
        A key that occurs twice, or a document that no earlier step issues.
    """

    steps: tuple[Step, ...]
    in_sequence: bool = False

    def __post_init__(self) -> None:
        keys = [step.key for step in self.steps]
        if len(set(keys)) < len(keys):
            raise InputError(f"procedure: expected each key once, found {', '.join(keys)}")
        issued: set[str] = set()
        for step in self.steps:
            if missing := set(step.needs) - issued:
                raise InputError(
                    f"{step.key}: expected {min(missing)!r} from an earlier step, found none"
                )
            issued.update(step.issues)

    def __getitem__(self, key: str) -> Step:
        """Look up a step by its key."""
        known = {step.key: step for step in self.steps}
        if key not in known:
            raise InputError(f"step: expected one of {', '.join(known)}, found {key!r}")
        return known[key]

    def before(self, key: str) -> tuple[str, ...]:
        """Return the keys of the steps that must be done right before one, in the text's order."""
        place, needs = self.steps.index(self[key]), set(self[key].needs)
        return tuple(
            step.key
            for n, step in enumerate(self.steps)
            if needs & set(step.issues) or (self.in_sequence and n == place - 1)
        )

    def graph(self) -> nx.DiGraph:
        """Return the steps as a directed graph; an edge says what must come before."""
        import networkx as nx

        graph = nx.DiGraph()
        graph.add_nodes_from(step.key for step in self.steps)
        graph.add_edges_from((b, step.key) for step in self.steps for b in self.before(step.key))
        return graph

    def orders(self) -> list[tuple[str, ...]]:
        """Return every order of all steps that the preconditions allow."""
        import networkx as nx

        return [tuple(order) for order in nx.all_topological_sorts(self.graph())]

    def keeps_phases_apart(self, order: Iterable[str]) -> bool:
        """Return whether in an order of the steps no phase begins before the last has ended."""
        ranks = [list(PHASES).index(self[key].phase) for key in order]
        return ranks == sorted(ranks)


def refusal(procedure: Procedure, done: Sequence[str], key: str) -> str:
    """Return why a step cannot be taken now, in one line; empty where it can.

    Examples
    --------
    >>> refusal(Procedure(read_steps()), [], "listing")
    'listing: expected authentication before it, found it not done'
    """
    if key in done:
        return f"{key}: expected it once, found it done"
    for other in procedure.before(key):
        if other not in done:
            return f"{key}: expected {procedure[other].name} before it, found it not done"
    return ""


def reading_count(actions_by_phase: Iterable[int], steps: int) -> int:
    """Count the ways to bundle neighbouring actions of a phase into so many steps.

    Examples
    --------
    >>> reading_count([1, 3, 3, 6], 10)
    84
    """
    counts = list(actions_by_phase)
    return comb(sum(n - 1 for n in counts), sum(counts) - steps)


# --- the case ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Event:
    """Something that the paper tells of the case, between two months (equal where dated).

    `step` is the key of the step that it is; empty for what is none of the ten.
    """

    what: str
    first: int
    last: int
    step: str = ""


def read_steps() -> tuple[Step, ...]:
    """Return the ten steps in the order of the text."""
    return tuple(Step(**row) for row in _read("steps"))


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

    A step that no event tells of is taken as done as soon as an event needs it and everything
    that it needs is there: what is not told cannot be out of order.

    Returns
    -------
    pandas.DataFrame
        One row per event: what, first, last, step, reason (why it is refused, or empty).
    """
    import networkx as nx

    events, rows = list(events), []
    done: list[str] = []
    told, graph = {event.step for event in events}, procedure.graph()
    for event in events:
        reason = ""
        if event.step:
            untold = nx.ancestors(graph, event.step) - told
            for step in procedure.steps:
                if step.key in untold and not refusal(procedure, done, step.key):
                    done.append(step.key)
            reason = refusal(procedure, done, event.step)
            done += [] if reason else [event.step]
        rows.append(vars(event) | {"reason": reason})
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
        bounds.loc[key, "first"] = bounds.loc[[key, *procedure.before(key)], "first"].max()
    for key in reversed(keys):
        after = [later for later in keys if key in procedure.before(later)]
        last = bounds.loc[[key, *after], "last"]
        bounds.loc[key, "last"] = last[last > 0].min() if (last > 0).any() else 0
    return bounds


# --- days, fees, odds ----------------------------------------------------------------------


def expected_steps(procedure: Procedure) -> pd.DataFrame:
    """Return expected rounds, days and cost of each step, and the odds of its gate.

    Equation `procedure-rounds`: rounds are geometric, since each sends the file back with the
    same probability; a file sent back passes the step `back_to` again, if there is one. The mean
    of a round is that of the PERT distribution.

    Returns
    -------
    pandas.DataFrame
        One row per step: rounds, days, cost, passes.
    """
    rows = {}
    for step in procedure.steps:
        rounds = 1 / (1 - step.rework)
        row = {"rounds": rounds, "passes": step.passes}
        for name in ("days", "cost"):
            row[name] = rounds * _mean(getattr(step, name))
            if step.back_to:
                row[name] += (rounds - 1) * _mean(getattr(procedure[step.back_to], name))
        rows[step.key] = row
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("step")


def draw_days(procedure: Procedure, *, draws: int, seed: int) -> pd.DataFrame:
    """Return the days of each step, with all its rounds, of applications that are granted.

    Whether a gate says yes in the end says nothing of how often it sent the file back, so
    granted applications need no refused ones beside them.

    Returns
    -------
    pandas.DataFrame, shape (draws, steps)
    """
    rng, days = np.random.default_rng(seed), {}
    for step in procedure.steps:
        rounds = [step.days, procedure[step.back_to].days] if step.back_to else [step.days]
        total = _pert(rng, step.days, draws)
        back = rng.random(draws) < step.rework
        for _ in range(MOST_ROUNDS):
            if not back.any():
                break
            total += back * sum(_pert(rng, estimate, draws) for estimate in rounds)
            back &= rng.random(draws) < step.rework
        days[step.key] = total
    return pd.DataFrame(days)


def schedule(procedure: Procedure, days: pd.DataFrame) -> pd.DataFrame:
    """Return when each step ends if it begins as soon as it can, equation `procedure-schedule`."""
    finish = pd.DataFrame(index=days.index)
    for key in days:
        before = finish[list(procedure.before(key))].max(axis=1).fillna(0.0)
        finish[key] = before + days[key]
    return finish


def expected_application(steps: pd.DataFrame) -> dict[str, float]:
    """Return the expected cost of an application and the odds that it ends in a loan.

    Equation `procedure-application`: a step costs only those who reach it.

    Parameters
    ----------
    steps : pandas.DataFrame
        Rows of `expected_steps`, in the order in which they are taken.
    """
    reached = steps["passes"].cumprod().shift(fill_value=1.0)
    return {"cost": float((steps["cost"] * reached).sum()), "granted": steps["passes"].prod()}


def break_even_loan(*, cost: float, granted: float, advantage: float, years: float) -> float:
    """Return the loan from which on an application pays, in yuan: equation `procedure-breakeven`.

    `advantage` is what a year's use of a yuan brings above the loan's rate. Infinite where nothing
    is gained by the loan.
    """
    gained = granted * advantage * years
    return cost / gained if gained > 0 else float("inf")


def _read(part: str) -> list[dict]:
    import yaml

    return yaml.safe_load(CASE.read_text(encoding="utf-8"))[part]


def _mean(estimate: Sequence[float]) -> float:
    low, mode, high = estimate
    return (low + 4 * mode + high) / 6


def _pert(rng: np.random.Generator, estimate: Sequence[float], draws: int) -> np.ndarray:
    """Draw from the PERT distribution: a beta that leans to the most likely value."""
    low, mode, high = estimate
    width = (high - low) or 1.0
    first, second = 1 + 4 * (mode - low) / width, 1 + 4 * (high - mode) / width
    return low + (high - low) * rng.beta(first, second, draws)

"""From data to a loan: ten steps in four phases, as a procedure that runs.

Paper `finance`, sections 2.2 and 3.1, Figures 1 and 3. A step needs documents, asks a
question at its gate, and issues documents. Days are calendar days, costs are in yuan. The ten
steps themselves are data, see `case`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from math import comb
from typing import TYPE_CHECKING

from dataworth.errors import InputError

if TYPE_CHECKING:
    import networkx as nx

PHASES = {"resource": "资源化", "asset": "资产化", "product": "产品化", "capital": "资本化"}


@dataclass(frozen=True)
class ThreePoint:
    """A three-point estimate: least, most likely and greatest value."""

    low: float
    mode: float
    high: float

    def __post_init__(self) -> None:
        """Refuse values out of order."""
        if not 0 <= self.low <= self.mode <= self.high:
            raise InputError(
                f"three points: expected 0 <= low <= mode <= high, found {self.low:g}, "
                f"{self.mode:g}, {self.high:g}"
            )

    @property
    def mean(self) -> float:
        """Mean of the PERT distribution: (low + 4 mode + high) / 6."""
        return (self.low + 4 * self.mode + self.high) / 6


@dataclass(frozen=True)
class Step:
    """One step of the procedure.

    Attributes
    ----------
    key, name, chinese : str
    phase : str
        One of `PHASES`.
    actor : str
        Who acts, and so who decides at the gate.
    actions : sequence of str
        What the paper's text names, in its order; a step may bundle several.
    needs, issues : sequence of str
        Documents that the step takes and makes.
    gate : str
        The question that must be answered with yes.
    days, cost : ThreePoint
        Calendar days and yuan of one round.
    rework, refusal : float
        Probabilities, in one round, that the file is sent back, and that it is turned
        down for good.
    back_to : str
        Key of an earlier step that a file sent back must pass again; empty for this one
        alone.
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
    days: ThreePoint
    cost: ThreePoint
    rework: float
    refusal: float
    back_to: str = ""


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
        """Check that the steps hang together."""
        keys = [step.key for step in self.steps]
        if len(set(keys)) < len(keys):
            raise InputError(f"procedure: expected each key once, found {', '.join(keys)}")
        issued: set[str] = set()
        for step in self.steps:
            for document in set(step.needs) - issued:
                raise InputError(
                    f"{step.key}: expected {document!r} from an earlier step, found none that "
                    "issues it"
                )
            issued.update(step.issues)

    def __getitem__(self, key: str) -> Step:
        """Look up a step by its key."""
        for step in self.steps:
            if step.key == key:
                return step
        known = ", ".join(step.key for step in self.steps)
        raise InputError(f"step: expected one of {known}, found {key!r}")

    def number(self, key: str) -> int:
        """Return the position in the text, from 1."""
        return self.steps.index(self[key]) + 1

    @property
    def issuers(self) -> dict[str, str]:
        """Document to the key of the step that issues it."""
        return {document: step.key for step in self.steps for document in step.issues}

    def before(self, key: str) -> tuple[str, ...]:
        """Return the keys of the steps that must be done right before one, in the text's order."""
        place, needs = self.number(key) - 1, set(self[key].needs)
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


@dataclass(frozen=True)
class State:
    """How far one application has come.

    Attributes
    ----------
    done : tuple of str
        Keys of the steps that are done, in the order in which they were.
    closed : str
        Why nothing more can follow; empty while the application lives.
    """

    done: tuple[str, ...] = ()
    closed: str = ""


@dataclass(frozen=True)
class Attempt:
    """What came of trying a step: the state after it, and, if refused, why."""

    state: State
    reason: str = ""

    @property
    def accepted(self) -> bool:
        """Whether the step is done."""
        return not self.reason


def attempt(procedure: Procedure, state: State, key: str, *, passes: bool = True) -> Attempt:
    """Try one step.

    Parameters
    ----------
    procedure : Procedure
    state : State
        `State()` at the beginning.
    key : str
    passes : bool
        What the gate decides, once everything that it needs is there.

    Returns
    -------
    Attempt
        If refused, the reason is one line. A step tried too early leaves the state as it
        was; a gate that says no closes the application.

    Raises
    ------
    InputError
        There is no such step.

    Examples
    --------
    >>> from dataworth.finance.procedure.case import read_steps
    >>> attempt(Procedure(read_steps()), State(), "listing").reason
    'listing: expected the authentication of step 4, found none'
    """
    step = procedure[key]
    if state.closed:
        return Attempt(state, f"{key}: {state.closed}")
    if key in state.done:
        return Attempt(state, f"{key}: expected it once, found it done")
    for document in step.needs:
        if (issuer := procedure.issuers[document]) not in state.done:
            number = procedure.number(issuer)
            return Attempt(state, f"{key}: expected the {document} of step {number}, found none")
    for other in procedure.before(key):
        if other not in state.done:
            number = procedure.number(other)
            reason = f"{key}: expected step {number} before it ({other}), found it not done"
            return Attempt(state, reason)
    if not passes:
        closed = f"the gate of step {procedure.number(key)} said no: {step.gate}"
        return Attempt(replace(state, closed=closed), f"{key}: {closed}")
    return Attempt(State((*state.done, key)))


def reading_count(actions_by_phase: Iterable[int], steps: int) -> int:
    """Count the ways to bundle neighbouring actions of a phase into so many steps.

    Each of the gaps between neighbours within a phase is either kept or closed.

    Examples
    --------
    >>> reading_count([1, 3, 3, 6], 10)
    84
    """
    counts = list(actions_by_phase)
    return comb(sum(n - 1 for n in counts), sum(counts) - steps)

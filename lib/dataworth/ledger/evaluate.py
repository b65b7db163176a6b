"""Evaluate a calculation on the rounding intervals of what it is given."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import product

from dataworth.errors import InputError
from dataworth.ledger.claims import Quantity
from dataworth.ledger.rulebook import Calculation, Fact, Paper
from dataworth.ledger.rules import RULES

MOST_CORNERS = 10  # numbers with a rounding interval: 2**10 evaluations
MOST_SHOWN = 6  # numbers that a note lists
MANY = 3  # numbers of one row that a note names by the first and the last

Argument = Quantity | list[Quantity]


def evaluate(rule: str, given: Mapping[str, Argument]) -> Quantity:
    """Evaluate a rule at its arguments and at the ends of their intervals.

    Parameters
    ----------
    rule : str
        Name in `RULES`. Rules are monotone in each argument, so the extremes
        lie at corners of the box that the intervals span.
    given : mapping of str to Quantity or list of Quantity

    Returns
    -------
    Quantity
        Value, and the least and greatest value over the corners. A condition
        gives 0 or 1; its `high` is 1 when it holds somewhere in the box.

    Raises
    ------
    ArithmeticError, ValueError
        The rule is not defined there.
    """
    leaves = [
        q for value in given.values() for q in (value if isinstance(value, list) else [value])
    ]

    def at(numbers: list[float]) -> float:
        rest = iter(numbers)
        arguments = {
            name: [next(rest) for _ in value] if isinstance(value, list) else next(rest)
            for name, value in given.items()
        }
        return float(RULES[rule](**arguments))

    value = at([q.value for q in leaves])
    ends = [(q.low,) if q.low == q.high else (q.low, q.high) for q in leaves]
    if sum(len(end) - 1 for end in ends) <= MOST_CORNERS:
        values = [at(list(corner)) for corner in product(*ends)]
    else:
        values = _along_each_axis(at, leaves)
    return Quantity(value, min(value, *values), max(value, *values))


def _along_each_axis(at: Callable[[list[float]], float], leaves: list[Quantity]) -> list[float]:
    """Find the two extreme corners from the direction of each argument alone."""
    centre = [q.value for q in leaves]
    lowest, highest = [], []
    for i, q in enumerate(leaves):
        rises = at([*centre[:i], q.high, *centre[i + 1 :]]) >= at(
            [*centre[:i], q.low, *centre[i + 1 :]]
        )
        lowest.append(q.low if rises else q.high)
        highest.append(q.high if rises else q.low)
    return [at(lowest), at(highest)]


@dataclass
class Numbers:
    """The numbers that relations of one paper may use, looked up by name.

    Facts and derived numbers are computed when first asked for, so that a
    chapter reads only the public tables that its own claims need.
    """

    paper: Paper
    _known: dict[str, Quantity] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Quantity:
        """Look up a claim, a derived number or a fact."""
        if name not in self._known:
            self._known[name] = self._find(name)
        return self._known[name]

    def compute(self, calculation: Calculation, place: str) -> Quantity:
        """Evaluate a calculation of this paper; `place` begins the error."""
        given = {name: self._resolve(value) for name, value in calculation.given.items()}
        try:
            return evaluate(calculation.rule, given)
        except (ArithmeticError, ValueError) as error:
            message = f"claims/{self.paper.name}.yml: {calculation.rule} for {place}: {error}"
            raise InputError(message) from None

    def describe(self, calculation: Calculation) -> str:
        """List what a calculation is given: claims as printed, facts marked as such."""
        rows: dict[tuple[str, str], list[str]] = {}
        for name in dict.fromkeys(calculation.names()):
            claim = self.paper.claims.get(name)
            rows.setdefault((claim.place, claim.row) if claim else ("", name), []).append(name)
        parts = []
        for names in rows.values():
            few = len(names) < MANY
            parts += [self._shown(name) for name in names] if few else [self._span(names)]
        if len(parts) > MOST_SHOWN:
            parts = [*parts[:2], f"{len(parts) - 2} more"]
        lists = [value for value in calculation.given.values() if isinstance(value, list)]
        parts += [f"{item:g}" for value in lists for item in value if not isinstance(item, str)]
        literals = {k: v for k, v in calculation.given.items() if isinstance(v, int | float)}
        parts += [f"{name.replace('_', ' ')} = {value:g}" for name, value in literals.items()]
        return ", ".join(parts)

    def is_fact(self, name: str) -> bool:
        """Whether a name stands for a number from the public record."""
        return any(fact.name == name for fact in self.paper.book.facts)

    def label(self, name: str) -> str:
        """Say what a fact or derived number is."""
        entries = (*self.paper.book.facts, *self.paper.book.derived)
        entry = next(entry for entry in entries if entry.name == name)
        return entry.label or name.replace("_", " ")

    def _shown(self, name: str) -> str:
        if name in self.paper.claims:
            claim = self.paper.claims[name]
            return f"{claim.label} ({claim.place}) = {claim.printed}"
        source = "public record" if self.is_fact(name) else "implied"
        return f"{self.label(name)} ({source}) = {_brief(self[name].value)}"

    def _span(self, names: list[str]) -> str:
        first, last = self.paper.claims[names[0]], self.paper.claims[names[-1]]
        return f"{first.row}, {first.column} to {last.column} ({first.place})"

    def _resolve(self, value: str | float | list) -> Argument:
        if isinstance(value, list):
            return [self._resolve(item) for item in value]
        return self[value] if isinstance(value, str) else Quantity.exact(float(value))

    def _find(self, name: str) -> Quantity:
        if name in self.paper.claims:
            return self.paper.claims[name].quantity
        for derived in self.paper.book.derived:
            if derived.name == name:
                return self.compute(derived, name)
        fact = next(fact for fact in self.paper.book.facts if fact.name == name)
        return Quantity.exact(look_up(fact, f"claims/{self.paper.name}.yml"))


def _brief(value: float) -> str:
    """Write a number that nobody printed: whole from a thousand on, else four digits."""
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"


def look_up(fact: Fact, where: str) -> float:
    """Look one fact up in the public record.

    Raises
    ------
    InputError
        No such table or column, no row, or more than one row for a value.
    """
    from dataworth.facts import read_facts

    place = f"{where}: facts {fact.name}"
    try:
        table = read_facts(fact.table)
    except FileNotFoundError as error:
        raise InputError(f"{place}: {error}") from None
    for column in (fact.column, *fact.where):
        if column not in table:
            raise InputError(f"{place}: {fact.table} has no column {column!r}")
    for column, wanted in fact.where.items():
        if isinstance(wanted, tuple):
            table = table[table[column].between(*wanted)]
        else:
            table = table[table[column] == wanted]
    values = table[fact.column].dropna()
    if fact.statistic == "count":
        return float(len(values))
    if values.empty or (fact.statistic == "value" and len(values) > 1):
        raise InputError(f"{place}: expected one row, found {len(values)}")
    values = values * fact.scale
    if fact.statistic == "compound":
        return float((1 + values).prod() ** (1 / len(values)) - 1)
    return float(values.iloc[0] if fact.statistic == "value" else getattr(values, fact.statistic)())

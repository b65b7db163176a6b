"""The numbers that the relations of one paper are held on."""

from __future__ import annotations

from dataclasses import dataclass, field

from dataworth.errors import InputError
from dataworth.forensics.rounding import Argument, Quantity, propagate
from dataworth.ledger.entries import Calculation, Fact
from dataworth.ledger.rulebook import Paper
from dataworth.ledger.rules import RULES, takes_intervals
from dataworth.ledger.wording import brief

MOST_SHOWN = 6  # numbers that a note lists
MANY = 3  # numbers of one row that a note names by the first and the last


@dataclass
class Numbers:
    """The numbers that relations of one paper may use, looked up by name.

    Facts and derived numbers are computed when first asked for, so that a
    chapter reads only the public tables that its own claims need.
    """

    paper: Paper
    _known: dict[str, Quantity] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Quantity:
        """Return a claim, a derived number or a fact."""
        if name not in self._known:
            self._known[name] = self._find(name)
        return self._known[name]

    def compute(self, calculation: Calculation, place: str) -> Quantity:
        """Return what a calculation of this paper yields; `place` begins the error."""
        given: dict[str, Argument] = {}
        for name, value in calculation.given.items():
            if isinstance(value, list):
                given[name] = [self._number(item) for item in value]
            else:
                given[name] = self._number(value)
        try:
            if takes_intervals(calculation.rule):
                return Quantity.exact(float(RULES[calculation.rule](**given)))
            return propagate(RULES[calculation.rule], given)
        except (ArithmeticError, ValueError) as error:
            message = f"{self.paper.where}: {calculation.rule} for {place}: {error}"
            raise InputError(message) from None

    def describe(self, calculation: Calculation) -> str:
        """Return what a calculation is given: claims as printed, facts marked as such."""
        rows: dict[tuple[str, str], list[str]] = {}
        lists = [value for value in calculation.given.values() if isinstance(value, list)]
        for name in dict.fromkeys(calculation.names()):
            claim = self.paper.claims.get(name)
            together = claim and any(name in listed for listed in lists)
            key = (claim.place, claim.row) if claim and together else ("", name)
            rows.setdefault(key, []).append(name)
        parts = []
        for names in rows.values():
            few = len(names) < MANY
            parts += [self._shown(name) for name in names] if few else [self._span(names)]
        if len(parts) > MOST_SHOWN:
            parts = [*parts[:2], f"{len(parts) - 2} more"]
        parts += [brief(item) for value in lists for item in value if not isinstance(item, str)]
        literals = {k: v for k, v in calculation.given.items() if isinstance(v, int | float)}
        parts += [f"{name.replace('_', ' ')} {brief(value)}" for name, value in literals.items()]
        return ", ".join(parts)

    def is_fact(self, name: str) -> bool:
        """Return whether a name stands for a number from the public record."""
        return any(fact.name == name for fact in self.paper.book.facts)

    def rests_on_record(self, calculation: Calculation) -> bool:
        """Return whether a fact enters a calculation, itself or behind a derived number."""
        derived = {entry.name: entry for entry in self.paper.book.derived}
        return any(
            self.is_fact(name) or (name in derived and self.rests_on_record(derived[name]))
            for name in calculation.names()
        )

    def label(self, name: str) -> str:
        """Return what a fact or derived number is."""
        labels = {entry.name: entry.label for entry in self.paper.book.facts}
        labels |= {entry.name: entry.label for entry in self.paper.book.derived}
        return labels[name]

    def _shown(self, name: str) -> str:
        if name in self.paper.claims:
            claim = self.paper.claims[name]
            return f"{claim.label} ({claim.place}) = {claim.printed}"
        source = "public record" if self.is_fact(name) else "implied"
        return f"{self.label(name)} ({source}) = {brief(self[name].value)}"

    def _span(self, names: list[str]) -> str:
        first, last = self.paper.claims[names[0]], self.paper.claims[names[-1]]
        return f"{first.row}, {first.column} to {last.column} ({first.place})"

    def _number(self, value: str | float) -> Quantity:
        return self[value] if isinstance(value, str) else Quantity.exact(float(value))

    def _find(self, name: str) -> Quantity:
        if name in self.paper.claims:
            return self.paper.claims[name].quantity
        for derived in self.paper.book.derived:
            if derived.name == name:
                return self.compute(derived, name)
        fact = next(fact for fact in self.paper.book.facts if fact.name == name)
        return Quantity.exact(
            look_up(fact, f"{self.paper.where}: line {fact.line}", self.paper.facts)
        )


def look_up(fact: Fact, where: str, folder: str = "facts") -> float:
    """Return one fact from the public record: the tables of a folder (of ``data``).

    Raises
    ------
    InputError
        No such table or column, no row, or more than one row for a value.
    """
    from dataworth.facts import read_facts

    place = f"{where}: facts {fact.name}"
    try:
        table = read_facts(fact.table, folder)
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

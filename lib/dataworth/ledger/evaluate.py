"""The numbers that the relations of one paper are held on, and how notes name them."""

from __future__ import annotations

from functools import cache
from itertools import groupby
from typing import Any

import pandas as pd

from dataworth import facts
from dataworth.errors import InputError
from dataworth.forensics.rounding import Quantity, format_like, propagate
from dataworth.ledger.claims import Claim
from dataworth.ledger.entries import Calculation, Derived, Fact
from dataworth.ledger.rulebook import Paper
from dataworth.ledger.rules import RULES, is_condition, meaning, takes_intervals
from dataworth.ledger.wording import brief

MOST_SHOWN = 7  # numbers that a note lists
MANY = 3  # numbers of one row that a note names by the first and the last


class Numbers:
    """The numbers that relations of one paper may use, looked up by name.

    Facts and derived numbers are computed when first asked for, so that a
    chapter reads only the public tables that its own claims need.
    """

    def __init__(self, paper: Paper):
        self.paper = paper
        self.sources: dict[str, Claim | Fact | Derived] = {**paper.claims}
        self.sources |= {fact.name: fact for fact in paper.book.facts}
        self.sources |= {derived.name: derived for derived in paper.book.derived}
        self._value = cache(self._find)
        self._table = cache(lambda name: facts.read_facts(name, paper.facts))

    def __getitem__(self, name: str | float) -> Quantity:
        """Return a claim, a derived number or a fact; a literal number stands for itself."""
        return self._value(name) if isinstance(name, str) else Quantity.exact(float(name))

    def _find(self, name: str) -> Quantity:
        source = self.sources[name]
        if isinstance(source, Claim):
            return source.quantity
        if isinstance(source, Derived):
            return self.compute(source, f"line {source.line}: {name}")
        place = f"{self.paper.where}: line {source.line}: facts {name}"
        try:
            return Quantity.exact(look_up(source, self._table(source.table)))
        except (FileNotFoundError, InputError) as error:
            raise InputError(f"{place}: {error}") from None

    def compute(self, calculation: Calculation, place: str) -> Quantity:
        """Return what a calculation of this paper yields; `place` is for its error."""
        rule = calculation.rule
        given = {
            name: [self[item] for item in value] if isinstance(value, list) else self[value]
            for name, value in calculation.given.items()
        }
        try:
            if takes_intervals(rule):
                return Quantity.exact(float(RULES[rule](**given)))
            return propagate(RULES[rule], given)
        except (ArithmeticError, ValueError) as error:
            raise InputError(f"{self.paper.where}: {place}: {rule}: {error}") from None

    def rests_on_record(self, calculation: Calculation) -> bool:
        """Return whether a fact enters a calculation, itself or behind a derived number."""
        sources = [self.sources[name] for name in calculation.names]
        return any(
            isinstance(source, Fact)
            or (isinstance(source, Derived) and self.rests_on_record(source))
            for source in sources
        )

    def shown(self, name: str, like: Claim) -> str:
        """Return a fact or derived number as a sentence, written like a claim."""
        source = self.sources[name]
        said = "On public record" if isinstance(source, Fact) else "Implied"
        return f"{said}: {format_like(like.printed, self[name].value)} ({source.label})."

    def said(self, calculation: Calculation, value: Quantity, claim: Claim) -> str:
        """Return what a calculation yields for a claim, and from which numbers."""
        names = calculation.names
        if calculation.rule == "same" and names:
            return self.shown(names[0], claim).removesuffix(".")
        outcome, link = format_like(claim.printed, value.value), "from"
        if is_condition(calculation.rule):
            outcome, link = "holds" if value.high >= 1 else "does not hold", "for"
        given = self._described(calculation)
        return f"{meaning(calculation.rule)}: {outcome}{f' {link} {given}' if given else ''}"

    def _described(self, calculation: Calculation) -> str:
        """Return what a calculation is given; many numbers of one row by the first and the last."""
        parts: list[str] = []
        for argument, value in calculation.given.items():
            if isinstance(value, int | float):
                parts.append(f"{argument.replace('_', ' ')} = {brief(value)}")
                continue
            for row, group in groupby(value if isinstance(value, list) else [value], self._row):
                items: list[Any] = list(group)
                many = row and len(items) >= MANY
                parts += [self._span(items)] if many else [self._named(item) for item in items]
        few = [*parts[:2], f"{len(parts) - 2} more"] if len(parts) > MOST_SHOWN else parts
        return ", ".join(dict.fromkeys(few))

    def _row(self, name: Any) -> tuple[str, str] | None:
        claim = self.paper.claims.get(name)
        return (claim.place, claim.row) if claim else None

    def _span(self, names: list[str]) -> str:
        first, last = self.paper.claims[names[0]], self.paper.claims[names[-1]]
        return f"{first.row}, {first.column} to {last.column} ({first.place})"

    def _named(self, name: str | float) -> str:
        if not isinstance(name, str):
            return brief(name)
        source = self.sources[name]
        if isinstance(source, Claim):
            return f"{source.label} ({source.place}) = {source.printed}"
        origin = "public record" if isinstance(source, Fact) else "implied"
        return f"{source.label} ({origin}) = {brief(self[name].value)}"


def look_up(fact: Fact, table: pd.DataFrame) -> float:
    """Return one fact from its table of the public record.

    Raises
    ------
    InputError
        No such column, no row, or more than one row for a value.
    """
    if missing := [name for name in (fact.column, *fact.where) if name not in table]:
        raise InputError(f"{fact.table} has no column {missing[0]!r}")
    for column, wanted in fact.where.items():
        first, last = wanted if isinstance(wanted, tuple) else (wanted, wanted)
        table = table[table[column].between(first, last)]
    values = table[fact.column].dropna()
    if fact.statistic == "count":
        return float(len(values))
    if values.empty or (fact.statistic == "value" and len(values) > 1):
        raise InputError(f"expected one row, found {len(values)}")
    values = values * fact.scale
    if fact.statistic == "compound":
        return float((1 + values).prod() ** (1 / len(values)) - 1)
    return float(values.agg("sum" if fact.statistic == "value" else fact.statistic))

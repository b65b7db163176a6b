"""The entries of a rules file: relations, repeats, facts, results and open claims."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from dataworth.ledger.rules import RULES, is_condition

Number = int | float
Given = str | Number | list[str | Number]


class Entry(BaseModel):
    """What all entries share: no unknown field, no change."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Calculation(Entry):
    """A rule and where its arguments come from: names, literal numbers, or lists of them."""

    rule: str
    given: dict[str, Given]

    @model_validator(mode="after")
    def _fits_its_rule(self) -> Calculation:
        if self.rule not in RULES:
            raise ValueError(f"unknown rule {self.rule!r}; there are {', '.join(sorted(RULES))}")
        try:
            inspect.signature(RULES[self.rule]).bind(**self.given)
        except TypeError as error:
            takes = ", ".join(inspect.signature(RULES[self.rule]).parameters)
            raise ValueError(f"rule {self.rule} takes {takes}: {error}") from None
        return self

    def names(self) -> Iterator[str]:
        """Yield the names of claims, facts and derived numbers that it uses."""
        for value in self.given.values():
            for item in value if isinstance(value, list) else [value]:
                if isinstance(item, str):
                    yield item


class Relation(Entry):
    """A relation that must hold for the target, under one of its readings.

    `tolerance` (absolute) widens the comparison beyond rounding and needs a
    `reason`. `cause` is shown when the relation fails, `note` when it holds, and
    `reading` always. `info` names facts or derived numbers that are shown too.
    `stands_in` says which facts stand in for the paper's own, such as those of
    another year: they can support a claim but not contradict it.
    """

    target: str
    either: tuple[Calculation, ...] = Field(min_length=1)
    tolerance: float = Field(default=0.0, ge=0)
    reason: str = ""
    cause: str = ""
    note: str = ""
    reading: str = ""
    info: tuple[str, ...] = ()
    stands_in: str = ""

    @model_validator(mode="before")
    @classmethod
    def _one_reading_needs_no_list(cls, entry: Any) -> Any:
        if isinstance(entry, dict) and "rule" in entry and "either" not in entry:
            entry = dict(entry)
            entry["either"] = [{"rule": entry.pop("rule"), "given": entry.pop("given", {})}]
        return entry

    @model_validator(mode="after")
    def _hangs_together(self) -> Relation:
        if len({is_condition(reading.rule) for reading in self.either}) > 1:
            raise ValueError("readings must be all numbers or all conditions")
        if self.tolerance and not self.reason:
            raise ValueError("a tolerance needs a reason")
        return self

    @property
    def only_refutes(self) -> bool:
        """Return whether the readings are conditions, which cannot confirm a number."""
        return is_condition(self.either[0].rule)


class Repeat(Entry):
    """A claim that prints the number `of` another claim once more.

    Repetition confirms nothing: `target` takes over the verdict of the number
    that it repeats. If the two disagree, it is contradicted, and `cause` shown.
    `unsigned` is for a text that quotes the size of a number: 3% for -0.029,
    `scale` for one that quotes it in another unit: 3% for 3.00 in per cent is 0.01.
    """

    target: str
    of: str
    unsigned: bool = False
    scale: float = Field(default=1.0, gt=0)
    cause: str = ""


class Derived(Calculation):
    """A number that printed numbers imply and other relations use."""

    name: str
    label: str = ""


class Fact(Entry):
    """A number from the public record: one statistic of one column of a table.

    `where` selects rows: a value, or the first and last of an inclusive range.
    The statistic ``compound`` is the yearly return that compounds to the same.
    """

    name: str
    label: str = ""
    table: str
    column: str
    where: dict[str, str | Number | tuple[str | Number, str | Number]] = {}
    statistic: Literal["value", "mean", "compound", "sum", "min", "max", "count"] = "value"
    scale: float = 1.0


class Tolerance(Entry):
    """How far a recomputed number may be from the printed one."""

    absolute: float = Field(default=0.0, ge=0)
    relative: float = Field(default=0.0, ge=0)
    reason: str = Field(min_length=1)


class Result(Entry):
    """What a chapter computes for a claim: one number or yes/no, or an interval.

    `cause` is shown when the result disagrees, `note` when it agrees, and
    `reading` always. `info` names other recorded numbers that are shown too.
    `by_chance` and `where_true` name the shares of cases in which a finding holds
    where there is nothing to find, and where there is: the note compares them.
    """

    target: str
    kind: Literal["reproduced", "consistent"]
    result: str = ""
    low: str = ""
    high: str = ""
    tolerance: Tolerance | None = None
    cause: str = ""
    note: str = ""
    reading: str = ""
    info: tuple[str, ...] = ()
    by_chance: str = ""
    where_true: str = ""

    @model_validator(mode="after")
    def _names_its_results(self) -> Result:
        if bool(self.result) == bool(self.low and self.high) or bool(self.low) != bool(self.high):
            raise ValueError("give either `result`, or `low` and `high`")
        shares = bool(self.by_chance), bool(self.where_true)
        if any(shares) and not (all(shares) and self.result):
            raise ValueError("give `by_chance` and `where_true` together, beside `result`")
        return self


class Open(Entry):
    """Claims (ids or patterns with ``*``) and the data that would settle them.

    `info` names facts or derived numbers that are shown too.
    """

    targets: tuple[str, ...] = Field(min_length=1)
    needs: str = Field(min_length=1)
    info: tuple[str, ...] = ()


class RuleBook(Entry):
    """All entries of one rules file, expanded."""

    facts: tuple[Fact, ...] = ()
    derived: tuple[Derived, ...] = ()
    repeats: tuple[Repeat, ...] = ()
    rules: tuple[Relation, ...] = ()
    results: tuple[Result, ...] = ()
    open: tuple[Open, ...] = ()

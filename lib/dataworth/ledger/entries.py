"""The entries of a rules file: relations, repeats, facts, causes, results, what stays open."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, model_validator

from dataworth.ledger.rules import RULES, is_condition

Number = int | float
Given = str | Number | list[str | Number]


class Entry(BaseModel):
    """What all entries share: no unknown field, no change."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    _line: int = PrivateAttr(default=0)

    @property
    def line(self) -> int:
        """The line of the rules file on which it begins."""
        return self._line


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
    `reason`. `cause` names the cause of a failure, `note` is shown when it holds, and
    `reading`, how we read the claim, always; a `cutoff` is a reading that gives a word such as
    "far" a number of ours. `info` names facts or derived numbers that are shown too.
    `stands_in` says which facts stand in for the paper's own, such as those of
    another year: they neither confirm a claim nor contradict it. A condition cannot confirm
    a number; `let_through` names the share of numbers that it lets through, and where that is
    small a number that keeps it is possible.
    """

    target: str
    either: tuple[Calculation, ...] = Field(min_length=1)
    tolerance: float = Field(default=0.0, ge=0)
    reason: str = ""
    cause: str = ""
    note: str = ""
    reading: str = ""
    cutoff: str = ""
    info: tuple[str, ...] = ()
    stands_in: str = ""
    let_through: str = ""

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
    label: str = Field(min_length=1)


class Fact(Entry):
    """A number from the public record: one statistic of one column of a table.

    `where` selects rows: a value, or the first and last of an inclusive range.
    The statistic ``compound`` is the yearly return that compounds to the same.
    """

    name: str
    label: str = Field(min_length=1)
    table: str
    column: str
    where: dict[str, str | Number | tuple[str | Number, str | Number]] = {}
    statistic: Literal["value", "mean", "compound", "sum", "min", "max", "count"] = "value"
    scale: float = 1.0


class Cause(Entry):
    """Why claims are contradicted: one cause may stand behind many rows."""

    id: str
    sort: Literal["slip", "substance", "definition", "method"] = Field(alias="class")
    text: str = Field(min_length=1)


class Tolerance(Entry):
    """How far a recomputed number may be from the printed one."""

    absolute: float = Field(default=0.0, ge=0)
    relative: float = Field(default=0.0, ge=0)
    reason: str = Field(min_length=1)


class Judged(Entry):
    """What every result of a chapter can say about its claim.

    `cause` names the cause of a contradiction, `note` is shown when the claim stands, `reading`
    and `cutoff` always, as in `Relation`. `info` maps what a further recorded number is to its
    key, with a format behind a colon if it needs one: ``{share of firms: "firms.share:.0%"}``.
    """

    KEYS: ClassVar[tuple[str, ...]] = ()

    target: str
    cause: str = ""
    note: str = ""
    reading: str = ""
    cutoff: str = ""
    info: dict[str, str] = {}

    def needs(self) -> Iterator[str]:
        """Yield the recorded keys without which the entry says nothing."""
        for field in self.KEYS:
            value = getattr(self, field)
            yield from filter(None, [value] if isinstance(value, str) else value)

    def shows(self) -> Iterator[str]:
        """Yield the recorded keys that it shows where they are there."""
        yield from (key.partition(":")[0] for key in self.info.values())


class Measured(Judged):
    """A number or a yes or no (`result`), or an interval (`low` to `high`)."""

    KEYS = ("result", "low", "high")

    result: str = ""
    low: str = ""
    high: str = ""
    tolerance: Tolerance | None = None

    @model_validator(mode="after")
    def _names_its_results(self) -> Measured:
        if bool(self.result) == bool(self.low and self.high) or bool(self.low) != bool(self.high):
            raise ValueError("give either `result`, or `low` and `high`")
        return self


class Record(Measured):
    """What real data or public code yield.

    For a finding, `above` or `below` is the limit on whose side the whole interval of an
    estimate must lie: a number, or a recorded key.
    """

    basis: Literal["record"]
    above: Number | str | None = None
    below: Number | str | None = None

    def needs(self) -> Iterator[str]:
        """Yield the keys of the numbers, and of the limit if it is recorded."""
        yield from super().needs()
        yield from (limit for limit in (self.above, self.below) if isinstance(limit, str))


class Reconstruction(Measured):
    """What data that were drawn to agree with printed numbers yield, or simulated ones.

    It supports nothing and contradicts nothing. `calibrated` says how the claim itself went
    into the data: then it is not even possible, by construction.
    """

    basis: Literal["reconstruction"]
    calibrated: str = ""


class Tried(Judged):
    """Shares of trials that show a finding where it is true, and where it is not.

    `tries` names the number of trials of each (one key for both, or two), `both` the share of
    pairs that show it in both worlds where they share samples. `against` says in words what the
    nearest world without the finding is.
    """

    KEYS: ClassVar[tuple[str, ...]] = ("where_true", "tries", "where_false", "both")

    where_true: str
    tries: str | tuple[str, str] = ""
    where_false: str = ""
    both: str = ""
    against: str = ""

    @model_validator(mode="after")
    def _names_the_other_world(self) -> Tried:
        if bool(self.where_false) != bool(self.against) or (self.both and not self.where_false):
            raise ValueError("give `where_false` and `against`, what that world is, together")
        if self.where_false and not self.tries:
            raise ValueError("an evidence ratio needs `tries`, the number of trials")
        return self


class Worlds(Tried):
    """Trials in worlds whose truth is known.

    `truth` names two recorded yes or no: whether the statement itself holds in the world that is
    called true, and in the one that is called false. Without a yes and a no trials say nothing.
    """

    KEYS = (*Tried.KEYS, "truth")

    basis: Literal["worlds"]
    where_false: str
    truth: tuple[()] | tuple[str, str] = ()


class Model(Tried):
    """A statement tried over the ranges of a model's parameters.

    `where_true` is the share of settings in which it holds, `where_false` that with its
    mechanism taken out. `theorem` says why it must hold, or cannot; `premise` what the model
    assumes of it: a premise is not a finding. `condition` and `flip` name recorded texts: where
    it holds most often, and the smallest change that turns it; `here` whether it does in the
    chapter's own setting, which decides nothing.
    """

    KEYS = (*Tried.KEYS, "condition", "flip")

    basis: Literal["model"]
    theorem: str = ""
    premise: str = ""
    condition: str = ""
    flip: str = ""
    here: str = ""

    def shows(self) -> Iterator[str]:
        """Yield what is shown, the chapter's own setting with it."""
        yield from super().shows()
        yield from filter(None, [self.here])


Result = Annotated[Record | Reconstruction | Worlds | Model, Field(discriminator="basis")]


class Open(Entry):
    """Claims (ids or patterns with ``*``) and the data that would settle them.

    `info` names facts or derived numbers that are shown too.
    """

    targets: tuple[str, ...] = Field(min_length=1)
    needs: str = Field(min_length=1)
    info: tuple[str, ...] = ()


class Setting(Entry):
    """Claims that are a choice, a definition or a list, and `why` there is nothing to check."""

    targets: tuple[str, ...] = Field(min_length=1)
    why: str = Field(min_length=1)


class About(Entry):
    """The paper itself: what a report says of it.

    `data` and `code` say what the paper tells of them, `data_given` and `code_given` whether
    they come with it.
    """

    title: str = ""
    authors: tuple[str, ...] = ()
    published: str = ""
    doi: str = ""
    data: str = ""
    data_given: bool = False
    code: str = ""
    code_given: bool = False


class Letter(Entry):
    """What a letter to the authors says of a cause: a question, and both in Chinese."""

    cause: str
    question: str = ""
    zh: str = ""
    question_zh: str = ""


class RuleBook(Entry):
    """All entries of one rules file, expanded."""

    paper: tuple[About, ...] = Field(default=(), max_length=1)
    facts: tuple[Fact, ...] = ()
    derived: tuple[Derived, ...] = ()
    causes: tuple[Cause, ...] = ()
    repeats: tuple[Repeat, ...] = ()
    rules: tuple[Relation, ...] = ()
    results: tuple[Result, ...] = ()
    open: tuple[Open, ...] = ()
    settings: tuple[Setting, ...] = ()
    letter: tuple[Letter, ...] = ()

    @property
    def about(self) -> About:
        """What the file says of the paper itself."""
        return self.paper[0] if self.paper else About()

    def cause(self, name: str) -> Cause | None:
        """Return a cause by its id."""
        return next((cause for cause in self.causes if cause.id == name), None)

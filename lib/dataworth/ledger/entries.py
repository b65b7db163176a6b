"""The entries of a rules file: relations, repeats, facts, causes, results, what stays open.

An entry is checked against the names that its file knows up to there, which are the context of
its validation: ``claims`` by id, ``causes``, ``numbers`` (claims, facts and derived numbers), and
the claims that ``repeat`` others. Entries with a name add it.
"""

from __future__ import annotations

import inspect
from fnmatch import filter as matching
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationInfo, model_validator

from dataworth.forensics.rounding import Quantity
from dataworth.ledger.claims import Text
from dataworth.ledger.rules import RULES, is_condition
from dataworth.ledger.wording import joined, sentence

Number = int | float


def _those(kind: str, info: ValidationInfo) -> Any:
    """Return what is known of a kind: what the entry is checked against."""
    return (info.context or {})[kind]


def _known(kind: str) -> AfterValidator:
    """Return the check that a name, or each among several, is one of a kind that is known."""

    def check(value: Any, info: ValidationInfo) -> Any:
        for name in value if isinstance(value, list | tuple) else [value]:
            if isinstance(name, str) and name not in _those(kind, info):
                raise ValueError(f"unknown name {name!r}")
        return value

    return AfterValidator(check)


def _a_rule(name: str) -> str:
    if name not in RULES:
        raise ValueError(f"unknown rule {name!r}; there are {', '.join(sorted(RULES))}")
    return name


def _matched(patterns: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
    """Return the ids of the claims that patterns with ``*`` stand for."""
    found = {pattern: matching(_those("claims", info), pattern) for pattern in patterns}
    if unmatched := [pattern for pattern, ids in found.items() if not ids]:
        raise ValueError(f"{unmatched[0]!r} matches no claim")
    return tuple(dict.fromkeys(name for ids in found.values() for name in ids))


ClaimId = Annotated[str, _known("claims")]
NumberNames = Annotated[tuple[str, ...], _known("numbers")]
Given = Annotated[str | Number | list[str | Number], _known("numbers")]


class Entry(BaseModel):
    """What all entries share: the line on which it begins; no unknown field, no change."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    line: int = 0


class Named(Entry):
    """An entry whose name others use: within its kind each name stands for one thing."""

    KIND: ClassVar[str] = "numbers"

    name: Text

    @model_validator(mode="after")
    def _is_new(self, info: ValidationInfo) -> Named:
        if self.name in _those(self.KIND, info):
            raise ValueError(f"{self.name!r} is taken")
        _those(self.KIND, info).add(self.name)
        return self


class Tolerance(Entry):
    """How far a computed number may be from the printed one, and the reason."""

    absolute: float = Field(default=0.0, ge=0)
    relative: float = Field(default=0.0, ge=0)
    reason: Text

    def reach(self, printed: Quantity) -> float:
        """Return how far that is for a number."""
        return self.absolute + self.relative * abs(printed.value)


class Calculation(Entry):
    """A rule and where its arguments come from: names, literal numbers, or lists of them."""

    rule: Annotated[str, AfterValidator(_a_rule)]
    given: dict[str, Given] = {}

    @model_validator(mode="after")
    def _fits_its_rule(self) -> Calculation:
        signature = inspect.signature(RULES[self.rule])
        try:
            signature.bind(**self.given)
        except TypeError as error:
            takes = ", ".join(signature.parameters)
            raise ValueError(f"rule {self.rule} takes {takes}: {error}") from None
        for name, value in self.given.items():
            several = "Sequence" in str(signature.parameters[name].annotation)
            if several != isinstance(value, list):
                expected = "a list" if several else "one number or name"
                raise ValueError(f"{name}: expected {expected}, found {value!r}")
        return self

    @property
    def names(self) -> list[str]:
        """The names of claims, facts and derived numbers that it uses."""
        values = [v if isinstance(v, list) else [v] for v in self.given.values()]
        return [item for value in values for item in value if isinstance(item, str)]


class Judging(Entry):
    """What every entry that decides says about its `target`.

    `cause` names the cause of a contradiction, `note` is shown when the claim stands, and
    `reading`, how we read it, always; a `cutoff` is a reading that gives a word such as "far" a
    number of ours.
    """

    target: ClaimId
    cause: Annotated[str, _known("causes")] = ""
    note: str = ""
    reading: str = ""
    cutoff: str = ""

    @property
    def read(self) -> str:
        """How we read the claim; a cut-off of ours is marked as ours."""
        return joined(self.reading, self.cutoff and f"Our cut-off: {sentence(self.cutoff)}")


class Relation(Judging):
    """A relation that must hold for the target, under one of its readings.

    `tolerance` widens the comparison beyond rounding. `info` names facts or derived numbers that
    are shown too. `stands_in` says which facts stand in for the paper's own, such as those of
    another year: they neither confirm a claim nor contradict it. A condition cannot confirm
    a number; `let_through` names the share of numbers that it lets through, and where that is
    small a number that keeps it is possible.
    """

    either: tuple[Calculation, ...] = Field(min_length=1)
    tolerance: Tolerance | None = None
    info: NumberNames = ()
    stands_in: str = ""
    let_through: Annotated[str, _known("numbers")] = ""

    @model_validator(mode="before")
    @classmethod
    def _one_reading_needs_no_list(cls, entry: dict[str, Any]) -> dict[str, Any]:
        one = {key: entry[key] for key in ("rule", "given") if key in entry}
        rest = {key: entry[key] for key in entry if key not in one}
        return rest | {"either": [one]} if one else rest

    @model_validator(mode="after")
    def _hangs_together(self, info: ValidationInfo) -> Relation:
        claims = _those("claims", info)
        if len({is_condition(reading.rule) for reading in self.either}) > 1:
            raise ValueError("readings must be all numbers or all conditions")
        if claims[self.target].is_finding and not self.is_condition:
            raise ValueError(f"a finding needs a yes-or-no rule, found {self.either[0].rule}")
        if any(r.rule == "same" and not claims.keys().isdisjoint(r.names) for r in self.either):
            raise ValueError(
                "the same number elsewhere in the paper confirms nothing; put it under `repeats`"
            )
        return self

    @property
    def is_condition(self) -> bool:
        """Whether the readings are conditions, which cannot confirm a number."""
        return is_condition(self.either[0].rule)


class Repeat(Judging):
    """A claim that prints the number `of` another claim once more.

    Repetition confirms nothing: `target` takes over the verdict of the number
    that it repeats. If the two disagree, it is contradicted, and `cause` shown.
    `scale` is for one that quotes it in another unit, or without its sign: 3% for 3.00
    in per cent is 0.01, 3% for -0.029 is -1.
    """

    of: ClaimId
    scale: float = 1.0

    @model_validator(mode="after")
    def _repeats_one_claim_that_repeats_none(self, info: ValidationInfo) -> Repeat:
        repeats = _those("repeats", info)
        if self.of in {self.target, *repeats} or self.target in {*repeats, *repeats.values()}:
            raise ValueError(f"{self.target} must repeat one claim, which repeats none")
        repeats[self.target] = self.of
        return self


class Derived(Named, Calculation):
    """A number that printed numbers imply and other relations use."""

    label: Text


class Fact(Named):
    """A number from the public record: one statistic of one column of a table.

    `where` selects rows: a value, or the first and last of an inclusive range.
    The statistic ``compound`` is the yearly return that compounds to the same.
    """

    label: Text
    table: str
    column: str
    where: dict[str, str | Number | tuple[str | Number, str | Number]] = {}
    statistic: Literal["value", "mean", "std", "compound", "sum", "min", "max", "count"] = "value"
    scale: float = 1.0


class Cause(Named):
    """Why claims are contradicted: one cause may stand behind many rows.

    A letter to the authors asks its `question`; `zh` and `question_zh` are both in Chinese.
    """

    KIND: ClassVar[str] = "causes"

    name: Text = Field(alias="id")
    sort: Literal["slip", "substance", "definition", "method"] = Field(alias="class")
    text: Text
    question: str = ""
    zh: str = ""
    question_zh: str = ""


class Result(Judging):
    """What every result of a chapter can say about its claim.

    `info` maps what a further recorded number is to its key, with a format behind a colon if it
    needs one: ``{share of firms: "firms.share:.0%"}``.
    """

    info: dict[str, str] = {}

    @property
    def keys(self) -> list[str]:
        """The recorded keys that it reads."""
        return [key.partition(":")[0] for key in self.info.values()]


class Measured(Result):
    """What data yield: a number or a yes or no (`result`), or an interval (`low` to `high`).

    Real data and public code are a `record`. For a finding on record, `above` or `below` is the
    limit on whose side the whole interval of an estimate must lie: a number, or a recorded key.
    A `reconstruction` is drawn to agree with printed numbers, or simulated: it supports nothing
    and contradicts nothing. `calibrated` says how the claim itself went into it: then it is not
    even possible, by construction.
    """

    basis: Literal["record", "reconstruction"]
    result: str = ""
    low: str = ""
    high: str = ""
    above: Number | str | None = None
    below: Number | str | None = None
    tolerance: Tolerance | None = None
    calibrated: str = ""

    @model_validator(mode="after")
    def _names_its_results(self, info: ValidationInfo) -> Measured:
        if bool(self.result) == bool(self.low and self.high) or bool(self.low) != bool(self.high):
            raise ValueError("give either `result`, or `low` and `high`")
        finding = _those("claims", info)[self.target].is_finding and self.low
        if finding and self.above is None and self.below is None:
            raise ValueError("a finding with an interval needs `above` or `below`")
        return self

    @property
    def keys(self) -> list[str]:
        """The recorded keys that it reads."""
        own = (self.result, self.low, self.high, self.above, self.below)
        return [key for key in own if isinstance(key, str) and key] + super().keys


class Tried(Result):
    """Shares of trials that show a finding where it is true, and where it is not.

    `where_true` and `where_false` name the shares, `tries` the number of trials of each (one key
    for both, or two), `both` the share of pairs that show it in both where they share samples.
    `against` says in words what the nearest world without the finding is.

    Of `worlds`, `truth` names two recorded yes or no: whether the statement itself holds in the
    one that is called true, and in the one that is called false. Without a yes and a no the
    trials say nothing.

    Of a `model`, the trials are settings over its ranges, with its mechanism and without.
    `theorem` says why the statement must hold, or cannot; `premise` what the model assumes of
    it: a premise is not a finding. `condition` and `flip` name recorded texts: where it holds
    most often, and the smallest change that turns it; `here` whether it does in the chapter's
    own setting, which decides nothing.
    """

    basis: Literal["worlds", "model"]
    where_true: str
    tries: tuple[str, ...] = ()
    where_false: str = ""
    both: str = ""
    against: str = ""
    truth: tuple[()] | tuple[str, str] = ()
    theorem: str = ""
    premise: str = ""
    condition: str = ""
    flip: str = ""
    here: str = ""

    @model_validator(mode="after")
    def _names_the_other_world(self) -> Tried:
        if bool(self.where_false) != bool(self.against) or (self.both and not self.where_false):
            raise ValueError("give `where_false` and `against`, what that world is, together")
        if not self.tries and (self.where_false or self.basis == "worlds"):
            raise ValueError("an evidence ratio needs `tries`, the number of trials")
        return self

    @property
    def keys(self) -> list[str]:
        """The recorded keys that it reads."""
        own = (self.where_true, self.where_false, self.both, self.condition, self.flip, self.here)
        return [*filter(None, own), *self.tries, *self.truth, *super().keys]


class Left(Entry):
    """Claims that no computation settles: ids, or patterns with ``*``."""

    targets: Annotated[tuple[str, ...], Field(min_length=1), AfterValidator(_matched)]


class Open(Left):
    """The data that would settle claims; `info` names facts or derived numbers to show."""

    needs: Text
    info: NumberNames = ()


class Setting(Left):
    """Claims that are a choice, a definition or a list, and `why` there is nothing to check."""

    why: Text


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


class RuleBook(Entry):
    """All entries of one rules file, expanded, in the order in which they are checked."""

    paper: tuple[About, ...] = (About(),)
    causes: tuple[Cause, ...] = ()
    facts: tuple[Fact, ...] = ()
    derived: tuple[Derived, ...] = ()
    repeats: tuple[Repeat, ...] = ()
    rules: tuple[Relation, ...] = ()
    results: tuple[Annotated[Measured | Tried, Field(discriminator="basis")], ...] = ()
    open: tuple[Open, ...] = ()
    settings: tuple[Setting, ...] = ()

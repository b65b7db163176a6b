"""The rules file of a paper: what binds its claims, and which must stay open."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from itertools import product
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from dataworth.errors import InputError
from dataworth.ledger.claims import Claim, read_claims
from dataworth.ledger.rules import RULES, is_condition

Number = int | float
Given = str | Number | list[str | Number]


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Calculation(_Entry):
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
        """Names of claims, facts and derived numbers that it uses."""
        for value in self.given.values():
            yield from (v for v in (value if isinstance(value, list) else [value]) if _is_name(v))


class Relation(_Entry):
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
        """Whether the readings are conditions, which cannot confirm a number."""
        return is_condition(self.either[0].rule)


class Repeat(_Entry):
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


class Fact(_Entry):
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


class Tolerance(_Entry):
    """How far a recomputed number may be from the printed one."""

    absolute: float = Field(default=0.0, ge=0)
    relative: float = Field(default=0.0, ge=0)
    reason: str = Field(min_length=1)


class Result(_Entry):
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


class Open(_Entry):
    """Claims (ids or patterns with ``*``) and the data that would settle them.

    `info` names facts or derived numbers that are shown too.
    """

    targets: tuple[str, ...] = Field(min_length=1)
    needs: str = Field(min_length=1)
    info: tuple[str, ...] = ()


class RuleBook(_Entry):
    """All entries of one rules file, expanded."""

    facts: tuple[Fact, ...] = ()
    derived: tuple[Derived, ...] = ()
    repeats: tuple[Repeat, ...] = ()
    rules: tuple[Relation, ...] = ()
    results: tuple[Result, ...] = ()
    open: tuple[Open, ...] = ()


@dataclass(frozen=True)
class Paper:
    """One paper's claims and the rules that bind them."""

    name: str
    claims: dict[str, Claim]
    book: RuleBook


@dataclass(frozen=True)
class Ledger:
    """All papers under audit."""

    papers: tuple[Paper, ...]


def load_ledger(folder: Path | str | None = None) -> Ledger:
    """Load every paper in a folder: ``<paper>.csv`` with ``<paper>.yml``.

    Parameters
    ----------
    folder : path, optional
        ``data/claims`` of this checkout if omitted.

    Raises
    ------
    InputError
        One line that names file and entry: an unknown rule, argument or id, a
        placeholder left over, a claim that nothing settles, a malformed row.
    """
    from dataworth.facts import DATA

    folder = Path(folder) if folder is not None else DATA / "claims"
    files = sorted(folder.glob("*.csv"))
    if not files:
        raise InputError(f"{folder}: expected claims files (<paper>.csv), found none")
    return Ledger(tuple(_read_paper(path) for path in files))


def _read_paper(path: Path) -> Paper:
    claims = read_claims(path)
    rules = path.with_suffix(".yml")
    where = f"{rules.parent.name}/{rules.name}"
    if not rules.is_file():
        raise InputError(f"{where} is missing; {path.name} needs the rules that bind its claims")
    book = _read_book(rules, where)
    _check_names(book, claims, where)
    _check_coverage(book, claims, where)
    return Paper(path.stem, claims, book)


def _read_book(path: Path, where: str) -> RuleBook:
    """Read and expand a rules file."""
    try:
        raw = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise InputError(f"{where}: not valid YAML: {error}") from None
    if not isinstance(raw, dict):
        raise InputError(f"{where}: expected sections such as `rules:`, found {type(raw).__name__}")
    models = {"facts": Fact, "derived": Derived, "repeats": Repeat}
    models |= {"rules": Relation, "results": Result, "open": Open}
    if unknown := set(raw) - set(models):
        raise InputError(
            f"{where}: unknown section {sorted(unknown)[0]!r}; known: {', '.join(models)}"
        )
    sections = {}
    for section, model in models.items():
        entries = []
        for number, entry in enumerate(raw.get(section) or [], start=1):
            place = f"{where}: {section} entry {number}"
            entries += [_validate(model, e, place) for e in _expand(entry, place)]
        sections[section] = tuple(entries)
    return RuleBook(**sections)


def _validate(model: type[_Entry], entry: dict, place: str) -> _Entry:
    name = entry.get("target") or entry.get("name") or ""
    try:
        return model.model_validate(entry)
    except ValidationError as error:
        first = error.errors()[0]
        inside = ".".join(str(part) for part in first["loc"])
        message = first["msg"].removeprefix("Value error, ")
        raise InputError(f"{place} ({name}): {inside + ': ' if inside else ''}{message}") from None


def _expand(entry: Any, place: str) -> Iterator[dict]:
    """Fill the placeholders of a template with each combination of its ``for`` lists."""
    if not isinstance(entry, dict):
        raise InputError(f"{place}: expected names and values, found {entry!r}")
    lists = entry.get("for") or {}
    if not isinstance(lists, dict) or not all(isinstance(v, list) for v in lists.values()):
        raise InputError(f"{place}: for: expected a list for each placeholder, found {lists!r}")
    template = {key: value for key, value in entry.items() if key != "for"}
    for combination in product(*lists.values()):
        yield _fill(template, dict(zip(lists, combination, strict=True)), place)


def _fill(node: Any, values: dict[str, Any], place: str) -> Any:
    if isinstance(node, dict):
        return {key: _fill(value, values, place) for key, value in node.items()}
    if isinstance(node, list):
        return [_fill(value, values, place) for value in node]
    if not isinstance(node, str):
        return node

    def one(match: re.Match) -> str:
        if match[1] not in values:
            raise InputError(f"{place}: placeholder {match[0]} in {node!r} has no list under `for`")
        return str(values[match[1]])

    return re.sub(r"\{(\w*)\}", one, node)


def _check_names(book: RuleBook, claims: dict[str, Claim], where: str) -> None:
    """Every name that an entry uses exists, and none is ambiguous."""
    known = set(claims)
    for fact in book.facts:
        _introduce(fact.name, known, f"{where}: facts")
    for derived in book.derived:
        _require(derived.names(), known, f"{where}: derived {derived.name}")
        _introduce(derived.name, known, f"{where}: derived")
    _check_repeats(book, claims, where)
    for relation in book.rules:
        _require([relation.target], claims, f"{where}: rules, target")
        _require(relation.info, known, f"{where}: rules, info for {relation.target}")
        for reading in relation.either:
            _require(
                reading.names(), known, f"{where}: rules, {reading.rule} for {relation.target}"
            )
            if claims[relation.target].is_finding and not is_condition(reading.rule):
                raise InputError(
                    f"{where}: rules: {relation.target} is a finding and needs a yes-or-no rule, "
                    f"found {reading.rule}"
                )
            if reading.rule == "same" and not claims.keys().isdisjoint(reading.names()):
                raise InputError(
                    f"{where}: rules: {relation.target}: the same number elsewhere in the paper "
                    "confirms nothing; put it under `repeats`"
                )
    for result in book.results:
        _require([result.target], claims, f"{where}: results, target")
        if not claims[result.target].chapter:
            raise InputError(f"{where}: results: {result.target} belongs to no chapter")
    for entry in book.open:
        _require(entry.info, known, f"{where}: open, info")
        for pattern in entry.targets:
            if not any(fnmatchcase(name, pattern) for name in claims):
                raise InputError(f"{where}: open: {pattern!r} matches no claim")


def _check_repeats(book: RuleBook, claims: dict[str, Claim], where: str) -> None:
    """Check that a claim repeats one other at most, and that none repeats itself."""
    of: dict[str, str] = {}
    for repeat in book.repeats:
        _require([repeat.target, repeat.of], claims, f"{where}: repeats")
        if repeat.target in of:
            raise InputError(f"{where}: repeats: {repeat.target} stands there twice")
        of[repeat.target] = repeat.of
    for start in of:
        name = start
        while name in of:
            name = of[name]
            if name == start:
                raise InputError(f"{where}: repeats: {start} repeats itself in a circle")


def _introduce(name: str, known: set[str], place: str) -> None:
    if name in known:
        raise InputError(f"{place}: the name {name!r} is taken")
    known.add(name)


def _require(names, known, place: str) -> None:
    for name in names:
        if name not in known:
            raise InputError(f"{place}: unknown name {name!r}")


def _check_coverage(book: RuleBook, claims: dict[str, Claim], where: str) -> None:
    """Every claim has an entry that can settle it, or is declared open."""
    settled = {entry.target for entry in (*book.results, *book.repeats)}
    for relation in book.rules:
        if claims[relation.target].is_finding or not relation.only_refutes:
            settled.add(relation.target)
    patterns = [pattern for entry in book.open for pattern in entry.targets]
    for name in claims:
        if name not in settled and not any(fnmatchcase(name, p) for p in patterns):
            raise InputError(f"{where}: claim {name!r} has no rule, result or open entry")


def _is_name(value: str | Number) -> bool:
    return isinstance(value, str)

"""The rules file of a paper: what binds its claims, and which must stay open."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from itertools import product
from pathlib import Path
from typing import Any, get_args

import yaml
from pydantic import TypeAdapter, ValidationError

from dataworth.errors import InputError
from dataworth.ledger.claims import Claim, read_claims
from dataworth.ledger.entries import Entry, RuleBook
from dataworth.ledger.rules import is_condition

SECTIONS = {
    name: TypeAdapter(get_args(field.annotation)[0])
    for name, field in RuleBook.model_fields.items()
}
"""The sections of a rules file, and what checks an entry of each."""


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


def load_ledger(folder: Path | str | None = None, *, paper: str = "*") -> Ledger:
    """Return the papers of a folder: ``<paper>.csv`` with ``<paper>.yml``.

    Parameters
    ----------
    folder : path, optional
        ``data/claims`` of this checkout if omitted.
    paper : str
        One paper; the files of the others are not read. All if omitted.

    Raises
    ------
    InputError
        One line that names file and entry: an unknown rule, argument or id, a
        placeholder left over, a claim that nothing settles, a malformed row.
    """
    from dataworth.facts import DATA

    folder = Path(folder) if folder is not None else DATA / "claims"
    files = sorted(folder.glob(f"{paper}.csv"))
    if not files:
        raise InputError(f"{folder}: expected claims files ({paper}.csv), found none")
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
    """Return the entries of a rules file, expanded."""
    try:
        raw = yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader) or {}
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise InputError(f"{where}: not valid YAML: {error}") from None
    if not isinstance(raw, dict):
        raise InputError(f"{where}: expected sections such as `rules:`, found {type(raw).__name__}")
    if unknown := set(raw) - set(SECTIONS):
        raise InputError(
            f"{where}: unknown section {sorted(unknown)[0]!r}; known: {', '.join(SECTIONS)}"
        )
    sections: dict[str, Any] = {section: [] for section in SECTIONS}
    for section, model in SECTIONS.items():
        for number, entry in enumerate(raw.get(section) or [], start=1):
            place = f"{where}: {section} entry {number}"
            sections[section] += [_validate(model, e, place) for e in _expand(entry, place)]
    return RuleBook(**sections)


def _validate(model: TypeAdapter, entry: dict, place: str) -> Entry:
    name = entry.get("target") or entry.get("name") or entry.get("id") or ""
    try:
        return model.validate_python(entry)
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
    causes: set[str] = set()
    for cause in book.causes:
        _introduce(cause.id, causes, f"{where}: causes")
    for entry in (*book.repeats, *book.rules, *book.results):
        _require(filter(None, [entry.cause]), causes, f"{where}: cause of {entry.target}")
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
    for left in book.open:
        _require(left.info, known, f"{where}: open, info")
    for section in ("open", "settings"):
        for pattern in (p for left in getattr(book, section) for p in left.targets):
            if not any(fnmatchcase(name, pattern) for name in claims):
                raise InputError(f"{where}: {section}: {pattern!r} matches no claim")


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


def _require(names: Iterable[str], known: Iterable[str], place: str) -> None:
    for name in names:
        if name not in known:
            raise InputError(f"{place}: unknown name {name!r}")


def _check_coverage(book: RuleBook, claims: dict[str, Claim], where: str) -> None:
    """Every claim has an entry that can settle it, or is declared open or a setting."""
    settled = {entry.target for entry in book.results} | {entry.target for entry in book.repeats}
    for relation in book.rules:
        if claims[relation.target].is_finding or not relation.only_refutes:
            settled.add(relation.target)
    patterns = [p for entry in book.open for p in entry.targets]
    patterns += [p for entry in book.settings for p in entry.targets]
    for name in claims:
        if name not in settled and not any(fnmatchcase(name, p) for p in patterns):
            raise InputError(f"{where}: claim {name!r} has no rule, result, open or settings entry")

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
from dataworth.ledger.entries import RuleBook
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
    path: Path
    rules: Path
    facts: str = "facts"

    @property
    def where(self) -> str:
        """Folder and name of the rules file, as errors begin."""
        return _named(self.rules)


@dataclass(frozen=True)
class Ledger:
    """All papers under audit."""

    papers: tuple[Paper, ...]


def load_ledger(folder: Path | str | None = None, *, paper: str = "*") -> Ledger:
    """Return the papers of a folder: ``<paper>.csv`` with ``<paper>.yml``.

    A folder with ``claims.csv`` and ``rules.yml`` is one paper, named like the folder; its
    public facts stand in ``facts`` below it.

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
    if (own := folder / "claims.csv").is_file():
        facts, name = folder.resolve() / "facts", folder.resolve().name
        return Ledger((_read_paper(own, folder / "rules.yml", name, str(facts)),))
    files = sorted(folder.glob(f"{paper}.csv"))
    if not files:
        raise InputError(f"{folder}: expected claims files ({paper}.csv), found none")
    return Ledger(tuple(_read_paper(path, path.with_suffix(".yml"), path.stem) for path in files))


def _named(path: Path) -> str:
    return f"{path.resolve().parent.name}/{path.name}"


def _read_paper(path: Path, rules: Path, name: str, facts: str = "facts") -> Paper:
    claims, where = read_claims(path, name), _named(rules)
    if not rules.is_file():
        raise InputError(f"{where} is missing; {path.name} needs the rules that bind its claims")
    book = _read_book(rules, where)
    _check_names(book, claims, where)
    _check_coverage(book, claims, where)
    return Paper(name, claims, book, path, rules, facts)


def _read_book(path: Path, where: str) -> RuleBook:
    """Return the entries of a rules file, expanded."""
    try:
        loader = yaml.CSafeLoader(path.read_text(encoding="utf-8"))
        node = loader.get_single_node() or yaml.MappingNode("tag:yaml.org,2002:map", [])
        raw = loader.construct_document(node) or {}
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise InputError(f"{where}: not valid YAML: {error}") from None
    if not isinstance(raw, dict):
        raise InputError(f"{where}: expected sections such as `rules:`, found {type(raw).__name__}")
    names = [key.value for key, _ in node.value]
    if twice := [name for name in dict.fromkeys(names) if names.count(name) > 1]:
        raise InputError(f"{where}: section {twice[0]!r} stands there twice")
    if unknown := set(raw) - set(SECTIONS):
        raise InputError(
            f"{where}: unknown section {sorted(unknown)[0]!r}; known: {', '.join(SECTIONS)}"
        )
    sections: dict[str, Any] = {section: [] for section in SECTIONS}
    for section, model in SECTIONS.items():
        entries = raw.get(section) or []
        alone = not isinstance(entries, list)
        for number, entry in enumerate([entries] if alone else entries, start=1):
            steps = (section,) if alone else (section, number - 1)
            place, line = f"{section} entry {number}", _line(node, steps)
            for filled in _expand(entry, f"{where}: line {line}: {place}"):
                try:
                    found = model.validate_python(filled)
                except ValidationError as error:
                    first = error.errors()[0]
                    at = f"{where}: line {_line(node, (*steps, *first['loc']))}: {place}"
                    raise InputError(f"{at} ({_name(filled)}): {_said(first, filled)}") from None
                found._line = line
                sections[section].append(found)
    return RuleBook(**sections)


def _line(node: yaml.Node, steps: Iterable[str | int]) -> int:
    """Return the line of what a path leads to, as far as it is written in the file."""
    for step in steps:
        if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            node = node.value[step]
        elif isinstance(node, yaml.MappingNode):
            node = next((value for key, value in node.value if key.value == step), node)
    return node.start_mark.line + 1


def _name(entry: dict) -> str:
    return next((str(entry[key]) for key in ("target", "name", "id", "cause") if key in entry), "")


def _said(error: Any, entry: dict) -> str:
    """Return what pydantic found, behind the field that it found it in."""
    steps = [str(step) for step in error["loc"]]
    inside = ".".join(steps if "either" in entry else steps[2 * (steps[:1] == ["either"]) :])
    message = error["msg"].removeprefix("Value error, ")
    return f"{inside}: {message}" if inside else message


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
        _introduce(fact.name, known, f"{where}: line {fact.line}: facts")
    for derived in book.derived:
        _require(derived.names(), known, f"{where}: line {derived.line}: derived {derived.name}")
        _introduce(derived.name, known, f"{where}: line {derived.line}: derived")
    causes: set[str] = set()
    for cause in book.causes:
        _introduce(cause.id, causes, f"{where}: line {cause.line}: causes")
    for entry in (*book.repeats, *book.rules, *book.results):
        at = f"{where}: line {entry.line}"
        _require(filter(None, [entry.cause]), causes, f"{at}: cause of {entry.target}")
    for asked in book.letter:
        _require([asked.cause], causes, f"{where}: line {asked.line}: letter")
    _check_repeats(book, claims, where)
    for relation in book.rules:
        at = f"{where}: line {relation.line}"
        _require([relation.target], claims, f"{at}: rules, target")
        shown = filter(None, [*relation.info, relation.let_through])
        _require(shown, known, f"{at}: rules, info for {relation.target}")
        for reading in relation.either:
            _require(reading.names(), known, f"{at}: rules, {reading.rule} for {relation.target}")
            if claims[relation.target].is_finding and not is_condition(reading.rule):
                raise InputError(
                    f"{at}: rules: {relation.target} is a finding and needs a yes-or-no rule, "
                    f"found {reading.rule}"
                )
            if reading.rule == "same" and not claims.keys().isdisjoint(reading.names()):
                raise InputError(
                    f"{at}: rules: {relation.target}: the same number elsewhere in the paper "
                    "confirms nothing; put it under `repeats`"
                )
    for result in book.results:
        _require([result.target], claims, f"{where}: line {result.line}: results, target")
        if not claims[result.target].chapter:
            raise InputError(
                f"{where}: line {result.line}: results: {result.target} belongs to no chapter"
            )
    for left in book.open:
        _require(left.info, known, f"{where}: line {left.line}: open, info")
    for section in ("open", "settings"):
        for left in getattr(book, section):
            for pattern in left.targets:
                if not any(fnmatchcase(name, pattern) for name in claims):
                    at = f"{where}: line {left.line}: {section}"
                    raise InputError(f"{at}: {pattern!r} matches no claim")


def _check_repeats(book: RuleBook, claims: dict[str, Claim], where: str) -> None:
    """Check that a claim repeats one other at most, and that none repeats itself."""
    of: dict[str, str] = {}
    for repeat in book.repeats:
        _require([repeat.target, repeat.of], claims, f"{where}: line {repeat.line}: repeats")
        if repeat.target in of:
            raise InputError(
                f"{where}: line {repeat.line}: repeats: {repeat.target} stands there twice"
            )
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
        decides = claims[relation.target].is_finding or not relation.only_refutes
        if decides or relation.let_through:
            settled.add(relation.target)
    patterns = [p for entry in book.open for p in entry.targets]
    patterns += [p for entry in book.settings for p in entry.targets]
    for row, name in enumerate(claims, start=2):
        if name not in settled and not any(fnmatchcase(name, p) for p in patterns):
            raise InputError(
                f"{where}: claim {name!r} has no rule, result, open or settings entry "
                f"(row {row} of the claims)"
            )

"""The rules file of a paper: what binds its claims, and which must stay open."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from dataworth.errors import InputError
from dataworth.facts import DATA
from dataworth.ledger.claims import Claim, first_error, read_claims
from dataworth.ledger.entries import Entry, Relation, RuleBook

SECTIONS = [name for name in RuleBook.model_fields if name != "line"]


@dataclass(frozen=True)
class Paper:
    """One paper's claims and the rules that bind them."""

    name: str
    claims: dict[str, Claim]
    book: RuleBook
    path: Path
    rules: Path
    where: str  # folder and name of the rules file, as errors begin
    facts: str

    def entries(self) -> Iterator[tuple[str, Entry]]:
        """Yield the entries that bind a claim, with its id."""
        book = self.book
        for entry in (*book.repeats, *book.rules, *book.results):
            yield entry.target, entry
        for left in (*book.open, *book.settings):
            yield from ((claim_id, left) for claim_id in left.targets)


Ledger = tuple[Paper, ...]
"""All papers under audit."""


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
        One line that names file, line and field: an unknown rule, argument or id, a
        placeholder left over, a claim that nothing settles, a malformed row.
    """
    folder = Path(folder) if folder is not None else DATA / "claims"
    if (own := folder / "claims.csv").is_file():
        folder = folder.resolve()
        audited = _read_paper(own, folder / "rules.yml", folder.name, str(folder / "facts"))
        if results := audited.book.results:
            place = f"{audited.where}: line {results[0].line}: results entry 1"
            raise InputError(f"{place}: no chapter runs in an audit; use rules, open or settings")
        return (audited,)
    files = sorted(folder.glob(f"{paper}.csv"))
    if not files:
        raise InputError(f"{folder}: expected claims files ({paper}.csv), found none")
    return tuple(_read_paper(path, path.with_suffix(".yml"), path.stem) for path in files)


def _read_paper(path: Path, rules: Path, name: str, facts: str = "facts") -> Paper:
    where = f"{rules.resolve().parent.name}/{rules.name}"
    claims = read_claims(path, name)
    if not rules.is_file():
        raise InputError(f"{where} is missing; {path.name} needs the rules that bind its claims")
    paper = Paper(name, claims, _read_book(rules, where, claims), path, rules, where, facts)
    # A condition can refute a number but not settle it, unless what it lets through is known.
    settled = {
        claim_id
        for claim_id, entry in paper.entries()
        if not isinstance(entry, Relation)
        or not entry.is_condition
        or entry.let_through
        or claims[claim_id].is_finding
    }
    for claim in claims.values():
        if claim.id not in settled:
            raise InputError(
                f"{where}: claim {claim.id!r} ({path.name}, line {claim.line}) "
                "has no rule, result, open or settings entry"
            )
    return paper


def _read_book(path: Path, where: str, claims: dict[str, Claim]) -> RuleBook:
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
    if unknown := [name for name in raw if name not in SECTIONS]:
        raise InputError(f"{where}: unknown section {unknown[0]!r}; known: {', '.join(SECTIONS)}")
    sections: dict[str, list[dict]] = {}
    origins: dict[str, list[int]] = {}
    for section, entries in raw.items():
        sections[section], origins[section] = [], []
        listed = entries if isinstance(entries, list) else [entries] if entries else []
        for index, entry in enumerate(listed):
            line = _line(node, section, index)
            place = f"{where}: line {line}: {section} entry {index + 1}"
            for filled in _expand(entry, place):
                sections[section].append(filled | {"line": line})
                origins[section].append(index)
    known = {"claims": claims, "numbers": set(claims), "causes": set(), "repeats": {}}
    try:
        return RuleBook.model_validate(sections, context=known)
    except ValidationError as error:
        section, number, *steps = error.errors()[0]["loc"]
        index, entry = origins[str(section)][int(number)], sections[str(section)][int(number)]
        # Neither the one reading of a rule nor the kind of a result is a field of the file.
        unseen = 2 * (steps[:2] == ["either", 0]) + (section == "results")
        said = first_error(error, skip=2 + unseen)
        line = _line(node, section, index, *steps)
        named = next((entry[key] for key in ("target", "name", "id") if key in entry), "")
        place = f"{where}: line {line}: {section} entry {index + 1} ({named})"
        raise InputError(f"{place}: {said}") from None


def _line(node: yaml.Node, *steps: str | int) -> int:
    """Return the line of what a path leads to, as far as it is written in the file."""
    for step in steps:
        if isinstance(node, yaml.SequenceNode) and isinstance(step, int):
            node = node.value[step] if step < len(node.value) else node
        elif isinstance(node, yaml.MappingNode):
            node = next((value for key, value in node.value if key.value == step), node)
    return node.start_mark.line + 1


def _expand(entry: Any, place: str) -> Iterator[dict]:
    """Fill the placeholders of a template with each combination of its ``for`` lists."""
    if not isinstance(entry, dict):
        raise InputError(f"{place}: expected names and values, found {entry!r}")
    lists = entry.get("for") or {}
    if not isinstance(lists, dict) or not all(isinstance(v, list) for v in lists.values()):
        raise InputError(f"{place}: for: expected a list for each placeholder, found {lists!r}")
    text = json.dumps({key: value for key, value in entry.items() if key != "for"}, default=str)
    if left := [name for name in _PLACEHOLDER.findall(text) if name not in lists]:
        raise InputError(f"{place}: placeholder {{{left[0]}}} has no list under `for`")
    for combination in product(*lists.values()):
        filled = text
        for name, value in zip(lists, combination, strict=True):
            filled = filled.replace(f"{{{name}}}", str(value))
        yield json.loads(filled)


_PLACEHOLDER = re.compile(r"\{(\w+)\}")

"""Editions: one set of parameters for the whole book, kept apart from the others."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from dataworth.book.registry import Registry, Value
from dataworth.errors import InputError

DEFAULT = "paper"
RESERVED = (DEFAULT, "scratch")
PROFILES = ("full", "quick")
RECORD = "edition.yml"  # what an edition changes, kept beside its results


@dataclass(frozen=True)
class Edition:
    """A named set of parameters.

    Attributes
    ----------
    name : str
        Also the name of its folder below ``build/``.
    profile : str
        ``"full"``, or ``"quick"``: the registry's quick values.
    changes : mapping of chapter id to mapping of parameter to value
        What differs from the profile's values, already parsed.
    """

    name: str = DEFAULT
    profile: str = "full"
    changes: Mapping[str, Mapping[str, Value]] = field(default_factory=dict)

    @property
    def folder(self) -> str:
        """The folder of this edition below ``build/``; no name holds a dot."""
        return self.name if self.profile == "full" else f"{self.name}.{self.profile}"

    def record(self) -> str:
        """Write the edition as the YAML text that ``read_edition`` reads."""
        changes = {chapter: dict(values) for chapter, values in self.changes.items()}
        return yaml.safe_dump({"name": self.name, "parameters": changes}, allow_unicode=True)

    def parameters(self, registry: Registry, chapter_id: str) -> dict[str, Value]:
        """Set every parameter of a chapter to its value in this edition."""
        values = {}
        for name, parameter in registry[chapter_id].parameters.items():
            quick = self.profile == "quick" and parameter.quick is not None
            values[name] = parameter.parse(parameter.quick if quick else parameter.default)
        return values | dict(self.changes.get(chapter_id, {}))


def read_edition(
    registry: Registry,
    root: Path,
    source: str | None,
    profile: str = "full",
    *,
    may_be_new: bool = False,
) -> Edition:
    """Read an edition from a YAML file, or by the name under which it was built.

    Parameters
    ----------
    registry : Registry
        Which chapters and parameters exist.
    root : pathlib.Path
        Root of the book, where ``build/`` keeps earlier editions.
    source : str or None
        Path of a YAML file with ``name`` and ``parameters``; or the name of
        an edition that was built before; ``None`` or ``"paper"`` for the
        papers' own settings.
    profile : str
        ``"full"`` or ``"quick"``.
    may_be_new : bool
        Let a name that was not built before begin with the papers' settings.

    Raises
    ------
    InputError
        The file is missing or malformed, or a parameter is unknown or out of
        range.
    """
    if profile not in PROFILES:
        raise InputError(f"profile: expected {' or '.join(PROFILES)}, found {profile!r}")
    if source in (None, DEFAULT):
        return Edition(profile=profile)
    path = Path(source)
    if not path.is_file() and path.suffix not in (".yml", ".yaml"):
        _check_name(source, source)
        folders = (Edition(source, profile).folder, source, f"{source}.quick")
        records = [root / "build" / folder / RECORD for folder in folders]
        path = next(filter(Path.is_file, records), records[0])
        if not path.is_file() and may_be_new:
            return Edition(source, profile)
    if not path.is_file():
        raise InputError(
            f"edition: expected a YAML file or the name of an edition that was built, "
            f"found {source!r}"
        )
    content = _read_yaml(path)
    name = content.get("name", path.stem)
    _check_name(name, path)
    changes = {}
    for chapter_id, values in (content.get("parameters") or {}).items():
        if not isinstance(values, dict):
            raise InputError(f"{path}: {chapter_id}: expected name: value, found {values!r}")
        changes[chapter_id] = _parse_all(registry, chapter_id, values, base=path.parent)
    return Edition(str(name), profile, changes)


def with_changes(
    edition: Edition,
    registry: Registry,
    chapter_id: str,
    values: Mapping[str, str],
    *,
    keep_name: bool = False,
) -> Edition:
    """Derive an edition in which one chapter, or one that it needs, has other parameters.

    A parameter that the chapter itself does not know belongs to the one
    chapter among its needs that does: ``firms_file`` of a scan is that of the
    sample behind it. Unless ``keep_name``, its name is made from the change, so that the
    edition it starts from stays as it was and the same change finds its
    earlier run again.
    """
    parsed: dict[str, dict[str, Value]] = {}
    for name, value in values.items():
        whose = owner(registry, chapter_id, name)
        parsed.setdefault(whose, {}).update(_parse_all(registry, whose, {name: value}, Path.cwd()))
    if not parsed:
        return edition
    text = json.dumps([edition.name, chapter_id, parsed], sort_keys=True)
    name = f"{chapter_id.replace('/', '-')}-{hashlib.sha256(text.encode()).hexdigest()[:8]}"
    name = edition.name if keep_name else name
    changed = {whose: {**edition.changes.get(whose, {}), **own} for whose, own in parsed.items()}
    return Edition(name, edition.profile, {**edition.changes, **changed})


def owner(registry: Registry, chapter_id: str, name: str) -> str:
    """Find the chapter that a parameter belongs to: this one, or the only one behind it."""
    behind = [need for need in registry.with_needs([chapter_id]) if need != chapter_id]
    owners = [need for need in behind if name in registry[need].parameters]
    if name in registry[chapter_id].parameters or not owners:
        return chapter_id
    if len(owners) > 1:
        raise InputError(
            f"{chapter_id}: parameter {name!r} belongs to {' and '.join(owners)}; "
            "set it in an edition file"
        )
    return owners[0]


def _parse_all(
    registry: Registry, chapter_id: str, values: Mapping[str, Value], base: Path
) -> dict[str, Value]:
    chapter = registry[chapter_id]
    parsed = {}
    for name, value in values.items():
        parameter = chapter.parameters.get(name)
        if parameter and parameter.is_path and isinstance(value, str) and value:
            value = str((base / value).resolve())
        parsed[name] = chapter.parse(name, value)
    return parsed


def _check_name(name: object, where: object) -> None:
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,59}", str(name)) or name in RESERVED:
        raise InputError(
            f"edition {where}: expected a name of at most 60 small letters, digits and hyphens, "
            f"none of {', '.join(RESERVED)}; found {str(name)[:80]!r}"
        )


def _read_yaml(path: Path) -> dict:
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: not valid YAML: {error}") from None
    if not isinstance(content, dict) or set(content) - {"name", "parameters"}:
        found = sorted(content) if isinstance(content, dict) else content or "an empty file"
        raise InputError(f"{path}: expected the keys `name` and `parameters`, found {found}")
    if not isinstance(content.get("parameters") or {}, dict):
        raise InputError(f"{path}: parameters: expected chapters, found {content['parameters']!r}")
    return content

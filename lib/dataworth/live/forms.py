"""What a reader sends from a chapter's form: values and files, or what is wrong with each."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path, PureWindowsPath

from dataworth.book.editions import Edition, owner, with_changes
from dataworth.book.engine import chapter_status, edition_folder
from dataworth.book.manifest import read_manifest
from dataworth.book.registry import Chapter, Parameter, Registry, Value
from dataworth.errors import InputError

UPLOADS = "uploads"  # the folder of an edition that holds what its reader sent
Upload = tuple[str, bytes]  # the file's own name, never used as a path, and its content


class FormError(ValueError):
    """What was sent cannot be used: lines by parameter; under no name, about all of it."""

    def __init__(self, lines: Mapping[str, list[str]]) -> None:
        super().__init__("; ".join(line for each in lines.values() for line in each))
        self.lines = lines


@dataclass(frozen=True)
class Field:
    """One field of a form: a parameter, what it shows, and what is wrong with it."""

    name: str
    parameter: Parameter
    default: Value
    value: str
    chapter: Chapter
    errors: Sequence[str]


def reachable(registry: Registry, chapter_id: str) -> dict[str, Chapter]:
    """Return by name the chapter that each parameter belongs to, as ``-p`` finds it.

    The chapter's own come first; a name that two earlier chapters share is left out.
    """
    found: dict[str, Chapter] = {}
    for behind in [chapter_id, *registry.with_needs([chapter_id])]:
        for name in registry[behind].parameters:
            with suppress(InputError):
                found.setdefault(name, registry[owner(registry, chapter_id, name)])
    return found


def make_fields(
    registry: Registry,
    base: Edition,
    chapter_id: str,
    texts: Mapping[str, str],
    errors: Mapping[str, list[str]],
) -> list[Field]:
    """Return the fields of a chapter's form, with what was sent before."""
    fields = []
    for name, chapter in reachable(registry, chapter_id).items():
        default = _defaults(registry, base, chapter)[name]
        shown = default if isinstance(default, str) else json.dumps(default)
        value = shown if chapter.parameters[name].is_path else texts.get(name, shown)
        field = (name, chapter.parameters[name], default, value, chapter, errors.get(name, []))
        fields.append(Field(*field))
    return fields


def accept(
    root: Path,
    registry: Registry,
    base: Edition,
    chapter_id: str,
    texts: Mapping[str, str],
    uploads: Mapping[str, Sequence[Upload]],
) -> Edition:
    """Make an edition of what a form sent; its files are kept in the edition's folder.

    A value that equals the default changes nothing: the quick profile may take its own.

    Raises
    ------
    FormError
        A value or a file cannot be used; nothing of it is kept.
    """
    owners = reachable(registry, chapter_id)
    errors = {name: ["unknown parameter"] for name in {*texts, *uploads} - set(owners)}
    changes: dict[str, str] = {}
    for name in set(owners) & set(texts):
        parameter, text = owners[name].parameters[name], texts[name]
        if parameter.is_path:
            if text:
                errors[name] = ["expected a file that is sent, found a text"]
            continue
        try:
            if parameter.parse(text) != _defaults(registry, base, owners[name])[name]:
                changes[name] = text
        except InputError as error:
            errors[name] = [str(error)]
    for name in set(owners) & set(uploads):
        if not owners[name].parameters[name].is_path:
            errors[name] = ["expected a value, found a file"]
    if not errors and not changes and not uploads:
        errors[""] = ["Nothing differs from the default: change a value, or bring a file."]
    if errors:
        raise FormError(errors)
    if not uploads:
        return with_changes(base, registry, chapter_id, changes)
    return _with_files(root, registry, base, chapter_id, changes, uploads)


def _with_files(
    root: Path,
    registry: Registry,
    base: Edition,
    chapter_id: str,
    changes: Mapping[str, str],
    uploads: Mapping[str, Sequence[Upload]],
) -> Edition:
    sent = {n: [(f, hashlib.sha256(b).hexdigest()) for f, b in u] for n, u in uploads.items()}
    text = json.dumps([base.name, chapter_id, changes, sent], sort_keys=True)
    name = f"{chapter_id.replace('/', '-')}-{hashlib.sha256(text.encode()).hexdigest()[:8]}"
    edition = Edition(name, base.profile, base.changes)
    folder = edition_folder(root, edition)
    was_there = folder.exists()
    owners = reachable(registry, chapter_id)
    try:
        paths = {
            name: _keep(folder / UPLOADS, name, owners[name].parameters[name], files)
            for name, files in uploads.items()
        }
        given = {**changes, **{name: str(path) for name, path in paths.items()}}
        edition = with_changes(edition, registry, chapter_id, given, keep_name=True)
        errors = {}
        for name, path in paths.items():
            try:
                values = edition.parameters(registry, owners[name].id)
                owners[name].parameters[name].check_file(str(path), values)
            except InputError as error:
                own = safe_name(uploads[name][0][0])
                lines = getattr(error, "__notes__", None) or [str(error)]
                errors[name] = [line.replace(str(path), own) for line in lines]
        if errors:
            raise FormError(errors)
    except BaseException:
        if not was_there:
            shutil.rmtree(folder, ignore_errors=True)
        raise
    return edition


def _keep(folder: Path, name: str, parameter: Parameter, files: Sequence[Upload]) -> Path:
    """Keep what was sent for a parameter below a folder; its path is made of our own words.

    Only in a reader's folder of many files do their names stay, for they tell firm and year.
    """
    path = folder / name
    if parameter.type == "file":
        (sent, content), *more = files
        if more:
            raise FormError({name: [f"expected one file, found {len(files)}"]})
        path = path.with_suffix("".join(Path(safe_name(sent)).suffixes[-2:]).lower())
        folder.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return path
    path.mkdir(parents=True, exist_ok=True)
    for sent, content in files:
        (path / safe_name(sent)).write_bytes(content)
    return path


def safe_name(text: str) -> str:
    r"""Return the last part of a file's name with letters, digits and ``_-.()`` alone.

    Examples
    --------
    >>> safe_name("../../etc/pass wd"), safe_name("C:\\a\\华夏银行_2021.pdf"), safe_name("..")
    ('pass_wd', '华夏银行_2021.pdf', 'file')
    """
    name = re.sub(r"[^\w.()-]+", "_", PureWindowsPath(text).name).lstrip(".")
    return name.encode()[-150:].decode(errors="ignore") or "file"


def expected_seconds(
    root: Path, registry: Registry, base: Edition, chapter_id: str
) -> tuple[float, list[str]]:
    """Return how long a rerun takes by earlier runs, and the chapters that no run tells of.

    Counted are the chapter itself and, in the default beside it, whatever is not fresh.
    """
    status = chapter_status(registry, root, base)
    stale = [i for i in registry.with_needs([chapter_id]) if status[i] != "fresh"]
    seconds, unknown = 0.0, []
    for chapter in [*stale, chapter_id]:
        profiles = (base, replace(base, profile="full"), Edition(profile="full"))
        runs = (read_manifest(edition_folder(root, edition) / chapter) for edition in profiles)
        run = next(filter(None, runs), None)
        seconds += run["seconds"] if run else 0
        unknown += [] if run else [chapter]
    return seconds, sorted(set(unknown))


def _defaults(registry: Registry, base: Edition, chapter: Chapter) -> dict[str, Value]:
    return replace(base, profile="full").parameters(registry, chapter.id)

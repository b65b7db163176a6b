"""Manifests: the proof that a chapter ran, and with what.

A chapter is fresh exactly when the fingerprint of everything that goes into
it equals the one in its manifest and what it made is unchanged on disk.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from dataworth.book.closure import notebook_modules, reach
from dataworth.book.registry import Chapter, Value
from dataworth.errors import InputError

NAME = "manifest.json"
VERSIONS_OF = ("dataworth", "numpy", "pandas", "papermill", "scipy", "statsforecast", "statsmodels")


@dataclass(frozen=True)
class Inputs:
    """Everything that goes into a chapter, as hashes (SHA-256) and values.

    Attributes
    ----------
    parameters : dict
        Every parameter of the chapter.
    files : dict
        Path of each file that goes in (notebook, data, lock, a user's files),
        to its hash.
    modules : dict
        Name of each module of the library that the chapter reaches, to its hash.
    upstream : dict
        Id of each needed chapter, to the hash of what it made.
    """

    parameters: Mapping[str, Value]
    files: Mapping[str, str]
    modules: Mapping[str, str]
    upstream: Mapping[str, str]

    @property
    def fingerprint(self) -> str:
        """One hash over all of it."""
        return hash_json(asdict(self))


def collect_inputs(
    root: Path, chapter: Chapter, parameters: Mapping[str, Value], upstream: Mapping[str, str]
) -> Inputs:
    """Hash everything that a chapter's result depends on.

    Raises
    ------
    InputError
        The notebook or a data file that the registry lists does not exist.
    """
    paths = {chapter.notebook.as_posix(): root / chapter.notebook}
    paths["requirements.lock"] = root / "requirements.lock"
    for pattern in chapter.data:
        found = sorted(p for p in (root / "data").glob(pattern) if p.is_file())
        if not found:
            raise InputError(f"{chapter.id}: data/{pattern}: expected a file, found none")
        paths |= {path.relative_to(root).as_posix(): path for path in found}
    for name, parameter in chapter.parameters.items():
        if parameter.is_path and parameters[name]:
            paths |= _own_paths(f"parameter {name}", Path(str(parameters[name])))
    missing = [name for name, path in paths.items() if not path.is_file()]
    if missing:
        raise InputError(f"{chapter.id}: {missing[0]}: expected a file, found none")
    files = {name: hash_file(path) for name, path in paths.items()}
    modules = {name: hash_file(path) for name, path in chapter_modules(root, chapter).items()}
    return Inputs(parameters, files, modules, dict(upstream))


def chapter_modules(root: Path, chapter: Chapter) -> dict[str, Path]:
    """Return the modules that a chapter reaches: by its notebook, and by readers of its files."""
    readers = [p.reader.partition(":")[0] for p in chapter.parameters.values() if p.reader]
    return notebook_modules(root / chapter.notebook) | reach(readers)


def _own_paths(name: str, path: Path) -> dict[str, Path]:
    """List what a user brings: one file, or every file in a folder and below it."""
    if not path.is_dir():
        return {name: path}
    files = sorted(p for p in path.rglob("*") if p.is_file())
    return {f"{name}: {p.relative_to(path).as_posix()}": p for p in files}


def read_manifest(folder: Path) -> dict[str, Any] | None:
    """Read the manifest in a chapter's folder; None if there is none that can be read."""
    try:
        return json.loads((folder / NAME).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def proof(folder: Path) -> dict[str, Any]:
    """Return the manifest of a run that is proven.

    Raises
    ------
    FileNotFoundError
        There is none.
    """
    manifest = read_manifest(folder)
    if manifest is None:
        raise FileNotFoundError(f"no manifest in {folder}")
    return manifest


def is_proven(folder: Path, fingerprint: str | None = None) -> bool:
    """Return whether a folder holds a successful run whose files are unchanged.

    With a fingerprint, the run must also be the one that it stands for.
    """
    manifest = read_manifest(folder)
    if manifest is None or fingerprint not in (None, manifest["fingerprint"]):
        return False
    return manifest["outputs"] == hash_outputs(folder)


def write_manifest(folder: Path, chapter: Chapter, inputs: Inputs, run: Mapping[str, Any]) -> None:
    """Write the manifest of a run; everything else must be in the folder already.

    ``run`` holds what was measured: seconds, peak memory, start, versions.
    """
    seeds = {name: value for name, value in inputs.parameters.items() if "seed" in name}
    content = {
        "chapter": chapter.id,
        "fingerprint": inputs.fingerprint,
        "seeds": seeds,
        **asdict(inputs),
        "outputs": hash_outputs(folder),
        **run,
    }
    text = json.dumps(content, indent=1, sort_keys=True, ensure_ascii=False)
    (folder / NAME).write_text(text + "\n", encoding="utf-8")


def made(folder: Path) -> str:
    """Hash what later chapters can read of a chapter: its artifacts and results."""
    outputs = proof(folder)["outputs"]
    return hash_json({name: h for name, h in outputs.items() if name != "notebook.ipynb"})


def hash_outputs(folder: Path) -> dict[str, str]:
    """Hash every file in a chapter's folder except the manifest itself."""
    paths = sorted(p for p in folder.rglob("*") if p.is_file() and p.name != NAME)
    return {path.relative_to(folder).as_posix(): hash_file(path) for path in paths}


def hash_file(path: Path) -> str:
    """Hash a file's content."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def hash_json(value: Any) -> str:
    """Hash a plain value by its sorted JSON text."""
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()


def installed_versions() -> dict[str, str]:
    """Return the versions of Python and of the packages whose results are shown."""
    import platform
    from importlib.metadata import PackageNotFoundError, version

    versions = {"python": platform.python_version()}
    for package in VERSIONS_OF:
        try:
            versions[package] = version(package)
        except PackageNotFoundError:
            continue
    return versions

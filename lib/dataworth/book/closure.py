"""Which modules of the library a chapter can reach: what its staleness hangs on.

Imports are read from the source, not from a run: those inside functions count,
and with them whatever helper processes import. While a chapter runs, a module
outside its closure is refused, so that nothing that is used can be missed.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1]


def reach(names: Iterable[str]) -> dict[str, Path]:
    """Return every module that these modules import, at any depth, with its file.

    A file that stands beside a module under its name, such as its template, counts too.

    Parameters
    ----------
    names : iterable of str
        Dotted names; those outside this package are passed over.

    Returns
    -------
    dict of str to pathlib.Path
        Sorted by name; the packages around each module are among them.
    """
    found: dict[str, Path] = {}
    queue = list(names)
    while queue:
        name = queue.pop()
        path = _file(name)
        if name not in found and path:
            found[name] = path
            beside = path.parent.glob(f"{path.stem}.*")
            found |= {f"{name}{file.suffix}": file for file in beside if file.suffix != ".py"}
            queue += [name.rpartition(".")[0], *_imports(path, path.stat().st_mtime_ns)]
    return dict(sorted(found.items()))


def notebook_modules(path: Path) -> dict[str, Path]:
    """Return every module of the package that a notebook reaches, with its file."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    sources = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    return reach(name for source in sources for name in _named(source))


@cache
def _imports(path: Path, changed: int) -> tuple[str, ...]:
    """List what a module imports; ``changed`` makes the memory forget an older state."""
    return tuple(_named(path.read_text(encoding="utf-8")))


def _named(source: str) -> Iterator[str]:
    """List what a source imports; ``from a import b`` names both a and a.b."""
    try:
        tree = ast.parse(source)
    except SyntaxError:  # the run itself says so better
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@cache
def _file(name: str) -> Path | None:
    parts = name.split(".")
    if parts[0] != PACKAGE.name:
        return None
    folder = PACKAGE.joinpath(*parts[1:])
    for path in (folder.with_suffix(".py"), folder / "__init__.py"):
        if path.is_file():
            return path
    return None

"""While a chapter runs: it reads no data file and no module that its manifest does not name.

Staleness is decided from what the registry lists and from what the notebook
imports. Something read in silence would leave an old page standing after it
changed.
"""

from __future__ import annotations

import json
import os
import sys
from fnmatch import fnmatch
from pathlib import Path

from dataworth.book.closure import PACKAGE
from dataworth.places import DATA_VARIABLE, MODULES_VARIABLE, ROOT_VARIABLE


def forbid_undeclared() -> None:
    """Refuse, from now on in this process, what the engine did not list for the chapter.

    Outside the engine nothing is listed and nothing refused.

    Raises
    ------
    ImportError
        A module that was not listed is loaded already.
    """
    if DATA_VARIABLE not in os.environ:
        return
    data = Path(os.environ[ROOT_VARIABLE]) / "data"
    files: list[str] = json.loads(os.environ[DATA_VARIABLE])
    modules = set(json.loads(os.environ[MODULES_VARIABLE]))
    for name in list(sys.modules):
        if name.partition(".")[0] == PACKAGE.name:
            _check_module(name, modules)

    def check(event: str, arguments: tuple) -> None:
        # However a module is imported, its code is executed.
        if event == "exec":
            path = Path(getattr(arguments[0], "co_filename", ""))
            if path.is_relative_to(PACKAGE):
                parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
                _check_module(".".join(parts).removesuffix(".__init__"), modules)
        elif event == "open" and isinstance(arguments[0], str | Path):
            _check_file(Path(arguments[0]).absolute(), data, files)

    sys.addaudithook(check)


def _check_module(name: str, listed: set[str]) -> None:
    if name not in listed:
        raise ImportError(f"{name} is imported but not among the modules that the chapter reaches")


def _check_file(path: Path, data: Path, patterns: list[str]) -> None:
    if path.is_relative_to(data) and path.is_file():
        name = path.relative_to(data).as_posix()
        if not any(fnmatch(name, pattern) for pattern in patterns):
            raise PermissionError(
                f"data/{name} is read but not listed under `data:` in chapters/registry.yml"
            )

"""What a running chapter calls: record results, save and load artifacts.

The engine tells a chapter through environment variables where it writes. A
chapter that runs on its own (JupyterLab, plain papermill) writes to
``build/scratch`` and reads earlier chapters from the default edition.
"""

from __future__ import annotations

import json
import math
import os
import sys
from collections.abc import Mapping
from contextlib import AbstractContextManager
from fnmatch import fnmatch
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dataworth.places import (
    DATA_VARIABLE,
    EDITION_VARIABLE,
    OUTPUT_VARIABLE,
    PROCESSES_VARIABLE,
    SCHEDULER_VARIABLE,
    find_root,
)

if TYPE_CHECKING:
    from concurrent.futures import Executor

    import pandas as pd


class Page:
    """One chapter while it runs.

    Attributes
    ----------
    id : str
        The chapter's id in the registry, such as ``"banks/arima"``.
    results : dict
        Every value recorded so far: what ``results.json`` holds.
    """

    def __init__(self, chapter_id: str, output: Path, edition: Path) -> None:
        self.id = chapter_id
        self.results: dict[str, Any] = {}
        self._output = output
        self._edition = edition
        (output / "artifacts").mkdir(parents=True, exist_ok=True)

    def record(self, values: Mapping[str, Any]) -> None:
        """Record named values for prose, ledger and comparisons.

        Parameters
        ----------
        values : mapping of str to number, str, bool or list of these
            Prose shows one with ``{glue:text}`name:.3f` ``; the ledger reads
            all of them from ``results.json``. A value that is not finite is
            stored as null.

        Raises
        ------
        TypeError
            A value has no plain JSON form; the message names it.
        """
        from myst_nb import glue

        for name, value in values.items():
            plain = _plain(name, value)
            self.results[name] = plain
            glue(name, float("nan") if plain is None else plain, display=False)
        text = json.dumps(self.results, indent=1, sort_keys=True, ensure_ascii=False)
        (self._output / "results.json").write_text(text + "\n", encoding="utf-8")

    def save(self, name: str, frame: pd.DataFrame) -> None:
        """Save a table (Parquet) that later chapters read under this name."""
        frame.to_parquet(self._output / "artifacts" / f"{name}.parquet")

    def load(self, chapter_id: str, name: str) -> pd.DataFrame:
        """Load a table that an earlier chapter saved.

        Outside the engine, an earlier chapter that has not run yet is run
        first with the default edition's parameters.
        """
        import pandas as pd

        path = self._edition / chapter_id / "artifacts" / f"{name}.parquet"
        if not path.is_file() and EDITION_VARIABLE not in os.environ:
            from dataworth.book.engine import build_chapters

            build_chapters([chapter_id])
        return pd.read_parquet(path)

    def load_results(self, chapter_id: str) -> dict[str, Any]:
        """Load the values that an earlier chapter recorded."""
        path = self._edition / chapter_id / "results.json"
        if not path.is_file() and EDITION_VARIABLE not in os.environ:
            from dataworth.book.engine import build_chapters

            build_chapters([chapter_id])
        return json.loads(path.read_text(encoding="utf-8"))

    def executor(self) -> AbstractContextManager[Executor]:
        """Give helpers for work that falls into many equal parts.

        Processes of one thread each, as many as the build has ``--jobs``
        (default: one a core), or the cluster behind ``--scheduler``. Results
        must not depend on which; functions must be importable.
        """
        from dataworth.book.executors import cluster, processes

        if scheduler := os.environ.get(SCHEDULER_VARIABLE):
            return cluster(scheduler)
        return processes(int(os.environ.get(PROCESSES_VARIABLE, os.cpu_count() or 1)))


def open(chapter_id: str) -> Page:
    """Begin a chapter; call it right after the parameters cell.

    The chapter's parameters are looked up among the caller's variables and
    checked, so that plain papermill refuses what the command refuses.

    Raises
    ------
    InputError
        A parameter has the wrong type or lies outside its range.
    """
    from dataworth.book.registry import read_registry

    root = find_root()
    variables = sys._getframe(1).f_globals
    chapter = read_registry(root)[chapter_id]
    for name in chapter.parameters:
        chapter.parse(name, variables[name])
    output = Path(os.environ.get(OUTPUT_VARIABLE, root / "build" / "scratch" / chapter_id))
    edition = Path(os.environ.get(EDITION_VARIABLE, root / "build" / "paper"))
    if DATA_VARIABLE in os.environ:
        _forbid_undeclared_data(root, json.loads(os.environ[DATA_VARIABLE]))
    return Page(chapter_id, output, edition)


def _plain(name: str, value: Any) -> Any:
    """Turn numpy scalars and arrays into what JSON can hold."""
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, list | tuple):
        return [_plain(name, item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if value is None or isinstance(value, str | bool | int | float):
        return value
    raise TypeError(f"result '{name}': expected a number, text or list, found {type(value)}")


def _forbid_undeclared_data(root: Path, declared: list[str]) -> None:
    """Refuse to read a data file that the registry does not list.

    Staleness is decided from the listed files; a file read in silence would
    leave an old page standing after the file changed.
    """
    data = root / "data"

    def check(event: str, arguments: tuple) -> None:
        if event != "open" or not isinstance(arguments[0], str | Path):
            return
        path = Path(arguments[0]).absolute()
        if path.is_relative_to(data) and path.is_file():
            name = path.relative_to(data).as_posix()
            if not any(fnmatch(name, pattern) for pattern in declared):
                raise PermissionError(
                    f"data/{name} is read but not listed under `data:` in chapters/registry.yml"
                )

    sys.addaudithook(check)

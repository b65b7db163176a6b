"""What a running chapter calls: record results, save and load artifacts, show its sources.

The engine tells a chapter through environment variables where it writes. A
chapter that runs on its own (JupyterLab, plain papermill) writes to
``build/scratch`` and reads earlier chapters from the default edition.
"""

from __future__ import annotations

import ast
import inspect
import json
import math
import os
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from dataworth import places
from dataworth.book.guard import forbid_undeclared

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from IPython.display import Markdown


class Results:
    """What an earlier chapter recorded.

    There is no default for a missing result: a key that was not recorded is an
    error, and each key that is read is noted for the manifest.
    """

    def __init__(self, chapter_id: str, values: Mapping[str, Any], read: Callable[[str], None]):
        self._chapter, self._values, self._read = chapter_id, values, read

    def __getitem__(self, key: str) -> Any:
        """Return one recorded value.

        Raises
        ------
        KeyError
            The chapter did not record it.
        """
        if key not in self._values:
            raise KeyError(f"{self._chapter} records no result {key!r}")
        self._read(key)
        return self._values[key]

    def under(self, prefix: str) -> dict[str, Any]:
        """Return what was recorded under a prefix, by the rest of the key.

        Raises
        ------
        KeyError
            Nothing was recorded under it.
        """
        keys = [key for key in self._values if key.startswith(f"{prefix}.")]
        if not keys:
            raise KeyError(f"{self._chapter} records no result under {prefix!r}")
        return {key[len(prefix) + 1 :]: self[key] for key in keys}


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
        self._reads: dict[str, list[str]] = {}
        (output / "artifacts").mkdir(parents=True, exist_ok=True)

    def record(self, values: Any, prefix: str = "") -> None:
        """Record values for prose, ledger, later chapters and comparisons.

        Parameters
        ----------
        values : mapping, dataclass, pandas.Series or pandas.DataFrame
            Nested ones are flattened; their keys are joined by dots: a frame
            gives ``row.column``. Leaves are numbers, texts, flags or lists of
            these. Prose shows one with MyST's role ``glue:text``. A value that is
            not finite is stored as null.
        prefix : str
            Stands before every key, with a dot.

        Raises
        ------
        TypeError
            A value has no plain JSON form; the message names it.
        """
        from myst_nb import glue

        for name, value in _leaves(values, prefix):
            plain = _plain(name, value)
            self.results[name] = plain
            glue(name, float("nan") if plain is None else plain, display=False)
        text = json.dumps(self.results, indent=1, sort_keys=True, ensure_ascii=False)
        (self._output / "results.json").write_text(text + "\n", encoding="utf-8")

    def save(self, name: str, frame: pd.DataFrame) -> None:
        """Save a table (Parquet) that later chapters read under this name."""
        frame.to_parquet(self._output / "artifacts" / f"{name}.parquet")

    def load(self, chapter_id: str, name: str) -> pd.DataFrame:
        """Return a table that an earlier chapter saved.

        Outside the engine, an earlier chapter that has not run yet is run
        first with the default edition's parameters.
        """
        return pd.read_parquet(self._upstream(chapter_id, f"artifacts/{name}.parquet"))

    def load_results(self, chapter_id: str) -> Results:
        """Return the values that an earlier chapter recorded."""
        text = self._upstream(chapter_id, "results.json").read_text(encoding="utf-8")

        def note(key: str) -> None:
            keys = self._reads.setdefault(chapter_id, [])
            if key not in keys:
                keys.append(key)
                (self._output / places.READS).write_text(json.dumps(self._reads), encoding="utf-8")

        return Results(chapter_id, json.loads(text), note)

    def executor(self) -> AbstractContextManager[Executor]:
        """Return helpers for work that falls into many equal parts.

        Processes of one thread each, as many as the build has ``--jobs``
        (default: one a core; under the quick profile the chapter's own alone, since
        others take longer to start than to work), or the cluster behind
        ``--scheduler``. Results must not depend on which; functions must be importable.
        """
        from dataworth.book.executors import cluster, processes

        if scheduler := os.environ.get(places.SCHEDULER_VARIABLE):
            return cluster(scheduler)
        return processes(int(os.environ.get(places.PROCESSES_VARIABLE, os.cpu_count() or 1)))

    def _upstream(self, chapter_id: str, name: str) -> Path:
        path = self._edition / chapter_id / name
        if not path.is_file() and places.EDITION_VARIABLE not in os.environ:
            # As a command: a chapter does not hang on the engine's modules.
            command = [sys.executable, "-m", "dataworth.cli", "run", chapter_id]
            subprocess.run(command, check=True, cwd=places.find_root())
        return path


def open(chapter_id: str, variables: Mapping[str, Any]) -> Page:
    """Begin a chapter; call it right after the parameters cell.

    Parameters
    ----------
    chapter_id : str
        The chapter's id in the registry.
    variables : mapping
        The notebook's ``globals()``: the chapter's parameters are looked up
        there and checked, so that plain papermill refuses what the command
        refuses.

    Raises
    ------
    InputError
        A parameter has the wrong type or lies outside its range.
    """
    from dataworth.book.registry import read_registry

    root = places.find_root()
    chapter = read_registry(root)[chapter_id]
    for name in chapter.parameters:
        chapter.parse(name, variables[name])
    output = Path(os.environ.get(places.OUTPUT_VARIABLE, root / "build" / "scratch" / chapter_id))
    edition = Path(os.environ.get(places.EDITION_VARIABLE, root / "build" / "paper"))
    forbid_undeclared()
    return Page(chapter_id, output, edition)


def show_source(*functions: Callable | type) -> Markdown:
    """Return the source of library functions, without docstrings, as a page shows it.

    A chapter calls it under the equation that the function computes: what the
    reader sees is the very code that runs.
    """
    from IPython.display import Markdown

    code = "\n\n\n".join(_without_docstrings(function) for function in functions)
    return Markdown(f"```python\n{code}\n```")


def _without_docstrings(function: Callable | type) -> str:
    source = textwrap.dedent(inspect.getsource(function)).rstrip()
    lines, drop = source.splitlines(), set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and ast.get_docstring(node) is not None:
            text = node.body[0]
            drop |= set(range(text.lineno - 1, text.end_lineno or text.lineno))
    kept = [line for number, line in enumerate(lines) if number not in drop]
    # A blank line that stood behind a docstring would stand alone.
    pairs = zip(["", *kept], kept, strict=False)
    return "\n".join(line for above, line in pairs if line or not above.endswith(":"))


def _leaves(values: Any, prefix: str) -> Iterator[tuple[str, Any]]:
    """Flatten what may be recorded into keys and leaves."""
    if isinstance(values, pd.DataFrame):
        values = {row: values.loc[row] for row in values.index}
    if isinstance(values, pd.Series):
        values = values.to_dict()
    elif is_dataclass(values) and not isinstance(values, type):
        values = {field.name: getattr(values, field.name) for field in fields(values)}
    if not isinstance(values, Mapping):
        yield prefix, values
        return
    for name, value in values.items():
        key = ".".join(map(str, name)) if isinstance(name, tuple) else str(name)
        yield from _leaves(value, f"{prefix}.{key}" if prefix else key)


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

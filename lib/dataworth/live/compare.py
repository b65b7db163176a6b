"""What differs between two editions: settings, and results with the largest change first."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from dataworth.book.editions import PROFILES, Edition, read_edition
from dataworth.book.engine import edition_folder
from dataworth.book.manifest import is_proven, proof
from dataworth.book.registry import Registry
from dataworth.errors import InputError


def read_folder(registry: Registry, root: Path, folder: str) -> Edition:
    """Return the edition in a folder below ``build/``, such as ``paper`` or ``mine.quick``.

    Raises
    ------
    InputError
        No edition stands there.
    """
    name, _, profile = folder.partition(".")
    known = [path.parent.name for path in (root / "build").glob("*/edition.yml")]
    if folder not in known or profile not in ("", *PROFILES):
        shown = ", ".join(sorted(known)) or "none"
        raise InputError(f"edition: expected one of {shown}, found {folder[:80]!r}")
    return read_edition(registry, root, name, profile or "full")


def compare_settings(registry: Registry, root: Path, one: Edition, other: Edition) -> pd.DataFrame:
    """Return the parameters that differ: columns chapter, parameter, before and after.

    Told by the manifests of chapters that ran in both; of a user's file, its name.
    """
    rows = []
    for chapter, manifests in _both(registry, root, one, other):
        before, after = (manifest["parameters"] for manifest in manifests)
        for name, parameter in registry[chapter].parameters.items():
            pair = [values.get(name, "") for values in (before, after)]
            if pair[0] != pair[1]:
                shown = [Path(v).name if parameter.is_path else v for v in pair]
                rows.append((chapter, name, *shown))
    return pd.DataFrame(rows, columns=["chapter", "parameter", "before", "after"])


def compare_results(registry: Registry, root: Path, one: Edition, other: Edition) -> pd.DataFrame:
    """Return the results that differ, the largest change first.

    Returns
    -------
    pandas.DataFrame
        Columns chapter, result, before, after and change. The change of a number is the
        difference over the larger of both, without sign: from 0 to 1, or to 2 where the
        sign turns. Words, answers of yes or no, and results that only one has come first:
        their change is infinite.

    Raises
    ------
    InputError
        No chapter ran in both.
    """
    rows, both = [], list(_both(registry, root, one, other))
    if not both:
        raise InputError(f"no chapter has run in both {one.folder} and {other.folder}")
    for chapter, _ in both:
        places = [edition_folder(root, edition) / chapter for edition in (one, other)]
        before, after = (
            dict(_flat(json.loads((place / "results.json").read_bytes()))) for place in places
        )
        for key in dict.fromkeys([*before, *after]):
            pair = (before.get(key), after.get(key))
            if pair[0] != pair[1]:
                rows.append((chapter, key, *pair, _change(*pair)))
    columns = ["chapter", "result", "before", "after", "change"]
    frame = pd.DataFrame(rows, columns=columns).astype({"before": object, "after": object})
    return frame.sort_values("change", ascending=False, kind="stable", ignore_index=True)


def show_value(value: Any) -> str:
    """Write a value for a reader: six digits of a number, a dash where there is none."""
    if value is None or value == "":
        return "–"
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def _both(
    registry: Registry, root: Path, one: Edition, other: Edition
) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    for chapter in registry.chapters:
        places = [edition_folder(root, edition) / chapter.id for edition in (one, other)]
        if all(is_proven(place) for place in places):
            yield chapter.id, [proof(place) for place in places]


def _flat(results: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield every result; items of a list each under a number."""
    for key, value in results.items():
        if isinstance(value, list):
            yield from _flat({f"{key}[{n}]": item for n, item in enumerate(value)})
        else:
            yield key, value


def _change(before: Any, after: Any) -> float:
    numbers = [v for v in (before, after) if isinstance(v, int | float) and not isinstance(v, bool)]
    if len(numbers) < 2:
        return float("inf")
    return abs(after - before) / max(abs(before), abs(after))

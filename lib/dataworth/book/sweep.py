"""Sweeps: one chapter over a grid of settings, and the panel that looks its points up.

Each point is an edition like any other: a sweep that was interrupted goes on where it
stopped, and a point can be opened, compared and named as what it is.
"""

from __future__ import annotations

import html
import itertools
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from dataworth.book.editions import Edition, with_changes
from dataworth.book.engine import build_editions, edition_folder
from dataworth.book.job import Outcome
from dataworth.book.manifest import hash_json
from dataworth.book.registry import Parameter, Registry, Value
from dataworth.errors import InputError

SETTING = "parameter."  # before the names of columns that are settings
FAILED = "failed"
MOST_POINTS = 500
SHOWN = 6  # results that are drawn and printed
KEPT = Path("data") / "sweeps"  # tables that panels of the book show
PANEL = re.compile(r"^```\{whatif\}\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Sweep:
    """A chapter over a grid: every combination of the values of some parameters."""

    chapter: str
    grid: Mapping[str, Sequence[str]]
    editions: Sequence[Edition]

    @property
    def folder(self) -> Path:
        """Where table and figure go, below the book's root."""
        name = hash_json([edition.folder for edition in self.editions])[:8]
        return Path("_build") / "sweeps" / f"{self.chapter.replace('/', '-')}-{name}"


def plan(registry: Registry, base: Edition, chapter_id: str, values: Mapping[str, str]) -> Sweep:
    """Lay out a sweep.

    Parameters
    ----------
    registry : Registry
    base : Edition
        What every point starts from.
    chapter_id : str
    values : mapping of str to str
        For each parameter its values: ``1,2,3``, or ``0..19`` for whole numbers.

    Raises
    ------
    InputError
        A value that the parameter cannot have, one that stands twice, or too many points.
    """
    grid = {name: _values(name, text) for name, text in values.items()}
    points = [dict(zip(grid, point, strict=True)) for point in itertools.product(*grid.values())]
    if not 1 < len(points) <= MOST_POINTS:
        raise InputError(f"sweep: expected 2 to {MOST_POINTS} points, found {len(points)}")
    editions = [with_changes(base, registry, chapter_id, point) for point in points]
    if len({edition.name for edition in editions}) < len(editions):
        raise InputError("sweep: a value of a parameter stands twice")
    return Sweep(chapter_id, grid, editions)


def run(
    root: Path,
    registry: Registry,
    sweep: Sweep,
    *,
    jobs: int | None = None,
    scheduler: str | None = None,
    report: Callable[[Edition, str, Outcome], None] | None = None,
) -> pd.DataFrame:
    """Run every point that is not fresh, and return the table; it is written as well.

    Returns
    -------
    pandas.DataFrame
        A row for each point: its settings, what the chapter recorded (numbers, words,
        flags), and why it failed if it did.
    """
    all_outcomes = build_editions(
        sweep.editions, [sweep.chapter], root=root, jobs=jobs, scheduler=scheduler, report=report
    )
    rows = []
    for edition, outcomes in zip(sweep.editions, all_outcomes, strict=True):
        changed = {name: v for own in edition.changes.values() for name, v in own.items()}
        row = {SETTING + name: changed[name] for name in sweep.grid}
        failed = [outcome.reason for outcome in outcomes.values() if not outcome.proven]
        row[FAILED] = failed[0] if failed else ""
        if not failed:
            text = (edition_folder(root, edition) / sweep.chapter / "results.json").read_bytes()
            row |= {k: v for k, v in json.loads(text).items() if not isinstance(v, list)}
        rows.append(row)
    table = pd.DataFrame(rows)
    table.insert(len(table.columns) - 1, FAILED, table.pop(FAILED))
    (root / sweep.folder).mkdir(parents=True, exist_ok=True)
    table.to_csv(root / sweep.folder / "table.csv", index=False)
    return table


def moving(table: pd.DataFrame) -> list[str]:
    """List the numbers that differ between points, those that move most by their size first."""
    numbers = table.select_dtypes("number").drop(columns=settings(table), errors="ignore")
    spread = numbers.std() / numbers.abs().mean()
    return list(spread[spread > 0].sort_values(ascending=False, kind="stable").index)


def settings(table: pd.DataFrame) -> list[str]:
    """List the columns that are settings."""
    return [name for name in table.columns if name.startswith(SETTING)]


def draw(table: pd.DataFrame, results: Sequence[str], path: Path) -> None:
    """Draw results over the numeric setting with most values; a band holds what the rest does.

    Settings of words, and the second number, become lines.
    """
    import matplotlib.pyplot as plt

    from dataworth import figures

    figures.use_style()
    names = settings(table)
    numeric = [n for n in names if pd.api.types.is_numeric_dtype(table[n])] or names
    x = max(numeric, key=lambda name: ("seed" not in name, table[name].nunique()))
    lines = [n for n in names if n != x and "seed" not in n and table[n].nunique() < 9]
    figure, axes = plt.subplots(
        len(results), figsize=(figures.WIDTH, 2.6 * len(results)), squeeze=False
    )
    for axis, result in zip(axes[:, 0], results, strict=True):
        for key, part in table.groupby(lines) if lines else [((), table)]:
            over = part.groupby(x)[result]
            pairs = zip(lines, key, strict=True)
            label = ", ".join(f"{n.removeprefix(SETTING)} {value}" for n, value in pairs)
            axis.fill_between(over.min().index, over.min(), over.max(), alpha=0.2)
            axis.plot(over.median(), marker="o", label=label)
        axis.set(xlabel=x.removeprefix(SETTING), ylabel=result)
    if lines:
        axes[0, 0].legend()
    figure.savefig(path)
    plt.close(figure)


def show_panels(
    text: str,
    root: Path,
    chapter_id: str,
    asked: Mapping[str, tuple[Parameter, Value]],
    results: Mapping[str, Any],
) -> str:
    """Return a text in which each ``{whatif}`` block is a panel of the chapter's kept sweep.

    A line of a block is ``result = What it is = format``. The panel stands only where the
    page's own settings (`asked`: every parameter with its value) are among the points and
    give the results that the page has: points of another version or of other samples are
    not shown.
    """
    return PANEL.sub(lambda block: _panel(block[1], root, chapter_id, asked, results), text)


def _panel(
    block: str,
    root: Path,
    chapter_id: str,
    asked: Mapping[str, tuple[Parameter, Value]],
    results: Mapping[str, Any],
) -> str:
    path = root / KEPT / f"{chapter_id.replace('/', '-')}.csv"
    table = pd.read_csv(path) if path.is_file() else pd.DataFrame()
    shown = [[part.strip() for part in line.split(" = ")] for line in block.strip().splitlines()]
    names, own = settings(table), table
    for name in names:
        own = own[own[name] == asked[name.removeprefix(SETTING)][1]]
    if len(own) != 1 or not all(_same(own.iloc[0].get(k), results.get(k)) for k, *_ in shown):
        command = f"dataworth sweep {chapter_id} -p … --keep"
        return f"*No points were computed for this page as it is:* `{command}` *renews them.*"
    choices = {name: sorted(table[name].unique()) for name in names}
    points = {
        ",".join(str(choices[name].index(row[name])) for name in names): [
            format(row[key], form) for key, _, form in shown
        ]
        for row in table.to_dict("records")
    }
    here = own.iloc[0]
    lines = [f'<div class="dw-whatif" data-points="{html.escape(json.dumps(points))}">']
    lines += [f"<p><b>What if?</b> {len(table)} points, each one run of this chapter.</p>"]
    for name in names:
        entry, _ = asked[name.removeprefix(SETTING)]
        lines += [f"<label>{html.escape(entry.help)} <select>"]
        for value in choices[name]:
            chosen = " selected" if value == here[name] else ""
            lines += [f"<option{chosen}>{value} {entry.unit}</option>"]
        lines += ["</select></label>"]
    lines += ['<table class="dw-table"><tbody aria-live="polite">']
    for key, label, form in shown:
        cells = f'<th scope="row">{html.escape(label)}</th><td>{format(here[key], form)}</td>'
        lines += [f"<tr>{cells}</tr>"]
    lines += ["</tbody></table></div>"]
    return "\n".join(["```{raw} html", *lines, "```"])


def _same(point: Any, result: Any) -> bool:
    """Whether a point has the result of the page, but for the last digits of a decimal."""
    if isinstance(result, float) and isinstance(point, float):
        return abs(point - result) <= 1e-9 * abs(result)
    return bool(point == result)


def _values(name: str, text: str) -> list[str]:
    if span := re.fullmatch(r"(-?\d+)\.\.(-?\d+)", text):
        low, high = int(span[1]), int(span[2])
        if high - low >= MOST_POINTS or high < low:
            raise InputError(f"-p {name}={text}: expected 1 to {MOST_POINTS} values, lowest first")
        return [str(value) for value in range(low, high + 1)]
    return text.split(",")

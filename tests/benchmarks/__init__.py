"""Benchmarks: ratios within one run, printed as a table and kept for the status page."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Row:
    """One comparison: `what` took `ratio` times as long as `against`."""

    what: str
    against: str
    ratio: float
    figures: str


def seconds(work: Callable[[], object]) -> float:
    """Measure one call."""
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def command(*arguments: str, cwd: Path) -> Callable[[], object]:
    """Give a process to be measured as a whole."""
    return lambda: subprocess.run(arguments, cwd=cwd, check=True, capture_output=True)

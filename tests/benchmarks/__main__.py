"""Run every benchmark: ``make bench``; or some of them: ``python -m tests.benchmarks text``."""

from __future__ import annotations

import json
import os
import platform
import sys
from dataclasses import asdict
from datetime import UTC, datetime

from dataworth.book.job import THREAD_CAPS

# As in a chapter's run: one thread, for every contestant.
os.environ.update(THREAD_CAPS)

from rich.console import Console
from rich.table import Table

from tests.benchmarks import (
    ROOT,
    arima,
    book,
    explain,
    fuzz,
    monte_carlo,
    rationing,
    soak,
    text,
    tuning,
)

PARTS = (explain, tuning, arima, text, fuzz, monte_carlo, rationing, soak, book)
OUTPUT = ROOT / "data" / "benchmarks.json"


def main() -> None:
    """Measure, print and keep; rows of parts that were not asked for stay as they are."""
    asked = sys.argv[1:]
    chosen = [part for part in PARTS if not asked or part.__name__.split(".")[-1] in asked]
    rows = [row for part in chosen for row in part.rows()]
    machine = (
        f"Measured {datetime.now(UTC):%Y-%m-%d} on {os.cpu_count()} cores, {platform.system()} "
        f"{platform.machine()}, Python {platform.python_version()}. A ratio below one means that "
        "the first is faster."
    )
    table = Table("what", "against", "ratio", "figures")
    for row in rows:
        table.add_row(row.what, row.against, f"{row.ratio:.3g}", row.figures)
    Console().print(table)
    kept = json.loads(OUTPUT.read_text(encoding="utf-8"))["rows"] if asked else []
    measured = {(row["what"], row["against"]): row for row in [*kept, *map(asdict, rows)]}
    content = {"machine": machine, "rows": list(measured.values())}
    OUTPUT.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

"""Benchmarks: ratios within one run, printed as a table and kept for the status page.

Run with ``make bench``. The book's benchmarks work on a copy of the book in a
temporary folder, so that a cold build is cold and nothing here is disturbed.
"""

from __future__ import annotations

import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table

from dataworth.book.job import THREAD_CAPS

# As in a chapter's run: one thread, for every contestant.
os.environ.update(THREAD_CAPS)

ROOT = Path(__file__).parents[1]
OUTPUT = ROOT / "data" / "benchmarks.json"
ORDERS = {"max_p": 3, "max_q": 3}


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


def book_rows() -> list[Row]:
    """Time the build of the whole book, cold and warm, against plain papermill."""
    dataworth = str(Path(sys.executable).with_name("dataworth"))
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "book"
        for name in ("chapters", "data", "book", "_config.yml", "requirements.lock"):
            copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
            root.mkdir(exist_ok=True)
            copy(ROOT / name, root / name)
        cold = seconds(command(dataworth, "build", cwd=root))
        warm = statistics.median(seconds(command(dataworth, "build", cwd=root)) for _ in range(3))
        change = [dataworth, "run", "banks/forecast", "-p", "horizon=8"]
        leaf = seconds(command(*change, cwd=root))
        shutil.rmtree(root / "build")
        engine = seconds(command(dataworth, "run", "synthesis/ledger", cwd=root))
        plain = plain_papermill(root)
    return [
        Row(
            "all chapters, cold, side by side",
            "the same notebooks by papermill, one after another",
            engine / plain,
            f"{engine:.1f} s against {plain:.1f} s",
        ),
        Row(
            "build with nothing changed",
            "cold build with its pages",
            warm / cold,
            f"{warm:.2f} s against {cold:.1f} s",
        ),
        Row(
            "one leaf parameter changed (banks/forecast, horizon)",
            "cold build with its pages",
            leaf / cold,
            f"{leaf:.1f} s against {cold:.1f} s",
        ),
    ]


def plain_papermill(root: Path) -> float:
    """Run the notebooks one after another; what each needs is there already."""
    from dataworth.book.registry import read_registry

    papermill = [sys.executable, "-m", "papermill", "--no-progress-bar"]
    total = 0.0
    for chapter in read_registry(root).chapters:
        output = str(root / "out.ipynb")
        total += seconds(command(*papermill, str(chapter.notebook), output, cwd=root))
    return total


def simulated_series():
    """Simulate 123 series of 64 quarters (41 banks, three series each) with known orders."""
    import numpy as np
    import pandas as pd
    from statsmodels.tsa.arima_process import ArmaProcess

    generator = np.random.default_rng(20260122)
    columns = {}
    for number in range(123):
        p, q = generator.integers(0, 3, 2)
        ar, ma = generator.uniform(-0.4, 0.4, p), generator.uniform(-0.4, 0.4, q)
        process = ArmaProcess.from_coeffs(ar, ma)
        columns[f"series {number}"] = 0.1 + process.generate_sample(
            64, distrvs=generator.standard_normal, burnin=100
        )
    return pd.DataFrame(columns)


def search_rows() -> list[Row]:
    """Time the order search against pmdarima and a plain grid; report the gap in AIC."""
    import numpy as np
    import pmdarima
    from statsmodels.tsa.statespace.sarimax import SARIMAX

    from dataworth.banks.arima import search_many

    frame = simulated_series()
    warnings.simplefilter("ignore")
    found: dict[str, np.ndarray] = {}

    def ours() -> None:
        table = search_many(frame, d=0, constant=True, **ORDERS)
        best = table[table["converged"]].groupby("series")["AIC"].min()
        found["ours"] = best.reindex(frame.columns).to_numpy() * len(frame)

    def grid() -> None:
        found["grid"] = np.array([best_of_grid(frame[name]) for name in frame])

    def best_of_grid(series) -> float:
        orders = [(p, 0, q) for p in range(4) for q in range(4)]
        return min(SARIMAX(series, order=o, trend="c").fit(disp=0).aic for o in orders)

    def auto() -> None:
        options = {"d": 0, "seasonal": False, "with_intercept": True, "suppress_warnings": True}
        fits = (
            pmdarima.auto_arima(frame[n], **ORDERS, **options, start_p=1, start_q=1) for n in frame
        )
        found["auto"] = np.array([fit.aic() for fit in fits])

    search_many(frame.iloc[:, :2], d=0, constant=True, **ORDERS)  # first call loads the library
    times = {name: seconds(work) for name, work in (("ours", ours), ("auto", auto), ("grid", grid))}
    rows = []
    names = {"auto": "pmdarima auto_arima (stepwise)", "grid": "statsmodels over the same grid"}
    for name, label in names.items():
        gap = found[name] - found["ours"]
        figures = (
            f"{times['ours']:.1f} s against {times[name]:.1f} s; their best AIC minus ours: "
            f"mean {gap.mean():+.2f}, from {gap.min():+.2f} to {gap.max():+.2f}"
        )
        what = "order search over 123 series, 16 orders each"
        rows.append(Row(what, label, times["ours"] / times[name], figures))
    return rows


def main() -> None:
    """Measure, print and keep."""
    rows = [*book_rows(), *search_rows()]
    machine = (
        f"Measured {datetime.now(UTC):%Y-%m-%d} on {os.cpu_count()} cores, {platform.system()} "
        f"{platform.machine()}, Python {platform.python_version()}. A ratio below one means that "
        "the first is faster."
    )
    table = Table("what", "against", "ratio", "figures")
    for row in rows:
        table.add_row(row.what, row.against, f"{row.ratio:.3g}", row.figures)
    Console().print(table)
    content = {"machine": machine, "rows": [asdict(row) for row in rows]}
    OUTPUT.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

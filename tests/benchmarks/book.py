"""The build of the whole book against plain papermill.

It works on a copy of the book in a temporary folder, so that a cold build is
cold and nothing here is disturbed.
"""

from __future__ import annotations

import json
import shutil
import statistics
import sys
import tempfile
from pathlib import Path

from tests.benchmarks import ROOT, Row, command, seconds


def rows() -> list[Row]:
    """Time the build of the whole book (quick profile), cold and warm, against plain papermill."""
    dataworth = str(Path(sys.executable).with_name("dataworth"))
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "book"
        for name in ("chapters", "data", "book", "_config.yml", "requirements.lock"):
            copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
            root.mkdir(exist_ok=True)
            copy(ROOT / name, root / name)
        quick = ("--profile", "quick")
        cold = seconds(command(dataworth, "build", *quick, cwd=root))
        warm = statistics.median(
            seconds(command(dataworth, "build", *quick, cwd=root)) for _ in range(3)
        )
        change = [dataworth, "run", "banks/forecast", "-p", "horizon=8", *quick]
        leaf = seconds(command(*change, cwd=root))
        shutil.rmtree(root / "build")
        engine = seconds(command(dataworth, "run", "synthesis/ledger", *quick, cwd=root))
        (root / "build" / "paper.quick").rename(root / "build" / "paper")
        plain = plain_papermill(root)
    return [
        Row(
            "all chapters of the quick profile, cold, side by side",
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
    from dataworth.book.editions import Edition
    from dataworth.book.registry import read_registry

    papermill = [sys.executable, "-m", "papermill", "--no-progress-bar"]
    total = 0.0
    registry = read_registry(root)
    for chapter in registry.chapters:
        values = Edition(profile="quick").parameters(registry, chapter.id)
        output = str(root / "out.ipynb")
        total += seconds(
            command(*papermill, str(chapter.notebook), output, "-y", json.dumps(values), cwd=root)
        )
    return total

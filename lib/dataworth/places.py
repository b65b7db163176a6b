"""Where a book lives: its root folder and the places below it."""

from __future__ import annotations

from pathlib import Path

REGISTRY = Path("chapters") / "registry.yml"
# What the engine tells a chapter that it runs: the book it belongs to, where it
# writes, where earlier chapters stand, which data files and modules of the library
# it may read, and who it may share its work with.
ROOT_VARIABLE = "DATAWORTH_ROOT"
OUTPUT_VARIABLE = "DATAWORTH_OUTPUT"
EDITION_VARIABLE = "DATAWORTH_EDITION_DIR"
DATA_VARIABLE = "DATAWORTH_DECLARED_DATA"
MODULES_VARIABLE = "DATAWORTH_DECLARED_MODULES"
PROCESSES_VARIABLE = "DATAWORTH_PROCESSES"
SCHEDULER_VARIABLE = "DATAWORTH_SCHEDULER"
# Which results of earlier chapters a run read; the engine moves it into the manifest.
READS = "reads.json"


def find_root(start: Path | None = None) -> Path:
    """Find the book that a folder belongs to.

    Looks upward from ``start`` (default: the working directory) for
    ``chapters/registry.yml``, then at the checkout that holds this file.

    Raises
    ------
    FileNotFoundError
        No book was found.
    """
    start = (start or Path.cwd()).resolve()
    checkout = Path(__file__).resolve().parents[2]
    for folder in (start, *start.parents, checkout):
        if (folder / REGISTRY).is_file():
            return folder
    raise FileNotFoundError(f"no chapters/registry.yml in {start} or above it")

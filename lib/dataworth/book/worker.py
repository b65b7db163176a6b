"""Run one notebook in a process of its own: ``python -m dataworth.book.worker ENGINE_PID``.

The job comes as JSON on standard input; one line of JSON on standard output
says how it went. A process for each notebook, because papermill's working
directory is the process's, and because a kernel's peak memory is then known.
"""

from __future__ import annotations

import json
import os
import re
import resource
import signal
import sys
import time
from pathlib import Path
from typing import Any

from dataworth.book.executors import end_children, end_with


def run_notebook(job: dict[str, Any]) -> None:
    """Execute a notebook and check that it ran to its end.

    Parameters
    ----------
    job : dict
        ``notebook`` and ``output`` (paths), ``parameters``, ``root`` (working
        directory), ``artifacts`` (names that must have been saved), ``section`` (file
        that is told which section runs).

    Raises
    ------
    RuntimeError
        The notebook stopped early or made less than the registry promises.
    """
    import papermill

    def tell(cell: Any, cell_index: int) -> None:
        # Cells without code come by as well: a heading begins a section.
        heading = re.search(r"^#{1,3} +(.+)", cell.source, re.MULTILINE)
        if cell.cell_type == "markdown" and heading:
            Path(job["section"]).write_text(heading[1], encoding="utf-8")

    for attempt in (1, 2):
        try:
            notebook = papermill.execute_notebook(
                job["notebook"],
                job["output"],
                parameters=job["parameters"],
                cwd=job["root"],
                kernel_name="python3",  # of this environment, whatever an editor wrote or did not
                language="python",
                progress_bar=False,
                request_save_on_cell_execute=False,
                on_cell_start=tell,
            )
            break
        except RuntimeError as error:
            # A kernel can lose the race for its ports before it says hello;
            # nothing has run then, so a second start is harmless.
            if attempt == 2 or "Kernel died before replying" not in str(error):
                raise
    _check_complete(notebook, Path(job["output"]).parent, job["artifacts"])


def _check_complete(notebook: Any, folder: Path, artifacts: list[str]) -> None:
    """Papermill's word is not enough: after a kernel's death it may say completed."""
    code = [cell for cell in notebook.cells if cell.cell_type == "code" and cell.source.strip()]
    silent = [cell for cell in code if cell.execution_count is None]
    if silent:
        raise RuntimeError(f"{len(silent)} of {len(code)} code cells did not run")
    if not (folder / "results.json").is_file():
        raise RuntimeError("the chapter recorded no results")
    for name in artifacts:
        if not (folder / "artifacts" / f"{name}.parquet").is_file():
            raise RuntimeError(f"the chapter did not save its artifact {name!r}")


def _reason(error: Any) -> str:
    """Describe in one line why a run failed."""
    if getattr(error, "ename", "") == "InputError":  # says all that is needed
        text = error.evalue
    elif hasattr(error, "ename"):  # papermill.PapermillExecutionError
        text = f"cell {error.exec_count}: {error.ename}: {error.evalue}"
    else:
        text = f"{type(error).__name__}: {error}"
    return re.sub(r"\x1b\[[0-9;]*m", "", " ".join(text.split()))[:500]


def _end_at_once(number: int, _frame: object) -> None:
    """Take the kernel along.

    One that is just starting does not watch its parent yet. It would live on with this
    process's pipes, on whose end the engine waits.
    """
    end_children()
    os._exit(128 + number)


def main() -> int:
    """Run the job on standard input; the exit code is 0 only for a complete run."""
    signal.signal(signal.SIGTERM, _end_at_once)
    end_with(int(sys.argv[1]))  # nobody would take the result
    job = json.load(sys.stdin)
    begin = time.perf_counter()
    reason, bad_input = None, False
    try:
        run_notebook(job)
    except Exception as error:  # whatever it is becomes the one-line reason
        reason, bad_input = _reason(error), getattr(error, "ename", "") == "InputError"
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    scale = 1 if sys.platform == "darwin" else 1024  # Linux counts in KiB
    outcome = {
        "reason": reason,
        "bad_input": bad_input,
        "seconds": round(time.perf_counter() - begin, 2),
        "peak_memory_mb": round(children * scale / 1e6, 1),
    }
    print(json.dumps(outcome))
    return 0 if reason is None else 1


if __name__ == "__main__":
    sys.exit(main())

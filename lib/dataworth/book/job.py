"""One chapter's run: in staging first, checked, and only then put in its place."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
import threading
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from dataworth import places
from dataworth.book.manifest import Inputs, installed_versions, is_proven, proof, write_manifest
from dataworth.book.registry import Chapter

# One thread for each chapter: parallel chapters do not fight, and sums are
# taken in the same order on every machine.
THREAD_CAPS = dict.fromkeys(
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS"), "1"
)
STAGING = ".staging"

Status = Literal["running", "ran", "reused", "fresh", "failed", "skipped"]


@dataclass(frozen=True)
class Outcome:
    """How it went for one chapter.

    Attributes
    ----------
    status : str
        ``ran``; ``reused`` (the same run existed in another edition);
        ``fresh`` (nothing to do); ``failed``; ``skipped`` (something that it
        needs failed); ``running`` in progress reports.
    seconds : float
        Time of the run that made the result.
    peak_memory_mb : float
        Peak memory of its kernel in megabytes.
    reason : str
        Why it failed or was skipped, in one line.
    bad_input : bool
        Whether it failed because of something that the user gave.
    """

    status: Status
    seconds: float = 0.0
    peak_memory_mb: float = 0.0
    reason: str = ""
    bad_input: bool = False

    @property
    def proven(self) -> bool:
        """Whether a proven result stands in the edition."""
        return self.status in ("ran", "reused", "fresh")


@dataclass(frozen=True)
class Helpers:
    """Who a chapter may share its work with: processes here, or a cluster if there is one."""

    processes: int
    scheduler: str = ""


@dataclass(frozen=True)
class Job:
    """One chapter to run; travels to a worker as it is."""

    root: Path
    folder: Path
    edition: Path
    chapter: Chapter
    inputs: Inputs
    helpers: Helpers


def run_job(job: Job) -> Outcome:
    """Run one chapter, or take the same run over from another edition.

    The chapter's folder is replaced only by a complete, checked result. A
    failed run goes to the edition's ``failed`` folder with its reason.
    """
    staging = job.edition / STAGING / f"{job.chapter.id.replace('/', '-')}-{uuid.uuid4().hex[:8]}"
    failed = job.edition / "failed" / job.chapter.id
    _make_room(job.helpers)
    try:
        twin = find_twin(job)
        if twin:
            shutil.copytree(twin, staging)
            outcome = measured("reused", twin)
        else:
            outcome = _run_worker(job, staging)
        shutil.rmtree(failed, ignore_errors=True)
        with contextlib.suppress(OSError):  # other chapters of the part may have failed
            failed.parent.rmdir()
        if outcome.proven:
            _replace(job.folder, staging)
        else:
            (staging / "reason.txt").write_text(outcome.reason + "\n", encoding="utf-8")
            _replace(failed, staging)
        return outcome
    except OSError as error:  # a full disk, most likely; nothing was replaced
        return Outcome("failed", reason=f"{type(error).__name__}: {error}")
    finally:
        shutil.rmtree(staging, ignore_errors=True)
        _section_file(staging).unlink(missing_ok=True)


def _section_file(staging: Path) -> Path:
    return staging.with_name(f"{staging.name}.section")


def running_sections(edition: Path) -> list[str]:
    """List the headings of the sections that run now in an edition's folder."""
    found = []
    for path in sorted((edition / STAGING).glob("*.section")):
        with contextlib.suppress(FileNotFoundError):  # it has just ended
            found.append(path.read_text(encoding="utf-8"))
    return found


def _make_room(helpers: Helpers) -> None:
    """Leave the cluster's thread: a chapter that waits for helpers must not hold their place."""
    if helpers.scheduler:
        from distributed import secede

        with contextlib.suppress(ValueError):  # not on a worker: nothing is held
            secede()


_workers: set[subprocess.Popen] = set()
_interrupted = threading.Event()


def _run_worker(job: Job, staging: Path) -> Outcome:
    staging.mkdir(parents=True)
    environment = os.environ | THREAD_CAPS | {
        places.ROOT_VARIABLE: str(job.root),
        places.OUTPUT_VARIABLE: str(staging),
        places.EDITION_VARIABLE: str(job.edition),
        places.PROCESSES_VARIABLE: str(job.helpers.processes),
        places.SCHEDULER_VARIABLE: job.helpers.scheduler,
        places.DATA_VARIABLE: json.dumps(_readable(job)),
        places.MODULES_VARIABLE: json.dumps(list(job.inputs.modules)),
        "PYTHONHASHSEED": "0",
    }  # fmt: skip
    task = {
        "notebook": str(job.root / job.chapter.notebook),
        "output": str(staging / "notebook.ipynb"),
        "parameters": dict(job.inputs.parameters),
        "root": str(job.root),
        "artifacts": job.chapter.artifacts,
        "section": str(_section_file(staging)),
    }
    started = datetime.now(UTC).isoformat(timespec="seconds")
    with subprocess.Popen(
        [sys.executable, "-m", "dataworth.book.worker", str(os.getpid())],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment,
        cwd=job.root,
        text=True,
        start_new_session=True,  # Ctrl-C reaches the engine, which then ends its workers
    ) as worker:
        _workers.add(worker)
        if _interrupted.is_set():  # while this one was starting: `end_workers` did not see it
            worker.terminate()
        try:
            output, errors = worker.communicate(json.dumps(task))
        finally:
            _workers.discard(worker)
    if _interrupted.is_set():  # ended by the engine: that says nothing about the chapter
        raise InterruptedError(f"{job.chapter.id} was interrupted")
    try:
        run = json.loads(output.splitlines()[-1])
    except (IndexError, ValueError):
        last = errors.strip().splitlines()[-1:] or ["no message"]
        return Outcome("failed", reason=f"worker ended with code {worker.returncode}: {last[0]}")
    reason, bad_input = run.pop("reason"), run.pop("bad_input")
    if reason:
        return Outcome("failed", run["seconds"], run["peak_memory_mb"], reason, bad_input)
    run |= {"started": started, "versions": installed_versions(), "reads": _take_reads(staging)}
    write_manifest(staging, job.chapter, job.inputs, run)
    return Outcome("ran", run["seconds"], run["peak_memory_mb"])


def _take_reads(staging: Path) -> dict[str, list[str]]:
    """Move what the chapter read of earlier results out of the folder, into the manifest."""
    path = staging / places.READS
    reads = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    path.unlink(missing_ok=True)
    return reads


def _readable(job: Job) -> list[str]:
    """List the files below ``data/`` that a chapter may read: its own, and those a user names."""
    data = job.root / "data"
    named = [
        Path(str(job.inputs.parameters[name]))
        for name, parameter in job.chapter.parameters.items()
        if parameter.is_path and job.inputs.parameters[name]
    ]
    inside = [path.relative_to(data).as_posix() for path in named if path.is_relative_to(data)]
    # A folder's content is allowed with it.
    return [*job.chapter.data, *inside, *(f"{name}/*" for name in inside)]


def end_workers() -> None:
    """End every running worker; what they were doing leaves no trace."""
    _interrupted.set()
    for worker in list(_workers):
        worker.terminate()


def allow_workers() -> None:
    """Begin anew after an interruption."""
    _interrupted.clear()


def find_twin(job: Job) -> Path | None:
    """Find the same run (same fingerprint) in another edition."""
    for folder in sorted((job.root / "build").glob(f"*/{job.chapter.id}")):
        if folder != job.folder and is_proven(folder, job.inputs.fingerprint):
            return folder
    return None


def _replace(folder: Path, staging: Path) -> None:
    """Put a complete folder in the place of an older one; never a mixture of both."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    if folder.exists():
        folder.rename(staging.with_name(staging.name + "-old"))
    staging.rename(folder)
    shutil.rmtree(staging.with_name(staging.name + "-old"), ignore_errors=True)


def measured(status: Status, folder: Path) -> Outcome:
    """Return the outcome of an earlier run, with what was measured then."""
    manifest = proof(folder)
    return Outcome(status, manifest["seconds"], manifest["peak_memory_mb"])

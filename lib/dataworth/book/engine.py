"""The engine: run every stale chapter, side by side where nothing stands between them.

papermill runs the notebooks, each in a process of its own; the futures
interface hands them out, here or on a dask cluster; graphlib keeps the order.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from graphlib import TopologicalSorter
from pathlib import Path

from dataworth.book.editions import RECORD, Edition
from dataworth.book.executors import cluster
from dataworth.book.job import (
    STAGING,
    Helpers,
    Job,
    Outcome,
    allow_workers,
    end_workers,
    find_twin,
    measured,
    run_job,
)
from dataworth.book.manifest import Inputs, collect_inputs, is_proven, made
from dataworth.book.registry import Chapter, Registry, Value, read_registry
from dataworth.errors import InputError
from dataworth.places import find_root

Report = Callable[[str, Outcome], None]
_Node = tuple[int, str]  # number of an edition, and a chapter in it


def edition_folder(root: Path, edition: Edition) -> Path:
    """Return the folder that holds an edition's results."""
    return root / "build" / edition.folder


def build_chapters(
    chapter_ids: list[str] | None = None,
    *,
    edition: Edition | None = None,
    root: Path | None = None,
    jobs: int | None = None,
    scheduler: str | None = None,
    report: Report | None = None,
) -> dict[str, Outcome]:
    """Run every stale chapter among these and all that they need.

    Parameters
    ----------
    chapter_ids : list of str, optional
        Default: the whole book.
    edition : Edition, optional
        Default: the papers' own settings.
    root : pathlib.Path, optional
        Root of the book. Default: the book of the working directory.
    jobs : int, optional
        Chapters that may run at once. Default: one for each core.
    scheduler : str, optional
        Address of a dask scheduler whose workers share this checkout.
    report : callable, optional
        Called with chapter id and outcome when a chapter starts and ends.

    Returns
    -------
    dict of str to Outcome
        In running order.

    Raises
    ------
    InputError
        An unknown chapter, a bad parameter, a missing file, or an edition
        that another build is working on.
    """
    (outcomes,) = build_editions(
        [edition or Edition()],
        chapter_ids,
        root=root,
        jobs=jobs,
        scheduler=scheduler,
        report=report and (lambda edition, chapter_id, outcome: report(chapter_id, outcome)),
    )
    return outcomes


def build_editions(
    editions: Sequence[Edition],
    chapter_ids: list[str] | None = None,
    *,
    root: Path | None = None,
    jobs: int | None = None,
    scheduler: str | None = None,
    report: Callable[[Edition, str, Outcome], None] | None = None,
) -> list[dict[str, Outcome]]:
    """Run every stale chapter in several editions side by side; see `build_chapters`.

    What two editions have in common runs once. `report` is told the edition as well.
    """
    root = root or find_root()
    registry = read_registry(root)
    wanted = registry.with_needs(chapter_ids or [c.id for c in registry.chapters])
    plans = []
    for edition in editions:
        parameters = {i: edition.parameters(registry, i) for i in wanted}
        _check_files(registry, parameters)
        folder = edition_folder(root, edition)
        # What a quick chapter shares out is done sooner than helpers would start.
        number = 1 if edition.profile == "quick" else jobs or os.cpu_count() or 1
        helpers = Helpers(number, scheduler or "")
        plans.append(_Plan(registry, wanted, parameters, root, folder, helpers, edition))
    with contextlib.ExitStack() as stack:
        for plan in plans:
            stack.enter_context(locked(plan.folder))
        executor = stack.enter_context(_executor(jobs, scheduler))
        for plan in plans:
            shutil.rmtree(plan.folder / STAGING, ignore_errors=True)
            (plan.folder / RECORD).write_text(plan.edition.record(), encoding="utf-8")
        return _run_in_order(plans, executor, report or (lambda edition, chapter_id, outcome: None))


def chapter_status(registry: Registry, root: Path, edition: Edition) -> dict[str, str]:
    """Describe for each chapter whether it is fresh, stale, failed or was never run."""
    folder, status = edition_folder(root, edition), {}
    for chapter_id in registry.order():
        chapter, place = registry[chapter_id], folder / chapter_id
        if (folder / "failed" / chapter_id).is_dir():
            status[chapter_id] = "failed"
        elif not is_proven(place):
            status[chapter_id] = "never run"
        elif any(status[need] != "fresh" for need in chapter.needs):
            status[chapter_id] = "stale"
        else:
            inputs = _inputs(chapter, root, folder, edition.parameters(registry, chapter_id))
            status[chapter_id] = "fresh" if is_proven(place, inputs.fingerprint) else "stale"
    return status


def proven_results(registry: Registry, root: Path, edition: Edition) -> dict[str, dict]:
    """Read what every proven chapter of an edition recorded, by chapter id."""
    folder = edition_folder(root, edition)
    return {
        chapter.id: json.loads((folder / chapter.id / "results.json").read_text(encoding="utf-8"))
        for chapter in registry.chapters
        if is_proven(folder / chapter.id)
    }


@dataclass(frozen=True)
class _Plan:
    """What is to be run, from which book into which edition's folder."""

    registry: Registry
    wanted: list[str]
    parameters: Mapping[str, Mapping[str, Value]]
    root: Path
    folder: Path
    helpers: Helpers
    edition: Edition

    def job(self, chapter_id: str) -> Job:
        chapter = self.registry[chapter_id]
        inputs = _inputs(chapter, self.root, self.folder, self.parameters[chapter_id])
        return Job(self.root, self.folder / chapter_id, self.folder, chapter, inputs, self.helpers)


def _run_in_order(
    plans: Sequence[_Plan], executor: Executor, report: Callable[[Edition, str, Outcome], None]
) -> list[dict[str, Outcome]]:
    outcomes: list[dict[str, Outcome]] = [{} for _ in plans]
    jobs: dict[_Node, Job] = {}
    running: dict[Future[Outcome], _Node] = {}
    sorter: TopologicalSorter[_Node] = TopologicalSorter()
    for number, plan in enumerate(plans):
        for chapter_id in plan.wanted:
            needs = plan.registry[chapter_id].needs
            sorter.add((number, chapter_id), *((number, need) for need in needs))
    sorter.prepare()

    def finish(node: _Node, outcome: Outcome) -> None:
        number, chapter_id = node
        outcomes[number][chapter_id] = outcome
        report(plans[number].edition, chapter_id, outcome)
        sorter.done(node)

    held: list[_Node] = []  # the same run goes on in another edition
    while sorter.is_active():
        ready, held = [*held, *sorter.get_ready()], []
        for node in ready:
            number, chapter_id = node
            plan = plans[number]
            needs = plan.registry[chapter_id].needs
            broken = [need for need in needs if not outcomes[number][need].proven]
            if broken:
                finish(node, Outcome("skipped", reason=f"needs {broken[0]}, which failed"))
                continue
            job = jobs[node] = jobs.get(node) or plan.job(chapter_id)
            if is_proven(job.folder, job.inputs.fingerprint):
                finish(node, measured("fresh", job.folder))
                continue
            if job.inputs.fingerprint in {jobs[n].inputs.fingerprint for n in running.values()}:
                held.append(node)
                continue
            if find_twin(job):
                finish(node, run_job(job))
                continue
            report(plan.edition, chapter_id, Outcome("running"))
            running[executor.submit(run_job, job)] = node
        if running:
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                finish(running.pop(future), future.result())
    return [{i: found[i] for i in plan.wanted} for plan, found in zip(plans, outcomes, strict=True)]


def _check_files(registry: Registry, parameters: Mapping[str, Mapping[str, Value]]) -> None:
    """Read every file that a user gave before anything runs."""
    for chapter_id, values in parameters.items():
        for name, parameter in registry[chapter_id].parameters.items():
            try:
                parameter.check_file(values[name], values)
            except InputError as error:
                raise InputError(f"{chapter_id}: parameter {name}: {error}") from None


def _inputs(chapter: Chapter, root: Path, folder: Path, parameters: Mapping[str, Value]) -> Inputs:
    upstream = {need: made(folder / need) for need in chapter.needs}
    return collect_inputs(root, chapter, parameters, upstream)


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Keep a second build out of the same edition; the lock dies with its process."""
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / ".lock", "w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise InputError(f"another build is working on edition {folder.name!r}") from None
        yield


@contextlib.contextmanager
def _executor(jobs: int | None, scheduler: str | None) -> Iterator[Executor]:
    """Return local workers or a dask cluster, both behind the futures interface."""
    if jobs is not None and jobs < 1:
        raise InputError(f"jobs: expected 1 or more, found {jobs}")
    if scheduler:
        with cluster(scheduler) as executor:
            yield executor
        return
    allow_workers()
    with ThreadPoolExecutor(jobs or os.cpu_count()) as executor:
        try:
            yield executor
        except BaseException:
            executor.shutdown(wait=False, cancel_futures=True)
            end_workers()
            raise

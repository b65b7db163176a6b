"""One run at a time, one waiting behind it: the queue of the live book."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from dataworth.book.editions import Edition
from dataworth.book.engine import build_chapters, edition_folder
from dataworth.book.job import Outcome, end_workers, running_sections
from dataworth.book.registry import Registry
from dataworth.errors import InputError
from dataworth.live.pages import render

AT_ONCE = 2  # one that runs, one that waits


@dataclass
class Run:
    """A chapter in a reader's edition, and in the default beside it.

    Attributes
    ----------
    chapter : str
        The chapter's id.
    base, edition : Edition
        What it is compared with, and the reader's.
    seconds : float
        How long it should take.
    state : str
        ``waiting``, ``running``, ``done``, ``failed`` or ``cancelled``.
    doing : str
        What it does now, in a few words.
    outcomes : dict of str to Outcome
        By chapter, as they come.
    reason : str
        Why it failed, in one line.
    """

    chapter: str
    base: Edition
    edition: Edition
    seconds: float
    state: str = "waiting"
    doing: str = "Waiting for the run before it."
    outcomes: dict[str, Outcome] = field(default_factory=dict)
    reason: str = ""
    began: float = 0.0

    @property
    def over(self) -> bool:
        """Whether nothing will happen any more."""
        return self.state not in ("waiting", "running")

    def note(self, chapter: str, outcome: Outcome) -> None:
        """Take note of a chapter's start or end; a run that was cancelled ends here at last."""
        self.outcomes[chapter] = outcome
        if self.over:
            end_workers()


class Queue:
    """Runs by number, in the order in which they came."""

    def __init__(self, root: Path, registry: Registry, served: Edition) -> None:
        self.root, self.registry, self.served = root, registry, served
        self.runs: list[Run] = []
        self._thread = ThreadPoolExecutor(1)

    def check(self) -> None:
        """Refuse a run while one runs and one waits.

        Raises
        ------
        InputError
            They do.
        """
        if sum(not run.over for run in self.runs) >= AT_ONCE:
            raise InputError("One run is going on and one is waiting: try again in a minute.")

    def submit(self, run: Run) -> int:
        """Take a run and return its number; `check` may refuse it."""
        self.check()
        self.runs.append(run)
        self._thread.submit(self._work, run)
        return len(self.runs) - 1

    def cancel(self, run: Run) -> None:
        """End a run; what its finished chapters made stays."""
        was_running = run.state == "running"
        if not run.over:
            run.state = "cancelled"
        if was_running:
            end_workers()

    def close(self) -> None:
        """End whatever runs or waits."""
        for run in self.runs:
            self.cancel(run)
        self._thread.shutdown()

    def sections(self, run: Run) -> list[str]:
        """List the headings of the sections that a run is at."""
        editions = (run.base, run.edition)
        return [s for e in editions for s in running_sections(edition_folder(self.root, e))]

    def _work(self, run: Run) -> None:
        if run.over:
            return
        run.state, run.began = "running", time.monotonic()
        try:
            self._make(run)
            state = "done"
        except InputError as error:
            state, run.reason = "failed", str(error)
        except Exception as error:  # a fault of ours: said so, and the book goes on
            state, run.reason = "failed", f"a fault of this program: {error!r}"
        if not run.over:  # it may have been cancelled
            run.state = state

    def _make(self, run: Run) -> None:
        for edition, whose in ((run.base, "the default"), (run.edition, "your settings")):
            run.doing, run.outcomes = f"Running with {whose}.", {}
            outcomes = build_chapters(
                [run.chapter], edition=edition, root=self.root, report=run.note
            )
            if failed := [o.reason for o in outcomes.values() if o.status == "failed"]:
                raise InputError(failed[0])
        run.doing, run.outcomes = "Making the pages.", {}
        render(self.root, self.registry, self.served, run.base, run.edition, run.chapter)

"""Progress that reads well in a terminal (a live table) and in a log (one line an event)."""

from __future__ import annotations

import time
from types import TracebackType

from rich.console import Console
from rich.live import Live
from rich.spinner import Spinner
from rich.table import Table

from dataworth.book.job import Outcome

STYLES = {
    "ran": "green",
    "reused": "green",
    "fresh": "dim",
    "running": "yellow",
    "failed": "bold red",
    "skipped": "red",
}


class Progress:
    """Show chapters as they start and end; use as a context manager.

    Call it with chapter id and outcome: it is a report for the engine.
    """

    def __init__(self, console: Console) -> None:
        self._console = console
        self._outcomes: dict[str, Outcome] = {}
        self._begin: dict[str, float] = {}
        self._live = Live(get_renderable=self._table, console=console, refresh_per_second=4)

    def __enter__(self) -> Progress:
        """Begin the display."""
        if self._console.is_terminal:
            self._live.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Leave the last state on the screen."""
        if self._console.is_terminal:
            self._live.stop()

    def __call__(self, chapter_id: str, outcome: Outcome) -> None:
        """Take note of a chapter's start or end."""
        self._outcomes[chapter_id] = outcome
        self._begin.setdefault(chapter_id, time.monotonic())
        if not self._console.is_terminal:
            self._console.print(f"{outcome.status:>8}  {chapter_id}  {describe(outcome)}".rstrip())

    def _table(self) -> Table:
        table = Table.grid(padding=(0, 2))
        for chapter_id, outcome in self._outcomes.items():
            style, text = STYLES[outcome.status], describe(outcome)
            mark: str | Spinner = outcome.status
            if outcome.status == "running":
                mark = Spinner("dots", "running", style=style)
                text = f"{time.monotonic() - self._begin[chapter_id]:.0f} s"
            table.add_row(mark, chapter_id, text, style=style)
        return table


def describe(outcome: Outcome) -> str:
    """Describe in a few words how long it took, or why there is no result."""
    if outcome.reason:
        return outcome.reason
    if outcome.status == "running":
        return ""
    return f"{outcome.seconds:.1f} s, {outcome.peak_memory_mb:.0f} MB"

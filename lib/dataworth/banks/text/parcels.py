"""Work on many reports, in order, with few of them in memory at once."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from itertools import islice
from typing import Any

IN_FLIGHT, PARCEL = 16, 8  # parcels of reports under way at once; reports in a parcel


def each(
    work: Callable[[Any], Any], entries: Sequence[Any], executor: Executor | None
) -> Iterator[Any]:
    """Yield what the work makes of each entry, in the order of the entries.

    Parameters
    ----------
    work : callable
        Takes one entry. With an executor it must be importable, as must what it returns.
    entries : sequence
    executor : concurrent.futures.Executor or None
        Who does the work; this process if None.
    """
    if executor is None:
        yield from map(work, entries)
        return
    size = max(1, min(PARCEL, len(entries) // 8))
    parcels = (list(entries[start : start + size]) for start in range(0, len(entries), size))
    tasks = (executor.submit(_do, work, parcel) for parcel in parcels)
    under_way = deque(islice(tasks, IN_FLIGHT))
    while under_way:
        yield from under_way.popleft().result()
        under_way += islice(tasks, 1)


def _do(work: Callable[[Any], Any], parcel: list[Any]) -> list[Any]:
    return [work(entry) for entry in parcel]

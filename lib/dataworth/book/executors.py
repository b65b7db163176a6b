"""Who does the work: processes of this machine, or a dask cluster, behind one interface."""

from __future__ import annotations

import contextlib
import os
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from urllib.parse import urlsplit

import psutil

from dataworth.book.guard import forbid_undeclared
from dataworth.errors import InputError


@contextlib.contextmanager
def processes(number: int) -> Iterator[Executor]:
    """Return processes of this machine that end with the one that started them.

    They begin from nothing (spawn): a copy of a running kernel would carry
    over its locks. One is a thread of this process: nothing has to start.
    """
    if number == 1:
        with ThreadPoolExecutor(1) as here:
            yield here
        return
    with ProcessPoolExecutor(
        number, get_context("spawn"), initializer=_begin, initargs=(os.getpid(),)
    ) as executor:
        try:
            yield executor
        except BaseException:
            executor.shutdown(wait=False, cancel_futures=True)
            raise


@contextlib.contextmanager
def cluster(scheduler: str) -> Iterator[Executor]:
    """Return a dask cluster whose workers share this checkout.

    Raises
    ------
    InputError
        Nobody listens at the address.
    """
    from dask.distributed import Client

    _check_address(scheduler)
    client = Client(scheduler, timeout="10s", set_as_default=False)
    with client, client.get_executor(pure=False, retries=0) as executor:
        yield executor


def _begin(parent: int) -> None:
    """Bind a helper process to its parent and to what the parent's chapter may read."""
    end_with(parent)
    forbid_undeclared()


def end_with(parent: int) -> None:
    """End this process, and those that it started, when its parent (a process id) is gone."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(0.25)
        end_children()
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def end_children() -> None:
    """End every process that this one started, and those that they started."""
    for child in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):
            child.kill()


def _check_address(scheduler: str) -> None:
    """Refuse at once an address that nobody listens at; the client itself would wait."""
    parts = urlsplit(scheduler)
    try:
        if not parts.hostname or not parts.port:
            raise ValueError("expected tcp://HOST:PORT")
        socket.create_connection((parts.hostname, parts.port), timeout=5).close()
    except (OSError, ValueError) as error:
        raise InputError(f"scheduler: no dask scheduler at {scheduler!r}: {error}") from None

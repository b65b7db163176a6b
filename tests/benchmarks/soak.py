"""What is left after builds were killed, disks were full, and a server was besieged.

A round either leaves whole results or raises: there is nothing to tune. Chances are drawn
by seed; when a signal hits is up to the machine.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import resource
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from dataworth.book.manifest import is_proven
from tests.benchmarks import Row
from tests.live.conftest import Server, make_live_mini, multipart, start

ROUNDS, POSTS, POINTS = 20, 100, 40
SWEEP = ("sweep", "one/total", "-p", f"shift=-10..{POINTS // 4 - 11}", "-p", "scale=1,3,5,7")
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGKILL)
COMMAND = [sys.executable, "-m", "dataworth.cli"]


def begin(
    root: Path, *arguments: str, limit: int | None = None, become: tuple[str, ...] = ()
) -> subprocess.Popen:
    """Start the command; `limit` is the largest file that it can write, as on a full disk."""

    def prepare() -> None:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        if limit:
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    how = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    return subprocess.Popen([*become, *COMMAND, *arguments], cwd=root, preexec_fn=prepare, **how)


def finish(process: subprocess.Popen) -> tuple[int, str]:
    """Return the exit code and what was said."""
    said, _ = process.communicate(timeout=900)
    return process.returncode, said


def must(root: Path, *arguments: str) -> None:
    """Run the command to its end."""
    code, said = finish(begin(root, *arguments))
    if code:
        raise AssertionError(said)


def results(root: Path) -> dict[str, bytes]:
    """Return every result and every table of a sweep, byte by byte."""
    found = [*root.glob("build/*/one/*/results.json"), *root.glob("_build/sweeps/*/table.csv")]
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in found}


def check_whole(root: Path) -> None:
    """Refuse half a result: a run has its proof, and a book has its first page."""
    for folder in root.glob("build/*/one/*"):
        if "failed" not in folder.parts and not is_proven(folder):
            raise AssertionError(f"half a result in {folder}")
    html = root / "_build" / "html"
    if html.exists() and not (html / "index.html").is_file():
        raise AssertionError("half a book")


@contextlib.contextmanager
def dask_cluster(folder: Path) -> Iterator[str]:
    """Give a scheduler's address with two workers, each a process."""
    file = folder / "scheduler.json"
    common = ["--scheduler-file", str(file), "--no-dashboard", "--host", "127.0.0.1"]
    worker = [sys.executable, "-m", "distributed.cli.dask_worker", *common, "--nthreads", "1"]
    scheduler = [sys.executable, "-m", "distributed.cli.dask_scheduler", *common, "--port", "0"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    processes = [subprocess.Popen(scheduler, **quiet)]
    try:
        while not file.exists():
            time.sleep(0.1)
        processes += [subprocess.Popen(worker, **quiet) for _ in range(2)]
        yield json.loads(file.read_text())["address"]
    finally:
        for process in processes:
            process.terminate()
            process.wait(timeout=120)


def killed(root: Path, whole: dict[str, bytes], folder: Path) -> Row:
    """Kill builds, publications, cluster builds and sweeps; then finish undisturbed."""
    chance, hit = random.Random(1), Counter[str]()
    with dask_cluster(folder) as scheduler:
        kinds = {
            "build": ("build",),
            "publication": ("build",),
            "cluster": ("build", "--scheduler", scheduler),
            "sweep": SWEEP,
        }
        for number in range(ROUNDS):
            kind = list(kinds)[number % len(kinds)]
            if kind != "sweep":
                shutil.rmtree(root / "_build" / "html", ignore_errors=True)
            if kind in ("build", "cluster"):
                shutil.rmtree(root / "build" / "paper" / "one", ignore_errors=True)
            process = begin(root, *kinds[kind])
            site = root / "build" / "paper" / "site-build"
            if kind == "publication":
                shutil.rmtree(site, ignore_errors=True)
                while process.poll() is None and not site.exists():
                    time.sleep(0.05)
            time.sleep(chance.uniform(0.3, 8))
            process.send_signal(SIGNALS[number % len(SIGNALS)])
            code, _ = finish(process)
            hit["killed" if code in (130, *(-s for s in SIGNALS)) else "had ended"] += 1
            time.sleep(2)  # what was orphaned ends by itself
            check_whole(root)
    must(root, "build")
    must(root, *SWEEP)
    if results(root) != whole:
        raise AssertionError("other results than undisturbed")
    figures = f"{ROUNDS} rounds: {hit['killed']} killed, {hit['had ended']} had ended before"
    return Row(
        "results that differ after builds, publications and sweeps were killed",
        "an undisturbed build and sweep",
        0.0,
        f"{figures}; {len(whole)} files equal",
    )


def crowded(root: Path, whole: dict[str, bytes]) -> Row:
    """Two builds at once, a full disk, a read-only one: each build is refused or whole."""
    shutil.rmtree(root / "build" / "paper" / "one")
    codes = sorted(finish(p)[0] for p in [begin(root, "build"), begin(root, "build")])
    if codes != [0, 2]:
        raise AssertionError(f"two builds at once ended with {codes}")
    check_whole(root)
    refused = 0
    for limit in (1000, 3000, 10_000, 50_000):
        shutil.rmtree(root / "build" / "paper" / "one", ignore_errors=True)
        code, said = finish(begin(root, "build", limit=limit))
        refused += bool(code)
        if code and "Traceback" in said:
            raise AssertionError(said)
        check_whole(root)
    shutil.rmtree(root / "build")
    root.chmod(0o555)
    # Who may do everything may write here as well, and becomes somebody who may not.
    nobody = ("setpriv", "--reuid=65534", "--clear-groups") if os.geteuid() == 0 else ()
    code, said = finish(begin(root, "build", become=nobody))
    root.chmod(0o755)
    if code != 1 or not said.endswith("Permission denied\n") or (root / "build").exists():
        raise AssertionError(said)
    must(root, "build")
    must(root, *SWEEP)
    if results(root) != whole:
        raise AssertionError("other results than undisturbed")
    figures = "two at once: one ran, one was refused; "
    figures += f"{refused} of 4 builds on a full disk and one on a read-only disk refused"
    return Row(
        "results that differ after builds met another one, a full or a read-only disk",
        "an undisturbed build",
        0.0,
        f"{figures}; all results equal",
    )


def besieged(root: Path) -> Row:
    """Two readers post a hundred forms, good, wrong and broken off; the book stays there."""
    server, answers, lock = start(root), Counter[int](), threading.Lock()
    server.enter()
    secret = server.form_token()

    def read(seed: int) -> None:
        chance = random.Random(seed)
        for _ in range(POSTS // 2):
            status = post(server, secret, chance)
            with lock:
                answers[status] += 1

    readers = [threading.Thread(target=read, args=(seed,)) for seed in (1, 2)]
    try:
        for reader in readers:
            reader.start()
        for reader in readers:
            reader.join()
        if set(answers) - {0, 303, 422, 503} or server.send("GET", "/index.html")[0] != 200:
            raise AssertionError(f"the server answered {dict(answers)}")
    finally:
        server.process.terminate()
        server.process.wait(timeout=60)
    check_whole(root)
    return Row(
        "answers of a served book that were faults of its own",
        "all posts of two readers at once",
        0.0,
        f"{POSTS} posts: {answers[303]} taken, {answers[422]} refused with reasons, "
        f"{answers[503]} told to wait, {answers[0]} broken off by the reader",
    )


def post(server: Server, secret: str, chance: random.Random) -> int:
    """Send one form; return the status, or 0 where the reader broke off."""
    values: dict[str, object] = {"token": secret, "shift": chance.randint(-12, 12)}
    files = [("own", "a.csv", b"period,value\n2007Q1,much\n")] if chance.random() < 0.3 else []
    body, kind = multipart(values, files)
    headers = {"Origin": server.address, "Content_Type": kind}
    if chance.random() < 0.2:
        with socket.create_connection(("127.0.0.1", server.port), timeout=30) as raw:
            head = f"POST /run/one/total HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n"
            raw.sendall(f"{head}Content-Type: {kind}\r\nContent-Length: 90000\r\n\r\n".encode())
            raw.sendall(body[: chance.randrange(len(body))])
        return 0
    status, _, _ = server.send("POST", "/run/one/total", body, **headers)
    return status


def rows() -> list[Row]:
    """Soak a small book; a half result, a lost one or a fault of the server stops it."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        calm, rough = folder / "calm", folder / "rough"
        make_live_mini(calm)
        shutil.copytree(calm, rough)
        must(calm, "build")
        must(calm, *SWEEP)
        whole = results(calm)
        found = [killed(rough, whole, folder), crowded(rough, whole)]
        must(rough, "build", "--profile", "quick")
        return [*found, besieged(rough)]

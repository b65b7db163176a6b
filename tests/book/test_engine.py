"""The engine runs what is stale, keeps failures apart and never leaves half a result."""

import contextlib
import ctypes
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import time

import psutil
import pytest

from dataworth.book import engine, job, manifest
from dataworth.book.editions import Edition
from dataworth.book.engine import build_chapters, chapter_status
from dataworth.book.manifest import is_proven, read_manifest
from dataworth.book.registry import read_registry
from dataworth.errors import InputError
from tests.minibook import NUMBERS, OTHER, TOTAL, write_notebook

CHAPTERS = ["one/numbers", "one/other", "one/total"]


def results(root, chapter, edition="paper"):
    return json.loads((root / "build" / edition / chapter / "results.json").read_text())


def status(root, edition=None):
    return chapter_status(read_registry(root), root, edition or Edition())


def statuses(outcomes):
    return {chapter: outcome.status for chapter, outcome in outcomes.items()}


def snapshot(folder):
    return {p: p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def hear_ctrl_c():
    """A process that was started in the background may have been told to ignore it."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def dataworth(*arguments, **options):
    command = [sys.executable, "-m", "dataworth.cli", *arguments]
    options.setdefault("preexec_fn", hear_ctrl_c)
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options
    )


def wait_until(condition, seconds=120):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.05)


def test_a_chapter_reads_what_an_earlier_one_saved(built):
    assert results(built, "one/total") == {"total": 12.0}


def test_a_manifest_says_what_went_in_and_what_came_out(built):
    manifest = read_manifest(built / "build/paper/one/numbers")
    assert manifest["parameters"] == {"scale": 2.0, "note": "", "own": "", "many": ""}
    expected = {"chapters/one/numbers.ipynb", "data/numbers.csv", "requirements.lock"}
    assert set(manifest["files"]) == expected
    outputs = {"notebook.ipynb", "results.json", "artifacts/numbers.parquet"}
    assert set(manifest["outputs"]) == outputs
    assert manifest["seconds"] > 0
    assert manifest["peak_memory_mb"] > 50
    assert "python" in manifest["versions"]


def test_with_nothing_changed_no_worker_is_started(built, monkeypatch):
    monkeypatch.setattr(job, "_run_worker", lambda *_: pytest.fail("a worker was started"))
    assert set(statuses(build_chapters()).values()) == {"fresh"}


def edit_notebook(root):
    write_notebook(root / "chapters/one/numbers.ipynb", ["x = 1"], "Numbers")


def edit_data(root):
    (root / "data/numbers.csv").write_text("x\n7\n")


def edit_lock(root):
    (root / "requirements.lock").write_text("numpy==2.1\n")


def edit_output(root):
    (root / "build/paper/one/numbers/results.json").write_text("{}")


def edit_other(root):
    write_notebook(root / "chapters/one/other.ipynb", ["x = 1"], "Other")


def touch_everything(root):
    for path in [*root.glob("chapters/one/*"), *root.glob("data/*")]:
        os.utime(path, (1, 1))


@pytest.mark.parametrize(
    ("edit", "stale"),
    [
        (edit_notebook, {"one/numbers", "one/total"}),
        (edit_data, {"one/numbers", "one/total"}),
        (edit_lock, set(CHAPTERS)),
        (edit_output, {"one/numbers", "one/total"}),
        (edit_other, {"one/other"}),
        (touch_everything, set()),
    ],
)
def test_a_chapter_is_stale_exactly_when_content_that_it_rests_on_changes(built, edit, stale):
    edit(built)
    assert {c for c, state in status(built).items() if state != "fresh"} == stale


def test_a_readers_folder_counts_with_every_file_in_it(built, tmp_path):
    folder = tmp_path / "brought"
    (folder / "deep").mkdir(parents=True)
    (folder / "deep" / "one.txt").write_text("one")
    edition = Edition("mine", "full", {"one/numbers": {"many": str(folder)}})
    build_chapters(["one/numbers"], edition=edition)
    manifest = read_manifest(built / "build/mine/one/numbers")
    assert "parameter many: deep/one.txt" in manifest["files"]
    assert status(built, edition)["one/numbers"] == "fresh"
    (folder / "two.txt").write_text("two")
    assert status(built, edition)["one/numbers"] != "fresh"


def test_a_changed_module_makes_the_chapters_stale_that_reach_it(built, monkeypatch):
    """One module more than before stands for one that changed: both change the hashes."""
    whole = manifest.chapter_modules

    def changed(root, chapter):
        more = {"dataworth.tables": root / "requirements.lock"} if "total" in chapter.id else {}
        return whole(root, chapter) | more

    monkeypatch.setattr(manifest, "chapter_modules", changed)
    assert status(built) == {"one/numbers": "fresh", "one/other": "fresh", "one/total": "stale"}


def test_a_changed_parameter_reruns_its_chapter_and_what_rests_on_it(built):
    before = snapshot(built / "build" / "paper")
    edition = Edition("mine", changes={"one/numbers": {"scale": 3.0}})
    outcomes = build_chapters(edition=edition)
    assert statuses(outcomes) == {"one/numbers": "ran", "one/other": "reused", "one/total": "ran"}
    assert results(built, "one/total", "mine") == {"total": 18.0}
    assert snapshot(built / "build" / "paper") == before


def test_an_upstream_run_with_the_same_outcome_leaves_the_rest_fresh(built):
    cells = [NUMBERS[0] + "  # a new comment", *NUMBERS[1:]]
    write_notebook(built / "chapters/one/numbers.ipynb", cells, "Numbers")
    outcomes = statuses(build_chapters(["one/total"]))
    assert outcomes == {"one/numbers": "ran", "one/total": "fresh"}


def test_a_failure_is_kept_apart_with_its_reason_and_the_earlier_result_stands(built):
    before = snapshot(built / "build/paper/one/numbers")
    cells = [NUMBERS[0], "raise ValueError('no\\nluck')"]
    write_notebook(built / "chapters/one/numbers.ipynb", cells, "Numbers")
    edit_other(built)
    outcomes = build_chapters()
    assert outcomes["one/numbers"].status == "failed"
    assert "ValueError: no luck" in outcomes["one/numbers"].reason
    assert outcomes["one/total"].status == "skipped"
    assert outcomes["one/other"].status == "failed"  # records nothing
    assert snapshot(built / "build/paper/one/numbers") == before
    reason = built / "build/paper/failed/one/numbers/reason.txt"
    assert reason.read_text().count("\n") == 1
    assert (reason.parent / "notebook.ipynb").is_file()
    assert status(built)["one/numbers"] == "failed"


# An import that no reading of the source can see.
UNSEEN = "import importlib\nimportlib.import_module('dataworth.' + 'tables')"
UNSEEN_BY_HELPER = """import importlib
with page.executor() as executor:
    executor.submit(importlib.import_module, 'dataworth.' + 'tables').result()"""


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        (["import os, signal", "os.kill(os.getpid(), signal.SIGKILL)"], "died"),
        (["x = 1"], "recorded no results"),
        ([*TOTAL[:2], "page.record({'total': object()})"], "expected a number, text or list"),
        (["open('data/numbers.csv')", "x = 1"], "recorded no results"),
        ([*TOTAL[:2], "open('data/numbers.csv')"], "not listed under `data:`"),
        ([*TOTAL[:2], UNSEEN], "dataworth.tables is imported but not among the modules"),
        ([*TOTAL[:2], UNSEEN_BY_HELPER], "dataworth.tables is imported but not among the modules"),
    ],
    ids=[
        "killed kernel",
        "nothing recorded",
        "not a value",
        "unopened",
        "undeclared data",
        "undeclared module",
        "undeclared module in a helper process",
    ],
)
def test_a_run_that_is_not_whole_never_counts(built, cells, reason):
    write_notebook(built / "chapters/one/total.ipynb", cells, "Total")
    outcome = build_chapters()["one/total"]
    assert outcome.status == "failed"
    assert reason in outcome.reason
    assert "\n" not in outcome.reason


def test_bad_input_that_only_a_chapter_can_see_is_told_apart(built):
    cells = [*TOTAL[:2], "from dataworth.errors import InputError\nraise InputError('no such row')"]
    write_notebook(built / "chapters/one/total.ipynb", cells, "Total")
    outcome = build_chapters()["one/total"]
    assert (outcome.reason, outcome.bad_input) == ("no such row", True)
    done = dataworth("run", "one/total")
    _, errors = done.communicate(timeout=120)
    assert (done.returncode, errors) == (2, "dataworth: one/total: no such row\n")


def test_a_notebook_runs_whatever_kernel_its_editor_noted(mini):
    kernels = {"numbers": {}, "other": {"kernelspec": {"name": "conda-env-mine"}}}
    for name, metadata in kernels.items():
        path = mini / f"chapters/one/{name}.ipynb"
        path.write_text(json.dumps(json.loads(path.read_text()) | {"metadata": metadata}))
    outcomes = build_chapters(["one/numbers", "one/other"])
    assert set(statuses(outcomes).values()) == {"ran"}, outcomes


def test_a_missing_artifact_fails_the_chapter(built):
    cells = [
        "x = 1",
        "from dataworth.book import chapter\npage = chapter.open('one/numbers', globals())",
    ]
    write_notebook(built / "chapters/one/numbers.ipynb", [*cells, "page.record({'a': 1})"], "N")
    assert "did not save its artifact 'numbers'" in build_chapters()["one/numbers"].reason


NASTY = 'quotes " \' and {braces}, a\nnew line, \\ and 数据"); raise SystemExit('


def test_parameter_text_arrives_as_it_was_given(built):
    edition = Edition("nasty", changes={"one/numbers": {"note": NASTY}, "one/other": {}})
    build_chapters(["one/numbers", "one/other"], edition=edition)
    assert results(built, "one/numbers", "nasty")["note"] == NASTY
    assert results(built, "one/other", "nasty")["code"] == "000001"


def test_a_full_disk_leaves_no_half_written_result(built):
    """A limit on file size stands for the full disk: writing fails in the same place."""
    cells = [*OTHER[:2], "page.record({'code': 'x' * 100_000})"]
    write_notebook(built / "chapters/one/other.ipynb", cells, "Other")
    before = snapshot(built / "build/paper/one/other")

    def limit():
        resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))

    process = dataworth("run", "one/other", preexec_fn=limit)
    output, errors = process.communicate(timeout=120)
    assert process.returncode == 1, errors
    assert "File too large" in output
    assert snapshot(built / "build/paper/one/other") == before
    assert not list((built / "build/paper/.staging").glob("*"))


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL], ids=["Ctrl-C", "kill -9"])
def test_an_interrupted_build_goes_on_where_it_stopped(built_once, mini, how):
    wait = "import os, time\nwhile os.path.exists('slow'): time.sleep(0.1)\n"
    write_notebook(mini / "chapters/one/total.ipynb", [TOTAL[0], wait + TOTAL[1], *TOTAL[2:]], "T")
    (mini / "slow").touch()
    process = dataworth("run", "one/total")
    staging = mini / "build/paper/.staging"
    wait_until(lambda: list(staging.glob("one-total-*")))
    process.send_signal(how)
    process.communicate(timeout=120)
    assert process.returncode == (130 if how == signal.SIGINT else -signal.SIGKILL)
    assert not (mini / "build/paper/one/total").exists()
    time.sleep(2)  # what was orphaned ends by itself
    (mini / "slow").unlink()
    outcomes = statuses(build_chapters())
    assert outcomes == {"one/numbers": "fresh", "one/other": "ran", "one/total": "ran"}
    assert not list(staging.glob("*"))
    for chapter in CHAPTERS:
        place = f"build/paper/{chapter}/results.json"
        assert (mini / place).read_bytes() == (built_once / place).read_bytes()


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL], ids=["Ctrl-C", "kill -9"])
def test_nobody_that_worked_for_an_interrupted_build_is_left(mini, how):
    """Neither kernel nor the processes that a chapter shares its work with."""
    sleep = "import time\nwith page.executor() as e:\n    e.submit(time.sleep, 3600).result()"
    write_notebook(mini / "chapters/one/other.ipynb", [*OTHER[:2], sleep], "Other")
    process = dataworth("run", "one/other", "--jobs", "2")
    family = psutil.Process(process.pid).children

    def helpers():
        with contextlib.suppress(psutil.NoSuchProcess):  # one that ended just now: look again
            return [p for p in family(recursive=True) if "spawn_main" in " ".join(p.cmdline())]

    wait_until(helpers)
    members = family(recursive=True)
    assert len(members) >= 3  # worker, kernel, helper
    process.send_signal(how)
    process.communicate(timeout=120)
    _, alive = psutil.wait_procs(members, timeout=120)
    assert not alive


def test_a_kernel_that_is_just_starting_ends_with_its_worker(mini):
    """Where orphans are adopted by another process than the first, it would never notice."""
    become_a_subreaper = 36  # PR_SET_CHILD_SUBREAPER
    if not sys.platform.startswith("linux") or ctypes.CDLL(None).prctl(become_a_subreaper, 1):
        pytest.skip("this system does not let a process adopt orphans")
    notebook = mini / "chapters/one/other.ipynb"
    write_notebook(notebook, ["import time\ntime.sleep(3600)"], "Other")
    task = {"notebook": str(notebook), "output": str(mini / "out.ipynb"), "parameters": {}}
    worker = subprocess.Popen(
        [sys.executable, "-m", "dataworth.book.worker", str(os.getpid())],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    worker.stdin.write(
        json.dumps(task | {"root": str(mini), "artifacts": [], "section": str(mini / "section")})
    )
    worker.stdin.close()
    worker.stdin = None
    wait_until(psutil.Process(worker.pid).children)
    worker.terminate()
    worker.communicate(timeout=60)  # the kernel would hold the pipe
    ctypes.CDLL(None).prctl(become_a_subreaper, 0)
    assert worker.returncode == 128 + signal.SIGTERM


def test_a_worker_that_was_starting_when_the_build_was_interrupted_ends_too(mini, monkeypatch):
    """The window between a chapter's staging folder and its worker's start."""
    write_notebook(mini / "chapters/one/other.ipynb", ["import time\ntime.sleep(3600)"], "Other")
    started = []

    class Interrupted(subprocess.Popen):
        def __init__(self, *arguments, **options):
            job.end_workers()
            super().__init__(*arguments, **options)
            started.append(self)

    monkeypatch.setattr(job.subprocess, "Popen", Interrupted)
    outcome = build_chapters(["one/other"])["one/other"]
    assert outcome.status == "failed"
    assert "interrupted" in outcome.reason
    assert [worker.returncode for worker in started] == [-signal.SIGTERM]
    assert not (mini / "build/paper/one/other").exists()


def test_two_builds_of_one_edition_do_not_mix(mini):
    with engine.locked(mini / "build/paper"):
        with pytest.raises(InputError, match="another build is working on edition 'paper'"):
            build_chapters()
        other = build_chapters(["one/other"], edition=Edition("mine"))
        assert statuses(other) == {"one/other": "ran"}


def test_bad_requests_are_refused_before_anything_runs(mini):
    with pytest.raises(InputError, match="unknown chapter"):
        build_chapters(["one/nothing"])
    with pytest.raises(InputError, match="jobs: expected 1 or more"):
        build_chapters(jobs=0)
    with pytest.raises(InputError, match="no dask scheduler at"):
        build_chapters(scheduler="tcp://127.0.0.1:1")
    (mini / "data/numbers.csv").unlink()
    with pytest.raises(InputError, match=r"one/numbers: data/numbers.csv: expected a file"):
        build_chapters()


def test_a_damaged_manifest_counts_as_none(built):
    (built / "build/paper/one/other/manifest.json").write_text("{")
    assert not is_proven(built / "build/paper/one/other")
    assert status(built)["one/other"] == "never run"


def test_a_dask_cluster_gives_the_same_results(mini, built_once, tmp_path):
    """A real scheduler and two workers, each a process, on the loopback address."""
    scheduler_file = tmp_path / "scheduler.json"
    dask = [sys.executable, "-m", "distributed.cli.dask_scheduler"]
    worker = [sys.executable, "-m", "distributed.cli.dask_worker", "--nthreads", "1"]
    common = ["--scheduler-file", str(scheduler_file), "--no-dashboard"]
    place = ["--host", "127.0.0.1"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    processes = [subprocess.Popen([*dask, *common, *place, "--port", "0"], **quiet)]
    try:
        wait_until(scheduler_file.exists)
        processes += [subprocess.Popen([*worker, *common, *place], **quiet) for _ in range(2)]
        address = json.loads(scheduler_file.read_text())["address"]
        outcomes = build_chapters(scheduler=address)
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait(timeout=120)
    assert set(statuses(outcomes).values()) == {"ran"}
    for chapter in CHAPTERS:
        place = f"build/paper/{chapter}/results.json"
        assert (mini / place).read_bytes() == (built_once / place).read_bytes()


def test_a_chapter_on_its_own_runs_what_it_needs(mini):
    """Plain papermill from the root: the engine is not in charge, yet inputs are found."""
    command = [sys.executable, "-m", "papermill", "chapters/one/total.ipynb", "out.ipynb"]
    subprocess.run([*command, "-p", "shift", "5"], check=True, capture_output=True, timeout=120)
    refused = subprocess.run([*command, "-p", "shift", "99"], capture_output=True, text=True)
    assert refused.returncode
    assert "parameter shift: expected -10 to 10, found 99" in refused.stderr
    scratch = mini / "build/scratch/one/total/results.json"
    assert json.loads(scratch.read_text()) == {"total": 17.0}
    assert is_proven(mini / "build/paper/one/numbers")
    shutil.rmtree(mini / "build")

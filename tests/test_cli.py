"""The command: what it prints, refuses and leaves."""

import json
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from dataworth.ledger.scale import VERDICTS

from .command import assert_refused, dataworth, in_a_process

ROOT = Path(__file__).parents[1]
COMMANDS = {"list", "show", "run", "build", "claims", "report", "audit", "check"}
COMMANDS |= {"serve", "compare", "sweep"}


def test_help_loads_nothing_heavy():
    heavy = "{'numpy', 'pandas', 'pydantic', 'yaml', 'papermill', 'statsmodels', 'matplotlib'}"
    code = f"import dataworth.cli, sys; assert not {heavy} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_help_names_every_command():
    text = dataworth("--help").stdout
    for command in [
        "list",
        "show",
        "run",
        "build",
        "claims",
        "report",
        "audit",
        "serve",
        "compare",
        "sweep",
        "check",
    ]:
        assert command in text


def test_list_shows_status_and_cost(built):
    lines = dataworth("list").stdout.splitlines()
    (line,) = [line for line in lines if "one/total" in line]
    assert "fresh" in line
    assert "Total" in line


def test_show_tells_what_a_chapter_may_be_asked(built):
    text = dataworth("show", "one/total").stdout
    for word in ("shift", "-10 to 10", "Added to the total", "needs: one/numbers"):
        assert word in text


def test_run_writes_an_edition_of_its_own_and_leaves_the_default_alone(built):
    before = (built / "build/paper/one/total/results.json").read_bytes()
    done = dataworth("run", "one/total", "-p", "shift=3")
    assert done.returncode == 0, done.stderr
    notebook = Path(done.stdout.splitlines()[-1])
    assert notebook.is_file()
    assert json.loads((notebook.parent / "results.json").read_text()) == {"total": 15.0}
    assert (built / "build/paper/one/total/results.json").read_bytes() == before


def test_run_writes_into_the_edition_that_is_named(built):
    dataworth("run", "one/total", "-p", "shift=1", "--edition", "mine")
    done = dataworth("run", "one/total", "-p", "pause=0.1", "--edition", "mine")
    notebook = Path(done.stdout.splitlines()[-1])
    assert notebook == built / "build/mine/one/total/notebook.ipynb"
    assert json.loads((notebook.parent / "results.json").read_text()) == {"total": 13.0}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["run", "one/nothing"], ["unknown chapter", "one/numbers"]),
        (["show", "nothing"], ["unknown chapter"]),
        (["run", "one/total", "-p", "shift=99"], ["shift", "-10 to 10", "99"]),
        (["run", "one/total", "-p", "shift=x"], ["shift", "integer", "'x'"]),
        (["run", "one/total", "-p", "shift"], ["NAME=VALUE"]),
        (["run", "one/total", "-p", "shift=1", "-p", "shift=2"], ["given twice"]),
        (["run", "one/total", "-p", "a\nimport os=1"], ["unknown parameter"]),
        (["run", "one/numbers", "-p", "own=nowhere.csv"], ["own", "expected a file"]),
        (["run", "one/total", "--edition", "nowhere.yml"], ["nowhere.yml"]),
        (["run", "one/total", "--edition", "Two Words"], ["expected a name"]),
        (["run", "one/total", "--jobs", "0"], ["jobs"]),
        (["run", "one/other", "--scheduler", "tcp://127.0.0.1:1"], ["no dask scheduler"]),
        (["serve"], ["build it first"]),
    ],
)
def test_a_mistake_is_one_line_and_exit_code_2(mini, arguments, words):
    assert_refused(dataworth(*arguments), *words)
    assert not list(mini.glob("build/*/one"))


def test_outside_a_book_the_books_own_checkout_is_used(tmp_path):
    assert "banks/stationarity" in dataworth("list", cwd=tmp_path).stdout


def test_claims_are_printed_as_objects_with_verdicts():
    claims = json.loads(dataworth("claims", "--format", "json", cwd=ROOT).stdout)
    fields = [
        "id",
        "paper",
        "place",
        "row",
        "column",
        "printed",
        "unit",
        "computed",
        "verdict",
        "basis",
        "evidence",
        "cause",
        "note",
        "chapter",
    ]
    assert all(set(fields) <= set(claim) for claim in claims)
    verdicts = set(VERDICTS)
    assert {claim["verdict"] for claim in claims} <= verdicts
    only = json.loads(
        dataworth("claims", "--format", "json", "--verdict", "contradicted", cwd=ROOT).stdout
    )
    assert only == [claim for claim in claims if claim["verdict"] == "contradicted"]


def test_claims_of_an_unknown_paper_are_refused():
    assert_refused(dataworth("claims", "--paper", "nothing", cwd=ROOT), "paper", "banks")


def test_check_names_every_problem_of_a_file(tmp_path):
    (tmp_path / "mine.csv").write_text("period,value\n2007Q1,1\n2007Q2,much\n2007Q4,3\n")
    done = dataworth("check", "series", str(tmp_path / "mine.csv"))
    assert done.returncode == 2
    assert "much" in done.stdout
    assert "2007Q3" in done.stdout


@pytest.mark.chapters
def test_serve_answers_on_the_loopback_address(quick_book):
    with in_a_process("serve", "--profile", "quick", "--port", "0", cwd=ROOT) as server:
        try:
            address = server.stdout.readline().split()[0]
            time.sleep(0.2)
            with urllib.request.urlopen(address, timeout=10) as page:
                assert "What Is Data Worth" in page.read().decode()
        finally:
            server.terminate()

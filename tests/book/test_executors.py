"""Who does the work: other processes, or this one where there is little of it."""

import os

import pytest

from dataworth.book import job
from dataworth.book.editions import Edition
from dataworth.book.engine import build_chapters
from dataworth.book.executors import processes
from dataworth.book.job import Outcome


def whose(number):
    return number, os.getpid()


def test_one_process_is_this_one_and_two_are_others():
    with processes(1) as executor:
        assert list(executor.map(whose, range(3))) == [(n, os.getpid()) for n in range(3)]
    with processes(2) as executor:
        numbers, owners = zip(*executor.map(whose, range(3)), strict=True)
    assert numbers == (0, 1, 2)
    assert os.getpid() not in owners


def test_what_fails_here_fails_where_its_result_is_asked_for():
    with processes(1) as executor:
        future = executor.submit(int, "x")
        with pytest.raises(ValueError, match="invalid literal"):
            future.result()


@pytest.mark.parametrize(("profile", "number"), [("quick", 1), ("full", 3)])
def test_a_quick_chapter_shares_its_work_with_nobody(mini, monkeypatch, profile, number):
    asked = []

    def look(work, staging):
        asked.append(work.helpers.processes)
        staging.mkdir(parents=True)
        return Outcome("failed", reason="only asked")

    monkeypatch.setattr(job, "_run_worker", look)
    build_chapters(["one/other"], edition=Edition(profile=profile), jobs=3)
    assert asked == [number]

"""Every student has an answer of their own, and the book's solutions give it."""

import random
import runpy

import pytest
import yaml

from dataworth.book.registry import read_registry
from dataworth.course.checks import written
from dataworth.course.exercises import BOOK, Exercise, compute, read_exercises, recall, steps
from dataworth.course.plan import TEXTS, weeks_table
from dataworth.places import find_root

ROOT = find_root()
REGISTRY = read_registry(ROOT)
ALL = [pytest.param(e, id=f"{e.chapter}-{e.name}")
       for of in read_exercises(ROOT, REGISTRY).values() for e in of]  # fmt: skip
CLASS = [f"student-{number}" for number in range(30)]


def test_every_chapter_has_one_to_recall_and_one_to_compute():
    for chapter, of in read_exercises(ROOT, REGISTRY).items():
        assert {e.kind for e in of} == {"recall", "compute"}, chapter


@pytest.mark.parametrize("exercise", ALL)
def test_answers_differ_from_student_to_student_and_stay_the_same_for_each(exercise):
    answers = [written(exercise.answer(s), exercise.digits) for s in CLASS]
    assert answers == [written(exercise.answer(s), exercise.digits) for s in CLASS]
    least = 4 if exercise.kind == "recall" else 10
    assert len(set(answers)) >= least
    commonest = max(answers.count(answer) for answer in answers)
    assert commonest <= 15


@pytest.mark.parametrize("exercise", ALL)
def test_the_solution_that_teachers_see_gives_the_answer(exercise):
    for student in (BOOK, *CLASS[:5]):
        names = vars(__import__("math")) | {"steps": steps}
        exec(exercise.solution(student), names)
        assert written(names["answer"], exercise.digits) == written(
            exercise.answer(student), exercise.digits
        )


@pytest.mark.parametrize("exercise", ALL)
def test_questions_show_what_was_drawn_and_no_brace_is_left(exercise):
    for student in CLASS[:5]:
        asked = exercise.question(student)
        assert "{" not in asked
        assert asked.startswith(f"**{exercise.name} ({exercise.kind}).**")


def test_a_question_to_recall_shows_the_right_alternative_under_its_letter():
    exercise = recall("a/b", "Which?", right=["good"], wrong=["x", "y", "z", "w"], why="So.")
    for seed in range(20):
        drawn = exercise.draw(random.Random(seed))
        assert drawn[drawn["right"]] == "good"
        assert len({drawn[letter] for letter in "abcd"}) == 4


def test_numbers_are_written_as_they_are_meant():
    assert steps(0.02, 0.05, 0.01) == [0.02, 0.03, 0.04, 0.05]

    @compute("a/b", why="So.", x=[3])
    def thrice(x):
        """What is three times {x}?"""
        return 3 * x

    assert isinstance(thrice, Exercise)
    assert thrice.question("any").startswith("** (compute).** What is three times 3?")
    assert thrice.answer("any") == 9


def test_no_exercise_is_left_without_a_chapter():
    known = {chapter.id for chapter in REGISTRY.chapters}
    for path in ROOT.glob("chapters/*/exercises.py"):
        for value in runpy.run_path(str(path)).values():
            assert not isinstance(value, Exercise) or value.chapter in known, value.chapter


def test_the_weeks_hold_every_chapter_and_none_besides():
    weeks = yaml.safe_load((ROOT / TEXTS / "plan.yml").read_text("utf-8"))["weeks"]
    assert len(weeks) == 12
    named = [chapter for week in weeks for chapter in week["chapters"]]
    assert sorted(named) == sorted(chapter.id for chapter in REGISTRY.chapters)
    table = weeks_table(ROOT, REGISTRY, {"banks/methods": 120})
    assert "| 12 |" in table
    assert "2 to run" in table

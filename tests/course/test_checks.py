"""A check says right or wrong, tells nothing else, and forgives rounding."""

import json

import pytest

from dataworth.course.checks import FILE, Checks, seal_answer, written
from dataworth.course.exercises import compute
from dataworth.errors import InputError


@pytest.fixture
def check(tmp_path):
    @compute("a/b", why="So.", x=[1])
    def half(x):
        """Half?"""
        return x / 2

    from dataclasses import replace

    exercise = replace(half, name="q1")
    sealed = {"a/b": {"q1": seal_answer("salt", exercise, 0.09619200000000001)}}
    sealed["a/b"]["q2"] = seal_answer("salt", replace(exercise, name="q2"), "b")
    sealed["a/b"]["q3"] = seal_answer("salt", replace(exercise, name="q3"), 0.12345)
    (tmp_path / FILE).write_text(json.dumps({"salt": "salt", "sealed": sealed}))
    (tmp_path / "below").mkdir()
    return Checks("a/b", tmp_path / "below")


@pytest.mark.parametrize(
    ("answer", "said"),
    [(0.0962, "right"), (0.096192, "right"), (0.0961, "not right yet"), (9.62, "not right yet"),
     ("x", "not right yet"), (..., "no answer yet"), (None, "no answer yet")],
)  # fmt: skip
def test_a_number_is_compared_as_it_is_rounded(check, answer, said):
    assert check("q1", answer) == f"q1: {said}"


def test_letters_may_be_large_and_edges_of_rounding_count_both_ways(check):
    assert check("q2", " B ") == "q2: right"
    assert check("q3", 0.12345 - 1e-12) == check("q3", 0.12345 + 1e-12) == "q3: right"


def test_no_answer_stands_in_the_file(tmp_path, check):
    text = (tmp_path / FILE).read_text()
    assert "0.0962" not in text
    assert '"b"' not in text


def test_what_cannot_be_checked_is_one_line(check, tmp_path):
    with pytest.raises(InputError, match=r"expected one of the questions q1, q2, q3, found 'q9'"):
        check("q9", 1)
    with pytest.raises(InputError, match="expected a number or a letter"):
        check("q1", [1])
    with pytest.raises(InputError, match=r"expected checks\.json"):
        Checks("a/b", tmp_path.parent)


def test_zero_has_no_sign():
    assert written(-0.0, 3) == written(0, 3)

"""One folder for each student: no solution in it, other numbers, and checks that work."""

import csv
import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import nbformat
import pytest

from dataworth.book.editions import Edition
from dataworth.book.registry import read_registry
from dataworth.course.build import Course
from dataworth.course.exercises import BOOK, read_exercises
from dataworth.errors import InputError
from dataworth.places import find_root

from ..command import dataworth

ROOT = find_root()
EXERCISES = """
from dataworth.course.exercises import compute, recall, steps

which = recall("one/total", "Which?", right=["sum"], wrong=["x", "y", "z", "w"], why="So it is.")


@compute("one/total", why="Addition.", a=range(100), b=steps(0.1, 9.9, 0.1))
def together(a, b):
    \"\"\"What are {a} and {b}?\"\"\"
    return a + b
"""
OWN = [
    ("markdown", "exercises", "## Exercises\n\n**More.** Add one.", []),
    ("code", "solution-more", "total + 1  # the secret", ["hide-cell"]),
    (
        "markdown",
        "shown",
        "```{math}\n:label: a-b\nx\n```\nIt is [{glue:text}`total:.1f`](claim:a.x) by {eq}`a-b`."
        "```{whatif}\nx = X = d\n```",
        [],
    ),
    ("markdown", "solution-text", "```{dropdown} What it shows\nThe secret.\n```\n\n**Next.**", []),
]


@pytest.fixture
def book(built):
    """Give the small book exercises, and the texts of the real course."""
    (built / "chapters" / "one" / "exercises.py").write_text(EXERCISES)
    path = built / "chapters" / "one" / "total.ipynb"
    notebook = nbformat.read(path, as_version=4)
    for kind, name, source, tags in OWN:
        make = getattr(nbformat.v4, f"new_{kind}_cell")
        notebook.cells.append(make(source, id=name, metadata={"tags": tags}))
    nbformat.write(notebook, path)
    shutil.copytree(ROOT / "book" / "course", built / "book" / "course")
    weeks = (
        "weeks: [{topic: All, chapters: [one/numbers, one/other, one/total], do: x, minutes: 9}]"
    )
    (built / "book" / "course" / "plan.yml").write_text(weeks)
    return Course(built, read_registry(built), Edition())


def sources(folder, chapter="one/total"):
    notebook = nbformat.read(folder / "chapters" / f"{chapter}.ipynb", as_version=4)
    return {cell.id: cell.source for cell in notebook.cells}


def test_students_get_questions_and_no_solution(book, tmp_path):
    book.build("students", [], tmp_path / "out")
    cells = sources(tmp_path / "out")
    assert list(cells)[:2] == ["title", "course"]
    assert 'Checks("one/total")' in cells["course"]
    assert "secret" not in "".join(cells.values())
    assert "So it is." not in "".join(cells.values())
    total = json.loads((tmp_path / "out/build/paper/one/total/results.json").read_text())["total"]
    assert cells["shown"] == f"$$\nx\n\\tag{{a-b}}\n$$\nIt is {total:.1f} by (a-b)."
    assert cells["q1"] == 'answer = ...  # yours\ncheck("q1", answer)'
    assert cells["solution-text"] == "**Next.**"
    held = "".join(
        path.read_text("utf-8") for path in (tmp_path / "out").rglob("*") if path.suffix == ".py"
    )
    assert "which = recall" not in held


def test_teachers_get_solutions_and_all_answers(book, tmp_path):
    book.build("instructors", ["ann", "bo"], tmp_path / "out")
    cells = sources(tmp_path / "out")
    assert "the secret" in cells["solution-more"]
    assert "return a + b" in cells["q2"]
    rows = list(csv.DictReader((tmp_path / "out" / "answers.csv").open(encoding="utf-8-sig")))
    assert [row["question"] for row in rows] == ["q1", "q2"]
    (_, second) = read_exercises(book.root, book.registry)["one/total"]
    assert float(rows[1]["ann"]) == second.answer("ann")


def test_each_student_has_an_archive_with_other_numbers_and_seeds(book, tmp_path):
    made = book.build("students", ["ann", "bo"], tmp_path / "out")
    assert [path.name for path in made] == ["ann.zip", "bo.zip"]
    held = {}
    for path in made:
        with zipfile.ZipFile(path) as archive:
            archive.extractall(tmp_path / "all")
        held[path.stem] = json.loads((tmp_path / "all" / path.stem / "checks.json").read_text())
    assert held["ann"]["sealed"] != held["bo"]["sealed"]
    asked = [sources(tmp_path / "all" / name)["q2-text"] for name in ("ann", "bo")]
    assert asked[0] != asked[1]


def test_a_students_seeds_stand_in_the_parameters_and_in_the_edition():
    course = Course(ROOT, read_registry(ROOT), Edition())
    changes = course.changes("ann")
    assert changes != course.changes("bo")
    assert not any(course.changes(BOOK).values())
    for chapter in course.registry.chapters:
        seeds = {n for n, p in chapter.parameters.items() if "seed" in n and p.type == "integer"}
        assert set(changes[chapter.id]) == seeds


def test_a_notebook_runs_from_its_folder_alone_and_checks_its_answer(book, tmp_path):
    book.build("solutions", ["ann"], tmp_path / "out")
    shutil.unpack_archive(tmp_path / "out" / "ann.zip", tmp_path / "else")
    folder = tmp_path / "else" / "ann"
    where = {k: v for k, v in os.environ.items() if not k.startswith(("DATAWORTH", "PYTHONPATH"))}
    code = (
        "import papermill, sys; nb = papermill.execute_notebook(sys.argv[1], sys.argv[1],"
        " progress_bar=False, cwd=sys.argv[2]); import json;"
        "print(json.dumps({c.id: [o.get('data', {}).get('text/plain') for o in c.outputs]"
        " for c in nb.cells if c.cell_type == 'code'}))"
    )
    page = folder / "chapters" / "one" / "total.ipynb"
    notebook = nbformat.read(page, as_version=4)
    notebook.cells.append(nbformat.v4.new_code_cell("import dataworth; dataworth.__file__", id="w"))
    nbformat.write(notebook, page)
    command = [sys.executable, "-c", code, str(page), str(page.parent)]
    done = subprocess.run(command, capture_output=True, text=True, env=where, check=True)
    shown = json.loads(done.stdout.splitlines()[-1])
    assert shown["q1"] == ["'q1: right'"]
    assert shown["q2"] == ["'q2: right'"]
    assert str(folder / "lib") in shown["w"][0]


def test_a_folder_that_exists_is_refused(book, tmp_path):
    with pytest.raises(InputError, match="expected a new folder"):
        book.build("students", [], tmp_path)


def test_the_command_reads_a_list_of_students(book, tmp_path):
    names = Path(tmp_path / "class.csv")
    names.write_text("学号,name\n2026001,A\n张三,B\n", encoding="gbk")
    out = tmp_path / "out"
    order = ["course", "build", "--for", "students", "--seed-by", str(names), "--out", str(out)]
    done = dataworth(*order, cwd=book.root)
    assert done.returncode == 0, done.stderr
    assert [Path(x).name for x in done.stdout.splitlines()] == ["2026001.zip", "张三.zip"]


@pytest.mark.parametrize("text", ["", "a b\n", "../x\n", "ann\nann\n"])
def test_a_list_that_cannot_be_used_gets_one_line(book, tmp_path, text):
    from dataworth.cli.course import read_students

    (tmp_path / "class.csv").write_text(text)
    with pytest.raises(InputError, match=r"class\.csv: expected"):
        read_students(str(tmp_path / "class.csv"))

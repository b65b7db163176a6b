"""What a chapter can reach: lazy imports count, and strangers do not."""

from __future__ import annotations

import json

import pytest

from dataworth.book import closure
from dataworth.book.manifest import chapter_modules
from dataworth.book.registry import read_registry
from dataworth.places import find_root

ROOT = find_root()
CHAPTERS = read_registry(ROOT).chapters


@pytest.fixture
def package(tmp_path, monkeypatch):
    """A package whose modules import each other in every way that there is."""
    folder = tmp_path / "small"
    (folder / "room").mkdir(parents=True)
    for name, source in {
        "__init__": "",
        "top": "from small.room import inner\n",
        "room/__init__": "",
        "room/inner": "def work():\n    import small.lazy\n",
        "lazy": "import small.top  # in a circle\nimport json\n",
        "stranger": "import small.top\n",
    }.items():
        (folder / f"{name}.py").write_text(source)
    monkeypatch.setattr(closure, "PACKAGE", folder)
    closure._file.cache_clear()
    yield folder
    closure._file.cache_clear()


def test_imports_inside_functions_and_the_packages_around_a_module_count(package):
    reached = closure.reach(["small.top"])
    assert list(reached) == ["small", "small.lazy", "small.room", "small.room.inner", "small.top"]
    assert reached["small.room"] == package / "room" / "__init__.py"


def test_a_file_of_a_modules_name_beside_it_counts(package):
    assert "small.lazy.html" not in closure.reach(["small.top"])
    (package / "lazy.html").write_text("a template")
    assert closure.reach(["small.top"])["small.lazy.html"] == package / "lazy.html"


def test_a_notebook_reaches_what_its_code_cells_import(package, tmp_path):
    cells = [
        {"cell_type": "markdown", "source": ["import small.stranger"]},
        {"cell_type": "code", "source": ["from small.room import inner\n", "x = 1"]},
    ]
    (tmp_path / "n.ipynb").write_text(json.dumps({"cells": cells}))
    assert "small.stranger" not in closure.notebook_modules(tmp_path / "n.ipynb")
    assert "small.lazy" in closure.notebook_modules(tmp_path / "n.ipynb")


def test_a_module_that_changes_is_read_again(package):
    assert "small.stranger" not in closure.reach(["small.lazy"])
    (package / "lazy.py").write_text("import small.stranger\n")
    assert "small.stranger" in closure.reach(["small.lazy"])


@pytest.mark.parametrize("part", ["potential", "banks"])
def test_a_change_in_finance_the_command_or_the_engine_reruns_nothing_elsewhere(part):
    far = ("dataworth.finance.", "dataworth.cli", "dataworth.book.engine", "dataworth.book.publish")
    for chapter in (c for c in CHAPTERS if c.part == part):
        assert not [m for m in chapter_modules(ROOT, chapter) if m.startswith(far)], chapter.id


@pytest.mark.parametrize("part", ["finance", "banks"])
def test_a_change_in_potential_reruns_nothing_elsewhere(part):
    for chapter in (c for c in CHAPTERS if c.part == part):
        reached = chapter_modules(ROOT, chapter)
        assert not [m for m in reached if m.startswith("dataworth.potential.")], chapter.id


def test_a_chapter_reaches_the_readers_of_its_files():
    (chapter,) = [c for c in CHAPTERS if c.id == "banks/stationarity"]
    assert "dataworth.inputs.series" in chapter_modules(ROOT, chapter)


@pytest.mark.parametrize("chapter", [pytest.param(c, id=c.id) for c in CHAPTERS])
def test_a_chapter_depends_on_the_claims_of_its_own_paper_only(chapter):
    claims = [pattern for pattern in chapter.data if pattern.startswith("claims/")]
    own = [f"claims/{chapter.part}.csv", f"claims/{chapter.part}.yml"]
    if chapter.part == "synthesis":  # the ledger reads all of them, a reader's own asset none
        own = ["claims/*.csv", "claims/*.yml"] if chapter.id == "synthesis/ledger" else []
    assert claims == own


@pytest.mark.parametrize("chapter", [pytest.param(c, id=c.id) for c in CHAPTERS])
def test_a_chapter_that_reaches_a_reader_depends_on_the_readers_tables(chapter):
    reached = chapter_modules(ROOT, chapter).values()
    reads = any('"inputs")' in path.read_text("utf-8") for path in reached)
    assert reads == ("inputs/*.csv" in chapter.data)

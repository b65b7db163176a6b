"""The book admits only proven chapters, and replaces the earlier book in one step."""

import shutil

import nbformat
import pytest

from dataworth.book import publish as publishing
from dataworth.book.editions import Edition
from dataworth.book.engine import build_chapters
from dataworth.book.manifest import read_manifest
from dataworth.book.publish import assemble, html_folder, make_page, publish, status_page
from dataworth.book.registry import read_registry
from dataworth.errors import InputError
from tests.minibook import make_pages


@pytest.fixture
def pages(built):
    """Add pages around the small book's chapters."""
    make_pages(built)
    return built


@pytest.fixture(scope="module")
def published(built_once, tmp_path_factory):
    """Publish the small book once for all tests that start from a published one."""
    root = shutil.copytree(built_once, tmp_path_factory.mktemp("published") / "mini")
    make_pages(root)
    publish(root, Edition())
    return root


def test_a_book_is_built_once_and_then_left_alone(published):
    first = published / "_build/html/index.html"
    assert "A small book" in first.read_text()
    assert (published / "_build/html/chapters/one/total.html").is_file()
    assert publish(published, Edition()) == (first, False)


@pytest.mark.parametrize("damage", [lambda page: page.unlink(), lambda page: page.write_text("x")])
def test_a_page_that_was_lost_or_changed_is_built_again(published, damage):
    first, built = publish(published, Edition())
    assert not built
    damage(first)
    assert publish(published, Edition()) == (first, True)
    assert "A small book" in first.read_text()


def test_a_warning_stops_the_build_and_the_earlier_book_stands(published, tmp_path):
    pages = shutil.copytree(published, tmp_path / "published")
    first = pages / "_build/html/index.html"
    before = first.read_bytes()
    (pages / "book" / "index.md").write_text("# A small book\n\nSee [](nowhere.md).\n")
    with pytest.raises(InputError, match=r"Jupyter Book stopped: .*nowhere"):
        publish(pages, Edition())
    assert first.read_bytes() == before


def test_a_chapter_without_a_proven_run_does_not_enter(pages, monkeypatch):
    (pages / "build/paper/one/total/results.json").write_text('{"total": 13}')
    monkeypatch.setattr(publishing, "run_jupyter_book", lambda *_: pytest.fail("it was built"))
    with pytest.raises(InputError, match="no proven run of one/total"):
        publish(pages, Edition())


def test_each_edition_has_a_book_of_its_own(tmp_path):
    folders = {html_folder(tmp_path, Edition(name, profile)) for name, profile in EDITIONS}
    assert len(folders) == len(EDITIONS)


EDITIONS = [("paper", "full"), ("paper", "quick"), ("mine", "full"), ("mine", "quick")]


def page_of(root, edition, chapter="one/numbers"):
    return make_page(root / "build" / edition.folder, read_registry(root), edition, chapter)


def test_a_page_shows_the_parameters_that_were_used_and_no_paths(built):
    page = page_of(built, Edition())
    text = nbformat.writes(page)
    assert str(built) not in text
    assert "papermill" not in page.metadata
    assert not [c for c in page.cells if "injected-parameters" in c.metadata.get("tags", [])]
    (table,) = [c for c in page.cells if "| Parameter | Value |" in c.source]
    assert "| `scale` | `2.0` | Factor (0 to 100) |" in table.source
    assert "Edition" not in page.cells[1].source


def test_folded_cells_that_show_nothing_join_the_next_one(built):
    folder = built / "build/paper/one/other"
    notebook = nbformat.read(folder / "notebook.ipynb", as_version=4)
    code = [c for c in notebook.cells if c.cell_type == "code"][-2:]  # opens, then records
    for cell in code:
        cell.metadata["tags"] = ["hide-input"]
    nbformat.write(notebook, folder / "notebook.ipynb")
    recorded = list(code[1].outputs)
    page = page_of(built, Edition(), "one/other")
    joined = page.cells[-1]
    assert joined.source == code[0].source.split("\n\n")[0] + "\n\n" + code[1].source
    assert joined.outputs == recorded


def told(root, results):
    """An extension, as a registry names one."""
    return {
        "sum": 10 * results["one/total"]["total"],
        "one/total": "<b>well</b>",
        "files": {"more/note.html": b"beside"},
        "prose": lambda chapter, text: text.replace("# ", f"# ({chapter}) ", 1),
        "table": lambda chapter, html: html.replace("<table", f"<table title='{chapter}'"),
    }


def test_pages_around_chapters_show_what_an_extension_computes(pages):
    registry = pages / "chapters" / "registry.yml"
    registry.write_text(registry.read_text() + "extension: tests.book.test_publish:told\n")
    (pages / "book" / "index.md").write_text("# A small book\n\nTen times: {insert}`sum:.1f`.\n")
    assemble(pages, read_registry(pages), Edition(), pages / "site")
    assert "Ten times: 120.0." in (pages / "site" / "index.md").read_text()
    head = nbformat.read(pages / "site/chapters/one/total.ipynb", as_version=4).cells[0].source
    assert "<b>well</b>" in head
    assert head.startswith("# (one/total) ")
    assert "<table title='one/numbers'" in (pages / "site/chapters/one/numbers.ipynb").read_text()
    assert (pages / "site/vendor/more/note.html").read_bytes() == b"beside"
    (pages / "book" / "index.md").write_text("# A small book\n\n{insert}`summ`\n")
    shutil.rmtree(pages / "site")
    with pytest.raises(InputError, match="'summ'"):
        assemble(pages, read_registry(pages), Edition(), pages / "site")


def test_a_chapters_head_has_question_answer_and_times(built):
    registry = built / "chapters" / "registry.yml"
    entry = "source: invented\n    question: How much?\n    answer: '{insert}`total:.0f` in all.'"
    old = "title: Total\n    source: invented"
    registry.write_text(registry.read_text().replace(old, f"title: Total\n    {entry}"))
    seconds = read_manifest(built / "build/paper/one/total")["seconds"]
    head = page_of(built, Edition(), "one/total").cells[0].source.splitlines()
    assert head[0] == "# Total"
    assert "How much? **12 in all.**" in head
    assert f" 1 min to read · {seconds:.0f} s to rerun" in head


def test_a_page_of_another_edition_and_of_a_readers_data_says_so(built):
    (built / "own.csv").write_text("x\n")
    changes = {"one/numbers": {"scale": 3.0, "own": str(built / "own.csv")}, "one/total": {}}
    edition = Edition("mine", changes=changes)
    build_chapters(["one/total"], edition=edition)
    page = page_of(built, edition)
    assert "Your data" in page.cells[1].source
    (table,) = [c for c in page.cells if "| Parameter | Value |" in c.source]
    assert "`3.0` (default: `2.0`)" in table.source
    assert "`own.csv`" in table.source
    assert str(built) not in table.source
    assert "(`own`: own.csv)" in page_of(built, edition, "one/total").cells[1].source
    other = Edition("other", changes={"one/total": {"shift": 1}})
    build_chapters(["one/total"], edition=other)
    assert "Edition `other`" in page_of(built, other, "one/total").cells[1].source


def test_the_status_page_shows_time_memory_versions_and_benchmarks(built):
    registry = read_registry(built)
    runs = {c.id: read_manifest(built / "build/paper" / c.id) for c in registry.chapters}
    (built / "benchmarks.json").write_text(
        '{"machine": "A machine.", "rows": [{"what": "this", "against": "that", '
        '"ratio": 0.5, "figures": "1 s against 2 s"}]}'
    )
    text = status_page(registry, runs, built / "benchmarks.json")
    assert "[Total](chapters/one/total.ipynb)" in text
    assert f"{runs['one/total']['seconds']:.1f}" in text
    assert "| papermill |" in text
    assert "| this | that | 0.5 | 1 s against 2 s |" in text

"""The house keeps its measures: small, in sight, and light enough to load."""

from __future__ import annotations

import ast
import io
import json
import re
import tokenize

import pytest

from dataworth.book.closure import PACKAGE
from dataworth.book.registry import read_registry
from dataworth.places import find_root

ROOT = find_root()
MODULES = sorted(PACKAGE.rglob("*.py"))
CHAPTERS = [pytest.param(c, id=c.id) for c in read_registry(ROOT).chapters]
LAYOUT = (tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT)
FOLDED = {"hide-input", "hide-cell", "remove-input", "remove-cell"}


def docstring_lines(source):
    """Line numbers of all docstrings."""
    kinds = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
    nodes = [n for n in ast.walk(ast.parse(source)) if isinstance(n, kinds)]
    texts = [n.body[0] for n in nodes if n.body and ast.get_docstring(n) is not None]
    return {line for text in texts for line in range(text.lineno, text.end_lineno + 1)}


def code_lines(source):
    """Count lines that are neither blank nor comment nor docstring."""
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    code = [t for t in tokens if t.type not in (*LAYOUT, tokenize.ENDMARKER)]
    lines = {line for t in code for line in range(t.start[0], t.end[0] + 1)}
    return len(lines - docstring_lines(source))


def test_blank_lines_comments_and_docstrings_do_not_count():
    head = '"""Text\n\nmore."""\n\n# note\nx = """a\nb"""\n\n\n'
    body = 'def f():\n    """Text."""\n    return (\n        1\n    )\n'
    assert (code_lines(head), code_lines(head + body)) == (2, 2 + 4)


def test_the_library_stays_within_the_budget_that_contributing_states():
    (budget,) = re.findall(
        r"at most \*\*(\d+)\*\* lines of code", (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    )
    assert sum(code_lines(path.read_text("utf-8")) for path in MODULES) <= int(budget)


def test_no_module_is_long_and_no_folder_is_crowded():
    long = {p.name: n for p in MODULES if (n := len(p.read_text("utf-8").splitlines())) > 400}
    assert not long
    crowded = {
        str(folder): n
        for folder in {p.parent for p in MODULES}
        if (n := len([p for p in folder.glob("*.py") if p.name != "__init__.py"])) > 16
    }
    assert not crowded


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_a_chapter_is_short_and_at_least_half_of_its_code_is_in_sight(chapter):
    cells = json.loads((ROOT / chapter.notebook).read_text("utf-8"))["cells"]
    shown = hidden = 0
    for cell in cells:
        tags = set(cell["metadata"].get("tags", []))
        if cell["cell_type"] == "code" and "parameters" not in tags:
            lines = sum(bool(line.strip()) for line in "".join(cell["source"]).splitlines())
            shown, hidden = (shown, hidden + lines) if tags & FOLDED else (shown + lines, hidden)
    assert shown >= hidden, f"{shown / (shown + hidden):.0%} of the code lines are in sight"
    assert shown + hidden <= 300


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_a_table_is_the_last_thing_in_its_cell(chapter):
    """Above anything else a notebook would show nothing of it."""
    for cell in json.loads((ROOT / chapter.notebook).read_text("utf-8"))["cells"]:
        if cell["cell_type"] == "code":
            *before, _ = ast.parse("".join(cell["source"])).body
            assert not [c for c in map(ast.unparse, before) if c.startswith("tables.show(")]


def test_docstrings_begin_with_what_is_returned_or_done():
    wrong = []
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                first = (ast.get_docstring(node) or "").split(" ")[0]
                if first in ("Give", "Gives", "Say", "Tell", "Returns"):
                    wrong.append(f"{path.relative_to(PACKAGE)}: {node.name}: {first} …")
    assert not wrong


LARGEST_PAGE, LARGEST_BOOK = 1.5e6, 60e6  # bytes


@pytest.mark.chapters
def test_pages_and_book_are_light_enough_to_load(quick_book):
    sizes = {p: p.stat().st_size for p in quick_book.html.rglob("*") if p.is_file()}
    heavy = {p.name: n for p, n in sizes.items() if p.suffix == ".html" and n > LARGEST_PAGE}
    assert not heavy
    assert sum(sizes.values()) <= LARGEST_BOOK


@pytest.mark.chapters
def test_every_picture_stands_once_with_a_caption(quick_book):
    """A figure that is left open at the end of a cell would be drawn a second time, bare."""
    for page in sorted((quick_book.html / "chapters").rglob("*.html")):
        text = page.read_text("utf-8")
        pictures = re.findall(r'<img[^>]*src="([^"]*)"', text)
        drawn = [source for source in pictures if not source.startswith(("http", "../../_static"))]
        assert len(drawn) == len(set(drawn)), page.name
        assert len(drawn) == text.count("<figcaption>") - text.count('"dw-drawing"'), page.name

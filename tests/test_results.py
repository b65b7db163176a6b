"""Results are a contract: what is recorded is read, and what is read is recorded."""

from __future__ import annotations

import json
import re

import nbformat
import pytest

from dataworth.book.manifest import read_manifest
from dataworth.book.prose import CHOICE, INSERT, SHOWN
from dataworth.book.registry import read_registry
from dataworth.ledger import load_ledger
from dataworth.places import find_root

pytestmark = pytest.mark.chapters

ROOT = find_root()
CHAPTERS = read_registry(ROOT).chapters
EACH = pytest.mark.parametrize("chapter", [pytest.param(c, id=c.id) for c in CHAPTERS])


GLUED = re.compile(r"\{glue:text\}`([\w.]+):[^`]*`")


def keys_read(text):
    """Every result that a text shows or chooses by."""
    keys = set(GLUED.findall(text)) | {name for name, _ in INSERT.findall(text)}
    for name, alternatives in CHOICE.findall(text):
        keys |= {name, *(shown for shown, _ in SHOWN.findall(alternatives))}
    return keys


def test_what_a_text_reads_is_found():
    text = "{glue:text}`a.b:.2f` {choose}`c: {d:.0%} | none` {insert}`e.f:.0f`"
    assert keys_read(text) == {"a.b", "c", "d", "e.f"}


def read_by_prose(chapter):
    notebook = nbformat.read(ROOT / chapter.notebook, as_version=4)
    texts = [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]
    texts.append(chapter.answer)
    return {key for text in texts for key in keys_read(text)}


def read_by_the_ledger(chapter):
    needed = set()
    for paper in load_ledger(ROOT / "data" / "claims"):
        for result in paper.book.results:
            if paper.claims[result.target].chapter == chapter.id:
                needed |= set(result.keys)
    return needed


def read_by_later_chapters(quick_book, chapter):
    runs = [read_manifest(quick_book.results / later.id) for later in CHAPTERS]
    return {key for run in runs for key in run["reads"].get(chapter.id, ())}


@EACH
def test_every_recorded_key_is_read_and_every_read_key_is_recorded(quick_book, chapter):
    text = (quick_book.results / chapter.id / "results.json").read_text(encoding="utf-8")
    recorded, prose = set(json.loads(text)), read_by_prose(chapter)
    needed = read_by_the_ledger(chapter)
    read = prose | needed | read_by_later_chapters(quick_book, chapter)
    assert not recorded - read, "recorded, but nothing reads it"
    assert not (prose | needed) - recorded, "read, but nothing records it"

"""Pages of single chapters in a reader's edition, laid over the book that is served."""

from __future__ import annotations

import shutil
from pathlib import Path

import nbformat

from dataworth.book.editions import Edition
from dataworth.book.engine import edition_folder, locked
from dataworth.book.manifest import proof
from dataworth.book.publish import STAMP, html_folder, make_page, run_jupyter_book
from dataworth.book.registry import Registry
from dataworth.errors import InputError

PROOFS = ".proofs"  # beside the pages: the run that each was made from


def pages_folder(root: Path, edition: Edition) -> Path:
    """Return the folder of single pages of an edition; no whole book is needed for them."""
    return root / "_build" / "editions" / edition.folder / "pages"


def render(
    root: Path,
    registry: Registry,
    served: Edition,
    base: Edition,
    edition: Edition,
    chapter_id: str,
) -> None:
    """Make the pages of a chapter in both editions, and of what it needs where that differs.

    The sources are those of the book that is served, with every other chapter reduced to
    its title: links, citations and contents work, and only what is asked for is written.

    Raises
    ------
    InputError
        Sphinx stopped.
    """
    needs = registry.with_needs([chapter_id])
    fingerprints = [
        {i: proof(edition_folder(root, e) / i)["fingerprint"] for i in needs}
        for e in (base, edition)
    ]
    changed = [i for i in needs if i == chapter_id or fingerprints[0][i] != fingerprints[1][i]]
    with locked(root / "_build" / "live"):
        site = _lay_out(root, registry, served)
        for one, prints in zip((base, edition), fingerprints, strict=True):
            place = pages_folder(root, one)
            todo = [i for i in changed if _made_from(place, i) != prints[i]]
            for chapter in todo:
                page = make_page(edition_folder(root, one), registry, one, chapter)
                nbformat.write(page, site / registry[chapter].notebook)
            if todo:
                html = run_jupyter_book(root, site, [registry[i].notebook for i in todo])
                if (html / "_images").is_dir():
                    shutil.copytree(html / "_images", place / "_images", dirs_exist_ok=True)
                for chapter in todo:
                    _take(html, place, registry[chapter].notebook.with_suffix(".html"))
                    proof_of = place / PROOFS / chapter
                    proof_of.parent.mkdir(parents=True, exist_ok=True)
                    proof_of.write_text(prints[chapter])


def _lay_out(root: Path, registry: Registry, served: Edition) -> Path:
    """Lay out the sources once for each state of the book that is served."""
    source, site = edition_folder(root, served) / "site", root / "_build" / "live" / "site"
    made_from, stamp = site.with_name("stamp"), (html_folder(root, served) / STAMP).read_text()
    if made_from.is_file() and made_from.read_text() == stamp:
        return site
    if not source.is_dir():
        raise InputError(f"{source}: the sources of the book are gone; build it again")
    shutil.rmtree(site, ignore_errors=True)
    shutil.rmtree(site.with_name("site-build"), ignore_errors=True)
    shutil.copytree(source, site)
    for chapter in registry.chapters:
        title = nbformat.v4.new_markdown_cell(f"# {chapter.title}", id="title")
        nbformat.write(nbformat.v4.new_notebook(cells=[title]), site / chapter.notebook)
    for page in site.glob("api/*.md"):
        page.write_text(page.read_text(encoding="utf-8").partition("\n")[0] + "\n")
    made_from.write_text(stamp)
    return site


def _made_from(place: Path, chapter_id: str) -> str:
    path = place / PROOFS / chapter_id
    return path.read_text() if path.is_file() else ""


def _take(html: Path, place: Path, page: Path) -> None:
    target = place / page
    target.parent.mkdir(parents=True, exist_ok=True)
    (html / page).replace(target)

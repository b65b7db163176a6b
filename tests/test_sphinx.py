"""The way out of Jupyter Book 1: plain Sphinx builds the very same sources."""

import shutil
import subprocess
import sys

import pytest

from dataworth.places import find_root

BOOK = [sys.executable, "-c", "from jupyter_book.cli.main import main; main()"]


@pytest.mark.chapters
def test_plain_sphinx_builds_every_page_of_the_generated_sources(quick_book, tmp_path):
    site = shutil.copytree(quick_book.results / "site", tmp_path / "site")
    shutil.copy(find_root() / "_config.yml", site)
    subprocess.run([*BOOK, "config", "sphinx", str(site)], check=True, capture_output=True)
    command = [sys.executable, "-m", "sphinx", "-b", "html", "-W", "--keep-going", "-q"]
    done = subprocess.run(
        [*command, str(site), str(tmp_path / "html")], capture_output=True, text=True, check=False
    )
    assert not done.returncode, done.stderr
    built = {p.relative_to(tmp_path / "html") for p in (tmp_path / "html").rglob("*.html")}
    pages = {p.relative_to(quick_book.html) for p in quick_book.html.rglob("*.html")}
    # The Chinese pages are a book of their own, built from the same sources.
    assert {p for p in pages if not {"_static", "zh"} & set(p.parts)} <= built

"""Pages become one PDF: contents with page numbers, links, an outline, tags, Chinese text."""

import os
import shutil
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import pikepdf
import pypdfium2
import pytest

from dataworth.book.press import paper
from dataworth.errors import InputError

NEEDS_BROWSER = pytest.mark.skipif(
    not any(map(shutil.which, paper.BROWSERS)) and "DATAWORTH_REQUIRE_BROWSER" not in os.environ,
    reason="no Chromium on this machine",
)
LONG = "A long page whose title is so long that it takes two lines of paper"
PAGE = """<html><head><link rel="stylesheet" href="own.css?v=1"></head><body>
<article class="bd-article"><section id="top">
<h1>{title}<a class="headerlink" href="#top">#</a></h1>
<div class="dw-head"><p>Asked and answered.</p></div>
<p>{text} <a href="{link}">there</a></p>
<figure class="dw-figure"><img src="data:image/svg+xml;base64,PHN2Zy8+">
<figcaption>Drawn</figcaption></figure>
<section id="takeaways"><h2>Takeaways</h2><p>Taken.</p></section></section></article>
</body></html>"""


def apart(function, *arguments):
    """Call it in a process of its own: one process cannot drive two browsers at once."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as executor:
        return executor.submit(function, *arguments).result()


@pytest.fixture
def html(tmp_path):
    """A built book of three pages, one of them long, one Chinese."""
    folder = tmp_path / "html"
    (folder / "a").mkdir(parents=True)
    long = "".join(f"<p>Line {number}</p>" for number in range(150))
    pages = {
        "index": ("Cover", "Begin", "a/long.html#takeaways"),
        "a/long": (LONG, f"Much</p>{long}<p>", "../index.html"),
        "a/last": ("数据资产", "质押率与收益法", "https://example.org/"),
    }
    for name, (title, text, link) in pages.items():
        page = PAGE.format(title=title, text=text, link=link)
        (folder / f"{name}.html").write_text(page, encoding="utf-8")
    (folder / "own.css").write_text("p { margin: 0 } h1 { line-height: 1.1 }")
    return folder


@pytest.mark.browser
@NEEDS_BROWSER
def test_a_book_is_printed_with_contents_links_outline_and_chinese(html, tmp_path):
    contents = {"": ["index"], "Part": ["a/long", "a/last"]}
    target = apart(paper.print_book, html, contents, "A small book", tmp_path / "book.pdf")
    begins = paper._begins(target)
    with pypdfium2.PdfDocument(target) as document:
        texts = [page.get_textpage().get_text_range() for page in document]
    with pikepdf.open(target) as document:
        assert document.Root.MarkInfo.Marked
    assert begins["Cover"] < begins[paper._key(LONG)] < begins["数据资产"] - 2
    first = next(text for text in texts if "Part" in text)
    assert str(begins["数据资产"]) in first
    assert "质押率与收益法" in texts[begins["数据资产"] - 1]
    assert list(tmp_path.glob("*.html")) == []


@pytest.mark.browser
@NEEDS_BROWSER
def test_slides_show_question_figure_and_takeaways_one_each(html, tmp_path):
    target = apart(paper.print_slides, html, ["a/long"], "Part", tmp_path / "slides.pdf")
    with pypdfium2.PdfDocument(target) as document:
        texts = [page.get_textpage().get_text_range() for page in document]
    said = ["Part", "Asked and answered.", "Drawn", "Taken."]
    assert len(texts) == len(said)
    assert all(word in text for word, text in zip(said, texts, strict=True))


def test_links_lead_within_the_one_file_or_nowhere(html):
    page = paper._page(html, "index", ["index", "a/long"])
    assert 'href="#a-long--takeaways"' in page["html"]
    assert "href" not in paper._page(html, "index", ["index"])["soup"].select_one("p a").attrs
    assert 'href="https://example.org/"' in paper._page(html, "a/last", [])["html"]


def test_without_a_browser_one_line_says_what_is_missing(monkeypatch):
    monkeypatch.setattr(paper.shutil, "which", lambda name: None)
    with pytest.raises(InputError, match="a PDF needs Chromium or Chrome, found none of"):
        paper.find_browser()

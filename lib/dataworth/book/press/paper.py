"""Pages on paper: the whole book as one PDF, and slides, printed by Chromium.

Formulas, tables and figures are those of the built pages; a style of its own sets them.
"""

from __future__ import annotations

import posixpath
import re
import shutil
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from dataworth.book.press.language import CODE
from dataworth.errors import InputError
from dataworth.typeset import fill

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
WAIT = 900_000  # milliseconds for all formulas of the book
LEFT_OUT = ("api",)  # the library's pages: for a screen
SLIDES = ("what-survives-what-does-not", "takeaways")  # sections that a slide shows whole
# Rows that a box of verdicts folds stand in the ledger, a chapter of its own.
UNFOLD = "document.querySelectorAll('details:not(.dw-verdicts *)').forEach(d => { d.open = true })"
SCREEN = ".headerlink, script, button, .dw-dates, .dw-downloads"


def find_browser() -> str:
    """Return the path of a Chromium or Chrome.

    Raises
    ------
    InputError
        There is none.
    """
    if path := next(filter(None, map(shutil.which, BROWSERS)), None):
        return path
    raise InputError(f"a PDF needs Chromium or Chrome, found none of {', '.join(BROWSERS)}")


def contents_of(site: Path) -> dict[str, list[str]]:
    """Return the pages of the book that are printed, by caption; Chinese ones at the end.

    Parameters
    ----------
    site : pathlib.Path
        Where the sources of the book are laid out.
    """
    found: dict[str, list[str]] = {}
    chinese = site.with_name(f"{site.name}-{CODE}")
    for folder, below, caption in ((site, "", ""), (chinese, f"{CODE}/", "中文")):
        if (folder / "_toc.yml").is_file():
            toc = yaml.safe_load((folder / "_toc.yml").read_text(encoding="utf-8"))
            found[caption] = [f"{below}index"]
            for part in toc["parts"]:
                names = [page["file"] for page in part["chapters"] if page["file"] not in LEFT_OUT]
                found.setdefault(part["caption"], []).extend(below + name for name in names)
    return found


def print_book(html: Path, contents: Mapping[str, Sequence[str]], title: str, target: Path) -> Path:
    """Print pages of the built book to one PDF, with contents that name pages.

    Where chapters begin only a first print can tell, so the book is printed twice.

    Parameters
    ----------
    html : pathlib.Path
        The built book.
    contents : mapping of str to sequence of str
        Names of pages by caption, in their order.
    title : str
    target : pathlib.Path
    """
    names = [name for of in contents.values() for name in of]
    pages = [_page(html, name, names) for name in names]
    begins: dict[str, int] = {}
    for _ in range(2):
        _print(html, target, "paper", title=title, pages=pages, contents=contents, begins=begins)
        begins = _begins(target)
    return target


def print_slides(html: Path, names: Sequence[str], title: str, target: Path) -> Path:
    """Print slides of chapters: question and answer, every figure, what survives, takeaways."""
    from markupsafe import Markup, escape

    slides = [Markup("<h1>{}</h1>").format(title)]
    for name in names:
        page = _page(html, name, ())
        heading = f"<h2>{escape(page['title'])}</h2>"
        shown = page["soup"].select(".dw-head, figure.dw-figure")
        slides += [Markup(f"{heading}{part}") for part in shown]
        ids = [f"{page['slug']}--{section}" for section in SLIDES]
        slides += [Markup(part) for one in ids if (part := page["soup"].find(id=one))]
    return _print(html, target, "slides", title=title, slides=slides)


def _page(html: Path, name: str, names: Collection[str]) -> dict[str, Any]:
    """Return a page with the addresses of the one file that will hold all pages of `names`."""
    from bs4 import BeautifulSoup
    from markupsafe import Markup

    text = (html / f"{name}.html").read_text(encoding="utf-8")
    article = text[text.index("<article") : text.index("</article>") + len("</article>")]
    soup: Any = BeautifulSoup(article, "html.parser")
    for node in soup.select(SCREEN):
        node.decompose()
    for node in soup.select("[id]"):
        if not node.find_parent("svg"):
            node["id"] = f"{_slug(name)}--{node['id']}"
    for node in soup.select("a[href]"):
        path, _, part = node["href"].partition("#")
        there = posixpath.normpath(posixpath.join(posixpath.dirname(name), path)) if path else name
        there = there.partition("?")[0].removesuffix(".html")
        if there in names or not path:
            node["href"] = f"#{_slug(there)}" + (f"--{part}" if part else "")
        elif not re.match(r"[a-z]+:", path):
            del node["href"]
    for node in soup.select("img[src]:not([src^='data:'])"):
        node["src"] = (html / posixpath.dirname(name) / node["src"]).resolve().as_uri()
    title = soup.find("h1").get_text(" ", strip=True)
    said = {"title": title, "key": _key(title), "html": Markup(soup)}
    return {"name": name, "slug": _slug(name), "soup": soup, **said}


def _key(title: str) -> str:
    """Return a title without its spaces: an outline loses those where a heading breaks."""
    return "".join(title.split())


def _slug(name: str) -> str:
    return name.replace("/", "-")


def _print(html: Path, target: Path, style: str, **values: Any) -> Path:
    """Print pages or slides with the book's style and one of paper; nothing asks the network."""
    import pikepdf
    from playwright.sync_api import sync_playwright

    here, head = Path(__file__), (html / "index.html").read_text(encoding="utf-8")
    styles = [html / name for name in re.findall(r'href="([^"?:]+\.css)', head)]
    addresses = [path.resolve().as_uri() for path in (*styles, here.with_name(f"{style}.css"))]
    formulas = (html / "mathjax" / "tex-svg.js").resolve().as_uri()
    blank: dict[str, Any] = {"pages": (), "slides": (), "contents": {}, "begins": {}}
    given = {**blank, **values, "styles": addresses, "formulas": formulas}
    target.parent.mkdir(parents=True, exist_ok=True)
    page = target.with_suffix(".html")
    page.write_text(fill(here.with_suffix(".html"), **given), encoding="utf-8")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=FLAGS)
        tab = browser.new_page()
        tab.set_default_timeout(WAIT)
        tab.route(re.compile("^https?:"), lambda route: route.abort())
        tab.goto(page.resolve().as_uri())
        tab.evaluate("window.MathJax?.startup?.promise")
        tab.evaluate(UNFOLD)
        tab.pdf(path=target, outline=True, tagged=True, prefer_css_page_size=True,
                print_background=True)  # fmt: skip
        browser.close()
    page.unlink()
    with pikepdf.open(target, allow_overwriting_input=True) as printed:
        # Tags, one for each word in colour, take half of the file: packed, a tenth of that.
        printed.save(target, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return target


def _begins(pdf: Path) -> dict[str, int]:
    """Return the page on which each heading of a PDF's outline stands first, by its key."""
    import pypdfium2

    found: dict[str, int] = {}
    with pypdfium2.PdfDocument(pdf) as document:
        for item in document.get_toc():
            if place := item.get_dest():
                found.setdefault(_key(item.get_title()), place.get_index() + 1)
    return found

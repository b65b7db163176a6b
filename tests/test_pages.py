"""Every page of the book, walked through once in a browser: light and dark, wide and narrow."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from tests.test_book import PHONE, name, pages

pytestmark = [pytest.mark.browser, pytest.mark.chapters]

DESK = {"width": 1440, "height": 900}
# What axe-core looks for: text that can be read, and names for what can be used.
RULES = [
    *("color-contrast", "link-name", "button-name", "image-alt", "input-image-alt", "svg-img-alt"),
    *("label", "select-name", "frame-title", "aria-input-field-name", "aria-command-name"),
    *("document-title", "html-has-lang", "summary-name", "aria-valid-attr-value"),
]
OPTIONS = {"resultTypes": ["violations"], "runOnly": {"type": "rule", "values": RULES}}
# Around the article every page is alike: once is enough, and it takes most of the time.
ALONE = """() => document.querySelectorAll('.bd-sidebar, .bd-header, .bd-footer, dialog')
  .forEach((e) => e.remove())"""
CLIPPED = """() => [...document.querySelectorAll('figure, figure > *, svg, .dw-whatif')]
  .filter((e) => e.checkVisibility())
  .filter((e) => { const b = e.getBoundingClientRect();
    return !e.closest('.dw-scroll, mjx-container, pre')
      && (b.left < -1 || b.right > innerWidth + 1); })
  .map((e) => e.outerHTML.slice(0, 80))"""
HEAVIEST = 6e6  # bytes that a page loads, with all that it refers to


@dataclass
class Walk:
    """What was found on the way, by page."""

    complaints: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    outside: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    violations: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    widths: dict[str, int] = field(default_factory=dict)
    clipped: dict[str, list[str]] = field(default_factory=dict)
    weights: dict[str, float] = field(default_factory=dict)
    visited: int = 0


@pytest.fixture(scope="session")
def walk(quick_book, browser) -> Walk:
    """Open every page once, look at it in four ways, and write down what is wrong."""
    from axe_playwright_python.sync_playwright import Axe

    axe, walk, at = Axe(), Walk(), ""
    context = browser.new_context(viewport=DESK, reduced_motion="reduce")
    page = context.new_page()
    page.on("pageerror", lambda error: walk.complaints[at].append(str(error)))
    page.on("console", lambda m: m.type == "error" and walk.complaints[at].append(m.text))

    def requested(request):
        if urlsplit(request.url).scheme not in ("file", "data", "blob"):
            walk.outside[at].append(request.url)
        elif request.url.startswith("file:"):
            path = urlsplit(request.url).path
            walk.weights[at] = walk.weights.get(at, 0) + size(path)

    page.on("request", requested)
    for file in pages(quick_book):
        at = name(file, quick_book)
        page.set_viewport_size(DESK)
        page.goto(file.as_uri())
        for size_of in (DESK, PHONE):
            page.set_viewport_size(size_of)
            if clipped := page.evaluate(CLIPPED):
                walk.clipped[f"{at} at {size_of['width']}"] = clipped
        walk.widths[at] = page.evaluate("document.documentElement.scrollWidth")
        page.set_viewport_size(DESK)
        if walk.visited:
            page.evaluate(ALONE)
        # Cards and the library's pages share one form each: they take turns.
        themes = ("light", "dark")
        if at.startswith(("data/", "api/")):
            themes = themes[walk.visited % 2 :][:1]
        for theme in themes:
            page.evaluate(f"document.documentElement.dataset.theme = '{theme}'")
            for found in axe.run(page, None, OPTIONS).response["violations"]:
                for node in found["nodes"]:
                    line = f"{theme}: {found['id']}: {node['html'][:120]}"
                    walk.violations[at].append(f"{line}: {node['failureSummary'][-160:]}")
        walk.visited += 1
    context.close()
    return walk


def size(path: str) -> int:
    file = Path(unquote(path))
    return file.stat().st_size if file.is_file() else 0


def test_no_page_complains(walk):
    assert walk.visited > 50
    assert not dict(walk.complaints)


def test_no_page_asks_for_anything_outside(walk):
    assert not dict(walk.outside)


def test_text_can_be_read_and_controls_have_names_light_and_dark(walk):
    assert not dict(walk.violations)


def test_no_page_is_wider_than_a_phone(walk):
    assert not {at: width for at, width in walk.widths.items() if width > PHONE["width"]}


def test_no_figure_is_clipped_on_a_desk_or_a_phone(walk):
    assert not walk.clipped


def test_no_page_is_heavy_to_load(walk):
    assert not {at: weight for at, weight in walk.weights.items() if weight > HEAVIEST}


def test_the_keyboard_alone_leads_from_the_cover_through_a_chapter(quick_book, browser):
    """Tab reaches every link and control in the article, in order, each visibly."""
    context = browser.new_context(viewport=DESK)
    page = context.new_page()
    page.goto((quick_book.html / "chapters/finance/pledge.html").as_uri())
    page.locator("#main-content h1").first.evaluate("e => { e.tabIndex = -1; e.focus(); }")
    wanted = page.evaluate(
        """() => [...document.querySelectorAll('#main-content article :is(a[href], button, select,
             input, summary, [tabindex="0"])')]
           .filter((e) => e.tabIndex >= 0 && e.checkVisibility({visibilityProperty: true}))
           .length"""
    )
    reached, hidden = 0, []
    for _ in range(wanted):
        page.keyboard.press("Tab")
        state = page.evaluate(
            """() => { const e = document.activeElement, s = getComputedStyle(e);
               const b = e.getBoundingClientRect();
               return [!!e.closest('#main-content'), b.width > 0 && b.bottom > 0
                 && b.top < innerHeight, s.outlineStyle !== 'none' || s.boxShadow !== 'none'
                 || s.textDecorationLine !== 'none', e.outerHTML.slice(0, 100)]; }"""
        )
        if not state[0]:
            break
        reached += 1
        if not (state[1] and state[2]):
            hidden.append(state[3])
    context.close()
    assert wanted > 20
    assert reached >= wanted - 2, f"{reached} of {wanted}"
    assert not hidden

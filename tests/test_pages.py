"""Every page of the book, walked through once in a browser: light and dark, wide and narrow."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest

from tests.test_book import name, pages

pytestmark = [pytest.mark.browser, pytest.mark.chapters]

DESK, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
OWN, SHARED = 2e6, 5.2e6  # bytes that a page loads: its own, and what all pages load

# What axe-core looks for: all of WCAG 2.1 A and AA. What compares colours comes by itself.
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]
COLOURS = ["color-contrast", "link-in-text-block"]
QUICKLY = {"resultTypes": ["violations"], "preload": False}
NAMES = QUICKLY | {
    "runOnly": {"type": "tag", "values": TAGS},
    "rules": {rule: {"enabled": False} for rule in COLOURS},
}
COLOUR = QUICKLY | {"runOnly": {"type": "rule", "values": COLOURS}}

# Contrast is told by colour, size, weight and what lies behind. Of each kind of text one is
# looked at, the first in the book, in both themes; the rest is laid away for that moment, for
# axe-core takes a minute for a page of ten thousand words in colour.
MARK_ONE_OF_EACH_KIND = """(seen) => {
  const root = document.documentElement, known = new Set(seen);
  const texts = [...document.body.querySelectorAll('*')].filter((e) =>
    [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim()) && e.checkVisibility());
  const kinds = texts.map(() => '');
  for (const theme of ['light', 'dark']) {
    root.dataset.theme = theme;
    const behind = new Map();
    const ground = (e) => {
      if (!e) return '';
      if (!behind.has(e)) {
        const s = getComputedStyle(e);
        const opaque = s.backgroundColor.startsWith('rgb(') && s.opacity === '1';
        const own = s.backgroundColor + s.backgroundImage + s.opacity + s.filter;
        behind.set(e, opaque ? own : own + ground(e.parentElement));
      }
      return behind.get(e);
    };
    texts.forEach((e, n) => {
      const s = getComputedStyle(e);
      kinds[n] += [s.color, s.fontSize, s.fontWeight, s.textDecorationLine, ground(e)];
    });
  }
  const keep = new Set(), fresh = [];
  texts.forEach((e, n) => {
    if (known.has(kinds[n])) return;
    known.add(kinds[n]);
    fresh.push(kinds[n]);
    for (; e; e = e.parentElement) keep.add(e);
  });
  // The words of code have no names that one could look for.
  for (const e of document.querySelectorAll('.highlight pre'))
    if (!keep.has(e)) e.textContent = e.textContent;
  for (const e of keep) e.dataset.kept = '';
  return fresh;
}"""
SWITCH = """([theme, away]) => {
  document.documentElement.dataset.theme = theme;
  document.documentElement.classList.toggle('away', !!away);
}"""
# The list of literature is written by docutils: a role that ARIA 1.3 takes back, in a list.
RUN_AXE = "(options) => axe.run({ exclude: ['.citation-list'] }, options)"
AWAY = ".away body :not([data-kept]) { display: none !important; }"

# As after the Tab key: what has the focus shows it, by more than it looks like without.
FOCUS = """(seen) => {
  const known = new Set(seen), fresh = [], silent = [];
  document.activeElement.blur();
  const look = (e) => [e, ...e.children].map((each) => {
    const s = getComputedStyle(each), t = getComputedStyle(each, '::after');
    return [s.outlineStyle, s.outlineWidth, s.boxShadow, s.textDecorationLine,
      s.borderColor, s.backgroundColor, t.content];
  }).join();
  const stops = 'a[href], button, select, input, summary, [tabindex="0"]';
  for (const e of document.querySelectorAll(stops)) {
    const kind = e.tagName + ' ' + e.type + ' ' + e.className + ' in ' + e.parentElement.className;
    if (known.has(kind) || e.tabIndex < 0 || !e.checkVisibility({ visibilityProperty: true }))
      continue;
    known.add(kind);
    fresh.push(kind);
    const before = look(e);
    e.focus({ preventScroll: true });
    if (document.activeElement === e && e.matches(':focus-visible') && look(e) !== before) continue;
    silent.push(e.outerHTML.slice(0, 120));
  }
  return [fresh, silent];
}"""

CLIPPED = """() => [...document.querySelectorAll('figure, figure > *, svg, table, .dw-whatif')]
  .filter((e) => e.checkVisibility() && !e.closest('mjx-container, pre, .bd-sidebar-primary'))
  .filter((e) => {
    const b = e.getBoundingClientRect();
    for (let p = e.parentElement; p; p = p.parentElement)
      if (['auto', 'scroll'].includes(getComputedStyle(p).overflowX)) return false;
    return b.left < -1 || b.right > innerWidth + 1;
  })
  .map((e) => `${e.outerHTML.slice(0, 60)} in ${e.parentElement.outerHTML.slice(0, 90)}`)"""

MISSING_GLYPHS = """() => {
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = 32;
  const context = canvas.getContext('2d', { willReadFrequently: true });
  const family = getComputedStyle(document.body).fontFamily;
  const draw = (text) => {
    context.clearRect(0, 0, 32, 32);
    context.font = `20px ${family}`;
    context.fillText(text, 4, 24);
    return context.getImageData(0, 0, 32, 32).data.join();
  };
  const box = draw('\\u{10FFFD}');  // nobody has a glyph for this one
  const used = new Set(document.body.innerText.match(/[\\u3400-\\u9fff]/g) || []);
  return [used.size, [...used].filter((letter) => draw(letter) === box)];
}"""


@dataclass
class Walk:
    """What was found on the way, by page."""

    complaints: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    outside: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    violations: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    unseen: dict[str, list[str]] = field(default_factory=dict)
    first_stops: dict[str, str] = field(default_factory=dict)
    widths: dict[str, int] = field(default_factory=dict)
    clipped: dict[str, list[str]] = field(default_factory=dict)
    weights: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    shared: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    chinese: int = 0
    boxes: dict[str, list[str]] = field(default_factory=dict)
    texts: list[str] = field(default_factory=list)
    stops: list[str] = field(default_factory=list)
    visited: int = 0


@pytest.fixture(scope="session")
def walk(quick_book, browser) -> Walk:
    """Open every page once, look at it in every way, and write down what is wrong."""
    return walk_over(browser, {name(file, quick_book): file for file in pages(quick_book)})


def walk_over(browser: Any, files: dict[str, Path]) -> Walk:
    walk, at = Walk(), ""
    context = browser.new_context(viewport=DESK, reduced_motion="reduce")
    page = context.new_page()
    page.on("pageerror", lambda error: walk.complaints[at].append(str(error)))
    page.on("console", lambda m: m.type == "error" and walk.complaints[at].append(m.text))

    def requested(request):
        parts = urlsplit(request.url)
        if parts.scheme == "file":
            file = Path(unquote(parts.path))
            shared = {"_static", "mathjax"} & set(file.parts) or file.name == "searchindex.js"
            loaded = walk.shared if shared else walk.weights
            loaded[at] += file.stat().st_size if file.is_file() else 0
        elif parts.scheme not in ("data", "blob"):
            walk.outside[at].append(request.url)

    page.on("request", requested)
    twins = [at for at in files if f"zh/{at}" in files]
    # Of a page in two languages axe-core looks at one, by turns: their marks are the same.
    left = {at if turn % 2 else f"zh/{at}" for turn, at in enumerate(twins)}
    for at, file in files.items():
        page.set_viewport_size(DESK)
        page.goto(file.as_uri())
        page.evaluate("() => window.MathJax?.startup?.promise.then(() => null)")
        look(page, walk, at)
        if at not in left:
            judge(page, walk, at)
        for size in (DESK, PHONE):
            page.set_viewport_size(size)
            if clipped := page.evaluate(CLIPPED):
                walk.clipped[f"{at} at {size['width']}"] = clipped
        walk.widths[at] = page.evaluate("document.documentElement.scrollWidth")
        walk.visited += 1
    context.close()
    return walk


def look(page: Any, walk: Walk, at: str) -> None:
    """Look at the page that is open: where the keyboard gets, and whether letters have glyphs."""
    page.keyboard.press("Tab")
    if page.locator(".bd-sidebar-primary").count():  # letters and reports have no menus
        walk.first_stops[at] = page.evaluate("document.activeElement.textContent.trim()")
    fresh, unseen = page.evaluate(FOCUS, walk.stops)
    walk.stops += fresh
    if unseen:
        walk.unseen[at] = unseen
    used, boxes = page.evaluate(MISSING_GLYPHS)
    walk.chinese += used
    if boxes:
        walk.boxes[at] = boxes


def judge(page: Any, walk: Walk, at: str) -> None:
    """Let axe-core judge the page that is open, light and dark."""
    from axe_playwright_python.base import AXE_SCRIPT

    page.add_style_tag(content=AWAY)
    page.evaluate(AXE_SCRIPT)
    runs = [("light", NAMES)]
    if kinds := page.evaluate(MARK_ONE_OF_EACH_KIND, walk.texts):
        walk.texts += kinds
        runs += [("light away", COLOUR), ("dark away", COLOUR)]
    for theme, options in runs:
        page.evaluate(SWITCH, theme.split())
        for violation in page.evaluate(RUN_AXE, options)["violations"]:
            for node in violation["nodes"]:
                why = node["failureSummary"].splitlines()[-1].strip()
                line = f"{theme} {violation['id']}: {node['html'][:150]}: {why}"
                walk.violations[at].append(line)
    page.evaluate(SWITCH, ["light"])


def test_no_page_complains(walk):
    assert walk.visited > 50
    assert not dict(walk.complaints)


def test_no_page_asks_for_anything_outside(walk):
    assert not dict(walk.outside)


def test_text_can_be_read_and_controls_have_names_light_and_dark(walk):
    assert len(walk.texts) > 50
    assert not dict(walk.violations)


def test_no_page_is_wider_than_a_phone(walk):
    assert not {at: width for at, width in walk.widths.items() if width > PHONE["width"]}


def test_no_figure_or_table_is_clipped_on_a_desk_or_a_phone(walk):
    assert not walk.clipped


def test_no_page_is_heavy_to_load(walk):
    assert not {at: weight for at, weight in walk.weights.items() if weight > OWN}
    assert max(walk.shared.values()) < SHARED


def test_the_tab_key_begins_with_the_way_past_the_menus(walk):
    assert len(walk.first_stops) > 50
    assert set(walk.first_stops.values()) == {"Skip to main content", "跳转至主要内容"}


def test_what_has_the_focus_shows_it(walk):
    assert len(walk.stops) > 30
    assert not walk.unseen


def test_chinese_text_is_rendered(walk):
    fonts = shutil.which("fc-list")
    if not fonts or not subprocess.run([fonts, ":lang=zh"], capture_output=True).stdout:
        if os.environ.get("DATAWORTH_REQUIRE_FONT"):
            pytest.fail("no Chinese font on this machine, but DATAWORTH_REQUIRE_FONT is set")
        pytest.skip("no Chinese font on this machine: pages bring none")
    assert walk.chinese > 100
    assert not walk.boxes


FOCUSED = """() => {
  const e = document.activeElement;
  return [(e.getAttribute('aria-label') || e.textContent).trim(), !!e.closest('article'),
    !!e.closest('#main-content')];
}"""


def test_the_keyboard_alone_reaches_search_theme_and_article_in_this_order(quick_book, browser):
    context = browser.new_context(viewport=DESK)
    page = context.new_page()
    page.goto((quick_book.html / "chapters/finance/pledge.html").as_uri())
    reached: list[tuple[str, bool]] = []
    while len(reached) < 150 and not any(inside for _, inside in reached):
        page.keyboard.press("Tab")
        label, inside, _ = page.evaluate(FOCUSED)
        reached.append((label, inside))
    stops = ["Skip to main content", "Search", "Color mode", reached[-1][0]]
    found = [label for label, _ in reached if label in stops]
    assert reached[-1][1]
    assert found == stops
    # The first stop leads past all of them.
    page.reload()
    for key in ("Tab", "Enter", "Tab"):
        page.keyboard.press(key)
    assert page.evaluate(FOCUSED)[2]
    context.close()

"""The built book as a reader opens it: from files, in headless Chromium, without network."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.chapters]


@dataclass
class Visit:
    """A page in the browser, with everything that it complained about or asked for."""

    page: object
    complaints: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)


@pytest.fixture
def visit(browser):
    """Give a fresh page that writes down errors and requests."""
    context = browser.new_context()
    visit = Visit(context.new_page())
    visit.page.on("pageerror", lambda error: visit.complaints.append(str(error)))
    visit.page.on(
        "console", lambda m: visit.complaints.append(m.text) if m.type == "error" else None
    )
    visit.page.on("request", lambda request: visit.requests.append(request.url))
    yield visit
    context.close()


def pages(quick_book) -> list[Path]:
    found = sorted(p for p in quick_book.html.rglob("*.html") if "_static" not in p.parts)
    assert len(found) > 10
    return found


def name(page: Path, quick_book) -> str:
    return page.relative_to(quick_book.html).as_posix()


class Links(HTMLParser):
    """The ids of a page, and what it links to, loads and shows."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.targets: list[str] = []
        self.images: list[dict[str, str | None]] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        self.ids |= {values[key] for key in ("id", "name") if values.get(key)}
        self.targets += [values[key] for key in ("href", "src") if values.get(key)]
        if tag == "img":
            self.images.append(values)


@pytest.fixture(scope="session")
def parsed(quick_book) -> dict[Path, Links]:
    """Every page of the book, parsed."""
    return {page.resolve(): Links(page.read_text("utf-8")) for page in pages(quick_book)}


def test_every_internal_link_leads_somewhere(parsed):
    broken = []
    for page, links in parsed.items():
        for target in links.targets:
            parts = urlsplit(target)
            if parts.scheme or target.startswith("//"):
                continue
            place = (page.parent / unquote(parts.path)).resolve() if parts.path else page
            fragment = unquote(parts.fragment)
            if not place.exists() or (
                fragment and place in parsed and fragment not in parsed[place].ids
            ):
                broken.append(f"{page.name}: {target}")
    assert not broken


def test_every_image_has_alternative_text(parsed):
    images = [image for links in parsed.values() for image in links.images]
    assert len(images) >= 6
    assert not [image for image in images if not (image.get("alt") or "").strip()]


def test_no_value_in_the_prose_is_blank_or_missing(quick_book, visit):
    """A glued value that went wrong shows as nothing, as nan, or as its own name."""
    for page in pages(quick_book):
        if "chapters" not in page.parts:
            continue
        text = page.read_text("utf-8")
        pasted = re.findall(r'<span class="pasted-text">(.*?)</span>', text, re.DOTALL)
        wrong = [p for p in pasted if not p.strip() or re.search(r"\bnan\b", p, re.IGNORECASE)]
        assert not wrong, name(page, quick_book)
        assert "{glue" not in text
        assert not re.search(r"<td[^>]*>\s*nan\b", text), name(page, quick_book)


def test_search_finds_a_chapter(quick_book, visit):
    visit.page.goto((quick_book.html / "search.html").as_uri() + "?q=stationary")
    hits = visit.page.locator("#search-results li a")
    hits.first.wait_for()
    assert any("stationarity" in (a.get_attribute("href") or "") for a in hits.all())
    assert not visit.complaints


def follow(page, link):
    """Follow a link as a reader does, unfolding what it stands in."""
    link.evaluate("a => a.closest('details')?.setAttribute('open', '')")
    link.click()
    page.wait_for_load_state()


def test_a_reader_walks_from_box_to_row_to_rule_and_back_to_the_section(quick_book, visit):
    page = visit.page
    page.goto((quick_book.html / "chapters/finance/pledge.html").as_uri())
    claim = page.locator(".dw-verdicts tr[id]").first.get_attribute("id")
    follow(page, page.locator(f"[id='{claim}'] .dw-claim a"))
    row = page.locator(f"[id='{claim}']")
    assert page.url.endswith(f"synthesis/ledger.html#{claim}")
    assert row.is_visible()
    verdict = row.locator("a.dw-badge").inner_text()
    follow(page, row.locator("a.dw-badge"))
    assert page.url.endswith(f"how-to-read.html#verdict-{verdict}")
    assert page.locator(f"#verdict-{verdict}").is_visible()
    page.go_back()
    follow(page, row.locator(".dw-claim a"))
    assert page.url.endswith(f"chapters/finance/pledge.html#{claim}")
    assert page.locator(f".dw-verdicts [id='{claim}']").is_visible()
    assert not visit.complaints


@pytest.mark.parametrize(
    ("chapter", "number"),
    [
        ("banks/arima", "p a.dw-number"),  # typed
        ("banks/arima", "td a.dw-number"),  # in a column of printed values
        ("finance/pledge", "p a.dw-number"),  # taken from a result
        ("zh/finance/pledge", "p a.dw-number"),
    ],
)
def test_a_printed_number_leads_to_its_row(quick_book, visit, chapter, number):
    page, (language, name) = visit.page, re.fullmatch(r"(zh/)?(.*)", chapter).groups("")
    page.goto((quick_book.html / f"{language}chapters/{name}.html").as_uri())
    link = page.locator(number).first
    said, claim = link.inner_text(), link.get_attribute("href").partition("#")[2]
    follow(page, link)
    assert f"{language}chapters/synthesis/ledger.html#{claim}" in page.url
    assert page.locator(f"[id='{claim}']").is_visible()
    assert page.locator(f"[id='{claim}'] .dw-printed").inner_text() == said
    assert not visit.complaints


def test_every_claim_of_the_cover_and_of_the_boxes_has_its_row(parsed, quick_book):
    ledger = (quick_book.html / "chapters/synthesis/ledger.html").resolve()
    rows = set(re.findall(r'<tr id="([^"]+)"', ledger.read_text("utf-8")))
    leads = {
        page: {t.rpartition("#")[2] for t in links.targets if "synthesis/ledger.html#" in t}
        for page, links in parsed.items()
    }
    cover = leads[(quick_book.html / "index.html").resolve()]
    assert cover == rows
    boxes = set().union(*(found for page, found in leads.items() if "chapters" in page.parts))
    assert boxes <= rows
    assert len(boxes) > len(rows) - 10  # a claim without a chapter stands in no box


def test_the_ledger_can_be_searched_filtered_and_sent(quick_book, visit):
    page = visit.page
    page.goto((quick_book.html / "chapters/synthesis/ledger.html").as_uri())
    page.get_by_label("search", exact=True).fill("4.418")
    assert 0 < page.locator(".dw-ledger tr[id]:visible").count() < 20
    page.get_by_role("button", name="show all").click()
    page.locator("select[name=verdict]").select_option("open")
    shown = page.locator(".dw-ledger tr[id]:visible").count()
    assert shown > 100
    sent = page.url
    page.goto("about:blank")
    page.goto(sent)
    assert page.locator(".dw-ledger tr[id]:visible").count() == shown
    assert page.locator(".dw-ledger .dw-contradicted:visible").count() == 0
    assert not visit.complaints


def test_dark_mode_changes_the_page(quick_book, visit):
    page = visit.page
    page.goto((quick_book.html / "index.html").as_uri())
    background = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(background)
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    assert page.evaluate(background) != light

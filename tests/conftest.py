"""What several test rooms share: a small book, and the real one in its quick profile."""

from __future__ import annotations

import fcntl
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import settings

from .minibook import make_mini

# The same examples on every machine, however slow it is. For a hunt,
# run with `--hypothesis-profile=default`.
settings.register_profile("steady", derandomize=True, deadline=None)
settings.load_profile("steady")

TESTS = Path(__file__).parent
ROOT = TESTS.parent
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


# A process takes a file whole. The first file builds the book and goes on with the chapters; the
# other process meanwhile takes long files that need no book, and finds it ready afterwards.
FIRST = (
    *("test_chapters.py", "book/test_engine.py", "live/test_server.py", "asset/test_page.py"),
    *("potential/stress/test_recovery.py", "potential/test_shapes.py", "inputs/test_refusals.py"),
    *("banks/text/test_lexicon.py", "banks/text/test_counts.py"),
    "potential/synthetic/test_augment.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what needs the real book; put files in an order in which no process waits."""
    book = set()
    for item in items:
        if "quick_book" in getattr(item, "fixturenames", ()):
            item.add_marker("book")
            book.add(item.path)
    place = {TESTS / name: number for number, name in enumerate(FIRST)}
    items.sort(key=lambda item: (place.get(item.path, len(FIRST)), item.path not in book))


@dataclass(frozen=True)
class QuickBook:
    """The quick book: where its pages and results stand, and how its chapters went."""

    html: Path
    results: Path
    statuses: dict[str, str]


@pytest.fixture(scope="session")
def quick_book() -> QuickBook:
    """Build the book with the quick profile; what is fresh is not run again."""
    from dataworth.book.editions import Edition
    from dataworth.book.engine import build_chapters, edition_folder
    from dataworth.book.publish import publish

    edition = Edition(profile="quick")
    (ROOT / "build").mkdir(exist_ok=True)
    # One of the processes that share these tests builds; the others wait, and find it fresh.
    with (ROOT / "build" / ".tests.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        outcomes = build_chapters(root=ROOT, edition=edition)
        assert all(o.proven for o in outcomes.values()), outcomes
        page, _ = publish(ROOT, edition)
    statuses = {chapter: outcome.status for chapter, outcome in outcomes.items()}
    return QuickBook(page.parent, edition_folder(ROOT, edition), statuses)


@pytest.fixture
def mini(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the root of a small book that never ran, made the working directory."""
    make_mini(tmp_path / "mini")
    monkeypatch.chdir(tmp_path / "mini")
    return tmp_path / "mini"


@pytest.fixture(scope="session")
def built_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the small book one time for all tests that start from a built one."""
    from dataworth.book.engine import build_chapters

    root = tmp_path_factory.mktemp("built") / "mini"
    make_mini(root)
    outcomes = build_chapters(root=root, jobs=2)
    assert {outcome.status for outcome in outcomes.values()} == {"ran"}
    return root


@pytest.fixture
def built(built_once: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a copy of the built small book, made the working directory."""
    root = shutil.copytree(built_once, tmp_path / "built")
    monkeypatch.chdir(root)
    return root


@pytest.fixture(scope="session")
def browser():
    """Start Chromium once; without one these tests are skipped, unless one is promised."""
    program = next(
        filter(None, map(shutil.which, ("chromium", "chromium-browser", "chrome"))), None
    )
    if program is None:
        if os.environ.get("DATAWORTH_REQUIRE_BROWSER"):
            pytest.fail("no Chromium on this machine, but DATAWORTH_REQUIRE_BROWSER is set")
        pytest.skip("no Chromium on this machine")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def open_page(browser, tmp_path):
    """Open snippets as one page from a file; the page must not complain nor ask for anything."""
    contexts, complaints, requests = [], [], []

    def open_it(*snippets, **options):
        file = tmp_path / f"page-{len(contexts)}.html"
        head = '<meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        style = "<style>:root { color-scheme: light dark; } body { margin: 8px; }</style>"
        body = "".join(snippets)
        file.write_text(
            f'<!doctype html><html lang="en"><head><title>t</title>{head}{style}</head>'
            f"<body>{body}</body></html>",
            encoding="utf-8",
        )
        contexts.append(browser.new_context(**options))
        page = contexts[-1].new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda message: complaints.append(message.text))
        page.on("request", lambda request: requests.append(request.url))
        page.goto(file.as_uri())
        return page

    yield open_it
    for context in contexts:
        context.close()
    assert not complaints
    assert all(url.startswith("file:") for url in requests)

"""The ledger's page: every claim has an address, and a script finds it. Tried in a browser."""

import re

import pandas as pd
import pytest

from dataworth import tables
from dataworth.ledger import assess, page
from dataworth.places import find_root

SCRIPT = (find_root() / "book/_static/dataworth.js").read_text(encoding="utf-8")
STYLE = (find_root() / "book/_static/dataworth.css").read_text(encoding="utf-8")


@pytest.fixture
def frame(fourth):
    return assess(fourth(), {"shop/sales": {"leads": True, "growth": 0.05}})


@pytest.fixture
def opened(open_page, frame):
    """Open the small paper's ledger as a page, with the book's script and style."""

    def open_it(address="", **options):
        options.setdefault("viewport", {"width": 390, "height": 600})
        script = f"<style>{STYLE}</style><script>{SCRIPT}</script>"
        shown = open_page(script, page.picture(frame), page.table(frame), **options)
        if address:
            shown.goto(shown.url + address)
            shown.reload()
        return shown

    return open_it


def seen(shown):
    """Return the ids of the rows that a reader sees."""
    rows = shown.locator(".dw-ledger tr[id]")
    return [row.get_attribute("id") for row in rows.all() if row.is_visible()]


def test_each_claim_has_one_row_with_its_id_and_leads_to_its_chapter(frame):
    html = page.table(frame)
    assert re.findall(r'<tr id="([^"]*)"', html) == list(frame["id"])
    assert html.count('href="../shop/sales.html#') == len(frame)
    assert '<a class="dw-id" href="#share.a">share.a</a>' in html
    assert "sells &lt;most&gt;" in html
    alone = page.table(frame.assign(chapter=""))
    assert "../shop" not in alone


def test_the_picture_has_a_cell_for_each_claim_that_says_what_it_is(frame):
    html = page.picture(frame, "ledger.html")
    labels = re.findall(
        r'<a class="dw-(\w+)" href="ledger\.html#([^"]*)" aria-label="([^"]*)"', html
    )
    assert [(verdict, name) for verdict, name, _ in labels] == list(
        frame[["verdict", "id"]].itertuples(index=False, name=None)
    )
    (said,) = [label for _, name, label in labels if name == "share.a"]
    assert said == "Table 1, Product A: Share. Printed: 61.0%; computed: 60.0%: contradicted"


def test_what_is_contradicted_stands_under_its_cause(frame):
    (group,) = re.findall(r"<details>.*?</details>", page.causes(frame))
    assert "a slip" in group.lower()
    assert 'href="#share.a"' in group


def test_pages_are_told_counts_by_paper_and_badges_by_chapter(fourth, tmp_path):
    folder = tmp_path / "data" / "claims"
    fourth()
    folder.mkdir(parents=True)
    for name in ("fourth.csv", "fourth.yml"):
        (tmp_path / name).rename(folder / name)
    found = page.inserts(tmp_path, {"fourth/any": {}})
    assert (found["fourth.claims"], found["fourth.contradicted"], found["fourth.stand"]) == (
        6,
        1,
        1,
    )
    assert 'href="../synthesis/ledger.html?chapter=shop/sales"' in found["shop/sales"]
    assert "1 contradicted" in found["shop/sales"]
    assert 'href="chapters/synthesis/ledger.html#share.a"' in found["picture"]
    for name, content in found["files"].items():
        assert name == "reports/fourth/report.html" or f'href="{name}"' in found["reports"]
        assert b"<title>" in content
    row = "../synthesis/ledger.html#share.a"
    table = tables.show(pd.DataFrame({"printed": ["61.0%"]}), caption="Shares.").data
    assert f'href="{row}">61.0%</a>' in found["table"]("shop/sales", table)
    assert found["prose"]("shop/sales", "61.0%.") == f'<a class="dw-number" href="{row}">61.0%</a>.'


@pytest.mark.parametrize(
    ("text", "linked"),
    [
        ("It prints 61.0%, not 60%.", ["share.a"]),
        ("Sales of 1,200 and 2,001", ["sales.a", "sales.all"]),
        ("# 61.0% in a title", []),
        ("$$x = 0.05$$", []),
        ("In $0.05$, `0.05`, [a link](0.05) and Section 0.05", []),
        ("{glue:text}`a:.2f` grew by 0.05.", ["growth"]),
        ("0.055 and 801 are other things", []),
    ],
)
def test_a_printed_number_in_prose_leads_to_its_row(frame, text, linked):
    found = page.linked(frame, "shop/sales", text)
    assert re.findall(r'href="[^"]*ledger\.html#([^"]*)">', found) == linked
    assert re.sub(r"</?a[^>]*>", "", found) == text
    assert page.linked(frame, "shop/other", text) == text


def columns(claims, printed, heads=("printed", "computed")):
    """Return a small paper's claims by id, and a table that shows numbers twice."""
    rows = [
        {"id": name, "printed": said, "kind": kind, "chapter": "shop/sales"}
        for name, (said, kind) in claims.items()
    ]
    shown = pd.DataFrame(dict.fromkeys(heads, printed))
    return pd.DataFrame(rows), tables.show(shown, caption="Numbers.", formats=None).data


@pytest.mark.parametrize(
    ("claims", "printed", "linked"),
    [
        ({"a.x": ("0.9824", "table")}, ["0.982", "0.99", "–", "high"], ["a.x"]),
        ({"a.x": ("3.11%", "text")}, ["0.0311"], ["a.x"]),
        # What prints just this, before what would round to it.
        ({"a.x": ("0.05", "table"), "a.y": ("0.1", "table")}, ["0.1"], ["a.y"]),
        # A table before the text that repeats it.
        ({"s1.x": ("1,200", "text"), "t1.x": ("1,200", "table")}, ["1,200"], ["t1.x"]),
        # What stands with the others of the column, wherever the other one comes in the paper.
        (
            {"a.x": ("10", "table"), "b.x": ("10", "table"), "b.y": ("7.5", "table")},
            ["10", "7.5"],
            ["b.x", "b.y"],
        ),
        # Two that nothing tells apart.
        ({"a.x": ("0.36", "text"), "a.y": ("0.36", "text")}, ["0.36"], []),
        ({"a.x": ("holds", "finding")}, ["1"], []),
    ],
)
def test_a_printed_number_in_a_table_leads_to_its_row(claims, printed, linked):
    frame, table = columns(claims, printed)
    found = page.in_table(frame, "shop/sales", table)
    assert re.findall(r'href="[^"]*ledger\.html#([^"]*)">', found) == linked
    assert re.sub(r"</?a[^>]*>", "", found) == table
    assert page.in_table(frame, "shop/other", table) == table


@pytest.mark.parametrize("head", ["computed", "as printed", "printed with the variance"])
def test_a_computed_number_that_looks_like_a_printed_one_leads_nowhere(head):
    frame, table = columns({"a.x": ("61.0%", "table")}, ["61.0%"], [head])
    assert page.in_table(frame, "shop/sales", table) == table
    frame, table = columns({"a.x": ("61.0%", "table")}, ["61.0%"], [head, "year, printed"])
    assert page.in_table(frame, "shop/sales", table).count("<a ") == 1


def test_without_the_script_the_table_stands(opened, frame):
    assert seen(opened(java_script_enabled=False)) == list(frame["id"])


def test_a_search_reads_ids_labels_and_notes(opened):
    shown = opened()
    for words, found in (
        ("share.a", ["share.a"]),
        ("801", ["sales.b", "sales.all"]),
        ("SLIP", ["share.a"]),
        ("growth section", ["growth"]),
        ("nowhere", []),
    ):
        shown.get_by_label("search").fill(words)
        assert seen(shown) == found
    assert shown.locator("output").inner_text() == "0 of 6 claims"
    shown.get_by_role("button", name="show all").press("Enter")
    assert len(seen(shown)) == 6


def test_filters_offer_only_what_still_occurs_and_stand_in_the_address(opened):
    shown = opened()
    shown.get_by_label("verdict").select_option("contradicted")
    assert seen(shown) == ["share.a"]
    assert shown.url.endswith("?verdict=contradicted")
    chapters = shown.get_by_label("chapter").locator("option")
    assert [option.inner_text() for option in chapters.all()] == ["all", "shop/sales (1)"]
    shown.get_by_label("search").fill("product")
    shown.reload()
    assert shown.get_by_label("search").input_value() == "product"
    assert seen(shown) == ["share.a"]


def test_an_address_with_filters_opens_filtered(opened):
    assert seen(opened("?verdict=exact")) == ["sales.all"]
    assert len(seen(opened("?verdict=&colour=blue"))) == 6


def test_a_row_that_is_sent_for_is_seen_whatever_the_filters_say(opened):
    shown = opened("?verdict=exact#share.a")
    assert "share.a" in seen(shown)
    top = shown.locator("[id='share.a']").evaluate("row => row.getBoundingClientRect().top")
    assert 0 <= top < 600


def test_a_cell_shows_its_text_on_focus_and_keys_walk_over_the_cells(opened, frame):
    shown = opened()
    cells = shown.locator(".dw-map a")
    shown.keyboard.press("Tab")
    shown.keyboard.press("ArrowRight")
    assert cells.nth(1).evaluate("cell => cell === document.activeElement")
    said = cells.nth(1).evaluate("cell => getComputedStyle(cell, '::after').content")
    assert "Product B" in said
    shown.keyboard.press("Enter")
    assert shown.url.endswith(f"#{frame['id'][1]}")
    shown.keyboard.press("Tab")  # leaves the picture in one step
    assert not shown.evaluate("document.activeElement.closest('.dw-map')")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_fits_a_phone(opened, scheme):
    shown = opened(color_scheme=scheme)
    assert shown.evaluate("document.documentElement.scrollWidth") <= 390

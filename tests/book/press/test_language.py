"""The Chinese pages: same addresses, same results, links that lead somewhere."""

import re

import nbformat
import pandas as pd
import pytest
import yaml

from dataworth.book import publish
from dataworth.book.editions import Edition
from dataworth.book.engine import proven_results
from dataworth.book.press.catalogue import Catalogue, read_pairs
from dataworth.book.press.language import (
    FORMS,
    SHOWN_CELLS,
    FrontDoor,
    share_static,
    translate_theme,
    write_switches,
)
from dataworth.book.publish import assemble
from dataworth.book.registry import read_registry
from dataworth.ledger.rules import RULES, meaning
from dataworth.places import find_root

ROOT = find_root()
FOLDER = ROOT / "book" / "zh"
CHINESE = Catalogue(read_pairs(FOLDER), read_pairs(FOLDER, FORMS))

PAIRS = [
    {"en": "# A small book", "zh": "# 一本小书"},
    {"en": "See [total](chapters/one/total.ipynb) and [card](data/numbers.md).",
     "zh": "见[合计](chapters/one/total.ipynb)和[卡片](data/numbers.md)。"},
    {"en": "# Total", "zh": "# 合计"},
    {"en": "How much?", "zh": "多少？"},
    {"en": "{insert}`total:.0f` in all.", "zh": "共{insert}`total:.0f`。"},
    {"en": "It is {glue:text}`total:.1f`.", "zh": "是{glue:text}`total:.1f`。"},
    {"en": "Printed: 9.5.", "zh": "论文：9.5。"},
    {"en": "exact", "zh": "相符"},
    {"en": "First part", "zh": "第一部分"},
]  # fmt: skip
MADE = [{"en": "{n} {a}", "zh": "{n} {a}"}, {"en": "Built {X}", "zh": "生成于{X}"}]
INSERTS = {
    "one/total": '<a class="dw-tally"><span>3 exact</span></a>',
    "count": 7,
    "prose": lambda chapter, text: re.sub(r"\d+\.\d+", f"[\\g<0>]({chapter})", text),
}


@pytest.fixture
def door(built):
    """The Chinese sources of the small book, and what they were made from."""
    (built / "book" / "zh").mkdir(parents=True)
    words = yaml.safe_dump(PAIRS, allow_unicode=True)
    (built / "book" / "zh" / "pairs.yml").write_text(words)
    forms = yaml.safe_dump(MADE, allow_unicode=True)
    (built / "book" / "zh" / "_forms.yml").write_text(forms)
    (built / "book" / "zh" / "_config.yml").write_text(
        "title: 一本小书\nsphinx: {language: zh_CN}\n"
    )
    page = "# A small book\n\nSee [total](chapters/one/total.ipynb) and [card](data/numbers.md).\n"
    page += "\n```{raw} html\n<p>exact</p>\n```\n"
    (built / "book" / "index.md").write_text(page)
    (built / "data" / "numbers.md").write_text("# Numbers\n")
    (built / "_config.yml").write_text("title: A small book\nsphinx: {config: {language: en}}\n")
    registry = built / "chapters" / "registry.yml"
    entry = "source: invented\n    question: How much?\n    answer: '{insert}`total:.0f` in all.'"
    entry += "\n    guess: {question: 'How much?', low: 0, high: 20, shows: {all: total}}"
    old = "title: Total\n    source: invented"
    registry.write_text(registry.read_text().replace(old, f"title: Total\n    {entry}"))
    path = built / "chapters" / "one" / "total.ipynb"
    notebook = nbformat.read(path, as_version=4)
    text = "It is {glue:text}`total:.1f`.\n\n{glue:text}`which:s`\n\n"
    text += "Printed: 9.5.\n\nSee {eq}`one-sum` and [other](other.ipynb)."
    notebook.cells.append(nbformat.v4.new_markdown_cell(text, id="survives"))
    nbformat.write(notebook, path)
    book = read_registry(built)
    site = built / "site"
    assemble(built, book, Edition(), site)
    (built / "book" / "index.md").write_text(page + "\nNot yet, {insert}`count:d` times.\n")
    door = FrontDoor(built, site, INSERTS)
    results = proven_results(book, built, Edition())
    named = {chapter: {**recorded, "which": "exact"} for chapter, recorded in results.items()}
    return door.write(book, named)


def test_pages_are_translated_with_their_results_and_the_rest_is_marked(door):
    text = (door / "index.md").read_text()
    assert text.startswith("# 一本小书\n")
    assert "Not yet, 7 times. [英文]{.dw-en}" in text
    assert "<p>相符</p>" in text


def test_links_lead_to_chinese_pages_or_to_the_english_ones(door):
    text = (door / "index.md").read_text()
    assert "[合计](chapters/one/total.md)" in text
    assert '<a href="../data/numbers.html">卡片</a>' in text


def test_a_chapter_has_head_answer_and_what_survives(door):
    text = (door / "chapters" / "one" / "total.md").read_text()
    assert text.startswith("# 合计\n")
    assert "多少？ 共12。" in text
    assert "多少？</p>" in text  # what a reader guesses first
    assert "<span>3 相符</span>" in text
    # A name among the results is translated, too; what is computed has no link.
    assert "是12.0。\n\n相符 " in text
    assert "论文：[9.5](one/total)。" in text
    assert '<a href="../../../chapters/one/total.html#equation-one-sum">' in text
    assert "[other](other.md)" in text


def test_every_page_says_when_it_was_built(door):
    for page in (door / "index.md", door / "chapters" / "one" / "total.md"):
        assert re.search(r"dw-dates\s+生成于[\d-]+\s+:::", page.read_text())


def test_contents_and_configuration_are_chinese(door):
    toc = yaml.safe_load((door / "_toc.yml").read_text())
    assert toc["parts"][0]["caption"] == "第一部分"
    assert {"file": "chapters/one/total"} in toc["parts"][0]["chapters"]
    config = yaml.safe_load((door / "_config.yml").read_text())
    assert config["title"] == "一本小书"
    assert config["sphinx"]["config"]["language"] == "zh_CN"


def test_the_switch_leads_to_the_same_page_and_back(tmp_path):
    page = '<html><div class="header-article-items__end"><b></b></div></html>'
    for name in ("index.html", "a/b/c.html", "zh/index.html", "zh/a/b/c.html", "only.html"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(page)
    write_switches(tmp_path)
    assert 'href="../../zh/a/b/c.html">中文</a>' in (tmp_path / "a/b/c.html").read_text()
    assert 'href="../../../a/b/c.html">English</a>' in (tmp_path / "zh/a/b/c.html").read_text()
    assert (tmp_path / "only.html").read_text() == page


def test_what_both_books_have_alike_stands_once(tmp_path):
    for folder, language in (("_static", "en"), ("zh/_static", "zh")):
        (tmp_path / folder / "styles").mkdir(parents=True)
        (tmp_path / folder / "styles" / "theme.css").write_text("a {}")
        (tmp_path / folder / "words.js").write_text(language)
    page = tmp_path / "zh" / "part" / "page.html"
    page.parent.mkdir()
    text = '<link href="../_static/styles/theme.css?v=1"><script src="../_static/words.js">'
    page.write_text(text)
    share_static(tmp_path)
    assert page.read_text() == text.replace("../_static/styles", "../../_static/styles")
    kept = [p.name for p in (tmp_path / "zh" / "_static").rglob("*") if p.is_file()]
    assert kept == ["words.js"]


def test_names_of_the_themes_buttons_are_chinese_on_chinese_pages(tmp_path):
    for name in ("zh/page.html", "page.html"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text('<a title="Link to this heading">Color mode</a>')
    translate_theme(tmp_path, ROOT)
    said = (tmp_path / "zh/page.html").read_text(encoding="utf-8")
    assert said == '<a title="本节链接">Color mode</a>'
    assert "Link to this heading" in (tmp_path / "page.html").read_text()


STAYS: dict[str, str] = {}  # what stays in English on the front door, with the reason


def front_door() -> dict[str, list[str]]:
    """Return the texts of the book that have a Chinese side, by page."""
    texts = {path.stem: [path.read_text("utf-8")] for path in (ROOT / "book").glob("*.md")}
    for chapter in read_registry(ROOT).chapters:
        cells = nbformat.read(ROOT / chapter.notebook, as_version=4).cells
        title, _, rest = cells[0].source.partition("\n")
        shown = [cell.source for cell in cells if cell.id in SHOWN_CELLS]
        texts[chapter.id] = [title, rest, *shown, chapter.question, chapter.answer]
    return texts


def test_no_block_of_the_front_door_is_left_in_english():
    left = {
        (page, block)
        for page, texts in front_door().items()
        for text in texts
        for block in CHINESE.missing(text)
    }
    assert {block for _, block in left} <= set(STAYS), left
    assert all(STAYS.values())


def test_every_claim_is_known_in_chinese():
    for path in sorted((ROOT / "data" / "claims").glob("*.csv")):
        claims = pd.read_csv(path, dtype=str, keep_default_na=False)
        said = {
            text for name in ("place", "row", "column", "printed", "unit") for text in claims[name]
        }
        said.discard("value")  # a column of this name is not shown
        assert not [text for text in sorted(said) if CHINESE.get(text) is None], path.name


def test_what_every_rule_computes_is_known_in_chinese():
    assert not [name for name in RULES if CHINESE.get(meaning(name)) is None]


def test_a_page_with_other_parameters_or_a_readers_data_says_so_in_chinese():
    for own in ({}, {"series_file": "profit.csv"}):
        badge = publish._badge(Edition(profile="quick"), own)
        said = CHINESE.translate(badge)
        assert said.startswith(":::{admonition} ")
        assert "[英文]" not in said
        assert not re.search(r"rests|differ|Edition|Your", said)

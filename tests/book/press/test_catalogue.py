"""Both sides of a translation hold the same results, numbers and links; changed blocks show."""

import re
from collections import Counter

import pytest

from dataworth.book.press.catalogue import Catalogue, blocks, read_pairs
from dataworth.book.prose import CHOICE, SHOWN
from dataworth.errors import InputError
from dataworth.places import find_root

ROOT = find_root()
ROLE = re.compile(r"\{([\w:]+)\}`([^`]*)`")
LINK = re.compile(r"\]\(([^)]*)\)")
TARGET = re.compile(r"\{[#.][^}`]*\}")
CODE = re.compile(r"`[^`]+`")
NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


def difference(block: str, translation: str) -> str:
    """Return what a block holds and its translation does not, or the reverse; empty if nothing."""
    left, right = _held(block), _held(translation)
    lost, added = left - right, right - left
    return "; ".join(
        f"{word} {', '.join(sorted(of))}" for word, of in (("lost", lost), ("added", added)) if of
    )


def _held(text: str) -> Counter[str]:
    """Count the results, alternatives, links, targets, codes and numbers of a block."""
    found: Counter[str] = Counter()
    for name, alternatives in CHOICE.findall(text):
        parts = alternatives.split(" | ")
        found.update([f"choose {name}"])
        found.update(f"{name} = {p.split(' = ')[0]}" for p in parts if " = " in p)
        found.update(":".join(shown) for shown in SHOWN.findall(alternatives))
        found.update(NUMBER.findall(SHOWN.sub("", alternatives)))
    rest = CHOICE.sub("", text)
    for pattern in (ROLE, LINK, TARGET, CODE, NUMBER):
        found.update(str(match[0]) for match in pattern.finditer(rest))
        rest = pattern.sub("", rest)
    return found


def test_every_pair_of_the_book_holds_the_same_results_numbers_and_links():
    wrong = {
        " ".join(block.split())[:60]: said
        for block, translation in read_pairs(ROOT / "book" / "zh").items()
        if (said := difference(block, translation))
    }
    assert not wrong


@pytest.mark.parametrize(
    ("block", "translation", "said"),
    [
        ("By {glue:text}`a:.1f`.", "达{glue:text}`a:.1f`。", ""),
        ("By {glue:text}`a:.1f`.", "达{glue:text}`b:.1f`。", "lost"),
        ("Of 12 firms", "12家企业", ""),
        ("Of 12 firms", "21家企业", "lost 12; added 21"),
        ("[here](a.md)", "[这里](b.md)", "lost"),
        ("{choose}`k: up | down`", "{choose}`k: 升 | 降`", ""),
        ("{choose}`k: a = up | b = {x:d} down`", "{choose}`k: a = 升 | b = 降`", "lost x:d"),
        ("[w]{#w .c}", "[词]{#v .c}", "lost"),
    ],
)
def test_a_difference_between_two_sides_is_seen(block, translation, said):
    assert (
        difference(block, translation).startswith(said)
        if said
        else not difference(block, translation)
    )


TEXT = """# Title

One {glue:text}`a:d`
two.

```{math}
x

y
```

:::{admonition} Mind
:class: note
Text.
:::

$$
z
$$
"""


def test_blocks_are_what_blank_lines_part_and_fences_stay_whole():
    found = list(blocks(TEXT))
    assert found == [
        "# Title",
        "One {glue:text}`a:d`\ntwo.",
        "```{math}\nx\n\ny\n```",
        ":::{admonition} Mind\n:class: note",
        "Text.",
        ":::",
        "$$\nz\n$$",
    ]


def test_what_is_translated_is_found_however_it_is_broken_into_lines():
    catalogue = Catalogue({"One {glue:text}`a:d` two.": "一"})
    assert catalogue.translate("One\n{glue:text}`a:d` two.") == "一"


def test_a_block_whose_english_changed_shows_in_english_with_a_mark():
    catalogue = Catalogue({"# Title": "# 题", "One two.": "一二。"})
    shown = catalogue.translate("# Title\n\nOne two three.\n\n| price |\n|---|\n| high |\n")
    assert shown.startswith("# 题\n\nOne two three. [英文]{.dw-en}\n\n| price |")
    assert shown.endswith("| high |\n\n[英文]{.dw-en}")
    assert catalogue.missing("# Title\n\nOne two three.") == ["One two three."]


def test_every_form_of_the_book_has_the_same_holes_on_both_sides():
    for form, translation in read_pairs(ROOT / "book" / "zh", "_forms.yml").items():
        assert sorted(re.findall(r"{(\w+)}", form)) == sorted(re.findall(r"{(\w+)}", translation))


FORMS = {"Section {n}, {a}": "第{n}节，{a}", "Needs {a}.": "需要：{a}。", "{X} fits.": "{X}吻合。"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Section 4.3, profit", "第4.3节，利润"),
        ("Section 4.3, cost", "Section 4.3, cost"),  # a phrase that is not known
        ("Needs profit. Hua Xia fits.", "需要：利润。Hua Xia吻合。"),
        ("Needs profit. But why? Hua Xia fits.", "需要：利润。But why? Hua Xia吻合。"),
        ("-0.5", "-0.5"),
    ],
)
def test_what_is_computed_is_said_in_its_forms(text, said):
    assert Catalogue({"profit": "利润"}, FORMS).say(text) == said


@pytest.mark.parametrize("block", ["$$\nx\n$$", "```python\nx\n```", ":::", "(a)=", "% note"])
def test_what_has_no_words_needs_no_translation(block):
    assert Catalogue({}).translate(block) == block


def test_a_file_that_is_no_catalogue_is_refused(tmp_path):
    (tmp_path / "a.yml").write_text("- {en: one}\n")
    with pytest.raises(InputError, match=r"a\.yml: expected a list of `en` and `zh`"):
        read_pairs(tmp_path)

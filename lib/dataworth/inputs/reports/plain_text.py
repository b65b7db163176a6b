"""Running text from what annual reports look like on paper: decoded, cleaned, in sentences."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from itertools import pairwise

from dataworth.errors import InputError

_ONLY_TRADITIONAL = frozenset("們國業務銀發經營資產負債為與於實現體係據風險個報總額項應")
_ONLY_SIMPLIFIED = frozenset("们国业务银发经营资产负债为与于实现体系据风险个报总额项应")

# Full-width digits, letters and percent signs; Chinese punctuation stays as it is.
# NFKC would also turn ， and ： into ASCII, and a footnote mark into a digit.
_PLAIN: dict[int, int | str | None] = {0xFEE0 + c: c for c in (0x25, 0x2E, *range(0x30, 0x3A))}
_PLAIN |= {0xFEE0 + c: c for c in (*range(0x41, 0x5B), *range(0x61, 0x7B))}
_PLAIN |= dict.fromkeys(map(ord, "\u3000\xa0\t\u2002\u2003\u2009"), " ")
_PLAIN |= dict.fromkeys(map(ord, "\u200b\u200c\u200d\ufeff\xad\ufffe\uffff\x00"), None)
# Fonts in PDF files name some characters by their radicals or by duplicates; these
# radicals have no compatibility form.
_PLAIN |= str.maketrans(
    "⻓⻔⻋⻛⻅⻚⻝⻩⻰⻢⻜⻆⻄⻘⻬⺠⻉⻦⻥⻨", "长门车风见页食黄龙马飞角西青齐民贝鸟鱼麦"
)
_TWINS = re.compile("[\u2e80-\u2fdf\uf900-\ufaff]")

_HAN = "\u3400-\u4dbf\u4e00-\u9fff"
_MARKS = "，。、；：？！“”‘’（）《》〈〉【】…—"
_SPACES = re.compile(rf"(?<=[{_HAN}{_MARKS}]) +(?=[{_HAN}{_MARKS}0-9])|(?<=[0-9%]) +(?=[{_HAN}])")
_END = tuple("。！？；!?：”」』")
_OPEN = re.compile(
    r"第[一二三四五六七八九十百0-9]+[章节条]|[一二三四五六七八九十]+、|[（(][一二三四五六七八九十0-9]+[）)]"
    r"|[0-9]+[.、](?![0-9])|[•●■◆▪✓√□—-]"
)
_PAGE_NUMBER = re.compile(
    r"[-—–·~第\s]*(?:[0-9]{1,4}|[ivxlc]{1,6})\s*页?"
    r"(?:\s*[/／共]?\s*[0-9]{1,4}\s*页?)?[-—–·~\s]*",
    re.IGNORECASE,
)
_LEADERS = re.compile(r"\.{4,}|…{2,}|·{4,}|(?:\. ){4,}")
_RUNNING = re.compile(r"年度报告|年報|年报|annual report|^[^，。]+股份有限公司$", re.I)
_NUMBER = re.compile(
    r"[（(]?[-+−]?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?[%‰]?[）)]?"
    r"|[-—–/]+|不适用|N/A"
)
_GROUPED = re.compile("[0-9],[0-9]{3}")
_FIGURES = re.compile(r"[0-9,.%‰()（）+−-]")
_SECTION = re.compile(r"第[一二三四五六七八九十]+[节章](?![的中所])")
_NOTES = re.compile(
    r"(?:第[一二三四五六七八九十]+[节章]\s*)?(?:财务会计报告|财务报告|审计报告|财务报表及审计报告|审计报告及财务报表)"
)
_SIDE_BY_SIDE = re.compile(r"(?P<left>.*?\S(?= {3})| {12}) *(?P<right>(?<=   )\S.*)")
_SENTENCE = re.compile(r"[^。！？；!?\n]*(?:[。！？；!?]+[”’」』）)]*|\n|$)")


def clean(text: str, *, tables: bool = False, notes: bool = True) -> str:
    """Return what of a report is running text.

    Page numbers, running headers and footers, rows of figures and lines of a
    table of contents are removed; lines that break inside a sentence are joined;
    full-width digits and letters become plain ones.

    Parameters
    ----------
    text : str
        With line breaks as on paper; a form feed between pages, if known.
    tables : bool
        Whether rows of figures stay.
    notes : bool
        Whether the audited financial report with its notes stays.

    Returns
    -------
    str
        Paragraphs separated by a line break.
    """
    text = _TWINS.sub(lambda m: unicodedata.normalize("NFKC", m[0]), text.translate(_PLAIN))
    pages = [
        [line.strip() for line in _one_column(page.splitlines()) if line.strip()]
        for page in text.split("\f")
    ]
    pages = [page for page in pages if page]
    running = _running_lines(pages)
    lines = [
        line
        for page in pages
        for line in page
        if not (_without_figures(line) in running or _is_layout(line))
        and (tables or not is_row_of_figures(line))
    ]
    lines = lines if notes else _without_notes(lines)
    return "\n".join(_SPACES.sub("", paragraph) for paragraph in _join(lines))


def _one_column(lines: list[str]) -> list[str]:
    """Put the right column of a page below the left one, if most lines hold text in two."""
    found = [_SIDE_BY_SIDE.fullmatch(line.rstrip()) for line in lines]
    texts = [m for m in found if m and min(map(chinese_characters, m.groups())) >= 6]
    if len(texts) < max(5, 0.5 * sum(map(bool, map(str.strip, lines)))):
        return lines
    left = [m["left"] if m else line for m, line in zip(found, lines, strict=True)]
    return left + [m["right"] for m in found if m]


def _without_notes(lines: list[str]) -> list[str]:
    """Take out the section that holds the audited financial report and its notes."""
    starts = [i for i, line in enumerate(lines) if _NOTES.fullmatch(line)]
    if not starts or starts[-1] < 0.05 * len(lines):
        return lines
    start = next((i for i in starts if i >= 0.05 * len(lines)), starts[-1])
    ends = (i for i in range(start + 1, len(lines)) if _SECTION.match(lines[i]))
    return lines[:start] + lines[next(ends, len(lines)) :]


def sentences(text: str) -> list[str]:
    r"""Split cleaned text into sentences, each with its closing punctuation.

    Sentences end at 。！？； and at the end of a paragraph, never at a point,
    which may belong to a number.

    Examples
    --------
    >>> sentences("不良率为1.5%。“稳中求进！”数据治理；\n标题")
    ['不良率为1.5%。', '“稳中求进！”', '数据治理；', '标题']
    """
    found = (match[0].strip() for match in _SENTENCE.finditer(text))
    return [sentence for sentence in found if sentence]


def is_row_of_figures(line: str) -> bool:
    """Whether a line is a row of a table, as ``利息净收入 70,442 81,967 -14.06%`` is."""
    if line.startswith("['") and line.endswith("']"):  # a row as programs write it
        return True
    if line.endswith(_END) or re.search("[。；！？]", line):
        return False
    figures = len(_FIGURES.findall(line))
    if "，" not in line and len(_GROUPED.findall(line)) > 1 and figures > 0.3 * len(line):
        return True
    if len(line) > 160:
        return False
    words = line.split()
    numbers = sum(1 for word in words if _NUMBER.fullmatch(word))
    label = chinese_characters(line)
    if not numbers:
        return figures >= 4 and figures > 0.6 * (len(line) - line.count(" "))
    if numbers == 1:
        large = re.search(r"[0-9],[0-9]{3}|[0-9]\.[0-9]", words[-1])
        return label <= 16 and bool(large) and bool(_NUMBER.fullmatch(words[-1]))
    return label <= 12 * numbers and "，" not in line


def chinese_characters(text: str) -> int:
    """Count Chinese characters."""
    return len(re.findall(f"[{_HAN}]", text))


def require_chinese(text: str, *, at_least: int = 200) -> None:
    """Refuse text that is too short for a report, or not in Chinese.

    Raises
    ------
    InputError
        Fewer Chinese characters than `at_least`, or most letters are of another script.
    """
    han = chinese_characters(text)
    latin = len(re.findall("[A-Za-zÀ-ÿ]", text))
    kana = len(re.findall("[\u3041-\u30ff\uac00-\ud7af]", text))
    # An English word is five letters, a Chinese one two characters.
    if latin > 2.5 * han and latin >= at_least:
        raise InputError(f"expected Chinese, found {latin:,} Latin letters to {han:,} characters")
    if kana > 0.1 * (han + kana):
        raise InputError("expected Chinese, found Japanese or Korean")
    if han < at_least:
        raise InputError(f"expected at least {at_least} Chinese characters, found {han}: no report")


def simplify(text: str) -> tuple[str, bool]:
    """Turn traditional into simplified characters where a text is written in them.

    Returns
    -------
    text : str
    converted : bool
        Whether the text was traditional.
    """
    sample = Counter(text[:200_000])
    traditional = sum(sample[sign] for sign in _ONLY_TRADITIONAL)
    if traditional <= sum(sample[sign] for sign in _ONLY_SIMPLIFIED):
        return text, False
    import opencc

    return opencc.OpenCC("t2s").convert(text), True


def _without_figures(line: str) -> str:
    return re.sub(r"[0-9\s]+", "#", line)


def _running_lines(pages: list[list[str]]) -> set[str]:
    """Find lines that come back at the edges of pages, whatever number they carry.

    A sentence that many pages share stands inside them too. Without pages, only
    lines that name the report itself are taken for headers.
    """
    edges: Counter[str] = Counter()
    everywhere: Counter[str] = Counter()
    named: Counter[str] = Counter()
    for page in pages:
        short = [_without_figures(line) for line in page if len(line) < 60]
        everywhere.update(short)
        named.update(line for line in short if len(line) < 40 and _RUNNING.search(line))
        edges.update({_without_figures(line) for line in (*page[:3], *page[-3:])})
    found = {line for line, number in named.items() if number >= 3}
    if len(pages) >= 3:
        least = max(3, 0.04 * len(pages))
        found |= {s for s, number in everywhere.items() if least <= number <= 1.25 * edges[s]}
    found = {line for line in found if not line.endswith(_END)}
    lines = [_without_figures(line) for page in pages for line in page]
    # A header is a block: what nearly always stands beside one of its lines belongs to it.
    total, new = Counter(lines), found
    while new:
        pairs = (pair for a, b in pairwise(lines) for pair in ((a, b), (b, a)))
        beside = Counter(line for line, other in pairs if other in found and line not in found)
        new = {line for line, n in beside.items() if n >= max(3, 0.9 * total[line])}
        new = {line for line in new if re.search(f"[{_HAN}]", line) and not line.endswith(_END)}
        found |= new
    return found


def _is_layout(line: str) -> bool:
    return len(line) < 120 and bool(_PAGE_NUMBER.fullmatch(line) or _LEADERS.search(line))


def _join(lines: list[str]) -> list[str]:
    """Join lines that break inside a sentence.

    Only a line as wide as the page breaks there; a short one without a full stop is
    a heading. In text that is not wrapped no line is joined but at a comma.
    """
    # In a narrow column even full lines are short.
    usual = sorted(map(len, lines))[int(0.9 * len(lines))] if lines else 0
    long = [line for line in lines if len(line) >= min(15, max(0.6 * usual, 4))]
    open_ended = sorted(len(line) for line in long if not line.endswith(_END))
    wrapped = len(open_ended) > 0.5 * len(long) and len(open_ended) >= 2
    width = open_ended[int(0.75 * len(open_ended))] if wrapped else float("inf")
    paragraphs: list[str] = []
    goes_on = False
    for line in lines:
        starts_anew = bool(_OPEN.match(line))
        if paragraphs and not starts_anew and (goes_on or line[0] in "，。、；：？！）”》"):
            last = paragraphs[-1]
            gap = " " if re.match(r"[A-Za-z]{2}", last[-1] + line[0]) else ""
            paragraphs[-1] = last + gap + line
        else:
            paragraphs.append(line)
        goes_on = line.endswith(("，", "、")) or (
            not line.endswith(_END) and len(line) >= 0.8 * width
        )
    return paragraphs

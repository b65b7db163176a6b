"""What a text is, by its content: which document, whose, of which year, and in what form."""

from __future__ import annotations

import html
import re

from dataworth.errors import InputError
from dataworth.inputs.encodings import DAMAGE
from dataworth.inputs.reports.names import DOCUMENTS, bank_of, is_listed_bank, years_of
from dataworth.inputs.tables.text import count

_HAN = "\u3400-\u4dbf\u4e00-\u9fff"
_TITLE = re.compile(
    r"(?:报告(?:全文|正文)?|摘要|公告|通知|决议|回复|意见书?|说明书?|[资材]料|纪要)(?:\([^()]*\)|（[^（）]*）)?$"
)
_ANNUAL = re.compile(r"年度报告(?:全文)?$|年报(?:全文)?$|annual report$", re.IGNORECASE)
_TAG = re.compile(
    r"</?(?:html|body|p|div|span|br|td|tr|th|table|font|h[1-6]|b|strong|a|li)\b[^>]*>", re.I
)
_HIDDEN = re.compile(r"<(script|style|head|title)\b.*?</\1>|<!--.*?-->", re.DOTALL | re.IGNORECASE)
_BREAK = re.compile(r"(?<![。！？；!?：:\n>])\s*<br\s*/?>\s*", re.IGNORECASE)
_BLOCK = re.compile(r"</(?:p|div|tr|table|li|h[1-6])>|<br\s*/?>", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:[a-zA-Z]{2,8}|#\d{1,6}|#x[0-9a-fA-F]{1,5});")
_PAGE_MARK = re.compile(
    r"^[=\-—*#\s\[【<]*(?:第\s*[0-9]+\s*页|page\s*[0-9]+)(?:\s*[/共,，].{0,12})?[=\-—*#\s\]】>]*$",
    re.IGNORECASE | re.MULTILINE,
)
_LOST = re.compile(
    rf"(?<=[{_HAN}])[\ue000-\uf8ff\ufffd]+|[\ue000-\uf8ff\ufffd]+(?=[{_HAN}])|\(cid:\d+\)|锟斤拷"
)


def require_annual_report(text: str) -> None:
    """Refuse a text that begins as another document than an annual report does.

    Raises
    ------
    InputError
        It is one; the message says which.
    """
    lines = [line.strip() for line in text[:3000].splitlines() if line.strip()][:12]
    joined = [a + b for a, b in zip(lines, [*lines[1:], ""], strict=True)]
    for line in (line for pair in zip(lines, joined, strict=True) for line in pair):
        plain = re.sub(r"\s", "", line)
        if len(plain) > 45 or not (_TITLE.search(plain) or _ANNUAL.search(plain)):
            continue
        if kind := next((kind for kind, words, _ in DOCUMENTS if words.search(plain)), None):
            raise InputError(f"expected an annual report, found {kind} by its title, {plain!r}")
        if _ANNUAL.search(plain):
            return
    for kind, _, opening in DOCUMENTS:
        if opening and (match := opening.search(text[:800])):
            raise InputError(f"expected an annual report, found {kind} by its text, {match[0]!r}")


def compare_name(text: str, firm: str, year: int, *, marked: bool) -> tuple[int, list[str]]:
    """Compare what a name tells with what a report says on its first page.

    Returns
    -------
    year : int
        The title's, where the name does not mark its own as the year of the report.
    doubts : list of str
        Where the two disagree.
    """
    doubts = []
    head = "\n".join(text[:600].splitlines()[:12])
    titles = [line for line in head.splitlines() if re.search(r"年度?\s*报\s*告|年报", line[:60])]
    years, _ = years_of(re.sub(r"\s", "", titles[0][:60])) if titles else ([], False)
    if len(years) == 1 and years[0] != year:
        kept = year if marked else years[0]
        doubts.append(f"its name says {year}, its title {years[0]}; {kept} is taken")
        year = kept
    names = re.findall(rf"^[{_HAN}（）()]{{3,30}}(?:股份有限公司|银行)", head, re.MULTILINE)
    found = next((b for name in names if (b := bank_of(name)) and is_listed_bank(b)), firm)
    if found != firm and is_listed_bank(firm):
        doubts.append(f"its name says {firm}, its first page {found}")
    return year, doubts


def plain_form(text: str) -> tuple[str, list[str]]:
    """Return a text as it reads: without HTML, doubled signs or a line for each sign.

    Returns
    -------
    text : str
    doubts : list of str
        What had to be done to it.

    Raises
    ------
    InputError
        Too many signs are lost.
    """
    doubts = []
    if _TAG.search(text):
        doubts.append("HTML, of which the text was read")
        text = _BLOCK.sub("\n", _BREAK.sub("", _HIDDEN.sub("", text)))
        text = re.sub(r"</t[dh]>", " ", text, flags=re.IGNORECASE)
        text = re.sub(r"<[a-zA-Z/!][^<>]*>", "", text)
    for _ in range(2):  # some were escaped twice
        text = html.unescape(text) if _ENTITY.search(text) else text
    if "\f" not in text:
        text = _PAGE_MARK.sub("\f", text)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    lines = [line for line in text.split("\n") if line.strip()]
    if len(lines) > 50 and sorted(map(len, lines))[int(0.9 * len(lines))] <= 2:
        text = "".join(line.strip() for line in lines)
        doubts.append("one sign a line, joined")
    elif len(lines) > 3 and (once := _read_once(lines)):
        text = "\n".join(once)
        doubts.append("every line or the whole text twice, read once")
    twice = {line: " ".join(once) for line in lines if (once := _printed_twice(line))}
    if len(twice) > 0.1 * len(lines):
        text = "\n".join(twice.get(line, line) for line in text.split("\n"))
        doubts.append(f"{count(len(twice), 'line')} printed twice, read once")
    sample = re.sub(r"\s", "", text[:20_000])
    if len(sample) > 50 and 2 * len(re.findall(r"(.)\1", sample)) > 0.8 * len(sample):
        text = re.sub(r"(\S)\1", r"\1", text)
        doubts.append("every sign twice, read once")
    if lost := len(_LOST.findall(text)):
        if lost > DAMAGE * len(re.findall(f"[{_HAN}]", text)):
            message = f"found {count(lost, 'sign')} that a font or an earlier conversion lost"
            raise InputError(f"expected readable text, {message}")
        doubts.append(f"{count(lost, 'sign')} lost")
    return text, doubts


def _read_once(lines: list[str]) -> list[str]:
    """Return half of the lines, if each stands twice or the second half repeats the first."""
    half = lines[: len(lines) // 2]
    return half if half * 2 == lines else lines[::2] if lines[::2] == lines[1::2] else []


def _printed_twice(line: str) -> list[str]:
    """Return the words of a line once, if it holds them twice, as overprinted text does."""
    once = _read_once(line.split())
    return once if len("".join(once)) >= 6 and re.search(f"[{_HAN}]", line) else []

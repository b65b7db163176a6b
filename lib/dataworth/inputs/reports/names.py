"""Whose report a file's name speaks of, of which year, and what kind of document it is."""

from __future__ import annotations

import functools
import re
import unicodedata
from pathlib import PurePosixPath
from typing import Any

from dataworth.facts import read_facts
from dataworth.inputs.reports.plain_text import simplify

_HAN = "\u4e00-\u9fff"
_DIGITS = str.maketrans("〇一二三四五六七八九零○Ｏ", "0123456789000")
_CHINESE_YEAR = re.compile("[〇零○一二三四五六七八九]{4}(?=年)")
_YEAR = r"(?<![0-9])((?:19|20)[0-9]{2})(?![0-9])"
_MARKED = re.compile(
    rf"{_YEAR}(?=[\s_.-]*(?:年|annual|ar\b|fy\b))"
    rf"|(?:annual report|年报|年度报告|fy)[\s_.(（-]*{_YEAR}"
    r"|fy[\s_-]?(?P<short>[0-9]{2})(?![0-9])",
    re.IGNORECASE,
)
_DATE = re.compile(
    r"(?<![0-9])((?:19|20)[0-9]{2})([-_./年]?)(0[1-9]|1[0-2]|[1-9](?=[-_./月]))([-_./月]?)"
    r"(0[1-9]|[12][0-9]|3[01]|[1-9](?=日))日?(?![0-9])"
)
# In Shanghai, Shenzhen or Beijing six digits, in Hong Kong five, of which zeros may be lost.
_CODE = re.compile(
    r"(?<![0-9])(?:(?:sh|sz|bj)?([0-9]{6})|(0[0-9]{4})|([0-9]{1,5})(?=\.hk))(?![0-9])",
    re.IGNORECASE,
)
# What a name says besides a firm: the document, its form, its version, its part.
_WORDS = re.compile(
    r"(?:年度|年)?报告?(?:全文及摘要|全文|正文|摘要)?|年度|全文|正文|中文版?|简体|关于|披露|公告|定期"
    r"|更正[前后]|更新[前后]|修[订改正]版?|第[一二三四五]次|[AH]股|上市公司|txt|pdf|版$"
    r"|(?:annual|report|full|text|final|cn|zh|chinese|copy|ar|fy|new|utf-?8|gbk|sh|sz|bj)(?![a-z])",
    re.IGNORECASE,
)
_LEGAL = re.compile(r"(?:集团)?(?:股份|有限责任|有限|责任)*公司$|co\.? ?,? ?ltd\.?$", re.IGNORECASE)
_NOT_FIRMS = re.compile(
    r"协会|公会|学会|监督管理|监管|银监会|银保监|证监会|人民银行|交易所$|交易商"
)
_FIRM = re.compile("银行|公司|集团|股份|证券|保险|信托|农商行")
_PLACES = (
    "hong ?kong|macau|asia|europe|china|香港|澳门|台湾|国际|中国|亚洲|欧洲|英国|伦敦|新加坡|美国"
    "|加拿大|澳大利亚|法国|德国"
)
DOCUMENTS = [
    (row.kind, re.compile(row.name, re.IGNORECASE), row.opening and re.compile(row.opening))
    for row in read_facts("document_kinds", "inputs").fillna("").itertuples(index=False)
]
"""Documents that are no annual report: what their names and titles say, and how they begin."""

_VERSION = re.compile(
    r"(?P<old>(?:更正|修[订改正]|更新)前|已取消|作废)|第(?P<nth>[二三四五])次|更正|修[订改正]|更新|revised"
    r"|(?<![a-z])v(?P<number>[2-9])(?![0-9])",
    re.IGNORECASE,
)
_PART = re.compile(
    r"[（(_\s-]?(?:第?(?:[上中下]|[一二三四五六1-9](?=部分|册|卷))(?:部分|册|卷|篇)?"
    r"|(?:part|p|pt|vol)[-_ ]?[1-9])[)）]?$|[（(][一二三四五六][)）]$|[_-][1-9]$",
    re.IGNORECASE,
)
_ORDER = {"上": 1, "中": 2, "下": 9} | {sign: n for n, sign in enumerate("一二三四五六", start=1)}


def bank_of(text: str) -> str | None:
    """Find the firm that a name speaks of.

    Parameters
    ----------
    text : str
        Such as ``华夏银行_2021年年度报告``, ``600015_2021`` or ``Hua Xia Bank 2021``.

    Returns
    -------
    str or None
        The short name in ``data/facts/banks.csv`` of a listed bank, by its code, short,
        full, former or English name; of any other firm the name as written, without its
        legal form, or else its code; None if none is named.
    """
    banks, codes = _banks()
    plain = _plain(text)
    names = [_LEGAL.sub("", part).strip() for part in _candidates(plain)]
    if found := [banks[key] for name in names if (key := _key(name)) in banks]:
        return found[0]
    numbers = _stock_codes(plain)
    if known := [codes[code] for code in numbers if code in codes]:
        return known[0]
    written = [name for name in names if re.search(f"[{_HAN}]{{2}}", name)]
    latin = [name for name in names if re.fullmatch(r"[a-z&.'()]+(?: [a-z&.'()]+)+", name, re.I)]
    return next(iter([*written, *numbers, *latin]), None)


def is_listed_bank(name: str) -> bool:
    """Whether a name is the short name of a bank in ``data/facts/banks.csv``."""
    return name in _banks()[0].values()


def year_of(text: str) -> int | None:
    """Find the year that a name speaks of.

    A year beside 年, 年度报告, annual or FY goes before others; the date of
    publication, as in ``20220430``, does not count.

    Returns
    -------
    int or None
        None if there is no year, or more than one.
    """
    years, _ = years_of(text)
    return years[0] if len(years) == 1 else None


def years_of(text: str) -> tuple[list[int], bool]:
    """Return every year that a name may speak of, and whether it marks it as the report's."""
    plain = _CHINESE_YEAR.sub(lambda m: m[0].translate(_DIGITS), _plain(text))
    dated = [int(m[1]) for m in _DATE.finditer(plain) if (m[3], m[5]) == ("12", "31")]
    rest = re.sub(r"[0-9]{4}年[0-9]{1,2}月(?![0-9])", " ", _DATE.sub(" ", plain))
    marked = [int(m[1] or m[2] or f"20{m['short']}") for m in _MARKED.finditer(rest)]
    found = marked or [int(y) for y in re.findall(_YEAR, rest)] or dated
    return sorted(set(found)), bool(marked or dated)


def name_report(path: PurePosixPath) -> dict[str, Any] | str:
    """Return firm and year from a path, or say why they cannot be told.

    Parameters
    ----------
    path : PurePosixPath
        Below the folder that was opened, with that folder's own name in front. The
        file's name goes before its folders', and inner folders before outer ones.

    Returns
    -------
    dict, or str
        The reason why the report is left out, or what the name tells: bank (short name of a
        listed bank, else the firm's name or code as written), year, marked (whether the name
        says that it is the year of the report, and not, as it may be, of its publication),
        version (greater for a later one, negative for one that was withdrawn), and part (0
        for a whole report).
    """
    parts = [path.stem, *reversed(path.parent.parts)]
    # The folder right above may say what kind of documents it holds, in Chinese.
    above = "" if re.search("年报|年度报告|[及和与、]", parts[0]) else "".join(parts[1:2])
    for part in (parts[0], re.sub("[a-zA-Z]", "", above)):
        if kind := next((kind for kind, words, _ in DOCUMENTS if words.search(part)), None):
            return f"expected an annual report, found {kind} by its name"
    banks = _banks()[0].values()
    firms = [bank_of(part) for part in parts]
    known = [firm for firm in firms if firm in banks]
    coded = [code for part in parts for code in _stock_codes(part)]
    # A folder is called anything: one that names no bank names a firm by its legal form only.
    written = [firm for firm in firms[:1] if firm]
    written += [f for f, part in zip(firms[1:], parts[1:], strict=True) if f and _FIRM.search(part)]
    firm = next(iter([*known, *written[:1], *coded, *written]), None)
    years, marked = next((told for part in parts if (told := years_of(part))[0]), ([], False))
    advice = "name it like 华夏银行_2021年年度报告"
    if firm is None:
        return f"its name does not tell the firm; {advice}"
    if _NOT_FIRMS.search(firm):
        return f"expected the report of a firm, found one of {firm}, a supervisor or association"
    if len(years) != 1:
        number = f"tells {len(years)} years" if years else "does not tell the year"
        return f"its name {number}; {advice}"
    found: dict[str, Any] = {"bank": firm, "year": years[0], "marked": marked}
    if version := _VERSION.search(path.stem):
        later = _ORDER.get(version["nth"] or "", int(version["number"] or 1))
        found["version"] = -1 if version["old"] else later
    if place := _PART.search(_DATE.sub("", path.stem)):
        sign = re.findall("[上中下一二三四五六1-9]", place[0])[-1]
        found["part"] = _ORDER.get(sign) or int(sign)
    return found


def _candidates(plain: str) -> list[str]:
    """Take a name apart into what may be the name of a firm."""
    text = _CHINESE_YEAR.sub(" ", _DATE.sub(" ", plain))
    # A bracket belongs to a name where the name goes on, or where it says a place.
    text = re.sub(r"\(([^()]*)\)(?=(.?))", _bracket, text)
    text = re.sub(r"(?<=[a-zA-Z])[_-](?=[a-zA-Z])", " ", text)
    text = re.sub(r"[0-9]{2,}年?(?:度|末)?|[-_:;,，。+=\[\]{}@#~—/\\|]", "\n", text)
    text = _WORDS.sub("\n", text)
    pieces = [re.sub(r"^(?:[年度的]|[^\w*])+|[^\w)]+$", "", piece) for piece in text.split("\n")]
    # Blanks part Chinese names; they stand inside English ones.
    return [
        part
        for piece in pieces
        for part in (piece.split() if re.search(f"[{_HAN}]", piece) else [" ".join(piece.split())])
        if len(part) > 1
    ]


def _stock_codes(text: str) -> list[str]:
    return [m[1] or m[2] or m[3].zfill(5) for m in _CODE.finditer(_DATE.sub(" ", text))]


def _bracket(match: re.Match[str]) -> str:
    goes_on = re.match(f"[{_HAN}]", match[2] or "") and match[2] not in "年的关"
    keep = goes_on or re.fullmatch(_PLACES, match[1], re.IGNORECASE)
    return f"({match[1]})" if keep and not _WORDS.search(match[1]) else "\n"


def _key(name: str) -> str:
    """Return how a name is looked up: without its legal form, English in small letters."""
    return " ".join(re.split(r"[\s_.'-]+", _LEGAL.sub("", name).strip().casefold()))


def _plain(text: str) -> str:
    """Return a name with plain digits and simplified characters."""
    return simplify(unicodedata.normalize("NFKC", text))[0]


@functools.cache
def _banks() -> tuple[dict[str, str], dict[str, str]]:
    """Return the short names of banks by every other name, and by stock code."""
    names: dict[str, str] = {}
    codes: dict[str, str] = {}
    for row in read_facts("banks").fillna("").itertuples():
        every = (row.bank, row.full, row.english, *row.others.split(";"))
        names |= {_key(name): row.bank for name in every if name}
        codes |= {f"{int(row.code):06d}": row.bank} if row.code else {}
        codes |= {f"{int(row.hong_kong):05d}": row.bank} if row.hong_kong else {}
    return names, codes

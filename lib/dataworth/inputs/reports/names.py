"""Which bank and which year a file's name speaks of."""

from __future__ import annotations

import functools
import re
import unicodedata
from pathlib import PurePosixPath

# Names of banks in the table that their short names do not hold; a bank that
# changed its name goes by the present one.
_OTHER_NAMES = {
    "上海浦东发展银行": "浦发银行",
    "深圳发展银行": "平安银行",
    "深发展": "平安银行",
    "苏州农村商业银行": "苏农银行",
    "苏州农商": "苏农银行",
    "吴江农村商业银行": "苏农银行",
    "吴江银行": "苏农银行",
    "常熟农村商业银行": "常熟银行",
    "常熟农商": "常熟银行",
    "无锡农村商业银行": "无锡银行",
    "无锡农商": "无锡银行",
    "江阴农村商业银行": "江阴银行",
    "江阴农商": "江阴银行",
    "张家港农村商业银行": "张家港行",
    "张家港农商": "张家港行",
    "张家港银行": "张家港行",
    "重庆农村商业银行": "渝农商行",
    "重庆农商": "渝农商行",
}
_ANY_BANK = re.compile(r"([\u4e00-\u9fff]{2,12}?(?:银行|农商行|信用社))")
_LEADING = re.compile(r"^(?:年度报告|年报|年度|年|的|关于|披露)+")
_DIGITS = {ord(sign): str(n) for signs in ("〇一二三四五六七八九",) for n, sign in enumerate(signs)}
_DIGITS |= {ord("零"): "0", ord("○"): "0", ord("Ｏ"): "0"}
_CHINESE_YEAR = re.compile("[〇零○一二三四五六七八九]{4}(?=年)")
_YEAR = r"(?<![0-9])((?:19|20)[0-9]{2})(?![0-9])"
_MARKED = re.compile(
    rf"{_YEAR}(?=[\s_.-]*(?:年|annual|ar\b|fy\b))"
    rf"|(?:annual report|年报|年度报告|fy)[\s_.(（-]*{_YEAR}",
    re.IGNORECASE,
)
_DATE = re.compile(
    r"(?<![0-9])((?:19|20)[0-9]{2})([-_./年]?)(0[1-9]|1[0-2])([-_./月]?)(0[1-9]|[12][0-9]|3[01])日?(?![0-9])"
)
_CODE = re.compile(r"(?<![0-9])(?:sh|sz|SH|SZ)?([0-9]{6})(?![0-9])")
_NOT_ANNUAL = re.compile(
    r"半年|中期报告|季度|季报|摘要|社会责任|可持续发展|环境、社会|内部控制"
    r"|interim|quarter|half[- _]?year|summary|\besg\b",
    re.IGNORECASE,
)


def bank_of(text: str) -> str | None:
    """Find the bank that a name speaks of.

    Parameters
    ----------
    text : str
        Such as ``华夏银行_2021年年度报告``, ``600015_2021`` or ``Hua Xia Bank 2021``.

    Returns
    -------
    str or None
        Its name in ``data/facts/banks.csv``; for a bank that is not there, the
        Chinese name as written; None if no bank is named.
    """
    plain = _plain(text)
    names, english, codes = _banks()
    if found := [name for name in names if name in plain]:
        return names[max(found, key=len)]
    letters = re.sub("[^a-z]", "", plain.casefold())
    if found := [name for name in english if name in letters]:
        return english[max(found, key=len)]
    for code in _CODE.findall(_DATE.sub(" ", plain)):
        if code in codes:
            return codes[code]
    other = _ANY_BANK.search(_LEADING.sub("", re.sub("[0-9\\W_a-zA-Z]+", " ", plain).strip()))
    return _LEADING.sub("", other[1]) if other else None


def year_of(text: str) -> int | None:
    """Find the year that a name speaks of.

    A year beside 年, 年度报告, annual or FY goes before others; the date of
    publication, as in ``20220430``, does not count.

    Returns
    -------
    int or None
        None if there is no year, or more than one.
    """
    years = years_of(text)
    return years[0] if len(years) == 1 else None


def years_of(text: str) -> list[int]:
    """Every year that a name may speak of, without repeats."""
    plain = _CHINESE_YEAR.sub(lambda m: m[0].translate(_DIGITS), _plain(text))
    dated = [int(m[1]) for m in _DATE.finditer(plain) if (m[3], m[5]) == ("12", "31")]
    rest = _DATE.sub(" ", plain)
    marked = [int(m[1] or m[2]) for m in _MARKED.finditer(rest)]
    found = marked or [int(y) for y in re.findall(_YEAR, rest)] or dated
    return sorted(set(found))


def name_report(path: PurePosixPath) -> tuple[str, int] | str:
    """Tell bank and year from a path, or say why they cannot be told.

    Parameters
    ----------
    path : PurePosixPath
        Below the folder that was opened, with that folder's own name in front. The
        file's name goes before its folders', and inner folders before outer ones.

    Returns
    -------
    tuple of (str, int), or str
        Bank and year, or the reason.
    """
    parts = [path.stem, *reversed(path.parent.parts)]
    if found := _NOT_ANNUAL.search(parts[0]):
        return f"expected an annual report, found {found[0]!r} in its name"
    bank = next((bank for part in parts if (bank := bank_of(part))), None)
    years = next((years for part in parts if (years := years_of(part))), [])
    advice = "name it like 华夏银行_2021年年度报告"
    if bank is None:
        codes = [code for part in parts for code in _CODE.findall(_DATE.sub(" ", part))]
        unknown = f" (the code {codes[0]} is not in data/facts/banks.csv)" if codes else ""
        return f"its name does not tell the bank{unknown}; {advice}"
    if len(years) != 1:
        told = f"tells {len(years)} years" if years else "does not tell the year"
        return f"its name {told}; {advice}"
    return bank, years[0]


def _plain(text: str) -> str:
    """Give a name with plain digits and simplified characters."""
    text = unicodedata.normalize("NFKC", text)
    if re.search("[銀報農業灣無蘇長慶]", text):
        import opencc

        text = opencc.OpenCC("t2s").convert(text)
    return text


@functools.cache
def _banks() -> tuple[dict[str, str], dict[str, str], dict[str, str]]:
    """Banks by Chinese name, by English name (letters only) and by stock code."""
    from dataworth.facts import read_facts

    table = read_facts("banks")
    names = {name: name for name in table["bank"]}
    names |= {other: name for other, name in _OTHER_NAMES.items() if name in names}
    english = {
        re.sub("[^a-z]", "", str(row.english).casefold()): row.bank for row in table.itertuples()
    }
    codes = {f"{int(row.code):06d}": row.bank for row in table.itertuples() if row.code == row.code}
    return names, english, codes

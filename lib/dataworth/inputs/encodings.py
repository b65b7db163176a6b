"""Text from bytes, in whichever encoding Chinese software wrote them."""

from __future__ import annotations

import re
from pathlib import Path

from dataworth.errors import InputError

# One damaged sign in a thousand leaves a report readable.
DAMAGE = 1e-3
OLE, _ZIP = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"PK\x03\x04"
# The commonest characters of such texts, to tell one encoding from another.
_COMMON = (
    "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分年业务，。、0123456789",
    "的一是在不了有和人這中大為上個國我以要他時來用們生到作地於出就分年業務，。、0123456789",
)
_CONTROL = re.compile("[\0-\x08\x0e-\x1f]")
_USUAL = re.compile(r"[\t\n\r\f -~\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")


def decode(raw: bytes, *, damage: float = 0.0) -> str:
    """Turn the bytes of a file into text.

    A byte-order mark counts only if the rest agrees with it. Without one, UTF-8
    proves itself; GB 18030 (which holds GBK) and Big5 read almost any bytes, so
    the one that yields more common characters is taken.

    Parameters
    ----------
    raw : bytes
    damage : float
        Share of characters that may be lost. Where some may, as in long texts, Big5
        is tried too; a table is too short to tell it from GBK.

    Raises
    ------
    InputError
        The bytes are not text in an encoding that is tried.
    """
    body = raw.removeprefix(b"\xef\xbb\xbf")
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        candidates = ["utf-16"]
    elif b"\0" in body:
        low = body[1::2].count(0) >= body[::2].count(0)
        candidates = ["utf-16-le" if low else "utf-16-be"]
    else:
        candidates = ["utf-8", "gb18030", *(["big5"] if damage else [])]
    try:
        texts = [body.decode(candidates[0])]
    except UnicodeDecodeError:
        texts = [text for name in candidates if (text := _decode(body, name, damage)) is not None]
    text = max(texts, key=_common, default="\0")
    strange = len(_CONTROL.findall(text)) > damage * len(text)
    unmarked = candidates[0].startswith("utf-16-")
    if strange or (unmarked and len(_USUAL.findall(text)) < 0.9 * len(text)):
        raise InputError(f"expected text in UTF-8, UTF-16 or GB 18030, found {_kind(raw)}")
    return text


def read_bytes(path: Path) -> bytes:
    """Read a file that must not be empty.

    Raises
    ------
    InputError
        There is no such file, it cannot be read, or nothing is in it.
    """
    try:
        if path.exists() and not path.is_file():
            found = "a folder" if path.is_dir() else "a device"
            raise InputError(f"{path}: expected a file, found {found}")
        raw = path.read_bytes()
    except FileNotFoundError:
        raise InputError(f"{path}: there is no such file") from None
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}") from None
    if not raw.strip(b" \t\r\n\0\xef\xbb\xbf\xff\xfe"):
        raise InputError(f"{path}: expected content, found an empty file")
    return raw


def _kind(raw: bytes) -> str:
    if raw.startswith(_ZIP):
        return "a zip archive (if it is an Excel workbook, end its name in .xlsx)"
    if raw.startswith(OLE):
        return "an old Excel workbook; save it anew as .xlsx"
    return "a binary file or another encoding; save it anew as UTF-8"


def _decode(body: bytes, encoding: str, damage: float) -> str | None:
    text = body.decode(encoding, errors="replace")
    return text if text.count("\ufffd") <= damage * len(text) else None


def _common(text: str) -> float:
    sample = text[:20_000]
    return max(sum(c in signs for c in sample) for signs in _COMMON) / max(len(sample), 1)

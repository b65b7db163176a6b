"""Translations of the book's prose, block by block.

A catalogue is a YAML list of pairs: an English block as it stands in the source (`en`) and
its translation (`zh`). Both hold the same glue, numbers and links, as a test makes sure, so
that a translated sentence shows the same results. A block whose English has changed finds
its pair no more: it shows in English, with a mark.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import yaml

from dataworth.errors import InputError

PROSE = ("admonition", "dropdown", "note", "tip", "warning")  # fences that hold text
# What needs no translation: other fences, formulas, targets, comments, rules, mere inserts.
SILENT = re.compile(
    r"```(?!\{(?:" + "|".join(PROSE) + r")\})|\$\$|:::+\s*(\{\w+\}\s*)?$|%|---|\(\S+\)=$"
    r"|(\{insert\}`[^`]*`\s*)+$"
)
MARK = "[英文]{.dw-en}"


def blocks(text: str) -> Iterator[str]:
    """Yield the blocks of a Markdown text: what blank lines part, fences of backticks whole.

    The line that opens or closes a fence of colons is a block of its own, with its options.
    """
    block: list[str] = []
    fence = ""
    for line in [*text.splitlines(), ""]:
        opens = re.match(r"\s*(`{3,}|\$\$)", line)
        options = bool(block) and block[0].startswith(":::")
        apart = opens or not line.strip() or line.startswith(":::")
        if not fence and block and (apart or (options and not line.startswith(":"))):
            yield "\n".join(block)
            block = []
        if fence or line.strip():
            block.append(line)
        if opens and not fence and not line.strip().endswith("$$", 2):
            fence = opens[1]
        elif opens and (not fence or line.strip().startswith(fence)):
            fence = ""
            yield "\n".join(block)
            block = []


class Catalogue:
    """Pairs of blocks; a block that has none stays as it is and is marked.

    Parameters
    ----------
    pairs : mapping of str to str
        Blocks and their translations. How a block is broken into lines does not matter.
    """

    def __init__(self, pairs: Mapping[str, str]) -> None:
        self._pairs = {_plain(block): text.strip() for block, text in pairs.items()}

    def get(self, block: str) -> str | None:
        """Return the translation of a block, if there is one."""
        return self._pairs.get(_plain(block))

    def missing(self, text: str) -> list[str]:
        """Return the blocks of a Markdown text that have no translation and need one."""
        return [b for b in blocks(text) if not SILENT.match(b) and self.get(b) is None]

    def translate(self, text: str) -> str:
        """Return a Markdown text with its blocks translated, the others marked."""
        untranslated = self.missing(text)
        return "\n\n".join(
            _marked(block) if block in untranslated else self.get(block) or block
            for block in blocks(text)
        )


def read_pairs(folder: Path) -> dict[str, str]:
    """Return all pairs of a folder of catalogues, the English block first.

    Raises
    ------
    InputError
        A file is not a list of pairs.
    """
    pairs: dict[str, str] = {}
    for path in sorted(folder.glob("[!_]*.yml")):
        try:
            entries = yaml.safe_load(path.read_text(encoding="utf-8"))
            pairs |= {entry["en"]: entry["zh"] for entry in entries}
        except (yaml.YAMLError, TypeError, KeyError) as error:
            raise InputError(f"{path}: expected a list of `en` and `zh`, found {error}") from None
    return pairs


def _plain(block: str) -> str:
    return " ".join(block.split())


def _marked(block: str) -> str:
    last = block.splitlines()[-1].strip()
    apart = "\n\n" if last.startswith(("|", "```", "<")) else " "
    return f"{block}{apart}{MARK}" if not block.startswith(":::") else block

"""Translations of the book's prose, block by block.

A catalogue is a YAML list of pairs: an English block as it stands in the source (`en`) and
its translation (`zh`). Both hold the same glue, numbers and links, as a test makes sure, so
that a translated sentence shows the same results. A block whose English has changed finds
its pair no more: it shows in English, with a mark.

What is computed comes in forms: `Section {n}`, say, with a number, or `Needs {a}.`, with a
phrase that is looked up in its turn.
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
WORDS = re.compile(r"[A-Za-z]{2}")
SENTENCES = re.compile(r"(?<=[.?!]) (?=[A-Z\"])")
# What stands for what in a form: numbers (n, n1), names that stay (X, Y), phrases (a, b).
NUMBER = r"[-−]?\d(?:[\d.,e+-]*\d)?%?|∞|inf"
NAME = r"(?:(?!\. ).)+?"
HOLES = {"n": NUMBER, "X": NAME, "Y": NAME, "Z": NAME}


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
        A title is known without its mark as well.
    forms : mapping of str to str, optional
        Forms of what is computed, with the same holes on both sides: ``{n}`` and ``{n1}``
        for numbers, ``{X}`` for a name that stays, ``{a}`` for a phrase.
    """

    def __init__(self, pairs: Mapping[str, str], forms: Mapping[str, str] | None = None) -> None:
        self._pairs: dict[str, str | None] = {
            _plain(block): text.strip() for block, text in pairs.items()
        }
        titles = {en[2:]: zh[2:] for en, zh in self._pairs.items() if zh and en.startswith("# ")}
        self._pairs = {**titles, **self._pairs}
        self._forms = [(_pattern(form), text) for form, text in (forms or {}).items()]

    def get(self, block: str) -> str | None:
        """Return the translation of a block, or of a text in one of the forms, if there is one."""
        text = _plain(block)
        if text not in self._pairs:
            self._pairs[text] = self._formed(text) if WORDS.search(text) else block
        return self._pairs[text]

    def _formed(self, text: str) -> str | None:
        for form, translation in self._forms:
            if match := form.fullmatch(text):
                parts = match.groupdict()
                for hole in parts:
                    if parts[hole] and hole[0] not in HOLES:
                        parts[hole] = self.get(parts[hole])
                if None not in parts.values():
                    return translation.format(**parts)
        return None

    def say(self, text: str) -> str:
        """Return a computed text in translation, its sentences as far as they have one."""
        parts = SENTENCES.split(text)
        for end in range(len(parts), 0, -1):
            said = self.get(" ".join(parts[:end]))
            if said is None and end > 1:
                continue
            rest = self.say(" ".join(parts[end:])) if parts[end:] else ""
            return said + rest if said else " ".join([parts[0], rest]).strip()
        return text

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


def read_pairs(folder: Path, files: str = "[!_]*.yml") -> dict[str, str]:
    """Return all pairs of a folder of catalogues, the English block first.

    Raises
    ------
    InputError
        A file is not a list of pairs.
    """
    pairs: dict[str, str] = {}
    for path in sorted(folder.glob(files)):
        try:
            entries = yaml.safe_load(path.read_text(encoding="utf-8"))
            pairs |= {entry["en"]: entry["zh"] for entry in entries}
        except (yaml.YAMLError, TypeError, KeyError) as error:
            raise InputError(f"{path}: expected a list of `en` and `zh`, found {error}") from None
    return pairs


def _plain(block: str) -> str:
    return " ".join(block.split())


def _pattern(form: str) -> re.Pattern[str]:
    kinds = [(hole, HOLES.get(hole[0], ".+?")) for hole in re.findall(r"\{(\w+)\}", form)]
    text = re.escape(form)
    for hole, kind in kinds:
        text = text.replace(rf"\{{{hole}\}}", f"(?P<{hole}>{kind})")
    return re.compile(text)


def _marked(block: str) -> str:
    last = block.splitlines()[-1].strip()
    apart = "\n\n" if last.startswith(("|", "```", "<")) else " "
    return f"{block}{apart}{MARK}" if not block.startswith(":::") else block

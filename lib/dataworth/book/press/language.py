"""A front door in Chinese: pages around the chapters, and what each chapter answers.

Its sources are those of the English book, with each block looked up in the catalogue
below ``book/zh``. Every page has the address of the English page that it belongs to, one
folder deeper, so that a link between the two can be written once both are built.
"""

from __future__ import annotations

import filecmp
import html as markup
import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from dataworth.book.press.catalogue import Catalogue, read_pairs
from dataworth.book.press.guess import guess_box
from dataworth.book.prose import CHOICE, fill_prose, resolve
from dataworth.book.registry import Chapter, Registry

CODE = "zh"
CONFIG = "_config.yml"  # what its configuration has otherwise
FORMS = "_forms.yml"  # of what is computed
THEME = "_theme.yml"  # what the theme says in English, whatever the language
SHOWN_CELLS = ("survives", "takeaways")  # of a chapter, below its head and first words
ADDED_CELLS = ("edition-badge", "dates")  # by the one who publishes it: first and last
WORDS = re.compile(r"""((?:^|>|aria-label="|title=")\s*)([^<>"]*[^<>"\s])""")  # in HTML
RAW = re.compile(r"(```\{raw\} html\n)(.*?)(\n```)", re.DOTALL)
DATES = re.compile(r"\n:::\{div\} dw-dates\n.*?\n:::\n", re.DOTALL)
OTHER = shutil.ignore_patterns(CODE, "course", "vendor")
EQUATION = re.compile(r"\{eq\}`([\w-]+)`")
API = re.compile(r'href="((?:\.\./)*)api/')  # pages on the library stand in English alone
LINK = re.compile(r"\[([^\]]+)\]\(([^)#:]*)\.(md|ipynb)((?:#[^)]*)?)\)")
STATIC = re.compile(r'((?:href|src)="(?:\.\./)*)(_static/)([^"?#]+)')
SWITCH = '<div class="header-article-items__end">'  # behind it stands the link to the other page


class FrontDoor:
    """The sources of the Chinese pages of one edition.

    Parameters
    ----------
    root : pathlib.Path
        Root of the book.
    site : pathlib.Path
        Where the sources of the English book are laid out.
    inserts : mapping of str to value
        What pages around the chapters show, see `Registry`.
    """

    def __init__(self, root: Path, site: Path, inserts: Mapping[str, Any]) -> None:
        self.root, self.site = root, site
        self.catalogue = Catalogue(
            read_pairs(root / "book" / CODE), read_pairs(root / "book" / CODE, FORMS)
        )
        self.beside = inserts.get("files", {})  # files that pages link, by address
        self.inserts = {name: self._localize(value) for name, value in inserts.items()}

    def write(self, registry: Registry, results: Mapping[str, Mapping[str, Any]]) -> Path:
        """Write pages, contents and configuration beside the English ones; return their folder.

        Parameters
        ----------
        registry : Registry
        results : mapping of str to mapping
            Chapter id to what it recorded.
        """
        target = self.site.with_name(f"{self.site.name}-{CODE}")
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(self.root / "book", target, ignore=OTHER)
        pages = {path.stem: path.read_text(encoding="utf-8") for path in target.glob("*.md")}
        known = {*pages, *(c.notebook.with_suffix("").as_posix() for c in registry.chapters)}
        for name, text in pages.items():
            text += "".join(DATES.findall((self.site / f"{name}.md").read_text(encoding="utf-8")))
            text = self._text(text, self.inserts, name, known)
            (target / f"{name}.md").write_text(text, encoding="utf-8")
        for chapter in registry.chapters:
            place = (target / chapter.notebook).with_suffix(".md")
            place.parent.mkdir(parents=True, exist_ok=True)
            text = self._chapter(chapter, results[chapter.id], known)
            place.write_text(text, encoding="utf-8")
        toc = _load(self.site / "_toc.yml")
        for part in toc["parts"]:
            part["caption"] = self._word(part["caption"])
            part["chapters"] = [{"file": p["file"]} for p in part["chapters"] if p["file"] in known]
        (target / "_toc.yml").write_text(yaml.safe_dump(toc), encoding="utf-8")
        config, own = _load(self.root / "_config.yml"), _load(self.root / "book" / CODE / CONFIG)
        config["sphinx"]["config"] |= own.pop("sphinx", {})
        (target / "_config.yml").write_text(yaml.safe_dump({**config, **own}), encoding="utf-8")
        return target

    def _chapter(self, chapter: Chapter, results: Mapping[str, Any], known: set[str]) -> str:
        """Return what a chapter asks and answers, what survives, and its verdicts.

        Where it lets a reader guess first, so does this page.
        """
        import nbformat

        name = chapter.notebook.with_suffix("").as_posix()
        source, page = (
            nbformat.read(root / chapter.notebook, as_version=4) for root in (self.root, self.site)
        )
        # Names in results are said in Chinese, but for those that pick an alternative.
        picks = {found[0] for cell in source.cells for found in CHOICE.findall(cell.source)}
        results = {
            key: self._word(value) if isinstance(value, str) and key not in picks else value
            for key, value in results.items()
        }
        title, _, rest = source.cells[0].source.partition("\n")
        shown = [cell.source for cell in source.cells if cell.id in SHOWN_CELLS]
        said = [text for text in (chapter.question, chapter.answer) if text]
        lines = [self.catalogue.get(text) or f"{text} {self._word('English')}" for text in said]
        whole = f'<a href="{_up(name)}{name}.html">{self._word("Whole chapter")}</a>'
        head = f"{' '.join(lines)}\n\n{self.inserts.get(chapter.id, '')} {whole}"
        added = dict.fromkeys(ADDED_CELLS, "")
        added |= {c.id: self.catalogue.translate(c.source) for c in page.cells if c.id in added}
        parts = [
            self._text(title, results, name, known),
            added["edition-badge"],
            _raw(self._localize(guess_box(chapter.guess, results))) if chapter.guess else "",
            f":::{{div}} dw-head\n{resolve(head, results)}\n:::",
            *(self._text(text, results, name, known) for text in (rest, *shown)),
        ]
        for cell in page.cells:
            for output in cell.get("outputs", []):
                html = output.get("data", {}).get("text/html", "")
                if 'class="dw-verdicts' in html:
                    parts.append(_raw(self._localize(html)))
        return "\n\n".join([*parts, added["dates"]]) + "\n"

    def _text(self, text: str, results: Mapping[str, Any], name: str, known: set[str]) -> str:
        """Return a text in Chinese, with its results, and with links that lead somewhere."""
        text = self.catalogue.translate(text)
        if "prose" in self.inserts:  # before results stand in it, which are not printed
            text = self.inserts["prose"](name.removeprefix("chapters/"), text)
        text = RAW.sub(lambda match: match[1] + self._localize(match[2]) + match[3], text)
        text = fill_prose(text, results)
        text = EQUATION.sub(rf'<a href="{_up(name)}{name}.html#equation-\1">(\1)</a>', text)

        def lead(match: re.Match[str]) -> str:
            label, target, _, part = match.groups()
            there = (self.root / name).parent / target
            page = there.resolve().relative_to(self.root.resolve()).as_posix()
            if page in known:
                return f"[{label}]({target}.md{part})"
            return f'<a href="{_up(name)}{page}.html{part}">{label}</a>'

        return LINK.sub(lead, text)

    def _word(self, word: str) -> str:
        said = self.catalogue.say(markup.unescape(word))
        return markup.escape(said) if "&" in word else said

    def _localize(self, value: Any) -> Any:
        """Return what an extension computed with its words in Chinese, where they are known."""
        if not isinstance(value, str):
            return value
        if "</" in value:
            for name in self.beside:
                value = value.replace(f'href="{name}"', f'href="../{name}"')
            value = API.sub(r'href="\1../api/', value)
            return WORDS.sub(lambda m: m[1] + self._word(m[2]), value)
        if value.startswith("|"):
            return re.sub(r"\| ([^|\n]+) (?=\|)", lambda m: f"| {self._word(m[1])} ", value)
        return self.catalogue.translate(value)


def translate_theme(html: Path, root: Path) -> None:
    """Put into Chinese what the theme itself says to who hovers on its Chinese pages.

    Parameters
    ----------
    html : pathlib.Path
        The built book, the Chinese pages below ``zh``.
    root : pathlib.Path
        Root of the book.
    """
    hovers = read_pairs(root / "book" / CODE, THEME)
    for page in (html / CODE).rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        for hover, word in hovers.items():
            text = text.replace(f'="{hover}"', f'="{word}"')
        page.write_text(text, encoding="utf-8")


def share_static(html: Path) -> None:
    """Let the Chinese pages take from the English book what both have alike: style and scripts.

    Parameters
    ----------
    html : pathlib.Path
        The built book, the Chinese pages below ``zh``.
    """
    own, shared = html / CODE / "_static", html / "_static"
    names = [path.relative_to(own).as_posix() for path in own.rglob("*") if path.is_file()]
    alike = set(filecmp.cmpfiles(own, shared, names, shallow=False)[0])

    def lead(match: re.Match[str]) -> str:
        return f"{match[1]}../{match[2]}{match[3]}" if match[3] in alike else match[0]

    for page in (html / CODE).rglob("*.html"):
        page.write_text(STATIC.sub(lead, page.read_text(encoding="utf-8")), encoding="utf-8")
    for name in alike:
        (own / name).unlink()


def write_switches(html: Path) -> None:
    """Write into every page that stands in both languages the link to the other one.

    Parameters
    ----------
    html : pathlib.Path
        The built book, the Chinese pages below ``zh``.
    """
    for chinese in sorted((html / CODE).rglob("*.html")):
        name = chinese.relative_to(html / CODE)
        if (english := html / name).is_file():
            up = "../" * len(name.parent.parts)
            _insert(english, f"{up}{CODE}/{name.as_posix()}", "zh-CN", "中文")
            _insert(chinese, f"{up}../{name.as_posix()}", "en", "English")


def _insert(page: Path, target: str, language: str, word: str) -> None:
    text = page.read_text(encoding="utf-8")
    link = f'<a class="dw-language" lang="{language}" hreflang="{language}" href="{target}">'
    head, place, rest = text.partition(SWITCH)
    page.write_text(f"{head}{place}{link}{word}</a>{rest}" if place else text, encoding="utf-8")


def _raw(html: str) -> str:
    return f"```{{raw}} html\n{html}\n```"


def _up(name: str) -> str:
    return "../" * len(Path(name).parts)


def _load(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))

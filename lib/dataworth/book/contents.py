"""The table of contents, from the registry."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dataworth.book.registry import Registry

Names = Mapping[str, Sequence[str]]


def table_of_contents(registry: Registry, below: Names | None = None) -> dict[str, Any]:
    """Return the contents in the form of ``_toc.yml``.

    Parameters
    ----------
    registry : Registry
        Parts with their chapters, and the pages before and after them.
    below : mapping of str to sequence of str, optional
        Pages that stand under a page, such as the cards under ``data``.

    Returns
    -------
    dict
        Every chapter of the registry stands in it.
    """
    below = below or {}
    parts = [
        *_pages(registry.before, below),
        *(
            {
                "caption": caption,
                "chapters": [
                    {"file": chapter.notebook.with_suffix("").as_posix()}
                    for chapter in registry.chapters
                    if chapter.part == part
                ],
            }
            for part, caption in registry.parts.items()
        ),
        *_pages(registry.after, below),
    ]
    return {"format": "jb-book", "root": "index", "parts": parts}


def _pages(
    parts: Mapping[str, Sequence[str]], below: Mapping[str, Sequence[str]]
) -> list[dict[str, Any]]:
    return [
        {"caption": caption, "chapters": [_page(name, below) for name in names]}
        for caption, names in parts.items()
    ]


def _page(name: str, below: Names) -> dict[str, Any]:
    sections = [{"file": page} for page in below.get(name, ())]
    return {"file": name, "sections": sections} if sections else {"file": name}

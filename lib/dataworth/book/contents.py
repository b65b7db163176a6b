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

    def page(name: str) -> dict[str, Any]:
        sections = [{"file": inner} for inner in (below or {}).get(name, ())]
        return {"file": name, "sections": sections} if sections else {"file": name}

    chapters = {
        caption: [
            c.notebook.with_suffix("").as_posix() for c in registry.chapters if c.part == part
        ]
        for part, caption in registry.parts.items()
    }
    captions = {**registry.before, **chapters, **registry.after}
    parts = [
        {"caption": caption, "chapters": [page(name) for name in names]}
        for caption, names in captions.items()
    ]
    return {"format": "jb-book", "root": "index", "parts": parts}

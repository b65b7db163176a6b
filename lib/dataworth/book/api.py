"""Pages with the public functions of the library, written from its docstrings by Sphinx."""

from __future__ import annotations

import ast
from pathlib import Path

from dataworth.book.closure import PACKAGE

HEAD = """# {title}

{summary}

```{{eval-rst}}
"""


def write_api_pages(site: Path) -> list[str]:
    """Write one page for each room of the library, and ``api.md``, which lists them.

    Parameters
    ----------
    site : pathlib.Path
        Where the sources of the book are laid out.

    Returns
    -------
    list of str
        Names of the rooms' pages, for the table of contents.
    """
    rooms = sorted(path.parent for path in PACKAGE.glob("*/__init__.py"))
    (site / "api").mkdir()
    lines = ["# Library", "", "Public functions, by room. Chapters show the ones they teach.", ""]
    for room in rooms:
        summary = _summary(room / "__init__.py")
        lines += [f"* [`{PACKAGE.name}.{room.name}`](api/{room.name}.md): {summary}"]
        text = HEAD.format(title=f"`{PACKAGE.name}.{room.name}`", summary=summary)
        for path in sorted(room.rglob("*.py")):
            name = ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts)
            if not path.name.startswith("__"):
                text += f"\n{name}\n{'-' * len(name)}\n\n.. automodule:: {name}\n   :members:\n"
        (site / "api" / f"{room.name}.md").write_text(text + "```\n", encoding="utf-8")
    (site / "api.md").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return [f"api/{room.name}" for room in rooms]


def _summary(path: Path) -> str:
    return (ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or "").split("\n")[0]

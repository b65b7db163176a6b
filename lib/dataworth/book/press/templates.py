"""Fill the templates of pages and sheets."""

from __future__ import annotations

from pathlib import Path
from typing import Any


def fill(path: Path, **values: Any) -> str:
    """Return a template with values in place; in one that ends in ``.html`` they are escaped."""
    from jinja2 import Environment, StrictUndefined

    environment = Environment(
        trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True,
        undefined=StrictUndefined, autoescape=path.suffix == ".html",
    )  # fmt: skip
    return environment.from_string(path.read_text(encoding="utf-8")).render(format=format, **values)

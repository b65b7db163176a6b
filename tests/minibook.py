"""A book of three small chapters, so that the engine is tested without the real ones."""

from __future__ import annotations

from pathlib import Path

import nbformat
import yaml

REGISTRY = """
parts: {one: First part}
chapters:
  - id: one/numbers
    title: Numbers
    source: invented
    data: [numbers.csv]
    artifacts: [numbers]
    parameters:
      scale: {type: number, default: 2, range: [0, 100], quick: 1, help: Factor}
      note: {type: text, default: "", help: Any text}
      own: {type: file, default: "", help: A file}
      many: {type: folder, default: "", help: A folder}
  - id: one/other
    title: Other
    source: invented
    parameters:
      code: {type: text, default: "000001", help: A code with leading zeros}
  - id: one/total
    title: Total
    source: invented
    needs: [one/numbers]
    parameters:
      shift: {type: integer, default: 0, range: [-10, 10], help: Added to the total}
      pause: {type: number, default: 0, range: [0, 60], help: Seconds to wait}
"""

NUMBERS = [
    'scale, note, own, many = 2.0, "", "", ""',
    "import pandas as pd\nfrom dataworth.book import chapter\n"
    "page = chapter.open('one/numbers', globals())",
    "frame = pd.read_csv('data/numbers.csv') * scale",
    "page.save('numbers', frame)\npage.record({'scale': scale, 'note': note})",
    "frame",
]
OTHER = [
    'code = "000001"',
    "from dataworth.book import chapter\npage = chapter.open('one/other', globals())",
    "page.record({'code': code})",
]
TOTAL = [
    "shift, pause = 0, 0.0",
    "import time\nfrom dataworth.book import chapter\npage = chapter.open('one/total', globals())",
    "total = page.load('one/numbers', 'numbers')['x'].sum() + shift\ntime.sleep(pause)",
    "with page.executor() as executor:\n    total = sum(executor.map(float, [total, 0]))",
    "page.record({'total': total})",
]


def write_notebook(path: Path, cells: list[str], title: str) -> None:
    """Write a notebook whose first code cell holds the parameters."""
    book = nbformat.v4.new_notebook()
    book.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
    book.metadata["language_info"] = {"name": "python"}
    book.cells = [nbformat.v4.new_markdown_cell(f"# {title}", id="title")]
    for number, source in enumerate(cells):
        book.cells.append(nbformat.v4.new_code_cell(source, id=f"cell-{number}"))
    book.cells[1].metadata["tags"] = ["parameters"]
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(book, path)


def make_mini(root: Path) -> None:
    """Write the small book below a folder."""
    for name, cells in {"numbers": NUMBERS, "other": OTHER, "total": TOTAL}.items():
        write_notebook(root / "chapters" / "one" / f"{name}.ipynb", cells, name.title())
    (root / "chapters" / "registry.yml").write_text(REGISTRY)
    (root / "data").mkdir()
    (root / "data" / "numbers.csv").write_text("x\n1\n2\n3\n")
    (root / "requirements.lock").write_text("numpy==2.0\n")


def make_pages(root: Path) -> None:
    """Add pages around the chapters, so that the small book can be published."""
    (root / "book").mkdir()
    (root / "book" / "index.md").write_text("# A small book\n\nSee [](chapters/one/total).\n")
    config = {
        "title": "A small book",
        "execute": {"execute_notebooks": "off"},
        "only_build_toc_files": True,
        "launch_buttons": {},
        "html": {"favicon": ""},
        "sphinx": {"config": {"html_context": {"default_mode": "auto"}}},
    }
    (root / "_config.yml").write_text(yaml.safe_dump(config))

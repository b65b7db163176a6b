"""Compile proven chapters and the pages around them into the HTML book."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml

from dataworth.book.api import write_api_pages
from dataworth.book.closure import reach
from dataworth.book.contents import table_of_contents
from dataworth.book.editions import DEFAULT, Edition
from dataworth.book.engine import edition_folder, proven_results
from dataworth.book.manifest import NAME, hash_file, hash_json, is_proven, proof
from dataworth.book.press.dates import dates_line
from dataworth.book.press.downloads import place_downloads
from dataworth.book.press.guess import guess_box
from dataworth.book.press.language import (
    CODE,
    FrontDoor,
    share_static,
    translate_theme,
    write_switches,
)
from dataworth.book.prose import resolve
from dataworth.book.registry import Chapter, Registry, load, read_registry
from dataworth.book.sweep import KEPT, show_panels
from dataworth.course.exercises import read_exercises
from dataworth.course.notebooks import place_questions
from dataworth.course.plan import TEXTS, weeks_table
from dataworth.errors import InputError
from dataworth.places import REGISTRY

STAMP = ".fingerprint"
BESIDE = "vendor"  # what stands there is copied beside the pages, as it is
BENCHMARKS = Path("data") / "benchmarks.json"
WORDS_A_MINUTE = 200
# Jupyter Book's own call of Sphinx; its command cannot name single pages.
SOME_PAGES = """
import sys
from jupyter_book.sphinx import build_sphinx
config, site, html, *pages = sys.argv[1:]
own = {"external_toc_path": f"{site}/_toc.yml", "latex_individualpages": False}
options = {"noconfig": True, "path_config": config, "confoverrides": own, "quiet": True}
sys.exit(build_sphinx(site, html, filenames=pages, **options) != 0)
"""


def html_folder(root: Path, edition: Edition) -> Path:
    """Return the folder of an edition's HTML book."""
    if edition == Edition():
        return root / "_build" / "html"
    return root / "_build" / "editions" / edition.folder / "html"


def publish(root: Path, edition: Edition) -> tuple[Path, bool]:
    """Build the HTML book of an edition whose chapters have all run.

    The new book replaces the old one in one step; nothing is done when
    nothing changed.

    Returns
    -------
    tuple of pathlib.Path and bool
        The first page, and whether the book was built anew.

    Raises
    ------
    InputError
        A chapter has no proven run, or a page gives a warning.
    """
    registry, folder = read_registry(root), edition_folder(root, edition)
    unproven = [c.id for c in registry.chapters if not is_proven(folder / c.id)]
    if unproven:
        raise InputError(f"no proven run of {', '.join(unproven)}: it cannot enter the book")
    target = html_folder(root, edition)
    fingerprint = _fingerprint(root, registry, folder)
    stamp = target / STAMP
    if stamp.is_file() and stamp.read_text() == fingerprint + _hash_pages(target):
        return target / "index.html", False
    site = folder / "site"
    shutil.rmtree(site, ignore_errors=True)
    inserts = assemble(root, registry, edition, site)
    html = run_jupyter_book(root, site)
    if (root / "book" / CODE).is_dir():
        door = FrontDoor(root, site, inserts)
        chinese = door.write(registry, proven_results(registry, root, edition))
        run_jupyter_book(root, chinese).rename(html / CODE)
        translate_theme(html, root)
        share_static(html)
        write_switches(html)
    for unused in [*html.rglob("*.map"), *html.rglob("_static/locales")]:
        # Of the theme: maps of its scripts, and texts in languages that no page has.
        shutil.rmtree(unused) if unused.is_dir() else unused.unlink()
    (html / STAMP).write_text(fingerprint + _hash_pages(html))
    old = target.with_name("html-old")
    shutil.rmtree(old, ignore_errors=True)
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.exists():
        target.rename(old)
    html.rename(target)
    shutil.rmtree(old, ignore_errors=True)
    return target / "index.html", True


def assemble(root: Path, registry: Registry, edition: Edition, site: Path) -> Mapping[str, Any]:
    """Lay out the sources of the book: pages, data cards, executed chapters, status.

    Returns
    -------
    mapping of str to value
        What pages around the chapters show, see `Registry`.
    """
    import nbformat

    folder = edition_folder(root, edition)
    inserts: Mapping[str, Any] = {}
    if registry.extension:
        inserts = load(registry.extension)(root, proven_results(registry, root, edition))
    runs = {c.id: proof(folder / c.id) for c in registry.chapters}
    if (root / TEXTS).is_dir():
        seconds = {chapter: run["seconds"] for chapter, run in runs.items()}
        inserts = {**inserts, "course.weeks": weeks_table(root, registry, seconds)}
    shutil.copytree(root / "book", site, ignore=shutil.ignore_patterns(CODE, "course"))
    today = datetime.now(UTC).date().isoformat()
    for path in site.glob("*.md"):
        text = resolve(path.read_text(encoding="utf-8"), inserts)
        path.write_text(text + dates_line(root, Path("book") / path.name, today), encoding="utf-8")
    for card in sorted((root / "data").rglob("*.md")):
        place = site / card.relative_to(root)
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(card, place)
    exercises = read_exercises(root, registry)
    for chapter in registry.chapters:
        place = site / chapter.notebook
        place.parent.mkdir(parents=True, exist_ok=True)
        page = make_page(folder, registry, edition, chapter.id, str(inserts.get(chapter.id, "")))
        for cell in page.cells:
            if cell.cell_type == "markdown" and "prose" in inserts:
                cell.source = inserts["prose"](chapter.id, cell.source)
            for output in cell.get("outputs", ()):
                if "table" in inserts and "text/html" in (data := output.get("data", {})):
                    data["text/html"] = inserts["table"](chapter.id, data["text/html"])
        dates = dates_line(root, chapter.notebook, runs[chapter.id]["started"][:10])
        page.cells.append(nbformat.v4.new_markdown_cell(dates, id="dates"))
        place_questions(page, exercises[chapter.id])
        place_downloads(page, chapter.id, site)
        nbformat.write(page, place)
    for name, content in inserts.get("files", {}).items():
        place = site / BESIDE / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
    status = status_page(registry, runs, root / BENCHMARKS)
    (site / "status.md").write_text(status, encoding="utf-8")
    cards = sorted(str(p.relative_to(site).with_suffix("")) for p in site.glob("data/**/*.md"))
    toc = table_of_contents(registry, {"data": cards, "api": write_api_pages(site)})
    (site / "_toc.yml").write_text(yaml.safe_dump(toc), encoding="utf-8")
    return inserts


def make_page(
    folder: Path, registry: Registry, edition: Edition, chapter_id: str, head: str = ""
) -> Any:
    """Turn the executed notebook in an edition's folder into a page of the book.

    Sentences that depend on results take the alternative that these pick. The
    cell that holds the parameters becomes a table of the values that were
    used; what papermill notes about paths and times is dropped; folded cells
    that show nothing join the folded cell behind them; an edition other than
    the default, and a reader's own data, are named below the title. Right under it
    stand question, answer, `head`, and how long it takes to read and to run.
    """
    import nbformat

    chapter = registry[chapter_id]
    runs = {need: proof(folder / need) for need in registry.with_needs([chapter_id])}
    notebook = nbformat.read(folder / chapter_id / "notebook.ipynb", as_version=4)
    notebook.metadata.pop("papermill", None)
    results = json.loads((folder / chapter_id / "results.json").read_text(encoding="utf-8"))
    asked = {
        name: (parameter, runs[need]["parameters"][name])
        for need in runs
        for name, parameter in registry[need].parameters.items()
    }
    cells: list[Any] = []
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            text = resolve(cell.source, results)
            cell.source = show_panels(text, folder.parents[1], chapter_id, asked, results)
        for key in ("papermill", "execution"):
            cell.metadata.pop(key, None)
        tags = cell.metadata.get("tags", [])
        if "injected-parameters" in tags:
            continue
        if "parameters" in tags:
            text = _parameter_table(chapter, runs[chapter_id]["parameters"])
            cell = nbformat.v4.new_markdown_cell(text, id=cell.id)
        if cells and _is_silent(cells[-1]) and _is_folded(cell):
            cells[-1].source += "\n\n" + cell.source
            cells[-1].outputs += cell.outputs
        else:
            cells.append(cell)
    badge = _badge(edition, _own_files(registry, runs))
    if badge:
        cells.insert(1, nbformat.v4.new_markdown_cell(badge, id="edition-badge"))
    title, _, rest = cells[0].source.partition("\n")
    words = sum(len(c.source.split()) for c in cells if c.cell_type == "markdown")
    said = resolve(f"{chapter.question} **{chapter.answer}**", results) if chapter.question else ""
    times = f"{max(1, round(words / WORDS_A_MINUTE))} min to read"
    times += f" · {runs[chapter_id]['seconds']:.0f} s to rerun"
    guess = f"```{{raw}} html\n{guess_box(chapter.guess, results)}\n```\n" if chapter.guess else ""
    said = f"{guess}\n:::{{div}} dw-head\n{said}\n\n{head} {times}\n:::"
    cells[0].source = f"{title}\n\n{said}\n{rest}"
    notebook.cells = cells
    return notebook


def _is_folded(cell: Any) -> bool:
    return cell.cell_type == "code" and "hide-input" in cell.metadata.get("tags", [])


def _is_silent(cell: Any) -> bool:
    """Whether a folded cell shows nothing; values kept for the prose do not show."""
    return _is_folded(cell) and all(
        kind.startswith("application/papermill.record")
        for output in cell.outputs
        for kind in output.get("data", {"shown": ""})
    )


def status_page(registry: Registry, runs: dict[str, dict[str, Any]], benchmarks: Path) -> str:
    """Write the page that says what ran, when, how long, with which versions and seeds."""
    lines = ["# Status", "", "What stands in this book ran as follows.", ""]
    lines += ["| Chapter | Seconds | Peak memory (MB) | Run (UTC) | Seeds |"]
    lines += ["|---|---:|---:|---|---|"]
    for chapter in registry.chapters:
        run = runs[chapter.id]
        seeds = ", ".join(f"{name} = {value}" for name, value in run["seeds"].items()) or "–"
        when = run["started"][:16].replace("T", " ")
        lines += [
            f"| [{chapter.title}]({chapter.notebook.as_posix()}) | {run['seconds']:.1f} "
            f"| {run['peak_memory_mb']:.0f} | {when} | {seeds} |"
        ]
    total = sum(run["seconds"] for run in runs.values())
    lines += ["", f"One after another, the chapters take {total:.0f} seconds.", ""]
    lines += ["## Versions", "", "| Package | Version |", "|---|---|"]
    versions = next(iter(runs.values()))["versions"]
    lines += [f"| {name} | {version} |" for name, version in versions.items()]
    lines += ["", "All versions stand in `requirements.lock`.", ""]
    if benchmarks.is_file():
        lines += _benchmark_section(json.loads(benchmarks.read_text(encoding="utf-8")))
    return "\n".join(lines) + "\n"


def _benchmark_section(measured: dict[str, Any]) -> list[str]:
    lines = ["## Benchmarks", "", measured["machine"], ""]
    lines += ["| What | Against | Ratio | Figures |", "|---|---|---:|---|"]
    for row in measured["rows"]:
        ratio = f"{row['ratio']:.3g}"
        lines += [f"| {row['what']} | {row['against']} | {ratio} | {row['figures']} |"]
    return [*lines, ""]


def _parameter_table(chapter: Chapter, values: dict[str, Any]) -> str:
    lines = ["| Parameter | Value | What it is |", "|---|---|---|"]
    for name, parameter in chapter.parameters.items():
        # A user's path says nothing to a reader; the file's name does.
        shown = Path(values[name]).name if parameter.is_path else values[name]
        default = parameter.parse(parameter.default)
        changed = "" if values[name] == default else f" (default: `{default or 'empty'}`)"
        value = f"`{shown}`" if shown != "" else "empty"
        lines += [f"| `{name}` | {value}{changed} | {parameter.help} ({parameter.allowed()}) |"]
    example = next(iter(chapter.parameters), None)
    if example:
        lines += ["", f"To change one: `dataworth run {chapter.id} -p {example}=…`"]
    return "\n".join(lines)


def _own_files(registry: Registry, runs: dict[str, dict[str, Any]]) -> dict[str, str]:
    """List the files of a reader that these runs read, by parameter."""
    return {
        name: Path(value).name
        for chapter_id, run in runs.items()
        for name, value in run["parameters"].items()
        if registry[chapter_id].parameters[name].is_path and value
    }


def _badge(edition: Edition, own: dict[str, str]) -> str:
    """Name a reader's own data, or an edition other than the default."""
    if own:
        files = ", ".join(f"`{name}`: {file}" for name, file in own.items())
        return (
            ":::{admonition} Your data\n:class: warning dw-badge-your-data\n"
            f"This page rests on your own file ({files}), not on the paper's setting alone.\n:::"
        )
    if edition.name != DEFAULT or edition.profile != "full":
        return (
            f":::{{admonition}} Edition `{edition.folder}`\n:class: note\n"
            "Parameters differ from the papers' own settings.\n:::"
        )
    return ""


def _fingerprint(root: Path, registry: Registry, folder: Path) -> str:
    sources = [p for p in (root / "book").rglob("*") if p.is_file()]
    sources += [*(root / "data").rglob("*.md"), *(root / KEPT).glob("*.csv")]
    sources += [root / "_config.yml", root / "requirements.lock", root / BENCHMARKS]
    sources += [root / REGISTRY, *(root / "chapters").glob("*/exercises.py")]
    sources += [folder / c.id / NAME for c in registry.chapters]
    hashes = {str(path.relative_to(root)): hash_file(path) for path in sources if path.is_file()}
    rooms = [__name__, (registry.extension or "").partition(":")[0]]
    modules = {name: hash_file(path) for name, path in reach(rooms).items()}
    return hash_json([hashes, modules])


def _hash_pages(html: Path) -> str:
    """Hash the book as it stands, so that a page that was lost or changed is noticed."""
    files = sorted(path for path in html.rglob("*") if path.is_file() and path.name != STAMP)
    return hash_json({path.relative_to(html).as_posix(): hash_file(path) for path in files})


def run_jupyter_book(root: Path, site: Path, only: Iterable[Path] = ()) -> Path:
    """Call Jupyter Book; any warning stops the build, but for one that makes only some pages."""
    output, log = (site.with_name(site.name + end) for end in ("-build", ".log"))
    own, html = site / "_config.yml", output / "_build" / "html"
    config = str(own if own.is_file() else root / "_config.yml")
    pages = [str(site / page) for page in only]
    if pages:
        command = [sys.executable, "-c", SOME_PAGES, config, str(site), str(html), *pages]
    else:
        shutil.rmtree(output, ignore_errors=True)
        command = [sys.executable, "-c", "from jupyter_book.cli.main import main; main()", "build"]
        command += [str(site), "--config", config, "--toc", str(site / "_toc.yml")]
        command += ["--path-output", str(output), "-W", "--keep-going", "--all", "--quiet"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=root)
    log.write_text(done.stdout + done.stderr, encoding="utf-8")
    if done.returncode or not (html / "index.html").is_file():
        said = [line for line in done.stderr.splitlines() if "WARNING" in line or "ERROR" in line]
        said = said or done.stderr.strip().splitlines()[-1:] or ["no message"]
        reason = said[0].replace(str(site), "book")
        raise InputError(f"Jupyter Book stopped: {reason} (all of it: {log.relative_to(root)})")
    return html

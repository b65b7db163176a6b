"""Every chapter is a plain notebook that keeps the rules of the house."""

import ast
import csv
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from dataworth.banks.simulated.corpus import simulate
from dataworth.book.editions import Edition
from dataworth.book.engine import build_chapters, edition_folder
from dataworth.book.prose import CHOICE, SHOWN
from dataworth.book.publish import assemble
from dataworth.book.registry import read_registry
from dataworth.figures import PRINTED
from dataworth.ledger import read_printed

ROOT = Path(__file__).parents[1]
REGISTRY = read_registry(ROOT)
CHAPTERS = [pytest.param(chapter, id=chapter.id) for chapter in REGISTRY.chapters]


def read(chapter):
    return nbformat.read(ROOT / chapter.notebook, as_version=4)


def cells(chapter, kind):
    return [cell for cell in read(chapter).cells if cell.cell_type == kind]


def test_the_registry_lists_every_notebook():
    listed = {ROOT / chapter.notebook for chapter in REGISTRY.chapters}
    assert listed == set((ROOT / "chapters").rglob("*.ipynb"))


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_a_notebook_is_stored_without_outputs_and_with_stable_ids(chapter):
    notebook = read(chapter)
    nbformat.validate(notebook)
    assert (notebook.nbformat, notebook.nbformat_minor) >= (4, 5)
    assert len({cell.id for cell in notebook.cells}) == len(notebook.cells)
    for cell in cells(chapter, "code"):
        assert not cell.outputs
        assert cell.execution_count is None
        assert set(cell.metadata) <= {"tags"}


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_the_parameters_cell_agrees_with_the_registry(chapter):
    (cell,) = [c for c in cells(chapter, "code") if "parameters" in c.metadata.get("tags", [])]
    found = {}
    for node in ast.parse(cell.source).body:
        assert isinstance(node, ast.Assign), "only assignments belong in the parameters cell"
        found[node.targets[0].id] = ast.literal_eval(node.value)
    assert found == {name: p.parse(p.default) for name, p in chapter.parameters.items()}


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_a_chapter_has_the_title_of_the_registry_and_short_code_cells(chapter):
    assert cells(chapter, "markdown")[0].source.splitlines()[0] == f"# {chapter.title}"
    for cell in cells(chapter, "code"):
        assert len(cell.source.splitlines()) <= 25, cell.source[:80]


# What may hold digits without being a result: mathematics, code, roles such as
# glue and citations, link targets, and names of places, periods and models.
NOT_A_NUMBER = re.compile(
    r"""
    \$\$.*?\$\$ | \$[^$\n]*\$ | ```\{(?:math|code-cell).*?``` | \{[a-z:]+\}`[^`]*` | `[^`]*`
    | \]\([^)]*\) | <[^>]*>
    | \b(?:Tables?|Figures?|Sections?|Equations?|Exercises?|Chapters?|Steps?)\s
      [\dA-Z.,()]+(?:(?:,?\sand\s|,\s|\sto\s|–)[\d.()]+)*
    | \b(?:19|20)\d\d(?:Q[1-4])?\b | \bQ[1-4]\b | \(\d\)
    | \b(?:ARIMA|ARMA|AR|MA)\(\d(?:,\s?\d)*\) | \bSNA\s\d+ | \bIVS\s\d+ | ^\d+\.\s
    """,
    re.VERBOSE | re.DOTALL | re.MULTILINE | re.IGNORECASE,
)
NUMBER = re.compile(r"(?<![\w.])[-−]?\d[\d,]*(?:\.\d+)?(?![\w])")


def printed_numbers():
    """Every number in the claims, without sign and separators."""
    numbers = set()
    for path in (ROOT / "data" / "claims").glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                numbers |= {plain(n) for n in NUMBER.findall(row["printed"])}
    return numbers


def plain(number):
    return number.strip("-−").replace(",", "")


def numbers_in(prose):
    """List the numbers that stand in a text, those in alternatives of a choice among them."""
    alternatives = CHOICE.sub(lambda match: SHOWN.sub(" ", match[2]), prose)
    return NUMBER.findall(NOT_A_NUMBER.sub(" ", alternatives))


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_numbers_in_prose_are_glued_or_printed_claims(chapter):
    printed = printed_numbers()
    typed = {
        number
        for text in (chapter.answer, *(cell.source for cell in cells(chapter, "markdown")))
        for number in numbers_in(text)
        if plain(number) not in printed
    }
    assert not typed, f"typed by hand: {sorted(typed)}"


def test_a_link_to_a_row_of_the_ledger_names_a_claim_of_the_chapters_paper():
    led = [
        (chapter.id.partition("/")[0], name)
        for chapter in REGISTRY.chapters
        for cell in cells(chapter, "markdown")
        for name in re.findall(r"\]\(claim:([^)]*)\)", cell.source)
    ]
    assert led and [name for paper, name in led if name not in read_printed(paper)] == []


def test_the_prose_test_finds_a_typed_number():
    prose = "In Table 3 and 2008Q4, ARIMA(1,1,1) gives {glue:text}`x:.2f`, not 7.77 ($x=3$)."
    assert numbers_in(prose) == ["7.77"]
    assert numbers_in("It {choose}`up: rose by {by:.0%} | fell by 8`.") == ["8"]


def test_one_colour_is_kept_for_what_stands_in_print():
    lines = [
        line
        for chapter in REGISTRY.chapters
        for cell in cells(chapter, "code")
        for line in cell.source.splitlines()
    ]
    reserved = [line for line in lines if "figures.PRINTED" in line]
    assert reserved and all("printed" in line for line in reserved)
    assert not [line for line in lines if PRINTED in line]


@pytest.mark.chapters
def test_every_chapter_runs_with_the_quick_profile(quick_book):
    assert set(quick_book.statuses.values()) <= {"ran", "reused", "fresh"}, quick_book.statuses


@pytest.mark.chapters
@pytest.mark.parametrize("chapter", CHAPTERS)
def test_a_chapter_writes_nothing_to_standard_error(quick_book, chapter):
    notebook = nbformat.read(quick_book.results / chapter.id / "notebook.ipynb", as_version=4)
    outputs = [o for c in notebook.cells if c.cell_type == "code" for o in c.outputs]
    assert not [o.text for o in outputs if o.get("name") == "stderr"]


@pytest.mark.chapters
@pytest.mark.parametrize("chapter", CHAPTERS)
def test_a_chapter_shows_no_object_by_its_address(quick_book, chapter):
    notebook = nbformat.read(quick_book.results / chapter.id / "notebook.ipynb", as_version=4)
    shown = [
        o["data"] for c in notebook.cells if c.cell_type == "code" for o in c.outputs if "data" in o
    ]
    bare = [d["text/plain"] for d in shown if set(d) == {"text/plain"}]
    assert not [text for text in bare if " at 0x" in text]


@pytest.mark.chapters
def test_plain_papermill_runs_a_chapter_from_the_root(quick_book, tmp_path):
    output = tmp_path / "out.ipynb"
    command = [sys.executable, "-m", "papermill", "chapters/banks/discount.ipynb", str(output)]
    command += ["-p", "period", "7", "-p", "specific_risk", "0.05"]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=300)
    results = json.loads((ROOT / "build/scratch/banks/discount/results.json").read_text())
    assert results["period.central"] == 7


# What a chapter repeats: the least that is allowed where it rests on own files.
REPEATED = ("epochs", "compared_epochs", "refits", "resamples", "repeats", "left_out", "folds")
REPEATED += ("members", "draws")
OWN = {
    "series_file": "series_template.csv",
    "firms_file": "firms_example.csv",
    "market_file": "market_example.csv",
    "pay_file": "pay_example.csv",
    "dictionary_file": "terms.csv",
    "reports_folder": "reports",
}


@pytest.fixture(scope="module")
def brought(tmp_path_factory):
    """What a reader brings: the samples, a dictionary, and reports of which one is bad."""
    files = {name: ROOT / "data" / "samples" / file for name, file in OWN.items()}
    root = tmp_path_factory.mktemp("brought")
    files["dictionary_file"], folder = root / OWN["dictionary_file"], root / OWN["reports_folder"]
    terms = "术语,阶段\n数据采集,采集\n数据分析,分析\n大数据,分析\n区块链,存储\n"
    files["dictionary_file"].write_text(terms, encoding="gbk")
    folder.mkdir()
    for entry in simulate(seed=11, banks=3, first_year=2013, characters=4000):
        report = entry.load()
        (folder / f"{report.bank}_{report.year}.txt").write_text(report.text, encoding="utf-8")
    (folder / "华夏银行_2012.txt").write_text("")
    return {name: str(path) for name, path in (files | {"reports_folder": folder}).items()}


def plain_sphinx(site, html):
    """Build pages as one would without Jupyter Book 1, from the very same sources.

    Any warning stops it.
    """
    shutil.copy(ROOT / "_config.yml", site)
    config = "from jupyter_book.cli.main import main; main()"
    command = [sys.executable, "-c", config, "config", "sphinx", str(site)]
    subprocess.run(command, check=True, capture_output=True)
    command = [sys.executable, "-m", "sphinx", "-b", "html", "-W", "--keep-going", "-q"]
    done = subprocess.run(
        [*command, str(site), str(html)], capture_output=True, text=True, check=False
    )
    assert not done.returncode, done.stderr
    return html


@pytest.mark.chapters
def test_a_readers_own_files_give_a_whole_book_with_plain_sphinx_too(quick_book, brought, tmp_path):
    files = brought
    changes = {c.id: {n: files[n] for n in OWN if n in c.parameters} for c in REGISTRY.chapters}
    least = {
        c.id: {n: int(c.parameters[n].range[0]) for n in REPEATED if n in c.parameters}
        for c in REGISTRY.chapters
        if any(changes[need] for need in REGISTRY.with_needs([c.id]))
    }
    # How TVAE takes a reader's firms is seen where synthesizers are compared; what is fitted again
    # and again is the quickest of them, which so goes through every chapter that uses one.
    least["potential/augment"]["synthesizer"] = "bootstrap"
    edition = Edition(
        "own-files", "quick", {c: least.get(c, {}) | own for c, own in changes.items()}
    )
    outcomes = build_chapters(root=ROOT, edition=edition)
    assert all(outcome.proven for outcome in outcomes.values()), outcomes
    site = edition_folder(ROOT, edition) / "site"
    shutil.rmtree(site, ignore_errors=True)
    assemble(ROOT, REGISTRY, edition, site)
    html = plain_sphinx(site, tmp_path / "html")
    assert {name for own in changes.values() for name in own} == set(OWN)
    for chapter in changes:
        read = {name for need in REGISTRY.with_needs([chapter]) for name in changes[need]}
        text = (html / f"chapters/{chapter}.html").read_text("utf-8")
        assert ("dw-badge-your-data" in text) == bool(read)
        assert all(OWN[name] in text for name in read)
        assert str(ROOT) not in text
        assert str(Path(brought["reports_folder"]).parent) not in text
    assert "dw-badge-your-data" not in (html / "index.html").read_text("utf-8")
    # The Chinese pages are a book of their own, built from the same sources.
    built = {page.relative_to(html) for page in html.rglob("*.html")}
    pages = {page.relative_to(quick_book.html) for page in quick_book.html.rglob("*.html")}
    assert {page for page in pages if not {"_static", "zh"} & set(page.parts)} <= built

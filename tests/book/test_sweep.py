"""A sweep runs a grid, goes on after interruptions, and shows only what it computed."""

import html
import json
import shutil
import signal

import pandas as pd
import pytest

from dataworth.book import sweep
from dataworth.book.editions import Edition
from dataworth.book.manifest import read_manifest
from dataworth.book.publish import make_page
from dataworth.book.registry import read_registry
from dataworth.errors import InputError
from tests.book.test_engine import dataworth, wait_until
from tests.conftest import ROOT

GRID = ["-p", "shift=0..2", "-p", "scale=1,3"]


def sweep_command(*more, **options):
    return dataworth("sweep", "one/total", *GRID, "--jobs", "2", *more, **options)


def finished(root):
    return len(list(root.glob("build/one-total-*/one/total/manifest.json")))


def table_of(root):
    (path,) = root.glob("_build/sweeps/one-total-*/table.csv")
    return path.read_bytes()


@pytest.fixture(scope="module")
def undisturbed(built_once, tmp_path_factory):
    root = shutil.copytree(built_once, tmp_path_factory.mktemp("sweep") / "mini")
    process = sweep_command("--keep", cwd=root)
    output, errors = process.communicate(timeout=300)
    assert process.returncode == 0, errors
    return root, output


def test_a_sweep_runs_every_point_and_what_points_share_once(undisturbed):
    root, output = undisturbed
    table = pd.read_csv(root / "data/sweeps/one-total.csv")
    assert list(table.columns) == ["parameter.shift", "parameter.scale", "total", "failed"]
    expected = 6 * table["parameter.scale"] + table["parameter.shift"]
    assert len(table) == 6
    assert (table["total"] == expected).all()
    # Three points each share a run of the chapter before: two runs, four copies.
    runs = [
        read_manifest(p.parent) for p in root.glob("build/one-total-*/one/numbers/manifest.json")
    ]
    assert len(runs) == 6
    assert len({(run["fingerprint"], run["started"], run["seconds"]) for run in runs}) == 2
    assert "6 of 6" in output
    (figure,) = root.glob("_build/sweeps/*/figure.svg")
    assert "<svg" in figure.read_text()


def test_a_sweep_that_is_interrupted_twice_ends_in_the_same_table(undisturbed, built):
    for more, how in ((2, signal.SIGINT), (3, signal.SIGKILL)):
        enough = finished(built) + more
        process = sweep_command()
        wait_until(lambda enough=enough: finished(built) >= enough)
        process.send_signal(how)
        _, errors = process.communicate(timeout=120)
        assert process.returncode == (130 if how == signal.SIGINT else -signal.SIGKILL), errors
        assert not list(built.glob("_build/sweeps/*/table.csv"))
    process = sweep_command()
    output, errors = process.communicate(timeout=300)
    assert process.returncode == 0, errors
    assert "fresh one-total-" in output
    assert table_of(built) == table_of(undisturbed[0])


def test_a_point_that_fails_is_named_and_the_rest_stands(built):
    notebook = built / "chapters/one/other.ipynb"
    bad = notebook.read_text().replace("page.record(", "assert code != '2'\\npage.record(")
    notebook.write_text(bad)
    process = dataworth("sweep", "one/other", "-p", "code=1,2,3", "--jobs", "2")
    _, errors = process.communicate(timeout=120)
    assert process.returncode == 2
    assert "1 of 3 points failed; the first: cell" in errors
    (path,) = built.glob("_build/sweeps/*/table.csv")
    table = pd.read_csv(path)
    assert list(table["code"].fillna(0)) == [1, 0, 3]
    assert table["failed"].notna().tolist() == [False, True, False]


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"shift": "1"}, "expected 2 to 500 points, found 1"),
        ({"shift": "-10..10", "pause": "0..30"}, "found 651"),
        ({"shift": "0..999"}, "expected 1 to 500 values"),
        ({"shift": "3..1"}, "lowest first"),
        ({"shift": "1,1"}, "stands twice"),
        ({"pause": "1,1.0"}, "stands twice"),
        ({"shift": "1,99"}, "expected -10 to 10, found 99"),
        ({"other": "1,2"}, "unknown parameter"),
    ],
)
def test_a_grid_that_cannot_be_is_refused_before_anything_runs(mini, values, words):
    with pytest.raises(InputError, match=words):
        sweep.plan(read_registry(mini), Edition(), "one/total", values)


PANEL = "```{whatif}\ntotal = The total & more = .1f\n```"


def page_with_panel(root, edition):
    folder = root / "build" / edition.folder
    notebook = folder / "one/total/notebook.ipynb"
    content = json.loads(notebook.read_text())
    content["cells"][0]["source"] = f"# Total\n\n{PANEL}\n"
    notebook.write_text(json.dumps(content))
    return make_page(folder, read_registry(root), edition, "one/total").cells[0].source


def test_a_panel_looks_computed_points_up(undisturbed):
    root = undisturbed[0]
    edition = next(
        Edition(p.parents[2].name)
        for p in sorted(root.glob("build/one-total-*/one/total/results.json"))
        if json.loads(p.read_text()) == {"total": 20.0}
    )
    text = page_with_panel(root, edition)
    points = json.loads(html.unescape(text.partition('data-points="')[2].partition('"')[0]))
    assert points == {
        f"{shift},{number}": [f"{6 * scale + shift:.1f}"]
        for shift in range(3)
        for number, scale in enumerate((1, 3))
    }
    assert "The total &amp; more</th><td>20.0</td>" in text
    assert text.count(" selected") == 2


def test_a_panel_in_a_browser_shows_the_point_that_is_chosen(undisturbed, open_page):
    root = undisturbed[0]
    edition = Edition(next(root.glob("build/one-total-*")).name)
    panel = page_with_panel(root, edition).partition("```{raw} html")[2].partition("```")[0]
    script = (ROOT / "book" / "_static" / "dataworth.js").read_text("utf-8")
    page = open_page(panel, f"<script>{script}</script>")
    for shift, scale in ((0, 1), (2, 3), (1, 1)):
        page.get_by_label("Added to the total").select_option(index=shift)
        page.get_by_label("Factor").select_option(index=(1, 3).index(scale))
        assert page.locator(".dw-whatif td").inner_text() == f"{6 * scale + shift:.1f}"


def test_a_panel_of_other_settings_or_an_older_version_is_not_shown(undisturbed, tmp_path):
    root = shutil.copytree(undisturbed[0], tmp_path / "mini")
    text = page_with_panel(root, Edition())  # the default's scale is not among the points
    assert "data-points" not in text
    assert "dataworth sweep one/total" in text
    table = root / "data/sweeps/one-total.csv"
    edition = Edition(next(root.glob("build/one-total-*")).name)
    assert "data-points" in page_with_panel(root, edition)
    table.write_text(table.read_text().replace(".0,", ".5,"))
    assert "data-points" not in page_with_panel(root, edition)

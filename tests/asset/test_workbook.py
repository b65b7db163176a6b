"""The workbook computes by itself: LibreOffice gets the library's values from its formulas."""

import os
import shutil
import subprocess

import pytest
from openpyxl import load_workbook

from dataworth.asset.read import read_words
from dataworth.asset.value import assumptions, value_asset
from dataworth.asset.workbook import workbook
from dataworth.banks.value.methods import METHODS

from .assets import NAMES, described, sample

WORDS = read_words()["en"]["methods"]
OFFICE = shutil.which("soffice")
needs_office = pytest.mark.skipif(
    OFFICE is None and "DATAWORTH_REQUIRE_OFFICE" not in os.environ,
    reason="no LibreOffice on this machine",
)


def computed(content, folder, change=lambda book: None):
    """Return every sheet's cells as LibreOffice computes them."""
    path = folder / "asset.xlsx"
    path.write_bytes(content)
    book = load_workbook(path)
    change(book)
    book.save(path)
    home = f"-env:UserInstallation=file://{folder}/office"
    command = [
        "soffice",
        home,
        "--headless",
        "--convert-to",
        "xlsx",
        "--outdir",
        folder / "out",
        path,
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    return load_workbook(folder / "out" / "asset.xlsx", data_only=True)


def values(book):
    rows = [row for row in book["read me"].iter_rows(values_only=True) if row[1] is not None]
    return {row[0]: row[1] for row in rows[1:]}


def test_the_first_sheet_bears_the_statement(tmp_path):
    asset = described(tmp_path)
    lines = ["This is no appraisal.", "不得直接作为入账"]
    (tmp_path / "a.xlsx").write_bytes(workbook(asset, value_asset(asset, draws=100), lines))
    first = load_workbook(tmp_path / "a.xlsx").worksheets[0]
    assert [first.cell(row, 1).value for row in (2, 3)] == lines


def test_values_are_formulas_and_no_numbers(tmp_path):
    asset = described(tmp_path)
    (tmp_path / "a.xlsx").write_bytes(workbook(asset, value_asset(asset, draws=100), []))
    book = load_workbook(tmp_path / "a.xlsx")
    live = values(book)
    assert len(live) == len(METHODS)
    assert all(str(cell).startswith("=") for cell in live.values())
    for key in METHODS:
        cells = [c for row in book[key].iter_rows(min_row=2, min_col=2) for c in row if c.value]
        assert all(str(cell.value).startswith("=") for cell in cells)


@needs_office
@pytest.mark.parametrize("name", ["whole", *NAMES])
def test_libreoffice_computes_what_the_library_computes(name, tmp_path):
    asset = described(tmp_path) if name == "whole" else sample(name)
    found = value_asset(asset, draws=100)
    live = values(computed(workbook(asset, found, ["-"]), tmp_path))
    expected = {WORDS[key][0]: value for key, value in found.central.items()}
    assert live == pytest.approx(expected, rel=1e-9)


@needs_office
def test_changed_inputs_and_costs_change_the_values_as_in_the_library(tmp_path):
    asset = described(tmp_path)
    content = workbook(asset, value_asset(asset, draws=100), ["-"])

    def change(book):
        for row in book["inputs"].iter_rows(min_row=2):
            moved = {"rate": 0.0, "life": 3.5, "growth": -0.2, "rebuild": 0.0, "period": 3.3}
            row[2].value = moved.get(row[0].value, row[2].value)
        book["costs"]["C2"].value = 777

    live = values(computed(content, tmp_path, change))
    moved = {"rate": 0, "life": 3.5, "growth": -0.2, "rebuild": 0}
    known = {k: asset.given["assumptions"][k] for k in ("royalty", "outlay", "workforce")}
    costs = [{"year": 2023, "amount": 777}, *asset.given["costs"][1:]]
    changed = described(tmp_path, assumptions=known | moved, term=3.3, costs=costs)
    assert assumptions(changed).loc["period", "central"] == 3.3
    expected = value_asset(changed, draws=100).central
    assert live == pytest.approx({WORDS[k][0]: v for k, v in expected.items()}, rel=1e-9)

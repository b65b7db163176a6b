"""Blank tables: what they ask for, and that what is filled in is read."""

from pathlib import Path

import openpyxl
import pytest

from dataworth.errors import InputError
from dataworth.inputs.firms.columns import recognize
from dataworth.inputs.firms.reader import check_firms, check_market, read_firms, read_market
from dataworth.inputs.firms.templates import template_rows, write_template
from dataworth.inputs.firms.variables import COLUMNS, FEATURES, compute_variables
from tests.inputs.firms.test_reader import csv, firms, found, items
from tests.inputs.tables.test_tabular import write

CHECKS = {"firms": check_firms, "market": check_market}


@pytest.mark.parametrize("with_items", [False, True])
@pytest.mark.parametrize("kind", CHECKS)
def test_names_and_chinese_names_of_a_column_mean_the_same(kind: str, with_items: bool) -> None:
    names, chinese, units, example = template_rows(kind, items=with_items)
    assert len(names) == len(chinese) == len(units) == len(example)
    assert [recognize(name) for name in names] == [recognize(name) for name in chinese]
    assert None not in map(recognize, names)
    assert ("Data" in names or "data_intangible" in names) == (kind == "firms")


@pytest.mark.parametrize("ending", [".csv", ".xlsx"])
@pytest.mark.parametrize("with_items", [False, True])
@pytest.mark.parametrize("kind", CHECKS)
def test_a_template_that_nobody_filled_in_is_refused(tmp_path, kind, with_items, ending) -> None:
    path = write_template(tmp_path / f"blank{ending}", kind, items=with_items)
    report = CHECKS[kind](path)
    assert found(report, "warning") == ["row 4: an example row; left out"]
    assert found(report, "error") == ["file: expected rows of firms, found none"]


def test_a_template_of_variables_is_read_once_it_is_filled_in(tmp_path: Path) -> None:
    rows = template_rows("firms")
    table = firms()[rows[0]]
    filled = "\n".join(",".join(row) for row in [*rows[:3], *table.to_numpy().tolist()])
    path = write(tmp_path, filled)
    assert check_firms(path).findings == []
    assert read_firms(path).equals(read_firms(write(tmp_path, csv(firms()), "plain.csv")))


def test_an_example_that_was_left_in_is_no_firm(tmp_path: Path) -> None:
    rows = [*template_rows("market"), *firms(120)[template_rows("market")[0]].to_numpy().tolist()]
    path = write(tmp_path, "\n".join(",".join(row) for row in rows))
    assert found(check_market(path), "warning") == ["row 4: an example row; left out"]
    assert len(read_market(path)) == 120


def test_a_template_in_excel_keeps_leading_zeros_and_holds_numbers(tmp_path: Path) -> None:
    path = write_template(tmp_path / "blank.xlsx", "firms", items=True)
    book = openpyxl.load_workbook(path)
    names = [cell.value for cell in book.active[1]]
    assert book.active.cell(5, 1).number_format == "@"
    assert book.active.cell(4, names.index("revenue") + 1).value == 2_400_000_000
    names, *rows = items().columns.tolist(), *items().to_numpy().tolist()
    for number, row in enumerate(rows, start=4):
        for position, value in enumerate(row, start=1):
            book.active.cell(number, position).value = value or None
    book.save(tmp_path / "filled.xlsx")
    assert read_firms(tmp_path / "filled.xlsx").index.tolist() == items()["code"].tolist()


def test_a_template_in_csv_opens_in_excel_with_its_chinese(tmp_path: Path) -> None:
    path = write_template(tmp_path / "blank.csv", "market")
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")


def test_the_two_layouts_show_the_same_example(tmp_path: Path) -> None:
    import pandas as pd

    names, _, _, example = template_rows("firms", items=True)
    raw = pd.DataFrame([example], columns=names).iloc[:, 3:].replace("", "nan").astype(float)
    shown = dict(zip(template_rows("firms")[0], template_rows("firms")[3], strict=True))
    computed = compute_variables(raw).iloc[0]
    for name in COLUMNS:
        assert float(shown[name]) == pytest.approx(computed[name], rel=1e-9)
    assert [name for name in FEATURES if not shown[name]] == []


def test_a_file_that_exists_is_never_overwritten(tmp_path: Path) -> None:
    path = write(tmp_path, "mine")
    with pytest.raises(InputError, match=r"my\.csv: exists; it was not overwritten"):
        write_template(path, "firms")
    assert path.read_text() == "mine"


@pytest.mark.parametrize(
    ("name", "message"),
    [("a.xls", "expected a name ending in"), ("a", "ending in"), ("no/a.csv", "cannot be written")],
)
def test_a_file_that_cannot_be_written_is_refused(tmp_path: Path, name: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        write_template(tmp_path / name, "firms")
    assert list(tmp_path.iterdir()) == []

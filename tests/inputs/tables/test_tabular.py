"""Tables in the encodings and formats that users bring."""

import datetime
import gzip
import zipfile
from pathlib import Path

import openpyxl
import pytest

from dataworth.errors import InputError
from dataworth.inputs.report import FileReport
from dataworth.inputs.tables import tabular
from dataworth.inputs.tables.tabular import Table

TEXT = "证券代码,简称\n000001,平安银行\n600015,华夏银行\n"


def write(folder: Path, content: str | bytes, name: str = "my.csv") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def workbook(folder: Path, rows: list, *, sheets: int = 1, name: str = "my.xlsx") -> Path:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    for _ in range(sheets - 1):
        book.create_sheet()
    book.save(folder / name)
    return folder / name


def read(path: Path) -> tuple[Table, FileReport]:
    report = FileReport(path, "series")
    return tabular.read_table(path, report), report


def read_table(path: Path) -> Table:
    """Read a table, and raise what its reader would report."""
    table, report = None, FileReport(path, "series")
    with report.reading():
        table = tabular.read_table(path, report)
    if table is None:
        report.use()
    return table


def cells(table: Table) -> list[list[str]]:
    return table.frame.to_numpy().tolist()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    table, report = read(write(tmp_path, TEXT.encode(encoding)))
    assert list(table.frame.columns) == ["证券代码", "简称"]
    assert cells(table) == [["000001", "平安银行"], ["600015", "华夏银行"]]
    assert report.findings == []


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_separators_and_line_ends(tmp_path: Path, separator: str, line_end: str) -> None:
    text = line_end.join(["a,b", "1,2", "3,4"]).replace(",", separator)
    assert cells(read_table(write(tmp_path, text))) == [["1", "2"], ["3", "4"]]


def test_rows_are_numbered_as_the_user_sees_them(tmp_path: Path) -> None:
    table = read_table(write(tmp_path, '\na,b\n1,"x\ny"\n\n,\n3,4\n'))
    assert list(table.frame.index) == [3, 7]


def test_empty_columns_are_left_out(tmp_path: Path) -> None:
    table, report = read(write(tmp_path, "a,,b,,\n1,,2,,\n3,,4,,\n"))
    assert list(table.frame.columns) == ["a", "b"]
    assert report.findings == []


def test_a_column_without_a_name_is_found(tmp_path: Path) -> None:
    (finding,) = read(write(tmp_path, "a,,b\n1,9,2\n"))[1].findings
    assert (finding.severity, finding.where) == ("error", "row 1, column 2")


def test_unquoted_thousands_separators_are_found(tmp_path: Path) -> None:
    (finding,) = read(write(tmp_path, 'a,b\n1,"2,000"\n2,3,000\n'))[1].findings
    assert (finding.severity, finding.where) == ("error", "row 3")
    assert "expected 2 cells, found 3" in finding.message


def test_short_rows_are_filled(tmp_path: Path) -> None:
    assert cells(read_table(write(tmp_path, "a,b\n1\n"))) == [["1", ""]]


@pytest.mark.parametrize(
    ("name", "content", "found"),
    [
        ("my.csv", b"", "empty file"),
        ("my.csv", b" \r\n\n", "empty file"),
        ("my.csv", b",,\n,,\n", "no filled cell"),
        ("my.csv", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "a binary file"),
        ("my.csv", b"PK\x03\x04\x14\0", "zip archive"),
        ("my.csv", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0\0", "old Excel workbook"),
        ("my.csv", b"a,b\n1,\x01\x02\n", "a binary file"),
        ("my.csv", b"a,b\n1,\xff\xff\xff\n", "another encoding"),
        ("my.csv", b'a,b\n1,2\n3,"4\n', "row 3: quotation marks"),
        ("my.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0\0", "found .*xls.; save it anew"),
        ("my.pdf", b"%PDF-1.7", "found 'my.pdf'"),
        ("my", b"a,b\n1,2\n", "ending in .csv"),
        ("my.xlsx", b"a,b\n1,2\n", "damaged one or another format"),
        ("my.xlsx", b"PK\x03\x04 no more", "damaged one or another format"),
        ("my.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0\0", "old .xls under a new name"),
        (
            "my.xlsx",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            "locked with a password",
        ),
    ],
)
def test_refuses_in_one_line(tmp_path: Path, name: str, content: bytes, found: str) -> None:
    path = write(tmp_path, content, name)
    with pytest.raises(InputError, match=found) as error:
        read_table(path)
    assert str(error.value).startswith(f"{path}: ")


def test_refuses_a_folder_and_a_file_that_is_not_there(tmp_path: Path) -> None:
    (tmp_path / "my.csv").mkdir()
    with pytest.raises(InputError, match="found a folder"):
        read_table(tmp_path / "my.csv")
    with pytest.raises(InputError, match="no such file"):
        read_table(tmp_path / "other.csv")


def test_refuses_a_workbook_cut_short_and_an_archive_that_is_none(tmp_path: Path) -> None:
    path = workbook(tmp_path, [["a", "b"], [1, 2]])
    write(tmp_path, path.read_bytes()[:-200], "cut.xlsx")
    with zipfile.ZipFile(tmp_path / "zip.xlsx", "w") as archive:
        archive.writestr("readme.txt", "no workbook")
    for name in ("cut.xlsx", "zip.xlsx"):
        with pytest.raises(InputError, match="damaged one"):
            read_table(tmp_path / name)


def test_excel_cells_become_text(tmp_path: Path) -> None:
    row = ["000001", datetime.datetime(2007, 3, 31), 1200000000, 0.1, 2.0, -1e20, True, None]
    path = workbook(tmp_path, [list("abcdefgh"), row, [], [None] * 7 + ["x"]])
    table = read_table(path)
    texts = ["000001", "2007-03-31", "1200000000", "0.1", "2", "-1e+20", "True", ""]
    assert cells(table) == [texts, [""] * 7 + ["x"]]
    assert list(table.frame.index) == [2, 4]


def test_an_excel_percentage_stays_one(tmp_path: Path) -> None:
    path = workbook(tmp_path, [["a", "b"], [1, 0.125]])
    book = openpyxl.load_workbook(path)
    book.active["B2"].number_format = "0.0%"
    book.save(path)
    assert cells(read_table(path)) == [["1", "12.5%"]]


def test_of_several_sheets_the_first_is_read(tmp_path: Path) -> None:
    table, report = read(workbook(tmp_path, [["a", "b"], [1, 2]], sheets=3))
    assert cells(table) == [["1", "2"]]
    (finding,) = report.findings
    assert finding.severity == "warning"
    assert "3 sheets" in finding.message


def test_a_cover_sheet_is_no_table(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["本表由终端导出"])
    sheet = book.create_sheet("数据")
    for row in (["a", "b"], [1, 2]):
        sheet.append(row)
    book.save(tmp_path / "my.xlsx")
    table, report = read(tmp_path / "my.xlsx")
    assert cells(table) == [["1", "2"]]
    assert report.warnings[0].message == "2 sheets; only '数据' is read"


@pytest.mark.parametrize("layout", ['0.00"%"', "0.00\\%"])
def test_a_percent_sign_that_is_only_written_multiplies_nothing(tmp_path, layout) -> None:
    path = workbook(tmp_path, [["a", "b"], [1, 12.5]])
    book = openpyxl.load_workbook(path)
    book.active["B2"].number_format = layout
    book.save(path)
    assert cells(read_table(path)) == [["1", "12.5%"]]


def test_titles_notes_and_an_index_are_left_out(tmp_path: Path) -> None:
    text = "利润表\n单位：万元,,\n,a,b\n0,x,1\n1,y,2\n数据来源：Wind,,\n注：未经审计,,\n"
    table, report = read(write(tmp_path, text))
    assert cells(table) == [["x", "1"], ["y", "2"]]
    assert table.units == ["单位：万元"] * 2
    assert [f.where for f in report.warnings] == ["row 1", "row 2", "row 7", "row 6"]


def test_rows_of_names_and_units_are_a_header(tmp_path: Path) -> None:
    table, _ = read(write(tmp_path, "Stkcd,A001\n证券代码,资产总计\n没有单位,万元\n000001,5\n"))
    assert (table.names, table.units) == (["证券代码", "资产总计"], ["没有单位", "万元"])
    assert cells(table) == [["000001", "5"]]


def test_a_packed_table_is_unpacked(tmp_path: Path) -> None:
    path = write(tmp_path, gzip.compress(TEXT.encode()), "my.csv.gz")
    assert len(read_table(path).frame) == 2
    with pytest.raises(InputError, match="expected a gzip file, found a damaged one"):
        read_table(write(tmp_path, b"a,b\n1,2\n", "other.csv.gz"))

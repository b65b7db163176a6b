"""Tables in the encodings and formats that users bring."""

import datetime
import zipfile
from pathlib import Path

import openpyxl
import pytest

from dataworth.errors import InputError
from dataworth.inputs.tables.tabular import Table, read_table

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


def cells(table: Table) -> list[list[str]]:
    return table.frame.to_numpy().tolist()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    table = read_table(write(tmp_path, TEXT.encode(encoding)))
    assert list(table.frame.columns) == ["证券代码", "简称"]
    assert cells(table) == [["000001", "平安银行"], ["600015", "华夏银行"]]
    assert table.findings == ()


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_separators_and_line_ends(tmp_path: Path, separator: str, line_end: str) -> None:
    text = line_end.join(["a,b", "1,2", "3,4"]).replace(",", separator)
    assert cells(read_table(write(tmp_path, text))) == [["1", "2"], ["3", "4"]]


def test_rows_are_numbered_as_the_user_sees_them(tmp_path: Path) -> None:
    table = read_table(write(tmp_path, '\na,b\n1,"x\ny"\n\n,\n3,4\n'))
    assert list(table.frame.index) == [3, 7]


def test_empty_columns_are_left_out(tmp_path: Path) -> None:
    table = read_table(write(tmp_path, "a,,b,,\n1,,2,,\n3,,4,,\n"))
    assert list(table.frame.columns) == ["a", "b"]
    assert table.findings == ()


def test_a_column_without_a_name_is_found(tmp_path: Path) -> None:
    (finding,) = read_table(write(tmp_path, "a,,b\n1,9,2\n")).findings
    assert (finding.severity, finding.where) == ("error", "row 1, column 2")


def test_unquoted_thousands_separators_are_found(tmp_path: Path) -> None:
    (finding,) = read_table(write(tmp_path, 'a,b\n1,"2,000"\n2,3,000\n')).findings
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
        ("my.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0\0", "found .xls"),
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
    table = read_table(workbook(tmp_path, [["a", "b"], [1, 2]], sheets=3))
    assert cells(table) == [["1", "2"]]
    (finding,) = table.findings
    assert finding.severity == "warning"
    assert "3 sheets" in finding.message

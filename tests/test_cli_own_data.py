"""Own firms and own market, as users of the command meet them."""

from pathlib import Path

import pytest

from .command import assert_refused, dataworth

SAMPLES = Path(__file__).parents[1] / "data" / "samples"


@pytest.mark.parametrize("kind", ["firms", "market"])
def test_template_then_check(tmp_path: Path, kind: str) -> None:
    done = dataworth("template", kind, "mine.csv", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, "mine.csv\n")
    done = dataworth("check", kind, "mine.csv", cwd=tmp_path)
    assert done.returncode == 2
    assert done.stdout.splitlines() == [
        "warning: row 4: an example row; left out",
        "error: file: expected rows of firms, found none",
        "mine.csv: 1 error",
    ]


def test_a_template_has_a_name_of_its_own_and_asks_for_items_when_told(tmp_path: Path) -> None:
    assert dataworth("template", "market", "--items", cwd=tmp_path).stdout == "market.csv\n"
    text = (tmp_path / "market.csv").read_text(encoding="utf-8-sig")
    assert "total_assets_prev" in text
    assert "data_intangible" not in text


def test_a_template_never_overwrites(tmp_path: Path) -> None:
    dataworth("template", "firms", "mine.xlsx", cwd=tmp_path)
    before = (tmp_path / "mine.xlsx").read_bytes()
    done = dataworth("template", "firms", "mine.xlsx", cwd=tmp_path)
    assert_refused(done, "mine.xlsx: exists")
    assert (tmp_path / "mine.xlsx").read_bytes() == before


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("firms", ["40 firms", "missing: RDPsnRatio 7.5%", "sections: I "]),
        ("market", ["120 firms", "missing: TobinQ 3.3%", "(ST): 4"]),
    ],
)
def test_check_says_what_a_good_file_holds(kind: str, words: list[str]) -> None:
    done = dataworth("check", kind, str(SAMPLES / f"{kind}_example.csv"))
    assert done.returncode == 0, done.stdout
    (line,) = done.stdout.splitlines()
    assert "ready to use" in line
    for word in words:
        assert word in line


def test_check_names_every_problem_of_a_file(tmp_path: Path) -> None:
    text = (SAMPLES / "market_example.csv").read_text(encoding="utf-8-sig").splitlines()
    text[3] = text[3].replace("009102", "699100")
    text[4] = text[4].replace(",0.9315,", ",unknown,")
    (tmp_path / "mine.csv").write_text("\n".join(text), encoding="gbk")
    done = dataworth("check", "market", "mine.csv", cwd=tmp_path)
    assert done.returncode == 2
    assert done.stdout.splitlines() == [
        "warning: row 5, column 托宾Q值: expected a number, found 'unknown'; the row was left out",
        "error: row 4, column 证券代码: 699100 stands in row 2 too; expected each firm once",
        "mine.csv: 1 error",
    ]


def test_check_of_a_file_that_is_not_there_says_so(tmp_path: Path) -> None:
    done = dataworth("check", "firms", "nothing.csv", cwd=tmp_path)
    assert done.returncode == 2
    assert "error: file: there is no such file" in done.stdout


def test_help_tells_of_check_and_template() -> None:
    for command in ("check", "template"):
        text = dataworth(command, "--help").stdout
        assert "firms" in text
        assert "market" in text


def test_check_dictionary_and_series_say_what_they_read(tmp_path: Path) -> None:
    (tmp_path / "terms.txt").write_text("1. 数据采集\n2. 数据治理\n", encoding="utf-8")
    done = dataworth("check", "dictionary", "terms.txt", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (
        0,
        "terms.txt: ready to use; 2 terms, 0 with a stage\n",
    )
    rows = [
        f"{2001 + i // 4}Q{i % 4 + 1},{10**8 * (i % 4 + 1 + 0.01 * (7 * i % 11))}"
        for i in range(40)
    ]
    (tmp_path / "profit.csv").write_text("\n".join(["季度,净利润（元）", *rows]), encoding="utf-8")
    done = dataworth("check", "series", "profit.csv", cwd=tmp_path)
    assert done.returncode == 2
    assert "are year to date" in done.stdout and "series_kind=cumulative" in done.stdout
    done = dataworth("check", "series", "profit.csv", "--kind", "cumulative", cwd=tmp_path)
    assert done.returncode == 0
    assert "single quarters were taken" in done.stdout


def test_columns_are_named_in_a_small_file_and_features_done_without(tmp_path: Path) -> None:
    text = (SAMPLES / "market_example.csv").read_text(encoding="utf-8-sig")
    (tmp_path / "mine.csv").write_text(
        text.replace("托宾Q值", "q").replace("总资产（亿元）", "TA", 1), "utf-8"
    )
    (tmp_path / "map.yml").write_text("TA: 总资产（亿元）\n", encoding="utf-8")
    done = dataworth("check", "market", "mine.csv", "--columns", "map.yml", cwd=tmp_path)
    assert done.returncode == 2
    assert "error: column TobinQ: expected it" in done.stdout
    options = ("--columns", "map.yml", "--absent", "refit")
    done = dataworth("check", "market", "mine.csv", *options, cwd=tmp_path)
    assert done.returncode == 0, done.stdout
    assert "warning: column TobinQ: expected it" in done.stdout


def test_what_a_run_refuses_a_check_says(tmp_path: Path) -> None:
    quarters = [f"{year}Q{q}" for year in range(2010, 2020) for q in (1, 2, 3, 4)]
    rows = [f"{quarter},{1e8 + 2e6 * n}" for n, quarter in enumerate(quarters)]
    path = tmp_path / "line.csv"
    path.write_text("\n".join(["period,value", *rows]), encoding="utf-8")
    done = dataworth("check", "series", "line.csv", cwd=tmp_path)
    *_, warning, last = done.stdout.splitlines()
    assert "a straight line" in warning and warning.endswith("every chapter refuses it")
    assert last.startswith("line.csv: can be read, but every chapter refuses it")
    assert_refused(dataworth("run", "banks/arima", "-p", f"series_file={path}"), "a straight line")


def test_a_loan_goes_from_template_to_page_in_any_encoding(tmp_path):
    assert dataworth("template", "lend", "loan.yml", cwd=tmp_path).returncode == 0
    loan = tmp_path / "loan.yml"
    loan.write_text(loan.read_text("utf-8").replace("A small", "一家小"), encoding="gbk")
    assert "ready to use" in dataworth("check", "lend", "loan.yml", cwd=tmp_path).stdout
    done = dataworth("lend", "loan.yml", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "-0.00%" not in done.stdout
    assert "一家小" in (tmp_path / "loan.html").read_text("utf-8")
    assert_refused(dataworth("lend", "loan.yml", cwd=tmp_path), "--out: expected a new file")

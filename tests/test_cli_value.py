"""The command that turns a folder of reports into a value, as its users meet it."""

import json

import pandas as pd
import pytest

from dataworth.banks.simulated import corpus
from dataworth.inputs.reports.folder import SCOPES

from .command import assert_refused, dataworth


@pytest.fixture(scope="module")
def brought(tmp_path_factory):
    """Bring reports in three forms, two that cannot be used, and pay in ten thousand yuan."""
    root = tmp_path_factory.mktemp("brought")
    (root / "reports").mkdir()
    source = corpus.simulate(
        seed=3, banks=2, first_year=2020, last_year=2022, characters=3000, density=20
    )
    lines = []
    for number, entry in enumerate(source):
        report = entry.load()
        if number < 3:
            path = root / "reports" / f"{report.bank}_{report.year}年年度报告.txt"
            path.write_bytes(report.text.encode("gb18030"))
        else:
            fields = {"bank": report.bank, "year": report.year, "text": report.text}
            lines.append(json.dumps(fields, ensure_ascii=False))
    (root / "reports" / "more.jsonl").write_text("\n".join(lines), encoding="utf-8")
    (root / "reports" / "华夏银行_2019.txt").write_text("", encoding="utf-8")
    (root / "reports" / "华夏银行_2018.txt").write_text("An annual report. " * 200)
    banks = sorted({entry.bank for entry in source})
    rows = [f"{bank},{year},150000" for bank in banks for year in (2020, 2021, 2022)]
    text = "\n".join(["银行,年度,职工薪酬本期增加(万元)", *rows])
    (root / "pay.csv").write_text(text + "\n合计,2022,300000", encoding="gbk")
    (root / "none.txt").write_text("区块链养殖\n", encoding="utf-8")
    quarters = [f"{bank},2021Q{q},{40000 * q}" for bank in banks for q in (1, 2, 3, 4)]
    lines = ["银行,季度,本期增加(万元)", *quarters]
    (root / "to_date.csv").write_text("\n".join(lines), encoding="utf-8")
    return root


def test_a_folder_and_pay_give_rates_costs_and_values_with_intervals(brought, tmp_path):
    out = tmp_path / "tables"
    done = dataworth(
        "value", "reports", "--pay", "pay.csv", "--out", str(out), "--jobs", "2", cwd=brought
    )
    assert done.returncode == 0, done.stderr
    assert "value by cost" in done.stdout
    assert "left out: 华夏银行_2018.txt" in done.stdout
    assert "left out: 华夏银行_2019.txt" in done.stdout
    assert "literal" in done.stdout and "What decides" in done.stdout
    *_, doubt, note, folder, last = done.stdout.strip().splitlines()
    assert doubt == "warning: pay.csv: row 8: computed from other rows, '合计'; left out"
    assert note.endswith("职工薪酬本期增加(万元) is read as what was added in the period")
    assert folder == str(out)
    assert "body %" in done.stdout and "Chosen with --words: text." in done.stdout
    assert last.startswith("6 of 8 reports used, 2 left out, 1 doubt; counted is the running text")
    costs, values = (pd.read_csv(out / f"{name}.csv") for name in ("costs", "values"))
    assert len(costs) == 6
    assert (costs["pay_increment"] == 1_500_000).all()  # thousand yuan
    assert set(values["bank"]) == set(costs["bank"])
    for name in ("by_cost", "by_income"):
        assert (values[f"{name}_low"] < values[name]).all()
        assert (values[name] < values[f"{name}_high"]).all()


def test_without_pay_there_is_a_table_of_rates(brought):
    done = dataworth("value", "reports", "--jobs", "1", cwd=brought)
    assert done.returncode == 0, done.stderr
    assert "rate %" in done.stdout
    assert "value by cost" not in done.stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nothing"], "nothing: there is no such folder or file"),
        (["reports", "--pay", "none.csv"], "none.csv"),
        (
            ["reports", "--pay", "pay.csv", "--out", "reports"],
            "--out reports: expected a new folder",
        ),
        (["reports", "--rate", "9.62"], "found 9.62; 9.62 per cent is 0.0962"),
        (["reports", "--words", "some"], "words: expected one of text, body, all"),
        (["reports", "--dictionary", "none.txt"], "expected terms that stand in a report"),
        (["reports", "--pay", "to_date.csv"], "pay_kind=cumulative"),
        (["reports", "--rate", "-1"], "rate: expected a number above 0 and up to 1, found -1"),
    ],
)
def test_what_cannot_be_used_is_refused_before_any_work(brought, arguments, message):
    done = dataworth("value", *arguments, cwd=brought)
    assert_refused(done, message)


def test_check_reports_says_what_each_report_is(brought):
    done = dataworth("check", "reports", "reports", cwd=brought)
    assert done.returncode == 0, done.stdout
    table, _, rest = done.stdout.partition("Rates by which words count. ")
    assert [scope for scope in SCOPES if f"{scope} %" in table] == list(SCOPES)
    choice, *findings, last = rest.splitlines()
    assert choice.endswith("Chosen with --words: text.")
    assert len(findings) == 8
    assert sum(line.startswith("warning: ") for line in findings) == 2
    assert "6 reports of 2 firms, 2020 to 2022" in last


def test_check_pay_says_what_the_file_holds(brought):
    done = dataworth("check", "pay", "pay.csv", cwd=brought)
    assert done.returncode == 0, done.stdout
    assert "pay of 2 firms, 6 values from 2020 to 2022" in done.stdout

"""One's own data asset from the command line, as a person meets it."""

import pytest

from .command import assert_refused, dataworth


def test_template_check_and_value_lead_to_a_report(tmp_path):
    assert dataworth("template", "asset", "mine.yml", cwd=tmp_path).returncode == 0
    mine = tmp_path / "mine.yml"
    mine.write_text(mine.read_text("utf-8"), encoding="gbk")  # as an old editor saves it
    checked = dataworth("check", "asset", "mine.yml", cwd=tmp_path)
    assert checked.returncode == 0, checked.stderr
    assert "8 methods apply" in checked.stdout
    assert "note: Real option: does not apply; it needs assumptions.outlay" in checked.stdout
    done = dataworth("value", "mine.yml", "--draws", "500", "--out", "out", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "no appraisal" in done.stdout
    assert "may not be booked" in done.stdout
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "asset.xlsx", "calculator.html",
        "report.en.html", "report.en.pdf", "report.zh.html", "report.zh.pdf",
    ]  # fmt: skip


def test_a_template_is_not_written_over_a_file(tmp_path):
    (tmp_path / "mine.yml").write_text("name: x")
    assert dataworth("template", "asset", "mine.yml", cwd=tmp_path).returncode != 0
    assert (tmp_path / "mine.yml").read_text() == "name: x"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name: x\nyear: 2025\n", "expected what one method needs"),
        ("name: x\nyear: 2025\ncosts: [{year: 2027, amount: 1}]\n", "costs[0].year"),
        ("[]", "expected lines such as"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_in_one_line(tmp_path, text, said):
    (tmp_path / "bad.yml").write_text(text)
    checked = dataworth("check", "asset", "bad.yml", cwd=tmp_path)
    assert checked.returncode == 2
    assert said in checked.stdout
    done = dataworth("value", "bad.yml", "--out", "out", cwd=tmp_path)
    assert_refused(done, said)
    assert not (tmp_path / "out").exists()


def test_a_folder_that_exists_is_not_written_into(tmp_path):
    (tmp_path / "out").mkdir()
    dataworth("template", "asset", "mine.yml", cwd=tmp_path)
    assert_refused(dataworth("value", "mine.yml", "--out", "out", cwd=tmp_path), "new folder")

"""Reports on the book's papers, and audits of a paper that somebody brings."""

import json
import resource

from .command import assert_refused, dataworth
from .test_cli import ROOT

TEA = ROOT / "data" / "samples" / "tea"
RESULTS = ["letter.en.pdf", "letter.zh.pdf", "report.html", "report.pdf", "verdicts.json"]


def test_an_audit_writes_verdicts_page_report_and_letters_and_nothing_else(tmp_path):
    before = sorted(p for p in TEA.rglob("*"))
    done = dataworth("audit", str(TEA), cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert [p.name for p in tmp_path.iterdir()] == ["tea-audit"]
    assert sorted(p.name for p in (tmp_path / "tea-audit").iterdir()) == RESULTS
    assert sorted(TEA.rglob("*")) == before
    claims = json.loads((tmp_path / "tea-audit" / "verdicts.json").read_text("utf-8"))
    wrong = [claim for claim in claims if claim["verdict"] == "contradicted"]
    assert f"{len(wrong)} contradicted" in done.stdout
    assert all(claim["id"] in done.stdout for claim in wrong)


def test_the_skeleton_can_be_audited_at_once(tmp_path):
    assert dataworth("template", "audit", "mine", cwd=tmp_path).returncode == 0
    assert (tmp_path / "mine" / "README.md").is_file()
    done = dataworth("audit", "mine", "--out", "found", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert sorted(p.name for p in (tmp_path / "found").iterdir()) == RESULTS
    assert_refused(dataworth("template", "audit", "mine", cwd=tmp_path), "expected a new folder")


def test_mistakes_write_nothing(tmp_path):
    dataworth("template", "audit", "mine", cwd=tmp_path)
    rules = tmp_path / "mine" / "rules.yml"
    rules.write_text(rules.read_text("utf-8").replace("rule: total", "rule: sum"), "utf-8")
    done = dataworth("audit", "mine", cwd=tmp_path)
    assert_refused(done, "mine/rules.yml: line ", "unknown rule 'sum'")
    assert [p.name for p in tmp_path.iterdir()] == ["mine"]
    assert_refused(dataworth("audit", ".", cwd=tmp_path), "expected claims.csv")


def test_a_report_takes_less_than_ten_seconds(tmp_path):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = dataworth("report", "banks", "--out", str(tmp_path / "r" / "banks.pdf"), cwd=ROOT)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    # Of the processor: other work on the machine does not count.
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 10
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "r" / "banks.pdf").read_bytes().startswith(b"%PDF")


def test_letters_keep_their_language_in_their_name(tmp_path):
    out = str(tmp_path / "letter.html")
    done = dataworth("report", "potential", "--letter", "--format", "html", "--out", out, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    assert sorted(p.name for p in tmp_path.iterdir()) == ["letter.en.html", "letter.zh.html"]


def test_a_report_on_nothing_is_refused():
    assert_refused(dataworth("report", "nothing", cwd=ROOT), "paper: expected one of banks")
    assert_refused(dataworth("report", "banks", "--format", "docx", cwd=ROOT), "pdf, html")

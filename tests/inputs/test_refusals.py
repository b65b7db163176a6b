"""Whatever is refused is refused in one line, with exit code 2, and leaves nothing behind."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.command import assert_refused, dataworth

SAMPLES = Path(__file__).parents[2] / "data" / "samples"
SENTENCE = "本行推进数字化转型，加强数据采集和数据治理。"
REPORT = "华夏银行股份有限公司\n2021年年度报告\n" + f"{SENTENCE * 8}\n" * 6
SERIES = "季度,净利润（万元）\n" + "".join(
    f"{2010 + n // 4}Q{n % 4 + 1},{5000 + 37 * (n * n % 11)}\n" for n in range(40)
)
PAY = "银行,年度,职工薪酬本期增加(万元)\n甲银行,2020,150000\n甲银行,2021,160000\n"
ROWS = 12  # of the samples of firms, with their header
TABLES = {
    kind: "".join(
        (SAMPLES / f"{kind}_example.csv").read_text("utf-8-sig").splitlines(keepends=True)[:ROWS]
    )
    for kind in ("firms", "market")
}
# By the word that `check` takes: the file, what stands in it when it is whole, and the command
# that would use it.
INPUTS = {
    "series": ("mine.csv", SERIES, ["run", "banks/arima", "-p", "series_file=mine.csv"]),
    "pay": ("mine.csv", PAY, ["value", "good", "--jobs", "1", "--pay", "mine.csv", "--out", "new"]),
    "firms": (
        "mine.csv",
        TABLES["firms"],
        ["run", "potential/sample", "-p", "firms_file=mine.csv"],
    ),
    "market": ("mine.csv", TABLES["market"], ["scan", "mine.csv", "--out", "new.csv"]),
    "dictionary": (
        "mine.txt",
        "数据采集,采集\n数据治理,存储\n",
        ["value", "good", "--jobs", "1", "--dictionary", "mine.txt", "--out", "new"],
    ),
    "reports": ("mine/华夏银行_2021.txt", REPORT, ["value", "mine", "--jobs", "1", "--out", "new"]),
}
WRONG = st.sampled_from(
    [
        "",
        "x",
        "-1",
        "1e999",
        "340%",
        "2021Q5",
        "（百万美元）",
        "合计",
        "数据*",
        "数据+平台",
        "\0",
        "\n\n",
    ]
)


@st.composite
def damaged(draw, text: str) -> bytes:
    """Replace cells, lose lines or the end, and write it in some encoding."""
    lines = text.splitlines()
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(lines) - 1))
        cells = lines[at].split(",")
        cells[draw(st.integers(0, len(cells) - 1))] = draw(WRONG)
        lines[at] = ",".join(cells)
    del lines[draw(st.integers(0, 2 * len(lines))) :]
    encoding = draw(st.sampled_from(["utf-8", "gb18030", "utf-16"]))
    content = "\n".join(lines).encode(encoding)
    return content[: draw(st.sampled_from([len(content), len(content) // 2]))]


def everything(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


@pytest.mark.parametrize("kind", INPUTS)
@settings(max_examples=10)
@given(st.data())
def test_a_refusal_is_one_line_with_exit_code_2_and_leaves_nothing(tmp_path_factory, kind, data):
    name, text, use = INPUTS[kind]
    folder = tmp_path_factory.mktemp(kind)
    for place, content in {
        name: data.draw(damaged(text)),
        "good/华夏银行_2021.txt": REPORT.encode(),
    }.items():
        (folder / place).parent.mkdir(exist_ok=True)
        (folder / place).write_bytes(content)
    before = everything(folder)
    checked = dataworth("check", kind, name.partition("/")[0], cwd=folder)
    assert checked.returncode in (0, 2)
    assert checked.stderr == ""
    if checked.returncode == 2:
        *findings, last = checked.stdout.splitlines()
        errors = [line for line in findings if line.startswith("error: ")]
        assert last.endswith(f": {len(errors)} error{'s' * (len(errors) > 1)}")
        assert all(line.startswith(("error: ", "warning: ", "note: ")) for line in findings)
        first = errors[0].removeprefix("error: ").removeprefix("file: ")
        # A folder is refused for its first report, a file for its first error.
        assert_refused(dataworth(*use, cwd=folder), first if kind != "reports" else ": ")
    assert everything(folder) == before

"""Damaged files against every reader: each is read, or refused in one line."""

from __future__ import annotations

import random
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pandas as pd

from dataworth.inputs.dictionary import check_dictionary
from dataworth.inputs.firms.reader import check_firms, check_market
from dataworth.inputs.pay import check_pay
from dataworth.inputs.report import FileReport
from dataworth.inputs.reports.folder import check_reports
from dataworth.inputs.series import check_series
from dataworth.inputs.tables.figures import CUMULATION
from tests.benchmarks import ROOT, Row

SAMPLES = ROOT / "data" / "samples"
SECONDS = 30.0
FORMS = 3000  # series of a known truth
SENTENCE = "本行持续推进数字化转型，加强数据采集、数据存储和数据应用，不良贷款率为1.77%。"
REPORT = "华夏银行股份有限公司\n2021年年度报告\n" + "\n".join([SENTENCE * 3] * 9)
ROWS = '{"page": 1, "type": "text", "inside": "' + SENTENCE + '"}\n'
WORDS = (
    *("", "-", "∞", "1e999", "-1", "340", "12%", "1,23", "万元", "（百万美元）", "合计", "母公司"),
    *(
        "2021Q5",
        "2021-02-30",
        "39172",
        "False",
        "=1+1",
        "\t",
        "\n",
        '"',
        "\0",
        "\ud7ff",
        "数据" * 99,
    ),
    *(
        "<br>",
        "&nbsp;",
        "(cid:7)",
        "\ue000",
        "第 1 页",
        "审计报告",
        "[单位] 元",
        "数据来源：",
        "𠀀",
    ),
)
READERS: dict[str, tuple[Callable[[Path], FileReport], dict[str, bytes]]] = {
    "series": (check_series, {"my.csv": (SAMPLES / "series_template.csv").read_bytes()}),
    "series in Excel": (
        check_series,
        {"my.xlsx": (SAMPLES / "series_bank_of_china.xlsx").read_bytes()},
    ),
    "pay": (check_pay, {"my.csv": (SAMPLES / "pay_example.csv").read_bytes()}),
    "firms": (check_firms, {"my.csv": (SAMPLES / "firms_example.csv").read_bytes()}),
    "market": (check_market, {"my.csv": (SAMPLES / "market_example.csv").read_bytes()}),
    "dictionary": (
        check_dictionary,
        {"my.txt": "词,阶段\n数据湖,存储\n用户画像,分析\n# 注\n云计算 5 n\n".encode()},
    ),
    "reports": (
        check_reports,
        {
            "华夏银行_2021年年度报告.txt": REPORT.encode("gb18030"),
            "600519_2021.jsonl": (ROWS * 9).encode(),
            "all.jsonl": f'{{"bank": "甲", "year": 2021, "text": "{SENTENCE * 9}"}}\n'.encode() * 2,
        },
    ),
}


def damage(content: bytes, chance: random.Random) -> bytes:
    """Change a file as accidents do: bytes, cells, lines, encoding, length."""
    text = content.decode("utf-8", "replace")
    lines = text.split("\n")
    at = chance.randrange(len(lines))
    kind = chance.randrange(8)
    if kind == 0:
        position = chance.randrange(len(content))
        return content[:position] + bytes([chance.randrange(256)]) + content[position + 1 :]
    if kind == 1:
        return content[: chance.randrange(len(content))]
    if kind == 2:
        chance.shuffle(lines)
    elif kind == 3:
        lines.insert(at, chance.choice(lines))
    elif kind == 4:
        del lines[at]
    elif kind == 5:
        encoding = chance.choice(["gb18030", "utf-16", "utf-8-sig", "big5", "utf-16-le"])
        return text.encode(encoding, "replace")
    else:
        cells = lines[at].split(",")
        cells[chance.randrange(len(cells))] = chance.choice(WORDS)
        lines[at] = ",".join(cells)
    return "\n".join(lines).encode("utf-8", "surrogatepass")


def attack(name: str, seed: int, folder: Path) -> Iterator[FileReport]:
    """Yield the report on one damaged input after another, for ever.

    Raises
    ------
    AssertionError
        A finding is not one line, or a file that is not refused has no data.
    """
    check, files = READERS[name]
    chance = random.Random(seed)
    while True:
        for file, content in files.items():
            for _ in range(chance.choice([1, 1, 1, 2, 5])):
                content = damage(content, chance) or b"\n"
            (folder / file).write_bytes(content)
        report = check(folder if len(files) > 1 else folder / next(iter(files)))
        if any("\n" in str(finding) for finding in report.findings):
            raise AssertionError(f"{name}: a finding of several lines: {report.findings}")
        if not report.errors and not len(report.data):
            raise AssertionError(f"{name}: neither data nor an error: {report.findings}")
        yield report


def forms(number: int, folder: Path) -> Counter[str]:
    """Read quarterly series of a known truth in random forms, and count what comes of them.

    Single quarters have a season, errors and perhaps losses. They are written as they are, or
    added up; in any unit, spelling of periods, order and encoding.

    Returns
    -------
    Counter
        "right", "refused", "wrong" and, for single quarters that are refused, "suspected".
    """
    found: Counter[str] = Counter()
    units = {"元": 1, "千元": 1e3, "万元": 1e4, "百万元": 1e6, "亿元": 1e8, "RMB million": 1e6}
    spellings = ("{0}Q{1}", "{0}年第{1}季度", "Q{1} {0}", "{2:%Y-%m-%d}", "{2:%Y%m%d}", "{2:%b-%y}")
    for seed in range(number):
        chance = np.random.default_rng(seed)
        shape = int(chance.integers(3, 17)), 4
        season = np.exp(chance.normal(0, chance.uniform(0, 0.35), 4))
        single = 3e8 * season * np.exp(chance.normal(0, chance.uniform(0.02, 0.25), shape))
        losses = chance.random(shape) < chance.choice([0, 0.05])
        single = (single * np.where(losses, -0.5, 1)).round(2)
        how = str(chance.choice(["", *CUMULATION]))
        written = single.copy()
        if how == "year":
            written = single.cumsum(axis=1)
        elif how == "half":
            written[:, [1, 3]] += single[:, [0, 2]]
        elif how == "fourth":
            written[:, 3] = single.sum(axis=1)
        unit, spelling = chance.choice(list(units)), str(chance.choice(spellings))
        quarters = pd.period_range("2005Q1", periods=single.size, freq="Q")
        periods = [spelling.format(q.year, q.quarter, q.end_time) for q in quarters]
        cells = [repr(float(value / units[unit])) for value in written.ravel()]
        table = pd.DataFrame({"报告期": periods, f"净利润（{unit}）": cells})
        encoding = str(chance.choice(["utf-8", "gb18030", "utf-16"]))
        path = folder / "my.csv"
        table.sample(frac=1, random_state=seed).to_csv(path, index=False, encoding=encoding)
        report = check_series(path)
        if report.errors:
            found["refused" if how else "suspected"] += 1
        else:
            right = np.allclose(report.data * report.data.attrs["unit"], single.ravel())
            found["right" if right else "wrong"] += 1
    return found


def rows() -> list[Row]:
    """Count what every reader does with damaged files; a crash stops the benchmark."""
    with tempfile.TemporaryDirectory() as folder:
        told = forms(FORMS, Path(folder))
    figures = ", ".join(f"{told[word]:,} {word}" for word in ("right", "refused", "wrong"))
    add_up = told["refused"] + told["wrong"]
    result = [
        Row(
            "series that add up and are read as if they did not",
            "all that add up",
            told["wrong"] / add_up,
            f"{FORMS:,} series in random forms: {figures}, {told['suspected']} suspected",
        )
    ]
    for name in READERS:
        done: Counter[bool] = Counter()
        begin = time.process_time()  # of the processor: other work does not count
        with tempfile.TemporaryDirectory() as folder:
            for report in attack(name, 1, Path(folder)):
                done[bool(report.errors)] += 1
                if time.process_time() - begin > SECONDS:
                    break
        result.append(
            Row(
                f"damaged files that are refused: {name}",
                "all that were tried",
                done[True] / done.total(),
                f"{done.total():,} files: {done[False]:,} read, {done[True]:,} refused, 0 crashes",
            )
        )
    return result

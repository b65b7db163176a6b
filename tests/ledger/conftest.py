"""A small fourth paper, audited without a change to the code."""

import pytest

from dataworth.ledger import load_ledger

CLAIMS = """\
id,section,place,row,column,printed,unit,kind,chapter
sales.a,2,Table 1,Product A,Sales,"1,200",euro,table,shop/sales
sales.b,2,Table 1,Product B,Sales,801,euro,table,shop/sales
sales.all,2,Table 1,All products,Sales,"2,001",euro,table,shop/sales
share.a,2,Table 1,Product A,Share,61.0%,ratio,table,shop/sales
growth,3,Section 3,growth of sales,value,0.05,per year,text,shop/sales
leader,3,Section 3,Product A,rank,sells <most>,statement,finding,shop/sales
"""

RULES = """\
rules:
  - {target: sales.all, rule: total, given: {parts: [sales.a, sales.b]}}
  - target: "share.{p}"
    rule: share
    given: {part: "sales.{p}", whole: sales.all}
    cause: pen
    for: {p: [a]}
causes:
  - {id: pen, class: slip, text: a slip}
results:
  - target: growth
    basis: record
    result: growth
    tolerance: {absolute: 0.01, reason: revised accounts}
  - {target: leader, basis: record, result: leads}
  - {target: sales.b, basis: reconstruction, low: b.low, high: b.high}
open:
  - {targets: ["sales.?"], needs: the books of the shop}
"""


@pytest.fixture
def fourth(tmp_path):
    """Write a paper with given claims and rules, and load it."""

    def load(rules=RULES, claims=CLAIMS):
        (tmp_path / "fourth.csv").write_text(claims, encoding="utf-8")
        (tmp_path / "fourth.yml").write_text(rules, encoding="utf-8")
        return load_ledger(tmp_path)

    return load


def with_info(paper):
    """Return some value for every further number that the results of a paper show."""
    shown = [name for result in paper.book.results for name in result.info.values()]
    return {name.partition(":")[0]: 0.5 for name in shown}

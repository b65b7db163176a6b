"""A loan on one page."""

from pathlib import Path

import pytest

from dataworth.facts import DATA
from dataworth.finance.pledge import price
from dataworth.widgets.loan_page import write_page


def test_a_page_holds_the_rate_and_the_cases_and_escapes_names(tmp_path):
    text = (DATA / "cases" / "loan_small.yml").read_text("utf-8").replace("A small", "<b>&")
    case = price.read_case(text, "loan.yml")
    path = write_page(case, str(tmp_path / "loan.html"))
    page = Path(path).read_text("utf-8")
    assert f"{price.must_be_true(case)['break_even']:.2%}" in page
    assert "<b>&" not in page and "&lt;b&gt;&amp;" in page
    assert price.nearest(case)["borrower"].iloc[0] in page
    with pytest.raises(FileExistsError):
        write_page(case, str(path))

"""A list of adopters: codes in any form, years if there are some, one line if not."""

from __future__ import annotations

import pytest

from dataworth.errors import InputError
from dataworth.inputs.firms.adopters import read_adopter_list


def written(folder, text):
    path = folder / "adopters.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_first_year_of_each_firm_counts(tmp_path):
    text = "证券代码,会计年度\n1,2025\n600941.SH,2024-12-31\n000001,2024\n"
    years = read_adopter_list(written(tmp_path, text))
    assert years.to_dict() == {"000001": 2024, "600941": 2024}


def test_years_may_be_absent(tmp_path):
    years = read_adopter_list(written(tmp_path, "code,name\n600941,a\n600050,b\n600941,a\n"))
    assert sorted(years.index) == ["600050", "600941"]
    assert years.isna().all()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("name,year\na,2024\n", "expected a column of stock codes"),
        (
            "code,year\n600941,2024\nnone,2024\n",
            "row 3: expected a stock code and a year, found 'none 2024'",
        ),
        (
            "code,year\n600941,2024\n600050,soon\n",
            "row 3: expected a stock code and a year, found '600050 soon'",
        ),
    ],
)
def test_what_cannot_be_used_is_one_line(tmp_path, text, message):
    with pytest.raises(InputError, match=message):
        read_adopter_list(written(tmp_path, text))

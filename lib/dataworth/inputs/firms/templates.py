"""Blank tables for a user's own firms and own market."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pandas as pd

from dataworth.errors import InputError
from dataworth.inputs.firms.variables import DATA_ITEMS, ITEMS, OPENING, VARIABLES
from dataworth.inputs.tables.headers import COLUMN_NAMES

# One invented firm, so that every cell shows its unit. Money in yuan.
_BY_ROLE = COLUMN_NAMES.set_index("role")
_EXAMPLES = [_BY_ROLE["example"], _BY_ROLE["example_before"].add_suffix("_prev")]
_FIRM = {name: value for column in _EXAMPLES for name, value in column.items() if value}
_NUMBER = re.compile(r"[0-9.]+")
_LABELS = {
    "code": ("证券代码", "unit", "EXAMPLE 000001"),
    "name": ("证券简称", "", "虚构公司 (delete this row)"),
    "industry_code": ("行业代码", "", "I65"),
}


def template_rows(kind: str, *, items: bool = False) -> list[list[str]]:
    """Make the rows of a blank table.

    Parameters
    ----------
    kind : str
        ``"firms"``, with the target, or ``"market"``, without.
    items : bool
        Ask for statement items, from which the variables are computed, in place
        of the finished variables of Table 1.

    Returns
    -------
    list of list of str
        Names, Chinese names, units, and an example, which the readers leave out.
    """
    columns = _LABELS | (_items(kind) if items else _variables(kind))
    return [list(columns), *(list(row) for row in zip(*columns.values(), strict=True))]


def write_template(path: str | Path, kind: str, *, items: bool = False) -> Path:
    """Write a blank table; `path` ends in .csv or .xlsx.

    Raises
    ------
    InputError
        The file exists, cannot be written, or its name has another ending.
    """
    path = Path(path)
    if (suffix := path.suffix.casefold()) not in (".csv", ".xlsx"):
        raise InputError(f"{path}: expected a name ending in .csv or .xlsx")
    table, content = pd.DataFrame(template_rows(kind, items=items)), io.BytesIO()
    if suffix == ".csv":  # with a mark: without it Excel shows Chinese as gibberish
        table.to_csv(
            content, index=False, header=False, lineterminator="\r\n", encoding="utf-8-sig"
        )
    else:
        table.iloc[3] = [float(x) if _NUMBER.fullmatch(x) else x for x in table.iloc[3]]
        with pd.ExcelWriter(content, engine="openpyxl") as book:
            table.to_excel(book, sheet_name="data", index=False, header=False, freeze_panes=(3, 1))
            for number in range(1, 1001):  # text, so that Excel keeps the leading zeros of a code
                book.sheets["data"].cell(number, 1).number_format = "@"
    try:
        with path.open("xb") as file:
            file.write(content.getvalue())
    except FileExistsError:
        raise InputError(f"{path}: exists; it was not overwritten") from None
    except OSError as error:
        raise InputError(f"{path}: cannot be written: {error.strerror}") from None
    return path


def _variables(kind: str) -> dict[str, tuple[str, str, str]]:
    raw = pd.DataFrame({name: [float(value)] for name, value in _FIRM.items()})
    raw = raw.assign(bonds_payable=0.0, bonds_payable_prev=0.0, goodwill=0.0)
    return {
        name: (
            variable.chinese,
            "%" if variable.unit == "per cent" else variable.unit,
            f"{variable.compute(raw).iloc[0]:.10g}",
        )
        for name, variable in VARIABLES.items()
        if kind == "firms" or name != "Data"
    }


def _items(kind: str) -> dict[str, tuple[str, str, str]]:
    columns = {}
    for name, (_, chinese, unit) in ITEMS.items():
        if kind == "market" and name in DATA_ITEMS:
            continue
        columns[name] = (chinese, unit, _FIRM.get(name, ""))
        if name in OPENING:
            before = f"{name}_prev"
            columns[before] = (f"{chinese}（上期）", unit, _FIRM.get(before, ""))
    return columns

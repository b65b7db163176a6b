"""A valuation as an Excel workbook whose sheets compute: change an input, and values follow."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable
from typing import Any

import numpy as np

from dataworth.asset.read import Described, read_rules, read_words
from dataworth.asset.value import Valuation, assets, assumptions

YEARS = 30  # columns of years ahead, or as many as the period needs
FUNCTIONS = {name: name.upper() for name in ("max", "min", "if", "sum", "ln", "sqrt")}
FUNCTIONS |= {"norm": "NORMSDIST"}
NAME = re.compile(r"(?<![\w.])[a-z_]+(?:\.[a-z_]+)?")


def workbook(asset: Described, found: Valuation, statement: Iterable[str]) -> bytes:
    """Return the workbook: a first page with statement and results, inputs, costs, methods.

    Values are thousand yuan and live: they follow the coloured cells, inputs and costs. The
    intervals are those of `found`, and do not follow.
    """
    from openpyxl import Workbook
    from openpyxl.styles import Font, PatternFill

    words = read_words()["en"]
    a, seen, formulas = asset.given, assets(asset), read_rules("methods")
    table = assumptions(asset).fillna({"low": 0, "central": 0, "high": 0, "source": ""})
    book = Workbook()
    front, inputs, costs = book.active, book.create_sheet("inputs"), book.create_sheet("costs")
    front.title = "read me"
    inputs.append(["input", "lowest", "value", "highest", "basis", "source", "what it is", "unit"])
    for name, row in table.iterrows():
        inputs.append([name, *row, *words["inputs"][name][:2]])
    bases = {"profit": seen["income"].profit, "revenue": seen["real_option"].profit}
    for name, number in ({"year": a["year"]} | bases).items():
        inputs.append([name, None, number])
    cells = {row[0].value: f"inputs!$C${row[0].row}" for row in inputs.iter_rows(min_row=2)}
    inputs.append(["benefit", None, _excel(formulas["benefit"], cells)])
    cells["benefit"] = f"inputs!$C${inputs.max_row}"
    costs.append(["year", "stage", "thousand yuan"])
    for cost in a["costs"]:
        costs.append([cost["year"], cost.get("stage"), cost["amount"]])
    first = int(seen["income"].costs.index[0])
    ahead = range(1, int(max(YEARS, np.ceil(table.at["period", "high"]))) + 1)
    years = {"costs": range(first, a["year"] + 1), "ahead": ahead, "none": range(0)}
    for key in found.central.index:
        method = formulas["sheets"][key]
        cells["base"] = cells[method["base"]]
        _fill(book.create_sheet(key), method, years[method["over"]], cells)
    for line in (f"{a['name']}, end of {a['year']}", *statement):
        front.append([line])
    front.append(
        ["method", "value, thousand yuan", "by the library", "difference", "5 %", "median", "95 %"]
    )
    for key, value in found.central.items():
        live, row = f"={cells[f'{key}.value']}", front.max_row + 1
        drawn = found.summary.loc[key, ["low", "median", "high"]]
        front.append([words["methods"][key][0], live, value, f"=B{row}-C{row}", *drawn])
    typed = [row[2] for row in inputs.iter_rows(min_row=2, max_row=inputs.max_row - 1)]
    for cell in (*typed, *(row[2] for row in costs.iter_rows(min_row=2))):
        cell.fill = PatternFill("solid", "FFF2CC")
    for sheet in book:
        for letter, width in {"A": 30, "B": 22, "C": 16}.items():
            sheet.column_dimensions[letter].width = width
        for cell in sheet[front.max_row - len(found.central) if sheet is front else 1]:
            cell.font = Font(bold=True)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def _fill(sheet: Any, method: dict[str, Any], years: range, cells: dict[str, str]) -> None:
    """Write the lines and totals of a method, and note in `cells` where its totals stand."""
    from openpyxl.utils import get_column_letter

    columns = [get_column_letter(3 + i) for i in range(len(years))]
    past = method["over"] == "costs"
    sheet.append(["year" if past else "ahead", None, *years])
    rows = {"year" if past else "ahead": 1}
    spent = "=SUMIF(costs!$A$2:$A$999,{0}1,costs!$C$2:$C$999)"
    made = {"spent": [spent.format(c) for c in columns],
            "age": [f"={cells['year']}-{c}1" for c in columns]}  # fmt: skip
    for name, text in ((made if past else {}) | method["lines"]).items():
        here = [cells | {line: f"{c}{row}" for line, row in rows.items()} for c in columns]
        filled = text if name in made else [_excel(text, at) for at in here]
        sheet.append([name, None, *filled])
        rows[name] = sheet.max_row
    own = cells | {line: f"C{row}:{columns[-1]}{row}" for line, row in rows.items() if columns}
    for name, text in method["totals"].items():
        sheet.append([name, _excel(text, own)])
        own[name] = f"B{sheet.max_row}"
        cells[f"{sheet.title}.{name}"] = f"{sheet.title}!$B${sheet.max_row}"


def _excel(text: str, cells: dict[str, str]) -> str:
    """Return a formula of ``formulas.yml`` as Excel writes it."""
    named = NAME.sub(lambda match: FUNCTIONS.get(match[0]) or cells[match[0]], text)
    return "=" + named.replace("==", "=")

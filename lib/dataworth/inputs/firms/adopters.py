"""A user's own list of firms that recognized data: codes, and the year of each if it is known."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from dataworth.errors import InputError
from dataworth.inputs.firms.panel import parse_date
from dataworth.inputs.firms.statements import parse_code
from dataworth.inputs.report import FileReport
from dataworth.inputs.tables.tabular import read_table
from dataworth.inputs.tables.text import shorten


def read_adopter_list(path: str | Path) -> pd.Series:
    """Read which firms recognized data, and since when.

    Parameters
    ----------
    path : str or Path
        CSV or Excel with a column of stock codes; a column of years or days is optional.

    Returns
    -------
    pandas.Series
        Index code, six digits; the first year, NaN in a file without years.

    Raises
    ------
    InputError
        There is no column of codes, a code is none, or a year cannot be read.
    """
    table = read_table(path, FileReport(Path(path), "firms"))
    at = table.places("code", "period")
    if "code" not in at:
        raise InputError(f"{path}: header: expected a column of stock codes, found none")
    cells = table.frame.iloc[:, list(at.values())].set_axis(list(at), axis=1)
    firms = pd.DataFrame({"code": [parse_code(text)[0] for text in cells["code"]], "year": np.nan})
    if "period" in at:
        firms["year"] = [getattr(parse_date(text), "year", None) for text in cells["period"]]
    bad = ~firms["code"].str.fullmatch("[0-9]{6}") | (firms["year"].isna() & ("period" in at))
    for row, found in cells[bad.to_numpy()].T.items():
        expected = "a stock code" + " and a year" * ("period" in at)
        message = f"expected {expected}, found {shorten(' '.join(found))}"
        raise InputError(f"{path}: row {row}: {message}")
    return firms.groupby("code", sort=False)["year"].min().astype(float)

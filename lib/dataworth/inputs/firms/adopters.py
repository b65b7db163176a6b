"""A user's own list of firms that recognized data: codes, and the year of each if it is known."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from dataworth.errors import InputError
from dataworth.inputs.firms.panel import parse_date
from dataworth.inputs.firms.statements import parse_code
from dataworth.inputs.report import FileReport
from dataworth.inputs.tables.tabular import read_table


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
    frame = table.frame
    codes = frame.iloc[:, at["code"]].map(lambda text: parse_code(text)[0])
    for row, code in codes[~codes.str.fullmatch(r"[0-9]{6}")].items():
        raise InputError(f"{path}: row {row}: expected a stock code, found {code or 'nothing'}")
    if "period" not in at:
        return pd.Series(float("nan"), index=pd.Index(codes.unique(), name="code"))
    days = frame.iloc[:, at["period"]].map(parse_date)
    for row in days.index[days.isna()]:
        raise InputError(
            f"{path}: row {row}: expected a year, found {frame.iloc[:, at['period']][row]}"
        )
    return days.map(lambda day: float(day.year)).groupby(codes.to_numpy()).min().rename_axis("code")

"""A user's own firms and own market: read them, or say everything that is wrong."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd


def read_firms(path: str | Path) -> pd.DataFrame:
    """Read firms that recognized data assets.

    Returns
    -------
    DataFrame
        Index: stock code as text. Columns `COLUMNS` (features may be NaN, the
        target never is), and `section`, a letter or None, if the file has one.
    """
    raise NotImplementedError


def read_market(path: str | Path) -> pd.DataFrame:
    """Read the firms of a whole market.

    Returns
    -------
    DataFrame
        Index: stock code as text. Columns `FEATURES` (may be NaN), `section`
        (a letter or None), `name` (text) and `st` (bool).
    """
    raise NotImplementedError

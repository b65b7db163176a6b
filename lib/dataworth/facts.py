"""Public facts that the project carries in ``data/facts``, read as tables."""

from __future__ import annotations

import os
from pathlib import Path

import pandas as pd

from dataworth.places import ROOT_VARIABLE

DATA = Path(os.environ.get(ROOT_VARIABLE, Path(__file__).resolve().parents[2])) / "data"


def read_facts(name: str, folder: str = "facts") -> pd.DataFrame:
    """Read one table of public facts.

    Parameters
    ----------
    name : str
        File name in ``data/facts`` without its ending, such as
        ``"bank_quarterly_net_profit"``. The card of the same name says where
        each value comes from.
    folder : str
        Another folder of ``data``, or the whole path of one elsewhere.

    Raises
    ------
    FileNotFoundError
        There is no such table; the message lists those that exist.
    """
    path = DATA / folder / f"{name}.csv"
    if not path.is_file():
        known = ", ".join(sorted(p.stem for p in path.parent.glob("*.csv")))
        place = path.relative_to(DATA.parent) if path.is_relative_to(DATA.parent) else path
        raise FileNotFoundError(f"{place.as_posix()} does not exist; known tables: {known}")
    return pd.read_csv(path)

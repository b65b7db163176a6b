"""The fifteen variables of paper `potential`, what is done with them, and the sections."""

from __future__ import annotations

import pandas as pd

from dataworth.errors import InputError
from dataworth.inputs.firms.formulas import ITEMS, VARIABLES, Variable, compute_variables
from dataworth.inputs.firms.industries import SECTIONS

__all__ = [
    "COLUMNS",
    "FEATURES",
    "ITEMS",
    "SECTIONS",
    "TARGET",
    "VARIABLES",
    "Variable",
    "compute_variables",
    "describe",
    "impute_median",
]

TARGET = "Data"
COLUMNS = tuple(VARIABLES)
FEATURES = COLUMNS[:-1]
ABSENT = ("refuse", "refit", "impute")
"""What is done about a feature that a market does not have; see `without_absent`."""


def without_absent(
    market: pd.DataFrame, sample: pd.DataFrame, how: str
) -> tuple[list[str], pd.DataFrame]:
    """Settle features that a market does not have, or has of less than half of its firms.

    Parameters
    ----------
    market : DataFrame
        Columns `FEATURES`, values may be missing.
    sample : DataFrame
        The firms that a model is fitted on, columns `FEATURES`.
    how : {"refuse", "refit", "impute"}
        Do nothing; leave these features out, for a model that is refitted on the others; or
        give every firm without a value the median of the sample.

    Returns
    -------
    features : list of str
        What a model can use.
    market : DataFrame
        With imputed values, if `how` says so.

    Raises
    ------
    InputError
        No feature is left.
    """
    if how not in ABSENT:
        raise InputError(f"absent: expected one of {', '.join(ABSENT)}, found {how}")
    rare = [name for name in FEATURES if market[name].notna().mean() < 0.5]
    if how == "impute":
        return list(FEATURES), market.fillna({name: sample[name].median() for name in rare})
    features = [name for name in FEATURES if name not in rare or how == "refuse"]
    if not features:
        raise InputError("market: expected a feature that half of the firms have, found none")
    return features, market


def impute_median(frame: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Fill missing values with the median of their column (section 2.1).

    Parameters
    ----------
    frame : DataFrame
        Numbers, one row a firm.

    Returns
    -------
    filled : DataFrame
        The same without missing values.
    missing : DataFrame
        One row a column of `frame`: `n`, how many values there are, `missing`,
        how many there are not, `share`, the share missing, and `median`, what
        they are filled with.

    Raises
    ------
    InputError
        A column has no value at all, so it has no median.
    """
    absent = frame.isna()
    if empty := list(frame.columns[absent.all()]):
        raise InputError(f"{', '.join(map(str, empty))}: expected values to take a median of")
    medians = frame.median()
    missing = pd.DataFrame(
        {
            "n": (~absent).sum(),
            "missing": absent.sum(),
            "share": absent.mean(),
            "median": medians,
        }
    ).rename_axis("variable")
    return frame.fillna(medians), missing


def describe(frame: pd.DataFrame) -> pd.DataFrame:
    """Describe each column as Tables 2 and 6 do.

    Returns
    -------
    DataFrame
        One row a column of `frame`: `n`, `mean`, `sd` (n - 1), `min`, `p50`, `max`;
        missing values are left out.
    """
    names = {"count": "n", "mean": "mean", "std": "sd", "min": "min", "median": "p50", "max": "max"}
    table = frame.agg(list(names)).T.rename(columns=names).rename_axis("variable")
    return table.astype({"n": int})

"""The fifteen variables of paper `potential`, what is done with them, and the sections."""

from __future__ import annotations

import pandas as pd

from dataworth.errors import InputError
from dataworth.inputs.firms.formulas import ITEMS, VARIABLES, Variable, compute_variables

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
FEATURES = (
    *("Size", "Revenue", "Turnover", "Capex", "OCF", "Growth", "ROA", "ROIC", "GPM", "TobinQ"),
    *("TechRatio", "RDRatio", "RDPsnRatio", "Leverage"),
)
COLUMNS = (*FEATURES, TARGET)

SECTIONS = {
    "A": ("Agriculture, forestry, animal husbandry and fishery", "农、林、牧、渔业"),
    "B": ("Mining", "采矿业"),
    "C": ("Manufacturing", "制造业"),
    "D": ("Electricity, heat, gas and water", "电力、热力、燃气及水生产和供应业"),
    "E": ("Construction", "建筑业"),
    "F": ("Wholesale and retail trade", "批发和零售业"),
    "G": ("Transport, storage and post", "交通运输、仓储和邮政业"),
    "H": ("Accommodation and catering", "住宿和餐饮业"),
    "I": (
        "Information transmission, software and information technology",
        "信息传输、软件和信息技术服务业",
    ),
    "J": ("Finance", "金融业"),
    "K": ("Real estate", "房地产业"),
    "L": ("Leasing and business services", "租赁和商务服务业"),
    "M": ("Scientific research and technical services", "科学研究和技术服务业"),
    "N": ("Water conservancy, environment and public facilities", "水利、环境和公共设施管理业"),
    "O": ("Resident services, repair and other services", "居民服务、修理和其他服务业"),
    "P": ("Education", "教育"),
    "Q": ("Health and social work", "卫生和社会工作"),
    "R": ("Culture, sports and entertainment", "文化、体育和娱乐业"),
    "S": ("Conglomerates", "综合"),
}
"""Sections of the CSRC's industry classification: letter to English and Chinese name."""


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

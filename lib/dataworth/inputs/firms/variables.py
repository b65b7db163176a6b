"""Table 1 of paper `potential`: fifteen variables as functions of statement items.

`data/inputs/column_names.csv` states each once. Money is in yuan. Ratios are fractions, but for
the two R&D ratios: Table 1 defines them as fractions, Tables 2 and 6 print them in per cent, and
so do they come out here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import pandas as pd

from dataworth.inputs.firms.industries import SECTIONS as SECTIONS
from dataworth.inputs.tables.headers import COLUMN_NAMES

BORROWINGS = ("short_term_loans", "long_term_loans", "bonds_payable")
CAPITAL = ("total_equity", *BORROWINGS)
DATA_ITEMS = ("data_inventory", "data_intangible", "data_development")
OPENING = ("total_assets", "revenue", *CAPITAL)
"""Items that some formula needs of the year before as well."""
# A balance sheet leaves out what a firm does not have: an empty cell is zero, as long as the
# table has the column.
_ZERO_IF_EMPTY = {*BORROWINGS, *(f"{name}_prev" for name in BORROWINGS), "goodwill", *DATA_ITEMS}


_ITEMS = COLUMN_NAMES[COLUMN_NAMES["kind"] == "item"]
ITEMS = {row.role: (row.english, row.chinese, row.unit) for row in _ITEMS.itertuples()}
"""Statement items: name to English name, Chinese name and unit.

An item of the year before has the same name with ``_prev`` behind it.
"""


@dataclass(frozen=True)
class Variable:
    """One row of Table 1.

    Attributes
    ----------
    symbol : str
        As the paper writes it; a name of `COLUMNS`.
    name, chinese : str
        English and Chinese name.
    unit : str
        ``"yuan"``, ``"ratio"`` (a fraction) or ``"per cent"``.
    numerator, denominator : str
        Expressions in statement items; without a denominator ``""``.
    formula : str
        The calculation in words.
    """

    symbol: str
    unit: str
    name: str
    chinese: str
    numerator: str
    denominator: str
    formula: str

    @property
    def items(self) -> tuple[str, ...]:
        """Return the statement items that the calculation needs."""
        names = re.findall(r"[a-z]\w+", f"{self.numerator} {self.denominator}")
        return tuple(dict.fromkeys(names))

    def compute(self, raw: pd.DataFrame) -> pd.Series:
        """Return one value a firm; NaN without an item, or over a denominator not above zero.

        Table 1 does not say what invested capital is. Here it is equity and
        interest-bearing debt: short-term and long-term borrowings and bonds.
        """
        known = pd.DataFrame({name: _item(raw, name) for name in self.items}, index=raw.index)
        value = _evaluate(known, self.numerator)
        if self.symbol == "Data":
            # A firm that states none of them has no value.
            value = raw.reindex(columns=self.items).astype(float).sum(axis=1, min_count=1)
        if self.denominator:
            below = _evaluate(known, self.denominator)
            value = value / below.where(below > 0)
        return 100 * value if self.unit == "per cent" else value


_ORDER = ["role", "unit", "english", "chinese", "numerator", "denominator", "meaning"]
_TABLE_1 = COLUMN_NAMES.loc[COLUMN_NAMES["kind"] == "variable", _ORDER]
VARIABLES = {row[0]: Variable(*row) for row in _TABLE_1.itertuples(index=False)}
"""Table 1: symbol to `Variable`, in the order of `COLUMNS`."""
TARGET = "Data"
COLUMNS = tuple(VARIABLES)
FEATURES = COLUMNS[:-1]
ABSENT = ("refuse", "refit", "impute")
"""What is done about a feature that a market does not have: see `potential.scan`."""


def compute_variables(raw: pd.DataFrame) -> pd.DataFrame:
    """Compute Table 1 from statement items.

    Parameters
    ----------
    raw : DataFrame
        One row a firm, columns named as in `ITEMS`, those of the year before
        with ``_prev`` behind the name. Money in yuan, people in persons.

    Returns
    -------
    DataFrame
        The index of `raw`, columns `COLUMNS`. NaN where an item is missing or
        where the denominator is not positive.
    """
    computed = {symbol: variable.compute(raw) for symbol, variable in VARIABLES.items()}
    return pd.DataFrame(computed, index=raw.index, dtype=float)


def _evaluate(items: pd.DataFrame, expression: str) -> pd.Series:
    return pd.Series(items.eval(expression, engine="python"), index=items.index, dtype=float)


def _item(raw: pd.DataFrame, name: str) -> pd.Series | float:
    """Return one item as numbers; one that the table does not have is missing everywhere."""
    if name not in raw.columns:
        return np.nan
    item = raw[name].astype(float)
    return item.fillna(0.0) if name in _ZERO_IF_EMPTY else item

"""What a column of a table of firms holds: our names, Chinese headers and CSMAR codes.

A header such as ``期初资产总计（万元）`` is taken apart into the item, the year and
the unit. `data/facts/csmar_fields.csv` lists the codes with their official names.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from dataworth.inputs.firms.variables import ITEMS, VARIABLES
from dataworth.inputs.tables.headers import COLUMN_NAMES, key, names_of, split_header
from dataworth.inputs.tables.text import plain_text
from dataworth.inputs.tables.units import header_unit, without_unit

# Finished variables of Table 1; the others are statement items at the same time.
VARIABLE_NAMES = [name for name, it in VARIABLES.items() if it.denominator or name == "Data"]
_STAND_INS = COLUMN_NAMES[COLUMN_NAMES["kind"] == "stand-in"]
SUBSTITUTES = {row.role: (row.numerator, row.meaning) for row in _STAND_INS.itertuples()}
"""Columns that stand in for another: which, and what is then different."""
PERCENT_VARIABLES = ("RDRatio", "RDPsnRatio")
LABELS = frozenset(COLUMN_NAMES["role"][COLUMN_NAMES["kind"] == "label"])
PEOPLE = ("rd_staff", "technical_staff", "employees")

# Longer names go before those that they contain.
_PREVIOUS = (
    "上年年末余额|上年同期金额|上期期末余额|年初余额|期初余额|上年同期|上期金额|上年金额|"
    "上年末|上期末|年初数|期初数|上期数|上年数|上一年|上年|上期|期初|年初|"
    "previousyear|prioryear|lastyear|previous|opening|beginning|prev"
)
_CURRENT = "(?:期末|年末)(?:余额|数)?|本[期年](?:金额|数)?|当期"
_UNITS = "单位|人数|人|个|倍|次|小数|百分比|persons|people|percent|pct|fraction"
_DECORATION = re.compile(
    rf"^(?:(?P<prev_first>{_PREVIOUS})|{_CURRENT}|其中)"
    rf"|(?:(?P<prev_last>{_PREVIOUS})|{_CURRENT}|{_UNITS})$"
)


@dataclass(frozen=True)
class Column:
    """One column of a table of firms.

    Attributes
    ----------
    position : int
        Where it stands, from 0.
    header : str
        What the file calls it.
    role : str
        A key of `LABELS`, `ITEMS` or `VARIABLE_NAMES`; an item of the
        year before ends in ``_prev``.
    scale : float
        What its numbers are multiplied by: yuan in one unit of money, 0.01
        for a percentage that we keep as a fraction.
    """

    position: int
    header: str
    role: str
    scale: float

    @property
    def is_label(self) -> bool:
        """Whether it says who or when rather than how much."""
        return self.role in LABELS

    @property
    def is_ratio(self) -> bool:
        """Whether its cells may carry a per-cent sign."""
        return self.role in VARIABLE_NAMES and self.role != "Data"


def recognize(header: str) -> str | None:
    """Return what a column holds, from its header.

    Returns
    -------
    str or None
        A key of `LABELS`, `ITEMS`, `VARIABLE_NAMES` or `SUBSTITUTES`, with
        ``_prev`` behind it for the year before. None for a name not known.

    Examples
    --------
    >>> recognize("资产总计（元）"), recognize("A001000000"), recognize("上期营业收入（万元）")
    ('total_assets', 'total_assets', 'revenue_prev')
    """
    name, _ = split_header(header)
    # A date in brackets tells nothing that the rows do not; other words may tell
    # another item apart, such as profit of the parent company.
    plain = re.sub(r"\([0-9年月日./-]+\)", "", plain_text(name))
    return _look_up(key(plain)) or _look_up(key(without_unit(plain)))


def scale(header: str, role: str, unit: str = "") -> float:
    """Return the factor that turns a column's numbers into the units kept here.

    Parameters
    ----------
    header, role : str
        The header and what `recognize` made of it.
    unit : str
        What a row of units below the header says; it goes before the header.

    Raises
    ------
    InputError
        The unit is of another currency.
    """
    stated = plain_text(unit or header).casefold()
    if role in LABELS or role in PEOPLE:
        return 1.0
    if role not in VARIABLE_NAMES or role == "Data":
        return float(header_unit(unit or header) or 1)
    if role in PERCENT_VARIABLES:
        return 100.0 if re.search(r"fraction|小数", stated) else 1.0
    return 0.01 if re.search(r"%|percent|pct|百分", stated) else 1.0


def _look_up(name: str) -> str | None:
    """Look a name up; if it is unknown, take off a unit or a period and try again."""
    before = False
    while name:
        if (role := _ROLES.get(name)) is not None:
            takes_period = role in ITEMS or role in SUBSTITUTES
            return None if before and not takes_period else role + ("_prev" if before else "")
        match = _DECORATION.search(name)
        if match is None:
            return None
        before = before or bool(match["prev_first"] or match["prev_last"])
        name = name[: match.start()] + name[match.end() :]
    return None


_VARIABLES = {name: role for name, role in names_of("variable").items() if role in VARIABLE_NAMES}
_ROLES = names_of("label") | names_of("item") | _VARIABLES | names_of("stand-in")

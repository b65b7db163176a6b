"""What printed critical values of a Dickey-Fuller test give away.

They depend on the number of rows in the regression: solving for it shows which series
a printed test was run on. Critical values come from MacKinnon's (2010) response surfaces.
EViews prints those of MacKinnon (1996); at forty to seventy rows they differ by less
than 0.001. Source: paper `banks`, Tables 2 and 3.
"""

from __future__ import annotations

from functools import lru_cache

from scipy.optimize import brentq

from dataworth.errors import InputError

TRENDS = {"n": 0, "c": 1, "ct": 2}
"""Deterministic terms: none, a constant, a constant and a linear trend; and their number."""
LEVELS = (0.01, 0.05, 0.10)


@lru_cache(maxsize=4096)
def critical_value(rows: float, level: float, trend: str = "ct") -> float:
    """Return MacKinnon's critical value at a level of 0.01, 0.05 or 0.10."""
    from statsmodels.tsa.adfvalues import mackinnoncrit

    return float(mackinnoncrit(1, trend, rows)[LEVELS.index(level)])


@lru_cache(maxsize=512)
def rows_from_critical_value(printed: float, level: float, trend: str = "ct") -> float:
    """Return the number of rows at which a critical value is what is printed.

    The value at 0.01 is the sharpest: at sixty rows one more changes it by 0.003.

    Raises
    ------
    InputError
        No number from 10 to 100,000 has it.
    """

    def distance(rows: float) -> float:
        return critical_value(rows, level, trend) - printed

    if distance(10) > 0 or distance(1e5) < 0:
        raise InputError(f"no sample size has a critical value of {printed} at {level:.0%}")
    return brentq(distance, 10, 1e5, xtol=1e-6)

# ruff: noqa: D401  (first lines say what a rule yields; notes quote them)
"""Relations inside a printed table of augmented Dickey-Fuller tests.

Critical values come from `dataworth.forensics.critical_values`. `terms` counts the
deterministic terms: 0 none, 1 a constant, 2 a constant and a trend (which the levels
printed in paper `banks`, Tables 2 and 3, belong to).
"""

from __future__ import annotations

from collections.abc import Sequence

from dataworth.errors import InputError
from dataworth.forensics.critical_values import TRENDS, critical_value, rows_from_critical_value

TERMS = tuple(TRENDS)


def lags_from_critical_value(
    stretches: Sequence[float], d: float, critical_value: float, level: float, terms: float = 2
) -> float:
    """Lag order that the critical value leaves.

    A series of n levels, differenced `d` times, gives the regression n - d - 1 - lags rows:
    the test differences once more, and each lag costs a row. Where a level is missing, each
    unbroken stretch pays that price, and one too short gives none. The critical value tells
    the rows, so the lags can be solved for. `stretches` are the lengths in levels.
    """
    rows = rows_from_critical_value(critical_value, level, TERMS[int(terms)])
    usable = sorted((length - d - 1 for length in stretches), reverse=True)
    for count in range(len(usable), 0, -1):
        lags = (sum(usable[:count]) - rows) / count
        if lags <= usable[count - 1]:
            return lags
    raise InputError(f"{sum(stretches):g} levels are too few for {rows:.0f} rows")


def critical_value_from_another(
    known: float, known_level: float, level: float, terms: float = 2
) -> float:
    """Critical value that the one at another level implies.

    Both belong to the same number of rows, which the known value tells.
    """
    trend = TERMS[int(terms)]
    return critical_value(rows_from_critical_value(known, known_level, trend), level, trend)


def dickey_fuller_p_value(statistic: float, terms: float = 2) -> float:
    """P-value of a Dickey-Fuller statistic in large samples.

    MacKinnon (1994, 2010). The value for the sample size, which EViews prints,
    differs in the second decimal at sixty observations.
    """
    from statsmodels.tsa.adfvalues import mackinnonp

    return float(mackinnonp(statistic, TERMS[int(terms)]))


def rejects_unit_root(statistic: float, critical_values: Sequence[float]) -> bool:
    """The statistic is below every critical value."""
    return all(statistic < critical for critical in critical_values)

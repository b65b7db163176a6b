# ruff: noqa: D401  (first lines say what a rule yields; notes quote them)
"""Relations inside a printed table of augmented Dickey-Fuller tests.

Critical values come from MacKinnon's (2010) response surfaces. EViews prints
those of MacKinnon (1996); at forty to seventy observations they differ by less
than 0.001. `terms` counts the deterministic terms: 0 none, 1 a constant, 2 a
constant and a trend (which the levels printed in paper 001, Tables 2 and 3,
belong to).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

TERMS = ("n", "c", "ct")
LEVELS = (0.01, 0.05, 0.10)


def observations_after_differencing(observations: float, order: float) -> float:
    """Observations that differencing leaves.

    One less per order.
    """
    return observations - order


def observations_after_logarithm(observations: float, not_positive: float) -> float:
    """Observations that have a logarithm.

    Those above zero.
    """
    return observations - not_positive


def lags_from_critical_value(
    observations: float, critical_value: float, level: float, terms: float = 2
) -> float:
    """Lag order that the critical value leaves.

    The regression of the test loses one row to differencing and one to each
    lagged difference: rows = observations - 1 - lags. The critical value tells
    the rows.
    """
    return observations - 1 - _rows(critical_value, level, int(terms))


def lags_if_differences_are_counted(
    observations: float, critical_value: float, level: float, terms: float = 2
) -> float:
    """Lag order that the critical value leaves if differences are counted.

    rows = observations - lags; see `lags_from_critical_value`.
    """
    return observations - _rows(critical_value, level, int(terms))


def critical_value_from_another(
    known: float, known_level: float, level: float, terms: float = 2
) -> float:
    """Critical value that the one at another level implies.

    Both belong to the same number of rows, which the known value tells.
    """
    return _critical_value(_rows(known, known_level, int(terms)), level, int(terms))


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


def keeps_unit_root(statistic: float, critical_values: Sequence[float]) -> bool:
    """The statistic is above every critical value."""
    return all(statistic > critical for critical in critical_values)


@lru_cache(maxsize=4096)
def _critical_value(rows: float, level: float, terms: int) -> float:
    from statsmodels.tsa.adfvalues import mackinnoncrit

    return float(mackinnoncrit(1, TERMS[terms], rows)[LEVELS.index(level)])


@lru_cache(maxsize=512)
def _rows(critical_value: float, level: float, terms: int) -> float:
    """Solve for the number of rows, from 10 to 100,000."""
    from scipy.optimize import brentq

    def distance(rows: float) -> float:
        return _critical_value(rows, level, terms) - critical_value

    if distance(10) > 0 or distance(1e5) < 0:
        raise ValueError(f"no sample size has a critical value of {critical_value} at {level:.0%}")
    return brentq(distance, 10, 1e5, xtol=1e-6)

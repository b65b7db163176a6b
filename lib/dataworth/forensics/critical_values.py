"""What printed critical values and p-values of a Dickey-Fuller test give away.

Both depend on the number of rows in the regression: solving for it shows which series
a printed test was run on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from dataworth.banks.series.stationarity import TRENDS, check_choice


@dataclass(frozen=True)
class SampleSize:
    """Sample size that printed critical values belong to.

    Attributes
    ----------
    nobs : int
        Size whose critical values come closest to all printed ones.
    deviation : float
        Largest distance between a printed and a computed value at that size.
    by_level : dict of int to int
        The same for each level (1, 5, 10 per cent) on its own; when these
        disagree, a printed value is wrong.
    """

    nobs: int
    deviation: float
    by_level: dict[int, int]


def sample_size_from_critical_value(
    printed: Mapping[int, float], *, trend: str = "ct", largest: int = 400
) -> SampleSize:
    """Sample size that printed ADF critical values belong to.

    Parameters
    ----------
    printed : mapping of int to float
        Level in per cent (1, 5 or 10) to the printed critical value.
    trend : {"n", "c", "ct"}
        Deterministic terms of the regression.
    largest : int
        Sizes from 10 to this one are tried.

    Raises
    ------
    ValueError
        No value given, or a level other than 1, 5 and 10.

    Notes
    -----
    Source: paper `banks`, Tables 2 and 3; MacKinnon's (2010) surfaces.
    """
    from statsmodels.tsa.adfvalues import mackinnoncrit

    check_choice("trend", trend, TRENDS)
    if not printed or set(printed) - {1, 5, 10}:
        raise ValueError(f"critical values: expected levels 1, 5 and 10, found {sorted(printed)}")
    sizes = np.arange(10, largest + 1)
    table = np.array([mackinnoncrit(1, trend, int(size)) for size in sizes])
    columns = [(1, 5, 10).index(level) for level in printed]
    distance = np.abs(table[:, columns] - np.array(list(printed.values())))
    nearest = {level: int(sizes[distance[:, i].argmin()]) for i, level in enumerate(printed)}
    best = int(distance.max(axis=1).argmin())
    return SampleSize(int(sizes[best]), float(distance[best].max()), nearest)


@lru_cache(maxsize=16)
def null_distribution(
    nobs: int, *, trend: str = "ct", draws: int = 40_000, seed: int = 0
) -> np.ndarray:
    """Dickey-Fuller statistics of simulated random walks with `nobs` rows.

    The finite-sample distribution under the null hypothesis with independent
    normal innovations and no lagged differences, which is what MacKinnon's
    tables describe too.

    Returns
    -------
    numpy.ndarray, shape (draws,)
        Sorted statistics; do not change it in place.
    """
    check_choice("trend", trend, TRENDS)
    innovations = np.random.default_rng(seed).standard_normal((draws, nobs))
    lagged = np.cumsum(innovations, axis=1) - innovations
    terms = np.column_stack([np.ones(nobs), np.arange(nobs)])[:, : TRENDS[trend]]
    if terms.shape[1]:
        basis, _ = np.linalg.qr(terms)
        lagged = lagged - (lagged @ basis) @ basis.T
        innovations = innovations - (innovations @ basis) @ basis.T
    squares = (lagged**2).sum(axis=1)
    slope = (lagged * innovations).sum(axis=1) / squares
    rss = ((innovations - slope[:, None] * lagged) ** 2).sum(axis=1)
    error = np.sqrt(rss / (nobs - terms.shape[1] - 1) / squares)
    return np.sort(slope / error)


def finite_sample_pvalue(statistic: float, nobs: int, *, trend: str = "ct", seed: int = 0) -> float:
    """Share of simulated random walks whose statistic is at most `statistic`.

    Against MacKinnon's asymptotic p-value this shows what the sample size
    does; its standard error is at most 0.0025.
    """
    null = null_distribution(nobs, trend=trend, seed=seed)
    return float(np.searchsorted(null, statistic, side="right") / len(null))

r"""Values with printed margins: least, median and greatest met exactly, mean and sd closely.

Paper `potential`, Tables 2 and 6. A row prints six numbers of a variable. Many samples have
them. Here a value follows its normal score through two bends, one to each side of the median,
on logarithms or, where values may be negative, on their signed counterpart. Of all bends that
give the printed mean and standard deviation, the mildest are taken, or, for a sample that is to
differ from the next, those nearest to bends drawn at random.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, lru_cache

import numpy as np
import pandas as pd
from scipy.optimize import least_squares
from scipy.special import ndtri

from dataworth.facts import read_facts
from dataworth.inputs.firms.variables import COLUMNS, FEATURES

STATISTICS = ("n", "mean", "sd", "min", "p50", "max")

TAIL = 0.005  # probability beyond either end: a hundred values evenly spaced leave this much
CUT = 0.01  # share of either tail that winsorizing sets to the percentile (section 3.3)
VARIETY = np.array([0.6, 0.3, 0.6, 0.3])  # standard deviations of bends drawn at random
_MILD = np.array([0.1, 0.4, 0.1, 0.4])  # how much a bend counts; nearest to the rows on record
_START = np.array([0.1, 0.0, 0.1, 0.0])  # a bend of zero is a corner of its formula
_LONG = 10.0  # standard deviations of a range with two long tails
_EXACT, _CLOSE = 1e4, 1e-3  # what a miss counts; the largest one, in standard deviations
_NEAR = 0.01  # share of a median that is near zero, where there are tails to both sides


def read_margins(table: str = "t2") -> pd.DataFrame:
    """Read the printed margins of a table of descriptive statistics.

    Parameters
    ----------
    table : {"t2", "t6"}
        Table 2, the seed sample; or Table 6, the market, which has no target.

    Returns
    -------
    pandas.DataFrame
        A row for each variable; columns n, mean, sd, min, p50 (median) and max, in the
        variable's unit.

    Raises
    ------
    KeyError
        Another table.
    """
    return _printed(table).copy()


@cache
def _printed(table: str) -> pd.DataFrame:
    from dataworth.ledger import read_printed

    names, printed = {"t2": COLUMNS, "t6": FEATURES}[table], read_printed("potential")
    rows = [[printed(f"{table}.{name}.{s}") for s in STATISTICS] for name in names]
    return pd.DataFrame(rows, index=list(names), columns=list(STATISTICS))


def quantiles(
    margin: pd.Series,
    n: int,
    *,
    winsorized: bool = False,
    generator: np.random.Generator | None = None,
) -> np.ndarray:
    """Return n ordered values with a printed margin.

    Parameters
    ----------
    margin : pandas.Series
        n, mean, sd, min, p50 and max of one variable, as `read_margins` returns them.
    n : int
        How many values, at least 3. With the printed number, they have the printed mean and
        standard deviation; with another they follow the same quantile function, and so keep
        its ends and its median alone.
    winsorized : bool
        Whether the ends are percentiles to which the values beyond were set.
    generator : numpy.random.Generator, optional
        Varies the shape where the margin leaves it free. Without it the shape is the mildest.

    Returns
    -------
    numpy.ndarray, shape (n,)
        Ascending.

    Raises
    ------
    ValueError
        No such shape has this margin.
    """
    wish = None if generator is None else VARIETY * generator.standard_normal(4)
    return _values(
        margin.to_dict(), shape_of(margin, winsorized, wish), normal_scores(n, winsorized)
    )


def normal_scores(n: int, winsorized: bool = False) -> np.ndarray:
    """Return n normal scores, evenly spaced in probability; -1 and 1 are the printed ends."""
    if not winsorized:
        return ndtri(np.linspace(TAIL, 1 - TAIL, n)) / ndtri(1 - TAIL)
    scores = ndtri((np.arange(n) + 0.5) / n)
    # Whether a percentile is interpolated or a rank, it lands on the value of this firm.
    return (scores / -scores[int(np.ceil(CUT * (n - 1)))]).clip(-1, 1)


def bent(margin: Mapping[str, float], shape: np.ndarray, scores: np.ndarray) -> np.ndarray:
    """Return the values at normal scores: equation `sample-quantile` of chapter potential/sample.

    Parameters
    ----------
    margin : mapping
        sd, min, p50 and max; the last three are met at the scores -1, 0 and 1.
    shape : array_like, shape (4,)
        Bend and logarithm of the power above the median, then below it; zeros do not bend.
    scores : numpy.ndarray
    """
    points = np.array([margin["min"], margin["p50"], margin["max"]])
    # With two long tails, logarithms for both signs: hardly a value lies near zero.
    tails = margin["max"] - margin["min"] > _LONG * margin["sd"]
    positive, unit = points[0] > 0, (_NEAR if tails else 1.0) * (abs(points[1]) or 1.0)
    least, median, greatest = np.log(points) if positive else np.arcsinh(points / unit)
    way, (a, p, b, q) = np.abs(scores), shape
    above = median + (greatest - median) * _bend(way ** np.exp(p), a)
    below = median - (median - least) * _bend(way ** np.exp(q), b)
    values = np.where(scores < 0, below, above)
    return np.exp(values) if positive else unit * np.sinh(values)


def shape_of(
    margin: pd.Series, winsorized: bool = False, wish: np.ndarray | None = None
) -> np.ndarray:
    """Return the shape nearest to a wish (default: no bend) that has the printed mean and sd.

    Cash flow (a margin of the name OCF) passes zero where real firms' does, those of 2021: the
    printed numbers leave free whether a tenth or half of the firms have an outflow.

    Raises
    ------
    ValueError
        As `quantiles` says.
    """
    row = tuple(margin.to_dict().items())
    return _solve(margin.name, row, winsorized, None if wish is None else tuple(wish)).copy()


@lru_cache(maxsize=2000)  # firms of one seed have one shape in every world and at every strength
def _solve(
    name: str, items: tuple[tuple[str, float], ...], winsorized: bool, wish: tuple | None
) -> np.ndarray:
    row = dict(items)
    scores = normal_scores(int(row["n"]), winsorized)
    zero = [ndtri(_outflows()) / -ndtri(CUT if winsorized else TAIL)] if name == "OCF" else []
    # Far from the mildest shape that passes zero there, no other is found.
    mildest = _solve(name, items, winsorized, None) if zero and wish else np.zeros(4)
    centre = mildest + (np.zeros(4) if wish is None else wish)

    def misses(shape: np.ndarray) -> np.ndarray:
        values = _values(row, shape, scores)
        gaps = values.mean() - row["mean"], values.std(ddof=1) - row["sd"]
        off = np.arcsinh(bent(row, shape, np.array(zero)) / (_NEAR * row["p50"]))
        return np.r_[_EXACT * np.array(gaps) / row["sd"], off, _MILD * (shape - centre)]

    if row["min"] < row["p50"] < row["max"]:
        fit = least_squares(misses, centre + _START, method="lm")
        if np.abs(fit.fun[:2]).max() < _EXACT * _CLOSE:
            return fit.x
    raise ValueError(f"margin: no smooth sample has {row}")


@cache
def _outflows() -> float:
    """Return the share of real firms (fiscal year 2021) with a negative operating cash flow."""
    return read_facts("moments_fy2021").set_index("Unnamed: 0")["below_zero"]["OCF"]


def _bend(way: np.ndarray, by: float) -> np.ndarray:
    return np.expm1(by * way) / np.expm1(by) if abs(by) > 1e-6 else way


def _values(margin: Mapping[str, float], shape: np.ndarray, scores: np.ndarray) -> np.ndarray:
    """Return the values of ascending scores from -1 to 1; ends and median to the last digit."""
    values, n = bent(margin, shape, scores), len(scores)
    values[scores <= -1], values[scores >= 1] = margin["min"], margin["max"]
    lower, upper = (n - 1) // 2, n // 2
    # The median of an even number is the mean of two values: they lie evenly around it.
    gap = min(margin["p50"] - values[lower], values[upper] - margin["p50"]) if n % 2 == 0 else 0.0
    values[lower], values[upper] = margin["p50"] - gap, margin["p50"] + gap
    return np.maximum.accumulate(values.clip(margin["min"], margin["max"]))


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

"""Values with printed margins: least, median and greatest met exactly, mean and sd closely.

Paper `potential`, Tables 2 and 6. A row prints six numbers of a variable. Many samples have
them; here is the smoothest. Its quantile function is a function of the normal score whose
slope is the exponential of a smooth curve: it always rises, and the density has no jump and
no lump. Where sizes differ by orders of magnitude it runs on logarithms. Of all curves that
give the printed median, mean and standard deviation, the flattest is taken, or, for a sample
that is to differ from the next, the one nearest to a curve drawn at random.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd
from scipy.special import ndtri

from dataworth.inputs.firms.variables import COLUMNS, FEATURES

STATISTICS = ("n", "mean", "sd", "min", "p50", "max")

TAIL = 0.005  # probability beyond either end: a hundred values evenly spaced leave this much
KNOTS = 11  # where the curve is free
REACH = 0.3  # how far a bend of the curve reaches, as a share of half the range
VARIETY = 0.8  # standard deviation of a random curve: slopes differ by a factor of about two
_LONG = 10.0  # a range of more standard deviations has two long tails
_ZERO = 1e-4  # standard deviations around zero in which signed logarithms are straight
_GRID = 201
_CLOSE = 1e-6  # in standard deviations
_STEPS = 60


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
    margin: pd.Series, n: int, *, generator: np.random.Generator | None = None
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
    generator : numpy.random.Generator, optional
        Varies the shape where the margin leaves it free. Without it the shape is the
        smoothest.

    Returns
    -------
    numpy.ndarray, shape (n,)
        Ascending.

    Raises
    ------
    ValueError
        No smooth quantile function has these margins.
    """
    row = _Row(*(float(margin[name]) for name in STATISTICS))
    curve = np.array(_smoothest(row))
    if generator is not None:
        wish = VARIETY * np.linalg.cholesky(_kernel()) @ generator.standard_normal(KNOTS)
        # A wish that the margin cannot fulfil is toned down.
        fits = (_fit(row, share * wish, curve + share * wish) for share in (1.0, 0.5, 0.25))
        curve = next((fit for fit in fits if fit is not None), curve)
    return _values(row, curve, n)


def scores(n: int) -> np.ndarray:
    """Return n normal scores, evenly spaced in probability, scaled to the range from -1 to 1."""
    return ndtri(np.linspace(TAIL, 1 - TAIL, n)) / ndtri(1 - TAIL)


@dataclass(frozen=True)
class _Row:
    """One printed row, in the order of `STATISTICS`."""

    n: float
    mean: float
    sd: float
    least: float
    median: float
    greatest: float

    def __post_init__(self) -> None:
        if not self.least < self.median < self.greatest:
            raise ValueError(f"margin: expected least value < median < greatest, found {self}")

    @property
    def scale(self) -> str:
        """On what the quantile function is smooth: "plain", "log" or "signed log".

        Logarithms if the median lies nearer the middle of the range on them. Signed ones,
        which are logarithms for both signs away from zero, if both tails are too long for
        anything else.
        """
        if self.least <= 0:
            return "signed log" if self.greatest - self.least > _LONG * self.sd else "plain"
        above, below = self.greatest - self.median, self.median - self.least
        log_above = math.log(self.greatest / self.median)
        log_below = math.log(self.median / self.least)
        closer = abs(math.log(log_above / log_below)) < abs(math.log(above / below))
        return "log" if closer else "plain"

    def place(self, value: float) -> float:
        """Return where a value lies on the scale."""
        if self.scale == "signed log":
            return math.asinh(value / (_ZERO * self.sd))
        return math.log(value) if self.scale == "log" else value

    def back(self, heights: np.ndarray) -> tuple[np.ndarray, np.ndarray | float]:
        """Bring heights back from the scale; return the values and the slopes of that."""
        if self.scale == "signed log":
            unit = _ZERO * self.sd
            return unit * np.sinh(heights), unit * np.cosh(heights)
        if self.scale == "log":
            return np.exp(heights), np.exp(heights)
        return heights, 1.0


@cache
def _kernel() -> np.ndarray:
    """Return the covariance of the curve between its knots: near ones move together."""
    knots = np.linspace(-1, 1, KNOTS)
    gaps = knots[:, None] - knots
    return np.exp(-(gaps**2) / (2 * REACH**2)) + 1e-6 * np.eye(KNOTS)


@cache
def _basis() -> np.ndarray:
    """Turn heights at the knots into heights on the grid, straight between knots."""
    knots, grid = np.linspace(-1, 1, KNOTS), np.linspace(-1, 1, _GRID)
    return np.array([np.interp(grid, knots, unit) for unit in np.eye(KNOTS)]).T


@cache
def _climb(n: int) -> np.ndarray:
    """Turn slopes on the grid into the height at each of n scores, and at score 0 (last row)."""
    grid = np.linspace(-1, 1, _GRID)
    halves = np.tri(_GRID) + np.tri(_GRID, k=-1)  # trapezoids
    halves[:, 0] -= 1
    halves[0] = 0
    places = np.append(scores(n), 0.0)
    right = np.clip(np.searchsorted(grid, places), 1, _GRID - 1)
    share = ((places - grid[right - 1]) / (grid[right] - grid[right - 1]))[:, None]
    return (1 - share) * halves[right - 1] + share * halves[right]


def quantile_function(curve: np.ndarray, n: int) -> tuple[np.ndarray, np.ndarray]:
    """Return heights from 0 to 1 at n scores and at score 0, and their slopes in the curve.

    Equation `sample-quantile` of chapter potential/sample: between knots the curve is straight.
    """
    basis, climb = _basis(), _climb(n)
    steep = np.exp(basis @ curve)
    height, change = climb @ steep, climb @ (steep[:, None] * basis)
    top = height[-2]
    height, change = height / top, change / top
    return height, change - height[:, None] * change[-2]


@cache
def _smoothest(row: _Row) -> tuple[float, ...]:
    fit = _fit(row, np.zeros(KNOTS), np.zeros(KNOTS))
    if fit is None:
        raise ValueError(f"margin: no smooth sample has {row}")
    return tuple(fit)


def _fit(row: _Row, wish: np.ndarray, start: np.ndarray) -> np.ndarray | None:
    """Return the curve nearest to a wish that has the printed margin, None if there is none.

    Nearest in the metric of the kernel: least squares with linearized constraints, again and
    again.
    """
    kernel, curve = _kernel(), start
    for _ in range(_STEPS):
        miss, slope = _misses(row, curve)
        if not np.isfinite(miss).all():
            return None
        spread = kernel @ slope.T
        wanted = slope @ (curve - wish) - miss
        change = wish + spread @ np.linalg.solve(slope @ spread + 1e-12 * np.eye(3), wanted) - curve
        if np.abs(miss).max() < _CLOSE:
            return curve
        curve = curve + change / max(1.0, np.abs(change).max())
    return None


def _misses(row: _Row, curve: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return what median, mean and standard deviation miss, and how the curve changes that."""
    n = int(row.n)
    low, middle, high = (row.place(value) for value in (row.least, row.median, row.greatest))
    height, change = quantile_function(curve, n)
    values, change = low + (high - low) * height, (high - low) * change
    miss, slope = np.empty(3), np.empty((3, KNOTS))
    miss[0], slope[0] = (values[-1] - middle) / (high - low), change[-1] / (high - low)
    values, steep = row.back(values[:-1])
    change = np.reshape(steep, (-1, 1)) * change[:-1]
    mean, sd = values.mean(), values.std(ddof=1)
    miss[1], slope[1] = (mean - row.mean) / row.sd, change.mean(axis=0) / row.sd
    miss[2] = math.log(sd / row.sd)
    slope[2] = (values - mean) @ change / ((n - 1) * sd**2)
    return miss, slope


def _values(row: _Row, curve: np.ndarray, n: int) -> np.ndarray:
    """Return n values; ends and median exactly."""
    low, high = row.place(row.least), row.place(row.greatest)
    values = row.back(low + (high - low) * quantile_function(curve, n)[0][:n])[0].copy()
    values[0], values[-1] = row.least, row.greatest
    lower, upper = (n - 1) // 2, n // 2
    # The median of an even number is the mean of two values: they lie evenly around it.
    gap = min(row.median - values[lower], values[upper] - row.median) if n % 2 == 0 else 0.0
    values[lower], values[upper] = row.median - gap, row.median + gap
    return np.maximum.accumulate(values)


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

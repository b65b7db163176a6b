"""How sure is a value: draws of all inputs, and which input matters.

Beyond paper `banks`. Inputs are independent; each has a range, a central value and a
source. Functions of a frame of draws (one row a draw, one column an input) give one value
a row, in thousand yuan where they are valuations.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import stats

from dataworth.banks.value.asset import Asset, Assumptions
from dataworth.banks.value.methods import METHODS
from dataworth.errors import InputError

BLOCK = 5_000  # draws valued at a time: memory stays flat


@dataclass(frozen=True)
class Input:
    """An uncertain input.

    Attributes
    ----------
    name : str
        Of `asset.Assumptions`, or any other.
    low, central, high : float
        Range and most likely value; all equal for a known input.
    source : str
        Where the range comes from, or that it is illustrative.
    shape : {"triangular", "uniform"}

    Raises
    ------
    InputError
        The values are not finite or out of order.
    """

    name: str
    low: float
    central: float
    high: float
    source: str = "illustrative"
    shape: Literal["triangular", "uniform"] = "triangular"

    def __post_init__(self) -> None:
        if not -float("inf") < self.low <= self.central <= self.high < float("inf"):
            raise InputError(
                f"{self.name}: expected low ≤ central ≤ high, "
                f"found {self.low:g}, {self.central:g}, {self.high:g}"
            )

    def quantile(self, probability: np.ndarray) -> np.ndarray:
        """Return the values below which these shares of draws lie, in the same shape."""
        width = self.high - self.low
        probability = np.asarray(probability, float)
        if width == 0:
            return np.full(probability.shape, float(self.low))
        if self.shape == "uniform":
            return self.low + width * probability
        return stats.triang.ppf(probability, (self.central - self.low) / width, self.low, width)


def draw(inputs: Iterable[Input], size: int, *, seed: int) -> pd.DataFrame:
    """Draw all inputs independently.

    Parameters
    ----------
    inputs : iterable of Input
    size : int
        Draws.
    seed : int

    Returns
    -------
    pandas.DataFrame, shape (size, inputs)
        An input keeps its draws when others are added behind it.
    """
    inputs = list(inputs)
    seeds = np.random.SeedSequence(seed).spawn(len(inputs))
    columns = {
        item.name: item.quantile(np.random.default_rng(child).random(size))
        for item, child in zip(inputs, seeds, strict=True)
    }
    return pd.DataFrame(columns)


def draw_costs(
    yearly: pd.DataFrame,
    ratio: tuple[float, float, float],
    *,
    draws: int,
    seed: int,
    level: float = 0.95,
) -> np.ndarray:
    """Draw the costs that the intervals of the rates and the range of the ratio allow.

    Parameters
    ----------
    yearly : pandas.DataFrame
        pay_increment, rate, low_rate, high_rate, scale; see `dataworth.banks.value.cost.Costs`.
    ratio : tuple of float
        Lowest, central and highest non-labour ratio: a triangular distribution. It is
        one ratio for all banks and years, as the paper assumes, so its error does not
        average out over banks.
    draws : int
    seed : int
    level : float
        Share of cases that the intervals of the rates hold.

    Returns
    -------
    numpy.ndarray, shape (draws, rows)
        Total cost, thousand yuan. Rates are independent; each is drawn with two normal
        halves, one below and one above, and never below zero.
    """
    rng = np.random.default_rng(seed)
    z = rng.standard_normal((draws, len(yearly)))
    rates = draw_within(yearly["rate"], yearly["low_rate"], yearly["high_rate"], z, level=level)
    ratios = Input("ratio", *ratio).quantile(rng.random(draws))
    pay = yearly["scale"].to_numpy() * yearly["pay_increment"].to_numpy()
    return rates * pay * (1 + ratios[:, None])


def draw_within(
    centre: ArrayLike, low: ArrayLike, high: ArrayLike, z: np.ndarray, *, level: float = 0.95
) -> np.ndarray:
    """Return values with an interval each, moved by standard normal errors; none is below zero.

    Parameters
    ----------
    centre, low, high : array_like
        Values and their intervals; they broadcast against `z`.
    z : numpy.ndarray
        Draws: a normal half below the centre and another above it.
    level : float
        Share of cases that the intervals hold.
    """
    centre, low, high = (np.asarray(values, float) for values in (centre, low, high))
    width = np.where(z < 0, centre - low, high - centre) / stats.norm.ppf(0.5 + level / 2)
    return np.maximum(centre + z * width, 0)


def interval(draws: np.ndarray, level: float) -> tuple[np.ndarray, np.ndarray]:
    """Return the central interval of draws along the first axis."""
    low, high = np.quantile(draws, [(1 - level) / 2, (1 + level) / 2], axis=0)
    return low, high


def central(inputs: Iterable[Input]) -> Assumptions:
    """Return the assumptions at the central values of all inputs."""
    return Assumptions(**{item.name: item.central for item in inputs})


def value(asset: Asset, draws: pd.DataFrame, methods: Sequence[str] | None = None) -> pd.DataFrame:
    """Value an asset under every draw by every method.

    Parameters
    ----------
    asset : Asset
    draws : pandas.DataFrame, shape (draws, inputs)
        Columns are names of `asset.Assumptions`.
    methods : sequence of str, optional
        Keys of `METHODS`; all by default.

    Returns
    -------
    pandas.DataFrame, shape (draws, methods)
        Thousand yuan.

    Raises
    ------
    InputError
        An input that a method needs is missing or out of range.
    """
    chosen = list(METHODS) if methods is None else list(methods)
    values = np.empty((len(draws), len(chosen)))
    for begin in range(0, len(draws), BLOCK):
        rows = slice(begin, begin + BLOCK)
        given = Assumptions(**{name: draws[name].to_numpy()[rows] for name in draws})
        for column, key in enumerate(chosen):
            values[rows, column] = METHODS[key](asset, given)
    return pd.DataFrame(values, index=draws.index, columns=chosen)


def summarize(values: pd.DataFrame, *, level: float = 0.9) -> pd.DataFrame:
    """Return median, mean and interval of every column.

    Parameters
    ----------
    values : pandas.DataFrame, shape (draws, methods)
    level : float
        Share of draws that the interval holds.

    Returns
    -------
    pandas.DataFrame, shape (methods, 4)
        Columns low, median, high, mean, in the unit of the values.
    """
    table = values.quantile([(1 - level) / 2, 0.5, (1 + level) / 2]).T
    table.columns = pd.Index(["low", "median", "high"])
    return table.assign(mean=values.mean())


def exceedance(values: pd.DataFrame) -> pd.DataFrame:
    """Return the share of draws in which the row's method is above the column's.

    Returns
    -------
    pandas.DataFrame, shape (methods, methods)
        Missing on the diagonal; draws that are equal count one half.
    """
    rows = {name: values.rsub(values[name], axis=0) for name in values}
    shares = {name: ((gap > 0) + (gap == 0) / 2).mean() for name, gap in rows.items()}
    table = pd.DataFrame(shares).T
    return table.mask(np.eye(len(table), dtype=bool))


def tornado(
    function: Callable[[pd.DataFrame], np.ndarray], inputs: Sequence[Input], *, level: float = 0.9
) -> pd.DataFrame:
    """Move one input at a time through its interval, the others at their centres.

    Parameters
    ----------
    function : callable
        Frame of draws to values.
    inputs : sequence of Input
    level : float
        Share of an input's draws that its interval holds.

    Returns
    -------
    pandas.DataFrame, one row per input
        Columns input, at_low, at_high (values) and swing (their absolute distance);
        largest swing first.
    """
    base = {item.name: float(item.central) for item in inputs}
    tails = [(1 - level) / 2, (1 + level) / 2]
    rows = [base | {item.name: end} for item in inputs for end in item.quantile(np.array(tails))]
    ends = np.asarray(function(pd.DataFrame(rows)), float).reshape(-1, 2)
    table = pd.DataFrame(ends, columns=["at_low", "at_high"])
    table.insert(0, "input", list(base))
    table["swing"] = (table["at_high"] - table["at_low"]).abs()
    return table.sort_values("swing", ascending=False, kind="stable", ignore_index=True)


def sobol(
    function: Callable[[pd.DataFrame], np.ndarray],
    inputs: Sequence[Input],
    *,
    size: int = 4096,
    seed: int,
) -> pd.DataFrame:
    """Divide the variance of a value among its inputs.

    Parameters
    ----------
    function : callable
        Frame of draws to values; called once with size x (inputs + 2) rows.
    inputs : sequence of Input
    size : int
        Base sample, a power of two.
    seed : int
        Of the scrambled sequence and of the resampling behind the errors.

    Returns
    -------
    pandas.DataFrame, one row per input
        Columns input, first (share of variance that the input takes away when known),
        first_error, total (share that stays when all others are known), total_error;
        errors are half-widths of 95 % intervals. Largest total first. Where the value
        does not vary, all are 0.

    Raises
    ------
    InputError
        The size is not a power of two.

    Notes
    -----
    Indices of Sobol (2001) by the estimators of Saltelli et al. (2010), from SALib.
    """
    from SALib.analyze import sobol as analysis
    from SALib.sample import sobol as sampling

    if size < 2 or size & (size - 1):
        raise InputError(f"size: expected a power of two, found {size}")
    names = [item.name for item in inputs]
    problem = {"num_vars": len(names), "names": names, "bounds": [[0.0, 1.0]] * len(names)}
    unit = sampling.sample(problem, size, calc_second_order=False, seed=seed)
    draws = {item.name: item.quantile(unit[:, i]) for i, item in enumerate(inputs)}
    values = np.asarray(function(pd.DataFrame(draws)), float)
    table = pd.DataFrame({"input": names})
    columns = {"first": "S1", "first_error": "S1_conf", "total": "ST", "total_error": "ST_conf"}
    if np.ptp(values) == 0:
        return table.assign(**dict.fromkeys(columns, 0.0))
    indices = analysis.analyze(problem, values, calc_second_order=False, seed=seed)
    table = table.assign(**{name: indices[key] for name, key in columns.items()})
    return table.sort_values("total", ascending=False, kind="stable", ignore_index=True)

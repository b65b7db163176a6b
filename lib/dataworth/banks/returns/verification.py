"""What the paper calls verification: marginal contribution, and how it is read.

Paper `banks`, section 3 (value verification system), sections 3.2 and 4.5. Money is in
thousand yuan; ratios, growth and shares are fractions; growth is a difference of logs.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from dataworth.banks.returns import panels as worlds
from dataworth.banks.returns import regressions, shape_tests, short_series
from dataworth.errors import InputError

READINGS = {
    "paper, one bank": "growth of one bank's profit falls as its data inputs rise",
    "paper, mean of banks": "growth of the mean log profit falls as the mean log input rises",
    "elasticity": "interval of the elasticity lies between 0 and 1",
    "marginal product": "marginal product falls significantly at the mean input",
    "marginal peak": "marginal product rises at one end of the data and falls at the other",
    "Lind and Mehlum": "a parabola rises at one end of the data and falls at the other",
    "parabola by AICc": "a parabola with its peak inside the data beats a power",
    "two lines": "a line rises before the peak, and another falls after it",
}


def marginal_contribution_rate(cost: pd.Series, income: pd.Series) -> pd.Series:
    """Cost over income, which the paper calls the marginal contribution rate.

    Parameters
    ----------
    cost, income : pandas.Series
        By period, in one unit, such as thousand yuan.

    Returns
    -------
    pandas.Series
        A fraction. It is an average, input per unit of output, and no derivative.

    Raises
    ------
    InputError
        An income that is not positive.

    Notes
    -----
    Paper `banks`, section 3: forecast cost over forecast return.
    """
    check_positive(income, "income")
    return cost / income


def marginal_product(profit: pd.Series, cost: pd.Series) -> pd.DataFrame:
    """Take changes from period to period, as a derivative would need them.

    Parameters
    ----------
    profit, cost : pandas.Series
        Positive, by period, in one unit, such as thousand yuan.

    Returns
    -------
    pandas.DataFrame
        From the second period: growth and input_growth (log differences), product (change
        of profit over change of cost) and elasticity (growth over input growth). All else
        that moved in the period is in them.

    Raises
    ------
    InputError
        A value that is not positive.
    """
    check_positive(profit, "profit")
    check_positive(cost, "cost")
    growth, inputs = np.log(profit).diff(), np.log(cost).diff()
    moved = inputs.where(inputs != 0)
    columns = {
        "growth": growth,
        "input_growth": inputs,
        "product": profit.diff() / cost.diff().where(inputs != 0),
        "elasticity": growth / moved,
    }
    return pd.DataFrame(columns).iloc[1:]


def growth_left_over(profit: pd.Series, cost: pd.Series, elasticity: float) -> pd.Series:
    """Growth of everything else, if data had a constant elasticity.

    In R = A C^b the growth of A is that of R less b times that of C. For *every* b there
    is a path of A that gives the profits on record, to the yuan.

    Returns
    -------
    pandas.Series
        Log differences, from the second period on.
    """
    changes = marginal_product(profit, cost)
    return changes["growth"] - elasticity * changes["input_growth"]


def residual_error(share: float, error: float) -> float:
    """Relative error of a residual when what is subtracted is off by a relative error.

    Parameters
    ----------
    share : float
        True share of data in the income of the asset group, between 0 and 1.
    error : float
        Other assets earn (1 + error) times the cost that is subtracted for them.

    Notes
    -----
    Hypothesis 4: data's part is income less the costs of other assets. With shares d and
    1 - d the residual is d + error (1 - d) / (1 + error) of the income.

    Examples
    --------
    >>> round(residual_error(0.02, 0.01), 3)
    0.485
    """
    if not 0 < share < 1:
        raise ValueError(f"share: expected between 0 and 1, found {share}")
    return error / (1 + error) * (1 - share) / share


def read_panels(panels: worlds.Panels, *, level: float = 0.95) -> pd.DataFrame:
    """Apply every reading of `READINGS` to simulated panels.

    Returns
    -------
    pandas.DataFrame
        One row a world: for each reading, whether it concludes what the paper concludes
        (diminishing returns or, in the last four, an inverted U); elasticity_estimate,
        elasticity_says (see `shape_tests.read_elasticity`) low and high.
    """
    x, size = panels.intensity, panels.size
    power = regressions.fit_panel(panels.profit, [x, size])
    parabola = regressions.fit_panel(panels.profit, [x, x**2, size])
    ends = x.min(axis=(-2, -1)), x.max(axis=(-2, -1))
    shape = shape_tests.inverted_u(parabola, *ends, level=level)
    inside = (ends[0] < shape.peak) & (shape.peak < ends[1]) & (parabola.coefficients[..., 1] < 0)
    falling = shape_tests.marginal_product_slope(parabola, x.mean(axis=(-2, -1)))
    low, high = power.interval(0, level)
    said = shape_tests.read_elasticity(low, high)
    lines = shape_tests.two_lines(panels.profit, x, shape.peak, [size])
    columns = [
        short_series.growth_falls(panels.profit[:, 0], panels.inputs[:, 0]),
        short_series.growth_falls(panels.profit.mean(axis=1), panels.inputs.mean(axis=1)),
        said == "diminishing",
        falling.p_value() < (1 - level) / 2,
        shape_tests.marginal_peak(parabola, *ends) < 1 - level,
        shape.p_value < 1 - level,
        inside & (parabola.aicc < power.aicc),
        inside & (lines < 1 - level),
    ]
    frame = pd.DataFrame(np.column_stack(columns), columns=list(READINGS))
    estimate = power.coefficients[..., 0]
    return frame.assign(elasticity_estimate=estimate, elasticity_says=said, low=low, high=high)


def conclusion_table(
    truths: Sequence[str], settings: Sequence[str], *, replications: int, level: float, seed: int
) -> pd.DataFrame:
    """Count how often each reading concludes what the paper concludes.

    Parameters
    ----------
    truths, settings : sequence of str
        Names in `worlds.TRUTHS` and `worlds.SETTINGS`.
    replications : int
        Panels of each world.
    level : float
        Of the intervals; tests have size 1 - level.
    seed : int
        The same draws serve every world, so that differences are due to the world.

    Returns
    -------
    pandas.DataFrame
        Index (setting, truth); one column a reading with its share of panels, then
        estimate (mean elasticity), and the shares in which the elasticity is above 1
        (increasing) or neither that nor diminishing (undecided).
    """
    rows = {}
    for setting in settings:
        for truth in truths:
            panels = worlds.simulate_panels(
                worlds.TRUTHS[truth], worlds.SETTINGS[setting], worlds=replications, seed=seed
            )
            found = read_panels(panels, level=level)
            says = found["elasticity_says"]
            rows[setting, truth] = found[list(READINGS)].mean().to_dict() | {
                "estimate": found["elasticity_estimate"].mean(),
                "increasing": (says == "increasing").mean(),
                "undecided": (~says.isin(["increasing", "diminishing"])).mean(),
            }
    frame = pd.DataFrame.from_dict(rows, orient="index")
    frame.index = pd.MultiIndex.from_tuples(frame.index, names=["setting", "truth"])
    return frame


def power_table(
    cases: dict[str, tuple[str, str]],
    *,
    banks: Sequence[int],
    years: Sequence[int],
    setting: str,
    replications: int,
    level: float,
    seed: int,
) -> pd.DataFrame:
    """Find how often tests speak, over the number of banks and years.

    Parameters
    ----------
    cases : dict of label to (reading, truth)
        Such as ``{"power": ("elasticity", "diminishing returns")}``.

    Returns
    -------
    pandas.DataFrame
        Index (banks, years), one column a case (shares of panels), and half_width: the
        median half width of the elasticity's interval in the first truth.
    """
    rows = {}
    for count in banks:
        for length in years:
            found = {
                truth: read_panels(
                    worlds.simulate_panels(
                        worlds.TRUTHS[truth],
                        worlds.SETTINGS[setting],
                        worlds=replications,
                        banks=count,
                        years=length,
                        seed=seed,
                    ),
                    level=level,
                )
                for truth in dict.fromkeys(truth for _, truth in cases.values())
            }
            rows[count, length] = {
                case: found[truth][reading].mean() for case, (reading, truth) in cases.items()
            }
            first = next(iter(found.values()))
            rows[count, length]["half_width"] = (first["high"] - first["low"]).median() / 2
    frame = pd.DataFrame.from_dict(rows, orient="index")
    frame.index = pd.MultiIndex.from_tuples(frame.index, names=["banks", "years"])
    return frame


def check_positive(series: pd.Series, name: str) -> None:
    """Refuse values that are missing, zero or negative, and name the first."""
    bad = series[~(series > 0)]
    if len(bad):
        raise InputError(
            f"{name}: expected positive amounts, found {bad.iloc[0]:g} in {bad.index[0]}"
        )

"""What the paper calls verification: marginal contribution, and how it is read.

Paper `banks`, section 3 (value verification system), sections 3.2 and 4.5. Money is in
thousand yuan; ratios, growth and shares are fractions; growth is a difference of logs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product

import numpy as np
import pandas as pd

from dataworth.banks.returns import regressions, shape_tests, short_series
from dataworth.banks.returns.panels import SETTINGS, TRUTHS, Panels, simulate_panels
from dataworth.errors import InputError

READINGS = {
    "paper, one bank": "growth of one bank's profit falls as its data inputs rise",
    "paper, mean of banks": "growth of the mean log profit falls as the mean log input rises",
    "elasticity": "interval of the elasticity lies between 0 and 1",
    "marginal product": "marginal product falls significantly at the mean input",
    "marginal peak": "marginal product rises at one end of the data and falls at the other",
    "Lind and Mehlum": "a parabola rises at one end of the data and falls at the other",
}


def marginal_contribution_rate(cost: pd.Series, income: pd.Series) -> pd.Series:
    """Return cost over income, which the paper calls the marginal contribution rate.

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
    Paper `banks`, section 3: forecast cost over forecast return; equation
    `verification-rate` of chapter banks/verification.
    """
    check_positive(income, "income")
    return cost / income


def growth_left_over(profit: pd.Series, cost: pd.Series, elasticity: float) -> pd.Series:
    """Return the growth of everything else, if data had a constant elasticity.

    In R = A C^b the growth of A is that of R less b times that of C. For *every* b there
    is a path of A that gives the profits on record, to the yuan.

    Parameters
    ----------
    profit, cost : pandas.Series
        Positive, by period, in one unit, such as thousand yuan.
    elasticity : float

    Returns
    -------
    pandas.Series
        Log differences, from the second period on.

    Raises
    ------
    InputError
        A value that is not positive.

    Notes
    -----
    Equation `verification-growth` of chapter banks/verification, solved for A.
    """
    check_positive(profit, "profit")
    check_positive(cost, "cost")
    return (np.log(profit) - elasticity * np.log(cost)).diff().iloc[1:]


def residual_error(share: float, error: float) -> float:
    """Return the relative error of a residual when what is subtracted is off by a relative error.

    Parameters
    ----------
    share : float
        True share of data in the income of the asset group, between 0 and 1.
    error : float
        Other assets earn (1 + error) times the cost that is subtracted for them.

    Notes
    -----
    Hypothesis 4: data's part is income less the costs of other assets. With shares d and
    1 - d the residual is d + error (1 - d) / (1 + error) of the income. Equation
    `verification-residual` of chapter banks/verification.

    Examples
    --------
    >>> round(residual_error(0.02, 0.01), 3)
    0.485
    """
    return error / (1 + error) * (1 - share) / share


def read_panels(panels: Panels, *, level: float = 0.95) -> pd.DataFrame:
    """Return what every reading of `READINGS` concludes from simulated panels.

    Returns
    -------
    pandas.DataFrame
        One row a panel: for each reading, whether it concludes what the paper concludes
        (diminishing returns or, in the last two, an inverted U); the elasticity (estimate)
        with its interval (low, high).
    """
    x, size = panels.intensity, panels.size
    power = regressions.fit_panel(panels.profit, [x, size])
    parabola = regressions.fit_panel(panels.profit, [x, x**2, size])
    ends = x.min(axis=(-2, -1)), x.max(axis=(-2, -1))
    falling = shape_tests.marginal_product_falls(parabola, x.mean(axis=(-2, -1)))
    low, high = power.interval(0, level)
    columns = [
        short_series.growth_falls(panels.profit[:, 0], panels.inputs[:, 0]),
        short_series.growth_falls(panels.profit.mean(axis=1), panels.inputs.mean(axis=1)),
        shape_tests.read_elasticity(low, high) == "diminishing",
        falling < (1 - level) / 2,
        shape_tests.marginal_peak(parabola, *ends) < 1 - level,
        shape_tests.inverted_u(parabola, *ends) < 1 - level,
    ]
    frame = pd.DataFrame(np.column_stack(columns), columns=list(READINGS))
    return frame.assign(estimate=power.coefficients[..., 0], low=low, high=high)


def conclusion_table(
    truths: Sequence[str], settings: Sequence[str], *, panels: int, level: float, seed: int
) -> pd.DataFrame:
    """Return how often each reading concludes what the paper concludes.

    Parameters
    ----------
    truths, settings : sequence of str
        Names in `panels.TRUTHS` and `panels.SETTINGS`.
    panels : int
        Panels of each world.
    level : float
        Of the intervals; tests have size 1 - level.
    seed : int
        The same draws serve every world, so that differences are due to the world.

    Returns
    -------
    pandas.DataFrame
        Index (setting, truth); one column a reading with its share of panels, then the means
        of what `read_panels` gives beside: estimate, low and high.
    """
    drawn = {
        (setting, truth): simulate_panels(
            TRUTHS[truth], SETTINGS[setting], panels=panels, seed=seed
        )
        for setting, truth in product(settings, truths)
    }
    means = {world: read_panels(p, level=level).mean() for world, p in drawn.items()}
    return pd.DataFrame(means).T.rename_axis(["setting", "truth"])


def power_table(
    cases: Mapping[str, tuple[str, str]],
    *,
    banks: Sequence[int],
    years: Sequence[int],
    setting: str,
    panels: int,
    level: float,
    seed: int,
) -> pd.DataFrame:
    """Return how often tests speak, over the number of banks and years.

    Parameters
    ----------
    cases : mapping of label to (reading, truth)
        Such as ``{"power": ("elasticity", "diminishing returns")}``.

    Returns
    -------
    pandas.DataFrame
        Index (banks, years), one column a case (shares of panels), and half_width: the
        median half width of the elasticity's interval in the first truth.
    """
    rows = {}
    for size in product(banks, years):
        read = {
            truth: read_panels(simulate_panels(
                TRUTHS[truth], SETTINGS[setting], panels=panels, banks=size[0], years=size[1],
                seed=seed,
            ), level=level)
            for truth in dict.fromkeys(truth for _, truth in cases.values())
        }  # fmt: skip
        shares = {case: read[truth][reading].mean() for case, (reading, truth) in cases.items()}
        first = next(iter(read.values()))
        rows[size] = shares | {"half_width": (first["high"] - first["low"]).median() / 2}
    return pd.DataFrame(rows).T.rename_axis(["banks", "years"])


def check_positive(series: pd.Series, name: str) -> None:
    """Refuse values that are missing, zero or negative, and name the first."""
    bad = series[~(series > 0)]
    if len(bad):
        raise InputError(
            f"{name}: expected positive amounts, found {bad.iloc[0]:g} in {bad.index[0]}"
        )

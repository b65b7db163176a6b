"""The seed sample, reconstructed: Table 2's margins, real dependence, and two worlds.

Paper `potential`, section 2.1. The hundred firms are not public. What is known of them is
Table 2: six figures for each of fifteen variables. Their rank dependence is taken from about
four thousand real firms of fiscal year 2021. How the target hangs together with the features
is not known at all, so it is a parameter: the world.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from dataworth.errors import InputError
from dataworth.potential.variables import COLUMNS, FEATURES, TARGET

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

WORLDS = ("null", "planted")
PLANTED = ("Revenue", "RDPsnRatio", "RDRatio", "TechRatio", "OCF", "Size", "ROA")
"""The drivers that matter in the planted world, strongest first: those that the paper names."""

STATISTICS = ("n", "mean", "sd", "min", "p50", "max")


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
    """
    import pandas as pd

    from dataworth.ledger import read_printed

    printed = read_printed("potential")
    names = COLUMNS if table == "t2" else FEATURES
    rows = {name: [printed(f"{table}.{name}.{s}") for s in STATISTICS] for name in names}
    return pd.DataFrame.from_dict(rows, orient="index", columns=list(STATISTICS))


def read_dependence() -> pd.DataFrame:
    """Read the rank correlations of the features over real firms (fiscal year 2021).

    Returns
    -------
    pandas.DataFrame, shape (14, 14)
        Spearman correlations, made positive definite where pairwise deletion broke that.
    """
    import pandas as pd

    from dataworth.facts import read_facts

    table = (
        read_facts("spearman_fy2021").set_index("Unnamed: 0").loc[list(FEATURES), list(FEATURES)]
    )
    return pd.DataFrame(_positive_definite(table.to_numpy()), table.index, table.columns)


def reconstruct_firms(
    *, world: str = "planted", strength: float = 0.3, seed: int, n: int = 100
) -> pd.DataFrame:
    """Draw a sample of firms with Table 2's margins.

    Parameters
    ----------
    world : {"null", "planted"}
        The target is independent of the features; or it follows `planted_signal`.
    strength : float
        Share of the log target's variance that the signal explains, in the planted world.
    seed : int
    n : int
        Number of firms. With the paper's hundred, every margin is met: least value, median
        and greatest exactly, mean and standard deviation up to 0.5 %.

    Returns
    -------
    pandas.DataFrame, shape (n, 15)
        `COLUMNS`, in the units of Table 2.

    Raises
    ------
    InputError
        An unknown world, a strength outside 0 to 1, or fewer than ten firms.
    """
    import numpy as np
    import pandas as pd

    if world not in WORLDS:
        raise InputError(f"world: expected {' or '.join(WORLDS)}, found {world!r}")
    if not 0 <= strength < 1:
        raise InputError(f"strength: expected at least 0 and below 1, found {strength}")
    if n < 10:
        raise InputError(f"n: expected at least 10 firms, found {n}")
    generator = np.random.default_rng(seed)
    pearson = 2 * np.sin(np.pi * read_dependence().to_numpy() / 6)
    root = np.linalg.cholesky(_positive_definite(pearson))
    scores = generator.standard_normal((n, len(FEATURES))) @ root.T
    noise = generator.standard_normal(n)
    margins = read_margins("t2")
    values = {name: _arrange(margins.loc[name], scores[:, i]) for i, name in enumerate(FEATURES)}
    firms = pd.DataFrame(values)
    if world == "planted":
        signal = planted_signal(firms).to_numpy()
        noise = np.sqrt(strength) * signal + np.sqrt(1 - strength) * noise
    return firms.assign(**{TARGET: _arrange(margins.loc[TARGET], noise)})


def planted_signal(features: pd.DataFrame) -> pd.Series:
    """Give the score that drives the log target in the planted world.

    The shapes are those that the paper reports (sections 3.1 and 3.2): thresholds with a
    plateau for the three innovation ratios, saturation for scale, a penalty for low but no
    reward for high profitability, and less of it where research is intensive.

    Parameters
    ----------
    features : pandas.DataFrame, shape (n, 14)

    Returns
    -------
    pandas.Series, shape (n,)
        Mean 0 and standard deviation 1 over these firms.
    """
    import numpy as np

    rank = features.rank(pct=True)

    def threshold(name: str, at: float) -> pd.Series:
        return 1 / (1 + np.exp(-12 * (rank[name] - at)))

    def saturating(name: str) -> pd.Series:
        return 1 - np.exp(-3 * rank[name])

    loss = np.minimum(rank["ROA"] - 0.4, 0) / 0.4
    score = (
        1.0 * saturating("Revenue") / 0.25
        + 1.0 * threshold("RDPsnRatio", 0.6) / 0.4
        + 1.0 * threshold("RDRatio", 0.6) / 0.4
        + 0.4 * threshold("TechRatio", 0.6) / 0.4
        + 0.4 * rank["OCF"] / 0.29
        + 0.4 * saturating("Size") / 0.25
        + 0.6 * loss * (1 - threshold("RDRatio", 0.6)) / 0.3
    )
    return (score - score.mean()) / score.std(ddof=0)


def _arrange(margin: pd.Series, scores: np.ndarray) -> np.ndarray:
    """Give the margin's values the order of the scores."""
    import numpy as np

    values = np.empty(len(scores))
    values[np.argsort(scores, kind="stable")] = quantiles(margin, len(scores))
    return values


def quantiles(margin: pd.Series, n: int) -> np.ndarray:
    """Give n ordered values with a printed margin.

    Below the median the distance to it grows with a power of the rank, above it with a
    mixture of two powers, so that a tail may be both long and thin; on logarithms where all
    values are positive. The exponents and the weight are the mildest that meet mean and
    standard deviation.

    Parameters
    ----------
    margin : pandas.Series
        mean, sd, min, p50, max and n of one variable, as `read_margins` gives them.
    n : int
        How many values; the shape is solved for the printed number of firms.

    Returns
    -------
    numpy.ndarray, shape (n,)
        Ascending.
    """
    statistics = tuple(float(margin[name]) for name in STATISTICS)
    return _shape(statistics, n, *_solve(statistics))


# Logarithms of three exponents and the logit of a weight: the mildest shape, and where the
# search begins. A long and thin tail has false bottoms, so that one start is not enough.
MILD = (0.2, 0.7, 1.7, 0.0)
STARTS = ((0.2, 0.3, 1.5, -0.5), (0.2, 1.5, 3.0, 0.0))
CLOSE = 1e-4  # relative miss of mean and standard deviation


@cache
def _solve(statistics: tuple[float, ...]) -> tuple[bool, tuple[float, ...]]:
    """Find the mildest shape that meets mean and sd: on logarithms if there is one."""
    from itertools import product

    import numpy as np
    from scipy.optimize import least_squares

    n, mean, sd = int(statistics[0]), statistics[1], statistics[2]
    mild = np.array(MILD)
    for logs, start in product([True, False] if statistics[3] > 0 else [False], STARTS):

        def misses(shape: np.ndarray, logs: bool = logs) -> np.ndarray:
            values = _shape(statistics, n, logs, shape)
            gaps = np.array([(values.mean() - mean) / sd, values.std(ddof=1) / sd - 1])
            return np.append(gaps / CLOSE, 0.01 * (shape - mild))

        fit = least_squares(misses, start, bounds=(mild - 4, mild + 4), max_nfev=200)
        if np.abs(fit.fun[:2]).max() <= 1:
            return logs, tuple(fit.x)
    raise InputError(f"margin: no shape has mean {mean:g} and standard deviation {sd:g}")


def _shape(
    statistics: tuple[float, ...], n: int, logs: bool, shape: tuple[float, ...]
) -> np.ndarray:
    import numpy as np

    *_, least, median, greatest = statistics
    below, above, far = np.exp(shape[:3])
    weight = 1 / (1 + np.exp(-shape[3]))
    place = np.linspace(-1, 1, n)
    # The two middle values of an even number are equal, so that their mean is the median.
    middle = 1 / (n - 1) if n % 2 == 0 else 0.0
    distance = np.maximum(np.abs(place) - middle, 0) / (1 - middle)
    rise = weight * distance**above + (1 - weight) * distance**far
    if least > 0:
        low = median * (least / median) ** distance**below
    else:
        low = median - (median - least) * distance ** (2 * below)
    high = median * (greatest / median) ** rise if logs else median + (greatest - median) * rise
    return np.where(place < 0, low, high)


def _positive_definite(matrix: np.ndarray) -> np.ndarray:
    """Give the nearest correlation matrix, clipped away from singular."""
    from statsmodels.stats.correlation_tools import corr_nearest

    return corr_nearest(matrix, threshold=1e-3)

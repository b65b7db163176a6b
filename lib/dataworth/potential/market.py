"""The scanned market, reconstructed: Table 6's margins and real differences between sections.

Paper `potential`, section 3.3, Table 6. The 4,460 firms are not public. Their margins are
printed. How sections differ, and how features hang together, is taken from about four
thousand real firms of fiscal year 2021.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
from scipy.optimize import least_squares
from scipy.stats import norm

from dataworth.facts import read_facts
from dataworth.inputs.firms.variables import FEATURES
from dataworth.potential.margins import read_margins
from dataworth.potential.sample import read_dependence

NAMED = ("I", "M", "B", "Q", "C", "J", "E")
"""The sections that the paper names; it speaks of thirteen and lists them only in a figure."""
SECTION_COUNT = 13

SPECIAL = 0.03  # share of listed firms under special treatment: an assumption
STRAIN = {"Growth": -1.0, "ROA": -1.5, "ROIC": -1.5, "Leverage": 0.8}
"""How firms under special treatment differ, in standard deviations: an assumption."""
BOUNDS = {
    **{"TechRatio": (0, 1), "RDPsnRatio": (0, 100), "GPM": (-1, 1)},
    **{"Growth": (-1, None), "RDRatio": (0, None)},
}
"""What no firm can exceed, for the tails that winsorizing cuts off."""


def matching_sections(sections: pd.Series, count: int = SECTION_COUNT) -> list[str]:
    """Choose the sections that are scanned.

    The paper keeps the thirteen sections of its seed firms and does not list them in words.
    Here they are those that it names, as far as they occur, and then the largest.

    Parameters
    ----------
    sections : pandas.Series
        A letter for each firm, or None.
    count : int

    Returns
    -------
    list of str
        At most `count` letters, in alphabetical order.
    """
    sizes = sections.value_counts().sort_index().sort_values(ascending=False, kind="stable")
    order = sorted(sizes.index, key=lambda letter: letter not in NAMED)
    return sorted(order[:count])


def read_sections() -> pd.DataFrame:
    """Read the medians of the features by section over real firms (fiscal year 2021).

    Returns
    -------
    pandas.DataFrame
        Index section; `FEATURES` in the paper's units, and n, the firms of the section.
        Finance is not among them.
    """
    table = read_facts("section_medians_fy2021").set_index("csrc").rename_axis("section")
    return table[[*FEATURES, "n"]]


def read_public_margins() -> pd.DataFrame:
    """Read the moments of real listed firms (fiscal year 2021), winsorized as in Table 6.

    Returns
    -------
    pandas.DataFrame
        Index variable; n, mean, sd, min, p50 and max. n is less where values are missing.
    """
    table = read_facts("moments_fy2021").set_index("Unnamed: 0").rename_axis("variable")
    return table.loc[list(FEATURES), ["n", "mean", "sd", "min", "p50", "max"]]


def reconstruct_market(*, seed: int) -> pd.DataFrame:
    """Draw a market whose firms have Table 6's margins once it has been processed.

    It has as many firms as the paper counts listed ones. As many as the paper scans are
    complete, in thirteen sections, and not under special treatment; the others are there
    for the filters. Beyond the outer percentiles, values are invented: winsorizing cuts
    them off.

    Parameters
    ----------
    seed : int

    Returns
    -------
    pandas.DataFrame
        As `dataworth.inputs.firms.reader.read_market` returns a real one: index `code` (invented),
        `FEATURES` (some missing), section, name (empty) and st (under special treatment).
    """
    generator = np.random.default_rng(seed)
    labels = _labels()
    scores = _scores(labels, generator)
    market = pd.DataFrame(index=labels.index)
    clean = (labels["part"] == "scanned").to_numpy()
    margins = read_margins("t6")
    for name in FEATURES:
        values = winsorized_quantiles(margins.loc[name], int(clean.sum()), tails=True)
        values = values.clip(*BOUNDS.get(name, (None, None)))
        # Equal ranks, equal values: the scanned firms alone carry the printed margin.
        market[name] = np.interp(scores[name], np.sort(scores.loc[clean, name]), values)
    _blank(market, (labels["part"] == "incomplete").to_numpy(), generator)
    market = market.assign(section=labels["section"], name="", st=labels["part"] == "special")
    market = market.iloc[generator.permutation(len(market))]
    return market.set_axis([f"F{i:04d}" for i in range(1, len(market) + 1)]).rename_axis("code")


def winsorized_quantiles(
    margin: pd.Series, n: int, *, share: float = 0.01, tails: bool = False
) -> np.ndarray:
    r"""Return n ordered values with a printed margin whose extremes are percentiles.

    To either side of the median, the logarithm of the value follows the normal score u,
    which is 1 at the outer percentile, through :math:`(e^{au} - 1) / (e^a - 1)`; above the
    median u is raised to a power before. Where values may be negative, the inverse
    hyperbolic sine takes the logarithm's place. Both bends and the power are the mildest
    that meet mean and standard deviation. With none the variable is lognormal on either side.

    Parameters
    ----------
    margin : pandas.Series
        n, mean, sd, min, p50 and max of one variable after winsorizing.
    n : int
    share : float
        What winsorizing sets to the outer percentile, at either end.
    tails : bool
        Whether there are values beyond the outer percentiles, as before winsorizing.

    Returns
    -------
    numpy.ndarray, shape (n,)
        Ascending.

    Raises
    ------
    ValueError
        No such shape has this mean and standard deviation.
    """
    mean, sd = float(margin["mean"]), float(margin["sd"])

    def misses(shape: np.ndarray) -> np.ndarray:
        values = _bent(margin, shape, _normal_scores(int(margin["n"]), share))
        gaps = [(values.mean() - mean) / sd, values.std(ddof=1) / sd - 1]
        return np.r_[1e4 * np.array(gaps), 0.1 * shape[:2], 0.2 * shape[2]]

    fit = least_squares(misses, [0.1, 0.1, 0.0])
    if np.abs(fit.fun[:2]).max() > 10:  # a tenth of a per cent
        raise ValueError(f"margin: no shape has mean {mean:g} and standard deviation {sd:g}")
    return _bent(margin, fit.x, _normal_scores(n, share, tails=tails))


def _normal_scores(n: int, share: float, *, tails: bool = False) -> np.ndarray:
    """Return n normal scores, scaled to -1 and 1 at the outer percentiles and clipped there."""
    scores = norm.ppf((np.arange(n) + 0.5) / n)
    # Whether a percentile is interpolated or a rank, it lands on the value of these firms.
    last = int(np.ceil(share * (n - 1)))
    scores /= -scores[last]
    clipped = scores.clip(-1, 1)
    clipped[[max(last - 1, 0), min(n - last, n - 1)]] = -1, 1
    if n % 2 == 0:  # the mean of the two middle values is the median
        clipped[[n // 2 - 1, n // 2]] = 0
    if tails:
        beyond = np.r_[: max(last - 1, 0), min(n - last, n - 1) + 1 : n]
        clipped[beyond] = (scores[beyond] + np.sign(scores[beyond])) / 2
    return clipped


def _bent(margin: pd.Series, shape: np.ndarray, scores: np.ndarray) -> np.ndarray:
    """Bend normal scores into values: exact at -1, 0 and 1."""

    def bend(u: np.ndarray, by: float) -> np.ndarray:
        return np.expm1(by * u) / np.expm1(by) if abs(by) > 1e-6 else u

    points = margin[["min", "p50", "max"]].to_numpy(float)
    scale = abs(points[1]) or 1.0
    positive = points[0] > 0
    least, median, greatest = np.log(points) if positive else np.arcsinh(points / scale)
    distance = np.abs(scores)
    below = median - (median - least) * bend(distance, shape[1])
    above = median + (greatest - median) * bend(distance ** np.exp(shape[2]), shape[0])
    bent = np.where(scores < 0, below, above)
    values = np.exp(bent) if positive else scale * np.sinh(bent)
    # To the last digit: rounding must not carry a neighbour past one of the three points.
    values = np.where(scores < 0, values.clip(max=points[1]), values.clip(min=points[1]))
    values = np.where(distance <= 1, values.clip(points[0], points[2]), values)
    for score, point in zip((-1, 0, 1), points, strict=True):
        values[scores == score] = point
    return values


def _labels() -> pd.DataFrame:
    """Return every listed firm's section and the filter that it is there for."""
    from dataworth.ledger import read_printed

    printed = read_printed("potential")
    listed, scanned = int(printed("s1.1.listed")), int(printed("s3.3.firms"))
    sizes = read_sections()["n"]
    kept = matching_sections(pd.Series(np.repeat(sizes.index, sizes)))
    inside, outside = sizes[kept], sizes.drop(kept)
    special = round(SPECIAL * listed)
    elsewhere = round(listed * outside.sum() / sizes.sum())
    parts = {
        "scanned": (inside, scanned),
        "special": (inside, special),
        "incomplete": (inside, listed - scanned - special - elsewhere),
        "elsewhere": (outside, elsewhere),
    }
    tables = [
        pd.DataFrame({"part": part, "section": np.repeat(weights.index, _allot(weights, firms))})
        for part, (weights, firms) in parts.items()
    ]
    return pd.concat(tables, ignore_index=True)


def _allot(weights: pd.Series, firms: int) -> np.ndarray:
    """Share firms out in proportion, the rest by largest remainder."""
    exact = (firms * weights / weights.sum()).to_numpy()
    whole = np.floor(exact).astype(int)
    whole[np.argsort(whole - exact, kind="stable")[: firms - whole.sum()]] += 1
    return whole


def _scores(labels: pd.DataFrame, generator: np.random.Generator) -> pd.DataFrame:
    """Draw normal scores: the section's position plus what differs between its firms.

    Between and within sections together, the correlations are those of real firms.
    """
    places, within = section_dependence()
    draws = generator.standard_normal((len(labels), len(FEATURES)))
    noise = pd.DataFrame(draws @ np.linalg.cholesky(within).T, columns=list(FEATURES))
    groups = [labels["part"], labels["section"]]
    noise -= noise.groupby(groups).transform("median")  # small sections keep their median too
    scores = noise + places.loc[labels["section"]].set_axis(labels.index)
    strain = pd.Series(STRAIN).reindex(FEATURES, fill_value=0.0)
    return scores + np.outer(labels["part"] == "special", strain)


@cache
def section_dependence() -> tuple[pd.DataFrame, np.ndarray]:
    """Return where sections stand, and how firms vary around them, in normal scores.

    Returns
    -------
    places : pandas.DataFrame
        Index section, columns `FEATURES`: the section's real median among all real firms; 0
        for a median like the market's or not known.
    within : numpy.ndarray, shape (14, 14)
        Covariance of firms around their section. With the differences between sections it
        gives the correlations of real firms.
    """
    from statsmodels.stats.correlation_tools import corr_nearest

    places, sizes = market_scores(read_sections()[list(FEATURES)]).fillna(0.0), read_sections()["n"]
    centred = places - np.average(places, axis=0, weights=sizes)
    between = (centred.T * sizes) @ centred / sizes.sum()
    within = 2 * np.sin(np.pi * read_dependence().to_numpy() / 6) - between.to_numpy()
    spread = np.sqrt(np.diag(within))
    nearest = corr_nearest(within / np.outer(spread, spread), threshold=1e-3)
    return places, nearest * np.outer(spread, spread)


def market_scores(features: pd.DataFrame) -> pd.DataFrame:
    """Place values among all real firms of 2021, as normal scores; missing ones stay missing."""
    margins, places = read_public_margins(), features.astype(float)
    grid = norm.ppf((np.arange(2001) + 0.5) / 2001)
    for name in FEATURES:
        values = winsorized_quantiles(margins.loc[name], len(grid), tails=True)
        places[name] = np.interp(features[name], values, grid)
    return places


def _blank(market: pd.DataFrame, rows: np.ndarray, generator: np.random.Generator) -> None:
    """Take one value from each of these firms, as often as it is missing among real ones."""
    known = read_public_margins()["n"]
    missing = (1 - known / known.max()).to_numpy()
    chosen = generator.choice(len(FEATURES), size=rows.sum(), p=missing / missing.sum())
    values = market.to_numpy(copy=True)
    values[np.flatnonzero(rows), chosen] = np.nan
    market[:] = values

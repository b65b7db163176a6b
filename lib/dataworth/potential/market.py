"""The scanned market, reconstructed: Table 6's margins and real differences between sections.

Paper `potential`, section 3.3, Table 6. The 4,460 firms are not public. Their margins are
printed. How sections differ, and how features hang together, is taken from about four
thousand real firms of fiscal year 2021.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
from scipy.special import ndtri

from dataworth.facts import read_facts
from dataworth.inputs.firms.variables import FEATURES
from dataworth.potential.margins import CUT, bent, quantiles, read_margins, shape_of
from dataworth.potential.sample import arrange, normal_correlations


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


def reconstruct_market(sections: list[str], *, seed: int) -> pd.DataFrame:
    """Draw as many firms as the paper scans, with Table 6's margins.

    Sections have as many firms as they have among real ones, in proportion. Where a section
    lies, and how its firms differ, is real too.

    Parameters
    ----------
    sections : list of str
        Letters. Those of which no real median is known are left out.
    seed : int

    Returns
    -------
    pandas.DataFrame
        As `dataworth.inputs.firms.reader.read_market` returns a real one: index `code` (invented),
        `FEATURES` (winsorized), section, name (empty) and st (under special treatment: none).
    """
    margins, (places, within) = read_margins("t6"), section_dependence()
    sizes, firms = read_sections()["n"].filter(sections), int(margins["n"].iloc[0])
    ends = np.round(sizes.cumsum() / sizes.sum() * firms).astype(int)
    section = pd.Series(np.repeat(sizes.index, np.diff(ends, prepend=0)))
    draws = np.random.default_rng(seed).standard_normal((firms, len(FEATURES)))
    noise = pd.DataFrame(draws @ np.linalg.cholesky(within).T, columns=list(FEATURES))
    noise -= noise.groupby(section).transform("median")  # small sections keep their median too
    scores = noise + places.loc[section].to_numpy()
    values = {
        name: arrange(quantiles(margins.loc[name], firms, winsorized=True), scores[name])
        for name in FEATURES
    }
    codes = pd.Index([f"F{i:04d}" for i in range(1, firms + 1)], name="code")
    return pd.DataFrame(values).assign(section=section, name="", st=False).set_index(codes)


def outside_range(features: pd.DataFrame, sample: pd.DataFrame) -> pd.DataFrame:
    """Flag values below the least or above the greatest of the seed firms."""
    names = list(FEATURES)
    low, high = sample[names].min(), sample[names].max()
    return features[names].lt(low) | features[names].gt(high)


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
    within = normal_correlations() - between.to_numpy()
    spread = np.sqrt(np.diag(within))
    nearest = corr_nearest(within / np.outer(spread, spread), threshold=1e-3)
    return places, nearest * np.outer(spread, spread)


def market_scores(features: pd.DataFrame) -> pd.DataFrame:
    """Place values among all real firms of 2021, as normal scores; missing ones stay missing."""
    grid, values = _real_values()
    scored = {name: np.interp(features[name], values[name], grid) for name in FEATURES}
    return pd.DataFrame(scored, features.index)


@cache
def _real_values() -> tuple[np.ndarray, pd.DataFrame]:
    """Return normal scores, and the real firms' values there: beyond the percentiles, too."""
    grid = np.linspace(-3.5, 3.5, 701)
    margins = read_public_margins().T.items()
    at = grid / ndtri(1 - CUT)
    return grid, pd.DataFrame({name: bent(m, shape_of(m, True), at) for name, m in margins})

"""One's own firms in tiers: who is likely to recognize data next, and what speaks for it.

Chapter potential/scan. The way in which it learns is the simplest of those that did as well as
any on the newcomers of the second year: `foresight.compare`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import expit
from scipy.stats import beta

from dataworth.errors import InputError
from dataworth.potential import adoption, foresight
from dataworth.potential.adoption import FIRST, SECOND, scaled

TIERS = {1: 0.02, 2: 0.1, 3: 0.5, 4: 1.0}
"""Tiers, and where each ends: at this share of the firms, from the top."""
COMMON = ["Size", "Revenue", "RDRatio", "ROA"]
"""What is on record of the firms of both years."""
ADOPTERS, NEWCOMERS = 30, 10
"""From how many on a market teaches, and tests; below, the record's cells do."""
ALPHA = 0.05


@dataclass(frozen=True)
class Scan:
    """What a scan found.

    Attributes
    ----------
    firms : pandas.DataFrame
        Index code, the likeliest first: name, section, tier, probability of recognizing data
        within a year, low and high; amount (yuan; empty unless amounts can be told),
        speaks_for and speaks_against, nearest (adopters), missing, outside (features beyond
        those of all adopters), recognized (since when; then without tier and probability).
    tiers : pandas.DataFrame
        Index tier, made from the first year alone: firms, newcomers of the second year, share
        (of the firms), low and high.
    captured, ways : pandas.DataFrame
        As `foresight.captured` and `foresight.compare` return them.
    way : str
        The one chosen.
    amounts : pandas.Series
        As `foresight.amount_skill` returns it.
    reached : float
        Adopters of either year among the first hundred of the firms that taught.
    own : bool
        Whether the market itself taught, not the record's cells.
    """

    firms: pd.DataFrame
    tiers: pd.DataFrame
    captured: pd.DataFrame
    ways: pd.DataFrame
    way: str
    amounts: pd.Series
    reached: float
    own: bool

    def to_excel(self, path: str) -> None:
        """Write the firms, and how such tiers did, to the sheets of a workbook."""
        with pd.ExcelWriter(path) as book:
            for name in ("firms", "tiers", "captured", "ways"):
                getattr(self, name).to_excel(book, sheet_name=name)


def scan(
    market: pd.DataFrame, listed: pd.Series | None = None, *, draws: int = 50, seed: int = 0
) -> Scan:
    """Put the firms of a market in tiers.

    Parameters
    ----------
    market : pandas.DataFrame
        As `dataworth.inputs.firms.reader.read_market` returns it. Features may be missing.
    listed : pandas.Series, optional
        The firms that recognized data: first year by code. Those of the last year are
        newcomers. Without years, newcomers are those not on record for `FIRST`. Default: the
        record.
    draws : int
        Refits behind the band of a probability (parametric bootstrap).
    seed : int

    Raises
    ------
    InputError
        No firm states total assets.
    """
    record = adoption.read_adopters()
    years = record["year"] if listed is None else _first_and_second(listed, record)
    theirs = market[market.index.isin(years.index)]
    known = record if listed is None or theirs.empty else theirs
    units = adoption.from_market(market, years).dropna(subset="size").assign(later=1.0)
    if units.empty:
        raise InputError("market: expected total assets (Size), found none")
    taught = units if units["adopters"].sum() >= ADOPTERS else adoption.read_cells()
    tested = taught if taught["newcomers"].sum() >= NEWCOMERS else adoption.read_cells()
    usable = [*foresight.ways(units)]
    learn = {way: how for way, how in foresight.ways(taught).items() if way in usable}
    proved = {way: how for way, how in foresight.ways(tested).items() if way in learn}
    forecasts = {way: foresight.forecast(tested, how) for way, how in proved.items()}
    way, compared = foresight.compare(forecasts, seed=seed)

    rows = adoption.exposed(taught, *([FIRST, SECOND] if taught["newcomers"].any() else [FIRST]))
    score, generator = learn[way](rows), np.random.default_rng(seed)
    chance = expit(score(rows))
    again = [
        learn[way](rows.assign(events=generator.binomial(rows["firms"], chance)))(units)
        for _ in range(draws)
    ]
    left = taught["firms"] - taught["adopters"] - taught["newcomers"]
    now = taught.assign(later=1.0, firms=left).query("firms > 0")
    place = foresight.places(now.assign(score=score(now)), score(units))
    ever = taught.assign(later=1.0, events=taught["adopters"] + taught["newcomers"])
    reached = foresight.captured(ever.assign(score=score(ever)), 100)["events"].item()
    band = expit(pd.DataFrame(again).quantile(list(foresight.TAILS)).to_numpy())
    found = {
        "tier": _tier(place),
        "probability": expit(score(units)),
        "low": band[0],
        "high": band[1],
    }
    found = pd.DataFrame(found, units.index)[~units.index.isin(years.index)]
    amounts = foresight.amount_skill(record, *COMMON)
    firms = market[["name", "section"]].join(found).astype({"tier": "Int64"})
    if amounts["low"] > 0:
        firms["amount"] = foresight.amounts(record, market[COMMON])
    simple = ["size", *["rd"] * ("size, R&D" in proved), *["later"] * (rows["later"].nunique() > 1)]
    firms = firms.join(_reasons(units, adoption.fit(rows, *simple)))
    firms["nearest"] = _nearest(market, known)
    firms["missing"] = _said(market[COMMON].isna())
    low, high = known[COMMON].min(), known[COMMON].max()
    firms["outside"] = _said(market[COMMON].lt(low) | market[COMMON].gt(high))
    firms["recognized"] = years.reindex(market.index).astype("Int64")
    return Scan(
        firms.sort_values("probability", ascending=False, kind="stable"),
        by_tier(forecasts[way]), foresight.captured(forecasts[way], 50, 100, 200),
        compared, way, amounts, reached, taught is units,
    )  # fmt: skip


def by_tier(rows: pd.DataFrame) -> pd.DataFrame:
    """Count the newcomers of each tier of a forecast, with an exact interval of their share."""
    groups = rows.groupby(_tier(foresight.places(rows)))[["firms", "events"]].sum()
    table = groups.set_axis(["firms", "newcomers"], axis=1).rename_axis("tier")
    n, k = table["firms"], table["newcomers"]
    ends = beta.ppf(foresight.TAILS[0], k, n - k + 1), beta.ppf(foresight.TAILS[1], k + 1, n - k)
    return table.assign(share=k / n, low=np.nan_to_num(ends[0]), high=ends[1])


def _first_and_second(listed: pd.Series, record: pd.DataFrame) -> pd.Series:
    """Call the last of several years `SECOND`, and all before it `FIRST`."""
    if listed.isna().all():
        first = record.index[record["year"] == FIRST]
        listed = pd.Series(np.where(listed.index.isin(first), FIRST, SECOND), listed.index)
    later = (listed == listed.max()) & (listed > listed.min())
    return later.map({True: SECOND, False: FIRST})


def _tier(place: pd.Series) -> pd.Series:
    ends = np.searchsorted(list(TIERS.values()), 1 - place)
    return pd.Series(ends + 1, place.index)


def _reasons(units: pd.DataFrame, found: adoption.Adoption) -> pd.DataFrame:
    """Name odds factors that are beyond chance: for a firm if above one, against it if below."""
    sure = found.coefficients.drop(index=["const", "later"], errors="ignore")
    sure = sure.loc[sure["p"] < ALPHA, "value"]
    factors = np.exp((units[sure.index] - units[sure.index].mean()) * sure)
    factors = factors.rename(columns={"rd": "R&D"})
    sections = found.sections.loc[found.sections["q"] < ALPHA, "factor"]
    factors["industry"] = units["section"].map(sections)
    texts = factors.apply(lambda column: column.map(f"{column.name} ×{{:.2g}}".format))
    beyond = {"speaks_for": factors > 1.05, "speaks_against": factors < 0.95}
    return pd.DataFrame({name: _said(flags, texts) for name, flags in beyond.items()})


def _nearest(market: pd.DataFrame, known: pd.DataFrame, number: int = 3) -> pd.Series:
    """Name the adopters most alike, in standard deviations; another section counts as one."""
    from sklearn.metrics.pairwise import nan_euclidean_distances

    ours, theirs = scaled(market[COMMON]), scaled(known[COMMON])
    spread = theirs.std().fillna(1.0)
    apart = nan_euclidean_distances(ours / spread, theirs / spread)
    other = market["section"].to_numpy()[:, None] != known["section"].to_numpy()
    apart = np.hypot(apart, other)
    apart[market.index.to_numpy()[:, None] == known.index.to_numpy()] = np.inf
    names = known["name"].to_numpy()[np.argsort(apart, axis=1)[:, :number]]
    return pd.Series(["、".join(row) for row in names], market.index)


def _said(flags: pd.DataFrame, texts: pd.DataFrame | None = None) -> pd.Series:
    """Join, firm by firm, the texts (default: the names) of the columns whose flag is set."""
    words = np.tile(flags.columns, (len(flags), 1)) if texts is None else texts[flags.columns]
    rows = np.where(flags, words, "")
    return pd.Series([", ".join(filter(None, row)) for row in rows], flags.index)

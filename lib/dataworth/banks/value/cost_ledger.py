"""A ledger that allocates costs to tagged data assets, cent for cent.

Paper `banks`, section 3: data assets are tagged, costs are allocated to them step by
step, and each cost can be traced. Amounts are whole cents (fen), so nothing is rounded
away; thousand yuan, the unit elsewhere in this part, are 100,000 cents.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

import numpy as np
import pandas as pd

from dataworth.errors import InputError

STAGES = ("collection", "storage", "analysis", "application")
CENTS_PER_THOUSAND_YUAN = 100_000


def allocate(cents: int, weights: Mapping[str, int]) -> dict[str, int]:
    """Divide an amount by weights so that the parts add up to it exactly.

    Parameters
    ----------
    cents : int
        May be negative: a reversal is divided as the posting was that it reverses.
    weights : mapping of str to int
        Zero or more, not all zero.

    Returns
    -------
    dict of str to int
        Cents by name, in the order of `weights`. Each part is less than a cent from its
        exact share.

    Raises
    ------
    ValueError
        A negative weight, or no positive one.

    Notes
    -----
    Largest remainder (Hamilton): each gets its share rounded down; the cents that are left
    go to the largest remainders, ties by name, so that the order of `weights` is of no
    account.

    Examples
    --------
    >>> allocate(100, {"a": 1, "b": 1, "c": 1})
    {'a': 34, 'b': 33, 'c': 33}
    """
    total = sum(weights.values())
    if total <= 0 or min(weights.values()) < 0:
        raise ValueError(f"weights: expected zero or more, not all zero, found {dict(weights)}")
    sign, amount = (-1 if cents < 0 else 1), abs(int(cents))
    shares = {name: Fraction(amount * weight, total) for name, weight in weights.items()}
    parts = {name: int(share) for name, share in shares.items()}
    by_remainder = sorted(shares, key=lambda name: (parts[name] - shares[name], name))
    for name in by_remainder[: amount - sum(parts.values())]:
        parts[name] += 1
    return {name: sign * part for name, part in parts.items()}


def allocate_postings(postings: pd.DataFrame, drivers: pd.DataFrame) -> pd.DataFrame:
    """Allocate every posting to the assets that are tagged with its stage.

    Parameters
    ----------
    postings : pandas.DataFrame
        posting (unique), period, stage (of `STAGES`), account, cents (int).
    drivers : pandas.DataFrame
        asset, stage, weight (int): how much of a stage's work an asset takes, such as the
        records collected for it. One row for each asset and stage.

    Returns
    -------
    pandas.DataFrame
        posting, period, stage, account, asset, cents: one row for each part that is not
        zero. The parts of a posting add up to it.

    Raises
    ------
    InputError
        A posting that stands twice, an amount that is no whole number, an unknown stage,
        a negative weight, or a stage with costs and no asset.
    """
    _check(postings, drivers)
    weights = {
        stage: {str(r.asset): int(r.weight) for r in rows.itertuples()}
        for stage, rows in drivers.groupby("stage")
    }
    entries = [
        (p.posting, p.period, p.stage, p.account, asset, part)
        for p in postings.itertuples()
        for asset, part in allocate(p.cents, weights[p.stage]).items()
        if part
    ]
    columns = ["posting", "period", "stage", "account", "asset", "cents"]
    return pd.DataFrame(entries, columns=columns).astype({"cents": "int64"})


def asset_costs(entries: pd.DataFrame) -> pd.DataFrame:
    """Add up what each asset cost.

    Returns
    -------
    pandas.DataFrame
        Cents; rows assets, columns stages.
    """
    table = entries.pivot_table(
        index="asset", columns="stage", values="cents", aggfunc="sum", fill_value=0
    )
    return table.reindex(columns=list(STAGES), fill_value=0).astype("int64")


def trace(entries: pd.DataFrame, asset: str) -> pd.DataFrame:
    """Follow an asset's cost back to the postings that it came from.

    Returns
    -------
    pandas.DataFrame
        The asset's entries with the share, a fraction, of each whole posting.

    Raises
    ------
    InputError
        No cost was allocated to an asset of this name.
    """
    found = entries[entries["asset"] == asset]
    if found.empty:
        known = ", ".join(sorted(entries["asset"].unique())[:8])
        raise InputError(f"asset: expected one of {known}, found {asset!r}")
    whole = entries.groupby("posting")["cents"].sum()
    return found.assign(share=found["cents"] / found["posting"].map(whole)).reset_index(drop=True)


def simulate_postings(costs: Mapping[tuple[str, str], float], *, seed: int) -> pd.DataFrame:
    """Break costs up into postings, as the books of a bank would have them.

    Parameters
    ----------
    costs : mapping of (period, account) to float
        Thousand yuan.
    seed : int

    Returns
    -------
    pandas.DataFrame
        posting, period, stage, account, cents: three postings for each stage, account and
        period. They add up to `costs`, each rounded to a cent.
    """
    rng = np.random.default_rng(seed)
    rows = []
    for (period, account), amount in costs.items():
        names = [f"{stage} {n}" for stage in STAGES for n in (1, 2, 3)]
        weights = rng.integers(1, 1000, size=len(names))
        parts = allocate(
            round(amount * CENTS_PER_THOUSAND_YUAN),
            dict(zip(names, map(int, weights), strict=True)),
        )
        for name, part in parts.items():
            rows.append((f"{period} {account} {name}", period, name.split()[0], account, part))
    columns = ["posting", "period", "stage", "account", "cents"]
    return pd.DataFrame(rows, columns=columns).astype({"cents": "int64"})


def _check(postings: pd.DataFrame, drivers: pd.DataFrame) -> None:
    """Refuse what cannot be allocated."""
    twice = postings["posting"][postings["posting"].duplicated()]
    if len(twice):
        raise InputError(f"postings: expected each once, found {twice.iloc[0]!r} twice")
    if postings["cents"].dtype.kind not in "iu":
        raise InputError(f"postings: expected whole cents, found {postings['cents'].dtype}")
    repeated = drivers.duplicated(["asset", "stage"])
    if repeated.any():
        row = drivers[repeated].iloc[0]
        raise InputError(
            f"drivers: expected each asset and stage once, found {row.asset}, {row.stage} twice"
        )
    if unknown := (set(postings["stage"]) | set(drivers["stage"])) - set(STAGES):
        raise InputError(
            f"stage: expected one of {', '.join(STAGES)}, found {sorted(unknown)[0]!r}"
        )
    if (drivers["weight"] < 0).any():
        row = drivers[drivers["weight"] < 0].iloc[0]
        raise InputError(
            f"drivers: expected weights of zero or more, found {row.weight} for {row.asset}"
        )
    reach = drivers.groupby("stage")["weight"].sum()
    for stage in dict.fromkeys(postings["stage"]):
        if reach.get(stage, 0) <= 0:
            raise InputError(f"drivers: expected an asset tagged with {stage}, found none")

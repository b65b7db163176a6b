"""A ledger that allocates costs to tagged data assets, cent for cent.

Paper `banks`, section 3: data assets are tagged, costs are allocated to them step by
step, and each cost can be traced. Amounts are whole cents (fen), so nothing is rounded
away; thousand yuan, the unit elsewhere in this part, are 100,000 cents.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from fractions import Fraction
from typing import TypeVar

import numpy as np
import pandas as pd

STAGES = ("collection", "storage", "analysis", "application")
CENTS_PER_THOUSAND_YUAN = 100_000
ENTRY = ["posting", "period", "stage", "account", "asset", "cents"]
Name = TypeVar("Name", bound=Hashable)


def allocate(cents: int, weights: Mapping[Name, int]) -> dict[Name, int]:
    """Divide an amount by weights so that the parts add up to it exactly.

    Parameters
    ----------
    cents : int
        May be negative: a reversal is divided as the posting was that it reverses.
    weights : mapping of name to int
        Zero or more, not all zero.

    Returns
    -------
    dict of name to int
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
        records collected for it. Weights of one asset and stage add up.

    Returns
    -------
    pandas.DataFrame
        posting, period, stage, account, asset, cents: one row for each part that is not
        zero. The parts of a posting add up to it.

    Raises
    ------
    KeyError
        A stage with costs and no asset.
    ValueError
        As in `allocate`.
    """
    weights = drivers.groupby(["stage", "asset"])["weight"].sum()
    parts = postings.assign(
        asset=[allocate(p.cents, weights[p.stage].to_dict()).items() for p in postings.itertuples()]
    ).explode("asset", ignore_index=True)
    parts[["asset", "cents"]] = parts["asset"].tolist()
    return parts.loc[parts["cents"] != 0, ENTRY]


def asset_costs(entries: pd.DataFrame) -> pd.DataFrame:
    """Add up what each asset cost.

    Returns
    -------
    pandas.DataFrame
        Cents; rows assets, columns stages.
    """
    table = entries.groupby(["asset", "stage"])["cents"].sum().unstack(fill_value=0)
    return table.reindex(columns=list(STAGES), fill_value=0)


def trace(entries: pd.DataFrame, asset: str) -> pd.DataFrame:
    """Follow an asset's cost back to the postings that it came from.

    Returns
    -------
    pandas.DataFrame
        The asset's entries with the share, a fraction, of each whole posting.
    """
    share = entries["cents"] / entries.groupby("posting")["cents"].transform("sum")
    return entries.assign(share=share)[entries["asset"] == asset].reset_index(drop=True)


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
        weights = {(s, n): int(rng.integers(1, 1000)) for s in STAGES for n in (1, 2, 3)}
        parts = allocate(round(amount * CENTS_PER_THOUSAND_YUAN), weights)
        for (stage, n), part in parts.items():
            rows.append((f"{period} {account} {stage} {n}", period, stage, account, part))
    return pd.DataFrame(rows, columns=[name for name in ENTRY if name != "asset"])

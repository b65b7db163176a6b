"""The seed sample on record: real firms and amounts, and draws of what is not on record.

Paper `potential`, section 2.1. The firms that recognized data resources for 2024 are public.
The paper's hundred can be rebuilt from them by inference: the firms with an amount on the face
of the balance sheet, and three entries more. Features that no record holds are drawn, given
those that it holds and the firm's section.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from dataworth.errors import InputError
from dataworth.facts import read_facts
from dataworth.inputs.firms.variables import COLUMNS, FEATURES, TARGET
from dataworth.potential.margins import quantiles, read_margins
from dataworth.potential.market import market_scores, section_dependence
from dataworth.potential.sample import allot, arrange, shares_of_size

ENTRIES = ("goodwill", "books", "third")
"""What the paper has and the report has not."""
SAMPLES: dict[str, tuple[str, ...]] = {
    **{"report": (), "clean": (), "paper": ENTRIES},
    **{entry: (entry,) for entry in ENTRIES},
}
"""The report's hundred; the 97 with an amount in the balance sheet; these with entries added."""
ON_RECORD = ("Size", "Revenue", "Turnover", "ROA", "TobinQ", "RDRatio", "Leverage")
"""Features on record for the report's firms, but for gaps that the paper's median fills."""


def read_record(sample: str = "paper") -> pd.DataFrame:
    """Return the firms of a sample with what is on record of them.

    Parameters
    ----------
    sample : str
        One of `SAMPLES`.

    Returns
    -------
    pandas.DataFrame
        `COLUMNS` in the units of Table 2, missing where no record has the value; section, a
        letter or missing; index the stock code, or an entry's name. Turnover is on closing
        assets and Tobin's Q is (market value + liabilities) / assets: near the definitions
        of Table 1, not equal to them.

    Raises
    ------
    InputError
        There is no such sample.
    """
    if sample not in SAMPLES:
        raise InputError(f"sample: expected one of {', '.join(SAMPLES)}, found {sample!r}")
    listed = read_facts("data_resources_fy2024")
    listed = listed.set_index("code") if sample == "report" else _on_the_balance_sheet(listed)
    pinned = read_facts("pinned_fy2024").pivot(index="code", columns="variable", values="value")
    pinned = pinned.reindex(listed.index)
    size, leverage = listed["total_assets_yuan"], listed["leverage_pct"] / 100
    revenue = pinned["Revenue"].fillna(listed["revenue_yuan"])
    firms = pinned[["Capex", "OCF"]].assign(
        Data=listed["data_resources_yuan"],
        Size=size,
        Revenue=revenue,
        Turnover=revenue / size,
        ROA=listed["net_profit_yuan"] / size,
        TobinQ=listed["market_value_2025_04_30_yuan"] / size + leverage,
        RDRatio=100 * listed["rd_spend_yuan"] / revenue,
        Leverage=leverage,
        section=listed["section"],
    )
    added = read_facts("data_resources_added").set_index("entry").loc[list(SAMPLES[sample])]
    for entry, row in added.iterrows():
        amount = row["data_resources_yuan"] if entry != "third" else solve_third()
        firms.loc[entry, [TARGET, "section"]] = amount, row["section"]
    return firms.reindex(columns=[*COLUMNS, "section"]).astype(dict.fromkeys(COLUMNS, float))


def solve_third() -> float:
    """Return the entry, in yuan, with which the paper's hundred have the printed mean.

    It is solved from the mean, so the mean is no evidence for it.
    """
    margin, added = read_margins("t2").loc[TARGET], read_facts("data_resources_added")
    rest = _on_the_balance_sheet(read_facts("data_resources_fy2024"))["data_resources_yuan"]
    return float(margin["n"] * margin["mean"] - rest.sum() - added["data_resources_yuan"].sum())


def draw_record(sample: str = "paper", *, seed: int) -> pd.DataFrame:
    """Return a sample with what is off record drawn, given what is known.

    Equation `sample-given` of chapter potential/sample. Known values and section place a firm
    among real firms of 2021; its other normal scores follow with the real dependence within
    sections. They decide who gets which value: of Table 2's margin, or, for an added entry and
    a feature on record, the record's value at that place. Cash flow and investment go by a
    share of size. Gaps of firms on record take the median, as in the paper.

    Parameters
    ----------
    sample : str
        One of `SAMPLES`.
    seed : int

    Returns
    -------
    pandas.DataFrame, shape (firms, 15)
        `COLUMNS`; index as `read_record` has it.
    """
    firms, generator = read_record(sample), np.random.default_rng(seed)
    known = firms[list(FEATURES)].copy()
    scores = _scores_given(known, firms["section"], generator)
    entry = firms.index.isin(ENTRIES)
    for name in ON_RECORD:
        have = known[name].dropna().sort_values()
        firms.loc[entry, name] = np.interp(
            scores.loc[entry, name], scores.loc[have.index, name], have
        )
    firms["Turnover"] = firms["Revenue"] / firms["Size"]
    margins, shares = read_margins("t2"), shares_of_size(scores)
    for name in [name for name in FEATURES if name not in ON_RECORD]:
        values = quantiles(margins.loc[name], len(firms), generator=generator)
        if name in shares:
            # What is pinned is the greatest of its row.
            wishes = (shares[name] * firms["Size"]).where(known[name].isna(), np.inf)
            values = allot(values, wishes.to_numpy(), firms["Size"].to_numpy())
        else:
            values = arrange(values, scores[name].to_numpy())
        firms[name] = known[name].fillna(pd.Series(values, firms.index))
    return impute_median(firms[list(COLUMNS)])[0]


def _scores_given(
    known: pd.DataFrame, section: pd.Series, generator: np.random.Generator
) -> pd.DataFrame:
    """Return normal scores: of known values their place, of the others a draw given these."""
    places, within = section_dependence()
    centre = places.reindex(section).fillna(0.0).to_numpy()
    scores = market_scores(known).to_numpy() - centre
    noise = generator.standard_normal(scores.shape)
    for row, fresh in zip(scores, noise, strict=True):
        lack, have = np.isnan(row), ~np.isnan(row)
        weights = np.linalg.solve(within[np.ix_(have, have)], within[np.ix_(have, lack)]).T
        spread = within[np.ix_(lack, lack)] - weights @ within[np.ix_(have, lack)]
        row[lack] = weights @ row[have] + np.linalg.cholesky(spread) @ fresh[lack]
    return pd.DataFrame(scores + centre, known.index, known.columns)


def _on_the_balance_sheet(listed: pd.DataFrame) -> pd.DataFrame:
    return listed[listed["only_in_notes"] == 0].set_index("code")


def impute_median(frame: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Fill missing values with the median of their column (section 2.1).

    Parameters
    ----------
    frame : DataFrame
        Numbers, one row a firm.

    Returns
    -------
    filled : DataFrame
        The same without missing values.
    missing : DataFrame
        One row a column of `frame`: `n`, how many values there are, `missing`,
        how many there are not, `share`, the share missing, and `median`, what
        they are filled with.

    Raises
    ------
    InputError
        A column has no value at all, so it has no median.
    """
    absent = frame.isna()
    if empty := list(frame.columns[absent.all()]):
        raise InputError(f"{', '.join(map(str, empty))}: expected values to take a median of")
    medians = frame.median()
    missing = pd.DataFrame(
        {"n": (~absent).sum(), "missing": absent.sum(), "share": absent.mean(), "median": medians}
    ).rename_axis("variable")
    return frame.fillna(medians), missing

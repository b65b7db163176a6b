"""The dictionary of data work: seeds, and what embeddings of a corpus add to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dataworth.facts import DATA

if TYPE_CHECKING:
    import pandas as pd

STAGES = ("collection", "storage", "analysis", "application")


def read_seeds() -> pd.DataFrame:
    """Read the seed dictionary: terms of the four stages and of Table 1's occupations.

    Returns
    -------
    pandas.DataFrame
        Columns ``term`` (simplified Chinese, each once), ``stage`` (one of
        `STAGES`) and ``origin`` (``"seed"`` or ``"occupation"``).

    Notes
    -----
    Paper `banks`, section 4.2, steps one and two. The paper prints the four
    stages and the occupations' work contents in English; the Chinese terms are
    the project's, as the cards in ``data/lexicons`` say.
    """
    import pandas as pd

    folder = DATA / "lexicons"
    parts = [
        pd.read_csv(folder / f"{name}.csv").assign(origin=origin)
        for name, origin in (("stage_seeds", "seed"), ("occupation_terms", "occupation"))
    ]
    return pd.concat(parts, ignore_index=True)[["term", "stage", "origin"]]


def read_occupations() -> pd.DataFrame:
    """Read the six digital occupations of Table 1.

    Returns
    -------
    pandas.DataFrame
        Columns ``occupation`` (Chinese), ``english``, ``sub_major_group``,
        ``minor_group``, ``work`` and ``terms`` (those of the seed dictionary
        that its work content gave, separated by spaces).
    """
    import pandas as pd

    folder = DATA / "lexicons"
    terms = pd.read_csv(folder / "occupation_terms.csv")
    joined = terms.groupby("occupation")["term"].agg(" ".join).rename("terms")
    return pd.read_csv(folder / "digital_occupations.csv").join(joined, on="occupation")

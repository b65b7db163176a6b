"""The dictionary of data work: seeds, and what embeddings of a corpus add to them.

Paper `banks`, section 4.2, steps one and two; see `dataworth.banks.text.expansion` for the
expansion itself.
"""

from __future__ import annotations

import pandas as pd

from dataworth.banks.text.expansion import Expansion
from dataworth.facts import DATA

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
    The paper prints the four stages and the occupations' work contents in
    English; the Chinese terms are the project's, as the cards in
    ``data/lexicons`` say.
    """
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
    folder = DATA / "lexicons"
    terms = pd.read_csv(folder / "occupation_terms.csv")
    joined = terms.groupby("occupation")["term"].agg(" ".join).rename("terms")
    return pd.read_csv(folder / "digital_occupations.csv").join(joined, on="occupation")


def assemble(dictionary: pd.DataFrame, expansion: Expansion, frequency: pd.Series) -> pd.DataFrame:
    """Return the dictionary with what an expansion adds.

    Parameters
    ----------
    dictionary : pandas.DataFrame
        Columns ``term``, ``stage`` and ``origin``: terms that were given. They
        stay at any frequency, since they were chosen for what they mean.
    expansion : Expansion
    frequency : pandas.Series
        Occurrences in the whole corpus by word.

    Returns
    -------
    pandas.DataFrame
        Columns ``term``, ``stage``, ``origin`` (that of the dictionary, or
        ``"expansion"``), ``frequency`` and ``similarity`` (1 for given terms).
    """
    given = dictionary.assign(similarity=1.0)
    added = expansion.added.assign(origin="expansion")
    columns = ["term", "stage", "origin", "frequency", "similarity"]
    parts = [part.reindex(columns=columns) for part in (given, added) if len(part)]
    table = pd.concat(parts, ignore_index=True)
    table["frequency"] = frequency.reindex(table["term"]).fillna(0).astype(int).to_numpy()
    return table.astype({"similarity": float})

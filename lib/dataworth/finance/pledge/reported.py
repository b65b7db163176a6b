"""Loans on data assets that were reported in public; amounts in yuan.

The table is no sample: firsts are reported, refusals are not. See the card of
``data/facts/data_asset_loans.csv``.
"""

from __future__ import annotations

import pandas as pd

from dataworth.facts import read_facts

KINDS = ("information", "entry", "collateral")  # section 2.2: three kinds of enhancement
NOT_STATED = "not stated"
TOTALS = ("NATIONAL TOTAL", "SHANGHAI DATA EXCHANGE")
INSURER = "财产保险"  # property insurance: a policy is no loan


def reported_loans() -> pd.DataFrame:
    """Read the loans and credit lines of single borrowers.

    Returns
    -------
    pandas.DataFrame
        Rows and columns of the table of facts without totals and insurance, and `kind`:
        by what the data enhance the credit, after the report's own words.
    """
    table = read_facts("data_asset_loans")
    insured = table["lender"].str.contains(INSURER, na=False)
    single = table[~table["borrower"].str.startswith(TOTALS) & ~insured]
    return single.assign(kind=single["form"].map(enhancement)).reset_index(drop=True)


def reported_total(beginning: str) -> float:
    """Return a reported total in yuan by the beginning of its name, one of `TOTALS`."""
    table = read_facts("data_asset_loans")
    return float(table.loc[table["borrower"].str.startswith(beginning), "amount_rmb"].iloc[0])


def enhancement(form: str) -> str:
    """Return by what a loan's form enhances credit, after section 2.2 of paper `finance`.

    Examples
    --------
    >>> enhancement("unsecured data-asset credit enhancement"), enhancement("pledge credit line")
    ('information', 'collateral')
    """
    words = {
        "information": ("unsecured", "certificate"),
        "collateral": ("pledge", "secured"),
        "entry": ("on-balance-sheet",),
    }
    for kind, marks in words.items():
        if any(mark in form for mark in marks):
            return kind
    return NOT_STATED

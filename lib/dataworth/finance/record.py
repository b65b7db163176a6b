"""What is on public record of loans on data assets. Money in yuan, ratios as fractions.

No table here is a sample: announcements are listed, refusals are not. The cards of
``data/facts`` say what each holds.
"""

from __future__ import annotations

import pandas as pd

from dataworth.facts import read_facts

KINDS = ("information", "entry", "collateral")  # section 2.2: three kinds of enhancement
NOT_STATED = "not stated"
NOT_DISCLOSED = "未披露"
TOTALS = ("NATIONAL TOTAL", "SHANGHAI DATA EXCHANGE")
INSURER = "财产保险"  # property insurance: a policy is no loan

# First match counts; any other bank is a city's.
LENDERS = {
    "rural bank": "农商|农村商业|瑞丰",
    "large state bank": "中国银行|中行|建设银行|建行|工商银行|农业银行|农行|交通银行|交行",
    "joint-stock bank": "光大|招商|浦发|兴业|华夏|民生|中信|恒丰|浙商",
    NOT_STATED: f"{NOT_DISCLOSED}|未知",
}


def reported_loans() -> pd.DataFrame:
    """Return loans and lines of single borrowers that press and banks reported.

    Returns
    -------
    pandas.DataFrame
        Rows and columns of ``data_asset_loans`` without totals and insurance, and `kind`:
        by what the data enhance the credit, after the report's own words.
    """
    table = read_facts("data_asset_loans")
    insured = table["lender"].str.contains(INSURER, na=False)
    single = table[~table["borrower"].str.startswith(TOTALS) & ~insured]
    return single.assign(kind=single["form"].map(enhancement)).reset_index(drop=True)


def listed_loans() -> pd.DataFrame:
    """Return the list of 107 loans; `type` is filled with "not stated" where it is empty."""
    return read_facts("data_asset_loans_listed").fillna({"type": NOT_STATED})


def lenders(loans: pd.DataFrame) -> pd.Series:
    """Return the kind of each bank that the list names; a loan of two banks counts twice."""
    names = loans["banks"].str.split(r"[、，+]|和", regex=True).explode()
    kinds = pd.Series("city bank", names.index)
    for kind, words in reversed(LENDERS.items()):
        kinds[names.str.contains(words)] = kind
    return kinds


def valued_loans() -> pd.DataFrame:
    """Return the cases that give both an appraised value and a loan, with their ratio."""
    table = read_facts("data_asset_comparables")
    both = table[table["kind"] == "valuation+loan"]
    return both.assign(ratio=both["loan_or_price_yuan"] / both["valuation_yuan"])


def entry_effect(table: pd.DataFrame) -> pd.DataFrame:
    """Return what data on the balance sheet do to it: equation `record-entry`.

    Data enter at cost, and the same yuan would otherwise have been spent through the
    income statement: without them assets and equity are smaller by the amount.

    Parameters
    ----------
    table : pandas.DataFrame
        data_resources_yuan, total_assets_yuan, leverage_pct; rows without leverage are left out.

    Returns
    -------
    pandas.DataFrame
        share (of total assets), leverage (with the data), lowered (by how much the entry lowers
        liabilities over assets).
    """
    share = table["data_resources_yuan"] / table["total_assets_yuan"]
    leverage = table["leverage_pct"] / 100
    lowered = leverage / (1 - share) - leverage
    columns = {"share": share, "leverage": leverage, "lowered": lowered}
    return pd.DataFrame(columns).dropna(subset=["leverage"])


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

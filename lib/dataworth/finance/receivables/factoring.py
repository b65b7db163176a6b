r"""Factoring: what a receivable brings now, who is financed, and the account of every yuan.

Paper `finance`, section 3.2, Figure 4. A factor that expects the share :math:`\hat\rho` of a
receivable of face :math:`A`, due after :math:`T` years, pays under competition

.. math:: P = \frac{A\,\hat\rho - \kappa}{1 + (f + \mu)\,T}

(equation `portraits-price`); a sole factor asks the most that a merchant pays. Money in yuan,
time in years, rates and shares as fractions.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from dataworth.finance.receivables.merchants import Trade


def core_failure(trade: Trade) -> float:
    """Return the probability that the core firm fails before the receivable is due."""
    return 1 - (1 - trade.core_default) ** trade.term


def expected_share(trade: Trade, risk: ArrayLike) -> np.ndarray:
    r"""Return the share of a receivable that a factor expects, equation `portraits-share`.

    .. math:: \hat\rho = \bigl(1 - c_T\,(1 - \lambda_c)\bigr)\,\bigl(1 - \hat p\,(1 - \lambda)\bigr)

    For a failed receivable its merchant answers with the part :math:`\lambda` of what the
    core firm would have paid.
    """
    return core_share(trade) * (1 - np.asarray(risk, dtype=float) * (1 - trade.recourse))


def core_share(trade: Trade) -> float:
    """Return the share of its debts that the core firm is expected to pay."""
    return 1 - core_failure(trade) * (1 - trade.core_recovery)


def quote(trade: Trade, face: ArrayLike, risk: ArrayLike, *, sole: bool = False) -> pd.DataFrame:
    """Return what factors answer merchants of stated risk.

    Parameters
    ----------
    trade : Trade
    face : array_like, shape (merchants,)
        Receivables, yuan.
    risk : array_like, shape (merchants,)
        Stated probability that the merchant makes the receivable fail.
    sole : bool
        One factor without rivals: whoever is worth it pays the most that it would.

    Returns
    -------
    pandas.DataFrame, shape (merchants, 4)
        advance (yuan), discount (share of face), rate (per year, simple), financed: whether
        the rate is no higher than the merchant's reservation. Without an offer the first
        three are missing.
    """
    face = np.asarray(face, dtype=float)
    worth = face * expected_share(trade, risk) - trade.handling
    margin = 0.0 if sole else trade.margin
    most = worth / (1 + (trade.funding_rate + margin) * trade.term)
    least = face / (1 + trade.reservation * trade.term)
    financed = most >= least
    paid = np.where(most > 0, most, np.nan)
    if sole:
        paid = np.where(financed, least, np.nan)
    return pd.DataFrame(
        {
            "advance": paid,
            "discount": 1 - paid / face,
            "rate": (face / paid - 1) / trade.term,
            "financed": financed,
        }
    )


def smallest_face(trade: Trade, risk: float) -> float:
    r"""Return the smallest receivable that is financed at a stated risk, in yuan.

    Equation `portraits-smallest`, infinite where the bracket is not positive:

    .. math:: A_{\min} = \kappa \Big/ \Bigl(\hat\rho - \frac{1 + (f + \mu)T}{1 + r_o T}\Bigr)
    """
    left = float(expected_share(trade, risk)) - least_share(trade)
    return trade.handling / left if left > 0 else float("inf")


def least_share(trade: Trade) -> float:
    """Return the share that a factor must expect before it can offer what merchants accept."""
    ask = 1 + (trade.funding_rate + trade.margin) * trade.term
    return ask / (1 + trade.reservation * trade.term)


def decide(
    trade: Trade, frame: pd.DataFrame, risk: ArrayLike, *, sole: bool = False
) -> pd.DataFrame:
    """Quote every merchant; return what follows in expectation over the true risk.

    Parameters
    ----------
    trade : Trade
    frame : pandas.DataFrame
        As from `merchants.simulate_merchants`.
    risk : array_like, shape (merchants,)
        Stated risks.
    sole : bool
        See `quote`.

    Returns
    -------
    pandas.DataFrame
        face, risk (stated), true_risk, covered, the columns of `quote`, and worthy (would be
        financed if its quality were known); in yuan loss (expected, from merchants' failures),
        avoidable (of it, on merchants that are not worthy), profit (of the factor) and gain
        (what cash now is worth to the merchant above its cost).
    """
    face, true = frame["face"].to_numpy(), frame["risk"].to_numpy()
    answer = quote(trade, face, risk, sole=sole)
    financed = answer["financed"].to_numpy()
    paid = np.where(financed, answer["advance"], 0.0)
    worthy = quote(trade, face, true, sole=sole)["financed"].to_numpy()
    loss = financed * face * true * (1 - trade.recourse) * core_share(trade)
    income = face * expected_share(trade, true) - trade.handling
    return answer.assign(
        face=face,
        risk=np.asarray(risk, dtype=float),
        true_risk=true,
        covered=frame["covered"].to_numpy(),
        worthy=worthy,
        loss=loss,
        avoidable=np.where(worthy, 0.0, loss),
        profit=np.where(financed, income - paid * (1 + trade.funding_rate * trade.term), 0.0),
        gain=np.where(financed, paid * (1 + trade.reservation * trade.term) - face, 0.0),
    )


def summarize(decisions: pd.DataFrame) -> dict[str, float]:
    """Return who is financed, at what rate, and with what loss and profit.

    Returns
    -------
    dict of str to float
        financed: share of merchants. good_financed, bad_financed: of the worthy and of the
        others. wrong: share decided otherwise than if quality were known. rate: mean rate of
        the worthy that are financed, per year, each counting once. loss, avoidable: per yuan
        of face that is financed. profit, gain, volume: yuan per merchant.
    """
    financed, worthy = decisions["financed"], decisions["worthy"]
    good = decisions.loc[financed & worthy, "rate"]
    volume = decisions.loc[financed, "face"].sum()

    def per_yuan(name: str) -> float:
        return float(decisions[name].sum() / volume) if volume else float("nan")

    return {
        "financed": float(financed.mean()),
        "good_financed": float(financed[worthy].mean()) if worthy.any() else float("nan"),
        "bad_financed": float(financed[~worthy].mean()) if (~worthy).any() else float("nan"),
        "wrong": float(np.mean(financed != worthy)),
        "rate": float(good.mean()) if len(good) else float("nan"),
        "loss": per_yuan("loss"),
        "avoidable": per_yuan("avoidable"),
        "profit": float(decisions["profit"].mean()),
        "gain": float(decisions["gain"].mean()),
        "volume": float(volume / len(decisions)),
    }


def payments(
    trade: Trade, decisions: pd.DataFrame, failed: ArrayLike, *, fee: float
) -> pd.DataFrame:
    """Return who pays whom in Figure 4, from the report to the end.

    Merchants have sold on credit; those with a portrait pay the provider for the report; the
    factor borrows the advance at the bank, pays it out and holds the receivable. At the due
    date the core firm pays what is not cancelled, and the factor bears its handling. A failed
    receivable is cancelled; the factor has recourse to its merchant for a part. It repays.

    Parameters
    ----------
    trade : Trade
    decisions : pandas.DataFrame
        From `decide`.
    failed : array_like of bool, shape (merchants,)
    fee : float
        Price of the report, yuan.

    Returns
    -------
    pandas.DataFrame
        One row per payment in order: step, payer, payee, yuan.
    """
    face = decisions["face"].to_numpy()
    sold, failed = decisions["financed"].to_numpy(), np.asarray(failed, dtype=bool)
    paid = np.where(sold, decisions["advance"], 0.0).sum()
    rows = [
        ("report", "merchants", "provider", fee * decisions["covered"].sum()),
        ("funds", "bank", "factor", paid),
        ("advance", "factor", "merchants", paid),
        ("due, unsold", "core firm", "merchants", face[~sold & ~failed].sum()),
        ("due, sold", "core firm", "factor", face[sold & ~failed].sum()),
        ("recourse", "merchants", "factor", trade.recourse * face[sold & failed].sum()),
        ("handling", "factor", "others", trade.handling * sold.sum()),
        ("repayment", "factor", "bank", paid * (1 + trade.funding_rate * trade.term)),
    ]
    return pd.DataFrame(rows, columns=["step", "payer", "payee", "yuan"])


def confirmed(trade: Trade, face: ArrayLike, handling: float) -> pd.DataFrame:
    """Quote receivables that the core firm confirms: as `quote`, with a risk of 0.

    Once the core firm has confirmed a receivable, the supplier can no longer make it fail.
    """
    return quote(replace(trade, handling=handling), face, np.zeros(np.size(face)))


def balances(paid: pd.DataFrame) -> pd.Series:
    """Return what each ends with, yuan; all start at 0, so it adds up to 0."""
    received = paid.groupby("payee")["yuan"].sum()
    return received.sub(paid.groupby("payer")["yuan"].sum(), fill_value=0.0)

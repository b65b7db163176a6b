"""What a paper states about portraits of merchants, and when the model bears it out.

Paper `finance`, abstract and sections 1, 2.3 and 3.2. A finding is tried in one case, and in
cases drawn from ranges that are plausible (``data/ranges/receivables.csv``). Scorecards are
fitted to a history of limited length, as a factor would.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from dataworth.finance.ranges import is_greater
from dataworth.finance.rationing.report_fee import sell_reports
from dataworth.finance.receivables.factoring import decide, quote
from dataworth.finance.receivables.merchants import Trade, simulate_merchants
from dataworth.finance.receivables.reverse_factoring import (
    Programme,
    cash_without_programme,
    early_payment_income,
    quote_confirmed,
)
from dataworth.finance.receivables.scorecard import LOGISTIC, accuracy, fit_scorecard
from dataworth.finance.receivables.supply_network import Chain, build_network, by_tier, pay


@dataclass(frozen=True)
class FactoringCase:
    """Merchants, provider, core firm and chain: one case in which the findings are tried.

    Attributes
    ----------
    trade : Trade
    fee : float
        Price of the report, yuan.
    programme : Programme
    chain : Chain
    late : float
        Share of its debts that the core firm pays late.
    """

    trade: Trade
    fee: float = 500.0
    programme: Programme = field(default_factory=Programme)
    chain: Chain = field(default_factory=Chain)
    late: float = 0.5


def case_of(row: dict) -> FactoringCase:
    """Return the case of one row of drawn settings."""
    alike = "portrait", "books", "coverage", "steepness", "recourse"
    trade = Trade(
        **{name: row[name] for name in alike},
        failure=row["failing receivables"],
        face_median=row["median receivable, yuan"],
        term=row["term, years"],
        funding_rate=row["funding rate"],
        handling=row["handling, yuan"],
        reservation=row["reservation rate"],
        core_default=row["core default"],
    )
    programme = Programme(row["confirming, yuan"])
    chain = Chain(firms=(20, 40, 80), cash=row["cash of suppliers"])
    late = row["late share of the core firm"]
    return FactoringCase(trade, row["fee, yuan"], programme, chain, late)


def try_on_case(case: FactoringCase, stated: pd.DataFrame, *, seed: int) -> dict[str, bool | None]:
    """Return whether each finding holds in one case.

    Parameters
    ----------
    case : FactoringCase
    stated : pandas.DataFrame
        Merchants as from `simulate_merchants`, with the risks that a scorecard states: blind
        and seeing.
    seed : int
        Of the chain.

    Returns
    -------
    dict of str to bool or None
        None where the case gives no occasion, such as a comparison of rates where nobody
        is financed.
    """
    trade, face = case.trade, stated["face"].to_numpy()
    blind, seeing = (decide(trade, stated, stated[name]) for name in ("blind", "seeing"))
    seen = stated[stated["covered"]]
    auc = [accuracy(seen, seen[name].to_numpy())["expected_auc"] for name in ("blind", "seeing")]
    fair = _cash(quote(trade, face, stated["risk"]))
    gaps = [float((_cash(t) - fair).abs().mean()) for t in (blind, seeing)]
    confirmed = quote_confirmed(trade, face, case.programme)
    return {
        "portrait_identifies_risk": is_greater(auc[1], auc[0]),
        "portrait_matches": is_greater(_wrong(blind), _wrong(seeing)),
        "portrait_precise_plans": is_greater(gaps[0], gaps[1]),
        "mining_lowers_cost": _cheaper(blind, seeing, case.fee),
        "indirect_empowerment": is_greater(
            seeing["gain"].sum() - case.fee * stated["covered"].sum(), blind["gain"].sum()
        ),
        "core_firm_credit": is_greater(confirmed["financed"].mean(), seeing["financed"].mean()),
        "core_firm_secrecy": _secrecy_pays(trade, stated, case.programme),
        "broken_funding": _travels(case, seed),
        "losses_fall": is_greater(_loss(blind), _loss(seeing)),
        "factor_earns_more": is_greater(seeing["profit"].sum(), blind["profit"].sum()),
        "nobody_worse": _nobody_worse(blind, seeing),
        **_report_fee(case),
    }


def try_on_cases(settings: pd.DataFrame, *, merchants: int = 3000, seed: int) -> pd.DataFrame:
    """Return whether each finding holds in every drawn setting; rows as in `settings`.

    Parameters
    ----------
    settings : pandas.DataFrame
        Drawn from ``data/ranges/receivables.csv``.
    merchants : int
        Merchants that are judged in each setting, after those of its history.
    seed : int
        Of merchants and chains; each setting has its own.
    """
    rows = []
    for place, row in enumerate(settings.to_dict("records")):
        case = case_of(row)
        history = int(row["history, merchants"])
        stated = score_new(case.trade, history, merchants, seed=seed + place)
        rows.append(try_on_case(case, stated, seed=seed + place))
    return pd.DataFrame(rows, index=settings.index)


def score_new(
    trade: Trade, history: int, merchants: int, *, seed: int, kind: str = LOGISTIC
) -> pd.DataFrame:
    """Fit a scorecard to merchants of the past and score new ones.

    Returns
    -------
    pandas.DataFrame, shape (merchants, 18)
        New merchants with the stated risks blind (from the books) and seeing (with the
        portrait where there is one).
    """
    frame = simulate_merchants(trade, history + merchants, seed=seed)
    new = frame.iloc[history:].reset_index(drop=True)
    card = fit_scorecard(frame.iloc[:history], kind)
    return new.assign(
        blind=card.risk(new, with_portrait=False), seeing=card.risk(new, with_portrait=True)
    )


# --- one finding each --------------------------------------------------------------------


def _wrong(decisions: pd.DataFrame) -> float:
    return float((decisions["financed"] != decisions["worthy"]).mean())


def _loss(decisions: pd.DataFrame) -> float:
    financed = decisions["financed"]
    volume = decisions.loc[financed, "face"].sum()
    return float(decisions["loss"].sum() / volume) if volume else float("nan")


def _cash(answer: pd.DataFrame) -> pd.Series:
    """Return the advance of whoever is financed, 0 for the others."""
    return answer["advance"].where(answer["financed"], 0.0)


def _cheaper(blind: pd.DataFrame, seeing: pd.DataFrame, fee: float) -> bool | None:
    """Return whether cash costs worthy merchants less with a portrait, the fee included.

    Who is refused waits, which costs its reservation rate.
    """
    good = blind["worthy"] & blind["covered"]
    if not good.any():
        return None
    return bool((seeing["gain"] - blind["gain"])[good].mean() > fee)


def _nobody_worse(blind: pd.DataFrame, seeing: pd.DataFrame) -> bool | None:
    """Return whether no worthy merchant loses its money or gets less of it."""
    had = blind["worthy"] & blind["financed"]
    if not had.any():
        return None
    return not bool((_cash(seeing) < _cash(blind) - 1e-6)[had].any())


def _secrecy_pays(trade: Trade, stated: pd.DataFrame, programme: Programme) -> bool | None:
    """Return whether a core firm that pays early itself earns more if it confirms nothing."""
    face = stated["face"].to_numpy()
    secret = cash_without_programme(trade, face, stated["blind"])
    answer = quote_confirmed(trade, face, programme)
    shown = np.where(answer["financed"], answer["advance"], 0.0)
    known = np.maximum(secret, shown)  # a supplier takes the better of the two
    incomes = [
        early_payment_income(trade, face, cash, core_funding=trade.funding_rate).sum()
        for cash in (secret, known)
    ]
    return is_greater(*incomes)


def _travels(case: FactoringCase, seed: int) -> bool:
    """Return whether firms beyond the core firm's own suppliers pay late because it does."""
    network = build_network(case.chain, seed=seed)
    late, usual = (by_tier(pay(network, 1 - share))["late"] for share in (case.late, 0.0))
    return bool((late - usual).loc[2:].sum() > 1e-6 * case.chain.core_debt)


def _report_fee(case: FactoringCase) -> dict[str, bool | None]:
    """Return what happens to those who buy the report and those who do not."""
    trade = case.trade
    market = sell_reports(trade, trade.face_median, case.fee, kinds=81, noises=21)
    if market.buyers == 0:
        return {"buyers_gain": None, "silent_unharmed": None}
    buys = market.rank > 1 - market.buyers
    return {
        "buyers_gain": bool((market.change[buys] >= -1e-9).all()),
        "silent_unharmed": None if buys.all() else bool((market.change[~buys] >= -1e-9).all()),
    }

"""What a paper says about portraits of merchants, and when the model bears it out.

Paper `finance`, abstract and sections 1, 2.3 and 3.2. A statement is tested in one setting,
and in settings drawn from ranges that are plausible. Scorecards are fitted to a history of
limited length, as a factor would.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from dataworth.finance import ranges
from dataworth.finance.ranges import Range, is_greater
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

RANGES = {
    "portrait": Range(0.1, 0.9, "the reader's choice"),
    "books": Range(0.05, 0.4, "illustrative: books of small firms say little"),
    "coverage": Range(0.3, 1.0, "illustrative"),
    "failing receivables": Range(0.01, 0.08, "illustrative"),
    "steepness": Range(0.4, 1.2, "illustrative"),
    "recourse": Range(0.0, 0.8, "illustrative: none to nearly full"),
    "median receivable, yuan": Range(30_000.0, 500_000.0, "illustrative: micro to small firms"),
    "term, years": Range(0.08, 0.5, "usual terms of trade, one to six months"),
    "funding rate": Range(0.015, 0.04, "deposit rates to one-year loan prime rates, 2020-2024"),
    "handling, yuan": Range(50.0, 2_000.0, "illustrative: automatic to by hand"),
    "reservation rate": Range(0.10, 0.24, "illustrative: twice bank rates to informal credit"),
    "core default": Range(0.001, 0.05, "illustrative: large to weak firms"),
    "fee, yuan": Range(50.0, 2_000.0, "illustrative; the paper states none"),
    "history, merchants": Range(800.0, 8_000.0, "illustrative"),
    "cash of suppliers": Range(0.05, 0.8, "illustrative"),
    "late share of the core firm": Range(0.1, 1.0, "the reader's choice"),
    "confirming, yuan": Range(20.0, 1_500.0, "illustrative"),
}


@dataclass(frozen=True)
class Setting:
    """One setting in which the statements are tried.

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


def draw_settings(draws: int, *, seed: int) -> pd.DataFrame:
    """Draw parameters evenly from their ranges (Latin hypercube).

    Returns
    -------
    pandas.DataFrame, shape (draws, 17)
        Columns as in `RANGES`.

    Raises
    ------
    InputError
        There is no draw.
    """
    return ranges.draw(RANGES, draws, seed=seed)


def setting_of(row: dict) -> Setting:
    """Make the setting of one row of `draw_settings`."""
    trade = Trade(
        portrait=row["portrait"],
        books=row["books"],
        coverage=row["coverage"],
        failure=row["failing receivables"],
        steepness=row["steepness"],
        recourse=row["recourse"],
        face_median=row["median receivable, yuan"],
        term=row["term, years"],
        funding_rate=row["funding rate"],
        handling=row["handling, yuan"],
        reservation=row["reservation rate"],
        core_default=row["core default"],
    )
    chain = Chain(firms=(20, 40, 80), cash=row["cash of suppliers"])
    return Setting(
        trade,
        row["fee, yuan"],
        Programme(row["confirming, yuan"]),
        chain,
        row["late share of the core firm"],
    )


def assess(setting: Setting, stated: pd.DataFrame, *, seed: int) -> dict[str, bool | None]:
    """Test every statement in one setting.

    Parameters
    ----------
    setting : Setting
    stated : pandas.DataFrame
        Merchants as from `simulate_merchants`, with the risks that a scorecard states: blind
        and seeing.
    seed : int
        Of the chain.

    Returns
    -------
    dict of str to bool or None
        None where the setting gives no occasion, such as a comparison of rates where nobody
        is financed.
    """
    trade, face = setting.trade, stated["face"].to_numpy()
    blind, seeing = (decide(trade, stated, stated[name]) for name in ("blind", "seeing"))
    seen = stated[stated["covered"]]
    auc = [accuracy(seen, seen[name].to_numpy())["expected_auc"] for name in ("blind", "seeing")]
    fair = _cash(quote(trade, face, stated["risk"]))
    gaps = [float((_cash(t) - fair).abs().mean()) for t in (blind, seeing)]
    confirmed = quote_confirmed(trade, face, setting.programme)
    return {
        "portrait_identifies_risk": is_greater(auc[1], auc[0]),
        "portrait_matches": is_greater(_wrong(blind), _wrong(seeing)),
        "portrait_precise_plans": is_greater(gaps[0], gaps[1]),
        "mining_lowers_cost": _cheaper(blind, seeing, setting.fee),
        "indirect_empowerment": is_greater(
            seeing["gain"].sum() - setting.fee * stated["covered"].sum(), blind["gain"].sum()
        ),
        "core_firm_credit": is_greater(confirmed["financed"].mean(), seeing["financed"].mean()),
        "core_firm_secrecy": _secrecy_pays(trade, stated, setting.programme),
        "broken_funding": _travels(setting, seed),
        "losses_fall": is_greater(_loss(blind), _loss(seeing)),
        "factor_earns_more": is_greater(seeing["profit"].sum(), blind["profit"].sum()),
        "nobody_worse": _nobody_worse(blind, seeing),
        **_fee_statements(setting),
    }


def assess_all(settings: pd.DataFrame, *, merchants: int = 3000, seed: int) -> pd.DataFrame:
    """Test every statement in every drawn setting; rows as in `settings`.

    Parameters
    ----------
    settings : pandas.DataFrame
        From `draw_settings`.
    merchants : int
        Merchants that are judged in each setting, after those of its history.
    seed : int
        Of merchants and chains; each setting has its own.
    """
    rows = []
    for place, row in enumerate(settings.to_dict("records")):
        setting = setting_of(row)
        history = int(row["history, merchants"])
        stated = score_new(setting.trade, history, merchants, seed=seed + place)
        rows.append(assess(setting, stated, seed=seed + place))
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


# --- one statement each --------------------------------------------------------------------


def _wrong(decisions: pd.DataFrame) -> float:
    return float((decisions["financed"] != decisions["worthy"]).mean())


def _loss(decisions: pd.DataFrame) -> float:
    financed = decisions["financed"]
    volume = decisions.loc[financed, "face"].sum()
    return float(decisions["loss"].sum() / volume) if volume else float("nan")


def _cash(answer: pd.DataFrame) -> pd.Series:
    """Give the advance of whoever is financed, 0 for the others."""
    return answer["advance"].where(answer["financed"], 0.0)


def _cheaper(blind: pd.DataFrame, seeing: pd.DataFrame, fee: float) -> bool | None:
    """Say whether cash costs worthy merchants less with a portrait, the fee included.

    Who is refused waits, which costs its reservation rate.
    """
    good = blind["worthy"] & blind["covered"]
    if not good.any():
        return None
    return bool((seeing["gain"] - blind["gain"])[good].mean() > fee)


def _nobody_worse(blind: pd.DataFrame, seeing: pd.DataFrame) -> bool | None:
    """Say whether no worthy merchant loses its money or gets less of it."""
    had = blind["worthy"] & blind["financed"]
    if not had.any():
        return None
    return not bool((_cash(seeing) < _cash(blind) - 1e-6)[had].any())


def _secrecy_pays(trade: Trade, stated: pd.DataFrame, programme: Programme) -> bool | None:
    """Say whether a core firm that pays early itself earns more if it confirms nothing."""
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


def _travels(setting: Setting, seed: int) -> bool:
    """Say whether firms beyond the core firm's own suppliers pay late because it does."""
    network = build_network(setting.chain, seed=seed)
    late, usual = (by_tier(pay(network, 1 - share))["late"] for share in (setting.late, 0.0))
    return bool((late - usual).loc[2:].sum() > 1e-6 * setting.chain.core_debt)


def _fee_statements(setting: Setting) -> dict[str, bool | None]:
    """Ask what happens to those who buy the report and those who do not."""
    market = sell_reports(
        setting.trade, setting.trade.face_median, setting.fee, kinds=81, noises=21
    )
    if market.buyers == 0:
        return {"buyers_gain": None, "silent_unharmed": None}
    buys = market.rank > 1 - market.buyers
    return {
        "buyers_gain": bool((market.change[buys] >= -1e-9).all()),
        "silent_unharmed": None if buys.all() else bool((market.change[~buys] >= -1e-9).all()),
    }

"""The discount rate and the revenue period of data assets, with their ranges.

Paper `banks`, sections 3.3, 3.4 and 4.4. Rates, returns and premiums are fractions a year.
"""

from __future__ import annotations

import math
import re
from itertools import product
from typing import Literal, TypeAlias, get_args

import pandas as pd

from dataworth.banks.value.stock import annuity_factor
from dataworth.errors import InputError
from dataworth.facts import read_facts
from dataworth.forensics.definitions import capm_rate

# Of the industry class, yet no banks: a lessor, and a holding that made engines before 2017.
NO_BANKS = ("sh.600901", "sz.000617")
# Years that official statistics give data: five in the first study of the United States,
# twenty-five in that of Canada (compared in CIGI Papers 280, 2023).
SERVICE_LIVES = (5, 25)
_YEARS = re.compile(r"(?:(\d+)-)?(\d+)年")
LONG, SHORT = 10, 5  # years of the windows beside the whole sample
FREQUENCIES = {"d": "daily", "w": "weekly"}
BETAS = list(FREQUENCIES.values())
INPUTS = ["risk_free", "market_return", "beta", "specific"]

Window: TypeAlias = tuple[int, int]
Mean: TypeAlias = Literal["arithmetic", "compound"]


def read_market() -> pd.DataFrame:
    """Read yields and index returns by year.

    Returns
    -------
    pandas.DataFrame, index year
        Columns yield (mean ten-year government yield) and market (CSI 300, closing level
        on that of the year before, without dividends); fractions. Full years only.
    """
    facts = read_facts("market_parameters_annual").set_index("year")
    facts = facts[facts["bank_beta_daily_mean"].notna() | (facts.index < 2005)]  # 2026 is partial
    return pd.DataFrame(
        {"yield": facts["cn10y_mean_pct"] / 100, "market": facts["csi300_return_pct"] / 100}
    )


def read_betas() -> pd.DataFrame:
    """Read equity betas of listed banks, one row a bank and year.

    Returns
    -------
    pandas.DataFrame
        Columns code, year, daily, weekly; two listed firms that are no banks are left out.
    """
    facts = read_facts("bank_betas_by_year")
    facts = facts[~facts["code"].isin(NO_BANKS)]
    facts = facts.assign(freq=facts["freq"].map(FREQUENCIES))
    wide = facts.pivot(index=["code", "year"], columns="freq", values="beta")
    return wide.reset_index().rename_axis(columns=None)


def disclosed_lives() -> pd.Series:
    """Return the lives over which listed firms write off their data, years.

    Returns
    -------
    pandas.Series, index stock codes
        Of the firms whose annual report for 2024 gives years; the middle where it gives a range.
    """
    table = read_facts("data_resources_fy2024").set_index("code")["useful_life_disclosed"]
    found = table.fillna("").str.extract(_YEARS).astype(float).dropna(subset=[1])
    return found.bfill(axis=1).mean(axis=1).rename("life")


def mean_return(returns: pd.Series, kind: Mean) -> float:
    """Return the mean of yearly returns.

    Parameters
    ----------
    returns : pandas.Series
        Fractions a year.
    kind : {"arithmetic", "compound"}
        ``"compound"`` is the constant return that leads to the same end.

    Examples
    --------
    >>> import pandas as pd
    >>> up_and_down = pd.Series([1.0, -0.5])
    >>> mean_return(up_and_down, "arithmetic"), mean_return(up_and_down, "compound")
    (0.25, 0.0)
    """
    if kind == "compound":
        return float((1 + returns).prod() ** (1 / len(returns)) - 1)
    return float(returns.mean())


def windows(first: int, last: int) -> dict[str, Window]:
    """Return the windows that one could take within first to last.

    Returns
    -------
    dict of name to (first, last)
        ``"whole"``, ``"ten"``, ``"ten_before"`` (ended a year earlier) and ``"five"``, as
        far as they fit and differ.

    Raises
    ------
    InputError
        Fewer than five years.
    """
    if last - first + 1 < SHORT:
        raise InputError(f"first, last: expected at least {SHORT} years, found {first} to {last}")
    named = {
        "whole": (first, last),
        "ten": (last - LONG + 1, last),
        "ten_before": (last - LONG, last - 1),
        "five": (last - SHORT + 1, last),
    }
    fitting = reversed([(window, name) for name, window in named.items() if window[0] >= first])
    return {name: window for window, name in reversed(dict(fitting).items())}


def combinations(
    first: int, last: int, *, specific: tuple[float, ...], paper_beta: float
) -> pd.DataFrame:
    """Return the rate under every reasonable choice of its inputs.

    Parameters
    ----------
    first, last : int
        Years within which the windows lie.
    specific : tuple of float
        Premiums for specific risk.
    paper_beta : float
        Enters beside the betas on record, as beta_kind ``"paper"``.

    Returns
    -------
    pandas.DataFrame
        One row a combination: risk_free_window, risk_free, market_window, market_mean,
        market_return, beta_window, beta_kind, beta, specific, rate. Windows are text such as
        ``"2007-2022"``. `attrs["dropped"]` counts combinations in which shares earned no
        more than bonds: no investor expects that, so they are left out.

    Raises
    ------
    InputError
        Too few years, or none in which shares earned more than bonds.

    Notes
    -----
    Short windows serve yields and betas. Returns of shares need long ones: their yearly
    spread is several times their mean. A beta is the mean over years of the mean over banks.
    """
    spans = windows(first, last)
    market = read_market().loc[first:last]
    betas = read_betas().groupby("year")[BETAS].mean().loc[first:last]
    yields = [(f"{a}-{z}", market["yield"].loc[a:z].mean()) for a, z in spans.values()]
    returns = [
        (f"{a}-{z}", kind, mean_return(market["market"].loc[a:z].dropna(), kind))
        for (name, (a, z)), kind in product(spans.items(), get_args(Mean))
        if name != "five"
    ]
    risks = [
        (f"{a}-{z}", kind, betas[kind].loc[a:z].mean())
        for (name, (a, z)), kind in product(spans.items(), BETAS)
        if name != "ten_before"  # betas move slowly: one ten-year window will do
    ]
    risks.append(("paper", "paper", paper_beta))
    rows = [
        (*rf, *rm, *beta, extra)
        for rf, rm, beta, extra in product(yields, returns, risks, specific)
    ]
    columns = ["risk_free_window", "risk_free", "market_window", "market_mean", "market_return"]
    columns += ["beta_window", "beta_kind", "beta", "specific"]
    table = pd.DataFrame(rows, columns=columns)
    kept = table[table["market_return"] > table["risk_free"]].reset_index(drop=True)
    if kept.empty:
        raise InputError(
            "first, last: expected years in which shares earned more than bonds, "
            f"found {first} to {last}"
        )
    kept["rate"] = capm_rate(*(kept[c] for c in ("risk_free", "beta", "market_return", "specific")))
    kept.attrs["dropped"] = len(table) - len(kept)
    return kept


def matching_windows(
    series: pd.Series, target: float, *, shortest: int = SHORT, kind: Mean = "arithmetic"
) -> pd.DataFrame:
    """Return every run of years by how near its mean comes to a printed number.

    Parameters
    ----------
    series : pandas.Series
        Fractions by year, without gaps.
    target : float
        The printed number.
    shortest : int
        Fewest years of a window.
    kind : {"arithmetic", "compound"}

    Returns
    -------
    pandas.DataFrame
        Columns first, last, years, mean, gap (mean less target); the nearest first.
    """
    series = series.dropna()
    rows = [
        (a, z, z - a + 1, mean_return(series.loc[a:z], kind))
        for a, z in product(series.index, series.index)
        if z - a + 1 >= shortest
    ]
    table = pd.DataFrame(rows, columns=["first", "last", "years", "mean"])
    table["gap"] = table["mean"] - target
    return table.sort_values("gap", key=abs, ignore_index=True)


def implied_leverage(equity_beta: float, asset_beta: float, *, tax: float = 0.25) -> float:
    r"""Return the debt over equity at which an equity beta becomes an asset beta.

    .. math:: \beta_E = \beta_A \left(1 + (1 - T) \frac{D}{E}\right)

    Parameters
    ----------
    equity_beta, asset_beta : float
        Before and after debt is taken out.
    tax : float
        Rate of profit tax.

    Notes
    -----
    Hamada's relation, equation `discount-leverage` of chapter banks/discount; debt itself is
    taken to carry no market risk.

    Examples
    --------
    >>> round(implied_leverage(0.9, 0.6), 4)
    0.6667
    """
    return (equity_beta / asset_beta - 1) / (1 - tax)


def equivalent_decay(rate: float, years: float) -> float:
    r"""Return the yearly loss at which an endless revenue is worth a flat one over `years`.

    .. math:: \frac{1}{r + d} = a(r, n) \quad\Rightarrow\quad d = \frac{1}{a(r, n)} - r

    Examples
    --------
    >>> round(equivalent_decay(0.10, 10), 4)
    0.0627
    """
    return float(1 / annuity_factor(rate, years) - rate)


def equivalent_years(rate: float, decay: float) -> float:
    """Return the years of flat revenue that are worth an endless one shrinking by `decay`.

    The inverse of `equivalent_decay`, for a rate and a decay above 0; equation
    `discount-decay` of chapter banks/discount.

    Examples
    --------
    >>> round(equivalent_years(0.10, 0.2), 4)
    4.2542
    """
    return math.log((rate + decay) / decay) / math.log(1 + rate)

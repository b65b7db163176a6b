"""Pay of banks that is made up, but meets the costs that the paper prints.

Paper `banks`, section 4.2 and Tables 6 to 8. Money is in thousand yuan.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping

import numpy as np
import pandas as pd

ANCHOR = 2022  # the year of which costs are printed
# Where the level of a type comes from; no city bank's cost is printed.
_LEVELS = {
    "state-owned": ("中国银行",),
    "joint-stock": ("华夏银行",),
    "city": ("华夏银行", "苏农银行"),
    "rural": ("苏农银行",),
}
_ANY_TYPE = ("华夏银行", "苏农银行")
_SPREAD = {"state-owned": 0.3}
_OTHER_SPREAD = 0.5
_SEASON = (0.24, 0.23, 0.24, 0.29)  # bonuses are accrued at the end of the year
_FALLBACK_RATE = 0.01
_SPAN = (1900, 2100)


def simulate_pay(
    rates: pd.DataFrame, targets: pd.DataFrame, *, ratio: float, seed: int
) -> pd.DataFrame:
    """Simulate quarterly pay for banks and years, calibrated to printed costs.

    Parameters
    ----------
    rates : pandas.DataFrame
        bank, type, year, rate (fraction). Pay is made for these banks and years.
    targets : pandas.DataFrame
        Printed costs of the quarters of 2022, thousand yuan: a column for each bank, by its
        Chinese name (Tables 6 to 8).
    ratio : float
        Non-labour cost over labour cost.
    seed : int
        The pay of a bank depends on the seed, the bank and the rates of the banks in
        `targets` alone.

    Returns
    -------
    pandas.DataFrame
        bank, period (``"2007Q1"``), pay_increment (thousand yuan, positive).

    Notes
    -----
    A bank in `targets` is paid in 2022 just what turns its rate of 2022 into its printed
    cost, quarter by quarter. Where its rate of 2022 is unknown or zero, its rate of the
    nearest year stands in, then the median of all, then 1 %. The level of any other bank is
    lognormal about that of the calibrated bank of its type, of a city bank about the
    geometric mean of Hua Xia and Suzhou Rural. Before and after 2022 pay grows, about a
    sixth a year at first and less later on, with shocks common to all and a bank's own.
    """
    calibrated = {
        bank: targets[bank].to_numpy() / ((1 + ratio) * _anchor_rate(rates, bank))
        for bank in targets
    }
    # Every year is drawn, whichever are asked for, so that none depends on the others.
    years = np.arange(*_SPAN)
    common = _rng(seed, "all").normal(0, 0.02, size=len(years))
    frames = []
    periods = np.array([f"{year}Q{quarter}" for year in years for quarter in (1, 2, 3, 4)])
    for (bank, kind), wanted in rates.groupby(["bank", "type"], sort=False)["year"]:
        rng = _rng(seed, bank)
        level = _level(calibrated, kind, bank, rng)
        path = _growth(years, common, rng)
        shares = rng.dirichlet(np.array(_SEASON) * 400, size=len(years))
        pay = level * path[:, None] * shares
        if bank in calibrated:
            pay[years == ANCHOR] = calibrated[bank]
        chosen = np.repeat(np.isin(years, wanted), 4)
        columns = {"period": periods[chosen], "pay_increment": pay.ravel()[chosen]}
        frames.append(pd.DataFrame({"bank": bank} | columns))
    return pd.concat(frames, ignore_index=True)


def _rng(seed: int, name: str) -> np.random.Generator:
    return np.random.default_rng([seed, zlib.crc32(name.encode())])


def _level(
    calibrated: Mapping[str, np.ndarray], kind: str, bank: str, rng: np.random.Generator
) -> float:
    """Return pay of the anchor year."""
    z = rng.standard_normal()
    if bank in calibrated:
        return float(calibrated[bank].sum())
    models = [calibrated[m].sum() for m in _LEVELS.get(kind, _ANY_TYPE) if m in calibrated]
    models = models or [pay.sum() for pay in calibrated.values()]
    return float(np.exp(np.mean(np.log(models)) + _SPREAD.get(kind, _OTHER_SPREAD) * z))


def _growth(years: np.ndarray, common: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return pay of each year over that of the anchor year."""
    trend = 0.06 + 0.10 / (1 + np.exp((years - 2013) / 2.0))
    steps = trend + common + rng.normal(0, 0.015) + rng.normal(0, 0.02, size=len(years))
    logs = np.cumsum(steps)
    return np.exp(logs - logs[years == ANCHOR])


def _anchor_rate(rates: pd.DataFrame, bank: str) -> float:
    positive = rates[rates["rate"] > 0]
    own = positive[positive["bank"] == bank]
    if len(own):
        return float(own.loc[(own["year"] - ANCHOR).abs().idxmin(), "rate"])
    return float(positive["rate"].median()) if len(positive) else _FALLBACK_RATE

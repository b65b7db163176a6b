"""Who recognizes data, and how much: a two-part model on all firms.

Beyond paper `potential`, which looks at the amounts of those that recognized data (section 2.1)
and at nobody else. Here *whether* is asked of all firms, and *how much* of those that did.
Firms come one by one, from a market file, or counted in cells, from the record.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy.optimize import minimize_scalar
from scipy.stats import false_discovery_control, gamma, nbinom, poisson

from dataworth.facts import read_facts
from dataworth.inputs.firms.variables import FEATURES

FIRST, SECOND = 2024, 2025
"""The first year in which data could be recognized, and the next."""
OTHER = "Z"
"""The section of firms in small sections or of unknown industry."""


# --- the record ----------------------------------------------------------------------------


def read_cells() -> pd.DataFrame:
    """Return all general firms on record, counted in cells of section, size and R&D.

    Returns
    -------
    pandas.DataFrame
        section (a letter), size (logarithm of total assets in yuan), rd (logarithm of one plus
        R&D over revenue in per cent), firms, adopters (by the end of 2024) and newcomers (2025).
    """
    renamed = {"mean_log_assets": "size", "mean_log1p_rd": "rd"}
    renamed |= {"fy2024_adopters": "adopters", "fy2025_newcomers": "newcomers"}
    cells = read_facts("adoption_cells").rename(columns=renamed)
    return cells[["section", "size", "rd", "firms", "adopters", "newcomers"]]


def read_adopters() -> pd.DataFrame:
    """Return the firms that recognized data, with what is on record of them.

    Returns
    -------
    pandas.DataFrame
        Index code, six digits. year (`FIRST` or `SECOND`, the first with data), name, section,
        amount (yuan; 0 where nothing was left at the year's end), and Size, Revenue, ROA, RDRatio,
        Leverage and TobinQ in the units of Table 1, missing where not on record. Tobin's Q is
        market value and liabilities over total assets.
    """
    first = read_facts("data_resources_fy2024").assign(year=FIRST)
    second = read_facts("data_resources_fy2025").query("in_fy2024_list == 0").assign(year=SECOND)
    firms = pd.concat([first, second])
    assets, leverage = firms["total_assets_yuan"], firms["leverage_pct"] / 100
    columns = {
        "year": firms["year"], "name": firms["name"], "section": firms["section"],
        "amount": firms["data_resources_yuan"], "Size": assets, "Revenue": firms["revenue_yuan"],
        "ROA": firms["net_profit_yuan"] / assets,
        "RDRatio": 100 * firms["rd_spend_yuan"] / firms["revenue_yuan"], "Leverage": leverage,
        "TobinQ": firms["market_value_2025_04_30_yuan"] / assets + leverage,
    }  # fmt: skip
    return pd.DataFrame(columns).set_index(firms["code"].map("{:06d}".format))


def from_market(market: pd.DataFrame, years: pd.Series) -> pd.DataFrame:
    """Return the firms of a market in the form of `read_cells`, one firm a row.

    Parameters
    ----------
    market : pandas.DataFrame
        As `dataworth.inputs.firms.reader.read_market` returns it.
    years : pandas.Series
        By code, the first year in which a firm recognized data.

    Returns
    -------
    pandas.DataFrame
        Index code; size is missing where it is not stated, and R&D the median where it is not.
        Also, of each feature that half of the firms have, the share of firms with a lower value
        (a half where it is missing).
    """
    known = [name for name in FEATURES if market[name].notna().mean() >= 0.5]
    units = market[known].rank(pct=True).fillna(0.5)
    units["section"] = market["section"].fillna(OTHER)
    units["size"] = np.log(market["Size"].where(market["Size"] > 0))
    rd = np.log1p(market["RDRatio"].clip(lower=0))
    units["rd"] = rd.fillna(rd.quantile(0.5))
    year = years.reindex(market.index)
    return units.assign(firms=1, adopters=(year == FIRST) * 1, newcomers=(year == SECOND) * 1)


def exposed(units: pd.DataFrame, *years: int) -> pd.DataFrame:
    """Return units once for each year: firms that had not yet recognized data, and who did.

    Returns
    -------
    pandas.DataFrame
        `units` with firms, events and later (0 in `FIRST`, 1 in `SECOND`); none without firms.
    """
    left = units["firms"] - units["adopters"]
    tables = {
        FIRST: units.assign(events=units["adopters"], later=0.0),
        SECOND: units.assign(firms=left, events=units["newcomers"], later=1.0),
    }
    return pd.concat([tables[year] for year in years]).query("firms > 0")


# --- whether -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Adoption:
    """A logistic regression of recognition, with factors of sections that are drawn together.

    Attributes
    ----------
    coefficients : pandas.DataFrame
        Index const and features; value, low, high and p, robust to a wrong variance.
    sections : pandas.DataFrame
        As `section_factors` returns it.
    use_sections : bool
        Whether `log_odds` counts them.
    """

    coefficients: pd.DataFrame
    sections: pd.DataFrame
    use_sections: bool

    def log_odds(self, units: pd.DataFrame) -> pd.Series:
        """Return the logarithm of the odds of each unit."""
        slopes = self.coefficients["value"].drop("const")
        odds = units[slopes.index] @ slopes + self.coefficients.loc["const", "value"]
        factors = units["section"].map(self.sections["factor"]).fillna(1.0)
        return odds + np.log(factors) if self.use_sections else odds


def fit(units: pd.DataFrame, *features: str, sections: bool = False) -> Adoption:
    r"""Fit who recognizes data, by maximum likelihood.

    Equation `adoption-logit` of chapter potential/adoption:
    :math:`\log p / (1 - p) = \alpha + \beta' x`, with robust errors (HC1).

    Parameters
    ----------
    units : pandas.DataFrame
        As `exposed` returns it.
    *features : str
        Columns of it.
    sections : bool
        Whether factors of sections count.
    """
    import statsmodels.api as sm

    x = sm.add_constant(units[list(features)].astype(float), has_constant="add")
    y = np.column_stack([units["events"], units["firms"] - units["events"]])
    result = sm.GLM(y, x, family=sm.families.Binomial()).fit(cov_type="HC1")
    expected = (units["firms"] * result.predict(x)).groupby(units["section"]).sum()
    observed = units["events"].groupby(units["section"]).sum()
    return Adoption(_table(result, list(x)), section_factors(observed, expected), sections)


def section_factors(observed: pd.Series, expected: pd.Series) -> pd.DataFrame:
    r"""Return how many times as many firms a section has as is expected of it.

    Equation `adoption-factor` of chapter potential/adoption. Events are Poisson with mean
    :math:`e_s \theta_s`, and the factors :math:`\theta_s` gamma with mean one and a shape
    :math:`k` that is estimated (Clayton and Kaldor 1987). So a thin section is drawn to one.

    Parameters
    ----------
    observed, expected : pandas.Series
        Events by section, and those that a model without sections expects.

    Returns
    -------
    pandas.DataFrame
        observed, expected; ratio, with low and high (exact, 95 %); p, of a ratio of one, and q,
        the same after Benjamini and Hochberg; factor, drawn together, with factor_low and
        factor_high.
    """

    def misfit(log_shape: float) -> float:
        k = np.exp(log_shape)
        return -float(nbinom.logpmf(observed, k, k / (k + expected)).sum())

    k = np.exp(minimize_scalar(misfit, bounds=(-3, 8), method="bounded").x)
    table = pd.DataFrame({"observed": observed, "expected": expected})
    table["ratio"] = observed / expected
    table["low"] = gamma.ppf(0.025, observed) / expected
    table["high"] = gamma.ppf(0.975, observed + 1) / expected
    tails = poisson.cdf(observed, expected), poisson.sf(observed - 1, expected)
    table["p"] = np.minimum(2 * np.minimum(*tails), 1)
    table["q"] = false_discovery_control(table["p"])
    table["factor"] = (k + observed) / (k + expected)
    for end, share in (("factor_low", 0.025), ("factor_high", 0.975)):
        table[end] = gamma.ppf(share, k + observed) / (k + expected)
    return table.fillna({"low": 0.0})


# --- how much ------------------------------------------------------------------------------


def fit_amounts(adopters: pd.DataFrame, *features: str) -> pd.DataFrame:
    """Regress the logarithm of the amount on features, in standard deviations of each.

    Parameters
    ----------
    adopters : pandas.DataFrame
        As `read_adopters` returns it; firms without an amount or a feature are left out.
    *features : str
        Columns; `scaled` says how each enters.

    Returns
    -------
    pandas.DataFrame
        Index const and features; value, low, high and p (HC3).
    """
    import statsmodels.api as sm

    firms = adopters[adopters["amount"] > 0].dropna(subset=list(features))
    x = scaled(firms[list(features)])
    x = sm.add_constant((x - x.mean()) / x.std())
    return _table(sm.OLS(np.log(firms["amount"]), x).fit(cov_type="HC3"), list(x))


def scaled(features: pd.DataFrame) -> pd.DataFrame:
    """Return features as regressions take them: logarithms, but for ratios that may be negative."""
    logs = features[features.columns.intersection(["Size", "Revenue", "TobinQ"])]
    shares = features[features.columns.intersection(["RDRatio"])]
    return features.assign(**np.log(logs), **np.log1p(shares.clip(lower=0)))


def _table(result: Any, names: list[str]) -> pd.DataFrame:
    ends = np.asarray(result.conf_int())
    values = {"value": result.params, "low": ends[:, 0], "high": ends[:, 1], "p": result.pvalues}
    return pd.DataFrame({name: np.asarray(value) for name, value in values.items()}, index=names)

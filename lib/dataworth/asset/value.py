"""One asset under every method that applies: intervals, what they hang on, and a loan.

No formula stands here: methods, draws and sensitivities are those of `banks.value`, the loan is
that of `finance.pledge`, and what is said of the firm that of `potential`. Money is in thousand
yuan.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from dataworth.asset.read import Described, read_rules
from dataworth.banks.value import uncertainty
from dataworth.banks.value.asset import Asset
from dataworth.banks.value.methods import METHODS
from dataworth.banks.value.uncertainty import Input
from dataworth.facts import read_facts
from dataworth.finance.pledge.loan import Pledge, carried_loan

LEVEL = 0.9  # share of draws that an interval holds
POOLED = 2000  # points of the sample of several methods
ENDS = ["low", "central", "high"]


@dataclass(frozen=True)
class Valuation:
    """What an asset came to.

    Attributes
    ----------
    inputs : pandas.DataFrame
        Index name of the assumption; low, central, high, basis (given, on record,
        illustrative), source.
    central : pandas.Series
        Value at the central inputs, by method.
    summary : pandas.DataFrame
        Index method; low, median, high, mean over the draws.
    lacking : dict of str to str
        What is missing, by method that does not apply.
    conclusion : pandas.Series
        low, median and high of the reconciled methods (see `pooled`), and the ends of what
        all their intervals share, `common_low` and `common_high` (missing if nothing).
    tornado, sobol : pandas.DataFrame
        Of the mean of the approaches.
    hangs_on : dict of str to list of str
        The three inputs that move a method most, by method.
    weights : pandas.DataFrame
        Index method that counts quality; its value if all weight lies on the weakest dimension,
        on the strongest, and 5 % to 95 % of all weights.
    loan : pandas.Series
        As `carried_loan` returns it, money in thousand yuan.
    firm : pandas.Series
        The row of `potential.tiers.scan`; empty if the firm is not described.

    Conclusion, tornado, sobol and loan are empty if no method asks what a buyer would pay.
    """

    inputs: pd.DataFrame
    central: pd.Series
    summary: pd.DataFrame
    lacking: dict[str, str]
    conclusion: pd.Series
    tornado: pd.DataFrame
    sobol: pd.DataFrame
    hangs_on: dict[str, list[str]]
    weights: pd.DataFrame
    loan: pd.Series
    firm: pd.Series


def assumptions(asset: Described) -> pd.DataFrame:
    """Return every assumption with its range, basis and source; unknown ones are missing."""
    a = asset.given
    table = read_facts("assumptions", "asset").set_index("name")
    given = {name: (ends, f"assumptions.{name}") for name, ends in a["assumptions"].items()}
    left = a["rights"].get("until", 9999) - a["year"]
    if "term" in a:
        given["period"] = (a["term"], "term")
    elif left < table.at["period", "high"]:
        given["period"] = (list(np.minimum(table.loc["period", ENDS], left)), "rights.until")
    if "share" in a:
        given["contribution"] = (a["share"], "share")
    lost = [1 - year["without"] / year["profit"] for year in a["income"]
            if "without" in year and year.get("profit", 0) > 0]  # fmt: skip
    if lost:
        ends = np.clip([min(lost), lost[-1], max(lost)], 0, 1)
        given["loss"] = (list(ends), "income[].without")
    if a["comparables"]:
        paid = sorted(case["price"] / case["cost"] for case in a["comparables"])
        given["multiple"] = ([paid[0], float(np.median(paid)), paid[-1]], "comparables")
    adjusted = np.array([case["adjustment"] for case in a["comparables"] if "adjustment" in case])
    if len(adjusted):
        ends = [adjusted[:, 0].min(), np.median(adjusted[:, 1]), adjusted[:, 2].max()]
        given["adjustment"] = (ends, "comparables[].adjustment")
    if len(asset.quality):
        scores, weights = asset.quality["score"], asset.quality["weight"]
        centre = np.clip((scores * weights).sum(), scores.min(), scores.max())
        given["quality"] = ([scores.min(), centre, scores.max()], "quality")
    for name, (ends, source) in given.items():
        table.loc[name] = [*ends, "given", source]
    return table


def assets(asset: Described) -> dict[str, Asset]:
    """Return the asset as every method sees it: revenue or profit is the base of its forecast.

    Costs of years without one are nil, up to the year of the valuation.
    """
    a = asset.given
    spent = pd.Series([c["amount"] for c in a["costs"]], [c["year"] for c in a["costs"]], float)
    years = range(min(spent.index, default=a["year"]), a["year"] + 1)
    costs = spent.groupby(level=0).sum().reindex(years, fill_value=0.0)
    bases = {}
    for kind in ("profit", "revenue"):
        known = {year["year"]: year.get(kind, 0.0) for year in a["income"]} or {a["year"]: 0.0}
        bases[kind] = Asset(a["name"], costs, pd.Series(known, dtype=float))
    return {key: bases[method["base"]] for key, method in read_rules("methods")["sheets"].items()}


def pooled(values: pd.DataFrame) -> np.ndarray:
    """Return a sample of what several methods say when nobody knows which of them is right.

    Every approach (cost, market, income) weighs the same, and so does every method within one.

    Returns
    -------
    numpy.ndarray, shape (POOLED,)
        Evenly spaced quantiles of all draws together, rising.
    """
    many = pd.Series([METHODS[key].approach for key in values]).value_counts()
    weights = [1 / many[METHODS[key].approach] for key in values]
    ranks = (np.arange(POOLED) + 0.5) / POOLED
    flat, each = values.to_numpy().ravel(), np.tile(weights, len(values))
    return np.quantile(flat, ranks, weights=each, method="inverted_cdf")


def value_asset(
    asset: Described, *, draws: int = 10_000, seed: int = 0, size: int = 512
) -> Valuation:
    """Value an asset by every method that applies.

    Parameters
    ----------
    asset : Described
    draws : int
    seed : int
    size : int
        Base sample of the Sobol indices, a power of two.

    Without a method that applies there is nothing to value: `check_asset` refuses such a file.
    """
    table, lacking, seen = assumptions(asset), asset.lacking(), assets(asset)
    methods = {key: METHODS[key] for key in METHODS if key not in lacking}
    inputs = [Input(str(name), *ends) for name, ends in table[ENDS].fillna(0.0).T.items()]
    known = {item.name: item.central for item in inputs} | {"margin": 1.0}

    def values(rows: pd.DataFrame, keys: Iterable[str]) -> pd.DataFrame:
        rows = pd.DataFrame(known, rows.index).assign(**rows)
        return pd.concat([uncertainty.value(seen[key], rows, [key]) for key in keys], axis=1)

    def moving(keys: Iterable[str]) -> list[Input]:
        used = {name for key in keys for name in methods[key].inputs}
        return [item for item in inputs if item.name in used and item.low < item.high]

    def swings(keys: list[str]) -> pd.DataFrame:
        free = moving(keys)
        if not free:
            return pd.DataFrame(columns=["input", "at_low", "at_high", "swing"])
        return uncertainty.tornado(lambda rows: _middle(values(rows, keys)), free, level=LEVEL)

    drawn = values(uncertainty.draw(inputs, draws, seed=seed), methods)
    summary = uncertainty.summarize(drawn, level=LEVEL)
    sheets = read_rules("methods")["sheets"]
    asked = [key for key in methods if sheets[key]["reconciled"]]
    scored = [key for key in methods if "quality" in methods[key].inputs]
    weighted = over_weights(asset.quality["score"], seed=seed)
    conclusion, loan = pd.Series(dtype=float), pd.Series(dtype=float)
    sobol = pd.DataFrame()
    if asked:
        together = pooled(drawn[asked])
        common = [summary.loc[asked, "low"].max(), summary.loc[asked, "high"].min()]
        common = common if common[0] <= common[1] else [np.nan, np.nan]
        ends = np.quantile(together, [(1 - LEVEL) / 2, 0.5, (1 + LEVEL) / 2])
        names = ["low", "median", "high", "common_low", "common_high"]
        conclusion = pd.Series([*ends, *common], names)
        if free := moving(asked):
            sobol = uncertainty.sobol(
                lambda rows: _middle(values(rows, asked)), free, size=size, seed=seed
            )
        terms = dict(asset.given["loan"])
        target = terms.pop("loss_target", 0.01)
        if together[-1] > 0:
            found = carried_loan(together * 1e3, Pledge(**terms), loss_target=target, seed=seed)
            loan = found / [1e3, 1, 1e3, 1e3, 1e3]
    used = {name for method in methods.values() for name in method.inputs}
    return Valuation(
        inputs=table.loc[[name for name in table.index if name in used]],
        central=values(pd.DataFrame(index=[0]), methods).iloc[0],
        summary=summary,
        lacking=lacking,
        conclusion=conclusion,
        tornado=swings(asked),
        sobol=sobol,
        hangs_on={key: list(swings([key])["input"][:3]) for key in methods},
        weights=values(weighted, scored).T if scored and len(weighted) else pd.DataFrame(),
        loan=loan,
        firm=_firm(asset),
    )


def over_weights(scores: pd.Series, *, draws: int = 2000, seed: int) -> pd.DataFrame:
    """Return the quality that scores come to over all weights of their dimensions.

    Returns
    -------
    pandas.DataFrame
        Column quality; rows weakest and strongest (all weight on one dimension), and low and
        high, between which it lies for nine in ten of weights drawn evenly. Empty without scores.
    """
    if scores.empty:
        return pd.DataFrame(columns=["quality"])
    weights = np.random.default_rng(seed).dirichlet(np.ones(len(scores)), draws)
    mixed = np.quantile(weights @ scores, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    rows = [scores.min(), *mixed, scores.max()]
    return pd.DataFrame({"quality": rows}, ["weakest", "low", "high", "strongest"])


def _middle(values: pd.DataFrame) -> np.ndarray:
    """Return the mean of the approaches, each the mean of its methods, by draw."""
    return values.T.groupby([METHODS[key].approach for key in values]).mean().mean().to_numpy()


def _firm(asset: Described) -> pd.Series:
    """Return what the model of part `potential` says of the owner."""
    from dataworth.inputs.firms.variables import FEATURES
    from dataworth.potential import tiers

    firm = asset.given.get("firm")
    if firm is None:
        return pd.Series(dtype=object)
    known = {"Size": firm["assets"], "Revenue": firm.get("revenue", np.nan)}
    row: dict[str, Any] = dict.fromkeys(FEATURES, np.nan)
    row |= {name: 1e3 * amount for name, amount in known.items()}
    row |= {"RDRatio": 100 * firm.get("research", np.nan)}
    row |= {"ROA": firm.get("return_on_assets", np.nan)}
    row |= {"name": asset.given["name"], "section": firm["section"]}
    return tiers.scan(pd.DataFrame(row, ["asset"]), draws=20).firms.iloc[0]

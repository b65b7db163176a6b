"""From a folder of annual reports to rates, costs and a value of each firm's data.

The whole of paper `banks`, sections 4.2 to 4.5, on a reader's own reports and pay. Money is
in thousand yuan; rates are fractions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from dataworth.banks.text import counts as text
from dataworth.banks.text import polarity
from dataworth.banks.value import cost, discount, income, stock, uncertainty
from dataworth.banks.value.pay import ANCHOR, yearly_pay
from dataworth.banks.value.uncertainty import Input
from dataworth.errors import InputError
from dataworth.inputs.reports.folder import SCOPES, open_reports, split_source
from dataworth.ledger import read_printed


@dataclass(frozen=True)
class Assumptions:
    """On what assumptions banks are valued; see `Appraisal` for what is made of them.

    Attributes
    ----------
    rate, period, life : Input
        Discount rate, years of income, and years over which a cost is written off; each
        with its range.
    ratio : tuple of float
        Lowest, central and highest non-labour over labour cost.
    """

    rate: Input
    period: Input
    life: Input
    ratio: tuple[float, float, float]


@dataclass(frozen=True)
class Appraisal:
    """What became of a folder of reports.

    Attributes
    ----------
    rates : pandas.DataFrame
        One row a report: bank, year, words, terms, kept, rate, low, high (see `text.rates`).
    costs : pandas.DataFrame
        One row a bank and year: bank, year, rate, low_rate, high_rate, pay_increment, cost,
        low, high, in thousand yuan; the rate read as a fraction. Empty without pay.
    values : pandas.DataFrame
        One row a bank and reading of the printed formula: bank, reading (`cost.READINGS`),
        first, last (years that the value rests on), of_pay (labour cost of the last year over
        its pay), and by_cost and by_income with `_low` and `_high`, thousand yuan at the end of
        the last year. Where of_pay exceeds one, the reading cannot be: there is no such pay.
    left_out : pandas.DataFrame
        source, reason: reports that could not be used, and reports without pay.
    doubts : pandas.DataFrame
        source, reason: reports that were used, and what is doubtful in them.
    """

    rates: pd.DataFrame
    costs: pd.DataFrame
    values: pd.DataFrame
    left_out: pd.DataFrame
    doubts: pd.DataFrame

    @property
    def printed_share(self) -> tuple[float, float]:
        """Labour cost over pay of 2022 in the paper's Tables 6 to 8, lowest and highest."""
        printed, pay = read_printed("banks"), yearly_pay().loc[ANCHOR]
        ratio = cost.non_labour_ratio(printed("s4.2.capital_ratio"), printed("s4.2.tax_share"))
        tables = {"华夏银行": "t6", "中国银行": "t7", "苏农银行": "t8"}
        shares = [
            printed(f"{t}.cost_actual.total") / pay[b] / (1 + ratio) for b, t in tables.items()
        ]
        return min(shares), max(shares)


def default_assumptions(*, rate: float | None = None, period: float | None = None) -> Assumptions:
    """Return the book's assumptions: ranges of the public record around the paper's settings.

    Parameters
    ----------
    rate, period : float, optional
        The reader's own discount rate (a fraction) and years, instead of a range.

    Raises
    ------
    InputError
        A rate that is not above 0 and up to 1, a period that is not above 0.
    """
    for name, value, most in (("rate", rate, 1), ("period", period, 1000)):
        if value is not None and not 0 < value <= most:
            advice = f"; {value:g} per cent is {value / 100:g}" if name == "rate" else ""
            found = f"found {value:g}{advice if value > most else ''}"
            raise InputError(f"{name}: expected a number above 0 and up to {most}, {found}")
    printed = read_printed("banks")
    if rate is None:
        premiums = tuple(printed(f"s4.4.specific_risk{end}") for end in ("_low", "", "_high"))
        span = (int(printed(f"s4.4.beta_{end}_year")) for end in ("first", "last"))
        table = discount.combinations(*span, specific=premiums, paper_beta=printed("s4.4.beta"))
        known = table.loc[table["beta_kind"] != "paper", "rate"]
        rates = Input("rate", known.min(), known.median(), known.max(), "public record")
    else:
        rates = Input("rate", rate, rate, rate, "yours")
    paper = printed("s4.5.depreciation_period")
    shortest, longest = discount.disclosed_lives().quantile([0.05, 0.95])
    ends = min(shortest, paper), paper, max(longest, paper)
    lives = Input("life", ends[0], ends[1], ends[2], "the paper's; lives that firms disclose")
    years = replace(lives, name="period")
    if period is not None:
        years = Input("period", period, period, period, "yours")
    inputs = printed("s4.2.capital_ratio"), printed("s4.2.tax_share")
    low, high = cost.ratio_range(*inputs)
    ratio = low, cost.non_labour_ratio(*inputs), high
    return Assumptions(rates, years, lives, ratio)


def appraise(
    entries: Sequence,
    lexicon: Iterable[str],
    pay: pd.DataFrame | None,
    given: Assumptions,
    *,
    draws: int = 2000,
    level: float = 0.95,
    seed: int = 0,
    executor: Executor | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Appraisal:
    """Count, price and value the data work that reports show.

    Parameters
    ----------
    entries : sequence
        Reports; see `inputs.reports.open_reports`.
    lexicon : iterable of str
        Terms of the dictionary.
    pay : pandas.DataFrame or None
        bank, period, pay_increment in thousand yuan (`inputs.pay.read_pay`); without it
        there are rates and nothing more.
    given : Assumptions
    draws, level, seed
        Of the intervals; those of the rates have the same level.
    executor, progress
        See `text.count`.

    Raises
    ------
    InputError
        No report can be used, no term of the dictionary is in one, or no year of a bank has both
        a report and pay.
    """
    lexicon = list(lexicon)
    counts = text.count(entries, lexicon, executor=executor, progress=progress)
    if counts.reports.empty:
        first = counts.left_out.iloc[0]
        raise InputError(f"reports: none can be used; {first['source']}: {first['reason']}")
    if not counts.reports["mentions"].any():
        raise InputError(
            f"dictionary: expected terms that stand in a report, found none of {len(lexicon)} "
            f"in {len(counts.reports)}, such as {', '.join(lexicon[:3])}"
        )
    noted = [split_source(source) for source in counts.reports["source"]]
    doubts = pd.DataFrame([n for n in noted if n[1]], columns=["source", "reason"])
    rates = text.rates(counts, polarity.lexeme_scores(lexicon), level=level)
    rates = rates.sort_values(["bank", "year"], ignore_index=True)
    if pay is None:
        return Appraisal(rates, pd.DataFrame(), pd.DataFrame(), counts.left_out, doubts)
    yearly = cost.costs(rates, pay, given.ratio[1]).yearly
    yearly = yearly.sort_values(["bank", "year"], ignore_index=True)
    drawn = uncertainty.draw_costs(yearly, given.ratio, draws=draws, seed=seed, level=level)
    low, high = uncertainty.interval(drawn, level)
    values = pd.DataFrame(
        value_bank(bank, yearly, drawn, given, level=level, seed=seed, reading=reading)
        for bank in yearly["bank"].unique()
        for reading in cost.READINGS
    )
    known = set(zip(yearly["bank"], yearly["year"], strict=True))
    unpaid = [
        (split_source(row.source)[0], f"no pay of the whole year {row.year}; it has no cost")
        for row in counts.reports.itertuples()
        if (row.bank, row.year) not in known
    ]
    unpriced = pd.DataFrame(unpaid, columns=["source", "reason"])
    left_out = pd.concat([counts.left_out, unpriced], ignore_index=True)
    return Appraisal(rates, yearly.assign(low=low, high=high), values, left_out, doubts)


def rates_by_scope(
    path: str | Path,
    lexicon: Iterable[str],
    scopes: Iterable[str] = tuple(SCOPES),
    *,
    executor: Executor | None = None,
) -> pd.DataFrame:
    """Return the rate of every report by which of its words count.

    Parameters
    ----------
    path : str or Path
        A folder of reports.
    lexicon : iterable of str
    scopes : iterable of str
        Keys of `inputs.reports.folder.SCOPES`: with or without audited notes and tables.
    executor
        See `text.count`.

    Returns
    -------
    pandas.DataFrame
        Index bank and year, one column a scope; NaN where nothing is left to count.
    """
    scores, rates = polarity.lexeme_scores(lexicon := list(lexicon)), {}
    for scope in scopes:
        counts = text.count(open_reports(path, scope=scope), lexicon, executor=executor)
        rates[scope] = text.rates(counts, scores).set_index(["bank", "year"])["rate"]
    return pd.DataFrame(rates).sort_index()


def value_bank(
    bank: str,
    yearly: pd.DataFrame,
    drawn: np.ndarray,
    given: Assumptions,
    *,
    level: float,
    seed: int,
    reading: str = "fraction",
) -> dict[str, object]:
    r"""Value one bank's data at the end of its last year, by cost and by income.

    Parameters
    ----------
    bank : str
    yearly : pandas.DataFrame
        bank, year, cost; one row a bank and year.
    drawn : numpy.ndarray, shape (draws, rows of yearly)
        Costs, thousand yuan.
    given : Assumptions
    level : float
    seed : int
    reading : {"fraction", "literal"}
        Of the factor of a hundred in the printed formula; everything is in proportion to it.

    Returns
    -------
    dict
        A row of `Appraisal.values`.

    Notes
    -----
    By cost: `stock.closing_stock` of the years after the last gap. By income, as in section
    4.5: stock and increment over profit, times profit, for each year of the period. Profit
    cancels, so none is needed: that is the circularity which chapter `banks/income` is about.
    """
    rows = income.last_run(yearly[yearly["bank"] == bank].reset_index().set_index("year"))
    columns = rows["index"].to_numpy()
    paths = np.vstack([yearly["cost"].to_numpy()[columns], drawn[:, columns]])
    # The first path is the estimate itself, under the central assumptions.
    settings = uncertainty.draw([given.rate, given.period, given.life], len(drawn), seed=seed)
    centre = {x.name: x.central for x in (given.rate, given.period, given.life)}
    settings = pd.concat([pd.DataFrame([centre]), settings], ignore_index=True)
    spent, life = cost.READINGS[reading] * paths.T, settings["life"].to_numpy()
    base = stock.closing_stock(spent[:-1], life) + spent[-1]  # stock and increment of the last year
    factor = stock.annuity_factor(settings["rate"].to_numpy(), settings["period"].to_numpy())
    found = {"by_cost": stock.closing_stock(spent, life), "by_income": base * factor}
    last = rows.iloc[-1]
    result: dict[str, object] = {"bank": bank, "reading": reading}
    result |= {"first": rows.index[0], "last": rows.index[-1]}
    result |= {"of_pay": cost.READINGS[reading] * last["labour_cost"] / last["pay_increment"]}
    for name, values in found.items():
        low, high = uncertainty.interval(np.asarray(values)[1:], level)
        result |= {name: float(values[0]), f"{name}_low": low, f"{name}_high": high}
    return result

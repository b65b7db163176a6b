"""A generated corpus of annual reports, in which the share of data work is known.

Forty-one real banks, simulated texts. Each report is a text of its own seed, its
bank and its year: nothing else has to be made first, and any process can make it.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from dataworth.banks.simulated import report_writer
from dataworth.facts import DATA
from dataworth.inputs.reports.folder import Report

BANK_TYPES = ("state-owned", "joint-stock", "city", "rural")
# The banks whose costs the paper prints come first, so that few banks hold them too.
_FIRST = ("中国银行", "华夏银行", "苏农银行", "建设银行", "北京银行", "工商银行")
# Share of terms among words in 2007 and in the long run, by type of bank.
_RATES = {
    "state-owned": (0.0040, 0.0200),
    "joint-stock": (0.0038, 0.0190),
    "city": (0.0034, 0.0140),
    "rural": (0.0031, 0.0110),
}
_LOWEST, _HIGHEST = 0.003, 0.025


def read_banks() -> pd.DataFrame:
    """Read the forty-one banks.

    Returns
    -------
    pandas.DataFrame
        Columns ``bank`` (Chinese name), ``english``, ``type`` (one of
        `BANK_TYPES`) and ``code`` (A-share code as text, ``""`` if there is none).

    Notes
    -----
    Paper `banks`, section 4.1, prints the numbers of each type and no list. The
    choice is the project's; see ``data/facts/banks.md``.
    """
    table = pd.read_csv(DATA / "facts" / "banks.csv", dtype=str, keep_default_na=False)
    chosen = table[table["sample"] == "yes"].reset_index(drop=True)
    return chosen[["bank", "english", "type", "code"]]


@dataclass(frozen=True)
class SimulatedReport:
    """One report that can be made at any time, in any process.

    Attributes
    ----------
    seed : int
    bank, type : str
        Chinese name and type of the bank.
    year : int
    characters : int
        Length of the text; it ends with the sentence that reaches it.
    """

    seed: int
    bank: str
    type: str
    year: int
    characters: int

    @property
    def source(self) -> str:
        """Return the name of the report, as a file would have one."""
        return f"simulated/{self.bank}-{self.year}"

    def load(self) -> Report:
        """Make the report."""
        text, _ = _write(self)
        return Report(bank=self.bank, year=self.year, text=text, source=self.source)


def simulate(
    *,
    seed: int,
    banks: int = 41,
    first_year: int = 2007,
    last_year: int = 2022,
    characters: int = 20_000,
) -> tuple[SimulatedReport, ...]:
    """Simulate annual reports of real banks, with known shares of data work.

    Parameters
    ----------
    seed : int
        A report depends on the seed, its bank, its year and its length alone:
        not on how many others there are.
    banks : int, 1 to 41
        How many. The first three are those whose costs the paper prints.
    first_year, last_year : int
        Years of the reports, both included.
    characters : int
        Length of each report.

    Returns
    -------
    tuple of SimulatedReport
        By bank, then year. Nothing is written before ``load()``.

    Raises
    ------
    ValueError
        ``banks`` is not between 1 and the number of banks, or the years are
        out of order.

    Notes
    -----
    The share of terms among words rises along a logistic curve of the calendar
    year and differs by type and bank; among the state-owned banks, China
    Construction Bank has the highest, as Figure 3 of the paper shows for cost.
    `planted` returns the shares.
    """
    table = read_banks()
    if not 1 <= banks <= len(table):
        raise ValueError(f"banks: expected 1 to {len(table)}, found {banks}")
    if first_year > last_year:
        raise ValueError(f"years: expected first <= last, found {first_year} > {last_year}")
    types = dict(zip(table["bank"], table["type"], strict=True))
    order = [*_FIRST, *(bank for bank in types if bank not in _FIRST)]
    years = range(first_year, last_year + 1)
    return tuple(
        SimulatedReport(seed, bank, types[bank], year, characters)
        for bank in order[:banks]
        for year in years
    )


def planted(source: Iterable[SimulatedReport]) -> pd.DataFrame:
    """Return the truth about simulated reports.

    Parameters
    ----------
    source : iterable of SimulatedReport

    Returns
    -------
    pandas.DataFrame
        One row a report: ``bank``, ``type``, ``year``; ``words`` (tokens that
        are no punctuation; a term is one token) and ``marks`` (punctuation);
        ``terms`` (all on data work) and of these ``seed``, ``synonym``,
        ``rare``, ``redundant``; again of ``terms``, ``positive``, ``neutral``
        and ``negative`` by the sentence; ``rate`` = terms / words;
        ``kept_rate`` = (positive + neutral) / words; ``intensity``, the rate
        that the sentences were drawn with, of which ``rate`` is one outcome;
        ``negative_share``, the same for the share of negative sentences.
        Rates are fractions.
    """
    rows = []
    for entry in source:
        _, tally = _write(entry)
        rate, negative_share = _nature(entry)
        row = {"bank": entry.bank, "type": entry.type, "year": entry.year}
        row |= {"words": tally.words, "marks": tally.marks, "terms": tally.terms}
        row |= tally.roles | tally.polarities
        row |= {"rate": tally.terms / tally.words}
        row |= {"kept_rate": (tally.terms - tally.polarities["negative"]) / tally.words}
        rows.append(row | {"intensity": rate, "negative_share": negative_share})
    return pd.DataFrame(rows)


def _write(entry: SimulatedReport) -> tuple[str, report_writer.Tally]:
    rng = np.random.default_rng([entry.seed, zlib.crc32(entry.bank.encode()), entry.year, 0])
    rate, negative_share = _nature(entry)
    return report_writer.write_report(
        rng,
        bank=entry.bank,
        year=entry.year,
        rate=rate,
        negative_share=negative_share,
        characters=entry.characters,
    )


def _nature(entry: SimulatedReport) -> tuple[float, float]:
    """Return the share of terms among words, and of terms that stand in negative sentences."""
    bank = zlib.crc32(entry.bank.encode())
    of_bank = np.random.default_rng([entry.seed, bank])
    of_year = np.random.default_rng([entry.seed, bank, entry.year, 1])
    low, high = _RATES[entry.type]
    level = low + (high - low) / (1 + np.exp(-(entry.year - 2016) / 2.5))
    if entry.type == "state-owned":
        # Noise of 2 % a year cannot lift another bank over this gap.
        level *= (
            of_bank.uniform(1.15, 1.20) if entry.bank == "建设银行" else of_bank.uniform(0.8, 1)
        )
    else:
        level *= np.exp(0.12 * of_bank.standard_normal())
    level *= np.exp(0.02 * np.clip(of_year.standard_normal(), -2.5, 2.5))
    negative = of_bank.uniform(0.05, 0.13) + of_year.uniform(-0.02, 0.02)
    return float(np.clip(level, _LOWEST, _HIGHEST)), float(negative)

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
# Share of terms among words in 2007 and in the long run, over that of the real report of 2019.
_CURVES = {
    "state-owned": (0.26, 1.26),
    "joint-stock": (0.25, 1.20),
    "city": (0.22, 0.90),
    "rural": (0.20, 0.70),
}


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
    density : float
        Data work over that of a real report.
    """

    seed: int
    bank: str
    type: str
    year: int
    characters: int
    density: float = 1.0

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
    characters: int = 175_000,
    density: float = 1.0,
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
        Length of each report; that of the real one by default.
    density : float
        Data work over that of a real report. At 1 an embedding has too little to learn from.

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
    The level of the share of terms among words, their mix, the length and the share of
    notes are those of one real report (``data/facts/report_counts.md``). That the share rises
    along a logistic curve and differs by type and bank is made up. `planted` returns the shares.
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
        SimulatedReport(seed, bank, types[bank], year, characters, density)
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
    low, high = _CURVES[entry.type]
    level = low + (high - low) / (1 + np.exp(-(entry.year - 2016) / 2.5))
    level *= np.exp(0.12 * of_bank.standard_normal() + 0.02 * of_year.standard_normal())
    real = report_writer.counted()
    rate = entry.density * level * real["mentions, planted"] / (real["words"] + real["numbers"])
    negative = of_bank.uniform(0.05, 0.13) + of_year.uniform(-0.02, 0.02)
    return float(rate), float(negative)

"""Benchmark of the Monte Carlo: values of many draws at once against one draw at a time."""

from __future__ import annotations

import time

import numpy as np
import pandas as pd

from dataworth.banks.value import uncertainty
from dataworth.banks.value.asset import Asset, Assumptions
from dataworth.banks.value.methods import METHODS
from dataworth.banks.value.uncertainty import Input
from dataworth.facts import read_facts
from tests.benchmarks import Row

DRAWS, COMPARED = 100_000, 10_000


def asset():
    """Return a bank of sixteen years."""
    years = range(2007, 2023)
    costs = pd.Series(np.linspace(4e4, 3.5e5, 16), years)
    return Asset("a bank", costs=costs, profits=pd.Series(np.geomspace(2e6, 2.5e7, 16), years))


def inputs():
    """Return a range for every assumption: on record or illustrative, else of an owner's kind."""
    table = read_facts("assumptions", "asset").set_index("name")[["low", "central", "high"]]
    table.loc["contribution"] = 0.01, 0.07, 0.08
    table.loc["royalty"] = 0.002, 0.01, 0.03
    table.loc["loss"] = 0.01, 0.05, 0.15
    table.loc["multiple"] = 0.5, 1.5, 4
    table.loc["outlay"] = 0.2, 0.5, 1.5
    table.loc["margin"] = 0.2, 0.27, 0.35
    return [Input(str(name), *ends) for name, ends in table.T.items()]


def one_at_a_time(bank, drawn):
    """Return the values of each draw by itself."""
    given = [Assumptions(**row) for row in drawn.to_dict("records")]
    return np.array([[method(bank, one) for method in METHODS.values()] for one in given])


def rows() -> list[Row]:
    """Compare both ways on the same draws, then time the whole number."""
    bank = asset()
    uncertainty.value(bank, uncertainty.draw(inputs(), 10, seed=1))  # warm up
    begin = time.perf_counter()
    drawn = uncertainty.draw(inputs(), DRAWS, seed=1)
    between = time.perf_counter()
    values = uncertainty.value(bank, drawn)
    whole = time.perf_counter() - between
    drawing = between - begin

    few = drawn.iloc[:COMPARED]
    begin = time.perf_counter()
    together = uncertainty.value(bank, few).to_numpy()
    between = time.perf_counter()
    single = one_at_a_time(bank, few)
    slow, fast = time.perf_counter() - between, between - begin
    if not np.allclose(together, single, rtol=1e-12) or not np.allclose(
        together, values.iloc[:COMPARED], rtol=1e-12
    ):
        raise AssertionError("values of draws differ from those of single assumptions")
    return [
        Row(
            f"{COMPARED:,} draws valued by {values.shape[1]} methods",
            "one draw at a time",
            fast / slow,
            f"{fast:.3f} s against {slow:.1f} s, the same values; {DRAWS:,} draws take "
            f"{drawing:.1f} s to draw and {whole:.2f} s to value",
        )
    ]

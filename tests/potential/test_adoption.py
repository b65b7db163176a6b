"""The two-part model: what it finds is what was planted, counted or one by one."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit
from scipy.stats import binomtest

from dataworth.inputs.firms.variables import FEATURES
from dataworth.potential import adoption
from dataworth.potential.adoption import FIRST, SECOND


def firms_of(n=6000, *, slope=1.0, factor=1.0, seed=0):
    """Make firms one by one: adoption by size, and more of it in section I."""
    generator = np.random.default_rng(seed)
    firms = pd.DataFrame({"size": np.round(generator.normal(size=n), 1), "firms": 1})
    firms["section"] = generator.choice(list("CDEFGI"), n)
    odds = np.exp(-3.5 + slope * firms["size"]) * np.where(firms["section"] == "I", factor, 1.0)
    firms["events"] = generator.binomial(1, expit(np.log(odds)))
    return firms.assign(rd=generator.normal(size=n), later=0.0)


def test_the_record_is_what_its_cards_say():
    cells, firms = adoption.read_cells(), adoption.read_adopters()
    assert cells[["firms", "adopters", "newcomers"]].sum().tolist() == [4775, 89, 32]
    assert firms["year"].value_counts().to_dict() == {FIRST: 100, SECOND: 40}
    assert firms.index.is_unique
    assert firms.index.str.fullmatch("[0-9]{6}").all()


def test_a_planted_slope_is_within_its_interval_and_no_slope_is_not_found():
    found = adoption.fit(firms_of(slope=0.8), "size", "rd").coefficients
    assert found.loc["size", "low"] < 0.8 < found.loc["size", "high"]
    assert found.loc["rd", "low"] < 0 < found.loc["rd", "high"]


def test_firms_counted_in_cells_give_what_firms_one_by_one_give():
    firms = firms_of()
    cells = firms.groupby(["size", "section"])[["firms", "events"]].sum().reset_index()
    one, many = (adoption.fit(rows, "size", sections=True) for rows in (firms, cells))
    columns = ["value"]  # the robust error of a cell is not that of its firms
    pd.testing.assert_frame_equal(one.coefficients[columns], many.coefficients[columns], rtol=1e-6)
    pd.testing.assert_frame_equal(one.sections, many.sections, rtol=1e-6)


def test_the_section_that_adopts_more_is_found_and_counted_in_the_odds():
    firms = firms_of(factor=4.0)
    found = adoption.fit(firms, "size", sections=True)
    assert found.sections["ratio"].idxmax() == "I"
    assert found.sections.loc["I", "factor_low"] > 1.5
    plain = adoption.fit(firms, "size")
    gap = found.log_odds(firms) - plain.log_odds(firms)
    assert np.allclose(gap, np.log(firms["section"].map(found.sections["factor"])))
    assert (found.log_odds(firms.assign(section="?")) == plain.log_odds(firms)).all()


def test_a_thin_section_is_drawn_to_one_more_than_a_thick_one():
    observed = pd.Series({"thin": 3, "thick": 60, "other": 10, "low": 5})
    table = adoption.section_factors(observed, observed / [3, 3, 1, 0.3])
    assert 1 < table.loc["thin", "factor"] < table.loc["thick", "factor"] < 3
    assert (table["low"] < table["ratio"]).all() and (table["ratio"] < table["high"]).all()


def test_the_exact_interval_of_a_ratio_is_that_of_a_count():
    table = adoption.section_factors(pd.Series({"a": 0, "b": 7}), pd.Series({"a": 2.0, "b": 3.0}))
    assert table.loc["a", ["low", "high"]].tolist() == pytest.approx([0, -np.log(0.025) / 2])
    rare = binomtest(7, 10**7).proportion_ci(0.95)  # a Poisson count is a rare binomial one
    assert table.loc["b", "low"] == pytest.approx(rare.low * 10**7 / 3, rel=1e-3)
    assert table.loc["b", "high"] == pytest.approx(rare.high * 10**7 / 3, rel=1e-3)


def test_who_recognized_data_is_not_exposed_again():
    rows = adoption.exposed(adoption.read_cells(), FIRST, SECOND)
    by_year = rows.groupby("later")[["firms", "events"]].sum()
    assert by_year.to_numpy().tolist() == [[4775, 89], [4775 - 89, 32]]


def test_a_market_takes_the_form_of_the_cells():
    market = pd.DataFrame(1.0, index=list("abcd"), columns=list(FEATURES))
    market["Size"], market["RDRatio"] = [1e9, 2e9, np.nan, 4e9], [np.nan, 0.0, 1.0, 3.0]
    market["TechRatio"], market["section"] = [np.nan, np.nan, np.nan, 1.0], ["C", None, "I", "I"]
    units = adoption.from_market(market, pd.Series({"b": FIRST, "d": SECOND, "x": FIRST}))
    assert units["adopters"].tolist() == [0, 1, 0, 0]
    assert units["newcomers"].tolist() == [0, 0, 0, 1]
    assert units["section"].tolist() == ["C", adoption.OTHER, "I", "I"]
    assert units["size"].isna().tolist() == [False, False, True, False]
    assert units["rd"].tolist() == pytest.approx(np.log1p([1, 0, 1, 3]).tolist())
    assert "TechRatio" not in units
    assert units["Size"].tolist() == pytest.approx([1 / 3, 2 / 3, 0.5, 1])


def test_amounts_follow_a_planted_driver():
    generator = np.random.default_rng(1)
    firms = pd.DataFrame({"Size": np.exp(generator.normal(23, 1, 3000))})
    firms["ROA"] = generator.normal(0.01, 0.05, 3000)
    firms["amount"] = np.exp(0.5 * np.log(firms["Size"]) + generator.normal(0, 1, 3000))
    firms.loc[0, "amount"] = 0.0
    found = adoption.fit_amounts(firms, "Size", "ROA")
    assert found.loc["Size", "value"] == pytest.approx(0.5, abs=0.08)  # four standard errors
    assert found.loc["ROA", "value"] == pytest.approx(0.0, abs=0.08)
    assert found.loc["Size", "high"] - found.loc["Size", "low"] == pytest.approx(0.072, abs=0.01)

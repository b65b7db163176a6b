"""Tiers of a market: planted adopters lead, gaps are named, and who is on record is left out."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from dataworth.errors import InputError
from dataworth.inputs.firms.variables import FEATURES
from dataworth.potential import tiers

DRAWS = 3


@pytest.fixture(scope="module")
def market():
    """Make 1,200 firms whose large ones are in section I."""
    generator = np.random.default_rng(2)
    firms = pd.DataFrame(generator.lognormal(size=(1200, 14)), columns=list(FEATURES))
    firms["Size"] = np.exp(generator.normal(22, 1.5, 1200))
    firms["section"] = np.where(firms["Size"].rank(pct=True) > 0.8, "I", "C")
    firms.index = [f"{i:06d}" for i in range(1, 1201)]
    return firms.assign(name="firm " + firms.index, st=False).rename_axis("code")


@pytest.fixture(scope="module")
def listed(market):
    """List sixty of the largest hundred and twenty, a third of them as newcomers."""
    largest = market["Size"].nlargest(120).index[::2]
    return pd.Series([2030.0, 2030.0, 2031.0] * 20, largest)


def test_a_market_with_adopters_teaches_itself(market, listed):
    found = tiers.scan(market, listed, draws=DRAWS)
    assert found.own
    assert found.firms["tier"].isna().sum() == len(listed)
    assert found.firms.loc[listed.index, "recognized"].notna().all()
    top = found.firms.index[:20]
    assert set(top) <= set(market["Size"].nlargest(160).index)
    assert found.firms.loc[top, "speaks_for"].str.contains("size").all()
    ranked = found.firms.dropna(subset=["probability"])
    assert ranked["probability"].is_monotonic_decreasing
    assert (ranked["low"] <= ranked["high"]).all()
    assert ranked["tier"].value_counts(normalize=True).loc[1] == pytest.approx(0.02, abs=0.005)
    assert found.tiers["newcomers"].sum() == 20
    assert found.reached > 30


def test_few_firms_of_ones_own_are_placed_by_the_record(market):
    few = market.head(30)
    found = tiers.scan(few, draws=DRAWS)
    assert not found.own
    assert len(found.firms) == 30
    assert found.tiers[["firms", "newcomers"]].sum().tolist() == [4775 - 89, 32]
    order = found.firms["tier"].groupby(found.firms["tier"]).size()
    assert order.sum() == 30


def test_codes_without_years_are_held_against_the_record(market):
    listed = pd.Series(np.nan, index=["600941", "600050", market.index[0]])
    found = tiers.scan(market.head(40), listed, draws=DRAWS)
    assert found.firms.loc[market.index[0], "recognized"] == tiers.SECOND


def test_what_is_missing_or_out_of_range_is_named(market):
    gaps = market.head(20).copy()
    gaps.iloc[0, gaps.columns.get_loc("Size")] = np.nan
    gaps["RDRatio"] = np.nan
    gaps.iloc[1, gaps.columns.get_loc("Size")] = 1e17
    firms = tiers.scan(gaps, draws=DRAWS).firms
    assert firms.loc[gaps.index[0], "missing"] == "Size, RDRatio"
    assert pd.isna(firms.loc[gaps.index[0], "probability"])
    assert "Size" in firms.loc[gaps.index[1], "outside"]
    assert firms.index[0] == gaps.index[1]


def test_without_total_assets_there_is_no_scan(market):
    with pytest.raises(InputError, match="expected total assets"):
        tiers.scan(market.head(20).assign(Size=np.nan), draws=DRAWS)


def test_no_firm_is_its_own_neighbour(market, listed):
    found = tiers.scan(market, listed, draws=DRAWS).firms
    own = found["name"].to_numpy()
    assert not any(
        name in near.split("、") for name, near in zip(own, found["nearest"], strict=True)
    )


def test_a_workbook_holds_firms_and_how_tiers_did(market, tmp_path):
    found = tiers.scan(market.head(30), draws=DRAWS)
    found.to_excel(str(tmp_path / "scan.xlsx"))
    sheets = pd.read_excel(tmp_path / "scan.xlsx", sheet_name=None, dtype={"code": str})
    assert list(sheets) == ["firms", "tiers", "captured", "ways"]
    assert sheets["firms"]["code"].tolist() == found.firms.index.tolist()

"""Tests across time: foresight is found where there is some, and none where there is none."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binomtest

from dataworth.inputs.firms.variables import FEATURES
from dataworth.potential import adoption, foresight
from dataworth.potential.adoption import FIRST, SECOND


def rows_of(score, events, firms=None):
    rows = pd.DataFrame({"score": score, "events": events})
    return rows.assign(firms=1 if firms is None else firms)


def test_the_first_on_the_list_are_counted_and_ties_share():
    rows = rows_of([3, 2, 2, 1], [1, 0, 3, 2], [1, 4, 6, 89])
    table = foresight.captured(rows, 1, 6, 11, 100)
    assert table["events"].tolist() == [1, 2.5, 4, 6]
    assert table.loc[100, ["precision", "lift"]].tolist() == pytest.approx([0.06, 1])
    assert table.loc[11, "lift"] == pytest.approx((4 / 6) / (11 / 100))
    share = binomtest(4, 6).proportion_ci(0.95, method="exact")
    assert table.loc[11, "precision_low"] == pytest.approx(share.low * 6 / 11)
    assert table.loc[11, "precision_high"] == pytest.approx(share.high * 6 / 11)


def test_places_are_the_area_under_the_curve():
    from sklearn.metrics import roc_auc_score

    generator = np.random.default_rng(0)
    score, events = generator.integers(0, 9, 4000), generator.binomial(1, 0.01, 4000)
    rows = rows_of(score + events, events)
    mean = (foresight.places(rows) * events).sum() / events.sum()
    assert mean == pytest.approx(roc_auc_score(events, rows["score"]), abs=0.01)
    assert foresight.places(rows, pd.Series([-5.0, 99.0])).between(0, 1).all()


def test_the_simplest_of_equals_is_chosen_and_a_better_one_beats_it():
    generator = np.random.default_rng(0)
    events = generator.binomial(1, 0.02, 3000)
    equal = {name: rows_of(generator.normal(size=3000) + events, events) for name in "ab"}
    equal["b"] = equal["a"].assign(score=lambda rows: 2 * rows["score"])
    assert foresight.compare(equal)[0] == "a"
    better = equal | {"c": rows_of(generator.normal(size=3000) + 4 * events, events)}
    chosen, table = foresight.compare(better)
    assert chosen == "c"
    assert not table.loc["a", "as_good"]


def test_every_way_learns_from_firms_one_by_one():
    generator = np.random.default_rng(3)
    market = pd.DataFrame(generator.lognormal(size=(1500, 14)), columns=list(FEATURES))
    market["Size"] *= 1e9
    market["section"] = generator.choice(list("CDI"), 1500)
    come = np.where(market["Size"].rank(pct=True) > 0.9, FIRST, 0)
    come[generator.choice(np.flatnonzero(come == FIRST), 60, replace=False)] = SECOND
    years = pd.Series(come)[come > 0]
    units = adoption.from_market(market, years)
    ways = foresight.ways(units)
    assert list(ways) == [
        "size", "size, industry", "size, R&D", "size, R&D, industry", "ridge", "trees"
    ]  # fmt: skip
    for way in ways.values():
        rows = foresight.forecast(units, way)
        assert (foresight.places(rows) * rows["events"]).sum() / rows["events"].sum() > 0.9
    assert list(foresight.ways(adoption.read_cells())) == list(ways)[:4]
    assert list(foresight.ways(units.assign(rd=np.nan)))[:2] == ["size", "size, industry"]


@pytest.mark.parametrize(("slope", "told"), [(1.0, True), (0.0, False)])
def test_amounts_have_skill_where_a_driver_was_planted(slope, told):
    generator = np.random.default_rng(5)
    firms = pd.DataFrame({"Size": np.exp(generator.normal(23, 1.5, 160))})
    firms["amount"] = np.exp(slope * np.log(firms["Size"]) + generator.normal(0, 1, 160))
    firms["year"] = np.where(np.arange(160) < 120, FIRST, SECOND)
    skill = foresight.amount_skill(firms, "Size")
    assert (skill["low"] > 0) == told
    assert skill["firms"] == 40
    assert skill["low"] <= skill["skill"] <= skill["high"]

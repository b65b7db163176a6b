"""Allocation is exact, blind to order, fair to the cent, and can be traced back."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataworth.banks.value import cost_ledger
from dataworth.banks.value.cost_ledger import (
    STAGES,
    allocate,
    allocate_postings,
    asset_costs,
    trace,
)

weights = st.dictionaries(
    st.text("abcde数据", min_size=1, max_size=4), st.integers(0, 10**6), min_size=1
).filter(lambda w: sum(w.values()) > 0)
amounts = st.integers(-(10**14), 10**14)


@given(amounts, weights)
def test_parts_add_up_and_are_less_than_a_cent_from_fair(cents, given_weights):
    parts = allocate(cents, given_weights)
    total = sum(given_weights.values())
    assert sum(parts.values()) == cents
    for name, weight in given_weights.items():
        assert abs(parts[name] * total - cents * weight) < total
        assert weight or parts[name] == 0


@given(amounts, weights)
def test_order_is_of_no_account_and_a_reversal_undoes_its_posting(cents, given_weights):
    parts = allocate(cents, given_weights)
    assert allocate(cents, dict(reversed(given_weights.items()))) == parts
    assert allocate(-cents, given_weights) == {name: -part for name, part in parts.items()}


def test_the_last_cents_go_to_the_largest_remainders():
    assert allocate(100, {"a": 1, "b": 1, "c": 1}) == {"a": 34, "b": 33, "c": 33}
    assert allocate(10, {"a": 15, "b": 5, "c": 80}) == {"a": 2, "b": 0, "c": 8}


@pytest.mark.parametrize("bad", [{}, {"a": 0}, {"a": 3, "b": -1}])
def test_weights_that_divide_nothing_are_refused(bad):
    with pytest.raises(ValueError, match="weights"):
        allocate(100, bad)


@st.composite
def books(draw):
    assets = ["客户画像", "风险监测", "营销", "运营"]
    rows = [(asset, stage, draw(st.integers(0, 1000))) for asset in assets for stage in STAGES]
    drivers = pd.DataFrame(rows, columns=["asset", "stage", "weight"])
    drivers.loc[drivers["asset"] == "运营", "weight"] += 1
    found = draw(st.lists(st.tuples(st.sampled_from(STAGES), amounts), min_size=1, max_size=12))
    postings = pd.DataFrame(
        [(f"p{i}", "2022Q1", stage, "labour", cents) for i, (stage, cents) in enumerate(found)],
        columns=["posting", "period", "stage", "account", "cents"],
    )
    return postings, drivers


@given(books(), st.randoms(use_true_random=False))
def test_no_cent_is_lost_whatever_the_order(book, random):
    postings, drivers = book
    entries = allocate_postings(postings, drivers)
    parts = entries.groupby("posting")["cents"].sum().reindex(postings["posting"], fill_value=0)
    assert parts.tolist() == postings["cents"].tolist()
    order, other = list(range(len(postings))), list(range(len(drivers)))
    random.shuffle(order)
    random.shuffle(other)
    again = allocate_postings(postings.iloc[order], drivers.iloc[other])
    keys = ["posting", "asset"]
    assert again.sort_values(keys).to_dict("list") == entries.sort_values(keys).to_dict("list")


@given(books())
def test_every_assets_cost_is_traced_to_its_postings(book):
    postings, drivers = book
    entries = allocate_postings(postings, drivers)
    table = asset_costs(entries)
    assert table.to_numpy().sum() == postings["cents"].sum()
    for asset, row in table.iterrows():
        found = trace(entries, asset)
        assert found["cents"].sum() == row.sum()
        assert set(found["posting"]) <= set(postings["posting"])
        assert found["stage"].isin(drivers[drivers["asset"] == asset]["stage"]).all()


def test_shares_of_a_posting_are_told():
    entries = allocate_postings(
        pd.DataFrame(
            {"posting": ["p"], "period": "2022", "stage": "storage", "account": "tax", "cents": 400}
        ),
        pd.DataFrame({"asset": ["a", "b"], "stage": "storage", "weight": [3, 1]}),
    )
    assert trace(entries, "a")[["cents", "share"]].to_numpy().tolist() == [[300, 0.75]]
    assert asset_costs(entries).loc["b"].to_dict() == dict.fromkeys(STAGES, 0) | {"storage": 100}


def test_simulated_postings_add_up_to_the_costs_they_stand_for():
    costs = {("2022Q1", "labour"): 61_000.123, ("2022Q2", "capital"): 27_450.5}
    postings = cost_ledger.simulate_postings(costs, seed=1)
    found = postings.groupby(["period", "account"])["cents"].sum().to_dict()
    assert found == {("2022Q1", "labour"): 6_100_012_300, ("2022Q2", "capital"): 2_745_050_000}
    assert set(postings["stage"]) == set(STAGES)
    assert postings["posting"].is_unique


def test_tags_that_stand_twice_add_up_and_a_stage_without_an_asset_is_refused():
    postings = pd.DataFrame(
        {"posting": ["p"], "period": "2022", "stage": "storage", "account": "tax", "cents": 400}
    )
    drivers = pd.DataFrame({"asset": ["a", "b", "a"], "stage": "storage", "weight": [1, 1, 2]})
    assert asset_costs(allocate_postings(postings, drivers))["storage"].to_dict() == {
        "a": 300,
        "b": 100,
    }
    with pytest.raises(KeyError, match="analysis"):
        allocate_postings(postings.assign(stage="analysis"), drivers)

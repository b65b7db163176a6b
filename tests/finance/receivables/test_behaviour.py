"""A scorecard on real loans, with and without behaviour."""

import numpy as np
import pandas as pd
import pytest

from dataworth.facts import DATA, read_facts
from dataworth.finance.receivables import behaviour

LOANS = read_facts("loans_with_account_behaviour")


def test_the_card_of_the_loans_counts_rightly():
    card = (DATA / "facts" / "loans_with_account_behaviour.md").read_text("utf-8")
    below = LOANS["n_below_zero"] > 0
    assert f"| loans, and of these bad | {len(LOANS)}, {LOANS['bad'].sum()} |" in card
    assert f"below zero before the loan | {below.sum()} |" in card
    assert f"| of these bad | {LOANS.loc[below, 'bad'].sum()} |" in card
    assert f"| running when the data end | {LOANS['status'].isin(['C', 'D']).sum()} |" in card


def test_evidence_is_the_logarithm_of_shares_and_nothing_where_bins_are_alike():
    values = pd.Series(np.tile([1.0, 2, 3, 4], 50))
    bad = pd.Series(np.repeat([1, 0], [40, 160]))  # independent of the values
    assert behaviour.weights_of_evidence(values, bad).to_numpy() == pytest.approx(0, abs=1e-9)
    first = (values == 1).astype(int)
    woe = behaviour.weights_of_evidence(values, first)
    assert woe.iloc[0] == pytest.approx(np.log((0.5 / 152) / (50.5 / 52)))


def test_separation_is_that_of_counting_pairs_and_of_two_values():
    bad = np.array([1, 1, 0, 0, 0])
    found = behaviour.separation(bad, np.array([3.0, 1.0, 2.0, 0.0, 0.0]))
    assert found == pytest.approx({"auc": 5 / 6, "ks": 2 / 3})
    # A signal of two values: the area is (1 + KS) / 2.
    two = behaviour.separation(bad, np.array([1.0, 0, 1, 0, 0]))
    assert two["auc"] == pytest.approx((1 + two["ks"]) / 2)


def test_held_out_scores_of_noise_tell_nothing():
    rng = np.random.default_rng(5)
    noise = LOANS.assign(
        balance_min=rng.standard_normal(len(LOANS)), bad=rng.permutation(LOANS["bad"])
    )
    scores = behaviour.held_out_scores(noise, ("balance_min",), repeats=3, seed=1)
    assert abs(behaviour.separation(noise["bad"], scores)["auc"] - 0.5) < 0.2


def test_a_score_that_stays_is_stable():
    score = LOANS["payment"]
    assert behaviour.stability(score, score) == pytest.approx(0)
    assert behaviour.stability(score, score + 3000) > 0.25

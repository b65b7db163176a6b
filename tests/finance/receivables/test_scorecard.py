"""A scorecard on real loans and on simulated merchants: what it recovers, and what noise does."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from dataworth.errors import InputError
from dataworth.facts import DATA, read_facts
from dataworth.finance.receivables import scorecard
from dataworth.finance.receivables.merchants import (
    BOOKS,
    PORTRAIT,
    Trade,
    ideal_risk,
    simulate_merchants,
)

LOANS = read_facts("loans_with_account_behaviour")
TRADE = Trade(failure=0.04, portrait=0.6, coverage=1.0)
ALL = [*BOOKS, *PORTRAIT]


def test_the_card_of_the_loans_counts_rightly():
    card = (DATA / "facts" / "loans_with_account_behaviour.md").read_text("utf-8")
    below = LOANS["n_below_zero"] > 0
    assert f"| loans, and of these bad | {len(LOANS)}, {LOANS['bad'].sum()} |" in card
    assert f"below zero before the loan | {below.sum()} |" in card
    assert f"| of these bad | {LOANS.loc[below, 'bad'].sum()} |" in card
    assert f"| running when the data end | {LOANS['status'].isin(['C', 'D']).sum()} |" in card


def test_evidence_is_the_logarithm_of_shares_and_nothing_where_bins_are_alike():
    values, edges = np.tile([1.0, 2, 3, 4], 50), np.array([1.5, 2.5, 3.5])
    bad = np.repeat([1.0, 0.0], [40, 160])  # independent of the values
    assert scorecard.weights_of_evidence(values, bad, edges) == pytest.approx(0, abs=1e-9)
    woe = scorecard.weights_of_evidence(values, (values == 1).astype(float), edges)
    assert woe[0] == pytest.approx(np.log((0.5 / 152) / (50.5 / 52)))


def test_separation_is_that_of_counting_pairs_and_of_two_values():
    bad = np.array([1, 1, 0, 0, 0])
    found = scorecard.separation(bad, np.array([3.0, 1.0, 2.0, 0.0, 0.0]))
    assert found == pytest.approx({"auc": 5 / 6, "ks": 2 / 3})
    # A signal of two values: the area is (1 + KS) / 2.
    two = scorecard.separation(bad, np.array([1.0, 0, 1, 0, 0]))
    assert two["auc"] == pytest.approx((1 + two["ks"]) / 2)


def test_separation_of_probabilities_weighs_every_pair():
    p = np.array([0.1, 0.2, 0.4, 0.5])
    pairs = np.outer(p, 1 - p)  # the one that goes bad, the one that is paid; a tie counts half
    above = np.tril(pairs, -1).sum() + 0.5 * np.trace(pairs)
    assert scorecard.separation(p, p)["auc"] == pytest.approx(above / pairs.sum())


def test_held_out_scores_of_noise_tell_nothing():
    rng = np.random.default_rng(5)
    noise = LOANS.assign(balance_min=rng.standard_normal(len(LOANS)))
    bad = pd.Series(rng.permutation(LOANS["bad"]), LOANS.index)
    scores = scorecard.held_out(noise, ["balance_min"], bad, repeats=3, seed=1)
    assert abs(scorecard.separation(bad, scores)["auc"] - 0.5) < 0.2


def test_a_score_that_stays_is_stable():
    score = LOANS["payment"]
    assert scorecard.stability(score, score) == pytest.approx(0)
    assert scorecard.stability(score, score + 3000) > 0.25


def auc(trade, columns):
    frame = simulate_merchants(trade, 24_000, seed=5)
    past, new = frame.iloc[:16_000], frame.iloc[16_000:]
    card = scorecard.fit_card(past, columns, past["failed"], bins=8)
    return scorecard.separation(new["risk"], card.risk(new))["auc"], new


def test_a_portrait_adds_no_card_beats_who_knows_how_data_arise_and_comes_close():
    (books, new), (both, _) = auc(TRADE, [*BOOKS]), auc(TRADE, ALL)
    best = scorecard.separation(new["risk"], ideal_risk(TRADE, new, with_portrait=True))["auc"]
    assert both > books + 0.05
    assert best - 0.03 < both <= best + 0.003
    assert best < scorecard.separation(new["risk"], new["risk"])["auc"]


def test_a_portrait_of_noise_adds_nothing():
    noise = replace(TRADE, portrait=0.0)
    assert -0.05 < auc(noise, ALL)[0] - auc(noise, [*BOOKS])[0] < 0.01


def test_a_history_without_failures_is_refused():
    frame = simulate_merchants(TRADE, 500, seed=1)
    with pytest.raises(InputError, match="found 0 bad"):
        scorecard.fit_card(frame, [*BOOKS], pd.Series(0, frame.index))


def test_reasons_add_up_to_the_score_and_a_best_bin_that_is_enough_lifts_over_the_line():
    columns = ["duration_months", "payment", "balance_min"]
    card = scorecard.fit_card(LOANS, columns, LOANS["bad"])
    points = card.points(LOANS).sum(axis=1)
    firm, line = LOANS.loc[[points.idxmin()]], float(points.median())
    why = scorecard.reasons(card, firm, line)
    assert why["points"].sum() == pytest.approx(points.min())
    assert why["lost"].is_monotonic_decreasing and (why["lost"] >= 0).all()
    for name, row in why.iterrows():
        inside = row["high"] if np.isfinite(row["high"]) else row["low"] + 1.0
        moved = card.points(firm.assign(**{name: inside})).sum(axis=1).iloc[0]
        assert (moved >= line) == row["enough"]


def test_log_odds_and_points_are_one_scale():
    card = scorecard.fit_card(LOANS, ["payment"], LOANS["bad"])
    odds, points = card.log_odds(LOANS), card.points(LOANS).sum(axis=1).to_numpy()
    step = np.ptp(points)
    assert np.ptp(odds) == pytest.approx(step / scorecard.POINTS)
    assert np.corrcoef(odds, points)[0, 1] == pytest.approx(-1)

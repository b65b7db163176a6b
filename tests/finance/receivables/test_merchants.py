"""Simulated merchants: the risk they are given, and what is to be seen of it."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dataworth.errors import InputError
from dataworth.finance.receivables.merchants import (
    BOOKS,
    PORTRAIT,
    Trade,
    ideal_risk,
    simulate_merchants,
    true_risk,
)

TRADE = Trade(coverage=1.0)
SHARE = st.floats(0.01, 0.9)


def drawn(trade, merchants=20_000, seed=1):
    return simulate_merchants(trade, merchants, seed=seed)


@given(st.floats(0.005, 0.4), st.floats(0, 2))
def test_risk_falls_with_quality_and_has_the_chosen_mean(failure, steepness):
    trade = Trade(failure=failure, steepness=steepness)
    nodes, weights = np.polynomial.hermite_e.hermegauss(120)
    risk = true_risk(trade, nodes)
    assert (np.diff(risk) <= 1e-12).all()
    assert risk @ weights / weights.sum() == pytest.approx(failure, rel=1e-4)


def test_receivables_fail_as_often_as_their_risk_says():
    frame = drawn(TRADE, 100_000)
    assert frame["failed"].mean() == pytest.approx(TRADE.failure, abs=0.002)
    tenth = np.digitize(frame["risk"], frame["risk"].quantile(np.arange(0.1, 1, 0.1)))
    observed, stated = frame.groupby(tenth)[["failed", "risk"]].mean().to_numpy().T
    assert observed == pytest.approx(stated, abs=0.01)


@pytest.mark.parametrize("told", [0.1, 0.5, 0.9])
def test_the_portrait_shows_the_chosen_share_of_the_variance_of_quality(told):
    frame = drawn(replace(TRADE, portrait=told), 40_000)
    seen = np.corrcoef(frame["quality"], frame["portrait_score"])[0, 1] ** 2
    assert seen == pytest.approx(told, abs=0.015)


def test_the_columns_together_say_what_their_best_summary_says():
    """Regressing quality on normal scores of all columns explains the chosen share."""
    frame = drawn(replace(TRADE, portrait=0.6), 40_000)
    ranks = frame[list(PORTRAIT)].rank(pct=True).clip(1e-5, 1 - 1e-5)
    from scipy.special import ndtri

    scores = ndtri(ranks.to_numpy())
    fit, *_ = np.linalg.lstsq(scores, frame["quality"], rcond=None)
    left = (frame["quality"] - scores @ fit).var()
    assert 1 - left == pytest.approx(0.6, abs=0.02)


def test_only_what_the_portrait_shows_changes_with_it():
    first, second = (drawn(replace(TRADE, portrait=p), 500) for p in (0.0, 1.0))
    same = ["quality", "risk", "face", "covered", "failed", *BOOKS, "books_score"]
    assert first[same].equals(second[same])
    assert not np.allclose(first["refund_rate"], second["refund_rate"])


def test_who_is_not_covered_has_no_portrait():
    frame = drawn(replace(TRADE, coverage=0.4), 5_000)
    assert frame["covered"].mean() == pytest.approx(0.4, abs=0.03)
    assert (frame[list(PORTRAIT)].notna().all(axis=1) == frame["covered"]).all()


# Limits: a portrait of strength 0 changes nothing; one of strength 1 shows all.
def test_a_worthless_portrait_leaves_the_ideal_risk_as_it_is():
    trade = replace(TRADE, portrait=0.0)
    frame = drawn(trade, 2_000)
    seeing, blind = (ideal_risk(trade, frame, with_portrait=flag) for flag in (True, False))
    assert seeing == pytest.approx(blind, abs=1e-15)


def test_a_perfect_portrait_shows_the_true_risk():
    trade = replace(TRADE, portrait=1.0, coverage=0.5)
    frame = drawn(trade, 2_000)
    seeing, blind = (ideal_risk(trade, frame, with_portrait=flag) for flag in (True, False))
    seen = frame["covered"].to_numpy()
    assert seeing[seen] == pytest.approx(frame["risk"][seen].to_numpy(), abs=1e-12)
    assert seeing[~seen] == pytest.approx(blind[~seen])


def test_the_ideal_risk_is_the_mean_true_risk_of_those_who_look_alike():
    """Closed form against Bayes' rule on a grid of qualities."""
    trade = replace(TRADE, books=0.3, portrait=0.5)
    frame = drawn(trade, 50)
    grid = np.linspace(-7, 7, 4001)
    prior = np.exp(-(grid**2) / 2)
    told = {"books_score": 0.3 / 0.7, "portrait_score": 1.0}
    log = sum(-0.5 * p * (frame[c].to_numpy()[:, None] - grid) ** 2 for c, p in told.items())
    weight = np.exp(log) * prior
    expected = weight @ true_risk(trade, grid) / weight.sum(axis=1)
    assert ideal_risk(trade, frame, with_portrait=True) == pytest.approx(expected, rel=1e-6)


@settings(max_examples=15, deadline=None)
@given(SHARE, SHARE, st.integers(0, 10_000))
def test_stated_risks_are_right_on_average(books, portrait, seed):
    trade = replace(TRADE, books=books, portrait=portrait)
    frame = drawn(trade, 20_000, seed)
    for flag in (False, True):
        stated = ideal_risk(trade, frame, with_portrait=flag)
        gap = (stated - frame["risk"]).to_numpy()
        assert abs(gap.mean()) < 5 * gap.std() / len(gap) ** 0.5


def test_the_seed_decides():
    assert drawn(TRADE, 100, 3).equals(drawn(TRADE, 100, 3))
    assert not drawn(TRADE, 100, 3).equals(drawn(TRADE, 100, 4))


@pytest.mark.parametrize(
    "wrong",
    [
        {"portrait": 1.2},
        {"recourse": -0.1},
        {"failure": 0.0},
        {"term": 0.0},
        {"handling": -1.0},
        {"books": 1.0},
    ],
)
def test_what_is_no_trade_is_refused(wrong):
    with pytest.raises(InputError, match=next(iter(wrong))):
        Trade(**wrong)


def test_a_simulation_needs_a_merchant():
    with pytest.raises(InputError, match="merchants"):
        simulate_merchants(TRADE, 0, seed=1)

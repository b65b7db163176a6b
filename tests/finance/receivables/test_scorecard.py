"""Scorecards on simulated merchants: what they recover, and what noise does to them."""

from dataclasses import replace

import numpy as np
import pytest

from dataworth.errors import InputError
from dataworth.finance.receivables.merchants import (
    BOOKS,
    PORTRAIT,
    Trade,
    ideal_risk,
    simulate_merchants,
)
from dataworth.finance.receivables.scorecard import KINDS, accuracy, fit_scorecard

TRADE = Trade(portrait=0.6, coverage=0.7)


def past_and_new(trade, merchants=16_000, seed=5):
    frame = simulate_merchants(trade, merchants, seed=seed)
    half = merchants // 2
    return frame.iloc[:half], frame.iloc[half:].reset_index(drop=True)


@pytest.fixture(scope="module")
def market():
    past, new = past_and_new(TRADE)
    return {kind: fit_scorecard(past, kind) for kind in KINDS}, past, new


def expected_auc(frame, stated):
    return accuracy(frame, stated)["expected_auc"]


@pytest.mark.parametrize("kind", KINDS)
def test_an_informative_portrait_orders_merchants_better(market, kind):
    cards, _, new = market
    seen = new[new["covered"]]
    blind, seeing = (cards[kind].risk(seen, with_portrait=flag) for flag in (False, True))
    assert expected_auc(seen, seeing) > expected_auc(seen, blind) + 0.05


@pytest.mark.parametrize("kind", KINDS)
def test_no_scorecard_is_better_than_knowing_how_the_data_arise(market, kind):
    cards, _, new = market
    best = expected_auc(new, ideal_risk(TRADE, new, with_portrait=True))
    assert expected_auc(new, cards[kind].risk(new, with_portrait=True)) <= best + 0.003
    assert best < expected_auc(new, new["risk"].to_numpy())


def test_logistic_regression_comes_close_to_the_best(market):
    cards, _, new = market
    stated = cards["logistic"].risk(new, with_portrait=True)
    best = ideal_risk(TRADE, new, with_portrait=True)
    assert expected_auc(new, stated) > expected_auc(new, best) - 0.02


@pytest.mark.parametrize("kind", KINDS)
def test_who_has_no_portrait_is_judged_by_the_books(market, kind):
    cards, _, new = market
    blind, seeing = (cards[kind].risk(new, with_portrait=flag) for flag in (False, True))
    bare = ~new["covered"].to_numpy()
    assert (blind[bare] == seeing[bare]).all()
    assert (blind[~bare] != seeing[~bare]).any()


@pytest.mark.parametrize("kind", KINDS)
def test_a_portrait_of_noise_adds_nothing(kind):
    past, new = past_and_new(replace(TRADE, portrait=0.0))
    card = fit_scorecard(past, kind)
    blind, seeing = (expected_auc(new, card.risk(new, with_portrait=f)) for f in (False, True))
    assert -0.05 < seeing - blind < 0.01


def test_a_perfect_portrait_comes_close_to_known_quality():
    trade = replace(TRADE, portrait=1.0, coverage=1.0)
    past, new = past_and_new(trade)
    stated = fit_scorecard(past, "logistic").risk(new, with_portrait=True)
    known = new["risk"].to_numpy()
    assert expected_auc(new, stated) == pytest.approx(expected_auc(new, known), abs=0.005)


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_history_gives_the_same_scorecard(market, kind):
    cards, past, new = market
    again = fit_scorecard(past, kind).risk(new, with_portrait=True)
    assert (again == cards[kind].risk(new, with_portrait=True)).all()


def test_trees_never_reward_what_is_bad(market):
    """Monotone in every column: more refunds, more risk; a better rating, less."""
    cards, _, new = market
    seen = new[new["covered"]].head(300)
    for column, (_, good, _) in (BOOKS | PORTRAIT).items():
        low, high = (seen.assign(**{column: seen[column] * f}) for f in (0.5, 2.0))
        change = cards["trees"].risk(high, with_portrait=True) - cards["trees"].risk(
            low, with_portrait=True
        )
        if (seen[column] > 0).all():
            assert (change <= 1e-12).all() if good else (change >= -1e-12).all()


def test_accuracy_of_a_known_case():
    import pandas as pd

    frame = pd.DataFrame({"failed": [True, False, False, True], "risk": [0.5, 0.1, 0.2, 0.4]})
    found = accuracy(frame, np.array([0.5, 0.1, 0.2, 0.4]))
    assert found["auc"] == 1.0
    assert found["brier"] == pytest.approx((0.25 + 0.01 + 0.04 + 0.36) / 4)
    assert found["gap"] == found["bias"] == 0
    # Pairs (failed i, paid j), weighted; a tie of i with itself counts half.
    p = np.array([0.1, 0.2, 0.4, 0.5])
    pairs = np.outer(p, 1 - p)
    above = np.tril(pairs, -1).sum() + 0.5 * np.trace(pairs)
    assert found["expected_auc"] == pytest.approx(above / pairs.sum())


def test_without_portraits_in_its_history_a_scorecard_uses_the_books(market):
    _, past, new = market
    bare = past.assign(covered=False)
    card = fit_scorecard(bare)
    blind, seeing = (card.risk(new, with_portrait=flag) for flag in (False, True))
    assert (blind == seeing).all()


def test_a_history_without_failures_is_refused(market):
    _, past, _ = market
    with pytest.raises(InputError, match="failed"):
        fit_scorecard(past[~past["failed"]])
    with pytest.raises(InputError, match="kind"):
        fit_scorecard(past, "oracle")

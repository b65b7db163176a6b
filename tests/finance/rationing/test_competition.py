"""Two lenders: the equilibrium is one, and the winner is cursed."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from dataworth.errors import InputError
from dataworth.finance.rationing import competition
from dataworth.finance.rationing import market as rationing
from dataworth.finance.rationing.market import Market, Signal
from tests.finance.markets import contested

MARKET = Market(funding_rate=0.03)
tests = st.floats(0, 1)


def payoff(market, found, bids, *, of):
    """What a bid earns against the other's bids, per yuan asked for and before the draw."""
    q, (p, w) = market.share[0], market.success
    own, other = (found.better, found.worse) if of == "better" else (found.worse, found.better)
    above = found.worse_above if of == "better" else found.better_above
    undercut = np.interp(bids, found.rates, above)
    cost = 1 + market.funding_rate
    gain, loss = q * (p * (1 + bids) - cost), (1 - q) * (cost - w * (1 + bids))
    return gain * undercut - loss * (1 - own) * (other + (1 - other) * undercut)


@given(contested(), tests, tests)
def test_no_bid_does_better_than_the_bids_of_the_equilibrium(market, one, other):
    found = competition.contest(market, one, other)
    assume(len(found.rates) > 2 and min(one, other) < 0.99)
    assume(found.better_above[1] > 1e-6)  # equal to zero above the lowest bid: plain undercutting
    inside = found.rates[1:-1]
    better, worse = (payoff(market, found, inside, of=who) for who in ("better", "worse"))
    assert better == pytest.approx(found.profit, abs=1e-6)
    assert worse == pytest.approx(0, abs=1e-6)
    below = np.linspace(0, found.rates[0], 50)
    assert (payoff(market, found, below, of="better") <= found.profit + 1e-9).all()
    assert (payoff(market, found, below, of="worse") <= 1e-9).all()


@given(contested(), tests, tests)
def test_bids_are_distributions_over_the_rates_that_sound_firms_pay(market, one, other):
    found = competition.contest(market, one, other)
    assert found.rates[-1] == pytest.approx(rationing.drop_out(market)[0])
    for above in (found.better_above, found.worse_above):
        assert (np.diff(above) <= 1e-9).all()
        assert ((above >= 0) & (above <= 1)).all()


@given(contested(), tests, tests)
def test_winning_is_bad_news(market, one, other):
    found = competition.contest(market, one, other)
    news = competition.curse(market, found)
    assume(not math.isnan(news[1]) and found.better > 0.01)
    assert news[1] <= news[0] + 1e-6
    if found.worse < 0.9 and found.worse_wins > 0.05:
        assert news[1] < news[0]


@given(contested(), tests, tests, tests)
def test_a_lead_of_one_lender_never_lowers_what_sound_firms_pay(market, one, two, three):
    worse, middle, better = sorted((one, two, three))
    near, far = (competition.contest(market, x, worse) for x in (middle, better))
    assume(not math.isnan(near.sound_rate))
    assert far.sound_rate >= near.sound_rate - 1e-6
    assert far.profit >= near.profit - 1e-12


@given(contested(), tests, tests)
def test_equal_knowledge_leaves_no_profit_and_more_of_it_lowers_the_rate(market, one, other):
    low, high = (competition.contest(market, x, x) for x in sorted((one, other)))
    assume(len(low.rates) > 2)
    assert low.profit == high.profit == 0
    assert high.sound_rate <= low.sound_rate + 1e-6


def test_worthless_tests_give_the_rate_of_the_whole_pool():
    found = competition.contest(MARKET, 0, 0)
    (pooled,) = rationing.price(MARKET, [MARKET.share], [math.inf]).rate[0]
    assert found.sound_rate == pytest.approx(pooled)
    assert found.weak_funded == 1


def test_perfect_tests_give_sound_firms_their_own_rate():
    found = competition.contest(MARKET, 1, 1)
    assert found.sound_rate == pytest.approx(1.03 / 0.98 - 1)
    assert found.weak_funded == 0


def test_the_lead_in_information_is_the_whole_profit():
    found = competition.contest(MARKET, 0.3, 0.8)
    lowest = 1 + found.rates[0]
    assert found.profit == pytest.approx(0.2 * (1.03 - 0.8 * lowest) * (0.8 - 0.3))


def draw_bids(found, draws):
    """Turn uniform draws into bids of lenders whose tests found nothing; infinite: no bid."""
    above = (found.better_above, found.worse_above)
    better, worse = (np.interp(u, 1 - a, found.rates) for a, u in zip(above, draws, strict=True))
    return better, np.where(draws[1] > 1 - found.worse_above[-1], np.inf, worse)


def test_simulated_bids_earn_what_the_equilibrium_says():
    generator, n = np.random.default_rng(11), 400_000
    found = competition.contest(MARKET, 0.6, 0.3)
    better, worse = draw_bids(found, generator.random((2, n)))
    sound = generator.random(n) < 0.8
    better[~sound & (generator.random(n) < 0.6)] = np.inf
    worse[~sound & (generator.random(n) < 0.3)] = np.inf
    rate = np.minimum(better, worse)
    made = np.isfinite(rate)
    earned = np.where(made, np.where(sound, 0.98, 0.8) * (1 + np.where(made, rate, 0)) - 1.03, 0)
    assert rate[sound].mean() == pytest.approx(found.sound_rate, abs=2e-4)
    assert (earned * (better <= worse)).mean() == pytest.approx(found.profit, abs=5e-4)
    assert (earned * (worse < better)).mean() == pytest.approx(0, abs=5e-4)
    assert made[~sound].mean() == pytest.approx(found.weak_funded, abs=5e-3)
    assert (worse < better)[sound].mean() == pytest.approx(found.worse_wins, abs=5e-3)
    won = (worse < better) & np.isfinite(worse)
    assert sound[won].mean() == pytest.approx(competition.curse(MARKET, found)[1], abs=5e-3)


def test_a_lender_without_a_rival_that_can_break_even_asks_the_most():
    poor = replace(MARKET, share=(0.5, 0.5))
    alone = competition.contest(poor, 0.9, 0.0)
    assert alone.sound_rate == pytest.approx(rationing.drop_out(poor)[0])
    assert alone.worse_wins == 0
    closed = competition.contest(poor, 0.0, 0.0)
    assert math.isnan(closed.sound_rate)
    assert closed.weak_funded == closed.profit == 0


@given(contested(), tests, st.floats(0.05, 0.95))
def test_those_that_are_left_pay_no_less_than_without_data(market, precision, breadth):
    found = competition.skim(market, Signal(precision, breadth))
    assume(not math.isnan(found.blind_rate))
    assert math.isnan(found.rate) or found.rate >= found.blind_rate - 1e-9
    assert found.sound_share <= market.share[0] + 1e-12
    assert found.fair_rate <= found.blind_rate + 1e-9
    assert found.picked_rate <= rationing.drop_out(market)[0] + 1e-12


def test_nothing_is_skimmed_with_a_worthless_signal():
    found = competition.skim(MARKET, Signal(0.0, 0.6))
    assert found.rate == pytest.approx(found.blind_rate)


def test_a_broad_and_precise_lender_leaves_a_pool_that_gets_no_credit():
    rates = [competition.skim(MARKET, Signal(0.9, b)).rate for b in (0.1, 0.5, 1.0)]
    limit = rationing.drop_out(MARKET)[0]
    assert rates[0] < rates[1] <= limit
    assert not rates[2] <= limit  # missing, or only weak firms pay it


def test_what_does_not_fit_is_refused_in_one_line():
    with pytest.raises(InputError, match="first: expected a precision between 0 and 1, found 2"):
        competition.contest(MARKET, 2, 0)
    with pytest.raises(InputError, match="they leave first"):
        competition.contest(replace(MARKET, collateral=0.6), 0.5, 0.2)
    with pytest.raises(InputError, match="weak firms not worth lending to"):
        competition.contest(replace(MARKET, success=(0.98, 0.93), output=(1.15, 1.12)), 0.5, 0.2)
    three = Market(share=(0.5, 0.3, 0.2), success=(0.9, 0.8, 0.7), output=(1.1, 1.1, 1.1))
    with pytest.raises(InputError, match="two kinds, sound first, found 3"):
        competition.contest(three, 0.5, 0.2)

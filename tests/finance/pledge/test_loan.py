"""A loan on a pledged data asset: limits, closed forms, and what correlation does."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataworth.errors import InputError
from dataworth.finance.pledge import loan as model
from dataworth.finance.pledge.loan import Pledge
from dataworth.finance.pledge.value_shape import from_draws, lognormal

PLEDGE = Pledge()
SHAPE = lognormal(0.4)
CERTAIN = lognormal(0.0)
SAFE_SALE = replace(PLEDGE, recovery=1.0, decay=0.0, years_to_sell=0.0)

share = st.floats(0, 1)
correlation = st.floats(-1, 1)
pledges = st.builds(
    Pledge,
    haircut=st.floats(0, 0.95),
    default_probability=st.floats(0.005, 0.5),
    correlation=correlation,
    recovery=share,
    decay=st.floats(0, 0.9),
    years_to_sell=st.floats(0, 3),
    years=st.floats(0.25, 5),
    funding_rate=st.floats(0, 0.1),
)
shapes = st.builds(lognormal, st.floats(0.05, 1.2))


def same_loan(pledge, **changes):
    return replace(pledge, **changes)


# --- limits --------------------------------------------------------------------------------


def test_full_recovery_of_a_certain_value_makes_the_haircut_vanish():
    free = replace(SAFE_SALE, funding_rate=0.0)
    assert model.bearable_loan_to_value(CERTAIN, free, 0.0) >= 1
    # Funds that cost something must be covered too, and by no more than they cost.
    borne = model.bearable_loan_to_value(CERTAIN, SAFE_SALE, 0.0)
    assert borne == pytest.approx(1 / 1.02)


@given(st.floats(0, 0.99), st.floats(0, 0.2))
def test_full_recovery_leaves_the_cost_of_funds_at_any_default_probability(probability, funds):
    covered = Pledge(0.5, probability, 0.3, 1.0, 0.0, 0.0, 1.0, funds)
    assert model.break_even_rate(CERTAIN, covered) == pytest.approx(funds, abs=1e-12)


@given(shapes, pledges)
def test_without_default_the_rate_is_the_cost_of_funds(shape, pledge):
    sound = replace(pledge, default_probability=0.0)
    assert model.expected_loss(shape, sound) == 0
    assert model.break_even_rate(shape, sound) == pytest.approx(pledge.funding_rate, abs=1e-12)
    assert model.tail_loss(shape, sound) == 0
    assert np.isinf(model.bearable_loan_to_value(shape, sound, 0.0))


def test_certain_default_without_cover_has_no_break_even_rate():
    lost = replace(PLEDGE, default_probability=1.0)
    assert np.isinf(model.break_even_rate(SHAPE, lost))


@given(shapes, pledges)
def test_without_the_pledge_all_is_lost_in_default(shape, pledge):
    bare = model.unsecured(pledge)
    assert model.loss_given_default(shape, bare) == pytest.approx(pledge.owed)
    assert (model.bearable_loan_to_value(shape, bare, 0.5 * model.expected_loss(shape, bare))) == 0


def test_a_full_haircut_lends_nothing_and_loses_nothing():
    assert model.expected_loss(SHAPE, replace(PLEDGE, haircut=1.0)) == 0


def test_in_default_a_value_that_moves_as_one_with_the_firm_is_among_its_lowest():
    p = float(PLEDGE.default_in_term)
    as_one = replace(PLEDGE, correlation=1.0)
    weights = model.weights_in_default(SHAPE, as_one)
    assert weights[SHAPE.weights.cumsum() > p + 0.01].sum() == pytest.approx(0, abs=1e-12)
    # and at minus one it is among its highest: the same loan, mirrored
    opposite = model.weights_in_default(SHAPE, replace(PLEDGE, correlation=-1.0))
    assert opposite == pytest.approx(weights[::-1], abs=1e-12)


def test_the_loss_of_a_comonotone_value_is_the_mean_of_its_lowest_part():
    as_one = replace(PLEDGE, correlation=1.0, default_probability=0.2)
    score = np.quantile(np.random.default_rng(3).standard_normal(400_000), np.linspace(0, 0.2, 999))
    values = np.exp(0.4 * score[1:] - 0.08)
    cover = model.liquidation_share(as_one) / as_one.loan_to_value
    short = np.maximum(as_one.owed - cover * values, 0).mean()
    # A node lies astride the threshold: half a step of it in the mean.
    assert model.loss_given_default(SHAPE, as_one) == pytest.approx(short, abs=0.01)


# --- closed forms --------------------------------------------------------------------------


def test_a_sale_brings_recovery_less_decay_and_waiting():
    assert model.liquidation_share(PLEDGE) == pytest.approx(0.5 * 0.75**1.5 * 1.02**-0.5)


def lognormal_expected_loss(spread, pledge):
    """The expected loss of one lognormal value, by the bivariate normal distribution."""
    from scipy.special import ndtri
    from scipy.stats import multivariate_normal

    x, rho, owed = ndtri(pledge.default_in_term), float(pledge.correlation), float(pledge.owed)
    per_yuan = float(model.liquidation_share(pledge) / pledge.loan_to_value)
    k = (np.log(owed / per_yuan) + spread**2 / 2) / spread
    joint = multivariate_normal(cov=[[1, rho], [rho, 1]]).cdf
    return owed * joint([k, x]) - per_yuan * joint([k - spread, x - rho * spread])


def simulate(shape, pledge, draws, seed):
    """Draw losses per yuan lent."""
    from scipy.special import ndtri

    z, own = np.random.default_rng(seed).standard_normal((2, draws))
    rho = float(pledge.correlation)
    defaults = rho * z + np.sqrt(1 - rho**2) * own < ndtri(pledge.default_in_term)
    per_yuan = model.liquidation_share(pledge) / float(pledge.loan_to_value)
    sold = per_yuan * np.interp(z, shape.nodes, shape.values)
    return np.where(defaults, np.maximum(pledge.owed - sold, 0), 0.0)


@pytest.mark.parametrize("rho", [-0.9, -0.3, 0.0, 0.3, 0.9])
@pytest.mark.parametrize("spread", [0.1, 0.4, 1.0])
def test_the_expected_loss_is_that_of_the_closed_form(spread, rho):
    pledge = replace(PLEDGE, correlation=rho, years=2.0)
    closed = lognormal_expected_loss(spread, pledge)
    assert model.expected_loss(lognormal(spread), pledge) == pytest.approx(closed, rel=1e-3)


def test_without_correlation_the_expected_loss_is_a_put_times_the_default_probability():
    from scipy.stats import norm

    pledge, spread = replace(PLEDGE, correlation=0.0), 0.4
    cover, owed = float(model.liquidation_share(pledge)) / 0.5, 1.02
    k = np.log(owed / cover) / spread
    put = owed * norm.cdf(k + spread / 2) - cover * norm.cdf(k - spread / 2)
    assert model.expected_loss(SHAPE, pledge) == pytest.approx(0.04 * put, rel=1e-4)


@pytest.mark.parametrize("rho", [-0.4, 0.0, 0.6, 1.0])
def test_simulated_losses_agree_within_their_standard_error(rho):
    pledge = replace(PLEDGE, correlation=rho, default_probability=0.1)
    losses = simulate(SHAPE, pledge, 200_000, 7)
    error = losses.std() / np.sqrt(losses.size)
    assert abs(losses.mean() - model.expected_loss(SHAPE, pledge)) < 4 * error
    worst = np.sort(losses)[-2_000:]
    tail = model.tail_loss(SHAPE, pledge, 0.99)
    assert abs(worst.mean() - tail) < 4 * worst.std() / np.sqrt(worst.size) + 2e-3


def test_a_loan_on_a_certain_value_bears_what_default_leaves():
    borne = model.bearable_loan_to_value(CERTAIN, PLEDGE, 0.01)
    left = 1.02 - 0.01 / 0.04  # what a sale must bring per yuan lent
    assert borne == pytest.approx(float(model.liquidation_share(PLEDGE)) / left)


def test_the_tail_of_a_loan_on_nothing_counts_defaults_alone():
    bare = replace(model.unsecured(PLEDGE), default_probability=0.005)
    assert model.tail_loss(SHAPE, bare, 0.99) == pytest.approx(0.5 * 1.02)


# --- what holds for every loan ---------------------------------------------------------------


@given(shapes, pledges)
def test_at_the_break_even_rate_the_lender_earns_its_cost_of_funds(shape, pledge):
    rate = model.break_even_rate(shape, pledge)
    p = pledge.default_in_term
    back = (1 - p) * (1 + rate) ** pledge.years
    back += p * (pledge.owed - model.loss_given_default(shape, pledge))
    assert back == pytest.approx(pledge.owed)
    assert model.loss_for_rate(pledge, rate) == pytest.approx(
        model.expected_loss(shape, pledge), abs=1e-9
    )


@given(shapes, pledges, correlation, correlation)
def test_correlation_raises_expected_and_tail_loss(shape, pledge, one, other):
    low, high = (replace(pledge, correlation=rho) for rho in sorted((one, other)))
    # Near one the value jumps between neighbouring nodes, by a hundredth of a loan.
    slack = 1e-9 if max(abs(one), abs(other)) < 0.95 else 0.01
    for loss in (model.expected_loss, model.tail_loss):
        assert loss(shape, low) <= loss(shape, high) + slack


@given(shapes, pledges, share, share)
def test_a_larger_haircut_never_loses_more_per_yuan_lent(shape, pledge, one, other):
    small, large = (replace(pledge, haircut=h) for h in sorted((one, other)))
    assert model.expected_loss(shape, large) <= model.expected_loss(shape, small) + 1e-12
    assert model.break_even_rate(shape, large) <= model.break_even_rate(shape, small) + 1e-12


@given(shapes, pledges, share, share)
def test_more_recovery_bears_a_larger_loan(shape, pledge, one, other):
    poor, good = (replace(pledge, recovery=x) for x in sorted((one, other)))
    target = 0.3 * model.expected_loss(shape, model.unsecured(pledge))
    low, high = (model.bearable_loan_to_value(shape, x, target) for x in (poor, good))
    assert low <= high


@given(shapes, pledges, st.floats(0.01, 0.99), st.sampled_from([None, 0.9, 0.99]))
def test_at_the_bearable_loan_the_loss_is_the_target(shape, pledge, part, level):
    def loss(one):
        if level is None:
            return model.expected_loss(shape, one)
        return model.tail_loss(shape, one, level)

    target = part * loss(model.unsecured(pledge))
    borne = float(model.bearable_loan_to_value(shape, pledge, target, level))
    if 1e-6 < borne <= 1:  # one less a smaller number is one
        assert loss(replace(pledge, haircut=1 - borne)) == pytest.approx(target, rel=1e-6)


@given(shapes, pledges)
def test_a_target_that_a_loan_without_pledge_meets_needs_no_value(shape, pledge):
    enough = model.expected_loss(shape, model.unsecured(pledge)) + 1e-9
    assert np.isinf(model.bearable_loan_to_value(shape, pledge, enough))
    assert model.bearable_loan_to_value(shape, pledge, -0.01) == 0


@given(pledges, st.floats(0.1, 1000))
def test_only_the_shape_of_the_values_counts(pledge, unit):
    draws = np.random.default_rng(1).gamma(2.0, size=300)
    one, other = (model.expected_loss(from_draws(k * draws), pledge) for k in (1.0, unit))
    assert one == pytest.approx(other)


def test_arrays_give_what_numbers_give_one_by_one():
    haircuts, rhos = np.array([0.2, 0.5, 0.8]), np.array([0.0, 0.6])
    grid = replace(PLEDGE, haircut=haircuts[:, None], correlation=rhos)
    spreads = lognormal(np.array([0.3, 0.5]))
    for function in (model.expected_loss, model.break_even_rate, model.tail_loss):
        table = function(spreads, grid)
        assert table.shape == (3, 2)
        single = replace(PLEDGE, haircut=0.8, correlation=0.6)
        assert table[2, 1] == pytest.approx(function(lognormal(0.5), single))
    borne = model.bearable_loan_to_value(SHAPE, grid, np.array([0.01, 0.02]))
    one = model.bearable_loan_to_value(SHAPE, replace(PLEDGE, correlation=0.6), 0.02)
    assert borne[1] == pytest.approx(float(one))


# --- bad input ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"haircut": 1.2}, "haircut: expected 0 to 1, found 1.2"),
        ({"correlation": -1.5}, "correlation: expected -1 to 1, found -1.5"),
        ({"decay": [0.1, np.nan]}, "decay: expected 0 to 1, found nan"),
        ({"years": -1.0}, "years: expected 0 to inf, found -1"),
    ],
)
def test_what_cannot_be_is_refused(changes, message):
    with pytest.raises(InputError, match=message):
        replace(PLEDGE, **changes)


def test_a_level_is_a_probability():
    with pytest.raises(InputError, match="level: expected a number between 0 and 1, found 1"):
        model.tail_loss(SHAPE, PLEDGE, 1.0)


@given(st.floats(0.1, 0.9), st.floats(0.025, 0.2))
def test_at_the_highest_default_a_loan_just_pays(haircut, rate):
    shape, pledge = lognormal(0.6), Pledge(haircut=haircut)
    highest = model.highest_default(shape, pledge, rate)
    if 0 < highest < 1:
        there = replace(pledge, default_probability=highest)
        assert model.break_even_rate(shape, there) == pytest.approx(rate, abs=1e-6)
    assert model.highest_default(shape, pledge, 0.01) == 0  # not even the funds


def test_an_asset_carries_a_loan_within_its_interval_and_in_its_own_money():
    values = np.random.default_rng(2).lognormal(np.log(20e6), 0.5, 4000)
    found = model.carried_loan(values)
    assert found["value"] == pytest.approx(values.mean())
    assert found["low"] <= found["loan"] <= found["high"] <= found["value"] * (1 + 1e-9)
    tenfold = model.carried_loan(10 * values)
    for key in ("value", "loan", "low", "high"):
        assert tenfold[key] == pytest.approx(10 * found[key])
    certain = model.carried_loan(np.full(9, 5e6), SAFE_SALE)
    assert certain["loan_to_value"] > 0.9
    with pytest.raises(InputError, match="values"):
        model.carried_loan([-1.0, 0.0])

"""The shape of a value's spread: mean one, whatever it was drawn from."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataworth.errors import InputError
from dataworth.finance.pledge.value_shape import from_draws, lognormal, pooled

DRAWS = np.random.default_rng(2).lognormal(3.0, 0.5, 20_000)


def mean(shape):
    return (shape.values * shape.weights).sum(axis=-1)


@given(st.floats(0, 2))
def test_a_lognormal_has_mean_one_and_its_spread(spread):
    shape = lognormal(spread)
    assert mean(shape) == pytest.approx(1)
    logs = np.log(shape.values)
    second = (shape.weights * logs**2).sum() - (shape.weights * logs).sum() ** 2
    assert np.sqrt(second) == pytest.approx(spread, abs=1e-6)


def test_draws_give_back_the_distribution_that_they_come_from():
    shape, true = from_draws(DRAWS), lognormal(0.5)
    inside = np.abs(shape.nodes) < 2
    assert shape.values[inside] == pytest.approx(true.values[inside], rel=0.05)
    assert mean(shape) == pytest.approx(1)
    assert (np.diff(shape.values) >= 0).all()


def test_quantiles_are_those_of_the_distribution():
    from scipy.stats import lognorm

    shape = lognormal(np.array([0.2, 0.5]))
    for p in (0.05, 0.5, 0.99):
        true = [lognorm(s, scale=np.exp(-(s**2) / 2)).ppf(p) for s in (0.2, 0.5)]
        assert shape.quantile(p) == pytest.approx(true, rel=1e-4)


def test_a_value_below_zero_counts_as_zero():
    assert from_draws([-5.0, 1.0, 3.0]).values.min() == pytest.approx(0, abs=1e-6)


def test_methods_that_disagree_spread_more_than_each_of_them():
    alone, both = from_draws(DRAWS), pooled([DRAWS, 5 * DRAWS])
    variance = [((s.values - 1) ** 2 * s.weights).sum() for s in (alone, both)]
    assert variance[1] > variance[0]


def test_a_thinned_shape_has_fewer_nodes_and_the_same_mean():
    thin = lognormal(0.5).thinned(5)
    assert thin.nodes.size == 121
    assert mean(thin) == pytest.approx(1)


@pytest.mark.parametrize("draws", [[], [0.0, -1.0], [1.0, np.nan]])
def test_draws_without_a_value_are_refused(draws):
    with pytest.raises(InputError, match="expected finite draws, some of them positive"):
        from_draws(draws)


def test_a_negative_spread_is_refused():
    with pytest.raises(InputError, match="spread: expected 0 or more"):
        lognormal(-0.1)

"""Draws of costs against closed forms."""

import numpy as np
import pandas as pd
import pytest

from dataworth.banks.value import cost_draws


def row(**values):
    given = {"pay_increment": 1e6, "rate": 0.01, "low_rate": 0.01, "high_rate": 0.01}
    given["scale"] = 1.0
    return pd.DataFrame([given | values])


def test_without_any_doubt_every_draw_is_the_cost():
    draws = cost_draws.draw_costs(row(), (0.6, 0.6, 0.6), draws=10, seed=1)
    assert draws == pytest.approx(np.full((10, 1), 16_000))


def test_the_interval_of_the_rate_becomes_that_of_the_cost():
    draws = cost_draws.draw_costs(
        row(low_rate=0.009, high_rate=0.013), (0.5, 0.5, 0.5), draws=200_000, seed=1, level=0.9
    )
    low, high = cost_draws.interval(draws, 0.9)
    assert low[0] == pytest.approx(13_500, rel=2e-3)
    assert high[0] == pytest.approx(19_500, rel=2e-3)
    assert np.median(draws) == pytest.approx(15_000, rel=2e-3)


def test_the_ratio_is_triangular_and_shared_by_all():
    two = pd.concat([row(), row(pay_increment=2e6)], ignore_index=True)
    draws = cost_draws.draw_costs(two, (0.5, 0.6, 0.8), draws=100_000, seed=1)
    ratio = draws[:, 0] / 10_000 - 1
    assert (ratio.min() >= 0.5) and (ratio.max() <= 0.8)
    assert ratio.mean() == pytest.approx((0.5 + 0.6 + 0.8) / 3, abs=1e-3)
    assert np.quantile(ratio, 1 / 3) == pytest.approx(0.6, abs=2e-3)
    assert draws[:, 1] == pytest.approx(2 * draws[:, 0])


def test_no_draw_is_below_zero():
    draws = cost_draws.draw_costs(row(low_rate=0.001), (0.6, 0.6, 0.6), draws=10_000, seed=1)
    assert draws.min() == 0
    within = cost_draws.draw_within([5.0], [1.0], [9.0], np.array([[-9.0], [0.0], [1.96]]))
    assert within[:, 0] == pytest.approx([0, 5, 9], abs=1e-3)

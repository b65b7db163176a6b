"""Simulated panels: what is planted is there, and nothing else."""

import numpy as np
import pytest

from dataworth.banks.returns.panels import (
    PEAK,
    SETTINGS,
    TRUTHS,
    Setting,
    autoregression,
    simulate_panels,
)


def derivative(truth, x, step=1e-4):
    return (truth.curve(x + step) - truth.curve(x - step)) / (2 * step)


def bend(truth, x):
    """Return the second derivative of profit by data input, times C squared over R."""
    elasticity = derivative(truth, x)
    change = (derivative(truth, x + 1e-3) - derivative(truth, x - 1e-3)) / 2e-3
    return elasticity**2 - elasticity + change


@pytest.mark.parametrize("truth", TRUTHS.values(), ids=lambda t: t.name)
def test_marginal_products_do_what_the_truth_says_over_the_range(truth):
    x = np.linspace(-1, 2.5, 50)
    found = bend(truth, x[x < 1.6] if truth.peaks else x)
    if truth.returns == "increasing":
        assert (found > 0).all()
    elif truth.returns == "rising, then falling":
        assert (found[x < 0.6] > 0).all()
        assert (found[x > 0.7] < 0).all()
    elif truth.returns == "diminishing":
        assert (found < 0).all()
    else:
        assert found == pytest.approx(0, abs=1e-5)
    assert ((derivative(truth, x) < -1e-3).any()) == truth.peaks


def test_the_inverted_u_peaks_where_it_says():
    truth = TRUTHS["inverted U"]
    assert derivative(truth, np.array([PEAK])) == pytest.approx(0, abs=1e-6)


def test_only_the_curve_differs_between_truths():
    setting = SETTINGS["both slow down"]
    made = {
        name: simulate_panels(truth, setting, panels=2, banks=4, years=5, seed=7)
        for name, truth in TRUTHS.items()
    }
    base = made["no effect"]
    for name, panels in made.items():
        assert np.array_equal(panels.intensity, base.intensity)
        gap = panels.profit - base.profit
        assert gap == pytest.approx(TRUTHS[name].curve(base.intensity))


def test_growth_follows_its_path():
    setting = Setting("test", (0.2, 0.0), (0.1, -0.1), (0.05, 0.05))
    panels = simulate_panels(TRUTHS["no effect"], setting, panels=40, banks=200, years=11, seed=1)
    growth = np.diff(panels.intensity.mean(axis=(0, 1)))
    assert growth == pytest.approx(np.linspace(0.2, 0.0, 10), abs=0.02)
    profit = np.diff(panels.profit.mean(axis=(0, 1)))
    assert profit == pytest.approx(np.linspace(0.1, -0.1, 10) + 0.9 * 0.05, abs=0.03)


def test_a_bad_measure_blurs_data_input_and_nothing_else():
    truth = TRUTHS["constant returns"]
    draw = {"panels": 3, "banks": 30, "years": 16, "seed": 2}
    clean = simulate_panels(truth, Setting("clean"), **draw)
    blurred = simulate_panels(truth, Setting("blurred", noise=0.12), **draw)
    assert np.array_equal(clean.profit, blurred.profit)
    assert np.array_equal(clean.size, blurred.size)
    assert (blurred.intensity - clean.intensity).std() == pytest.approx(0.12, rel=0.1)


def test_autoregressions_keep_their_spread_and_persistence():
    draws = autoregression(np.random.default_rng(0), (20_000, 6), 0.7, 0.25)
    assert draws.std(axis=0) == pytest.approx(np.full(6, 0.25), rel=0.03)
    assert np.corrcoef(draws[:, 3], draws[:, 4])[0, 1] == pytest.approx(0.7, abs=0.02)


def test_the_same_seed_gives_the_same_panels():
    truth, setting = TRUTHS["saturation"], SETTINGS["steady growth"]
    draw = {"panels": 2, "banks": 3, "years": 4}
    first, again, other = (
        simulate_panels(truth, setting, seed=s, **draw).profit for s in (1, 1, 2)
    )
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)

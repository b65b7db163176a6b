"""Shapes whose answers are known: exact parabolas, planted panels, Fieller by hand."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from dataworth.banks.returns import regressions, shape_tests
from dataworth.banks.returns.panels import SETTINGS, TRUTHS, simulate_panels


def made_fit(slope, curve, v11, v12, v22, df=30):
    return regressions.Regression(
        coefficients=np.array([slope, curve]),
        covariance=np.array([[v11, v12], [v12, v22]]),
        df=df,
        loglik=np.array(0.0),
        residuals=np.zeros(df + 3),
        parameters=4,
        nobs=df + 3,
    )


def panels(truth, *, replications=400, seed=3, **size):
    world = TRUTHS[truth], SETTINGS["both slow down"]
    return simulate_panels(*world, panels=replications, seed=seed, **size)


def parabola(p):
    return regressions.fit_panel(p.profit, [p.intensity, p.intensity**2, p.size])


def fieller(fit, level):
    """Return the interval of Fieller (1954) for the peak of a parabola."""
    (b, c), v = fit.coefficients, fit.covariance
    squared = stats.t.ppf(0.5 + level / 2, fit.df) ** 2
    roots = np.roots(
        [c**2 - squared * v[1, 1], 2 * (b * c - squared * v[0, 1]), b**2 - squared * v[0, 0]]
    )
    unbounded = c**2 <= squared * v[1, 1] or np.iscomplex(roots).any()
    return (-np.inf, np.inf) if unbounded else np.sort(roots) / 2


def test_an_exact_parabola_is_recognized_with_its_peak():
    x = np.linspace(0, 10, 40)
    y = x * (10 - x) + 1e-3 * np.sin(17 * x)
    fit = regressions.fit_series(y, [x, x**2])
    assert shape_tests.inverted_u(fit, 0, 10) < 1e-10
    assert -fit.coefficients[0] / (2 * fit.coefficients[1]) == pytest.approx(5, abs=1e-3)


@pytest.mark.parametrize(
    "curve", [lambda x: x, np.log, lambda x: x**0.5, lambda x: -x, lambda x: (x - 5) ** 2]
)
def test_lines_concave_curves_and_the_upright_u_are_no_inverted_u(curve):
    x = np.linspace(1, 9, 60)
    noise = 0.02 * np.random.default_rng(1).normal(size=60)
    fit = regressions.fit_series(curve(x) + noise, [x, x**2])
    assert shape_tests.inverted_u(fit, 1, 9) > 0.2


def test_the_p_value_is_that_of_the_weaker_end():
    fit = made_fit(4.0, -0.5, 0.25, -0.03, 0.01)
    upper = (4 - 6) / np.sqrt(0.25 + 4 * 6 * -0.03 + 4 * 36 * 0.01)
    assert shape_tests.inverted_u(fit, 1.0, 6.0) == pytest.approx(stats.t.cdf(upper, 30))
    assert (-fit.coefficients[0] / (2 * fit.coefficients[1])) == pytest.approx(4.0)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(
    slope=st.floats(0.1, 5),
    curve=st.floats(-2, -0.05),
    sd=st.tuples(st.floats(0.01, 1), st.floats(0.001, 0.3)),
    correlation=st.floats(-0.95, 0.95),
    ends=st.tuples(st.floats(-3, 1), st.floats(1.5, 20)),
)
def test_the_test_rejects_exactly_when_the_fieller_interval_lies_inside(
    slope, curve, sd, correlation, ends
):
    cross = correlation * sd[0] * sd[1]
    fit = made_fit(slope, curve, sd[0] ** 2, cross, sd[1] ** 2)
    p_value, interval = shape_tests.inverted_u(fit, *ends), fieller(fit, 0.90)
    inside = ends[0] < interval[0] and interval[1] < ends[1]
    assert abs(p_value - 0.05) < 1e-9 or (p_value < 0.05) == inside


@settings(max_examples=60, deadline=None, derandomize=True)
@given(shift=st.floats(-5, 5), scale=st.floats(0.1, 10))
def test_units_do_not_matter(shift, scale):
    rng = np.random.default_rng(0)
    x = rng.uniform(0, 2, 50)
    y = 2 * x - x**2 + 0.1 * rng.normal(size=50)
    moved = shift + scale * x
    first = regressions.fit_series(y, [x, x**2])
    second = regressions.fit_series(3 * y, [moved, moved**2])
    p_value = shape_tests.inverted_u(second, shift, shift + 2 * scale)
    assert p_value == pytest.approx(shape_tests.inverted_u(first, 0, 2), rel=1e-4)
    turn = shift + scale * float(-first.coefficients[0] / (2 * first.coefficients[1]))
    assert -second.coefficients[0] / (2 * second.coefficients[1]) == pytest.approx(
        turn, rel=1e-4, abs=1e-4
    )


def test_planted_elasticities_are_recovered_and_covered():
    for truth, planted in (("increasing returns", 1.3), ("diminishing returns", 0.5)):
        p = panels(truth)
        fit = regressions.fit_panel(p.profit, [p.intensity, p.size])
        low, high = fit.interval(0, 0.95)
        assert fit.coefficients[:, 0].mean() == pytest.approx(planted, abs=0.01)
        assert 0.91 < ((low < planted) & (planted < high)).mean() < 0.98


def test_under_constant_returns_few_intervals_lie_below_one():
    p = panels("constant returns", replications=1000)
    fit = regressions.fit_panel(p.profit, [p.intensity, p.size])
    said = shape_tests.read_elasticity(*fit.interval(0, 0.95))
    assert 0.01 < (said == "diminishing").mean() < 0.045
    assert (said == "constant allowed").mean() > 0.92


def test_the_slope_of_the_marginal_product_is_zero_under_constant_returns_and_no_effect():
    for truth in ("constant returns", "no effect"):
        p = panels(truth, replications=1000)
        at = parabola(p), p.intensity.mean(axis=(1, 2))
        value, _ = shape_tests.marginal_product_slope(*at)
        assert value.mean() == pytest.approx(0, abs=0.01)
        assert 0.01 < (shape_tests.marginal_product_falls(*at) < 0.025).mean() < 0.045


@pytest.mark.parametrize(("elasticity", "expected"), [(0.5, -0.25), (1.3, 0.39), (1.0, 0.0)])
def test_the_slope_of_the_marginal_product_of_a_power(elasticity, expected):
    fit = made_fit(elasticity, 0.0, 0.01, 0.0, 0.01)
    assert shape_tests.marginal_product_slope(fit, 0.7)[0] == pytest.approx(expected)


def test_a_marginal_peak_needs_both_ends():
    # e = 1.3 - 0.2 x turns at 0.64; the error is small.
    fit = made_fit(1.3, -0.1, 1e-4, 0.0, 1e-4)
    assert shape_tests.marginal_peak(fit, -1.0, 2.5) < 1e-3
    assert shape_tests.marginal_peak(fit, -1.0, 0.3) > 0.9
    assert shape_tests.marginal_peak(fit, 1.0, 2.5) > 0.9


def test_the_delta_method_agrees_with_draws():
    fit = made_fit(0.4, -0.1, 0.02**2, 0.0, 0.01**2)
    _, error = shape_tests.marginal_product_slope(fit, 0.5)
    draws = np.random.default_rng(2).multivariate_normal(fit.coefficients, fit.covariance, 200_000)
    e = draws[:, 0] + 2 * draws[:, 1] * 0.5
    assert error == pytest.approx((e**2 - e + 2 * draws[:, 1]).std(), rel=0.02)


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (0.2, 0.8, "diminishing"),
        (1.1, 1.4, "increasing"),
        (-0.5, -0.1, "negative"),
        (0.7, 1.2, "constant allowed"),
        (-0.1, 0.3, "no effect allowed"),
        (-0.2, 1.1, "cannot tell"),
    ],
)
def test_an_interval_is_read_for_what_it_allows(low, high, said):
    assert shape_tests.read_elasticity(low, high) == said

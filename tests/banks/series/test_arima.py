"""ARMA estimation against R, statsmodels, EViews' printed identities and planted truths."""

import math
import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dataworth.banks.series import arima
from dataworth.banks.series.profit import log_differences, quarterly_profit
from dataworth.errors import InputError
from dataworth.forensics.criteria import loglik_from_coefficients
from dataworth.ledger import read_printed

# R's data set `lh`: luteinising hormone in blood samples at ten-minute intervals.
LH = pd.Series(
    np.loadtxt(
        [
            "2.4 2.4 2.4 2.2 2.1 1.5 2.3 2.3 2.5 2.0 1.9 1.7 2.2 1.8 3.2 3.2",
            "2.7 2.2 2.2 1.9 1.9 1.8 2.7 3.0 2.3 2.0 2.0 2.9 2.9 2.7 2.7 2.3",
            "2.6 2.4 1.8 1.7 1.5 1.4 2.1 3.3 3.5 3.5 3.1 2.6 2.1 3.4 3.0 2.9",
        ]
    ).ravel()
)


def simulate(ar, ma, nobs, seed, mean=0.0):

    noise = np.random.default_rng(seed).normal(size=nobs + 200)
    from scipy.signal import lfilter

    sample = lfilter(np.r_[1, ma], np.r_[1, -np.array(ar)], noise)[200:]
    return pd.Series(sample + mean)


def statsmodels_loglik(series, p, q, *, constant=True):
    from statsmodels.tsa.statespace.sarimax import SARIMAX

    exog = np.ones(len(series)) if constant else None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = SARIMAX(series.to_numpy(float), exog=exog, order=(p, 0, q))
        return model.fit(disp=0, maxiter=200).llf


@pytest.mark.parametrize(
    ("order", "expected", "sigma2", "loglik"),
    [
        ((1, 0), {"C": 2.4133, "AR(1)": 0.5739}, 0.1975, -29.38),
        (
            (3, 0),
            {"C": 2.3931, "AR(1)": 0.6448, "AR(2)": -0.0634, "AR(3)": -0.2198},
            0.1787,
            -27.09,
        ),
        ((1, 1), {"C": 2.4101, "AR(1)": 0.4522, "MA(1)": 0.1982}, 0.1923, -28.76),
    ],
)
def test_agrees_with_the_examples_of_r_arima(order, expected, sigma2, loglik):
    fit = arima.fit_arma(LH, order)
    for name, value in expected.items():
        assert fit.coefficients.loc[name, "coefficient"] == pytest.approx(value, abs=2e-4)
    assert fit.sigma2 == pytest.approx(sigma2, abs=1e-4)
    assert fit.loglik == pytest.approx(loglik, abs=0.005)


def test_nile_has_the_published_moving_average():
    from statsmodels.datasets import nile

    fit = arima.fit_arma(nile.load_pandas().data["volume"].diff().iloc[1:], (0, 1), constant=False)
    assert fit.ma[0] == pytest.approx(-0.7329, abs=2e-4)
    assert fit.loglik == pytest.approx(-632.55, abs=0.005)


def test_the_lower_half_of_the_output_follows_eviews():
    fit = arima.fit_arma(LH, (1, 1))
    assert (fit.nobs, fit.parameters) == (48, 4)
    assert fit.ssr == pytest.approx(fit.nobs * fit.sigma2)
    assert fit.residuals @ fit.residuals == pytest.approx(fit.ssr)
    assert fit.regression_se == pytest.approx(math.sqrt(fit.ssr / 44))
    assert fit.r2_adjusted == pytest.approx(1 - (1 - fit.r2) * 47 / 44)
    assert fit.loglik == pytest.approx(loglik_from_coefficients(fit.ar, fit.ma, fit.ssr, [48]))


@pytest.mark.parametrize(("ar", "ma"), [([0.7], [0.4]), ([-0.6], []), ([1.2, -0.5], [0.5])])
def test_recovers_planted_parameters(ar, ma):
    fit = arima.fit_arma(simulate(ar, ma, 3000, seed=4, mean=2.0), (len(ar), len(ma)))
    assert fit.ar == pytest.approx(ar, abs=0.08)
    assert fit.ma == pytest.approx(ma, abs=0.08)
    assert fit.mean == pytest.approx(2.0, abs=0.3)
    assert fit.sigma2 == pytest.approx(1.0, abs=0.08)


def test_standard_errors_are_those_of_large_samples():
    fit = arima.fit_arma(simulate([0.6], [], 4000, seed=1), (1, 0))
    expected = math.sqrt((1 - 0.6**2) / 4000)
    assert fit.coefficients.loc["AR(1)", "standard_error"] == pytest.approx(expected, rel=0.1)


def test_gaps_are_filtered_as_statsmodels_does():
    gappy = simulate([0.8], [0.3], 80, seed=2)
    gappy[[20, 21, 50]] = np.nan
    filtered = arima.fit_arma(gappy, (1, 1))
    assert filtered.nobs == 77
    assert filtered.residuals.isna().sum() == 3
    assert filtered.loglik == pytest.approx(statsmodels_loglik(gappy, 1, 1), abs=1e-4)
    joined = arima.fit_arma(gappy.dropna(), (1, 1))
    assert joined.loglik != pytest.approx(filtered.loglik, abs=0.01)


@settings(max_examples=10, deadline=None)
@given(factor=st.floats(1e-6, 1e9), shift=st.floats(-5, 5))
def test_scaling_and_shifting_move_the_fit_as_they_must(factor, shift):
    base = arima.fit_arma(LH, (1, 0))
    moved = arima.fit_arma((LH + shift) * factor, (1, 0))
    assert moved.loglik == pytest.approx(base.loglik - 48 * math.log(factor), abs=1e-4)
    assert moved.ar == pytest.approx(base.ar, abs=1e-3)
    assert moved.mean == pytest.approx((base.mean + shift) * factor, abs=2e-3 * factor)


def test_search_reaches_what_statsmodels_reaches():
    series = simulate([0.5, 0.2], [0.4], 120, seed=7)
    series[40] = np.nan
    found = arima.search_orders(series, max_p=2, max_q=2).set_index(["p", "q"])
    for p, q in [(1, 0), (0, 1), (1, 1), (2, 1), (2, 2)]:
        assert found.loc[(p, q), "loglik"] > statsmodels_loglik(series, p, q) - 1e-3
    assert found["converged"].all()


def test_the_peak_of_an_over_differenced_profit_is_not_missed():
    """Hua Xia's growth of profit: from the deepest starts, a descent ends 2.6 below the circle."""
    from statsmodels.tsa.statespace.sarimax import SARIMAX

    printed = read_printed("banks")
    last_year = [printed(f"t6.profit_actual.q{quarter}") for quarter in (1, 2, 3, 4)]
    profit = quarterly_profit("huaxia", last_year=last_year)["2007Q1":"2022Q4"]
    growth = log_differences(profit)
    model = SARIMAX(growth.to_numpy(), exog=np.ones(len(growth)), order=(1, 0, 2))
    on_circle = [0.07, 0.95, -1.86, 0.9975, 0.0206]  # mean, AR and two MA terms, variance
    assert arima.fit_arma(growth, (1, 2)).loglik > model.loglike(on_circle)


def test_adding_a_term_never_lowers_the_likelihood():
    found = arima.search_orders(LH, max_p=3, max_q=3).set_index(["p", "q"])["loglik"]
    for p, q in found.index:
        for larger in ((p + 1, q), (p, q + 1)):
            if larger in found:
                assert found[larger] >= found[p, q] - 1e-4


def test_a_peak_of_nearly_cancelling_roots_is_not_missed():
    """Table 4's coefficients are such a peak; general optimisers stop at lower ones."""
    from scipy.signal import lfilter

    ar, ma, reached = [0.994187], [-1.863323, 0.883176], []
    for seed in range(6):
        noise = np.random.default_rng(seed).normal(size=400)
        series = pd.Series(lfilter([1, *ma], [1, -ar[0]], noise)[-63:])
        fit = arima.fit_arma(series, (1, 2), constant=False)
        innovations = arima.innovations(series, ar, ma)
        ssr = innovations @ innovations
        reached.append(fit.loglik - loglik_from_coefficients(ar, ma, ssr, [63]))
    assert min(reached) > 0


def test_search_finds_the_planted_order_and_ranks_by_the_criterion():
    series = simulate([0.9], [], 400, seed=3)
    found = arima.search_orders(series, max_p=2, max_q=2, criterion="SC")
    assert tuple(found.loc[0, ["p", "q"]]) == (1, 0)
    assert found["SC"].is_monotonic_increasing
    assert found.loc[0, "nobs"] == 400


def test_white_noise_passes_and_forgotten_seasons_fail_the_residual_checks():
    clean = arima.residual_checks(arima.fit_arma(simulate([0.5], [], 300, seed=8), (1, 0)), 12)
    assert math.isnan(clean.loc[1, "p"])  # estimation used up one degree of freedom
    assert clean["p"].notna().sum() == 11
    assert clean.loc[12, "p"] > 0.05
    season = pd.Series(np.tile([0.0, 1.0, 0.0, 3.0], 30)) + simulate([], [], 120, seed=9)
    ignored = arima.residual_checks(arima.fit_arma(season, (1, 0)), 12)
    assert ignored.loc[12, "p"] < 0.001
    assert ignored.loc[4, "acf"] > ignored.loc[4, "band"]


def test_roots_follow_the_sign_convention_of_eviews():
    cancelled = arima.root_distances([-0.9], [0.9])
    assert cancelled.loc[0, "distance"] == pytest.approx(0)
    assert cancelled.loc[0, "nearly_cancels"]
    assert not cancelled.loc[0, "over_differenced"]
    assert arima.root_distances([0.2], [-0.97]).loc[0, "over_differenced"]
    assert not arima.root_distances([-0.9], [-0.9]).loc[0, "nearly_cancels"]
    assert arima.root_distances([0.5], []).empty


@pytest.mark.parametrize(
    ("series", "message"),
    [
        (LH.replace(3.5, np.inf), "expected finite values, found inf at 40"),
        (LH.iloc[:8], "expected at least 10 observations, found 8"),
        (LH * 0 + 3, "found a constant 3"),
        (LH * np.nan, "expected at least 10 observations, found 0"),
    ],
)
def test_bad_series_are_refused_in_one_line(series, message):
    for call in (
        lambda: arima.fit_arma(series, (1, 1)),
        lambda: arima.search_orders(series, max_p=1, max_q=1),
    ):
        with pytest.raises(InputError, match=message) as caught:
            call()
        assert "\n" not in str(caught.value)


def test_unknown_criterion_and_too_many_lags_are_refused():
    with pytest.raises(ValueError, match="expected AIC, SC or HQ, found 'BIC'"):
        arima.search_orders(LH, criterion="BIC")
    with pytest.raises(InputError, match="lags: expected 1 to 23 for 48 residuals, found 30"):
        arima.residual_checks(arima.fit_arma(LH, (1, 0)), 30)

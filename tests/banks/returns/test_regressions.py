"""Least squares in batches against statsmodels, draw by draw."""

import numpy as np
import pytest
import statsmodels.api as sm
from numpy.testing import assert_allclose

from dataworth.banks.returns import regressions
from dataworth.errors import InputError


def panel(draws=3, banks=7, years=6, seed=0):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(draws, banks, years)).cumsum(axis=-1)
    z = rng.normal(size=x.shape)
    errors = rng.normal(size=(draws, banks, 1)) + rng.normal(size=x.shape)
    return 0.7 * x - 0.2 * z + errors, x, z


def test_a_panel_fit_is_least_squares_with_dummies_and_clustered_errors():
    y, x, z = panel()
    fit = regressions.fit_panel(y, [x, z])
    banks, years = y.shape[1:]
    bank, year = np.repeat(np.arange(banks), years), np.tile(np.arange(years), banks)
    dummies = np.column_stack([np.eye(banks)[bank], np.eye(years)[year][:, 1:]])
    for w in range(len(y)):
        design = np.column_stack([x[w].ravel(), z[w].ravel(), dummies])
        model = sm.OLS(y[w].ravel(), design).fit()
        assert_allclose(fit.coefficients[w], model.params[:2])
        assert fit.loglik[w] == pytest.approx(model.llf)
        # statsmodels counts bank dummies too; ours leaves them out, nested in clusters.
        robust = model.get_robustcov_results("cluster", groups=bank)
        n = banks * years
        ours = (n - 2 - banks - years + 1) / (n - 2 - years)
        assert_allclose(fit.covariance[w], robust.cov_params()[:2, :2] * ours)
    assert fit.df == banks - 1
    assert fit.parameters == design.shape[1] + 1


@pytest.mark.parametrize("lags", [0, 1, 3])
def test_a_series_fit_is_least_squares_with_newey_west_errors(lags):
    y, x, z = (part[:, 0] for part in panel(years=20))
    fit = regressions.fit_series(y, [x, z], lags=lags)
    for w in range(len(y)):
        model = sm.OLS(y[w], np.column_stack([x[w], z[w], np.ones(20)])).fit()
        if lags:
            options = {"maxlags": lags, "use_correction": True}
            model = model.get_robustcov_results("HAC", use_t=True, **options)
        assert_allclose(fit.coefficients[w], model.params)
        assert_allclose(fit.covariance[w], model.cov_params())
        low, high = fit.interval(0, 0.9)
        assert_allclose([low[w], high[w]], model.conf_int(alpha=0.1)[0])


def test_removing_effects_leaves_no_bank_and_no_year_mean():
    y, *_ = panel()
    clean = regressions.remove_effects(y + np.arange(6) ** 2)
    assert_allclose(clean.mean(axis=-1), 0, atol=1e-12)
    assert_allclose(clean.mean(axis=-2), 0, atol=1e-12)
    assert_allclose(clean, regressions.remove_effects(y), atol=1e-12)


def test_aicc_is_that_of_statsmodels():
    y, x, _ = (part[0, 0] for part in panel(years=20))
    fit = regressions.fit_series(y, [x])
    model = sm.OLS(y, sm.add_constant(x)).fit()
    k = 3
    assert fit.aicc == pytest.approx(model.aic + 2 + 2 * k * (k + 1) / (20 - k - 1))


def test_too_few_observations_are_refused():
    with pytest.raises(ValueError, match="at least 3 banks and years, found 2 and 5"):
        regressions.fit_panel(np.ones((2, 5)), [np.ones((2, 5))])
    with pytest.raises(InputError, match="at least 4 observations, found 3"):
        regressions.fit_series(np.ones(3), [np.arange(3.0)])

"""Known samples give known measures; the alarm rings for each of its reasons and else is still."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import gaussian_kde, norm

from dataworth.errors import InputError
from dataworth.potential.synthetic import fidelity


@pytest.fixture(scope="module")
def firms():
    """Two hundred firms with three correlated variables, one of them skewed."""
    generator = np.random.default_rng(11)
    common = generator.normal(size=200)
    return pd.DataFrame(
        {
            "a": common + 0.5 * generator.normal(size=200),
            "b": 5 + 2 * (common + 0.5 * generator.normal(size=200)),
            "c": np.exp(common + 0.5 * generator.normal(size=200)),
        }
    )


# --- one variable at a time ----------------------------------------------------------------


def test_a_copy_is_perfect(firms):
    table = fidelity.compare(firms, firms)
    for name in ("sd_ratio", "range_ratio", "reach_95", "reach_99", "peak_ratio"):
        np.testing.assert_allclose(table[name], 1, err_msg=name)
    np.testing.assert_allclose(table["median_level"], 0.5)
    np.testing.assert_allclose(table["peak_shift"], 0)
    assert (table["quantile_error"] < 0.02).all()
    assert (table["skewness"] == table["synthetic_skewness"]).all()


def test_half_the_spread_is_measured_as_half(firms):
    middle = firms.median()
    table = fidelity.compare(firms, middle + 0.5 * (firms - middle))
    for name in ("sd_ratio", "range_ratio", "reach_95", "reach_99"):
        np.testing.assert_allclose(table[name], 0.5, err_msg=name)
    np.testing.assert_allclose(table["peak_ratio"], 2)
    np.testing.assert_allclose(table["median_level"], 0.5)


def test_a_shift_by_one_deviation_is_an_error_of_one_normal_score():
    scores = pd.DataFrame({"x": norm.ppf((np.arange(2000) + 0.5) / 2000)})
    found = fidelity.compare(scores, scores + 1).loc["x"]
    assert found["quantile_error"] == pytest.approx(1, abs=0.01)
    assert found["median_level"] == pytest.approx(norm.cdf(1), abs=0.001)
    assert found["peak_shift"] == pytest.approx(1, abs=0.01)


@settings(max_examples=25, deadline=None)
@given(st.floats(0.01, 1e6), st.floats(-1e3, 1e3))
def test_no_measure_depends_on_the_unit(firms, unit, start):
    pair = firms[["a"]], 0.7 * firms[["b"]].set_axis(["a"], axis=1) - 2
    here = fidelity.compare(*pair)
    there = fidelity.compare(*(start * unit + unit * frame for frame in pair))
    np.testing.assert_allclose(there, here, rtol=1e-6, atol=1e-6)


def test_values_on_the_bounds_are_counted(firms):
    made = pd.concat([firms] * 5, ignore_index=True)
    made.loc[:249, "c"] = firms["c"].min()
    found = fidelity.compare(firms, made).loc["c"]
    assert found["at_minimum"] == pytest.approx(0.25 + 0.75 / 200, abs=0.005)
    assert found["at_maximum"] <= 1 / 200


def test_other_columns_are_refused(firms):
    with pytest.raises(InputError, match="columns"):
        fidelity.compare(firms, firms.rename(columns={"a": "z"}))


def test_a_constant_variable_has_no_ratio_and_breaks_nothing(firms):
    still = firms.assign(a=3.0)
    table = fidelity.compare(still, still)
    assert np.isnan(table.loc["a", "sd_ratio"])
    assert table.loc["b", "sd_ratio"] == 1
    assert not fidelity.collapse_alarm(still, still).rings


# --- densities -----------------------------------------------------------------------------


def test_the_density_is_scipys_with_scotts_bandwidth(firms):
    found = fidelity.density(firms["c"])
    expected = gaussian_kde(firms["c"])(found.index)
    np.testing.assert_allclose(found, expected, atol=0.003 * expected.max())


def test_the_density_of_equal_values_is_a_point():
    found = fidelity.density(pd.Series([4.0, 4.0, 4.0]))
    assert list(found.index) == [4.0]
    assert np.isinf(found.iloc[0])


def test_more_rows_alone_raise_the_peak(firms):
    """Scott's bandwidth shrinks with the number of rows, copies or not."""
    copies = pd.concat([firms] * 500, ignore_index=True)
    table = fidelity.compare(firms, copies)
    assert (table["peak_ratio"] > 1.03).all()
    np.testing.assert_allclose(table["sd_ratio"], 1, atol=0.01)


def test_the_bell_distance_knows_a_bell():
    places = (np.arange(5000) + 0.5) / 5000
    bell = pd.Series(3 + 7 * norm.ppf(places))
    assert fidelity.bell_distance(bell) < 0.001
    outliers = pd.concat([bell, pd.Series([1e6] * 20)])
    assert fidelity.bell_distance(outliers) < 0.01
    # An exponential: F(x) = 1 - exp(-x), against the bell with its quartiles.
    exponential = pd.Series(-np.log(1 - places))
    quartiles = np.log([4 / 3, 2, 4])
    scale = (quartiles[2] - quartiles[0]) / (norm.ppf(0.75) - norm.ppf(0.25))
    grid = np.linspace(0, 10, 100_001)
    gap = np.abs(norm.cdf((grid - quartiles[1]) / scale) - (1 - np.exp(-grid))).max()
    assert fidelity.bell_distance(exponential) == pytest.approx(gap, abs=0.001)
    assert fidelity.bell_distance(pd.Series([1.0] * 9)) == 1


# --- pairs ---------------------------------------------------------------------------------


def test_shuffled_columns_lose_all_correlation_and_copies_none(firms):
    generator = np.random.default_rng(0)
    many = pd.concat([firms] * 50, ignore_index=True)
    shuffled = many.apply(generator.permutation)
    lost = fidelity.compare_correlations(firms, shuffled)
    assert lost["correlation_loss"] == pytest.approx(1, abs=0.05)
    real = np.abs(firms.corr("spearman").to_numpy()[np.triu_indices(3, 1)])
    assert lost["correlation_error"] == pytest.approx(real.mean(), abs=0.03)
    assert lost["largest_correlation_error"] == pytest.approx(real.max(), abs=0.03)
    kept = fidelity.compare_correlations(firms, firms[["c", "a", "b"]])
    assert kept == pytest.approx(dict.fromkeys(kept, 0), abs=1e-12)


def test_sdmetrics_gives_a_copy_full_marks(firms):
    assert fidelity.scores(firms, firms) == pytest.approx(
        {"quality": 1, "shapes": 1, "pairs": 1, "diagnostic": 1}
    )


def test_a_lost_tail_costs_little_quality(firms):
    """One firm in a hundred carries the skewed variable's spread; the score hardly sees it."""
    heavy = firms.assign(c=np.where(np.arange(200) < 2, 1e6, firms["c"]))
    tame = pd.concat([heavy[2:]] * 20, ignore_index=True)
    found = fidelity.scores(heavy, tame)
    assert fidelity.compare(heavy, tame).loc["c", "sd_ratio"] < 0.001
    assert found["shapes"] > 0.98


# --- the alarm -----------------------------------------------------------------------------


def test_the_alarm_is_still_for_a_resample(firms):
    resample = firms.sample(5000, replace=True, random_state=1)
    alarm = fidelity.collapse_alarm(firms, resample)
    assert not alarm.rings
    assert alarm.reasons == ()
    assert alarm.sd_ratio == pytest.approx(1, abs=0.05)


def test_each_reason_rings_alone(firms):
    middle = firms.median()
    narrow = middle + 0.4 * (firms - middle)
    assert fidelity.collapse_alarm(firms, narrow).reasons == ("spread",)
    clipped = firms.assign(c=np.where(firms["c"].rank() <= 30, firms["c"].min(), firms["c"]))
    assert fidelity.collapse_alarm(firms, clipped).reasons == ("bounds",)
    loose = pd.concat([firms] * 20, ignore_index=True).apply(np.random.default_rng(0).permutation)
    assert fidelity.collapse_alarm(firms, loose).reasons == ("correlation",)


def test_a_sample_with_many_equal_values_on_its_bound_is_no_collapse(firms):
    zeros = firms.assign(c=np.where(firms["c"].rank() <= 80, 0.0, firms["c"]))
    alarm = fidelity.collapse_alarm(zeros, zeros.sample(5000, replace=True, random_state=1))
    assert "bounds" not in alarm.reasons
    assert alarm.at_bounds == pytest.approx(0, abs=0.02)

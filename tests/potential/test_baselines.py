"""Baselines: what each can and cannot see, always on firms left out."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dataworth.errors import InputError
from dataworth.potential import baselines
from dataworth.potential.variables import FEATURES
from tests.potential.test_model import firms

QUICK = ("mean", "ridge", "elastic net", "LightGBM", "LightGBM, yuan")


def linear_in_logs(rows: int = 120) -> pd.DataFrame:
    """Draw firms whose log target is linear in the signed logarithms of two features."""
    generator = np.random.default_rng(3)
    frame = firms(rows).assign(Size=np.exp(generator.normal(20, 2, rows)))
    pull = np.log1p(frame["Size"]) + baselines.signed_log(frame["OCF"])
    return frame.assign(Data=np.exp(pull + 0.01 * generator.normal(size=rows)))


def means(sample: pd.DataFrame, **options) -> pd.DataFrame:
    """Average the measures of each model over the repeats."""
    table = baselines.cross_validate(sample, **options)
    return table.groupby("model")[["r2", "r2_log"]].mean()


@settings(deadline=None)
@given(st.floats(-1e13, 1e13))
def test_a_signed_logarithm_is_odd_and_undone_by_its_inverse(value):
    once = baselines.signed_log(value)
    assert baselines.signed_log(-value) == -once
    assert np.sign(once) * np.expm1(abs(once)) == pytest.approx(value, rel=1e-9)


def test_the_mean_of_firms_left_out_explains_a_little_less_than_nothing():
    found = means(firms(60), names=["mean"])
    assert -0.2 < found.loc["mean", "r2_log"] < 0
    assert -0.2 < found.loc["mean", "r2"] < 0


def test_linear_models_find_a_target_that_is_linear_in_logarithms():
    found = means(linear_in_logs(), names=["ridge", "elastic net"], repeats=1)
    assert (found["r2_log"] > 0.99).all()
    assert (found["r2"] > 0.9).all()


def test_nothing_is_found_where_nothing_is():
    shuffled = firms(80)
    shuffled["Data"] = shuffled["Data"].sample(frac=1, random_state=1).to_numpy()
    assert (means(shuffled, names=QUICK)["r2_log"] < 0.05).all()


def test_a_threshold_that_no_line_can_follow_is_found_by_trees_and_machines():
    generator = np.random.default_rng(0)
    frame = firms(300)
    step = 3.0 * (frame["RDRatio"].abs() > 0.7)
    frame["Data"] = np.exp(15 + step + 0.3 * generator.normal(size=300))
    found = means(frame, names=["ridge", "EBM", "LightGBM"], repeats=1)["r2_log"]
    assert found["EBM"] > 0.8
    assert found["LightGBM"] > 0.8
    assert found["ridge"] < 0.2


def test_smearing_keeps_the_mean_of_a_model_that_sees_nothing():
    frame = firms(40)
    features, target = frame[list(FEATURES)], frame["Data"].to_numpy()
    level, logs = baselines._predict("mean", features, target, features[:3], 1)
    assert level == pytest.approx(np.full(3, target.mean()))
    assert logs == pytest.approx(np.full(3, np.log(target).mean()))


def test_the_same_seed_gives_the_same_table_under_any_executor():
    from concurrent.futures import ThreadPoolExecutor

    sample = firms(60)
    plain = baselines.cross_validate(sample, names=QUICK, repeats=3)
    with ThreadPoolExecutor(2) as executor:
        threads = baselines.cross_validate(sample, names=QUICK, repeats=3, executor=executor)
    pd.testing.assert_frame_equal(plain, threads)
    other = baselines.cross_validate(sample, names=QUICK, repeats=3, seed=5)
    assert not plain.equals(other)
    assert plain["repeat"].unique().tolist() == [0, 1, 2]


def test_what_cannot_be_measured_is_refused():
    sample = firms(30)
    with pytest.raises(InputError, match="positive"):
        baselines.cross_validate(sample.assign(Data=0.0))
    with pytest.raises(InputError, match="folds"):
        baselines.cross_validate(sample, folds=31)
    with pytest.raises(InputError, match="expected one of"):
        baselines.cross_validate(sample, names=["oracle"])

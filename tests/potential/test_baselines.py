"""Baselines: what each can and cannot see, always on firms left out."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dataworth.errors import InputError
from dataworth.inputs.firms.variables import FEATURES
from dataworth.potential import baselines
from tests.potential.test_model import firms

QUICK = ("mean", "ridge", "elastic net", "LightGBM", "LightGBM, yuan")


def linear_in_logs(rows: int = 120) -> pd.DataFrame:
    """Draw firms whose log target is linear in the signed logarithms of two features."""
    generator = np.random.default_rng(3)
    frame = firms(rows).assign(Size=np.exp(generator.normal(20, 2, rows)))
    pull = np.log1p(frame["Size"]) + baselines.signed_log(frame["OCF"])
    return frame.assign(Data=np.exp(pull + 0.01 * generator.normal(size=rows)))


def measures(sample: pd.DataFrame, names) -> pd.DataFrame:
    """Give the measures of each model."""
    return baselines.cross_validate(sample, names=names).set_index("model")


@settings(deadline=None)
@given(st.floats(-1e13, 1e13))
def test_a_signed_logarithm_is_odd_and_undone_by_its_inverse(value):
    once = baselines.signed_log(value)
    assert baselines.signed_log(-value) == -once
    assert np.sign(once) * np.expm1(abs(once)) == pytest.approx(value, rel=1e-9)


def test_the_mean_of_firms_left_out_explains_a_little_less_than_nothing():
    found = measures(firms(60), ["mean"])
    assert -0.2 < found.loc["mean", "r2_log"] < 0
    assert -0.2 < found.loc["mean", "r2"] < 0


def test_linear_models_find_a_target_that_is_linear_in_logarithms():
    found = measures(linear_in_logs(), ["ridge", "elastic net"])
    assert (found["r2_log"] > 0.99).all()
    assert (found["r2"] > 0.9).all()


def test_nothing_is_found_where_nothing_is():
    shuffled = firms(80)
    shuffled["Data"] = shuffled["Data"].sample(frac=1, random_state=1).to_numpy()
    assert (measures(shuffled, QUICK)["r2_log"] < 0.05).all()


def test_a_threshold_that_no_line_can_follow_is_found_by_trees_and_machines():
    generator = np.random.default_rng(0)
    frame = firms(300)
    step = 3.0 * (frame["RDRatio"].abs() > 0.7)
    frame["Data"] = np.exp(15 + step + 0.3 * generator.normal(size=300))
    found = measures(frame, ["ridge", "EBM", "LightGBM"])["r2_log"]
    assert found["EBM"] > 0.8
    assert found["LightGBM"] > 0.8
    assert found["ridge"] < 0.2


def test_smearing_keeps_the_mean_of_a_model_that_sees_nothing():
    frame = firms(40)
    features, target = frame[list(FEATURES)], frame["Data"].to_numpy()
    level, logs = baselines._predict("mean", features, target, features[:3], 1)
    assert level == pytest.approx(np.full(3, target.mean()))
    assert logs == pytest.approx(np.full(3, np.log(target).mean()))


def test_many_samples_give_one_after_another_what_they_give_alone():
    jobs = [({"world": "null", "member": i}, firms(60, seed=i), i) for i in range(3)]
    plain = baselines.cross_validate_all(jobs, names=QUICK)
    with ThreadPoolExecutor(2) as executor:
        threads = baselines.cross_validate_all(jobs, names=QUICK, executor=executor)
    pd.testing.assert_frame_equal(plain, threads)
    assert list(plain.columns) == ["world", "member", "seed", "model", "r2", "r2_log"]
    alone = baselines.cross_validate(firms(60, seed=2), names=QUICK, seed=2)
    last = plain[plain["member"] == 2].reset_index(drop=True)
    pd.testing.assert_frame_equal(last[["model", "r2", "r2_log"]], alone)


def test_another_seed_deals_the_firms_anew():
    sample = firms(60)
    one, other = (baselines.cross_validate(sample, names=QUICK, seed=seed) for seed in (1, 2))
    assert not one.equals(other)


def test_what_cannot_be_measured_is_refused():
    sample = firms(30)
    with pytest.raises(InputError, match="positive"):
        baselines.cross_validate(sample.assign(Data=0.0))
    with pytest.raises(InputError, match="folds"):
        baselines.cross_validate(sample, folds=31)
    with pytest.raises(InputError, match="expected one of"):
        baselines.cross_validate(sample, names=["oracle"])

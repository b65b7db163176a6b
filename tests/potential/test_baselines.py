"""Baselines: what each can and cannot see."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dataworth.errors import InputError
from dataworth.inputs.firms.variables import FEATURES
from dataworth.potential import baselines
from tests.potential.test_model import firms


def left_out(name: str, frame, target: np.ndarray) -> float:
    """Learn from two thirds and give R² on the others."""
    cut = 2 * len(frame) // 3
    features = frame[list(FEATURES)]
    learned = baselines.build(name).fit(features[:cut], target[:cut])
    return learned.score(features[cut:], target[cut:])


@settings(deadline=None)
@given(st.floats(-1e13, 1e13))
def test_a_signed_logarithm_is_odd_and_undone_by_its_inverse(value):
    once = baselines.signed_log(value)
    assert baselines.signed_log(-value) == -once
    assert np.sign(once) * np.expm1(abs(once)) == pytest.approx(value, rel=1e-9)


def test_ridge_finds_a_target_that_is_linear_in_logarithms():
    generator = np.random.default_rng(3)
    frame = firms(120).assign(Size=np.exp(generator.normal(20, 2, 120)))
    pull = np.log1p(frame["Size"]) + baselines.signed_log(frame["OCF"])
    assert left_out("ridge", frame, pull.to_numpy()) > 0.99


def test_a_threshold_that_no_line_can_follow_is_found_by_trees():
    generator = np.random.default_rng(0)
    frame = firms(300)
    target = 3.0 * (frame["RDRatio"].abs() > 0.7) + 0.3 * generator.normal(size=300)
    assert left_out("LightGBM", frame, target.to_numpy()) > 0.8
    assert left_out("ridge", frame, target.to_numpy()) < 0.2


def test_the_mean_knows_nothing():
    frame = firms(60)
    assert -0.2 < left_out("mean", frame, frame["Data"].to_numpy()) <= 0


def test_an_unknown_name_is_refused():
    with pytest.raises(InputError, match="expected one of mean"):
        baselines.build("oracle")

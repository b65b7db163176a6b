"""Reports from a world in which there is nothing to report."""

import numpy as np
import pandas as pd
import pytest

from dataworth.inputs.firms.variables import FEATURES
from dataworth.potential.stress import discoveries
from tests.potential.stress import QUICK


def test_the_pipeline_reports_drivers_and_steps_where_nothing_is():
    found = discoveries.run(QUICK, repeats={0.0: 2}, seed=1)
    features = found.features
    assert len(found.runs) == 2
    assert (features.groupby("repeat")["rank"].apply(sorted).map(len) == len(FEATURES)).all()
    assert features["step"].between(0, 1).all()
    assert features["p_synthetic"].median() < features["p_firms"].median()
    leading = features[(features["repeat"] == 0) & (features["rank"] <= 3)]["feature"]
    assert set(found.points["feature"]) == set(leading)
    assert set(found.points["repeat"]) == {0}
    assert (found.runs["lead"] >= 0).all()


def test_a_step_is_found_where_it_is():
    values = pd.Series(np.linspace(0, 1, 1001), name="x")
    found = discoveries._step(values, (values > 0.3) * 2.0)
    assert found == pytest.approx({"threshold": 0.3, "step": 1}, abs=1e-3)
    # Of a straight line the best single step explains three quarters.
    assert discoveries._step(values, values)["step"] == pytest.approx(0.75, abs=1e-3)

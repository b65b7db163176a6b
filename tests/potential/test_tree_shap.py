"""Shapley values of trees: equation (2) by enumeration, and other software as oracle."""

from __future__ import annotations

from itertools import combinations
from math import factorial

import lightgbm
import numpy as np
import pytest

from dataworth.errors import InputError
from dataworth.potential import tree_shap

QUIET = {"verbose": -1, "num_threads": 1, "deterministic": True, "min_data_in_leaf": 5}


def train(*, leaves=8, trees=5, rows=400, features=5, seed=1, **parameters):
    """Fit a model to a target with interactions; a third of the features are rounded (ties)."""
    generator = np.random.default_rng(seed)
    x = generator.normal(size=(rows, features))
    x[:, ::3] = x[:, ::3].round(1)
    y = 1e6 * (x[:, 0] * x[:, 1] + np.maximum(x[:, 2 % features], 0) + generator.normal(size=rows))
    options = QUIET | {"num_leaves": leaves, "learning_rate": 0.3} | parameters
    return lightgbm.train(options, lightgbm.Dataset(x, y), num_boost_round=trees), x


def expectation(node, row, known):
    """Give f(S): follow known features, average over the training rows on the others."""
    if "split_feature" not in node:
        return node["leaf_value"]
    left, right = node["left_child"], node["right_child"]
    if node["split_feature"] in known:
        goes_left = row[node["split_feature"]] <= node["threshold"]
        return expectation(left if goes_left else right, row, known)
    weights = [child.get("internal_count", child.get("leaf_count")) for child in (left, right)]
    values = [expectation(child, row, known) for child in (left, right)]
    return np.average(values, weights=weights)


def enumerated(booster, row):
    """Evaluate equation (2) as it stands: a sum over all subsets of the features."""
    trees = [tree["tree_structure"] for tree in booster.dump_model()["tree_info"]]
    n = booster.num_feature()
    value = {
        subset: sum(expectation(tree, row, subset) for tree in trees)
        for size in range(n + 1)
        for subset in combinations(range(n), size)
    }
    found = np.zeros(n)
    for j in range(n):
        for subset in value:
            if j not in subset:
                weight = factorial(len(subset)) * factorial(n - len(subset) - 1) / factorial(n)
                found[j] += weight * (value[tuple(sorted((*subset, j)))] - value[subset])
    return found, value[()]


def close(found, expected):
    """Agree to 1e-9 of the largest value."""
    scale = np.abs(expected).max()
    np.testing.assert_allclose(found / scale, expected / scale, rtol=0, atol=1e-9)


def test_contributions_are_equation_2_summed_over_all_subsets():
    booster, x = train()
    leaves = tree_shap.read_leaves(booster)
    found = tree_shap.shapley_values(leaves, x[:5])
    for row, values in zip(x, found, strict=False):
        expected, baseline = enumerated(booster, row)
        close(values, expected)
        assert leaves.baseline == pytest.approx(baseline, rel=1e-12)


def test_a_stump_gives_each_side_its_distance_from_the_mean():
    x = np.repeat([[0.0], [1.0]], [30, 10], axis=0)
    options = QUIET | {"num_leaves": 2, "learning_rate": 1.0, "min_sum_hessian_in_leaf": 0}
    booster = lightgbm.train(options, lightgbm.Dataset(x, 4 * x[:, 0]), num_boost_round=1)
    leaves = tree_shap.read_leaves(booster)
    assert leaves.baseline == pytest.approx(1)
    found = tree_shap.shapley_values(leaves, np.array([[0.0], [1.0]]))
    np.testing.assert_allclose(found, [[-1], [3]])


@pytest.mark.parametrize("leaves", [2, 10, 31, 256])
@pytest.mark.parametrize("features", [3, 14])
def test_contributions_equal_lightgbm(leaves, features):
    booster, x = train(leaves=leaves, features=features, rows=1500, trees=min(20, 600 // leaves))
    expected = booster.predict(x, pred_contrib=True)
    read = tree_shap.read_leaves(booster)
    close(tree_shap.shapley_values(read, x), expected[:, :-1])
    assert read.baseline == pytest.approx(expected[0, -1], rel=1e-12, abs=1e-6)


def test_values_on_a_threshold_go_where_lightgbm_sends_them():
    booster, _ = train()
    leaves = tree_shap.read_leaves(booster)
    edges = leaves.upper[np.isfinite(leaves.upper)]
    rows = np.column_stack([edges[:200], edges[:200][::-1]])[:, [0, 1, 0, 1, 0]]
    close(tree_shap.shapley_values(leaves, rows), booster.predict(rows, pred_contrib=True)[:, :-1])


@pytest.mark.parametrize("leaves", [2, 10, 64])
def test_interactions_equal_shap(leaves):
    import shap

    booster, x = train(leaves=leaves, trees=10, rows=1500)
    expected = shap.TreeExplainer(booster).shap_interaction_values(x[:50])
    close(tree_shap.interaction_values(tree_shap.read_leaves(booster), x[:50]), expected)


def test_interactions_are_symmetric_and_add_up_to_contributions():
    booster, x = train(leaves=20)
    leaves = tree_shap.read_leaves(booster)
    found = tree_shap.interaction_values(leaves, x)
    np.testing.assert_array_equal(found, found.transpose(0, 2, 1))
    close(found.sum(axis=2), tree_shap.shapley_values(leaves, x))


def test_trees_may_be_cut_into_groups_of_leaves(monkeypatch):
    booster, x = train(leaves=20)
    leaves = tree_shap.read_leaves(booster)
    whole = tree_shap.shapley_values(leaves, x), tree_shap.interaction_values(leaves, x)
    for entries in (1, 100):
        monkeypatch.setattr(tree_shap, "ENTRIES", entries)
        close(tree_shap.shapley_values(leaves, x), whole[0])
        close(tree_shap.interaction_values(leaves, x), whole[1])


def test_a_model_that_never_splits_contributes_nothing():
    booster, x = train(min_gain_to_split=1e300)
    leaves = tree_shap.read_leaves(booster)
    assert leaves.baseline == pytest.approx(booster.predict(x[:1])[0])
    assert not tree_shap.shapley_values(leaves, x).any()
    assert not tree_shap.interaction_values(leaves, x).any()


@pytest.mark.parametrize(
    ("parameters", "says"),
    [
        ({"zero_as_missing": True}, "zero as a number"),
        ({"categorical_feature": [0]}, "numerical splits"),
        ({"linear_tree": True}, "constant leaves"),
        ({"boosting": "rf", "bagging_freq": 1, "bagging_fraction": 0.5}, "average"),
    ],
)
def test_what_it_cannot_explain_is_refused(parameters, says):
    if "categorical_feature" in parameters:
        x = np.random.default_rng(1).integers(0, 9, (500, 2)).astype(float)
        data = lightgbm.Dataset(x, (x[:, 0] % 3) * 1e6, categorical_feature=[0])
        booster = lightgbm.train(QUIET, data, num_boost_round=2)
    else:
        booster, _ = train(**parameters)
    with pytest.raises(InputError, match=says):
        tree_shap.read_leaves(booster)

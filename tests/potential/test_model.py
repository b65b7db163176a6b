"""The split, the fit and the six measures against PyCaret's definitions and closed forms."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from dataworth.errors import InputError
from dataworth.inputs.firms.variables import COLUMNS, FEATURES
from dataworth.ledger import read_printed
from dataworth.potential import model

SMALL = {**model.printed_parameters(), "n_estimators": 20, "min_child_samples": 20}
yuan = st.integers(-(10**9), 10**9)


def firms(rows: int, seed: int = 0) -> pd.DataFrame:
    """Draw rows whose target follows revenue and one interaction."""
    generator = np.random.default_rng(seed)
    frame = pd.DataFrame(generator.normal(size=(rows, len(COLUMNS))), columns=COLUMNS)
    pull = frame["Revenue"] + frame["RDRatio"] * (frame["ROA"] > 0)
    return frame.assign(Data=np.exp(15 + pull + generator.normal(size=rows)))


def test_table_4_comes_from_the_claims_in_its_order():
    printed = model.printed_parameters()
    assert list(printed) == list(model.PARAMETERS)
    assert printed["learning_rate"] == 0.05
    assert printed["n_estimators"] == 180
    assert all(isinstance(printed[name], int) for name in model.INTEGERS)


def test_the_split_is_pycarets():
    from sklearn.model_selection import train_test_split

    frame = firms(1000)
    train, test = model.split(frame)
    expected, _ = train_test_split(frame, test_size=1 - 0.7, random_state=123, shuffle=True)
    assert train.equals(expected)
    assert not set(train.index) & set(test.index)
    assert len(train) + len(test) == len(frame)
    assert not model.split(frame, seed=124)[0].equals(train)


def test_the_rounding_of_1_minus_07_moves_one_of_100000_rows_to_the_test():
    _, test = model.split(pd.DataFrame({"Data": np.arange(100_000)}))
    assert len(test) == 30_001


def test_the_fit_is_lightgbms_own_regressor():
    from lightgbm import LGBMRegressor

    frame = firms(2000)
    features, target = frame[list(FEATURES)], frame["Data"]
    ours = model.fit(frame, SMALL)
    theirs = LGBMRegressor(**SMALL, random_state=123, n_jobs=1, verbose=-1).fit(features, target)
    assert np.array_equal(ours.predict(features), theirs.predict(features))
    assert ours.feature_name() == list(FEATURES)
    assert ours.num_trees() == 20


def test_the_same_seed_gives_the_same_model_and_another_seed_another():
    frame = firms(2000)
    texts = [model.fit(frame, SMALL, seed=seed).model_to_string() for seed in (123, 123, 124)]
    assert texts[0] == texts[1] != texts[2]


def test_a_table_4_leaf_lets_no_tree_split_a_hundred_firms():
    booster = model.fit(firms(100), model.printed_parameters())
    assert np.ptp(booster.predict(firms(50, seed=1)[list(FEATURES)])) == 0


def test_a_frame_without_target_or_rows_is_refused():
    for frame in (firms(10)[list(FEATURES)], firms(0)):
        with pytest.raises(InputError, match="Data"):
            model.fit(frame, SMALL)


@settings(max_examples=30, deadline=None)
@given(pair=arrays(float, (2, 12), elements=yuan))
def test_measures_agree_with_scikit_learn(pair):
    from sklearn import metrics

    actual, predicted = pair
    found = model.score(actual, predicted)
    assert found["mse"] == pytest.approx(metrics.mean_squared_error(actual, predicted))
    assert found["rmse"] == pytest.approx(found["mse"] ** 0.5)
    assert found["mae"] == pytest.approx(metrics.mean_absolute_error(actual, predicted))
    sizes = np.abs(actual), np.abs(predicted)
    assert found["rmsle"] == pytest.approx(metrics.root_mean_squared_log_error(*sizes))
    if np.ptp(actual) > 1:
        assert found["r2"] == pytest.approx(metrics.r2_score(actual, predicted))
    if (known := actual != 0).any():
        ratio = metrics.mean_absolute_percentage_error(actual[known], predicted[known])
        assert found["mape"] == pytest.approx(ratio)


def test_mape_is_a_ratio_and_not_per_cent():
    assert model.score([10, 100], [20, 200])["mape"] == 1.0
    assert model.score([1, 0], [3, 5])["mape"] == 2.0


def test_a_negative_prediction_counts_by_its_size_in_rmsle():
    assert model.score([100.0, 7.0], [-100.0, 7.0])["rmsle"] == 0


def test_a_constant_target_has_no_r2():
    assert np.isnan(model.score([5.0, 5.0], [4.0, 6.0])["r2"])


@pytest.mark.parametrize("pair", [([1.0], [1.0, 2.0]), ([], []), ([1.0, np.nan], [1.0, 2.0])])
def test_pairs_that_cannot_be_measured_are_refused(pair):
    with pytest.raises(InputError, match="score"):
        model.score(*pair)


@settings(max_examples=30, deadline=None)
@given(
    actual=arrays(float, 12, elements=st.integers(1, 10**6), unique=True),
    pull=st.floats(0.05, 0.95),
)
def test_r2_and_rmse_give_the_spread_of_the_target_back(actual, pull):
    predicted = actual.mean() + pull * (actual - actual.mean())
    found = model.score(actual, predicted)
    assert model.implied_sd(found["r2"], found["rmse"]) == pytest.approx(actual.std(), rel=1e-6)


def test_table_5_implies_a_target_far_narrower_than_that_of_table_2():
    printed = read_printed("potential")
    implied = model.implied_sd(printed("t5.r_squared"), printed("t5.rmse"))
    assert implied == pytest.approx(6.81e6, rel=1e-3)
    assert implied < 0.06 * printed("t2.Data.sd")


@pytest.mark.parametrize("pair", [(1.0, 5.0), (0.1, 0.0), (float("nan"), 1.0)])
def test_a_spread_is_not_implied_by_a_perfect_or_impossible_fit(pair):
    with pytest.raises(InputError, match="expected r2 < 1"):
        model.implied_sd(*pair)


def test_good_predictions_beat_every_deal_and_bad_ones_none():
    actual = np.arange(50.0)
    assert model.permutation_p(actual, actual) < 1e-9
    assert model.permutation_p(actual, -actual) > 1 - 1e-9
    assert model.permutation_p(actual, np.full(50, 0.1)) == 1.0


def test_the_limit_is_the_share_of_shuffles_that_do_as_well():
    generator = np.random.default_rng(3)
    actual = np.exp(generator.normal(size=2000))
    predicted = 0.01 * actual + generator.normal(size=2000)
    shuffled = [generator.permutation(predicted) @ actual for _ in range(4000)]
    share = np.mean(np.array(shuffled) >= predicted @ actual)
    assert 0.02 < share < 0.98
    assert model.permutation_p(actual, predicted) == pytest.approx(share, abs=0.025)


def test_guesses_beat_their_deals_as_often_as_the_level_says():
    guesses = np.random.default_rng(0).normal(size=(400, 2, 30))
    found = [model.permutation_p(*pair) for pair in guesses]
    assert np.mean(np.array(found) <= 0.1) == pytest.approx(0.1, abs=0.05)


def test_another_unit_changes_nothing_but_another_zero_moves_the_bins():
    """Trees know only order, but LightGBM ends a bin at zero: why z-scores can matter."""
    frame = firms(3000)
    features = 1 + frame[list(FEATURES)].rank() / 4096  # exact in binary, all positive

    def predictions(changed: pd.DataFrame) -> np.ndarray:
        return model.fit(frame.assign(**changed), SMALL).predict(changed)

    plain = predictions(features)
    assert np.array_equal(predictions(features * 8), plain)
    assert np.array_equal(predictions(features + 4), plain)
    centred = predictions(features - features.mean().round(2))
    assert not np.array_equal(centred, plain)
    assert np.corrcoef(centred, plain)[0, 1] > 0.98

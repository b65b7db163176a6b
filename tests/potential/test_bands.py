"""Bands are MAPIE's CV+ with signed errors, and cover; flags follow the seed firms' range."""

from __future__ import annotations

import lightgbm
import numpy as np
import pandas as pd
import pytest

from dataworth.errors import InputError
from dataworth.inputs.firms.variables import FEATURES, TARGET
from dataworth.potential import bands
from dataworth.potential.bands import Folds
from dataworth.potential.sample import reconstruct_firms
from dataworth.potential.synthetic.augment import Recipe

NAMES = list(FEATURES)
PLAIN = {"verbose": -1, "num_threads": 1, "deterministic": True, "min_data_in_leaf": 5}


class Trees:
    """A regressor of scikit-learn's kind, for MAPIE."""

    def fit(self, features, target):
        self.booster = lightgbm.train(PLAIN, lightgbm.Dataset(features, target), 10)
        self.is_fitted_ = True
        return self

    def predict(self, features):
        return self.booster.predict(features)

    def get_params(self, deep=True):
        return {}

    def set_params(self, **_):
        return self

    def __sklearn_is_fitted__(self):
        return hasattr(self, "booster")


def draw(n, seed):
    generator = np.random.default_rng(seed)
    features = pd.DataFrame(generator.normal(size=(n, len(NAMES))), columns=NAMES)
    # Skewed errors around a line, far above zero.
    return features, 100 + features["ROA"] + generator.exponential(size=n)


def folds_of(features, target, folds=5):
    """Hold out each fold in turn, with plain trees in the place of the pipeline."""
    fold = np.arange(len(target)) % folds
    models = [Trees().fit(features[fold != k], target[fold != k]) for k in range(folds)]
    held = np.array([model.predict(features) for model in models])[fold, np.arange(len(fold))]
    texts = tuple(model.booster.model_to_string() for model in models)
    return Folds(texts, fold, target.to_numpy() - held)


def test_bands_are_those_of_mapie_with_signed_errors():
    from mapie.conformity_scores import AbsoluteConformityScore
    from mapie.regression import CrossConformalRegressor
    from sklearn.model_selection import PredefinedSplit

    features, target = draw(99, seed=0)
    new, _ = draw(20, seed=1)
    ours = bands.bands(folds_of(features, target), new, level=0.8)
    theirs = CrossConformalRegressor(
        Trees(),
        confidence_level=0.8,
        conformity_score=AbsoluteConformityScore(sym=False),
        method="plus",
        cv=PredefinedSplit(np.arange(99) % 5),
    )
    theirs.fit_conformalize(features, target)
    expected = theirs.predict_interval(new)[1][:, :, 0]
    np.testing.assert_allclose(ours.to_numpy(), expected, rtol=1e-9)


def test_bands_cover_firms_of_the_same_kind_as_often_as_they_say():
    hits = []
    for seed in range(20):
        features, target = draw(120, seed=2 * seed)
        new, actual = draw(300, seed=2 * seed + 1)
        band = bands.bands(folds_of(features, target), new, level=0.9)
        hits.append(((band["lower"] <= actual) & (actual <= band["upper"])).mean())
    # A little more often, since the held-out models saw fewer firms.
    assert 0.89 < np.mean(hits) < 0.95


def test_a_higher_level_never_gives_a_narrower_band():
    features, target = draw(60, seed=3)
    fitted = folds_of(features, target)
    inner, outer = (bands.bands(fitted, features, level) for level in (0.5, 0.9))
    assert (outer["lower"] <= inner["lower"]).all()
    assert (outer["upper"] >= inner["upper"]).all()


def test_an_asset_is_never_less_than_nothing():
    features, target = draw(60, seed=3)
    band = bands.bands(folds_of(features, target - 99), features)
    assert (band >= 0).all().all()
    assert (band["lower"] == 0).any()


def test_a_level_of_one_is_refused():
    features, target = draw(60, seed=3)
    with pytest.raises(ValueError, match="between 0 and 1"):
        bands.bands(folds_of(features, target), features, level=1.0)


# --- the pipeline, held out ----------------------------------------------------------------

SMALL = Recipe(synthesizer="bootstrap", rows=1500)


def test_every_seed_firm_is_missed_by_a_model_that_never_saw_it():
    sample = reconstruct_firms(world="planted", strength=0.6, seed=2)
    # A firm whose data assets nobody could guess: its own error must show it.
    sample.loc[7, TARGET] = 1e12
    fitted = bands.fit_folds(sample, SMALL, folds=4, seed=1)
    assert len(fitted.models) == 4
    assert sorted(np.bincount(fitted.fold)) == [25, 25, 25, 25]
    assert fitted.errors[7] > 0.99e12
    same = bands.fit_folds(sample, SMALL, folds=4, seed=1)
    np.testing.assert_array_equal(same.errors, fitted.errors)


def test_folds_do_not_depend_on_who_does_the_work():
    from concurrent.futures import ThreadPoolExecutor

    sample = reconstruct_firms(world="null", seed=2)
    with ThreadPoolExecutor(2) as executor:
        shared = bands.fit_folds(sample, SMALL, folds=3, seed=1, executor=executor)
    alone = bands.fit_folds(sample, SMALL, folds=3, seed=1)
    np.testing.assert_array_equal(shared.errors, alone.errors)


@pytest.mark.parametrize("folds", [1, 101])
def test_folds_that_cannot_be_made_are_refused(folds):
    with pytest.raises(InputError, match="expected from 2 to 100"):
        bands.fit_folds(reconstruct_firms(world="null", seed=2), SMALL, folds=folds, seed=1)


# --- flags ---------------------------------------------------------------------------------


def test_flags_tell_values_that_no_seed_firm_reaches():
    sample = reconstruct_firms(world="null", seed=2)
    assert not bands.outside_range(sample, sample).any().any()
    beyond = sample[NAMES].copy()
    beyond.loc[3, "Size"] *= 1e6
    beyond.loc[5, "ROA"] = -9
    flags = bands.outside_range(beyond, sample)
    assert flags.sum().sum() == 2
    assert flags.loc[3, "Size"]
    assert flags.loc[5, "ROA"]

"""The search against scikit-learn's, and against what the paper prints."""

import numpy as np
import pytest

from dataworth.errors import InputError
from dataworth.inputs.firms.variables import FEATURES
from dataworth.potential import model, tuning
from tests.potential.test_model import firms

FEW = [
    {**model.printed_parameters(), "n_estimators": trees, "learning_rate": rate}
    for trees, rate in [(30, 0.1), (10, 1e-7), (20, 0.05), (5, 1e-6), (40, 0.5)]
]


def test_the_fifth_of_ten_draws_is_table_4_without_any_data():
    drawn = tuning.candidates()
    assert [d == model.printed_parameters() for d in drawn].index(True) == 4
    assert sum(d == model.printed_parameters() for d in drawn) == 1


def test_of_two_hundred_sessions_only_the_printed_one_draws_table_4():
    printed = model.printed_parameters()
    assert [seed for seed in range(200) if printed in tuning.candidates(10, seed)] == [123]


def test_scores_and_winner_are_those_of_scikit_learns_search():
    from lightgbm import LGBMRegressor
    from sklearn.model_selection import KFold, RandomizedSearchCV

    frame = firms(900)
    theirs = RandomizedSearchCV(
        LGBMRegressor(random_state=123, n_jobs=1, verbose=-1),
        {name: list(values) for name, values in tuning.SPACE.items()},
        n_iter=6,
        random_state=123,
        cv=KFold(3),
        scoring="r2",
        refit=False,
    ).fit(frame[list(FEATURES)], frame["Data"])
    expected = np.array([theirs.cv_results_[f"split{fold}_test_score"] for fold in range(3)]).T
    ours = tuning.tune(frame, draws=6, folds=3, risk=0)
    assert ours.scores == pytest.approx(expected, abs=1e-12)
    assert ours.draw == theirs.best_index_ + 1
    assert ours.winner == {name: theirs.best_params_[name] for name in ours.winner}


@pytest.mark.parametrize("seed", range(4))
def test_the_race_keeps_the_winner_and_every_score_that_it_takes(seed):
    frame = firms(800, seed)
    full = tuning.tune(frame, draws=FEW, risk=0)
    race = tuning.tune(frame, draws=FEW)
    assert race.draw == full.draw
    run = np.isfinite(race.scores)
    assert np.array_equal(race.scores[run], full.scores[run])
    assert run[race.draw - 1].all()
    assert run.sum() < run.size
    assert race.table["dropped"].tolist() == (~run.all(axis=1)).tolist()
    assert race.table["folds"].tolist() == run.sum(axis=1).tolist()


def test_results_do_not_depend_on_the_number_of_workers():
    frame = firms(600)
    one, three = (tuning.tune(frame, draws=FEW, folds=5, workers=w) for w in (1, 3))
    assert np.array_equal(one.scores, three.scores, equal_nan=True)
    assert one.table.equals(three.table)


def test_a_single_draw_is_measured_on_every_fold():
    found = tuning.tune(firms(300), draws=FEW[:1], folds=4)
    assert np.isfinite(found.scores).all()
    assert found.table["mean_r2"].iloc[0] == pytest.approx(found.scores.mean())


def test_a_draw_is_hopeless_only_when_its_distance_dwarfs_its_spread():
    leader = np.array([0.10, 0.12, 0.08, 0.11])
    close = leader - [0.01, -0.01, 0.02, 0.005]
    steady = leader - [0.050, 0.051, 0.049, 0.050]
    scores = np.array([leader, close, steady])
    assert tuning.hopeless(scores, folds=10).tolist() == [False, False, True]
    assert not tuning.hopeless(scores[:, :2], folds=10).any()
    assert not tuning.hopeless(scores, folds=10, risk=0).any()
    assert not tuning.hopeless(scores, folds=4).any()


@pytest.mark.parametrize("lead", [0.0, 0.5, 2.0])
def test_a_draw_that_would_have_come_level_is_given_up_as_rarely_as_said(lead):
    """Whatever the leader's true lead: folds alike, 4,000 races, five of ten folds seen."""
    generator = np.random.default_rng(1)
    gaps = generator.normal(-lead, 1.0, size=(4000, 10))
    wronged = given_up = 0
    for gap in gaps:
        scores = np.stack([np.zeros(10), gap])
        lost = tuning.hopeless(scores[:, :5], folds=10, risk=0.05)[1]
        given_up += lost
        wronged += lost and gap.sum() >= 0
    assert given_up > 0
    assert wronged / len(gaps) <= 0.05


def test_settings_that_make_no_search_are_refused():
    frame = firms(20)
    for options in ({"folds": 1}, {"folds": 21}, {"draws": []}, {"draws": 0}, {"risk": 0.5}):
        with pytest.raises(InputError):
            tuning.tune(frame, **options)

"""The contestants draw alike; parts of an experiment have seeds of their own."""

from dataworth.potential.baselines import BASELINES
from dataworth.potential.stress import methods
from dataworth.potential.synthetic.augment import Recipe


def test_the_pipeline_draws_few_rows_and_the_others_learn_from_firms():
    tried = methods.contestants(Recipe("tvae", epochs=7))
    assert tried.pop("pipeline") == Recipe("tvae", epochs=7, rows=methods.SYNTHETIC_ROWS)
    assert set(tried.values()) == set(BASELINES)
    assert methods.contestants(Recipe(rows=500))["pipeline"].rows == 500


def test_parts_of_an_experiment_have_their_own_seeds():
    places = [(), (0,), (0, 0), (1,), (1, 0), (0, 1)]
    assert len({methods.child_seed(7, *place) for place in places}) == len(places)

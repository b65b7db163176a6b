"""The contestants draw alike; parts of an experiment have seeds of their own."""

from dataworth.potential.stress import methods
from dataworth.potential.synthetic.augment import Recipe


def test_all_synthesizers_draw_alike_and_learn_with_table_4():
    tried = methods.contestants(Recipe("tvae", epochs=7))
    assert {name for name, method in tried.items() if isinstance(method, Recipe)} == {
        *("pipeline", "copula", "bootstrap")
    }
    assert tried["pipeline"] == Recipe("tvae", epochs=7, rows=methods.SYNTHETIC_ROWS)
    assert methods.contestants(Recipe(rows=500))["copula"].rows == 500


def test_parts_of_an_experiment_have_their_own_seeds():
    places = [(), (0,), (0, 0), (1,), (1, 0), (0, 1)]
    assert len({methods.child_seed(7, *place) for place in places}) == len(places)

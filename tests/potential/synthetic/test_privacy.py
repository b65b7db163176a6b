"""Who copies the members gives them away; who never saw them cannot."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from dataworth.errors import InputError
from dataworth.potential.synthetic import privacy
from dataworth.potential.synthetic.augment import Recipe


def draw(seed, n=60):
    """Firms of one population: two amounts of money and a ratio."""
    generator = np.random.default_rng(seed)
    values = generator.normal(size=(n, 3))
    return pd.DataFrame({"Size": np.exp(values[:, 0]), "OCF": values[:, 1], "ROA": values[:, 2]})


def test_copies_of_the_members_give_them_all_away():
    members, others = draw(0), draw(1)
    found = privacy.attack(members, others, pd.concat([members] * 5))
    assert found["auc_distance"] == 1
    assert found["auc_density"] == 1
    assert found["member_distance"] == 0
    assert found["other_distance"] > 0


def test_rows_that_know_nothing_of_the_members_give_nothing_away():
    found = pd.DataFrame(
        [privacy.attack(draw(3 * i), draw(3 * i + 1), draw(3 * i + 2, 2000)) for i in range(30)]
    )
    for name in ("auc_distance", "auc_density"):
        error = found[name].std() / 30**0.5
        assert abs(found[name].mean() - 0.5) < 3 * error, name


def test_the_density_attack_makes_allowance_for_lonely_firms():
    """Members that live far apart, others in a crowd: distance is misled, density is not."""
    generator = np.random.default_rng(5)
    members = pd.DataFrame(generator.normal(size=(50, 2)) * 5, columns=["ROA", "GPM"])
    others = pd.DataFrame(generator.normal(size=(50, 2)) * 0.05, columns=["ROA", "GPM"])
    synthetic = pd.DataFrame(np.repeat(members.to_numpy(), 40, axis=0), columns=members.columns)
    synthetic += 0.5 * generator.normal(size=synthetic.shape)
    crowd = pd.DataFrame(generator.normal(size=(30, 2)) * 0.05, columns=["ROA", "GPM"])
    found = privacy.attack(members, others, pd.concat([synthetic, crowd]))
    assert found["auc_density"] > found["auc_distance"] + 0.2


def test_distances_do_not_depend_on_the_unit():
    members, others, synthetic = draw(0), draw(1), draw(2, 500)
    here = privacy.attack(members, others, synthetic)
    scaled = (frame.assign(ROA=frame["ROA"] * 100) for frame in (members, others, synthetic))
    assert privacy.attack(*scaled) == pytest.approx(here)


def test_repeats_split_in_halves_and_depend_on_their_seed_alone():
    recipe = Recipe("bootstrap", rows=500)
    jobs = [({"n": n}, draw(n), recipe, seed) for n, seed in ((0, 1), (0, 2), (1, 1))]
    found = privacy.attack_all(jobs)
    again = privacy.attack_all(jobs[1:2])
    pd.testing.assert_series_equal(found.iloc[1], again.iloc[0], check_names=False)
    assert found[["n", "seed"]].to_numpy().tolist() == [[0, 1], [0, 2], [1, 1]]
    assert not found.iloc[0].equals(found.iloc[1])


def test_too_few_firms_are_refused():
    with pytest.raises(InputError, match="at least 20 firms, found 8"):
        privacy.attack_all([({}, draw(1, 8), Recipe("bootstrap", rows=50), 1)])
    with pytest.raises(InputError, match="at least 20 firms, found 0"):
        privacy.attack_all([])

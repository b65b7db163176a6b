"""Folds do not leak, and R squared on firms left out is what its definition gives."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from dataworth.errors import InputError
from dataworth.inputs.firms.variables import TARGET
from dataworth.potential.baselines import BASELINES
from dataworth.potential.sample import reconstruct_firms
from dataworth.potential.stress import transfer
from dataworth.potential.synthetic.augment import Recipe
from tests.potential.stress import QUICK, TRIED

LOG = "log"


def measured(samples, tried, by=(), **options):
    """Run and measure, by method and scale."""
    found = transfer.run(samples, tried, **options)
    return transfer.measure(found, [*by, "method", "scale"], seed=0)


def test_the_pipeline_draws_few_rows_and_the_others_learn_from_firms():
    tried = transfer.contestants(Recipe("tvae", epochs=7))
    assert tried.pop("pipeline") == Recipe("tvae", epochs=7, rows=transfer.SYNTHETIC_ROWS)
    assert set(tried.values()) == set(BASELINES)
    assert transfer.contestants(Recipe(rows=500))["pipeline"].rows == 500


def test_no_method_learns_from_the_firms_that_it_is_tested_on(monkeypatch):
    pairs = []

    def watch(method, sample, fresh, **options):
        pairs.append((set(sample.index), set(fresh.index)))
        zeros = np.zeros(len(fresh))
        return [transfer.Trial("log", 0.0, 0.0, zeros)]

    monkeypatch.setattr(transfer, "try_method", watch)
    firms = reconstruct_firms(seed=1, n=43)
    transfer.run([({}, firms)], {"watched": "mean"}, folds=5, seed=1)
    assert len(pairs) == 5
    assert all(not seen & held for seen, held in pairs)
    assert sorted(firm for _, held in pairs for firm in held) == sorted(firms.index)


def test_the_mean_of_the_others_has_the_r_squared_that_its_definition_gives():
    firms = reconstruct_firms(seed=1, n=40)
    found = measured([({}, firms)], {"mean": "mean"}, folds=20, seed=1)
    # Leaving out two firms moves the mean by 1/19 of their own mean's distance from it.
    parts = transfer._folds(firms, 20, 1)
    expected = np.concatenate([np.full(2, seen[TARGET].mean()) for seen, _ in parts])
    parts = transfer._folds(firms, 20, 1)
    actual = np.concatenate([held[TARGET] for _, held in parts])
    by_hand = 1 - ((actual - expected) ** 2).sum() / ((actual - actual.mean()) ** 2).sum()
    assert found.loc[("mean", "yuan"), "real"] == pytest.approx(by_hand)
    assert found.loc[("mean", "yuan"), "seen"] == pytest.approx(0)
    assert found.loc[("mean", "yuan"), "low"] < by_hand < found.loc[("mean", "yuan"), "high"]


def test_in_a_world_with_nothing_to_learn_only_a_test_on_real_firms_says_so():
    firms = reconstruct_firms(world="null", seed=2)
    found = measured([({}, firms)], TRIED, folds=5, seed=1)
    assert found.loc[("bootstrap", LOG), "own"] > 0.2
    assert found.loc[("bootstrap", LOG), "seen"] > 0.5
    assert (found["real"] < 0.05).all()
    assert np.isnan(found.loc[("ridge", LOG), "own"])


def test_with_many_firms_the_synthesizers_own_test_comes_near_the_real_one():
    def gap(n: int) -> float:
        firms = reconstruct_firms(strength=0.9, seed=3, n=n)
        found = measured([({}, firms)], {"bootstrap": QUICK}, folds=3, seed=1)
        return found.loc[("bootstrap", LOG), "own"] - found.loc[("bootstrap", LOG), "real"]

    assert gap(3000) < 0.25 * gap(60)


def test_own_firms_may_come_with_other_columns_labels_and_numbers():
    firms = reconstruct_firms(seed=1, n=11)[["ROA", "Size", TARGET]].set_index(
        pd.Index(list("abcdefghijk"))
    )
    found = transfer.run([({"world": "yours"}, firms)] * 2, {"ridge": "ridge"}, folds=20, seed=1)
    assert list(found.columns[:4]) == ["world", "repeat", "method", "scale"]
    assert len(found) == 2 * 2 * 11
    once = found[(found["repeat"] == 0) & (found["scale"] == "yuan")].set_index("firm").sort_index()
    assert once["actual"].tolist() == firms[TARGET].tolist()
    assert np.isfinite(found["predicted"]).all()


def test_a_sample_too_small_to_divide_is_refused():
    firms = reconstruct_firms(seed=1, n=10)[:3]
    with pytest.raises(InputError, match="expected at least 4 firms to divide, found 3"):
        transfer.run([({}, firms)], TRIED, folds=2, seed=1)


def test_the_order_is_the_rank_correlation_within_each_fold():
    firms = reconstruct_firms(strength=0.9, seed=3, n=40)
    found = measured([({}, firms)], {"ridge": "ridge"}, folds=2, seed=1)
    orders = []
    for seen, held in transfer._folds(firms, 2, 1):
        (_, trial) = transfer.try_method("ridge", seen, held, seed=0)
        orders.append(stats.spearmanr(held[TARGET], trial.predicted).statistic)
    assert found.loc[("ridge", LOG), "order"] == pytest.approx(np.mean(orders))

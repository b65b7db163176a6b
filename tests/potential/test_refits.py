"""The pipeline as a whole: one row a refit, the same whoever does the work."""

import json
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd
import pytest

from dataworth.book import executors
from dataworth.errors import InputError
from dataworth.inputs.firms.variables import FEATURES
from dataworth.potential import explain, model, refits
from dataworth.potential.sample import reconstruct_firms, signal
from dataworth.potential.synthetic.augment import Recipe, synthesize
from tests.potential.test_model import SMALL, firms

QUICK = Recipe(synthesizer="bootstrap", rows=600)
TRAINED = Recipe(epochs=2, rows=400)


def jobs(number: int) -> list:
    """Give jobs of one sample with different seeds."""
    return [({"world": "null", "member": i}, firms(100), i) for i in range(number)]


def test_a_refit_is_its_steps_one_after_another():
    sample = firms(100)
    row = refits.refit(sample, QUICK, seed=7, parameters=SMALL)
    synthetic = synthesize(sample, QUICK, seed=7)
    train, test = model.split(synthetic)
    booster = model.fit(train, SMALL)
    features = test[list(FEATURES)]
    expected = model.score(test["Data"], booster.predict(features))
    assert {name: row[name] for name in model.METRICS} == pytest.approx(expected)
    again = train[: len(test)]
    fitted = booster.predict(again[list(FEATURES)])
    assert row["train_r2"] == pytest.approx(model.score(again["Data"], fitted)["r2"])
    assert row["permutation_p"] == model.permutation_p(test["Data"], booster.predict(features))
    assert row["target_sd"] == pytest.approx(model.implied_sd(row["r2"], row["rmse"]))
    assert row["share_at_minimum"] == (synthetic["Data"] <= sample["Data"].min()).mean()
    means = explain.importance(explain.contributions(booster, features))
    names = [name for name in row if name.startswith(refits.IMPORTANCE)]
    assert names == [f"importance:{feature}" for feature in FEATURES]
    assert row["importance:Revenue"] == pytest.approx(means["Revenue"])


def test_a_model_without_some_features_sees_the_same_synthetic_firms():
    sample, seen = firms(100), FEATURES[:3]
    row = refits.refit(sample, QUICK, seed=7, parameters=SMALL, features=seen)
    train, test = model.split(synthesize(sample, QUICK, seed=7))
    expected = model.fit(train[[*seen, "Data"]], SMALL).predict(test[list(seen)])
    booster = refits.read_model(row["model"])
    assert booster.feature_name() == list(seen)
    assert booster.predict(test[list(seen)]) == pytest.approx(expected)


def test_table_4_is_the_default():
    sample = firms(100)
    default = refits.refit(sample, QUICK, seed=1)
    printed = refits.refit(sample, QUICK, seed=1, parameters=model.printed_parameters())
    assert default == printed


def test_the_kept_text_is_the_model():
    sample = firms(100)
    row = refits.refit(sample, QUICK, seed=7, parameters=SMALL)
    _, test = model.split(synthesize(sample, QUICK, seed=7))
    predicted = refits.read_model(row["model"]).predict(test[list(FEATURES)])
    assert model.score(test["Data"], predicted)["rmse"] == pytest.approx(row["rmse"])


def test_rows_come_in_the_order_of_the_jobs_with_their_labels():
    table = refits.refit_all(jobs(3), QUICK, parameters=SMALL)
    assert list(table.columns[:3]) == ["world", "member", "seed"]
    assert table["member"].tolist() == table["seed"].tolist() == [0, 1, 2]
    alone = refits.refit(firms(100), QUICK, seed=2, parameters=SMALL)
    assert table.iloc[2]["model"] == alone["model"]


def test_threads_that_share_global_generators_change_nothing():
    plain = refits.refit_all(jobs(2), TRAINED, parameters=SMALL)
    with ThreadPoolExecutor(2) as executor:
        side_by_side = refits.refit_all(jobs(2), TRAINED, parameters=SMALL, executor=executor)
    pd.testing.assert_frame_equal(plain, side_by_side)


@pytest.fixture
def scheduler(tmp_path):
    """Give the address of a real scheduler with two workers, each a process."""
    file = tmp_path / "scheduler.json"
    common = ["--scheduler-file", str(file), "--no-dashboard", "--host", "127.0.0.1"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}

    def start(module: str, *options: str) -> subprocess.Popen:
        return subprocess.Popen([sys.executable, "-m", module, *common, *options], **quiet)

    processes = [start("distributed.cli.dask_scheduler", "--port", "0")]
    try:
        until = time.monotonic() + 60
        while not file.exists() and time.monotonic() < until:
            time.sleep(0.1)
        for _ in range(2):
            processes.append(start("distributed.cli.dask_worker", "--nthreads", "1"))
        yield json.loads(file.read_text())["address"]
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait(timeout=30)


def test_a_dask_cluster_gives_the_same_table(scheduler):
    plain = refits.refit_all(jobs(4), QUICK, parameters=SMALL)
    with executors.cluster(scheduler) as executor:
        table = refits.refit_all(jobs(4), QUICK, parameters=SMALL, executor=executor)
    pd.testing.assert_frame_equal(plain, table)


def test_without_explanations_the_measures_are_the_same():
    whole = refits.refit(firms(100), QUICK, seed=2, parameters=SMALL)
    plain = refits.refit(firms(100), QUICK, seed=2, parameters=SMALL, explain=False)
    assert plain == {name: whole[name] for name in model.METRICS}


@pytest.mark.parametrize("world", ["linear", "planted", "size"])
def test_a_reference_model_knows_the_signal_of_its_world(world):
    booster, rows = refits.reference(world, seed=1, firms=2000)
    fresh = reconstruct_firms(world="null", seed=9, n=300)[list(FEATURES)]
    assert np.corrcoef(booster.predict(fresh), signal(world, fresh))[0, 1] > 0.9
    assert list(rows.columns) == list(FEATURES)


def test_no_job_is_refused():
    with pytest.raises(InputError, match="job"):
        refits.refit_all([], QUICK)

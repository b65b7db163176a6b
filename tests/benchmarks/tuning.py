"""Benchmarks of part `potential`: the search for parameters, and refits on all cores.

Each measurement is a process of its own, so that peak memory belongs to it alone:
``python -m tests.benchmarks.tuning tune ours`` prints one as JSON.
"""

from __future__ import annotations

import hashlib
import json
import os
import resource
import subprocess
import sys
import time
import warnings
from collections.abc import Callable

from tests.benchmarks import ROOT, Row

CORES = os.cpu_count() or 1
REFITS = 30
SEED = 20260504


def rows() -> list[Row]:
    """Measure, compare results, and give rows as the status page holds them."""
    return [tuning_row(), refits_row(), training_row(), *step_rows()]


def tuning_row() -> Row:
    """Time the search against scikit-learn's; winner and its fold scores must be the same."""
    ours, theirs = measure("tune", "ours"), measure("tune", "sklearn")
    gap = max(abs(a - b) for a, b in zip(ours["scores"], theirs["scores"], strict=True))
    if ours["winner"] != theirs["winner"] or gap > 1e-9:
        raise AssertionError(f"the searches differ: {ours}, {theirs}")
    figures = (
        f"{ours['seconds']:.1f} s and {ours['fits']} fits against {theirs['seconds']:.1f} s and "
        f"{theirs['fits']}; same winner, its fold scores apart by {gap:.0e} at most; "
        f"{memory(ours, theirs)}"
    )
    what = f"random search, 10 draws × 10 folds, {ours['rows']:,} rows"
    against = f"scikit-learn's RandomizedSearchCV with the same folds, {CORES} processes"
    return Row(what, against, ours["seconds"] / theirs["seconds"], figures)


def refits_row() -> Row:
    """Time refits on all cores against one after another; the tables must be the same."""
    ours, theirs = measure("refit", "cores"), measure("refit", "serial")
    if ours["digest"] != theirs["digest"]:
        raise AssertionError("refits differ between one process and several")
    figures = (
        f"{ours['seconds']:.0f} s in {CORES} processes against {theirs['seconds']:.0f} s; "
        f"same tables and models; {memory(ours, theirs)}"
    )
    what = f"{REFITS} refits: TVAE on 100 firms, 100,000 rows, fit, measures, importances"
    return Row(what, "one after another", ours["seconds"] / theirs["seconds"], figures)


def training_row() -> Row:
    """Time the network's training against SDV's own; the synthetic firms must be the same."""
    ours, theirs = measure("train", "ours"), measure("train", "sdv")
    if ours["digest"] != theirs["digest"]:
        raise AssertionError("synthetic firms differ from those of SDV")
    figures = f"{ours['seconds']:.2f} s against {theirs['seconds']:.2f} s; same firms to the bit"
    what = "TVAE fitted to 100 firms, 20,000 rows drawn"
    return Row(what, "SDV's own training", ours["seconds"] / theirs["seconds"], figures)


def step_rows() -> list[Row]:
    """Say where the time of one refit goes, in processor time."""
    spent = measure("refit", "steps")["steps"]
    whole = sum(spent.values())
    return [
        Row(
            f"step of a refit: {step}",
            "the whole refit",
            time / whole,
            f"{time:.2f} of {whole:.2f} s",
        )
        for step, time in spent.items()
    ]


def memory(ours: dict, theirs: dict) -> str:
    """Say how much memory the largest process of each needed."""
    return f"largest process {ours['mb']:.0f} MB against {theirs['mb']:.0f} MB"


def measure(*task: str) -> dict:
    """Run one measurement in a process of its own."""
    command = [sys.executable, "-m", "tests.benchmarks.tuning", *task]
    done = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(done.stdout.splitlines()[-1])


def timed(work: Callable[[], dict]) -> dict:
    """Run and time a task; add the peak memory of this process or its largest child."""
    begin = time.perf_counter()
    found = work()
    found["seconds"] = time.perf_counter() - begin
    users = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    found["mb"] = max(resource.getrusage(user).ru_maxrss for user in users) / 1024
    return found


def training_rows():
    """Give the paper's training rows: 70 % of 100,000 from TVAE, in the planted world."""
    from dataworth.potential import model
    from dataworth.potential.sample import reconstruct_firms
    from dataworth.potential.synthetic.augment import Recipe, synthesize

    return model.split(synthesize(reconstruct_firms(seed=SEED), Recipe(), seed=123))[0]


def tune_ours() -> dict:
    """Search with shared bins, threads and a race."""
    from dataworth.potential import tuning

    train = training_rows()

    def work() -> dict:
        found = tuning.tune(train)
        scores = found.scores[found.draw - 1].tolist()
        fits = int(found.table["folds"].sum())
        return {"winner": found.winner, "scores": scores, "fits": fits, "rows": len(train)}

    return timed(work)


def tune_sklearn() -> dict:
    """Search with scikit-learn, its processes on all cores, each fit on one thread."""
    from lightgbm import LGBMRegressor
    from sklearn.model_selection import KFold, RandomizedSearchCV

    from dataworth.inputs.firms.variables import FEATURES, TARGET
    from dataworth.potential import model, tuning

    train = training_rows()
    search = RandomizedSearchCV(
        LGBMRegressor(random_state=model.SESSION, n_jobs=1, verbose=-1),
        {name: list(values) for name, values in tuning.SPACE.items()},
        n_iter=10,
        random_state=model.SESSION,
        cv=KFold(10),
        scoring="r2",
        n_jobs=CORES,
        refit=False,
    )

    def work() -> dict:
        search.fit(train[list(FEATURES)], train[TARGET])
        best = search.best_index_
        scores = [float(search.cv_results_[f"split{fold}_test_score"][best]) for fold in range(10)]
        winner = {name: search.best_params_[name] for name in model.PARAMETERS}
        return {"winner": winner, "scores": scores, "fits": 100, "rows": len(train)}

    return timed(work)


def refit(executor=None) -> dict:
    """Run the refits of one world."""
    from dataworth.potential.refits import refit_all
    from dataworth.potential.sample import reconstruct_firms
    from dataworth.potential.synthetic.augment import Recipe

    jobs = [({"member": i}, reconstruct_firms(seed=SEED + i), i) for i in range(REFITS)]
    table = refit_all(jobs, Recipe(), executor=executor)
    return {"digest": hashlib.sha256(table.to_csv().encode()).hexdigest()}


def refit_cores() -> dict:
    """Run the refits as a chapter does, in a process a core; their start counts."""
    from dataworth.book.executors import processes

    def work() -> dict:
        with processes(CORES) as executor:
            return refit(executor)

    return timed(work)


def refit_serial() -> dict:
    """Run the refits one after another."""
    return timed(refit)


def train_ours() -> dict:
    """Fit and draw with the faster training, once everything is loaded."""
    from dataworth.potential.sample import reconstruct_firms
    from dataworth.potential.synthetic.augment import Recipe, synthesize

    firms = reconstruct_firms(seed=SEED)
    # Other firms: curves of a column that comes again are not fitted again.
    synthesize(reconstruct_firms(seed=SEED + 1), Recipe(epochs=1, rows=100), seed=0)

    def work() -> dict:
        drawn = synthesize(firms, Recipe(rows=20_000), seed=3)
        return {"digest": hashlib.sha256(drawn.to_csv().encode()).hexdigest()}

    return timed(work)


def train_sdv() -> dict:
    """Do the same with SDV's synthesizer."""
    from sdv.single_table import TVAESynthesizer

    from dataworth.potential.synthetic import tvae

    tvae.Synthesizer = TVAESynthesizer
    return train_ours()


def refit_steps() -> dict:
    """Time the steps of one refit, once everything is loaded."""
    from ctgan.data_transformer import DataTransformer

    from dataworth.inputs.firms.variables import TARGET
    from dataworth.potential import explain, model
    from dataworth.potential.sample import reconstruct_firms
    from dataworth.potential.synthetic.augment import Recipe, synthesize

    firms = reconstruct_firms(seed=SEED)
    synthesize(firms, Recipe(epochs=1, rows=100), seed=0)
    spent = {}

    def step(name: str, work: Callable):
        begin = time.process_time()
        result = work()
        spent[name] = time.process_time() - begin
        return result

    step("normal curves of each variable", lambda: DataTransformer().fit(firms))
    short = step("without training", lambda: synthesize(firms, Recipe(epochs=1), seed=3))
    synthetic = step("all of it", lambda: synthesize(firms, Recipe(), seed=3))
    before, whole = spent.pop("without training"), spent.pop("all of it")
    spent["training of the network"] = whole - before
    spent["drawing 100,000 rows"] = before  # the curves are known by now
    assert len(short) == len(synthetic)
    train, test = model.split(synthetic)
    booster = step("trees", lambda: model.fit(train, model.printed_parameters()))
    features = test.drop(columns=TARGET)

    def measures() -> None:
        predicted = booster.predict(features, num_threads=1)
        booster.predict(train.drop(columns=TARGET), num_threads=1)
        model.score(test[TARGET], predicted)
        model.permutation_p(test[TARGET], predicted)

    step("measures", measures)
    step("contributions of 5,000 rows", lambda: explain.contributions(booster, features[:5000]))
    return {"steps": spent}


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    print(json.dumps(globals()["_".join(sys.argv[1:3])]()))

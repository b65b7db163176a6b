"""Benchmarks of explanations: contributions and interactions of 30,000 rows against shap.

The model has the shape that the paper's Table 4 prints: 180 trees of 10 leaves on 70,000
rows. Every contestant runs in a process of its own, so that its peak memory is its own.
"""

from __future__ import annotations

import multiprocessing
import resource
import tempfile
import time
from pathlib import Path

from tests.benchmarks import Row

TRAINED, EXPLAINED, BLOCK = 70_000, 30_000, 2_000


def sample(rows: int, seed: int):
    """Draw heavy-tailed features, and a target with steps, a ceiling and an interaction."""
    import numpy as np
    import pandas as pd

    from dataworth.inputs.firms.variables import FEATURES

    generator = np.random.default_rng(seed)
    x = pd.DataFrame(np.exp(generator.normal(size=(rows, len(FEATURES)))), columns=FEATURES)
    signal = x["Revenue"].clip(upper=3) + x["RDRatio"] * (x["ROA"] - 1).clip(upper=2)
    signal += x["Size"].clip(upper=5) * (x["TechRatio"] > 1)
    return x, 1e6 * (signal + 5 * generator.normal(size=rows))


def train(path: str) -> None:
    """Fit the model of Table 4 and keep it as text."""
    import lightgbm

    parameters = {
        **{"learning_rate": 0.05, "num_leaves": 10, "min_child_samples": 96},
        **{"min_split_gain": 0.7, "feature_fraction": 0.9, "bagging_fraction": 0.6},
        **{"bagging_freq": 4, "reg_alpha": 1e-4, "reg_lambda": 0.1, "seed": 123},
        **{"num_threads": 1, "deterministic": True, "verbose": -1},
    }
    data = lightgbm.Dataset(*sample(TRAINED, 1))
    lightgbm.train(parameters, data, num_boost_round=180).save_model(path)


def contestant(name: str, path: str) -> dict:
    """Explain the rows in one way; give seconds, MiB above the start, and values to compare."""
    import lightgbm
    import numpy as np
    import shap

    from dataworth.potential import explain

    booster, (rows, _) = lightgbm.Booster(model_file=path), sample(EXPLAINED, 2)

    def in_blocks():
        # One call for all rows would take the same time; blocks show that it is steady.
        explainer = shap.TreeExplainer(booster)
        blocks = range(0, len(rows), BLOCK)
        parts = [explainer.shap_interaction_values(rows.iloc[b : b + BLOCK]) for b in blocks]
        return np.concatenate(parts)

    work = {
        "contributions": lambda: explain.contributions(booster, rows).to_numpy(),
        "contributions, shap": lambda: shap.TreeExplainer(booster).shap_values(rows),
        "interactions": lambda: explain.interactions(booster, rows),
        "interactions, shap": in_blocks,
    }[name]
    explain.contributions(booster, rows[:10])  # the first call loads what it needs
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    begin = time.perf_counter()
    values = work()
    spent = time.perf_counter() - begin
    peak = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    return {"seconds": spent, "peak": peak, "values": np.asarray(values)}


def compare(kind: str, pool, path: str) -> Row:
    """Set our way against shap's."""
    import numpy as np

    ours, theirs = (pool.apply(contestant, (f"{kind}{who}", path)) for who in ("", ", shap"))
    gap = np.abs(ours["values"] - theirs["values"]).max() / np.abs(theirs["values"]).max()
    if gap > 1e-9:
        raise AssertionError(f"{kind}: they differ by {gap:.1e} of the largest value")
    return Row(
        f"{kind} of {EXPLAINED:,} rows, 180 trees of 10 leaves",
        "shap.TreeExplainer",
        ours["seconds"] / theirs["seconds"],
        f"{ours['seconds']:.2f} s against {theirs['seconds']:.2f} s; peak memory "
        f"{ours['peak']:.0f} MiB against {theirs['peak']:.0f} MiB; largest difference "
        f"{gap:.0e} of the largest value",
    )


def rows() -> list[Row]:
    """Compare contributions and interactions."""
    context = multiprocessing.get_context("spawn")
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "model.txt")
        with context.Pool(1, maxtasksperchild=1) as pool:
            pool.apply(train, (path,))
            return [compare(kind, pool, path) for kind in ("contributions", "interactions")]

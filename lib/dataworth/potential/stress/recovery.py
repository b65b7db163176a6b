"""Drivers and thresholds that were planted: who names them, and who tells them from slopes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import replace
from typing import Any

import pandas as pd

from dataworth.inputs.firms.variables import FEATURES
from dataworth.potential import model, shapes
from dataworth.potential.explain import contributions
from dataworth.potential.refits import REFERENCE
from dataworth.potential.sample import STEPS, reconstruct_firms
from dataworth.potential.stress.transfer import rescaled
from dataworth.potential.synthetic.augment import Recipe, synthesize

WORLDS = ("linear", "planted")
PIPELINE_MOST = 400  # firms beyond which a synthesizer takes too long
ROWS = 20_000  # synthetic firms
EXPLAINED = 400  # fresh firms that models are explained on; with 600, one of 72 curves changed


def run(
    recipe: Recipe,
    *,
    strengths: Sequence[float],
    sizes: Sequence[int],
    repeats: int,
    seed: int,
    executor: Executor | None = None,
) -> pd.DataFrame:
    """Plant drivers, with thresholds and on slopes, and see what models show of them.

    Parameters
    ----------
    recipe : Recipe
        Of the pipeline's synthesizer; it draws `ROWS` at most. The pipeline sees samples of
        `PIPELINE_MOST` firms at most, with the greatest strength; trees see all.
    strengths : sequence of float
        Shares of the log target's variance that the drivers explain.
    sizes : sequence of int
        Firms in a sample.
    repeats : int
        Samples of each world, strength and size.
    seed : int
    executor : concurrent.futures.Executor, optional
        Who does the work; one after another if omitted. The table is the same.

    Returns
    -------
    pandas.DataFrame
        One row a sample, method ("pipeline" or "firms") and ratio: world, strength, n, repeat;
        ratio; clear, whether its contributions show a clear threshold.
    """
    recipe = replace(recipe, rows=min(recipe.rows, ROWS))
    jobs = []
    for n in sizes:
        for strength in strengths:
            synthetic = recipe if n <= PIPELINE_MOST and strength == max(strengths) else None
            for world in WORLDS:
                for repeat in range(repeats):
                    label = {"world": world, "strength": strength, "n": n, "repeat": repeat}
                    jobs.append((label, synthetic, seed + repeat))
    rows = (executor.map if executor else map)(recover, jobs)
    return pd.DataFrame([row for part in rows for row in part])


def recover(job: tuple[Mapping[str, Any], Recipe | None, int]) -> list[dict[str, Any]]:
    """Draw one sample, fit trees to the firms and to synthetic firms, and look for thresholds."""
    label, recipe, seed = job
    world, strength, n = (label[name] for name in ("world", "strength", "n"))
    firms = reconstruct_firms(world=world, strength=strength, seed=seed, n=n)
    fresh = reconstruct_firms(world="null", seed=seed + 1, n=EXPLAINED)[list(FEATURES)]
    models = {"firms": model.fit(rescaled(firms, "log"), REFERENCE)}
    if recipe:
        train, _ = model.split(synthesize(firms, recipe, seed=seed))
        models["pipeline"] = model.fit(train, model.printed_parameters())
    rows = []
    for method, booster in models.items():
        given = contributions(booster, fresh)
        for name in STEPS:
            line = shapes.ramp(shapes.curve(fresh[name], given[name]))
            rows.append(
                {**label, "method": method, "ratio": name, "clear": bool(line and line.clear)}
            )
    return rows

"""What the paper's pipeline reports, above all where nothing is."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from dataworth.facts import read_facts
from dataworth.inputs.firms.variables import FEATURES, TARGET
from dataworth.potential import model
from dataworth.potential.explain import contributions
from dataworth.potential.stress import methods
from dataworth.potential.stress.methods import child_seed, draw_firms, tree_importance
from dataworth.potential.stress.power import permutation_test
from dataworth.potential.stress.recovery import LEADING
from dataworth.potential.synthetic.augment import Recipe, synthesize

if TYPE_CHECKING:
    import lightgbm

    from dataworth.potential.stress.methods import Job

SHOWN_ROWS = 400  # rows of a picture


@dataclass(frozen=True)
class Discoveries:
    """What readers of the paper's report would have learned, sample by sample.

    Attributes
    ----------
    runs : pandas.DataFrame
        One row a strength and repeat: own and real, R² of yuan on the synthetic test set
        and on fresh firms; own_few and real_few, the same with `methods.SYNTHETIC_ROWS`;
        any_synthetic and any_firms, p-values of the largest rank correlation; section, the
        first of a ranking of industries by the prediction for a firm that has the
        industry's median features; lead, by how much the first exceeds the median
        industry, as a fraction.
    features : pandas.DataFrame
        One row a strength, repeat and feature: rank; importance, and importance_few with
        `methods.SYNTHETIC_ROWS` (yuan); p_synthetic and p_firms, p-values of its rank correlation
        with the target; threshold, where one step fits its contributions best, and step,
        the share of their variance that the step explains.
    points : pandas.DataFrame
        For repeat 0, rows of the three leading features: value and contribution (yuan).
    """

    runs: pd.DataFrame
    features: pd.DataFrame
    points: pd.DataFrame


def run(
    pipeline: Recipe, *, repeats: Mapping[float, int], seed: int, executor: Executor | None = None
) -> Discoveries:
    """Run the paper's pipeline on the paper's number of firms and write down what it reports.

    Parameters
    ----------
    pipeline : Recipe
        With all its rows: significance on synthetic firms is a matter of their number.
    repeats : mapping of float to int
        How many samples of each strength; 0 is the null world.
    seed : int
    executor : concurrent.futures.Executor, optional
        As for `transfer.run`.
    """
    labels = [{"strength": s, "repeat": r} for s, count in repeats.items() for r in range(count)]
    fresh = {s: draw_firms(s, child_seed(seed, s), methods.FRESH_FIRMS) for s in repeats}
    jobs = []
    for strength, repeat in (label.values() for label in labels):
        child = child_seed(seed, strength, repeat)
        jobs.append((draw_firms(strength, child, methods.SMALLEST), fresh[strength], child))
    tables: list[list[pd.DataFrame]] = [[], [], []]
    work = (executor.map if executor else map)(partial(_discover, pipeline=pipeline), jobs)
    for label, parts in zip(labels, work, strict=True):
        for kept, part in zip(tables, parts, strict=True):
            kept.append(pd.DataFrame(label, index=part.index).join(part))
    runs, features, points = (pd.concat(parts, ignore_index=True) for parts in tables)
    return Discoveries(runs, features, points[points["repeat"] == 0])


def _discover(job: Job, pipeline: Recipe) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    sample, fresh, seed = job
    synthetic = synthesize(sample, pipeline, seed=seed)
    booster, test, scores = _fit_and_score(synthetic, fresh)
    few, few_test, scores_few = _fit_and_score(synthetic[: methods.SYNTHETIC_ROWS], fresh)
    rows = test.drop(columns=TARGET)[: methods.EXPLAINED_ROWS]
    given = contributions(booster, rows)
    tests = {"synthetic": synthetic, "firms": sample}
    tests = {name: permutation_test(table, seed=seed) for name, table in tests.items()}
    features = pd.DataFrame({name: _step(rows[name], given[name]) for name in rows}).T.assign(
        importance=given.abs().mean(),
        importance_few=tree_importance(
            few, few_test.drop(columns=TARGET)[: methods.EXPLAINED_ROWS]
        ),
        **{f"p_{name}": table["p"] for name, table in tests.items()},
    )
    features["rank"] = features["importance"].rank(ascending=False, method="first").astype(int)
    run = scores | {f"{name}_few": value for name, value in scores_few.items()}
    run |= _section_ranking(booster)
    run |= {f"any_{name}": table["p_any"].min() for name, table in tests.items()}
    shown = features.nsmallest(LEADING, "rank").index
    picture = {"value": rows[:SHOWN_ROWS], "contribution": given[:SHOWN_ROWS]}
    points = pd.DataFrame({k: t[shown].stack() for k, t in picture.items()})
    points = points.rename_axis(["row", "feature"]).reset_index("feature")
    features = features.rename_axis("feature").reset_index()
    return pd.DataFrame([run]), features, points.reset_index(drop=True)


def _fit_and_score(
    synthetic: pd.DataFrame, fresh: pd.DataFrame
) -> tuple[lightgbm.Booster, pd.DataFrame, dict[str, float]]:
    train, test = model.split(synthetic)
    booster = model.fit(train, model.printed_parameters())
    scores = {
        name: model.score(f[TARGET], booster.predict(f.drop(columns=TARGET), num_threads=1))["r2"]
        for name, f in (("own", test), ("real", fresh))
    }
    return booster, test, scores


def _step(values: pd.Series, contributions: pd.Series) -> dict[str, float]:
    """Fit one step to a feature's contributions: where it is, and how much it explains."""
    from sklearn.tree import DecisionTreeRegressor

    tree = DecisionTreeRegressor(max_depth=1, min_samples_leaf=0.05)
    tree.fit(values.to_frame(), contributions)
    split = tree.tree_.threshold[0] if tree.tree_.node_count > 1 else float("nan")
    return {"threshold": split, "step": tree.score(values.to_frame(), contributions)}


def _section_ranking(booster: lightgbm.Booster) -> dict[str, Any]:
    sections = read_facts("section_medians_fy2021").set_index("csrc")
    medians = sections[list(FEATURES)].dropna()
    predicted = np.asarray(booster.predict(medians, num_threads=1))
    lead = predicted.max() / np.median(predicted) - 1
    return {"section": medians.index[predicted.argmax()], "lead": float(lead)}

"""Does the method find what is there, and only that? Tests that the paper did not make.

Beyond the paper. Its pipeline and its rivals learn from the same firms and are measured on
firms that nobody learned from; in worlds where the drivers are known, what they report is
held against the truth. A method is a `Recipe`, for LightGBM with Table 4's parameters on
synthetic firms, or the name of a baseline that learns from the firms themselves. Each is
measured on two scales of the target, yuan and logarithms, and learns on the scale that it is
measured on.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from dataworth.errors import InputError
from dataworth.inputs.firms.variables import FEATURES, TARGET
from dataworth.potential import model
from dataworth.potential.augment import Recipe, synthesize

if TYPE_CHECKING:
    import lightgbm

    Method = Recipe | str
    Job = tuple[pd.DataFrame, pd.DataFrame, int]

SCALES = ("yuan", "log")
LEADING = 3  # the paper names three leading drivers
LEVEL = 0.05  # a finding is called significant below this
FEWEST = 2  # samples of any size
SMALLEST = 100  # firms of the smallest sample, the paper's number
SYNTHETIC_ROWS = 10_000  # drawn at most where fits are many
FRESH_FIRMS = 2000  # firms that nobody learned from, where they can be had at will
EXPLAINED_ROWS = 3000  # rows behind an importance
PERMUTATIONS = 199
SHOWN_ROWS = 400  # rows of a picture


@dataclass(frozen=True)
class Outcome:
    """One method on one sample and one scale.

    Attributes
    ----------
    scale : {"yuan", "log"}
    seen : float
        R² on the firms of the sample.
    own : float
        R² on a test set of the method's own synthetic firms, as the paper reports it; NaN
        for a baseline.
    predicted : numpy.ndarray
        Predictions for the fresh firms, on this scale.
    importance : pandas.Series
        Mean absolute contribution of each feature, on this scale; NaN if not asked for.
    """

    scale: str
    seen: float
    own: float
    predicted: np.ndarray
    importance: pd.Series


def methods(pipeline: Recipe) -> dict[str, Method]:
    """Name the methods that are compared.

    Parameters
    ----------
    pipeline : Recipe
        Of the paper's pipeline. Like its variants it draws `SYNTHETIC_ROWS` at most.

    Returns
    -------
    dict of str to Method
        pipeline, copula and bootstrap learn from synthetic firms; firms (LightGBM with its
        default settings), elastic_net, ridge and mean from the firms themselves.
    """
    rows = min(pipeline.rows, SYNTHETIC_ROWS)
    return {
        "pipeline": replace(pipeline, rows=rows),
        **{name: Recipe(name, rows=rows) for name in ("copula", "bootstrap")},
        **{"firms": "LightGBM", "elastic_net": "elastic net", "ridge": "ridge", "mean": "mean"},
    }


def try_method(
    method: Method,
    sample: pd.DataFrame,
    fresh: pd.DataFrame,
    *,
    seed: int,
    explain: bool = True,
) -> list[Outcome]:
    """Learn from a sample and predict fresh firms, on both scales.

    Parameters
    ----------
    method : Recipe or str
        A recipe for synthetic firms, or one of `baselines.BASELINES`.
    sample, fresh : pandas.DataFrame, shape (firms, features + 1)
        What the method may see; and firms whose features alone are read.
    seed : int
    explain : bool
        Whether importances are computed, which takes longer than to learn.

    Returns
    -------
    list of Outcome
        One for each of `SCALES`.
    """
    train, test = sample, None
    if isinstance(method, Recipe):
        train, test = model.split(synthesize(sample, method, seed=seed))
    shown = (train if test is None else test).drop(columns=TARGET)[:EXPLAINED_ROWS]
    outcomes = []
    for scale in SCALES:
        predict, importance = _learn(method, rescaled(train, scale), seed)
        seen, own = (
            model.score(rescaled(f, scale)[TARGET], predict(f.drop(columns=TARGET)))["r2"]
            if f is not None
            else float("nan")
            for f in (sample, test)
        )
        predicted = predict(fresh.drop(columns=TARGET))
        means = importance(shown) if explain else shown.mean() * float("nan")
        outcomes.append(Outcome(scale, seen, own, predicted, means))
    return outcomes


def rescaled(firms: pd.DataFrame, scale: str) -> pd.DataFrame:
    """Give the firms with their target in yuan, or as the logarithm of one plus yuan."""
    return firms if scale == "yuan" else firms.assign(**{TARGET: np.log1p(firms[TARGET])})


# --- train on synthetic, test on real ------------------------------------------------------


def transfer(
    samples: Iterable[tuple[Mapping[str, Any], pd.DataFrame]],
    tried: Mapping[str, Method],
    *,
    folds: int,
    seed: int,
    executor: Executor | None = None,
) -> pd.DataFrame:
    """Learn from some firms and test on the others, the synthesizer fitted inside each fold.

    Parameters
    ----------
    samples : iterable of (labels, sample)
        `labels` is a mapping that becomes the first columns. The same firms may come
        several times; each time they are divided anew.
    tried : mapping of str to Method
    folds : int
        No more than half of the firms are used.
    seed : int
    executor : concurrent.futures.Executor, optional
        Who does the work; one after another if omitted. The table is the same.

    Returns
    -------
    pandas.DataFrame
        One row a sample, method and scale: the labels; method; scale; seen, R² on the firms
        that were learned from, own, R² on the synthetic test set, and order, the rank
        correlation of prediction and target among firms left out, all three means over
        folds; real, R² over all firms, each predicted once while it was left out.

    Raises
    ------
    InputError
        A sample has fewer than four firms.
    """
    labels, jobs = [], []
    for i, (label, sample) in enumerate(samples):
        for fold, (seen, held) in enumerate(_folds(sample, folds, child_seed(seed, i))):
            labels.append({"sample": i, **label})
            jobs.append((seen, held, child_seed(seed, i, fold)))
    groups: dict[tuple, list[tuple]] = {}
    work = _map(partial(_try_all, tried=dict(tried), explain=False), jobs, executor)
    for label, (_, held, _), outcomes in zip(labels, jobs, work, strict=True):
        for name, outcome in outcomes:
            key = (*label.items(), ("method", name), ("scale", outcome.scale))
            groups.setdefault(key, []).append((outcome, rescaled(held, outcome.scale)[TARGET]))
    rows = []
    for key, parts in groups.items():
        actual = np.concatenate([target for _, target in parts])
        predicted = np.concatenate([outcome.predicted for outcome, _ in parts])
        means = {k: np.mean([getattr(outcome, k) for outcome, _ in parts]) for k in ("seen", "own")}
        means["order"] = np.mean([_order(target, outcome.predicted) for outcome, target in parts])
        rows.append({**dict(key), **means, "real": model.score(actual, predicted)["r2"]})
    return pd.DataFrame(rows).drop(columns="sample")


# --- recovery of what was planted ----------------------------------------------------------


def sample_sizes(largest: int) -> list[int]:
    """Give the sizes that recovery is tried on: the paper's, four times it, and so on."""
    sizes = [SMALLEST]
    while sizes[-1] * 4 <= largest:
        sizes.append(sizes[-1] * 4)
    return sizes if sizes[-1] >= largest else [*sizes, largest]


def true_importance(*, seed: int, n: int = FRESH_FIRMS) -> pd.Series:
    """Say how much each feature matters to the planted signal, largest first.

    Returns
    -------
    pandas.Series
        By feature: mean absolute change of the signal, in its standard deviations, when
        the feature's values are dealt out anew among the firms.
    """
    from dataworth.potential.sample import planted_signal, reconstruct_firms

    features = reconstruct_firms(world="null", seed=seed, n=n)[list(FEATURES)]
    signal, order = planted_signal(features), np.random.default_rng(seed).permutation(n)
    dealt = {name: features.assign(**{name: features[name].to_numpy()[order]}) for name in FEATURES}
    changes = {name: (planted_signal(table) - signal).abs().mean() for name, table in dealt.items()}
    return pd.Series(changes).sort_values(ascending=False, kind="stable")


def recovery(
    tried: Mapping[str, Method],
    *,
    strengths: Sequence[float],
    sizes: Sequence[int],
    repeats: int,
    seed: int,
    executor: Executor | None = None,
) -> pd.DataFrame:
    """Plant drivers of known strength and see who finds them, in samples of several sizes.

    Parameters
    ----------
    tried : mapping of str to Method
    strengths : sequence of float
        Shares of the log target's variance that the drivers explain; 0 is the null world.
    sizes : sequence of int
        Firms in a sample.
    repeats : int
        Samples of the smallest size; a quarter as many at each larger one, but two if
        possible: large samples differ less, and synthesizers take longer.
    seed : int
    executor : concurrent.futures.Executor, optional
        As for `transfer`.

    Returns
    -------
    pandas.DataFrame
        One row a strength, n, repeat, method and scale: seen and own as for `transfer`;
        order and real on `FRESH_FIRMS` fresh firms; hits and rank_correlation as `compare`
        gives them; ``importance:<feature>``.
    """
    truth = true_importance(seed=seed)
    labels, jobs = [], []
    for i, strength in enumerate(strengths):
        fresh = _firms(strength, child_seed(seed, i), FRESH_FIRMS)
        for j, n in enumerate(sorted(sizes)):
            for repeat in range(max(min(repeats, FEWEST), repeats // 4**j)):
                child = child_seed(seed, i, j, repeat)
                labels.append({"strength": strength, "n": n, "repeat": repeat})
                jobs.append((_firms(strength, child, n), fresh, child))
    rows = []
    work = _map(partial(_try_all, tried=dict(tried)), jobs, executor)
    for label, (_, fresh, _), outcomes in zip(labels, jobs, work, strict=True):
        for name, outcome in outcomes:
            actual = rescaled(fresh, outcome.scale)[TARGET]
            order, real = _order(actual, outcome.predicted), model.score(actual, outcome.predicted)
            rows.append(
                {**label, "method": name, "scale": outcome.scale}
                | {"seen": outcome.seen, "own": outcome.own, "order": order, "real": real["r2"]}
                | compare(outcome.importance, truth)
                | {f"importance:{key}": outcome.importance[key] for key in FEATURES}
            )
    return pd.DataFrame(rows)


def compare(importance: pd.Series, truth: pd.Series, leading: int = LEADING) -> dict[str, float]:
    """Hold importances against the true ones.

    Parameters
    ----------
    importance, truth : pandas.Series
        By feature.
    leading : int
        How many features are named.

    Returns
    -------
    dict
        hits, the share of the truly leading features among those that lead, where features
        that tie for the last place have equal chances of it; and rank_correlation of the
        two, NaN if all features seem equally important.
    """
    last = importance.nlargest(leading).iloc[-1]
    surely, tied = importance > last, importance == last
    chance = surely + tied * (leading - surely.sum()) / tied.sum()
    hits = float(chance[truth.nlargest(leading).index].mean())
    if importance.nunique() == 1:
        return {"hits": hits, "rank_correlation": float("nan")}
    correlation = importance.rank().corr(truth[importance.index].rank())
    return {"hits": hits, "rank_correlation": float(correlation)}


# --- what is found where nothing is --------------------------------------------------------


@dataclass(frozen=True)
class Discoveries:
    """What readers of the paper's report would have learned, sample by sample.

    Attributes
    ----------
    runs : pandas.DataFrame
        One row a strength and repeat: own and real, R² of yuan on the synthetic test set
        and on fresh firms; own_few and real_few, the same with `SYNTHETIC_ROWS`;
        any_synthetic and any_firms, p-values of the largest rank correlation; section, the
        first of a ranking of industries by the prediction for a firm that has the
        industry's median features; lead, by how much the first exceeds the median
        industry, as a fraction.
    features : pandas.DataFrame
        One row a strength, repeat and feature: rank; importance, and importance_few with
        `SYNTHETIC_ROWS` (yuan); p_synthetic and p_firms, p-values of its rank correlation
        with the target; threshold, where one step fits its contributions best, and step,
        the share of their variance that the step explains.
    points : pandas.DataFrame
        For repeat 0, rows of the three leading features: value and contribution (yuan).
    """

    runs: pd.DataFrame
    features: pd.DataFrame
    points: pd.DataFrame


def discoveries(
    pipeline: Recipe,
    *,
    repeats: Mapping[float, int],
    seed: int,
    executor: Executor | None = None,
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
        As for `transfer`.
    """
    labels = [{"strength": s, "repeat": r} for s, count in repeats.items() for r in range(count)]
    fresh = {s: _firms(s, child_seed(seed, _thousandths(s)), FRESH_FIRMS) for s in repeats}
    jobs = []
    for strength, repeat in (label.values() for label in labels):
        child = child_seed(seed, _thousandths(strength), repeat)
        jobs.append((_firms(strength, child, SMALLEST), fresh[strength], child))
    tables: list[list[pd.DataFrame]] = [[], [], []]
    for label, parts in zip(
        labels, _map(partial(_discover, pipeline=pipeline), jobs, executor), strict=True
    ):
        for kept, part in zip(tables, parts, strict=True):
            kept.append(pd.DataFrame(label, index=part.index).join(part))
    runs, features, points = (pd.concat(parts, ignore_index=True) for parts in tables)
    return Discoveries(runs, features, points[points["repeat"] == 0])


def permutation_test(firms: pd.DataFrame, *, seed: int) -> pd.DataFrame:
    """Test each feature's rank correlation with the target by shuffling the target.

    Parameters
    ----------
    firms : pandas.DataFrame, shape (rows, features + 1)
        Taken as independent draws, which synthetic firms are not.
    seed : int

    Returns
    -------
    pandas.DataFrame
        By feature: correlation; p, its p-value alone; p_any, its p-value among all
        features (Westfall & Young 1993), whose least tests all of them at once.
    """
    ranks = firms.rank()
    ranks = ((ranks - ranks.mean()) / ranks.std(ddof=0).replace(0, 1)) / np.sqrt(len(firms))
    target, features = ranks.pop(TARGET).to_numpy(), ranks.to_numpy()
    seen = np.abs(target @ features)
    generator, above, above_any = np.random.default_rng(seed), 1, 1
    for _ in range(PERMUTATIONS):
        shuffled = np.abs(generator.permutation(target) @ features)
        above = above + (shuffled >= seen - 1e-12)
        above_any = above_any + (shuffled.max() >= seen - 1e-12)
    table = {"correlation": target @ features, "p": above, "p_any": above_any}
    return pd.DataFrame(table, ranks.columns).assign(
        p=lambda t: t["p"] / (PERMUTATIONS + 1), p_any=lambda t: t["p_any"] / (PERMUTATIONS + 1)
    )


# --- what a sample can support -------------------------------------------------------------


def power(
    *,
    strengths: Sequence[float],
    sizes: Sequence[int],
    repeats: int,
    seed: int,
    executor: Executor | None = None,
) -> pd.DataFrame:
    """Draw many samples, test each for any dependence at all, and predict by ridge.

    Returns
    -------
    pandas.DataFrame
        One row a strength, n and repeat: p, of the largest rank correlation among all
        features (`permutation_test`); real, R² of log yuan on `FRESH_FIRMS` fresh firms by
        ridge on logarithms, fitted to the sample.
    """
    jobs = [
        (strength, n, repeats, child_seed(seed, _thousandths(strength), n))
        for strength in strengths
        for n in sizes
    ]
    return pd.concat(_map(_power, jobs, executor), ignore_index=True)


def crossing(values: pd.Series, level: float) -> float:
    """Say where a curve first reaches a level, between its points on a straight line.

    Parameters
    ----------
    values : pandas.Series
        By the quantity that is asked for, ascending. Only rises count: the curve is taken
        as never falling, so that noise does not make it cross twice.
    level : float

    Returns
    -------
    float
        NaN if the level is not reached.
    """
    curve, place = np.maximum.accumulate(values.to_numpy(float)), values.index.to_numpy(float)
    reached = np.flatnonzero(curve >= level)
    if not reached.size or reached[0] == 0:
        return float(place[0]) if reached.size else float("nan")
    i = reached[0]
    share = (level - curve[i - 1]) / (curve[i] - curve[i - 1])
    return float(place[i - 1] + share * (place[i] - place[i - 1]))


# --- small helpers -------------------------------------------------------------------------


def child_seed(seed: int, *place: int) -> int:
    """Give the seed of one part of an experiment, by the part's place in it."""
    # As a spawn key: plain entropy is padded with zeros, so (1,) and (1, 0) would be the same.
    return int(np.random.SeedSequence(seed, spawn_key=place).generate_state(1)[0])


def _thousandths(strength: float) -> int:
    return round(1000 * strength)


def _map(function: Callable, jobs: Iterable, executor: Executor | None) -> list:
    return list(executor.map(function, jobs) if executor else map(function, jobs))


def _try_all(job: Job, tried: dict[str, Method], explain: bool = True) -> list[tuple[str, Outcome]]:
    sample, fresh, seed = job
    return [
        (name, outcome)
        for name, method in tried.items()
        for outcome in try_method(method, sample, fresh, seed=seed, explain=explain)
    ]


def _firms(strength: float, seed: int, n: int) -> pd.DataFrame:
    from dataworth.potential.sample import reconstruct_firms

    world = "planted" if strength > 0 else "null"
    return reconstruct_firms(world=world, strength=strength, seed=seed, n=n)


def _folds(
    sample: pd.DataFrame, folds: int, seed: int
) -> Iterator[tuple[pd.DataFrame, pd.DataFrame]]:
    from sklearn.model_selection import KFold

    if len(sample) < 4:
        raise InputError(f"sample: expected at least 4 firms to divide, found {len(sample)}")
    parts = KFold(min(folds, len(sample) // 2), shuffle=True, random_state=seed)
    for seen, held in parts.split(sample):
        yield sample.iloc[seen], sample.iloc[held]


def _order(actual: pd.Series, predicted: np.ndarray) -> float:
    """Return the rank correlation; 0 where all predictions or all targets are equal."""
    if np.ptp(actual) == 0 or np.ptp(predicted) == 0:
        return 0.0
    return float(actual.rank().corr(pd.Series(predicted, actual.index).rank()))


def _learn(method: Method, train: pd.DataFrame, seed: int) -> tuple[Callable, Callable]:
    """Return functions of rows: predictions, and the importance of each feature."""
    from dataworth.potential import baselines

    features = train.drop(columns=TARGET)
    if isinstance(method, Recipe):
        booster = model.fit(train, model.printed_parameters())
        return partial(booster.predict, num_threads=1), partial(_tree_importance, booster)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # penalties at an end of their grid
        learned = baselines.build(method, seed).fit(features, train[TARGET])
    if hasattr(learned, "booster_"):
        return learned.predict, partial(_tree_importance, learned.booster_)

    def importance(rows: pd.DataFrame) -> pd.Series:
        if method == "mean":
            return pd.Series(0.0, rows.columns)
        scores = learned[:-1].transform(rows)
        # Shapley values of a linear model: its coefficients times distances from the mean.
        spread = learned[-1].coef_ * (scores - scores.mean(axis=0))
        return pd.Series(np.abs(spread).mean(axis=0), rows.columns)

    return learned.predict, importance


def _tree_importance(booster: lightgbm.Booster, rows: pd.DataFrame) -> pd.Series:
    from dataworth.potential.explain import contributions, importance

    return importance(contributions(booster, rows))[rows.columns]


def _discover(job: Job, pipeline: Recipe) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    from dataworth.potential.explain import contributions

    sample, fresh, seed = job
    synthetic = synthesize(sample, pipeline, seed=seed)
    booster, test, scores = _fit_and_score(synthetic, fresh)
    few, few_test, scores_few = _fit_and_score(synthetic[:SYNTHETIC_ROWS], fresh)
    rows = test.drop(columns=TARGET)[:EXPLAINED_ROWS]
    given = contributions(booster, rows)
    tests = {"synthetic": synthetic, "firms": sample}
    tests = {name: permutation_test(table, seed=seed) for name, table in tests.items()}
    features = pd.DataFrame({name: _step(rows[name], given[name]) for name in rows}).T.assign(
        importance=given.abs().mean(),
        importance_few=_tree_importance(few, few_test.drop(columns=TARGET)[:EXPLAINED_ROWS]),
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
    return (
        pd.DataFrame([run]),
        features.rename_axis("feature").reset_index(),
        points.reset_index(drop=True),
    )


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
    from dataworth.facts import read_facts

    sections = read_facts("section_medians_fy2021").set_index("csrc")
    medians = sections[list(FEATURES)].dropna()
    predicted = booster.predict(medians, num_threads=1)
    lead = predicted.max() / np.median(predicted) - 1
    return {"section": medians.index[predicted.argmax()], "lead": float(lead)}


def _power(job: tuple[float, int, int, int]) -> pd.DataFrame:
    from dataworth.potential import baselines

    strength, n, repeats, seed = job
    fresh = _firms(strength, child_seed(seed), FRESH_FIRMS)
    actual = np.log1p(fresh.pop(TARGET))
    rows = []
    for repeat in range(repeats):
        sample = _firms(strength, child_seed(seed, repeat), n)
        p = permutation_test(sample, seed=repeat)["p_any"].min()
        target = np.log1p(sample.pop(TARGET))
        predicted = baselines.build("ridge").fit(sample, target).predict(fresh)
        real = model.score(actual, predicted)["r2"]
        rows.append({"strength": strength, "n": n, "repeat": repeat, "p": p, "real": real})
    return pd.DataFrame(rows)

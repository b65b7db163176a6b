"""Name the drivers that were planted: of known strength, in samples of several sizes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from dataworth.inputs.firms.variables import FEATURES, TARGET
from dataworth.potential import model
from dataworth.potential.explain import rank_correlation
from dataworth.potential.sample import planted_signal, reconstruct_firms
from dataworth.potential.stress import methods

if TYPE_CHECKING:
    from dataworth.potential.stress.methods import Method

LEADING = 3  # the paper names three leading drivers
FEWEST = 2  # samples of any size


def sample_sizes(largest: int) -> list[int]:
    """Return the sizes that recovery is tried on: the paper's, four times it, and so on."""
    sizes = [methods.SMALLEST]
    while sizes[-1] * 4 <= largest:
        sizes.append(sizes[-1] * 4)
    return sizes if sizes[-1] >= largest else [*sizes, largest]


def true_importance(*, seed: int, n: int = methods.FRESH_FIRMS) -> pd.Series:
    """Return how much each feature matters to the planted signal, largest first.

    Returns
    -------
    pandas.Series
        By feature: mean absolute change of the signal, in its standard deviations, when
        the feature's values are dealt out anew among the firms.
    """
    features = reconstruct_firms(world="null", seed=seed, n=n)[list(FEATURES)]
    signal, order = planted_signal(features), np.random.default_rng(seed).permutation(n)
    dealt = {name: features.assign(**{name: features[name].to_numpy()[order]}) for name in FEATURES}
    changes = {name: (planted_signal(table) - signal).abs().mean() for name, table in dealt.items()}
    return pd.Series(changes).sort_values(ascending=False, kind="stable")


def run(
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
        As for `transfer.run`.

    Returns
    -------
    pandas.DataFrame
        One row a strength, n, repeat, method and scale: seen and own as for `transfer.run`;
        order and real on `methods.FRESH_FIRMS` fresh firms; hits and rank_correlation as `compare`
        gives them; ``importance:<feature>``.
    """
    truth = true_importance(seed=seed)
    labels, jobs = [], []
    for i, strength in enumerate(strengths):
        fresh = methods.draw_firms(strength, methods.child_seed(seed, i), methods.FRESH_FIRMS)
        for j, n in enumerate(sorted(sizes)):
            for repeat in range(max(min(repeats, FEWEST), repeats // 4**j)):
                child = methods.child_seed(seed, i, j, repeat)
                labels.append({"strength": strength, "n": n, "repeat": repeat})
                jobs.append((methods.draw_firms(strength, child, n), fresh, child))
    rows = []
    work = methods.try_all(jobs, tried, executor=executor)
    for label, (_, fresh, _), trials in zip(labels, jobs, work, strict=True):
        for name, trial in trials:
            actual = methods.rescaled(fresh, trial.scale)[TARGET]
            order, real = (
                rank_correlation(actual.to_numpy(), trial.predicted),
                model.score(actual, trial.predicted),
            )
            rows.append(
                {**label, "method": name, "scale": trial.scale}
                | {"seen": trial.seen, "own": trial.own, "order": order, "real": real["r2"]}
                | compare(trial.importance, truth)
                | {f"importance:{key}": trial.importance[key] for key in FEATURES}
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

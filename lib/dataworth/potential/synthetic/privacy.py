"""Whether synthetic firms give away who was in the sample.

Beyond the paper, which calls its synthetic firms "not copies" (section 2.2). The question is put
as membership inference: an attacker holds a firm's figures and the synthetic table, and
guesses whether the firm was in the sample. Two attackers try. One trusts distance: members
lie near a synthetic firm. The other compares densities: near members, synthetic firms are
denser than firms are (van Breugel et al. 2023). A firm in a lonely place is far from
everything, member or not; only the second attacker allows for that.
"""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import Executor
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from dataworth.errors import InputError

if TYPE_CHECKING:
    from dataworth.potential.synthetic.findings import Job

NEIGHBOURS = 5  # nearest rows behind a density; fewer are noisier, more are less local
FEWEST = 10  # firms in each half


def attack(
    members: pd.DataFrame, others: pd.DataFrame, synthetic: pd.DataFrame
) -> dict[str, float]:
    """Attack synthetic firms that were made from the members.

    Parameters
    ----------
    members, others : pandas.DataFrame
        Firms that the synthesizer saw, and firms that it did not.
    synthetic : pandas.DataFrame

    Returns
    -------
    dict
        auc_distance and auc_density, the probability that the attacker ranks a member above
        another firm: 0.5 is guessing, 1 is certainty. member_distance and other_distance,
        the median distance to the nearest synthetic firm; firm_distance, the median distance
        to the nearest other firm.

    Notes
    -----
    Distances are Euclidean over the variables, skewed ones as logarithms, each in standard
    deviations of the firms.
    """
    from sklearn.metrics import roc_auc_score
    from sklearn.neighbors import NearestNeighbors

    from dataworth.potential.synthetic.augment import LogScale

    firms = pd.concat([members, others], ignore_index=True)
    scale = LogScale.of(firms, signed=True)  # synthetic values may be negative
    unit = scale.to(firms).std().replace(0, 1)
    real = (scale.to(firms) / unit).to_numpy()
    made = (scale.to(synthetic[list(firms.columns)]) / unit).to_numpy()
    to_made, _ = NearestNeighbors(n_neighbors=NEIGHBOURS).fit(made).kneighbors(real)
    # Without arguments a firm is not its own neighbour.
    to_firms, _ = NearestNeighbors(n_neighbors=NEIGHBOURS).fit(real).kneighbors()
    is_member = np.arange(len(firms)) < len(members)
    tiny = np.finfo(float).tiny  # a copy lies at distance 0
    ratio = np.log(to_firms[:, -1] + tiny) - np.log(to_made[:, -1] + tiny)
    return {
        "auc_distance": float(roc_auc_score(is_member, -to_made[:, 0])),
        "auc_density": float(roc_auc_score(is_member, ratio)),
        "member_distance": float(np.median(to_made[is_member, 0])),
        "other_distance": float(np.median(to_made[~is_member, 0])),
        "firm_distance": float(np.median(to_firms[:, 0])),
    }


def attack_all(jobs: Iterable[Job], *, executor: Executor | None = None) -> pd.DataFrame:
    """Split samples in members and others, synthesize from the members, and attack.

    Parameters
    ----------
    jobs : iterable of (labels, sample, recipe, seed)
        `labels` is a mapping that becomes the first columns of the row; the seed is that of
        the split and of the synthesizer.
    executor : concurrent.futures.Executor, optional
        Who does the work; one after another if omitted. The table is the same.

    Returns
    -------
    pandas.DataFrame
        One row a job: labels, seed, and what `attack` returns.

    Raises
    ------
    InputError
        A sample has fewer than twenty firms, or there is none.
    """
    jobs = list(jobs)
    fewest = min((len(sample) for _, sample, _, _ in jobs), default=0)
    if fewest < 2 * FEWEST:
        raise InputError(f"sample: expected at least {2 * FEWEST} firms, found {fewest}")
    return pd.DataFrame(list((executor.map if executor else map)(_split_and_attack, jobs)))


def _split_and_attack(job: Job) -> dict[str, Any]:
    """Do one repeat of `attack_all`."""
    from dataworth.potential.synthetic.augment import synthesize

    labels, sample, recipe, seed = job
    order = np.random.default_rng(seed).permutation(len(sample))
    half = len(sample) // 2
    members, others = sample.iloc[order[:half]], sample.iloc[order[half : 2 * half]]
    synthetic = synthesize(members, recipe, seed=seed)
    return {**labels, "seed": seed, **attack(members, others, synthetic)}

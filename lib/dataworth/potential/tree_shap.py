r"""Exact Shapley values of boosted trees, tabulated once and looked up for every row.

Equation (2) of paper `potential`, section 2.5, for trees and path-dependent expectations
(Lundberg et al. 2020). A tree is the sum of its leaves, and Shapley values add up, so one
leaf is enough. On the way to it, a row meets conditions on a few features. Let
:math:`o_k` be 1 if the row meets those on feature k, and 0 if not; let :math:`z_k` be the
share of training rows that meet them, multiplied along the path. If only the features in
S are known, the leaf of value v is expected to give

.. math:: f(S) = v \prod_{k \in S} o_k \prod_{k \notin S} z_k .

The weights of equation (2) are integrals, :math:`s!(m-s-1)!/m! = \int_0^1 t^s
(1-t)^{m-s-1} dt`. Put in, they turn the sum over all subsets into one polynomial:

.. math:: \varphi_j = v \int_0^1 (o_j - z_j) \prod_{k \ne j} (z_k + t (o_k - z_k)) \, dt .

Gauss-Legendre quadrature integrates it exactly (as in Quadrature-TreeSHAP, Wettenstein,
Mitchell & Yu 2026). The sum over j is the integral of a derivative, hence prediction minus
expectation: that is equation (1). The interaction of i and j leaves both factors out of
the product and puts both differences before it; half of it goes to either feature.

A row enters only through the bits o. The few patterns of bits that a tree can tell apart
are tabulated, and rows look their pattern up (as in Woodelf, Wettenstein et al. 2026, which
does so in single precision).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from dataworth.errors import InputError

if TYPE_CHECKING:
    import lightgbm
ENTRIES = 10_000  # patterns times leaves of one table; what has more is cut in two
_rule = cache(np.polynomial.legendre.leggauss)  # nodes and weights of a quadrature, by their number


@dataclass(frozen=True)
class Leaves:
    """The leaves of all trees: what they give, and the conditions on the way to them.

    Attributes
    ----------
    value : numpy.ndarray, shape (leaves,)
    tree : numpy.ndarray, shape (leaves,)
        Number of the tree that a leaf belongs to; leaves of a tree stand together.
    lower, upper : numpy.ndarray, shape (leaves, features)
        A row arrives if lower < feature <= upper for every feature.
    share : numpy.ndarray, shape (leaves, features)
        Share of the training rows that take the way's turns on this feature.
    """

    value: np.ndarray
    tree: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    share: np.ndarray

    @property
    def baseline(self) -> float:
        """What the trees are expected to give while no feature is known."""
        return float(self.value @ self.share.prod(axis=1))


def read_leaves(booster: lightgbm.Booster) -> Leaves:
    """Read the leaves out of a model.

    Raises
    ------
    InputError
        The model is not a sum of trees with plain numerical splits and constant leaves.
    """
    model = booster.dump_model()
    features = len(model["feature_names"])
    root = (np.full(features, -np.inf), np.full(features, np.inf), np.ones(features))
    found = [
        (number, *leaf)
        for number, tree in enumerate(model["tree_info"])
        for leaf in _walk(tree["tree_structure"], *root)
    ]
    if model.get("average_output"):
        raise InputError("model: expected a sum of trees, found an average (random forest)")
    tree, value, lower, upper, share = (np.array(column) for column in zip(*found, strict=True))
    return Leaves(value, tree, lower, upper, share)


def shapley_values(leaves: Leaves, rows: np.ndarray) -> np.ndarray:
    """Return the contribution of every feature to every row's prediction, equation (2).

    `rows` has the shape (rows, features), in the model's order and without missing values;
    so has the result.
    """
    total = np.zeros(rows.T.shape)
    for features, pattern, weight, gain in _tables(leaves, rows):
        table = np.einsum("pn,pnj->jp", weight, gain)
        for feature, entries in zip(features, table, strict=True):
            total[feature] += entries[pattern]
    return total.T


def interaction_values(leaves: Leaves, rows: np.ndarray) -> np.ndarray:
    """Return main effects (diagonal) and halves of interactions for every row.

    The result has the shape (rows, features, features). It is symmetric, and a line adds up
    to the feature's contribution.
    """
    count = rows.shape[1]
    total = np.zeros((count, count, len(rows)))
    for features, pattern, weight, gain in _tables(leaves, rows):
        weighted = (weight[:, :, None] * gain).transpose(0, 2, 1)
        table = np.ascontiguousarray((weighted @ gain / 2).transpose(1, 2, 0))
        for j, feature in enumerate(features):
            table[j, j] = weighted[:, j].sum(axis=1) - table[j].sum(axis=0) + table[j, j]
            for i in range(j + 1):
                total[features[i], feature] += table[i, j][pattern]
    below = np.tril_indices(count, -1)
    total[below] = total[below[::-1]]
    return total.transpose(2, 0, 1)


def _walk(
    node: dict, lower: np.ndarray, upper: np.ndarray, share: np.ndarray
) -> Iterator[tuple[float, np.ndarray, np.ndarray, np.ndarray]]:
    """Go down from a node and yield every leaf below it."""
    if "split_feature" not in node:
        if "leaf_coeff" in node:
            raise InputError("model: expected constant leaves, found linear ones")
        yield node["leaf_value"], lower, upper, share
        return
    if node["decision_type"] != "<=" or node["missing_type"] == "Zero":
        raise InputError("model: expected numerical splits that take zero as a number")
    feature, threshold = node["split_feature"], node["threshold"]
    for child, bounds in ((node["left_child"], upper), (node["right_child"], lower)):
        moved, narrowed = bounds.copy(), share.copy()
        closer = min if bounds is upper else max
        moved[feature] = closer(moved[feature], threshold)
        rows = child["internal_count"] if "split_feature" in child else child["leaf_count"]
        narrowed[feature] *= rows / node["internal_count"]
        yield from _walk(child, *((lower, moved) if bounds is upper else (moved, upper)), narrowed)


def _tables(leaves: Leaves, rows: np.ndarray) -> Iterator[tuple]:
    """Yield for groups of leaves their features, the rows' patterns, and the integrals' terms.

    The integral of feature j for pattern p is the sum over n (nodes of the quadrature and
    leaves) of ``weight[p, n] * gain[p, n, j]``; that of a pair has the product of two gains.
    """
    columns = range(rows.shape[1])
    bounds = (np.concatenate([leaves.lower[:, f], leaves.upper[:, f]]) for f in columns)
    edges = [np.unique(both[np.isfinite(both)]) for both in bounds]
    # Bin b lies in (edge b-1, edge b]: all values of a feature in it are alike to every tree.
    bins = [np.searchsorted(edges[f], rows[:, f]) for f in columns]
    first = [np.searchsorted(edges[f], leaves.lower[:, f], side="right") for f in columns]
    last = [np.searchsorted(edges[f], leaves.upper[:, f]) for f in columns]
    restricted = np.isfinite(leaves.lower) | np.isfinite(leaves.upper)
    groups = [np.flatnonzero(leaves.tree == tree) for tree in np.unique(leaves.tree)]
    while groups:
        group = groups.pop()
        used = restricted[group]
        features = np.flatnonzero(used.any(axis=0))
        if not len(features):
            continue  # a tree that is nothing but its root
        met = [_met(first[f][group], last[f][group], len(edges[f]) + 1) for f in features]
        sizes = [len(bits) for bits, _ in met]
        if np.prod(sizes, dtype=float) * len(group) > ENTRIES and len(group) > 1:
            groups += np.array_split(group, 2)
            continue
        strides = np.r_[np.cumprod(sizes[:0:-1])[::-1], 1].astype(int)
        turns = zip(features, met, strides, strict=True)
        pattern = sum((code * stride)[bins[f]] for f, (_, code), stride in turns)
        seen = np.zeros(np.prod(sizes, dtype=int), dtype=bool)
        seen[pattern] = True  # patterns that no row has need no entry
        digits = np.unravel_index(np.flatnonzero(seen), sizes)
        pattern = (np.cumsum(seen) - 1)[pattern]
        bits = np.stack([b[d] for (b, _), d in zip(met, digits, strict=True)], axis=-1)
        share = leaves.share[group][:, features]
        terms = _terms(bits - share, share, leaves.value[group], used.sum(axis=1).max())
        yield features, pattern, *terms


def _met(first: np.ndarray, last: np.ndarray, bins: int) -> tuple[np.ndarray, np.ndarray]:
    """Return which leaves' conditions a feature meets: the distinct patterns, and every bin's.

    Leaf i asks for the bins `first[i]` to `last[i]`; a pattern ends where a leaf begins or ends.
    """
    if len(first) == 1:
        every = np.arange(bins)
        return np.array([[False], [True]]), (first <= every) & (every <= last)
    starts = np.unique(np.concatenate([[0], first, last + 1]))
    starts = starts[starts < bins]
    met = (first <= starts[:, None]) & (starts[:, None] <= last)
    return met, np.repeat(np.arange(len(starts)), np.diff(starts, append=bins))


def _terms(
    difference: np.ndarray, share: np.ndarray, value: np.ndarray, degree: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return the terms of the integral over t, by Gauss-Legendre quadrature.

    `difference` has the shape (patterns, leaves, features); of n features in a product, the
    polynomial's degree is below n, for which (n + 1) // 2 nodes are exact.
    """
    nodes, weights = _rule((degree + 1) // 2)
    t = (nodes[:, None, None] + 1) / 2
    factor = share + t * difference[:, None]
    gain = difference[:, None] / factor
    weight = (weights[:, None] / 2) * value * factor.prod(axis=-1)
    patterns, _, _, features = gain.shape
    return weight.reshape(patterns, -1), gain.reshape(patterns, -1, features)

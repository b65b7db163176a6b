"""A map of terms: the shortest tree by similarity, laid out so that no label hides another."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    import networkx as nx
SIGN_WIDTH, MARGIN, HEIGHT = 0.031, 0.022, 0.042  # of a label, in units of the map


def term_tree(cosines: pd.DataFrame) -> nx.Graph:
    """Join terms by the tree whose steps are shortest, by 1 - cosine.

    Parameters
    ----------
    cosines : pandas.DataFrame, shape (terms, terms)
        Similarities; the same terms in rows and columns.

    Returns
    -------
    networkx.Graph
        A tree over all terms; without edges if there are fewer than two.
    """
    import networkx as nx

    distances = (1 - cosines).clip(lower=1e-9)
    return nx.minimum_spanning_tree(nx.from_pandas_adjacency(distances))


def places(tree: nx.Graph) -> dict[str, tuple[float, float]]:
    """Lay the tree out in the unit square; labels that would overlap are pushed apart.

    Parameters
    ----------
    tree : networkx.Graph

    Returns
    -------
    dict of str to (float, float)
        Centre of each label. Labels may end up a little outside of the square.
    """
    import networkx as nx

    if len(tree) < 2:
        return dict.fromkeys(tree, (0.5, 0.5))
    laid = nx.kamada_kawai_layout(tree, weight=None)
    terms = list(laid)
    at = np.array([laid[term] for term in terms])
    at = (at - at.min(axis=0)) / np.maximum(np.ptp(at, axis=0), 1e-9)
    widths = np.array([SIGN_WIDTH * len(term) + MARGIN for term in terms])
    for _ in range(400):
        if not _push_apart(at, widths):
            break
    return {term: (float(x), float(y)) for term, (x, y) in zip(terms, at, strict=True)}


def _push_apart(at: np.ndarray, widths: np.ndarray) -> bool:
    """Move every overlapping pair out of each other; return whether there was one."""
    moved = False
    for i in range(len(at)):
        for j in range(i):
            gap = at[i] - at[j]
            wide = (widths[i] + widths[j]) / 2 - abs(gap[0])
            high = HEIGHT - abs(gap[1])
            if wide <= 0 or high <= 0:
                continue
            moved = True
            axis, way = (0, wide) if wide < high else (1, high)
            step = (way / 2 + 1e-4) * (1 if gap[axis] >= 0 else -1)
            at[i, axis] += step
            at[j, axis] -= step
    return moved

"""How far the value of an asset may lie from what an appraiser says: the shape of its spread.

A shape has no unit. It carries what draws of one asset's value know about uncertainty over
to another asset, and leaves their size behind.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr, ndtri

from dataworth.errors import InputError

NODES = np.linspace(-6.0, 6.0, 601)  # even steps integrate smooth functions of a score best


@dataclass(frozen=True)
class Shape:
    """How far a value may lie from what the appraiser said.

    Attributes
    ----------
    values : numpy.ndarray, shape (..., nodes)
        Value over its mean at each of the nodes, rising.
    nodes : numpy.ndarray, shape (nodes,)
        Standard normal scores.
    """

    values: np.ndarray
    nodes: np.ndarray

    @property
    def weights(self) -> np.ndarray:
        """Probability of each node."""
        density = np.exp(-(self.nodes**2) / 2)
        return density / density.sum()

    def quantile(self, probability: float) -> np.ndarray:
        """Return the value, over its mean, that is not passed with a probability."""
        place = np.interp(ndtri(probability), self.nodes, np.arange(self.nodes.size))
        low, part = int(place), place % 1
        high = min(low + 1, self.nodes.size - 1)
        return (1 - part) * self.values[..., low] + part * self.values[..., high]

    def thinned(self, step: int) -> Shape:
        """Keep every so many nodes, for pages that carry the shape with them."""
        return _shape(self.values[..., ::step], self.nodes[::step])


def lognormal(spread: ArrayLike) -> Shape:
    """Return a lognormal value of mean one; `spread` is the deviation of its logarithm.

    Raises
    ------
    InputError
        A spread is negative.
    """
    sigma = np.asarray(spread, float)[..., None]
    if not (sigma >= 0).all():
        raise InputError(f"spread: expected 0 or more, found {sigma.min():g}")
    return _shape(np.exp(sigma * NODES - sigma**2 / 2), NODES)


def from_draws(draws: ArrayLike) -> Shape:
    """Return the shape of drawn values, of whatever unit; a value below zero counts as zero.

    Raises
    ------
    InputError
        No draw is positive, or one is not finite.
    """
    sample = np.asarray(draws, float).ravel()
    if not (np.isfinite(sample).all() and (sample > 0).any()):
        raise InputError("values: expected finite draws, some of them positive")
    return _shape(np.quantile(np.maximum(sample, 0), ndtr(NODES)), NODES)


def pooled(samples: Sequence[ArrayLike]) -> Shape:
    """Return the shape of several methods at once: nobody says which one was used."""
    return from_draws(np.concatenate([np.asarray(sample, float).ravel() for sample in samples]))


def _shape(values: np.ndarray, nodes: np.ndarray) -> Shape:
    shape = Shape(values, nodes)
    return Shape(values / (values * shape.weights).sum(axis=-1, keepdims=True), nodes)

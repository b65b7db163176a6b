"""What correlations leave to one another: no data have a matrix with a negative eigenvalue."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from scipy.optimize import linprog

from dataworth.errors import InputError
from dataworth.forensics.rounding import Quantity


def three_correlations(r12: Quantity, r13: Quantity, r23: Quantity) -> bool:
    """Return whether three variables can have these correlations.

    Two leave the third the room from r₁₃ r₂₃ - √((1 - r₁₃²)(1 - r₂₃²)) to the same with a plus
    (Stanley & Wang 1969). A correlation is the cosine of an angle between two directions.
    Three angles belong to three directions exactly if none exceeds the sum of the other two,
    and all together do not exceed a full circle. Rounding leaves each angle an interval, and a
    linear programme tells whether some point of the box keeps the four inequalities.
    """
    angles = [np.arccos(np.clip([r.high, r.low], -1, 1)) for r in (r12, r13, r23)]
    if any(max(r.low, -r.high) > 1 for r in (r12, r13, r23)):
        return False
    rows = [[1, -1, -1], [-1, 1, -1], [-1, -1, 1], [1, 1, 1]]
    found = linprog([0, 0, 0], A_ub=rows, b_ub=[1e-9] * 3 + [2 * math.pi], bounds=angles)
    return found.status == 0


def correlation_matrix(correlations: Sequence[Quantity]) -> bool:
    """Return whether several variables can have these correlations.

    The least eigenvalue of a correlation matrix is not negative. Rounding moves each of
    the k - 1 other entries of a row by half a unit h at most, and so (Gershgorin, Weyl) an
    eigenvalue by (k - 1) h at most; only a matrix below that is refused.

    Parameters
    ----------
    correlations : sequence of Quantity
        The triangle below the diagonal, row by row: r₂₁, r₃₁, r₃₂, r₄₁, …

    Raises
    ------
    InputError
        Their number is not that of a triangle.
    """
    size = round((1 + math.sqrt(1 + 8 * len(correlations))) / 2)
    if size * (size - 1) != 2 * len(correlations):
        raise InputError(f"correlations: expected 3, 6, 10, …, found {len(correlations)}")
    matrix = np.eye(size)
    matrix[np.tril_indices(size, -1)] = [r.value for r in correlations]
    half = max((r.high - r.low) / 2 for r in correlations)
    return bool(np.linalg.eigvalsh(matrix)[0] >= -(size - 1) * half - 1e-9)

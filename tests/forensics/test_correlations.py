"""What correlations leave one another."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataworth.errors import InputError
from dataworth.forensics.correlations import correlation_matrix, three_correlations
from dataworth.forensics.rounding import Quantity, parse_printed


def printed(*texts):
    return [parse_printed(text) for text in texts]


@pytest.mark.parametrize(
    ("r13", "r23", "low", "high"),
    [(0.6, 0.6, -0.28, 1.0), (0.8, 0.6, 0.0, 0.96), (0.8, -0.6, -0.96, 0.0), (0.0, 0.0, -1, 1)],
)
def test_two_correlations_bound_the_third(r13, r23, low, high):
    # By hand: 0.8 × 0.6 = 0.48, and √(0.36 × 0.64) = 0.48.
    for r12, fits in ((low, True), (high, True), (low - 1e-4, False), (high + 1e-4, False)):
        assert three_correlations(*map(Quantity.exact, (r12, r13, r23))) == fits


def test_three_correlations_beyond_rounding_are_refused():
    assert not three_correlations(*printed("-0.30", "0.80", "0.60"))
    assert not three_correlations(*printed("0.97", "0.80", "0.60"))
    assert three_correlations(*printed("0.96", "0.80", "0.60"))
    assert not three_correlations(*printed("1.02", "0.10", "0.10"))
    # 0.8 may be 0.85 and 0.6 may be 0.65: √(0.2775 × 0.5775) + 0.5525 = 0.953
    assert three_correlations(*printed("1.0", "0.8", "0.6"))
    assert not correlation_matrix(printed("-0.90", "0.80", "0.60"))


@given(st.integers(0, 10_000), st.integers(3, 5), st.integers(1, 3))
def test_no_sample_is_refused(seed, variables, digits):
    rows = np.random.default_rng(seed).normal(size=(variables + 1, variables))
    rows[:, 0] += 3 * rows[:, 1]
    lower = np.corrcoef(rows, rowvar=False)[np.tril_indices(variables, -1)]
    correlations = printed(*(f"{r:.{digits}f}" for r in lower))
    assert correlation_matrix(correlations)
    assert three_correlations(*correlations[:3])


@given(st.tuples(*[st.floats(-0.999, 0.999)] * 3))
def test_three_exact_correlations_fit_exactly_if_their_matrix_does(correlations):
    r12, r13, r23 = correlations
    least = np.linalg.eigvalsh([[1, r12, r13], [r12, 1, r23], [r13, r23, 1]])[0]
    exact = [Quantity.exact(r) for r in correlations]
    if abs(least) > 1e-6:
        assert three_correlations(*exact) == correlation_matrix(exact) == (least > 0)


def test_a_triangle_needs_its_number_of_correlations():
    with pytest.raises(InputError, match="expected 3, 6, 10, …, found 4"):
        correlation_matrix(printed("0.1", "0.2", "0.3", "0.4"))

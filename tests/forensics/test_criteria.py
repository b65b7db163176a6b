"""Likelihood, sample size and parameters behind printed criteria."""

import pytest

from dataworth.forensics import criteria


def test_printed_ssr_and_coefficients_yield_the_printed_loglik():
    cost = criteria.loglik_from_coefficients([0.994187], [-1.863323, 0.883176], 3.60193, [63])
    assert cost == pytest.approx(-1.035394, abs=5e-5)
    profit = criteria.loglik_from_coefficients([-0.982392], [0.827650], 1.572397, [6, 55], 2)
    assert profit == pytest.approx(24.38113, abs=5e-5)


def test_the_likelihood_knows_that_signs_differ_but_not_which_is_negative():
    signs = {
        (a, m): criteria.loglik_from_coefficients(
            [a * 0.982392], [m * 0.827650], 1.572397, [6, 55], 2
        )
        for a in (-1, 1)
        for m in (-1, 1)
    }
    assert signs[-1, 1] == pytest.approx(signs[1, -1], abs=1e-9)
    assert signs[-1, 1] == pytest.approx(24.38113, abs=5e-5)
    assert signs[-1, -1] == pytest.approx(signs[1, 1], abs=1e-9)
    assert signs[1, 1] == pytest.approx(20.69114, abs=1e-4)

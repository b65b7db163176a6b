"""Likelihood, sample size and parameters behind printed criteria."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dataworth.forensics import criteria
from dataworth.forensics.rounding import parse_printed


def pairs(loglik, aic, sc, hq, **options):
    printed = {"AIC": parse_printed(aic), "SC": parse_printed(sc), "HQ": parse_printed(hq)}
    found = criteria.observations_and_parameters(parse_printed(loglik), **printed, **options)
    return found.to_numpy().tolist()


@settings(max_examples=30, deadline=None)
@given(nobs=st.integers(20, 300), k=st.integers(1, 9), loglik=st.floats(-500, 500))
def test_observations_and_parameters_are_found_again(nobs, k, loglik):
    loglik = round(loglik, 5)
    computed = criteria.information_criteria(loglik, nobs, k).values()
    assert [nobs, k] in pairs(f"{loglik:.5f}", *(f"{value:.6f}" for value in computed), largest=300)


def test_printed_criteria_of_tables_4_and_5_solve_to_one_pair():
    assert pairs("-1.035394", "0.159854", "0.295926", "0.213372") == [[63, 4]]
    assert pairs("24.38113", "-0.668234", "-0.529816", "-0.613986") == [[61, 4]]


def test_contradictory_criteria_solve_to_nothing():
    assert pairs("24.38113", "-0.700000", "-0.529816", "-0.613986") == []


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


def test_only_a_gap_of_two_after_six_quarters_or_its_mirror_fits_table_5():
    found = criteria.scan_gaps([-0.982392], [0.827650], 1.572397, 61)
    fits = found[(found["loglik"] - 24.38113).abs() < 5e-5]
    assert fits[["gap", "before"]].to_numpy().tolist() == [[2, 6], [2, 55]]
    assert found["gap"].value_counts().to_dict() == {0: 1} | dict.fromkeys(range(1, 6), 60)

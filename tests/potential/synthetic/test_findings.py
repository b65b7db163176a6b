"""The sentences of section 2.2 hold where they should, and fail where they should."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd
import pytest

from dataworth.potential.synthetic import findings as statements
from dataworth.potential.synthetic.augment import Recipe

NAMES = ["Size", "OCF", "ROA", "GPM", "Data"]


@pytest.fixture(scope="module")
def firms():
    """A hundred firms with five correlated variables, all of them skewed."""
    generator = np.random.default_rng(2)
    common = generator.normal(size=(100, 1))
    scores = 0.7 * common + 0.7 * generator.normal(size=(100, 5))
    return pd.DataFrame(np.exp(scores), columns=NAMES)


def holding(sample, synthetic):
    return {name for name, holds in statements.statements(sample, synthetic).items() if holds}


def test_a_fresh_draw_from_the_same_population_bears_out_nearly_everything(firms):
    """The bandwidth alone gives many rows a higher peak; their range is no shorter."""
    fresh = firms * (1 + 1e-6)  # the same firms, none of them exactly
    found = holding(firms, pd.concat([fresh] * 100, ignore_index=True))
    assert found == {
        *("peaks_agree", "skewness_agrees", "centre_kept", "range_agrees", "dispersion_close"),
        *("higher_peak", "roa_seed_wider"),  # n for n - 1 makes the deviation smaller, too
        *("correlations_kept", "not_copies", "main_characteristics"),
    }


def test_a_firm_among_the_rows_is_a_copy(firms):
    fresh = firms * (1 + 1e-6)
    assert "not_copies" in holding(firms, fresh)
    assert "not_copies" not in holding(firms, pd.concat([fresh, firms.iloc[[3]]]))


def test_a_narrow_bell_in_the_middle_is_a_bell_with_a_shorter_tail(firms):
    generator = np.random.default_rng(3)
    noise = pd.DataFrame(generator.normal(size=(5000, 5)), columns=NAMES)
    narrow = firms.median() + 0.1 * firms.std() * noise
    found = holding(firms, narrow)
    assert {"higher_peak", "shorter_tail", "roa_bell", "roa_seed_wider", "centre_kept"} <= found
    assert not found & {
        *("range_agrees", "dispersion_close", "correlations_kept", "main_characteristics")
    }


def test_a_statement_about_all_variables_may_fail_in_one_of_five_but_not_in_two(firms):
    one = firms.assign(Size=firms["Size"] * 3)
    two = one.assign(GPM=firms["GPM"] * 3)
    assert "dispersion_close" in holding(firms, one)
    assert "dispersion_close" not in holding(firms, two)


def test_mirrored_firms_are_skewed_the_other_way(firms):
    assert "skewness_agrees" not in holding(firms, -firms + 2 * firms.median())


def test_rows_do_not_depend_on_who_does_the_work(firms):
    recipes = [Recipe("copula", rows=300), Recipe("bootstrap", rows=300)]
    jobs = [({"recipe": r.synthesizer}, firms, r, seed) for r in recipes for seed in (0, 1)]
    alone = statements.measure_all(jobs)
    with ThreadPoolExecutor(1) as executor:
        pd.testing.assert_frame_equal(alone, statements.measure_all(jobs, executor=executor))
    assert list(alone["recipe"]) == ["copula", "copula", "bootstrap", "bootstrap"]
    assert list(alone["seed"]) == [0, 1, 0, 1]
    assert {"quality", "sd_ratio", "alarm", "finding:peaks_agree"} <= set(alone.columns)

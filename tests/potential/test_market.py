"""The reconstructed market has Table 6's margins and the sections' real differences."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from dataworth.inputs.firms.variables import FEATURES, SECTIONS
from dataworth.ledger import read_printed
from dataworth.potential import market, scan
from dataworth.potential.margins import describe, read_margins
from dataworth.potential.sample import read_dependence, reconstruct_firms

NAMES = list(FEATURES)


LETTERS = scan.seed_sections()


@pytest.fixture(scope="module")
def processed():
    made = market.reconstruct_market(LETTERS, seed=5)
    return scan.winsorize(made[NAMES]), made["section"]


def test_thirteen_sections_hold_the_papers_firms_and_all_but_finance_are_rebuilt(processed):
    assert len(LETTERS) == int(read_printed("potential")("s3.3.sections"))
    assert set(LETTERS) <= set(SECTIONS)
    assert set(LETTERS) - set(processed[1]) == {"J"}, "finance has no real medians"


# --- margins -------------------------------------------------------------------------------


def test_after_processing_every_row_of_table_6_is_met(processed):
    found, printed = describe(processed[0]), read_margins("t6")
    exact = ["n", "min", "p50", "max"]
    np.testing.assert_allclose(found.loc[NAMES, exact], printed.loc[NAMES, exact], rtol=1e-12)
    close = found[["mean", "sd"]] / printed[["mean", "sd"]] - 1
    assert close.abs().max().max() < 1e-4


def test_winsorizing_leaves_about_forty_five_firms_at_either_end(processed):
    features, _ = processed
    expected = round(0.01 * len(features))
    for end in (features.min(), features.max()):
        at_end = (features == end).sum()
        assert at_end.between(expected, expected + 2).all()


def test_winsorizing_again_changes_nothing(processed):
    from scipy.stats.mstats import winsorize

    for name in NAMES:
        by_rank = np.asarray(winsorize(processed[0][name].to_numpy(), limits=(0.01, 0.01)))
        np.testing.assert_allclose(by_rank, processed[0][name], rtol=1e-12)


def test_two_thirds_of_the_market_are_near_its_middle():
    # Manufacturing. Places far off would mean that six numbers do not give the distribution.
    assert market.section_dependence()[0].loc["C"].abs().max() < 0.35


# --- sections and dependence ---------------------------------------------------------------


def test_sections_lie_where_their_real_medians_lie(processed):
    features, sections = processed
    ranks = features.rank(pct=True).groupby(sections).median()
    real = pd.DataFrame(
        norm.cdf(market.section_dependence()[0].loc[ranks.index]), ranks.index, NAMES
    )
    assert (ranks - real).abs().max().max() < 0.07
    assert ranks["RDRatio"].idxmax() == ranks["RDPsnRatio"].idxmax() == "I"


def test_features_hang_together_as_in_the_real_market(processed):
    found = processed[0].corr(method="spearman")
    assert (found - read_dependence()).abs().max().max() < 0.06


def test_the_same_seed_gives_the_same_market():
    first, again, other = (market.reconstruct_market(LETTERS, seed=n) for n in (5, 5, 6))
    pd.testing.assert_frame_equal(first, again)
    assert not np.allclose(other[NAMES].iloc[:50], first[NAMES].iloc[:50])
    assert first.index.is_unique
    assert len(first) == read_printed("potential")("s3.3.firms")


def test_flags_tell_values_that_no_seed_firm_reaches():
    sample = reconstruct_firms(world="null", seed=2)
    assert not market.outside_range(sample, sample).any().any()
    beyond = sample[NAMES].copy()
    beyond.loc[3, "Size"] *= 1e6
    beyond.loc[5, "ROA"] = -9
    flags = market.outside_range(beyond, sample)
    assert flags.sum().sum() == 2
    assert flags.loc[3, "Size"]
    assert flags.loc[5, "ROA"]

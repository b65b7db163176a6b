"""The reconstructed market has Table 6's margins and the sections' real differences."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy.stats import norm

from dataworth.inputs.firms.variables import FEATURES, SECTIONS
from dataworth.ledger import read_printed
from dataworth.potential import market, scan
from dataworth.potential.margins import describe, read_margins
from dataworth.potential.sample import read_dependence

NAMES = list(FEATURES)


@pytest.fixture(scope="module")
def raw():
    return market.reconstruct_market(seed=5)


@pytest.fixture(scope="module")
def processed(raw):
    kept, _ = scan.keep_firms(raw)
    return scan.winsorize(kept[NAMES]), kept["section"]


# --- the thirteen sections -----------------------------------------------------------------


def test_named_sections_come_before_larger_ones():
    sections = pd.Series(list("QIMBEJ") + ["C"] * 9 + ["A"] * 50 + ["F"] * 40)
    assert market.matching_sections(sections, 8) == list("ABCEIJMQ")
    assert market.matching_sections(sections, 2) == list("BC")  # C is larger, then the alphabet


def test_firms_without_a_section_choose_none():
    assert market.matching_sections(pd.Series(["C", None, "I", None, None])) == ["C", "I"]


def test_thirteen_sections_are_scanned_and_all_of_them_are_real(processed):
    letters = sorted(processed[1].unique())
    assert len(letters) == int(read_printed("potential")("s3.3.sections"))
    assert set(letters) <= set(SECTIONS)
    assert set(market.NAMED) - set(letters) == {"J"}, "finance has no real medians"


# --- margins -------------------------------------------------------------------------------


def test_after_processing_every_row_of_table_6_is_met(processed):
    found, printed = describe(processed[0]), read_margins("t6")
    exact = ["n", "min", "p50", "max"]
    np.testing.assert_allclose(found.loc[NAMES, exact], printed.loc[NAMES, exact], rtol=1e-12)
    close = found[["mean", "sd"]] / printed[["mean", "sd"]] - 1
    assert close.abs().max().max() < 0.005


def test_winsorizing_leaves_about_forty_five_firms_at_either_end(processed):
    features, _ = processed
    expected = round(0.01 * len(features))
    for end in (features.min(), features.max()):
        at_end = (features == end).sum()
        assert at_end.between(expected, expected + 2).all()


def test_before_winsorizing_there_are_tails_within_what_firms_can_have(raw, processed):
    kept, _ = scan.keep_firms(raw)
    features, _ = processed
    assert (kept[NAMES].min() < features.min()).all()
    assert (kept[NAMES].max() > features.max()).all()
    for share, most in (("TechRatio", 1), ("RDPsnRatio", 100), ("GPM", 1)):
        assert kept[share].max() <= most
    for positive in ("Size", "Revenue", "Turnover", "TobinQ", "Leverage", "RDRatio", "TechRatio"):
        assert kept[positive].min() > 0


def test_scipy_winsorizes_the_reconstruction_to_the_same_values(raw, processed):
    from scipy.stats.mstats import winsorize

    kept, _ = scan.keep_firms(raw)
    for name in NAMES:
        by_rank = np.asarray(winsorize(kept[name].to_numpy(), limits=(0.01, 0.01)))
        np.testing.assert_allclose(by_rank, processed[0][name], rtol=1e-12)


def row(mean, sd, least, median, greatest, n=1000):
    values = {"n": n, "mean": mean, "sd": sd, "min": least, "p50": median, "max": greatest}
    return pd.Series(values, dtype=float)


def test_the_quantiles_of_a_winsorized_lognormal_come_back():
    n = 2000
    true = np.exp(norm.ppf((np.arange(n) + 0.5) / n))
    low, high = np.quantile(true, [0.01, 0.99])
    cut = true.clip(low, high)
    margin = row(cut.mean(), cut.std(ddof=1), low, np.median(cut), high, n)
    found = market.winsorized_quantiles(margin, n)
    np.testing.assert_allclose(found, cut, rtol=0.02)


@settings(max_examples=30, deadline=None)
@example(n=397, bend=1.0, skew=0.6606675001465774, signed=True)  # rounding passed the percentile
@given(
    n=st.integers(300, 3000),
    bend=st.floats(0.5, 2.5),
    skew=st.floats(-0.8, 0.8),
    signed=st.booleans(),
)
def test_any_margin_of_a_bent_sample_is_met(n, bend, skew, signed):
    u = norm.ppf((np.arange(n) + 0.5) / n) / 2.3
    values = np.sinh(2 * u + skew * u**2) + 0.1 if signed else np.exp(bend * u + skew * u**2)
    values = np.sort(values)
    cut = values.clip(*np.quantile(values, [0.01, 0.99]))
    margin = row(cut.mean(), cut.std(ddof=1), cut[0], np.median(cut), cut[-1], n)
    found = market.winsorized_quantiles(margin, n)
    assert (np.diff(found) >= 0).all()
    assert found[0] == margin["min"]
    assert found[-1] == margin["max"]
    assert np.median(found) == pytest.approx(margin["p50"], rel=1e-12)
    assert found.mean() == pytest.approx(margin["mean"], abs=0.001 * margin["sd"])
    assert found.std(ddof=1) == pytest.approx(margin["sd"], rel=0.001)


def test_a_margin_that_no_sample_has_is_refused():
    with pytest.raises(ValueError, match="no shape has mean 5"):
        market.winsorized_quantiles(row(5.0, 0.1, 1, 2, 3), 1000)


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


def test_the_same_seed_gives_the_same_market(raw):
    pd.testing.assert_frame_equal(market.reconstruct_market(seed=5), raw)
    other = market.reconstruct_market(seed=6)
    assert not np.allclose(other[NAMES].iloc[:50], raw[NAMES].iloc[:50], equal_nan=True)


# --- what the filters are for --------------------------------------------------------------


def test_the_raw_market_is_as_large_as_the_listed_one_and_untidy(raw):
    printed = read_printed("potential")
    assert len(raw) == printed("s1.1.listed")
    assert raw.index.is_unique
    assert raw.index.name == "code"
    assert raw["st"].any()
    assert raw[NAMES].isna().any(axis=1).any()
    assert not set(raw["section"]) <= set(market.matching_sections(raw["section"]))


def test_firms_under_special_treatment_are_under_strain(raw):
    assert raw.loc[raw["st"], "ROA"].median() < raw.loc[~raw["st"], "ROA"].quantile(0.2)


def test_values_are_missing_where_they_are_missing_among_real_firms(raw):
    missing = raw[NAMES].isna().sum()
    known = market.read_public_margins()["n"]
    assert missing.idxmax() == known.idxmin() == "TobinQ"
    assert not missing[known == known.max()].any()

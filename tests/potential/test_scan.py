"""Filters in the paper's order, statements on planted rankings, bands that cover."""

from __future__ import annotations

import lightgbm
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dataworth.errors import InputError
from dataworth.inputs.firms.variables import FEATURES
from dataworth.potential import scan

NAMES = list(FEATURES)
LETTERS = list("BCDEFGIKLMNQR")


def market_of(sections, **columns):
    """Make a complete market with these sections; columns replace the defaults."""
    frame = pd.DataFrame(1.0, index=range(len(sections)), columns=NAMES)
    frame += 0.01 * np.arange(len(sections))[:, None]
    frame = frame.assign(section=list(sections), name="", st=False)
    return frame.assign(**columns)


# --- filters -------------------------------------------------------------------------------


def test_every_step_drops_what_it_names_and_nothing_else():
    frame = market_of(["C", "C", "C", "I", "I", None], st=[True, False, False, False, False, False])
    frame.loc[1, "GPM"] = np.nan
    frame.loc[0, "GPM"] = np.nan  # already dropped, not counted again
    kept, steps = scan.keep_firms(frame)
    assert list(kept.index) == [2, 3, 4]
    assert list(steps["dropped"]) == [0, 1, 1, 1]
    assert list(steps["firms"]) == [6, 5, 4, 3]


def test_firms_are_complete_in_the_features_that_count():
    blank = market_of("CCI").assign(TobinQ=np.nan)
    blank.loc[0, "ROA"] = np.nan
    _, steps = scan.keep_firms(blank, [name for name in FEATURES if name != "TobinQ"])
    assert steps.loc["complete", "firms"] == 2
    with pytest.raises(InputError, match="complete"):
        scan.keep_firms(blank)


def test_sections_may_be_those_of_other_firms():
    kept, _ = scan.keep_firms(market_of("CIA"), sections=["A"])
    assert list(kept["section"]) == ["A"]


def test_a_market_of_which_nothing_is_left_says_at_which_step():
    with pytest.raises(InputError, match="firms that are not under special treatment, found none"):
        scan.keep_firms(market_of("CI", st=True))
    with pytest.raises(InputError, match="in a matching section"):
        scan.keep_firms(market_of([None, None]))


@settings(max_examples=50, deadline=None)
@given(
    values=st.lists(st.floats(-1e6, 1e6), min_size=3, max_size=60),
    share=st.sampled_from([0.0, 0.01, 0.1, 0.3]),
)
def test_winsorizing_moves_only_the_tails_and_only_to_the_percentiles(values, share):
    before = pd.DataFrame({"x": values})
    after = scan.winsorize(before, share)
    low, high = before["x"].quantile(share), before["x"].quantile(1 - share)
    inside = before["x"].between(low, high)
    assert (after["x"][inside] == before["x"][inside]).all()
    assert after["x"].min() == pytest.approx(low)
    assert after["x"].max() == pytest.approx(high)


def test_a_share_of_one_half_is_refused():
    with pytest.raises(ValueError, match="from 0 to below"):
        scan.winsorize(pd.DataFrame({"x": [1.0, 2.0]}), 0.5)


# --- predictions and their ranks -----------------------------------------------------------


def test_models_find_their_features_by_name():
    generator = np.random.default_rng(0)
    rows = pd.DataFrame(generator.normal(size=(500, len(NAMES))), columns=NAMES)
    data = lightgbm.Dataset(rows, rows["ROA"])
    booster = lightgbm.train({"verbose": -1, "num_threads": 1}, data, num_boost_round=20)
    turned = rows[NAMES[::-1]].assign(section="C")
    found = scan.predict({"a": booster.model_to_string()}, turned)
    np.testing.assert_allclose(found["a"], booster.predict(rows), rtol=1e-12)


def test_means_are_by_section_and_model():
    predictions = pd.DataFrame({"a": [1.0, 3, 5], "b": [2.0, 2, 8]}, index=["x", "y", "z"])
    found = scan.section_means(predictions, pd.Series(["C", "C", "I"], index=list("xyz")))
    assert found.loc["a"].to_dict() == {"C": 2, "I": 5}
    assert found.loc["b"].to_dict() == {"C": 2, "I": 8}


def test_resampled_means_spread_like_a_mean_of_that_many_firms():
    generator = np.random.default_rng(1)
    sections = pd.Series(["C"] * 400 + ["Q"] * 16)
    prediction = pd.Series(generator.normal(size=416))
    found = scan.resampled_means(prediction, sections, draws=4000, seed=2)
    for letter, n in (("C", 400), ("Q", 16)):
        firms = prediction[sections == letter]
        assert found[letter].mean() == pytest.approx(firms.mean(), abs=0.02)
        assert found[letter].std() == pytest.approx(firms.std(ddof=0) / np.sqrt(n), rel=0.05)


def test_a_lone_firm_has_no_spread_over_firms():
    found = scan.resampled_means(pd.Series([1.0, 2, 7]), pd.Series(list("CCB")), seed=0)
    assert found["B"].eq(7).all()


# --- statements ----------------------------------------------------------------------------


def ranked(means, spread=0.1, firms=30, seed=0):
    """Make predictions of one model whose sections have these means."""
    generator = np.random.default_rng(seed)
    sections = pd.Series(np.repeat(list(means), firms))
    noise = generator.normal(scale=spread, size=len(sections))
    prediction = pd.Series([means[letter] for letter in sections]) + noise
    return prediction.to_frame("model"), sections


def paper_means():
    """Give means as the paper describes Figure 4."""
    means = {letter: 1.0 + 0.2 * i for i, letter in enumerate("RLKNGDFCE")}
    return means | {"Q": 3.0, "B": 3.2, "M": 5.0, "I": 8.0}


INNOVATION = pd.Series({letter: float(i) for i, letter in enumerate("RLKNGDFCEQBMI")})


def test_a_ranking_like_figure_4_has_every_statement():
    found = scan.findings(*ranked(paper_means()), INNOVATION)
    assert found.loc["model"].all(), found.T


@pytest.mark.parametrize(
    ("change", "lost"),
    [
        ({"I": 4.9}, {"it_first", "it_far_ahead", "research_second"}),
        ({"I": 5.2}, {"it_far_ahead"}),
        ({"M": 3.1}, {"research_second", "mining_third", "sections_higher"}),
        ({"B": 0.0}, {"mining_third"}),
        ({"Q": 0.0}, {"health_high"}),
        ({"C": 0.0}, {"manufacturing_middle"}),
        ({"C": 2.95}, set()),
    ],
)
def test_each_statement_falls_with_what_it_says(change, lost):
    found = scan.findings(*ranked(paper_means() | change, spread=0.01), INNOVATION)
    assert set(found.columns[~found.loc["model"]]) == lost


def test_sections_without_differences_rarely_pass_for_different():
    p = [scan.differs(*_pair(seed)) for seed in range(200)]
    assert np.mean(np.array(p) < 0.05) == pytest.approx(0.05, abs=0.045)


def _pair(seed):
    predictions, sections = ranked(dict.fromkeys(LETTERS, 0.0), spread=1, seed=seed)
    return predictions["model"], sections


def test_constant_predictions_show_nothing():
    predictions, sections = ranked(dict.fromkeys(LETTERS, 2.0), spread=0)
    found = scan.findings(predictions, sections, INNOVATION).loc["model"]
    for name in ("heterogeneous", "it_first", "it_far_ahead", "concentrated", "sections_higher"):
        assert not found[name]
    assert scan.share_between(predictions["model"], sections) == 0


def test_random_innovation_is_rarely_concentrated():
    generator = np.random.default_rng(3)
    table = pd.DataFrame(generator.normal(size=(13, 400)), index=LETTERS)
    found = scan.findings(table, pd.Series(LETTERS, index=LETTERS), INNOVATION)
    assert found["concentrated"].mean() == pytest.approx(0.05, abs=0.03)
    assert found["it_first"].mean() == pytest.approx(1 / 13, abs=0.04)


def test_the_share_between_sections_is_all_or_nothing_in_plain_cases():
    sections = pd.Series(list("CCII"))
    assert scan.share_between(pd.Series([1.0, 1, 3, 3]), sections) == pytest.approx(1)
    assert scan.share_between(pd.Series([1.0, 3, 1, 3]), sections) == pytest.approx(0)


def test_overlap_of_the_highest_firms_counts_common_ones():
    same = pd.DataFrame({"a": range(100), "b": range(100)})
    assert scan.top_overlap(same, 0.1) == 1
    assert scan.top_overlap(same.assign(b=range(100, 0, -1)), 0.1) == 0
    random = pd.DataFrame(np.random.default_rng(0).random((1000, 30)))
    assert scan.top_overlap(random, 0.1) == pytest.approx(0.1, abs=0.01)


# --- bands ---------------------------------------------------------------------------------


def errors_of(seed, n=120):
    """Draw skewed errors, such as those of amounts."""
    return np.random.default_rng(seed).exponential(size=n) - 1


def test_bands_cover_firms_of_the_same_kind_as_often_as_they_say():
    prediction, hits = pd.Series(np.full(300, 50.0)), []
    for seed in range(40):
        band = scan.band(prediction, errors_of(2 * seed), level=0.9)
        actual = prediction + errors_of(2 * seed + 1, 300)
        hits.append(((band["lower"] <= actual) & (actual <= band["upper"])).mean())
    assert np.mean(hits) == pytest.approx(0.9, abs=0.015)


def test_a_higher_level_never_gives_a_narrower_band_and_none_is_below_nothing():
    prediction = pd.Series([0.2, 5.0, 80.0])
    inner, outer = (scan.band(prediction, errors_of(3), level) for level in (0.5, 0.9))
    assert (outer["lower"] <= inner["lower"]).all()
    assert (outer["upper"] >= inner["upper"]).all()
    assert outer["lower"].iloc[0] == 0


def test_few_errors_end_the_band_at_the_extremes():
    band = scan.band(pd.Series([10.0]), np.array([2.0, -1.0, 5.0]), level=0.9)
    assert band.iloc[0].tolist() == [9.0, 15.0]


def test_a_level_of_one_is_refused():
    with pytest.raises(ValueError, match="between 0 and 1"):
        scan.band(pd.Series([1.0]), errors_of(1), level=1.0)


def test_a_feature_that_no_firm_has_is_done_without_or_imputed():
    sample = market_of("BCDE")
    market = market_of("BCDE" * 5).assign(TobinQ=np.nan)
    market.loc[4:, "RDRatio"] = np.nan
    assert scan.lacking(market) == ["TobinQ", "RDRatio"]
    features, same = scan.without_absent(market, sample, "refit")
    assert features == [name for name in FEATURES if name not in ("TobinQ", "RDRatio")]
    pd.testing.assert_frame_equal(same, market)
    features, filled = scan.without_absent(market, sample, "impute")
    assert features == list(FEATURES)
    assert (filled["TobinQ"] == sample["TobinQ"].median()).all()
    assert filled["RDRatio"].notna().all()
    for how in ("other", ""):
        with pytest.raises(InputError, match="absent: expected one of refuse, refit, impute"):
            scan.without_absent(market, sample, how)
    with pytest.raises(InputError, match="expected a feature that half of the firms have"):
        scan.without_absent(market.assign(**dict.fromkeys(FEATURES, np.nan)), sample, "refit")

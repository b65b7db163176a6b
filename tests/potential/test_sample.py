"""The reconstruction meets what is printed, keeps real dependence, and plants what it says."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dataworth.facts import DATA, read_facts
from dataworth.inputs.firms.variables import COLUMNS, FEATURES, TARGET
from dataworth.potential import margins, sample

TABLE_2 = margins.read_margins("t2")


def drawn(seed=0, **settings):
    return sample.reconstruct_firms(**({"world": "planted", "strength": 0.3} | settings), seed=seed)


# --- margins -------------------------------------------------------------------------------


def test_margins_are_the_printed_tables_in_the_order_of_the_paper():
    assert list(TABLE_2.index) == list(COLUMNS)
    assert TABLE_2.loc["Data", "mean"] == pytest.approx(34.8e6, rel=1e-3)  # "about 34.8 million"
    assert TABLE_2.loc["RDRatio", "mean"] == 7.071
    assert (TABLE_2["n"] == 100).all()
    market = margins.read_margins("t6")
    assert list(market.index) == list(FEATURES)
    assert (market["n"] == 4460).all()
    with pytest.raises(KeyError, match="t3"):
        margins.read_margins("t3")


@pytest.mark.parametrize("name", COLUMNS)
@pytest.mark.parametrize("seed", [None, 1, 2])
def test_a_margin_is_met_smoothest_or_varied(name, seed):
    row = TABLE_2.loc[name]
    generator = None if seed is None else np.random.default_rng(seed)
    values = margins.quantiles(row, 100, generator=generator)
    assert (values[0], values[-1]) == (row["min"], row["max"])
    assert np.median(values) == pytest.approx(row["p50"], rel=1e-12)
    assert values.mean() == pytest.approx(row["mean"], abs=1e-4 * row["sd"])
    assert values.std(ddof=1) == pytest.approx(row["sd"], rel=1e-4)


@pytest.mark.parametrize("name", COLUMNS)
def test_no_value_is_taken_twice_and_the_ends_stand_alone(name):
    values = margins.quantiles(TABLE_2.loc[name], 100)
    steps = np.diff(values)
    assert (steps > 0).all()
    # The end is no lump: the last step is at least as wide as the typical one of its half.
    assert steps[-1] > np.median(steps[50:])


def test_the_margins_of_the_market_are_met_too():
    market = margins.read_margins("t6")
    for name in ("Size", "OCF", "Growth", "RDRatio"):
        row = market.loc[name]
        values = margins.quantiles(row, 4460, winsorized=True)
        assert np.median(values) == pytest.approx(row["p50"])
        assert values.mean() == pytest.approx(row["mean"], rel=1e-4)
        assert values.std(ddof=1) == pytest.approx(row["sd"], rel=1e-4)


def margin_of(values):
    row = {"n": len(values), "mean": values.mean(), "sd": values.std(ddof=1)}
    return pd.Series(row | {"min": values[0], "p50": np.median(values), "max": values[-1]})


def test_a_lognormal_sample_is_recovered_from_its_margin():
    values = np.exp(3 * margins.normal_scores(101))
    assert margins.quantiles(margin_of(values), 101) == pytest.approx(values, rel=1e-3)


@settings(max_examples=30, deadline=None)
@given(
    n=st.integers(300, 3000),
    bend=st.floats(0.5, 2.5),
    skew=st.floats(-0.8, 0.8),
    signed=st.booleans(),
    winsorized=st.booleans(),
)
def test_any_margin_of_a_bent_sample_is_met(n, bend, skew, signed, winsorized):
    u = margins.normal_scores(n, winsorized)
    values = np.sort(
        np.sinh(2 * u + skew * u**2) + 0.1 if signed else np.exp(bend * u + skew * u**2)
    )
    margin = margin_of(values)
    found = margins.quantiles(margin, n, winsorized=winsorized)
    assert (np.diff(found) >= 0).all()
    assert (found[0], found[-1]) == (margin["min"], margin["max"])
    assert np.median(found) == pytest.approx(margin["p50"], rel=1e-12)
    assert found.mean() == pytest.approx(margin["mean"], abs=0.001 * margin["sd"])
    assert found.std(ddof=1) == pytest.approx(margin["sd"], rel=0.001)


@given(n=st.integers(3, 900), seed=st.integers(0, 2**32 - 1))
@settings(max_examples=40, deadline=None)
def test_any_number_of_values_keeps_ends_and_median_and_rises(n, seed):
    row = TABLE_2.loc["ROA"]
    values = margins.quantiles(row, n, generator=np.random.default_rng(seed))
    assert len(values) == n
    assert (np.diff(values) >= 0).all()
    assert (values[0], values[-1]) == (row["min"], row["max"])
    assert np.median(values) == pytest.approx(row["p50"])


def test_a_larger_sample_has_the_same_quantile_function():
    row = TABLE_2.loc["Revenue"]
    few, many = margins.quantiles(row, 101), margins.quantiles(row, 10_001)
    assert many[::100] == pytest.approx(few, rel=0.02)


@pytest.mark.parametrize(("statistic", "value"), [("sd", 1.0), ("mean", 0.5), ("p50", 0.2)])
def test_margins_that_no_sample_has_are_refused(statistic, value):
    row = TABLE_2.loc["ROA"].copy()
    row[statistic] = value
    with pytest.raises(ValueError, match="margin"):
        margins.quantiles(row, 100)


# --- the firms -----------------------------------------------------------------------------


@pytest.mark.parametrize("world", sample.MADE)
def test_firms_have_every_margin_of_table_2(world):
    firms = drawn(seed=3, world=world)
    assert list(firms.columns) == list(COLUMNS)
    assert firms.shape == (100, 15)
    for statistic, printed in (("min", "min"), ("max", "max")):
        assert (firms.agg(statistic) == TABLE_2[printed]).all()
    assert (firms.median() / TABLE_2["p50"] - 1).abs().max() < 1e-9
    assert (firms.mean() / TABLE_2["mean"] - 1).abs().max() < 0.005
    assert (firms.std(ddof=1) / TABLE_2["sd"] - 1).abs().max() < 0.005


def test_the_same_seed_gives_the_same_firms_and_another_seed_others():
    pd.testing.assert_frame_equal(drawn(seed=5), drawn(seed=5))
    assert not drawn(seed=5).equals(drawn(seed=6))


def test_the_shape_between_the_printed_numbers_varies_from_sample_to_sample():
    quartiles = [drawn(seed=seed)["Size"].quantile(0.25) for seed in range(8)]
    assert np.std(quartiles) / np.mean(quartiles) > 0.05


def test_worlds_and_strengths_differ_in_the_order_of_the_target_alone():
    null, planted = drawn(seed=4, world="null"), drawn(seed=4, world="planted", strength=0.9)
    pd.testing.assert_frame_equal(null[list(FEATURES)], planted[list(FEATURES)])
    assert sorted(null[TARGET]) == sorted(planted[TARGET])
    assert not null[TARGET].equals(planted[TARGET])
    none = drawn(seed=4, world="planted", strength=0.0)
    pd.testing.assert_frame_equal(none, null)


def test_features_hang_together_as_those_of_real_firms():
    real = sample.read_dependence()
    rest = [name for name in FEATURES if name not in ("OCF", "Capex")]
    found = drawn(seed=0, n=10_000)[list(FEATURES)].corr("spearman")
    assert (found - real).loc[rest, rest].abs().to_numpy().max() < 0.03
    # Cash flow and investment go by a share of size.
    assert (found - real).abs().to_numpy().max() < 0.3


def test_no_firm_has_a_flow_beyond_its_assets():
    for seed in range(4):
        firms = drawn(seed=seed)
        assert (firms[["OCF", "Capex"]].abs().max(axis=1) <= firms["Size"]).all()


@given(st.lists(st.floats(-1e12, 1e12), min_size=3, max_size=30), st.randoms())
def test_flows_are_all_dealt_out_each_once(values, random):
    sizes = np.array([random.uniform(1e8, 1e13) for _ in values])
    given_out = sample.allot(np.array(values), sizes * 0.05, sizes)
    assert sorted(given_out) == sorted(values)


@pytest.mark.parametrize("world", ["linear", "planted", "size"])
def test_a_world_orders_amounts_by_its_signal(world):
    firms = drawn(seed=2, n=400)
    dealt = sample.deal(firms, world, strength=0.9, generator=np.random.default_rng(1))
    assert sorted(dealt[TARGET]) == sorted(firms[TARGET])
    assert sample.signal(world, firms).corr(dealt[TARGET].rank()) > 0.85
    assert sample.signal(world, firms).std(ddof=0) == pytest.approx(1)


def test_in_the_size_world_only_scale_counts():
    firms = drawn(seed=2, n=400)
    moved = firms.assign(RDRatio=firms["RDRatio"] * 3, ROA=0.0)
    pd.testing.assert_series_equal(sample.signal("size", firms), sample.signal("size", moved))


def test_correlations_of_a_hundred_firms_scatter_as_those_of_a_real_sample():
    # Of n pairs without correlation the rank correlation has standard deviation 1/sqrt(n - 1).
    pairs = [drawn(seed=seed)[["Growth", "GPM"]].corr("spearman").iloc[0, 1] for seed in range(150)]
    assert np.mean(pairs) == pytest.approx(0.031, abs=0.03)
    assert np.std(pairs) == pytest.approx(1 / np.sqrt(99), rel=0.2)


def test_the_real_correlations_are_those_of_the_card():
    real = sample.read_dependence()
    smallest = np.linalg.eigvalsh(real).min()
    assert smallest > 0
    card = (DATA / "facts" / "spearman_fy2021.md").read_text("utf-8")
    assert f"| smallest eigenvalue | {smallest:.3f} |" in card
    assert (real.to_numpy() == real.to_numpy().T).all()


def test_the_cards_count_sections_and_copy_table_6():
    sections = read_facts("section_medians_fy2021")
    card = (DATA / "facts" / "section_medians_fy2021.md").read_text("utf-8")
    assert f"| sections | {len(sections)} |" in card
    assert f"| firms in all sections | {sections['n'].sum():,} |" in card
    moments = read_facts("moments_fy2021").set_index("Unnamed: 0")
    copied = moments[["p_mean", "p_sd", "p_min", "p_p50", "p_max"]].to_numpy()
    assert (copied == margins.read_margins("t6").drop(columns="n").to_numpy()).all()


# --- the planted world ---------------------------------------------------------------------


@pytest.mark.parametrize("strength", [0.0, 0.3, 0.8])
def test_the_signal_explains_the_share_of_the_latent_target_that_was_asked_for(strength):
    shares = []
    for seed in range(60):
        firms = drawn(seed=seed, strength=strength)
        ranks = firms[TARGET].rank()
        latent = pd.Series(margins.normal_scores(100)[ranks.astype(int) - 1], firms.index)
        shares.append(sample.planted_signal(firms).corr(latent) ** 2)
    assert np.mean(shares) == pytest.approx(strength, abs=0.03)


def test_the_signal_is_standardized_and_sees_the_planted_drivers_alone():
    firms = drawn(seed=1)
    signal = sample.planted_signal(firms)
    assert signal.mean() == pytest.approx(0, abs=1e-12)
    assert signal.std(ddof=0) == pytest.approx(1)
    pd.testing.assert_series_equal(sample.planted_signal(firms[list(sample.PLANTED)]), signal)


def profile(name, values, **fixed):
    """The signal along one feature, all others at their medians."""
    firms = pd.DataFrame([TABLE_2["p50"]] * len(values)).reset_index(drop=True)
    return sample.planted_signal(firms.assign(**fixed, **{name: values})).to_numpy()


@pytest.mark.parametrize("name", sample.STEPS)
def test_an_innovation_ratio_does_nothing_below_its_threshold_nor_beyond_it(name):
    threshold, sd = sample.planted_thresholds()[name], TABLE_2.loc[name, "sd"]
    low, rise, high = np.diff(profile(name, threshold + sd * np.array([-1.0, -0.5, 0.5, 1.0])))
    assert rise > 10 * max(low, high) > 0
    steepest = np.linspace(threshold - sd, threshold + sd, 2001)
    slopes = np.gradient(profile(name, steepest))
    assert steepest[slopes.argmax()] == pytest.approx(threshold, abs=0.01 * sd)


@pytest.mark.parametrize("name", sample.LEVELS_OFF)
def test_scale_helps_less_and_less(name):
    row = TABLE_2.loc[name]
    gains = np.diff(profile(name, np.geomspace(row["min"], row["max"], 12)))
    assert (gains > 0).all()
    assert (np.diff(gains) < 0).all()


def test_low_profitability_hurts_and_high_does_not_help_where_research_is_weak():
    row = TABLE_2.loc["ROA"]
    returns = row["p50"] + row["sd"] * np.array([-1.0, 0.0, 1.0])
    loss, gain = np.diff(profile("ROA", returns, RDRatio=0.1))
    assert loss > 0
    assert gain == pytest.approx(0, abs=0.02 * loss)


def test_high_profitability_hurts_where_research_is_intensive():
    row = TABLE_2.loc["ROA"]
    returns = row["p50"] + row["sd"] * np.array([-1.0, 0.0, 1.0])
    loss, gain = np.diff(profile("ROA", returns, RDRatio=40.0))
    assert loss == pytest.approx(0, abs=0.02 * abs(gain))
    assert gain < 0


def test_the_planted_drivers_are_in_the_papers_order():
    assert sample.PLANTED[:3] == ("Revenue", "RDPsnRatio", "RDRatio")
    firms = drawn(seed=0, n=10_000)
    alone = {}
    for name in sample.PLANTED:
        shuffled = firms.assign(**{name: firms[name].sample(frac=1, random_state=0).to_numpy()})
        alone[name] = (sample.planted_signal(shuffled) - sample.planted_signal(firms)).abs().mean()
    assert min(alone[n] for n in sample.PLANTED[:3]) > max(alone[n] for n in sample.PLANTED[3:])


def test_the_signal_of_a_firm_does_not_depend_on_the_others_but_for_its_scale():
    firms = drawn(seed=2)
    whole, part = sample.planted_signal(firms), sample.planted_signal(firms[:40])
    assert np.corrcoef(whole[:40], part)[0, 1] == pytest.approx(1)


def test_a_firm_beyond_every_margin_still_has_a_signal():
    firms = drawn(seed=2)
    firms.loc[0, ["Size", "Revenue", "ROA", "OCF", "RDRatio"]] = [0.0, -1e6, -9.0, -1e13, 900.0]
    assert np.isfinite(sample.planted_signal(firms)).all()
    same = pd.concat([firms.iloc[[1]]] * 3)
    assert (sample.planted_signal(same) == 0).all()


# --- what is refused -----------------------------------------------------------------------


@pytest.mark.parametrize("settings", [{"world": "real"}, {"strength": 1.0}, {"n": 9}])
def test_settings_that_make_no_sample_are_refused(settings):
    (value,) = settings.values()
    with pytest.raises(ValueError, match=f"no world .*{value}"):
        drawn(**settings)


# --- all samples ---------------------------------------------------------------------------


def table_of(members):
    """Make a table of small samples: so many members of each world, in this order."""
    return pd.concat(
        [
            pd.DataFrame(float(i), index=[5, 6], columns=list(COLUMNS)).assign(world=w, member=i)
            for w, count in members.items()
            for i in range(count)
        ]
    )


def test_samples_are_found_by_world_and_member():
    samples = sample.Samples.of(table_of({"planted": 3, "null": 2}), shown="null")
    assert samples.worlds == ["planted", "null"]
    assert [len(samples.members(w)) for w in (None, "null", "planted")] == [2, 2, 3]
    third = samples.firms("planted", 2)
    assert list(third.columns) == list(COLUMNS) and list(third.index) == [0, 1]
    assert (third == 2).all(axis=None)
    pd.testing.assert_frame_equal(samples.firms(), samples.firms("null", 0))


def test_a_sample_that_is_not_there_is_refused():
    samples = sample.Samples.of(table_of({"null": 2}), shown="null")
    for world, member in ((None, 2), ("planted", 0)):
        with pytest.raises(IndexError):
            samples.firms(world, member)


def test_captions_say_what_kind_of_data_a_world_is():
    made_up = sample.Samples.of(table_of({sample.RECORD: 1, "planted": 1}), shown="planted")
    assert made_up.source().endswith("amounts dealt out anew, planted world.")
    assert made_up.source(sample.RECORD) == f"{sample.RECORDED}."
    assert "Your firms" not in made_up.every_source
    yours = sample.Samples.of(table_of({"null": 1, sample.YOURS: 1}), shown=sample.YOURS)
    assert yours.source() == "Your firms."
    assert yours.every_source.endswith("Your firms.")

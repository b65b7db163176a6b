"""The record gives Table 2's target, and what is drawn keeps what is known."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from dataworth.errors import InputError
from dataworth.facts import read_facts
from dataworth.inputs.firms.variables import COLUMNS, FEATURES, TARGET
from dataworth.potential import record
from dataworth.potential.margins import read_margins
from dataworth.potential.record import impute_median

TABLE_2 = read_margins("t2")


def test_the_papers_hundred_have_the_printed_target_but_for_the_mean():
    amounts = record.read_record("paper")[TARGET]
    assert len(amounts) == TABLE_2.loc[TARGET, "n"]
    assert amounts.median() == TABLE_2.loc[TARGET, "p50"]
    assert amounts.min() == TABLE_2.loc[TARGET, "min"]
    assert amounts.max() == pytest.approx(TABLE_2.loc[TARGET, "max"], rel=5e-4)
    assert amounts.std(ddof=1) == pytest.approx(TABLE_2.loc[TARGET, "sd"], rel=5e-4)


@pytest.mark.parametrize("other", [name for name in record.SAMPLES if name != "paper"])
def test_no_other_sample_has_it(other):
    amounts = record.read_record(other)[TARGET]
    assert amounts.std(ddof=1) != pytest.approx(TABLE_2.loc[TARGET, "sd"], rel=5e-3)


def test_the_third_entry_is_solved_from_the_mean_and_names_nobody():
    firms = record.read_record("paper")
    assert firms[TARGET].mean() == pytest.approx(TABLE_2.loc[TARGET, "mean"], abs=1e-3)
    assert firms.loc["third", [*FEATURES, "section"]].isna().all()


def test_samples_differ_by_their_entries_and_by_those_that_disclose_in_notes():
    sizes = {name: len(record.read_record(name)) for name in record.SAMPLES}
    entries = dict.fromkeys(record.ENTRIES, 98)
    assert sizes == {"report": 100, "clean": 97, "paper": 100, **entries}
    with pytest.raises(InputError, match="expected one of report"):
        record.read_record("press")


@pytest.mark.parametrize("name", ["Size", "Revenue", "ROA", "RDRatio", "Leverage"])
def test_extremes_of_table_2_belong_to_firms_on_record(name):
    values = record.read_record("clean")[name]
    for found, printed in ((values.min(), "min"), (values.max(), "max")):
        # The database gives ratios in per cent with two decimals.
        assert found == pytest.approx(TABLE_2.loc[name, printed], rel=5e-4, abs=0.005)


@pytest.mark.parametrize("sample", ["paper", "clean", "report"])
def test_what_is_known_stays_and_nothing_is_missing(sample):
    known = record.read_record(sample)[list(COLUMNS)]
    drawn = record.draw_record(sample, seed=3)
    assert list(drawn.columns) == list(COLUMNS)
    assert drawn.notna().all(axis=None)
    for name in COLUMNS:
        have = known[name].notna()
        np.testing.assert_allclose(drawn.loc[have, name], known.loc[have, name])
    pd.testing.assert_frame_equal(drawn, record.draw_record(sample, seed=3))
    assert not drawn.equals(record.draw_record(sample, seed=4))


@pytest.mark.parametrize("sample", list(record.SAMPLES))
def test_every_known_row_of_2024_is_pinned(sample):
    listed = read_facts("data_resources_fy2024").set_index("code")
    drawn = record.draw_record(sample, seed=1)
    listed = listed.loc[drawn.index.intersection(listed.index)]
    assert len(listed) == (100 if sample == "report" else 97)
    known = {TARGET: "data_resources_yuan", "Size": "total_assets_yuan"}
    for name, column in known.items():
        assert (drawn.loc[listed.index, name] == listed[column]).all()
    pinned = read_facts("pinned_fy2024")
    assert len(pinned)
    for row in pinned.itertuples():
        assert drawn.loc[row.code, row.variable] == row.value


def test_cash_flow_is_negative_for_as_many_firms_as_on_record():
    share = read_facts("moments_fy2021").set_index("Unnamed: 0").loc["OCF", "below_zero"]
    for seed in range(5):
        drawn = record.draw_record("paper", seed=seed)["OCF"]
        assert (drawn < 0).mean() == pytest.approx(share, abs=0.01)


def test_what_is_drawn_has_the_printed_margin_and_no_flow_beyond_a_firms_assets():
    for seed in range(5):
        drawn = record.draw_record("paper", seed=seed)
        for name in ("Growth", "ROIC", "GPM", "TechRatio", "RDPsnRatio"):
            assert drawn[name].median() == pytest.approx(TABLE_2.loc[name, "p50"])
            assert drawn[name].mean() == pytest.approx(
                TABLE_2.loc[name, "mean"], abs=0.005 * TABLE_2.loc[name, "sd"]
            )
        flows = drawn[["OCF", "Capex"]].abs().max(axis=1)
        assert (flows <= drawn["Size"]).all()


def test_draws_follow_real_dependence_and_the_section():
    drawn = [record.draw_record("clean", seed=seed) for seed in range(6)]
    together = np.mean([t[["ROA", "ROIC"]].corr("spearman").iloc[0, 1] for t in drawn])
    assert together > 0.7
    sections = record.read_record("clean")["section"]
    staff = pd.concat([t["TechRatio"].groupby(sections).median() for t in drawn], axis=1).mean(
        axis=1
    )
    assert staff["I"] > 2 * staff["G"]


tables = hnp.arrays(
    float, st.tuples(st.integers(1, 20), st.integers(1, 4)), elements=st.floats(-1e9, 1e9)
)


def test_a_missing_value_becomes_the_median_of_its_column() -> None:
    frame = pd.DataFrame({"a": [1.0, np.nan, 3.0, 100.0], "b": [1.0, 2.0, 3.0, 4.0]})
    filled, missing = impute_median(frame)
    assert filled["a"].tolist() == [1, 3, 3, 100]
    assert filled["b"].tolist() == [1, 2, 3, 4]
    assert missing.loc["a"].to_dict() == {"n": 3, "missing": 1, "share": 0.25, "median": 3}
    assert missing.loc["b", "missing"] == 0
    assert frame["a"].isna().sum() == 1  # the caller's table is left alone


def test_a_column_without_a_value_cannot_be_filled() -> None:
    with pytest.raises(InputError, match=r"^b: expected values"):
        impute_median(pd.DataFrame({"a": [1.0], "b": [np.nan]}))


@given(values=tables, data=st.data())
def test_imputation_keeps_what_is_known_and_the_medians(values, data) -> None:
    holes = data.draw(hnp.arrays(bool, values.shape))
    holes[0] = False
    frame = pd.DataFrame(np.where(holes, np.nan, values))
    filled, missing = impute_median(frame)
    assert not filled.isna().any(axis=None)
    pd.testing.assert_frame_equal(filled.where(~holes), frame)
    np.testing.assert_allclose(filled.median(), frame.median(), rtol=1e-12, atol=1e-12)
    assert (missing["n"] + missing["missing"] == len(frame)).all()

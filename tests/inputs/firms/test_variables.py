"""Median imputation, descriptive statistics, and the sections."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from dataworth.errors import InputError
from dataworth.inputs.firms.variables import (
    FEATURES,
    SECTIONS,
    TARGET,
    VARIABLES,
    describe,
    impute_median,
)
from dataworth.ledger import read_printed

tables = hnp.arrays(
    float, st.tuples(st.integers(1, 20), st.integers(1, 4)), elements=st.floats(-1e9, 1e9)
)


def test_the_names_are_those_of_the_printed_tables() -> None:
    printed = read_printed("potential").claims
    rows = dict.fromkeys(claim.split(".")[1] for claim in printed if claim.startswith("t6."))
    assert tuple(rows) == FEATURES
    assert {claim.split(".")[1] for claim in printed if claim.startswith("t2.")} == {
        *FEATURES,
        TARGET,
    }


def test_units_are_those_of_the_printed_tables() -> None:
    printed = read_printed("potential").claims
    for symbol, variable in VARIABLES.items():
        assert printed[f"t2.{symbol}.mean"].unit == variable.unit


def test_the_classification_has_nineteen_sections_named_in_two_languages() -> None:
    assert "".join(SECTIONS) == "ABCDEFGHIJKLMNOPQRS"
    assert len({name for names in SECTIONS.values() for name in names}) == 38


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


def test_described_as_tables_2_and_6_do() -> None:
    table = describe(pd.DataFrame({"Size": [1.0, 2.0, 3.0, 6.0], "ROA": [0.0, np.nan, 0.2, 0.1]}))
    assert table.columns.tolist() == ["n", "mean", "sd", "min", "p50", "max"]
    assert table.loc["Size"].tolist() == [4, 3, pytest.approx(np.sqrt(14 / 3)), 1, 2.5, 6]
    assert table.loc["ROA"].tolist() == pytest.approx([3, 0.1, 0.1, 0, 0.1, 0.2])


@given(tables.filter(lambda values: len(values) > 1))
def test_descriptive_statistics_agree_with_numpy(values) -> None:
    table = describe(pd.DataFrame(values))
    scale = 1 + np.abs(values).max()
    np.testing.assert_allclose(table["sd"], values.std(axis=0, ddof=1), atol=1e-7 * scale)
    np.testing.assert_allclose(table["mean"], values.mean(axis=0), atol=1e-9 * scale)
    np.testing.assert_array_equal(table["min"], values.min(axis=0))
    np.testing.assert_allclose(table["p50"], np.median(values, axis=0), rtol=1e-12)
    np.testing.assert_array_equal(table["max"], values.max(axis=0))

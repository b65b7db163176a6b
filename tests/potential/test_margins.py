"""Tables are described as the paper describes its own."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from dataworth.potential.margins import describe

tables = hnp.arrays(
    float, st.tuples(st.integers(1, 20), st.integers(1, 4)), elements=st.floats(-1e9, 1e9)
)


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

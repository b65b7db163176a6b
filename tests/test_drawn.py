"""What a figure draws can be taken away as a table."""

import numpy as np
import pandas as pd
import pytest

from dataworth import figures
from dataworth.drawn import COLUMNS, drawn


def shown(axis):
    """The table beside a figure, as it stands in the output of a cell."""
    bundle = figures.show(axis, caption="A caption", alt="An alternative")._repr_mimebundle_()
    assert bundle["text/html"].startswith('<figure class="dw-figure">')
    from io import StringIO

    return pd.read_csv(StringIO(bundle["text/csv"]))


def test_bars_have_names_and_lengths():
    table = shown(figures.bars(pd.Series({"first": 1.5, "second": -2.5}), xlabel="value"))
    assert list(table.columns) == COLUMNS
    assert dict(zip(table["y"], table["value"], strict=True)) == {"first": 1.5, "second": -2.5}


def test_lines_have_their_points_by_series_and_dates():
    days = pd.date_range("2020-01-01", periods=3, freq="QS")
    frame = pd.DataFrame({"a": [1.0, 2.0, np.nan], "b": [3.0, 4.0, 5.0]}, index=days)
    table = shown(figures.curves(frame, xlabel="quarter", ylabel="value"))
    assert list(table["series"]) == ["a"] * 3 + ["b"] * 3
    assert table["x"][0] == "2020-01-01"
    assert list(table["y"][3:]) == [3, 4, 5]


def test_a_gap_in_dates_is_a_gap():
    import matplotlib.pyplot as plt

    _, axis = plt.subplots()
    axis.plot(pd.DatetimeIndex(["2020-01-01", None, "2020-03-01"]), [1, 2, 3])
    assert list(shown(axis)["x"].fillna("")) == ["2020-01-01", "", "2020-03-01"]


def test_cells_of_a_map_have_values_and_its_scale_is_left_out():
    frame = pd.DataFrame([[1, 2], [3, 4]], index=[0.1, 0.2], columns=[5.0, 6.0])
    table = shown(figures.heatmap(frame, label="l", xlabel="x", ylabel="y"))
    assert table[["x", "y", "value"]].to_numpy() == pytest.approx(
        np.array([[5, 0.1, 1], [6, 0.1, 2], [5, 0.2, 3], [6, 0.2, 4]])
    )


def test_intervals_clouds_and_bands_have_their_corners():
    frame = pd.DataFrame({"low": [1, 2], "high": [3, 4]}, index=["p", "q"])
    table = shown(figures.intervals(frame, xlabel="value"))
    assert set(zip(table["x"], table["y"], strict=True)) == {(1, "p"), (3, "p"), (2, "q"), (4, "q")}
    import matplotlib.pyplot as plt

    figure, axis = plt.subplots()
    axis.scatter([1, 2], [3, 4], label="cloud")
    axis.fill_between([0, 1], [0, 0], [1, 2])
    axis.text(0, 0, "no data")
    figure.canvas.draw()
    table = drawn(figure)
    assert list(table[table["series"] == "cloud"]["y"]) == [3, 4]
    assert table["y"].max() == 4


def test_a_figure_without_data_has_an_empty_table():
    import matplotlib.pyplot as plt

    assert drawn(plt.figure()).empty

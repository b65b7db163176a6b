"""What a figure draws, as a table: the data of a picture that a reader takes away."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

COLUMNS = ["panel", "series", "x", "y", "value"]


def drawn(figure: Figure) -> pd.DataFrame:
    """Return one row for each point, bar, corner of a line or band, and cell of a map.

    Returns
    -------
    pandas.DataFrame
        ``panel``: the title or labels of the axes; ``series``: the name in the legend, if there is
        one; ``x`` and ``y``: as on the axes, the middle of a bar, named
        where ticks have names; ``value``: of a cell, and the
        length of a bar.
    """
    frames = []
    for axis in figure.axes:
        if axis.get_label() == "<colorbar>":
            continue
        labels = f"{axis.get_ylabel()} by {axis.get_xlabel()}".removeprefix(" by ")
        for series, points in _series(axis):
            frame = pd.DataFrame(points, columns=COLUMNS[2 : 2 + points.shape[1]])
            for name, ticks in (("x", axis.xaxis), ("y", axis.yaxis)):
                frame[name] = _named(frame[name], ticks)
            named = "" if series.startswith("_") else series
            frames.append(frame.assign(panel=axis.get_title() or labels, series=named))
    table = pd.concat(frames) if frames else pd.DataFrame()
    return table.reindex(columns=COLUMNS)


def _series(axis: Axes) -> Iterator[tuple[str, np.ndarray]]:
    for line in axis.get_lines():
        yield str(line.get_label()), np.asarray(line.get_xydata(), dtype=float)
    for bars in axis.containers:
        if patches := getattr(bars, "patches", None):
            flat = getattr(bars, "orientation", "") == "horizontal"
            lengths = [bar.get_width() if flat else bar.get_height() for bar in patches]
            middles = np.array([bar.get_corners().mean(axis=0) for bar in patches])
            yield str(bars.get_label()), np.column_stack([middles, lengths])
    for drawing in axis.collections:
        values: Any = drawing.get_array()
        if hasattr(drawing, "get_coordinates") and values is not None:
            corners = drawing.get_coordinates()
            cells = (corners[:-1, :-1] + corners[1:, 1:]).reshape(-1, 2) / 2
            values = np.ma.filled(np.ma.asarray(values, dtype=float), np.nan)
            yield str(drawing.get_label()), np.column_stack([cells, values.ravel()])
        elif len(points := np.asarray(drawing.get_offsets())) > 1:
            yield str(drawing.get_label()), points
        elif paths := drawing.get_paths():
            yield str(drawing.get_label()), np.concatenate([path.vertices for path in paths])


def _named(values: pd.Series, ticks: Any) -> pd.Series:
    """Return the names of ticks that have words, dates where the axis has them."""
    from matplotlib.dates import DateLocator, num2date
    from matplotlib.ticker import FixedFormatter, FixedLocator, FuncFormatter

    locator, formatter = ticks.get_major_locator(), ticks.get_major_formatter()
    if isinstance(locator, DateLocator):
        days = values.map(lambda day: num2date(day).date().isoformat(), na_action="ignore")
        return days.astype(object)
    if isinstance(locator, FixedLocator) and isinstance(formatter, FixedFormatter | FuncFormatter):
        words = [label.get_text() for label in ticks.get_ticklabels()]
        names = dict(zip(np.round(ticks.get_majorticklocs(), 6), words, strict=False))
        return values.round(6).map(lambda value: names.get(value) or value)
    return values

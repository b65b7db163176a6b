"""One style for every figure: palette, fonts, captions, alternative text, frequent plots."""

from __future__ import annotations

import base64
import html
import io
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from IPython.display import HTML
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Okabe and Ito's palette: told apart with every common kind of colour blindness. One of its
# colours is kept for what stands in print, in every figure of the book.
BLUE = "#0072B2"
ORANGE = "#E69F00"
GREEN = "#009E73"
PRINTED = "#D55E00"
PURPLE = "#CC79A7"
SKY = "#56B4E9"
GREY = "#7F7F7F"
PALETTE = [BLUE, ORANGE, GREEN, PURPLE, SKY, GREY]

CHINESE = "Noto Sans CJK SC"
WIDTH = 6.2  # inches: text of 11 pt stays legible when a phone shows it at 350 px


def use_style() -> None:
    """Set matplotlib to the book's style; Chinese text renders in every figure."""
    import seaborn as sns
    from matplotlib import font_manager, rcParams

    sns.set_theme(style="whitegrid", palette=PALETTE)
    fonts = font_manager.fontManager
    fonts.addfont(_chinese_font())
    # The package brings one weight. Said to be bold as well, it serves bold text too,
    # where matplotlib would warn on every page and then take it all the same.
    fonts.ttflist += [replace(f, weight=700) for f in fonts.ttflist if f.name == CHINESE]
    rcParams.update(
        {
            "figure.figsize": (WIDTH, 3.6),
            "figure.constrained_layout.use": True,
            "font.family": ["DejaVu Sans", CHINESE],
            "font.size": 11,
            "axes.titlesize": 12,
            "axes.labelsize": 11,
            "xtick.labelsize": 10,
            "ytick.labelsize": 10,
            "legend.fontsize": 10,
            "axes.unicode_minus": False,
            "svg.fonttype": "path",
            "svg.hashsalt": "dataworth",
        }
    )
    warnings.filterwarnings("error", message=r"Glyph .* missing from")


def show(figure: Figure | Axes, *, caption: str, alt: str) -> HTML:
    """Show a figure with its caption and its alternative text.

    Parameters
    ----------
    figure : matplotlib.figure.Figure or matplotlib.axes.Axes
        Drawn, then closed; of axes, the figure that they stand in.
    caption : str
        What the reader sees and from which kind of data; may hold simple HTML.
    alt : str
        What someone who cannot see the figure needs to know.

    Returns
    -------
    IPython.display.HTML
        An HTML figure whose picture is part of the page (SVG). Beside it the output of the cell
        holds what is drawn as a table (CSV).

    Raises
    ------
    ValueError
        The caption or the alternative text is empty.
    """
    import matplotlib.pyplot as plt
    from IPython.display import HTML

    from dataworth.drawn import drawn as table_of

    class Picture(HTML):
        def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
            return {"text/html": self.data, "text/csv": table}

    if not caption.strip() or not alt.strip():
        raise ValueError("a figure needs a caption and an alternative text")
    drawn: Any = getattr(figure, "figure", figure)
    picture = io.BytesIO()
    drawn.savefig(picture, format="svg", metadata={"Date": None})
    table = table_of(drawn).to_csv(index=False, float_format="%.6g")
    plt.close(drawn)
    source = base64.b64encode(picture.getvalue()).decode()
    return Picture(
        f'<figure class="dw-figure"><img src="data:image/svg+xml;base64,{source}" '
        f'alt="{html.escape(alt, quote=True)}"><figcaption>{caption}</figcaption></figure>'
    )


def curves(
    table: pd.DataFrame | pd.Series,
    *,
    xlabel: str,
    ylabel: str,
    axis: Axes | None = None,
    colours: Sequence[str] = PALETTE,
    **style: Any,
) -> Axes:
    """Return axes with one line for each column over the index; the legend names the columns."""
    axis = axis or _axis()
    table = table.to_frame() if isinstance(table, pd.Series) else table
    for (name, column), colour in zip(table.items(), _cycle(colours, table.shape[1]), strict=True):
        axis.plot(table.index, column, color=colour, label=str(name), **style)
    axis.set(xlabel=xlabel, ylabel=ylabel)
    if table.shape[1] > 1:
        axis.legend()
    return axis


def intervals(
    table: pd.DataFrame,
    *,
    xlabel: str,
    axis: Axes | None = None,
    colour: str = BLUE,
    shift: float = 0.0,
    label: str = "",
    printed: Mapping[Any, float] | None = None,
) -> Axes:
    """Return axes with one horizontal interval for each row, the first on top.

    Parameters
    ----------
    table : pandas.DataFrame
        Columns ``low`` and ``high``, and ``median`` or ``value`` for a dot.
    xlabel : str
        Quantity and unit.
    axis : matplotlib.axes.Axes, optional
    colour, label : str
        Of this set of intervals.
    shift : float
        How far below its row a set stands, so that several fit.
    printed : mapping of row to float, optional
        Values that a paper prints, marked in red.
    """
    axis = axis or _axis(height=0.8 + 0.35 * len(table))
    rows = np.arange(len(table)) + shift
    axis.hlines(rows, table["low"], table["high"], color=colour, lw=4, alpha=0.5)
    for middle in table.columns.intersection(["median", "value"])[:1]:
        axis.plot(table[middle], rows, "o", color=colour, ms=5, label=label or None)
    for name, value in (printed or {}).items():
        row = table.index.get_loc(name) + shift
        axis.plot([value] * 2, [row - 0.35, row + 0.35], color=PRINTED, lw=2.5)
    axis.set_yticks(np.arange(len(table)), [str(name) for name in table.index])
    axis.set_ylim(len(table) - 0.4, -0.6)
    axis.set_xlabel(xlabel)
    return axis


def bars(
    values: pd.Series | pd.DataFrame, *, xlabel: str, axis: Axes | None = None, **style: Any
) -> Axes:
    """Return axes with horizontal bars, the first on top; a frame's columns stand side by side."""
    axis = axis or _axis(height=0.8 + 0.32 * len(values))
    values.plot.barh(ax=axis, legend=isinstance(values, pd.DataFrame), **{"width": 0.75, **style})
    axis.invert_yaxis()
    axis.set(xlabel=xlabel, ylabel="")
    return axis


def heatmap(
    table: pd.DataFrame,
    *,
    label: str,
    xlabel: str,
    ylabel: str,
    axis: Axes | None = None,
    chosen: tuple[float, float] | None = None,
    **style: Any,
) -> Axes:
    """Return axes with a map of a table over its numeric index and columns.

    ``chosen`` is where a white dot marks the reader's own setting. The mesh is
    drawn as pixels: a page never carries thousands of small shapes.
    """
    axis = axis or _axis()
    mesh = axis.pcolormesh(
        table.columns, table.index, table, shading="nearest", rasterized=True,
        **{"cmap": "cividis", **style},
    )  # fmt: skip
    axis.figure.colorbar(mesh, ax=axis, label=label)
    if chosen:
        axis.plot(*chosen, "o", mfc="white", mec="black", ms=9, clip_on=False)
    axis.set(xlabel=xlabel, ylabel=ylabel)
    axis.grid(False)
    return axis


def mark(
    axis: Axes,
    *,
    x: float | None = None,
    y: float | None = None,
    text: str = "",
    printed: bool = False,
) -> None:
    """Draw a line across the axes at x or y, with its name: red for a printed value."""
    style: dict[str, Any] = (
        {"color": PRINTED, "lw": 2} if printed else {"color": GREY, "lw": 1.2, "ls": "--"}
    )
    place: dict[str, Any]
    if x is not None:
        axis.axvline(x, **style)
        place = {"x": x, "y": 0.98, "rotation": 90, "ha": "right", "va": "top"}
        transform = axis.get_xaxis_transform()
    elif y is not None:
        axis.axhline(y, **style)
        place = {"x": 0.99, "y": y, "ha": "right", "va": "bottom"}
        transform = axis.get_yaxis_transform()
    else:
        raise ValueError("a mark needs x or y")
    axis.text(s=text, transform=transform, color=style["color"], **place)


def arrows(
    rows: pd.DataFrame, places: Mapping[str, tuple[float, float]], *, height: float = 4.2
) -> Axes:
    """Return axes with boxes at their places and labelled arrows between them.

    Parameters
    ----------
    rows : pandas.DataFrame
        Columns source, target and label; rows of one pair share an arrow.
    places : mapping of name to (x, y)
    """
    axis = _axis(height)
    pairs = rows.groupby(["source", "target"], sort=False)["label"].agg("\n".join)
    box = {"boxstyle": "round,pad=0.4", "facecolor": "white", "edgecolor": GREY}
    boxes = {
        name: axis.text(x, y, name, ha="center", va="center", weight="bold", size=10, bbox=box)
        for name, (x, y) in places.items()
    }
    line = {"arrowstyle": "-|>", "color": BLUE, "lw": 1.6, "shrinkA": 3, "shrinkB": 3}
    for (source, target), label in pairs.items():
        (x, y), (u, w) = places[source], places[target]
        bend = 0.25 * ((target, source) in pairs.index)
        ends = {"patchA": boxes[source].get_bbox_patch(), "patchB": boxes[target].get_bbox_patch()}
        arrow: dict[str, Any] = line | ends | {"connectionstyle": f"arc3,rad={-bend}"}
        axis.annotate("", (u, w), (x, y), arrowprops=arrow)
        across, up = -bend / 2 * (w - y), bend / 2 * (u - x)  # to the left of the way
        beside = (w != y) and abs(across) >= abs(up)
        align = ("left" if across >= 0 else "right") if beside and x == u else "center"
        at = (x + u) / 2 + across + 0.06 * (align == "left"), (y + w) / 2 + up
        axis.text(*at, label, ha=align, va="center", size=9, backgroundcolor="white")
    limits = pd.DataFrame(places).agg(["min", "max"], axis=1)
    axis.set(xlim=limits.iloc[0] + [-0.6, 0.6], ylim=limits.iloc[1] + [-0.6, 0.6])
    axis.axis("off")
    return axis


def fan(axis: Axes, ensemble: pd.DataFrame) -> pd.DataFrame:
    """Draw an ensemble as two bands: nine in ten members, and half of them.

    Parameters
    ----------
    axis : matplotlib.axes.Axes
    ensemble : pandas.DataFrame, shape (quarters, members)
        Quarterly PeriodIndex.

    Returns
    -------
    pandas.DataFrame, shape (quarters, 4)
        The quantiles 0.05, 0.25, 0.75 and 0.95 that bound the bands.
    """
    bands = ensemble.quantile([0.05, 0.25, 0.75, 0.95], axis="columns").T
    quarters = bands.index.to_timestamp()
    axis.fill_between(quarters, bands[0.05], bands[0.95], alpha=0.2, label="nine in ten series")
    axis.fill_between(
        quarters, bands[0.25], bands[0.75], alpha=0.3, color=BLUE, label="half of them"
    )
    return bands


def categories(axis: Axes, table: pd.DataFrame, styles: Mapping[str, tuple[str, str]]) -> None:
    """Draw a table of words as a grid of coloured cells, each with a letter.

    Parameters
    ----------
    axis : matplotlib.axes.Axes
    table : pandas.DataFrame
        Words; rows and columns become the axis labels.
    styles : mapping of word to (letter, colour)
        The letter says it without colour.
    """
    from matplotlib.colors import ListedColormap

    words = list(styles)
    codes = table.map(words.index).to_numpy()
    colours = ListedColormap([colour for _, colour in styles.values()])
    axis.pcolormesh(codes, cmap=colours, vmin=0, vmax=len(words) - 1, edgecolor="white", lw=2)
    for (row, column), word in np.ndenumerate(table.to_numpy()):
        axis.text(column + 0.5, row + 0.5, styles[word][0], ha="center", va="center", color="black")
    axis.set_xticks(np.arange(table.shape[1]) + 0.5, table.columns, rotation=45, ha="right")
    axis.set_yticks(np.arange(table.shape[0]) + 0.5, table.index)
    axis.invert_yaxis()
    axis.grid(False)


def _axis(height: float = 3.8) -> Axes:
    import matplotlib.pyplot as plt

    return plt.subplots(figsize=(WIDTH, height))[1]


def _cycle(colours: Sequence[str], number: int) -> list[str]:
    return [colours[i % len(colours)] for i in range(number)]


def _chinese_font() -> str:
    """Find the font file inside mplfonts without importing it (its import is slow)."""
    spec = find_spec("mplfonts")
    assert spec is not None
    (folder,) = spec.submodule_search_locations or []
    return str(Path(folder) / "fonts" / "NotoSansCJKsc-Regular.otf")

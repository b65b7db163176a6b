"""One style for every figure: palette, fonts, captions and alternative text."""

from __future__ import annotations

import base64
import io
import warnings
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from IPython.display import HTML
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Okabe and Ito's palette: told apart with every common kind of colour blindness.
BLUE = "#0072B2"
ORANGE = "#E69F00"
GREEN = "#009E73"
RED = "#D55E00"
PURPLE = "#CC79A7"
SKY = "#56B4E9"
GREY = "#7F7F7F"
PALETTE = [BLUE, ORANGE, GREEN, RED, PURPLE, SKY, GREY]

WIDTH = 6.2  # inches: text of 11 pt stays legible when a phone shows it at 350 px


def use_style() -> None:
    """Set matplotlib to the book's style; Chinese text renders in every figure."""
    import seaborn as sns
    from matplotlib import font_manager, rcParams

    sns.set_theme(style="whitegrid", palette=PALETTE)
    font_manager.fontManager.addfont(_chinese_font())
    rcParams.update(
        {
            "figure.figsize": (WIDTH, 3.6),
            "figure.constrained_layout.use": True,
            "font.family": ["DejaVu Sans", "Noto Sans CJK SC"],
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


def show(figure: Figure, *, caption: str, alt: str) -> HTML:
    """Show a figure with its caption and its alternative text.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        It is drawn and closed.
    caption : str
        What the reader sees and from which kind of data; may hold simple HTML.
    alt : str
        What someone who cannot see the figure needs to know.

    Returns
    -------
    IPython.display.HTML
        An HTML figure whose picture is part of the page (SVG).

    Raises
    ------
    ValueError
        The caption or the alternative text is empty.
    """
    import html

    import matplotlib.pyplot as plt
    from IPython.display import HTML

    if not caption.strip() or not alt.strip():
        raise ValueError("a figure needs a caption and an alternative text")
    picture = io.BytesIO()
    figure.savefig(picture, format="svg", metadata={"Date": None})
    plt.close(figure)
    source = base64.b64encode(picture.getvalue()).decode()
    return HTML(
        f'<figure class="dw-figure"><img src="data:image/svg+xml;base64,{source}" '
        f'alt="{html.escape(alt, quote=True)}"><figcaption>{caption}</figcaption></figure>'
    )


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


def _chinese_font() -> str:
    """Find the font file inside mplfonts without importing it (its import is slow)."""
    (folder,) = find_spec("mplfonts").submodule_search_locations
    return str(Path(folder) / "fonts" / "NotoSansCJKsc-Regular.otf")

"""One style for every figure: palette, fonts, captions and alternative text."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from IPython.display import HTML
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
    import base64
    import html
    import io

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


def _chinese_font() -> str:
    """Find the font file inside mplfonts without importing it (its import is slow)."""
    from importlib.util import find_spec
    from pathlib import Path

    (folder,) = find_spec("mplfonts").submodule_search_locations
    return str(Path(folder) / "fonts" / "NotoSansCJKsc-Regular.otf")

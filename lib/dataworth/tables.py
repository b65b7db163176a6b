"""Tables as the book shows them: a caption, aligned numbers, room to scroll."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from IPython.display import HTML


def show(
    frame: pd.DataFrame,
    *,
    caption: str,
    formats: str | Mapping[str, str] | None = None,
    index: bool = True,
) -> HTML:
    """Show a table with its caption.

    Parameters
    ----------
    frame : pandas.DataFrame
        Shown as it is: name columns as the reader should read them, with units.
    caption : str
        What the table says and from which kind of data.
    formats : str or mapping of column to str, optional
        Format strings such as ``"{:,.3f}"``, for all columns or for some.
    index : bool
        Whether the row labels are shown.

    Returns
    -------
    IPython.display.HTML
        Missing values are shown as a dash. Columns with words are set left, numbers right.

    Raises
    ------
    ValueError
        The caption is empty.
    """
    from IPython.display import HTML

    if not caption.strip():
        raise ValueError("a table needs a caption")
    styled = frame.style.format(formats, na_rep="–", escape="html").set_caption(caption)
    styled = styled.set_table_attributes('class="dw-table"').set_uuid("t")
    if not index:
        styled = styled.hide(axis="index")
    words = [str(n) for n in range(frame.shape[1]) if frame.iloc[:, n].map(_is_word).any()]
    cells = rf'(class="(?:data row\d+|col_heading level\d+) col(?:{"|".join(words) or "none"}))"'
    table = re.sub(cells, r'\1 dw-text"', styled.to_html())
    return HTML(f'<div class="dw-scroll">{table}</div>')


def _is_word(cell: object) -> bool:
    return isinstance(cell, str) and re.search(r"[^\W\d_]", cell) is not None

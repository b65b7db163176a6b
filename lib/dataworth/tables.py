"""Tables as the book shows them: a caption, aligned numbers, room to scroll."""

from __future__ import annotations

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
        Missing values are shown as a dash.

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
    return HTML(f'<div class="dw-scroll">{styled.to_html()}</div>')

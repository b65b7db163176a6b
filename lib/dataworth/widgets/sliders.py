"""A small page of sliders that works from a file: numbers and a curve follow the hand.

The page is one piece of HTML with its own style and script; it loads nothing. What is
computed is a function body in JavaScript, so the chapter shows the same formula twice,
and a test can hold one against the other.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from dataworth.typeset import fill

NORMAL = Path(__file__).with_suffix(".js").read_text(encoding="utf-8")
"""What a body may stand behind: `cdf` of the normal distribution, and its `inverse`."""
_FORMAT = re.compile(r"([^{}]*)\{:(,?)\.(\d)([f%])\}([^{}]*)")


@dataclass(frozen=True)
class Slider:
    """An input that the reader moves.

    Attributes
    ----------
    name : str
        The function finds the value under ``v.name``.
    label : str
        What stands beside the slider.
    low, high, step, start : float
        Range, step and first value. A start between two steps is kept.
    format : str
        How the value is written, such as ``"{:.1%}"`` or ``"{:,.0f} years"``.
    """

    name: str
    label: str
    low: float
    high: float
    step: float
    start: float
    format: str = "{:.2f}"

    def __post_init__(self) -> None:
        if not (self.low <= self.start <= self.high and self.low < self.high and self.step > 0):
            raise ValueError(f"expected low ≤ start ≤ high and a step above 0, found {self}")


@dataclass(frozen=True)
class Headline:
    """A number that the page works out.

    Attributes
    ----------
    name : str
        The function returns it under ``values.name``.
    label : str
    format : str
        As in `Slider`.
    """

    name: str
    label: str
    format: str = "{:,.2f}"


def parse_format(text: str) -> dict[str, object]:
    """Return the parts of a format such as ``"{:,.1f} years"`` that the script knows.

    Raises
    ------
    ValueError
        It is not one field with a number of decimals and f or %.

    Examples
    --------
    >>> parse_format("{:.1%}")["percent"]
    True
    """
    match = _FORMAT.fullmatch(text)
    if match is None:
        raise ValueError(f"format: expected such as '{{:,.1f}} years', found {text!r}")
    before, comma, decimals, kind, after = match.groups()
    number = {"comma": bool(comma), "decimals": int(decimals), "percent": kind == "%"}
    return {"before": before, **number, "after": after}


def show(
    name: str,
    sliders: Sequence[Slider],
    headlines: Sequence[Headline],
    body: str,
    *,
    constants: Mapping[str, object] | None = None,
    title: str,
    x_label: str,
    y_label: str,
    caption: str = "",
) -> str:
    """Return the page.

    Parameters
    ----------
    name : str
        Letters, digits and hyphens; unlike that of any other on the same page.
    sliders : sequence of Slider
    headlines : sequence of Headline
        Shown in this order; a screen reader announces changes.
    body : str
        Body of a JavaScript function of ``v``. It returns
        ``{values: {name: number}, curves: [{label, x: [...], y: [...]}]}``; up to four
        curves are drawn into one chart.
    constants : mapping of name to value, optional
        What the body finds under ``C.name``: numbers, texts and lists.
    title, x_label, y_label : str
    caption : str
        What the reader sees and from which kind of data.

    Returns
    -------
    str
        HTML. Each number stands unrounded in an attribute ``data-value`` too.

    Raises
    ------
    ValueError
        Two sliders or headlines of one name, or a format that the script does not know.
    """
    starts = {s.name: {"start": s.start, **parse_format(s.format)} for s in sliders}
    formats = {h.name: parse_format(h.format) for h in headlines}
    if len(starts | formats) < len(sliders) + len(headlines):
        raise ValueError(f"{name}: expected sliders and headlines of different names")
    settings = {"sliders": starts, "headlines": formats, "x": x_label, "y": y_label}
    return fill(
        Path(__file__).with_suffix(".html"),
        name=name,
        sliders=sliders,
        headlines=headlines,
        body=body,
        constants=as_json(dict(constants or {})),
        settings=as_json(settings),
        title=title,
        x_label=x_label,
        y_label=y_label,
        caption=caption,
    )


def as_json(value: object) -> str:
    """Return JSON that cannot end a script."""
    return json.dumps(value, ensure_ascii=False).replace("<", "\\u003c")

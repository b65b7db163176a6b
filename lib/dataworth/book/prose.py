"""Prose that depends on results: the alternatives stand in the text, the result picks one.

A sentence may hold ``{choose}`key: text if true | text if false` ``, or one
alternative for each value: ``{choose}`key: below = too low | above = too high` ``.
Within an alternative, ``{name:format}`` shows a result. A writer or translator
thus reads every branch where it stands. The role ``{insert}``, of the same ``name:format``, shows
a value where MyST's glue cannot: on pages around the chapters and in a chapter's head.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from dataworth.errors import InputError

CHOICE = re.compile(r"\{choose\}`([\w.]+):\s+([^`]*)`")
SHOWN = re.compile(r"\{([\w.]+):([^{}]*)\}")
GLUE = re.compile(r"\{glue:text\}`([\w.]+):([^`]*)`")
WRONG = re.compile(r"(?<!`)\{(?:choose|insert)\}`[^`]*`")  # a role that is left over
INSERT = re.compile(r"\{insert\}`([\w./]+):?([^`]*)`")


def resolve(text: str, results: Mapping[str, Any]) -> str:
    """Return the text with choices replaced by the alternatives that results pick, and values.

    Parameters
    ----------
    text : str
        Markdown.
    results : mapping of str to value
        What the chapter recorded.

    Raises
    ------
    InputError
        A result is missing, no alternative stands for its value, or a role is not understood.

    Examples
    --------
    >>> resolve("It {choose}`up: rises by {by:.0%} | falls`.", {"up": True, "by": 0.2})
    'It rises by 20%.'
    >>> resolve("{choose}`at: low = Too low | high = Too high`.", {"at": "high"})
    'Too high.'
    >>> resolve("By {insert}`by:.0%`.", {"by": 0.2})
    'By 20%.'
    """

    def look_up(name: str) -> Any:
        if name not in results:
            raise InputError(f"prose reads {name!r}, which the chapter does not record")
        value = results[name]
        return float("nan") if value is None else value

    def choose(match: re.Match[str]) -> str:
        name, alternatives = match[1], [part.strip() for part in match[2].split(" | ")]
        value = look_up(name)
        if isinstance(value, bool):
            if len(alternatives) != 2:
                raise InputError(f"prose: {name} is a yes or no and needs two alternatives")
            chosen = alternatives[0 if value else 1]
        else:
            named = dict(part.split(" = ", 1) for part in alternatives if " = " in part)
            if str(value) not in named:
                known = ", ".join(named) or "none"
                raise InputError(f"prose: {name} is {value!r}; there are alternatives for {known}")
            chosen = named[str(value)]
        return SHOWN.sub(lambda shown: format(look_up(shown[1]), shown[2]), chosen)

    text = INSERT.sub(lambda m: format(look_up(m[1]), m[2]), CHOICE.sub(choose, text))
    if left := WRONG.search(text):
        raise InputError(f"prose: expected the name of a result and a colon, found {left[0]}")
    return text


def fill_prose(text: str, results: Mapping[str, Any]) -> str:
    """Return the text as `resolve` does, and with what MyST's glue would show."""
    return resolve(GLUE.sub(r"{insert}`\1:\2`", text), results)

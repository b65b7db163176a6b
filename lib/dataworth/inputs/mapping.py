"""A file of names and values in YAML, as people write it by hand."""

from __future__ import annotations

from typing import Any

import yaml

from dataworth.errors import InputError


class _Once(yaml.SafeLoader):
    """A loader whose names are text; one that stands twice is refused as a mistake."""

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        names = [key.value for key, _ in node.value]
        for i, (key, _) in enumerate(node.value):
            if key.value in names[:i]:
                raise yaml.MarkedYAMLError(
                    problem=f"found '{key.value}' a second time", problem_mark=key.start_mark
                )
        return {str(k): value for k, value in super().construct_mapping(node, deep).items()}


def read_mapping(text: str) -> dict[str, Any]:
    """Return the names and values that a YAML text holds.

    Raises
    ------
    InputError
        It is no YAML (with the line), names something twice, or holds no names.
    """
    try:
        found = yaml.load(text, _Once)
    except yaml.MarkedYAMLError as error:
        line = f"line {error.problem_mark.line + 1}: " if error.problem_mark else ""
        raise InputError(f"{line}expected YAML ({error.problem})") from None
    except yaml.YAMLError as error:
        raise InputError(f"expected YAML ({' '.join(str(error).split())})") from None
    if not isinstance(found, dict) or not found:
        raise InputError("expected lines such as 'name: ...', found none")
    return found

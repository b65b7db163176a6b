"""Arithmetic that must hold between printed numbers, as pure functions.

A rule takes numbers (or lists of numbers) and returns a number. A rule that
returns ``bool`` is a condition: it can refute a number, and it decides a
finding. Rules are monotone in each argument, so that evaluating them at the
ends of the rounding intervals bounds the result.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable

from dataworth.ledger.rules import (
    accuracy,
    arithmetic,
    finance,
    moments,
    regression,
    unit_root,
)

RULES: dict[str, Callable] = {
    name: function
    for module in (arithmetic, moments, accuracy, regression, unit_root, finance)
    for name, function in vars(module).items()
    if inspect.isfunction(function)
    and function.__module__ == module.__name__
    and not name.startswith("_")
}


def is_condition(name: str) -> bool:
    """Whether a rule answers yes or no."""
    return inspect.signature(RULES[name]).return_annotation in (bool, "bool")


def meaning(name: str) -> str:
    """Say what a rule computes: the first line of its docstring."""
    return inspect.getdoc(RULES[name]).splitlines()[0].rstrip(".")

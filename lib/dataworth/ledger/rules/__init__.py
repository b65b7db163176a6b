"""Arithmetic that must hold between printed numbers, as pure functions.

A rule takes numbers (or lists of numbers) and returns a number. A rule that
returns ``bool`` is a condition: it can refute a number, and it decides a
finding. Rules are monotone in each argument, so that evaluating them at the
ends of the rounding intervals bounds the result; those that are not take the
intervals themselves (`Quantity`).
"""

from __future__ import annotations

import inspect
from collections.abc import Callable

from dataworth.forensics import (
    correlations,
    criteria,
    definitions,
    granularity,
    paths,
    significance,
)
from dataworth.ledger.rules import accuracy, arithmetic, moments, regression, unit_root

# Calculations that chapters use too stand in `forensics`; what yields no single number is none.
SHARED = (correlations, criteria, definitions, granularity, paths, significance)
RULES: dict[str, Callable] = {
    name: function
    for module in (*SHARED, accuracy, arithmetic, moments, regression, unit_root)
    for name, function in inspect.getmembers(module, inspect.isfunction)
    if function.__module__ == module.__name__
    and not name.startswith("_")
    and inspect.signature(function).return_annotation in ("float", "bool", "Sizes")
}


def is_condition(name: str) -> bool:
    """Return whether a rule answers yes or no."""
    return inspect.signature(RULES[name]).return_annotation == "bool"


def takes_intervals(name: str) -> bool:
    """Return whether a rule takes printed numbers with their rounding intervals."""
    first = next(iter(inspect.signature(RULES[name]).parameters.values()))
    return "Quantity" in str(first.annotation)


def meaning(name: str) -> str:
    """Return what a rule computes, as a note says it: the first line of its docstring."""
    line = (inspect.getdoc(RULES[name]) or name).splitlines()[0].rstrip(".")
    line = line.removeprefix("Return ").removeprefix("whether ").removeprefix("the ")
    return line[:1].upper() + line[1:]

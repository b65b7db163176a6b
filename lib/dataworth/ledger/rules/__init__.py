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

# Calculations that chapters use too stand in `forensics`.
SHARED = (
    definitions.capm_rate,
    definitions.non_labour_ratio,
    definitions.target_deviation,
    criteria.akaike_criterion,
    criteria.schwarz_criterion,
    criteria.hannan_quinn_criterion,
    criteria.loglik_from_akaike,
    criteria.loglik_from_coefficients,
    criteria.sample_size_from_criteria,
    criteria.parameters_from_criteria,
    paths.ar_from_forecast_differences,
    paths.ar_from_log_forecast_differences,
)
WHOLE = (correlations, granularity, significance, arithmetic, moments, accuracy, regression)
RULES: dict[str, Callable] = {function.__name__: function for function in SHARED}
RULES |= {
    name: function
    for module in (*WHOLE, unit_root)
    for name, function in vars(module).items()
    if inspect.isfunction(function)
    and function.__module__ == module.__name__
    and not name.startswith("_")
}


def is_condition(name: str) -> bool:
    """Return whether a rule answers yes or no."""
    return inspect.signature(RULES[name]).return_annotation in (bool, "bool")


def takes_intervals(name: str) -> bool:
    """Return whether a rule takes printed numbers with their rounding intervals."""
    first = next(iter(inspect.signature(RULES[name]).parameters.values()))
    return "Quantity" in str(first.annotation)


def meaning(name: str) -> str:
    """Return what a rule computes, as a note says it: the first line of its docstring."""
    line = (inspect.getdoc(RULES[name]) or name).splitlines()[0].rstrip(".")
    line = line.removeprefix("Return ").removeprefix("whether ").removeprefix("the ")
    return line[:1].upper() + line[1:]

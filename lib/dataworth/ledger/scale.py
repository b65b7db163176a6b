"""The scale of verdicts: its words, what they rest on, and the limits that decide.

Each limit stands here alone; rules, pages and reports take it by its name.
"""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd

VERDICTS = {
    "exact": "follows from other printed numbers or published facts, within rounding",
    "reproduced": "recomputed on public data or with public code, within the stated tolerance",
    "supported": "a finding that real data bear out with an interval, or that shows far more "
    "often where it is true than in the nearest world without it",
    "possible": "a number that a reconstruction, or a bound, lets in with few others",
    "silent": "tried, and the trial does not tell enough",
    "contradicted": "another printed number, the public record, or trials say otherwise",
    "open": "needs data that are not public",
    "setting": "a choice, a definition or a list: there is nothing to check",
}
"""The verdicts and what they mean, in the order in which they are shown."""

RANK = ("contradicted", "exact", "reproduced", "supported", "possible", "silent", "setting", "open")
"""The verdicts by strength: of all that is said about a claim the first stands."""

BASES = {
    "arithmetic": "other printed numbers",
    "record": "public facts, real data, public code",
    "reconstruction": "data drawn so that they agree with printed numbers, or simulated",
    "worlds": "trials where the truth is known",
    "model": "a model and the ranges of its parameters",
    "none": "nothing",
}
"""What a verdict can rest on."""

CAUSES = {
    "slip": "a slip of the pen or of the copy",
    "substance": "an error of substance",
    "definition": "a difference of definition or unit",
    "method": "a fault of method",
}
"""The classes of causes of a contradiction."""


class Limit(NamedTuple):
    """A number that decides a verdict, and what it is the limit of."""

    value: float
    meaning: str


LIMITS = {
    "support": Limit(3, "least evidence ratio, at the low end of its interval, that supports"),
    "against": Limit(1 / 3, "largest evidence ratio, at the high end, that contradicts"),
    "confidence": Limit(0.95, "confidence level of the interval of an evidence ratio"),
    "corrected": Limit(0.05, "false discoveries allowed when many evidence ratios are looked at"),
    "typical": Limit(0.8, "least share of a model's ranges in which a typical statement holds"),
    "exceptional": Limit(0.2, "share of the ranges below which a statement is exceptional"),
    "neighbourhood": Limit(0.5, "distance from a printed number, in parts of it, looked at"),
    "let_through": Limit(0.5, "share of numbers let through from which on an interval is silent"),
}
"""The limits, by name."""

CLASSES = {
    "necessary": "supported",
    "typical": "silent",
    "contingent": "silent",
    "exceptional": "silent",
    "impossible": "contradicted",
}
"""What a model alone says by the class of a statement, where no world without it was tried."""


def limits() -> pd.DataFrame:
    """Return the limits as a table: name, value, meaning."""
    rows = [(name, each.value, each.meaning) for name, each in LIMITS.items()]
    return pd.DataFrame(rows, columns=["limit", "value", "meaning"])


def limit(name: str) -> float:
    """Return a limit by its name in `LIMITS`."""
    return LIMITS[name].value


def model_class(share: float, theorem: bool) -> str:
    """Return the class of a statement that holds in a share of a model's ranges.

    Only a theorem of the model makes a statement necessary, or impossible: a share of
    drawn settings that happens to be all or none does not.
    """
    if theorem and share in (0, 1):
        return "necessary" if share else "impossible"
    if share >= limit("typical"):
        return "typical"
    return "exceptional" if share < limit("exceptional") else "contingent"

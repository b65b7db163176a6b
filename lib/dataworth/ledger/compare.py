"""What a chapter recorded, held against what the paper prints."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from dataworth.forensics.rounding import Quantity, format_like
from dataworth.ledger.claims import Claim
from dataworth.ledger.entries import Result, Tolerance

CHANCE = 0.05  # what holds more often where nothing is there to find says little

Results = Mapping[str, Any]  # by chapter: a mapping, or what refuses unknown keys


@dataclass(frozen=True)
class Outcome:
    """What one entry says about one claim."""

    verdict: str
    computed: float | None
    note: str
    cause: str = ""
    stays: bool = False  # said whatever the verdict


def compare(result: Result, claim: Claim, results: Results) -> Outcome:
    """Return what a chapter's recorded numbers say about a claim."""
    if claim.chapter not in results:
        return Outcome("open", None, f"Run chapter {claim.chapter}.")
    recorded = results[claim.chapter]
    names = [name for name in (result.result, result.low, result.high) if name]
    for name in names:
        value = _look_up(recorded, name)
        if not isinstance(value, bool | int | float) or not math.isfinite(value):
            return Outcome("open", None, f"Chapter {claim.chapter} records no number {name}.")
    values = [recorded[name] for name in names]
    outcome = _held(result, claim, values)
    found = [(name, _look_up(recorded, name)) for name in result.info]
    info = [f"{name} = {value:.4g}" for name, value in found if isinstance(value, int | float)]
    also = f"Also: {', '.join(info)}." if info else ""
    shares = _shares(result, recorded)
    return replace(outcome, note=joined(outcome.note, shares, result.reading, also))


def _look_up(recorded: Any, name: str) -> Any:
    """Return a recorded value, or None: a claim whose number is missing stays open."""
    try:
        return recorded[name]
    except KeyError:
        return None


def _shares(result: Result, recorded: Any) -> str:
    """Set how often a finding holds by chance against how often where it is true."""
    chance, true = (_look_up(recorded, key) for key in (result.by_chance, result.where_true))
    if not isinstance(chance, int | float) or not isinstance(true, int | float):
        return ""
    said = f"It holds in {chance:.0%} of cases where there is nothing to find"
    said = f"{said}, and in {true:.0%} where there is."
    if not recorded[result.result]:
        return said
    if chance >= true:
        return f"{said} So it is no evidence."
    return f"{said} So it is weak evidence." if chance > CHANCE else said


def _held(result: Result, claim: Claim, values: list) -> Outcome:
    """Choose the comparison that the recorded values allow."""
    if isinstance(values[0], bool):
        return _decide(result, values[0])
    if len(values) == 2:
        return _inside(result, claim, *map(float, values))
    return _near(result, claim, float(values[0]))


def _decide(result: Result, holds: bool) -> Outcome:
    """Read a recorded yes or no."""
    source = "as recomputed" if result.kind == "reproduced" else "on the reconstruction or model"
    note = f"{'Holds' if holds else 'Does not hold'} {source} ({result.result})."
    if holds:
        return Outcome(result.kind, None, joined(note, result.note))
    return _failed(result, None, note)


def _inside(result: Result, claim: Claim, low: float, high: float) -> Outcome:
    """Compare with the interval that a reconstruction yields."""
    printed = claim.quantity
    interval = f"{format_like(claim.printed, low)} to {format_like(claim.printed, high)}"
    source = "the range of the reconstruction"
    allowed = _allowed(result.tolerance, printed)
    if low - allowed <= printed.high and printed.low <= high + allowed:
        note = f"Inside {interval}, {source}{_why(result.tolerance, allowed)}."
        return Outcome(result.kind, None, joined(note, result.note))
    return _failed(result, None, f"Outside {interval}, {source}.")


def _near(result: Result, claim: Claim, value: float) -> Outcome:
    """Compare with one recomputed number."""
    printed = claim.quantity
    allowed = (printed.high - printed.low) / 2 + _allowed(result.tolerance, printed)
    reason = _why(result.tolerance, allowed)
    note = f"Recomputed as {format_like(claim.printed, value)}{reason}."
    if abs(value - printed.value) <= allowed * (1 + 1e-9):
        return Outcome(result.kind, value, joined(note, result.note))
    return _failed(result, value, note)


def _allowed(tolerance: Tolerance | None, printed: Quantity) -> float:
    """Return the distance that a tolerance allows around a printed number."""
    return tolerance.absolute + tolerance.relative * abs(printed.value) if tolerance else 0.0


def _why(tolerance: Tolerance | None, allowed: float) -> str:
    """Return how wide a tolerance is, to two digits, and why."""
    if tolerance is None:
        return ""
    return f" (tolerance {float(f'{allowed:.2g}'):,.10g}: {tolerance.reason})"


def _failed(result: Result, computed: float | None, note: str) -> Outcome:
    """Public data contradict; a reconstruction that disagrees only leaves open."""
    if result.kind == "consistent":
        note = f"{note} A reconstruction cannot contradict."
        return Outcome("open", computed, note, stays=True)
    return Outcome("contradicted", computed, note, likely(result.cause))


def likely(cause: str) -> str:
    """Return the likely cause of a contradiction as a sentence, if one is known."""
    return f"Most likely: {sentence(cause)}" if cause else ""


def joined(*sentences: str) -> str:
    """Return the sentences of a note that have something to say, joined."""
    return " ".join(filter(None, sentences))


def sentence(text: str) -> str:
    """Return a text that ends with one full stop."""
    return text.strip().rstrip(".") + "."

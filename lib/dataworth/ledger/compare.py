"""What a chapter recorded, held against what the paper prints."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from dataworth.forensics.rounding import Quantity, format_like
from dataworth.ledger.claims import Claim
from dataworth.ledger.entries import Measured, Tried
from dataworth.ledger.evidence import Evidence, weigh
from dataworth.ledger.scale import limit, model_class, model_verdict
from dataworth.ledger.wording import brief, joined, sentence, times, written

Results = Mapping[str, Any]  # by chapter: a mapping, or what refuses unknown keys
UNDECIDED = "undecided"


@dataclass(frozen=True)
class Outcome:
    """What one entry says about one claim.

    `computed` is a number, True or False, `UNDECIDED`, or None where nothing was tried. `cause`
    counts only where it is contradicted. `stays` marks what is said whatever the verdict.
    """

    verdict: str
    note: str
    computed: Any = None
    basis: str = "none"
    cause: str = ""
    evidence: Evidence | None = None
    stays: bool = False


def compare(entry: Measured | Tried, claim: Claim, results: Results) -> Outcome:
    """Return what a chapter's recorded values say about a claim."""
    if claim.chapter not in results:
        return Outcome("open", f"Run chapter {claim.chapter}.")
    recorded = {key: _look_up(results[claim.chapter], key) for key in entry.keys}
    if None in recorded.values():
        return Outcome("open", f"Chapter {claim.chapter} has not recorded it.")
    if isinstance(entry, Tried):
        outcome = _tried(entry, recorded)
    else:
        outcome = _measured(entry, claim, recorded)
    note = "" if outcome.verdict == "contradicted" else entry.note
    also = []
    for label, name in entry.info.items():
        key, _, spec = name.partition(":")
        also.append(f"{label}: {written(recorded[key], spec)}")
    shown = f"Also: {'; '.join(also)}." if also else ""
    return replace(outcome, note=joined(outcome.note, note, entry.read, shown))


def _look_up(recorded: Any, key: str) -> Any:
    """Return a recorded value, or None for one that is missing or no number."""
    try:
        value = recorded[key]
    except KeyError:
        return None
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _measured(entry: Measured, claim: Claim, recorded: Results) -> Outcome:
    """Hold what data yield against a claim: a yes or no, a number, or an interval."""
    real = entry.basis == "record"
    computed: Any = recorded[entry.result] if entry.result else None
    let_through = 0.0 if real else 1.0  # the share of other numbers that would have passed, too
    if isinstance(computed, bool):
        source = "as recomputed" if real else "on a reconstruction, or on simulated data"
        holds, note = computed, f"{'Holds' if computed else 'Does not hold'} {source}."
    elif entry.result:
        holds, reason = _within(entry, claim, Quantity.exact(computed))
        note = f"Recomputed as {format_like(claim.printed, computed)}{reason}."
    elif claim.is_finding:
        return _estimate(entry, recorded)
    else:
        low, high = recorded[entry.low], recorded[entry.high]
        holds, reason = _within(entry, claim, Quantity(low, low, high))
        let_through = _let_through(claim, low, high)
        source = "the interval that the data leave" if real else "the range of the reconstruction"
        ends = f"{format_like(claim.printed, low)} to {format_like(claim.printed, high)}, {source}"
        note = f"Outside {ends}."
        if holds:
            around = f"{let_through:.0%} of the numbers within {limit('neighbourhood'):.0%}"
            note = f"Inside {ends}{reason}. It lets {around} in."
    vague = let_through > limit("let_through")
    if real:
        verdict = "contradicted" if not holds else "silent" if vague else "reproduced"
        return Outcome(verdict, note, computed, "record", entry.cause)
    why = f"By construction: {sentence(entry.calibrated)}" if entry.calibrated else ""
    cannot = "" if holds else "A reconstruction cannot contradict."
    possible = holds and not (vague or claim.is_finding or why)
    verdict, note = "possible" if possible else "silent", joined(note, why, cannot)
    return Outcome(verdict, note, computed, entry.basis, stays=not (holds or why))


def _within(entry: Measured, claim: Claim, found: Quantity) -> tuple[bool, str]:
    """Return whether a number, or an interval, meets the printed one, and how near is enough."""
    printed, allowed, reason = claim.quantity, 0.0, ""
    if entry.tolerance:
        allowed = entry.tolerance.reach(printed)
        rounding = (printed.high - printed.low) / 2 if entry.result else 0.0
        shown = f"{float(f'{allowed + rounding:.2g}'):,.10g}"
        reason = f" (tolerance {shown}: {entry.tolerance.reason})"
    return found.distance(printed) <= allowed * (1 + 1e-9), reason


def _let_through(claim: Claim, low: float, high: float) -> float:
    """Return the share of the numbers around the printed one that an interval lets in."""
    value = claim.quantity.value
    reach = limit("neighbourhood") * abs(value)
    inside = min(high, value + reach) - max(low, value - reach)
    return max(0.0, inside) / (2 * reach) if reach else 1.0


def _estimate(entry: Measured, recorded: Results) -> Outcome:
    """Decide a finding by the side of a limit on which the interval of an estimate lies."""
    side, bound = ("above", entry.above) if entry.above is not None else ("below", entry.below)
    at = float(recorded[bound] if isinstance(bound, str) else bound or 0)
    low, high = recorded[entry.low], recorded[entry.high]
    computed: Any = UNDECIDED if low <= at <= high else (low > at) == (side == "above")
    verdict = {True: "supported", False: "contradicted"}.get(computed, "silent")
    note = f"Estimated between {brief(low)} and {brief(high)}; the finding says {side} {brief(at)}."
    return Outcome(verdict, note, computed, "record", entry.cause)


def _tried(entry: Tried, recorded: Results) -> Outcome:
    """Judge a finding by the trials that show it, in worlds or over a model's ranges."""
    evidence, verdict, notes = None, "silent", []
    tries = [int(recorded[key]) for key in entry.tries]
    if entry.where_false:
        evidence, note = _evidence(entry, recorded, tries)
        verdict = evidence.verdict
        notes.append(note)
    if entry.basis == "model":
        kind = model_class(recorded[entry.where_true], bool(entry.theorem))
        verdict = verdict if evidence else model_verdict(kind)
        notes += _of_model(entry, recorded, kind, tries)
    elif (truth := [recorded[key] for key in entry.truth]) != [True, False]:
        verdict = "silent"
        unknown = "Whether it is true in the one and not in the other was not recorded"
        doubt = "But a check failed: it is not true in the one world and false in the other"
        notes.append(f"{doubt if truth else unknown}, so the trials say nothing.")
    if entry.premise:
        verdict = "silent"
        notes.append(f"A premise of the model, not a finding: {sentence(entry.premise)}")
    computed = {"supported": True, "contradicted": False}.get(verdict, UNDECIDED)
    return Outcome(verdict, joined(*notes), computed, entry.basis, entry.cause, evidence)


def _of_model(entry: Tried, recorded: Results, kind: str, tries: list[int]) -> list[str]:
    """Return what a model says of a statement: its class, where it holds, and what turns it."""
    said = [f"So it is {kind} there."]
    if not entry.where_false:
        settings = f"{tries[0]:,} settings" if tries else "the settings"
        said.insert(0, f"Holds in {recorded[entry.where_true]:.0%} of {settings} of the model.")
    if entry.condition and recorded[entry.condition] not in ("always", "never"):
        said.append(f"Most often where {sentence(recorded[entry.condition])}")
    if entry.flip and (turn := recorded[entry.flip]):
        said.append(sentence(f"{turn[0].upper()}{turn[1:]}"))
    if entry.theorem:
        said.append(f"A theorem of the model: {sentence(entry.theorem)}")
    if entry.here:
        did = "does" if recorded[entry.here] else "does not"
        said.append(f"In the chapter's own setting, which decides nothing, it {did}.")
    return said


def _evidence(entry: Tried, recorded: Results, tries: list[int]) -> tuple[Evidence, str]:
    """Weigh the shares of trials, and say so."""
    one, two = tries[0], tries[-1]
    true, false = recorded[entry.where_true], recorded[entry.where_false]
    both = round(recorded[entry.both] * one) if entry.both else None
    found = weigh((round(true * one), one), (round(false * two), two), both)
    ends = f"{times(found.low)} to {times(found.high)}"
    ratio = "no ratio" if math.isnan(found.ratio) else f"a ratio of {times(found.ratio)} ({ends})"
    counts = " and ".join(f"{number:,}" for number in dict.fromkeys((one, two)))
    kind = "trials" if entry.basis == "worlds" else "settings of the model"
    said = f"Shown in {true:.0%} of {counts} {kind} where it is true, in {false:.0%} where there"
    return found, f"{said} is {entry.against}: {ratio}."

"""What a chapter recorded, held against what the paper prints."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import singledispatch
from typing import Any

from dataworth.forensics.rounding import Quantity, format_like
from dataworth.ledger.claims import Claim
from dataworth.ledger.entries import (
    Judged,
    Measured,
    Model,
    Reconstruction,
    Record,
    Tolerance,
    Tried,
    Worlds,
)
from dataworth.ledger.evidence import Evidence, Trials, weigh
from dataworth.ledger.scale import CLASSES, limit, model_class
from dataworth.ledger.wording import brief, joined, sentence, written

Results = Mapping[str, Any]  # by chapter: a mapping, or what refuses unknown keys
Computed = Any  # a number, True or False, UNDECIDED, or None where nothing was tried
UNDECIDED = "undecided"


@dataclass(frozen=True)
class Outcome:
    """What one entry says about one claim.

    `stays` marks what is said whatever the verdict.
    """

    verdict: str
    computed: Computed
    note: str
    basis: str = "none"
    cause: str = ""
    evidence: Evidence | None = None
    reading: str = ""
    stays: bool = False


def compare(entry: Judged, claim: Claim, results: Results) -> Outcome:
    """Return what a chapter's recorded values say about a claim."""
    if claim.chapter not in results:
        return Outcome("open", None, f"Run chapter {claim.chapter}.")
    recorded = {key: _look_up(results[claim.chapter], key) for key in (*entry.needs(),)}
    shown = {key: _look_up(results[claim.chapter], key) for key in entry.shows()}
    if None in recorded.values():
        return Outcome("open", None, f"Chapter {claim.chapter} has not recorded it.")
    outcome = replace(_judge(entry, claim, recorded, shown), reading=reading(entry))
    info = {label: (shown[key.partition(":")[0]], key) for label, key in entry.info.items()}
    also = [
        f"{label}: {written(value, key.partition(':')[2])}"
        for label, (value, key) in info.items()
        if value is not None
    ]
    note = entry.note if outcome.verdict not in ("contradicted", "open") else ""
    also_said = f"Also: {'; '.join(also)}." if also else ""
    return replace(outcome, note=joined(outcome.note, note, outcome.reading, also_said))


def reading(entry: Any) -> str:
    """Return how we read a claim; a cut-off of ours is marked as ours."""
    return joined(entry.reading, f"Our cut-off: {sentence(entry.cutoff)}" if entry.cutoff else "")


def _look_up(recorded: Any, key: str) -> Any:
    """Return a recorded value, or None for one that is missing or no number."""
    try:
        value = recorded[key]
    except KeyError:
        return None
    return None if isinstance(value, float) and not math.isfinite(value) else value


@singledispatch
def _judge(entry: Judged, claim: Claim, recorded: Results, shown: Results) -> Outcome:
    """Judge by the kind of entry."""
    raise TypeError(type(entry))


@_judge.register
def _(entry: Record, claim: Claim, recorded: Results, shown: Results) -> Outcome:
    if entry.result:
        value = recorded[entry.result]
        holds, computed, note = _holds(entry, claim, value, "as recomputed")
        return _outcome("record", "reproduced" if holds else "contradicted", computed, note, entry)
    ends = recorded[entry.low], recorded[entry.high]
    if claim.is_finding:
        return _estimate(entry, recorded, *ends)
    inside, share, note = _inside(entry, claim, *ends, "the interval that the data leave")
    verdict = "contradicted" if not inside else "silent" if _vague(share) else "reproduced"
    return _outcome("record", verdict, None, note, entry)


@_judge.register
def _(entry: Reconstruction, claim: Claim, recorded: Results, shown: Results) -> Outcome:
    source = "the range of the reconstruction"
    if entry.result:
        source = "on a reconstruction, or on simulated data"
        holds, computed, note = _holds(entry, claim, recorded[entry.result], source)
        share = 1.0
    else:
        ends = recorded[entry.low], recorded[entry.high]
        (holds, share, note), computed = _inside(entry, claim, *ends, source), None
    possible = holds and not _vague(share) and not claim.is_finding and not entry.calibrated
    why = f"By construction: {sentence(entry.calibrated)}" if entry.calibrated else ""
    if not holds:
        why = joined(why, "A reconstruction cannot contradict.")
    verdict = "possible" if possible else "silent"
    outcome = _outcome("reconstruction", verdict, computed, joined(note, why), entry)
    return replace(outcome, stays=not holds and not entry.calibrated)


@_judge.register
def _(entry: Worlds, claim: Claim, recorded: Results, shown: Results) -> Outcome:
    evidence, note = _evidence(entry, recorded, "trials")
    verdict = evidence.verdict
    truth = [bool(recorded[key]) for key in entry.truth]
    if truth != [True, False]:
        verdict = "silent"
        doubt = "Whether it is true in the one and not in the other was not recorded"
        if truth:
            doubt = "It is not itself true in the one world and false in the other"
        note = f"{note} {doubt}, so the trials say nothing."
    return _tried("worlds", verdict, note, evidence, entry)


@_judge.register
def _(entry: Model, claim: Claim, recorded: Results, shown: Results) -> Outcome:
    share, evidence = float(recorded[entry.where_true]), None
    kind = model_class(share, bool(entry.theorem))
    verdict = CLASSES[kind]
    if entry.where_false:
        evidence, note = _evidence(entry, recorded, "settings of the model")
        verdict = evidence.verdict
    else:
        many = f"{_tries(entry, recorded)[0]:,} settings" if entry.tries else "the settings"
        note = f"Holds in {share:.0%} of {many} of the model."
    where = recorded.get(entry.condition, "always")
    most = f"Most often where {where}" if where not in ("always", "never") else ""
    said = [f"So it is {kind} there.", most, recorded.get(entry.flip)]
    if entry.theorem:
        said.append(f"A theorem of the model: {entry.theorem}")
    if entry.premise:
        verdict = "silent"
        said.append(f"A premise of the model, not a finding: {entry.premise}")
    if shown.get(entry.here) is not None:
        did = "does" if shown[entry.here] else "does not"
        said.append(f"In the chapter's own setting, which decides nothing, it {did}")
    sentences = (sentence(f"{text[:1].upper()}{text[1:]}") for text in said if text)
    return _tried("model", verdict, joined(note, *sentences), evidence, entry)


def _tries(entry: Tried, recorded: Results) -> tuple[int, int]:
    """Return the number of trials in both worlds."""
    one, two = (entry.tries, entry.tries) if isinstance(entry.tries, str) else entry.tries
    return int(recorded[one]), int(recorded[two])


def _evidence(entry: Tried, recorded: Results, trials: str) -> tuple[Evidence, str]:
    """Weigh the shares of trials, and say so."""
    tries_true, tries_false = _tries(entry, recorded)
    true, false = recorded[entry.where_true], recorded[entry.where_false]
    both = round(recorded[entry.both] * tries_true) if entry.both else None
    counts = round(true * tries_true), tries_true, round(false * tries_false), tries_false
    found = weigh(Trials(*counts, both))
    ends = f"{found.low:.2g} to {found.high:.2g}" if math.isfinite(found.high) else ""
    ends = ends or f"{found.low:.2g} or more"
    ratio = f"a ratio of {found.ratio:.2g} ({ends})" if found.ratio == found.ratio else "no ratio"
    tried = (
        f"{tries_true:,}" if tries_true == tries_false else f"{tries_true:,} and {tries_false:,}"
    )
    said = f"Shown in {true:.0%} of {tried} {trials} where it is true, in {false:.0%} where there"
    return found, f"{said} is {entry.against}: {ratio}."


def _tried(basis: str, verdict: str, note: str, evidence: Evidence | None, entry: Tried) -> Outcome:
    """Return an outcome of trials: a yes or no where they decide."""
    computed = {"supported": True, "contradicted": False}.get(verdict, UNDECIDED)
    return replace(_outcome(basis, verdict, computed, note, entry), evidence=evidence)


def _holds(entry: Measured, claim: Claim, value: Any, source: str) -> tuple[bool, Computed, str]:
    """Read a recorded yes or no, or hold one number against the printed one."""
    if isinstance(value, bool):
        return value, value, f"{'Holds' if value else 'Does not hold'} {source}."
    printed = claim.quantity
    allowed = _allowed(entry.tolerance, printed)
    reason = _why(entry.tolerance, allowed + (printed.high - printed.low) / 2)
    note = f"Recomputed as {format_like(claim.printed, value)}{reason}."
    near = 1e-9 * abs(printed.value)
    return printed.low - allowed - near <= value <= printed.high + allowed + near, value, note


def _inside(
    entry: Measured, claim: Claim, low: float, high: float, source: str
) -> tuple[bool, float, str]:
    """Hold an interval against a printed number: inside, and how much else would have been."""
    printed = claim.quantity
    allowed = _allowed(entry.tolerance, printed)
    reach = limit("neighbourhood") * abs(printed.value)
    near, far = printed.value - reach, printed.value + reach
    share = max(0.0, min(high, far) - max(low, near)) / (far - near) if reach else 1.0
    interval = f"{format_like(claim.printed, low)} to {format_like(claim.printed, high)}, {source}"
    if low - allowed <= printed.high and printed.low <= high + allowed:
        let = f"It lets {share:.0%} of the numbers within {limit('neighbourhood'):.0%} in."
        return True, share, f"Inside {interval}{_why(entry.tolerance, allowed)}. {let}"
    return False, share, f"Outside {interval}."


def _estimate(entry: Record, recorded: Results, low: float, high: float) -> Outcome:
    """Decide a finding by the side of a limit on which the interval of an estimate lies."""
    above = entry.above is not None
    bound = entry.above if above else entry.below
    if bound is None:
        raise ValueError(f"{entry.target}: a finding with an interval needs `above` or `below`")
    at = float(recorded[bound] if isinstance(bound, str) else bound)
    yes, no = (low > at, high < at) if above else (high < at, low > at)
    verdict = "supported" if yes else "contradicted" if no else "silent"
    side = "above" if above else "below"
    note = f"Estimated between {brief(low)} and {brief(high)}; it says {side} {brief(at)}."
    return _outcome("record", verdict, yes if yes or no else UNDECIDED, note, entry)


def _allowed(tolerance: Tolerance | None, printed: Quantity) -> float:
    """Return the distance that a tolerance allows around a printed number."""
    return tolerance.absolute + tolerance.relative * abs(printed.value) if tolerance else 0.0


def _why(tolerance: Tolerance | None, allowed: float) -> str:
    """Return how wide a tolerance is, to two digits, and why."""
    if tolerance is None:
        return ""
    return f" (tolerance {float(f'{allowed:.2g}'):,.10g}: {tolerance.reason})"


def _vague(share: float) -> bool:
    """Return whether an interval lets so much in that it says nothing."""
    return share > limit("let_through")


def _outcome(basis: str, verdict: str, computed: Computed, note: str, entry: Judged) -> Outcome:
    """Return an outcome; its cause only where it contradicts."""
    cause = entry.cause if verdict == "contradicted" else ""
    return Outcome(verdict, computed, note, basis, cause)

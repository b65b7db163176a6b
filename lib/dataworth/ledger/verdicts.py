"""Verdicts: computed from claims, rules and what the chapters recorded."""

from __future__ import annotations

from dataclasses import replace
from fnmatch import fnmatchcase
from typing import Any

import pandas as pd

from dataworth.forensics.rounding import Quantity, format_like
from dataworth.ledger.claims import Claim
from dataworth.ledger.compare import Outcome, Results, compare, reading
from dataworth.ledger.entries import Calculation, Relation, Repeat
from dataworth.ledger.evaluate import Numbers
from dataworth.ledger.rulebook import Ledger, Paper
from dataworth.ledger.rules import is_condition, meaning
from dataworth.ledger.scale import RANK, VERDICTS, limit
from dataworth.ledger.wording import joined, sentence

FIELDS = ("id", "paper", "section", "place", "row", "column", "printed", "unit", "kind")
JUDGED = ("computed", "verdict", "basis", "evidence", "cause", "note", "reading", "repeats")


def assess(ledger: Ledger, results: Results, *, chapter: str | None = None) -> pd.DataFrame:
    """Return the verdict of every claim.

    Parameters
    ----------
    ledger : Ledger
        From `load_ledger`.
    results : mapping of str to mapping
        Chapter id to the values that the chapter recorded. Claims that need a
        chapter which is absent stay open.
    chapter : str, optional
        Only the claims of this chapter; public tables that others need are
        not read.

    Returns
    -------
    pandas.DataFrame
        One row per claim: id, paper, section, place, row, column, printed,
        unit, kind, computed, verdict, basis, evidence, cause, note, reading,
        repeats, chapter. `computed` is a number in the claim's unit (per cent
        as fractions), a quarter or month as text, for a finding True, False or
        "undecided"; None where nothing was tried. `evidence` is None or a dict
        of ratio, low, high and p; `cause` None or a dict of group, class and
        text; `reading` says how we read the claim; `repeats` is the id of the
        claim that it repeats, or empty.

    Raises
    ------
    InputError
        A rule is not defined for its numbers, or a fact is not on record.

    Notes
    -----
    Every entry that targets a claim gives an outcome, and the strongest one
    stands, in the order of `scale.RANK`. A relation that holds within rounding
    makes the claim exact; one that needs its stated tolerance, or in which the
    paper says "about", makes it reproduced. A claim that repeats another takes
    over its outcome.
    """
    rows = []
    for paper in ledger.papers:
        numbers = Numbers(paper)
        repeats = {repeat.target: repeat.of for repeat in paper.book.repeats}
        for claim in paper.claims.values():
            if chapter is None or claim.chapter == chapter:
                outcome = _outcome(claim, paper, numbers, results)
                row = {name: getattr(claim, name) for name in FIELDS}
                row |= _judged(claim, paper, outcome) | {"repeats": repeats.get(claim.id, "")}
                rows.append(row | {"chapter": claim.chapter})
    frame = pd.DataFrame(rows, columns=[*FIELDS, *JUDGED, "chapter"], dtype=object)
    return frame.where(frame.notna(), None)


def _judged(claim: Claim, paper: Paper, outcome: Outcome) -> dict[str, Any]:
    """Return what was judged of a claim, as the ledger's rows hold it."""
    computed, cause = outcome.computed, paper.book.cause(outcome.cause)
    if claim.is_timed and computed is not None:
        computed = format_like(claim.printed, computed)
    return {
        "computed": computed,
        "verdict": outcome.verdict,
        "basis": outcome.basis,
        "evidence": outcome.evidence and outcome.evidence.as_row(),
        "cause": cause and {"group": cause.id, "class": cause.sort, "text": cause.text},
        "note": outcome.note,
        "reading": outcome.reading,
    }


def summary(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the number of verdicts by paper and place.

    Returns
    -------
    pandas.DataFrame
        Rows (paper, place) in the ledger's order, one column per verdict in
        the order of `VERDICTS`, and their total as ``claims``.
    """
    counts = frame.groupby(["paper", "place"], sort=False)["verdict"].value_counts()
    table = counts.unstack(fill_value=0).reindex(columns=list(VERDICTS), fill_value=0)
    order = frame.drop_duplicates(["paper", "place"])[["paper", "place"]]
    table = table.reindex(list(order.itertuples(index=False, name=None)))
    table.index.names, table.columns.name = ["paper", "place"], None
    return table.assign(claims=table.sum(axis=1))


def _outcome(claim: Claim, paper: Paper, numbers: Numbers, results: Results) -> Outcome:
    """Pick the strongest outcome of a claim; all of its rank speak in the note."""
    outcomes = _outcomes(claim, paper, numbers, results)
    best = min(RANK.index(outcome.verdict) for outcome in outcomes)
    said = [outcome for outcome in outcomes if RANK.index(outcome.verdict) == best]
    notes = [o.note for o in said] + [o.note for o in outcomes if o.stays and o not in said]
    causes = dict.fromkeys(outcome.cause for outcome in said if outcome.cause)
    texts = [sentence(cause.text) for cause in map(paper.book.cause, causes) if cause]
    notes += [f"Most likely: {text}" for text in texts if text not in joined(*notes)]
    return Outcome(
        RANK[best],
        next((o.computed for o in said if o.computed is not None), None),
        joined(*dict.fromkeys(notes)),
        said[0].basis,
        next(iter(causes), ""),
        next((o.evidence for o in outcomes if o.evidence), None),
        joined(*dict.fromkeys(o.reading for o in said)),
    )


def _outcomes(claim: Claim, paper: Paper, numbers: Numbers, results: Results) -> list[Outcome]:
    """Return what each entry that targets a claim says."""
    book, name = paper.book, claim.id
    outcomes: list[Outcome | None] = [
        _repeated(r, claim, paper, numbers, results) for r in book.repeats if r.target == name
    ]
    outcomes += [_hold(rule, claim, numbers) for rule in book.rules if rule.target == name]
    outcomes += [
        compare(result, claim, results) for result in book.results if result.target == name
    ]
    for entry in book.open:
        if any(fnmatchcase(name, pattern) for pattern in entry.targets):
            note = joined(f"Needs {sentence(entry.needs)}", *_shown(entry.info, claim, numbers))
            outcomes.append(Outcome("open", None, note))
    for setting in book.settings:
        if any(fnmatchcase(name, pattern) for pattern in setting.targets):
            outcomes.append(Outcome("setting", None, f"Nothing to check: {sentence(setting.why)}"))
    nothing = Outcome("open", None, "No entry confirms it and none refutes it.")
    return [outcome for outcome in outcomes if outcome] or [nothing]


def _repeated(
    repeat: Repeat, claim: Claim, paper: Paper, numbers: Numbers, results: Results
) -> Outcome:
    """Take over the outcome of the number that a claim repeats, if it is the same."""
    source = paper.claims[repeat.of]
    sign = -1.0 if repeat.unsigned and source.quantity.value < 0 else 1.0
    first = source.quantity * (sign * repeat.scale)
    if _distance(first, claim.quantity) > 0:
        note = f"Printed as {source.printed} elsewhere: {source.label} ({source.place})."
        return Outcome("contradicted", first.value, note, "arithmetic", repeat.cause)
    outcome = _outcome(source, paper, numbers, results)
    computed = outcome.computed
    if computed is not None and not claim.is_finding:
        computed = (abs(computed) if repeat.unsigned else computed) * repeat.scale
    note = joined(f"Repeats {source.label} ({source.place}).", outcome.note)
    return replace(outcome, computed=computed, note=note)


def _hold(relation: Relation, claim: Claim, numbers: Numbers) -> Outcome | None:
    """Hold a relation against its target; None where a condition has nothing to say."""
    printed = Quantity.exact(1.0) if relation.only_refutes else claim.quantity
    readings = [(r, numbers.compute(r, claim.id)) for r in relation.either]
    read, value = min(readings, key=lambda pair: _distance(pair[1], printed))
    distance = _distance(value, printed)
    condition = is_condition(read.rule)
    holds = distance <= relation.tolerance
    if holds and condition and not claim.is_finding:
        return _kept(relation, numbers)
    info = _shown(relation.info, claim, numbers)
    computed = holds if claim.is_finding else None if condition else value.value
    basis = "record" if any(map(numbers.rests_on_record, relation.either)) else "arithmetic"
    ours = reading(relation)
    if relation.stands_in:
        note = joined(_said(readings, claim, numbers), ours, *info)
        note = f"{note} In place of the paper's own data: {sentence(relation.stands_in)}"
        note = f"{note} They neither confirm nor contradict."
        return Outcome("silent", computed, note, "record", reading=ours, stays=True)
    if not holds:
        note = joined(_said(readings, claim, numbers), ours, *info)
        return Outcome("contradicted", computed, note, basis, relation.cause, reading=ours)
    about = [claim, *(numbers.paper.claims.get(name) for name in read.names())]
    rough = distance or any(c and c.is_approximate for c in about)
    note = _said([(read, value)], claim, numbers)
    if distance:
        note += f" Within {relation.tolerance:g}: {sentence(relation.reason)}"
    note = joined(note, relation.note, ours, *info)
    return Outcome("reproduced" if rough else "exact", computed, note, basis, reading=ours)


def _kept(relation: Relation, numbers: Numbers) -> Outcome | None:
    """Return what a bound says of a number that keeps it: how many it lets through, if known."""
    if not relation.let_through:
        return None
    share = numbers[relation.let_through].value
    verdict = "possible" if share < limit("let_through") else "silent"
    note = f"{meaning(relation.either[0].rule)}: holds, as it does for {share:.0%} of such numbers."
    return Outcome(verdict, None, note, "arithmetic", reading=reading(relation))


def _distance(value: Quantity, printed: Quantity) -> float:
    """Return the gap between two intervals; 0 where they overlap, up to floating point."""
    gap = max(value.low - printed.high, printed.low - value.high, 0.0)
    scale = max(abs(value.value), abs(printed.value))
    return 0.0 if gap <= 1e-9 * scale else gap


def _said(readings: list[tuple[Calculation, Quantity]], claim: Claim, numbers: Numbers) -> str:
    """Return what each reading computes and from which numbers."""
    parts = []
    for read, value in readings:
        if is_condition(read.rule):
            outcome = "holds" if value.high >= 1 else "does not hold"
        else:
            outcome = format_like(claim.printed, value.value)
        name = next(read.names(), "")
        if read.rule == "same" and name:
            source = "On public record" if numbers.is_fact(name) else "Implied"
            parts.append(f"{source}: {outcome} ({numbers.label(name)})")
            continue
        source = numbers.describe(read)
        parts.append(f"{meaning(read.rule)}: {outcome}{' from ' + source if source else ''}")
    return "; or ".join(parts) + "."


def _shown(names: tuple[str, ...], claim: Claim, numbers: Numbers) -> list[str]:
    """Return facts and derived numbers, written like the claim."""
    return [
        f"{'On public record' if numbers.is_fact(name) else 'Implied'}: "
        f"{format_like(claim.printed, numbers[name].value)} ({numbers.label(name)})."
        for name in names
    ]

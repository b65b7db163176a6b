"""Verdicts: computed from claims, rules and what the chapters recorded."""

from __future__ import annotations

from fnmatch import fnmatchcase

import pandas as pd

from dataworth.forensics.rounding import Quantity, format_like
from dataworth.ledger.claims import Claim
from dataworth.ledger.compare import Outcome, Results, compare, joined, likely, sentence
from dataworth.ledger.entries import Calculation, Relation, Repeat
from dataworth.ledger.evaluate import Numbers
from dataworth.ledger.rulebook import Ledger, Paper
from dataworth.ledger.rules import is_condition, meaning

VERDICTS = ("contradicted", "exact", "reproduced", "consistent", "open")
FIELDS = ("id", "paper", "section", "place", "row", "column", "printed", "unit", "kind")


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
        unit, kind, computed, verdict, note, chapter. `computed` is a float in
        the claim's unit (per cent as fractions), or None.

    Raises
    ------
    InputError
        A rule is not defined for its numbers, or a fact is not on record.

    Notes
    -----
    Every entry that targets a claim gives an outcome, and the strongest one
    stands: contradicted, exact, reproduced, consistent, open. A relation that
    holds within rounding makes the claim exact; one that needs its stated
    tolerance, or in which the paper says "about", makes it reproduced. A claim
    that repeats another takes over its outcome.
    """
    rows = []
    for paper in ledger.papers:
        numbers = Numbers(paper)
        for claim in paper.claims.values():
            if chapter is None or claim.chapter == chapter:
                outcome = _outcome(claim, paper, numbers, results)
                row = {name: getattr(claim, name) for name in FIELDS}
                row |= {"computed": outcome.computed, "verdict": outcome.verdict}
                rows.append(row | {"note": outcome.note, "chapter": claim.chapter})
    columns = [*FIELDS, "computed", "verdict", "note", "chapter"]
    frame = pd.DataFrame(rows, columns=columns)
    computed = frame["computed"].astype(object)
    return frame.assign(computed=computed.where(computed.notna(), None))


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
    best = min(VERDICTS.index(outcome.verdict) for outcome in outcomes)
    said = [outcome for outcome in outcomes if VERDICTS.index(outcome.verdict) == best]
    computed = next((o.computed for o in said if o.computed is not None), None)
    said += [outcome for outcome in outcomes if outcome.stays and outcome not in said]
    # Several findings may share a cause: it is named once, behind them all.
    notes = [outcome.note for outcome in said] + [outcome.cause for outcome in said]
    return Outcome(VERDICTS[best], computed, joined(*dict.fromkeys(notes)))


def _outcomes(claim: Claim, paper: Paper, numbers: Numbers, results: Results) -> list[Outcome]:
    """Return what each entry that targets a claim says."""
    nothing = Outcome("open", None, "No entry confirms it and none refutes it.")
    book, name = paper.book, claim.id
    outcomes: list[Outcome | None] = [
        _repeated(r, claim, paper, numbers, results) for r in book.repeats if r.target == name
    ]
    outcomes += [_hold(rule, claim, numbers) for rule in book.rules if rule.target == name]
    outcomes += [
        compare(result, claim, results) for result in book.results if result.target == name
    ]
    for entry in book.open:
        if any(fnmatchcase(claim.id, pattern) for pattern in entry.targets):
            needs = f"Needs {sentence(entry.needs)}"
            note = joined(needs, *_shown(entry.info, claim, numbers))
            outcomes.append(Outcome("open", None, note))
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
        return Outcome("contradicted", first.value, note, likely(repeat.cause))
    outcome = _outcome(source, paper, numbers, results)
    computed = outcome.computed
    if computed is not None:
        computed = (abs(computed) if repeat.unsigned else computed) * repeat.scale
    note = f"Repeats {source.label} ({source.place})."
    return Outcome(outcome.verdict, computed, joined(note, outcome.note))


def _hold(relation: Relation, claim: Claim, numbers: Numbers) -> Outcome | None:
    """Hold a relation against its target; None where a condition has nothing to say."""
    printed = Quantity.exact(1.0) if relation.only_refutes else claim.quantity
    readings = [(r, numbers.compute(r, claim.id)) for r in relation.either]
    reading, value = min(readings, key=lambda pair: _distance(pair[1], printed))
    distance = _distance(value, printed)
    condition = is_condition(reading.rule)
    info = _shown(relation.info, claim, numbers)
    if relation.stands_in:
        info.append(f"In place of the paper's own data: {sentence(relation.stands_in)}")
    computed = None if condition else value.value
    if distance <= relation.tolerance:
        if condition and not claim.is_finding:
            return None
        about = [claim, *(numbers.paper.claims.get(name) for name in reading.names())]
        rough = distance or relation.stands_in or any(c and c.is_approximate for c in about)
        note = _said([(reading, value)], claim, numbers)
        if distance:
            note += f" Within {relation.tolerance:g}: {sentence(relation.reason)}"
        note = joined(note, relation.note, relation.reading, *info)
        return Outcome("reproduced" if rough else "exact", computed, note)
    note = joined(_said(readings, claim, numbers), relation.reading, *info)
    if relation.stands_in:
        return Outcome("open", computed, joined(note, "They cannot contradict."), stays=True)
    return Outcome("contradicted", computed, note, likely(relation.cause))


def _distance(value: Quantity, printed: Quantity) -> float:
    """Return the gap between two intervals; 0 where they overlap, up to floating point."""
    gap = max(value.low - printed.high, printed.low - value.high, 0.0)
    scale = max(abs(value.value), abs(printed.value))
    return 0.0 if gap <= 1e-9 * scale else gap


def _said(readings: list[tuple[Calculation, Quantity]], claim: Claim, numbers: Numbers) -> str:
    """Return what each reading computes and from which numbers."""
    parts = []
    for reading, value in readings:
        if is_condition(reading.rule):
            outcome = "holds" if value.high >= 1 else "does not hold"
        else:
            outcome = format_like(claim.printed, value.value)
        name = next(reading.names(), "")
        if reading.rule == "same" and name:
            source = "On public record" if numbers.is_fact(name) else "Implied"
            parts.append(f"{source}: {outcome} ({numbers.label(name)})")
            continue
        source = numbers.describe(reading)
        parts.append(f"{meaning(reading.rule)}: {outcome}{' from ' + source if source else ''}")
    return "; or ".join(parts) + "."


def _shown(names: tuple[str, ...], claim: Claim, numbers: Numbers) -> list[str]:
    """Return facts and derived numbers, written like the claim."""
    return [
        f"{'On public record' if numbers.is_fact(name) else 'Implied'}: "
        f"{format_like(claim.printed, numbers[name].value)} ({numbers.label(name)})."
        for name in names
    ]

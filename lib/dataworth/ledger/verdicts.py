"""Verdicts: computed from claims, rules and what the chapters recorded."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from functools import cache

import pandas as pd

from dataworth.forensics.rounding import Quantity, format_like
from dataworth.ledger.claims import Claim
from dataworth.ledger.compare import Outcome, Results, compare
from dataworth.ledger.entries import Entry, Open, Relation, Repeat, Setting
from dataworth.ledger.evaluate import Numbers
from dataworth.ledger.rulebook import Ledger, Paper
from dataworth.ledger.rules import meaning
from dataworth.ledger.scale import RANK, limit
from dataworth.ledger.wording import joined, sentence


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
        unit, kind, chapter, computed, verdict, basis, evidence, cause, note, rules,
        repeats. `computed` is a number in the claim's unit (per cent as fractions),
        a quarter or month as text, for a finding True, False or "undecided";
        None where nothing was tried. `evidence` is None or a dict of ratio, low,
        high and p; `cause` None or a dict of group, class and text; `note` says how
        we read the claim, too; `rules` names those that bind it; `repeats` is the id
        of the claim that it repeats, or empty.

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
    for paper in ledger:
        judge = Judge(paper, results)
        chosen = [c for c in paper.claims.values() if chapter is None or c.chapter == chapter]
        rows += [claim.model_dump() | judge.row(claim) for claim in chosen]
    frame = pd.DataFrame(rows, dtype=object)
    return frame.where(frame.notna(), None)


class Judge:
    """Judges the claims of one paper by its entries and what the chapters recorded."""

    def __init__(self, paper: Paper, results: Results):
        self.paper, self.results, self.numbers = paper, results, Numbers(paper)
        self.causes = {cause.name: cause for cause in paper.book.causes}
        self._entries: dict[str, list[Entry]] = defaultdict(list)
        for claim_id, entry in paper.entries():
            self._entries[claim_id].append(entry)
        self.outcome = cache(self._outcome)

    def row(self, claim: Claim) -> dict[str, object]:
        """Return what is judged of a claim, as the ledger's rows hold it."""
        outcome = self.outcome(claim.id)
        computed, cause = outcome.computed, self.causes.get(outcome.cause)
        entries = self._entries[claim.id]
        bound = [entry for entry in entries if isinstance(entry, Relation)]
        # The number of a quarter or a month only serves to count.
        if claim.unit.startswith(("quarter", "year and month")) and computed is not None:
            computed = format_like(claim.printed, computed)
        return {
            "computed": computed,
            "verdict": outcome.verdict,
            "basis": outcome.basis,
            "evidence": outcome.evidence and outcome.evidence.as_row(),
            "cause": cause and {"group": cause.name, "class": cause.sort, "text": cause.text},
            "note": outcome.note,
            "rules": list(dict.fromkeys(read.rule for entry in bound for read in entry.either)),
            "repeats": next((entry.of for entry in entries if isinstance(entry, Repeat)), ""),
        }

    def _outcome(self, claim_id: str) -> Outcome:
        """Return the strongest outcome of a claim; all of its rank speak in the note."""
        claim = self.paper.claims[claim_id]
        found = (self._judge(entry, claim) for entry in self._entries[claim_id])
        outcomes = list(filter(None, found))
        outcomes = outcomes or [Outcome("open", "No entry confirms it and none refutes it.")]
        best = min((outcome.verdict for outcome in outcomes), key=RANK.index)
        said = [outcome for outcome in outcomes if outcome.verdict == best]
        note = joined(*(o.note for o in said), *(o.note for o in outcomes if o.stays))
        causes = [o.cause for o in said if o.cause and best == "contradicted"]
        for text in (self.causes[name].text for name in causes):
            if text not in note:
                note = joined(note, f"Most likely: {sentence(text)}")
        return replace(
            said[0],
            note=note,
            computed=next((o.computed for o in said if o.computed is not None), None),
            cause=next(iter(causes), ""),
            evidence=next((o.evidence for o in outcomes if o.evidence), None),
        )

    def _judge(self, entry: Entry, claim: Claim) -> Outcome | None:
        """Return what one entry says of a claim, if anything."""
        if isinstance(entry, Repeat):
            return self._repeat(entry, claim)
        if isinstance(entry, Relation):
            return self._hold(entry, claim)
        if isinstance(entry, Setting):
            return Outcome("setting", f"Nothing to check: {sentence(entry.why)}")
        if isinstance(entry, Open):
            shown = [self.numbers.shown(name, claim) for name in entry.info]
            return Outcome("open", joined(f"Needs {sentence(entry.needs)}", *shown))
        return compare(entry, claim, self.results)  # type: ignore[arg-type]

    def _repeat(self, repeat: Repeat, claim: Claim) -> Outcome:
        """Take over the outcome of the number that a claim repeats, if it is the same."""
        source = self.paper.claims[repeat.of]
        first = source.quantity * repeat.scale
        if first.distance(claim.quantity) > 0:
            note = f"Printed as {source.printed} elsewhere: {source.label} ({source.place})."
            return Outcome("contradicted", note, first.value, "arithmetic", repeat.cause)
        outcome = self.outcome(source.id)
        computed = outcome.computed
        if computed is not None and not claim.is_finding:
            computed *= repeat.scale
        note = joined(f"Repeats {source.label} ({source.place}).", outcome.note)
        return replace(outcome, computed=computed, note=note)

    def _hold(self, relation: Relation, claim: Claim) -> Outcome | None:
        """Hold a relation against its target; None where a condition has nothing to say."""
        numbers, condition = self.numbers, relation.is_condition
        printed = Quantity.exact(1.0) if condition else claim.quantity
        place = f"line {relation.line}: {claim.id}"
        readings = [(read, numbers.compute(read, place)) for read in relation.either]
        read, value = min(readings, key=lambda pair: pair[1].distance(printed))
        distance, allowed = value.distance(printed), relation.tolerance
        reach = allowed.reach(printed) if allowed else 0
        holds = distance <= reach
        if holds and condition and not claim.is_finding:
            return self._kept(relation)
        computed = holds if claim.is_finding else None if condition else value.value
        basis = "record" if any(map(numbers.rests_on_record, relation.either)) else "arithmetic"
        about = [claim, *(self.paper.claims.get(name) for name in read.names)]
        rough = distance > 0 or any(each and each.printed.startswith("about ") for each in about)
        verdict = ("reproduced" if rough else "exact") if holds else "contradicted"
        shown = [(read, value)] if holds and not relation.stands_in else readings
        note = "; or ".join(numbers.said(*pair, claim) for pair in shown) + "."
        if stays := bool(relation.stands_in):
            verdict, basis = "silent", "record"
            why = f"In place of the paper's own data: {sentence(relation.stands_in)}"
            note = joined(note, why, "They neither confirm nor contradict.")
        elif holds:
            within = f"Within {reach:g}: {sentence(allowed.reason)}" if allowed and distance else ""
            note = joined(note, within, relation.note)
        note = joined(note, relation.read, *(numbers.shown(name, claim) for name in relation.info))
        return Outcome(verdict, note, computed, basis, relation.cause, stays=stays)

    def _kept(self, relation: Relation) -> Outcome | None:
        """Return what a bound says of a number that keeps it, if we know what it lets through."""
        if not relation.let_through:
            return None
        share = self.numbers[relation.let_through].value
        verdict = "possible" if share < limit("let_through") else "silent"
        rule = meaning(relation.either[0].rule)
        note = f"{rule}: holds, as it does for {share:.0%} of such numbers."
        return Outcome(verdict, note, basis="arithmetic")

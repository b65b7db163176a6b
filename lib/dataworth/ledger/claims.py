"""Claims: what a paper prints, and what its rounding leaves open."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path

from dataworth.errors import InputError
from dataworth.facts import DATA
from dataworth.forensics.rounding import Quantity, parse_printed

KINDS = ("table", "text", "figure", "finding")
OPTIONAL = ("chapter",)
COLUMNS = ("id", "section", "place", "row", "column", "printed", "unit", "kind", "chapter")
EXACT_UNITS = ("count", "year", "quarter", "version")


@dataclass(frozen=True)
class Claim:
    """One printed number, or one stated finding.

    Attributes
    ----------
    id : str
        Readable and dotted, such as ``"t6.cost_error.q1"``; unique in its paper.
    paper : str
        Name of the claims file without its ending.
    section, place, row, column : str
        Where it stands; `row` and `column` say what it is.
    printed : str
        The number as printed, with "-" for minus. "about" before a number
        keeps the paper's own caution. A finding is put in our own words.
    unit : str
        "not stated" where the paper states none.
    kind : {"table", "text", "figure", "finding"}
    chapter : str
        Id of the chapter that treats it; empty if there is none yet.
    """

    id: str
    paper: str
    section: str
    place: str
    row: str
    column: str
    printed: str
    unit: str
    kind: str
    chapter: str

    @property
    def label(self) -> str:
        """What the number is, within its place."""
        return self.row if self.column == "value" else f"{self.row}: {self.column}"

    @property
    def is_approximate(self) -> bool:
        """Whether the paper itself says "about"."""
        return self.printed.startswith("about ")

    @property
    def is_finding(self) -> bool:
        """Whether this is a statement rather than a number."""
        return self.kind == "finding"

    @property
    def is_timed(self) -> bool:
        """Whether this is a quarter or a month, whose number only serves to count."""
        return self.unit.startswith(("quarter", "year and month"))

    @property
    def quantity(self) -> Quantity:
        """The printed number with its rounding interval; a finding counts as 1."""
        if self.is_finding:
            return Quantity.exact(1.0)
        return parse_printed(self.printed, exact=self.unit.startswith(EXACT_UNITS))


@dataclass(frozen=True)
class PrintedNumbers:
    """The printed numbers of one paper, looked up by claim id."""

    claims: Mapping[str, Claim]

    def __call__(self, claim_id: str) -> float:
        """Return a number as printed; per cent become fractions."""
        return self._find(claim_id).quantity.value

    def quantity(self, claim_id: str) -> Quantity:
        """Return a number with the interval that its rounding leaves."""
        return self._find(claim_id).quantity

    def text(self, claim_id: str) -> str:
        """Return the string as printed."""
        return self._find(claim_id).printed

    def _find(self, claim_id: str) -> Claim:
        if claim_id not in self.claims:
            raise InputError(f"claims: expected a claim with id {claim_id!r}, found none")
        return self.claims[claim_id]


def read_printed(paper: str) -> PrintedNumbers:
    """Read the printed numbers of a paper from ``data/claims``.

    Parameters
    ----------
    paper : str
        Name of the claims file without its ending, such as ``"banks"``.

    Raises
    ------
    InputError
        The file is malformed.
    FileNotFoundError
        There is no such file.
    """
    return PrintedNumbers(read_claims(DATA / "claims" / f"{paper}.csv"))


def read_claims(path: Path, paper: str = "") -> dict[str, Claim]:
    """Read one paper's claims.

    Parameters
    ----------
    path : pathlib.Path
        CSV with the columns of `Claim` except `paper`; `chapter` may be left out.
    paper : str
        The name of the file if omitted.

    Returns
    -------
    dict of str to Claim
        By id, in the order of the file.

    Raises
    ------
    InputError
        A missing column, a repeated id, an unknown kind or an unreadable
        number; the message names file and row.
    """
    where = f"{path.parent.name}/{path.name}"
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, strict=True)
            rows = list(reader)
    except (UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"{where}: expected a CSV file in UTF-8: {error}") from None
    needed = [name for name in COLUMNS if name not in OPTIONAL]
    if missing := [name for name in needed if name not in (reader.fieldnames or ())]:
        raise InputError(f"{where}: column {missing[0]!r} is missing; it needs {', '.join(needed)}")
    claims: dict[str, Claim] = {}
    for number, row in enumerate(rows, start=2):
        claim = _claim(row, paper or path.stem, f"{where}: row {number}")
        if claim.id in claims:
            raise InputError(f"{where}: row {number}: id {claim.id!r} stands there twice")
        claims[claim.id] = claim
    return claims


def _claim(row: dict[str, str], paper: str, where: str) -> Claim:
    """Return the claim of one row; `where` begins the error."""
    if None in row or None in row.values():
        raise InputError(f"{where}: expected {len([k for k in row if k])} values")
    names = [field.name for field in fields(Claim) if field.name != "paper"]
    claim = Claim(paper=paper, **{name: row.get(name, "").strip() for name in names})
    if not claim.id or not claim.printed:
        raise InputError(f"{where}: id and printed must not be empty")
    if claim.kind not in KINDS:
        raise InputError(f"{where}: kind: expected {', '.join(KINDS)}, found {claim.kind!r}")
    try:
        claim.quantity  # noqa: B018  (reading it is the check)
    except ValueError as error:
        raise InputError(f"{where}: printed: {error}") from None
    return claim

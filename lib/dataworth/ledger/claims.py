"""Claims: what a paper prints, and what its rounding leaves open."""

from __future__ import annotations

import csv
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from dataworth.errors import InputError
from dataworth.facts import DATA
from dataworth.forensics.rounding import Quantity, parse_printed

EXACT_UNITS = ("count", "year", "quarter", "version")
Text = Annotated[str, Field(min_length=1)]


class Claim(BaseModel):
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
    line : int
        Where it ends in the file.
    """

    model_config = ConfigDict(frozen=True, str_strip_whitespace=True)

    id: Text
    paper: str
    section: str
    place: str
    row: str
    column: str
    printed: Text
    unit: str
    kind: Literal["table", "text", "figure", "finding"]
    chapter: str = ""
    line: int = Field(default=0, exclude=True)

    @model_validator(mode="after")
    def _is_a_number(self) -> Claim:
        try:
            self.quantity  # noqa: B018  (reading it is the check)
        except ValueError as error:
            raise ValueError(f"printed: {error}") from None
        return self

    @property
    def label(self) -> str:
        """What the number is, within its place."""
        return self.row if self.column == "value" else f"{self.row}: {self.column}"

    @property
    def is_finding(self) -> bool:
        """Whether this is a statement rather than a number."""
        return self.kind == "finding"

    @cached_property
    def quantity(self) -> Quantity:
        """The printed number with its rounding interval; a finding counts as 1."""
        if self.is_finding:
            return Quantity.exact(1.0)
        return parse_printed(self.printed, exact=self.unit.startswith(EXACT_UNITS))


class PrintedNumbers(dict[str, Claim]):
    """The claims of one paper by id, and their numbers."""

    def __call__(self, claim_id: str) -> float:
        """Return a number as printed; per cent become fractions."""
        return self[claim_id].quantity.value

    def __missing__(self, claim_id: str) -> Claim:
        raise InputError(f"claims: expected a claim with id {claim_id!r}, found none")


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
        number; the message names file, line and field.
    """
    where = f"{path.parent.name}/{path.name}"
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, strict=True)
            columns = reader.fieldnames or ()
            rows = [row | {"line": reader.line_num} for row in reader]
    except (UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"{where}: expected a CSV file in UTF-8: {error}") from None
    needed = [name for name in Claim.model_fields if name not in ("paper", "chapter", "line")]
    if missing := [name for name in needed if name not in columns]:
        raise InputError(f"{where}: column {missing[0]!r} is missing; it needs {', '.join(needed)}")
    if not rows:
        raise InputError(f"{where}: expected claims below its header, found none")
    claims: dict[str, Claim] = {}
    for row in rows:
        place = f"{where}: line {row['line']}"
        if None in row:
            raise InputError(f"{place}: expected {len(columns)} values")
        try:
            claim = Claim.model_validate(row | {"paper": paper or path.stem})
        except ValidationError as error:
            raise InputError(f"{place}: {first_error(error)}") from None
        if claim.id in claims:
            raise InputError(f"{place}: id {claim.id!r} stands there twice")
        claims[claim.id] = claim
    return claims


def first_error(error: ValidationError, skip: int = 0) -> str:
    """Return the first thing that is wrong, behind the field that it is in."""
    first = error.errors()[0]
    field = ".".join(str(step) for step in first["loc"][skip:])
    return f"{field}: {first['msg'].removeprefix('Value error, ')}".removeprefix(": ")

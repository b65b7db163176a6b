"""Annual reports that a reader brings: PDF, TXT and JSON lines."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Report:
    """One bank's annual report of one year, as text.

    Attributes
    ----------
    bank : str
        The bank's Chinese name.
    year : int
        The year that the report is about.
    text : str
        Cleaned text: paragraphs separated by a line break, sentences with
        their Chinese punctuation.
    source : str
        Where the report came from: a file, or a file and a line.
    """

    bank: str
    year: int
    text: str
    source: str


@dataclass(frozen=True)
class LeftOut:
    """A report that could not be used, and why.

    Attributes
    ----------
    source : str
        Where the report came from: a file, or a file and a line.
    reason : str
        One line that says what is wrong.
    """

    source: str
    reason: str

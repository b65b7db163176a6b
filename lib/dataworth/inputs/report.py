"""What a reader found in a file: one kind of report for every kind of input."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

import pandas as pd

from dataworth.errors import InputError


@dataclass(frozen=True)
class Finding:
    """One thing that a reader found in a file.

    Attributes
    ----------
    severity : str
        ``"error"``: the file cannot be used; ``"warning"``: it can, with doubts or without
        what was left out; ``"note"``: something was understood that a user should know.
    where : str
        ``"file"``, or row and column as the user sees them.
    message : str
        What was expected and what was found, on one line.
    """

    severity: str
    where: str
    message: str

    @property
    def expected(self) -> str:
        """Return what was expected, if the message says so."""
        return self.message.partition("expected ")[2].partition(", found ")[0]

    @property
    def found(self) -> str:
        """Return what was found instead, if the message says so."""
        return self.message.partition(", found ")[2]

    def __str__(self) -> str:
        """Return the line that a check prints."""
        return f"{self.severity}: {self.where}: {self.message}"


class _Stop(Exception):  # noqa: N818 - carries no message: the finding is already noted
    """Nothing more can be read."""


@dataclass
class FileReport:
    """What became of a file.

    Attributes
    ----------
    path : pathlib.Path
        The file or folder.
    kind : str
        The word that ``dataworth check`` takes for it.
    data : object
        What was read; None, or only a part, if there are errors.
    summary : str
        What the file holds, on one line.
    findings : list of Finding
        In the order in which they were found.
    cells : list of (int, str, str)
        Cells that cannot be right: row, place and what is wrong.
    """

    path: Path
    kind: str
    data: Any = None
    summary: str = ""
    findings: list[Finding] = field(default_factory=list)
    cells: list[tuple[int, str, str]] = field(default_factory=list)

    def cell(self, row: int, column: str, message: str) -> None:
        """Note a cell that cannot be right, for the reader to refuse or to leave out."""
        self.cells.append((int(row), f"row {row}, column {column}", message))

    def error(self, where: str, message: str) -> None:
        """Note what keeps the file from being used."""
        self.findings.append(Finding("error", where, message))

    def warn(self, where: str, message: str) -> None:
        """Note what is doubtful, or was left out."""
        self.findings.append(Finding("warning", where, message))

    def note(self, where: str, message: str) -> None:
        """Note what was understood."""
        self.findings.append(Finding("note", where, message))

    def stop(self, where: str, message: str) -> NoReturn:
        """Note an error after which nothing can be read; only inside `reading`."""
        self.error(where, message)
        raise _Stop

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Turn whatever refuses the file into an error of this report."""
        try:
            yield
        except _Stop:
            pass
        except InputError as error:
            self.error("file", str(error).removeprefix(" ".join(f"{self.path}:".split())).strip())

    @property
    def errors(self) -> list[Finding]:
        """Return the findings that keep the file from being used."""
        return [finding for finding in self.findings if finding.severity == "error"]

    @property
    def warnings(self) -> list[Finding]:
        """Return the findings that a result must carry."""
        return [finding for finding in self.findings if finding.severity == "warning"]

    def use(self) -> Any:
        """Return what was read, or raise the first error, with the number of further ones.

        Raises
        ------
        InputError
            There is an error; its notes hold every error and warning.
        """
        if errors := self.errors:
            more = f" (and {len(errors) - 1} more; dataworth check {self.kind} lists them)"
            where = "" if errors[0].where in ("file", "folder") else f"{errors[0].where}: "
            text = f"{self.path}: {where}{errors[0].message}"
            refusal = InputError(text + (more if len(errors) > 1 else ""))
            for finding in [*errors, *self.warnings]:
                refusal.add_note(str(finding))
            raise refusal
        return self.data

    def remarks(self, limit: int = 30) -> pd.DataFrame:
        """Return what is doubtful, for the page that uses the file: columns where and remark."""
        rows = [(finding.where, finding.message) for finding in self.warnings]
        if len(rows) > limit:
            rest = f"{len(rows) - limit} more; dataworth check {self.kind} lists them"
            rows = [*rows[:limit], ("", rest)]
        rows = rows or [("file", "nothing is doubtful")]
        return pd.DataFrame(rows, columns=["where", "remark"])

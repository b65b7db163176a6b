"""The registry: the authority on chapters and on what may be asked of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from graphlib import CycleError, TopologicalSorter
from importlib import import_module
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from dataworth.errors import InputError
from dataworth.places import REGISTRY

Value = bool | int | float | str
# Types whose value is a path to what a user brings.
USERS_OWN = ("file", "folder")


class Parameter(BaseModel):
    """One parameter of a chapter: its type, its default and what it may be."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    type: Literal["integer", "number", "flag", "text", "choice", "quarter", "file", "folder"]
    default: Value
    help: str = Field(min_length=1)
    unit: str = ""
    range: tuple[float, float] | None = None
    choices: tuple[str, ...] | None = None
    pattern: str | None = None
    reader: str | None = None
    options: dict[str, str] = {}
    quick: Value | None = None

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> Parameter:
        belongs = {"choices": ("choice",), "pattern": ("text",), "reader": USERS_OWN}
        for field, kinds in belongs.items():
            if getattr(self, field) is not None and self.type not in kinds:
                kind = " or ".join(kinds)
                raise ValueError(f"`{field}` belongs to a parameter of type {kind}, and only there")
        if self.type == "choice" and not self.choices:
            raise ValueError("a parameter of type choice needs `choices`")
        for value in (self.default, self.quick):
            if value is not None:
                self.parse(value)
        return self

    @property
    def is_path(self) -> bool:
        """Whether the value is a path to what a user brings."""
        return self.type in USERS_OWN

    def parse(self, value: Any) -> Any:
        """Turn what a user wrote into a value of this parameter's type.

        Parameters
        ----------
        value : str, int, float or bool
            Text from the command line, or a value from an edition file.

        Raises
        ------
        InputError
            Wrong type, out of range or not among the choices.
        """
        if self.type == "quarter" and value == self.default == "":
            return ""  # as the data have it
        parsed = _PARSERS[self.type](value)
        if self.range and not self.range[0] <= parsed <= self.range[1]:
            low, high = self.range
            raise InputError(f"expected {low:g} to {high:g}, found {value}")
        if self.choices and parsed not in self.choices:
            raise InputError(f"expected one of {', '.join(self.choices)}, found {value!r}")
        if self.pattern and not re.fullmatch(self.pattern, parsed):
            raise InputError(f"expected {self.allowed()}, found {value!r}")
        return parsed

    def check_file(self, value: Any, values: Mapping[str, Any] | None = None) -> None:
        """Let the parameter's reader, if it has one, read the user's file or folder.

        `options` names the parameters that the reader takes as keywords; `values` has them.

        Raises
        ------
        InputError
            The file cannot be used; the reader says why.
        """
        if self.reader and value:
            given = {key: (values or {})[name] for key, name in self.options.items()}
            load(self.reader)(value, **given)

    def allowed(self) -> str:
        """Describe in a few words what the parameter may be."""
        if self.choices:
            return ", ".join(self.choices)
        if self.range:
            return ("{:.12g} to {:.12g}" if self.unit == "year" else "{:,.12g} to {:,.12g}").format(
                *self.range
            )
        if self.pattern:
            return self.pattern.replace("|", " or ")
        if self.is_path:
            return "a path, or empty"
        if self.type == "quarter":
            return "such as 2007Q1" + ("" if self.default else ", or empty")
        return "any"


class Guess(BaseModel):
    """A question that a reader answers with a slider before the values are shown.

    `shows` names them: a printed number, or the key of a result.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    question: str = Field(min_length=1)
    low: float
    high: float
    format: str = ".2f"
    shows: dict[str, float | str]


class Chapter(BaseModel):
    """One chapter: where it comes from, what it needs and what it makes.

    Question and answer stand below its title; the answer may show results and
    choose by them, as prose does.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=r"^[a-z0-9_]+/[a-z0-9_]+$")
    title: str = Field(min_length=1)
    source: str = Field(min_length=1)
    question: str = ""
    answer: str = ""
    guess: Guess | None = None
    needs: tuple[str, ...] = ()
    data: tuple[str, ...] = ()
    artifacts: tuple[str, ...] = ()
    parameters: dict[str, Parameter] = {}

    @property
    def part(self) -> str:
        """The part of the book that the chapter belongs to."""
        return self.id.split("/")[0]

    @property
    def notebook(self) -> Path:
        """The notebook, relative to the root of the book."""
        return Path("chapters") / f"{self.id}.ipynb"

    def parse(self, name: str, value: Value) -> Value:
        """Parse one parameter by name; the error names chapter and parameter."""
        if name not in self.parameters:
            known = ", ".join(self.parameters) or "none"
            raise InputError(f"{self.id}: unknown parameter {name!r}; it knows {known}")
        try:
            return self.parameters[name].parse(value)
        except InputError as error:
            raise InputError(f"{self.id}: parameter {name}: {error}") from None


class Registry(BaseModel):
    """All chapters of a book, in reading order; parts and pages around them by caption.

    `extension` names a function (``module:function``) that is given the book's root
    and all results by chapter, and returns by name what pages outside the chapters show;
    what it returns under a chapter's id stands in that chapter's head.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    before: dict[str, tuple[str, ...]] = {}
    parts: dict[str, str]
    after: dict[str, tuple[str, ...]] = {}
    extension: str | None = Field(default=None, pattern=r"^[\w.]+:\w+$")
    chapters: tuple[Chapter, ...]

    @model_validator(mode="after")
    def _hangs_together(self) -> Registry:
        ids = [chapter.id for chapter in self.chapters]
        if len(ids) != len(set(ids)):
            raise ValueError("two chapters have the same id")
        for chapter in self.chapters:
            if chapter.part not in self.parts:
                raise ValueError(f"{chapter.id}: part {chapter.part!r} is not among the parts")
            if unknown := set(chapter.needs) - set(ids):
                raise ValueError(f"{chapter.id}: needs unknown chapters {sorted(unknown)}")
        try:
            self.order()
        except CycleError as error:
            raise ValueError(f"chapters need each other in a circle: {error.args[1]}") from None
        return self

    def __getitem__(self, chapter_id: str) -> Chapter:
        """Look a chapter up by id."""
        for chapter in self.chapters:
            if chapter.id == chapter_id:
                return chapter
        known = ", ".join(chapter.id for chapter in self.chapters)
        raise InputError(f"unknown chapter {chapter_id!r}; the book has {known}")

    def order(self) -> list[str]:
        """List chapter ids so that each stands behind what it needs."""
        return list(TopologicalSorter({c.id: c.needs for c in self.chapters}).static_order())

    def with_needs(self, chapter_ids: list[str]) -> list[str]:
        """List these chapters and everything that they need, in running order."""
        wanted, queue = set(), list(chapter_ids)
        while queue:
            chapter = self[queue.pop()]
            wanted.add(chapter.id)
            queue += [need for need in chapter.needs if need not in wanted]
        return [chapter_id for chapter_id in self.order() if chapter_id in wanted]


def load(reference: str) -> Callable:
    """Return the function that ``module:function`` names."""
    module, _, function = reference.partition(":")
    return getattr(import_module(module), function)


def read_registry(root: Path) -> Registry:
    """Read and validate ``chapters/registry.yml``.

    Raises
    ------
    InputError
        The file is not YAML, or an entry breaks the rules; the message names
        the entry.
    """
    path = root / REGISTRY
    try:
        return Registry.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except yaml.YAMLError as error:
        raise InputError(f"{REGISTRY}: not valid YAML: {error}") from None
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "chapters"
        said = first["msg"].removeprefix("Value error, ")
        raise InputError(f"{REGISTRY}: {where}: {said}") from None


def _integer(value: Any) -> int:
    if isinstance(value, str) and re.fullmatch(r"[+-]?\d+", value.strip()):
        return int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise InputError(f"expected an integer, found {value!r}")
    return value


def _number(value: Any) -> float:
    try:
        parsed = float(value)
    except ValueError:
        raise InputError(f"expected a number, found {value!r}") from None
    if isinstance(value, bool) or parsed != parsed or abs(parsed) == float("inf"):
        raise InputError(f"expected a finite number, found {value!r}")
    return parsed


def _flag(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    named = {"true": True, "yes": True, "false": False, "no": False}
    if str(value).lower() not in named:
        raise InputError(f"expected true or false, found {value!r}")
    return named[str(value).lower()]


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise InputError(f"expected text (quote it in YAML), found {value!r}")
    return value


def _quarter(value: Any) -> str:
    if not re.fullmatch(r"(19|20)\d\dQ[1-4]", _text(value)):
        raise InputError(f"expected a quarter such as 2007Q1, found {value!r}")
    return value


def _file(value: Any) -> str:
    if _text(value) and not Path(value).is_file():
        raise InputError(f"expected a file, found none at {value!r}")
    return value


def _folder(value: Any) -> str:
    # A folder's stand-in may be one file that holds many reports.
    if _text(value) and not Path(value).exists():
        raise InputError(f"expected a folder, found none at {value!r}")
    return value


_PARSERS: dict[str, Callable[[Any], Any]] = {
    "integer": _integer,
    "number": _number,
    "flag": _flag,
    "text": _text,
    "choice": _text,
    "quarter": _quarter,
    "file": _file,
    "folder": _folder,
}

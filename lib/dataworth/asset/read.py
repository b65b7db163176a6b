"""An asset as its owner describes it, in one YAML file; what contradicts itself is named.

Its form stands in ``data/asset/schema.yml``. Money comes in whatever unit the file states and is
kept in thousand yuan; a range is kept as lowest, most likely and highest; a year means its end.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from dataworth.asset.quality import measure
from dataworth.banks.value.asset import CHARGES
from dataworth.banks.value.methods import METHODS
from dataworth.errors import InputError
from dataworth.facts import DATA
from dataworth.inputs.encodings import decode, read_bytes
from dataworth.inputs.mapping import read_mapping
from dataworth.inputs.report import FileReport
from dataworth.inputs.tables.numbers import parse_number, stated_unit
from dataworth.inputs.tables.units import header_unit, without_unit

JUMP = 300  # money of one year over that of the next, from which the unit is in doubt


@dataclass(frozen=True)
class Described:
    """An asset as described, with its quality.

    Attributes
    ----------
    given : dict
        The file in the form of the schema; lists and parts that it leaves out are empty.
    raw : dict
        The file as it stands.
    quality : pandas.DataFrame
        Index dimension; score and weight; good, total and about of the test that gave the
        score (`quality.measure`), missing where it is given by hand.
    doubts : list of str
        What was read and may be wrong, by its path in the file.
    """

    given: dict[str, Any]
    raw: dict[str, Any]
    quality: pd.DataFrame
    doubts: list[str]

    def states(self, path: str) -> Any:
        """Return what the file states at a path, or None; a measured score counts as stated.

        ``income[]`` is its last year, ``assumptions.charges`` any charge for other assets.
        """
        *part, name = path.split(".")
        if path == "quality" or part == ["quality", "scores"]:
            scores = self.quality["score"]
            return scores.get(name) if part else len(scores) or None
        if name == "charges":
            return [n for n in CHARGES if n in self.given["assumptions"]] or None
        value: Any = self.given
        for step in (*part, name):
            value = ([{}] + value["income"])[-1] if step == "income[]" else value.get(step)
        return None if value in ("", [], {}) else value

    def lacking(self) -> dict[str, str]:
        """Return what each method that does not apply would need, by its path in the file."""
        found = {}
        positive = ("income[].profit", "income[].revenue")
        for key, method in read_rules("methods")["sheets"].items():
            stated = {need: self.states(need) for need in method["needs"]}
            lost = [
                need
                for need, value in stated.items()
                if value is None or (need in positive and value <= 0)
            ]
            if lost:
                found[key] = ", ".join(lost)
        return found


def check_asset(path: str | Path) -> FileReport:
    """Return what became of a file that describes an asset; `data` is a `Described`."""
    from jsonschema import Draft202012Validator

    report, schema = FileReport(Path(path), "asset"), read_rules("schema")
    with report.reading():
        raw = read_mapping(decode(read_bytes(report.path)))
        unit = _unit(str(raw.get("unit", "元")), report)
        if "unit" not in raw:
            report.warn("unit", "not given; amounts that carry none count as yuan")
        given = _kept(raw, schema, schema["$defs"], unit)
        form = Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)
        for where, message in dict.fromkeys(_unfit(e, raw) for e in form.iter_errors(given)):
            report.error(where, message)
        if not report.errors:
            parts = schema["properties"].items()
            given = {name: part["default"] for name, part in parts if "default" in part} | given
            for where, message in _contradictions(given):
                report.error(where, message)
            _doubts(given["costs"], report)
            quality = _quality(given, report)
            doubts = [f"{doubt.where}: {doubt.message}" for doubt in report.warnings]
            report.data = Described(given, raw, quality, doubts)
            lacking = report.data.lacking()
            for key, needs in lacking.items():
                report.note(
                    read_words()["en"]["methods"][key][0], f"does not apply; it needs {needs}"
                )
            report.summary = f"{given['name']}: {len(METHODS) - len(lacking)} methods apply"
            if len(lacking) == len(METHODS):
                report.error("file", "expected what one method needs, such as costs, found none")
    return report


@cache
def read_rules(name: str) -> Any:
    """Return a YAML file of ``data/asset``."""
    return yaml.safe_load((DATA / "asset" / f"{name}.yml").read_text(encoding="utf-8"))


@cache
def read_words() -> dict[str, dict[str, Any]]:
    """Return the words of the report by language."""
    return yaml.safe_load((Path(__file__).parent / "report.yml").read_text(encoding="utf-8"))


def _kept(value: Any, schema: dict[str, Any], known: dict[str, Any], unit: float) -> Any:
    """Return what a file holds with money in thousand yuan and ranges written out."""
    schema = known[schema["$ref"].rpartition("/")[2]] | schema if "$ref" in schema else schema
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if isinstance(value, dict):
        inside, others = schema.get("properties", {}), schema.get("additionalProperties")
        rest = others if isinstance(others, dict) else {}
        return {k: _kept(v, inside.get(k, rest), known, unit) for k, v in value.items()}
    if number and not math.isfinite(value):
        return str(value)
    if schema.get("money") and not isinstance(value, list | bool) and value is not None:
        try:
            own = stated_unit(str(value)) is not None
            return parse_number(str(value), unit=1e3 if own else 1) * (1 if own else unit / 1e3)
        except ValueError:
            return value
    if isinstance(value, list):
        return [_kept(item, schema.get("items", {}), known, unit) for item in value]
    return [value] * 3 if schema.get("range") and number else value


def _unit(text: str, report: FileReport) -> int:
    """Return yuan in a unit of money, which must be all that the text says."""
    try:
        if (unit := header_unit(text)) and not without_unit(text).strip():
            return unit
    except InputError as error:  # another currency
        report.stop("unit", str(error).partition(": ")[2])
    report.stop("unit", f"expected such as 元, 万元 or million yuan, found {text!r}")


def _unfit(wrong: Any, raw: Any) -> tuple[str, str]:
    """Return where a file does not fit the schema, and what was expected and found there."""
    where = ""  # as a reader writes it, such as costs[2].year
    for step in wrong.absolute_path:
        if not isinstance(raw, dict | list):
            break  # one number that stands for a range
        raw, where = raw[step], where + (f"[{step}]" if isinstance(step, int) else f".{step}")
    expected = wrong.schema.get("description", "names and values")
    found = "nothing" if raw is None else repr(str(raw)[:60])
    if wrong.validator == "required":
        expected, found = ", ".join(sorted({*wrong.validator_value} - {*raw})), "none"
    elif wrong.validator == "additionalProperties":
        names = wrong.schema["properties"]
        expected, found = f"one of {', '.join(names)}", ", ".join(raw.keys() - names)
    elif wrong.validator == "enum":
        expected, found = f"one of {', '.join(wrong.validator_value)}", wrong.instance
    return where.lstrip(".") or "file", f"expected {expected}, found {found}"


def _contradictions(a: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield where the file contradicts itself, and how."""
    if a["costs"] and not any(cost["amount"] for cost in a["costs"]):
        yield "costs", "expected an amount above 0, found none"
    for i, cost in enumerate(a["costs"]):
        if cost["year"] > a["year"]:
            found = f"expected {a['year']} (year) or before, found {cost['year']}"
            yield f"costs[{i}].year", found
    years = [entry["year"] for entry in a["income"]]
    if years != list(range(a["year"] - len(years) + 1, a["year"] + 1)):
        yield "income", f"expected each year once, in order, up to {a['year']}, found {years}"
    before: dict[str, Any] = {}
    for i, entry in enumerate(a["income"]):
        for low, high in (("without", "profit"), ("profit", "revenue")):
            if entry.get(low, -math.inf) > entry.get(high, math.inf):
                found = f"{entry[low]:g} above {entry[high]:g} (thousand yuan)"
                yield f"income[{i}].{low}", f"expected at most {high}, found {found}"
        for name in (before.keys() & entry.keys()) - {"year"}:
            ratio = abs(entry[name] / before[name]) if before[name] else 0
            if ratio and not 1 / JUMP < ratio < JUMP:
                found = f"{entry[name]:g} after {before[name]:g} (thousand yuan)"
                yield f"income[{i}].{name}", f"expected amounts in one unit, found {found}"
        before = entry
    until, first = a["rights"].get("until", math.inf), a["rights"].get("first", a["year"])
    if until < max(first, a["year"]):
        yield "rights.until", f"expected {max(first, a['year'])} or later, found {until}"
    elif a.get("term", [0])[-1] > until - a["year"]:
        left = f"at most {until - a['year']} years, since the rights end in {until}"
        yield "term", f"expected {left}, found {a['term'][-1]:g}"
    ranges = {f"assumptions.{name}": given for name, given in a["assumptions"].items()}
    ranges |= {name: a.get(name, []) for name in ("term", "share")}
    for i, case in enumerate(a["comparables"]):
        ranges[f"comparables[{i}].adjustment"] = case.get("adjustment", [])
    for where, given in ranges.items():
        if given != sorted(given):
            yield where, f"expected lowest, most likely, highest in order, found {given}"


def _doubts(costs: list[dict[str, Any]], report: FileReport) -> None:
    """Warn of costs that stand twice, or are of another size than all the others."""
    seen = [(cost["year"], cost.get("stage")) for cost in costs]
    for i, cost in enumerate(costs):
        if seen[i] in seen[:i]:
            said = " ".join(str(part) for part in seen[i] if part)
            report.warn(f"costs[{i}]", f"{said} stands twice; both are counted")
        others = [other["amount"] for j, other in enumerate(costs) if j != i and other["amount"]]
        if others and cost["amount"] > JUMP * max(others):
            found = f"{cost['amount']:,g} beside at most {max(others):,g} (thousand yuan)"
            report.warn(f"costs[{i}].amount", f"expected amounts in one unit, found {found}")


def _quality(a: dict[str, Any], report: FileReport) -> pd.DataFrame:
    """Return scores by dimension: measured where there is a test, else by hand."""
    stated = a["quality"]
    table = pd.DataFrame({"score": stated.get("scores", {})}, dtype=float)
    if "sample" in stated:
        path = report.path.parent / stated["sample"]
        measured = measure(path, stated.get("tests", {}), a["year"], report)
        for name in measured.index.intersection(table.index):
            count, hand = measured.at[name, "score"], table.at[name, "score"]
            if count != hand:
                found = f"measured {count:.3f}, by hand {hand:.3f}; the measured score counts"
                report.warn(f"quality.scores.{name}", found)
        table = measured.combine_first(table)
    weights = pd.Series(stated.get("weights") or dict.fromkeys(table.index, 1.0), dtype=float)
    weights = weights.reindex(table.index).fillna(0.0)
    if len(table) and not weights.sum() > 0:
        report.error("quality.weights", "expected a weight above 0 for a scored dimension")
    table = table.assign(weight=weights / weights.sum()).astype({"score": float})
    return table.reindex(columns=["score", "weight", "good", "total", "about"])

"""The scale of verdicts, as ``scale.yml`` holds it, and the classes of a model.

The file says what each word means. Each limit stands there alone; rules, pages and reports take
it by its name.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

_SCALE: dict[str, Any] = yaml.safe_load(
    Path(__file__).with_suffix(".yml").read_text(encoding="utf-8")
)
VERDICTS: dict[str, str] = _SCALE["verdicts"]
RANK: list[str] = _SCALE["rank"]
CONFIRMED: list[str] = _SCALE["confirmed"]
UNDECIDED: list[str] = _SCALE["undecided"]
BASES: dict[str, str] = _SCALE["bases"]
CAUSES: dict[str, str] = _SCALE["causes"]
LIMITS: dict[str, tuple[float, str]] = _SCALE["limits"]
EDITORS: dict[str, str] = _SCALE["editors"]


def limit(name: str) -> float:
    """Return a limit by its name in `LIMITS`."""
    return LIMITS[name][0]


def model_class(share: float, theorem: bool) -> str:
    """Return the class of a statement that holds in a share of a model's ranges.

    Only a theorem of the model makes a statement necessary, or impossible: a share of
    drawn settings that happens to be all or none does not.
    """
    if theorem and share in (0, 1):
        return "necessary" if share else "impossible"
    if share >= limit("typical"):
        return "typical"
    return "exceptional" if share < limit("exceptional") else "contingent"


def model_verdict(kind: str) -> str:
    """Return what a model alone says of a class, where no world without it was tried."""
    return _SCALE["model"][kind]

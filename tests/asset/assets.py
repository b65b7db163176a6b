"""What the tests of one data asset share: a file, and how to change it."""

from copy import deepcopy

import yaml

from dataworth.asset.read import check_asset
from dataworth.facts import DATA

SAMPLES = DATA / "samples"
NAMES = ["template", "platform", "bank", "machines"]
WHOLE = {
    "name": "Records",
    "year": 2025,
    "unit": "千元",
    "costs": [
        {"year": 2023, "amount": 100},
        {"year": 2024, "amount": 200},
        {"year": 2025, "amount": 300},
    ],
    "income": [
        {"year": 2024, "revenue": 900, "profit": 90, "without": 70},
        {"year": 2025, "revenue": 1000, "profit": 100, "without": 80},
    ],
    "term": [2, 4, 6],
    "share": [0.2, 0.3, 0.5],
    "comparables": [{"what": "a case", "price": 300, "cost": 100, "adjustment": [0.5, 0.8, 1]}],
    "quality": {"scores": {"accuracy": 0.9, "timeliness": 0.5, "completeness": 0.7}},
    "assumptions": {"royalty": [0.01, 0.03, 0.05], "outlay": [0.2, 0.4, 0.8], "workforce": 0.3},
}


def sample(name):
    return check_asset(SAMPLES / f"asset_{name}.yml").use()


def changed(**changes):
    """Return the whole asset with parts changed; None takes a part away."""
    given = deepcopy(WHOLE) | changes
    return {name: value for name, value in given.items() if value is not None}


def written(folder, given):
    path = folder / "asset.yml"
    path.write_text(yaml.safe_dump(given, allow_unicode=True), encoding="utf-8")
    return path


def described(folder, **changes):
    return check_asset(written(folder, changed(**changes))).use()

"""One HTML page in which an asset is typed and valued, offline; nothing leaves the machine.

Its script runs the formulas of ``data/asset/methods.yml`` on the library's own draws (numpy's
generator, repeated), so that a test can hold every number against the library.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from dataworth.asset.read import DATA, FREE, read_rules
from dataworth.asset.report import TEMPLATES, read_words
from dataworth.facts import read_facts
from dataworth.finance.pledge.loan import Pledge
from dataworth.inputs.tables.units import UNITS
from dataworth.typeset import environment
from dataworth.widgets.loan import CDF
from dataworth.widgets.sliders import as_json

TEMPLATE = DATA / "samples" / "asset_template.yml"


def asset_page(given: Path = TEMPLATE) -> str:
    """Return the page, with the asset of a file in it.

    Parameters
    ----------
    given : pathlib.Path
        YAML, as `read.check_asset` reads it.
    """
    table = read_facts("assumptions", "asset").fillna("")
    data: dict[str, Any] = {
        "asset": yaml.safe_load(given.read_text(encoding="utf-8")),
        "inputs": table[["name", "low", "central", "high", "basis"]].to_dict("records"),
        "free": FREE,
        "methods": read_rules("methods"),
        "units": UNITS,
        "pledge": vars(Pledge()) | {"loss_target": 0.01},
    }
    words = read_words()
    script = (TEMPLATES / "page.js-yaml.js").read_text(encoding="utf-8")
    shown = environment(TEMPLATES).get_template("page.html")
    return shown.render(data=as_json(data | {"words": words}), words=words, yaml=script, cdf=CDF)

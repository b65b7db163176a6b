"""One HTML page in which an asset is typed and valued, offline; nothing leaves the machine.

Its script runs the formulas of ``data/asset/methods.yml`` on the library's own draws (numpy's
generator, repeated), so that a test can hold every number against the library.
"""

from __future__ import annotations

from typing import Any

from dataworth.asset.read import DATA, JUMP, Described, check_asset, read_rules, read_words
from dataworth.asset.report import TEMPLATES
from dataworth.facts import read_facts
from dataworth.finance.pledge.loan import Pledge
from dataworth.inputs.tables.units import UNITS
from dataworth.typeset import environment
from dataworth.widgets.sliders import NORMAL, as_json


def asset_page(given: Described | None = None) -> str:
    """Return the page with an asset in it, or that of the template; measured scores as by hand."""
    asset = given or check_asset(DATA / "samples" / "asset_template.yml").use()
    scores = asset.quality["score"].to_dict()
    quality = {"quality": asset.given["quality"] | {"scores": scores}} if scores else {}
    table = read_facts("assumptions", "asset").fillna("")
    data: dict[str, Any] = {
        "asset": asset.raw | quality,
        "inputs": table[["name", "low", "central", "high", "basis"]].to_dict("records"),
        "form": read_rules("schema"),
        "jump": JUMP,
        "methods": read_rules("methods"),
        "units": UNITS,
        "pledge": vars(Pledge()) | {"loss_target": 0.01},
    }
    words = read_words()
    script = (TEMPLATES / "page.js-yaml.js").read_text(encoding="utf-8")
    shown = environment(TEMPLATES).get_template("page.html")
    return shown.render(data=as_json(data | {"words": words}), words=words, yaml=script, cdf=NORMAL)

"""One loan on data: a page of sliders that works from a file, and a page of one's own loan.

The script of the sliders repeats equations `pledge-liquidation` to `pledge-rate` of chapter
finance/pledge, so that a page without Python gives the same numbers; a test holds one against
the other.
"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from dataworth.errors import InputError
from dataworth.finance import record
from dataworth.finance.pledge import price
from dataworth.finance.pledge.loan import Pledge
from dataworth.finance.pledge.value_shape import Shape
from dataworth.typeset import FORMATS
from dataworth.widgets import sliders

STEP = 5  # of the nodes that the page carries
MILLION = 1_000_000
TEMPLATES = Path(__file__).parent / "templates"

FORMULA = Path(__file__).with_suffix(".js").read_text(encoding="utf-8")


def loan_sliders(
    shape: Shape, start: Pledge, *, value: float, rate: float, name: str = "loan"
) -> str:
    """Return the sliders: value, haircut, recovery, correlation, default and rate move.

    Parameters
    ----------
    shape : Shape
        One shape; the page carries every fifth node.
    start : Pledge
        Where the sliders start, as numbers. Decay, times and cost of funds stay.
    value, rate : float
        Appraised value (yuan) and rate charged (a year) at the start.
    name : str
        Unlike that of any other such page.

    Returns
    -------
    str
        HTML; money in million yuan.
    """
    thin, million = shape.thinned(STEP), value / MILLION
    at = {key: float(np.asarray(number)) for key, number in asdict(start).items()}
    correlation = float(np.clip(at["correlation"], -0.95, 0.95))
    chance = min(at["default_probability"], 0.99)
    moved = [
        ("value", "Appraised value", 0.0, max(100.0, 2 * million), 0.5, million, "{:,.1f} million"),
        ("haircut", "Haircut", 0.0, 1.0, 0.01, at["haircut"], "{:.0%}"),
        ("recovery", "Recovery", 0.0, 1.0, 0.01, at["recovery"], "{:.0%}"),
        ("correlation", "Correlation with default", -0.95, 0.95, 0.01, correlation, "{:.2f}"),
        ("pd", "Default per year", 0.0, max(0.2, chance), 0.001, chance, "{:.1%}"),
        ("charged", "Rate charged", 0.0, max(0.15, rate), 0.001, rate, "{:.1%}"),
    ]
    found = [
        ("loan", "Loan", "{:,.2f} million yuan"),
        ("rate", "Break-even rate", "{:.2%}"),
        ("loss", "Expected loss, of the loan", "{:.2%}"),
        ("lossYuan", "Expected loss", "{:,.3f} million yuan"),
        ("gain", "Lender's gain after cost of funds", "{:,.3f} million yuan"),
    ]
    fixed = {"funding": "funding_rate", "years": "years", "decay": "decay", "wait": "years_to_sell"}
    nodes = {
        "nodes": [round(float(z), 10) for z in thin.nodes],
        "values": [float(f"{x:.12g}") for x in thin.values],
    }
    return sliders.show(
        name,
        [sliders.Slider(*each) for each in moved],
        [sliders.Headline(*each) for each in found],
        sliders.NORMAL + FORMULA,
        constants=nodes | {key: at[field] for key, field in fixed.items()},
        title="A loan on a data asset",
        x_label="haircut, %",
        y_label="rate, % per year",
        caption=f"Term in years {at['years']:g}, decay {at['decay']:.0%} a year, "
        f"{at['years_to_sell']:g} years to sell, funds at {at['funding_rate']:.1%}. Illustrative.",
    )


def loan_report(case: price.Case) -> dict[str, Any]:
    """Return what the page of one loan says: answers, parts of the rate, cases, what was given."""
    parts, near = price.waterfall(case), price.nearest(case)
    ends = parts.cumsum().where(parts.index != "all in", parts)
    steps = zip(parts.index, parts, ends, strict=True)
    valued = record.valued_loans()
    return {
        "title": f"{case.borrower}: {case.loan / MILLION:,.2f} million yuan on {case.asset}",
        "answers": price.answers(case) + price.warnings(case),
        "top": float(ends.max()),
        "parts": [
            {"name": n, "part": float(p), "end": float(e), "shown": f"{p:.2%}"} for n, p, e in steps
        ],
        "near": near.assign(amount_yuan=near["amount_yuan"] / MILLION)
        .astype(str)
        .to_dict("records"),
        "valued": valued[["owner", "date", "counterparty", "ratio"]].fillna("").to_dict("records"),
        "given": price.template(case),
    }


def write_page(case: price.Case, out: str) -> Path:
    """Write the page of one loan to a new file, HTML or PDF by its ending."""
    path = Path(out)
    write = FORMATS.get(path.suffix[1:])
    if write is None:
        raise InputError(f"{out}: expected a file ending in .html or .pdf, found {path.suffix!r}")
    if path.exists():
        raise InputError(f"--out: expected a new file, found {out}")
    path.write_bytes(write(loan_report(case), "loan", TEMPLATES))
    return path

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

# The distribution function is Hart's approximation as printed by West (2005), good to 1e-14;
# its inverse is found by halving, which is short and as good.
CDF = """
const cdf = function (x) {
  const a = Math.abs(x), e = Math.exp(-a * a / 2);
  let p = 0;
  if (a < 7.07106781186547) {
    const num = [3.52624965998911e-2, 0.700383064443688, 6.37396220353165, 33.912866078383,
      112.079291497871, 221.213596169931, 220.206867912376];
    const den = [8.83883476483184e-2, 1.75566716318264, 16.064177579207, 86.7807322029461,
      296.564248779674, 637.333633378831, 793.826512519948, 440.413735824752];
    p = e * num.reduce((s, c) => s * a + c) / den.reduce((s, c) => s * a + c);
  } else if (a < 37) {
    p = e / (a + 1 / (a + 2 / (a + 3 / (a + 4 / (a + 0.65))))) / 2.506628274631;
  }
  return x > 0 ? 1 - p : p;
};
const inverse = function (p) {
  let low = -10, high = 10;
  for (let i = 0; i < 60; i += 1) {
    const middle = (low + high) / 2;
    if (cdf(middle) < p) low = middle; else high = middle;
  }
  return (low + high) / 2;
};
"""

FORMULA = """
const owed = (1 + C.funding) ** C.years, inTerm = 1 - (1 - v.pd) ** C.years;
const keep = v.recovery * (1 - C.decay) ** (C.years + C.wait) * (1 + C.funding) ** -C.wait;
const x = inverse(Math.min(Math.max(inTerm, 1e-9), 1 - 1e-9));
const own = Math.sqrt(1 - v.correlation ** 2);
const mass = C.nodes.map((z) => Math.exp(-z * z / 2) * cdf((x - v.correlation * z) / own));
const total = mass.reduce((s, m) => s + m, 0);
const missing = (h) => inTerm * mass.reduce((s, m, i) =>
  s + m * Math.max(owed - keep * C.values[i] / Math.max(1 - h, 1e-12), 0), 0) / total;
const rate = (h) => (owed + missing(h) / (1 - inTerm)) ** (1 / C.years) - 1;
const loan = v.value * (1 - v.haircut), lost = missing(v.haircut);
const promised = (1 + v.charged) ** C.years;
const grid = Array.from({ length: 50 }, (_, i) => i / 50);
return {
  values: { loan: loan, loss: lost, rate: rate(v.haircut), lossYuan: lost * loan,
    gain: ((promised - owed) * (1 - inTerm) - lost) * loan },
  curves: [
    { label: "break-even", x: grid.map((h) => 100 * h), y: grid.map((h) => 100 * rate(h)) },
    { label: "rate charged", x: [0, 98], y: [100 * v.charged, 100 * v.charged] },
  ],
};
"""


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
        CDF + FORMULA,
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

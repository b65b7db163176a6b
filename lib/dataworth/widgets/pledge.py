"""The loan on data as a page of sliders.

The script repeats equations 1 to 5 of `pledge`, so that a page without Python gives the
same numbers; a test holds one against the other.
"""

from __future__ import annotations

from dataclasses import asdict

import numpy as np

from dataworth.finance.pledge.loan import Pledge
from dataworth.finance.pledge.value_shape import Shape
from dataworth.widgets import sliders

STEP = 5  # of the nodes that the page carries
MILLION = 1_000_000

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

FORMULA = (
    CDF
    + """
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
)


def pledge_page(
    shape: Shape, start: Pledge, *, value: float, rate: float, name: str = "pledge"
) -> str:
    """Return the page: value, haircut, recovery, correlation, default and rate move.

    Parameters
    ----------
    shape : Shape
        One shape; the page carries every fifth node.
    start : Pledge
        Where the sliders start, as numbers. Decay, times and cost of funds stay.
    value : float
        Appraised value at the start, yuan.
    rate : float
        Rate charged at the start, per year.
    name : str
        Unlike that of any other such page.

    Returns
    -------
    str
        HTML; money in million yuan.
    """
    thin = shape.thinned(STEP)
    million = value / MILLION
    at = {key: float(np.asarray(number)) for key, number in asdict(start).items()}
    slider, headline = sliders.Slider, sliders.Headline
    correlation = min(max(at["correlation"], -0.95), 0.95)
    pd = min(at["default_probability"], 0.99)
    return sliders.show(
        name,
        [
            slider("value", "Appraised value", 0.0, max(100.0, 2 * million), 0.5, million,
                   "{:,.1f} million"),
            slider("haircut", "Haircut", 0.0, 1.0, 0.01, at["haircut"], "{:.0%}"),
            slider("recovery", "Recovery", 0.0, 1.0, 0.01, at["recovery"], "{:.0%}"),
            slider("correlation", "Correlation with default", -0.95, 0.95, 0.01, correlation),
            slider("pd", "Default per year", 0.0, max(0.2, pd), 0.001, pd, "{:.1%}"),
            slider("charged", "Rate charged", 0.0, max(0.15, rate), 0.001, rate, "{:.1%}"),
        ],
        [
            headline("loan", "Loan", "{:,.2f} million yuan"),
            headline("rate", "Break-even rate", "{:.2%}"),
            headline("loss", "Expected loss, of the loan", "{:.2%}"),
            headline("lossYuan", "Expected loss", "{:,.3f} million yuan"),
            headline("gain", "Lender's gain after cost of funds", "{:,.3f} million yuan"),
        ],
        FORMULA,
        constants={
            "nodes": [round(float(z), 10) for z in thin.nodes],
            "values": [float(f"{x:.12g}") for x in thin.values],
            "funding": at["funding_rate"],
            "years": at["years"],
            "decay": at["decay"],
            "wait": at["years_to_sell"],
        },
        title="A loan on a data asset",
        x_label="haircut, %",
        y_label="rate, % per year",
        caption=f"Term in years {start.years:g}, decay {start.decay:.0%} a year, "
        f"{start.years_to_sell:g} years to sell, funds at {start.funding_rate:.1%}. Illustrative.",
    )  # fmt: skip

"""Who gets a loan, as a page of sliders.

The script repeats `rationing.price` for two kinds of firms of which sound ones leave first,
so that a page without Python gives the same rates; a test holds one against the other.
"""

from __future__ import annotations

from dataworth.errors import InputError
from dataworth.finance.rationing import thresholds
from dataworth.finance.rationing.market import Market, Signal, drop_out
from dataworth.widgets import sliders

# Equations 5 and 6 for a pool with masses s of sound and w of weak firms. What the pool pays
# is missing where sound firms would not take it.
FORMULA = """
const q = v.sound, z = 1 + C.funding + v.cost / v.loan;
const failed = (s, w) => s * (1 - C.p[0]) + w * (1 - C.p[1]);
const paid = (s, w) => s * C.p[0] + w * C.p[1];
const rate = (s, w) => {
  const r = (z * (s + w) - failed(s, w) * C.kept) / paid(s, w) - 1;
  return r <= C.limit + 1e-12 ? r : NaN;
};
const smallest = (s, w) => {
  const best = (paid(s, w) * (1 + C.limit) + failed(s, w) * C.kept) / (s + w);
  return best > 1 + C.funding ? v.cost / (best - 1 - C.funding) : Infinity;
};
const says = (x) => [x + (1 - x) * q, (1 - x) * q];
const leftOut = (x) => {
  const [s, w] = says(x);
  const lost = (right, wrong) => Number.isNaN(rate(q * right, (1 - q) * wrong)) ? right : 0;
  return lost(s, w) + lost(1 - s, 1 - w);
};
const [s, w] = says(v.precision), grid = Array.from({ length: 201 }, (_, i) => i / 200);
return {
  values: {
    rate: rate(q * s, (1 - q) * w), blind: rate(q, 1 - q), out: leftOut(v.precision),
    smallest: smallest(q * s, (1 - q) * w),
  },
  curves: [{ label: "", x: grid, y: grid.map((x) => 100 * leftOut(x)) }],
};
"""


def lending_page(market: Market, signal: Signal, loan: float, *, name: str = "lending") -> str:
    """Return the page of sliders for precision, sound firms, cost and size of a loan.

    Parameters
    ----------
    market : Market
        Two kinds, sound first; what is not on a slider stays as it is.
    signal : Signal
        Its precision is the start; every firm is covered.
    loan : float
        Yuan, the start.
    name : str
        Unlike that of any other such page.

    Raises
    ------
    InputError
        The market has not two kinds of which sound firms leave first.
    """
    if len(market.share) != 2 or not thresholds.weak_leave_last(market):
        raise InputError("market: expected two kinds, of which sound firms leave first")
    sound, cost = market.share[0], market.loan_cost
    slider, headline = sliders.Slider, sliders.Headline
    return sliders.show(
        name,
        [
            slider("precision", "Precision of the signal", 0.0, 1.0, 0.01, signal.precision),
            slider("sound", "Sound firms", 0.5, 0.99, 0.01, sound, "{:.0%}"),
            slider("cost", "Cost of a loan", 0.0, max(2e4, cost), 100.0, cost, "{:,.0f} yuan"),
            slider("loan", "Loan", 1e4, max(2e6, loan), 1e4, loan, "{:,.0f} yuan"),
        ],
        [
            headline("rate", "Rate with a sound signal", "{:.1%}"),
            headline("blind", "Rate without a signal", "{:.1%}"),
            headline("smallest", "Smallest loan with a sound signal", "{:,.0f} yuan"),
            headline("out", "Sound firms left out", "{:.1%}"),
        ],
        FORMULA,
        constants={
            "funding": market.funding_rate,
            "p": list(market.success),
            "kept": market.recovery * market.collateral,
            "limit": float(drop_out(market)[0]),
        },
        title="Who gets this loan?",
        x_label="precision of the signal",
        y_label="sound firms that do not get this loan, %",
        caption="All firms covered, competing lenders. A dash: no credit. Simulated.",
    )

"""The value by income as a page of sliders.

The script repeats `methods.income_stream`, so that a page without Python gives the same
value; a test holds one against the other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dataworth.widgets import sliders

if TYPE_CHECKING:
    from dataworth.banks.value.asset import Asset, Assumptions

MILLION_YUAN = 1_000  # thousand yuan

# With q = (1 + growth) (1 - decay) / (1 + rate), the closed form of equation income_stream.
FORMULA = """
const first = v.contribution * PROFIT * (1 + GROWTH);
const keep = (1 + GROWTH) * (1 - v.decay), q = keep / (1 + v.rate);
const flat = Math.abs(1 - q) < 1e-12;
const upTo = (n) => first / (1 + v.rate) * (flat ? n : (1 - q ** n) / (1 - q));
const years = Array.from({ length: Math.floor(v.period) }, (_, t) => t + 1);
const value = upTo(v.period);
return {
  values: { value: value / 1000, times: value / COST, half: upTo(v.period / 2) / value },
  curves: [
    { label: "income", x: years, y: years.map((t) => first * keep ** (t - 1) / 1000) },
    { label: "present value", x: years,
      y: years.map((t) => first * keep ** (t - 1) / (1 + v.rate) ** t / 1000) },
  ],
};
"""


def income_page(asset: Asset, start: Assumptions, cost: float, *, name: str = "income") -> str:
    """Write the page of sliders for rate, period, contribution and decay.

    Parameters
    ----------
    asset : Asset
    start : Assumptions
        Where the sliders start, as numbers: rate, period, contribution and decay. Its
        growth stays as it is.
    cost : float
        Value by cost, thousand yuan, that the value by income is compared with.
    name : str
        Unlike that of any other such page.

    Returns
    -------
    str
        HTML; the value is in million yuan.
    """
    constants = (
        f"const PROFIT = {asset.profit!r}, GROWTH = {float(start.growth)!r}, "
        f"COST = {float(cost)!r};"
    )

    def slider(key: str, label: str, high: float, step: float, form: str) -> sliders.Slider:
        at = float(getattr(start, key))
        return sliders.Slider(key, label, 0.0, max(high, at), step, at, form)

    share = max(2 * float(start.contribution), 0.01)
    return sliders.show(
        name,
        [
            slider("rate", "Discount rate per year", 0.3, 0.001, "{:.1%}"),
            slider("period", "Period", 40.0, 1.0, "{:.0f} years"),
            slider("contribution", "Share of profit", share, share / 1000, "{:.2%}"),
            slider("decay", "Decay per year", 0.5, 0.005, "{:.1%}"),
        ],
        [
            sliders.Headline("value", "Value by income", "{:,.0f} million yuan"),
            sliders.Headline("times", "Over value by cost", "{:.2f} times"),
            sliders.Headline("half", "From the first half of the period", "{:.0%}"),
        ],
        constants + FORMULA,
        title=f"{asset.name}: value by income",
        x_label="year",
        y_label="million yuan a year",
        caption=f"Profit of {asset.profits.index[-1]}, growing {float(start.growth):.1%} a year. "
        "The share of profit starts at the paper's, which is made of cost.",
    )

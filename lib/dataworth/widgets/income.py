"""The value by income as a page of sliders.

The script repeats `methods.income_stream`, so that a page without Python gives the same
value; a test holds one against the other.
"""

from __future__ import annotations

from pathlib import Path

from dataworth.banks.value.asset import Asset, Assumptions
from dataworth.widgets import sliders

FORMULA = Path(__file__).with_suffix(".js").read_text(encoding="utf-8")


def income_page(asset: Asset, start: Assumptions, cost: float, *, name: str = "income") -> str:
    """Return the page of sliders for rate, period, contribution and decay.

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
    at = {key: float(getattr(start, key)) for key in ("rate", "period", "contribution", "decay")}
    share = max(2 * at["contribution"], 0.01)
    ranges = [
        ("rate", "Discount rate per year", 0.3, 0.001, "{:.1%}"),
        ("period", "Period", 40.0, 1.0, "{:.0f} years"),
        ("contribution", "Share of profit", share, share / 1000, "{:.2%}"),
        ("decay", "Decay per year", 0.5, 0.005, "{:.1%}"),
    ]
    return sliders.show(
        name,
        [
            sliders.Slider(key, label, 0.0, max(high, at[key]), step, at[key], form)
            for key, label, high, step, form in ranges
        ],
        [
            sliders.Headline("value", "Value by income", "{:,.0f} million yuan"),
            sliders.Headline("times", "Over value by cost", "{:.2f} times"),
            sliders.Headline("half", "From the first half of the period", "{:.0%}"),
        ],
        FORMULA,
        constants={"profit": asset.profit, "growth": float(start.growth), "cost": float(cost)},
        title=f"{asset.name}: value by income",
        x_label="year",
        y_label="million yuan a year",
        caption=f"Profit of {asset.profits.index[-1]}, growing {float(start.growth):.1%} a year. "
        "The share of profit starts at the paper's, which is made of cost.",
    )

"""One loan on data on one page: the rate as a waterfall, what must be true, nearest cases."""

from __future__ import annotations

import html
from pathlib import Path

import pandas as pd

from dataworth import figures, tables
from dataworth.finance import record
from dataworth.finance.pledge import price

MILLION = 1e6


def loan_page(case: price.Case) -> str:
    """Return the page as HTML; it needs no network."""
    parts, needed = price.waterfall(case), price.must_be_true(case)
    near = price.nearest(case)[["borrower", "banks", "entry_month", "amount_yuan", "type"]]
    valued = record.valued_loans()[["owner", "date", "ratio"]]
    pays = "covers" if case.rate >= needed["break_even"] else "does not cover"
    lines = [
        f"The bank's rate of {case.rate:.2%} {pays} its costs; it would have to be "
        f"{needed['break_even']:.2%}. All in, the borrower then pays {parts['all in']:.2%}.",
        f"The loan is {needed['loan_to_value']:.0%} of the appraised value. At {case.rate:.2%}, "
        f"with all else as given, {needed['borne']:.0%} can be borne.",
        f"This loan pays at that rate if the borrower defaults in at most {needed['default']:.2%} "
        f"of years; given are {case.default_probability:.2%}.",
    ]
    near["amount_yuan"] /= MILLION
    near = near.rename(columns={"amount_yuan": "million yuan"})
    listed, ratios = (
        "Listed loans of the nearest amount. Quoted.",
        "Cases with value and loan. Quoted.",
    )
    shown = [
        _waterfall(parts),
        tables.show(near, caption=listed, formats={"million yuan": "{:.2f}"}, index=False).data,
        tables.show(valued, caption=ratios, formats={"ratio": "{:.0%}"}, index=False).data,
    ]
    given = price.template(case)
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>A loan on data</title>'
        "<style>body{font:15px sans-serif;max-width:52rem;margin:2rem auto;padding:0 1rem}"
        "table{border-collapse:collapse}td,th{padding:.2rem .6rem;text-align:left}"
        "img{max-width:100%}pre{background:#f4f4f4;padding:1rem}</style>"
        f"<h1>{html.escape(case.borrower)}: {case.loan / MILLION:,.2f} million yuan</h1>"
        + "".join(f"<p>{html.escape(line)}</p>" for line in lines)
        + "".join(shown)
        + "<p>A model's answer for the numbers given. It is no advice, and no valuation.</p>"
        + f"<h2>Given</h2><pre>{html.escape(given)}</pre></html>"
    )


def write_page(case: price.Case, out: str) -> Path:
    """Write the page to a new file."""
    path = Path(out)
    with path.open("x", encoding="utf-8") as file:
        file.write(loan_page(case))
    return path


def _waterfall(parts: pd.Series) -> str:
    import matplotlib.pyplot as plt

    figures.use_style()
    axis = plt.subplots(figsize=(6.6, 3.4))[1]
    starts = (100 * parts.cumsum().shift(fill_value=0)).to_numpy(copy=True)
    starts[-1] = 0
    colours = [figures.RED if value < 0 else figures.BLUE for value in parts[:-1]]
    axis.barh(parts.index, 100 * parts, left=starts, color=[*colours, figures.GREY])
    axis.invert_yaxis()
    axis.set_xlabel("% per year")
    return figures.show(
        axis,
        caption="The rate, part by part; red lowers it. Model of the chapter on the pledge.",
        alt=", ".join(f"{name} {value:.2%}" for name, value in parts.items()),
    ).data

"""The command ``scan``: one's own firms in tiers of who may recognize data next."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dataworth.cli.files import ColumnsOption
from dataworth.errors import InputError

_SAID = """learned from {source} by {way}; of its first hundred, {reached:.0f} had recognized data \
by the end of 2025
learned from 2024 alone, the first hundred of the others held {events:.1f} newcomers of 2025: \
{precision:.1%} ({precision_low:.1%} to {precision_high:.1%}), {lift:.1f} times chance
of the first tier {nothing:.0%} recognized nothing in 2025: expect no more of yours
amounts are {given}: across years their skill is {skill:.2f} ({low:.2f} to {high:.2f})"""


def scan(
    market: Annotated[str, typer.Argument(help="Your firms (CSV or Excel).")],
    adopters: Annotated[
        str | None, typer.Option(help="Firms with data assets: codes, years. Default: the record.")
    ] = None,
    columns: ColumnsOption = None,
    out: Annotated[str | None, typer.Option(help="A new file: .csv or .xlsx.")] = None,
) -> None:
    """Rank your firms by how likely they are to recognize data within a year."""
    from dataworth.inputs.firms.adopters import read_adopter_list
    from dataworth.inputs.firms.reader import check_market
    from dataworth.potential import tiers

    if out and (Path(out).suffix not in (".csv", ".xlsx") or Path(out).exists()):
        raise InputError(f"--out: expected a new file ending in .csv or .xlsx, found {out}")
    report = check_market(market, columns=columns, absent="refit")
    found = tiers.scan(report.use(), read_adopter_list(adopters) if adopters else None)
    typer.echo(found.firms.head(10).iloc[:, :6].to_string(float_format="{:.3f}".format))
    source = "your market" if found.own else "the record"
    given = "given" if "amount" in found.firms else "not given"
    told = {"source": source, "given": given, "way": found.way, "reached": found.reached}
    told |= {
        "nothing": 1 - found.tiers["share"].iloc[0],
        **found.captured.loc[100],
        **found.amounts,
    }
    typer.echo(_SAID.format(**told))
    typer.echo(f"{len(report.warnings)} warnings: dataworth check market {market}")
    if out and out.endswith(".csv"):
        found.firms.to_csv(out, encoding="utf-8-sig")
    elif out:
        found.to_excel(out)

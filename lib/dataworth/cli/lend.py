"""The command ``lend``: a credit officer's own loan on one page."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def lend(
    file: str, out: Annotated[str, typer.Option(help="A new HTML file for the page.")] = "loan.html"
) -> None:
    """Price one loan on data: rate part by part, what can be lent, what must be true."""
    from dataworth.finance.pledge import price
    from dataworth.widgets.loan_page import write_page

    case = price.read_case(Path(file).read_text(encoding="utf-8"), file)
    for name, part in price.waterfall(case).items():
        typer.echo(f"{name:24}{part:8.2%}")
    typer.echo(", ".join(f"{k} {v:.2%}" for k, v in price.must_be_true(case).items()))
    typer.echo(write_page(case, out))

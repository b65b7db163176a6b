"""The command ``lend``: a credit officer's own loan on one page."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dataworth.cli.files import check_cli


def lend(
    file: str,
    out: Annotated[str, typer.Option(help="A new .html or .pdf for the page.")] = "loan.html",
) -> None:
    """Price one loan on data: rate part by part, what can be lent, what must be true."""
    from dataworth.finance.pledge import price
    from dataworth.inputs.encodings import decode, read_bytes
    from dataworth.widgets.loan import write_page

    case = price.read_case(decode(read_bytes(Path(file))), file)
    for name, part in price.waterfall(case).items():
        typer.echo(f"{name:24}{part:8.2%}")
    for line in price.answers(case) + price.warnings(case):
        typer.echo(line)
    typer.echo(write_page(case, out))


@check_cli.command("lend")
def check_loan(file: str) -> None:
    """Check a loan (YAML) for use with the command lend."""
    from dataworth.finance.pledge import price
    from dataworth.inputs.encodings import decode, read_bytes

    case = price.read_case(decode(read_bytes(Path(file))), file)
    for warning in price.warnings(case):
        typer.echo(f"warning: {warning}")
    typer.echo(f"{file}: ready to use")

"""Commands on what people bring: check a file, write a blank one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from dataworth.inputs.firms.reader import FirmsReport

check_cli = typer.Typer(help="Validate your own file before a chapter reads it.")
template_cli = typer.Typer(help="Write a blank table for your own data.")
FileArgument = Annotated[str, typer.Argument(help="A new file ending in .csv or .xlsx.")]
ItemsOption = Annotated[
    bool, typer.Option("--items", help="Statement items, from which the variables are computed.")
]


@check_cli.command("series")
def check_series_file(file: str) -> None:
    """Check a quarterly series (CSV or Excel) for use as series_file=FILE."""
    from dataworth.inputs.series import check_series
    from dataworth.inputs.tables.numbers import column_unit

    report = check_series(file)
    for finding in report.findings:
        typer.echo(f"{finding.severity}: {finding.where}: {finding.message}")
    if report.errors:
        number = len(report.errors)
        typer.echo(f"{file}: {number} {'error' if number == 1 else 'errors'}")
        raise typer.Exit(2)
    unit = column_unit(report.name)
    typer.echo(
        f"{file}: ready to use; column {report.name!r}, {report.n} quarters from "
        f"{report.periods[0]} to {report.periods[-1]}, read in units of {unit:,.0f} yuan"
    )


@check_cli.command("firms")
def check_firms_file(file: str) -> None:
    """Check firms with recognized data assets (CSV or Excel) for use as firms_file=FILE."""
    from dataworth.inputs.firms.reader import check_firms

    _tell(check_firms(file))


@check_cli.command("market")
def check_market_file(file: str) -> None:
    """Check the firms of a market (CSV or Excel) for use as market_file=FILE."""
    from dataworth.inputs.firms.reader import check_market

    _tell(check_market(file))


@check_cli.command("reports")
def check_reports_folder(folder: str) -> None:
    """Check annual reports (a folder of PDF, TXT, JSON lines) for use as reports_folder=FOLDER."""
    from dataworth.inputs.reports.folder import check_reports

    _tell(check_reports(folder))


@check_cli.command("pay")
def check_pay_file(file: str) -> None:
    """Check the pay of banks (CSV or Excel) for use as pay_file=FILE."""
    from dataworth.inputs.pay import check_pay

    _tell(check_pay(file))


@template_cli.command("firms")
def write_firms_template(file: FileArgument = "firms.csv", items: ItemsOption = False) -> None:
    """Write a blank table of firms with recognized data assets (.csv or .xlsx)."""
    from dataworth.inputs.firms.templates import write_template

    typer.echo(write_template(file, "firms", items=items))


@template_cli.command("market")
def write_market_template(file: FileArgument = "market.csv", items: ItemsOption = False) -> None:
    """Write a blank table of the firms of a market (.csv or .xlsx)."""
    from dataworth.inputs.firms.templates import write_template

    typer.echo(write_template(file, "market", items=items))


def _tell(report: FirmsReport) -> None:
    """Print every finding, and what the file holds; exit with 2 if it cannot be used."""
    for finding in report.findings:
        typer.echo(f"{finding.severity}: {finding.where}: {finding.message}")
    if report.errors:
        number = len(report.errors)
        typer.echo(f"{report.path}: {number} {'error' if number == 1 else 'errors'}")
        raise typer.Exit(2)
    typer.echo(f"{report.path}: ready to use; {report.summary()}")

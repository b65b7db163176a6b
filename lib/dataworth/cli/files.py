"""Commands on what people bring: check a file, write a blank one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from dataworth.inputs.report import FileReport

check_cli = typer.Typer(help="Validate your own file before a chapter reads it.")
template_cli = typer.Typer(help="Write a blank table for your own data.")
FileArgument = Annotated[str, typer.Argument(help="A new file ending in .csv or .xlsx.")]
YamlArgument = Annotated[str, typer.Argument(help="A new YAML file.")]
ItemsOption = Annotated[
    bool, typer.Option("--items", help="Statement items, from which the variables are computed.")
]
KindOption = Annotated[
    str, typer.Option(help="What figures are: auto, single, or cumulative within a year.")
]
ColumnsOption = Annotated[
    str | None, typer.Option(help="A YAML file that says what columns are: MV: 总市值（万元）.")
]


@check_cli.command("series")
def check_series_file(file: str, kind: KindOption = "auto") -> None:
    """Check a quarterly series (CSV or Excel) for use as series_file=FILE."""
    from dataworth.inputs.series import EXACT, check_series

    report = check_series(file, kind=kind)
    refused = any(EXACT in finding.message for finding in report.warnings)
    tell(report, "can be read, but every chapter refuses it" if refused else "ready to use")


@check_cli.command("firms")
def check_firms_file(file: str, columns: ColumnsOption = None) -> None:
    """Check firms with recognized data assets (CSV or Excel) for use as firms_file=FILE."""
    from dataworth.inputs.firms.reader import check_firms

    tell(check_firms(file, columns=columns))


@check_cli.command("market")
def check_market_file(
    file: str,
    columns: ColumnsOption = None,
    absent: Annotated[
        str, typer.Option(help="Features that no firm has: refuse, refit or impute.")
    ] = "refuse",
) -> None:
    """Check the firms of a market (CSV or Excel) for use as market_file=FILE."""
    from dataworth.inputs.firms.reader import check_market

    tell(check_market(file, columns=columns, absent=absent))


@check_cli.command("reports")
def check_reports_folder(
    folder: str,
    words: Annotated[str, typer.Option(help="Which words count: text, body or all.")] = "text",
) -> None:
    """Check annual reports (a folder of PDF, text, JSON lines) for use as reports_folder=FOLDER."""
    from dataworth.banks.text import lexicon
    from dataworth.banks.value.appraisal import rates_by_scope
    from dataworth.cli.value import print_scopes
    from dataworth.inputs.reports.folder import check_reports

    report = check_reports(folder, scope=words)
    if not report.errors:
        print_scopes(rates_by_scope(folder, lexicon.read_seeds()["term"]), words)
    tell(report)


@check_cli.command("pay")
def check_pay_file(file: str, kind: KindOption = "auto") -> None:
    """Check the pay of firms (CSV or Excel) for use as pay_file=FILE."""
    from dataworth.inputs.pay import check_pay

    tell(check_pay(file, kind=kind))


@check_cli.command("dictionary")
def check_dictionary_file(file: str) -> None:
    """Check a dictionary of terms (TXT, CSV or Excel) for use as dictionary_file=FILE."""
    from dataworth.inputs.dictionary import check_dictionary

    tell(check_dictionary(file))


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


@template_cli.command("lend")
def write_loan_template(file: YamlArgument = "loan.yml") -> None:
    """Write a loan to fill in, for the command lend."""
    _copy("cases/loan_small.yml", file)


@template_cli.command("asset")
def write_asset_template(file: YamlArgument = "asset.yml") -> None:
    """Write a data asset to describe, for the command value."""
    _copy("samples/asset_template.yml", file)


def _copy(source: str, file: str) -> None:
    from dataworth.facts import DATA

    with Path(file).open("x", encoding="utf-8") as new:
        new.write((DATA / source).read_text(encoding="utf-8"))
    typer.echo(file)


@check_cli.command("asset")
def check_asset_file(file: str) -> None:
    """Check the description of a data asset (YAML) before the command value."""
    from dataworth.asset.read import check_asset

    tell(check_asset(file))


def tell(report: FileReport, ready: str = "ready to use") -> None:
    """Print every finding, and what the file holds; exit with 2 if it cannot be used."""
    for finding in report.findings:
        typer.echo(str(finding))
    if report.errors:
        number = len(report.errors)
        typer.echo(f"{report.path}: {number} {'error' if number == 1 else 'errors'}")
        raise typer.Exit(2)
    typer.echo(f"{report.path}: {ready}; {report.summary}")

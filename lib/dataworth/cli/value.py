"""The command ``value``: from a folder of annual reports to a value of each bank's data."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dataworth.cli import terminal
from dataworth.cli.files import KindOption
from dataworth.errors import InputError

if TYPE_CHECKING:
    import pandas as pd

    from dataworth.banks.value.appraisal import Appraisal


def value(
    reports: Annotated[
        str, typer.Argument(help="A folder of PDF, TXT and JSON lines; or an asset (YAML).")
    ],
    pay: Annotated[
        str | None, typer.Option(help="Pay by firm and period (CSV or Excel); without it, rates.")
    ] = None,
    pay_kind: KindOption = "auto",
    dictionary: Annotated[
        str | None, typer.Option(help="Your terms (term, stage). Default: the book's seeds.")
    ] = None,
    words: Annotated[
        str, typer.Option(help="Which words count: text, body (no audited notes) or all.")
    ] = "text",
    rate: Annotated[float | None, typer.Option(help="Discount rate, such as 0.0962.")] = None,
    period: Annotated[float | None, typer.Option(help="Years of income.")] = None,
    draws: Annotated[
        int | None, typer.Option(min=100, help="Default: 2,000; of an asset 10,000.")
    ] = None,
    seed: Annotated[int, typer.Option(min=0)] = 0,
    out: Annotated[str | None, typer.Option(help="A new folder for tables or reports.")] = None,
    jobs: terminal.JobsOption = None,
    scheduler: terminal.SchedulerOption = None,
) -> None:
    """Turn reports and pay, or the description of one data asset, into values with intervals."""
    folder = _new_folder(out)
    if Path(reports).suffix in (".yml", ".yaml"):
        from dataworth.cli.asset import value_file

        return value_file(reports, folder, draws or 10_000, seed)
    from dataworth.banks.text import lexicon
    from dataworth.banks.value import appraisal
    from dataworth.book.executors import cluster, processes
    from dataworth.inputs.dictionary import check_dictionary
    from dataworth.inputs.pay import check_pay
    from dataworth.inputs.reports.folder import SCOPES, open_reports
    from dataworth.inputs.tables.text import count

    given = appraisal.default_assumptions(rate=rate, period=period)
    entries = open_reports(reports, scope=words)
    files = [check_pay(pay, kind=pay_kind)] if pay else []
    files += [check_dictionary(dictionary)] if dictionary else []
    for report in files:
        report.use()
    paid = files[0].data if pay else None
    terms = files[-1].data if dictionary else lexicon.read_seeds()
    workers = cluster(scheduler) if scheduler else processes(jobs or os.cpu_count() or 1)
    with workers as executor, _bar("reports") as progress:
        found = appraisal.appraise(
            entries,
            terms["term"],
            paid,
            given,
            draws=draws or 2000,
            seed=seed,
            executor=executor,
            progress=progress,
        )
        others = [scope for scope in SCOPES if scope != words]
        scopes = appraisal.rates_by_scope(reports, terms["term"], others, executor=executor)
    rates = found.rates.join(scopes, on=["bank", "year"]).rename(columns={"rate": words})
    _print_appraisal(found)
    print_scopes(rates, words)
    for report in files:
        for finding in report.findings:
            typer.echo(f"{finding.severity}: {report.path}: {finding.where}: {finding.message}")
    _save(found, folder)
    doubtful = len(found.doubts) + sum(len(report.warnings) for report in files)
    typer.echo(
        f"{len(found.rates)} of {len(entries)} reports used, {len(found.left_out)} left out, "
        f"{count(doubtful, 'doubt')}; counted is {SCOPES[words]}"
    )


def _save(found: Appraisal, folder: Path | None) -> None:
    """Write the tables, whole or not at all: the folder gets its name when all are in it."""
    if folder:
        tables = vars(found).items()
        terminal.write_folder(
            folder, {f"{n}.csv": t.to_csv(index=False).encode("utf-8-sig") for n, t in tables}
        )


def _new_folder(path: str | None) -> Path | None:
    """Refuse a folder that exists, before any work is done."""
    if path is not None and Path(path).exists():
        raise InputError(f"--out {path}: expected a new folder, found one that exists")
    return None if path is None else Path(path)


@contextlib.contextmanager
def _bar(what: str) -> Iterator[Callable[[int, int], None]]:
    """Show how far some work is; in a log, nothing."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn()
    with Progress(*columns, TimeElapsedColumn(), console=terminal.console(), transient=True) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def print_scopes(rates: pd.DataFrame, words: str) -> None:
    """Print rates by which words count, and name the choice."""
    from dataworth.inputs.reports.folder import SCOPES

    table = terminal.table("bank", "year", *(f"{scope} %" for scope in SCOPES))
    for row in rates.reset_index().to_dict("records"):
        shares = (f"{row[scope]:.3%}"[:-1] for scope in SCOPES)
        table.add_row(row["bank"], str(row["year"]), *shares)
    terminal.console().print(table)
    meanings = "; ".join(f"{scope}: {meaning}" for scope, meaning in SCOPES.items())
    typer.echo(f"Rates by which words count. {meanings}. Chosen with --words: {words}.")


def _print_appraisal(found: Appraisal) -> None:
    """Print what a folder of reports came to: money in million yuan, rates in per cent."""
    costed = not found.costs.empty
    table = terminal.table(
        "bank", "year", "rate %", "interval", *(["cost", "interval"] if costed else [])
    )
    ends = ("low_rate", "high_rate") if costed else ("low", "high")
    for row in (found.costs if costed else found.rates).to_dict("records"):
        cells = [f"{row['rate']:.3%}"[:-1], f"{row[ends[0]]:.3%} – {row[ends[1]]:.3%}"]
        if costed:
            cells += [f"{row['cost'] / 1e3:,.1f}", _range(row, "low", "high")]
        table.add_row(row["bank"], str(row["year"]), *cells)
    terminal.console().print(table)
    for row in found.left_out.to_dict("records"):
        typer.echo(f"left out: {row['source']}: {row['reason']}")
    for row in found.doubts.to_dict("records"):
        typer.echo(f"warning: {row['source']}: {row['reason']}")
    if not costed:
        return
    table = terminal.table(
        "bank", "years", "hundred", "of pay", "value by cost", "interval", "by income", "interval"
    )
    for row in found.values.to_dict("records"):
        cells = [row["reading"], f"{row['of_pay']:.2%}"]
        for name in ("by_cost", "by_income"):
            cells += [f"{row[name] / 1e3:,.1f}", _range(row, f"{name}_low", f"{name}_high")]
        years = sorted({str(row["first"]), str(row["last"])})
        table.add_row(row["bank"], " – ".join(years), *cells)
    terminal.console().print(table)
    low, high = found.printed_share
    typer.echo(
        "Million yuan; costs in the first table are of the fraction. By cost: what is left of the "
        "costs of these years at the end of the last; what was spent before them is not in it. By "
        "income: the paper's formula, which is what was left of earlier costs and the last one in "
        "full, times an annuity (banks/income).\n"
        "The printed formula has a factor of 100: a fraction (per cent) or literally a hundred. "
        "Both survive all that is printed and on record, and the values differ by that factor.\n"
        "What decides is the labour cost of data over pay (column of pay): in the paper's own "
        f"costs {low:.1%} to {high:.1%}, above 100% impossible; what your bank spends on data and "
        "technology in all is its ceiling (banks/cost)."
    )
    for row in found.values[found.values["of_pay"] > 1].to_dict("records"):
        typer.echo(f"warning: {row['bank']}: the {row['reading']} reading takes more than all pay")


def _range(row: dict[str, Any], low: str, high: str) -> str:
    return f"{row[low] / 1e3:,.1f} – {row[high] / 1e3:,.1f}"

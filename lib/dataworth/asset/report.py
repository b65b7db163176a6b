"""A valuation as a report, in English and Chinese, in the order that the guidance of 2023 asks.

The report is plain data: sections of texts and tables. Templates give it a form, and
``report.yml`` its words.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd

from dataworth.asset.read import Described, read_rules, read_words
from dataworth.asset.value import Valuation
from dataworth.asset.workbook import workbook
from dataworth.typeset import as_html, as_pdf

TEMPLATES = Path(__file__).parent
Section = dict[str, Any]


def documents(asset: Described, found: Valuation, *, draws: int, seed: int) -> dict[str, bytes]:
    """Return the report as page and PDF in both languages, and the workbook, by file name."""
    said = read_words()
    statement = [line for words in said.values() for line in words["statement"]]
    files = {"asset.xlsx": workbook(asset, found, statement)}
    for language, words in said.items():
        data = report(asset, found, words, draws=draws, seed=seed)
        files[f"report.{language}.html"] = as_html(data, "report", TEMPLATES)
        files[f"report.{language}.pdf"] = as_pdf(data, "report", TEMPLATES)
    return files


def report(
    asset: Described, found: Valuation, words: dict[str, Any], *, draws: int, seed: int
) -> dict[str, Any]:
    """Return what the report says: title, name, statement, summary and sections, all as text.

    Parameters
    ----------
    asset, found
    words : dict
        Of one language, from `read_words`.
    draws, seed : int
        Behind `found`.

    Returns
    -------
    dict
        A section has a title, texts, head and rows of a table, and bars: the left end and width
        (shares) of one for each row, or none.
    """
    sections = dict(_about(asset, words)) | dict(_numbers(asset, found, words))
    how = words["how"].format(draws=f"{draws:,}", seed=seed, unit=words["unit"])
    titles = words["sections"].items()
    return {
        **{name: words[name] for name in ("lang", "title", "statement")},
        "name": asset.given["name"],
        "summary": [*_summary(found, words), how, *(words["doubt"] + d for d in asset.doubts)],
        "sections": [{"key": key, "title": title, **sections[key]} for key, title in titles],
    }


def status(asset: Described, point: dict[str, Any], words: dict[str, Any]) -> str:
    """Return whether a point of the guidance is given, not given (and what), or not applicable."""
    said = words["status"]
    if "by" in point:
        return said[point["by"]]
    if "when" in point and not asset.states(point["when"]):
        return said["none"]
    missing = [need for need in point["needs"] if asset.states(need) is None]
    return said["missing"] + ", ".join(missing) if missing else said["given"]


def _section(text: str, head: Any = (), rows: Any = (), bars: Any = None) -> Section:
    return {
        "texts": [text] if text else [],
        "head": head if rows else [],
        "rows": rows,
        "bars": bars,
    }


def _shown(value: Any, words: dict[str, Any]) -> str:
    if value is None or isinstance(value, bool):
        return words["answers"][value]
    if isinstance(value, float):
        return f"{value:.4g}"
    if isinstance(value, int) and value > 9999:
        return f"{value:,}"
    return ", ".join(value) if isinstance(value, list) else str(value)


def _money(amounts: Any, words: dict[str, Any]) -> list[str]:
    return [f"{amount / words['per']:,.2f}" for amount in amounts]


def _summary(found: Valuation, words: dict[str, Any]) -> list[str]:
    ends = found.conclusion
    if ends.empty:
        return [words["no_summary"].format(count=len(found.central))]
    labels = _labels(words)
    said = dict(zip(ends.index, _money(ends, words), strict=True)) | {
        "count": len(found.central),
        "unit": words["unit"],
        "movers": ", ".join(
            f"{labels[name]} ({words['basis'][found.inputs.at[name, 'basis']]})"
            for name in found.tornado["input"][:3]
        ),
    }
    shared = words["no_common" if pd.isna(ends["common_low"]) else "common"]
    return [words["summary"].format(**said), shared.format(**said)]


def _labels(words: dict[str, Any]) -> dict[str, str]:
    return {name: label for name, (label, *_) in words["inputs"].items()}


def _about(asset: Described, words: dict[str, Any]) -> Iterator[tuple[str, Section]]:
    """Yield the sections on what the owner states, and on the rules."""
    heads, pick = words["heads"], words["pick"]
    for key, names in words["fields"].items():
        rows = [[label, _shown(asset.states(name), words)] for name, label in names.items()]
        yield key, _section("", heads["facts"], rows)
    rows = []
    for name, row in asset.quality.iterrows():
        test = words["tests"]["hand" if pd.isna(row["good"]) else name].format(**row)
        score, weight = f"{row['score']:.3f}", f"{row['weight']:.0%}"
        rows.append([words["dimensions"][name], score, weight, test])
    yield "quality", _section(words["quality" if rows else "no_quality"], heads["quality"], rows)
    rows = [
        [str(point["chapter"]), str(point["article"]), point[pick], status(asset, point, words)]
        for point in read_rules("guidance_2023")
    ]
    yield "articles", _section(words["articles"], heads["articles"], rows)
    rules = read_rules("rules")
    rows = [
        [f"{rule['id']} {rule[pick]}", *(str(rule[k][pick]) for k in ("in_force", "says", "seen"))]
        for rule in rules["rules"]
    ]
    yield "rules", _section(words["rules"].format(**rules), heads["rules"], rows)


def _numbers(
    asset: Described, found: Valuation, words: dict[str, Any]
) -> Iterator[tuple[str, Section]]:
    """Yield the sections on methods, inputs and what came out."""
    heads, methods, labels = words["heads"], words["methods"], _labels(words)
    needs = {key: words["needs"] + said for key, said in found.lacking.items()}
    rows = [[*told, needs.get(key, words["applies"])] for key, told in methods.items()]
    yield "methods", _section("", heads["methods"], rows)
    rows = []
    for name, row in found.inputs.iterrows():
        ends = [f"{x:.4g}" for x in row[["low", "central", "high"]]]
        label, unit, source = words["inputs"][name]
        source = row["source"] if row["basis"] == "given" else source
        rows.append([label, *ends, unit, words["basis"][row["basis"]], source])
    yield "parameters", _section("", heads["parameters"], rows)
    low, high = found.summary["low"].clip(lower=0), found.summary["high"]
    rows = [
        [
            methods[key][0],
            *_money([found.central[key], *row[["low", "median", "high"]]], words),
            ", ".join(labels[name] for name in found.hangs_on[key]),
        ]
        for key, row in found.summary.iterrows()
    ]
    yield "results", _section("", heads["results"], rows, _bars(low, high, 0.0))
    rows, ends = [], found.tornado[["at_low", "at_high"]]
    for row in found.tornado.itertuples():
        shares = found.sobol.set_index("input").loc[row.input, ["first", "total"]]
        money = _money([row.at_low, row.at_high], words)
        rows.append([labels[row.input], *money, *(f"{max(x, 0):.0%}" for x in shares)])
    low, high = ends.min(axis=1), ends.max(axis=1)
    yield "matters", _section(words["matters"], heads["matters"], rows, _bars(low, high, low.min()))
    rows = [[methods[key][0], *_money(row, words)] for key, row in found.weights.iterrows()]
    yield "weights", _section(words["weights" if rows else "no_quality"], heads["weights"], rows)
    yield "conclusion", {**_section(""), "texts": [words["conclusion"], *_summary(found, words)]}
    said = {"unit": words["unit"], "target": f"{asset.given['loan'].get('loss_target', 0.01):.1%}"}
    said |= dict(zip(found.loan.index, _money(found.loan, words), strict=True))
    said |= {"ratio": f"{found.loan.get('loan_to_value', 0):.0%}"}
    yield "loan", _section(words["loan" if len(found.loan) else "no_loan"].format(**said))
    firm = found.firm.to_dict()
    yield "firm", _section(words["firm" if firm else "no_firm"].format(**firm))


def _bars(low: pd.Series, high: pd.Series, start: float) -> list[list[float]]:
    """Return left end and width of bars as shares of the way from a start to the highest end."""
    whole = max(high.max() - start, 1e-300) if len(high) else 1.0
    return [[(a - start) / whole, (b - a) / whole] for a, b in zip(low, high, strict=True)]

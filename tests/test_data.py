"""Every file in data/ has a card, and what a card says of its table is true."""

from pathlib import Path

import pandas as pd
import pytest

from dataworth.facts import DATA, read_facts

FILES = [p for p in sorted(DATA.rglob("*")) if p.is_file() and p.suffix != ".md"]
LABELS = ("real", "derived", "calibrated reconstruction", "simulated", "quoted", "measured")


@pytest.mark.parametrize("file", FILES, ids=lambda path: path.relative_to(DATA).as_posix())
def test_every_file_has_a_card_that_labels_it(file: Path):
    card = file.with_suffix(".md")
    assert card.is_file(), f"{file.relative_to(DATA)} has no card"
    text = card.read_text(encoding="utf-8").lower()
    assert "**label:**" in text
    assert any(label in text for label in LABELS)
    assert file.name.lower() in text


def card(name: str) -> str:
    return (DATA / "facts" / f"{name}.md").read_text(encoding="utf-8")


def test_an_unknown_table_of_facts_is_refused_with_those_that_exist():
    with pytest.raises(FileNotFoundError, match="bank_quarterly_net_profit"):
        read_facts("nothing")


def test_the_card_of_the_profit_series_tells_its_checks_rightly():
    table = read_facts("bank_quarterly_net_profit")
    text = card("bank_quarterly_net_profit")
    for code, position in ((600015, 1), (601988, 2)):
        rows = table[table["code"] == code]
        differences = rows["difference_from_published"].dropna().astype(str).str.split(";")
        values = differences.explode().astype(float)
        cells = {
            line.split("|")[1].strip(): line.split("|")[1 + position].strip()
            for line in text.splitlines()
            if line.startswith("|") and line.count("|") == 4
        }
        published = cells["published values beside the series"]
        assert published == f"{len(values)}, in {len(differences)} quarters"
        largest = rows.loc[values.abs().idxmax(), "period"]
        expected = f"{values.abs().max():.1f} ({largest})"
        assert cells["largest difference, in million yuan"] == expected


def test_profit_by_quarter_adds_up_to_profit_of_the_year():
    table = read_facts("bank_quarterly_net_profit")
    table["year"] = table["period"].str[:4]
    single = table["net_profit_attributable_single_quarter_rmb_m"]
    summed = single.groupby([table["code"], table["year"]]).cumsum()
    gap = (summed - table["net_profit_attributable_year_to_date_rmb_m"]).abs()
    assert gap.max() <= 0.15


def test_the_market_table_agrees_with_the_table_of_betas():
    market = read_facts("market_parameters_annual").set_index("year")
    betas = read_facts("bank_betas_by_year")
    for frequency, column in (("d", "bank_beta_daily_mean"), ("w", "bank_beta_weekly_mean")):
        means = betas[betas["freq"] == frequency].groupby("year")["beta"].mean()
        gap = (means - market[column]).dropna().abs()
        assert len(gap) > 15
        assert gap.max() < 0.001
    returns = market["csi300_close"].pct_change() * 100
    assert pd.Series(returns - market["csi300_return_pct"]).abs().max() < 0.001


def test_firms_on_record_add_up_as_their_cards_say():
    firms, later = read_facts("data_resources_fy2024"), read_facts("data_resources_fy2025")
    text = card("data_resources_fy2024") + card("data_resources_fy2025")
    for table in (firms, later):
        accounts = ["intangible_yuan", "development_yuan", "inventory_yuan"]
        assert (table[accounts].sum(axis=1) - table["data_resources_yuan"]).abs().max() < 0.005
        assert f"{table['data_resources_yuan'].sum():,.2f}" in text
    assert f"| {len(firms)}, {firms['only_in_notes'].sum()} |" in text
    assert f"| {firms['section'].nunique()} |" in text
    newcomers = later[later["in_fy2024_list"] == 0]
    assert f"| {len(later)}, {len(newcomers)} |" in text
    assert f"| {(newcomers['opening_data_resources_yuan'] > 0).sum()} |" in text
    assert f"| {(later['data_resources_yuan'] == 0).sum()} |" in text
    both = later.merge(firms, on="code", suffixes=("", "_before"))
    same = both["opening_data_resources_yuan"] == both["data_resources_yuan_before"]
    assert f"| {same.sum()} of {len(both)} |" in text
    assert f"| {len(firms) - len(both)} |" in text
    assert (later["code"].isin(firms["code"]) == (later["in_fy2024_list"] == 1)).all()


def test_cells_and_bins_of_adoption_count_the_same_firms():
    cells, bins = read_facts("adoption_cells"), read_facts("adoption_bins")
    counts = cells[["firms", "fy2024_adopters", "fy2025_newcomers"]].sum().tolist()
    by_variable = bins.groupby("variable")[["firms", "adopters", "newcomers"]].sum()
    assert (by_variable == counts).all(axis=None)
    assert f"{len(cells)}, " + ", ".join(f"{n:,}" for n in counts) in card("adoption_cells")
    assert f"| {cells['firms'].min()} |" in card("adoption_cells")


def test_pay_and_staff_cost_are_as_their_cards_say():
    pay, staff = read_facts("bank_pay_payable"), read_facts("bank_staff_cost")
    assert f"| {pay['code'].nunique()}, {len(pay):,} |" in card("bank_pay_payable")
    balance = pay[pay["code"] == 600015].set_index("period")["employee_comp_payable_rmb_m"]
    falls = (balance.diff().loc["2007Q1":] < 0).sum()
    assert f"64 quarters from 2007Q1 | {falls} |" in card("bank_pay_payable")
    parts = ["depreciation_rmb_m", "intangible_amortisation_rmb_m", "deferred_amortisation_rmb_m"]
    ratio = staff[parts].sum(axis=1) / staff["staff_cost_accrued_rmb_m"]
    text = f"| {ratio.median():.3f}, {ratio.quantile(0.9):.3f}, {ratio.max():.3f} |"
    assert text in card("bank_staff_cost")
    staff = staff.sort_values(["code", "year"])
    by_bank = staff.groupby("code")
    change = by_bank["pay_payable_rmb_m"].diff()[by_bank["year"].diff() == 1]
    made = (staff["cash_paid_to_staff_rmb_m"] + change).dropna()
    gap = (made - staff["staff_cost_accrued_rmb_m"].loc[made.index]).abs()
    assert f"| {(gap < 0.02).sum()} of {len(gap)} |" in card("bank_staff_cost")
    year_end = pay[pay["period"].str.endswith("Q4")].assign(
        year=lambda t: t["period"].str[:4].astype(int)
    )
    both = year_end.merge(staff, on=["code", "year"])
    same = (both["employee_comp_payable_rmb_m"] - both["pay_payable_rmb_m"]).abs() < 1
    assert f"of {len(both)} | {same.sum()} |" in card("bank_pay_payable")


def test_counts_and_cases_are_as_their_cards_say():
    cases = read_facts("data_asset_comparables")
    valued = cases["valuation_yuan"].notna().sum()
    both = (cases["loan_or_price_yuan"] / cases["valuation_yuan"])[
        cases["ratio_loan_to_value"].notna()
    ]
    assert f"| cases | {len(cases)} |" in card("data_asset_comparables")
    assert f"| {valued}, {len(both)} |" in card("data_asset_comparables")
    assert f"| {both.iloc[0]:.3f}, {both.iloc[1]:.3f} |" in card("data_asset_comparables")
    counts = read_facts("report_counts").query("code == 601658")
    found = {s: rows.set_index("what")["count"] for s, rows in counts.groupby("scope")}
    for what in ("mentions, seeds", "mentions, bare words"):
        shares = [
            found[s][what] / (found[s]["words"] + found[s]["numbers"]) for s in ("text", "body")
        ]
        assert f"| {shares[0]:.3%}, {shares[1]:.3%} |".replace("%", " %") in card("report_counts")

"""What is on record of loans on data: tables agree with one another and with their cards."""

import pytest

from dataworth import ledger
from dataworth.facts import DATA, read_facts
from dataworth.finance import record

printed = ledger.read_printed("finance")


def test_the_list_adds_up_to_what_its_report_prints():
    loans, stakes = record.listed_loans(), read_facts("data_equity_contributions")
    card = (DATA / "facts" / "data_asset_loans_listed.md").read_text(encoding="utf-8")
    total = loans["amount_yuan"].sum()
    assert f"{total:,}" in card and f"{total + stakes['data_contribution_yuan'].sum():,}" in card
    assert round((total + stakes["data_contribution_yuan"].sum()) / 1e8, 2) == 14.17
    assert (loans["type"] == record.NOT_STATED).sum() == 48


@pytest.mark.parametrize("name", ["优钱", "鹏景科技", "淏瀚", "南方财经"])
def test_a_borrower_in_both_tables_has_the_same_amount(name):
    reported, listed = record.reported_loans(), record.listed_loans()
    ours = reported.loc[reported["borrower"].str.contains(name), "amount_rmb"].sum()
    theirs = listed.loc[listed["borrower"].str.contains(name), "amount_yuan"].sum()
    assert ours == theirs > 0


@pytest.mark.parametrize(
    ("banks", "kinds"),
    [
        ("中行深圳分行，交行深圳分行", ["large state bank"] * 2),
        ("无锡农村商业银行", ["rural bank"]),
        ("广西北部湾银行（质押）+柳州银行（信用）", ["city bank"] * 2),
        ("重庆银行和汉口银行（信用）+华夏银行（质押）", ["city bank"] * 2 + ["joint-stock bank"]),
        ("未披露", ["not stated"]),
    ],
)
def test_a_bank_is_known_by_its_name(banks, kinds):
    loans = record.listed_loans().head(1).assign(banks=banks)
    assert record.lenders(loans).tolist() == kinds


def test_a_ratio_is_loan_over_value_and_the_press_speaks_of_a_listed_loan():
    valued = record.valued_loans()
    assert valued["ratio"].round(3).tolist() == [0.499, 0.558]
    press, listed = read_facts("data_asset_press"), record.listed_loans()
    bus = listed[listed["borrower"].str.contains("青岛真情巴士")]
    assert bus["amount_yuan"].item() / 10.0995e6 == pytest.approx(press["value"][0], abs=5e-4)


def test_entry_lowers_leverage_as_if_the_data_had_been_an_expense():
    firms = read_facts("data_resources_fy2024")
    found = record.entry_effect(firms)
    row = firms.loc[found.index[0]]
    debts = row["leverage_pct"] / 100 * row["total_assets_yuan"]
    without = debts / (row["total_assets_yuan"] - row["data_resources_yuan"])
    assert found["leverage"].iloc[0] + found["lowered"].iloc[0] == pytest.approx(without)
    assert len(found) == firms["leverage_pct"].notna().sum()


def test_the_table_of_loans_agrees_with_what_the_paper_prints():
    loans = record.reported_loans()
    uqian = loans[loans["borrower"].str.contains("Uqian")].sort_values("year_month")
    claims = [printed("s3.1.loan_bocom"), printed("s3.1.loan_boc")]
    assert uqian["amount_rmb"].tolist() == claims
    assert uqian["year_month"].tolist() == [printed("s3.1.model_month"), 202407]


def test_the_card_of_the_loans_counts_rightly():
    table, loans = read_facts("data_asset_loans"), record.reported_loans()
    assert (len(table), len(loans), loans["amount_rmb"].notna().sum()) == (14, 11, 10)
    assert (table["valuation_rmb"].notna().sum(), table["rate"].notna().sum()) == (1, 1)
    assert not (table["valuation_rmb"].notna() & table["amount_rmb"].notna()).any()
    assert loans["amount_rmb"].agg(["min", "max"]).tolist() == [5e6, 5e7]


@pytest.mark.parametrize(
    ("form", "kind"),
    [
        ("unsecured data-asset credit enhancement", "information"),
        ("data-asset-secured inclusive loan", "collateral"),
        ("credit line after on-balance-sheet entry", "entry"),
        ("data-asset loan", "not stated"),
    ],
)
def test_a_form_is_read_by_its_words(form, kind):
    assert record.enhancement(form) == kind

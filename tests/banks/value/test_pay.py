"""Pay on record against its own identities, and the scale that meets the printed costs."""

import numpy as np
import pandas as pd
import pytest

from dataworth.banks.value import cost, pay
from dataworth.ledger import read_printed
from tests.banks.value.test_cost import CENTRAL, some_rates

TABLES = {"华夏银行": "t6", "中国银行": "t7", "苏农银行": "t8"}
PRINTED = pd.DataFrame(
    {
        b: [read_printed("banks")(f"{t}.cost_actual.q{q}") for q in (1, 2, 3, 4)]
        for b, t in TABLES.items()
    }
)
KINDS = (("华夏银行", "joint-stock"), ("中国银行", "state-owned"), ("苏农银行", "rural"))


def test_the_balance_of_hua_xia_falls_in_22_of_64_quarters():
    change = pay.balances()["华夏银行"].diff().loc["2007Q1":]
    assert len(change) == 64
    assert (change < 0).sum() == 22


def test_staff_cost_on_record_stays_and_other_years_are_carried():
    yearly, known = pay.yearly_pay(), pay.staff_costs()
    for row in known[known["year"] >= pay.FIRST].itertuples():
        assert yearly.loc[row.year, row.bank] == row.staff_cost
    assert yearly.loc[2022, list(TABLES)].notna().all()


def test_what_is_carried_errs_little_in_years_on_record():
    known = pay.staff_costs().pivot(index="year", columns="bank", values="staff_cost")
    balance, errors = pay.yearly_balances(), []
    for last in range(2008, 2013):
        found = pay.carried(known.loc[:last], balance).loc[last + 5]
        wrong = np.log(found / known.loc[last + 5])[known.columns[known.loc[last].notna()]]
        errors += list(wrong.abs().dropna())
    assert len(errors) > 60
    assert np.median(errors) < 0.2
    unchanged = np.abs(np.log(known.shift(5) / known)).stack().median()
    assert np.median(errors) < unchanged / 2


def test_quarters_add_up_to_the_year_and_take_the_printed_shares():
    found = pay.quarterly_pay(PRINTED, seed=3)
    found["year"] = found["period"].str[:4].astype(int)
    sums = found.pivot_table(index="year", columns="bank", values="pay_increment", aggfunc="sum")
    yearly = pay.yearly_pay()
    assert np.allclose(sums, yearly[sums.columns], equal_nan=True)
    rows = found[(found["bank"] == "华夏银行") & (found["year"] == 2022)]
    shares = rows["pay_increment"] / rows["pay_increment"].sum()
    assert shares.to_numpy() == pytest.approx(PRINTED["华夏银行"] / PRINTED["华夏银行"].sum())
    # The quarters of other years are no more of one season than the printed ones.
    rows = found[found["year"] < 2022].assign(quarter=found["period"].str[-1])
    by_quarter = rows.groupby("quarter")["pay_increment"].sum()
    printed = (PRINTED / PRINTED.sum()).mean(axis=1)
    assert (by_quarter / by_quarter.sum()).to_numpy() == pytest.approx(printed.to_numpy(), abs=0.02)


def test_the_scale_gives_the_printed_costs():
    rates = some_rates(KINDS, range(2007, 2023))
    scale = pay.printed_scale(rates, PRINTED, ratio=CENTRAL)
    found = cost.costs(rates, pay.quarterly_pay(PRINTED, seed=3), CENTRAL, scale).quarterly
    table = found[found["quarter"] >= "2022"].pivot(index="quarter", columns="bank", values="cost")
    assert np.allclose(table[PRINTED.columns], PRINTED)


def test_a_real_report_has_more_bare_words_than_seeds():
    text, body = pay.reported_rates(), pay.reported_rates("body")
    assert text["kept"] < text["seeds"] < text["bare words"] / 5
    assert (body > text).all()

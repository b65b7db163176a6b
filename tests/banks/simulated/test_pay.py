"""Simulated pay meets the printed costs, and depends on nothing that it should not."""

import numpy as np
import pandas as pd

from dataworth.banks.simulated.pay import simulate_pay
from dataworth.banks.value import cost
from dataworth.ledger import read_printed
from tests.banks.value.test_cost import CENTRAL, some_rates

TABLES = {"华夏银行": "t6", "中国银行": "t7", "苏农银行": "t8"}
PRINTED = pd.DataFrame(
    {
        b: [read_printed("banks")(f"{t}.cost_actual.q{q}") for q in (1, 2, 3, 4)]
        for b, t in TABLES.items()
    },
    index=[f"2022Q{q}" for q in (1, 2, 3, 4)],
)
ALL = (("华夏银行", "joint-stock"), ("中国银行", "state-owned"), ("苏农银行", "rural"))


def test_simulated_pay_meets_the_printed_costs_of_2022():
    rates = some_rates((*ALL, ("北京银行", "city")), range(2007, 2023))
    pay = simulate_pay(rates, PRINTED, ratio=CENTRAL, seed=3)
    found = cost.costs(rates, pay, CENTRAL).quarterly
    table = found[found["quarter"] >= "2022"].pivot(index="quarter", columns="bank", values="cost")
    assert np.allclose(table[PRINTED.columns], PRINTED)
    assert len(pay) == 4 * 16 * 4
    assert (pay["pay_increment"] > 0).all()


def test_a_banks_pay_does_not_depend_on_other_banks_or_years():
    few = some_rates((*ALL, ("北京银行", "city")))
    many = some_rates((*ALL, ("上海银行", "city"), ("北京银行", "city")), range(2007, 2025))
    one, other = (simulate_pay(r, PRINTED, ratio=CENTRAL, seed=3) for r in (few, many))
    joined = one.merge(other, on=["bank", "period"])
    assert len(joined) == len(one)
    assert np.allclose(joined["pay_increment_x"], joined["pay_increment_y"])


def test_pay_grows_and_follows_the_size_of_its_type():
    rates = some_rates(
        (*ALL, ("建设银行", "state-owned"), ("常熟银行", "rural")), range(2007, 2023)
    )
    pay = simulate_pay(rates, PRINTED, ratio=CENTRAL, seed=3)
    pay["year"] = pay["period"].str[:4].astype(int)
    table = pay.pivot_table(index="year", columns="bank", values="pay_increment", aggfunc="sum")
    assert (table.loc[2022] > 2 * table.loc[2007]).all()
    assert (table["建设银行"] > 10 * table["常熟银行"]).all()


def test_pay_can_be_made_for_banks_of_which_nothing_is_printed():
    rates = some_rates((("盛京银行", ""),), (2023, 2024)).assign(rate=0.0)
    pay = simulate_pay(rates, PRINTED, ratio=CENTRAL, seed=3)
    assert pay["period"].tolist() == [f"{y}Q{q}" for y in (2023, 2024) for q in (1, 2, 3, 4)]
    assert np.isfinite(pay["pay_increment"]).all()


def test_another_seed_gives_other_pay_but_the_same_calibration():
    rates = some_rates(ALL)
    one, two = (simulate_pay(rates, PRINTED, ratio=CENTRAL, seed=s) for s in (3, 4))
    same = np.isclose(one["pay_increment"], two["pay_increment"])
    assert same.tolist() == one["period"].str.startswith("2022").tolist()

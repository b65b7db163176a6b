"""The paper's sentences on portraits: each can be true and can be false."""

from dataclasses import replace

import pytest

from dataworth.finance.ranges import draw_settings, read_ranges
from dataworth.finance.receivables import findings
from dataworth.finance.receivables.findings import FactoringCase
from dataworth.finance.receivables.merchants import Trade, ideal_risk, simulate_merchants
from dataworth.finance.receivables.reverse_factoring import Programme
from dataworth.finance.receivables.supply_network import Chain

TRADE = Trade()
CHAIN = Chain(firms=(10, 20, 30))


def judge(trade, merchants=6_000, **case):
    """Try a case with ideal scorecards, so that no fitting error enters."""
    frame = simulate_merchants(trade, merchants, seed=7)
    stated = frame.assign(
        blind=ideal_risk(trade, frame, with_portrait=False),
        seeing=ideal_risk(trade, frame, with_portrait=True),
    )
    return findings.try_on_case(FactoringCase(trade, chain=CHAIN, **case), stated, seed=1)


def test_an_informative_portrait_bears_the_paper_out():
    found = judge(TRADE, fee=100.0)
    for name in ("portrait_identifies_risk", "portrait_matches", "portrait_precise_plans"):
        assert found[name] is True
    for name in ("mining_lowers_cost", "indirect_empowerment", "losses_fall"):
        assert found[name] is True
    assert found["nobody_worse"] is False


def test_a_worthless_portrait_bears_nothing_out():
    found = judge(replace(TRADE, portrait=0.0), fee=100.0)
    for name in (
        "portrait_identifies_risk",
        "portrait_matches",
        "portrait_precise_plans",
        "mining_lowers_cost",
        "indirect_empowerment",
        "losses_fall",
        "factor_earns_more",
    ):
        assert found[name] is False
    assert found["nobody_worse"] is True


@pytest.mark.parametrize("name", ["mining_lowers_cost", "indirect_empowerment"])
def test_too_dear_a_report_takes_the_gain_away(name):
    assert judge(TRADE, fee=100.0)[name] is True
    assert judge(TRADE, fee=20_000.0)[name] is False


def test_the_core_firms_word_counts_unless_it_is_dear_to_confirm():
    assert judge(TRADE)["core_firm_credit"] is True
    assert judge(TRADE, programme=Programme(handling=50_000.0))["core_firm_credit"] is False


def test_secrecy_gains_nothing_when_the_open_offer_is_no_better():
    assert judge(TRADE)["core_firm_secrecy"] is True
    assert judge(TRADE, programme=Programme(handling=1e9))["core_firm_secrecy"] is False


def test_late_payment_travels_only_if_there_is_any():
    assert judge(TRADE, late=0.9)["broken_funding"] is True
    assert judge(TRADE, late=0.0)["broken_funding"] is False


def test_reports_harm_nobody_where_nobody_was_financed():
    small = judge(replace(TRADE, face_median=80_000.0), fee=100.0)
    assert small["buyers_gain"] is small["silent_unharmed"] is True
    large = judge(replace(TRADE, face_median=1e6), fee=1_000.0)
    assert large["buyers_gain"] is large["silent_unharmed"] is False
    assert judge(TRADE, fee=1e6)["buyers_gain"] is None


def test_every_finding_is_tried_in_every_setting_and_again_alike():
    settings = draw_settings(read_ranges("receivables"), 3, seed=2)
    first, second = (findings.try_on_cases(settings, merchants=300, seed=5) for _ in range(2))
    assert first.equals(second)
    assert list(first.columns) == list(judge(TRADE, merchants=500))
    assert len(first) == 3

"""Findings about lending: each with a market in which it holds and one in which it fails."""

from dataclasses import replace

import pandas as pd
import pytest

from dataworth.errors import InputError
from dataworth.finance.ranges import read_ranges
from dataworth.finance.rationing import findings
from dataworth.finance.rationing.market import Market, Signal

MARKET, SIGNAL, RIVAL = Market(), Signal(0.5, 0.5), 0.2
POOR = replace(MARKET, share=(0.4, 0.6))  # too few sound firms for blind lending


def every(market=MARKET, signal=SIGNAL, rival=RIVAL):
    return findings.lending_findings(market, signal) | findings.sharing_findings(
        market, signal, rival
    )


@pytest.mark.parametrize(
    ("name", "true", "false"),
    [
        ("moral_hazard", {"market": replace(MARKET, output=(1.15, 0.95))}, {}),
        ("ration_not_raise", {}, {"market": replace(MARKET, output=(1.15, 1.15))}),
        ("asymmetry_main_cost", {"market": replace(MARKET, loan_median=5e5)}, {}),
        ("cost_causes_difficulty", {}, {"market": POOR}),
        ("low_willingness", {}, {"market": replace(MARKET, loan_cost=500)}),
        ("data_solve", {"market": POOR}, {}),
        ("disclosure_helps", {"market": POOR}, {}),
        ("transparency_reduces_rationing", {}, {"signal": Signal(0.3, 0.5)}),
        ("transparency_leaves_nobody_worse", {"signal": Signal(1.0, 1.0)}, {}),
        ("uncovered_unharmed", {"signal": Signal(0.0, 0.5)}, {}),
    ],
)
def test_a_finding_holds_in_one_market_and_fails_in_another(name, true, false):
    assert every(**true)[name] is True
    assert every(**false)[name] is False


def test_data_lower_rates_when_shared_and_never_when_one_lender_has_them():
    assert every()["transparency_lowers_rates"] is True
    assert every()["one_lender_data_lower_rates"] is False


def test_nothing_is_said_where_there_is_no_occasion():
    assert every(market=POOR)["transparency_lowers_rates"] is None  # nobody lent blindly
    assert every(rival=0.9)["one_lender_data_lower_rates"] is None
    assert every(market=replace(MARKET, loan_cost=0))["data_solve"] is None


def test_drawn_settings_lie_in_their_ranges_and_depend_on_the_seed_alone():
    settings, limits = findings.draw_settings(64, seed=5), read_ranges("rationing")
    assert list(settings) == list(limits.index)
    assert ((settings >= limits["low"]) & (settings <= limits["high"])).all().all()
    pd.testing.assert_frame_equal(settings, findings.draw_settings(64, seed=5))
    with pytest.raises(InputError, match="draws: expected at least 1, found 0"):
        findings.draw_settings(0, seed=5)


def test_every_drawn_setting_is_a_market_with_an_adverse_selection():
    tried = [every(*case) for case in findings.cases(findings.draw_settings(24, seed=2))]
    assert all(answer["adverse_selection"] for answer in tried)

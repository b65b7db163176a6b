"""Statements about lending: each with a market in which it holds and one in which it fails."""

from dataclasses import replace

import pandas as pd
import pytest

from dataworth.errors import InputError
from dataworth.finance.rationing import findings as lending_statements
from dataworth.finance.rationing.market import Market, Signal

MARKET, SIGNAL, RIVAL = Market(), Signal(0.5, 0.5), 0.2
POOR = replace(MARKET, share=(0.4, 0.6))  # too few sound firms for blind lending


def holds(name, market=MARKET, signal=SIGNAL, rival=RIVAL):
    return lending_statements.assess(market, signal, rival)[name]


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
def test_a_statement_holds_in_one_market_and_fails_in_another(name, true, false):
    assert holds(name, **true) is True
    assert holds(name, **false) is False


def test_data_lower_rates_when_shared_and_never_when_one_lender_has_them():
    assert holds("transparency_lowers_rates") is True
    assert holds("one_lender_data_lower_rates") is False


def test_nothing_is_said_where_there_is_no_occasion():
    assert holds("transparency_lowers_rates", market=POOR) is None  # nobody lent blindly
    assert holds("one_lender_data_lower_rates", rival=0.9) is None
    assert holds("data_solve", market=replace(MARKET, loan_cost=0)) is None


def test_drawn_settings_lie_in_their_ranges_and_depend_on_the_seed_alone():
    settings = lending_statements.draw_settings(64, seed=5)
    assert list(settings) == list(lending_statements.RANGES)
    for name, limits in lending_statements.RANGES.items():
        assert settings[name].between(limits.low, limits.high).all()
    pd.testing.assert_frame_equal(settings, lending_statements.draw_settings(64, seed=5))
    with pytest.raises(InputError, match="draws: expected at least 1, found 0"):
        lending_statements.draw_settings(0, seed=5)


def test_every_statement_is_tried_in_every_setting():
    settings = lending_statements.draw_settings(24, seed=2)
    tried = lending_statements.assess_all(settings)
    assert len(tried) == len(settings)
    assert set(tried) == set(lending_statements.assess(MARKET, SIGNAL, RIVAL))
    assert tried["adverse_selection"].all()


def test_every_range_names_its_source():
    for limits in lending_statements.RANGES.values():
        assert limits.low < limits.high
        assert limits.source

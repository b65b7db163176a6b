"""The page of sliders in a browser, from a file: its numbers are Python's."""

import math
from dataclasses import replace

import pytest

from dataworth.errors import InputError
from dataworth.finance.rationing import market as rationing
from dataworth.finance.rationing.market import Market, Signal
from dataworth.widgets.lending import lending_page

MARKET, SIGNAL, LOAN = Market(collateral=0.1), Signal(0.5), 100_000.0
SETTINGS = [
    {},
    {"precision": 0.0},
    {"precision": 1.0, "loan": 60_000},
    {"sound": 0.55, "precision": 0.2, "loan": 1_000_000},
    {"cost": 0, "precision": 0.28},
    {"cost": 20_000, "loan": 10_000},
]


@pytest.fixture
def page(open_page):
    """Open the page from a file."""
    return open_page(lending_page(MARKET, SIGNAL, LOAN))


def in_python(precision=0.5, sound=0.8, cost=5_000.0, loan=LOAN):
    market = replace(MARKET, share=(sound, 1 - sound), loan_cost=cost)
    signal = Signal(precision)
    priced = rationing.offers(market, signal, [loan])
    says = rationing.likelihood(market, signal)[:, 0]
    blind = rationing.offers(market, Signal(0, 0), [loan])
    share = rationing.composition(market, signal)[0]
    return {
        "rate": priced.rate[0, 0] if priced.accepted[0, 0, 0] else math.nan,
        "blind": blind.rate[-1, 0] if blind.accepted[-1, 0, 0] else math.nan,
        "out": 1 - says @ priced.accepted[:, 0, 0],
        "smallest": rationing.smallest_loan(market, share),
    }


@pytest.mark.browser
@pytest.mark.parametrize("setting", SETTINGS, ids=str)
def test_the_page_gives_the_numbers_of_python(page, setting):
    for name, value in setting.items():
        page.locator(f"#lending-{name}").evaluate(
            "(s, v) => { s.value = v; s.dispatchEvent(new Event('input', { bubbles: true })); }",
            value,
        )
    for name, expected in in_python(**setting).items():
        found = page.locator(f"#lending-{name}").get_attribute("data-value")
        number = float(found.replace("Infinity", "inf"))
        assert number == pytest.approx(expected, rel=1e-9, abs=1e-12, nan_ok=True), name


def test_a_market_in_which_weak_firms_leave_first_has_no_page():
    with pytest.raises(InputError, match="of which sound firms leave first"):
        lending_page(replace(MARKET, collateral=0.6), SIGNAL, LOAN)

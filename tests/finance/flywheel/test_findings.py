"""Statements about the cycle: each with a provider for whom it holds and one for whom not."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from dataworth.errors import InputError
from dataworth.finance.flywheel import findings as statements
from dataworth.finance.flywheel.market import Rules
from dataworth.finance.flywheel.paths import OUTCOMES
from tests.finance.wheels import WHEEL

START = 800_000.0


def setting(rules=None, shared=0.5, start=START, **changed):
    return statements.settings_of(replace(WHEEL, **changed), start, rules or Rules(), shared)


@pytest.mark.parametrize(
    ("name", "true", "false"),
    [
        ("mutual_promotion", {}, {"loan_to_value": 0.0}),
        ("circulation", {}, {"loan_to_value": 0.1}),
        ("accelerates", {}, {"minimum_research": 1e9}),
        ("loan_to_research", {}, {"minimum_research": 1e9}),
        ("service_to_capital", {}, {"decay": 0.4}),
        ("activates_value", {}, {"minimum_research": 1e9}),
        ("reinvest", {}, {"research_share": 0.1, "loan_to_value": 0.0}),
        ("regulation", {"rules": Rules(0.2, 0.1)}, {"rules": Rules(0.0, 0.1)}),
        ("synergy", {}, {"shared": 0.0}),
        ("wheel_exists", {}, {"decay": 0.4}),
        ("loan_decides", {}, {"decay": 0.15}),
        ("growth_is_due_to_loan", {}, {"decay": 0.15}),
        ("no_default_by_loan", {}, {"compliance": 1.1e7, "interest": 0.3}),
        ("room_for_two", {"decay": 0.1, "minimum_research": 1e6}, {}),
    ],
)
def test_a_statement_holds_for_one_provider_and_fails_for_another(name, true, false):
    assert statements.assess(setting(**true))[name].item() is True
    assert statements.assess(setting(**false))[name].item() is False


def test_a_provider_written_as_a_setting_is_the_provider():
    provider, start, rules, shared = statements.providers_of(setting(rules=Rules(0.03, 0.2)))
    for name, value in vars(provider).items():
        assert value == pytest.approx(getattr(WHEEL, name)), name
    assert (start, rules.hazard, rules.struck, shared) == (START, 0.03, 0.2, 0.5)


def test_drawn_settings_lie_in_their_ranges_and_depend_on_the_seed_alone():
    settings = statements.draw_settings(64, seed=5)
    assert list(settings) == list(statements.RANGES)
    for name, limits in statements.RANGES.items():
        assert settings[name].between(limits.low, limits.high).all()
        strata = np.floor((settings[name] - limits.low) / (limits.high - limits.low) * 64)
        assert sorted(strata) == list(range(64))  # a Latin hypercube: one draw in each stratum
    pd.testing.assert_frame_equal(settings, statements.draw_settings(64, seed=5))
    with pytest.raises(InputError, match="draws: expected at least 1, found 0"):
        statements.draw_settings(0, seed=5)


def test_the_chapters_provider_lies_in_every_range():
    here = setting().iloc[0]
    for name, limits in statements.RANGES.items():
        assert limits.low <= here[name] <= limits.high, name
        assert limits.source


def test_a_setting_fares_alone_as_it_does_among_others():
    settings = statements.draw_settings(40, seed=3)
    together = statements.assess(settings)
    for row in (0, 17, 39):
        alone = statements.assess(settings.iloc[[row]])
        assert (alone.iloc[0] == together.iloc[row]).all()


def test_the_loan_changes_no_fate_without_a_loan():
    settings = statements.draw_settings(60, seed=8).assign(**{"loan to value": 0.0})
    path = statements.follow(settings)
    assert {OUTCOMES[k] for k in path["outcome"]} <= {
        "turns anyway",
        "stalls either way",
        "closes either way",
    }
    assert path["data_with"] == pytest.approx(path["data_without"])
    assert path["worth_with"] == pytest.approx(path["worth_without"])


def test_owners_worth_is_the_present_value_of_a_steady_payout():
    provider = replace(WHEEL, loan_to_value=0.0)
    times = np.linspace(0, 60, 241)
    still = np.stack([np.full(241, START), np.ones(241), np.zeros(241)])
    worth = statements.owners_worth(provider, times, still)
    payout = 0.5 * (0.3 * 200 * 200_000 - 5e5)  # half of the idle profit
    assert worth == pytest.approx(payout * (1 - np.exp(-6)) / 0.10, rel=1e-3)


def test_a_condition_names_no_parameter_that_the_statement_cannot_feel():
    settings = statements.draw_settings(300, seed=2)
    found = statements.conditions(settings, statements.assess(settings))
    for name, (text, share) in found.items():
        assert 0 <= share <= 1
        assert name == "regulation" or not {"hazard", "struck"} & set(text.split())
        assert name == "synergy" or "shared" not in text


def test_sensitivity_gives_the_number_of_clients_to_what_the_equations_say():
    influence = statements.sensitivity(128, seed=1)
    assert list(influence.index) == [
        name for name in statements.RANGES if name not in statements.SURROUNDINGS
    ]
    served = influence["served"]
    assert served[["half per client", "decay"]].min() > 0.2
    assert served[["loan to value", "interest", "term"]].max() < 0.05
    pd.testing.assert_frame_equal(influence, statements.sensitivity(128, seed=1))

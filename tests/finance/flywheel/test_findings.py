"""Findings about the cycle: each with a provider for whom it holds and one for whom not."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from dataworth.finance.flywheel import findings
from dataworth.finance.flywheel.market import Rules
from dataworth.finance.flywheel.paths import FATES
from dataworth.finance.ranges import draw_settings, read_ranges
from tests.finance.wheels import WHEEL

START, RANGES = 800_000.0, read_ranges("flywheel")


def setting(rules=None, shared=0.5, start=START, **changed):
    return findings.settings_of(replace(WHEEL, **changed), start, rules or Rules(), shared)


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
def test_a_finding_holds_for_one_provider_and_fails_for_another(name, true, false):
    assert findings.try_on_providers(setting(**true))[name].item() is True
    assert findings.try_on_providers(setting(**false))[name].item() is False


def test_a_provider_written_as_a_setting_is_the_provider():
    provider, start, rules, shared = findings.providers_of(setting(rules=Rules(0.03, 0.2)))
    for name, value in vars(provider).items():
        assert value == pytest.approx(getattr(WHEEL, name)), name
    assert (start, rules.hazard, rules.struck, shared) == (START, 0.03, 0.2, 0.5)


def test_the_chapters_provider_lies_in_every_range():
    here = setting().iloc[0]
    assert here[RANGES.index].between(RANGES["low"], RANGES["high"]).all()


def test_a_setting_fares_alone_as_it_does_among_others():
    settings = draw_settings(RANGES, 40, seed=3)
    together = findings.try_on_providers(settings)
    for row in (0, 17, 39):
        alone = findings.try_on_providers(settings.iloc[[row]])
        assert (alone.iloc[0] == together.iloc[row]).all()


def test_the_loan_changes_no_fate_without_a_loan():
    settings = draw_settings(RANGES, 60, seed=8).assign(**{"loan to value": 0.0})
    path = findings.follow(settings)
    assert {FATES[k] for k in path["fate"]} <= {
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
    worth = findings.owners_worth(provider, times, still)
    payout = 0.5 * (0.3 * 200 * 200_000 - 5e5)  # half of the idle profit
    assert worth == pytest.approx(payout * (1 - np.exp(-6)) / 0.10, rel=1e-3)


def test_a_condition_names_no_parameter_that_the_finding_cannot_feel():
    settings = draw_settings(RANGES, 300, seed=2)
    found = findings.conditions(settings, findings.try_on_providers(settings))
    for name, text, share in found.itertuples():
        assert 0 <= share <= 1
        assert name == "regulation" or not {"hazard", "struck"} & set(text.split())
        assert name == "synergy" or "shared" not in text


def test_sensitivity_gives_the_number_of_clients_to_what_the_equations_say():
    influence = findings.sensitivity(RANGES, 128, seed=1)
    assert list(influence.index) == list(RANGES.index[:-3])
    served = influence["served"]
    assert served[["half per client", "decay"]].min() > 0.2
    assert served[["loan to value", "interest", "term"]].max() < 0.05
    pd.testing.assert_frame_equal(influence, findings.sensitivity(RANGES, 128, seed=1))

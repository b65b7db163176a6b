"""Statements about loans on data: each with a loan for which it holds and one for which not."""

from dataclasses import replace

import numpy as np
import pytest

from dataworth.errors import InputError
from dataworth.finance.pledge import findings as pledge_statements
from dataworth.finance.pledge.data_loss import Policy
from dataworth.finance.pledge.loan import Pledge, break_even_rate
from dataworth.finance.pledge.value_shape import lognormal

PLEDGE, POLICY, SHAPE = Pledge(), Policy(), lognormal(0.4)
CHEAP = Policy(loss_probability=0.9, expense=1.0, spread=0.0, limit=0.005, loading=0.0)


def holds(name, pledge=PLEDGE, policy=POLICY, target=0.01, floor=0.028):
    return bool(pledge_statements.assess(SHAPE, pledge, policy, target=target, floor=floor)[name])


@pytest.mark.parametrize(
    ("name", "true", "false"),
    [
        ("unpledged_dearer", {}, {"pledge": replace(PLEDGE, default_probability=0.005)}),
        ("haircut_borne", {"pledge": replace(PLEDGE, haircut=0.8)}, {}),
        ("floor_pays", {"pledge": replace(PLEDGE, haircut=0.85)}, {}),
        ("full_value", {"target": 0.05}, {}),
        ("two_uses", {}, {"pledge": replace(PLEDGE, recovery=1.0)}),
        ("wrong_way_raises_tail", {}, {"pledge": replace(PLEDGE, correlation=-0.2)}),
        ("insurance_pays_for_itself", {"policy": CHEAP}, {}),
    ],
)
def test_a_statement_holds_for_one_loan_and_fails_for_another(name, true, false):
    assert holds(name, **true)
    assert not holds(name, **false)


def test_drawn_settings_lie_in_their_ranges_and_depend_on_the_seed_alone():
    settings = pledge_statements.draw_settings(64, seed=5)
    assert list(settings) == list(pledge_statements.RANGES)
    for name, limits in pledge_statements.RANGES.items():
        assert settings[name].between(limits.low, limits.high).all()
        assert limits.source
    assert settings.equals(pledge_statements.draw_settings(64, seed=5))
    with pytest.raises(InputError, match="draws: expected at least 1, found 0"):
        pledge_statements.draw_settings(0, seed=5)


def test_fewer_nodes_keep_every_rate_within_a_hundredth_of_a_point():
    settings = pledge_statements.draw_settings(300, seed=3)
    terms = Pledge(**{k: settings[k].to_numpy() for k in settings.columns[:7]})
    full = lognormal(settings["spread"].to_numpy())
    fewer = full.thinned(pledge_statements.THINNED)
    exact, rough = (break_even_rate(shape, terms) for shape in (full, fewer))
    assert np.abs(exact - rough).max() < 1e-4


def test_many_settings_are_tried_as_one_by_one(monkeypatch):
    monkeypatch.setattr(pledge_statements, "CHUNK", 7)
    settings = pledge_statements.draw_settings(20, seed=1)
    tried = pledge_statements.assess_all(settings, POLICY, floor=0.028)
    assert (tried.index == settings.index).all()
    row = settings.iloc[16]
    pledge = Pledge(**{k: row[k] for k in settings if k not in ("spread", "loss_target")})
    alone = pledge_statements.assess(
        lognormal(row["spread"]).thinned(pledge_statements.THINNED),
        pledge,
        POLICY,
        target=row["loss_target"],
        floor=0.028,
    )
    assert {k: bool(np.asarray(v)) for k, v in alone.items()} == tried.loc[16].to_dict()

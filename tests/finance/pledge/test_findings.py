"""Findings about loans on data: each with a loan for which it holds and one for which not."""

from dataclasses import replace

import numpy as np
import pytest

from dataworth.finance.pledge import findings
from dataworth.finance.pledge.data_loss import Policy
from dataworth.finance.pledge.loan import Pledge, break_even_rate
from dataworth.finance.pledge.value_shape import lognormal
from dataworth.finance.ranges import draw_settings, read_ranges

RANGES = read_ranges("pledge")
PLEDGE, POLICY, SHAPE = Pledge(), Policy(), lognormal(0.4)
CHEAP = Policy(loss_probability=0.9, expense=1.0, spread=0.0, limit=0.005, loading=0.0)


def holds(name, pledge=PLEDGE, policy=POLICY, target=0.01, floor=0.028):
    return bool(findings.try_on_loan(SHAPE, pledge, policy, target=target, floor=floor)[name])


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
def test_a_finding_holds_for_one_loan_and_fails_for_another(name, true, false):
    assert holds(name, **true)
    assert not holds(name, **false)


def test_fewer_nodes_keep_every_rate_within_a_hundredth_of_a_point():
    settings = draw_settings(RANGES, 300, seed=3)
    full, terms, _ = findings.loans_of(settings)
    fewer = full.thinned(findings.THINNED)
    exact, rough = (break_even_rate(shape, terms) for shape in (full, fewer))
    assert np.abs(exact - rough).max() < 1e-4


def test_many_settings_are_tried_as_one_by_one(monkeypatch):
    monkeypatch.setattr(findings, "CHUNK", 7)
    settings = draw_settings(RANGES, 20, seed=1)
    tried = findings.try_on_loans(settings, POLICY, floor=0.028)
    assert (tried.index == settings.index).all()
    row = settings.iloc[16]
    pledge = Pledge(**{k: row[k] for k in settings if k not in ("spread", "loss_target")})
    alone = findings.try_on_loan(
        lognormal(row["spread"]).thinned(findings.THINNED),
        pledge,
        POLICY,
        target=row["loss_target"],
        floor=0.028,
    )
    assert {k: bool(np.asarray(v)) for k, v in alone.items()} == tried.loc[16].to_dict()

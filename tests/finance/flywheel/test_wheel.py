"""The wheel: money is conserved, resting places rest, closed forms agree with numbers."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.optimize import brentq

from dataworth.errors import InputError
from dataworth.finance.flywheel import wheel as flywheel
from dataworth.finance.flywheel.wheel import Provider
from tests.finance.wheels import WHEEL, data, debt, providers, service

LARGE = np.array([1e6, 1.0, 1e7])  # size of records, service levels and yuan


def resting(provider):
    """Every steady state as (name, data, service, debt)."""
    table = flywheel.steady_states(provider)
    return list(table[["state", "data", "service", "debt"]].itertuples(index=False, name=None))


@given(providers, data, service, debt)
def test_what_comes_in_goes_out(provider, records, level, owed):
    money = flywheel.flows(provider, records, level, owed)
    out = sum(money[k] for k in ("service_cost", "compliance", "interest", "research", "payout"))
    assert out == pytest.approx(money["revenue"] + money["borrowing"], abs=1e-2)
    assert money["research"] >= 0
    if money["payout"] < 0:
        assert money["research"] == 0  # who cannot pay does no research


@given(providers, data, service, debt)
def test_debt_changes_by_what_is_borrowed(provider, records, level, owed):
    change = flywheel.rates(provider, records, level, owed)
    assert change[2] == flywheel.flows(provider, records, level, owed)["borrowing"]


@given(providers)
def test_a_steady_state_does_not_move(provider):
    for name, records, level, owed in resting(provider):
        if name != "nothing":
            # research at rest is a share of profit; where there is none, no state with research
            change = flywheel.rates(provider, records, level, owed) / LARGE
            assert change == pytest.approx(0, abs=1e-7)


@given(providers)
def test_the_resting_places_are_all_that_a_search_finds(provider):
    most = float(flywheel.most_data(provider))

    def gap(records):
        return most - provider.half / float(flywheel.service_at_rest(provider, records)) - records

    grid = np.linspace(most * 1e-4, most * 1.0001, 1_500)
    signs = np.sign([gap(x) for x in grid])
    places = np.flatnonzero(signs[:-1] * signs[1:] < 0)
    searched = [brentq(gap, grid[i], grid[i + 1]) for i in places]
    known = sorted(float(v) for v in flywheel.branches(provider).values() if not np.isnan(v))
    known = [v for v in known if v > grid[0]]
    close = np.diff(known).min(initial=np.inf) < 3 * (grid[1] - grid[0])
    assume(not close)  # a grid cannot tell two places apart that nearly meet
    assert searched == pytest.approx(known, rel=1e-6)


def closed_jacobian(p, data, service, debt):
    """The derivative of `rates` by hand, where no limit of research binds."""
    factor = p.market * p.half / (p.half + data * service) ** 2
    by_data, by_service = factor * service, factor * data  # of `clients`
    pledge = p.loan_to_value * p.value / p.term
    runs = flywheel.flows(p, data, service, debt)["research"] > p.minimum_research
    scale = p.research_return if runs else 0.0
    income = p.research_share * p.margin * p.price
    owed = p.research_share * p.interest + p.loan_share / p.term
    lead = [scale * (income * by_data + p.loan_share * pledge)]
    lead += [scale * income * by_service - p.ageing, -scale * owed]
    first = [p.records * by_data - p.decay, p.records * by_service, 0.0]
    return np.array([first, lead, [pledge, 0.0, -1 / p.term]])


@pytest.mark.parametrize("state", ["idle", "threshold", "thriving"])
@pytest.mark.parametrize("loan_to_value", [0.0, 0.4, 0.9])
def test_the_jacobian_is_that_by_hand(state, loan_to_value):
    provider = replace(WHEEL, loan_to_value=loan_to_value)
    found = {name: np.array(rest) for name, *rest in resting(provider)}[state]
    near, closed = (f(provider, *found) for f in (flywheel.jacobian, closed_jacobian))
    scale = LARGE[None, :] / LARGE[:, None]
    assert near * scale == pytest.approx(closed * scale, abs=2e-5)


def test_the_threshold_repels_and_its_neighbours_attract():
    table = flywheel.steady_states(WHEEL).set_index("state")
    assert list(table.index) == ["nothing", "idle", "threshold", "thriving"]
    assert table["stable"].to_dict() == {
        "nothing": False,
        "idle": True,
        "threshold": False,
        "thriving": True,
    }
    assert table["loop_gain"]["threshold"] > 1 > table["loop_gain"]["thriving"] > 0
    assert table["loop_gain"]["idle"] == 0


@given(providers)
def test_the_gain_is_above_one_at_the_threshold_and_below_one_where_the_wheel_thrives(provider):
    found = flywheel.branches(provider)
    if not np.isnan(found["threshold"]):
        assert flywheel.loop_gain(provider, found["threshold"]) >= 1 - 1e-9
    if not np.isnan(found["thriving"]):
        assert flywheel.loop_gain(provider, found["thriving"]) <= 1 + 1e-9


def test_the_gain_is_the_slope_of_one_turn():
    def turn(records):
        return flywheel.most_data(WHEEL) - WHEEL.half / flywheel.service_at_rest(WHEEL, records)

    slope = (turn(1.5e6 + 1) - turn(1.5e6 - 1)) / 2
    assert flywheel.loop_gain(WHEEL, 1.5e6) == pytest.approx(slope, rel=1e-6)


def test_threshold_and_thriving_state_merge_where_the_two_become_one():
    def room(decay):
        provider = replace(WHEEL, decay=decay)
        slope, fixed = flywheel.research_line(provider)
        return (1 - fixed + slope * flywheel.most_data(provider)) ** 2 - 4 * slope * WHEEL.half

    edge = brentq(room, 0.3, 0.4)
    before, after = (
        flywheel.branches(replace(WHEEL, decay=edge * x)) for x in (1 - 1e-6, 1 + 1e-6)
    )
    assert before["threshold"] == pytest.approx(before["thriving"], rel=1e-2)
    assert np.isnan(after["thriving"])
    assert flywheel.loop_gain(replace(WHEEL, decay=edge), before["thriving"]) == pytest.approx(
        1, abs=0.05
    )


# --- limits --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "still", [{"research_return": 1e-30}, {"research_share": 0.0}, {"minimum_research": 1e12}]
)
def test_without_return_of_research_there_is_no_cycle(still):
    found = flywheel.branches(replace(WHEEL, **still))
    assert np.isnan(found["threshold"])
    assert np.isnan(found["thriving"])
    assert found["idle"] == pytest.approx(500_000 / 0.25 - 1.2e6)


def test_without_a_minimum_and_fixed_costs_no_push_is_needed():
    found = flywheel.branches(replace(WHEEL, minimum_research=0.0, compliance=0.0))
    assert np.isnan(found["idle"])
    assert np.isnan(found["threshold"])
    assert found["thriving"] > 1e6


def test_data_that_hardly_decay_are_nearly_all_that_clients_leave():
    lasting = replace(WHEEL, decay=1e-6, loan_to_value=0.0)
    # each record then earns next to nothing a year, so research cannot be paid from many of them
    best = max(v for v in flywheel.branches(lasting).values() if not np.isnan(v))
    assert best == pytest.approx(flywheel.most_data(lasting), rel=1e-4)


def test_a_loan_at_no_interest_changes_no_resting_place():
    free = replace(WHEEL, interest=0.0)
    with_loan, alone = flywheel.branches(free), flywheel.branches(replace(free, loan_to_value=0.0))
    assert with_loan == alone


def test_the_closed_form_of_a_provider_worked_by_hand():
    # kappa = 2, f = 0.5, D-bar = 4, K = 3: (0.5 + 2 D)(4 - D) = 3 has D = 0.135 and 3.615
    provider = Provider(
        market=4.0,
        price=10.0,
        margin=0.5,
        half=3.0,
        decay=1.0,
        research_share=0.4,
        research_return=0.5,
        minimum_research=0.5,
        ageing=0.5,
        compliance=0.0,
        loan_to_value=0.0,
    )
    slope, fixed = flywheel.research_line(provider)
    assert (slope, fixed) == (pytest.approx(2.0), pytest.approx(0.5))
    found = flywheel.branches(provider)
    # D = 0.135 lies where research does not run (2 D < 0.5); idle, at 1, is where it runs
    assert np.isnan(found["threshold"])
    assert np.isnan(found["idle"])
    assert found["thriving"] == pytest.approx((7.5 + np.sqrt(7.5**2 - 8)) / 4)


# --- comparative statics -------------------------------------------------------------------


@given(
    providers,
    st.floats(1.01, 2),
    st.sampled_from(
        [
            ("price", 1),
            ("margin", 1),
            ("market", 1),
            ("research_return", 1),
            ("half", -1),
            ("ageing", -1),
            ("compliance", -1),
            ("minimum_research", -1),
            ("interest", -1),
            ("loan_to_value", -1),
        ]
    ),
)
def test_the_thriving_state_moves_one_way_with_each_parameter(provider, factor, moved):
    name, direction = moved
    value = getattr(provider, name) * factor
    assume(name not in flywheel.SHARES or value <= 1)
    before, after = (
        float(flywheel.branches(p)["thriving"])
        for p in (provider, replace(provider, **{name: value}))
    )
    better, worse = (after, before) if direction > 0 else (before, after)
    if not np.isnan(worse) and _earns(provider, name, value):
        assert better >= worse * (1 - 1e-9)


def _earns(provider, name, value):
    """A higher return of research helps only where research at rest is above its minimum."""
    slopes = [flywheel.research_line(p)[0] for p in (provider, replace(provider, **{name: value}))]
    return min(slopes) > 0


@given(providers, data, service, st.floats(1.01, 3))
def test_more_data_or_better_service_win_clients_and_never_more_than_all(p, records, level, more):
    base = flywheel.clients(p, records, level)
    assert base < flywheel.clients(p, records * more, level) <= p.market
    assert flywheel.clients(p, records * more, level) == pytest.approx(
        flywheel.clients(p, records, level * more)
    )


# --- tables and mistakes -------------------------------------------------------------------


def test_the_links_carry_what_the_equations_say():
    links = flywheel.links(WHEEL, 1e6, 1.5, 5e6).set_index(["source", "target"])["amount"]
    money = flywheel.flows(WHEEL, 1e6, 1.5, 5e6)
    change = flywheel.rates(WHEEL, 1e6, 1.5, 5e6)
    assert links["clients", "data"] - links["data", "stale"] == pytest.approx(change[0])
    assert links["research", "service"] - 0.15 * 0.5 == pytest.approx(change[1])
    assert links["lender", "provider"] == pytest.approx(change[2])
    assert links["provider", "research"] == pytest.approx(money["research"])
    assert links["data", "lender"] == pytest.approx(0.4 * 30 * 1e6)


def test_many_providers_are_computed_as_one_by_one():
    decays = np.array([0.1, 0.25, 0.5])
    together = flywheel.branches(replace(WHEEL, decay=decays))
    for i, decay in enumerate(decays):
        alone = flywheel.branches(replace(WHEEL, decay=decay))
        for name, value in alone.items():
            assert together[name][i] == pytest.approx(float(value), nan_ok=True)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"decay": 0.0}, "provider.decay: expected above 0, found 0"),
        ({"loan_to_value": 1.2}, "provider.loan_to_value: expected between 0 and 1, found 1.2"),
        ({"interest": -0.1}, "provider.interest: expected no less than 0, found -0.1"),
        ({"price": np.array([1.0, np.nan])}, "provider.price: .*found nan"),
    ],
)
def test_impossible_values_are_refused(wrong, message):
    with pytest.raises(InputError, match=message):
        Provider(**wrong)

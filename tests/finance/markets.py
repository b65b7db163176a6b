"""Markets that properties are tried in."""

from hypothesis import assume
from hypothesis import strategies as st

from dataworth.finance.rationing import thresholds
from dataworth.finance.rationing.market import Market, Signal

share = st.floats(0, 1)
nothing = st.just(0.0)


@st.composite
def two_kinds(draw, collateral=nothing):
    """Draw a market of sound and weak firms; sound ones are worth a large loan."""
    sound = draw(st.floats(0.05, 0.95))
    return Market(
        share=(sound, 1 - sound),
        success=(draw(st.floats(0.9, 1.0)), draw(st.floats(0.3, 0.85))),
        output=(draw(st.floats(1.1, 1.3)), draw(st.floats(0.7, 1.3))),
        outside=draw(st.floats(0, 0.05)),
        funding_rate=draw(st.floats(0.0, 0.05)),
        loan_cost=draw(st.floats(0, 20_000)),
        collateral=draw(collateral),
        recovery=draw(st.floats(0, 1)),
    )


@st.composite
def contested(draw):
    """Draw a market whose weak firms bear the higher rates and are not worth lending to."""
    sound = draw(st.floats(0.4, 0.95))
    market = Market(
        share=(sound, 1 - sound),
        success=(draw(st.floats(0.95, 1.0)), draw(st.floats(0.4, 0.8))),
        output=(draw(st.floats(1.1, 1.2)), draw(st.floats(0.95, 1.2))),
        outside=draw(st.floats(0, 0.03)),
        funding_rate=draw(st.floats(0.02, 0.04)),
    )
    assume(thresholds.weak_leave_last(market))
    return market


signals = st.builds(Signal, precision=share, breadth=share)

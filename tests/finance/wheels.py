"""Providers that properties are tried in, and the wheel of two of them."""

from dataclasses import replace

import numpy as np
from hypothesis import strategies as st

from dataworth.finance.flywheel.wheel import Provider, clients, rates

WHEEL = Provider()  # idle, threshold and thriving all exist

providers = st.builds(
    Provider,
    market=st.floats(1e5, 1e6),
    price=st.floats(50, 400),
    margin=st.floats(0.15, 0.5),
    records=st.floats(0.5, 2),
    half=st.floats(2e5, 4e6),
    decay=st.floats(0.05, 0.6),
    research_share=st.floats(0.2, 0.9),
    loan_share=st.floats(0, 1),
    research_return=st.floats(2e-8, 2e-7),
    minimum_research=st.floats(0, 1.5e7),
    ageing=st.floats(0.1, 0.4),
    compliance=st.floats(0, 3e6),
    value=st.floats(5, 60),
    loan_to_value=st.floats(0, 1),
    interest=st.floats(0, 0.1),
    term=st.floats(0.25, 2),
)
data = st.floats(1e3, 5e6)
service = st.floats(1, 6)
debt = st.floats(0, 5e7)


def pair_rates(provider, shared, state):
    """The change of two like providers a year, equation `flywheel-pair`; `state` is (2, 3).

    Each is a provider whose clients the other takes away: K (1 + s_j) for K, and records that
    the other passes on.
    """
    reach = [data * level / provider.half for data, level, _ in state]
    crowded = [replace(provider, half=provider.half * (1 + r)) for r in reach[::-1]]
    change = np.stack([rates(p, *s) for p, s in zip(crowded, state, strict=True)])
    served = [float(clients(p, *s[:2])) for p, s in zip(crowded, state, strict=True)]
    change[:, 0] += provider.records * shared * np.array(served[::-1])
    return change

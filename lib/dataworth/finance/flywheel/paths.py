"""Where a provider's wheel goes: paths, the push that tips it, and the end in default.

Paper `finance`, sections 2.3, 4 and 5; the model is that of `dataworth.finance.flywheel.wheel`.
Money is in yuan, time in years. The fields of the provider and the starting data may be
arrays of one shape; all providers then move together.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.integrate import solve_ivp

from dataworth.errors import InputError
from dataworth.finance.flywheel.wheel import BASE, Provider, branches, flows, rates

YEARS = 60.0  # far enough for a wheel to show where it goes
FATES = (
    "turns anyway",
    "tipped by the loan",
    "stalls either way",
    "stopped by the loan",
    "default on the loan",
    "closes either way",
)


def run(
    provider: Provider,
    data: ArrayLike,
    service: ArrayLike = BASE,
    debt: ArrayLike = 0.0,
    *,
    years: float = YEARS,
    steps: int = 240,
) -> tuple[np.ndarray, np.ndarray]:
    """Follow providers through time (`wheel.rates`).

    Parameters
    ----------
    provider : Provider
    data, service, debt : float or array
        Where each provider begins: records, service level, yuan.
    years : float
        How long.
    steps : int
        Points in time that are reported, evenly spread.

    Returns
    -------
    times : numpy.ndarray, shape (steps + 1,)
    states : numpy.ndarray, shape (3, ..., steps + 1)
        Data, service and debt. Nobody is stopped here who cannot pay.

    Raises
    ------
    InputError
        A starting value is negative, or the time is not positive.
    """
    begin = (data, service, debt)
    shape = np.broadcast_shapes(*map(np.shape, (*vars(provider).values(), *begin)))
    start = np.stack([np.broadcast_to(np.asarray(v, dtype=float), shape) for v in begin])
    if (start < 0).any() or years <= 0:
        raise InputError("path: expected starting values of no less than 0 and years above 0")
    scale = np.array([1e6, 1.0, 1e7])  # of like size, so that one tolerance serves all
    unit = scale.reshape(3, *[1] * len(shape))

    def change(_: float, flat: np.ndarray) -> np.ndarray:
        state = np.maximum(flat.reshape(start.shape), 0) * unit
        return (rates(provider, *state) / unit).ravel()

    times = np.linspace(0, years, steps + 1)
    solved = solve_ivp(
        change, (0, years), (start / unit).ravel(), t_eval=times, rtol=1e-6, atol=1e-8
    )
    states = np.maximum(solved.y.reshape(*start.shape, len(times)), 0)
    return times, states * unit[..., None]


def path(
    provider: Provider, data: float, service: float = BASE, debt: float = 0.0, **timing: Any
) -> pd.DataFrame:
    """Follow one provider, with its money, until it cannot pay.

    Returns
    -------
    pandas.DataFrame, one row per point in time
        Columns year, data, service, debt, and those of `wheel.flows` in yuan a year. The
        last row of a path that ends in default is the first with a negative payout.
    """
    times, states = run(provider, data, service, debt, **timing)
    table = pd.DataFrame({"year": times, "data": states[0], "service": states[1]})
    table["debt"] = states[2]
    table = table.assign(**flows(provider, *states))
    short = (table["payout"] < 0).to_numpy()
    return table.iloc[: short.argmax() + 1] if short.any() else table


def arrives(provider: Provider, states: np.ndarray) -> np.ndarray:
    """Return for each path whether it ends beyond the threshold, where research runs."""
    last, at_rest = np.asarray(states)[..., -1], branches(provider)
    line = np.where(np.isnan(at_rest["threshold"]), 0.0, at_rest["threshold"])
    research = flows(provider, *last)["research"] > provider.minimum_research
    return ~np.isnan(at_rest["thriving"]) & (last[0] > line) & research & (last[1] > BASE)


def fails(provider: Provider, states: np.ndarray) -> np.ndarray:
    """Return for each path whether the provider is ever unable to pay."""
    return (flows(widen(provider), *np.asarray(states))["payout"] < 0).any(axis=-1)


def fates(provider: Provider, data: ArrayLike, service: ArrayLike = BASE) -> np.ndarray:
    """Return where each wheel goes: its path with the loan against the one without.

    Returns
    -------
    numpy.ndarray of int
        Places in `FATES`.
    """
    alone = replace(provider, loan_to_value=0.0)
    before, after = (run(p, data, service)[1] for p in (alone, provider))
    return fates_of_paths(alone, before, provider, after)


def fates_of_paths(
    alone: Provider, before: np.ndarray, provider: Provider, after: np.ndarray
) -> np.ndarray:
    """Return fates from paths without the loan (`before`) and with it (`after`)."""
    closes, defaults = fails(alone, before), fails(provider, after)
    anyway = arrives(alone, before) & ~closes
    turns = arrives(provider, after)
    cases = [defaults & closes, defaults, turns & anyway, turns, anyway]
    return np.select(cases, [5, 4, 0, 1, 3], default=2)


def least_push(
    provider: Provider, data: ArrayLike, *, debt: ArrayLike = 0.0, most: float = 20.0
) -> np.ndarray:
    """Find the least sum, spent on research at once, that tips the wheel.

    Parameters
    ----------
    provider : Provider
    data : float or array
        Records at the start; the service level is 1.
    debt : float or array
        Yuan owed at the start.
    most : float
        Largest lead in service that is tried.

    Returns
    -------
    numpy.ndarray
        Yuan; 0 when it turns anyway, missing when no push helps.
    """

    def tips(lead: np.ndarray) -> np.ndarray:
        _, states = run(provider, data, BASE + lead, debt, steps=1)
        return arrives(provider, states)

    shape = np.broadcast_shapes(np.shape(data), *(np.shape(v) for v in vars(provider).values()))
    low, high = np.zeros(shape), np.full(shape, most)
    anyway, ever = tips(low), tips(high)
    for _ in range(24):
        middle = (low + high) / 2
        done = tips(middle)
        low, high = np.where(done, low, middle), np.where(done, middle, high)
    push = np.where(anyway, 0.0, high / provider.research_return)
    return np.where(ever | anyway, push, np.nan)


def largest_loss(provider: Provider, data: float, service: float, debt: float) -> float:
    """Find the share of the data that may vanish overnight without default.

    The lender then asks back what the rest no longer carries (`flywheel-debt`).

    Returns
    -------
    float
        Between 0 and 1, to a quarter of a percentage point.
    """
    shares = np.linspace(0, 1, 401)
    wide = replace(provider, decay=provider.decay + 0 * shares)
    _, states = run(wide, data * (1 - shares), service, debt, years=10, steps=200)
    failed = fails(wide, states)
    return float(shares[failed.argmax()]) if failed.any() else 1.0


def widen(provider: Provider) -> Provider:
    """Return the provider, every array of it with one more axis, for time."""
    wide = {k: np.asarray(v)[..., None] if np.ndim(v) else v for k, v in vars(provider).items()}
    return replace(provider, **wide)

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
from dataworth.finance.flywheel.wheel import BASE, Provider, branches, clients, flows, rates

YEARS = 60.0  # far enough for a wheel to show where it goes
HORIZON = 10.0  # years after which "faster" and "more" are judged
DISCOUNT = 0.10  # a year's rate at which owners value what they are paid
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


def fates(alone: Provider, before: np.ndarray, provider: Provider, after: np.ndarray) -> np.ndarray:
    """Return where each wheel goes: its path without the loan (`before`) and with it (`after`).

    Returns
    -------
    numpy.ndarray of int
        Places in `FATES`.
    """
    closes, defaults = fails(alone, before), fails(provider, after)
    anyway = arrives(alone, before) & ~closes
    turns = arrives(provider, after)
    cases = [defaults & closes, defaults, turns & anyway, turns, anyway]
    return np.select(cases, [5, 4, 0, 1, 3], default=2)


def follow(provider: Provider, data: ArrayLike) -> dict[str, np.ndarray]:
    """Follow providers with their loan, without it, with the loan paid out, without research.

    Returns
    -------
    dict of str to array
        fate (places in `FATES`), arrives and fails for the path with the loan; data, service,
        flow (records a year) after `HORIZON` years, and worth (yuan), under names such as
        data_with, data_without, worth_paid_out and flow_idle.
    """
    zero = 0.0 * np.asarray(data, float)
    cases = {
        "with": provider,
        "without": replace(provider, loan_to_value=zero),
        "paid_out": replace(provider, loan_share=zero),
        "idle": replace(provider, loan_share=zero, research_share=zero),
    }
    after: dict[str, np.ndarray] = {}
    states = {}
    for name, case in cases.items():
        times, states[name] = run(case, data)
        at = int(np.searchsorted(times, HORIZON))
        stock, service, _ = states[name][..., at]
        after |= {f"data_{name}": stock, f"service_{name}": service}
        after[f"flow_{name}"] = case.records * clients(case, stock, service)
        after[f"worth_{name}"] = owners_worth(case, times, states[name])
    after["fate"] = fates(cases["without"], states["without"], provider, states["with"])
    after["arrives"] = arrives(provider, states["with"])
    return after | {"fails": fails(provider, states["with"])}


def owners_worth(provider: Provider, times: np.ndarray, states: np.ndarray) -> np.ndarray:
    """Value what owners are paid until the provider cannot pay, less what it owes at the end."""
    payout = flows(widen(provider), *states)["payout"]
    solvent = np.minimum.accumulate(payout >= 0, axis=-1)
    weight = np.exp(-DISCOUNT * times)
    paid = np.trapezoid(np.where(solvent, payout, 0.0) * weight, times, axis=-1)
    return paid - np.where(solvent[..., -1], states[2][..., -1] * weight[-1], 0.0)


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

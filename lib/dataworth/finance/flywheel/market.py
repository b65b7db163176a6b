r"""What surrounds the wheel: rules that cost and protect, and a second provider.

Paper `finance`, sections 2.3 and 4. Equations 1 to 12 are in `flywheel` and
`flywheel_paths`. Further equations, numbered as in the chapter `finance/flywheel`:

13. Without rules data are lost faster, :math:`\delta + h`, more is collected,
    :math:`c / (1 - e)`, and compliance costs nothing.
14. Two providers: :math:`n_i = M s_i / (1 + s_1 + s_2)` with :math:`s_i = A_i D_i / K`, and
    :math:`\dot D_i = c (n_i + \omega n_j) - \delta D_i`. Data are not used up by use: the share
    :math:`\omega` of the other's clients leaves its records with both.
15. Two equal providers rest where one would with :math:`M (1 + \omega) / 2`,
    :math:`K / 2` and :math:`p / (1 + \omega)`.

Money is in yuan, time in years.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike
from scipy.integrate import solve_ivp
from scipy.optimize import brentq

from dataworth.errors import InputError
from dataworth.finance.flywheel.wheel import Provider, branches, rates, service_at_rest


@dataclass(frozen=True)
class Rules:
    """What regulation spares and what it forbids. Values are illustrative.

    Attributes
    ----------
    hazard : float or array
        Share of the data lost in a year to leaks, bans and withdrawn consent, but for the rules.
    struck : float or array
        Share of the records that the quality floor strikes out.
    """

    hazard: float | np.ndarray = 0.05
    struck: float | np.ndarray = 0.1

    def __post_init__(self) -> None:
        for name, most in (("hazard", 1.0), ("struck", 0.99)):
            values = np.asarray(getattr(self, name))
            if not ((values >= 0) & (values <= most)).all():
                raise InputError(f"rules.{name}: expected 0 to {most:g}")


def without_rules(provider: Provider, rules: Rules) -> Provider:
    """Give the same provider where nobody regulates (equation 13)."""
    return replace(
        provider,
        decay=provider.decay + rules.hazard,
        records=provider.records / (1 - rules.struck),
        compliance=0.0 * provider.compliance,
    )


def best_rest(provider: Provider) -> dict[str, np.ndarray]:
    """Give the better of the steady states that attract: thriving, idle, or nothing.

    Returns
    -------
    dict of str to array
        data, service, clients (a year) and profit (yuan a year, before research).
    """
    from dataworth.finance.flywheel.wheel import clients

    found = branches(provider)
    data = np.where(np.isnan(found["thriving"]), found["idle"], found["thriving"])
    data = np.nan_to_num(data, nan=0.0)
    service = service_at_rest(provider, data)
    served = clients(provider, data, service)
    burden = provider.interest * provider.loan_to_value * provider.value * data
    profit = provider.margin * provider.price * served - provider.compliance - burden
    return {
        "data": data,
        "service": service,
        "clients": served,
        "profit": np.where(data > 0, profit, 0.0),
    }


def needed_hazard(provider: Provider, rules: Rules) -> float:
    """Find the hazard above which the rules leave the provider with more clients.

    Returns
    -------
    float
        Share of the data a year; 0 when the rules pay anyway, missing when they never do.
    """
    kept = float(best_rest(provider)["clients"])

    def lead(hazard: float) -> float:
        free = without_rules(provider, replace(rules, hazard=hazard))
        return kept - float(best_rest(free)["clients"])

    if lead(0.0) > 0:
        return 0.0
    return float(brentq(lead, 0.0, 1.0, xtol=1e-6)) if lead(1.0) > 0 else float("nan")


def equal_rival(provider: Provider, shared: ArrayLike) -> Provider:
    """Give the single provider that rests like each of two equal ones (equation 15).

    Its clients are those whose records reach each of the two; each serves the share
    1 / (1 + shared) of them.
    """
    shared = _share(shared)
    if np.ndim(shared) == 0:
        shared = float(shared)
    return replace(
        provider,
        market=provider.market * (1 + shared) / 2,
        half=provider.half / 2,
        price=provider.price / (1 + shared),
    )


def pair_rates(first: Provider, second: Provider, shared: float, state: np.ndarray) -> np.ndarray:
    """Give the change of both providers' data, service and debt a year (equation 14).

    Each is a provider whose clients the other takes away: the same equations 2 to 6 with
    :math:`K (1 + s_j)` for :math:`K`, and records that the other passes on.

    Parameters
    ----------
    first, second : Provider
    shared : float
        Share of the other's clients whose records reach both.
    state : numpy.ndarray, shape (2, 3)

    Returns
    -------
    numpy.ndarray, shape (2, 3)
    """
    from dataworth.finance.flywheel.wheel import clients

    pair, change, served = (first, second), [], []
    reach = [data * service / p.half for p, (data, service, _) in zip(pair, state, strict=True)]
    for i, provider in enumerate(pair):
        crowded = replace(provider, half=provider.half * (1 + reach[1 - i]))
        change.append(rates(crowded, *state[i]))
        served.append(clients(crowded, *state[i][:2]))
    found = np.stack(change)
    found[0, 0] += first.records * shared * served[1]
    found[1, 0] += second.records * shared * served[0]
    return found


def run_pair(
    first: Provider,
    second: Provider,
    start: ArrayLike,
    *,
    shared: float = 0.0,
    years: float = 60.0,
    steps: int = 240,
) -> tuple[np.ndarray, np.ndarray]:
    """Follow two providers who compete for the same clients.

    Parameters
    ----------
    first, second : Provider
        They face one market: `market` and `records` should agree.
    start : array, shape (2, 3)
        Data, service and debt of each.

    Returns
    -------
    times : numpy.ndarray, shape (steps + 1,)
    states : numpy.ndarray, shape (2, 3, steps + 1)

    Raises
    ------
    InputError
        `shared` is not a share, or the markets differ.
    """
    shared = float(_share(shared))
    if first.market != second.market:
        raise InputError(f"pair: expected one market, found {first.market} and {second.market}")
    scale = np.array([1e6, 1.0, 1e7])
    begin = np.asarray(start, dtype=float) / scale

    def change(_: float, flat: np.ndarray) -> np.ndarray:
        state = np.maximum(flat.reshape(2, 3), 0) * scale
        return (pair_rates(first, second, shared, state) / scale).ravel()

    times = np.linspace(0, years, steps + 1)
    found = solve_ivp(change, (0, years), begin.ravel(), t_eval=times, rtol=1e-6, atol=1e-8)
    return times, np.maximum(found.y.reshape(2, 3, -1), 0) * scale[:, None]


def _share(value: ArrayLike) -> np.ndarray:
    found = np.asarray(value, dtype=float)
    if not ((found >= 0) & (found <= 1)).all():
        raise InputError(f"shared: expected a share between 0 and 1, found {value}")
    return found

"""What surrounds the wheel: rules that cost and protect, and a second provider.

Paper `finance`, sections 2.3 and 4. The chapter `finance/flywheel` holds the equations;
docstrings name them by their labels. Money is in yuan, time in years.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import brentq

from dataworth.errors import InputError
from dataworth.finance.flywheel.wheel import Numbers, Provider, branches, clients, service_at_rest


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

    hazard: Numbers = 0.05
    struck: Numbers = 0.1

    def __post_init__(self) -> None:
        for name, most in (("hazard", 1.0), ("struck", 0.99)):
            values = np.asarray(getattr(self, name))
            if not ((values >= 0) & (values <= most)).all():
                raise InputError(f"rules.{name}: expected 0 to {most:g}")


def without_rules(provider: Provider, rules: Rules) -> Provider:
    """Return the same provider where nobody regulates, equation `flywheel-rules`."""
    return replace(
        provider,
        decay=provider.decay + rules.hazard,
        records=provider.records / (1 - rules.struck),
        compliance=0.0 * provider.compliance,
    )


def best_rest(provider: Provider) -> dict[str, np.ndarray]:
    """Return the better of the steady states that attract: thriving, idle, or nothing.

    Returns
    -------
    dict of str to array
        data, service and clients (a year).
    """
    at_rest = branches(provider)
    data = np.where(np.isnan(at_rest["thriving"]), at_rest["idle"], at_rest["thriving"])
    data = np.nan_to_num(data, nan=0.0)
    service = service_at_rest(provider, data)
    return {"data": data, "service": service, "clients": clients(provider, data, service)}


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


def equal_rival(provider: Provider, shared: Numbers) -> Provider:
    """Return the single provider that rests like each of two equal ones (`flywheel-equal`).

    Its clients are those whose records reach each of the two; each serves the share
    1 / (1 + shared) of them.
    """
    if not ((np.asarray(shared) >= 0) & (np.asarray(shared) <= 1)).all():
        raise InputError(f"shared: expected a share between 0 and 1, found {shared}")
    return replace(
        provider,
        market=provider.market * (1 + shared) / 2,
        half=provider.half / 2,
        price=provider.price / (1 + shared),
    )

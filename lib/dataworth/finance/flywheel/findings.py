"""What a paper states about the positive cycle, and when the model bears it out.

Paper `finance`, sections 1, 2.3, 3 to 5. A finding is tried on one provider, and on providers
drawn from ranges that are plausible (``data/ranges/flywheel.csv``); a shallow decision tree says
in words where it holds, and Sobol indices say which parameter matters. The model is that of
`dataworth.finance.flywheel.wheel`; all draws are computed at once.
"""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pandas as pd

from dataworth.finance.flywheel.market import Rules, best_rest, equal_rival, without_rules
from dataworth.finance.flywheel.paths import FATES, arrives, fails, fates_of_paths, run, widen
from dataworth.finance.flywheel.wheel import Provider, branches, clients, flows
from dataworth.finance.ranges import condition

HORIZON = 10.0  # years after which "faster" and "more" are judged
DISCOUNT = 0.10  # a year's rate at which owners value what they are paid
REPLACED = ("records", "half", "research_return")  # by what is alike for small and large ones
SURROUNDINGS = ("hazard", "struck", "shared")  # of the provider, not its own
DEPENDS_ON = {"regulation": ("hazard", "struck"), "synergy": ("shared",)}  # and no other finding


def settings_of(provider: Provider, start: float, rules: Rules, shared: float) -> pd.DataFrame:
    """Return one provider as a row of settings."""
    p = provider
    kept = {k.replace("_", " "): v for k, v in vars(p).items() if k not in REPLACED}
    row = kept | {
        "half per client": p.half / p.market,
        "cost of doubling": 1 / p.research_return,
        "start per client": start / p.market,
        "hazard": rules.hazard,
        "struck": rules.struck,
        "shared": shared,
    }
    return pd.DataFrame([row]).astype(float)


def providers_of(settings: pd.DataFrame) -> tuple[Provider, np.ndarray, Rules, np.ndarray]:
    """Return provider, records at the start, rules and shared data of every row at once."""
    s = {name: column.to_numpy() for name, column in settings.items()}
    alike = [field.name for field in fields(Provider) if field.name in s]
    provider = Provider(
        **{name: s[name] for name in alike},
        half=s["half per client"] * s["market"],
        research_share=s["research share"],
        loan_share=s["loan share"],
        research_return=1 / s["cost of doubling"],
        minimum_research=s["minimum research"],
        loan_to_value=s["loan to value"],
    )
    start = s["start per client"] * s["market"]
    return provider, start, Rules(s["hazard"], s["struck"]), s["shared"]


def follow(settings: pd.DataFrame) -> dict[str, np.ndarray]:
    """Follow every provider with its loan, without, and with the loan paid out.

    Returns
    -------
    dict of str to array, each of length draws
        fate (places in `paths.FATES`), arrives and fails for the path with the loan; data,
        service, flow (records a year) and worth (yuan, payouts to the owners discounted) under
        names such as data_with, data_without and worth_paid_out, and flow_idle for a provider
        that does no research at all.
    """
    provider, start, _, _ = providers_of(settings)
    cases = {
        "with": provider,
        "without": replace(provider, loan_to_value=0.0 * start),
        "paid_out": replace(provider, loan_share=0.0 * start),
        "idle": replace(provider, loan_share=0.0 * start, research_share=0.0 * start),
    }
    after, states = {"start": start}, {}
    for name, case in cases.items():
        times, states[name] = run(case, start)
        at = int(np.searchsorted(times, HORIZON))
        data, service, _ = states[name][..., at]
        after |= {f"data_{name}": data, f"service_{name}": service}
        after[f"flow_{name}"] = case.records * clients(case, data, service)
        after[f"worth_{name}"] = owners_worth(case, times, states[name])
    after["fate"] = fates_of_paths(cases["without"], states["without"], provider, states["with"])
    after["arrives"] = arrives(provider, states["with"])
    return after | {"fails": fails(provider, states["with"])}


def owners_worth(provider: Provider, times: np.ndarray, states: np.ndarray) -> np.ndarray:
    """Value what owners are paid until the provider cannot pay, less what it owes at the end."""
    payout = flows(widen(provider), *states)["payout"]
    solvent = np.minimum.accumulate(payout >= 0, axis=-1)
    weight = np.exp(-DISCOUNT * times)
    paid = np.trapezoid(np.where(solvent, payout, 0.0) * weight, times, axis=-1)
    return paid - np.where(solvent[..., -1], states[2][..., -1] * weight[-1], 0.0)


def try_on_providers(settings: pd.DataFrame) -> pd.DataFrame:
    """Return whether each finding holds in every setting.

    Returns
    -------
    pandas.DataFrame of bool, rows as in `settings`
        One column per finding. What it says stands beside each below.
    """
    provider, _, rules, shared = providers_of(settings)
    path = follow(settings)
    solvent, fate = ~path["fails"], path["fate"]
    more = 1.001  # a tenth of a percent: less is rounding
    ruled, free = best_rest(provider), best_rest(without_rules(provider, rules))
    apart, joined = (equal_rival(provider, x) for x in (0 * shared, shared))
    growth, extra = path["data_with"] - path["start"], path["data_with"] - path["data_without"]
    tests = {
        # the loan raises service, and with it the data on which the next loan rests
        "mutual_promotion": solvent
        & (path["service_with"] > more * path["service_without"])
        & (path["data_with"] > more * path["data_without"]),
        # with the loan the wheel reaches the state in which research pays for itself
        "circulation": path["arrives"] & solvent,
        # more data come in each year with the loan than without
        "accelerates": solvent & (path["flow_with"] > more * path["flow_without"]),
        # owners gain when the loan goes into research instead of to themselves
        "loan_to_research": path["worth_with"] > path["worth_paid_out"],
        # the data after ten years carry a larger loan than the first
        "service_to_capital": solvent & (path["data_with"] > more * path["start"]),
        # the loan raises the owners' worth and the clients' service
        "activates_value": (path["worth_with"] > path["worth_without"])
        & (path["service_with"] > more * path["service_without"]),
        # research keeps more data coming in than there would be without
        "reinvest": solvent & (path["flow_with"] > more * path["flow_idle"]),
        # clients at the best lasting state are more with rules than without
        "regulation": ruled["clients"] > free["clients"],
        # each of two equal providers serves more clients when they share data
        "synergy": best_rest(joined)["clients"] / (1 + shared) > best_rest(apart)["clients"],
        # what the paper does not say, and its conclusion needs
        "wheel_exists": ~np.isnan(branches(provider)["thriving"]),
        "loan_decides": fate == FATES.index("tipped by the loan"),
        # more than half of the growth of the data would not have come without the loan
        "growth_is_due_to_loan": (growth > 0) & (extra > growth / 2),
        "no_default_by_loan": fate != FATES.index("default on the loan"),
        "room_for_two": ~np.isnan(branches(apart)["thriving"]),
    }
    return pd.DataFrame(tests, index=settings.index)


def conditions(settings: pd.DataFrame, tried: pd.DataFrame) -> pd.DataFrame:
    """Return the condition of each finding among the parameters that it can depend on.

    Returns
    -------
    pandas.DataFrame, one row per finding
        Columns where (words) and share, as from `ranges.condition`.
    """
    rows = {}
    for name in tried:
        others = set(SURROUNDINGS) - set(DEPENDS_ON.get(name, ()))
        rows[name] = condition(settings.drop(columns=list(others)), tried[name])
    return pd.DataFrame.from_dict(rows, orient="index", columns=["where", "share"])


def sensitivity(ranges: pd.DataFrame, size: int, *, seed: int) -> pd.DataFrame:
    """Share the variance of what the wheel does among the parameters (Sobol indices).

    Parameters
    ----------
    ranges : pandas.DataFrame
        As from `ranges.read_ranges`.
    size : int
        A power of two; the wheel is run `size` times the number of parameters plus two.
    seed : int

    Returns
    -------
    pandas.DataFrame, one row per parameter of the provider
        Columns thriving and served: total indices for reaching the thriving state with the
        loan, and for the share of the market served after ten years; with thriving_error and
        served_error, half the widths of their intervals.
    """
    from SALib.analyze import sobol
    from SALib.sample import sobol as sampling

    own = ranges.drop(index=list(SURROUNDINGS))
    names = list(own.index)
    problem = {"num_vars": len(names), "names": names, "bounds": own[["low", "high"]].to_numpy()}
    points = sampling.sample(problem, size, calc_second_order=False, seed=seed)
    settings = pd.DataFrame(points, columns=names).assign(**dict.fromkeys(SURROUNDINGS, 0.0))
    indices: dict[str, np.ndarray] = {}
    for name, result in _ends(settings).items():
        total = sobol.analyze(problem, result, calc_second_order=False, seed=seed)
        indices |= {name: total["ST"], f"{name}_error": total["ST_conf"]}
    return pd.DataFrame(indices, index=names).fillna(0.0)


def _ends(settings: pd.DataFrame) -> dict[str, np.ndarray]:
    """Return which wheels reach the thriving state, and the market served after ten years."""
    provider, start, _, _ = providers_of(settings)
    times, states = run(provider, start, steps=60)
    at = int(np.searchsorted(times, HORIZON))
    served = clients(provider, *states[:2, ..., at]) / provider.market
    return {"thriving": arrives(provider, states).astype(float), "served": served}

"""What a paper says about the positive cycle, and when the model bears it out.

Paper `finance`, sections 1, 2.3, 3 to 5. A statement is tested for one provider, and for
providers drawn from ranges that are plausible; a shallow decision tree says in words where it
holds, and Sobol indices say which parameter matters. The model is that of
`dataworth.finance.flywheel.wheel`; all draws are computed at once.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from dataworth.finance import ranges
from dataworth.finance.flywheel.market import Rules, best_rest, equal_rival, without_rules
from dataworth.finance.flywheel.paths import OUTCOMES, arrives, compare, fails, run, widen
from dataworth.finance.flywheel.wheel import Provider, branches, clients, flows
from dataworth.finance.ranges import Range

HORIZON = 10.0  # years after which "faster" and "more" are judged
DISCOUNT = 0.10  # a year's rate at which owners value what they are paid


RANGES = {
    "market": Range(1e5, 1e6, "illustrative: clients a year"),
    "price": Range(50, 400, "illustrative: yuan for a report"),
    "margin": Range(0.15, 0.5, "illustrative"),
    "half per client": Range(1, 5, "illustrative: records per client that win half the market"),
    "decay": Range(0.05, 0.6, "illustrative: a life of two to twenty years"),
    "research share": Range(0.2, 0.9, "illustrative"),
    "loan share": Range(0.3, 1.0, "illustrative"),
    "cost of doubling": Range(5e6, 5e7, "illustrative: yuan of research that add 1 to the service"),
    "minimum research": Range(1e6, 1.5e7, "illustrative: a small team to a large one"),
    "ageing": Range(0.1, 0.4, "depreciation of research in national accounts, by industry"),
    "compliance": Range(1e5, 3e6, "illustrative: yuan a year"),
    "value": Range(5, 60, "illustrative: yuan a record, loans like the printed ones"),
    "loan to value": Range(0.1, 0.8, "illustrative: no public case gives a value and a loan"),
    "interest": Range(0.03, 0.08, "one-year loan prime rate of 2024 and a spread"),
    "term": Range(0.25, 2, "illustrative: years in which the debt follows the value"),
    "start per client": Range(0.3, 2.5, "illustrative: records at the start, per client"),
    "hazard": Range(0.0, 0.2, "illustrative: loss of data a year but for rules"),
    "struck": Range(0.0, 0.3, "illustrative: records below the quality floor"),
    "shared": Range(0.0, 1.0, "the reader's choice: share of clients whose data reach both"),
}
SURROUNDINGS = ("hazard", "struck", "shared")  # of the provider, not its own


def draw_settings(draws: int, *, seed: int) -> pd.DataFrame:
    """Draw parameters evenly from their ranges (Latin hypercube).

    Returns
    -------
    pandas.DataFrame, shape (draws, 19)
        Columns as in `RANGES`.

    Raises
    ------
    InputError
        There is no draw.
    """
    return ranges.draw(RANGES, draws, seed=seed)


def settings_of(provider: Provider, start: float, rules: Rules, shared: float) -> pd.DataFrame:
    """Write one provider as a row of settings."""
    p = provider
    row = {
        "half per client": p.half / p.market,
        "cost of doubling": 1 / p.research_return,
        "start per client": start / p.market,
        "hazard": rules.hazard,
        "struck": rules.struck,
        "shared": shared,
    }
    row |= {k.replace("_", " "): v for k, v in vars(p).items() if k.replace("_", " ") in RANGES}
    return pd.DataFrame([row])[list(RANGES)].astype(float)


def providers_of(settings: pd.DataFrame) -> tuple[Provider, np.ndarray, Rules, np.ndarray]:
    """Make provider, records at the start, rules and shared data of every row at once."""
    s = {name: settings[name].to_numpy() for name in RANGES}
    names = ("market", "price", "margin", "decay", "ageing", "compliance", "value", "interest")
    provider = Provider(
        **{name: s[name] for name in (*names, "term")},
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
        outcome (places in `flywheel_paths.OUTCOMES`), arrives and fails for the path with the
        loan; data, service, flow (records a year) and worth (yuan, payouts to the owners
        discounted) under names such as data_with, data_without and worth_paid_out, and
        flow_idle for a provider that does no research at all.
    """
    provider, start, _, _ = providers_of(settings)
    cases = {
        "with": provider,
        "without": replace(provider, loan_to_value=0.0 * start),
        "paid_out": replace(provider, loan_share=0.0 * start),
        "idle": replace(provider, loan_share=0.0 * start, research_share=0.0 * start),
    }
    found, states = {}, {}
    for name, case in cases.items():
        times, states[name] = run(case, start)
        at = int(np.searchsorted(times, HORIZON))
        data, service, _ = states[name][..., at]
        found |= {f"data_{name}": data, f"service_{name}": service}
        found[f"flow_{name}"] = case.records * clients(case, data, service)
        found[f"worth_{name}"] = owners_worth(case, times, states[name])
    found["outcome"] = compare(cases["without"], states["without"], provider, states["with"])
    found["arrives"] = arrives(provider, states["with"])
    found["fails"] = fails(provider, states["with"])
    return found | {"start": start}


def owners_worth(provider: Provider, times: np.ndarray, states: np.ndarray) -> np.ndarray:
    """Value what owners are paid until the provider cannot pay, less what it owes at the end."""
    payout = flows(widen(provider), *states)["payout"]
    solvent = np.minimum.accumulate(payout >= 0, axis=-1)
    weight = np.exp(-DISCOUNT * times)
    paid = np.trapezoid(np.where(solvent, payout, 0.0) * weight, times, axis=-1)
    return paid - np.where(solvent[..., -1], states[2][..., -1] * weight[-1], 0.0)


def assess(settings: pd.DataFrame) -> pd.DataFrame:
    """Test every statement in every setting.

    Returns
    -------
    pandas.DataFrame of bool, rows as in `settings`
        One column per statement. What it says stands beside each below.
    """
    provider, _, rules, shared = providers_of(settings)
    path = follow(settings)
    solvent, outcome = ~path["fails"], path["outcome"]
    more = 1.001  # a tenth of a percent: less is rounding
    ruled, free = best_rest(provider), best_rest(without_rules(provider, rules))
    apart, joined = (equal_rival(provider, x) for x in (0 * shared, shared))
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
        "loan_decides": outcome == OUTCOMES.index("tipped by the loan"),
        "growth_is_due_to_loan": _due(path),
        "no_default_by_loan": outcome != OUTCOMES.index("default on the loan"),
        "room_for_two": ~np.isnan(branches(apart)["thriving"]),
    }
    return pd.DataFrame(tests, index=settings.index)


def _due(path: dict) -> np.ndarray:
    """Say where more than half of the growth of the data would not have come without the loan."""
    growth = path["data_with"] - path["start"]
    extra = path["data_with"] - path["data_without"]
    return (growth > 0) & (extra > growth / 2)


# --- where it holds, and what decides ------------------------------------------------------


def conditions(settings: pd.DataFrame, tried: pd.DataFrame) -> dict[str, tuple[str, float]]:
    """Find the condition of each statement among the parameters that it can depend on."""
    about = {"regulation": ("hazard", "struck"), "synergy": ("shared",)}
    found = {}
    for name in tried:
        known = [c for c in settings if c not in SURROUNDINGS or c in about.get(name, ())]
        found[name] = ranges.condition(settings[known], tried[name])
    return found


def sensitivity(size: int, *, seed: int) -> pd.DataFrame:
    """Share the spread of what the wheel does among the parameters (Sobol indices).

    Parameters
    ----------
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

    names = [name for name in RANGES if name not in SURROUNDINGS]
    problem = {
        "num_vars": len(names),
        "names": names,
        "bounds": [(RANGES[n].low, RANGES[n].high) for n in names],
    }
    values = sampling.sample(problem, size, calc_second_order=False, seed=seed)
    table = pd.DataFrame(values, columns=names).assign(**dict.fromkeys(SURROUNDINGS, 0.0))
    path = where_to(table)
    found = {}
    for name, result in path.items():
        total = sobol.analyze(problem, result, calc_second_order=False, seed=seed)
        found |= {name: total["ST"], f"{name}_error": total["ST_conf"]}
    return pd.DataFrame(found, index=names).fillna(0.0)


def where_to(settings: pd.DataFrame) -> dict[str, np.ndarray]:
    """Say which wheels reach the thriving state, and the share of the market after ten years."""
    provider, start, _, _ = providers_of(settings)
    times, states = run(provider, start, steps=60)
    at = int(np.searchsorted(times, HORIZON))
    served = clients(provider, *states[:2, ..., at]) / provider.market
    return {"thriving": arrives(provider, states).astype(float), "served": served}

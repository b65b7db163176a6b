"""Benchmark of lending: a hundred thousand firms at once against one mesa agent per firm.

Both do the same: each firm asks, gets the lowest rate that does not lose money on firms
that look like it, takes the loan or leaves, and settles a year later.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import mesa
import numpy as np

from tests.benchmarks import Row

if TYPE_CHECKING:
    from dataworth.finance.rationing.market import Market, Signal

FIRMS = 100_000


class Firm(mesa.Agent):
    """A firm that asks for a loan and keeps its accounts."""

    def __init__(self, model: Town, kind: int, loan: float, signal: int, success: bool) -> None:
        super().__init__(model)
        self.kind, self.loan, self.signal, self.success = kind, loan, signal, success
        self.rate: float | None = None
        self.gain = 0.0

    def step(self) -> None:
        """Ask the lender of the town."""
        self.model.lender.serve(self)

    def wants(self, market: Market, rate: float) -> bool:
        """Return whether the loan is worth taking at this rate."""
        p, kept = market.success[self.kind], market.collateral
        gain = market.output[self.kind] - p * (1 + rate) - (1 - p) * kept - market.outside
        return gain >= -1e-12

    def settle(self, market: Market) -> float:
        """Pay back what can be paid; return what the lender gets."""
        p = market.success[self.kind]
        output = self.loan * market.output[self.kind] / p if self.success else 0.0
        promised = self.loan * (1 + self.rate) if self.success else 0.0
        pledged = 0.0 if self.success else self.loan * market.collateral
        self.gain = output - promised - pledged - market.outside * self.loan
        return promised + market.recovery * pledged


@dataclass
class Lender:
    """A lender in competition: it asks the lowest rate that does not lose money."""

    market: Market
    signal: Signal
    gain: float = 0.0

    def belief(self, seen: int) -> list[float]:
        """Return the masses of the kinds behind a signal."""
        market, rho = self.market, self.signal.precision
        if seen == len(market.share):
            return list(market.share)
        noise = (1 - rho) * market.share[seen]
        return [q * (rho * (kind == seen) + noise) for kind, q in enumerate(market.share)]

    def rate_for(self, firm: Firm) -> float | None:
        """Find the rate by letting the kinds leave one by one."""
        market, belief = self.market, self.belief(firm.signal)
        cost = 1 + market.funding_rate + market.loan_cost / firm.loan
        limits = [
            (m - market.outside - (1 - p) * market.collateral) / p - 1
            for p, m in zip(market.success, market.output, strict=True)
        ]
        kept, floor = market.recovery * market.collateral, float("-inf")
        staying = sorted(range(len(limits)), key=limits.__getitem__)
        while staying:
            mass = sum(belief[k] for k in staying)
            paid = sum(belief[k] * market.success[k] for k in staying)
            if paid > 0:
                rate = max((cost * mass - kept * (mass - paid)) / paid - 1, floor)
                if rate <= limits[staying[0]] + 1e-12:
                    return rate
            floor = limits[staying.pop(0)]
        return None

    def serve(self, firm: Firm) -> None:
        """Offer, lend, collect."""
        rate = self.rate_for(firm)
        if rate is None or not firm.wants(self.market, rate):
            return
        firm.rate = rate
        cost = firm.loan * (1 + self.market.funding_rate) + self.market.loan_cost
        self.gain += firm.settle(self.market) - cost


class Town(mesa.Model):
    """Firms and their lender; one step is one round of loans."""

    def __init__(self, market: Market, signal: Signal, firms: list[dict]) -> None:
        super().__init__()
        self.lender = Lender(market, signal)
        for row in firms:
            Firm(self, **row)

    def step(self) -> None:
        """Let every firm ask, one after another."""
        self.agents.do("step")


def rows() -> list[Row]:
    """Compare the two on the same firms, rate by rate."""
    from dataworth.finance.rationing.market import Market, Signal, likelihood, offers

    market, signal = Market(collateral=0.1), Signal(0.5, 0.5)
    rng = np.random.default_rng(20240501)
    kind = (rng.random(FIRMS) >= market.share[0]).astype(int)
    chances = likelihood(market, signal)[:, kind].cumsum(axis=0)
    seen = (rng.random(FIRMS) > chances).sum(axis=0)
    loan = market.loan_median * np.exp(market.loan_spread * rng.standard_normal(FIRMS))
    luck = rng.random(FIRMS) < np.array(market.success)[kind]

    begin = time.perf_counter()
    priced = offers(market, signal, loan)
    place = np.arange(FIRMS)
    rates = np.where(priced.accepted[seen, kind, place], priced.rate[seen, place], np.nan)
    ours = time.perf_counter() - begin

    columns = zip(kind.tolist(), loan.tolist(), seen.tolist(), luck.tolist(), strict=True)
    names = ("kind", "loan", "signal", "success")
    begin = time.perf_counter()
    town = Town(market, signal, [dict(zip(names, row, strict=True)) for row in columns])
    town.step()
    asked = np.array([np.nan if a.rate is None else a.rate for a in town.agents])
    theirs = time.perf_counter() - begin

    if not np.allclose(rates, asked, atol=1e-12, equal_nan=True):
        raise AssertionError("rationing: agents and arrays offer different rates")
    served = int(np.isfinite(rates).sum())
    return [
        Row(
            f"lending to {FIRMS:,} firms, priced",
            "one mesa agent a firm",
            ours / theirs,
            f"{ours:.2f} s against {theirs:.2f} s; {served:,} loans in both, at the same rates",
        )
    ]

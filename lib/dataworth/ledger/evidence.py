"""Evidence from trials: how much more often a finding shows where it is true."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass

import pandas as pd
from scipy.stats import binomtest, false_discovery_control, fisher_exact

from dataworth.ledger.scale import limit


@dataclass(frozen=True)
class Evidence:
    """A ratio of shares with its interval, and the p-value of a ratio of one."""

    ratio: float
    low: float
    high: float
    p: float

    @property
    def verdict(self) -> str:
        """What the interval says, by the limits of the scale."""
        if self.low >= limit("support"):
            return "supported"
        return "contradicted" if self.high <= limit("against") else "silent"

    def __str__(self) -> str:
        """Return ratio and interval; no ratio where a finding shows in neither world."""
        shown = "none" if math.isnan(self.ratio) else f"{self.ratio:.1f}"
        return f"{shown} ({self.low:.1f} to {self.high:.1f})".replace("inf", "∞")

    def as_row(self) -> dict[str, float | None]:
        """Return the numbers as JSON holds them: None for an end or a ratio without a bound."""
        return {k: v if math.isfinite(v) else None for k, v in asdict(self).items()}


def weigh(true: tuple[int, int], false: tuple[int, int], both: int | None = None) -> Evidence:
    r"""Return the evidence ratio of a finding, with its interval.

    The share of trials that show it where it is true over the share where it is not. Its interval
    recovers the variances of both shares from their Wilson (score) intervals, with the
    correlation :math:`\phi` of paired trials (Donner and Zou 2012):

    .. math:: L = \frac{l_1 (2 p_1 - l_1)}{A + \sqrt{A^2 - l_1 u_2 (2 p_1 - l_1)(2 p_2 - u_2)}},
              \quad A = p_1 p_2 - \phi (p_1 - l_1)(u_2 - p_2)

    and the other end with the shares exchanged. It stays well-founded where a count is zero: no
    trial on either side gives 0 to infinity. The p-value is that of Fisher's exact test, or of the
    exact test of McNemar for pairs.

    Parameters
    ----------
    true, false : tuple of int
        Trials that show it, and all, where the statement is true and in the nearest world
        without it.
    both : int, optional
        Pairs that show it in both, where the trials share their samples.

    Examples
    --------
    >>> found = weigh((28, 30), (3, 30))
    >>> round(found.ratio, 1), round(found.low, 1), round(found.high, 1), found.verdict
    (9.3, 3.6, 27.0, 'supported')
    """
    p1, p2 = (shown / tries for shown, tries in (true, false))
    phi = 0.0
    if both is None:
        pvalue = fisher_exact([(shown, tries - shown) for shown, tries in (true, false)]).pvalue
    else:
        spread = math.sqrt(p1 * (1 - p1) * p2 * (1 - p2))
        phi = (both / true[1] - p1 * p2) / spread if spread else 0.0
        only, apart = true[0] - both, true[0] + false[0] - 2 * both
        pvalue = binomtest(only, apart).pvalue if apart else 1.0
    one, two = (
        binomtest(*counts).proportion_ci(limit("confidence"), method="wilson")
        for counts in (true, false)
    )
    low = _low(p1, one.low, p2, two.high, phi)
    inverse = _low(p2, two.low, p1, one.high, phi)
    high = 1 / inverse if inverse > 0 else math.inf
    ratio = p1 / p2 if p2 else (math.inf if p1 else math.nan)
    return Evidence(ratio, low, high, float(pvalue))


def corrected(rows: pd.DataFrame) -> dict[str, int]:
    """Count the evidence ratios of a ledger, and what a correction for their number leaves.

    Parameters
    ----------
    rows : pandas.DataFrame
        Rows of `assess`. Claims that repeat another are not counted.

    Returns
    -------
    dict of str to int
        looked_at, the ratios; beyond, those whose interval reaches a limit; left, those of them
        that Benjamini and Hochberg's (1995) correction for all ratios leaves.
    """
    own = rows[rows["evidence"].notna() & (rows["repeats"] == "")]
    beyond = own["basis"].isin(["worlds", "model"]) & (own["verdict"] != "silent")
    adjusted = false_discovery_control([found["p"] for found in own["evidence"]])
    left = beyond & (adjusted <= limit("corrected"))
    return {"looked_at": len(own), "beyond": int(beyond.sum()), "left": int(left.sum())}


def _low(p1: float, low: float, p2: float, high: float, phi: float) -> float:
    """Return the low end of p1 over p2 from the ends of the two; see `weigh`."""
    if p1 == 0 or low <= 0:
        return 0.0
    centre = p1 * p2 - phi * (p1 - low) * (high - p2)
    root = centre**2 - low * high * (2 * p1 - low) * (2 * p2 - high)
    return float(low * (2 * p1 - low) / (centre + math.sqrt(max(root, 0.0))))

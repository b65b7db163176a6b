"""Evidence from trials: how much more often a finding shows where it is true."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass

import pandas as pd
from scipy.stats import binomtest, false_discovery_control, fisher_exact

from dataworth.ledger.scale import limit


@dataclass(frozen=True)
class Trials:
    """Counts of trials that show a finding where it is true, and where it is not.

    Attributes
    ----------
    shown_true, tries_true : int
        Trials in the world in which the statement is true.
    shown_false, tries_false : int
        Trials in the nearest world without it.
    shown_both : int, optional
        Pairs that show it in both worlds, where the trials share their samples.
    """

    shown_true: int
    tries_true: int
    shown_false: int
    tries_false: int
    shown_both: int | None = None


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

    def as_row(self) -> dict[str, float | None]:
        """Return the numbers as JSON holds them: None for an end or a ratio without a bound."""
        return {k: v if math.isfinite(v) else None for k, v in asdict(self).items()}


def weigh(trials: Trials) -> Evidence:
    r"""Return the evidence ratio of a finding, with its interval.

    The share of trials that show it where it is true over the share where it is not. Its interval
    recovers the variances of both shares from their Wilson (score) intervals, with the
    correlation :math:`\phi` of paired trials (Donner and Zou 2012):

    .. math:: L = \frac{l_1 (2 p_1 - l_1)}{A + \sqrt{A^2 - l_1 u_2 (2 p_1 - l_1)(2 p_2 - u_2)}},
              \quad A = p_1 p_2 - \phi (p_1 - l_1)(u_2 - p_2)

    and the other end with the shares exchanged. It stays well-founded where a count is zero: no
    trial on either side gives 0 to infinity. The p-value is that of Fisher's exact test, or of the
    exact test of McNemar for pairs.

    Examples
    --------
    >>> found = weigh(Trials(28, 30, 3, 30))
    >>> round(found.ratio, 1), round(found.low, 1), round(found.high, 1), found.verdict
    (9.3, 3.6, 27.0, 'supported')
    """
    first, second = trials.shown_true, trials.shown_false
    p1, p2 = first / trials.tries_true, second / trials.tries_false
    phi = 0.0
    if trials.shown_both is None:
        rest = [[first, trials.tries_true - first], [second, trials.tries_false - second]]
        pvalue = fisher_exact(rest).pvalue
    else:
        spread = math.sqrt(p1 * (1 - p1) * p2 * (1 - p2))
        phi = (trials.shown_both / trials.tries_true - p1 * p2) / spread if spread else 0.0
        only = first - trials.shown_both
        apart = only + second - trials.shown_both
        pvalue = binomtest(only, apart).pvalue if apart else 1.0
    one, two = _wilson(first, trials.tries_true), _wilson(second, trials.tries_false)
    low = _low(p1, one, p2, two, phi)
    inverse = _low(p2, two, p1, one, phi)
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
    if own.empty:
        return {"looked_at": 0, "beyond": 0, "left": 0}
    adjusted = false_discovery_control([found["p"] for found in own["evidence"]])
    beyond = own["basis"].isin(["worlds", "model"]) & own["verdict"].isin(
        ["supported", "contradicted"]
    )
    left = beyond & (adjusted <= limit("corrected"))
    return {"looked_at": len(own), "beyond": int(beyond.sum()), "left": int(left.sum())}


def _wilson(shown: int, tries: int) -> tuple[float, float]:
    """Return the score interval of a share."""
    found = binomtest(shown, tries).proportion_ci(limit("confidence"), method="wilson")
    return float(found.low), float(found.high)


def _low(
    p1: float, one: tuple[float, float], p2: float, two: tuple[float, float], phi: float
) -> float:
    """Return the low end of p1 over p2; see `weigh`."""
    low, high = one[0], two[1]
    if p1 == 0 or low == 0:
        return 0.0
    centre = p1 * p2 - phi * (p1 - low) * (high - p2)
    root = centre**2 - low * high * (2 * p1 - low) * (2 * p2 - high)
    return low * (2 * p1 - low) / (centre + math.sqrt(max(root, 0.0)))

"""What counts leave: means, percentages and deviations of whole numbers come in steps.

A mean of n whole numbers is a whole number over n. With few observations and many
printed digits most numbers are not the mean of any sample. The functions take printed
numbers with their rounding intervals and refuse only what no sample can yield.
"""

from __future__ import annotations

import math

from dataworth.forensics.rounding import Quantity

ONE = Quantity.exact(1)
SLACK = 1e-9  # relative, for decimals that binary numbers do not hold


def granular_mean(mean: Quantity, observations: Quantity, items: Quantity = ONE) -> bool:
    """Return whether whole numbers can have this mean.

    The sum of n answers to `items` questions is a whole number S, so the mean is
    S / (n items). Some S must fall into the rounding interval. The same holds for a share
    (whole numbers 0 and 1), printed as a fraction or with a percent sign.

    Parameters
    ----------
    mean : Quantity
    observations : Quantity
        n, exact.
    items : Quantity
        Whole-number answers that each observation averages.

    Notes
    -----
    Brown & Heathers (2017), the GRIM test; their example is a mean of 5.19 from 28 people.

    Examples
    --------
    >>> from dataworth.forensics.rounding import parse_printed
    >>> granular_mean(parse_printed("5.19"), Quantity.exact(28))
    False
    >>> granular_mean(parse_printed("5.18"), Quantity.exact(28))
    True
    """
    return len(_sums(mean, observations.value * items.value)) > 0


def granular_deviation(
    deviation: Quantity, mean: Quantity, observations: Quantity, items: Quantity = ONE
) -> bool:
    """Return whether whole numbers can have this mean and standard deviation together.

    In units of one item, values are whole, and so are their sum S and their sum of
    squares Q. From (n - 1) s² = Q - S² / n the printed deviation leaves an interval
    for Q. Some Q in it must be whole, have the parity of S (a number and its square are
    both odd or both even), and be at least that of n whole numbers as close together as
    S allows.

    Parameters
    ----------
    deviation, mean : Quantity
    observations : Quantity
        n, exact and at least 2; the deviation divides by n - 1.
    items : Quantity
        Whole-number answers that each observation averages.

    Notes
    -----
    Anaya (2016), the GRIMMER test, in the analytic form of Allard (2018). With fewer than
    five observations a few more sums of squares are impossible; they pass.

    Examples
    --------
    >>> from dataworth.forensics.rounding import parse_printed
    >>> granular_deviation(parse_printed("2.47"), parse_printed("3.44"), Quantity.exact(18))
    False
    """
    n = int(observations.value)
    low, high = (
        (n - 1) * (end * items.value) ** 2 for end in (max(deviation.low, 0.0), deviation.high)
    )
    for total in _sums(mean, n * items.value):
        whole, rest = divmod(total, n)
        least = (n - rest) * whole**2 + rest * (whole + 1) ** 2
        first = max(math.ceil((low + total**2 / n) * (1 - SLACK)), least)
        if first + (first - total) % 2 <= (high + total**2 / n) * (1 + SLACK):
            return True
    return False


def share_let_through(mean: Quantity, observations: Quantity, items: Quantity = ONE) -> float:
    """Return the share of printed means that whole numbers can have.

    Steps are 1 / (n items) apart and a printed number stands for an interval of one unit
    of its last digit, so a share of n items × unit hits one, and all where that exceeds 1.
    Near 1, `granular_mean` says nothing.
    """
    return min(1.0, (mean.high - mean.low) * observations.value * items.value)


def binary_deviation(share: float, observations: float) -> float:
    """Return the standard deviation of a yes-or-no variable, from its mean.

    Of n values a share p is 1 and the rest 0: s² = p (1 - p) n / (n - 1).
    Heathers & Brown (2019), the DEBIT test.
    """
    return math.sqrt(share * (1 - share) * observations / (observations - 1))


def deviation_fits_scale(
    deviation: float, mean: float, observations: float, lowest: float, highest: float
) -> bool:
    """Return whether a scale with these ends allows the standard deviation.

    (x - a)(b - x) ≥ 0 for every value; summed, (n - 1) s² ≤ n (mean - a)(b - mean): the
    inequality of Bhatia and Davis (2000), reached when all values sit on the ends.
    """
    room = (mean - lowest) * (highest - mean) * observations / (observations - 1)
    return deviation**2 <= room * (1 + SLACK)


def _sums(mean: Quantity, steps: float) -> range:
    """Whole sums whose mean rounds to the printed one."""
    slack = SLACK * max(abs(mean.value), 1.0) * steps
    return range(math.ceil(mean.low * steps - slack), math.floor(mean.high * steps + slack) + 1)

"""What the income value rests on: implied returns, and growth that agrees by construction.

Paper `banks`, section 4.5. Money is in thousand yuan; rates and shares are fractions.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.optimize import brentq

from dataworth.banks.value.stock import annuity_factor


def implied_return(revenue: float, price: float, years: int) -> float:
    """Return the internal rate on a price that brings a flat revenue for some years.

    Returns
    -------
    float
        A fraction a year; NaN without a price or a revenue, and beyond 100,000 %.
    """
    if not (0 < revenue < 1000 * price):
        return float("nan")
    return float(brentq(lambda rate: revenue * annuity_factor(rate, years) - price, -0.99, 1000))


def growth_agreement(first: pd.Series, second: pd.Series) -> float:
    """Return the correlation of the yearly growth of two series.

    Returns
    -------
    float
        Correlation of the changes of logarithms; NaN with fewer than three changes, or where
        one of them does not vary.
    """
    both = pd.DataFrame({"first": first, "second": second})
    changes = np.log(both.where(both > 0)).diff().dropna()
    return float(changes.corr(min_periods=3).iloc[0, 1])

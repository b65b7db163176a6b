"""Quarterly series for tests: given values, and growth with a season."""

import numpy as np
import pandas as pd


def quarterly(values, start="2007Q1"):
    index = pd.period_range(start, periods=len(values), freq="Q")
    return pd.Series(np.asarray(values, float), index=index)


def growing(nobs=60, seed=0):
    rng = np.random.default_rng(seed)
    season = np.tile([0.0, 0.6, -0.3, 0.5], nobs)[:nobs]
    return quarterly(np.exp(1 + 0.03 * np.arange(nobs) + season + 0.05 * rng.normal(size=nobs)))
